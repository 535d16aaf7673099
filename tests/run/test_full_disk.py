"""What would hurt most if lost: a full disk costs no checkpoint, and no hang; the run goes on when there is room.

On a small file system of its own the free space is known beforehand. A limit on the size of files, as of a quota, is
not: there ADIOS2 fails in the middle of a step, and used to hang the other ranks or end the process in its destructor.
"""

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import small_disk
from resumed_runs import CASE, EXACT, SOLVER, assert_same_run, command, overrides, started

from platingx.config.loader import load_case
from platingx.post.history import read_manifest
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints

OFTEN = {"output__checkpoint__every_steps": "1", "output__fields_every": "1", "output__checkpoint__keep": "2"}
MANY_CHECKPOINTS = {"output__checkpoint__every_steps": "1", "output__fields_every": "milestones"}
Whole = Callable[[dict[str, str]], Path]
TIME_LIMIT = 1800.0  # s, for a run that takes some 5 s and ends early; a hang would last for ever


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Uninterrupted runs on one rank, by their settings."""

    @cache
    def make(settings: tuple[tuple[str, str], ...]) -> Path:
        folder = tmp_path_factory.mktemp("whole") / "run"
        run_case(load_case(CASE, overrides(**dict(settings))), folder, quiet=True)
        return folder

    return lambda settings: make(tuple(settings.items()))


def messages(output: str) -> list[str]:
    assert "Traceback" not in output
    assert "terminate called" not in output
    assert "\x1b" not in output
    return [line for line in output.splitlines() if line.startswith("platingx: ")]


SMALL = [(OFTEN, "make room, then go on with --resume"), (MANY_CHECKPOINTS, "No space left")]


@pytest.mark.long
@pytest.mark.parametrize("ranks", [0, 2])
@pytest.mark.parametrize(("settings", "text"), SMALL, ids=["fields", "checkpoint"])
def test_a_small_disk(settings: dict[str, str], text: str, ranks: int, whole: Whole, tmp_path: Path) -> None:
    """Fields of 160 kB a step, or checkpoints of 100 kB, on a disk of 900 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    arguments = command(["--out", str(disk / "run")], ranks, **settings)
    line = [sys.executable, small_disk.__file__, str(disk), "900k", "60m", str(tmp_path / "copy"), *arguments]
    with started(line) as process:
        output, _ = process.communicate(timeout=1800)
    if process.returncode == small_disk.NOT_ALLOWED:
        pytest.skip(f"no file system of our own: {output}")
    assert process.returncode == 0, output
    result = json.loads(output.splitlines()[-1])
    first, second = result["first"], result["second"]
    assert first["code"] == 5, first["output"]
    (message,) = messages(first["output"])
    assert text in message
    assert first["seconds"] < TIME_LIMIT
    assert first["checkpoints"]
    assert second["code"] == 0, second["output"]
    assert f"going on from {first['checkpoints'][-1]}" in (tmp_path / "copy" / "run.log").read_text()
    assert_same_run(tmp_path / "copy", whole(settings), SOLVER if ranks else EXACT)


def test_a_limit_that_is_not_known_beforehand(whole: Whole, tmp_path: Path) -> None:
    """The field file may not grow beyond 400 kB. On several ranks: tests/mpi/test_one_rank_fails.py."""
    folder = tmp_path / "run"
    limited = ["bash", "-c", 'ulimit -f 400; exec "$@"', "bash"]
    with started([*limited, *command(["--out", str(folder)], **OFTEN)]) as process:
        output, _ = process.communicate(timeout=TIME_LIMIT)
    assert process.returncode == 5, output
    (message,) = messages(output)
    assert "File too large" in message
    assert "is the disk full?" in message
    last = checkpoints(folder / "checkpoint")[0]
    assert read_manifest(folder)["outcome"] == "failed"
    run_case(load_case(CASE, overrides(**OFTEN)), folder, resume=True, quiet=True)
    assert f"going on from {last.name}" in (folder / "run.log").read_text()
    assert_same_run(folder, whole(OFTEN), EXACT)
