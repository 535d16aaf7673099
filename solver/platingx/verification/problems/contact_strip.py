"""A perfectly plastic strip between plates: friction by the slab method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import FRICTIONLESS, Friction
from platingx.problems.tool_shapes import Flat
from platingx.verification.models.graded import graded_box
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

YIELD = 0.8e6  # Pa
SHEAR = YIELD / np.sqrt(3.0)
YOUNG, POISSON, SENSITIVITY = 7.81e9, 0.38, 0.01
HALF_LENGTH, HALF_HEIGHT = 5.0, 0.5  # the size drops out
SHORTER = 0.02
FIRST, LARGEST = 1e-6, 4e-4  # travel of a step: perfect plasticity from rest wants a small first one
COLOURS = ("#1f4e79", "#c55a11", "#4d7c2a", "#7a3b8f")

STATEMENT = r"""
A strip of length $2a$ and height $h$, $a/h = 5$ at first, is squeezed by 2 % between rigid plates in plane strain, with
Norton's law at $m = 0.01$ and $r_0 = v/h$, nearly perfectly plastic with the shear strength $k = \sigma_y/\sqrt3$. The
slab method (von Karman 1925; Hill 1950) takes the stress as uniform over the height and gives the mean pressure

$$\frac{p}{2k} = 1 + \frac{\tau}{k}\,\frac{a}{2h} \quad\text{(shear stress } \tau\text{ at the plates)}, \qquad
\frac{p}{2k} = \frac{e^z - 1}{z},\; z = \frac{2\mu a}{h} \quad\text{(Coulomb's friction)},$$

with the present $a$ and $h$. Without friction it is exact. With it the shear stress has to pass through zero in the
middle and at the free side, which the slab method leaves out: it is an estimate, high by a few per cent, and better for
small friction. The tolerance is 4 %.
"""


@dataclass(frozen=True)
class Squeezed:
    """A squeezed strip and the pressure that the slab method gives it."""

    label: str
    found: Touching
    expected: float

    @property
    def pressure(self) -> float:
        """Mean pressure over 2 k, per present area. Collective."""
        contact = self.found.nodes
        return float(-self.found.force[1] / np.sum(contact.areas * contact.state.stretch) / (2.0 * SHEAR))


def supports(parts: Discretisation) -> list[Constraint]:
    """Quarter of the strip."""
    return [fix(parts, "left", 0), fix(parts, "bottom", 1)]


def squeeze(label: str, friction: Friction, rows: int, comm: MPI.Intracomm = MPI.COMM_SELF) -> Squeezed:
    """Squeeze a strip.

    Parameters
    ----------
    label
        What is between strip and plates.
    friction
        The same.
    rows
        Elements over half the height; as long as high.
    comm
        Communicator. Collective.
    """
    x: Array = np.linspace(0.0, HALF_LENGTH, round(rows * HALF_LENGTH / HALF_HEIGHT) + 1, dtype=np.float64)
    mesh = graded_box(x, np.linspace(0.0, HALF_HEIGHT, rows + 1, dtype=np.float64))
    material = norton(YOUNG, POISSON, 1.0, YIELD, 1.0 / SENSITIVITY)
    found = pressed(mesh, material, supports, Flat(), friction=friction, comm=comm)
    found.press_at(HALF_HEIGHT, SHORTER * HALF_HEIGHT, FIRST, LARGEST)
    ratio = HALF_LENGTH / (2.0 * HALF_HEIGHT) / (1.0 - SHORTER) ** 2  # volume is kept
    if np.isfinite(friction.limit):
        expected = 1.0 + friction.limit / SHEAR * ratio / 2.0
    elif friction.is_none:
        expected = 1.0
    else:
        z = 2.0 * friction.coefficient * ratio
        expected = float(np.expm1(z) / z)
    return Squeezed(label, found, float(expected))


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """Without friction, with a shear stress, and with Coulomb's friction."""
    laws = {
        "smooth": FRICTIONLESS,
        "shear stress k/4": Friction(1.0, 0.25 * SHEAR),
        "Coulomb, mu 0.05": Friction(0.05),
    }
    if effort == "full":
        laws["shear stress k/2"] = Friction(1.0, 0.5 * SHEAR)
    strips = [squeeze(label, friction, 2 if effort == "coarse" else 3, comm) for label, friction in laws.items()]
    rows = []
    for strip in strips:
        smooth = strip.label == "smooth"
        source = "closed form" if smooth else "slab method"
        tolerance = 0.01 if smooth else 0.04
        rows.append(Row(strip.label, "p / 2 k", "", strip.expected, strip.pressure, tolerance, source, "exact"))
    caption = (
        "Pressure at the plate over 2 k along the half strip: the friction hill, linear under a given shear stress and "
        "exponential under Coulomb's friction (lines: slab method)."
    )
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("hill", caption, lambda figure: draw(figure, strips)),),
        input=f"a / h {HALF_LENGTH / (2 * HALF_HEIGHT):g}, E {YOUNG / 1e9} GPa, nu {POISSON}, yield stress "
        f"{YIELD / 1e6} MPa, m {SENSITIVITY}",
    )


def draw(figure: Figure, strips: list[Squeezed]) -> None:
    """Pressure along the plate."""
    axes = figure.subplots()
    for colour, strip in zip(COLOURS, strips, strict=False):
        contact, friction = strip.found.nodes, strip.found.contact.friction
        place = contact.coordinates[:, 0]
        order = np.argsort(place, kind="stable")
        pressure = contact.state.pressure[order] / contact.state.stretch[order] / (2.0 * SHEAR)
        axes.plot(place[order] / HALF_LENGTH, pressure, ".", ms=4, color=colour, label=strip.label)
        height = 2.0 * HALF_HEIGHT * (1.0 - SHORTER)
        x = np.linspace(0.0, HALF_LENGTH, 200)
        reach = (HALF_LENGTH - x) / (1.0 - SHORTER)
        if np.isfinite(friction.limit):
            slab = 1.0 + friction.limit / SHEAR * reach / height
        else:
            slab = np.exp(2.0 * friction.coefficient * reach / height)
        axes.plot(x / HALF_LENGTH, slab, color=colour, lw=0.8)
    axes.set_xlabel("place at rest / half length")
    axes.set_ylabel("pressure / 2 k")
    axes.legend(fontsize=7)


PROBLEM = Problem(
    name="contact-strip",
    title="A plastic strip squeezed between plates with friction",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "T. von Karman, Z. angew. Math. Mech. 5 (1925) 139",
        "R. Hill, The Mathematical Theory of Plasticity (1950)",
    ),
    run=run,
    on_ranks=run,
    minutes=0.5,
)
