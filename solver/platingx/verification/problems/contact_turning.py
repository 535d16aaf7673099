"""Tools that turn: a plate pushed beside the middle, and plates on a hinge or a ball that swing onto a corner."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.optimize import root
from scipy.spatial.transform import Rotation

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.physics.solid_model import SolidModel
from platingx.verification.drawing import COLOURS
from platingx.verification.models.driven_tools import UnderPlate, under_plate
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "pushed_beside", "swung"]

YOUNG, POISSON = 1e9, 0.3
SIZES = (1.0, 0.6, 0.5)
"""Width, length and height of the block, m."""
FORCE, OFFSET = 1e3, (0.06, -0.04)
SPRING, SPRING_OF_TURN = 2e9, 3e7
STIFF = 1e9
"""Young's modulus of the block that plates swing onto, Pa: its corner gives way, as one over it."""
HINGE, MOMENT, WIND = (-0.5, 1.2), 4e3, 5e3
BALL, MOMENTS = (-0.4, -0.3, 0.9), (-2e3, 4e3)
PLURAL = {"hexahedron": "hexahedra", "tetrahedron": "tetrahedra"}
SETTLING = 8
SWINGS = 10
LEAST = 1e-6
TIGHT = 1e-5
"""Tolerance of what strains of 1e-6 leave of compression and bending."""
GIVES = 1e-3
"""Tolerance of what the corner of the block gives way."""


def block(space: bool, shape: str = "hexahedron") -> MeshData:
    """The block in the plane or in space."""
    width, length, height = SIZES
    if space:
        return build_block3d(
            Block3D(width, length, height, cell="tetrahedron" if shape == "tetrahedron" else "hexahedron")
        )
    return build_box(Box(width, height, 2, 2))


def pushed_beside(space: bool) -> Array:
    """Displacement of the plate at its pivot and its turns, in closed form: compression and pure bending of the block.

    With d the displacement at the middle of the block the energy k d^2/2 + sum (b_i + s) w_i^2/2 + S u^2/2 + F u is
    least, k = E A/h, b = E I/h, S and s the springs of the plate.
    """
    width, length, height = SIZES
    if space:
        modulus, area = YOUNG, width * length
        second = np.array([width * length**3, length * width**3]) / 12.0
        arm = np.array([1.0, -OFFSET[1], OFFSET[0]])  # of u, w_x and w_y
    else:
        modulus, area = YOUNG / (1.0 - POISSON**2), width
        second = np.array([width**3]) / 12.0
        arm = np.array([1.0, -OFFSET[0]])  # of u and w_z
    stiffness = modulus * area / height * np.outer(arm, arm)
    stiffness += np.diag([SPRING, *(modulus * second / height + SPRING_OF_TURN)])
    load = np.zeros(len(arm))
    load[0] = -FORCE
    return np.asarray(np.linalg.solve(stiffness, load))


def tilted(space: bool, preset: str, comm: MPI.Intracomm, shape: str = "hexahedron") -> tuple[Array, UnderPlate]:
    """The same by contact, all components of the motion free to move on springs."""
    spring, turn = {"spring": f"{SPRING!r} N/m"}, {"spring": f"{SPRING_OF_TURN!r} N*m"}
    push = {**spring, "force": f"{-FORCE!r} N"}
    width, length, height = SIZES
    if space:
        drives: dict[str, Any] = {"x": spring, "y": spring, "z": push, "turn_x": turn, "turn_y": turn, "turn_z": turn}
        pivot: tuple[float, ...] = (width / 2 + OFFSET[0], length / 2 + OFFSET[1], height)
        names: tuple[str, ...] = ("z", "turn_x", "turn_y")
    else:
        drives = {"x": spring, "y": push, "turn_z": turn}
        pivot, names = (width / 2 + OFFSET[0], height), ("y", "turn_z")
    up = np.eye(len(pivot))[-1]
    vector = elastic(YOUNG, POISSON)
    found = under_plate(block(space, shape), vector, drives, pivot, up, pivot, preset=preset, comm=comm)
    found.model.march(np.arange(1.0, 1.0 + SETTLING))  # the multiplier takes up what the penalty lets through
    return np.array([found.plate.displacement(name) for name in names]), found


