"""Butler-Volmer kinetics: slab, Tafel slopes, lengths of Wagner, a disc at 3 V, and pressures that stop a voltage."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.materials.kinetics import overpotential
from platingx.materials.layout import BULK_DERIVATIVE, BULK_MODULUS, PRESSURE_LAW
from platingx.materials.local_law import LocalLaw
from platingx.materials.parameters import parameter_vector
from platingx.materials.pressure import mean_kirchhoff_stress, volumetric_energy
from platingx.problems.circuit import Held
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.models.case_march import march_case
from platingx.verification.models.conducting_cell import THERMAL, ConductingCell, solve_cell
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

STATEMENT = r"""
$i=i_0[e^{\alpha\mathcal F\eta/RT}-e^{-(1-\alpha)\mathcal F\eta/RT}]$. At large currents the overpotential rises by
$RT\ln 10/\alpha\mathcal F$ for each decade; how even a current is depends on the length $\kappa\,d\eta/di$ of Wagner. A
plate of 600 um with 0.2 S/m and interfaces of 2 or 5 ohm cm² takes 8.5 or 10 mV at 0.25 mA/cm². A disc of 0.515 um on
LLZO passes 321.45 nA at 3 V.

In a closed space a voltage stops at the pressure at which stress takes all of it: $\mathcal F V/V_m$ of atoms of
constant volume, and with the stored energy of the metal where $U(\theta)-\pi(\theta)=\mathcal FV/V_m$,
$p=-\pi e^{-\theta}$, by each of the three pressure laws. With `hencky_cauchy` stress takes less than $KV_m/\mathcal F$
however large the pressure: above 1.4615 V nothing stops the plating, which `platingx validate` tells.
"""

STOPS = (
    ("constant_volume", "murnaghan", 0.2, 1.48439, 6.0),
    ("consistent", "murnaghan", 0.2, 1.5798, 6.0),
    ("constant_volume", "murnaghan", 0.65, 4.82427, 6.0),
    ("consistent", "murnaghan", 0.65, 5.7272, 6.0),
    ("consistent", "hencky_kirchhoff", 0.2, 1.5861, 6.0),
    ("consistent", "hencky_kirchhoff", 0.65, 5.9096, 6.0),
    ("consistent", "hencky_cauchy", 0.2, 1.5963, 6.0),
    ("consistent", "hencky_cauchy", 0.65, 6.3818, 18.0),
)
"""Stress term, pressure law of the metal, voltage, the pressure (GPa) at which it stops, and a time (s): ten times that
in which it settles, which is longer where the metal has become soft."""
LLZO, RADIUS = 0.069, 0.515e-6
CURRENTS = (0.0, 100.0, 1000.0, 1e4, 2e4)
LENGTHS = (34.5, 24.73, 3.527, 0.3545, 0.1773)


def kinetics() -> list[Row]:
    """Slab, slopes and lengths."""
    rows = []
    for resistance, expected in ((2e-4, 8.49998e-3), (5e-4, 9.99975e-3)):
        law = LocalLaw(0.0, THERMAL / resistance, 0.5, THERMAL)
        cell = ConductingCell(1e-4, 6e-4, 2, 4, 0.2, law, 1e-4, counter_resistance=resistance)
        # the counter electrode is linear here: half of the departure from Ohm's law of two interfaces
        linear = 2.5 * (3e-3 + 2.0 * resistance)
        value = 2.0 * solve_cell(cell, Held(current_density=2.5)).voltage - linear
        label = f"slab, {resistance * 1e4:g} ohm cm²"
        rows.append(Row(label, "voltage", "V", expected, value, 1e-6, "closed form", "exact"))
    for alpha, expected in ((0.3, 197.198e-3), (0.5, 118.319e-3), (0.7, 84.513e-3)):
        eta, _ = overpotential(np.array([1e8, 1e9]), 1.0, alpha, THERMAL)
        slope = float(eta[1] - eta[0])
        rows.append(Row(f"Tafel, alpha {alpha}", "slope", "V/decade", expected, slope, 1e-5, "closed form", "exact"))
    law = LocalLaw(0.0, THERMAL / 5e-4, 0.5, THERMAL)
    lengths = LLZO * law.drop(np.array(CURRENTS))[1] * 1e6
    for current, expected, value in zip(CURRENTS, LENGTHS, lengths, strict=True):
        label = f"LLZO, 5 ohm cm², {current / 10:g} mA/cm²"
        rows.append(Row(label, "Wagner's length", "um", expected, float(value), 1e-3, "closed form, 4 digits", "exact"))
    return rows


def disc(count: int) -> list[Row]:
    """A disc at 3 V in a cylinder of 5 x 10 um, in elements graded to its edge, where the current is singular.

    Even elements see the edge to their size: extrapolated from 10 and 20 of them over the radius they were 0.18 % low.
    """
    law = LocalLaw(0.0, 51.4, 0.5, THERMAL)
    size = 2 * count
    cell = ConductingCell(5e-6, 10e-6, size, size, LLZO, law, RADIUS, inside=True, axisymmetric=True, grading=4.0)
    found = solve_cell(cell, Held(voltage=3.0))
    return [
        Row("disc at 3 V", "current", "nA", 321.45, found.current * np.pi * RADIUS**2 * 1e9, 1e-4,
            "finite elements graded to the edge", "independent"),
        Row("disc at 3 V", "corrections of Newton's method", "", None, float(found.corrections), None, "", "own"),
    ]  # fmt: skip


def stopped(term: str, voltage: float, law: str, end: float) -> Case:
    """The closed space of the eruption at a held voltage (V) behind 5 ohm cm², by a pressure law of the metal."""
    elasticity = {"murnaghan": "{pressure_law: murnaghan, bulk_modulus_derivative: 3.5}"}
    return load_case(
        shipped_cases_folder() / "gao_eruption_3V.yaml",
        [
            ("electrochemistry.electrolyte", "{area_resistance: 0 ohm cm^2}"),
            ("electrochemistry.circuit", "{resistance: 0 ohm}"),
            ("electrochemistry.electrode.stress_term", term),
            ("electrochemistry.control", f"[{{voltage: {voltage} V}}]"),
            ("materials.li.elasticity", elasticity.get(law, f"{{pressure_law: {law}, bulk_modulus_derivative: null}}")),
            ("geometry.mesh.refinement", "0.25"),
            ("time.end", f"{end} s"),
        ],
    )


def stop_pressure(case: Case, term: str, voltage: float) -> float:
    """Pressure (Pa) at which stress takes all of a voltage, hydrostatic."""
    metal = case.materials["li"]
    energy = FARADAY * voltage / float(metal.molar_volume or np.nan)
    if term == "constant_volume":
        return energy
    vector = parameter_vector(metal, float(case.temperature))
    law = (int(vector[PRESSURE_LAW]), float(vector[BULK_MODULUS]), float(vector[BULK_DERIVATIVE]))

    def missing(theta: float) -> float:
        return float(volumetric_energy(*law, theta) - mean_kirchhoff_stress(*law, theta)[0]) - energy

    theta = brentq(missing, -2.0, 0.0, xtol=1e-14)
    return float(-mean_kirchhoff_stress(*law, theta)[0] * np.exp(-theta))


def run(effort: Effort) -> Outcome:
    """All of them."""
    rows, curves = [*kinetics(), *disc(16 if effort == "coarse" else 24)], {}
    for term, law, voltage, expected, end in STOPS if effort == "full" else STOPS[:2]:
        case = stopped(term, voltage, law, end)
        count = round((80 if effort == "full" else 24) * (end / 6.0) ** (1.0 / 3.0))  # the first step is as long
        steps = tuple((float(end * (b - a)), float(end * b)) for a, b in _graded(count))
        history = march_case(case, load_mesh(case, MPI.COMM_SELF), steps).history
        pressure = history["mean_pressure_li"].to_numpy()
        label = f"closed space at {voltage:g} V, {term}" + ("" if term == "constant_volume" else f", {law}")
        rows.append(Row(label, "mean pressure", "GPa", expected, float(pressure[-1]) / 1e9, 1e-3,
                        "closed form, hydrostatic", "exact"))  # fmt: skip
        if voltage == 0.2 and law == "murnaghan":
            curves[term] = (np.array([end for _, end in steps]), pressure, stop_pressure(case, term, voltage))
    limit = stopped("consistent", 0.2, "hencky_cauchy", 6.0).materials["li"]
    most = limit.elasticity.bulk_modulus * float(limit.molar_volume or np.nan) / FARADAY
    rows.append(Row("hencky_cauchy", "voltage that no pressure stops", "V", 1.4615, most, 1e-3, "K Vm/F", "arithmetic"))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for term, (time, pressure, expected) in curves.items():
            (line,) = axes.plot(time, pressure / 1e9, label=term.replace("_", " "))
            axes.axhline(expected / 1e9, color=line.get_color(), lw=0.6, ls="--")
        axes.set_xlabel("time (s)")
        axes.set_ylabel("pressure (GPa)")
        axes.legend()

    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("pressure", "Pressure in the closed space at 0.2 V, and where it has to stop.", draw),),
        input="closed space of eruption.yaml at refinement 0.25 behind 5 ohm cm²; i0 51.4 A/m² of the disc",
    )


def _graded(count: int) -> list[tuple[float, float]]:
    """Steps of 0 to 1 that grow."""
    return list(pairwise((k / count) ** 3 for k in range(count + 1)))


PROBLEM = Problem(
    name="b13-kinetics",
    title="Butler-Volmer kinetics and stop pressures",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "J. Newman and N. P. Balsara, Electrochemical Systems, 4th edition (2021), chapter 8",
        "Gao et al. 2022, Eq. 2",
    ),
    run=run,
    minutes=1.5,
)
