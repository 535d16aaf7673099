"""Validation: the experiments of Gao et al. 2022 one by one, each with what is known of it and what is not."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.sources import unverified_values
from platingx.constants import AVOGADRO, BOLTZMANN, FARADAY
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.models.case_march import march_case
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.gao2022_figures import EXPERIMENTS

STATEMENT = r"""
Gao et al. (2022) plate lithium on LLZO under a microscope, at 0.2 V and at 3 V, under tips of different stiffness. What
they print are voltages, currents, times and pictures. **Not known** are the size of particle and pit, the spring of the
tip, where in the circuit the voltage goes, exchange current, conductivity and how rough the ceramic is.

@@

**What decides which number.** The voltage does not stop F2: some MPa take a thousandth of it. $\mathcal F V/V_m$ is
1.48 GPa at 0.2 V, and soft lithium with a free side flows away at 10 MPa; were stress to slow the current to a third,
it would have to be 1 GPa. In a closed space at 3 V the same term takes a fifth of the voltage, and the current falls.
Whether a resistance lies in the leads or on the contact, the history of the whole is the same, and that of the pit is
not (`docs/theory.md`). 25 nA at 3 V are 120 Mohm, of which spreading under a disc of 0.515 um is 5.9 %.
"""
PAPER = "Gao et al. 2022"
COARSE = [("geometry.mesh.refinement", "0.3"), ("output.figures", "false")]
MOLAR_VOLUME = 13.0e-6  # m3/mol, of the library
NANO = 1e-9


def shipped(name: str, *values: tuple[str, str]) -> Case:
    """A shipped case on a coarse mesh."""
    return load_case(shipped_cases_folder() / f"{name}.yaml", [*COARSE, *values])


def history_of(case: Case) -> pd.DataFrame:
    """March through a case by its own steps."""
    return march_case(case, load_mesh(case, MPI.COMM_SELF)).history


def speed(current: float) -> float:
    """Speed of a face that a current density (A/m2) plates, m/s."""
    return current * MOLAR_VOLUME / FARADAY


def run(effort: Effort) -> Outcome:
    """All that is computed, or the part at 3 V on a short way."""
    full = effort == "full"
    ends = () if full else (("electrochemistry.control", "[{voltage: 3 V, until: {max_pressure_li: 1.5 GPa}}]"),)
    closed = history_of(shipped("gao_eruption_3V", *ends))
    rows = [*arithmetic(), *at_3_volts(closed, full)]
    if full:
        rows += [
            *rigid(history_of(shipped("gao_flexible_0V2"))),
            *flexible(history_of(shipped("gao_flexible_0V2_spring"))),
        ]
        rows += whisker(history_of(shipped("whisker_3V")))

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        left.plot(1e3 * closed["time_s"], 1e9 * closed["current"], "o-", ms=3)
        right.plot(1e3 * closed["time_s"], 1e-9 * closed["max_pressure_li"], "o-", ms=3)
        left.set_ylabel("current (nA)")
        right.set_ylabel("largest pressure in Li (GPa)")
        for axes in (left, right):
            axes.set_xlabel("time (ms)")
            axes.set_ylim(bottom=0.0)

    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("eruption", CAPTION, draw, (6.8, 3.0)),),
        notes=("Meshes are coarse (refinement 0.3): pressures of flowing metal are some 4 % from those of fine ones.",),
        input="gao_flexible_0V2, gao_flexible_0V2_spring, gao_eruption_3V and whisker_3V, geometry.mesh.refinement 0.3",
        unverified=tuple(unverified_values(shipped("gao_eruption_3V"))),
    )


def shown(label: str, quantity: str, unit: str, value: float) -> Row:
    """A number of the package that nothing is set beside."""
    return Row(label, quantity, unit, None, value, None, "own", "own")


def printed(label: str, quantity: str, unit: str, expected: float, value: float, source: str) -> Row:
    """A formula beside the digits that the literature or a note has of it, to one percent."""
    return Row(label, quantity, unit, expected, value, 0.01, source, "arithmetic")


def vanishing(label: str, quantity: str, value: float, tolerance: float, source: str) -> Row:
    """A number that has to be small."""
    return Row(label, quantity, "", 0.0, value, tolerance, source, "exact", absolute=True)


def arithmetic() -> Iterator[Row]:
    """What the printed numbers say by themselves."""
    at_17, faraday = speed(170.0), "Faraday's law"
    yield printed("F2, 17 mA/cm²", "speed of the whole face", "nm/s", 22.9, at_17 / NANO, faraday)
    yield printed("F2, 12 to 55.6 s", "height", "um", 1.0, 43.6 * at_17 * 1e6, faraday)
    yield printed("F1, F2, 10 MPa", "voltage", "mV", 1.35, 1e7 * MOLAR_VOLUME / FARADAY * 1e3, "p Vm/F")
    for name, current, expected in (("F4", 25.0, 120.0), ("F5", 37.0, 81.0), ("F6", 31.0, 97.0)):
        label = f"{name}, 3 V and {current:g} nA"
        yield printed(label, "resistance of all", "Mohm", expected, 3e3 / current, "Ohm's law")
    spreading = 1.0 / (4.0 * 0.069 * 0.515e-6) / 120e6
    yield printed("F4, LLZO of 0.069 S/m", "share of spreading under 0.515 um", "", 0.059, spreading, "1/(4 kappa a)")
    mean = 2.20e-18 / MOLAR_VOLUME * FARADAY / NANO
    yield printed("F4, 2.20 um³/s of lithium in the crack", "current", "nA", 16.3, mean, faraday)
    yield printed("F8, 200 mA/cm²", "speed of the front", "um/s", 0.27, speed(2e3) * 1e6, faraday)
    for current, shape in ((0.02, "a particle"), (0.2, "a particle"), (4.0, "a whisker")):
        growing, rounding = RADIUS / speed(10.0 * current), RADIUS**4 / ROUNDING
        label = f"F3, {current:g} mA/cm², radius 100 nm supposed: the experiment has {shape}"
        yield shown(label, "time of growth over that of rounding", "", growing / rounding)


def at_3_volts(rows: pd.DataFrame, full: bool) -> Iterator[Row]:
    """F4: current, pressure and time, lumped circuit, closed space."""
    first, second, last = rows.iloc[0], rows.iloc[1], rows.iloc[-1]
    slope = (first["current"] - second["current"]) / (second["stress_overpotential"] - first["stress_overpotential"])
    begin = (first["current"] + slope * first["stress_overpotential"]) / NANO
    yield Row("F4, at the begin", "current", "nA", 25.0, begin, 0.01, f"{PAPER}, Fig. 4", "published", "calibrated")
    ohmic = (rows["voltage"] - rows["stress_overpotential"] - rows["charge_transfer_overpotential"]) / rows["current"]
    spread = float(ohmic.max() / ohmic.min() - 1.0)
    yield vanishing("F4, all instants", "largest over least (V - eta_m - eta_ct)/i, less 1", spread, 1e-6, "Ohm's law")
    if not full:
        return
    yield shown("F4, at 4.9 GPa", "current", "nA", last["current"] / NANO)
    yield shown("F4, at 4.9 GPa", "share of the voltage that stress takes", "", last["stress_overpotential"] / 3.0)
    yield shown("F4, to 4.9 GPa", "time", "ms", 1e3 * last["time_s"])
    yield shown("F4, at 4.9 GPa", "largest principal stress in LLZO", "GPa", last["max_principal_stress_llzo"] / 1e9)
    mean = float((rows["current"] * rows["dt_s"]).sum() / last["time_s"]) / NANO
    yield shown("F4, to 4.9 GPa (16.3 nA are those of 1.2 to 1.6 s, in a crack)", "mean current", "nA", mean)


def rigid(rows: pd.DataFrame) -> Iterator[Row]:
    """F1: 0.2 V under a rigid arc."""
    last, label = rows.iloc[-1], "F1, rigid arc, at the end"
    current = last["current_density"] / 10.0
    yield Row(label, "current density", "mA/cm²", 17.0, current, 0.02, PAPER, "published", "calibrated")
    yield vanishing(label, "share of 0.2 V that stress takes", last["stress_overpotential"] / 0.2, 0.01, TEN)
    yield shown(label, "largest pressure", "MPa", 1e-6 * last["max_pressure_li"])


def flexible(rows: pd.DataFrame) -> Iterator[Row]:
    """F2: 0.2 V under a sprung arc."""
    last, label = rows.iloc[-1], "F2, sprung arc, at the end"
    ratio, source = last["lift_over_spread_collector"], f"{PAPER}: some 3 to 1"
    yield Row(label, "lift over spread", "", 3.0, ratio, 0.5, source, "published", "calibrated", absolute=True)
    fall = 1.0 - last["current_density"] / rows.iloc[0]["current_density"]
    yield vanishing("F2, sprung arc", "fall of the current since the begin", fall, 0.01, TEN)
    pressure, source = 1e-6 * last["max_pressure_li"], f"{PAPER}: stops above 10 MPa"
    yield Row(label, "largest pressure", "MPa", 10.0, pressure, 0.1, source, "published", missed=WIDTH)
    share = last["mean_pressure_li"] * MOLAR_VOLUME / FARADAY / 0.2
    yield shown(label, "mean pressure over F V/Vm, 1.48 GPa", "", share)


def whisker(rows: pd.DataFrame) -> Iterator[Row]:
    """F7: 3 V, nothing on top."""
    last, label, source = rows.iloc[-1], "F7, whisker, at the end", f"{PAPER}, Fig. 4 h"
    face = speed(last["current_density"]) / NANO
    yield Row(label, "speed of the whole face", "nm/s", 1940.0, face, 0.01, source, "published", "calibrated")
    quantity = "voltage that stress takes (6.9 MPa of the paper are 0.93 mV)"
    yield shown(label, quantity, "mV", 1e3 * last["stress_overpotential"])


TEN = "10 MPa are 0.7 % of 0.2 V"
RADIUS = 100e-9  # m
ROUNDING = 1e-11 * 2.5e-10 * 0.5 * MOLAR_VOLUME / AVOGADRO / (BOLTZMANN * 298.15)
"""D delta gamma Omega/kT, m4/s: the diffusivity in the paper's text, a face 0.25 nm thick, 0.5 J/m2 (plausible)."""
WIDTH = (
    "the spring was chosen for the ratio of lift and spread, and the pressure at which metal flows sideways goes with"
    " the width of the particle, which the paper does not give"
)
CAPTION = (
    "The closed space at 3 V, its resistance in the leads calibrated to 25 nA: stress takes its part of the voltage."
)
PROBLEM = Problem(
    name="gao2022-experiments",
    title="The experiments of Gao et al. one by one",
    part="validation",
    statement=STATEMENT.strip().replace("@@", "\n".join(f"| {' | '.join(row)} |" for row in EXPERIMENTS)),
    sources=("Gao et al. 2022, text and figures; its supplement was not at hand",),
    run=run,
    minutes=2.0,
)
