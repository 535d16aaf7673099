"""history.csv: one row for each converged step, flushed as it is written."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import IO

from platingx.errors import OutputError
from platingx.run.snapshot import Snapshot
from platingx.stepping.march import Step

UNITS = {
    "growth_stretch": "",
    "current_density": "A_per_m2",
    "deposited_thickness": "m",
    "deposition_rate": "m_per_s",
    "mean_pressure": "Pa",
    "collector_force": "N_per_m",
    "deposited_volume_ratio": "",
    "occupied_volume_ratio": "",
    "max_pressure": "Pa",
    "max_principal_stress": "Pa",
    "max_von_mises_stress": "Pa",
}


def unit_of(quantity: str, force_unit: str) -> str:
    """Unit suffix of a quantity, e.g. ``Pa`` for ``max_pressure_li``; empty for pure numbers.

    Parameters
    ----------
    quantity
        Name, possibly followed by a region name.
    force_unit
        ``N`` or ``N_per_m``.
    """
    if quantity == "collector_force":
        return force_unit
    stem = max((name for name in UNITS if quantity.startswith(name)), key=len)
    return UNITS[stem]


class HistoryWriter:
    """Appends rows to history.csv; used on rank 0 only.

    Parameters
    ----------
    path
        File to create.
    force_unit
        ``N`` (axisymmetric, 3D) or ``N_per_m`` (plane strain).
    """

    def __init__(self, path: Path, force_unit: str) -> None:
        self._path = path
        self._force_unit = force_unit
        self._file: IO[str] | None = None

    def write(self, step: Step, snapshot: Snapshot) -> None:
        """Append the row of a step.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        row: dict[str, float] = {
            "step": step.number,
            "time_s": step.time,
            "dt_s": step.dt,
            "newton_iterations": step.iterations,
            "rejected_attempts": step.rejected,
            "residual": step.residual,
            "plastic_increment": step.plastic_increment,
        }
        values = {**snapshot.numbers, **{key: e.value for key, e in snapshot.extremes.items()}}
        for key, value in values.items():
            unit = unit_of(key, self._force_unit)
            row[f"{key}_{unit}" if unit else key] = value
        try:
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(row)
            csv.writer(self._file).writerow([_text(value) for value in row.values()])
            self._file.flush()
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))
