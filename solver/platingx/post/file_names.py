"""Names of files in the folders of runs and studies."""

from __future__ import annotations

__all__ = ["CALIBRATION", "CALIBRATION_COPY", "COMPARISON", "INTERFACE_TABLE", "REPORT", "RESULTS", "STUDY_COPY"]

INTERFACE_TABLE = "interface.csv"
"""Pressure and thickness of metal along the interfaces of a run with diffusion."""
REPORT = "report.html"
"""The page on a run, a study or a calibration."""
RESULTS = "results.csv"
"""The table of a study, with a row for each point."""
STUDY_COPY = "study.yaml"
"""A copy of the study file, which says what the table answers."""
CALIBRATION = "calibration.json"
"""All numbers of a calibration."""
CALIBRATION_COPY = "calibration.yaml"
"""A copy of the calibration file."""
COMPARISON = "comparison"
"""The table of a study that compares meshes, as .csv and .md."""
