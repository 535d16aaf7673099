"""An asperity under a flat: limit load of a truncated wedge, and lithium that rolls onto the flat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.tool_shapes import Flat
from platingx.verification.models.graded import graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import norton, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import Patch, join
from platingx_meshes.simple import OUTER_SIDES
from platingx_meshes.spacing import LineSize, with_midpoints

LITHIUM = "lithium_narayan_anand_2018"
BASE, FOOT, CROWN, HEIGHT = 10.0, 2.0, 1.0, 2.0  # half widths and height, um
FAN = float(0.5 * np.pi - np.arctan2(HEIGHT, FOOT - CROWN))
"""Angle by which the slip lines turn between crown and flank."""
LIMIT = float(2.0 / np.sqrt(3.0) * (1.0 + FAN))
YIELD, SENSITIVITY, YOUNG, POISSON = 0.8e6, 0.01, 7.81e9, 0.38
TRAVEL, FIRST, LARGEST = 4e-3, 2e-5, 2e-4  # of the plastic one, of the half width of the crown
SPEED, DEPTHS = 2e-6, (0.1e-6, 0.3e-6, 0.5e-6)  # of lithium, m/s and m
MICRON = 1e-6
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79")

STATEMENT = r"""
Half of a block, 10 µm wide and high, carries half of an asperity: a trapezoid, 2 µm high, 4 µm wide at its foot and
2 µm at its crown. A smooth rigid flat presses on it in plane strain; crown and flank are both faces of the contact.

