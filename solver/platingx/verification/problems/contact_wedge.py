"""A rigid wedge and a rigid cone on an elastic block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.tool_curves import Profile
from platingx.problems.tool_shapes import Revolved
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.spacing import LineSize

YOUNG, POISSON, REACH = 1e9, 0.3, 10e-6  # REACH: a of the half space under the force
MODULUS = YOUNG / (1.0 - POISSON**2)
SLOPE = 1e-3  # cot alpha
BLUNT = 0.01  # half width of the round tip, a
FINE, BLOCK = 1.5, 80.0  # width of the fine elements and size of the block, a
FROM_TIP = 0.2  # where the pressure is compared, a and farther out
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79")

STATEMENT = r"""
A rigid wedge or cone whose face rises by $\cot\alpha$ is pressed without friction onto an elastic block that is
80 $a$ deep and wide. On a half space, with $E^* = E/(1-\nu^2)$:

- wedge (Johnson 1985, section 5.2): $P = E^* a \cot\alpha$,
  $p = \frac{E^*\cot\alpha}{\pi}\,\mathrm{arcosh}\frac{a}{x}$;
- cone (Love 1939; Sneddon 1965): $F = \frac{\pi}{2} E^* a^2 \cot\alpha$ at the depth
  $d = \frac{\pi}{2} a \cot\alpha$, $p = \frac{E^*\cot\alpha}{2}\,\mathrm{arcosh}\frac{a}{r}$, a mean pressure of
  $\frac12 E^*\cot\alpha$ whatever the force.

The pressure has a logarithm at the tip, where the tool of the model is round within 0.01 $a$ (and ends a third of that
times $\cot\alpha$ above the sharp one, which is taken off the depth). The tool goes down until its force is that of
$a$ = 10 µm. The pressure is compared from 0.2 $a$ on, and the depth of the cone; that of the wedge depends on the
block, and that of the cone is 0.5 % less over a bottom at 80 $a$ (0.3 % at 160 $a$). The node at the edge of the
contact bears a pressure of the order $p_0\sqrt{h/a}$ too much or too little, as under a cylinder: the mean square error
of the pressure is of the first order in the element size $h$.
"""


@dataclass(frozen=True)
class Kind:
    """Closed form of one of the tools; its force is that on the half that is modelled in the plane."""

    name: str
    model: str
    force: float
    scale: float  # pressure over arcosh(a/x), Pa


WEDGE = Kind("wedge", "plane_strain", 0.5 * MODULUS * REACH * SLOPE, MODULUS * SLOPE / np.pi)
CONE = Kind("cone", "axisymmetric", 0.5 * np.pi * MODULUS * REACH**2 * SLOPE, 0.5 * MODULUS * SLOPE)
DEPTH = (0.5 * np.pi - BLUNT / 3.0) * REACH * SLOPE
"""Depth of the round tip of the cone, m: it ends above the sharp one."""


def block(per_reach: int) -> MeshData:
    """Half of the block, with equal elements below the contact."""
    size, end = REACH / per_reach, BLOCK * REACH
    inner = np.linspace(0.0, FINE * REACH, round(FINE * per_reach) + 1)
    outer = graded_line((inner[-1], end), LineSize(((inner[-1], size),), 1.3, 0.25 * end), 1.0)
    down = graded_line((0.0, end), LineSize(((end, size),), 1.3, 0.25 * end), 1.0)
    return graded_box(np.concatenate([inner, outer[1:]]), down)


def supports(parts: Discretisation) -> list[Constraint]:
    """Plane or axis of symmetry, and a bottom that is held."""
    return [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


def press(kind: Kind, per_reach: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Touching:
    """Press until the force is that of the closed form. Collective."""
    tip = BLUNT * REACH  # a spline that is level at 0 and straight at the end rises by 2/3 of the slope there
    tool = Revolved(Profile((0.0, tip), (0.0, 2.0 / 3.0 * SLOPE * tip)))
    found = pressed(block(per_reach), elastic(YOUNG, POISSON), supports, tool, kind.model, comm=comm)
    found.press_to(kind.force, 0.5 * DEPTH)
    return found


def closed_form(kind: Kind, x: Array) -> Array:
    """Pressure at a distance from the tip, Pa."""
    return np.asarray(kind.scale * np.arccosh(np.maximum(REACH / x, 1.0)))


def error(found: Touching, kind: Kind) -> float:
    """Root of the mean square difference over that of the expected pressures, away from the tip. Collective."""
    nodes = found.nodes
    place = nodes.coordinates[:, 0]
    away = place >= FROM_TIP * REACH
    expected = closed_form(kind, place[away])
    squares: Callable[[Array], float] = lambda values: float(np.sum(nodes.areas[away] * values**2))  # noqa: E731
    return float(np.sqrt(squares(nodes.state.pressure[away] - expected) / squares(expected)))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both tools on meshes that are halved."""
    meshes = (4, 8) if effort == "coarse" else (8, 16, 32)
    rows: list[Row] = []
    convergences: list[Convergence] = []
    curves: dict[str, Touching] = {}
    for kind in (WEDGE, CONE):
        errors = []
        for per_reach in meshes:
            found = press(kind, per_reach, comm)
            label = f"{kind.name}, {per_reach} elements over a"
            curves[label] = found
            errors.append(error(found, kind))
            nodes = found.nodes
            half = float(np.interp(0.5 * REACH, *_sorted(nodes.coordinates[:, 0], nodes.state.pressure)))
            expected = float(closed_form(kind, np.array([0.5 * REACH]))[0])
            rows.append(Row(label, "pressure at a/2", "Pa", expected, half, 0.02, "Johnson 1985", "exact"))
            closed = float(nodes.coordinates[(nodes.state.pressure > 0.0) & (nodes.areas > 0.0), 0].max()) / REACH
            rows.append(Row(label, "outermost closed node / a", "", 1.0, closed, 1.0 / per_reach, "within an element",
                            "exact", absolute=True))  # fmt: skip
            if kind is CONE:
                rows.append(Row(label, "depth", "m", DEPTH, found.travel.depth, 0.02, "Sneddon 1965", "exact"))
        sizes = tuple(1.0 / per_reach for per_reach in meshes)
        convergences.append(Convergence(kind.name, "element size, a", sizes, tuple(errors), 1.0, 0.25))
    caption = "Pressure of the wedge (left) and of the cone (right) at the nodes, and the closed form (lines)."
    return Outcome(
        rows=tuple(rows),
        convergences=tuple(convergences),
        pictures=(Picture("pressure", caption, lambda figure: draw(figure, curves), (7.0, 3.2)),),
        input=f"E {YOUNG / 1e9:g} GPa, nu {POISSON}, cot alpha {SLOPE:g}, a {REACH * 1e6:g} um",
    )


