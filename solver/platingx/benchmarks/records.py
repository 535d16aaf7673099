"""What a run of the benchmarks found, as bench.csv and bench.json."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from platingx.benchmarks.measurement import Row
from platingx.errors import OutputError
from platingx.run.provenance import write_json
from platingx.verification.files import write_file

__all__ = ["CSV_FILE", "JSON_FILE", "Findings", "read_findings", "write_findings"]

CSV_FILE, JSON_FILE = "bench.csv", "bench.json"


@dataclass(frozen=True)
class Findings:
    """Facts of the machine, whether sizes were tiny, time of the start (ISO 8601), rows, and failures by benchmark."""

    machine: dict[str, Any]
    quick: bool
    started: str
    rows: tuple[Row, ...]
    failures: dict[str, str]

    def select(self, benchmark: str) -> list[Row]:
        """Rows of a benchmark, in their order."""
        return [row for row in self.rows if row.benchmark == benchmark]


def write_findings(findings: Findings, folder: Path) -> None:
    """Write the findings into a folder, which is made. Serial.

    Raises
    ------
    OutputError
        If that is not possible.
    """
    machine = findings.machine
    facts = {
        "processor": machine["machine"]["processor"],
        "cores": machine["usable_cores"],
        "platingx": machine["platingx"],
        "commit": machine["source"].get("commit", ""),
        "started": findings.started,
    }
    text = io.StringIO()
    names = [field.name for field in fields(Row)]
    writer = csv.DictWriter(text, [*names, *facts], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) | facts for row in findings.rows)
    write_file(folder / CSV_FILE, text.getvalue())
    write_json(folder / JSON_FILE, asdict(findings))


def read_findings(folder: Path) -> Findings:
    """Read what :func:`write_findings` has written.

    Raises
    ------
    OutputError
        If there are none, or they cannot be read.
    """
    path = folder / JSON_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(Row(**row) for row in content["rows"])
        return Findings(content["machine"], content["quick"], content["started"], rows, content["failures"])
    except OSError as error:
        hint = f"platingx bench --out {folder} makes it"
        raise OutputError(f"cannot read {path}: {error.strerror or error}; {hint}") from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise OutputError(f"{path}: not the findings of platingx bench ({error}); measure again") from error
