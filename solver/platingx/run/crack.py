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
from platingx.columns import ColumnTable, split_unit
from platingx.config.case import Case
from platingx.config.flaw_file import flaws_of_case, load_flaws
from platingx.config.loader import load_case
from platingx.config.resolved import MESH_COPY, RESOLVED_CASE
from platingx.errors import MeshError, OutputError
from platingx.parallel import on_rank_0
from platingx.physics.model import Model, build_model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.post.field_reader import read_fields
from platingx.post.history import read_history
from platingx.run.flaw_probe import FlawProbe
from platingx.run.flaw_table import flaw_columns, flaw_row
from platingx.run.flaw_verdicts import fracture_content
from platingx.run.meshing import load_mesh
from platingx.run.provenance import write_json
from platingx.run.stored_states import StoredStates
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.io import LoadedMesh, load

__all__ = ["FLAW_JSON", "FLAW_TABLE", "CrackResult", "crack"]

FLAW_JSON, FLAW_TABLE = "flaws.json", "flaws.csv"
"""What is left in the run folder: the verdicts, and a row for each written state."""
TAKEN = ("time", "current_density", "deposited_thickness")
"""Columns of the history that the table begins with."""


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
    case = on_rank_0(comm, lambda: _case_of(folder))
    given = on_rank_0(comm, lambda: flaws_of_case(case) if flaws is None else load_flaws(flaws, case))
    if say is not None:
        say(f"{sum(len(flaw.lengths) for flaw in given.block.flaws)} flaws in the run {folder}")
    model = build_model(case, _mesh_of(folder, case, comm))
    probe = FlawProbe(model, RegionSurfaces(model).table, given.block, given.refusal)
    ceramics = tuple(dict.fromkeys(flaw.placed.region for flaw in probe.flaws))
    states = StoredStates(model, read_fields(folder), ceramics)
    rows = [flaw_row(probe, probe.look(*state)) for state in states]
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}
    table = _beside(folder, states.times) | table
    content = fracture_content(probe, table)

    def write() -> tuple[Path, ...]:
        write_json(folder / FLAW_JSON, content)
        return folder / FLAW_JSON, _write_table(folder / FLAW_TABLE, model, probe, table)

    return CrackResult(content, on_rank_0(comm, write))


def _case_of(folder: Path) -> Case:
    path = folder / RESOLVED_CASE
    if not path.is_file():
        raise OutputError(
            f"{folder}: not the folder of a run, {RESOLVED_CASE} is missing\n    try:   platingx run CASE"
        )
    return load_case(path)


def _mesh_of(folder: Path, case: Case, comm: MPI.Intracomm) -> LoadedMesh:
    """Mesh of a run from its copy in the folder, or made again where there is none."""
    kept = folder / MESH_COPY
    if not on_rank_0(comm, kept.is_file):
        return load_mesh(case, comm)
    try:
        return load(kept, comm)
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def _beside(folder: Path, times: Array) -> dict[str, Array]:
    """Time, current density and deposit at the written states."""
    history = read_history(folder)
    columns = {split_unit(str(header))[0]: history[header].to_numpy(float) for header in history}
    missing = [name for name in TAKEN if name not in columns]
    if missing:
        raise OutputError(f"{folder / 'history.csv'}: no column {missing[0]}; repeat the run")
    return {name: np.interp(times, columns["time"], columns[name]) for name in TAKEN}


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