def _sorted(place: Array, values: Array) -> tuple[Array, Array]:
    order = np.argsort(place, kind="stable")
    return place[order], values[order]


def draw(figure: Figure, curves: dict[str, Touching]) -> None:
    """Pressures over the distance from the tip."""
    for axes, kind in zip(figure.subplots(1, 2), (WEDGE, CONE), strict=True):
        x = np.linspace(0.003, 1.0, 600)
        axes.plot(x, closed_form(kind, np.asarray(x * REACH)) / (MODULUS * SLOPE), color="k", lw=0.8)
        chosen = [(label, found) for label, found in curves.items() if label.startswith(kind.name)]
        for colour, (label, found) in zip(COLOURS, chosen, strict=False):
            nodes = found.nodes
            place = nodes.coordinates[:, 0] / REACH
            near = (place < 1.4) & (nodes.areas > 0.0)
            words = label.split(", ")[1].replace("elements over a", "elements / a")
            axes.plot(place[near], nodes.state.pressure[near] / (MODULUS * SLOPE), ".", ms=3, color=colour, label=words)
        axes.set_xlabel("x / a" if kind is WEDGE else "r / a")
        axes.legend(fontsize=7)
    figure.axes[0].set_ylabel("pressure / (E* cot alpha)")


PROBLEM = Problem(
    name="contact-wedge",
    title="A rigid wedge and a rigid cone on an elastic block",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "K. L. Johnson, Contact Mechanics (1985), section 5.2",
        "A. E. H. Love, Q. J. Math. 10 (1939) 161",
        "I. N. Sneddon, Int. J. Eng. Sci. 3 (1965) 47",
    ),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
