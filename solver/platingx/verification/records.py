"""What is kept of the runs of problems: all digits in ``results.json``, from which the index is made."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from platingx import __version__
from platingx.errors import OutputError
from platingx.run.provenance import source_digest
from platingx.verification.files import write_file
from platingx.verification.problem import Convergence, Effort, Outcome, Part, Problem, Row

__all__ = ["RESULTS", "Record", "read_records", "record_of", "write_records"]

RESULTS = "results.json"


@dataclass(frozen=True)
class Record:
    """Numbers and orders of one problem, or the reason why there are none.

    Parameters
    ----------
    name, title, part
        Of the problem.
    effort : {"coarse", "full"}
        With which it ran.
    version, source_sha256 : str
        Version of platingx, and digest of its sources; empty in records from before it was kept.
    rows, convergences : tuple
        Of its outcome.
    error : str
        Message of the exception that ended the run; empty when there was none.
    """

    name: str
    title: str
    part: Part
    effort: Effort
    version: str
    rows: tuple[Row, ...] = ()
    convergences: tuple[Convergence, ...] = ()
    error: str = ""
    source_sha256: str = ""

    @property
    def passed(self) -> bool:
        """It ran, and all is as expected."""
        return not self.error and Outcome(self.rows, self.convergences).passed

    @property
    def worst(self) -> Row | None:
        """The row that uses most of its tolerance; those that are known to be missed stand on the page."""
        judged = [row for row in self.rows if row.evidence and row.within] or [row for row in self.rows if row.evidence]
        return max(judged, key=lambda row: row.share_of_tolerance or 0.0, default=None)

    @property
    def deviating(self) -> tuple[str, ...]:
        """Names of the numbers and orders that are not as expected."""
        rows = [f"{row.label}: {row.quantity}" for row in self.rows if not row.passed]
        return (*rows, *(f"order of {entry.label}" for entry in self.convergences if not entry.passed))

    @property
    def verdict(self) -> str:
        """The result in a line."""
        if self.error:
            return f"failed: {self.error.strip().splitlines()[-1]}"
        if self.passed:
            return f"passed: {len(self.rows)} numbers, {len(self.convergences)} orders"
        return f"deviates: {'; '.join(self.deviating)}"


def record_of(problem: Problem, effort: Effort, outcome: Outcome | None, error: str = "") -> Record:
    """Make the record of a run; without outcome that of a failure."""
    rows, convergences = (outcome.rows, outcome.convergences) if outcome is not None else ((), ())
    facts = (problem.name, problem.title, problem.part, effort, __version__)
    return Record(*facts, rows, convergences, error, source_digest())


def write_records(folder: Path, records: Iterable[Record]) -> None:
    """Write ``results.json``; deviation, orders and verdicts are in it for readers, and ignored when it is read."""
    entries = {record.name: _plain(record) for record in records}
    text = json.dumps({"format": 1, "problems": entries}, indent=1, ensure_ascii=False, allow_nan=False)
    write_file(folder / RESULTS, text + "\n")


def read_records(folder: Path) -> dict[str, Record]:
    """Read the records of earlier runs, by name; none when there is no file.

    Raises
    ------
    OutputError
        If the file is there and cannot be understood.
    """
    path = folder / RESULTS
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["problems"]
        return {name: _record(entry) for name, entry in entries.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            f"{path}: the results of earlier problems cannot be read ({type(error).__name__}: {error})\n"
            "    try:   another --out, or remove the file and run all problems"
        ) from error


def _plain(record: Record) -> dict[str, Any]:
    rows = [{**_finite(asdict(row)), "deviation": _number(row.deviation), "passed": row.passed} for row in record.rows]
    convergences = [
        {**_finite(asdict(entry)), "orders": [_number(order) for order in entry.orders], "passed": entry.passed}
        for entry in record.convergences
    ]
    return {**asdict(record), "passed": record.passed, "rows": rows, "convergences": convergences}


def _number(value: float | None) -> float | None:
    """Give a number that JSON has; None for the others."""
    return float(value) if value is not None and math.isfinite(value) else None


def _finite(entry: dict[str, Any]) -> dict[str, Any]:
    """Replace numbers that JSON does not have by None, and those of numpy by plain ones."""
    result = dict(entry)
    for key, value in entry.items():
        if isinstance(value, tuple):
            result[key] = [_number(item) for item in value]
        elif isinstance(value, float):
            result[key] = _number(value)
    return result


def _record(entry: dict[str, Any]) -> Record:
    rows = tuple(Row(**_known(Row, row, "computed")) for row in entry["rows"])
    convergences = []
    for each in entry["convergences"]:
        values = _known(Convergence, each)
        errors = tuple(math.nan if error is None else error for error in values["errors"])
        convergences.append(Convergence(**{**values, "values": tuple(values["values"]), "errors": errors}))
    known = _known(Record, entry)
    return Record(**{**known, "rows": rows, "convergences": tuple(convergences)})


def _known(kind: type, entry: dict[str, Any], may_be_nan: str = "") -> dict[str, Any]:
    """Keep what the class has; a missing number becomes NaN again."""
    names = {each.name for each in fields(kind)}
    return {
        key: math.nan if key == may_be_nan and value is None else value for key, value in entry.items() if key in names
    }
