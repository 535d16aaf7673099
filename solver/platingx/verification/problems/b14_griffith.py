"""B14. The forms that turn stresses into verdicts: Griffith, overpotential, whisker."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.materials.faraday import LayerGrowth
from platingx.materials.kinetics import rate, thermal_voltage
from platingx.post.closed_forms import (
    griffith_flaw_depth,
    griffith_strength,
    overpotential_of_stress,
    stress_of_overpotential,
    whisker_contact_diameter,
    whisker_kinetic_pressure,
)
from platingx.post.fracture_verdict import fracture_verdict
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

STATEMENT = r"""
What the package says about cracks and voltages rests on three closed forms (Gao et al. 2022, equations 1 to 3):

$$\sigma_c = \frac{K_{IC}}{Y\sqrt{\pi a}},\qquad \sigma = \frac{F\,\Delta\phi}{V_m},\qquad
\frac{F\,\Delta\phi}{V_m} = \gamma\frac{s}{A} + \tfrac12\rho v^2,$$

with $K_{IC}$ = 0.95 MPa m$^{1/2}$, Y = 1.12, $V_m$ = 13.0 cm$^3$/mol, $\gamma$ = 0.452 J/m$^2$ and $s/A = 4/D$ for a
round contact. Metal that is plated into an edge crack at the current density $i$ comes to the pressure at which the
crack grows, $p_c=K_{IC}/1.1215\sqrt{\pi a}$, at $i_c=2i_0\sinh(p_cV_m/2RT)$, here with $RT/Fi_0$ = 10 ohm cm$^2$ at
298 K. Speeds of growth follow Faraday's law $v = i V_m/F$. The numbers are independent evaluations of these
forms to the digits shown; those that Gao et al. print are marked as published.
"""

# of Gao et al. 2022: LLZO (Pa m^0.5, Pa), lithium (m^3/mol, J/m^2, kg/m^3)
TOUGHNESS, STRENGTH = 0.95e6, 16.1e9
MOLAR_VOLUME, SURFACE_ENERGY, DENSITY = 13.0e-6, 0.452, 534.0

# flaw depth (nm), strength (GPa), overpotential (V)
GRIFFITH = (
    (10, 4.78554, 0.64478),
    (100, 1.51332, 0.20390),
    (400, 0.75666, 0.10195),
    (1000, 0.47855, 0.06448),
    (5000, 0.21402, 0.02884),
)
# depth (um), current density (mA/cm2)
CRITICAL_CURRENTS = ((0.1, 135.297), (0.4, 18.2893), (1.0, 8.26381), (10.0, 2.09002))
RESISTANCE, TEMPERATURE = 1e-3, 298.0
"""Of charge transfer, ohm m2; K."""
EDGE_FACTOR = 1.1215
"""K/(p sqrt(pi a)) of an edge crack under pressure (Koiter 1965)."""
LAST_DIGIT = 5.01e-6  # half of the last digit of the table, in its units
# current density (mA/cm2), speed (nm/s)
SPEEDS = ((0.5, 0.67368), (4.0, 5.38942), (17.0, 22.905), (1440.0, 1940.19), (2000.0, 2694.71))


def _exact(label: str, quantity: str, unit: str, expected: float, computed: float, tolerance: float) -> Row:
    return Row(label, quantity, unit, expected, computed, tolerance, "closed form", "arithmetic")


def _printed(label: str, quantity: str, unit: str, expected: float, computed: float, tolerance: float) -> Row:
    """A number of one or two digits that Gao et al. print."""
    return Row(label, quantity, unit, expected, computed, tolerance, "Gao et al. 2022", "published")


def _griffith_rows() -> list[Row]:
    rows = []
    for depth, *table in GRIFFITH:
        label, strength = f"flaw of {depth} nm", griffith_strength(depth * 1e-9, TOUGHNESS)
        computed = (strength / 1e9, overpotential_of_stress(strength, MOLAR_VOLUME))
        names = (("strength", "GPa"), ("overpotential", "V"))
        for (name, unit), expected, value in zip(names, table, computed, strict=True):
            rows.append(Row(label, name, unit, expected, value, LAST_DIGIT, "closed form", "arithmetic", absolute=True))
    rows += [
        _printed(
            f"flaw of {depth} nm", "strength", "GPa", expected, griffith_strength(depth * 1e-9, TOUGHNESS) / 1e9, 0.02
        )
        for depth, expected in ((10, 4.8), (100, 1.5))
    ]
    depth_at_yield = griffith_flaw_depth(244e6, TOUGHNESS) * 1e6
    return [*rows, _exact("flaw whose strength is 244 MPa", "depth", "um", 3.847, depth_at_yield, 2e-4)]


def _whisker_rows() -> list[Row]:
    stress = stress_of_overpotential(1.65e-3, MOLAR_VOLUME)
    pressure = stress_of_overpotential(0.05, MOLAR_VOLUME) / 1e6
    return [
        _exact("1.65 mV", "stress", "MPa", 12.246, stress / 1e6, 1e-4),
        _printed("1.65 mV", "stress, about", "MPa", 12.0, stress / 1e6, 0.05),
        _exact(
            "12.246 MPa", "contact diameter", "nm", 147.6, whisker_contact_diameter(stress, SURFACE_ENERGY) * 1e9, 5e-4
        ),
        _exact("1940 nm/s", "kinetic pressure", "nPa", 1.0, whisker_kinetic_pressure(1940e-9, DENSITY) * 1e9, 0.01),
        _exact("1 V", "pressure", "GPa", 7.42, stress_of_overpotential(1.0, MOLAR_VOLUME) / 1e9, 1e-3),
        Row("50 mV", "pressure", "MPa", 370.0, pressure, 0.01, "Chen et al. 2020", "published"),
    ]


def _critical_current_rows() -> list[Row]:
    """Current densities at which plating into an edge crack comes to the pressure at which it grows."""
    rows = []
    for depth, expected in CRITICAL_CURRENTS:
        label, current = f"crack of {depth:g} um, 10 ohm cm2", _critical_current(depth)
        rows.append(_exact(label, "critical current", "mA/cm2", expected, current, 1e-3))
    return rows


def _critical_current(depth: float) -> float:
    """Of an edge crack of a depth (um), mA/cm2."""
    thermal = thermal_voltage(TEMPERATURE)
    pressure = griffith_strength(depth * 1e-6, TOUGHNESS, EDGE_FACTOR)
    return rate(overpotential_of_stress(pressure, MOLAR_VOLUME), thermal / RESISTANCE, 0.5, thermal) / 10.0


def _speed_rows() -> list[Row]:
    rows = []
    for density, speed in SPEEDS:
        growth = LayerGrowth(lambda time, i=density: 10.0 * i * time, MOLAR_VOLUME, 1e-7)  # type: ignore[misc]
        computed = growth.deposited_thickness(1.0) * 1e9
        rows.append(Row(f"{density:g} mA/cm2", "speed", "nm/s", speed, computed, 2e-5, "closed form", "arithmetic"))
    return rows


def _verdict_rows() -> list[Row]:
    """1 for a verdict of cracking and 0 for none, around the theoretical strength and a flaw's."""
    rows = []
    for factor, expected in ((0.999, 0.0), (1.001, 1.0)):
        bulk = fracture_verdict(factor * STRENGTH, theoretical_strength=STRENGTH)
        label = f"{factor:g} of the theoretical strength, 16.1 GPa"
        rows.append(_verdict_row(label, expected, bulk.cracks))
        largest = factor * griffith_strength(100e-9, TOUGHNESS)
        flaw = fracture_verdict(largest, flaw_depth=100e-9, fracture_toughness=TOUGHNESS)
        label = f"{factor:g} of the strength with a flaw of 100 nm"
        rows.append(_verdict_row(label, expected, flaw.cracks_from_flaw))
    return rows


