"""The surfaces of all regions on rank 0: where regions end or meet, which of it is held, and where it has gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.constraints import node_coordinates
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.tables import build_tables
from platingx.physics.facet_shapes import FacetShape, facet_shape
from platingx.physics.model import Model

__all__ = ["NOTHING", "RegionSurfaces", "SurfaceTable", "normals_of"]

NOTHING = -1
"""In the place of a region: there is none on the other side."""


@dataclass(frozen=True)
class SurfaceTable:
    """Sides of cells at which a region ends, each once for every region beside it; rank 0 only.

    Attributes
    ----------
    regions
        Names, in the order of their numbers.
    nodes
        Nodes of each side in the arrays below, in the order of the shape, shape (sides, nodes).
    inside, outside
        Number of the region whose side it is, and of that on the other side or `NOTHING`, shape (sides,).
    held
        Displacement components that are prescribed or tied inside of the side, shape (sides, dimension).
    body
        Number of the rigid body with a motion of its own that the side is bonded to, or `NOTHING`, shape (sides,).
    reversed
        Whether the pieces of the shape point into the region, shape (sides,).
    reference
        Coordinates of the nodes, shape (nodes, dimension), m.
    shape
        Shape of the sides.
    """

    regions: tuple[str, ...]
    nodes: IntArray
    inside: IntArray
    outside: IntArray
    held: Mask
    body: IntArray
    reversed: Mask
    reference: Array
    shape: FacetShape

    @property
    def outer(self) -> Mask:
        """Which sides have no region behind them."""
        return self.outside == NOTHING

    def pieces(self, sides: Mask) -> IntArray:
        """Nodes of the pieces of some sides, all with their normal out of the region, shape (pieces, dimension)."""
        found = self.nodes[sides][:, self.shape.pieces]
        turned = self.reversed[sides]
        found[turned] = found[turned][..., ::-1]
        return found.reshape(-1, found.shape[-1])


class RegionSurfaces:
    """The surfaces of a model. Building and `displacement` are collective.

    Attributes
    ----------
    table
        On rank 0; None elsewhere.
    """

    def __init__(self, model: Model) -> None:
        self._problem = model.problem
        places = _node_places(model)
        local = _local_sides(model)
        self._nodes, compact = np.unique(local["nodes"], return_inverse=True)
        index_map = model.space.dofmap.index_map
        names = index_map.local_to_global(self._nodes.astype(np.int32)).astype(np.int64)
        coordinates = places[self._nodes]
        local["nodes"] = names[compact.reshape(local["nodes"].shape)]
        gathered = model.problem.comm.gather((local, names, coordinates), root=0)
        self._first: IntArray = np.zeros(0, dtype=np.int64)
        self.table: SurfaceTable | None = None
        if gathered is not None:
            self.table = self._joined(gathered, tuple(model.solids), facet_shape(_cell_name(model)))

    def displacement(self) -> Array | None:
        """Present displacement of the nodes of the table, shape (nodes, dimension), m; on rank 0. Collective."""
        parts = self._problem.comm.gather(self._problem.displacement[self._nodes], root=0)
        return None if parts is None else np.concatenate(parts)[self._first]

    def _joined(
        self, gathered: list[tuple[dict[str, Array], IntArray, Array]], regions: tuple[str, ...], shape: FacetShape
    ) -> SurfaceTable:
        """Join the sides of all ranks; those within a region that lie between two ranks are left out."""
        names, self._first = np.unique(np.concatenate([part[1] for part in gathered]), return_index=True)
        sides = {key: np.concatenate([part[0][key] for part in gathered]) for key in gathered[0][0]}
        outside = sides["outside"].astype(np.int64)
        order = np.argsort(sides["facet"], kind="stable")
        same = np.flatnonzero(np.diff(sides["facet"][order]) == 0)
        first, second = order[same], order[same + 1]
        outside[first], outside[second] = sides["inside"][second], sides["inside"][first]
        kept = outside != sides["inside"]
        return SurfaceTable(
            regions,
            np.searchsorted(names, sides["nodes"][kept]),
            sides["inside"][kept].astype(np.int64),
            outside[kept],
            sides["held"][kept].astype(bool),
            sides["body"][kept].astype(np.int64),
            sides["reversed"][kept].astype(bool),
            np.concatenate([part[2] for part in gathered])[self._first],
            shape,
        )


def _cell_name(model: Model) -> str:
    return str(model.loaded.mesh.topology.cell_name())


def _node_places(model: Model) -> Array:
    """Reference coordinates of the displacement nodes of this rank, shape (nodes, dimension), m."""
    degree = geometry_degree(model.loaded.mesh)
    return node_coordinates(model.space, build_tables(_cell_name(model), degree))


def _local_sides(model: Model) -> dict[str, Array]:
    """Sides of owned cells that may be at the end of their region, with what is known of them on this rank.

    A side towards a cell of another rank is always among them: whether that rank knows the cell here is not known, and
    if it does not, its own side of the two would be the only one, and look like an end of the body.
    """
    domain, space = model.loaded.mesh, model.space
    dimension = domain.topology.dim
    domain.topology.create_connectivity(dimension, dimension - 1)
    domain.topology.create_connectivity(dimension - 1, dimension)
    owned = domain.topology.index_map(dimension).size_local
    count = owned + domain.topology.index_map(dimension).num_ghosts
    region_of = np.full(count, NOTHING, dtype=np.int64)
    for number, name in enumerate(model.solids):
        region_of[model.loaded.cell_tags.find(model.loaded.region_names[name])] = number
    shape = facet_shape(_cell_name(model))
    facets = domain.topology.connectivity(dimension, dimension - 1).array.reshape(-1, len(shape.nodes))[:owned]
    beside = domain.topology.connectivity(dimension - 1, dimension)
    inner = np.diff(beside.offsets)[facets] == 2
    pairs = np.zeros((*facets.shape, 2), dtype=np.int64)
    pairs[inner] = beside.array[beside.offsets[facets[inner]][:, None] + np.arange(2)]
    own = np.arange(owned)[:, None]
    other = np.where(pairs[..., 0] == own, pairs[..., 1], pairs[..., 0])
    behind = np.where(inner, region_of[other], NOTHING)
    cells, sides = np.nonzero((behind != region_of[:owned, None]) | (inner & (other >= owned)))
    nodes = space.dofmap.list[cells[:, None], shape.nodes[sides]]
    index_map = domain.topology.index_map(dimension - 1)
    found = facets[cells, sides].astype(np.int32)
    return {
        "nodes": nodes,
        "facet": index_map.local_to_global(found).astype(np.int64),
        "inside": region_of[cells],
        "outside": behind[cells, sides],
        "held": model.problem.fields[DISPLACEMENT].held[nodes[:, shape.middle]],
        "body": _bodies(model)[found],
        "reversed": _points_inwards(model, cells.astype(np.int32), sides, shape),
    }


def _bodies(model: Model) -> IntArray:
    """Number of the rigid body that each facet of this rank is bonded to, in the order of the model, or `NOTHING`."""
    topology = model.loaded.mesh.topology
    index_map = topology.index_map(topology.dim - 1)
    found = np.full(index_map.size_local + index_map.num_ghosts, NOTHING, dtype=np.int64)
    for number, boundary in enumerate(model.bodies):
        found[model.discretisation.facets(boundary)] = number
    return found


def _points_inwards(model: Model, cells: Int32Array, sides: IntArray, shape: FacetShape) -> Mask:
    """Whether the pieces of sides, as the shape has them, have their normal into the cell.

    They have it where they have it in the reference cell, unless the map of the cell mirrors. Looking at a piece from
    the middle of the cell would not do: a side may be curved so much that half of it faces away.
    """
    domain = model.loaded.mesh
    tables = model.discretisation.tables
    ends = tables.nodes[shape.nodes[:, shape.pieces[0]]]
    inwards = np.einsum("si,si->s", normals_of(ends), ends[:, 0] - tables.points.mean(axis=0)) < 0.0
    nodes = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    mirrored = np.linalg.det(np.einsum("cgi,gj->cij", nodes, tables.geometry_gradient[0])) < 0.0
    return np.asarray(inwards[sides] ^ mirrored)


def normals_of(pieces: Array) -> Array:
    """Normals of segments or triangles, as long as their length or twice their area.

    Parameters
    ----------
    pieces
        Coordinates of the corners, shape (pieces, dimension, dimension).
    """
    along = pieces[:, 1] - pieces[:, 0]
    if pieces.shape[2] == 2:
        return np.stack([along[:, 1], -along[:, 0]], axis=1)
    return np.asarray(np.cross(along, pieces[:, 2] - pieces[:, 0]))
