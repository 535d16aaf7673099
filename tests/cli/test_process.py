"""The command as a process: exit codes as the shell sees them, and a quick start.

What would hurt most: a script on a cluster that goes on after a failed run.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def platingx(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "platingx", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


def test_exit_codes(tmp_path: Path) -> None:
    assert platingx("--version", folder=tmp_path).returncode == 0
    bad = platingx("run", str(ROOT / "tests/config/broken/bare_number_length.yaml"), folder=tmp_path)
    assert bad.returncode == 2
    assert "geometry.pit.depth: a number without a unit" in bad.stderr
    assert "Traceback" not in bad.stderr
    assert platingx("bogus", folder=tmp_path).returncode == 2
    assert platingx("post", "nowhere", folder=tmp_path).returncode == 5


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    line = f"{sys.executable} -m platingx schema | head -1"
    result = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.stdout == "{\n"
    assert "Error" not in result.stderr
    assert "Traceback" not in result.stderr


def test_help_starts_without_dolfinx(tmp_path: Path) -> None:
    code = "import sys; from platingx.cli.main import execute; execute(['--help']); print(sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    heavy = ("dolfinx", "mpi4py.MPI", "petsc4py", "numba", "pandas", "matplotlib", "pint", "pydantic")
    assert [name for name in heavy if f"'{name}'" in result.stdout] == []


def test_a_closed_pipe_does_not_end_a_process_with_petsc(tmp_path: Path) -> None:
    """PETSc's own handler of SIGPIPE would end it with code 59."""
    code = (
        "import os, signal, platingx; from petsc4py import PETSc; PETSc.Options(); os.kill(os.getpid(), signal.SIGPIPE)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("ranks", [2])
def test_ranks_end_alike(ranks: int, tmp_path: Path) -> None:
    command = ["mpirun", "--oversubscribe", "-n", str(ranks), sys.executable, "-m", "platingx"]
    case = str(ROOT / "tests/config/broken/many_at_once.yaml")
    with tempfile.TemporaryDirectory(
        prefix="px"
    ) as sessions:  # two mpirun of one pid (in containers) would share theirs
        result = subprocess.run(
            [*command, "run", case],
            cwd=tmp_path,
            env=os.environ | {"TMPDIR": sessions},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr.count("5 problems") == 1
    assert "Traceback" not in result.stderr
