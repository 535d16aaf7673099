"""Ends of interfaces behind which what leaves thickens the free side, so that the way out grows.

The metal that has left spreads over the side to the thickness a = V/A, and is free of stress there. The interface goes
on below it: with the pressure p at the mesh's edge and p0 at the new one, C (p - p0)/a leaves per length of it, and

    da/dt = C (p - p0)/(a h),     h = A/length,

as in a tube that fills from its root (Chen et al. 2020). The thickness is that at the start of the step. Nothing is
plated below the added metal, and the side has `FIRST` of its height at the start, or a first step had no way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import basix
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.problems.interface_surface import InterfaceSurface

__all__ = ["AccretingEnd", "edge_lengths", "total_length"]

FIRST = 1e-4
"""Thickness at the start, over the height of the side."""


@dataclass(frozen=True)
class AccretingEnd:
    """A free side that metal is added to.

    Attributes
    ----------
    name
        Name of its boundary.
    pressure
        At its new edge, Pa.
    area, length
        Of the side (m2; m in plane strain), and of the edge where paths meet it (m; 1), over all ranks.
    edges
        Length that belongs to each node of the facets of each path on this rank, shapes (facets, nodes), m (1).
    """

    name: str
    pressure: float
    area: float
    length: float
    edges: Sequence[Array]

    def thickness(self, volume: float) -> float:
        """Thickness of what has left, m."""
        return volume / self.area

    def way(self, volume: float) -> float:
        """Length of interface below it, m."""
        return max(self.thickness(volume), 0.0) + FIRST * self.area / self.length


def edge_lengths(
    space: fem.FunctionSpace, surface: InterfaceSurface, at_end: Int32Array, places: Array, axisymmetric: bool
) -> Array:
    """Length of an end of an interface that belongs to each node of its facets, shape (facets, nodes), m.

    In plane models 1 at a node of the end, swept around the axis its circumference; in space by Simpson's rule, or the
    trapezoidal one where only corners are nodes.

    Parameters
    ----------
    space
        Space of the displacement.
    surface
        Facets of the interface.
    at_end
        Local displacement nodes of the end.
    places
        Coordinates of local displacement nodes, m.
    axisymmetric
        Whether the model is swept around the axis.
    """
    found = np.zeros(surface.nodes.shape)
    ended = np.isin(surface.nodes, at_end)
    if places.shape[1] == 2:
        found[ended] = 1.0
        if axisymmetric:
            found[ended] *= 2.0 * np.pi * places[surface.nodes[ended], 0]
        return found
    layout, table, kind = space.dofmap.dof_layout, space.dofmap.list, basix.CellType[space.mesh.topology.cell_name()]
    corner = [int(layout.entity_dofs(0, vertex)[0]) for vertex in range(len(basix.topology(kind)[0]))]
    for facet in np.flatnonzero(ended.any(axis=1)):
        own, cell = surface.nodes[facet], table[surface.cells[facet]]
        for edge, ends in enumerate(basix.topology(kind)[1]):
            corners, middle = cell[[corner[end] for end in ends]], cell[layout.entity_dofs(1, edge)]
            if not np.isin(corners, own[ended[facet]]).all():
                continue
            length = float(np.linalg.norm(places[corners[1]] - places[corners[0]]))
            between = np.isin(own, middle)
            found[facet, np.isin(own, corners)] += length / (6.0 if between.any() else 2.0)
            found[facet, between] += 4.0 * length / 6.0
    return found


def total_length(comm: MPI.Intracomm, edges: Sequence[Array]) -> float:
    """Length of an end over all paths and ranks. Collective."""
    return float(comm.allreduce(float(sum(each.sum() for each in edges)), MPI.SUM))
