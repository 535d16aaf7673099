"""A box in three dimensions for verification, of second-order hexahedra or tetrahedra. Lengths in m."""

from dataclasses import dataclass
from typing import Literal

import gmsh
import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.checks import check_choice, check_count, check_length
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import all_facets
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.mesh_data import MeshData

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIDES = ("left", "right", "front", "back", "bottom", "top")  # x low, x high, y low, y high, z low, z high


@dataclass(frozen=True)
class Block3D:
    """Box [0, width] x [0, length] x [0, height], as one region or as LLZO below and lithium above.

    Parameters
    ----------
    width, length, height : extent along x, y, z, m
    cells_x, cells_y, cells_z : number of hexahedra; each becomes six tetrahedra or so for ``tetrahedron``
    region : name of the region without ``interface_height``
    interface_height : m; when given, ``llzo`` lies below it and ``li`` above, with boundary ``interface``
    cell : ``hexahedron`` (27 nodes) or ``tetrahedron`` (10 nodes)
    """

    width: float = 1.0
    length: float = 1.0
    height: float = 1.0
    cells_x: int = 2
    cells_y: int = 2
    cells_z: int = 2
    region: str = tags.LI
    interface_height: float | None = None
    cell: Literal["hexahedron", "tetrahedron"] = "hexahedron"

    def __post_init__(self) -> None:
        for name in ("width", "length", "height"):
            check_length(f"block {name}", getattr(self, name))
        for name in ("cells_x", "cells_y", "cells_z"):
            check_count(f"block {name}", getattr(self, name), 1, 512)
        check_choice("block region", self.region, tuple(tags.REGIONS))
        check_choice("block cell", self.cell, ("hexahedron", "tetrahedron"))
        if self.interface_height is not None:
            check_length("block interface_height", self.interface_height, 0.0, 0.999 * self.height)
            check_count("block cells_z", self.cells_z, 2, 512)


def build_block3d(block: Block3D) -> MeshData:
    """Mesh a block with boundaries left, right (x), front, back (y), bottom, top (z) and interface."""
    heights, counts, names = _layers(block)
    points, cells, kind = _grid(block, counts)
    points = points * [block.width, block.length, 1.0]
    points[:, 2] = np.interp(points[:, 2], np.arange(len(heights)), heights)
    z = points[cells[:, : CELL_TYPES[kind].corners], 2].mean(axis=1)
    layer = np.searchsorted(heights, z) - 1
    region_tags = tags.assign_tags([n for n in tags.REGIONS if n in names], tags.REGIONS)
    regions = np.array([region_tags[names[i]] for i in layer])
    facets, markers, boundary_tags = _boundaries(block, points, cells, kind, regions)
    return MeshData(points, kind, cells, regions, facets, markers, region_tags, boundary_tags)


def _layers(block: Block3D) -> tuple[list[float], list[int], list[str]]:
    """Heights of the layer limits, hexahedra through each layer, and their regions."""
    if block.interface_height is None:
        return [0.0, block.height], [block.cells_z], [block.region]
    share = round(block.cells_z * block.interface_height / block.height)
    below = int(np.clip(share, 1, block.cells_z - 1))
    return [0.0, block.interface_height, block.height], [below, block.cells_z - below], [tags.LLZO, tags.LI]


def _grid(block: Block3D, layers: list[int]) -> tuple[Array, IntArray, str]:
    """Mesh unit cubes on top of each other; nodes, cells in Gmsh order, and their type."""
    kind = CELL_TYPES["hexahedron27" if block.cell == "hexahedron" else "tetra10"]
    with gmsh_model("block"):
        base = gmsh.model.geo.addPoint(0, 0, 0)
        (line,) = [tag for dim, tag in gmsh.model.geo.extrude([(0, base)], 1, 0, 0, [block.cells_x]) if dim == 1]
        recombine = block.cell == "hexahedron"
        swept = gmsh.model.geo.extrude([(1, line)], 0, 1, 0, [block.cells_y], recombine=recombine)
        (face,) = [tag for dim, tag in swept if dim == 2]
        gmsh.model.geo.extrude([(2, face)], 0, 0, len(layers), layers, _levels(layers), recombine=recombine)
        gmsh.model.geo.synchronize()
        try:
            gmsh.model.mesh.generate(3)
            gmsh.model.mesh.setOrder(2)
        except Exception as error:  # Gmsh raises plain Exception
            raise MeshBuildError(f"Gmsh cannot mesh the block: {error}") from error
        node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
        position = np.zeros(int(node_tags.max()) + 1, dtype=np.int64)
        position[node_tags.astype(np.int64)] = np.arange(len(node_tags))
        nodes = np.asarray(gmsh.model.mesh.getElementsByType(kind.gmsh)[1], dtype=np.int64)
    return np.asarray(coordinates).reshape(-1, 3), position[nodes].reshape(-1, kind.nodes), kind.name


def _levels(layers: list[int]) -> list[float]:
    """Relative heights of the layers: each takes an equal share."""
    return [(i + 1) / len(layers) for i in range(len(layers))]


def _boundaries(
    block: Block3D, points: Array, cells: IntArray, kind: str, regions: IntArray
) -> tuple[IntArray, IntArray, dict[str, int]]:
    """Mark outer facets by the side they lie on, and those between the regions."""
    all_of_them = all_facets(cells, kind)
    centres = points[all_of_them.nodes].mean(axis=1)
    extent = np.array([block.width, block.length, block.height])
    names = list(SIDES) + ([tags.INTERFACE] if block.interface_height is not None else [])
    boundary_tags = tags.assign_tags([n for n in tags.BOUNDARIES if n in names], tags.BOUNDARIES)
    markers = np.zeros(len(centres), dtype=np.int64)
    for i, side in enumerate(SIDES):
        limit = extent[i // 2] * (i % 2)
        markers[all_of_them.outer & (np.abs(centres[:, i // 2] - limit) < 1e-9 * extent[i // 2])] = boundary_tags[side]
    if block.interface_height is not None:
        between = regions[all_of_them.cells[:, 0]] != regions[all_of_them.cells[:, 1]]
        markers[between] = boundary_tags[tags.INTERFACE]
    marked = np.flatnonzero(markers)
    return all_of_them.nodes[marked], markers[marked], boundary_tags
