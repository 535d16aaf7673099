"""Flat punches with rounded edges: limit load of a plastic block, and an elastic one that sticks to its punch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import FRICTIONLESS, Friction
from platingx.problems.tool_shapes import Revolved, RoundedPunch
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic, norton
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.spacing import LineSize

YIELD, SENSITIVITY, YOUNG, POISSON = 0.8e6, 0.01, 7.81e9, 0.38
WIDTH, DEPTH = 6.0, 4.0  # half widths of the punch
TRAVEL, FIRST, LARGEST = 4e-3, 2e-5, 2e-4
PRANDTL = (2.0 + np.pi) / np.sqrt(3.0)
EDGES = (0.05, 0.02)
FRICTIONS = {"smooth": FRICTIONLESS, "mu 0.5": Friction(0.5)}
ROUGH = Friction(float("inf"))
STICKS = (0.0, 0.2, 0.3)
BLOCK, ELASTIC_EDGE, INDENT = 60.0, 0.01, 1e-4
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79", "#7a3b8f")

STATEMENT = r"""
(a) A rigid punch of half width $a$ whose edges are rounded with the radius $r$ is pressed by 0.4 % of $a$ into a block
with Norton's law and $m = 0.01$, in plane strain, by contact. Its mean pressure over the width that is closed is, as
that of a sharp one, rough or smooth (Prandtl 1920, Hill 1950),

$$p = (2 + \pi)\,\sigma_y/\sqrt 3 = 2.9685\,\sigma_y .$$

`b11-flat-punch` prescribes the displacements below a sharp punch instead; here the edge of the contact is found. It is
known to the distance of two nodes, half an element of 0.025 $a$, so that a tolerance of 3 % is left.

(b) A circular flat punch is pressed into an elastic half space, without friction and sticking to it from first touch.
With $G$ the shear modulus and $d$ the depth,

$$F = \frac{4 G a d}{1 - \nu}, \qquad F = 4 G a d\, \frac{\ln(3 - 4\nu)}{1 - 2\nu}$$

