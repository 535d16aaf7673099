"""Read a mesh file by the ending of its name."""

from pathlib import Path

import numpy as np

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus import read_abaqus
from platingx_meshes.readers.gmsh_files import read_gmsh
from platingx_meshes.readers.med_files import read_med
from platingx_meshes.readers.meshio_files import read_with_meshio
from platingx_meshes.readers.msh_structure import check_regular
from platingx_meshes.readers.raw_mesh import RawMesh
from platingx_meshes.readers.xdmf_files import check_arrays, has_several_grids, read_xdmf

NODES = {**{name: kind.nodes for name, kind in CELL_TYPES.items()}, "quad8": 8, "hexahedron20": 20, "vertex": 1}
"""Nodes of each type."""


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
    raw = _read(path, cell_array)
    for kind, nodes, labels in raw.blocks:
        count = NODES.get(kind, nodes.shape[1])
        if nodes.shape[1] != count and len(nodes):
            message = f"{path}: element {int(labels[0])} of type {kind} has {nodes.shape[1]} nodes instead of {count}"
            raise MeshBuildError(message, "export the mesh once more")
        lost = ((nodes < 0) | (nodes >= len(raw.points))).any(axis=1)
        if lost.any():
            message = f"{path}: element {int(labels[np.argmax(lost)])} uses a node that is not defined"
            raise MeshBuildError(message, "export nodes and elements of the same model")
    return raw


def _read(path: Path, cell_array: str | None) -> RawMesh:
    named = {".msh": read_gmsh, ".inp": read_abaqus, ".med": read_med}.get(path.suffix.lower())
    if named is None:
        if path.suffix.lower() in {".xdmf", ".xmf"}:
            check_arrays(path)
            if has_several_grids(path):
                return read_xdmf(path, cell_array)
        return read_with_meshio(path, cell_array)
    if cell_array is not None:
        raise MeshBuildError(
            f"{path}: groups of {path.suffix.lower()} files have names; {cell_array!r} names nothing there",
            "leave geometry.cell_array out",
        )
    return named(path)
