"""Let ionic conduction decide where metal is plated: a field of your own, solved in turn with the mechanics.

The potential obeys Ohm's law in the electrolyte. A voltage drives the current through a resistance of the interface
into the metal, which grows above each point of the interface by what has flowed there.

A case has conduction of its own, with kinetics and a circuit (docs/cases.md, electrochemistry), but deposits its
mean current evenly. Here the deposit is local, by a rule that is written below.

    ./platingx exec python3 examples/local_current.py runs/example
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import ufl

from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.physics.python_terms import GrowthState, OwnField, Reported, Sample, Symbols, Term
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

CONDUCTIVITY = 0.05  # S/m, an assumption for LLZO at room temperature
RESISTANCE = 1e-6  # Ohm m2 of the interface; small, so that the path through the electrolyte matters
VOLTAGE = 8.3e-4  # V, which drives 4 mA/cm2 or so
LAYER = 100e-9  # m, height of the metal that the current spreads over
MOLAR_VOLUME = 13.0e-6  # m3/mol


def current(symbols: Symbols) -> ufl.core.expr.Expr:
    """Current density into the metal, A/m2."""
    return (VOLTAGE - symbols.value("potential")) / RESISTANCE


def conduction(symbols: Symbols) -> ufl.Form:
    """Ohm's law in the electrolyte, fed at the interface."""
    potential, test = symbols.value("potential"), symbols.test("potential")
    flow = CONDUCTIVITY * ufl.inner(ufl.grad(potential), ufl.grad(test)) * symbols.dx("llzo")
    return flow - current(symbols) * test * symbols.ds("interface", "llzo")


def growth(state: GrowthState) -> np.ndarray:
    """Jg at each point: that of the start of the step, and what the current below has plated since."""
    places, density = state.samples["current"]
    order = np.argsort(places[:, 0])
    below = np.interp(state.coordinates[..., 0], places[order, 0], density[order])
    return state.converged + state.dt * MOLAR_VOLUME * below / (FARADAY * LAYER)


TERM = Term(
    "conduction",
    conduction,
    fields=(OwnField("potential", region="llzo", degree=2, prescribed={"electrolyte_bottom": 0.0}),),
    stage="conduction",
    grows="li",
    growth=growth,
    samples={"current": lambda symbols: Sample(current(symbols), "interface", "llzo")},
    reported={"cell_current": Reported(lambda symbols: current(symbols) * symbols.ds("interface", "llzo"))},
)


def main(folder: Path, settings: Sequence[tuple[str, str]] = ()) -> RunResults:
    """Run into a folder; ``potential`` is among its fields."""
    case = load_case(shipped_cases_folder() / "low_rate.yaml", [("output.figures", "false"), *settings])
    return run_case(case, folder / "run", force=True, terms=[TERM])


if __name__ == "__main__":
    results = main(Path(*sys.argv[1:] or ["runs/example"]))
    print(results.history.filter(["time_s", "cell_current", "max_pressure_li_Pa"]).tail())
