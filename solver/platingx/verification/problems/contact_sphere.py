"""Hertz's sphere in space by the iterative solver: pressure, and what contact costs in iterations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import solid_model
from platingx.problems.tool_shapes import Ball
from platingx.profiling import Profile
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData

YOUNG, POISSON, RADIUS, REACH = 1e9, 0.3, 1e-3, 10e-6
MODULUS = YOUNG / (1.0 - POISSON**2)
DEPTHS = (0.03e-6, 0.06e-6, 0.09e-6)
MICRON = 1e-6
WIDE = 14.0  # size of the block, over the radius of the contact
MOST = 1.3
COLOURS = {"hexahedron": "#1f4e79", "tetrahedron": "#c55a11"}
SPACE, ITERATIVE = "three_dimensional", "iterative"

Cell = Literal["hexahedron", "tetrahedron"]

STATEMENT = r"""
A rigid sphere of radius $R$ is pressed without friction onto a quarter of an elastic block of hexahedra and of
tetrahedra, solved by the preset `iterative`. On a half space (Hertz 1882) the force $F$ belongs to

$$a^3 = \frac{3 F R}{4 E^*}, \qquad p = p_0 \sqrt{1 - r^2/a^2}, \qquad p_0 = \frac{2 E^* a}{\pi R},
\qquad E^* = \frac{E}{1 - \nu^2} .$$

The largest pressure is compared with that of the computed force, to 2 % with the three elements over $a$ of the full
effort (the mean square error of the pressure is of the first order: at most half of an element over $a$).

