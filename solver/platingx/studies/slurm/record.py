"""What of a study has been given to Slurm: kept in its folder, so that any later command finds it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from platingx.errors import OutputError
from platingx.run.provenance import write_json

__all__ = ["CANCELLED", "FOLDER", "Record", "SubmittedPoint"]

FOLDER = "slurm"
"""Folder in that of a study for scripts, logs and answers of its jobs, and for the record."""
CANCELLED = "cancelled"
"""Name of the file in it that says that a study is to end; its jobs then do not go back into the queue."""
_NAME = "submitted.json"
_FORMAT = 1


@dataclass(frozen=True)
class SubmittedPoint:
    """A point that has been given to a job.

    Attributes
    ----------
    number, label, folder, fingerprint
        Those of the point.
    job
        Name of the job that was given it last, as ``12_3``.
    submission
        Number of the submission that the job belongs to.
    """

    number: int
    label: str
    folder: str
    fingerprint: str
    job: str
    submission: int


@dataclass
class Record:
    """Jobs of a study.

    Attributes
    ----------
    study
        Study file, absolute.
    submissions
        How often points have been submitted.
    points
        Submitted points by their run folder.
    cancelled
        Whether the study has been cancelled since.
    """

    study: str
    submissions: int = 0
    points: dict[str, SubmittedPoint] = field(default_factory=dict)
    cancelled: bool = False

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the record of a study.

        Parameters
        ----------
        folder
            Folder of the study.

        Raises
        ------
        OutputError
            If the study has not been submitted, or the record is damaged.
        """
        path = folder / FOLDER / _NAME
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("format") != _FORMAT:
                raise OutputError(f"{path} is of another version of platingx: platingx study FILE --on slurm renews it")
            points = [SubmittedPoint(**point) for point in content.pop("points")]
            return cls(**content, points={point.folder: point for point in points})
        except FileNotFoundError:
            raise OutputError(
                f"{folder} has no study that was given to Slurm\n"
                "    try:   platingx study FILE --on slurm --profile PROFILE"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error

    @classmethod
    def find(cls, folder: Path) -> Self | None:
        """Give the record of a study, None if it has never been submitted."""
        return cls.read(folder) if (folder / FOLDER / _NAME).exists() else None

    def write(self, folder: Path) -> None:
        """Write the record so that it is either the old or the whole new one.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        points = [asdict(point) for point in self.points.values()]
        content = {**self.__dict__, "points": points, "format": _FORMAT}
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        write_json(folder / FOLDER / _NAME, content)
