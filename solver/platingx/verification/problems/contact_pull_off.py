"""A sphere that is pulled off a block that it adheres to: the force from the rigid to the soft limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.optimize import brentq, minimize_scalar

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import Adhesion
from platingx.problems.tool_shapes import Ball
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.spacing import LineSize

POISSON, RADIUS, OPENING, TRACTION = 0.3, 10e-6, 2e-9, 10e6  # m, m, Pa
FINE, BLOCK = 3.0, 60.0  # width of the fine elements and size of the block, over the radius of the attracted ring
RIGID, LAMBDAS, ONE = 0.01, (0.25, 0.5, 1.0, 2.0), 1.0
LARGEST_WAVE = 0.02  # at 8 elements over the radius of the ring
COLOURS = ("#4d7c2a", "#c55a11", "#1f4e79", "#7a3b8f", "#00798c")

STATEMENT = r"""
A rigid sphere of radius $R$ touches an elastic block without friction and is pulled off. The interface bears a tensile
traction up to $\sigma_0$ that falls linearly to zero at the opening $g_c$: the work of adhesion is
$W = \sigma_0 g_c/2$. What the pull-off force is depends on Maugis' parameter
$\lambda = 2\sigma_0 (R/(\pi W K^2))^{1/3}$ with $K = 4E/(3(1-\nu^2))$:

- rigid ($\lambda \to 0$; Bradley 1932, Derjaguin, Muller and Toporov 1975): $F = 2\pi W R$ for any law of traction, as
  the ring where the gap is $g$ to $g + dg$ has the area $2\pi R\,dg$;
- soft ($\lambda \to \infty$; Johnson, Kendall and Roberts 1971): $F = \frac32 \pi W R$;
- in between the force falls with $\lambda$, and at one $\lambda$ is proportional to $W R$.

The force over the lift has waves as nodes let go one after the other, in the first order of the element size: 2 % are
allowed at 8 elements over the radius $\sqrt{2 R g_c}$ of the attracted ring. So judged are the rigid limit and the
proportionality; of the rest, that the force falls and stays between the limits. Maugis (1992) has a closed form for a
traction that is constant up to the opening $W/\sigma_0 = g_c/2$ and zero beyond. It is shown beside, and the difference
of the laws is real: only the trend is a comparison.
"""


@dataclass(frozen=True)
class Sphere:
    """A sphere on a block, with an adhesion; SI units."""

    radius: float
    adhesion: Adhesion
    young: float

    @property
    def work(self) -> float:
        """Work of adhesion, J/m2."""
        return 0.5 * self.adhesion.traction * self.adhesion.opening

    @property
    def unit(self) -> float:
        """Pi W R, N."""
        return float(np.pi * self.work * self.radius)

    @property
    def ring(self) -> float:
        """Radius up to which a rigid sphere at rest is attracted, m."""
        return float(np.sqrt(2.0 * self.radius * self.adhesion.opening))


def sphere(parameter: float, radius: float = RADIUS, work: float = 1.0) -> Sphere:
    """Sphere with Maugis' parameter; work over that of the others."""
    factor = (work * RADIUS / radius) ** (1.0 / 3.0)  # of the traction, for one stiffness
    traction = TRACTION * factor
    adhesion = Adhesion(traction, OPENING * work / factor)
    energy = 0.5 * traction * adhesion.opening
    modulus = (2.0 * traction / parameter) ** 1.5 * np.sqrt(radius / (np.pi * energy))
    return Sphere(radius, adhesion, float(0.75 * (1.0 - POISSON**2) * modulus))