The penalty of the contact stands in the blocks of the nodes on the diagonal, which the smoother inverts. That contact
costs no iterations is judged beside the same block with a bonded face that is pushed down by the same depths: the mean
number of Krylov iterations of a linear solve may be 1.3 times as large.
"""


def growing(per_reach: int, equal: int, ratio: float) -> Array:
    """Places of vertices: equal parts of the reach of the contact, then larger and larger, m."""
    places, size = [i / per_reach for i in range(equal + 1)], 1 / per_reach
    while places[-1] < WIDE:
        size *= ratio
        places.append(places[-1] + size)
    return REACH * np.array(places)


def block(shape: Cell, per_reach: int) -> MeshData:
    """Quarter of a block that is fine below its upper corner."""
    across = growing(per_reach, round(4 * per_reach / 3), 1.6)
    down = growing(per_reach, round(2 * per_reach / 3), 1.7)
    count, rows = len(across) - 1, len(down) - 1
    data = build_block3d(Block3D(1.0, 1.0, 1.0, count, count, rows, cell=shape))
    points = data.points.copy()
    for axis in range(2):
        points[:, axis] = np.interp(points[:, axis], np.linspace(0.0, 1.0, count + 1), across)
    points[:, 2] = down[-1] - np.interp(1.0 - points[:, 2], np.linspace(0.0, 1.0, rows + 1), down)
    return replace(data, points=points)


def supports(parts: Discretisation) -> list[Constraint]:
    """Planes of symmetry, and a bottom that is held."""
    return [fix(parts, "left", 0), fix(parts, "front", 1), *(fix(parts, "bottom", axis) for axis in range(3))]


@dataclass(frozen=True)
class Counted:
    """Mean number of Krylov iterations of a linear solve, and the number of solves."""

    iterations: float
    solves: int


def counted(work: Callable[[], None]) -> Counted:
    """Do something and count the iterations of its solves."""
    profile = Profile()
    with profile.active():
        work()
    solves = profile.counts["linear solves"]
    return Counted(profile.counts["Krylov iterations"] / solves, solves)


def touch(
    shape: Cell, per_reach: int, depths: tuple[float, ...], comm: MPI.Intracomm = MPI.COMM_SELF
) -> tuple[Touching, Counted]:
    """Press the sphere down by one depth after the other."""
    found = pressed(
        block(shape, per_reach), elastic(YOUNG, POISSON), supports, Ball(RADIUS), SPACE, comm=comm, preset=ITERATIVE
    )

    def work() -> None:
        for depth in depths:
            found.step(depth=depth)

    return found, counted(work)


def bonded(shape: Cell, per_reach: int, depths: tuple[float, ...], comm: MPI.Intracomm = MPI.COMM_SELF) -> Counted:
    """Push the bonded face down by the same depths."""
    parts = discretise(block(shape, per_reach), comm)
    down = fix(parts, "top", 2, lambda time: -time * MICRON)
    grip = [fix(parts, "top", 0), fix(parts, "top", 1), down]
    body = solid_model(parts, {"li": elastic(YOUNG, POISSON)}, [*supports(parts), *grip], SPACE, preset=ITERATIVE)
    return counted(lambda: body.march([depth / MICRON for depth in depths]))


@dataclass(frozen=True)
class Closed:
    """Hertz's contact of a force (N)."""

    force: float

    @property
    def reach(self) -> float:
        """a, m."""
        return float((3.0 * self.force * RADIUS / (4.0 * MODULUS)) ** (1.0 / 3.0))

    @property
    def peak(self) -> float:
        """p0, Pa."""
        return 2.0 * MODULUS * self.reach / (np.pi * RADIUS)

    def pressure(self, r: Array) -> Array:
        """Pressure at a distance from the axis, Pa."""
        return np.asarray(self.peak * np.sqrt(np.maximum(1.0 - (r / self.reach) ** 2, 0.0)))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both shapes; the coarse effort has hexahedra alone, and large ones."""
    coarse = effort == "coarse"
    shapes: tuple[Cell, ...] = ("hexahedron",) if coarse else ("hexahedron", "tetrahedron")
    per_reach = 2 if coarse else 3
    depths = DEPTHS[-1:] if coarse else DEPTHS
    rows: list[Row] = []
    curves: dict[Cell, tuple[Touching, Closed]] = {}
    for shape in shapes:
        found, touching = touch(shape, per_reach, depths, comm)
        closed = Closed(-4.0 * float(found.force[2]))
        curves[shape] = (found, closed)
        contact = found.nodes
        peak = float(contact.state.pressure.max())
        label = f"{shape}, {closed.reach / REACH * per_reach:.2g} elements over a"
        rows.append(
            Row(label, "largest pressure", "Pa", closed.peak, peak, 0.03 if coarse else 0.02, "Hertz 1882", "exact")
        )
        expected = closed.pressure(np.hypot(contact.coordinates[:, 0], contact.coordinates[:, 1]))
        error = found.mean_error(contact.state.pressure, expected)
        words, limit = "half an element / a", 0.5 * REACH / closed.reach / per_reach
        rows.append(Row(label, "mean square error of the pressure", "", 0.0, error, limit, words, "exact",
                        absolute=True))  # fmt: skip
        glued = bonded(shape, per_reach, depths, comm)
        rows.append(Row(label, "iterations of a solve, bonded", "", None, glued.iterations, None, "", "own"))
        share = touching.iterations / glued.iterations
        rows.append(Row(label, "iterations of a solve over those of the bonded face", "", MOST / 2, share, MOST / 2,
                        f"at most {MOST:g}", "own", absolute=True))  # fmt: skip
        rows.append(Row(label, "most Newton iterations of a step", "", None, float(max(found.iterations)), None, "",
                        "own"))  # fmt: skip
    caption = "Pressure at the nodes of the contact over the distance from the axis, and Hertz's (lines)."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("pressure", caption, lambda figure: draw(figure, curves), (4.8, 3.3)),),
        input=f"E {YOUNG / 1e9:g} GPa, nu {POISSON}, R {RADIUS * 1e3:g} mm, depths "
        f"{', '.join(f'{1e9 * depth:g}' for depth in depths)} nm, {per_reach} cells over {REACH * 1e6:g} um",
    )


def draw(figure: Figure, curves: dict[Cell, tuple[Touching, Closed]]) -> None:
    """Pressures over the distance from the axis."""
    axes = figure.subplots()
    for shape, (found, closed) in curves.items():
        contact, scale = found.nodes, closed.peak
        r = np.hypot(contact.coordinates[:, 0], contact.coordinates[:, 1])
        near = (r < 1.5 * closed.reach) & (contact.areas > 0.0)
        line = np.linspace(0.0, closed.reach, 300)
        axes.plot(line / closed.reach, closed.pressure(np.asarray(line)) / scale, color=COLOURS[shape], lw=0.8)
        axes.plot(r[near] / closed.reach, contact.state.pressure[near] / scale, ".", ms=4, color=COLOURS[shape],
                  label=shape)  # fmt: skip
    axes.set_xlabel("r / a")
    axes.set_ylabel("pressure / largest of Hertz")
    axes.legend(fontsize=7)


PROBLEM = Problem(
    name="contact-sphere",
    title="Hertz's sphere in space by the iterative solver",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("H. Hertz, J. reine angew. Math. 92 (1882) 156",),
    run=run,
    on_ranks=run,
    minutes=1.5,
)
