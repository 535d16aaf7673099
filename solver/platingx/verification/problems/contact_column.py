"""A column under a tool that gives way: spring, dead load from touch, and the closed gap by contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.loader import load_case
from platingx.config.rigid_body import RigidBody
from platingx.fields.constraints import Constraint
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.drives import BodyScale, DrivenUnknowns, driven_unknowns
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.problems.nodal_contact import ContactLaws
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import DrivenBy, RigidTool
from platingx.problems.spring import OutsideSpring
from platingx.problems.tool_reaction import ToolReaction
from platingx.problems.tool_shapes import Flat
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.contact_nodes import one_folder
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "expected_lift"]

YIELD, SENSITIVITY = 1e6, 0.01
YOUNG, POISSON = 7.81e9, 0.38
LIMIT = float(2.0 * YIELD / np.sqrt(3.0))
"""Largest pressure of smooth plane strain, Pa."""
SPRINGS = (1e6, 1e7)
FIRST, STEP, END = 1e-6, 0.01, 0.3
LOADS = (0.9, 1.02)
GAP = 1e-3
Settings = list[tuple[str, str]]
NUMBERS = ("max_pressure_li", "max_principal_stress_llzo")


@dataclass(frozen=True)
class Column:
    """A column of metal, 1 m wide and high, under a smooth lid with a drive."""

    solved: SolidModel
    contact: RigidContact
    lid: DrivenUnknowns

    @property
    def lift(self) -> float:
        """Lift of the lid, m."""
        return self.lid.displacement(self.lid.components[0])

    @property
    def integral(self) -> float:
        """Integral of the contact pressure over the face, N/m or N. Collective."""
        contact, comm = self.contact, self.solved.problem.comm
        return float(comm.allreduce(float(np.sum(contact.areas * contact.state.pressure))))


def column(drive: dict[str, Any], grows: float = 0.0, space: bool = False, preset: str = "direct",
           gap: float = 0.0, comm: MPI.Intracomm = MPI.COMM_SELF) -> Column:  # fmt: skip
    """Make a column that grows along its axis at a rate (1/s)."""
    dimension, up = (3, "z") if space else (2, "y")
    data = build_block3d(Block3D(1.0, 1.0, 1.0)) if space else build_box(Box(1.0, 1.0, 3, 3))
    parts = discretise(data, comm)
    material = norton(YOUNG, POISSON, 1.0, YIELD, 1.0 / SENSITIVITY)
    surface = contact_face(parts, "top", {"li": material}, False)
    areas: Array = np.zeros(dimension)
    areas[-1] = 1.0
    body = RigidBody.model_validate({up: drive, **({} if space else {"depth": "1 m"})})
    lid = driven_unknowns("lid", body, dimension, BodyScale(1.0, areas, 1.0), comm)
    transfer: Array = np.zeros((dimension, 1))
    transfer[-1, 0] = 1.0
    by = DrivenBy(lid.unknowns, transfer, next(iter(lid.contributions)))
    place: Array = np.zeros(dimension)
    place[-1] = 1.0 + gap
    nothing: Array = np.zeros(dimension)
    tool = RigidTool("the lid", Flat(), place, np.eye(dimension), lambda _time: nothing, by)
    contact = RigidContact("top", surface, tool, ContactLaws())
    axis = (0.0, 0.0, 1.0) if space else (0.0, 1.0)
    solved = solid_model(
        parts,
        {"li": material},
        [*supports(parts), *lid.constraints],
        "three_dimensional" if space else "plane_strain",
        {"li": Growth(lambda time: 1.0 + grows * time, direction=axis)},
        extra=[
            contact,
            ToolReaction(contact, by, parts.space.dofmap.index_map),
            *(OutsideSpring(spring) for spring in lid.contributions),
        ],
        fields=[lid.unknowns],
        preset=preset,
    )
    return Column(solved, contact, lid)


def supports(parts: Discretisation) -> list[Constraint]:
    """The foot slips on the ground, and a side on a wall."""
    space = parts.loaded.mesh.geometry.dim == 3
    front = [fix(parts, "front", 1)] if space else []
    return [fix(parts, "left", 0), fix(parts, "bottom", 2 if space else 1), *front]


def expected_lift(spring: float, grown: float) -> float:
    """Lift of the lid, m: of a rigid perfectly plastic column that has grown by a stretch."""
    free = grown - 1.0
    if spring * free <= LIMIT:
        return free
    return float((-1.0 + np.sqrt(1.0 + 4.0 * LIMIT * grown / spring)) / 2.0)


def springs(comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[list[Row], dict[float, tuple[Array, Array]]]:
    """(a) Force of the spring over the growth, and the integral of the pressure."""
    rows: list[Row] = []
    curves = {}
    for stiffness in SPRINGS:
        found = column({"spring": f"{stiffness!r} N/m"}, grows=1.0, comm=comm)
        sizes = np.minimum(FIRST * 1.5 ** np.arange(100), STEP)
        times = np.cumsum(sizes)
        times = np.append(times[times < END], END)
        lifts = []
        for time in times:
            found.solved.advance(float(time))
            lifts.append(found.lift)
        curves[stiffness] = (1.0 + times, np.array(lifts))
        label, force = f"spring of {stiffness:g} N/m", stiffness * found.lift
        expected = stiffness * expected_lift(stiffness, 1.0 + END)
        rows.append(Row(label, "force", "N/m", expected, force, 0.02, "rigid, perfectly plastic", "exact"))
        balance = found.integral / force - 1.0
        rows.append(Row(label, "integral of the pressure over k u, less 1", "", 0.0, balance, 1e-6, "balance", "exact",
                        absolute=True))  # fmt: skip
    return rows, curves


def in_space(presets: tuple[str, ...], comm: MPI.Intracomm = MPI.COMM_SELF) -> list[Row]:
    """(b) The same balance in three dimensions, direct and iterative."""
    rows = []
    for preset in presets:
        found = column({"spring": "1e9 N/m"}, grows=1e-4, space=True, preset=preset, comm=comm)
        found.solved.march([0.5, 1.0])
        balance = found.integral / (1e9 * found.lift) - 1.0
        rows.append(
            Row(f"hexahedra, {preset}", "integral of the pressure over k u, less 1", "", 0.0, balance, 1e-6, "balance",
                "exact", absolute=True)
        )  # fmt: skip
    return rows


def dead_loads(comm: MPI.Intracomm = MPI.COMM_SELF) -> list[Row]:
    """(c) A lid that falls from a gap onto the column under a constant force, below and above what that bears."""
    rows = []
    for share in LOADS:
        force = share * LIMIT
        found = column({"force": f"{-force!r} N"}, gap=GAP, comm=comm)
        results = [found.solved.advance(time) for time in np.cumsum([1e-5, 1e-4, *[1e-3] * 8])]
        label = f"dead load of {share:g} of the limit"
        rows.append(
            Row(label, "integral of the pressure", "N/m", force, found.integral, 1e-6, "the load", "exact"),
        )
        iterations = float(np.mean([result.iterations for result in results]))
        rows.append(Row(label, "mean Newton iterations of a step", "", None, iterations, None, "", "own"))
    return rows


def compared(name: str, changes: Settings, variants: Sequence[Settings], comm: MPI.Intracomm) -> Array:
    """Largest pressure and stress of a shipped case with changes, in each of some variants, Pa. Collective."""
    found = []
    for variant in variants:
        settings = [*changes, *variant, ("output.figures", "false"), ("output.fields_every", "milestones")]
        case = load_case(shipped_cases_folder() / f"{name}.yaml", settings)
        with one_folder(comm) as folder:
            result = run_case(case, folder / "run", quiet=True, comm=comm)
            found.append([float(result.quantity(number)) for number in NUMBERS])
    return np.array(found)


def shipped(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> list[Row]:
    """(d) `eruption`, (e) `low_rate` bonded and touching its collector, (f) its tip fixed and on a stiff spring."""
    coarse = effort == "coarse"
    mesh = ("geometry.mesh.refinement", "0.3" if coarse else "1")
    short = [("time.end", "10 ms"), ("time.initial_step", "2 ms")] if coarse else [("time.maximum_step", "60 ms")]
    fixed = [("tools.tip", "{shape: {kind: circle, radius: 2400 nm}}")]
    kinds: Sequence[tuple[str, str, str, Settings, Settings, Settings, float]] = (
        ("eruption", "without friction", "bonded", [mesh], [], by_contact("frictionless"), 0.005),
        ("low_rate", "rough", "bonded", [mesh, *short], [], by_contact("rough"), 0.001),
        ("rigid_tip", "on a stiff spring", "a fixed tip", short, fixed, [], 0.001),
    )
    rows = []
    for name, how, source, changes, one, other, tolerance in kinds:
        for number, (expected, found) in zip(NUMBERS, compared(name, changes, (one, other), comm).T, strict=True):
            unit, scale = ("GPa", 1e9) if expected > 1e9 else ("MPa", 1e6)
            values = float(expected) / scale, float(found) / scale
            rows.append(Row(f"{name}, {how}", number, unit, *values, tolerance, source, "own"))
    return rows


def by_contact(kind: str) -> Settings:
    """A collector that is touched."""
    return [("constraints.collector", "free"), ("contact.collector", kind)]


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Compute all rows; the coarse effort takes coarse meshes for the shipped cases, and the begin of slow ones."""
    sprung, curves = springs(comm)
    presets = ("direct", "iterative")
    rows = [*sprung, *in_space(presets, comm), *dead_loads(comm), *shipped(effort, comm)]
    picture = Picture("force", CAPTION, lambda figure: draw(figure, curves), (4.8, 3.3))
    return Outcome(tuple(rows), (), (picture,), input=INPUT)


