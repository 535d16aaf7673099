"""Names of files in the folders of runs and studies."""

from __future__ import annotations

__all__ = ["REPORT", "RESULTS", "STUDY_COPY"]

REPORT = "report.html"
"""The page on a run or a study."""
RESULTS = "results.csv"
"""The table of a study, with a row for each point."""
STUDY_COPY = "study.yaml"
"""A copy of the study file, which says what the table answers."""
