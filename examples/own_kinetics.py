"""Replace the kinetics of an interface: linear, Butler-Volmer or Marcus-Hush-Chidsey, in a stage of your own.

The electrolyte obeys Ohm's law, or any other form that you write into ``conduction``; the current through the interface
is a function of the overpotential eta, the voltage less what the electrolyte has taken. All three have the same
resistance at rest, RT/(F i0):

    linear            i = i0 e,                                       e = F eta/(RT)
    Butler-Volmer     i = 2 i0 sinh(e/2)
    Marcus            i = i0 k(e)/k'(0),   k = tanh(e/2) erfc((l - sqrt(1 + sqrt(l) + e^2))/(2 sqrt(l)))

with l the reorganisation energy over RT. k is the uniform approximation of Marcus-Hush-Chidsey kinetics of Zeng, Smith,
Bai and Bazant, J. Electroanal. Chem. 735 (2014) 77: it follows Butler-Volmer at small overpotentials and saturates
beyond l, where an activated current would go on to rise.

    ./platingx exec python3 examples/own_kinetics.py runs/example
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ufl

from platingx import OwnField, Reported, Term, load_case, run_case
from platingx.constants import FARADAY
from platingx.materials.kinetics import thermal_voltage
from platingx.physics.python_terms import GrowthState, Sample, Symbols
from platingx.post.results import RunResults
from platingx.run.shipped import shipped_cases_folder

CONDUCTIVITY = 0.069  # S/m, LLZO at room temperature, unverified for the cell
EXCHANGE = 10.0  # A/m2, an assumption
REORGANISATION = 8.0  # energy over RT (0.21 eV), an assumption: small, so that saturation shows
VOLTAGE = 0.2  # V between counter electrode and metal
LAYER, MOLAR_VOLUME = 100e-9, 13.0e-6  # m of metal that the current spreads over, m3/mol
THERMAL = thermal_voltage(298.15)


def linear(e: Any) -> Any:
    """Current over i0, of a dimensionless overpotential."""
    return e


def butler_volmer(e: Any) -> Any:
    """The same, activated on both sides alike."""
    return 2.0 * ufl.sinh(0.5 * e)


def marcus(e: Any) -> Any:
    """The same, saturating beyond the reorganisation energy."""
    root = math.sqrt(REORGANISATION)

    def tail(square: Any) -> Any:
        return 1.0 - ufl.erf((REORGANISATION - ufl.sqrt(1.0 + root + square)) / (2.0 * root))

    at_rest = 1.0 - math.erf((REORGANISATION - math.sqrt(1.0 + root)) / (2.0 * root))
    return 2.0 * ufl.tanh(0.5 * e) * tail(e**2) / at_rest


KINETICS: Mapping[str, Callable[[Any], Any]] = {"linear": linear, "butler_volmer": butler_volmer, "marcus": marcus}


def term(law: Callable[[Any], Any], conductivity: float = CONDUCTIVITY) -> Term:
    """Conduction with these kinetics, which decides where the metal grows."""

    def current(symbols: Symbols) -> Any:
        return EXCHANGE * law((VOLTAGE - symbols.value("potential")) / THERMAL)

    def conduction(symbols: Symbols) -> ufl.Form:
        potential, test = symbols.value("potential"), symbols.test("potential")
        flow = conductivity * ufl.inner(ufl.grad(potential), ufl.grad(test)) * symbols.dx("llzo")
        return flow - current(symbols) * test * symbols.ds("interface", "llzo")

    def growth(state: GrowthState) -> np.ndarray:
        places, density = state.samples["current"]
        order = np.argsort(places[:, 0])
        below = np.interp(state.coordinates[..., 0], places[order, 0], density[order])
        return state.converged + state.dt * MOLAR_VOLUME * below / (FARADAY * LAYER)

    side = ("interface", "llzo")
    return Term(
        "conduction",
        conduction,
        fields=(OwnField("potential", region="llzo", degree=2, prescribed={"electrolyte_bottom": 0.0}),),
        stage="conduction",
        grows="li",
        growth=growth,
        samples={"current": lambda symbols: Sample(current(symbols), *side)},
        reported={
            "cell_current": Reported(lambda symbols: current(symbols) * symbols.ds(*side)),
            "driving_voltage": Reported(lambda symbols: (VOLTAGE - symbols.value("potential")) * symbols.ds(*side)),
        },
    )


def main(
    folder: Path, settings: Sequence[tuple[str, str]] = (), conductivity: float = CONDUCTIVITY
) -> dict[str, RunResults]:
    """Run each kind of kinetics into a folder of its own."""
    case = load_case(shipped_cases_folder() / "low_rate.yaml", [("output.figures", "false"), *settings])
    return {
        name: run_case(case, folder / name, force=True, terms=[term(law, conductivity)])
        for name, law in KINETICS.items()
    }


if __name__ == "__main__":
    for kind, results in main(Path(*sys.argv[1:] or ["runs/example"])).items():
        print(kind, results.history["cell_current"].iloc[-1], "A/m")