def swung(space: bool) -> tuple[Array, Array]:
    """Turns of a plate on a hinge or a ball against springs, and its force on the corner that it meets.

    The energy k w^2/2 - M.w is least with (c - P).R e = 0 at the corner c, R of the rotation vector w about P by
    another library; the multiplier is the force, along R e.
    """
    pivot = np.array(BALL if space else (HINGE[0], HINGE[1], 0.0))
    corner = np.array(SIZES) if space else np.array([SIZES[0], SIZES[2], 0.0])
    axis = np.array([0.0, 0.0, 1.0] if space else [0.0, 1.0, 0.0])
    moments = np.array([*MOMENTS, 0.0]) if space else np.array([0.0, 0.0, -MOMENT])
    free = np.flatnonzero(moments)

    def gap(turns: Array) -> float:
        angle = np.zeros(3)
        angle[free] = turns
        return float(-(corner - pivot) @ Rotation.from_rotvec(angle).apply(axis))

    def lacking(values: Array) -> Array:
        turns, force = values[:-1], values[-1]
        step = 1e-6 * np.eye(len(free))
        slope = np.array([(gap(turns + each) - gap(turns - each)) / 2e-6 for each in step])
        return np.array([*(WIND * turns - moments[free] - force * slope), MOMENT * gap(turns)])

    found = root(lacking, [*(moments[free] / WIND), MOMENT], tol=1e-12).x
    angle = np.zeros(3)
    angle[free] = found[:-1]
    return found[:-1], -found[-1] * Rotation.from_rotvec(angle).apply(axis)[: 3 if space else 2]


def swinging(space: bool, comm: MPI.Intracomm) -> tuple[Array, Array, list[Array]]:
    """The same by contact with a block that is next to rigid: turns, force, and turns of each step."""
    pivot, names = (BALL, ("turn_x", "turn_y")) if space else (HINGE, ("turn_z",))
    moments = MOMENTS if space else (-MOMENT,)
    drives: dict[str, Any] = {
        name: {"spring": f"{WIND!r} N*m", "moment": {"table": [["0 s", "0 N*m"], ["1 s", f"{moment!r} N*m"]]}}
        for name, moment in zip(names, moments, strict=True)
    }
    up = np.eye(len(pivot))[-1]
    found = under_plate(block(space), elastic(STIFF, POISSON), drives, pivot, up, pivot, comm=comm)
    course = []
    for time in np.linspace(0.0, 1.0, SWINGS + 1)[1:]:
        reach(found.model, float(time))
        course.append(np.array([found.plate.displacement(name) for name in names]))
    found.model.march([1.1, 1.2])
    return np.array([found.plate.displacement(name) for name in names]), found.force(), course


def reach(model: SolidModel, end: float) -> None:
    """Go to a time with smaller steps where there is no equilibrium: a plate that meets the corner may overshoot."""
    step = end - model.time
    while model.time < end:
        time = min(model.time + step, end)
        if model.try_step(time, extrapolate=False).converged:
            model.problem.commit()
            model.last_dt, model.time, step = time - model.time, time, 2.0 * step
            continue
        model.problem.rollback()
        step *= 0.25
        if step < LEAST:
            raise ConvergenceError(f"t = {time:g} s: no equilibrium of the swinging plate")