def draw(figure: Figure, curves: dict[float, tuple[Array, Array]]) -> None:
    """Force over growth."""
    axes = figure.subplots()
    for colour, (stiffness, (grown, lifts)) in zip(COLOURS, curves.items(), strict=False):
        line = np.linspace(1.0, grown[-1], 200)
        expected = [stiffness * expected_lift(stiffness, float(each)) / 1e6 for each in line]
        axes.plot(line, expected, color=colour, lw=0.8)
        axes.plot(grown, stiffness * lifts / 1e6, ".", ms=4, color=colour, label=f"{stiffness:g} N/m")
    axes.axhline(LIMIT / 1e6, color="0.5", lw=0.6, ls=":")
    axes.set_xlabel("Stretch of growth")
    axes.set_ylabel("Force of the lid (MN/m)")
    axes.legend(title="spring")


CAPTION = "Force of a growing column on a lid with a spring; closed forms as lines, and the limit of the width at rest."

INPUT = """column 1 m wide and high, 3 x 3 quadrilaterals (2 x 2 x 2 hexahedra), smooth foot, side and lid
E 7.81 GPa, nu 0.38, Norton's law with 1 MPa at 1/s and m = 0.01: nearly perfectly plastic
(a) growth along the axis by 30 % in 1 us at first and 10 ms at last under a lid on a spring of 1 and 10 MN/m per m
(b) growth by 1e-4 in space under a lid on a spring of 1 GN/m
(c) a lid 1 mm above the column under a constant force, ten steps of 10 us to 1 ms
(d) cases/eruption.yaml, its collector bonded, and touched without friction
(e) cases/low_rate.yaml, its collector bonded, and touched and rough
(f) cases/rigid_tip.yaml, its tip fixed, and on its spring of 1e11 N/m for a metre of depth
(e, f) the coarse effort takes the first 10 ms"""

