"""Load a calibration: file, tables of targets, validation with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platingx.config.base import Finding
from platingx.config.calibration_file import Calibration
from platingx.config.document import Document, read_document
from platingx.config.input_errors import input_error_of, read_as
from platingx.config.kind_of_file import refuse_other
from platingx.config.named_files import refuse_missing
from platingx.config.target_table import TargetTable, read_target_table
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

__all__ = ["CalibrationFile", "load_calibration"]


@dataclass(frozen=True)
class CalibrationFile:
    """A valid calibration, and where its keys stand.

    Attributes
    ----------
    path
        The file.
    document
        Its data and their places.
    calibration
        What it says.
    tables
        Curves of the targets that have one, by their names.
    """

    path: Path
    document: Document
    calibration: Calibration
    tables: Mapping[str, TargetTable]

    def case_file(self, name: str) -> Path:
        """File of a case."""
        return self.path.parent / user_path(self.calibration.cases[name].base)

    def require_cases(self) -> None:
        """Refuse names of case files that are not there.

        Raises
        ------
        CaseError
            With the places of the names.
        """
        cases = self.document.data["cases"]
        keys = [("cases", name, "base") if isinstance(cases[name], dict) else ("cases", name) for name in cases]
        refuse_missing(self.document, keys, self.path.parent)


def load_calibration(path: str | Path) -> CalibrationFile:
    """Read a calibration file and its tables; cases are not read.

    Parameters
    ----------
    path : str or Path
        YAML file.

    Raises
    ------
    CaseError
        If anything is wrong, with file, line and key.
    """
    source = user_path(path)
    document = read_document(source)
    refuse_other(document.data, source, "calibration")
    calibration = read_as(Calibration, document)
    tables: dict[str, TargetTable] = {}
    problems: list[InputError] = []
    for name, target in calibration.targets.items():
        if target.table is None:
            continue
        table = read_target_table(absolute_path(target.table, source.parent), target.of)
        if isinstance(table, InputError):
            problems.append(table)
            continue
        tables[name] = table
        if target.relative and 0.0 in table.values:
            row = f"{table.path}:{table.lines[table.values.index(0.0)]}"
            finding = Finding(f"targets.{name}.uncertainty", f"a share of the zero at {row} is no uncertainty")
            problems.append(input_error_of(finding, document, Calibration))
    if problems:
        raise CaseError(problems)
    return CalibrationFile(source, document, calibration, tables)