(Boussinesq 1885; Mossakovskii 1954, Spence 1968). Their ratio, $(1-\nu) \ln(3 - 4\nu)/(1 - 2\nu)$, is compared, in
which the size of the block (60 $a$) and the rounding of the edge (0.01 $a$) drop out but for their products with
what friction changes, 10 % at most.
"""


def shape(edge: float) -> Revolved:
    """Punch of the half width 1 m."""
    return Revolved(RoundedPunch(1.0, edge))


def supports(parts: Discretisation) -> list[Constraint]:
    """Axis or plane of symmetry, far side and bottom."""
    return [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


@dataclass(frozen=True)
class Pressing:
    """Mean pressure over the yield stress along the travel."""

    found: Touching
    travel: Array
    pressure: Array


def press(edge: float, friction: Friction, size: float, comm: MPI.Intracomm = MPI.COMM_SELF) -> Pressing:
    """Press a punch into the plastic block, with elements of a size (a) at the edge."""
    x = graded_line((0.0, 1.0, WIDTH), LineSize(((1.0, size),), 1.3, 1.0), 1.0)
    y = graded_line((0.0, DEPTH), LineSize(((DEPTH, size),), 1.3, 1.0), 1.0)
    vector = norton(YOUNG, POISSON, 1.0, YIELD, 1.0 / SENSITIVITY)
    found = pressed(graded_box(x, y), vector, supports, shape(edge), friction=friction, comm=comm)
    travel, pressure = [0.0], [0.0]
    for depth in np.linspace(0.0, TRAVEL, 9)[1:]:
        found.press_at(1.0, float(depth), FIRST if depth < TRAVEL / 7.0 else LARGEST, LARGEST)
        travel.append(float(depth))
        pressure.append(-float(found.force[1]) / closed_width(found) / YIELD)
    return Pressing(found, np.array(travel), np.array(pressure))


def closed_width(found: Touching) -> float:
    """Width of the nodes that are pressed, m. Collective."""
    contact = found.nodes
    return float(contact.areas[contact.state.pressure > 0.0].sum())


def stiffness(poisson: float, friction: Friction, size: float, comm: MPI.Intracomm = MPI.COMM_SELF) -> float:
    """Force over depth of the circular punch on the elastic block, N/m."""
    x = graded_line((0.0, 1.0, BLOCK), LineSize(((1.0, size),), 1.3, 10.0), 1.0)
    y = graded_line((0.0, BLOCK), LineSize(((BLOCK, size),), 1.3, 10.0), 1.0)
    block = graded_box(x, y)
    found = pressed(block, elastic(YOUNG, poisson), supports, shape(ELASTIC_EDGE), "axisymmetric", friction, comm=comm)
    found.step(depth=0.5 * INDENT)
    found.step(depth=INDENT)
    return -float(found.force[1]) / INDENT


def ratio(poisson: float) -> float:
    """Of the forces of a punch that sticks and one that does not."""
    return float((1.0 - poisson) * np.log(3.0 - 4.0 * poisson) / (1.0 - 2.0 * poisson))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both punches; the coarse effort has one of each, on larger elements."""
    coarse = effort == "coarse"
    edges, names, poissons = (EDGES[:1], ("smooth",), STICKS[:1]) if coarse else (EDGES, tuple(FRICTIONS), STICKS)
    size = 0.05 if coarse else 0.025
    rows: list[Row] = []
    curves = {}
    for edge in edges:
        for name in names:
            label = f"plastic, {name}, edge {edge:g} a"
            curves[label] = curve = press(edge, FRICTIONS[name], size, comm)
            rows.append(
                Row(label, "mean pressure / yield stress", "", PRANDTL, float(curve.pressure[-1]), 0.03,
                    "Prandtl (2 + pi)/sqrt 3", "exact")
            )  # fmt: skip
            width = closed_width(curve.found)
            rows.append(Row(label, "closed half width / a", "", None, width, None, "", "own"))
    for poisson in poissons:
        sizes = 0.1 if coarse else 0.02
        found = stiffness(poisson, ROUGH, sizes, comm) / stiffness(poisson, FRICTIONLESS, sizes, comm)
        rows.append(
            Row(f"elastic, nu {poisson:g}", "force that sticks over that without friction", "", ratio(poisson), found,
                0.01, "Mossakovskii 1954, Spence 1968", "exact")
        )  # fmt: skip
    caption = "Mean pressure over the closed width (left), and the pressure at its nodes at the end (right)."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("pressure", caption, lambda figure: draw(figure, curves), (7.0, 3.2)),),
        input=f"(a) block 6 a x 4 a, E {YOUNG / 1e9:g} GPa, nu {POISSON}, yield stress {YIELD / 1e6:g} MPa, m "
        f"{SENSITIVITY:g}, elements of {size:g} a at the edge\n(b) block {BLOCK:g} a, edge {ELASTIC_EDGE:g} a, depth "
        f"{INDENT:g} a",
    )


def draw(figure: Figure, curves: dict[str, Pressing]) -> None:
    """Mean pressures over the travel, and pressures over the place."""
    left, right = figure.subplots(1, 2)
    for colour, (label, curve) in zip(COLOURS, curves.items(), strict=False):
        left.plot(100.0 * curve.travel, curve.pressure, color=colour, label=label.removeprefix("plastic, "))
        contact = curve.found.nodes
        place, order = contact.coordinates[:, 0], np.argsort(contact.coordinates[:, 0])
        near = order[place[order] < 1.1]
        right.plot(place[near], contact.state.pressure[near] / YIELD, ".-", ms=2, lw=0.6, color=colour)
    for axes in (left, right):
        axes.axhline(PRANDTL, color="k", ls="--", lw=0.8)
    left.set_xlabel("travel of the punch, % of its half width")
    left.set_ylabel("mean pressure / yield stress")
    left.legend(loc="lower right", fontsize=7)
    right.set_xlabel("x / a")
    right.set_ylabel("pressure / yield stress")


PROBLEM = Problem(
    name="contact-punch",
    title="Flat punches with rounded edges, on plastic metal and sticking to elastic",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "L. Prandtl, Nachr. Ges. Wiss. Goettingen (1920) 74",
        "R. Hill, The Mathematical Theory of Plasticity (1950), IX.5",
        "V. I. Mossakovskii, Prikl. Mat. Mekh. 18 (1954) 187",
        "D. A. Spence, Proc. R. Soc. A 305 (1968) 55",
    ),
    run=run,
    on_ranks=run,
    minutes=1.0,
)
