"""A scalar unknown on the displacement nodes of an interface."""

from __future__ import annotations

import numpy as np
from dolfinx import fem

from platingx import compat
from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import Field
from platingx.fields.saved_state import Saved

__all__ = ["InterfaceField"]


class InterfaceField(Field):
    """One number at each displacement node of an interface, also at nodes of which this rank has no facet.

    Its nodes are some of those of the displacement, so that a rank knows it at every node that its cells touch; a field
    on a mesh of facets would lack nodes of cells that touch the interface with a corner only.

    Parameters
    ----------
    name
        Name, unique in a problem.
    space
        Space of the displacement.
    marked
        Local displacement nodes on the interface as far as this rank's facets know them.
    everywhere
        Whether every rank knows all nodes; those that none of its cells touches come last, and have no place.

    Attributes
    ----------
    places
        Displacement node of each local node that has one.
    """

    def __init__(self, name: str, space: fem.FunctionSpace, marked: Int32Array, everywhere: bool = False) -> None:
        comm, whole = space.mesh.comm, space.dofmap.index_map
        nodes = compat.known_by_all(whole, marked)
        index_map, places = compat.sub_index_map(whole, nodes)
        if everywhere:
            index_map = compat.with_all_ghosts(comm, index_map)
        super().__init__(name, comm, index_map, 1)
        self.places: Int32Array = places
        self.number = np.full(whole.size_local + whole.num_ghosts, -1, dtype=np.int32)
        self.number[places] = np.arange(len(places), dtype=np.int32)
        table = np.asarray(space.dofmap.list, dtype=np.int32)
        self._cells = np.flatnonzero((self.number[table] >= 0).any(axis=1)).astype(np.int32)
        self._rows: Int32Array = self.number[table[self._cells]]

    @property
    def global_numbers(self) -> Int32Array:
        """Global number of each local node."""
        local = np.arange(self.nodes, dtype=np.int32)
        return np.asarray(self.index_map.local_to_global(local), dtype=np.int32)

    def saved(self) -> Saved:
        """Values of the last two converged states and the forces that held the last one, by cells. Collective."""
        rows = {name: self._by_rows(array) for name, array in self._past().items()}
        return Saved(f"field:{self.name}", "cells", self._cells, rows)

    def _by_rows(self, array: Array) -> Array:
        rows = array[self._rows]
        rows[self._rows < 0] = np.nan
        return rows

    def restore(self, saved: Saved) -> None:
        """Take over a converged state.

        Raises
        ------
        ValueError
            If a node of this rank is in no cell.
        """
        past = {name: np.full_like(self.values, np.nan) for name in saved.arrays}
        known = self._rows >= 0
        for name, array in saved.arrays.items():
            past[name][self._rows[known]] = array[known]
            past[name][len(self.places) :] = self.with_ghosts(past[name][: self.owned])[len(self.places) :]
        if any(np.isnan(array).any() for array in past.values()):
            raise ValueError(f"nodes without a value of the field {self.name}")
        self._take_past(past)
