"""Add a spring in UFL to a case: the side of the electrolyte leans on an elastic foundation.

The foundation pulls each point of the side of the electrolyte back by k u. A term is a function that writes a
residual: an expression linear in the test function of the field whose residual it is. It is solved together with the
displacement.

    ./platingx exec python3 examples/elastic_foundation.py runs/example
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import ufl

from platingx.config.loader import load_case
from platingx.physics.python_terms import Reported, Symbols, Term
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

STIFFNESS = 1e17  # Pa/m


def foundation(symbols: Symbols) -> ufl.Form:
    """Residual: the work of k u along a test function."""
    displacement, test = symbols.value("displacement"), symbols.test("displacement")
    return STIFFNESS * ufl.inner(displacement, test) * symbols.ds("electrolyte_side", "llzo")


def pull(symbols: Symbols) -> ufl.Form:
    """Force of the foundation along x, for the history."""
    return -STIFFNESS * symbols.value("displacement")[0] * symbols.ds("electrolyte_side", "llzo")


def main(folder: Path, settings: Sequence[tuple[str, str]] = (), stiff: bool = True) -> RunResults:
    """Run into a folder, with the foundation or without."""
    changed = [("output.figures", "false"), *settings]
    case = load_case(shipped_cases_folder() / "low_rate.yaml", changed)
    force = Reported(pull, "force", "of the foundation along x", per_depth=True)
    terms = [Term("foundation", foundation, reported={"foundation_force": force})] if stiff else []
    return run_case(case, folder / "run", force=True, terms=terms)


if __name__ == "__main__":
    results = main(Path(*sys.argv[1:] or ["runs/example"]))
    print(results.history.filter(["time_s", "foundation_force_N_per_m", "max_pressure_li_Pa"]).tail())
