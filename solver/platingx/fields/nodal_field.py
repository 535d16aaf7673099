"""Unknowns with a name and a past of their own: fields over the nodes of a space, and a few global numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from dolfinx import fem, la
from mpi4py import MPI

from platingx import compat
from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.constraints import ConstrainedSet, Constraint, constrain
from platingx.fields.saved_state import Saved

__all__ = ["DISPLACEMENT", "Field", "Forces", "GlobalUnknowns", "NodalField"]

DISPLACEMENT = "displacement"
"""Name of the field that solid regions share."""


class Forces(NamedTuple):
    """Residual of a field with ghosts, shapes (local nodes, dimension): forces (N, N/m in plane strain) or their like.

    Attributes
    ----------
    internal
        Residual.
    condensed
        Residual after elimination of internal unknowns of elements; the right-hand side of Newton's method.
    force_scale
        Sum of the absolute values of what elements add.
    """

    internal: Array
    condensed: Array
    force_scale: Array

    def clear(self) -> None:
        """Set all to zero."""
        for array in self:
            array[...] = 0.0


class Field(ABC):
    """Unknowns of a problem: present values, the last two converged states, what is prescribed, and forces.

    Parameters
    ----------
    name
        Name, unique in a problem.
    comm
        Communicator.
    index_map, dimension
        Layout of the nodes over ranks, and number of components of a node.

    Attributes
    ----------
    values
        Present values, shape (local nodes, dimension).
    converged, before
        Those of the last two converged states.
    start
        Those at the start of the present step or, between two steps, at the start of the last one.
    forces
        Residual of the present values.
    constraints
        What is prescribed.
    """

    def __init__(self, name: str, comm: MPI.Intracomm, index_map: Any, dimension: int) -> None:
        self.name, self.comm, self.index_map, self.dimension = name, comm, index_map, dimension
        self.owned = int(index_map.size_local)
        self.nodes = self.owned + int(index_map.num_ghosts)
        self.values: Array = np.zeros((self.nodes, dimension))
        self.converged: Array = self.values.copy()
        self.before: Array = self.values.copy()
        self.start: Array = self.before
        self._held_by: Array = self.values.copy()  # residual of the converged state
        self._vectors = [la.vector(index_map, dimension) for _ in range(3)]
        self.forces = Forces(*(vector.array.reshape(-1, dimension) for vector in self._vectors))
        self._work = la.vector(index_map, dimension)
        self.constraints: ConstrainedSet = constrain((), self.nodes, dimension)

    @property
    def unknowns(self) -> int:
        """Number of unknowns over all ranks."""
        return int(self.index_map.size_global) * self.dimension

    @property
    def held(self) -> Mask:
        """Which components are prescribed or tied to others, shape (local nodes, dimension)."""
        return self.constraints.held

    def constrain(self, constraints: Sequence[Constraint]) -> None:
        """Take over the constraints of a problem that are of this field."""
        own = [constraint for constraint in constraints if constraint.field == self.name]
        self.constraints = constrain(own, self.nodes, self.dimension)

    def begin(self, ratio: float) -> None:
        """Start a step from the converged state, with the last increment times a ratio added."""
        self.start = self.converged
        self.values[...] = self.converged + ratio * (self.converged - self.before)

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        self.before = self.converged
        self.converged = self.values.copy()
        self._held_by = self.forces.internal.copy()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.values[...] = self.converged
        self.start = self.before
        self.forces.internal[...] = self._held_by

    def add_up_forces(self) -> None:
        """Send what nodes of other ranks have got to their owners. Collective."""
        for vector in self._vectors:
            vector.scatter_reverse(la.InsertMode.add)

    def dirichlet_increment(self, time: float) -> Array:
        """What prescribed components still lack of their values at a time, zero elsewhere."""
        increment = self.constraints.values(time) - self.values
        increment[~self.constraints.prescribed] = 0.0
        return increment

    def pending(self, increment: Array) -> bool:
        """Whether a Dirichlet increment is more than round-off. Collective."""
        sizes = np.array([np.abs(increment).max(initial=0.0), np.abs(self.values).max(initial=0.0)])
        sizes = np.nan_to_num(sizes, nan=np.inf)  # ranks would not agree on the maximum of a NaN
        self.comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
        return bool(sizes[0] > 1e-14 * sizes[1])

    def with_ghosts(self, owned: Array) -> Array:
        """Values of owned nodes, shape (owned nodes, dimension), with those of the others known here. Collective."""
        self._work.array[: self.owned * self.dimension] = owned.ravel()
        self._work.scatter_forward()
        return np.array(self._work.array.reshape(-1, self.dimension))

    def added_up(self, local: Array) -> Array:
        """Sums over ranks of contributions to local nodes, shape (owned nodes, dimension). Collective."""
        self._work.array[:] = local.ravel()
        self._work.scatter_reverse(la.InsertMode.add)
        return np.array(self._work.array.reshape(-1, self.dimension)[: self.owned])

    def reaction(self, name: str) -> Array:
        """Sum of the forces that hold the components of a constraint, shape (dimension,). Collective.

        Parameters
        ----------
        name
            Name shared by one or several constraints.
        """
        total = np.zeros(self.dimension)
        for component in range(self.dimension):
            nodes = [c.nodes for c in self.constraints.constraints if c.name == name and c.component == component]
            if nodes:
                unique = np.unique(np.concatenate(nodes))
                total[component] = self.forces.internal[unique[unique < self.owned], component].sum()
        self.comm.Allreduce(MPI.IN_PLACE, total)
        return total

    @abstractmethod
    def saved(self) -> Saved:
        """Values of the last two converged states and the forces that held the last one. Collective."""

    @abstractmethod
    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""

    def _past(self) -> dict[str, Array]:
        """What a checkpoint keeps, on local nodes and right on ghosts too. Collective."""
        held_by = self.with_ghosts(self._held_by[: self.owned])
        return {"values": self.converged.copy(), "before": self.before.copy(), "internal_force": held_by}

    def _take_past(self, past: dict[str, Array]) -> None:
        self.converged, self.before, self._held_by = (past[name] for name in ("values", "before", "internal_force"))
        self.rollback()


class NodalField(Field):
    """A field over the nodes of a space on the mesh, or on a part of it.

    Parameters
    ----------
    name
        Name, unique in a problem.
    space
        Space of the field.
    part
        The cells or facets of the mesh that the space stands on, or None for a space on the mesh itself.
    """

    def __init__(self, name: str, space: fem.FunctionSpace, part: compat.PartOfMesh | None = None) -> None:
        super().__init__(name, space.mesh.comm, space.dofmap.index_map, space.dofmap.index_map_bs)
        self.space, self.part = space, part
        self.key, self.entities, self._nodes_of_rows = _rows(space, part)

    def saved(self) -> Saved:
        """Values of the last two converged states and the forces that held the last one, by rows. Collective."""
        rows = {name: array[self._nodes_of_rows] for name, array in self._past().items()}
        return Saved(f"field:{self.name}", self.key, self.entities, rows)

    def restore(self, saved: Saved) -> None:
        """Take over a converged state.

        Raises
        ------
        ValueError
            If a node of this rank is in no row.
        """
        past = {name: np.full_like(self.values, np.nan) for name in saved.arrays}
        for name, array in saved.arrays.items():
            told = ~np.isnan(array).any(axis=-1)
            past[name][self._nodes_of_rows[told]] = array[told]
        if any(np.isnan(array).any() for array in past.values()):
            raise ValueError(f"nodes without a value of the field {self.name}")
        self._take_past(past)


class GlobalUnknowns(Field):
    """A few numbers that rank 0 owns and all ranks know, such as the motion of a rigid body.

    Parameters
    ----------
    name
        Name, unique in a problem.
    count
        How many.
    comm
        Communicator.
    """

    def __init__(self, name: str, count: int, comm: MPI.Intracomm) -> None:
        super().__init__(name, comm, compat.index_map_of_rank_0(comm, count), 1)

    def saved(self) -> Saved:
        """Values of the last two converged states and the forces that held the last one. Collective."""
        return Saved(f"field:{self.name}", "global", np.zeros(0, dtype=np.int32), self._past())

    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""
        past: dict[str, Array] = {name: array.copy() for name, array in saved.arrays.items()}
        self._take_past(past)


def _rows(space: fem.FunctionSpace, part: compat.PartOfMesh | None) -> tuple[Any, Int32Array, Int32Array]:
    """Key, entities of the mesh, and nodes of each row in an order that does not depend on the ranks."""
    nodes = np.asarray(space.dofmap.list, dtype=np.int32)
    if part is None:
        return "cells", np.arange(len(nodes), dtype=np.int32), nodes
    if part.dimension == part.whole.topology.dim:
        return "cells", part.entities[: len(nodes)], nodes
    # facets: their nodes are sorted by place, and each row stands once for each cell at the facet
    places = space.tabulate_dof_coordinates()[nodes]
    order = np.array([np.lexsort(facet.T) for facet in places], dtype=np.int64).reshape(nodes.shape)
    pairs, facet_of_pair = compat.cells_at_facets(part.whole, part.entities)
    return "facets", pairs, np.take_along_axis(nodes, order, axis=1)[facet_of_pair]
