"""One run at a time in a process, and in a folder: a lock that the system releases when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from mpi4py import MPI

from platingx.errors import OutputError, PlatingxError
from platingx.parallel import on_rank_0
from platingx.rank_variables import apart
from platingx.run.provenance import now

NAME = ".lock"
ATTEMPTS = 100
"""How often a folder is made that others remove at the same time."""
_BUSY = {errno.EAGAIN, errno.EACCES}
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}

_turn = threading.RLock()


@contextmanager
def one_at_a_time(comm: MPI.Intracomm) -> Iterator[None]:
    """Let the runs of one process go one after the other: Gmsh, profiles and MPI know one thing at a time.

    Parameters
    ----------
    comm
        Communicator. On several ranks no thread waits: the ranks might wait for each other's runs.

    Raises
    ------
    PlatingxError
        On several ranks, if another thread is running a case.
    """
    if not _turn.acquire(blocking=comm.size == 1):
        raise PlatingxError(
            "another thread of this process is running a case: on several ranks start one run after the other, or each "
            "in a process of its own"
        )
    try:
        yield
    finally:
        _turn.release()


class FolderLock:
    """Holds a run folder while it is entered. Collective; rank 0 keeps the lock.

    The lock is one of ``flock``, which belongs to the open file and so to this process: after a crash or SIGKILL it is
    free at once, whatever the file says. Where the file system knows no such locks, as some network file systems,
    nothing is locked.

    Parameters
    ----------
    folder
        Run folder; created if missing, and removed again if nothing was written into it.
    comm
        Communicator.

    Raises
    ------
    OutputError
        On entering, if another run holds the folder, or it cannot be written.
    """

    def __init__(self, folder: Path, comm: MPI.Intracomm) -> None:
        self._folder, self._comm = folder, comm
        self._file: IO[str] | None = None
        self._made = False

    def __enter__(self) -> Self:
        on_rank_0(self._comm, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            (self._folder / NAME).unlink(missing_ok=True)  # while it is held: nobody else can have taken this file
            self._file.close()
            self._file = None
            if self._made:
                with suppress(OSError):
                    self._folder.rmdir()  # only what is empty can be removed

    def _take(self) -> None:
        path = self._folder / NAME
        try:
            while True:
                file = self._open(path)
                if not lock_file(file):
                    holder = _holder(file)
                    file.close()
                    raise OutputError(_taken(self._folder, holder, apart(MPI.COMM_WORLD.size, os.environ)))
                if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    break
                file.close()  # the holder before removed it in between
            file.truncate(0)
            json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": now()}, file)
            file.flush()
            self._file = file
        except OSError as error:
            raise OutputError(f"cannot write to {self._folder}: {error.strerror or error}") from error

    def _open(self, path: Path) -> IO[str]:
        """Open the file of the lock in the folder, which is made if it is not there."""
        for _ in range(ATTEMPTS):
            with suppress(FileExistsError):
                self._folder.mkdir(parents=True)
                self._made = True
            with suppress(FileNotFoundError):  # a holder that had made the folder for nothing has removed it in between
                return path.open("a+", encoding="utf-8")
        raise FileNotFoundError(errno.ENOENT, "the folder goes again and again")


def lock_file(file: IO[str], wait: bool = False) -> bool:
    """Lock an open file until it is closed, where the file system knows locks.

    Parameters
    ----------
    file
        The file.
    wait
        Whether to wait for a process that holds it.

    Returns
    -------
    bool
        False if another process holds it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in _BUSY:
            return False
        if error.errno not in _NO_LOCKS:
            raise
    return True


def _holder(file: IO[str]) -> dict[str, object]:
    """What the holder has written about itself; empty if it has not come to that yet."""
    try:
        file.seek(0)
        content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _taken(folder: Path, holder: dict[str, object], remark: str) -> str:
    who = "another run"
    if holder:
        who = f"the run with process {holder.get('pid')} on {holder.get('host')}, since {holder.get('since')}"
    advice = "wait for it or stop it (SIGUSR1 saves its state), or choose another --out"
    return f"{folder} is in use by {who}: {'; '.join(filter(None, (advice, remark)))}"
