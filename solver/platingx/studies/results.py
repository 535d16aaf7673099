"""What a study has left in its folder, for notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platingx.errors import OutputError
from platingx.paths import absolute_path
from platingx.post.file_names import COMPARISON, RESULTS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StudyResults"]


@dataclass(frozen=True)
class StudyResults:
    """Results of a study.

    Attributes
    ----------
    path : Path
        Folder of the study; made absolute.
    """

    path: Path

    def __post_init__(self) -> None:
        """Know the folder also after a change of the working folder."""
        object.__setattr__(self, "path", absolute_path(self.path))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each point, or for each quantity of a comparison on meshes; SI, with the unit at the end of names.

        Raises
        ------
        OutputError
            If the study has no table.
        """
        import pandas as pd

        for name in (RESULTS, f"{COMPARISON}.csv"):
            if (self.path / name).is_file():
                return pd.read_csv(self.path / name)
        raise OutputError(f"{self.path} has no {RESULTS}: it is not the folder of a study that has begun")

    @property
    def failed(self) -> pd.DataFrame:
        """Rows of the points that have failed, with the reason."""
        table = self.table
        return table[table["status"] == "failed"] if "status" in table else table[table["computed"].isna()]

    @property
    def figures(self) -> tuple[Path, ...]:
        """Pictures of the study."""
        return tuple(sorted((self.path / "figures").glob("*.png")))

    @property
    def report(self) -> Path:
        """The page on the study."""
        return self.path / "report.html"

    def __repr__(self) -> str:
        """One line: where, how many rows, how many of them failed."""
        return f"StudyResults('{self.path}': {len(self.table)} rows, {len(self.failed)} failed)"
