"""Cohesive surfaces open at their strength, take their energy in any mode, and peel beams as beam theory says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from scipy.integrate import solve_ivp

from platingx.arrays import Array
from platingx.problems.cohesive_law import Cohesion
from platingx.problems.contact_law import Friction
from platingx.verification.models.cohesive_bodies import cantilevers, held_block
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

STRENGTH, SHEAR, ENERGY, SHEAR_ENERGY, EXPONENT = 1e6, 0.6e6, 1e4, 2e4, 1.5
STIFF = 1e14
ANGLES = (0.0, 30.0, 60.0, 90.0)
SLIT, POISSON, BEAM = 4.0, 0.3, 1e11

Criterion = Literal["benzeggagh_kenane", "power"]

STATEMENT = r"""
Two stiff halves of a block are held together by a cohesive surface with the strengths $N$ and $S$ and the energies
$G_I$ and $G_{II}$, and are moved apart along a direction at an angle to the normal. The largest traction is

$$T = \left(\frac{1-B}{N^2} + \frac{B}{S^2}\right)^{-1/2}, \qquad B = \sin^2\alpha,$$

and the energy that the whole opening takes is $G_I + (G_{II} - G_I)B^e$ (Benzeggagh and Kenane) or
$\left[((1-B)/G_I)^e + (B/G_{II})^e\right]^{-1/e}$ (power law). Moved back on the way, the traction falls on a straight
line to zero at the origin; pressed, the surface bears as if it were whole. With a relaxation time the damage that acts
follows that of the law, $\tau\,\dot D_v = D - D_v$, here integrated by itself; with a vanishing one the law is that
without. A surface that is sheared under pressure bears
its friction in the end.

