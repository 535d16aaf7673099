"""Two bodies of which one slides on the other in space: patch tests, a dragged block, and a sphere on a block."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.physics.solid_model import Load
from platingx.problems.contact_law import Friction
from platingx.problems.nodal_contact import ContactLaws
from platingx.verification.models.contact_nodes import worst_stress
from platingx.verification.models.two_bodies import UPPER, TwoBodies, apart, two_bodies
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData

__all__ = ["COEFFICIENT", "PROBLEM", "blocks", "dragged", "pressed_blocks"]

SPACE = "three_dimensional"
YOUNG, POISSON, PRESSURE, COEFFICIENT = 1e9, 0.3, 1e6, 0.3
WAY = np.array([0.8, 0.2, 0.0])
RADIUS, REACH = 1e-3, 10e-6
DEPTH = 0.18e-6
EXTENT = 14.0
"""Size of the blocks of the sphere's contact over its radius."""

STATEMENT = r"""
Two cubes are pressed on each other by a uniform pressure $p$ (Poisson's ratio 0), of hexahedra or of tetrahedra, with
3 elements on a side against 2 or 2 against 3, the lower one as stiff as the upper one or 20 times as stiff. Every
point of both cubes has to bear $\sigma_{zz} = -p$, whatever the meshes are.

A block is pressed on a longer one that is held flat, and drawn along it over several of its elements, askew to the
edges of both, with the coefficient of friction $\mu = 0.3$: once all nodes slip, the drag is $\mu$ times the load.

A sphere of radius $R$ = 1 mm (as a block with a parabolic lower face) is pressed on a block of the same material, E 1
GPa, nu 0.3, both deformable, with meshes that do not match. With $1/E^* = 2(1-\nu^2)/E$ the largest pressure for the
force $F$ is Hertz's,

$$p_0 = \left(\frac{6 F E^{*2}}{\pi^3 R^2}\right)^{1/3}.$$
"""


def blocks(lower: int, upper: int, cell: Literal["hexahedron", "tetrahedron"]) -> MeshData:
    """A unit cube on another, with any number of elements at their common side."""
    below = build_block3d(Block3D(1.0, 1.0, 1.0, lower, lower, 1, region="llzo", cell=cell))
    above = build_block3d(Block3D(1.0, 1.0, 1.0, upper, upper, 1, cell=cell))
    return apart(below, above, (0.0, 0.0, 1.0))


def pressed_blocks(
    data: MeshData, ratio: float, preset: str = "direct", comm: MPI.Intracomm = MPI.COMM_SELF
) -> TwoBodies:
    """Two blocks without Poisson's effect under a uniform pressure, the lower one stiffer by a ratio. Collective."""

    def rollers(parts: Discretisation) -> list[Constraint]:
        sides = [fix(parts, body + side, axis) for body in ("", UPPER) for axis, side in enumerate(("left", "front"))]
        return [*sides, fix(parts, "bottom", 2)]

    made = two_bodies(
        data,
        {"li": elastic(YOUNG, 0.0), "llzo": elastic(ratio * YOUNG, 0.0)},
        rollers,
        model=SPACE,
        loads=[Load(UPPER + "top", "li", pressure=lambda time: PRESSURE * min(time, 1.0))],
        comm=comm,
        preset=preset,
    )
    for step in range(1, 4):  # what the penalty lets in is taken back
        made.advance(float(step))
    return made


def dragged(flat: bool, comm: MPI.Intracomm = MPI.COMM_SELF) -> TwoBodies:
    """A small block to be pressed on a long one until 1 s, and dragged across its elements by 0.8 until 2 s.

    Parameters
    ----------
    flat
        Whether the upper side of the long one is held.
    comm
        Communicator. Collective.
    """
    below = build_block3d(Block3D(2.0, 1.0, 0.5, 5, 3, 1, region="llzo"))
    data = apart(below, build_block3d(Block3D(0.6, 0.5, 0.5, 2, 2, 1)), (0.3, 0.2, 0.5))

    def supports(parts: Discretisation) -> list[Constraint]:
        top = UPPER + "top"
        held = [fix(parts, side, axis) for side in ("bottom", *(["top"] if flat else [])) for axis in range(3)]
        along = [fix(parts, top, axis, partial(_along, axis)) for axis in (0, 1)]
        return [*held, *along, fix(parts, top, 2, lambda time: -0.01 * min(time, 1.0))]

    materials = {"li": elastic(YOUNG, 0.0), "llzo": elastic(20.0 * YOUNG, 0.0)}
    return two_bodies(data, materials, supports, model=SPACE, laws=ContactLaws(Friction(COEFFICIENT)), comm=comm)


def _along(axis: int, time: float) -> float:
    return float(WAY[axis]) * max(time - 1.0, 0.0)


def growing(equal: int, per_reach: int, ratio: float) -> Array:
    """Places of vertices: equal parts of the reach of the contact, then larger and larger ones, up to the extent."""
    places, size = [i / per_reach for i in range(equal + 1)], 1 / per_reach
    while places[-1] < EXTENT:
        size *= ratio
        places.append(places[-1] + size)
    return REACH * EXTENT / places[-1] * np.array(places)


