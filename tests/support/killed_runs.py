"""Kills runs with all their ranks at a chosen moment."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from resumed_runs import started

__all__ = ["kill_after"]


def descendants(pid: int) -> list[int]:
    """The process and all that it has started; ranks are in process groups of their own."""
    found = [pid]
    for entry in found:
        for file in Path(f"/proc/{entry}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in file.read_text().split()]
    return found


def kill_tree(pid: int) -> None:
    """Stop all of them first, so that no rank sees the end of another, then kill them."""
    everything = descendants(pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for one in everything:
            with suppress(ProcessLookupError):
                os.kill(one, number)


def kill_after(line: list[str], folder: Path, after_first_row: float) -> bool:
    """Start a run, wait until its first step, then so many seconds, and kill every rank; False if it was done."""
    with started(line) as process:
        limit = time.monotonic() + 200
        while after_first_row > 0.0 and not (folder / "history.csv").exists() and time.monotonic() < limit:
            if process.poll() is not None:
                return False
            time.sleep(0.002)
        time.sleep(abs(after_first_row))
        done = process.poll() is not None
        if not done:
            kill_tree(process.pid)
        process.communicate()
    return not done
