"""Growth against a collector that gives way: spring, stack pressure and turn against closed forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.arrays import Array, RealArray
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.fields.constraints import Constraint, Prescribed, Tied
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.drives import BodyScale, DrivenUnknowns, driven_unknowns, is_turn
from platingx.physics.rigid_bodies import rigid_motions
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.problems.newton import NewtonOptions
from platingx.verification.drawing import COLOURS
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "expected_lift"]

YOUNG, POISSON = 7.81e9, 0.38
MODULUS = YOUNG * (1.0 - POISSON) / ((1.0 + POISSON) * (1.0 - 2.0 * POISSON))
WIDTH, HEIGHT, GROWN = 0.8e-6, 1e-6, 1.05
STACK_PRESSURE = 5e6
TURN = 1e-5
MODELS = ("plane_strain", "axisymmetric", "three_dimensional")
RATIOS = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1e3)
TIGHT = NewtonOptions(1e-12, 25)


@dataclass(frozen=True)
class Block:
    """A block of metal under a lid with drives."""

    solved: SolidModel
    lid: DrivenUnknowns
    area: float

    @property
    def force(self) -> float:
        """Force of the metal on the lid along the axis, N (N/m in plane strain)."""
        return -float(self.solved.problem.reaction("top")[-1])


def block(model: str, drives: dict[str, Any], grown: float, poisson: float = POISSON, sides: bool = True) -> Block:
    """Let a block between smooth walls grow under a lid with drives, or bend it without walls (``sides``)."""
    flat = model != "three_dimensional"
    data = build_box(Box(WIDTH, HEIGHT, 2, 3)) if flat else build_block3d(Block3D(WIDTH, WIDTH, HEIGHT))
    parts = discretise(data, MPI.COMM_SELF)
    up = 1 if flat else 2
    area = {"plane_strain": WIDTH, "axisymmetric": np.pi * WIDTH**2, "three_dimensional": WIDTH**2}[model]
    walls = [("left", 0), ("right", 0)] if flat else [("left", 0), ("right", 0), ("front", 1), ("back", 1)]
    supports: list[Constraint] = [fix(parts, side, component) for side, component in walls if sides]
    supports += [fix(parts, "bottom", component) for component in range(up + 1) if not sides or component == up]
    areas: Array = np.zeros(up + 1)
    areas[up] = area
    body = RigidBody.model_validate({**drives, **({"depth": "1 m"} if model == "plane_strain" else {})})
    lid = driven_unknowns("lid", body, up + 1, BodyScale(1.0, areas, WIDTH), MPI.COMM_SELF)
    solved = solid_model(
        parts,
        {"li": elastic(YOUNG, poisson)},
        [*supports, *_ties(parts, lid, up + 1, sides), *lid.constraints],
        model,
        {"li": Growth(lambda time: 1.0 + (grown - 1.0) * time, direction=(0.0, 1.0) if flat else (0.0, 0.0, 1.0))},
        extra=lid.contributions,
        fields=[lid.unknowns],
    )
    solved.options = TIGHT
    solved.march([0.5, 1.0])
    return Block(solved, lid, area)


def _ties(parts: Discretisation, lid: DrivenUnknowns, dimension: int, sides: bool) -> list[Constraint]:
    """Let the top follow the lid; between smooth walls along the axis only."""
    nodes = parts.nodes("top")
    places = parts.coordinates()[nodes]
    motions = rigid_motions(places - 0.5 * (places.min(axis=0) + places.max(axis=0)))
    names = rigid_components(dimension)
    transfer = np.stack(
        [motions[..., names.index(name)] / (lid.lever if is_turn(name) else 1.0) for name in lid.components], axis=-1
    )
    tied = range(dimension) if not sides else [dimension - 1]
    across = [Prescribed("top", nodes, axis) for axis in range(dimension) if axis not in tied and not sides]
    return [*across, *(Tied("top", nodes, axis, "lid", np.ascontiguousarray(transfer[:, axis])) for axis in tied)]


def expected_lift(spring: float, area: float) -> float:
    """Lift u of the lid, m: k u = -A Jg M ln(lambda/Jg)/lambda with lambda = 1 + u/H (Hencky's law)."""

    def lacking(lift: float) -> float:
        stretch = 1.0 + lift / HEIGHT
        return spring * lift / (area * MODULUS) + GROWN * np.log(stretch / GROWN) / stretch

    return float(brentq(lacking, 0.0, (GROWN - 1.0) * HEIGHT, xtol=1e-22, rtol=1e-15))


def spring_rows(ratios: tuple[float, ...]) -> list[Row]:
    """(a) Pressure on the lid over the stiffness of its spring."""
    rows = []
    for model in MODELS:
        for ratio in ratios:
            area = {"plane_strain": WIDTH, "axisymmetric": np.pi * WIDTH**2, "three_dimensional": WIDTH**2}[model]
            spring = ratio * MODULUS * area / HEIGHT
            found = block(model, {"y" if model != MODELS[2] else "z": {"spring": f"{spring!r} N/m"}}, GROWN)
            label = f"{model.replace('_', ' ')}, k H/(M A) = {ratio:g}"
            expected = spring * expected_lift(spring, area) / area / 1e6
            rows.append(
                Row(label, "pressure", "MPa", expected, found.force / area / 1e6, 1e-9, "k u = p A", "exact"),
            )
            lid = found.lid.displacement(found.lid.components[0])
            unbalanced = found.force / (spring * lid) - 1.0
            rows.append(
                Row(label, "force over that of the spring, less 1", "", 0.0, unbalanced, 1e-10, "balance", "exact",
                    absolute=True)
            )  # fmt: skip
    return rows


def pressure_rows() -> list[Row]:
    """(b) A stack pressure is the pressure on the lid, whatever the metal grows by."""
    rows = []
    for model in MODELS:
        drives = {"y" if model != MODELS[2] else "z": {"pressure": f"{STACK_PRESSURE!r} Pa"}}
        found = block(model, drives, GROWN)
        label = f"{model.replace('_', ' ')}, stack pressure"
        expected, computed = STACK_PRESSURE / 1e6, found.force / found.area / 1e6
        rows.append(Row(label, "pressure", "MPa", expected, computed, 1e-10, "balance", "exact"))
    return rows


def turn_rows() -> list[Row]:
    """(c) A moment on the lid bends a block without lateral strain to an arc."""
    rows = []
    for model, turn, second in (
        ("plane_strain", "turn_z", WIDTH**3 / 12.0),
        ("three_dimensional", "turn_x", WIDTH**4 / 12.0),
        ("three_dimensional", "turn_y", WIDTH**4 / 12.0),
    ):
        moment = YOUNG * second / HEIGHT * TURN
        shift, sense = {"turn_z": ("x", -1.0), "turn_x": ("y", -1.0), "turn_y": ("x", 1.0)}[turn]
        free = ("x", "y", "turn_z") if model == "plane_strain" else rigid_components(3)
        found = block(
            model, {**dict.fromkeys(free, "free"), turn: {"moment": f"{moment!r} N*m"}}, 1.0, 0.0, sides=False
        )
        label = f"{model.replace('_', ' ')}, {turn.replace('_', ' about ')}"
        beam = "M H/(E I), its half times H"
        computed = found.lid.displacement(turn)
        rows.append(Row(label, "turn", "urad", TURN * 1e6, computed * 1e6, 1e-4, beam, "exact"))
        moved = found.lid.displacement(shift) * 1e12
        rows.append(Row(label, "shift", "pm", sense * 0.5 * TURN * HEIGHT * 1e12, moved, 1e-4, beam, "exact"))
    return rows


def run(effort: Effort) -> Outcome:
    """Compute all rows."""
    rows = spring_rows(RATIOS[::3] if effort == "coarse" else RATIOS) + pressure_rows() + turn_rows()
    pressures = [row for row in rows if row.quantity == "pressure" and row.label.startswith("plane strain, k")]
    picture = Picture("pressure", CAPTION, lambda figure: draw(figure, pressures), (4.8, 3.3))
    return Outcome(tuple(rows), (), (picture,), input=INPUT)


def draw(figure: Figure, rows: list[Row]) -> None:
    """Pressure against the stiffness of the spring."""
    axes = figure.subplots()
    ratios: RealArray = np.logspace(-3, 3, 121)
    springs = ratios * MODULUS * WIDTH / HEIGHT
    lifts = np.array([expected_lift(float(spring), WIDTH) for spring in springs])
    axes.semilogx(ratios, springs * lifts / WIDTH / 1e6, color=COLOURS[0], label="closed form")
    points = [(float(row.label.split()[-1]), row.computed) for row in rows]
    axes.plot(*zip(*points, strict=True), "o", color=COLOURS[1], fillstyle="none", label="computed, plane strain")
    axes.set_xlabel("Stiffness of the spring over that of the block, k H/(M A)")
    axes.set_ylabel("Pressure (MPa)")
    axes.legend()


CAPTION = "Pressure of elastic metal that has grown by 5 % under a collector on a spring, from soft to next to rigid."

INPUT = """block 0.8 um wide, 1 um high, smooth walls
2 x 3 quadrilaterals (plane strain, axisymmetric), 2 x 2 x 2 hexahedra
elastic, E = 7.81 GPa, nu = 0.38, Hencky's law
(a) growth along the axis to Jg = 1.05 in 2 steps under a lid on a spring; Newton's method to 1e-12
(b) the same under a stack pressure of 5 MPa
(c) nu = 0, no walls, bonded to the ground: a moment on a lid that is free otherwise, for a turn of 10 urad"""

PROBLEM = Problem(
    name="sprung-collector",
    title="A collector that gives way",
    part="verification",
    statement=r"""(a) An elastic block of height $H$ and cross-section $A$ between smooth walls grows by $J_g$ along its
axis and lifts a rigid lid on a spring of stiffness $k$. With the stretch $\lambda = 1 + u/H$ and the modulus of
uniaxial strain $M$, the lift $u$ follows from

$$k u = p A, \qquad p = -\frac{J_g M}{\lambda} \ln\frac{\lambda}{J_g} .$$

(b) Under a stack pressure the pressure on the lid is that pressure, whatever the metal grows by.

(c) A moment on a lid that is free otherwise bends a block without lateral strain to an arc: its turn is
$\omega = M H/(E I)$ and its shift across the axis $\omega H/2$, with $I = w^3/12$ for each metre of depth, $w^4/12$ in
space.""",
    sources=("closed forms", "beam: S. P. Timoshenko and J. M. Gere, Mechanics of Materials (1972), chapters 5 and 6"),
    run=run,
    minutes=0.3,
)