Two beams of height $h$, cohesive beyond a slit, are pulled apart at their ends by the displacements $\pm\Delta/2$.
While the crack grows, the path integral $J$ around the whole is the energy of the surface whatever its law: twice the
force times the angle between the ends, $P\theta = G_I$ (Paris and Paris 1988). And linear fracture mechanics gives the
force at the crack length $a$, $P = \sqrt{G_I E' h^3/12}/(a + 0.673\,h)$; a is the slit and what the released energy
stands for. Nodes let go one after the other, so that both are met within the change from one to the next.
"""


def law(criterion: Criterion = "benzeggagh_kenane", relaxation: float = 0.0) -> Cohesion:
    """The law of the blocks."""
    return Cohesion(STRENGTH, SHEAR, ENERGY, SHEAR_ENERGY, criterion, EXPONENT, relaxation)


@dataclass(frozen=True)
class Opened:
    """What opening a block in a mode gave.

    Attributes
    ----------
    openings, tractions
        Along the direction, m and Pa.
    released, work
        J/m2.
    """

    openings: Array
    tractions: Array
    released: float
    work: float


def opened(angle: float, criterion: Criterion, cell: Literal["quadrilateral", "triangle"], steps: int) -> Opened:
    """Move a block apart at an angle (degrees) to the normal until it is open."""
    body = held_block(law(criterion), STIFF, cell)
    direction = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    body.reach_onset(direction)
    ways, tractions = [0.0, 0.0], [0.0, float(body.traction @ direction)]
    last = float(law(criterion).bounds(body.surface.penalty[:1], np.array([direction[0] ** 2]))[1][0])
    for way in (*np.linspace(0.0, last, steps + 1)[1:], 1.02 * last):
        body.move(way * direction)
        ways.append(float(way))
        tractions.append(float(body.traction @ direction))
    return Opened(np.array(ways), np.array(tractions), body.released, body.work)


def expected(angle: float, criterion: Criterion) -> tuple[float, float]:
    """Largest traction (Pa) and energy (J/m2) of a mode, by the formulas of the statement."""
    share = float(np.sin(np.radians(angle)) ** 2)
    top = ((1.0 - share) / STRENGTH**2 + share / SHEAR**2) ** -0.5
    if criterion == "benzeggagh_kenane":
        return top, ENERGY + (SHEAR_ENERGY - ENERGY) * share**EXPONENT
    return top, (((1.0 - share) / ENERGY) ** EXPONENT + (share / SHEAR_ENERGY) ** EXPONENT) ** (-1.0 / EXPONENT)


def modes(effort: Effort) -> tuple[list[Row], Opened]:
    """Rows of all modes, and the one of plain opening."""
    rows, shown = [], None
    criteria: tuple[Criterion, ...] = ("benzeggagh_kenane", "power")
    for criterion in criteria:
        for angle in ANGLES:
            cell: Literal["quadrilateral", "triangle"] = "triangle" if criterion == "power" else "quadrilateral"
            found = opened(angle, criterion, cell, 10 if effort == "coarse" else 40)
            shown = found if shown is None else shown
            top, energy = expected(angle, criterion)
            label = f"{criterion.replace('_', ' ')}, {angle:g} degrees, {cell}"
            largest = float(found.tractions.max())
            rows.append(Row(label, "largest traction", "Pa", top, largest, 1e-3, "closed form", "exact"))
            rows.append(Row(label, "energy released", "J/m^2", energy, found.released, 1e-3, "closed form", "exact"))
            rows.append(Row(label, "work of opening", "J/m^2", energy, found.work, 1e-3, "closed form", "exact"))
    if shown is None:
        raise ValueError("no mode was computed")
    return rows, shown


def unloaded() -> list[Row]:
    """Back to half, to the origin, and into compression after half of the opening."""
    body, way = held_block(law(), STIFF), ENERGY / STRENGTH  # half of the opening of release
    body.reach_onset(np.array([0.0, 1.0]))
    body.move([0.0, way])
    top = float(body.traction[1])
    body.move([0.0, 0.5 * way])
    half = float(body.traction[1])
    body.move([0.0, 0.0])
    origin, push = float(body.traction[1]), 1e-8
    body.move([0.0, -push])
    pressed = -float(body.traction[1])
    whole = held_block(law(), STIFF)
    whole.move([0.0, -push])
    undamaged = -float(whole.traction[1])
    source = "straight to the origin"
    return [
        Row("moved back by half", "traction", "Pa", 0.5 * top, half, 1e-3, source, "exact"),
        Row("moved back", "traction", "Pa", 0.0, origin, 1e-3 * top, source, "exact", absolute=True),
        Row("pressed after damage", "pressure", "Pa", undamaged, pressed, 1e-6, "that of a whole surface", "exact"),
    ]


def relaxed(effort: Effort) -> list[Row]:
    """Traction after half of the opening within a second, against the integrated law and that without relaxation."""
    last, steps = 2.0 * ENERGY / STRENGTH, 100 if effort == "coarse" else 1600
    rows = []
    for time, tolerance in ((0.1, 0.05 if effort == "coarse" else 5e-3), (1e-12, 1e-3)):
        body = held_block(law(relaxation=time), STIFF)
        ways = 0.5 * last * np.linspace(0.0, 1.0, steps + 1)[1:] ** 2
        ends = np.sqrt(ways / (0.5 * last))
        for way, dt in zip(ways, np.diff(ends, prepend=0.0), strict=True):
            body.move([0.0, float(way)], dt=float(dt))
        stiffness = float(body.surface.penalty[0])
        first = STRENGTH / stiffness
        value = STRENGTH * 0.5 * last / (last - first) if time < 1e-6 else lagging(time, stiffness, last)
        traction, label = float(body.traction[1]), f"relaxation time {time:g} s"
        rows.append(Row(label, "traction", "Pa", value, traction, tolerance, "integrated law", "independent"))
    return rows


def lagging(time: float, stiffness: float, last: float) -> float:
    """Traction after a second of opening as its square to half of release, with damage that lags, Pa."""
    first = STRENGTH / stiffness

    def rate(now: float, felt: Array) -> Array:
        way = max(0.5 * last * now**2, 1e-300)
        return np.asarray((max(0.0, last * (way - first) / (way * (last - first))) - felt) / time)

    found = solve_ivp(rate, (0.0, 1.0), [0.0], rtol=1e-8, atol=1e-12, max_step=1e-3)
    return float((1.0 - found.y[0, -1]) * stiffness * 0.5 * last)


def rubbed() -> Row:
    """Shear stress over pressure of a surface that is sheared through under pressure."""
    body = held_block(law(), STIFF, friction=Friction(0.3))
    last = 2.0 * SHEAR_ENERGY / SHEAR
    body.move([0.0, -1e-8])
    for way in np.linspace(0.0, 1.1 * last, 9)[1:]:
        body.move([way, -1e-8])
    ratio = float(body.traction[0] / -body.traction[1])
    return Row("sheared through under pressure", "shear / pressure", "", 0.3, ratio, 1e-6, "Coulomb's law", "exact")


@dataclass(frozen=True)
class Peeled:
    """Two beams pulled apart.

    Attributes
    ----------
    lengths
        Crack lengths that the released energy stands for.
    forces, turns
        At the ends, N/m and rad.
    energy
        Of the surface, J/m2.
    """

    lengths: Array
    forces: Array
    turns: Array
    energy: float


def peeled(effort: Effort) -> Peeled:
    """Peel two beams."""
    plane = BEAM / (1.0 - POISSON**2)
    energy, zone = 1e-7 * plane, 0.3
    strength = float(np.sqrt(plane * energy / zone))
    glued = Cohesion(strength, strength, energy, energy)
    size, across, last = (0.1, 4, 4.25) if effort == "coarse" else (0.05, 8, 4.55)
    body = cantilevers(glued, BEAM, 7.0, SLIT, size, across)
    rows = []
    for length in (2.5, 3.5, 4.0, *np.arange(4.1, last, size)):
        grown = max(length, SLIT)
        opening = 4.0 * critical_force(grown, energy) * (grown + 0.673) ** 3 / plane * min(length / SLIT, 1.0)
        body.move([0.0, opening])
        rows.append((SLIT + body.released / energy, body.end_force, body.end_turn))
    lengths, forces, turns = np.array(rows).T
    return Peeled(lengths, forces, turns, energy)


def critical_force(length: float, energy: float) -> float:
    """Force at which a crack between two beams of height 1 grows, N/m."""
    return float(np.sqrt(energy * BEAM / (1.0 - POISSON**2) / 12.0) / (length + 0.673))


def run(effort: Effort) -> Outcome:
    """All of them."""
    rows, shown = modes(effort)
    rows += unloaded()
    rows += relaxed(effort)
    rows.append(rubbed())
    beams = peeled(effort)
    last = beams.lengths[-1]
    path = float(beams.forces[-1] * beams.turns[-1])
    rows.append(Row("two beams", "P theta", "J/m^2", beams.energy, path, 0.02, "Paris and Paris 1988", "exact"))
    force = critical_force(float(last), beams.energy)
    source = "beams with 0.673 h of root compliance"
    rows.append(Row("two beams", "force", "N/m", force, float(beams.forces[-1]), 0.01, source, "published"))
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("modes", "Traction over opening of the block, and the law.", lambda f: draw_law(f, shown)),
            Picture("beams", "Force on two beams over the crack length.", lambda f: draw_beams(f, beams)),
        ),
        input=f"unit blocks, E {STIFF:g} Pa, N {STRENGTH:g}, S {SHEAR:g} Pa, energies {ENERGY:g} and {SHEAR_ENERGY:g} "
        f"J/m2, exponent {EXPONENT:g}; beams of height 1, slit {SLIT:g}",
    )


def draw_law(figure: Figure, found: Opened) -> None:
    """Traction over opening."""
    axes = figure.subplots()
    last = 2.0 * ENERGY / STRENGTH
    axes.plot([0.0, 0.0, 1.0, 1.02], [0.0, 1.0, 0.0, 0.0], color="k", lw=0.8, label="law")
    axes.plot(found.openings / last, found.tractions / STRENGTH, "o", ms=4, color="#1f4e79", label="computed")
    axes.set_xlabel("opening / opening of release")
    axes.set_ylabel("traction / strength")
    axes.legend()


def draw_beams(figure: Figure, found: Peeled) -> None:
    """Force over crack length."""
    axes = figure.subplots()
    lengths = np.linspace(SLIT, float(found.lengths.max()) + 0.05, 50)
    forces = np.array([critical_force(length, found.energy) for length in lengths])
    axes.plot(lengths, forces / forces[0], color="k", lw=0.8, label="linear fracture mechanics")
    axes.plot(found.lengths, found.forces / forces[0], "o", ms=4, color="#1f4e79", label="cohesive surface")
    axes.set_xlabel("crack length / height of a beam")
    axes.set_ylabel("force / that at the slit")
    axes.legend()


PROBLEM = Problem(
    name="cohesive",
    title="Cohesive surfaces: modes, unloading, relaxation, and two beams",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "P. P. Camanho, C. G. Davila, NASA/TM-2002-211737 (2002)",
        "A. Turon, P. P. Camanho, J. Costa, C. G. Davila, Mech. Mater. 38 (2006) 1072",
        "M. L. Benzeggagh, M. Kenane, Compos. Sci. Technol. 56 (1996) 439",
        "A. J. Paris, P. C. Paris, Int. J. Fract. 38 (1988) R19",
    ),
    run=run,
    minutes=1.0,
)
