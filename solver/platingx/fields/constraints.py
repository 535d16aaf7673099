"""Constraints on the components of fields, composed as a list by a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import basix.ufl
import numpy as np
from dolfinx import fem

from platingx.arrays import Array, Int32Array, Mask
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.tables import ElementTables

Motion = Callable[[float], float]


def at_rest(_time: float) -> float:
    """Displacement of a fixed support, m."""
    return 0.0


@dataclass(frozen=True)
class Prescribed:
    """A component of a set of nodes that follows a function of time.

    Attributes
    ----------
    name
        Name for messages and reactions, e.g. ``collector``.
    nodes
        Local node numbers (with ghosts).
    component
        0, 1 or 2.
    motion
        Value, m for a displacement, as a function of the time in s.
    field
        Name of the field.
    """

    name: str
    nodes: Int32Array
    component: int
    motion: Motion = at_rest
    field: str = "displacement"


@dataclass(frozen=True)
class Tied:
    """A component of a set of nodes that follows global unknowns, u = transfer @ master, and is eliminated by them.

    A rigid body that nodes are bonded to, with a motion of its own, is one of these for each component.

    Attributes
    ----------
    name
        Name for messages and reactions.
    nodes
        Local node numbers (with ghosts).
    component
        0, 1 or 2.
    master
        Name of the global unknowns.
    transfer
        Shape (nodes, unknowns of the master).
    field
        Name of the field of the nodes.
    """

    name: str
    nodes: Int32Array
    component: int
    master: str
    transfer: Array
    field: str = "displacement"


Constraint = Prescribed | Tied


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
    node_coordinates = domain.geometry.x[geometry_nodes(domain.geometry)][:, :, :dimension]
    has_place = np.isfinite(tables.nodes).all(axis=1)
    element = basix.ufl.element("Lagrange", domain.topology.cell_name(), geometry_degree(domain))
    shape = element.tabulate(0, np.nan_to_num(tables.nodes))[0]
    values = np.einsum("ag,cgi->cai", shape, node_coordinates)
    values[:, ~has_place] = np.nan
    index_map = space.dofmap.index_map
    result = np.full((index_map.size_local + index_map.num_ghosts, dimension), np.nan)
    result[space.dofmap.list] = values
    return result


@dataclass(frozen=True)
class ConstrainedSet:
    """All constraints of a field. Where two are on the same component the later one counts, and a tie more than both.

    Attributes
    ----------
    constraints
        The list they come from.
    prescribed, tied
        Which components follow a function of time, and which follow others; shape (local nodes, dimension).
    """

    constraints: tuple[Constraint, ...]
    prescribed: Mask
    tied: Mask

    @property
    def held(self) -> Mask:
        """Which components are no unknowns."""
        return self.prescribed | self.tied

    @property
    def ties(self) -> tuple[Tied, ...]:
        """The ties alone."""
        return tuple(constraint for constraint in self.constraints if isinstance(constraint, Tied))

    def values(self, time: float) -> Array:
        """Prescribed values at a time, zero elsewhere, shape (local nodes, dimension)."""
        result = np.zeros(self.prescribed.shape)
        for constraint in self.constraints:
            if isinstance(constraint, Prescribed):
                result[constraint.nodes, constraint.component] = constraint.motion(time)
        return result


def constrain(constraints: Sequence[Constraint], nodes: int, dimension: int) -> ConstrainedSet:
    """Compose the constraints of a field.

    Parameters
    ----------
    constraints
        The list.
    nodes, dimension
        Number of local nodes (with ghosts) and components of the field.
    """
    prescribed, tied = (np.zeros((nodes, dimension), dtype=bool) for _ in range(2))
    for constraint in constraints:
        mask = tied if isinstance(constraint, Tied) else prescribed
        mask[constraint.nodes, constraint.component] = True
    return ConstrainedSet(tuple(constraints), prescribed & ~tied, tied)
