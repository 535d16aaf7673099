"""Partial slip of a cylinder that is pressed on and then dragged: Cattaneo's and Mindlin's shear."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import Friction
from platingx.problems.tool_shapes import Ball
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.spacing import LineSize

YOUNG, POISSON, RADIUS, REACH = 1e9, 0.4999, 1e-3, 10e-6
MODULUS = YOUNG / (1.0 - POISSON**2)
FORCE = np.pi * REACH**2 * MODULUS / (4.0 * RADIUS)
PEAK = MODULUS * REACH / (2.0 * RADIUS)
COEFFICIENT, SHARE = 0.3, 0.3
PULLS = 8
LARGEST_ERROR = 0.03 * 16.0  # times the element size over a
FINE, BLOCK = 1.5, 40.0
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79")

STATEMENT = r"""
A rigid cylinder is pressed without friction onto an incompressible elastic block ($\nu = 0.4999$, so that shear does
not change the pressure) and then dragged with Coulomb's friction until $Q$ is about $0.3\,\mu P$; what it is counts.
On a half space (Cattaneo 1938, Mindlin 1949; Johnson 1985, section 7.2) the middle sticks over
$|x| < c = a \sqrt{1 - Q/\mu P}$, and

$$q = \mu p_0 \left[ \sqrt{1 - x^2/a^2} - \frac{c}{a} \sqrt{1 - x^2/c^2} \right]$$

with the second root only where the surface sticks. The edge of the stick region lies between two nodes.

The force of a node is the integral of its own function $N_a$ times the shear, so that its value stands for the mean
$\int N_a q\,dx / \int N_a\,dx$, which is what the error is taken of: at most 3 % at 16 elements over $a$, in the first
order of the element size (6 % at 8). At a kink with a vertical tangent, as at the edge of the stick region, and at a
root, as at $a$, that mean is not the value at the node: against the values at the nodes the error is larger, at most
the element size over $a$, and depends on where both edges lie between nodes.

The drag grows until the end. If the tool rests, the elastic slip of the regularised law that the sticking middle
still has is carried over and vanishes in a few steps; the middle moves by it, and what has slipped is unloaded with
it, by some 5 % of $\mu p$ at steps as large as these.
"""


def block(per_reach: int) -> MeshData:
    """The block, with equal elements below the contact."""
    size, end = REACH / per_reach, BLOCK * REACH
    inner = np.linspace(0.0, FINE * REACH, round(FINE * per_reach) + 1)
    growing = graded_line((inner[-1], end), LineSize(((inner[-1], size),), 1.25, 0.25 * end), 1.0)
    right = np.concatenate([inner, growing[1:]])
    upright = graded_line((0.0, end), LineSize(((end, size),), 1.25, 0.25 * end), 1.0)
    return graded_box(np.concatenate([-right[:0:-1], right]), upright)


def supports(parts: Discretisation) -> list[Constraint]:
    """Sides and bottom far away."""
    return [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


def drag(per_reach: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Touching:
    """Press without friction, then drag with it."""
    found = pressed(block(per_reach), elastic(YOUNG, POISSON), supports, Ball(RADIUS), comm=comm)
    found.press_to(FORCE, 0.2 * REACH / per_reach)
    found.contact.friction = Friction(COEFFICIENT)
    found.step()
    first = 2e-4 * REACH
    found.step(along=first)
    last = first * SHARE / share(found)  # of a force in proportion; slip leaves a little less
    for along in np.linspace(first, last, PULLS)[1:]:
        found.step(along=float(along))
    return found


def share(found: Touching) -> float:
    """Drag over the largest one."""
    force = found.force
    return float(force[0] / (-COEFFICIENT * force[1]))


def closed_form(x: Array, part: float) -> Array:
    """Shear stress at a place, Pa, under a part of the largest drag."""
    stick = float(np.sqrt(1.0 - part))
    inner = stick * np.sqrt(np.maximum(1.0 - (x / (stick * REACH)) ** 2, 0.0))
    return np.asarray(COEFFICIENT * PEAK * (np.sqrt(np.maximum(1.0 - (x / REACH) ** 2, 0.0)) - inner))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Meshes that are halved."""
    meshes = (4, 8) if effort == "coarse" else (8, 16)
    rows: list[Row] = []
    curves = {}
    for per_reach in meshes:
        found = curves[per_reach] = drag(per_reach, comm)
        contact = found.nodes
        x = contact.coordinates[:, 0]
        part = share(found)
        label = f"{per_reach} elements over a, Q / mu P {part:.4f}"
        middle = float(contact.state.shear[np.abs(x).argmin(), 0])
        expected = float(closed_form(np.zeros(1), part)[0])
        rows.append(Row(label, "shear stress in the middle", "Pa", expected, middle, 0.03, "Mindlin 1949", "exact"))
        size = 1.0 / per_reach
        rows += errors(found, label, part, size)
        sticks = float(np.abs(x[(contact.state.slip == 0.0) & (contact.state.pressure > 0.0)]).max()) / REACH
        source = "sqrt(1 - Q/mu P), within an element"
        rows.append(
            Row(
                label,
                "outermost node that has not slipped / a",
                "",
                float(np.sqrt(1.0 - part)),
                sticks,
                size,
                source,
                "exact",
                absolute=True,
            )
        )
        iterations = float(max(found.iterations))
        rows.append(Row(label, "most Newton iterations of a step", "", None, iterations, None, "", "own"))
    caption = "Shear stress at the nodes, and the closed form of the same drag (lines)."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("shear", caption, lambda figure: draw(figure, curves)),),
        input=f"E {YOUNG / 1e9:g} GPa, nu {POISSON}, R {RADIUS * 1e3:g} mm, a {REACH * 1e6:g} um, mu {COEFFICIENT}, "
        f"Q about {SHARE} mu P",
    )


