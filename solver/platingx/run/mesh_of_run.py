"""The mesh of a run, kept in its folder, and whether it is the one that the run goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.geometry import FileGeometry
from platingx.config.resolved import MESH_COPY, resolved_files
from platingx.parallel import on_rank_0
from platingx.physics.model import Builder
from platingx.physics.python_terms import Term
from platingx.run.folder import write_case
from platingx.run.mesh_store import MeshStore
from platingx.run.meshing import load_mesh, mesh_sha256
from platingx.run.resume import check_mesh
from platingx.stepping.checkpoint import Checkpoint
from platingx_meshes.io import LoadedMesh

__all__ = ["mesh_of_run"]


def mesh_of_run(
    case: Case,
    folder: Path,
    comm: MPI.Intracomm,
    terms: Sequence[Term | Builder],
    checkpoint: Checkpoint | None,
    meshes: MeshStore | None,
) -> tuple[LoadedMesh, str]:
    """Mesh of a case, and its digest. Collective.

    Parameters
    ----------
    case, folder, comm
        The case, its run folder, and who runs it.
    terms
        Physics in Python beside the case, which may couple facets and then needs the cells of other ranks beside them.
    checkpoint
        What a run goes on from: the file of its first start stays unless the mesh is the same.
    meshes
        Where runs of the same geometry share its mesh.

    Raises
    ------
    CaseError
        If the mesh is not the one of the checkpoint.
    """
    kept = folder / (MESH_COPY if checkpoint is None else "mesh.new.msh")
    ghosts = any(getattr(term, "couples_facets", False) for term in terms)
    loaded = load_mesh(case, comm, kept, ghosts, meshes)
    if isinstance(case.geometry, FileGeometry):
        on_rank_0(comm, lambda: write_case(folder, resolved_files(case, True)))
    found = mesh_sha256(kept, comm)
    if checkpoint is not None:
        on_rank_0(comm, lambda: check_mesh(checkpoint, found, kept))
    return loaded, found
