"""Constriction, current distribution and impedance of a partial contact on a conducting electrolyte."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from scipy.special import jn_zeros, jv

from platingx.constants import VACUUM_PERMITTIVITY
from platingx.materials.local_law import LocalLaw
from platingx.physics.impedance import FieldImpedance
from platingx.problems.circuit import Held
from platingx.verification.models.conducting_cell import THERMAL, ConductingCell, Solution, solve_cell
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

STATEMENT = r"""
Strips of contact on an electrolyte of conductivity $\kappa$, period $L$, of which a void of width $w$ is not plated,
$f=1-w/L$: the voltage beyond that of a plate is the constriction. At a uniform flux it is $0.052097\,L/\kappa$ for
$f=0.7$, of the primary distribution (no resistance of the interface) $-\ln\sin(\pi f/2)\,L/\pi\kappa$; between the
two the ratio $\bar a=(w/2)/\kappa Z$ decides, also how much the edge of a single void of width $2a$ takes: twice the
current far away where $2a$ is near 60 um, if $\kappa Z$ is 20 um (Roy, Fleck and Deshpande 2021). A disc of radius $a$
in a cylinder of radius $b$ has $4\kappa a(R-Z/A-\text{plate})$ by $\epsilon=a/b$ and $\bar a=a/\kappa Z$; at a uniform
flux (small $\bar a$) it is $\frac{16}{\pi\epsilon}\sum J_1^2(\lambda_n\epsilon)/\lambda_n^3J_0^2(\lambda_n)$ with the
zeros $\lambda_n$ of $J_1$, and $32/3\pi^2$ of a disc alone.

