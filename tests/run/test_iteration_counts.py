"""What would hurt most if lost: a step costs what it costs; a change that doubles its iterations shows in no result."""

from pathlib import Path

import pytest
from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
COARSE = [
    ("geometry.mesh.refinement", "0.3"),
    ("output.figures", "false"),
    ("output.fields_every", "milestones"),
    ("solver.preset", "repeatable"),
]


@pytest.mark.parametrize(("name", "steps", "iterations"), [("eruption", 16, 38), ("low_rate", 18, 62)])
def test_shipped_cases_take_few_iterations(name: str, steps: int, iterations: int, tmp_path: Path) -> None:
    """One step and a tenth of the corrections more or less are left to other machines."""
    case = load_case(CASES / f"{name}.yaml", COARSE)
    history = run_case(case, tmp_path / "run", quiet=True, comm=MPI.COMM_SELF).history
    assert abs(len(history) - steps) <= 1
    assert history["newton_iterations"].sum() == pytest.approx(iterations, rel=0.1)
    assert history["rejected_attempts"].sum() == 0
