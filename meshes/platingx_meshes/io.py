"""Mesh files as dolfinx meshes with named regions and boundaries, on any number of ranks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gmsh
import numpy as np
from dolfinx import la
from dolfinx.mesh import GhostMode, create_cell_partitioner, meshtags
from mpi4py import MPI

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.named_groups import read_mesh
from platingx_meshes.partition import knowing_both_sides, numbered_by_first_cell

T = TypeVar("T")


@dataclass(frozen=True)
class LoadedMesh:
    """A distributed mesh.

    Attributes
    ----------
    mesh : dolfinx.mesh.Mesh, coordinates in m
    cell_tags, facet_tags : dolfinx.mesh.MeshTags of regions and boundaries
    region_names, boundary_names : name -> tag
    notes : sentences on the file that its user should read
    """

    mesh: Any
    cell_tags: Any
    facet_tags: Any
    region_names: dict[str, int]
    boundary_names: dict[str, int]
    notes: tuple[str, ...] = ()


def load(
    path: str | Path,
    comm: MPI.Comm,
    *,
    regions: Mapping[str, str] | None = None,
    boundaries: Mapping[str, str] | None = None,
    length_unit: float = 1.0,
    dimension: int | None = None,
    required_regions: Iterable[str] = (),
    required_boundaries: Iterable[str] = (),
    cell_array: str | None = None,
) -> LoadedMesh:
    """Read a mesh file on rank 0 and distribute it. Collective.

    Parameters
    ----------
    path : .msh, Abaqus .inp, .med, or a format of ``readers.meshio_files``
    comm : communicator of the mesh
    regions, boundaries : name here -> name in the file, for groups that are named otherwise there
    length_unit : length of one coordinate unit of the file in m (1e-9 for a file in nm)
    dimension : dimension the mesh must have; default: that of its cells
    required_regions, required_boundaries : names that must exist
    cell_array : name of the numbers by cell that name the groups, where a file has several

    Raises
    ------
    MeshBuildError
        On all ranks alike, when the file cannot be used.
    """

    def read() -> MeshData:
        return read_mesh(
            Path(path),
            regions=regions,
            boundaries=boundaries,
            length_unit=length_unit,
            dimension=dimension,
            required_regions=tuple(required_regions),
            required_boundaries=tuple(required_boundaries),
            cell_array=cell_array,
        )

    return distribute(on_rank_0(comm, read), comm)


def on_rank_0(comm: MPI.Comm, work: Callable[[], T]) -> T | None:
    """Do serial work on rank 0; a failure there is raised on every rank. Other ranks get None."""
    result: T | None = None
    message: str | None = None
    if comm.rank == 0:
        try:
            result = work()
        except MeshBuildError as error:
            message = str(error)
        except Exception as error:  # rank 0 must not leave the others waiting
            message = f"unexpected {type(error).__name__} while reading the mesh: {error}"
    message = comm.bcast(message, root=0)
    if message is not None:
        raise MeshBuildError(message)
    return result


def distribute(data: MeshData | None, comm: MPI.Comm, facet_ghosts: bool = False) -> LoadedMesh:
    """Make a distributed dolfinx mesh of the arrays on rank 0 (None elsewhere). Collective.

    Parameters
    ----------
    data : mesh
    comm : communicator of the mesh
    facet_ghosts : whether ranks also know the cells of others behind the facets between them, for what joins both sides
    """
    about = None
    if data is not None:
        shared = len(data.parted_cells) + len(data.known_cells) > 0
        about = data.dimension, data.region_names, data.boundary_names, data.notes, shared
    dimension, region_names, boundary_names, notes, is_shared = comm.bcast(about, root=0)
    ghosts = GhostMode.shared_facet if facet_ghosts else GhostMode.none
    partitioner = numbered_by_first_cell(_cell_partitioner(ghosts))
    if is_shared:
        partitioner = knowing_both_sides(data, partitioner)
    if data is None:
        mesh, cell_tags, facet_tags = _from_gmsh(None, comm, dimension, partitioner)
    else:
        with gmsh_model("distribute"):
            data.to_gmsh()
            mesh, cell_tags, facet_tags = _from_gmsh(gmsh.model, comm, dimension, partitioner)
    if facet_ghosts or is_shared:
        cell_tags, facet_tags = (_with_ghosts(mesh, tags) for tags in (cell_tags, facet_tags))
    mesh.name, cell_tags.name, facet_tags.name = "mesh", "regions", "boundaries"
    return LoadedMesh(mesh, cell_tags, facet_tags, region_names, boundary_names, notes)


def _with_ghosts(mesh: Any, tags: Any) -> Any:
    """Tags with those of entities that other ranks own. Collective."""
    index_map = mesh.topology.index_map(tags.dim)
    known = la.vector(index_map, 1, dtype=np.int32)
    known.array[:] = 0  # no group has this number
    known.array[tags.indices] = tags.values
    known.scatter_forward()
    entities = np.flatnonzero(known.array).astype(np.int32)
    return meshtags(mesh, tags.dim, entities, np.array(known.array[entities]))


def _cell_partitioner(ghosts: GhostMode) -> Any:
    """Partitioner of dolfinx; from 0.11 on it also wants the largest number of cells at a facet."""
    try:
        return create_cell_partitioner(ghosts)
    except TypeError:
        return create_cell_partitioner(ghosts, 2)


def _from_gmsh(model: Any, comm: MPI.Comm, dimension: int, partitioner: Any) -> tuple[Any, Any, Any]:
    """Call the converter of dolfinx 0.9 (io.gmshio) or of 0.10 and later (io.gmsh)."""
    try:
        from dolfinx.io import gmshio
    except ImportError:
        from dolfinx.io import gmsh as gmshio
    made = gmshio.model_to_mesh(model, comm, 0, gdim=dimension, partitioner=partitioner)
    if isinstance(made, tuple) and len(made) == 3:
        return made
    facet_tags = made.facet_tags
    if facet_tags is None:  # no marked facets
        nothing = np.zeros(0, dtype=np.int32)
        facet_tags = meshtags(made.mesh, dimension - 1, nothing, nothing)
    return made.mesh, made.cell_tags, facet_tags
