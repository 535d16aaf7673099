"""B08: a plug of metal in a tube with an elastic wall, by finite elements: pressure of diffusion, and hoop stress."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.materials.tubule import hoop_stress
from platingx.verification.drawing import COLOURS
from platingx.verification.models.diffusing import COEFFICIENT, Diffusing, diffusing
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import FilledTube, build_filled_tube

__all__ = ["PROBLEM", "WIDTH", "plug", "pressure", "wall_stress"]

WIDTH, LENGTH = 100e-9, 2e-6
SPEED = 4.89384e-9
"""Of filling at 3 mA/cm2 over walls of 10 nm in a square packing, m/s."""
YOUNG, POISSON = 100e9, 0.2
"""Of the wall: assumed, and of no matter for its stress."""
STEADY = 1e3 * np.arange(1.0, 4.0)


def plug(wall: float, cells_along: int) -> Diffusing:
    """Plug that is plated at its root and diffuses along root and wall to its tip, in a wall of a thickness (m)."""
    tube = FilledTube(0.5 * WIDTH, 0.5 * WIDTH + wall, LENGTH, cells_along=cells_along)
    body = diffusing(
        build_filled_tube(tube),
        "axisymmetric",
        {"left": (0,), "bottom": (0, 1), "electrolyte_bottom": (1,)},
        {"bottom": COEFFICIENT, "interface": COEFFICIENT},
        {"top": 0.0},
        speed=SPEED,
        beside={"llzo": elastic(YOUNG, POISSON)},
    )
    body.march(STEADY)
    return body


def pressure(height: float) -> float:
    """Closed form of the pressure on the wall at a height over the root (m), Pa."""
    return SPEED * WIDTH * (LENGTH - height) / (4.0 * COEFFICIENT)


def wall_stress(body: Diffusing, radius: float) -> tuple[Array, Array]:
    """Heights (m) and recovered hoop stress (Pa) of the nodes of the wall at a radius (m)."""
    stress, places = body.model.nodal_stress("llzo")
    there = np.abs(places[..., 0] - radius) < 1e-6 * radius
    heights, hoop = places[..., 1][there], stress[..., 2][there]
    order = np.argsort(heights)
    return heights[order], hoop[order]


def _at(body: Diffusing, radius: float, height: float) -> float:
    heights, hoop = wall_stress(body, radius)
    return float(np.interp(height, heights, hoop))


def run(effort: Effort) -> Outcome:
    """Walls of two thicknesses."""
    rows: list[Row] = []
    found = {}
    for wall in (10e-9,) if effort == "coarse" else (10e-9, 20e-9):
        body = plug(wall, 40 if effort == "coarse" else 80)
        inner, outer = 0.5 * WIDTH, 0.5 * WIDTH + wall
        label = f"plug of {LENGTH * 1e6:g} um in a tube of {WIDTH * 1e9:g} nm, wall {wall * 1e9:g} nm"
        corner = body.pressure_at("interface", (inner, 0.0)) / 1e6
        rows.append(_row(label, "pressure at the edge of the root", pressure(0.0) / 1e6, corner, 1e-4, LINEAR))
        centre = pressure(0.0) + SPEED * WIDTH**2 / (16.0 * COEFFICIENT)
        found_there = body.pressure_at("bottom", (0.0, 0.0)) / 1e6
        rows.append(_row(label, "pressure in the centre of the root", centre / 1e6, found_there, 1e-4, LINEAR))
        for share in (0.25, 0.5, 0.75):
            height = share * LENGTH
            p = pressure(height)
            here = f"{label}, {share:g} of its length"
            computed = body.pressure_at("interface", (inner, height)) / 1e6
            rows.append(_row(here, "pressure on the wall", p / 1e6, computed, 1e-4, LINEAR))
            inside = hoop_stress(p, inner, outer)
            computed = _at(body, inner, height) / 1e6
            rows.append(_row(here, "hoop stress inside", inside / 1e6, computed, 0.01, LAME))
            computed = _at(body, outer, height) / 1e6
            rows.append(_row(here, "hoop stress outside", (inside - p) / 1e6, computed, 0.01, LAME))
        found[wall] = body
    picture = Picture("hoop", CAPTION, lambda figure: draw(figure, found), (7.2, 3.2))
    return Outcome(tuple(rows), (), (picture,), (NOTE,), INPUT)


def _row(label: str, quantity: str, right: float, found: float, tolerance: float, source: str) -> Row:
    return Row(label, quantity, "MPa", right, found, tolerance, source, "exact")


def draw(figure: Figure, bodies: dict[float, Diffusing]) -> None:
    """Pressure and hoop stress along the tube."""
    left, right = (axes for axes in figure.subplots(1, 2))
    ends = np.array([0.0, LENGTH])
    line = np.array([pressure(end) / 1e6 for end in ends])
    for (wall, body), colour in zip(bodies.items(), COLOURS, strict=False):
        inner, outer = 0.5 * WIDTH, 0.5 * WIDTH + wall
        places, pressures = body.pressures("interface")
        order = np.argsort(places[:, 1])[::8]
        name = f"wall {wall * 1e9:g} nm"
        left.plot(1e6 * places[order, 1], pressures[order] / 1e6, "o", color=colour, fillstyle="none", label=name)
        heights, hoop = wall_stress(body, inner)
        right.plot(1e6 * ends, hoop_stress(1.0, inner, outer) * line, color=colour)
        right.plot(1e6 * heights[::8], hoop[::8] / 1e6, "o", color=colour, fillstyle="none", label=name)
    left.plot(1e6 * ends, line, color="0.4")
    right.axhline(65.0, color="0.4", linestyle=":")
    labels: tuple[tuple[Any, str], ...] = ((left, "Pressure on the wall (MPa)"), (right, "Hoop stress inside (MPa)"))
    for axes, text in labels:
        axes.set_xlabel("Height over the root (um)")
        axes.set_ylabel(text)
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.88))


LINEAR, LAME = "linear pressure", "Lame"

CAPTION = """Pressure on the wall and hoop stress inside it along the tube. Lines: closed forms; circles: computed.
Dotted: the 65 MPa that the paper prints for the strength of the mat."""

NOTE = """The hoop stress of a thick tube does not depend on its stiffness, and a pressure that is linear along it bends
no wall; within some 50 nm of the root, where the wall is held, and of the tip it differs. Tolerances: 1e-4 for the
pressure, as for a plug in a rigid tube; 1 % for the recovered stress of four elements through the wall."""

INPUT = """tube of 100 nm, 2 um long, wall of 10 or 20 nm, E 100 GPa and nu 0.2 (assumed; without effect on the stress),
4 + 4 x 80 quadrilaterals; elastic metal (bulk modulus 11.3, shear modulus 2.49 GPa)
filling at 4.89384 nm/s (3 mA/cm2 over the section with walls of 10 nm), D = 2e-11 m2/s, 0.2 nm, atoms of 21.6 cubic
Angstrom, 300 K; three steps of 1000 s"""

PROBLEM = Problem(
    name="b08-plug",
    title="B08 A plug of metal in an elastic tube",
    part="verification",
    statement=r"""Metal is plated at the root of a tube of the width $W$ at the speed $v$ and leaves by diffusion along
root and wall to its tip at the length $z$. On the wall the pressure is $p=\frac{vW}{4C}(z-y)$, and the hoop stress
inside a wall between the radii $a$ and $b$ is that of Lame, $p\,(b^2+a^2)/(b^2-a^2)$, smaller by $p$ outside. Metal
and wall are solved together by finite elements about the axis: the stress that the one-dimensional tubes of
[chen2020](chen2020.md) take from the formula.""",
    sources=("G. Lame, Lecons sur la theorie mathematique de l'elasticite des corps solides, 1852",),
    run=run,
    minutes=0.3,
)
