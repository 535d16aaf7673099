"""What would hurt most if lost: whatever one rank meets ends all of them, within seconds, with one message.

Each test is a run under ``mpirun`` with a fault on one rank after its second step (tests/support/failing_rank.py).
"""

import signal
import time
from pathlib import Path

import failing_rank
import pytest
from resumed_runs import command, run, started

from platingx.post.history import read_manifest
from platingx.stepping.checkpoint_files import checkpoints

SCRIPT = str(Path(failing_rank.__file__))
TIME_LIMIT = 20.0  # s, from the fault to the end of mpirun
OFTEN = {"output__checkpoint__every_steps": "1", "output__fields_every": "1"}


def run_with(fault: str, rank: int, folder: Path, ranks: int = 2) -> tuple[int, str]:
    """Exit code and output of a run with a fault, which must end soon after it."""
    line = command(["--out", str(folder)], ranks, **OFTEN)
    module = line.index("-m")
    line[module : module + 2] = ["-m", "mpi4py", SCRIPT, fault, str(rank)]
    with started(line, cwd=folder.parent) as process:
        output, _ = process.communicate(timeout=1800)
        ended = time.time()
    (fault_line,) = [text for text in output.splitlines() if "FAULT" in text]
    assert ended - float(fault_line.split()[-1]) < TIME_LIMIT, output
    return process.returncode, output


def messages(output: str) -> list[str]:
    assert "Traceback" not in output
    return [line for line in output.splitlines() if line.startswith("platingx: ")]


def assert_goes_on(folder: Path) -> None:
    """The last checkpoint is whole, the lock free, and the run comes to its end."""
    assert checkpoints(folder / "checkpoint")
    code, output = run(["--resume", str(folder)], 0, **OFTEN)
    assert code == 0, output
    assert read_manifest(folder)["outcome"] == "completed"


def test_an_error_of_the_program_in_the_kernel_of_one_rank(tmp_path: Path) -> None:
    code, output = run_with("evaluate", 1, tmp_path / "run")
    assert code == 1, output
    (message,) = messages(output)
    assert "an error of the program: ZeroDivisionError: no such thing (rank 1)" in message
    (report,) = tmp_path.glob("platingx-error-*.log")
    assert "ZeroDivisionError" in report.read_text()
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
def test_a_checkpoint_that_one_rank_cannot_write(tmp_path: Path) -> None:
    """All ranks learn of it, and the folder says so."""
    code, output = run_with("checkpoint", 1, tmp_path / "run")
    assert code == 5, output
    (message,) = messages(output)
    assert "cannot write a checkpoint" in message
    assert "No space left on device" in message
    assert "on rank" not in message
    assert read_manifest(tmp_path / "run")["outcome"] == "failed"
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
@pytest.mark.parametrize(("fault", "exit_code", "text"), [("mesh", 3, "a cell is missing"), ("output", 5, "a file")])
@pytest.mark.parametrize("rank", [0, 1])
def test_an_error_of_platingx_on_one_rank_alone(
    fault: str, exit_code: int, text: str, rank: int, tmp_path: Path
) -> None:
    """The other rank waits for it in a reduction."""
    code, output = run_with(fault, rank, tmp_path / "run")
    assert code == exit_code, output
    (message,) = messages(output)
    assert text in message
    assert f"(on rank {rank} only; all ranks are ended)" in message
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
def test_an_error_of_the_program_on_rank_0_while_the_others_wait_for_it(tmp_path: Path) -> None:
    code, output = run_with("history", 0, tmp_path / "run")
    assert code == 1, output
    (message,) = messages(output)
    assert "TypeError: not a number (rank 0)" in message
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
@pytest.mark.parametrize("rank", [0, 1])
def test_fields_that_one_rank_cannot_write(rank: int, tmp_path: Path) -> None:
    """The stand-in does not take part in the write at all: the other rank hangs in it, or comes back from it."""
    code, output = run_with("fields", rank, tmp_path / "run")
    assert code == 5, output
    (message,) = messages(output)
    assert "No space left on device" in message
    assert "is the disk full?" in message
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
@pytest.mark.parametrize("ranks", [2, 3])
def test_a_quota_that_adios_meets_within_a_step(ranks: int, tmp_path: Path) -> None:
    """Rank 0 writes the file. On two ranks the other one comes back from the step; on three they hang in it."""
    code, output = run_with("limit", 0, tmp_path / "run", ranks)
    assert code == 5, output
    (message,) = messages(output)
    assert "File too large" in message
    assert "is the disk full?" in message
    assert "terminate called" not in output
    assert_goes_on(tmp_path / "run")


@pytest.mark.long
@pytest.mark.parametrize("rank", [0, 1])
def test_a_rank_that_is_killed(rank: int, tmp_path: Path) -> None:
    """As by the kernel when memory is short."""
    code, output = run_with("killed", rank, tmp_path / "run")
    assert code == 128 + signal.SIGKILL, output
    assert messages(output) == []
    assert_goes_on(tmp_path / "run")
