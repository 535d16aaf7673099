"""Processes that were to be ranks of one run and are runs of their own are told so, and how to start them."""

import os
from pathlib import Path

import pytest
from mpi4py import MPI

from platingx.errors import OutputError
from platingx.rank_variables import apart
from platingx.run.lock import FolderLock

ALONE = MPI.COMM_SELF


@pytest.mark.parametrize("name", ["SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE"])
def test_processes_apart_are_told(name: str) -> None:
    told = apart(1, {name: "4", "SLURM_STEP_ID": "0"})
    assert told.startswith(f"4 processes were started together ({name})")
    assert "./platingx -n 4 run" in told


def test_ranks_of_one_run_and_single_tasks_are_not() -> None:
    assert apart(4, {"SLURM_STEP_NUM_TASKS": "4", "OMPI_COMM_WORLD_SIZE": "4"}) == ""
    assert apart(1, {"SLURM_STEP_NUM_TASKS": "1"}) == ""
    assert apart(1, {"SLURM_NTASKS": "4"}) == "", "a batch script that starts ranks by itself"
    assert apart(1, {}) == ""
    assert apart(1, {"SLURM_STEP_NUM_TASKS": "4", "SLURM_PTY_PORT": "40123"}) == "", "typed into srun --pty bash"
    assert apart(1, {"SLURM_STEP_NUM_TASKS": "4", "OMPI_COMM_WORLD_SIZE": "1"}) == "", "mpirun -n 1 within a step"


def test_the_refusal_of_a_folder_says_why_two_runs_want_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    with FolderLock(tmp_path, ALONE), pytest.raises(OutputError) as caught, FolderLock(tmp_path, ALONE):
        pytest.fail("two hold one folder")
    assert f"process {os.getpid()}" in str(caught.value)
    assert "each is a run of its own" in str(caught.value)
    assert "wait for it" in str(caught.value)
