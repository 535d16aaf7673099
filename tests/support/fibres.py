"""Fibres through a layer of a test mesh."""

import numpy as np

from platingx.compat import geometry_nodes
from platingx.fields.fibre_transport import FibreTransport
from platingx.physics.discretisation import Discretisation

INNER, OUTER = 1.0, 2.0
"""Radii of a ring."""


def transport(parts: Discretisation, direction, start: str, *ends: str, axisymmetric: bool = False) -> FibreTransport:
    """Transport along a direction that is a function of places (cells, points, dimension)."""
    loaded = parts.loaded
    cells = parts.cells("li")
    dimension = loaded.mesh.geometry.dim
    corners = loaded.mesh.geometry.x[geometry_nodes(loaded.mesh.geometry)[cells]][:, :, :dimension]
    field = np.zeros((len(cells), len(parts.tables.weights), 3))
    field[..., :dimension] = direction(np.einsum("qg,cgi->cqi", parts.tables.geometry, corners))
    facets = loaded.mesh.topology.index_map(dimension - 1)
    everything = np.arange(facets.size_local + facets.num_ghosts, dtype=np.int32)
    closed = np.setdiff1d(everything, np.concatenate([parts.facets(name) for name in (start, *ends)]))
    return FibreTransport(
        loaded.mesh,
        parts.cells("li", ghosts=True),
        cells,
        field,
        parts.facets(start),
        closed,
        parts.tables,
        axisymmetric,
    )


def radial(places: np.ndarray) -> np.ndarray:
    return places / np.linalg.norm(places, axis=-1, keepdims=True)
