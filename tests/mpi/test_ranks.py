"""What would hurt most if lost: on 1, 2 and 3 MPI ranks every test marked ``mpi`` gives what it gives in serial.

Each rank count is one test here. It starts the marked tests once more under ``mpirun``; all ranks run the same session.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TIME_LIMIT = 600.0  # s


# One rank without mpirun is the run that this test belongs to.
@pytest.mark.ranks_alone
@pytest.mark.parametrize("ranks", [pytest.param(1, marks=pytest.mark.long), 2, 3])
def test_marked_tests_pass_under_mpirun(ranks: int) -> None:
    mpirun = shutil.which("mpirun")
    if mpirun is None:
        pytest.skip("no mpirun")
    options = ["-q", "-m", "mpi and not long", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [mpirun, "-n", str(ranks), sys.executable, "-m", "mpi4py", "-m", "pytest", *options],
        cwd=REPOSITORY,
        env=os.environ | {"PYTEST_ADDOPTS": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert result.returncode == 0, f"on {ranks} ranks:\n{result.stdout[-20000:]}"
    assert result.stdout.count(" passed") >= ranks, result.stdout[-2000:]