(a) Perfectly plastic (Norton's law, $m = 0.01$), pressed by 0.4 % of the half width of the crown. The crown is that of
a truncated wedge whose slip lines turn by $\alpha = \pi/2 - \beta$ from the crown to the flank of inclination
$\beta = \arctan 2$, on a field of the width of the crown, which the flank contains (Hill 1950, chapter IX):

$$p = \frac{2 \sigma_y}{\sqrt3}\,(1 + \alpha) = 1.690\,\sigma_y .$$

(b) Lithium with the law of 2018, pressed at 2 µm/s by 0.5 µm: the flanks roll onto the flat. There is no closed form:
the forces of three meshes have to agree to 2 %. The flat gains a node at a time, so that the force over the travel has
small waves whose length is the distance of nodes. One cell fills the edge of the crown and has to open to a straight
angle there: cells below 50 nm fold over at the edge before 0.5 µm (the force of 25 nm differs by 0.3 % still), so that
they are left out.
"""


def mesh(size: float) -> MeshData:
    """Half block and half asperity, with cells of a size at the edge of the crown, um."""
    inner = graded_line((0.0, CROWN), LineSize(((CROWN, size),), 1.3, 0.5), 1.0)
    foot: Array = np.asarray(inner * FOOT / CROWN, dtype=float)
    outer = graded_line((FOOT, BASE), LineSize(((FOOT, float(foot[-1] - foot[-2])),), 1.3, 2.0), 1.0)
    up = graded_line((0.0, HEIGHT), LineSize(((HEIGHT, size),), 1.2, 0.3), 1.0)
    below = graded_line((0.0, BASE), LineSize(((BASE, float(up[1] - up[0])),), 1.3, 2.0), 1.0)
    share, along = np.meshgrid(with_midpoints(inner) / CROWN, with_midpoints(up), indexing="ij")
    asperity = np.stack([share * (FOOT + (CROWN - FOOT) * along / HEIGHT), BASE + along], axis=-1)
    sides = {"top": "top", "right": "top", "left": "left"}
    lattices = [np.stack(np.meshgrid(with_midpoints(x), with_midpoints(below), indexing="ij"), axis=-1)
                for x in (foot, outer)]  # fmt: skip
    held = [{name: OUTER_SIDES[name] for name in names} for names in (("left", "bottom"), ("right", "bottom"))]
    blocks = [Patch(lattice, "li", names) for lattice, names in zip(lattices, held, strict=True)]
    return join([*blocks, Patch(asperity, "li", sides)])


def supports(parts: Discretisation) -> list[Constraint]:
    """Plane of symmetry, far side and bottom."""
    return [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


@dataclass(frozen=True)
class Pressing:
    """Force (N/m) over the travel (m)."""

    found: Touching
    travel: Array
    force: Array


def plastic(size: float, comm: MPI.Intracomm = MPI.COMM_SELF) -> float:
    """Mean pressure on the crown over the yield stress."""
    material = norton(YOUNG, POISSON, 1.0, YIELD, 1.0 / SENSITIVITY)
    found = pressed(mesh(size), material, supports, Flat(), comm=comm)
    found.press_at(1.0, TRAVEL, FIRST, LARGEST)
    return -float(found.force[1]) / CROWN / YIELD


def rolling(size: float, depths: tuple[float, ...], comm: MPI.Intracomm = MPI.COMM_SELF) -> Pressing:
    """Press lithium."""
    data = mesh(size)
    small = replace(data, points=data.points * MICRON)
    found = pressed(small, vector(LITHIUM), supports, Flat(), comm=comm)
    travel, force = [0.0], [0.0]
    places = np.concatenate([[0.0, 1e-9, 1e-8], np.arange(1, round(depths[-1] / 2e-8) + 1) * 2e-8])
    for start, end in pairwise(places):
        found.press_at(SPEED, float(end), 0.2e-9 if start == 0.0 else float(end - start) / 4, float(end - start) / 2)
        travel.append(float(end))
        force.append(-float(found.force[1]))
    return Pressing(found, np.array(travel), np.array(force))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both; the coarse effort stops early and has two coarse meshes."""
    coarse = effort == "coarse"
    sizes, depths = ((0.2, 0.1), DEPTHS[:1]) if coarse else ((0.2, 0.1, 0.05), DEPTHS)
    mean = plastic(0.1 if coarse else 0.025, comm)
    rows = [Row("plastic", "mean pressure / yield stress", "", LIMIT, mean, 0.03, "Hill 1950", "exact")]
    curves = {f"cells of {1e3 * size:g} nm": rolling(size, depths, comm) for size in sizes}
    for depth in depths:
        forces = [float(np.interp(depth, curve.travel, curve.force)) for curve in curves.values()]
        label = f"lithium, {depth * 1e6:g} um"
        for name, force in zip(curves, forces, strict=True):
            rows.append(Row(f"{label}, {name}", "force on the half", "N/m", None, force, None, "", "own"))
        spread = (max(forces) - min(forces)) / forces[-1]
        rows.append(Row(label, "spread of the forces of the meshes", "", 0.0, spread, 0.02, "meshes agree", "own",
                        absolute=True))  # fmt: skip
    caption = "Force on half of an asperity of lithium (left), and its outline at rest and at the end (right)."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("force", caption, lambda figure: draw(figure, curves), (7.0, 3.2)),),
        input=f"(a) E {YOUNG / 1e9:g} GPa, nu {POISSON}, yield stress {YIELD / 1e6:g} MPa, m {SENSITIVITY:g}\n"
        f"(b) {LITHIUM}, 298 K, {SPEED * 1e6:g} um/s",
        unverified=unverified_of(LITHIUM),
    )


def draw(figure: Figure, curves: dict[str, Pressing]) -> None:
    """Forces, and outlines."""
    left, right = figure.subplots(1, 2)
    for colour, (label, curve) in zip(COLOURS, curves.items(), strict=False):
        left.plot(curve.travel * 1e6, curve.force, color=colour, lw=0.9, label=label)
        contact = curve.found.nodes
        places, moved = contact.coordinates / MICRON, contact.moved / MICRON
        order = np.lexsort((places[:, 0], -np.round(places[:, 1], 6)))
        right.plot(places[order, 0], places[order, 1], color="0.6", lw=0.8)
        right.plot(moved[order, 0], moved[order, 1], ".-", color=colour, ms=2, lw=0.6)
    left.set_xlabel("travel of the flat (µm)")
    left.set_ylabel("force (N/m)")
    left.legend(fontsize=7)
    right.set_xlabel("x (µm)")
    right.set_ylabel("y (µm)")
    right.set_aspect("equal")


PROBLEM = Problem(
    name="contact-asperity",
    title="An asperity pressed by a flat: truncated wedge, and lithium that rolls on",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "R. Hill, The Mathematical Theory of Plasticity (1950), chapter IX",
        "S. Narayan, L. Anand, Extreme Mech. Lett. 24 (2018) 21 (the law)",
    ),
    run=run,
    on_ranks=run,
    minutes=1.5,
)
