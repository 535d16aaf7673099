"""A ring as a body of revolution and in three dimensions: two kinematics, one answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus
from platingx_meshes.sweep import swept_cells, swept_lines

__all__ = ["PROBLEM"]

INNER, OUTER, HEIGHT = 1e-6, 2e-6, 0.6e-6
"""m."""
RATIO = 1.25
"""Growth along the height at the end."""
TIMES = (0.1, 0.25, 0.5, 0.75, 1.0)

STATEMENT = r"""
A ring grows along its height by 25 % between a smooth floor and a lid to which it is bonded; inside and outside are
free, so that the metal is squeezed out both ways, and creeps by Norton's law. It is computed twice: as a body of
revolution, with the hoop stretch $r/R$ and integrals over $2\pi R$, and as a quarter in three dimensions between two
planes of symmetry, in hexahedra. Both have the same elements in the section and the same steps, so that they differ by
the elements around the circumference: the force of the lid, four times that of the quarter, goes with the energy, and
the difference falls with order 4 for quadratic elements.
"""


def quarter(cells: int) -> MeshData:
    """Mesh a quarter of the ring, with so many elements across the wall."""
    flat = build_quarter_annulus(QuarterAnnulus(INNER, OUTER, cells, 2 * cells, region="li"))
    layers = max(2, round(0.6 * cells))
    heights = np.linspace(0.0, HEIGHT, 2 * layers + 1)
    count = len(flat.points)
    numbers = np.arange(count)[:, None] + count * np.arange(len(heights))
    points = np.tile(flat.points, (len(heights), 1))
    points[:, 2] = np.repeat(heights, count)
    sides = swept_lines(flat.facets, numbers)
    markers = np.repeat(flat.facet_boundaries, layers)
    floor, lid = (numbers[flat.cells, level] for level in (0, -1))
    names = {"inner": 1, "outer": 2, "along_x": 3, "along_y": 4, "floor": 5, "lid": 6}
    old = {"inner": "inner", "outer": "outer", "bottom": "along_x", "left": "along_y"}
    renamed = {flat.boundary_names[before]: names[after] for before, after in old.items()}
    tags = [*(renamed[int(tag)] for tag in markers), *[5] * len(floor), *[6] * len(lid)]
    return MeshData(
        points,
        "hexahedron27",
        swept_cells(flat.cells, numbers),
        np.repeat(flat.cell_regions, layers),
        np.concatenate([sides, floor, lid]),
        np.array(tags),
        flat.region_names,
        names,
    )


def section(cells: int) -> MeshData:
    """Mesh the section of the ring, x being the radius."""
    layers = max(2, round(0.6 * cells))
    data = build_box(Box(OUTER - INNER, HEIGHT, cells, layers))
    return replace(data, points=data.points + np.array([INNER, 0.0, 0.0]))


def material() -> Array:
    """Creep fast enough to flow, stiff enough to feel the growth."""
    return norton(5e9, 0.36, 0.5, 50e6, 3.0)


def march(data: MeshData, model: str) -> SolidModel:
    """March a mesh of the ring through all steps."""
    parts = discretise(data, MPI.COMM_SELF)
    upright = data.dimension - 1
    direction = [0.0] * data.dimension
    direction[upright] = 1.0
    growth = {"li": Growth(lambda time: 1.0 + (RATIO - 1.0) * time, direction=tuple(direction))}
    if data.dimension == 3:
        supports = [fix(parts, "along_x", 1), fix(parts, "along_y", 0), fix(parts, "floor", 2)]
        supports += [fix(parts, "lid", component) for component in range(3)]
    else:
        supports = [fix(parts, "bottom", 1), fix(parts, "top", 0), fix(parts, "top", 1)]
    body = solid_model(parts, {"li": material()}, supports, model, growth)
    body.march(TIMES)
    return body


def run(effort: Effort) -> Outcome:
    """Force of the lid and bulging of both models, on refined meshes."""
    counts = (2, 3, 4) if effort == "coarse" else (2, 4, 6)
    flat = [march(section(count), "axisymmetric") for count in counts]
    solid = [march(quarter(count), "three_dimensional") for count in counts]
    forces = [
        (float(body.problem.reaction("top")[1]), 4.0 * float(whole.problem.reaction("lid")[2]))
        for body, whole in zip(flat, solid, strict=True)
    ]
    edges = [
        (float(body.displacement_at((OUTER, 0.0))[0]), float(whole.displacement_at((OUTER, 0.0, 0.0))[0]))
        for body, whole in zip(flat, solid, strict=True)
    ]
    rows = (
        _row("force of the lid", "uN", 1e6, *forces[-1]),
        _row("bulging of the outside at the floor", "nm", 1e9, *edges[-1]),
    )
    sizes = tuple(1.0 / count for count in counts)
    differences = tuple(abs(space / plane - 1.0) for plane, space in forces)
    order = Convergence(
        "force of the lid, in space and of revolution", "element size over the wall", sizes, differences, 4.0, 0.5,
        "relative difference",
    )  # fmt: skip
    caption = "Displacement of the nodes in the section, along the radius: body of revolution and plane of symmetry."
    return Outcome(
        rows,
        (order,),
        (Picture("bulging", caption, lambda figure: draw(figure, flat[-1], solid[-1]), (5.0, 3.2)),),
        input=INPUT.format(counts=", ".join(map(str, counts))),
    )


def _row(quantity: str, unit: str, factor: float, expected: float, computed: float) -> Row:
    source = "body of revolution"
    return Row("finest meshes", quantity, unit, factor * expected, factor * computed, 0.002, source, "independent")


def draw(figure: Figure, flat: SolidModel, solid: SolidModel) -> None:
    """Radial displacement of the inside and the outside over the height."""
    axes = figure.subplots()
    for body, mark in ((flat, "-"), (solid, "o")):
        places, moved = np.nan_to_num(body.parts.coordinates(), nan=np.inf), body.problem.displacement
        height = places[:, -1]
        in_plane = np.ones(len(places), dtype=bool) if places.shape[1] == 2 else np.abs(places[:, 1]) < 1e-12 * OUTER
        for radius, colour, name in ((INNER, COLOURS[0], "inside"), (OUTER, COLOURS[1], "outside")):
            chosen = np.flatnonzero(in_plane & (np.abs(places[:, 0] - radius) < 1e-12 * OUTER))
            chosen = chosen[np.argsort(height[chosen])]
            label = f"{name}, {'body of revolution' if mark == '-' else 'in space'}"
            axes.plot(
                1e9 * moved[chosen, 0], 1e9 * height[chosen], mark, color=colour, ms=4, fillstyle="none", label=label
            )
    axes.set_xlabel("radial displacement (nm)")
    axes.set_ylabel("height (nm)")
    axes.legend(fontsize=7)


INPUT = """ring of radii 1 and 2 um, height 0.6 um; E 5 GPa, nu 0.36, creep 0.5 1/s at 50 MPa with exponent 3
growth along the height from 1 to 1.25 in 1 s, five steps; lid bonded and rigid, floor smooth, faces free
{counts} quadrilaterals or hexahedra across the wall"""

PROBLEM = Problem(
    name="ring",
    title="A ring as a body of revolution and in three dimensions",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("the package against itself: two kinematics, two meshes",),
    run=run,
    minutes=1.0,
)
