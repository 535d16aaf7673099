"""Components that follow global unknowns: u = T q, their forces T^T f on the unknowns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.errors import CaseError
from platingx.fields.constraints import Tied
from platingx.fields.nodal_field import DISPLACEMENT, Field, GlobalUnknowns

__all__ = ["Ties"]


class Ties:
    """All ties of a problem.

    Parameters
    ----------
    fields
        Fields of the problem with their constraints.

    Raises
    ------
    CaseError
        If the master of a tie is no set of global unknowns of the problem.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self.ties = tuple(tie for field in fields.values() for tie in field.constraints.ties)
        for tie in self.ties:
            if not isinstance(fields.get(tie.master), GlobalUnknowns):
                known = ", ".join(name for name, field in fields.items() if isinstance(field, GlobalUnknowns)) or "none"
                raise CaseError(f"the tie '{tie.name}' follows '{tie.master}'; global unknowns there are: {known}")

    def __bool__(self) -> bool:
        return bool(self.ties)

    def rows(self, tie: Tied) -> tuple[Int32Array, Array]:
        """Owned nodes of a tie that no later one ties again, and their rows of T."""
        mine = np.flatnonzero(tie.nodes < self._fields[tie.field].owned)
        place = next(index for index, other in enumerate(self.ties) if other is tie)  # arrays have no equality
        later = self.ties[place + 1 :]
        taken = [t.nodes for t in later if (t.field, t.component) == (tie.field, tie.component)]
        if taken:
            mine = mine[~np.isin(tie.nodes[mine], np.concatenate(taken))]
        return tie.nodes[mine], tie.transfer[mine]

    def follow(self, increments: dict[str, Array]) -> dict[str, Array]:
        """Let tied components take part in increments of their masters, on local nodes; changes its argument."""
        for tie in self.ties:
            increments[tie.field][tie.nodes, tie.component] = tie.transfer @ increments[tie.master][:, 0]
        return increments

    def move_forces(self) -> None:
        """Give the forces of tied components to their masters, of which rank 0 gets them. Collective."""
        for tie in self.ties:
            source, target = self._fields[tie.field].forces, self._fields[tie.master]
            nodes, transfer = self.rows(tie)
            moved = np.array(
                [
                    transfer.T @ source.internal[nodes, tie.component],
                    transfer.T @ source.condensed[nodes, tie.component],
                    np.abs(transfer).T @ source.force_scale[nodes, tie.component],
                ]
            )
            target.comm.Allreduce(MPI.IN_PLACE, moved)
            for array, forces in zip(target.forces, moved, strict=True):
                array[: target.owned, 0] += forces[: target.owned]

    def largest_resultant(self, master: str) -> float:
        """Norm of T^T f of forces on the displacement with norm 1, an upper bound. Collective."""
        target, square = self._fields[master], 0.0
        for tie in self.ties:
            if (tie.master, tie.field) == (master, DISPLACEMENT):
                square += float(np.sum(self.rows(tie)[1] ** 2))
        return float(np.sqrt(target.comm.allreduce(square, MPI.SUM)))

    def resultant(self, forces: Array, master: str) -> Array:
        """T^T f of forces on the owned nodes of the displacement, shape (unknowns of the master,). Collective."""
        target = self._fields[master]
        total = np.zeros(target.nodes)
        for tie in self.ties:
            if tie.master == master:
                nodes, transfer = self.rows(tie)
                total += transfer.T @ forces[nodes, tie.component]
        target.comm.Allreduce(MPI.IN_PLACE, total)
        return total
