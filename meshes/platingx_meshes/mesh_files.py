"""Read mesh files into arrays, in serial; every format ends in the same checked ``RawMesh``."""

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import gmsh
import meshio
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import BY_GMSH_NUMBER, VTK_ORDER
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.msh_structure import check_msh

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Integer cell arrays that name regions, by preference.
GROUP_ARRAYS = ("gmsh:physical", "region", "boundary", "cell_tags", "medit:ref", "material")

#: Shapes of cells of which Gmsh keeps a count.
GMSH_SHAPES = ("Triangles", "Quadrangles", "Tetrahedra", "Hexahedra", "Prisms", "Pyramids")

#: Second-order types without inner nodes, completed later.
GMSH_EXTRA = {16: "quad8", 17: "hexahedron20"}


@dataclass
class RawMesh:
    """A mesh file as read: cells of all types and dimensions, and named groups.

    Attributes
    ----------
    points : in the file's unit, shape (n, 3)
    blocks : (type name, node positions in Gmsh order, labels of the cells in the file)
    cell_sets : name -> one array of positions per block
    node_sets : name -> positions in ``points``
    side_sets : name -> facets as rows of node positions (corner nodes suffice)
    node_labels : numbers of the nodes in the file, for messages
    """

    points: Array
    blocks: list[tuple[str, IntArray, IntArray]]
    cell_sets: dict[str, list[IntArray]] = field(default_factory=dict)
    node_sets: dict[str, IntArray] = field(default_factory=dict)
    side_sets: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)
    node_labels: IntArray | None = None

    def label_nodes(self) -> IntArray:
        """Numbers of the nodes in the file; counted from 1 where the format has none."""
        return np.arange(1, len(self.points) + 1) if self.node_labels is None else self.node_labels


def read_gmsh(path: Path) -> RawMesh:
    """Read a .msh file of any version through Gmsh; groups are its physical groups."""
    check_msh(path)
    with gmsh_model("file"):
        try:
            gmsh.merge(str(path))
        except Exception as error:  # Gmsh raises plain Exception
            hint = "open it in Gmsh, which says more, and save it again"
            raise MeshBuildError(f"{path}: Gmsh cannot read this file: {error}", hint) from error
        node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
        if len(node_tags) == 0:
            raise MeshBuildError(f"{path}: the file has no nodes", "save the mesh, not only the geometry")
        ascending = np.argsort(
            node_tags
        )  # Gmsh gives nodes by entity; those of a mesh written here have numbers in order
        labels = node_tags.astype(np.int64)[ascending]
        raw = RawMesh(np.asarray(coordinates).reshape(-1, 3)[ascending], [], node_labels=labels)
        entity_blocks = _gmsh_blocks(raw, np.argsort(labels))
        _check_none_lost(raw, path)
        for dimension, tag in gmsh.model.getPhysicalGroups():
            name = gmsh.model.getPhysicalName(dimension, tag) or str(tag)
            members = raw.cell_sets.setdefault(name, [np.zeros(0, dtype=np.int64) for _ in raw.blocks])
            for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, tag):
                for block in entity_blocks.get((dimension, int(entity)), []):
                    members[block] = np.arange(len(raw.blocks[block][1]))
    return raw


def _gmsh_blocks(raw: RawMesh, order: IntArray) -> dict[tuple[int, int], list[int]]:
    """Append one block per entity and element type; return the blocks of each entity."""
    entity_blocks: dict[tuple[int, int], list[int]] = {}
    ascending = raw.label_nodes()[order]
    for dimension, tag in gmsh.model.getEntities():
        types, labels, nodes = gmsh.model.mesh.getElements(dimension, tag)
        for kind, own_labels, own_nodes in zip(types, labels, nodes, strict=True):
            properties = gmsh.model.mesh.getElementProperties(kind)
            known = BY_GMSH_NUMBER.get(int(kind))
            name = known.name if known else GMSH_EXTRA.get(int(kind), properties[0])
            if dimension == 0:
                continue
            entity_blocks.setdefault((dimension, tag), []).append(len(raw.blocks))
            places = order[np.searchsorted(ascending, np.asarray(own_nodes, dtype=np.int64))]
            connectivity = places.reshape(-1, properties[3])
            raw.blocks.append((name, connectivity, np.asarray(own_labels, dtype=np.int64)))
    return entity_blocks


def _check_none_lost(raw: RawMesh, path: Path) -> None:
    """Where an entity mixes first- and second-order cells of one shape, Gmsh gives out those of one order only."""
    there = sum(int(gmsh.option.getNumber(f"Mesh.Nb{shape}")) for shape in GMSH_SHAPES)
    found = sum(len(cells) for kind, cells, _ in raw.blocks if not kind.startswith("line"))
    if found < there:
        raise MeshBuildError(
            f"{path}: the mesh mixes cells of first and second order ({there - found} of {there} are of another)",
            "mesh all regions with one order: gmsh.model.mesh.setOrder(2)",
        )


def from_vtk_order(kind: str, cells: IntArray) -> IntArray:
    """Bring the nodes of cells from the order of VTK, meshio and Abaqus into that of Gmsh."""
    order = VTK_ORDER.get(kind)
    return cells if order is None else cells[:, np.argsort(order)]


def read_other(path: Path) -> RawMesh:
    """Read any format meshio knows; groups are its sets, or the values of an integer cell array."""
    silent = StringIO()
    try:
        with redirect_stdout(silent), redirect_stderr(silent):
            mesh = meshio.read(path)
    except (Exception, SystemExit) as error:  # meshio leaves the program for unreadable files
        said = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        reason = " ".join(f"{said} {silent.getvalue()}".split()) or type(error).__name__
        hint = "a whole file in a format that meshio knows by its ending, or a .msh file of Gmsh"
        raise MeshBuildError(f"{path}: meshio cannot read this file: {reason[:300]}", hint) from error
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    raw = RawMesh(points, [])
    first = 1
    for block in mesh.cells:
        cells = np.asarray(block.data, dtype=np.int64)
        labels = np.arange(first, first + len(cells))
        raw.blocks.append((block.type, from_vtk_order(block.type, cells), labels))
        first += len(cells)
    for name, nodes in mesh.point_sets.items():
        raw.node_sets[name] = np.asarray(nodes, dtype=np.int64)
    for name, parts in mesh.cell_sets.items():
        raw.cell_sets[name] = [np.asarray([] if part is None else part, dtype=np.int64) for part in parts]
    if not raw.cell_sets:
        _sets_from_values(raw, mesh)
    return raw


def _sets_from_values(raw: RawMesh, mesh: meshio.Mesh) -> None:
    """One set for each value of an integer cell array, named by ``field_data`` or by the number itself."""
    integer = [
        key
        for key, parts in mesh.cell_data.items()
        if all(np.issubdtype(np.asarray(p).dtype, np.integer) for p in parts)
    ]
    key = next((key for key in GROUP_ARRAYS if key in integer), integer[0] if integer else None)
    if key is None:
        return
    names = {(int(value[0]), int(value[1])): name for name, value in mesh.field_data.items() if len(value) == 2}
    for i, (kind, _, _) in enumerate(raw.blocks):
        dimension = 1 if kind.startswith("line") else 3 if kind.startswith(("tetra", "hexa", "wedge", "pyr")) else 2
        values = np.asarray(mesh.cell_data[key][i]).ravel()
        for value in np.unique(values):
            name = names.get((int(value), dimension), str(value))
            parts = raw.cell_sets.setdefault(name, [np.zeros(0, dtype=np.int64) for _ in raw.blocks])
            parts[i] = np.flatnonzero(values == value)
