"""Meshes of a case: built by Gmsh on rank 0 or read from a file, then distributed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mpi4py import MPI

from platingx.config.base import Finding
from platingx.config.case import BuiltGeometry, Case
from platingx.config.geometry import FileGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.config.growth_direction import FROM_FACES
from platingx.config.loader import problem_at
from platingx.errors import MeshError, OutputError
from platingx.parallel import on_rank_0
from platingx.paths import user_path
from platingx.physics.boundary_conditions import displacement_conditions
from platingx.physics.partners import with_known_partners
from platingx.profiling import timed
from platingx.run.mesh_checks import check_mesh_fits
from platingx.run.mesh_store import MeshStore
from platingx.run.pit_parameters import surface_pit, surface_pit_3d
from platingx.run.provenance import digest
from platingx.run.rigid_body_modes import check_constrained
from platingx.run.specimen_parameters import specimen
from platingx_meshes import (
    MeshBuildError,
    MeshData,
    build_specimen,
    build_surface_pit,
    build_surface_pit_3d,
)
from platingx_meshes.io import LoadedMesh, distribute
from platingx_meshes.named_groups import read_mesh
from platingx_meshes.parted import parted
from platingx_meshes.tags import LI, LLZO

QUICK_BYTES = 4_000_000
"""Size of a mesh file that is read within a second."""
QUICK_REFINEMENT = {"surface_pit": 4.0, "surface_pit_3d": 1.6, "specimen": 8.0}
"""Refinement up to which quadrilaterals and hexahedra are made within a second, by the builder."""


def build_mesh_data(geometry: BuiltGeometry) -> MeshData:
    """Mesh of a built geometry, in memory of this process.

    Raises
    ------
    MeshError
        If the geometry cannot be meshed.
    """
    try:
        if isinstance(geometry, SurfacePit3DGeometry):
            return build_surface_pit_3d(surface_pit_3d(geometry))
        if isinstance(geometry, SpecimenGeometry):
            return build_specimen(specimen(geometry))
        return build_surface_pit(surface_pit(geometry))
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


@timed("mesh")
def load_mesh(
    case: Case,
    comm: MPI.Intracomm,
    keep: Path | None = None,
    facet_ghosts: bool = False,
    store: MeshStore | None = None,
) -> LoadedMesh:
    """Distributed mesh of a case. Collective.

    Parameters
    ----------
    case
        Validated case.
    comm
        Communicator.
    keep
        Where rank 0 leaves the mesh as a .msh file, or None.
    facet_ghosts
        Whether ranks also know the cells of others behind the facets between them, for what joins both sides of one.
    store
        Where meshes of built geometries are taken from and kept, or None.

    Raises
    ------
    MeshError
        If it cannot be built or read, or lacks a named region or boundary.
    OutputError
        If the file cannot be written.
    """
    made: list[MeshData] = []
    on_rank_0(comm, lambda: made.append(with_contact(case, _keep(mesh_data(case, store), keep))))
    try:
        return distribute(made[0] if made else None, comm, facet_ghosts)
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def mesh_sha256(kept: Path, comm: MPI.Intracomm) -> str:
    """SHA-256 of the file that `load_mesh` has kept. Collective.

    Raises
    ------
    OutputError
        If it cannot be read.
    """

    def read() -> str:
        try:
            return digest(kept.read_bytes())
        except OSError as error:
            raise OutputError(f"cannot read {kept}: {error.strerror or error}") from error

    return on_rank_0(comm, read)


def mesh_data(case: Case, store: MeshStore | None = None) -> MeshData:
    """Mesh of a case in memory of this process: read from a file, taken from a store, or built."""
    geometry = case.geometry
    if isinstance(geometry, FileGeometry):
        return _read_data(geometry, case)
    return _built(case, geometry, store)


def try_mesh(case: Case) -> str:
    """Build or read the mesh of a case if that takes less than a second, to find what only it shows. Serial.

    Returns
    -------
    str
        Why it was left out, or empty.

    Raises
    ------
    MeshError
        If it cannot be built or read, or lacks a named region or boundary.
    """
    geometry = case.geometry
    if isinstance(geometry, FileGeometry):
        try:
            large = Path(geometry.path).stat().st_size > QUICK_BYTES
        except OSError:
            large = False  # what is wrong with it is said when it is read
        reason = "it is large" if large else ""
    elif isinstance(geometry, SurfacePit3DGeometry) and geometry.mesh.cell == "tetrahedron":
        reason = "it takes some time to be filled with tetrahedra"
    else:
        reason = "it is fine" if geometry.mesh.refinement > QUICK_REFINEMENT[geometry.builder] else ""
    if not reason:
        mesh_data(case)
    return reason and f"not looked at, since {reason}: platingx mesh does"


def with_contact(case: Case, data: MeshData) -> MeshData:
    """Make of the mesh of a case what its contact asks for; files keep the joined mesh.

    Raises
    ------
    CaseError
        If the metal is then free to move as a whole, or a surface to slide on is none.
    """
    return with_known_partners(case, with_opening_surfaces(case, data))


def with_opening_surfaces(case: Case, data: MeshData) -> MeshData:
    """Give both sides nodes of their own at surfaces inside that may open; files keep the joined mesh.

    Raises
    ------
    CaseError
        If the metal is then free to move as a whole. What a cohesion holds at first counts as held.
    """
    if not case.two_sided:
        return data
    try:
        return _opened(case, data)
    except MeshBuildError as error:
        raise MeshError(str(error)) from error


def _opened(case: Case, data: MeshData) -> MeshData:
    loose = {name: region for name, region in case.two_sided.items() if case.contact[name].cohesion is None}
    if loose:
        found = parted(data, loose)
        check_constrained(case, found, displacement_conditions(case, found.dimension, found.boundary_names))
    return parted(data, case.two_sided)


def _built(case: Case, geometry: BuiltGeometry, store: MeshStore | None) -> MeshData:
    """Build the mesh of a case, or take it from a store; an error names the key of its geometry."""

    def build() -> MeshData:
        return _with_names_of(case, build_mesh_data(geometry))

    try:
        data = build() if store is None else store.mesh(case, build)
    except MeshError as error:
        problem = problem_at(case, Finding("geometry", str(error)))
        raise MeshError(str(replace(problem, value=None))) from error
    if (
        data.dimension == 3 or case.boundary_conditions or case.contact
    ):  # what holds it depends on extent, outline and the user
        check_mesh_fits(case, data, geometry.builder)
    return data


def _with_names_of(case: Case, data: MeshData) -> MeshData:
    """Call the regions of a built mesh, the metal and its plate or shell, if any, as the case does."""
    metal = case.growth.region
    names = {metal: data.region_names[LI]}
    names |= {other: data.region_names[LLZO] for other in case.materials if other != metal}
    return replace(data, region_names=names)


def _keep(data: MeshData, keep: Path | None) -> MeshData:
    if keep is not None:
        try:
            data.write_msh(keep)
        except (OSError, MeshBuildError) as error:
            raise OutputError(f"cannot write {keep}: {error}") from error
    return data


def required_boundaries(case: Case) -> tuple[str, ...]:
    """Boundaries that a case names or needs."""
    given = case.constraints
    names = [case.growth.interface, *case.boundary_conditions, *case.contact]
    if given.collector.hold != "free" or case.growth.direction.kind in FROM_FACES:
        names.append("collector")
    names += [
        name for name in ("metal_side", "electrolyte_side", "electrolyte_bottom") if getattr(given, name) != "free"
    ]
    return tuple(dict.fromkeys(names))


def build_mesh_files(case: Case, out: str | Path) -> list[Path]:
    """Write the mesh of a case as .msh and XDMF, with a picture if plane, for ``platingx mesh``. Serial.

    Parameters
    ----------
    case
        Validated case.
    out
        Folder; created if missing.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    MeshError, OutputError
        As in :func:`load_mesh`.
    """
    folder = user_path(out)
    from platingx_meshes.picture import picture  # draws with matplotlib, which is slow to load

    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = mesh_data(case)
        files = [folder / "mesh.msh", folder / "mesh.xdmf", folder / "mesh.png"]
        data.write_msh(files[0])
        data.write_xdmf(files[1])
        if data.dimension == 3:
            return files[:2]
        picture(data, files[2])
    except MeshBuildError as error:
        raise MeshError(str(error)) from error
    except OSError as error:
        raise OutputError(f"cannot write the mesh to {folder}: {error.strerror or error}") from error
    return files


def _read_data(geometry: FileGeometry, case: Case) -> MeshData:
    try:
        data = read_mesh(
            Path(geometry.path),
            regions=geometry.regions,
            boundaries=geometry.boundaries,
            length_unit=float(geometry.length_unit),
            dimension=None,
            required_regions=tuple(case.materials),
            required_boundaries=required_boundaries(case),
            cell_array=geometry.cell_array,
        )
        check_mesh_fits(case, data, geometry.path)
    except MeshBuildError as error:
        raise MeshError(str(error)) from error
    except MemoryError as error:
        message = f"{geometry.path}: the mesh does not fit into the memory of this machine"
        raise MeshError(f"{message}\n    try:   a coarser mesh, or a machine with more memory") from error
    return data