def _verdict_row(label: str, expected: float, found: bool | None) -> Row:
    return Row(
        label, "cracks (1) or not (0)", "", expected, float(bool(found)), 0.5, "definition", "arithmetic", absolute=True
    )


def run(effort: Effort) -> Outcome:  # noqa: ARG001
    """Evaluate the forms as the package has them; both efforts are the same."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        depth = np.geomspace(1e-9, 1e-5, 200)
        axes.loglog(
            depth * 1e9, [griffith_strength(float(a), TOUGHNESS) / 1e9 for a in depth], label="Griffith, as computed"
        )
        axes.loglog(
            [a for a, *_ in GRIFFITH], [s for _, s, _ in GRIFFITH], "ko", ms=4, fillstyle="none", label="benchmark"
        )
        axes.axhline(STRENGTH / 1e9, color="k", ls="--", lw=0.8)
        axes.text(1.2, 17.5, "theoretical strength, 16.1 GPa", fontsize=7)
        axes.axhline(0.244, color="k", ls=":", lw=0.8)
        axes.text(1.2, 0.26, "yield stress of a whisker, 244 MPa", fontsize=7)
        axes.set_xlabel("depth of the flaw (nm)")
        axes.set_ylabel("strength (GPa)")
        axes.set_ylim(0.1, 40.0)
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.82))

    def draw_currents(figure: Figure) -> None:
        axes = figure.subplots()
        depth = np.geomspace(0.05, 20.0, 100)
        axes.loglog(depth, [_critical_current(float(a)) for a in depth], label="as computed")
        axes.loglog(*zip(*CRITICAL_CURRENTS, strict=True), "ko", ms=4, fillstyle="none", label="benchmark")
        axes.set_xlabel("length of the crack (µm)")
        axes.set_ylabel("critical current density (mA/cm²)")
        axes.legend()

    caption = "Strength of LLZO with a flaw at its surface."
    currents = "Current density at which metal that is plated into a crack comes to the pressure that grows it."
    return Outcome(
        rows=(*_griffith_rows(), *_critical_current_rows(), *_whisker_rows(), *_speed_rows(), *_verdict_rows()),
        pictures=(Picture("strength", caption, draw), Picture("currents", currents, draw_currents)),
        notes=(
            "The theoretical strength of 16.1 GPa is a number of Gao et al. 2022, whose derivation is not printed.",
            "With 0.4 um and the constants above the strength is 0.757 GPa; a value of about 1 GPa quoted for such a"
            " flaw has other constants.",
        ),
        input="KIC 0.95 MPa m^0.5, Y 1.12, Vm 13.0 cm3/mol, gamma 0.452 J/m2, rho 534 kg/m3",
    )


PROBLEM = Problem(
    name="b14-griffith",
    title="B14 Griffith's strength, overpotential and whisker",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "Gao et al., Nat. Commun. (2022), doi 10.1038/s41467-022-32732-z, equations 1 to 3",
        "Chen et al. (2020): pressure that a voltage sustains",
    ),
    run=run,
    minutes=0.01,
)