def errors(found: Touching, label: str, part: float, size: float) -> list[Row]:
    """Mean square errors of the shear against means over the functions of the nodes, and against values there."""

    def expected(x: Array) -> Array:
        return closed_form(x, part)

    nodes = found.nodes
    shear = nodes.state.shear[:, 0]
    of_means = found.mean_error(shear, found.node_means(expected))
    of_values = found.mean_error(shear, expected(nodes.coordinates[:, 0]))
    pairs = (
        ("mean square error of the shear stress, means", of_means, LARGEST_ERROR * size, "3 % at 16 elements"),
        ("mean square error of the shear stress, values", of_values, size, "at most the element size / a"),
    )
    return [
        Row(label, name, "", 0.0, value, limit, f"first order: {words}", "exact", absolute=True)
        for name, value, limit, words in pairs
    ]


def draw(figure: Figure, curves: dict[int, Touching]) -> None:
    """Shear over the place."""
    axes = figure.subplots()
    x = np.linspace(-REACH, REACH, 2001)
    scale = COEFFICIENT * PEAK
    for colour, (per_reach, found) in zip(COLOURS, curves.items(), strict=False):
        nodes = found.nodes
        place = nodes.coordinates[:, 0] / REACH
        near = np.abs(place) < 1.4
        axes.plot(x / REACH, closed_form(np.asarray(x, dtype=float), share(found)) / scale, color=colour, lw=0.8)
        axes.plot(
            place[near],
            nodes.state.shear[near, 0] / scale,
            ".",
            ms=4,
            color=colour,
            label=f"{per_reach} elements / a",
        )
    axes.set_xlabel("x / a")
    axes.set_ylabel("shear stress / (mu times the largest pressure)")
    axes.legend(fontsize=7)


PROBLEM = Problem(
    name="contact-mindlin",
    title="Partial slip of a cylinder (Cattaneo and Mindlin)",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "C. Cattaneo, Rend. Accad. Naz. Lincei 27 (1938) 342",
        "R. D. Mindlin, J. Appl. Mech. 16 (1949) 259",
        "K. L. Johnson, Contact Mechanics (1985), section 7.2",
    ),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