def supports(parts: Discretisation) -> list[Constraint]:
    """Axis and bottom."""
    return [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


@dataclass(frozen=True)
class Pulling:
    """Force on the sphere (N, positive if it pulls) over its lift (m)."""

    given: Sphere
    lift: Array
    force: Array

    @property
    def largest(self) -> float:
        """Pull-off force over pi W R."""
        return float(self.force.max()) / self.given.unit


def pull(given: Sphere, per_ring: int, steps: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Pulling:
    """Press by half an opening, then pull until the force has fallen or nothing is in balance any more."""
    size = given.ring / per_ring
    inner = np.linspace(0.0, FINE * given.ring, round(FINE * per_ring) + 1)
    end = BLOCK * given.ring
    x = np.concatenate([inner, graded_line((inner[-1], end), LineSize(((inner[-1], size),), 1.3, 0.3 * end), 1.0)[1:]])
    y = graded_line((0.0, end), LineSize(((end, size),), 1.3, 0.3 * end), 1.0)
    found = pressed(graded_box(x, y), elastic(given.young, POISSON), supports, Ball(given.radius), "axisymmetric",
                    adhesion=given.adhesion, comm=comm)  # fmt: skip
    opening = given.adhesion.opening
    lift: list[float] = []
    force: list[float] = []
    place, step = 0.5 * opening, opening / steps
    found.step(depth=place)
    while not force or force[-1] > 0.9 * max(force) or max(force) < 0.0:
        try:
            _move(found, place)
        except ConvergenceError:
            break
        lift.append(-place)
        force.append(float(found.force[1]))
        place -= step
    return Pulling(given, np.array(lift), np.array(force))


def _move(found: Touching, place: float) -> None:
    """To a depth, and rest until little of the penetration is left."""
    found.step(depth=place)
    found.step()


def maugis(parameter: float) -> float:
    """Pull-off force over pi W R of a traction that is constant up to an opening (Maugis 1992)."""

    def excess(m: float, a: float) -> float:
        root, angle = np.sqrt(m * m - 1.0), np.arccos(1.0 / m)
        first = 0.5 * parameter * a * a * (root + (m * m - 2.0) * angle)
        return float(first + 4.0 / 3.0 * parameter**2 * a * (root * angle - m + 1.0) - 1.0)

    def force(a: float) -> float:
        m = brentq(lambda value: excess(value, a), 1.0 + 1e-12, 1e6)
        return float(a**3 - parameter * a * a * (np.sqrt(m * m - 1.0) + m * m * np.arccos(1.0 / m)))

    return -float(minimize_scalar(force, bounds=(1e-3, 3.0), method="bounded").fun)


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """From rigid to soft; the coarse effort has one of each kind on large elements."""
    coarse = effort == "coarse"
    per_ring, steps, parameters = (6, 8, (ONE,)) if coarse else (16, 20, LAMBDAS)
    curves = {parameter: pull(sphere(parameter), per_ring, steps, comm) for parameter in (RIGID, *parameters)}
    rigid, soft = curves[RIGID].largest, curves[ONE].largest
    rows = [
        Row("rigid", "pull-off force / (pi W R)", "", 2.0, rigid, LARGEST_WAVE * 8 / per_ring, "Bradley 1932", "exact")
    ]
    wider = pull(sphere(ONE, 2.0 * RADIUS, 3.0), per_ring * 3 // 4, steps, comm)
    rows.append(
        Row("lambda 1, 2 R and 3 W, another mesh", "pull-off force / (pi W R) over that of R and W", "", 1.0,
            wider.largest / soft, LARGEST_WAVE * 8 / per_ring, "proportional to W R", "exact")
    )  # fmt: skip
    for parameter, above in zip(parameters, (RIGID, *parameters), strict=False):
        found, label = curves[parameter].largest, f"lambda {parameter:g}"
        rows.append(
            Row(label, "pull-off force / (pi W R), between soft and rigid", "", 1.75, found, 0.25, "1.5 to 2", "exact",
                absolute=True)
        )  # fmt: skip
        fall = curves[above].largest - found
        rows.append(Row(label, "falls by", "", 0.25, fall, 0.25, "0 to 0.5: the trend", "exact", absolute=True))
        rows.append(Row(label, "over Maugis' closed form of another law", "", None, found / maugis(parameter), None, "",
                        "own"))  # fmt: skip
    caption = "Force over the lift of the sphere (left); pull-off forces, Maugis' closed form and the limits (right)."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("force", caption, lambda figure: draw(figure, curves), (7.0, 3.2)),),
        input=f"R {RADIUS * 1e6:g} um, nu {POISSON}, largest traction {TRACTION / 1e6:g} MPa, opening "
        f"{OPENING * 1e9:g} nm, {per_ring} elements over sqrt(2 R g_c), E {curves[ONE].given.young / 1e9:.3g} GPa at "
        "lambda 1",
    )


def draw(figure: Figure, curves: dict[float, Pulling]) -> None:
    """Forces over the lift, and the largest over Maugis' parameter."""
    left, right = figure.subplots(1, 2)
    for colour, (parameter, curve) in zip(COLOURS, curves.items(), strict=False):
        pulls = curve.force > -0.5 * curve.given.unit
        left.plot(curve.lift[pulls] / curve.given.adhesion.opening, curve.force[pulls] / curve.given.unit, ".-", ms=2,
                  lw=0.8, color=colour, label=f"$\\lambda$ = {parameter:g}")  # fmt: skip
        right.plot(parameter, curve.largest, "o", ms=4, color=colour)
    line = np.geomspace(RIGID, 5.0, 60)
    right.plot(
        line, [maugis(float(value)) for value in line], color="k", lw=0.8, label="Maugis 1992, constant traction"
    )
    for limit in (1.5, 2.0):
        right.axhline(limit, color="0.5", lw=0.6, ls=":")
    right.set_xscale("log")
    right.set_xlabel("$\\lambda$")
    left.set_xlabel("lift / opening")
    left.set_ylabel("force / ($\\pi$ W R)")
    left.legend(fontsize=7)
    right.legend(fontsize=7)


PROBLEM = Problem(
    name="contact-pull-off",
    title="A sphere pulled off a block that it adheres to",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "R. S. Bradley, Phil. Mag. 13 (1932) 853",
        "K. L. Johnson, K. Kendall, A. D. Roberts, Proc. R. Soc. A 324 (1971) 301",
        "B. V. Derjaguin, V. M. Muller, Yu. P. Toporov, J. Colloid Interface Sci. 53 (1975) 314",
        "D. Maugis, J. Colloid Interface Sci. 150 (1992) 243",
    ),
    run=run,
    on_ranks=run,
    minutes=1.0,
)
