"""The groove that a boundary of two grains pulls into a surface that diffuses, beside Mullins' series."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from platingx.verification.drawing import COLOURS
from platingx.verification.models.free_surface import FreeSurface
from platingx.verification.models.thermal_groove import groove_depth, groove_profile, groove_width
from platingx.verification.problem import Convergence, Effort, Row, Status

__all__ = ["CAPTION", "GROOVE_INPUT", "GROOVE_NOTE", "Groove", "draw_groove"]

SLOPE, FAR = 0.01, 12.0
"""Slope at the root, and half length of the surface over the (B t)^(1/4) of the end."""
REFINED = ((60, 25), (120, 100), (240, 400))
"""Edges of the half length and steps."""
SERIES: tuple[str, Status] = ("power series of the closed form", "exact")
CLOSED: tuple[str, Status] = ("closed form", "exact")
FORMULA: tuple[str, Status] = ("closed form", "arithmetic")


class Groove:
    """Half of a groove after a second, from a flat surface.

    Parameters
    ----------
    energy
        Of the surface, J/m2.
    coefficient
        C of the surface, m5/(N s).
    """

    def __init__(self, energy: float, coefficient: float) -> None:
        self._energy, self._coefficient = energy, coefficient
        self.scale = float((coefficient * energy) ** 0.25)

    def surface(self, edges: int, steps: int) -> FreeSurface:
        """The surface at the end, by steps in which the groove widens evenly."""
        far = FAR * self.scale
        at = np.linspace(0.0, far, edges + 1)
        sine = SLOPE / np.sqrt(1.0 + SLOPE**2)
        points = np.stack((at, np.full_like(at, far)), axis=1)
        surface = FreeSurface(points, self._energy, self._coefficient, groove=float(sine))
        for duration in np.diff((np.arange(steps + 1) / steps) ** 4):
            surface.step(float(duration))
        return surface

    def shape(self, surface: FreeSurface) -> tuple[float, float]:
        """Depth over m (B t)^(1/4) and width over (B t)^(1/4), by a parabola through the three highest nodes."""
        x, y = surface.points.T / self.scale
        top = int(y.argmax())
        near = slice(top - 1, top + 2)
        second, first, _ = np.polyfit(x[near] - x[top], y[near] - y[top], 2)
        ridge, height = x[top] - 0.5 * first / second, y[top] - 0.25 * first**2 / second
        return float(height - y[0]) / SLOPE, 2.0 * float(ridge)

    def results(self, effort: Effort) -> tuple[list[Row], Convergence, FreeSurface]:
        """Depth, width and volume; the order of the depth; the finest surface."""
        refined = REFINED[: 2 if effort == "coarse" else 3]
        surfaces = [self.surface(*each) for each in refined]
        shapes = np.array([self.shape(surface) for surface in surfaces])
        right = (groove_depth(), groove_width())
        limit = shapes[-1] + (shapes[-1] - shapes[-2]) / 3.0
        tolerance = 0.03 if effort == "coarse" else 0.005
        names = ("depth over m (B t)^(1/4)", "width over (B t)^(1/4)")
        rows = [
            Row("groove", f"{name}, limit of the two finest", "", expected, float(found), tolerance, *SERIES)
            for name, expected, found in zip(names, right, limit, strict=True)
        ]
        whole = (FAR * self.scale) ** 2
        gained = surfaces[-1].volume() / whole - 1.0
        rows += [
            Row("groove", "volume gained", "", 0.0, gained, 1e-7, *CLOSED, absolute=True),
            Row("groove at 1 s", "(B t)^(1/4)", "nm", 76.12, 1e9 * self.scale, 5e-4, *FORMULA),
            Row("groove at 1 s", "width", "nm", 350.1, 1e9 * self.scale * right[1], 5e-4, *FORMULA),
        ]
        errors = tuple(float(value) for value in np.abs(shapes[:, 0] / right[0] - 1.0))
        sizes = tuple(FAR / edges for edges, _ in refined)
        short_of = 0.15 if effort == "full" else 0.5
        order = Convergence("groove: relative error of the depth", "edge over scale", sizes, errors, 2.0, short_of)
        return rows, order, surfaces[-1]


def draw_groove(figure: Figure, surface: FreeSurface, scale: float) -> None:
    """Profile of the groove, and that of the series."""
    axes: Any = figure.subplots()
    line = np.linspace(0.0, 6.0, 200, dtype=np.float64)
    x, y = surface.points.T / scale
    near = slice(0, int(np.searchsorted(x, 6.0)), 4)
    for side in (-1.0, 1.0):
        axes.plot(side * line, groove_profile(line), color="0.6")
        axes.plot(side * x[near], (y[near] - FAR) / SLOPE, "o", color=COLOURS[0], fillstyle="none")
    axes.set_xlabel("Distance over $(Bt)^{1/4}$")
    axes.set_ylabel("Height over $m(Bt)^{1/4}$")


CAPTION = "Groove where a boundary of two grains ends at the surface, after a second. Grey: series; circles: computed."

GROOVE_NOTE = """Depth and width of the groove are commonly quoted as 0.973 m (Bt)^(1/4) and 4.6 (Bt)^(1/4); the series
gives 0.9741 and 4.5998. Steps are those in which the groove widens evenly; the square of the slope is not seen."""

GROOVE_INPUT = """groove: slope 0.01, half length 12 (B t)^(1/4); 60, 120 and 240 edges with 25, 100 and 400 steps
to 1 s (coarse: the first two)"""
