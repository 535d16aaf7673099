"""XDMF files of dolfinx: a mesh, and tags of its cells and facets in grids of their own."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import dimension_of
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import row_numbers
from platingx_meshes.readers.group_values import add_values
from platingx_meshes.readers.raw_mesh import RawMesh, from_vtk_order

IntArray = NDArray[np.int64]
Element = ElementTree.Element

#: Types of XDMF in small letters, with the number of nodes -> type names.
TOPOLOGIES = {
    ("polyline", 2): "line",
    ("polyline", 3): "line3",
    ("edge_3", 3): "line3",
    ("triangle", 3): "triangle",
    ("triangle_6", 6): "triangle6",
    ("tri_6", 6): "triangle6",
    ("quadrilateral", 4): "quad",
    ("quadrilateral_8", 8): "quad8",
    ("quad_8", 8): "quad8",
    ("quadrilateral_9", 9): "quad9",
    ("quad_9", 9): "quad9",
    ("tetrahedron", 4): "tetra",
    ("tetrahedron_10", 10): "tetra10",
    ("tet_10", 10): "tetra10",
    ("hexahedron", 8): "hexahedron",
    ("hexahedron_20", 20): "hexahedron20",
    ("hex_20", 20): "hexahedron20",
    ("hexahedron_27", 27): "hexahedron27",
    ("hex_27", 27): "hexahedron27",
}
_WRITE = "write the mesh and its tags once, with XDMFFile.write_mesh and write_meshtags of dolfinx"


def has_several_grids(path: Path) -> bool:
    """Whether a file has several grids, as dolfinx writes them for tags; meshio reads files of one."""
    try:
        return len(_grids(ElementTree.parse(path).getroot())) > 1
    except (ElementTree.ParseError, OSError, ValueError):
        return False


def check_arrays(path: Path) -> None:
    """The files that hold the arrays of an XDMF file are where it says; they are lost when it alone is moved.

    Raises
    ------
    MeshBuildError
        Naming the first that is not there.
    """
    try:
        items = ElementTree.parse(path).getroot().iter("DataItem")
    except (ElementTree.ParseError, OSError, ValueError):
        return  # what is wrong with the file is said where it is read
    for item in items:
        name = (item.text or "").strip().partition(":")[0]
        if item.get("Format", "XML").upper() == "HDF" and not (path.parent / name).is_file():
            raise MeshBuildError(
                f"{path}: its arrays are in the file {name!r}, which is not there",
                f"copy {Path(name).name} with {path.name}, under the same name",
            )


def read_xdmf(path: Path, cell_array: str | None) -> RawMesh:
    """Read a mesh and the tags of its cells and of its facets; groups are called by the values of the tags.

    Raises
    ------
    MeshBuildError
        For unreadable files, series in time, and several tags of one dimension, unless ``cell_array`` names one.
    """
    try:
        root = ElementTree.parse(path).getroot()
        series = [grid for grid in root.iter("Grid") if grid.get("CollectionType", "").lower() == "temporal"]
        if series:
            raise MeshBuildError(f"{path}: the file holds a series in time of {series[0].get('Name')!r}", _WRITE)
        return _mesh(path, _grids(root), cell_array)
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, MeshBuildError):
            raise
        raise MeshBuildError(f"{path}: not a mesh of dolfinx: {' '.join(str(error).split())[:200]}", _WRITE) from error


def _grids(root: Element) -> list[Element]:
    return [grid for grid in root.iter("Grid") if grid.get("GridType", "Uniform").lower() == "uniform"]


def _mesh(path: Path, grids: list[Element], cell_array: str | None) -> RawMesh:
    geometries = [grid for grid in grids if grid.find("Geometry/DataItem") is not None]
    if len(geometries) != 1:
        raise MeshBuildError(f"{path}: {len(geometries)} meshes in one file", _WRITE)
    places = _data(path, geometries[0].find("Geometry/DataItem"))
    points = np.zeros((len(places), 3))
    points[:, : places.shape[1]] = places
    kind, cells = _topology(path, geometries[0])
    raw = RawMesh(points, [(kind, from_vtk_order(kind, cells), np.arange(1, len(cells) + 1))])
    tagged: dict[int, IntArray] = {}
    for grid in _chosen_tags(path, [grid for grid in grids if grid is not geometries[0]], kind, cell_array):
        name, own_kind, own, values = _tags(path, grid)
        if dimension_of(own_kind) == dimension_of(kind):
            tagged[0] = _in_order_of(cells, own, values, name, path)
        else:
            raw.blocks.append((own_kind, from_vtk_order(own_kind, own), np.arange(1, len(own) + 1)))
            tagged[len(raw.blocks) - 1] = values
    for block, values in tagged.items():
        add_values(raw, block, values, {})
    return raw


def _chosen_tags(path: Path, grids: list[Element], kind: str, cell_array: str | None) -> list[Element]:
    """One grid of tags for the cells and one for their facets, those of the cells first."""
    names = [grid.get("Name", "") for grid in grids]
    if cell_array is not None and cell_array not in names:
        raise MeshBuildError(
            f"{path}: there are no tags {cell_array!r}; there are: {', '.join(names)}",
            "name one of them in geometry.cell_array",
        )
    chosen = []
    top = dimension_of(kind)
    for dimension in (top, top - 1):
        own = [grid for grid in grids if dimension_of(_topology(path, grid)[0]) == dimension]
        named = [grid for grid in own if grid.get("Name") == cell_array]
        if len(named or own) > 1:
            listed = ", ".join(grid.get("Name", "") for grid in own)
            raise MeshBuildError(
                f"{path}: several tags of dimension {dimension}: {listed}",
                f"say which one: geometry.cell_array: {own[0].get('Name')}",
            )
        chosen += named or own
    return chosen


def _tags(path: Path, grid: Element) -> tuple[str, str, IntArray, IntArray]:
    """Name, type, cells and values."""
    name = grid.get("Name", "")
    attribute = grid.find("Attribute/DataItem")
    if attribute is None:
        raise MeshBuildError(f"{path}: the grid {name!r} has neither points nor values", _WRITE)
    kind, cells = _topology(path, grid)
    return name, kind, cells, _data(path, attribute).ravel().astype(np.int64)


def _in_order_of(cells: IntArray, own: IntArray, values: IntArray, name: str, path: Path) -> IntArray:
    """Values in the order of the cells of the mesh."""
    if len(own) != len(cells) or own.shape[1] != cells.shape[1]:
        raise MeshBuildError(f"{path}: the tags {name!r} have {len(own)} of {len(cells)} cells", "tag every cell")
    numbers = row_numbers(np.sort(np.concatenate([cells, own]), axis=1))
    of_number = np.full(int(numbers.max()) + 1, -1, dtype=np.int64)
    of_number[numbers[len(cells) :]] = np.arange(len(own))
    found = of_number[numbers[: len(cells)]]
    if (found < 0).any():
        raise MeshBuildError(f"{path}: the tags {name!r} are of other cells than those of the mesh", _WRITE)
    return values[found]


def _topology(path: Path, grid: Element) -> tuple[str, IntArray]:
    topology = grid.find("Topology")
    item = grid.find("Topology/DataItem")
    if topology is None or item is None:
        raise MeshBuildError(f"{path}: the grid {grid.get('Name')!r} has no cells of its own", _WRITE)
    cells = _data(path, item).astype(np.int64)
    written = topology.get("TopologyType", topology.get("Type", ""))
    kind = TOPOLOGIES.get((written.lower(), cells.shape[1]))
    if kind is None:
        raise MeshBuildError(f"{path}: cells of type {written} with {cells.shape[1]} nodes are not supported", _WRITE)
    return kind, cells


def _data(path: Path, item: Element | None) -> NDArray[Any]:
    """Array of a DataItem: in an HDF5 file beside, or in the file itself."""
    import h5py  # 0.1 s that a run without such a file need not pay

    if item is None:
        raise MeshBuildError(f"{path}: an array is missing", _WRITE)
    shape = [int(size) for size in item.get("Dimensions", "").split()]
    text = (item.text or "").strip()
    if item.get("Format", "XML").upper() == "XML":
        return np.array(text.split(), dtype=np.float64).reshape(shape)
    if item.get("Format", "").upper() != "HDF":
        raise MeshBuildError(f"{path}: arrays in the format {item.get('Format')} are not read", _WRITE)
    name, _, inside = text.partition(":")
    with h5py.File(path.parent / name, "r") as file:
        return np.asarray(file[inside]).reshape(shape)