Impedance: with $R$ and $C$ of the interface, and a gap or a blocking contact beside it, a plate of 500 um, $\kappa$
0.2 S/m, has per area of the face the values of the table (2 ohm cm², 5 uF/cm², strips 100 um apart on a share of 0.05).
"""

CM2 = 1e-4
SERIES = "cosine series of 1600 intervals, and finite elements graded to 1e-6 L"
OTHER = "complex finite elements, independent program"
GRADED = "finite elements graded to 1e-6 L, two meshes"
DISC = "4 kappa a (R - Z/A - plate)"
PRIMARY = (1.57439, 1.20816, 1.13803, 1.12233)
SHARE, HALF = 0.05, 50e-6
FREQUENCIES = (1e3, 1e5)
TABLE = {
    "gap 1 um": (VACUUM_PERMITTIVITY / 1e-6, (69.1 - 2.5j, 30.2 - 6.2j)),
    "blocking, 5 uF/cm²": (5e-2, (40.1 - 21.0j, 25.0 - 0.3j)),
}


def strip(ratio: float, cells: int) -> Solution:
    """Half a period of 1 with a void of 0.3 at a mean current of 1 over the period, kappa 1, depth 2."""
    law = LocalLaw(0.15 / ratio, None, 0.5, THERMAL)
    return solve_cell(ConductingCell(0.5, 2.0, cells, 2 * cells, 1.0, law, 0.35), Held(current_density=1.0 / 0.7))


def strips(cells: int) -> list[Row]:
    """Voltage and current of blocked strips."""
    rows = []
    for ratio, expected in ((0.01, 21.4806), (1.0, 0.26213)):
        beyond = strip(ratio, cells).voltage - 2.0
        rows.append(
            Row(f"strip, f 0.7, ratio {ratio:g}", "extra R kappa/L", "", expected, beyond, 1e-3, SERIES, "independent")
        )
    primary = [strip(1e6, count).voltage - 2.0 for count in (cells, 2 * cells)]
    closed = -float(np.log(np.sin(0.35 * np.pi))) / np.pi
    rows.append(
        Row("strip, primary", "extra R kappa/L", "", closed, 2 * primary[1] - primary[0], 0.01, "closed form", "exact")
    )
    density = strip(1.0, cells).density_at(np.array([0.2, 0.5]))
    for place, expected, value in zip((0.2, 0.5), (1.6146, 1.2897), density, strict=True):
        label = f"strip, ratio 1, x/L {place}"
        rows.append(Row(label, "i / mean", "", expected, float(value), 2e-3, SERIES, "independent"))
    return rows


def graded(share: float, ratio: float, cells: int, void: float) -> Solution:
    """A strip as above, mirrored, in elements that become smaller towards the edge of the contact."""
    law = LocalLaw(0.5 * void / ratio, None, 0.5, THERMAL)
    plated = 0.5 * share
    cell = ConductingCell(0.5, 2.0, cells, cells, 1.0, law, plated, inside=True, grading=4.0)
    return solve_cell(cell, Held(current_density=1.0 / share))


def edges(cells: int) -> Iterator[Row]:
    """Primary distributions of other shares, a uniform flux, and the current at the edge of a contact."""
    for share, expected in ((0.3, 0.25136), (0.9, 0.003943)):
        beyond = graded(share, 1e6, cells, 1.0 - share).voltage - 2.0
        yield Row(f"strip, f {share:g}, primary", "extra R kappa/L", "", expected, beyond, 1e-3, "closed form", "exact")
    even = strip(1e-4, cells).voltage - 2.0 - 0.15e4 / 0.7
    yield Row("strip, f 0.7, ratio 1e-4", "extra R kappa/L - Z/f", "", 0.052097, even, 1e-3, "uniform flux", "exact")
    primary = graded(0.7, 1e6, cells, 0.3).density_at(0.5 - np.array([0.2, 0.3, 0.4, 0.5]))
    for place, expected, value in zip((0.2, 0.3, 0.4, 0.5), PRIMARY, primary, strict=True):
        yield Row(
            f"strip, primary, x/L {place:g}", "i / mean", "", expected, float(value), 1e-3, "closed form", "exact"
        )
    for ratio, expected in ((0.01, 1.4358), (1.0, 2.008)):
        at_edge = float(graded(0.7, ratio, cells, 0.3).density_at(np.array([0.35]))[0])
        yield Row(f"strip, ratio {ratio:g}, edge", "i / mean", "", expected, at_edge, 0.01, SERIES, "independent")
    for ratio, expected in ((0.25, 1.319), (1.0, 1.803), (3.0, 2.602), (0.5, 1.510)):
        label = "Roy: void of 20 um, kappa Z 20 um" if ratio == 0.5 else f"single void, ratio {ratio:g}"
        yield Row(label, "i at the edge / i far away", "", expected, single(ratio, cells), 1e-3, GRADED, "independent")
    yield Row("void of 60 um, kappa Z 20 um", "i at the edge / i far away", "", 2.0, single(1.5, cells), 0.05,
              "Roy, Fleck and Deshpande 2021: the threshold of 2", "published")  # fmt: skip


def single(ratio: float, cells: int) -> float:
    """Current at the edge of a void of a fiftieth of the period, over that far away, which is 1."""
    return float(graded(0.98, ratio, cells, 0.02).density_at(np.array([0.49]))[0])


def discs(cells: int) -> Iterator[Row]:
    """Discs in a cylinder, in elements graded to their edge."""
    for size, ratio, expected in ((0.05, 1e5, 0.9294), (0.5, 1e5, 0.3396), (0.05, 1.0, 0.9998), (0.5, 1.0, 0.4004)):
        label = f"disc, a/b {size:g}, ratio {ratio:g}"
        yield Row(label, DISC, "", expected, disc(size, ratio, cells), 2e-3, OTHER, "independent")
    zeros = jn_zeros(1, 20000)
    for size in (0.05, 0.5):
        terms = (jv(1, zeros * size) / jv(0, zeros)) ** 2 / zeros**3
        series = 16.0 / (np.pi * size) * float(terms.sum())
        label = f"disc, a/b {size:g}, ratio 1e-4"
        yield Row(label, DISC, "", series, disc(size, 1e-4, cells), 2e-3, "series of a uniform flux", "exact")


def disc(size: float, ratio: float, cells: int) -> float:
    """What a disc in a cylinder of radius 1 costs beyond its interface and the plate."""
    law = LocalLaw(size / ratio, None, 0.5, THERMAL)
    cell = ConductingCell(1.0, 4.0, cells, cells, 1.0, law, size, inside=True, axisymmetric=True, grading=4.0)
    found = solve_cell(cell, Held(current_density=1.0 / cell.area))
    return 4.0 * size * (found.voltage - size / ratio / cell.area - 4.0 / np.pi)


def pellet(cells: int) -> tuple[ConductingCell, Solution]:
    """The pellet of the table at rest; of its plate the uppermost 100 um are meshed, the rest is a resistance."""
    law = LocalLaw(0.0, THERMAL / (2.0 * CM2), 0.5, THERMAL)
    cell = ConductingCell(HALF, 1e-4, cells, cells, 0.2, law, SHARE * HALF, inside=True, counter_resistance=2e-3)
    return cell, solve_cell(cell, Held(voltage=0.0))


def spectra(cells: int) -> list[Row]:
    """Impedance of the pellet."""
    rows = []
    _, found = pellet(cells)
    direct = FieldImpedance(found.conduction).at(0.0).real / SHARE / CM2
    rows.append(Row("pellet, 0 Hz", "Re Z", "ohm cm^2", 69.23, direct, 1e-3, "25 + 40 + series 4.231", "exact"))
    for name, (capacitance, expected) in TABLE.items():
        impedance = FieldImpedance(found.conduction, 5e-2, 20.0 * VACUUM_PERMITTIVITY, [found.blocked(capacitance)])
        for frequency, value in zip(FREQUENCIES, expected, strict=True):
            computed = impedance.at(frequency) / SHARE / CM2
            for word, wanted, got in (("Re Z", value.real, computed.real), ("-Im Z", -value.imag, -computed.imag)):
                label = f"pellet, {name}, {frequency:g} Hz"
                tolerance = 0.06 + 2e-3 * abs(value)  # digits of the source, and the mesh at the edge of the contact
                rows.append(Row(label, word, "ohm cm^2", wanted, got, tolerance, OTHER, "independent", absolute=True))
    return rows


def run(effort: Effort) -> Outcome:
    """All of it on coarse or fine meshes."""
    cells = 20 if effort == "coarse" else 40
    rows = [*strips(cells), *edges(2 * cells), *discs(2 * cells), *spectra(40 if effort == "coarse" else 80)]
    curves = {ratio: strip(ratio, cells) for ratio in (0.01, 1.0, 100.0)}

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        x = np.linspace(0.151, 0.5, 200, dtype=np.float64)
        for ratio, found in curves.items():
            axes.plot(x, found.density_at(x), label=rf"$\bar a$ = {ratio:g}")
        axes.plot([0.2, 0.5], [1.6146, 1.2897], "ko", ms=3, label="series")
        axes.set_xlabel("x / L")
        axes.set_ylabel("current density / mean")
        axes.legend()

    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("current", "Current density beside a void of 0.3 L.", draw),),
        input=f"rectangles of {cells} x {2 * cells} elements, edges and discs {2 * cells} x {2 * cells} and graded",
    )


PROBLEM = Problem(
    name="b12-constriction",
    title="Constriction and impedance of a partial contact",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "J. Newman and N. P. Balsara, Electrochemical Systems, 4th edition (2021), chapter 18",
        "U. Roy, N. A. Fleck and V. S. Deshpande, Extreme Mechanics Letters 2021",
    ),
    run=run,
    minutes=1.0,
)
