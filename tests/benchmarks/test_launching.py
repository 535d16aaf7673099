"""What would hurt most if lost: ranks are started by what the machine has, and never from within a rank."""

import signal
from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.errors import CaseError
from platingx_benchmarks.launching import alone, rank_command
from platingx_benchmarks.pit import refinement_for

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Folder with an mpirun and an srun."""
    for name in ("mpirun", "srun"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return str(tmp_path)


def test_mpirun_on_all_cores_or_as_many_as_asked(path: str) -> None:
    assert rank_command({"PATH": path}, None, 4) == [f"{path}/mpirun", "-n", "4"]
    assert rank_command({"PATH": path}, 3, 4) == [f"{path}/mpirun", "-n", "3"]


def test_srun_with_the_tasks_of_a_job(path: str) -> None:
    job = {"PATH": path, "SLURM_JOB_ID": "7", "SLURM_NTASKS": "64"}
    assert rank_command(job, None, 2) == [f"{path}/srun", "-n", "64"]
    assert rank_command(job, 16, 2) == [f"{path}/srun", "-n", "16"]
    (Path(path) / "srun").unlink()
    assert rank_command(job, None, 2) == [f"{path}/mpirun", "-n", "2"]


@pytest.mark.parametrize("variable", ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_SIZE"])
def test_no_ranks_within_a_rank(path: str, variable: str) -> None:
    with pytest.raises(CaseError, match="the only rank of an mpirun or srun"):
        rank_command({"PATH": path, variable: "1"}, None, 4)


def test_nothing_to_scale_over_or_to_start_with(path: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="one core or task only"):
        rank_command({"PATH": path}, None, 1)
    (Path(path) / "mpirun").unlink()
    with pytest.raises(CaseError, match="no mpirun on the path"):
        rank_command({"PATH": path}, None, 4)


def test_a_run_that_takes_too_long_is_asked_to_stop() -> None:
    """It may still be starting, before anything of ours handles the signal."""
    code, _ = alone(["run", str(CASES / "eruption.yaml")], limit=0.05)
    assert code in (-signal.SIGTERM, 128 + signal.SIGTERM)


def test_complaints_of_a_run() -> None:
    code, complaints = alone(["run", "no_such_case.yaml"])
    assert code == 2
    assert "no_such_case.yaml" in complaints


def test_refinement_grows_with_the_size() -> None:
    """It meets the meshes that were counted, and follows cells by the volume beyond."""
    assert refinement_for(147_387) == pytest.approx(2.1)
    assert refinement_for(8e6) / refinement_for(1e6) == pytest.approx(8.0 ** (1 / 2.75))
    sizes = [refinement_for(size) for size in (1e3, 11e3, 50e3, 150e3, 1e6)]
    assert sizes == sorted(sizes)


def test_options_out_of_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["bench", "ranks", "--ranks", "1"]) == 2
    assert execute(["bench", "solve", "--size", "10"]) == 2
    capsys.readouterr()
