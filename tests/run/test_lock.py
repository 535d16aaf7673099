"""What would hurt most if lost: two runs never write into one folder, and a dead run never stands in the way."""

import errno
import fcntl
import os
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from resumed_runs import CASE, command, overrides, run, started

from platingx.config.loader import load_case
from platingx.errors import OutputError
from platingx.post.history import read_summary
from platingx.run import execution
from platingx.run.lock import NAME, FolderLock
from platingx.run.mesh_store import MeshStore
from platingx.run.runner import run_case
from platingx_meshes import MeshData
from platingx_meshes.simple import Box, build_box

ALONE = MPI.COMM_SELF


def test_the_second_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    with FolderLock(tmp_path, ALONE), pytest.raises(OutputError) as caught, FolderLock(tmp_path, ALONE):
        pytest.fail("two hold one folder")
    assert caught.value.exit_code == 5
    assert f"process {os.getpid()} on {socket.gethostname()}, since " in str(caught.value)
    assert not (tmp_path / NAME).exists(), "nothing is left behind"
    with FolderLock(tmp_path, ALONE):
        assert (tmp_path / NAME).exists()


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    """The file alone says nothing."""
    (tmp_path / NAME).write_text('{"pid": 1, "host": "elsewhere", "since": "2026-01-01"}')
    with FolderLock(tmp_path, ALONE):
        assert str(os.getpid()) in (tmp_path / NAME).read_text()


def test_a_holder_that_has_not_written_yet(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="in use by another run"), FolderLock(tmp_path, ALONE):
            pass


def test_a_file_system_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: object, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with FolderLock(tmp_path, ALONE):
        pass
    case, box = load_case(CASE), build_box(Box(cells_x=2, cells_y=2))
    store, built = MeshStore(tmp_path / "meshes"), []

    def build() -> MeshData:
        built.append(1)
        return box

    for _ in range(2):
        np.testing.assert_array_equal(store.mesh(case, build).cells, box.cells)
    assert built == [1]


def test_a_folder_made_for_nothing_is_removed(tmp_path: Path) -> None:
    """A run that is refused before it writes anything leaves no empty folder; what was there, or is written, stays."""
    new, old = tmp_path / "new", tmp_path / "old"
    old.mkdir()
    for folder in (new, old):
        with pytest.raises(ZeroDivisionError), FolderLock(folder, ALONE):
            raise ZeroDivisionError
    assert not new.exists()
    assert old.is_dir()
    with FolderLock(new, ALONE):
        (new / "run.log").write_text("begun")
    assert [path.name for path in new.iterdir()] == ["run.log"]


def test_a_folder_that_somebody_makes_in_between_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, make = tmp_path / "new", Path.mkdir

    def late(path: Path, *given: int, **named: bool) -> None:
        make(path)  # by somebody else
        make(path, *given, **named)

    with monkeypatch.context() as changed:
        changed.setattr(Path, "mkdir", late)
        lock = FolderLock(folder, ALONE)
        lock.__enter__()
    lock.__exit__(None, None, None)
    assert list(folder.iterdir()) == []


def test_a_folder_that_goes_in_between_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, make, goes = tmp_path / "new", Path.mkdir, [True]

    def going(path: Path, *given: int, **named: bool) -> None:
        make(path, *given, **named)
        if goes:
            goes.pop()
            path.rmdir()

    monkeypatch.setattr(Path, "mkdir", going)
    with FolderLock(folder, ALONE):
        assert (folder / NAME).exists()
    assert not folder.exists()


def test_an_error_within_frees_the_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="within"), FolderLock(tmp_path, ALONE):
        raise OutputError("within")
    with FolderLock(tmp_path, ALONE):
        pass


@pytest.mark.mpi
def test_all_ranks_are_refused_together(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    with FolderLock(folder, comm):
        with pytest.raises(OutputError, match="in use by"), FolderLock(folder, comm):
            pass
        comm.Barrier()


def test_neither_a_new_run_nor_a_resumption_gets_into_a_live_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried in the middle of the run, which is not disturbed."""
    case = load_case(CASE, overrides(time__end="0.3 s"))
    refused = []

    def meddle(log: object, step: object, snapshot: object) -> None:
        for how in ({"force": True}, {"resume": True}, {}):
            with pytest.raises(OutputError, match="in use by the run with process"):
                run_case(case, tmp_path / "run", quiet=True, **how)
            refused.append(how)

    with monkeypatch.context() as patch:
        patch.setattr(execution.RunLog, "step", meddle)
        result = run_case(case, tmp_path / "run", quiet=True)
    assert len(refused) == 3 * len(result.history)
    assert result.summary["outcome"] == "completed"


def test_a_killed_run_leaves_its_folder_free(tmp_path: Path) -> None:
    """As a process of its own: refused with exit code 5 while it lives, resumed after SIGKILL."""
    folder = tmp_path / "run"
    with started(command(["--out", str(folder)], time__maximum_step="2 ms")) as process:
        limit = time.monotonic() + 1800
        while not (folder / "history.csv").exists() and time.monotonic() < limit:
            time.sleep(0.02)
        code, output = run(["--resume", str(folder)])
        assert code == 5, output
        assert f"in use by the run with process {process.pid} on " in output
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert (folder / NAME).exists()
    code, output = run(["--resume", str(folder)])
    assert code == 0, output
    assert not (folder / NAME).exists()
    assert read_summary(folder)["outcome"] == "completed"