def rows_of(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[list[Row], dict[bool, list[Array]]]:
    """All rows, and the courses of the swinging plates in the plane and in space."""
    rows: list[Row] = []
    kinds = [(False, "direct", "hexahedron"), (True, "direct", "hexahedron")]
    if effort != "coarse":
        kinds += [(True, "iterative", "hexahedron"), (True, "direct", "tetrahedron")]
    for space, preset, shape in kinds:
        expected, (found, _) = pushed_beside(space), tilted(space, preset, comm, shape)
        label = f"pushed beside the middle, {f'{shape[:-3]}a, {preset}' if space else 'plane strain'}"
        for name, unit, right, value in zip(("lift", "turn", "turn about y"), ("m", "rad", "rad"), expected, found,
                                            strict=False):  # fmt: skip
            rows.append(Row(label, name, unit, float(right), float(value), TIGHT, "compression and bending", "exact"))
    courses = {}
    for space in (False, True):
        (turns, force), (turned, pushed, courses[space]) = swung(space), swinging(space, comm)
        label = "on a ball in space" if space else "on a hinge in the plane"
        for number, (right, value) in enumerate(zip(turns, turned, strict=True)):
            name = f"turn about {'xy'[number]}" if space else "turn"
            rows.append(Row(label, name, "rad", float(right), float(value), GIVES, "least energy", "exact"))
        for axis, right, value in zip("xyz", force, pushed, strict=False):
            name = f"force along {axis}"
            rows.append(Row(label, name, "N", float(right), float(value), GIVES, "least energy", "exact"))
    return rows, courses


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Compute all rows; the coarse effort leaves out tetrahedra and the iterative solver."""
    rows, courses = rows_of(effort, comm)
    picture = Picture("turns", CAPTION, lambda figure: draw(figure, courses), (5.2, 3.2))
    return Outcome(tuple(rows), (), (picture,), input=INPUT)


def draw(figure: Figure, courses: dict[bool, list[Array]]) -> None:
    """Angle of both plates over the share of their moments."""
    axes = figure.subplots()
    for colour, (space, course) in zip(COLOURS, courses.items(), strict=False):
        share = np.linspace(0.0, 1.0, len(course) + 1)
        size = np.linalg.norm(MOMENTS) if space else MOMENT
        angles = [0.0, *(float(np.linalg.norm(turns)) for turns in course)]
        final = float(np.linalg.norm(swung(space)[0]))
        label = "ball, in space" if space else "hinge, in the plane"
        axes.plot(share, share * size / WIND, color=colour, lw=0.6, ls=":")
        axes.axhline(final, color=colour, lw=0.8)
        axes.plot(share, angles, ".", ms=5, color=colour, label=label)
    axes.set_xlabel("Share of the moment")
    axes.set_ylabel("Angle of the plate (rad)")
    axes.legend()


CAPTION = (
    "Plates that moments turn against springs (dotted: free) until they meet the corner of a block. Lines: the angle "
    "at the full moment by the least energy; in space it changes a little after the touch, since the plate slides."
)

INPUT = """block 1 m wide, 0.6 m long, 0.5 m high, two elements each way, on slippery ground
plate pushed beside the middle: E 1 GPa, nu 0.3; 1 kN at 60 mm and -40 mm from the middle; springs of 2 GN/m and
30 MN m on every component; eight steps at the load
plates on a hinge and a ball: E 1 GPa; springs of 5 kN m; moments of -4 kN m about z, of -2 and 4 kN m about x and y"""

PROBLEM = Problem(
    name="contact-turning",
    title="Tools that turn: tilted plates, and torques at finite angles",
    part="verification",
    statement=r"""(a) A flat plate with all components of a rigid motion on springs (three in the plane, six in space)
is pushed onto a block beside its middle. The block is compressed and bent, with displacements of second degree that the
elements hold exactly. With $d$ the displacement of the plate at the middle, it is where

$$\tfrac12 \frac{EA}{h} d^2 + \tfrac12\sum_i\Big(\frac{EI_i}{h}+s\Big) w_i^2 + \tfrac12 S u^2 + F u$$

is least ($E/(1-
u^2)$ in plane strain). Without friction the other components stay at rest.

(b) A plate that cannot move but turn, on a hinge or on a ball, is turned by moments against springs until it meets a
corner of a block that is next to rigid (what its corner gives way is the difference). Its rotation vector $w$ makes
$\tfrac12 k w^2 - M\cdot w$ least with $(c - P)\cdot R(w)\,e = 0$; the multiplier is the force on the corner, along the
plate's normal $R(w)\,e$, so that in the plane $M - k w$ is the force times its lever. $R$ of the expected values is
that of another library. In space the balance holds for the components of the rotation vector,
$k w - M + J^T(a\times f) = 0$, where $J$ relates them to the spin.""",
    sources=(
        "M. Geradin and A. Cardona, Flexible Multibody Dynamics (2001), section 4.3",
        "S. Timoshenko and J. N. Goodier, Theory of Elasticity, 3rd edition (1970), article 102",
    ),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
