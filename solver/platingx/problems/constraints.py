"""Prescribed displacements, composed as a list by a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import basix.ufl
import numpy as np
from dolfinx import fem

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.tables import ElementTables

Motion = Callable[[float], float]


def at_rest(_time: float) -> float:
    """Displacement of a fixed support, m."""
    return 0.0


@dataclass(frozen=True)
class PrescribedDisplacement:
    """Displacement components of a set of nodes that follow a function of time.

    Attributes
    ----------
    name
        Name for messages and reactions, e.g. ``collector``.
    nodes
        Local node numbers (with ghosts).
    component
        0, 1 or 2.
    motion
        Displacement in m as a function of the time in s.
    """

    name: str
    nodes: Int32Array
    component: int
    motion: Motion = at_rest


def nodes_on_facets(space: fem.FunctionSpace, facets: Int32Array) -> Int32Array:
    """Local numbers of the displacement nodes on a set of facets."""
    domain = space.mesh
    domain.topology.create_connectivity(domain.topology.dim - 1, domain.topology.dim)
    nodes: Int32Array = fem.locate_dofs_topological(space, domain.topology.dim - 1, facets)
    return np.unique(nodes).astype(np.int32)


def node_coordinates(space: fem.FunctionSpace, tables: ElementTables) -> Array:
    """Reference coordinates of the displacement nodes, shape (local nodes, dimension), m; NaN for bubbles."""
    domain = space.mesh
    dimension = domain.geometry.dim
    corners = domain.geometry.x[domain.geometry.dofmap][:, :, :dimension]
    has_place = np.isfinite(tables.nodes).all(axis=1)
    element = basix.ufl.element("Lagrange", domain.topology.cell_name(), domain.geometry.cmap.degree)
    shape = element.tabulate(0, np.nan_to_num(tables.nodes))[0]
    values = np.einsum("ag,cgi->cai", shape, corners)
    values[:, ~has_place] = np.nan
    index_map = space.dofmap.index_map
    result = np.full((index_map.size_local + index_map.num_ghosts, dimension), np.nan)
    result[space.dofmap.list] = values
    return result


@dataclass(frozen=True)
class ConstrainedSet:
    """All prescribed components of a problem, without repetition.

    Attributes
    ----------
    constraints
        The list they come from; where two prescribe the same component the later one counts.
    mask
        Which unknowns are prescribed, shape (local nodes, dimension).
    """

    constraints: tuple[PrescribedDisplacement, ...]
    mask: Mask

    def values(self, time: float) -> Array:
        """Prescribed displacements at a time, zero elsewhere, shape (local nodes, dimension), m."""
        result = np.zeros(self.mask.shape)
        for constraint in self.constraints:
            result[constraint.nodes, constraint.component] = constraint.motion(time)
        return result


def constrain(constraints: Sequence[PrescribedDisplacement], nodes: int, dimension: int) -> ConstrainedSet:
    """Compose a list of prescribed displacements.

    Parameters
    ----------
    constraints
        The list.
    nodes, dimension
        Number of local nodes (with ghosts) and displacement components.
    """
    mask = np.zeros((nodes, dimension), dtype=bool)
    for constraint in constraints:
        mask[constraint.nodes, constraint.component] = True
    return ConstrainedSet(tuple(constraints), mask)
