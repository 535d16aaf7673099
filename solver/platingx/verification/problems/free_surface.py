"""Free surfaces that diffuse: a wave that decays, a whisker that pinches off, and the groove of a grain boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.materials.interface_transport import flux_coefficient
from platingx.verification.drawing import COLOURS
from platingx.verification.models.free_surface import FreeSurface
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row, Status
from platingx.verification.problems.free_surface_groove import (
    CAPTION as GROOVE,
)
from platingx.verification.problems.free_surface_groove import (
    GROOVE_INPUT,
    GROOVE_NOTE,
    Groove,
    draw_groove,
)

__all__ = ["PROBLEM", "cylinder", "factor", "rate_of_cylinder", "rate_of_wave", "wave"]

NM = 1e-9
ENERGY = 0.452
"""Of the surface of lithium, J/m2."""
COEFFICIENT = flux_coefficient(7.12e-11, 2e-10, 21.6e-30, 300.0)
LENGTH, RADIUS = 100 * NM, 50 * NM
SMALL = 1e-3
"""Amplitude of the wave over its length, and of the cylinder over its radius, at the start."""
CLOSED: tuple[str, Status] = ("closed form", "exact")
SHAPES = (0.5, np.sqrt(0.5), 0.9, 1.2)
REFINED = ((16, 25), (32, 100), (64, 400))
"""Edges to a wavelength and steps."""


def wave(edges: int) -> FreeSurface:
    """Half a period of a flat wave."""
    at = np.linspace(0.0, 0.5 * LENGTH, edges // 2 + 1)
    height = 0.5 * LENGTH + SMALL * LENGTH * np.cos(2.0 * np.pi * at / LENGTH)
    return FreeSurface(np.stack((at, height), axis=1), ENERGY, COEFFICIENT)


def cylinder(shape: float, edges: int) -> FreeSurface:
    """Half a period of a cylinder whose radius varies with the wave number `shape` over its radius."""
    at = np.linspace(0.0, np.pi * RADIUS / shape, edges // 2 + 1)
    radius = RADIUS * (1.0 + SMALL * np.cos(shape * at / RADIUS))
    return FreeSurface(np.stack((at, radius), axis=1), ENERGY, COEFFICIENT, axisymmetric=True)


def rate_of_wave() -> float:
    """Rate at which the wave decays, 1/s."""
    return float(COEFFICIENT * ENERGY * (2.0 * np.pi / LENGTH) ** 4)


def rate_of_cylinder(shape: float) -> float:
    """Rate at which a wave of the cylinder grows, 1/s."""
    return float(COEFFICIENT * ENERGY / RADIUS**4 * shape**2 * (1.0 - shape**2))


def factor(surface: FreeSurface, duration: float, steps: int) -> tuple[float, float, Array]:
    """Amplitude over that of the start after equal steps, relative change of the volume, and amplitudes on the way."""
    amplitudes, volume = [surface.amplitude()], surface.volume()
    for _ in range(steps):
        surface.step(duration / steps)
        amplitudes.append(surface.amplitude())
    return amplitudes[-1] / amplitudes[0], surface.volume() / volume - 1.0, np.array(amplitudes) / amplitudes[0]


def run(effort: Effort) -> Outcome:
    """Compute both."""
    refined = REFINED[: 2 if effort == "coarse" else 3]
    sizes = tuple(1.0 / edges for edges, _ in refined)
    rows: list[Row] = []
    curves, convergences = {}, []
    for name, right in _expected().items():
        found, lost = [], 0.0
        for edges, steps in refined:
            last, lost, curves[name] = factor(_surface(name, edges), _duration(name), steps)
            found.append(last)
        limit = found[-1] + (found[-1] - found[-2]) / 3.0
        tolerance = 0.03 if effort == "coarse" else 0.005
        rows.append(Row(name, "amplitude after 1/rate, limit of the two finest", "", right, limit, tolerance, *CLOSED))
        rows.append(Row(name, "volume gained", "", 0.0, lost, 1e-7, *CLOSED, absolute=True))
        errors = tuple(abs(value / right - 1.0) for value in found)
        expected = 0.15 if effort == "full" else 0.5
        convergences.append(Convergence(name, "edge over wavelength", sizes, errors, 2.0, expected))
    rows.append(Row("wave of 100 nm", "rate", "1/s", 523.24, rate_of_wave(), 5e-4, "closed form", "arithmetic"))
    groove = Groove(ENERGY, COEFFICIENT)
    grooves, order, surface = groove.results(effort)
    rows += grooves
    convergences.append(order)
    fastest = 1.0 / rate_of_cylinder(float(np.sqrt(0.5)))
    rows.append(
        Row("whisker of 50 nm, bare", "shortest time of growth", "s", None, fastest, None, "closed form", "own")
    )
    rows.append(
        Row(
            "whisker of 50 nm, kR 0.7071",
            "rate of growth",
            "1/s",
            1.3429,
            1.0 / fastest,
            5e-4,
            "closed form",
            "arithmetic",
        )
    )
    pictures = (
        Picture("amplitudes", CAPTION, lambda figure: draw(figure, curves)),
        Picture("groove", GROOVE, lambda figure: draw_groove(figure, surface, groove.scale)),
    )
    return Outcome(tuple(rows), tuple(convergences), pictures, (NOTE, GROOVE_NOTE), f"{INPUT}\n{GROOVE_INPUT}")


def _expected() -> dict[str, float]:
    return {"wave": float(np.exp(-1.0))} | {
        f"cylinder, kR {shape:.4g}": float(np.exp(np.sign(1.0 - shape))) for shape in SHAPES
    }


def _shape(name: str) -> float:
    return next(shape for shape in SHAPES if name.endswith(f" {shape:.4g}"))


def _surface(name: str, edges: int) -> FreeSurface:
    return wave(edges) if name == "wave" else cylinder(_shape(name), edges)


def _duration(name: str) -> float:
    return 1.0 / (rate_of_wave() if name == "wave" else abs(rate_of_cylinder(_shape(name))))


def draw(figure: Figure, curves: dict[str, Array]) -> None:
    """Amplitudes over time."""
    axes: Any = figure.subplots()
    line = np.linspace(0.0, 1.0, 100)
    for sign in (-1.0, 1.0):
        axes.plot(line, np.exp(sign * line), color="0.6")
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
        at = np.linspace(0.0, 1.0, len(curve))
        every = slice(None, None, max(len(curve) // 10, 1))
        axes.plot(at[every], curve[every], "o", color=colour, fillstyle="none", label=name)
    axes.set_xlabel("Time times the rate of the closed form")
    axes.set_ylabel("Amplitude over the first one")
    axes.legend()


CAPTION = "Amplitudes over time. Grey: closed form; circles: computed."

NOTE = """This is a reduced check of the equations of a free surface that diffuses; free surfaces of finite-element
cases do not move by diffusion. What it says of them: a bare surface of lithium with waves of 100 nm relaxes in 2 ms and
one with waves of 1 um in 19 s, so that free sides below some 300 nm are in capillary equilibrium while metal is plated
for seconds, and a reservoir or capillary end holds what such a side would. A skin, such as an oxide, slows all of it;
the diffusivity is the estimate of Chen et al. 2020 and unverified. The step goes with the square of the edge, so that
both errors shrink together."""

INPUT = """wave of 100 nm, amplitude 0.1 nm; cylinder of 50 nm, amplitude 0.05 nm; half a period of each
16, 32 and 64 edges to a wavelength with 25, 100 and 400 steps (coarse: the first two)
0.452 J/m2, D = 7.12e-11 m2/s, 0.2 nm, atoms of 21.6 cubic Angstrom, 300 K"""

PROBLEM = Problem(
    name="free-surface",
    title="Free surfaces that diffuse",
    part="verification",
    statement=r"""A surface of the energy $\gamma$ diffuses along itself, $\dot g=C\,\nabla_s^2(\gamma\kappa)$ with the
curvature $\kappa$, $C=\delta D\Omega/(kT)$ and $B=C\gamma$. A small wave of the wave number $k$ decays as
$e^{-Bk^4t}$; on a cylinder of the radius $R$ it grows (Rayleigh), with $x=kR$, as

$$e^{\,B/R^4\;x^2(1-x^2)\,t},$$

fastest at $x^2=1/2$, where it takes $4R^4/B$, and decays for $x>1$.

Where a boundary of two grains ends at a flat surface, it pulls a groove with the slope $m$ at its root (half the
energy of the boundary over $\gamma$). For small slopes its profile is $m(Bt)^{1/4}Z\big(x/(Bt)^{1/4}\big)$ with
$Z^{(4)}=\tfrac14(uZ'-Z)$, $Z'(0)=1$ and no flux at the root, $Z^{(3)}(0)=0$.""",
    sources=(
        "W. W. Mullins, J. Appl. Phys. 28 (1957) 333, for the groove; 30 (1959) 77, for the wave",
        "F. A. Nichols and W. W. Mullins, Trans. AIME 233 (1965) 1840, for the cylinder; both derived again",
    ),
    run=run,
    minutes=0.4,
)
