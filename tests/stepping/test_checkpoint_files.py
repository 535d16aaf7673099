"""What would hurt most if lost: whatever happens while a checkpoint is written, the one before can be read.

Every call that reaches the disk is made to fail in turn, as a crash (nothing runs afterwards) and as a full disk.
"""

import errno
import json
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from growing_box import model_on
from mpi4py import MPI

from platingx.errors import OutputError
from platingx.stepping.checkpoint import newest_checkpoint, restore_checkpoint, write_checkpoint
from platingx.stepping.checkpoint_files import FORMAT, checkpoints
from platingx.stepping.schedule import CheckpointSchedule

ALONE = MPI.COMM_SELF


class CrashError(BaseException):
    """The process is gone."""


@contextmanager
def failing(call: int, error: BaseException) -> Iterator[list[str]]:
    """Let the n-th call that changes the disk fail; afterwards (crash) all calls do nothing but fail."""
    calls: list[str] = []
    patch = pytest.MonkeyPatch()

    def guard(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def guarded(*args: Any, **options: Any) -> Any:
            calls.append(name)
            if len(calls) == call or (len(calls) > call and isinstance(error, CrashError)):
                raise error
            return real(*args, **options)

        patch.setattr(owner, name, guarded)

    for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "mkdir"), (Path, "open"), (shutil, "rmtree")):
        guard(owner, name)
    try:
        yield calls
    finally:
        patch.undo()


def newest_step(folder: Path) -> int:
    checkpoint, _ = newest_checkpoint(folder, ALONE)
    assert checkpoint is not None, sorted(path.name for path in folder.iterdir())
    restore_checkpoint([model_on(ALONE).problem], checkpoint)
    return int(checkpoint.index["step"])


@pytest.mark.parametrize("keep", [1, 2])
@pytest.mark.parametrize("error", [CrashError(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_failure_at_any_moment_leaves_a_checkpoint(keep: int, error: BaseException, tmp_path: Path) -> None:
    problem = model_on(ALONE).problem
    moments = 0
    while True:
        moments += 1
        folder = tmp_path / str(moments)
        for step in (1, 2):
            write_checkpoint(folder, [problem], step, {}, keep)
        try:
            with failing(moments, error) as calls:
                write_checkpoint(folder, [problem], 3, {}, keep)
        except (CrashError, OutputError) as caught:
            said = str(caught)
            assert said == "" or "No space left" in said
        else:
            if len(calls) < moments:
                break
        assert newest_step(folder) in (2, 3)
        write_checkpoint(folder, [problem], 4, {}, keep)  # and the next one is written as if nothing had happened
        assert newest_step(folder) == 4
        assert len(list(folder.iterdir())) == keep
    assert moments > 6


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    """A real one: the system refuses to let the file grow."""
    problem = model_on(ALONE).problem
    write_checkpoint(tmp_path, [problem], 1, {}, 2)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OutputError, match=r"cannot write a checkpoint .* The checkpoint before is intact"):
            write_checkpoint(tmp_path, [problem], 2, {}, 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert newest_step(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001"]


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write a checkpoint"):
        write_checkpoint(tmp_path / "file", [model_on(ALONE).problem], 1, {}, 2)


def damage_byte(folder: Path) -> None:
    file = folder / "rank-00000.npz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def damage_length(folder: Path) -> None:
    file = folder / "rank-00000.npz"
    file.write_bytes(file.read_bytes()[:-1])


def damage_index(folder: Path) -> None:
    (folder / "index.json").write_text('{"format": 1, "step"')


def damage_keys(folder: Path) -> None:
    (folder / "index.json").write_text(json.dumps({"format": FORMAT}))


def remove_file(folder: Path) -> None:
    (folder / "rank-00000.npz").unlink()


def remove_index(folder: Path) -> None:
    (folder / "index.json").unlink()


DAMAGES = [damage_byte, damage_length, damage_index, damage_keys, remove_file, remove_index]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_passed_over_with_a_message(damage: Any, tmp_path: Path) -> None:
    problem = model_on(ALONE).problem
    for step in (1, 2):
        write_checkpoint(tmp_path, [problem], step, {}, 2)
    damage(tmp_path / "step-00000002")
    checkpoint, skipped = newest_checkpoint(tmp_path, ALONE)
    assert checkpoint is not None
    assert checkpoint.index["step"] == 1
    assert len(skipped) == 1
    assert "step-00000002" in skipped[0]
    write_checkpoint(tmp_path, [problem], 2, {}, 2)  # the damaged one is replaced
    assert newest_step(tmp_path) == 2


def test_another_layout_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """A run that started anew in its folder, as after a damage, would throw the old one away."""
    write_checkpoint(tmp_path, [model_on(ALONE).problem], 1, {"platingx": "0.0.1"}, 2)
    index = tmp_path / "step-00000001" / "index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"format": FORMAT - 1}))
    with pytest.raises(
        OutputError, match=rf"layout {FORMAT - 1}, .* reads layout {FORMAT} only: .* wrote it \(0.0.1\)"
    ):
        newest_checkpoint(tmp_path, ALONE)


def test_only_the_newest_are_kept_and_given_up_futures_go(tmp_path: Path) -> None:
    problem = model_on(ALONE).problem
    for step in (1, 2, 30, 4, 5):
        write_checkpoint(tmp_path, [problem], step, {}, 3)
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000005", "step-00000004", "step-00000002"]


def test_without_a_folder_there_is_no_checkpoint(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path / "nowhere", ALONE) == (None, ())


def test_the_schedule_counts_steps_and_seconds_from_the_last_checkpoint() -> None:
    schedule = CheckpointSchedule(every_steps=3, every_seconds=60.0, step=10, instant=100.0)
    assert not schedule.due(12, 159.0)
    assert schedule.due(13, 100.0)
    assert schedule.due(11, 160.0)
    schedule.written(11, 160.0)
    assert not schedule.due(13, 219.0)
    assert not CheckpointSchedule(None, 60.0, 0, 0.0).due(1000, 59.0)
