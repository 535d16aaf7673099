"""Hertz's contacts: a rigid cylinder and a rigid sphere on an elastic block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.tool_shapes import Ball
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.spacing import LineSize

YOUNG, POISSON, RADIUS, REACH = 1e9, 0.3, 1e-3, 10e-6  # REACH: a of the half space under the force
MODULUS = YOUNG / (1.0 - POISSON**2)
FINE, BLOCK = 1.5, 40.0  # width of the fine elements and size of the block, a
PEAK_TOLERANCE = 0.015
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79")

STATEMENT = r"""
A rigid tool of radius $R$ is pressed without friction onto an elastic block that is 40 $a$ deep and wide. On a half
space (Hertz 1882; Johnson 1985, sections 4.2 and 4.3), with $E^* = E/(1-\nu^2)$:

- line contact: $a^2 = 4 P R/(\pi E^*)$, $p = p_0 \sqrt{1 - x^2/a^2}$, $p_0 = \sqrt{P E^*/(\pi R)} = E^* a/(2 R)$;
- point contact: $a^3 = 3 F R/(4 E^*)$, the same shape of the pressure with
  $p_0 = (6 F E^{*2}/(\pi^3 R^2))^{1/3} = 2 E^* a/(\pi R)$.

The tool goes down until its force is that of $a$ = 10 µm; force and pressure are compared, not the depth, which in
the plane depends on the block. Contact is collocated at the displacement nodes: each has the integral of its function
over the face as its area. The error is that of the node at the edge of the contact, which bears a pressure of the order
$p_0 \sqrt{h/a}$ over an area of the order $h$ too much or too little: the mean square error of the pressure is of the
first order in the element size $h$. That the block is no half space adds 2 (a/40 a)^2, 0.1 %.
"""


@dataclass(frozen=True)
class Kind:
    """Closed form of one of the contacts."""

    name: str
    model: str
    force: float
    peak: float


KINDS = (
    Kind(
        "cylinder", "plane_strain", 0.5 * np.pi * REACH**2 * MODULUS / (4.0 * RADIUS), MODULUS * REACH / (2.0 * RADIUS)
    ),
    Kind("sphere", "axisymmetric", 4.0 / 3.0 * MODULUS * REACH**3 / RADIUS, 2.0 * MODULUS * REACH / (np.pi * RADIUS)),
)
"""Forces on the half that is modelled in the plane."""


def block(per_reach: int) -> MeshData:
    """Right half of the block, with equal elements below the contact.

    Parameters
    ----------
    per_reach
        Elements over a.
    """
    size, end = REACH / per_reach, BLOCK * REACH
    inner = np.linspace(0.0, FINE * REACH, round(FINE * per_reach) + 1)
    growing = graded_line((inner[-1], end), LineSize(((inner[-1], size),), 1.25, 0.25 * end), 1.0)
    return graded_box(
        np.concatenate([inner, growing[1:]]), graded_line((0.0, end), LineSize(((end, size),), 1.25, 0.25 * end), 1.0)
    )


def supports(parts: Discretisation) -> list[Constraint]:
    """Plane or axis of symmetry, and a bottom that is held."""
    return [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


def press(kind: Kind, per_reach: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Touching:
    """Press until the force is that of the closed form."""
    found = pressed(block(per_reach), elastic(YOUNG, POISSON), supports, Ball(RADIUS), kind.model, comm=comm)
    found.press_to(kind.force, 0.2 * REACH / per_reach)
    return found


def closed_form(kind: Kind, x: Array) -> Array:
    """Pressure at a distance from the middle, Pa."""
    return np.asarray(kind.peak * np.sqrt(np.maximum(1.0 - (x / REACH) ** 2, 0.0)))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both contacts on meshes that are halved."""
    meshes = (4, 8) if effort == "coarse" else (4, 8, 16)
    rows: list[Row] = []
    convergences: list[Convergence] = []
    curves: dict[str, Touching] = {}
    for kind in KINDS:
        errors = []
        for per_reach in meshes:
            found = press(kind, per_reach, comm)
            contact = found.nodes
            bears = contact.areas > 0.0
            label = f"{kind.name}, {per_reach} elements over a"
            expected = closed_form(kind, contact.coordinates[:, 0])
            errors.append(found.mean_error(contact.state.pressure, expected))
            if per_reach >= 8:
                peak = float(contact.state.pressure[bears].max())
                rows.append(
                    Row(label, "largest pressure", "Pa", kind.peak, peak, PEAK_TOLERANCE, "Hertz 1882", "exact")
                )
                depth = float(np.max(-contact.state.gap[bears] / contact.heights[bears]))
                rows.append(
                    Row(label, "penetration / element", "", 0.0, depth, 1e-6, "no penetration", "exact", absolute=True)
                )
            curves[label] = found
        sizes = tuple(1.0 / per_reach for per_reach in meshes)
        convergences.append(Convergence(kind.name, "element size, a", sizes, tuple(errors), 1.0, 0.25))
    caption = "Pressure of the cylinder (left) and of the sphere (right) at the nodes, and Hertz's (lines)."
    return Outcome(
        rows=tuple(rows),
        convergences=tuple(convergences),
        pictures=(Picture("pressure", caption, lambda figure: draw(figure, curves)),),
        input=f"E {YOUNG / 1e9:g} GPa, nu {POISSON}, R {RADIUS * 1e3:g} mm, a {REACH * 1e6:g} um",
    )


def draw(figure: Figure, curves: dict[str, Touching]) -> None:
    """Pressures over the distance from the middle."""
    for axes, kind in zip(figure.subplots(1, 2, sharey=True), KINDS, strict=True):
        x = np.linspace(0.0, REACH, 400)
        axes.plot(x / REACH, closed_form(kind, np.asarray(x, dtype=float)) / kind.peak, color="k", lw=0.8)
        chosen = [(label, found) for label, found in curves.items() if label.startswith(kind.name)]
        for colour, (label, found) in zip(COLOURS, chosen, strict=False):
            contact = found.nodes
            place = contact.coordinates[:, 0] / REACH
            near = (place < 1.4) & (contact.areas > 0.0)
            axes.plot(
                place[near],
                contact.state.pressure[near] / kind.peak,
                ".",
                ms=4,
                color=colour,
                label=label.split(", ")[1].replace("elements over a", "elements / a"),
            )
        axes.set_xlabel("x / a" if kind.name == "cylinder" else "r / a")
        axes.legend(fontsize=7)
    figure.axes[0].set_ylabel("pressure / largest of Hertz")


PROBLEM = Problem(
    name="contact-hertz",
    title="Hertz's contacts of a cylinder and a sphere",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "H. Hertz, J. reine angew. Math. 92 (1882) 156",
        "K. L. Johnson, Contact Mechanics (1985), sections 4.2 and 4.3",
    ),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
