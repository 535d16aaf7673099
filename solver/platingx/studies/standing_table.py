"""The table of a study while its points come in: how each stands, and files that are renewed now and then."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from platingx.post.file_names import STUDY_COPY
from platingx.studies.kept_file import keep_file
from platingx.studies.points import Plan, Point
from platingx.studies.table import Row, mesh_errors, row_of, write_table

__all__ = ["StudyTable"]

_TABLE_EVERY = 5.0
"""Seconds between two writings of the table, at least; each also costs no more than a tenth of the time since."""


@dataclass
class StudyTable:
    """Rows of all points of a study.

    Attributes
    ----------
    plan, folder
        The study and its folder.
    rows
        Row of each point by its number.
    """

    plan: Plan
    folder: Path
    rows: dict[int, Row] = field(default_factory=dict)
    _states: dict[int, tuple[str, str]] = field(default_factory=dict)
    _written: float = -math.inf
    _cost: float = 0.0

    def put(self, point: Point, status: str, reason: str = "") -> None:
        """Take up how a point stands, and renew the row that it belongs to."""
        self._states[point.number] = status, reason
        runs = self.plan.on_meshes(point.of)
        first = runs[0]
        row = row_of(self.plan, first, self.folder, *self._states.get(first.number, ("waiting", "")))
        done = [run for run in runs if self._states.get(run.number, ("", ""))[0] == "completed"]
        if len(done) == len(runs) > 1:
            row |= mesh_errors(self.plan, runs, self.folder)
        self.rows[point.of] = row

    def write(self, always: bool = False) -> None:
        """Write the table if it is time to, or always, and beside it the study file that it answers, once."""
        now = time.monotonic()
        if self._written == -math.inf:
            keep_file(self.plan.file.path, self.folder / STUDY_COPY)
        if always or now - self._written > max(_TABLE_EVERY, 10.0 * self._cost):
            write_table(list(self.rows.values()), self.folder)
            self._written = time.monotonic()
            self._cost = self._written - now
