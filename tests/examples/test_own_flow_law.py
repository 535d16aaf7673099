"""What would hurt most if lost: a law in a user's own file runs from a case to results, on any ranks."""

from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.post.results import open_run
from platingx.run.runner import run_case

CASE = Path(__file__).parents[2] / "examples" / "own_flow_law" / "case.yaml"
COARSE = [
    ("geometry.mesh.refinement", "0.3"),
    ("output.figures", "false"),
    ("time.end", "0.4 s"),
    ("solver.preset", "repeatable"),
]

DOUBLED = {
    "initial_flow_resistance": "1 MPa",
    "parameters.saturation": "1.6 MPa",
    "parameters.hardening_modulus": "4 MPa",
}


@pytest.mark.mpi
def test_example_runs_and_resumes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The metal flows by the law: its pressure follows the strength, and a resumed run ends in the same numbers."""
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    folder = Path(comm.bcast(str(tmp_path_factory.mktemp("law")) if comm.rank == 0 else None))
    whole = run_case(load_case(CASE, COARSE), folder / "whole", quiet=True)
    assert whole.summary["outcome"] == "completed"
    pressure = whole.summary["quantities"]["max_pressure_li"]["value_Pa"]
    assert 1e5 < pressure < 1e8
    half = [*COARSE[:2], ("time.end", "0.2 s"), COARSE[3]]
    run_case(load_case(CASE, half), folder / "parts", quiet=True)
    run_case(load_case(CASE, COARSE), folder / "parts", quiet=True, resume=True)
    resumed = open_run(folder / "parts").summary["quantities"]["max_pressure_li"]["value_Pa"]
    assert resumed == pytest.approx(pressure, rel=2e-3)  # the steps differ around the first end
    doubled = [(f"materials.li.viscoplasticity.{key}", value) for key, value in DOUBLED.items()]
    stronger = run_case(load_case(CASE, [*COARSE, *doubled]), folder / "stronger", quiet=True)
    twice = stronger.summary["quantities"]["max_pressure_li"]["value_Pa"]
    assert twice == pytest.approx(2.0 * pressure, rel=0.01)  # but for the elastic part, all stresses are twice as large
