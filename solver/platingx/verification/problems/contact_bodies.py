"""Two bodies of which one slides on the other: patch tests between meshes that do not match, and ironing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation, fix
from platingx.physics.solid_model import Load
from platingx.problems.contact_law import Friction
from platingx.problems.nodal_contact import ContactLaws
from platingx.verification.models.contact_nodes import gathered, worst_stress
from platingx.verification.models.two_bodies import UPPER, TwoBodies, apart, two_bodies
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

YOUNG, PRESSURE = 1e9, 1e6
PAIRS = ((4, 5), (7, 4), (12, 4))
RATIOS = (1.0, 20.0)
COEFFICIENT, POISSON = 0.3, 0.3
WIDTH, HEIGHT, RADIUS = 3.0, 1.5, 2.5
SLAB, THICK = 10.0, 2.0
PRESS, SLIDE, START = 0.5, 5.0, 2.5
PRESSES, SLIDES = 20, 50
STEADY = 3.0
"""Length at the end of the way over which means are taken: whole elements of both meshes."""

STATEMENT = r"""
Two blocks are pressed on each other by a uniform pressure (Poisson's ratio 0). Their meshes do not match at the common
face: 4 elements meet 5, 7 meet 4, 12 meet 4, the lower body is as stiff as the upper one or 20 times as stiff. Every
point of both blocks has to bear the pressure,

$$\sigma_{yy} = -p ,$$

whatever the meshes are: the pressure of the nodes of one face is exact by itself, and its integrals over the face,
taken piece by piece between the ends of the elements of the other one, load that one uniformly.

Ironing: a die with a round lower side (radius 2.5, width 3, E 10 GPa) is pressed by 0.5 into a slab of 10 by 2 on a
rigid ground (E 1 GPa, nu 0.3 for both, plane strain) and drawn along it by 5, friction 0.3. All nodes of the slab under
the die change their partners many times. There is no closed form; two meshes have to agree, every step has to converge
without being cut, and the drag is a little more than the coefficient of friction times the load, since the die climbs
out of a trough that is not symmetric. Forces on slab and ground are equal.
"""


def pressed_blocks(lower: int, upper: int, ratio: float, comm: MPI.Intracomm = MPI.COMM_SELF) -> TwoBodies:
    """A block on another."""

    def supports(parts: Discretisation) -> list[Constraint]:
        return [fix(parts, "left", 0), fix(parts, UPPER + "left", 0), fix(parts, "bottom", 1)]

    data = apart(build_box(Box(1.0, 1.0, lower, 3, region="llzo")), build_box(Box(1.0, 1.0, upper, 3)), (0.0, 1.0))
    made = two_bodies(
        data,
        {"li": elastic(YOUNG, 0.0), "llzo": elastic(ratio * YOUNG, 0.0)},
        supports,
        loads=[Load(UPPER + "top", "li", pressure=lambda time: PRESSURE * min(time, 1.0))],
        comm=comm,
    )
    for step in range(1, 5):  # what the penalty lets in is taken back
        made.advance(float(step))
    return made


def die(columns: int, rows: int) -> MeshData:
    """A block with a round lower side, its middle at x = 0."""
    data = build_box(Box(WIDTH, HEIGHT, columns, rows))
    points = data.points.copy()
    points[:, 0] -= 0.5 * WIDTH
    points[:, 1] += (1.0 - points[:, 1] / HEIGHT) * (RADIUS - np.sqrt(RADIUS**2 - points[:, 0] ** 2))
    return replace(data, points=points)


@dataclass(frozen=True)
class Ironing:
    """Forces of a die on a slab.

    Attributes
    ----------
    ways, forces
        Way of the die along the slab, m, and force on the slab at it, shape (steps, 2), N/m.
    ground
        Force of the ground at the end.
    iterations, cuts
        Of all steps, and steps that had to be cut.
    outlines
        Present places of the nodes of slab and die at the end.
    """

    ways: Array
    forces: Array
    ground: Array
    iterations: int
    cuts: int
    outlines: tuple[Array, Array]

    @property
    def steady(self) -> Array:
        """Mean force of the steps of the last part of the way."""
        return np.asarray(self.forces[self.ways > SLIDE - STEADY + 1e-9].mean(axis=0))


def ironed(fineness: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Ironing:
    """Press the die down and draw it along."""

    def down(time: float) -> float:
        return -PRESS * min(time, 1.0)

    def along(time: float) -> float:
        return SLIDE * max(time - 1.0, 0.0)

    def supports(parts: Discretisation) -> list[Constraint]:
        top = UPPER + "top"
        ground = [fix(parts, "bottom", component) for component in (0, 1)]
        return [*ground, fix(parts, top, 0, along), fix(parts, top, 1, down)]

    slab = build_box(Box(SLAB, THICK, 20 * fineness, 4 * fineness, region="llzo"))
    made = two_bodies(
        apart(slab, die(6 * fineness, 3 * fineness), (START, THICK)),
        {"li": elastic(10.0 * YOUNG, POISSON), "llzo": elastic(YOUNG, POISSON)},
        supports,
        face="top",
        on=(UPPER + "bottom",),
        laws=ContactLaws(Friction(COEFFICIENT)),
        comm=comm,
    )
    for step in range(1, PRESSES + 1):
        made.advance(step / PRESSES)
    ways, forces = np.arange(1, SLIDES + 1) * SLIDE / SLIDES, []
    for way in ways:
        made.advance(1.0 + float(way) / SLIDE)
        forces.append(made.force)
    problem, contact = made.model.problem, made.contact
    places = made.model.parts.coordinates() + problem.fields[DISPLACEMENT].values
    sides = (np.unique(nodes) for nodes in (contact.nodes, contact.outline.nodes))
    over, under = (np.unique(gathered(comm, places[nodes]), axis=0) for nodes in sides)
    ground = problem.reaction("bottom")
    return Ironing(ways, np.array(forces), ground, sum(made.iterations), made.cuts, (over, under))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Patch tests, and ironing on two meshes; the coarse effort irons on the coarser one."""
    rows: list[Row] = []
    for lower, upper in PAIRS:
        for ratio in RATIOS:
            made, case = pressed_blocks(lower, upper, ratio, comm), f"{lower} : {upper}, E {ratio:g} : 1"
            for region, word in (("llzo", "lower"), ("li", "upper")):
                worst = worst_stress(made.model, region, 1, -PRESSURE)
                name = f"stress of the {word} block"
                rows.append(Row(case, name, "Pa", -PRESSURE, worst, 1e-8, "equilibrium", "exact"))
    found = [ironed(fineness, comm) for fineness in ((1,) if effort == "coarse" else (1, 2))]
    for ironing, case in zip(found, ("ironing, coarse", "ironing, fine"), strict=False):
        drag, load = ironing.steady
        rows.append(Row(case, "drag / load", "", None, drag / -load, None, "", "own"))
        rows.append(Row(case, "steps that were cut", "", 0.0, float(ironing.cuts), 0.5, "none", "exact", absolute=True))
        rest = ironing.ground + ironing.forces[-1]
        error = float(np.abs(rest).max() / np.abs(ironing.ground).max())
        rows.append(
            Row(
                case,
                "imbalance of forces",
                "",
                0.0,
                error,
                1e-6,
                "equilibrium",
                "exact",
                absolute=True,
            )
        )
    if len(found) > 1:
        coarse, fine = found
        for name, component in (("drag", 0), ("load", 1)):
            values = float(fine.steady[component]), float(coarse.steady[component])
            rows.append(Row("ironing, two meshes", f"mean {name}", "N/m", *values, 0.005, "the finer mesh", "own"))
    caption = "Drag and load of the die over its way, and the trough at the end of it."
    iterations = ", ".join(f"{each.iterations} iterations" for each in found)
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("ironing", caption, lambda figure: draw(figure, found)),),
        input=f"unit blocks, E {YOUNG / 1e9:g} GPa; ironing in {PRESSES} + {SLIDES} steps ({iterations})",
    )