def quarter(per_reach: int, ratio: float, upwards: bool) -> MeshData:
    """Quarter of a block that is fine at the corner of its lower or its upper face, where it touches."""
    across, through = growing(per_reach + 1, per_reach, ratio), growing(2, per_reach, 1.1 * ratio)
    count, rows = len(across) - 1, len(through) - 1
    data = build_block3d(Block3D(1.0, 1.0, 1.0, count, count, rows, region="li" if upwards else "llzo"))
    points = data.points.copy()
    for axis in range(2):
        points[:, axis] = np.interp(points[:, axis], np.linspace(0.0, 1.0, count + 1), across)
    depth = points[:, 2] if upwards else 1.0 - points[:, 2]
    depth = np.interp(depth, np.linspace(0.0, 1.0, rows + 1), through)
    points[:, 2] = depth if upwards else through[-1] - depth
    if upwards:
        arc = (points[:, 0] ** 2 + points[:, 1] ** 2) / (2.0 * RADIUS)
        points[:, 2] += (1.0 - depth / through[-1]) * arc
    return replace(data, points=points)


def sphere(per_reach: int, ratio: float, steps: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> TwoBodies:
    """A sphere pressed in steps on a block of the same material, with fewer elements than that."""
    lower = quarter(per_reach + 1, ratio, upwards=False)
    height = float(lower.points[:, 2].max())

    def supports(parts: Discretisation) -> list[Constraint]:
        sides = [fix(parts, body + side, axis) for body in ("", UPPER) for axis, side in enumerate(("left", "front"))]
        ends = [fix(parts, "bottom", axis) for axis in range(3)]
        down = fix(parts, UPPER + "top", 2, lambda time: -DEPTH * time / steps)
        return [*sides, *ends, *(fix(parts, UPPER + "top", axis) for axis in (0, 1)), down]

    material = elastic(YOUNG, POISSON)
    data = apart(lower, quarter(per_reach, ratio, upwards=True), (0.0, 0.0, height))
    made = two_bodies(data, {"li": material, "llzo": material}, supports, model=SPACE, comm=comm, preset="iterative")
    for step in range(1, steps + 1):
        made.advance(float(step))
    return made


def hertz(force: float) -> tuple[float, float]:
    """Largest pressure and radius of the contact of a sphere with a block of its material under a force, Pa and m."""
    modulus = 0.5 * YOUNG / (1.0 - POISSON**2)
    peak = (6.0 * force * modulus**2 / (np.pi**3 * RADIUS**2)) ** (1.0 / 3.0)
    return float(peak), float((0.75 * force * RADIUS / modulus) ** (1.0 / 3.0))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Patch tests, the dragged block, and the sphere; the coarse effort takes fewer and coarser ones."""
    rows: list[Row] = []
    cells: tuple[Literal["hexahedron", "tetrahedron"], ...] = ("hexahedron", "tetrahedron")
    cases = [(cell, *pair, ratio) for cell in cells for pair in ((3, 2), (2, 3)) for ratio in (1.0, 20.0)]
    for cell, lower, upper, ratio in cases[:1] if effort == "coarse" else cases:
        made = pressed_blocks(blocks(lower, upper, cell), ratio, comm=comm)
        case = f"{cell}, {lower} : {upper}, E {ratio:g} : 1"
        for region, word in (("llzo", "lower"), ("li", "upper")):
            worst = worst_stress(made.model, region, 2, -PRESSURE)
            rows.append(Row(case, f"stress of the {word} cube", "Pa", -PRESSURE, worst, 1e-8, "equilibrium", "exact"))
    block = dragged(flat=True, comm=comm)
    for time in (1.0, 1.1, 1.2, 1.3, 1.4):
        block.advance(time)
    force = block.force
    drag = float(np.hypot(*force[:2]) / force[2])
    rows.append(Row("dragged block", "drag / load", "", COEFFICIENT, drag, 1e-8, "Coulomb's law", "exact"))
    per_reach, ratio, steps = (2, 2.2, 1) if effort == "coarse" else (3, 2.0, 3)
    ball = sphere(per_reach, ratio, steps, comm)
    peak, reach = hertz(4.0 * float(ball.force[2]))
    found = float(ball.nodes.state.pressure.max())
    tolerance = 0.06 if effort == "coarse" else 0.02
    rows.append(Row("sphere on a block", "largest pressure", "Pa", peak, found, tolerance, "Hertz", "exact"))
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture(
                "sphere", "Pressure of all nodes under the sphere, and Hertz's.", lambda figure: draw(figure, ball)
            ),
        ),
        input=f"unit cubes, E {YOUNG / 1e9:g} GPa; {per_reach * reach / REACH:.2g} elements of the sphere and "
        f"{(per_reach + 1) * reach / REACH:.2g} of the block per radius of the contact",
    )


def draw(figure: Figure, ball: TwoBodies) -> None:
    """Pressures over the distance from the axis."""
    contact = ball.nodes
    away = np.hypot(contact.moved[:, 0], contact.moved[:, 1])
    peak, reach = hertz(4.0 * float(ball.force[2]))
    axes = figure.subplots()
    near = away < 2.0 * reach
    axes.plot(away[near] * 1e6, contact.state.pressure[near] / 1e6, "o", ms=3, color="#b03a2e", label="nodes")
    x = np.linspace(0.0, reach, 200)
    axes.plot(x * 1e6, peak / 1e6 * np.sqrt(1.0 - (x / reach) ** 2), color="#1f4e79", label="Hertz")
    axes.set_xlabel("distance from the axis (um)")
    axes.set_ylabel("pressure (MPa)")
    axes.legend(fontsize=7)


PROBLEM = Problem(
    name="contact-space",
    title="Two bodies that deform slide on each other in space",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "K. L. Johnson, Contact Mechanics (1985), chapter 4",
        "M. A. Puso and T. A. Laursen, Comput. Methods Appl. Mech. Eng. 193 (2004) 601",
    ),
    run=run,
    on_ranks=run,
    minutes=3.0,
)
