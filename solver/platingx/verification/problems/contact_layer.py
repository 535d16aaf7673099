"""Rigid spheres on thin layers that are bonded to a rigid base: compressible and incompressible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.tool_shapes import Ball
from platingx.verification.models.graded import graded_box
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row

YOUNG, REACH, FLATNESS = 1e9, 10e-6, 1e-5  # Pa, m and depth over thickness
SETTLED, RESTS = 1e-3, 40
"""Relative change of the force while the tool rests at which the penetration is gone, and steps of rest at most."""
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79")

STATEMENT = r"""
A rigid sphere of radius $R$ is pressed without friction by $d$ into an elastic layer of thickness $t$ on a rigid base
that it is bonded to. If the radius $a$ of the contact is much larger than $t$ (Johnson 1985, section 5.8):

- a compressible layer bears at each place what the strain there asks for, as a bed of springs of the modulus
  $M = (1-\nu)E/((1+\nu)(1-2\nu))$:
  $p = M (d - r^2/2R)/t$, $a^2 = 2 R d$, $p_0 = M d/t$, $F = \pi M R d^2/t$;
- an incompressible one can only give way sideways. With the shear stress $-p'(t - z)$ of a film that is held at its
  bottom and free of shear on its top, the displacement integrated over the height is $-p' t^3/3G$, and what the
  sphere takes away from the height has to leave:
  $-\frac{1}{r}\frac{d}{dr}\left(r \frac{t^3}{3G} p'\right) = d - \frac{r^2}{2R}$. No pressure and no flow at the edge
  give $a^2 = 4 R d$, $p = \frac{3G}{32 R t^3} (a^2 - r^2)^2$, $p_0 = \frac{3 G R d^2}{2 t^3}$ and
  $F = \frac{2\pi G R^2 d^3}{t^3}$.

Both are the first term of a series. The next terms of the interior go with $t^2 \nabla^2 p$; at the edge a ring as wide
as $t$ sees a pressure that is $t/a$ of the largest one or less: both change the force by the square of $t/a$. The
deviations are of that order, and those of the two thinnest layers, extrapolated with it, vanish.

The penalty of a contact is set by the moduli of a cell; a layer that is confined is stiffer by $(a/t)^2$, so that up to
a tenth of $d$ is penetration at first. The tool rests until the multipliers have taken it away.
"""


@dataclass(frozen=True)
class Kind:
    """A layer, and its asymptotic pressure and force."""

    name: str
    poisson: float
    square: float  # a^2/(R d)
    peak: Callable[[float, float, float], float]  # of R, d and t
    force: Callable[[float, float, float], float]
    shape: Callable[[Array], Array]  # pressure over its peak, of r/a


def _moduli(poisson: float) -> tuple[float, float]:
    """Oedometric and shear modulus, Pa."""
    shear = 0.5 * YOUNG / (1.0 + poisson)
    return 2.0 * shear * (1.0 - poisson) / (1.0 - 2.0 * poisson), shear


M = _moduli(0.3)[0]
G = _moduli(0.499999)[1]
KINDS = (
    Kind("compressible", 0.3, 2.0, lambda _r, d, t: M * d / t, lambda r, d, t: np.pi * M * r * d**2 / t,
         lambda x: np.maximum(1.0 - x**2, 0.0)),
    Kind("incompressible", 0.499999, 4.0, lambda r, d, t: 1.5 * G * r * d**2 / t**3,
         lambda r, d, t: 2.0 * np.pi * G * r**2 * d**3 / t**3, lambda x: np.maximum(1.0 - x**2, 0.0) ** 2),
)  # fmt: skip


def supports(parts: Discretisation) -> list[Constraint]:
    """Axis, and a base that holds the layer."""
    return [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


@dataclass(frozen=True)
class Pressing:
    """A sphere on a layer, with radius and depth, m."""

    found: Touching
    thickness: float
    radius: float
    depth: float


def press(kind: Kind, slender: float, per_thickness: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Pressing:
    """Press a sphere into a layer of a/slender with some elements over its thickness."""
    thickness = REACH / slender
    depth = FLATNESS * thickness
    radius = REACH**2 / (kind.square * depth)
    size, end = thickness / per_thickness, REACH + 6.0 * thickness
    x = np.asarray(np.linspace(0.0, end, round(end / size) + 1), dtype=float)
    y = np.asarray(np.linspace(0.0, thickness, per_thickness + 1), dtype=float)
    material = elastic(YOUNG, kind.poisson)
    found = pressed(graded_box(x, y), material, supports, Ball(radius), "axisymmetric", comm=comm)
    for part in (0.25, 0.5, 1.0):
        found.step(depth=part * depth)
    for _ in range(RESTS):
        force = float(found.force[1])
        found.step()
        if abs(float(found.force[1]) - force) <= SETTLED * abs(force):
            return Pressing(found, thickness, radius, depth)
    raise ConvergenceError(f"the force still changes after {RESTS} steps of rest")


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Both layers, thinner and thinner."""
    coarse = effort == "coarse"
    ratios, per_thickness = ((10.0, 20.0), 2) if coarse else ((10.0, 20.0, 40.0), 3)
    rows: list[Row] = []
    convergences: list[Convergence] = []
    curves: dict[str, Pressing] = {}
    for kind in KINDS:
        deviations = []
        for slender in ratios:
            curve = press(kind, slender, per_thickness, comm)
            size = (curve.radius, curve.depth, curve.thickness)
            force = -float(curve.found.force[1]) / kind.force(*size)
            peak = _peak(curve) / kind.peak(*size)
            deviations.append((force - 1.0, peak - 1.0))
            curves[f"{kind.name}, a/t {slender:g}"] = curve
            for name, value in (("force over the asymptotic one", force), ("pressure on the axis over it", peak)):
                rows.append(Row(f"{kind.name}, a/t {slender:g}", name, "", None, value, None, "", "own"))
        last, before = np.array(deviations[-1]), np.array(deviations[-2])
        limit = (4.0 * last - before) / 3.0
        for name, value in zip(("force", "pressure on the axis"), limit, strict=True):
            rows.append(
                Row(f"{kind.name}, t/a to 0", f"{name} over the asymptotic one, less 1", "", 0.0, float(value),
                    0.02 if coarse else 0.005, "asymptotic, second order in t/a", "exact", absolute=True)
            )  # fmt: skip
        sizes = tuple(1.0 / ratio for ratio in ratios)
        errors = tuple(abs(force) for force, _ in deviations)
        label = "force over the asymptotic one, less 1"
        convergences.append(Convergence(kind.name, "t/a", sizes, errors, 2.0, 0.25, label))
    caption = "Pressure at the nodes over the asymptotic one on the axis, and the asymptotic shape (lines)."
    return Outcome(
        rows=tuple(rows),
        convergences=tuple(convergences),
        pictures=(Picture("pressure", caption, lambda figure: draw(figure, curves), (7.0, 3.2)),),
        input=f"E {YOUNG / 1e9:g} GPa, nu 0.3 and 0.499999, asymptotic a {REACH * 1e6:g} um, d {FLATNESS:g} t, "
        f"{per_thickness} elements over the thickness, equal along the layer",
    )


def _peak(curve: Pressing) -> float:
    """Pressure on the axis, Pa: the node there has no area, so its neighbours' parabola is taken."""
    contact = curve.found.nodes
    place, pressure = contact.coordinates[:, 0], contact.state.pressure
    inner = (place > 0.0) & (place < 0.3 * REACH)
    return float(np.polynomial.polynomial.polyfit(place[inner] ** 2, pressure[inner], 2, w=contact.areas[inner])[0])


def draw(figure: Figure, curves: dict[str, Pressing]) -> None:
    """Pressures over the distance from the axis."""
    for axes, kind in zip(figure.subplots(1, 2, sharey=True), KINDS, strict=True):
        x = np.asarray(np.linspace(0.0, 1.0, 200), dtype=float)
        axes.plot(x, kind.shape(x), color="k", lw=0.8)
        chosen = [(label, curve) for label, curve in curves.items() if label.startswith(f"{kind.name},")]
        for colour, (label, curve) in zip(COLOURS, chosen, strict=False):
            contact = curve.found.nodes
            place = contact.coordinates[:, 0] / REACH
            near = (place < 1.4) & (contact.areas > 0.0)
            peak = kind.peak(curve.radius, curve.depth, curve.thickness)
            axes.plot(place[near], contact.state.pressure[near] / peak, ".", ms=3, color=colour,
                      label=label.split(", ")[1])  # fmt: skip
        axes.set_title(kind.name, fontsize=8)
        axes.set_xlabel("r / a (asymptotic)")
        axes.legend(fontsize=7)
    figure.axes[0].set_ylabel("pressure / asymptotic one on the axis")


PROBLEM = Problem(
    name="contact-layer",
    title="Rigid spheres on thin bonded layers",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("K. L. Johnson, Contact Mechanics (1985), section 5.8",),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
