"""Read a mesh file by the ending of its name."""

from pathlib import Path

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus import read_abaqus
from platingx_meshes.readers.gmsh_files import read_gmsh
from platingx_meshes.readers.med_files import read_med
from platingx_meshes.readers.meshio_files import read_with_meshio
from platingx_meshes.readers.msh_structure import check_regular
from platingx_meshes.readers.raw_mesh import RawMesh
from platingx_meshes.readers.xdmf_files import has_several_grids, read_xdmf


def read_file(path: Path, cell_array: str | None = None) -> RawMesh:
    """Read a mesh file.

    Parameters
    ----------
    path : .msh, .inp, .med, or a format of `meshio_files`
    cell_array : name of the numbers by cell that name the groups, for formats that have such

    Raises
    ------
    MeshBuildError
        If the file cannot be read, or its groups have names and no array is to be chosen.
    """
    check_regular(path)
    named = {".msh": read_gmsh, ".inp": read_abaqus, ".med": read_med}.get(path.suffix.lower())
    if named is None:
        if path.suffix.lower() in {".xdmf", ".xmf"} and has_several_grids(path):
            return read_xdmf(path, cell_array)
        return read_with_meshio(path, cell_array)
    if cell_array is not None:
        raise MeshBuildError(
            f"{path}: groups of {path.suffix.lower()} files have names; {cell_array!r} names nothing there",
            "leave geometry.cell_array out",
        )
    return named(path)
