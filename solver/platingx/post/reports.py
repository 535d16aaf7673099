"""Reports of folders of every kind, as one HTML file each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from platingx.errors import OutputError
from platingx.paths import absolute_path
from platingx.post.calibration_report import calibration_page, holds_calibration
from platingx.post.comparison_report import comparison_page, holds_comparison
from platingx.post.file_names import REPORT
from platingx.post.report_page import Page, write_page
from platingx.post.run_report import holds_run, run_page
from platingx.post.study_report import holds_study, study_page

__all__ = ["write_report"]

_PAGES: Final[tuple[tuple[Callable[[Path], bool], Callable[[Path], Page]], ...]] = (
    (holds_run, run_page),
    (holds_calibration, calibration_page),
    (holds_comparison, comparison_page),
    (holds_study, study_page),
)
"""How the folder of each kind is known, and its page."""


def write_report(folder: str | Path, path: Path | None = None) -> Path:
    """Write the report of a run, a calibration or a study from its folder, finished or not. Serial.

    Parameters
    ----------
    folder : str or Path
        The folder.
    path : Path, optional
        File to write; ``report.html`` in that folder when None.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        When the folder is of none of these kinds, something in it cannot be read, or the file not be written.
    """
    folder = absolute_path(folder)
    for holds, page_of in _PAGES:
        if holds(folder):
            return write_page(page_of(folder), path or folder / REPORT)
    raise OutputError(
        f"{folder} is neither the folder of a run nor that of a study or calibration that has come to its end: no "
        "manifest.json, no results.csv with study.yaml, no comparison.csv, no calibration.json\n"
        "    try:   platingx report runs/NAME"
    )
