"""history.csv: one row for each converged step, flushed as it is written."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from platingx.columns import ColumnTable
from platingx.errors import OutputError
from platingx.physics.snapshot import Snapshot
from platingx.profiling import timed
from platingx.stepping.march import Step


class HistoryWriter:
    """Appends rows to history.csv; used on rank 0 only.

    Parameters
    ----------
    path
        File to create.
    columns
        Names of the quantities in files.
    rows
        Rows of an existing file to go on after; those behind are removed. 0 replaces the file.

    Raises
    ------
    OutputError
        If there are fewer rows than that, or the file cannot be read or written.
    """

    def __init__(self, path: Path, columns: ColumnTable, rows: int = 0) -> None:
        self._path = path
        self._columns = columns
        self._file: IO[str] | None = None
        if rows > 0:
            self._file = _reopen(path, rows)

    @timed("history")
    def write(self, step: Step, snapshot: Snapshot) -> None:
        """Append the row of a step.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        values: dict[str, float] = {
            "step": step.number,
            "time": step.time,
            "dt": step.dt,
            "newton_iterations": step.iterations,
            "rejected_attempts": step.rejected,
            "residual": step.residual,
            "plastic_increment": step.changes.get("plastic_increment", 0.0),
        }
        values |= snapshot.numbers
        values |= {key: extreme.value for key, extreme in snapshot.extremes.items()}
        values |= {f"{name}_balance_error": error for name, error in snapshot.balance_errors.items()}
        values |= snapshot.flaws
        self.write_values(values)

    def write_values(self, values: Mapping[str, float]) -> None:
        """Append a row of quantities by their names, the number of the step first.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        try:
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow([self._columns.header(name) for name in values])
            csv.writer(self._file).writerow([_text(value) for value in values.values()])
            self._file.flush()
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

    @timed("history")
    def sync(self) -> None:
        """Wait until all rows are on the disk.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        try:
            if self._file is not None:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with suppress(OSError):  # each row was flushed, or its error reported
                self._file.close()
            self._file = None


def _reopen(path: Path, rows: int) -> IO[str]:
    """Cut a history after some rows and open it for more; a crash on the way leaves the old file."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
        kept = lines[: rows + 1]
        last = kept[-1].split(b",")[0] if kept else b""
        if len(kept) < rows + 1 or not kept[-1].endswith(b"\n") or last != str(rows).encode():
            raise OutputError(f"{path}: the checkpoint goes on after step {rows}, which is not in this file")
        if len(lines) > len(kept):
            fresh = path.with_suffix(".csv.new")
            fresh.write_bytes(b"".join(kept))
            fresh.replace(path)
        return path.open("a", encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"cannot go on with {path}: {error.strerror or error}") from error


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))
