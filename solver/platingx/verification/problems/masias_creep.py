"""Validation: creep and strength of bulk lithium near room temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.physics.solid_model import Load
from platingx.verification.models.one_element import SIZE, strain_steps, uniaxial, uniform
from platingx.verification.models.reference_material import flow_rate
from platingx.verification.models.vectors import LITHIUM, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

TEMPERATURE = 299.0  # K
YOUNG = 7.81e9  # Pa

# stress (MPa), lowest and highest measured rate (1/s): Masias et al. 2019, Table S1
MEASURED = ((0.2, 2.00e-7, 2.00e-7), (0.4, 1.34e-5, 1.72e-5), (0.6, 3.89e-4, 3.89e-4))
MEASURED_EXPONENT = 6.56
# The same law evaluated apart from this code: rates with S0 and with S at its steady value, two digits, 299 K
INDEPENDENT = {0.2: (4.5e-7, 1.5e-7), 0.4: (4.6e-5, 4.7e-6), 0.6: (6.8e-4, 3.6e-5)}
TWO_DIGITS = 0.05
YIELD_RATE, YIELD_RANGE = 1.2e-3, (0.73, 0.81)  # 1/s, MPa: Masias et al. 2019, tension and compression

STATEMENT = r"""
Lithium creeps in tension at constant true stress $\sigma$ and 299 K; Masias et al. (2019) give rates between 0.2 and
0.6 MPa. The package has the law of Anand and Narayan (2019), whose constants were *not* fitted to these data:
everything on this page is a prediction. The flow resistance S starts at $S_0$ = 0.95 MPa and rises slowly with strain
towards a steady value,

$$\dot\epsilon = r_0\left(\frac{\sigma}{S}\right)^{1/m},\qquad
\dot\epsilon_{steady} = r_0\left(\frac{\sigma}{S_*}\right)^{1/(m+n)},\qquad r_0 = A e^{-Q/RT},$$

so that the creep rate falls between two limits: S frozen at $S_0$ (a virgin sample) and S at its steady value (one
that has been strained by several hundred percent). How far the samples had been strained is not known here. What can
be asked is whether the data lie between the limits, and what strain would explain them.