def draw(figure: Figure, found: list[Ironing]) -> None:
    """Forces over the way, and the outlines at the end."""
    upper, lower = figure.subplots(2, 1, height_ratios=(3, 2))
    for ironing, style in zip(found, ("o", "-"), strict=False):
        for component, word, colour in ((1, "load", "#1f4e79"), (0, "drag", "#b03a2e")):
            values = np.abs(ironing.forces[:, component]) / 1e6
            upper.plot(
                ironing.ways,
                values,
                style,
                ms=3,
                lw=1,
                color=colour,
                label=f"{word}, mesh {len(ironing.outlines[0])} nodes",
            )
    upper.set_xlabel("way of the die (m)")
    upper.set_ylabel("force (MN/m)")
    upper.legend(fontsize=7)
    slab, tool = found[-1].outlines
    lower.plot(*slab[np.argsort(slab[:, 0])].T, ".-", ms=3, lw=0.8, color="#1f4e79", label="slab")
    lower.plot(*tool[np.argsort(tool[:, 0])].T, ".-", ms=3, lw=0.8, color="#b03a2e", label="die")
    lower.set_aspect("equal")
    lower.set_ylim(0.6, 2.3)
    lower.set_xlabel("x (m)")
    lower.set_ylabel("y (m)")
    lower.legend(fontsize=7, loc="lower left")


PROBLEM = Problem(
    name="contact-bodies",
    title="Two bodies that deform slide on each other",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "P. Wriggers, Computational Contact Mechanics, 2nd edition (2006), chapters 9 and 10",
        "J. C. Simo, P. Wriggers and R. L. Taylor, Comput. Methods Appl. Mech. Eng. 50 (1985) 163",
    ),
    run=run,
    on_ranks=run,
    minutes=2.0,
)
