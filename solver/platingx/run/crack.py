"""Flaws in the ceramic of a run that exists: ``platingx crack``."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.columns import ColumnTable
from platingx.config.flaw_file import flaws_of_case, load_flaws
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.physics.model import Model, build_model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.post.field_reader import read_fields
from platingx.run.flaw_probe import FlawProbe
from platingx.run.flaw_table import flaw_columns, flaw_row
from platingx.run.flaw_verdicts import fracture_content
from platingx.run.provenance import write_json
from platingx.run.run_inputs import case_of, history_at, mesh_of
from platingx.run.stored_states import StoredStates

__all__ = ["FLAW_JSON", "FLAW_TABLE", "CrackResult", "crack"]

FLAW_JSON, FLAW_TABLE = "flaws.json", "flaws.csv"
"""What is left in the run folder: the verdicts, and a row for each written state."""


@dataclass(frozen=True)
class CrackResult:
    """What was found and written.

    Attributes
    ----------
    content
        Content of ``flaws.json``.
    files
        Paths.
    """

    content: dict[str, Any]
    files: tuple[Path, ...]


def crack(
    folder: Path,
    flaws: Path | None = None,
    say: Callable[[str], None] | None = None,
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> CrackResult:
    """Judge flaws in the ceramics of a run by its written fields. Collective.

    Parameters
    ----------
    folder
        Run folder.
    flaws
        File of flaws; those of the case if left out.
    say
        Told how it goes.
    comm
        Communicator.

    Raises
    ------
    CaseError
        If there are no flaws, or one has no place in its ceramic.
    OutputError
        If the run cannot be read, or the results not be written.
    """
    case = on_rank_0(comm, lambda: case_of(folder))
    given = on_rank_0(comm, lambda: flaws_of_case(case) if flaws is None else load_flaws(flaws, case))
    if say is not None:
        say(f"{sum(len(flaw.lengths) for flaw in given.block.flaws)} flaws in the run {folder}")
    model = build_model(case, mesh_of(folder, case, comm))
    probe = FlawProbe(model, RegionSurfaces(model).table, given.block, given.refusal)
    ceramics = tuple(dict.fromkeys(flaw.placed.region for flaw in probe.flaws))
    states = StoredStates(model, read_fields(folder), ceramics)
    rows = [flaw_row(probe, probe.look(*state)) for state in states]
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}
    table = history_at(folder, states.times) | table
    content = fracture_content(probe, table)

    def write() -> tuple[Path, ...]:
        write_json(folder / FLAW_JSON, content)
        return folder / FLAW_JSON, _write_table(folder / FLAW_TABLE, model, probe, table)

    return CrackResult(content, on_rank_0(comm, write))


def _write_table(path: Path, model: Model, probe: FlawProbe, table: dict[str, Array]) -> Path:
    columns = ColumnTable.with_own(model.forces_are_total, flaw_columns(probe))
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([columns.header(name) for name in table])
            writer.writerows([[repr(float(value)) for value in row] for row in zip(*table.values(), strict=True)])
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return path