One element of the package is loaded by a constant true stress. The frozen limit is its rate with $H_0 = 0$, the
steady limit its rate when S starts at the steady value, the curves are its rates along the strain.
"""


@dataclass(frozen=True)
class Creep:
    """Strains and rates (1/s) along a creep test."""

    strain: Array
    rate: Array


def _lithium(**entries: float) -> Array:
    return vector(LITHIUM, TEMPERATURE, **entries)


def steady_resistance(p: Array, stress: float) -> float:
    """S in Pa that a stress in Pa leads to: S* (rate/r0)^n at the steady rate."""
    m, n = p[layout.RATE_SENSITIVITY], p[layout.SATURATION_EXPONENT]
    reduced = (stress / p[layout.SATURATION_RESISTANCE]) ** (1.0 / (m + n))
    return float(p[layout.SATURATION_RESISTANCE] * reduced**n)


def creep(p: Array, stress: float, end: float, largest: float) -> Creep:
    """Pull one element by a constant true stress.

    Steps grow from a thousandth of the elastic strain, so that Newton's method starts each from a good guess, up to
    ``largest``; their length in time follows from the last rate.

    Parameters
    ----------
    p
        Parameter vector.
    stress
        True stress, Pa.
    end
        Plastic strain at the end.
    largest
        Largest strain of a step.
    """
    model = uniaxial(p, None, Load("top", "li", pressure=lambda _time: -stress))
    rate = flow_rate(p, stress, float(p[layout.INITIAL_RESISTANCE]))
    step = 1e-3 * stress / YOUNG
    model.advance(1e-6 * step / rate)  # the elastic strain
    strains, rates = [0.0], [rate]
    while strains[-1] < end:
        start = model.time
        model.advance(start + step / rates[-1])
        strains.append(float(model.region().new.plastic_strain.mean()))
        rates.append((strains[-1] - strains[-2]) / (model.time - start))
        step = min(1.25 * step, largest)
    drift = float(uniform(model.stress())[1]) / stress - 1.0
    if abs(drift) > 1e-6:
        raise VerificationError(f"the stress of the creep test has drifted by {drift:g} of itself")
    return Creep(np.array(strains), np.array(rates))


def run(effort: Effort) -> Outcome:
    """Creep rates of the limits and along the strain, and the strength at a constant rate."""
    largest = 0.004 if effort == "coarse" else 0.002
    rows: list[Row] = []
    curves: dict[float, Creep] = {}
    limits: dict[float, tuple[float, float]] = {}
    for stress, low, high in MEASURED:
        frozen = creep(_lithium(HARDENING_MODULUS=0.0), stress * 1e6, 0.001, 0.001).rate[-1]
        resistance = steady_resistance(_lithium(), stress * 1e6)
        steady = creep(_lithium(INITIAL_RESISTANCE=resistance), stress * 1e6, 0.001, 0.001).rate[-1]
        limits[stress] = (float(frozen), float(steady))
        curves[stress] = creep(_lithium(), stress * 1e6, 1.0, largest)
        rows += _rows(stress, np.sqrt(low * high), limits[stress], curves[stress])
    rows += _exponents(limits) + _strength(effort)
    caption = (
        "Creep rate of lithium at 299 K over the true stress: the two limits of the law (lines), the law after plastic"
        " strains of 1, 10 and 100 % (dots), and the measured rates (crosses)."
    )
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("rates", caption, lambda figure: draw(figure, limits, curves)),),
        notes=(
            "The measured rates lie between the limits at all three stresses, but not at one strain: nearer to the"
            " steady limit at 0.2 MPa, to the virgin limit at 0.6 MPa.",
            "From 0.2 to 0.6 MPa the measured rates rise with the power 6.9 of the stress (6.56 in a fit of all points"
            " of the paper), the virgin limit with 6.67, the steady limit with 5.00.",
            "The strength at 1.2e-3 1/s is below the measured range: by 7 to 15 % of its middle, at 5 to 0.2 % strain.",
            "The exponent 6.6 and the activation energy 37 kJ/mol of LePage et al. (2019) are not verified: they are"
            " quoted from memory, the paper was not at hand. The activation energy is an input of the law, so its"
            " agreement says nothing.",
            "Values of Masias et al. were taken from a digest of the paper, not from the paper itself.",
        ),
        input=f"one axisymmetric quadrilateral, {LITHIUM}, {TEMPERATURE:g} K, constant true stress 0.2, 0.4, 0.6 MPa;"
        f" tension at {YIELD_RATE:g} 1/s",
        unverified=(
            *unverified_of(LITHIUM),
            "LePage et al. 2019: stress exponent 6.6 and activation energy 37 kJ/mol (from memory)",
        ),
    )


def _rows(stress: float, measured: float, limits: tuple[float, float], curve: Creep) -> list[Row]:
    """Limits against their evaluation apart, and where the measured rate lies between them."""
    label = f"{stress:g} MPa"
    rows = []
    for name, value, expected in zip(("virgin", "steady"), limits, INDEPENDENT[stress], strict=True):
        source = "the law evaluated apart, two digits"
        rows.append(Row(label, f"rate, {name}", "1/s", expected, value, TWO_DIGITS, source, "independent"))
    share = float(np.log(limits[0] / measured) / np.log(limits[0] / limits[1]))
    quantity = "measured rate, from the virgin (0) to the steady limit (1), logarithmic"
    rows.append(Row(label, quantity, "", 0.5, share, 0.5, "Masias et al. 2019", "published", absolute=True))
    for strain in (0.01, 0.1, 1.0):
        rate = float(np.exp(np.interp(strain, curve.strain, np.log(curve.rate))))
        name = f"rate after a strain of {strain:g}"
        rows.append(Row(label, name, "1/s", measured, rate, None, "Masias et al. 2019, Table S1", "published"))
    return rows


def _exponents(limits: dict[float, tuple[float, float]]) -> list[Row]:
    """Slopes of the limits between 0.2 and 0.6 MPa, beside the measured ones, which are not judged."""
    rows = []
    for name, index in (("virgin", 0), ("steady", 1)):
        slope = float(np.log(limits[0.6][index] / limits[0.2][index]) / np.log(3.0))
        for source, value in (("Masias et al. 2019", MEASURED_EXPONENT), ("LePage et al. 2019, unverified", 6.6)):
            rows.append(Row(f"{name} limit", "stress exponent", "", value, slope, None, source, "published"))
    return rows


def _strength(effort: Effort) -> list[Row]:
    """True stress at a constant rate, at strains where yield is usually read."""
    model = uniaxial(_lithium(), lambda time: SIZE * float(np.expm1(YIELD_RATE * time)))
    middle = 0.5 * sum(YIELD_RANGE)
    source = f"Masias et al. 2019: {YIELD_RANGE[0]} to {YIELD_RANGE[1]} MPa"
    rows, marks = [], (0.002, 0.02, 0.05)
    for strain in strain_steps(marks, 2e-5, 0.004 if effort == "coarse" else 0.001):
        model.advance(strain / YIELD_RATE)
        if strain in marks:
            stress = float(uniform(model.stress())[1]) / 1e6
            label = f"{YIELD_RATE:g} 1/s, strain {strain:g}"
            rows.append(Row(label, "true stress", "MPa", middle, stress, None, source, "published"))
    return rows


def draw(figure: Figure, limits: dict[float, tuple[float, float]], curves: dict[float, Creep]) -> None:
    """Rates over the stress."""
    axes = figure.subplots()
    stresses = sorted(limits)
    for index, (name, style) in enumerate((("S frozen at S0", "-"), ("S steady", "--"))):
        axes.loglog(stresses, [limits[s][index] for s in stresses], f"k{style}", lw=0.9, label=f"law, {name}")
    for colour, strain in zip(("#9ecae1", "#4292c6", "#08519c"), (0.01, 0.1, 1.0), strict=True):
        rates = [np.exp(np.interp(strain, curves[s].strain, np.log(curves[s].rate))) for s in stresses]
        axes.loglog(stresses, rates, "o", ms=4, color=colour, label=f"law, strain {strain:g}")
    for index, (stress, low, high) in enumerate(MEASURED):
        label = "Masias et al. 2019" if index == 0 else None
        axes.loglog([stress, stress], [low, high], "x", color="#c55a11", ms=6, mew=1.5, label=label)
    axes.set_xticks(stresses, [f"{s:g}" for s in stresses])
    axes.minorticks_off()
    axes.set_xlabel("true stress (MPa)")
    axes.set_ylabel("creep rate (1/s)")
    axes.legend()


PROBLEM = Problem(
    name="masias-creep",
    title="B17 Creep and strength of bulk lithium",
    part="validation",
    statement=STATEMENT.strip(),
    sources=(
        "A. Masias et al., J. Mater. Sci. 54 (2019) 2585, Table S1, through a digest",
        "W. S. LePage et al., J. Electrochem. Soc. 166 (2019) A89, from memory: unverified",
        "L. Anand, S. Narayan, J. Electrochem. Soc. 166 (2019) A1092: the law",
    ),
    run=run,
    minutes=0.3,
)
