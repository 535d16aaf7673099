"""What a finished run is made of, from its folder: case, mesh, and its history at some times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.columns import split_unit
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.resolved import MESH_COPY, RESOLVED_CASE
from platingx.errors import MeshError, OutputError
from platingx.parallel import on_rank_0
from platingx.post.history import read_columns
from platingx.run.meshing import load_mesh
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.io import LoadedMesh, load

__all__ = ["case_of", "history_at", "mesh_of"]

TAKEN = ("time", "current_density", "deposited_thickness")
"""Columns of the history that are taken."""


def case_of(folder: Path) -> Case:
    """Case of a run.

    Raises
    ------
    OutputError
        If the folder is not that of a run.
    """
    path = folder / RESOLVED_CASE
    if not path.is_file():
        raise OutputError(
            f"{folder}: not the folder of a run, {RESOLVED_CASE} is missing\n    try:   platingx run CASE"
        )
    return load_case(path)


def mesh_of(folder: Path, case: Case, comm: MPI.Intracomm) -> LoadedMesh:
    """Mesh of a run from its copy in the folder, or made again where there is none."""
    kept = folder / MESH_COPY
    if not on_rank_0(comm, kept.is_file):
        return load_mesh(case, comm)
    try:
        return load(kept, comm)
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def history_at(folder: Path, times: Array) -> dict[str, Array]:
    """Time, current density and deposit at the written states."""
    columns = {split_unit(header)[0]: values for header, values in read_columns(folder).items()}
    missing = [name for name in TAKEN if name not in columns]
    if missing:
        raise OutputError(f"{folder / 'history.csv'}: no column {missing[0]}; repeat the run")
    return {name: np.interp(times, columns["time"], columns[name]) for name in TAKEN}
