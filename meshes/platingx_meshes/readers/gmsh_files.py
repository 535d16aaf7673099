"""Read a .msh file of version 4 through Gmsh; groups are its physical groups, which hold whole entities."""

from pathlib import Path

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.readers.gmsh_types import type_of
from platingx_meshes.readers.msh2_files import read_msh2
from platingx_meshes.readers.msh_structure import check_msh
from platingx_meshes.readers.raw_mesh import RawMesh

IntArray = NDArray[np.int64]

#: Shapes of cells of which Gmsh keeps a count.
SHAPES = ("Triangles", "Quadrangles", "Tetrahedra", "Hexahedra", "Prisms", "Pyramids")


def read_gmsh(path: Path) -> RawMesh:
    """Read a .msh file of any version.

    Raises
    ------
    MeshBuildError
        If it is damaged, has no nodes, or mixes orders.
    """
    if check_msh(path) < 4.0:
        return read_msh2(path)
    with gmsh_model("file"):
        try:
            gmsh.merge(str(path))
        except Exception as error:  # Gmsh raises plain Exception
            hint = "open it in Gmsh, which says more, and save it again"
            raise MeshBuildError(f"{path}: Gmsh cannot read this file: {error}", hint) from error
        node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
        if len(node_tags) == 0:
            raise MeshBuildError(f"{path}: the file has no nodes", "save the mesh, not only the geometry")
        ascending = np.argsort(node_tags)  # Gmsh gives nodes by entity; those of a mesh written here are in order
        labels = node_tags.astype(np.int64)[ascending]
        raw = RawMesh(np.asarray(coordinates).reshape(-1, 3)[ascending], [], node_labels=labels)
        entity_blocks = _blocks(raw, np.argsort(labels))
        _check_none_lost(raw, path)
        for dimension, tag in gmsh.model.getPhysicalGroups():
            members = raw.members(gmsh.model.getPhysicalName(dimension, tag) or str(tag))
            for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, tag):
                for block in entity_blocks.get((dimension, int(entity)), []):
                    members[block] = np.arange(len(raw.blocks[block][1]))
    return raw


def _blocks(raw: RawMesh, order: IntArray) -> dict[tuple[int, int], list[int]]:
    """Append one block per entity and element type; return the blocks of each entity."""
    entity_blocks: dict[tuple[int, int], list[int]] = {}
    ascending = raw.label_nodes()[order]
    for dimension, tag in gmsh.model.getEntities():
        types, labels, nodes = gmsh.model.mesh.getElements(dimension, tag)
        for kind, own_labels, own_nodes in zip(types, labels, nodes, strict=True):
            entity_blocks.setdefault((dimension, tag), []).append(len(raw.blocks))
            places = order[np.searchsorted(ascending, np.asarray(own_nodes, dtype=np.int64))]
            name, count = type_of(int(kind))
            raw.blocks.append((name, places.reshape(-1, count), np.asarray(own_labels, dtype=np.int64)))
    return entity_blocks


def _check_none_lost(raw: RawMesh, path: Path) -> None:
    """Where an entity mixes first- and second-order cells of one shape, Gmsh gives out those of one order only."""
    there = sum(int(gmsh.option.getNumber(f"Mesh.Nb{shape}")) for shape in SHAPES)
    found = sum(len(cells) for kind, cells, _ in raw.blocks if not kind.startswith(("line", "vertex")))
    if found < there:
        raise MeshBuildError(
            f"{path}: the mesh mixes cells of first and second order ({there - found} of {there} are of another)",
            "mesh all regions with one order: gmsh.model.mesh.setOrder(2)",
        )
