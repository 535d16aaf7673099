"""Where the components of several fields stand in the vectors of PETSc, with and without those that follow others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, IntArray, Mask
from platingx.fields.nodal_field import Field
from platingx.problems.ties import Ties

__all__ = ["UnknownLayout"]


class UnknownLayout:
    """Numbers of the owned components of fields: rank by rank, in each rank field by field, then node by node.

    Tied components are eliminated: a full vector x has all components, a reduced one y has those that are not tied, and
    x = P y. Residuals are reduced by P^T.

    Parameters
    ----------
    fields
        The fields.
    ties
        Ties among them.

    Attributes
    ----------
    size, reduced_size
        Owned components of a full and of a reduced vector.
    prescribed
        Which owned components of a reduced vector are prescribed.
    """

    def __init__(self, fields: Sequence[Field], ties: Ties) -> None:
        self.fields, self.comm = tuple(fields), fields[0].comm
        sizes = [field.owned * field.dimension for field in self.fields]
        ends = np.cumsum([0, *sizes])
        self._slices = {f.name: slice(a, b) for f, (a, b) in zip(self.fields, pairwise(ends), strict=True)}
        self.size = int(ends[-1])
        tied = self._masks(lambda field: field.constraints.tied)
        self._free_of_ties = np.flatnonzero(~tied)
        self.reduced_size = len(self._free_of_ties)
        self.prescribed = self._masks(lambda field: field.constraints.prescribed)[self._free_of_ties]
        counts = self.comm.allgather((self.size, self.reduced_size, [int(end) for end in ends]))
        self._starts = np.cumsum([0, *(count[0] for count in counts)])
        self.start, self.reduced_start = (sum(c[i] for c in counts[: self.comm.rank]) for i in range(2))
        self._field_starts = np.array([count[2] for count in counts])  # (ranks, fields + 1)
        self.expansion = self._expansion(ties) if ties else None
        self._full = None if self.expansion is None else self.expansion.createVecLeft()

    def _masks(self, of_field: Callable[[Field], Mask]) -> Mask:
        masks = [of_field(field)[: field.owned].ravel() for field in self.fields]
        return np.concatenate(masks).astype(bool)

    def place(self, field: str) -> slice:
        """Owned components of a field in a full vector."""
        return self._slices[field]

    def reduced_place(self, field: str) -> IntArray:
        """Owned components of a field in a reduced vector."""
        part = self._slices[field]
        first, last = np.searchsorted(self._free_of_ties, (part.start, part.stop))
        return np.arange(first, last)

    def global_numbers(self, field: str, numbers: IntArray) -> IntArray:
        """Global numbers in a full vector of global numbers of components in a field's own layout."""
        index = [f.name for f in self.fields].index(field)
        firsts = self._field_starts[:, index]
        own_starts = np.cumsum([0, *(self._field_starts[:, index + 1] - firsts)])
        rank = np.searchsorted(own_starts, numbers, side="right") - 1
        result: IntArray = self._starts[rank] + firsts[rank] + (numbers - own_starts[rank])
        return result

    def _expansion(self, ties: Ties) -> PETSc.Mat:
        """P, of shape (full, reduced). Collective."""
        rows = [self._free_of_ties]
        columns = [self.reduced_start + np.arange(self.reduced_size)]
        values = [np.ones(self.reduced_size)]
        for tie in ties.ties:
            field = next(f for f in self.fields if f.name == tie.field)
            master = self.reduced_place(tie.master) + self.reduced_start
            masters = self.comm.bcast(master, root=0)  # which owns all global unknowns
            nodes, transfer = ties.rows(tie)
            place = self._slices[tie.field].start + nodes * field.dimension + tie.component
            rows.append(np.repeat(place, len(masters)))
            columns.append(np.tile(masters, len(nodes)))
            values.append(transfer.ravel())
        row = np.concatenate(rows)
        order = np.lexsort((np.concatenate(columns), row))
        starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=self.size))]).astype(PETSc.IntType)
        csr = (starts, np.concatenate(columns)[order].astype(PETSc.IntType), np.concatenate(values)[order])
        sizes = ((self.size, None), (self.reduced_size, None))
        matrix = PETSc.Mat().createAIJ(sizes, csr=csr, comm=self.comm)
        matrix.assemble()
        return matrix

    def vector(self) -> PETSc.Vec:
        """New reduced vector. Collective."""
        return PETSc.Vec().createMPI((self.reduced_size, None), comm=self.comm)

    def reduce(self, arrays: Mapping[str, Array], into: PETSc.Vec) -> None:
        """Put residuals of owned nodes into a reduced vector, zero where prescribed. Collective."""
        full = np.concatenate([arrays[field.name][: field.owned].ravel() for field in self.fields])
        if self.expansion is None or self._full is None:
            values = full
        else:
            self._full.array_w[:] = full
            self.expansion.multTranspose(self._full, into)
            values = into.array_r
        into.array_w[:] = np.where(self.prescribed, 0.0, values)

    def expand(self, reduced: PETSc.Vec) -> dict[str, Array]:
        """Increments of all local nodes, prescribed components at rest. Collective."""
        if self.expansion is None or self._full is None:
            full = reduced.array_r
        else:
            self.expansion.mult(reduced, self._full)
            full = self._full.array_r
        shapes = {field.name: (field.owned, field.dimension) for field in self.fields}
        return {f.name: f.with_ghosts(full[self._slices[f.name]].reshape(shapes[f.name])) for f in self.fields}
