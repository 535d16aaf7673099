"""The other side of contact: forces on a tool that is moved by unknowns of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import DrivenBy

__all__ = ["ToolReaction"]


class ToolReaction:
    """Reaction of a contact on the unknowns q of its tool, and what couples them with the body.

    Tractions depend on v = u - T q. So the residual of q is T^T of the forces on the body, and with K of the nodes the
    tangent has the blocks - K T, - T^T K and T^T K T beside that of the body.

    Parameters
    ----------
    contact
        The contact, which a problem evaluates before this.
    driven
        Unknowns of its tool.
    index_map
        Of the nodes of the displacement.
    """

    def __init__(self, contact: RigidContact, driven: DrivenBy, index_map: Any) -> None:
        self.name = f"reaction of {contact.name}"
        self.fields = (DISPLACEMENT, driven.unknowns.name)
        self._contact, self._driven, self._field = contact, driven, driven.unknowns.name
        dimension, comm = len(driven.transfer), driven.unknowns.comm
        numbers = index_map.local_to_global(contact.nodes).astype(np.int64)
        self._places = (numbers[:, None] * dimension + np.arange(dimension)).astype(PETSc.IntType)
        body, own = (index_map.size_local * dimension, None), (driven.unknowns.owned, None)
        self._matrices = {
            (DISPLACEMENT, self._field): _matrix(body, own, comm),
            (self._field, DISPLACEMENT): _matrix(own, body, comm),
            (self._field, self._field): _matrix(own, own, comm),
        }

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:  # noqa: ARG002
        """Add the reaction to the forces of the last evaluation of the contact."""
        transfer, pushed = self._driven.transfer, self._contact.forces()
        own, back = residuals[self._field], transfer.T @ pushed.sum(axis=0)
        own.internal[:, 0] += back
        own.condensed[:, 0] += back
        own.force_scale[:, 0] += np.abs(transfer).T @ np.abs(pushed).sum(axis=0)

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the blocks times increments."""
        transfer, stiffness = self._driven.transfer, self._contact.node_stiffness
        carried = np.einsum("pij,j->pi", stiffness, transfer @ increments[self._field][:, 0])
        own = np.einsum("pij,pj->pi", stiffness, increments[DISPLACEMENT][self._contact.nodes])
        np.subtract.at(results[DISPLACEMENT], self._contact.nodes, carried)
        results[self._field][:, 0] += transfer.T @ (carried - own).sum(axis=0)

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """The blocks at the last iterate; all places of the face are in their patterns. Collective."""
        transfer, stiffness = self._driven.transfer, self._contact.node_stiffness
        unknowns = np.arange(transfer.shape[1], dtype=PETSc.IntType)
        forth = -np.einsum("pij,jc->pic", stiffness, transfer)
        back = -np.einsum("ic,pij->pcj", transfer, stiffness)
        square: Array = np.einsum("ic,pij,jd->cd", transfer, stiffness, transfer)
        to_tool, to_body = self._matrices[self._field, DISPLACEMENT], self._matrices[DISPLACEMENT, self._field]
        for matrix in self._matrices.values():
            matrix.zeroEntries()
        for places, column, row in zip(self._places, forth, back, strict=True):
            to_body.setValues(places, unknowns, column, addv=True)
            to_tool.setValues(unknowns, places, row, addv=True)
        self._matrices[self._field, self._field].setValues(unknowns, unknowns, square, addv=True)
        for matrix in self._matrices.values():
            matrix.assemble()
        return self._matrices


def _matrix(rows: tuple[int, None], columns: tuple[int, None], comm: Any) -> PETSc.Mat:
    """An empty sparse matrix that takes entries as they come."""
    matrix = PETSc.Mat().createAIJ((rows, columns), comm=comm)
    matrix.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
    matrix.setUp()
    return matrix
