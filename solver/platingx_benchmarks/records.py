"""What a run of the benchmarks found, as bench.csv and bench.json."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from platingx.errors import CaseError, InputError, OutputError
from platingx.run.provenance import write_json
from platingx.verification.files import write_file
from platingx_benchmarks.measurement import Row

__all__ = ["CSV_FILE", "JSON_FILE", "Findings", "commit_of", "findings_to_add_to", "read_findings", "write_findings"]

CSV_FILE, JSON_FILE = "bench.csv", "bench.json"


@dataclass(frozen=True)
class Findings:
    """What was found so far.

    Attributes
    ----------
    machine
        Facts of the machine.
    quick
        Whether sizes were tiny.
    started
        ISO 8601.
    rows
        All rows.
    failures
        Messages by benchmark.
    unfinished
        Benchmarks that began and have not ended: only a part of their rows is here.
    notes
        Sentences by benchmark.
    durations
        Wall time of each benchmark, s.
    sources
        Commit that each benchmark was measured with.
    """

    machine: dict[str, Any]
    quick: bool
    started: str
    rows: tuple[Row, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()
    notes: dict[str, list[str]] = field(default_factory=dict)
    durations: dict[str, float] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def select(self, benchmark: str) -> list[Row]:
        """Rows of a benchmark, in their order."""
        return [row for row in self.rows if row.benchmark == benchmark]


def findings_to_add_to(folder: Path, machine: dict[str, Any], quick: bool, names: Collection[str]) -> Findings:
    """Findings of a folder without those of some benchmarks, which are measured anew. Serial.

    Parameters
    ----------
    folder
        Where they are.
    machine, quick
        Of this run; effort, machine and ranks must be the same.
    names
        The benchmarks.

    Raises
    ------
    OutputError
        If there are none, or if they cannot be read.
    CaseError
        If they are of another machine, number of ranks or effort.
    """
    found = read_findings(folder)
    for key in ("machine", "usable_cores", "ranks", "hosts"):
        if found.machine.get(key) != machine[key]:
            raise _of_another(folder, key, found.machine.get(key), machine[key])
    if found.quick != quick:
        raise _of_another(folder, "quick", found.quick, quick)

    def rest(of: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in of.items() if name not in names}

    rows = tuple(row for row in found.rows if row.benchmark not in names)
    unfinished = tuple(name for name in found.unfinished if name not in names)
    return replace(
        found,
        machine=machine,
        rows=rows,
        failures=rest(found.failures),
        unfinished=unfinished,
        notes=rest(found.notes),
        durations=rest(found.durations),
        sources=rest(found.sources),
    )


def commit_of(machine: dict[str, Any]) -> str:
    """The commit of the program in the facts of a machine, and whether it was changed."""
    source = machine["source"]
    return str(source.get("commit", ""))[:10] + (" with changes" if source.get("dirty") else "")


def _of_another(folder: Path, key: str, theirs: object, ours: object) -> CaseError:
    return CaseError(
        InputError(
            f"the findings in {folder} cannot be added to: they differ in {key}",
            value=str(theirs),
            valid=str(ours),
            hint="measure everything anew, or into another folder",
        )
    )


def write_findings(findings: Findings, folder: Path) -> None:
    """Write the findings into a folder, which is made. Serial.

    Raises
    ------
    OutputError
        If that is not possible.
    """
    facts = _facts(findings)
    text = io.StringIO()
    names = [member.name for member in fields(Row)]
    writer = csv.DictWriter(text, [*names, "complete", *facts], lineterminator="\n")
    writer.writeheader()
    open_ones = {*findings.unfinished, *findings.failures}
    for row in findings.rows:
        complete = "no" if row.benchmark in open_ones else "yes"
        writer.writerow(asdict(row) | {"complete": complete} | facts)
    write_file(folder / CSV_FILE, text.getvalue())
    write_json(folder / JSON_FILE, asdict(findings))


def _facts(findings: Findings) -> dict[str, Any]:
    """Facts of the machine that stand in every line of the table."""
    machine = findings.machine
    packages = machine["packages"]
    return {
        "processor": machine["machine"]["processor"],
        "instruction_set": machine["machine"]["instruction_set"],
        "cores": machine["usable_cores"],
        "hosts": machine["hosts"],
        "memory_bytes": machine["memory_bytes"],
        "blas": machine["blas"],
        "mpi": packages["mpi"],
        "dolfinx": packages["dolfinx"],
        "petsc": packages["petsc"],
        "numpy": packages.get("numpy", ""),
        "numba": packages.get("numba", ""),
        "python": machine["python"],
        "platingx": machine["platingx"],
        "commit": machine["source"].get("commit", ""),
        "changed": "yes" if machine["source"].get("dirty") else "no",
        "load_before": machine["load_average_before"][0] if machine["load_average_before"] else "",
        "started": findings.started,
        "quick": "yes" if findings.quick else "no",
    }


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
        rows = tuple(Row(**row) for row in content.pop("rows"))
        unfinished = tuple(content.pop("unfinished"))
        return Findings(**content, rows=rows, unfinished=unfinished)
    except OSError as error:
        hint = f"platingx bench --out {folder} makes it"
        raise OutputError(f"cannot read {path}: {error.strerror or error}; {hint}") from error
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(f"{path}: not the findings of platingx bench ({error}); measure again") from error