PROBLEM = Problem(
    name="contact-column",
    title="Columns under tools that give way, and shipped cases by contact",
    part="verification",
    statement=r"""(a) A rigid, perfectly plastic column of width $w$ and height $h$ grows by the stretch $\lambda$ along
its axis and touches a smooth lid on a spring of stiffness $k$. It lifts the lid by $u = h(\lambda - 1)$ until the force
is $2\sigma_y w/\sqrt3$; from there on the metal flows out sideways, its volume is $w h \lambda$, and

$$k u\,(h + u) = \frac{2 \sigma_y}{\sqrt3}\, w h \lambda .$$

What elasticity and the rate change is within 2 %. The integral of the contact pressure over the nodes is the force of
the spring to the accuracy of Newton's method. (b) The same balance in space, with both solvers. (c) A lid that only a
force holds has a singular tangent before first touch: it is brought into touch first, and then bears the force, below
and above what the column bears at its width at rest. (d) The closed gap of `eruption` presses everywhere on its
collector: whether that is bonded or touched without friction must not matter, to 0.5 % (the penalty
and a slip of the metal along the arc are what differs). (e) A rough arc that presses everywhere on the island of
`low_rate` is a bonded one, and (f) a stiff spring a fixed tool, both to 0.1 %.""",
    sources=("R. Hill, The Mathematical Theory of Plasticity (1950), chapter IX",),
    run=run,
    on_ranks=run,
    minutes=0.7,
)
