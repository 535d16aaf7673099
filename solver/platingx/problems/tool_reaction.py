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
from platingx.problems.rigid_motion import spin, spin_slopes
from platingx.problems.rigid_tool import DrivenBy

__all__ = ["ToolReaction"]


class ToolReaction:
    """Reaction of a contact on the unknowns q of its tool, and what couples them with the body.

    Tractions depend on v = u - T q. So the residual of q is T^T of the forces on the body, and with K of the nodes the
    tangent has the blocks - K T, - T^T K and T^T K T beside that of the body.

    Of a tool that turns by a rotation vector w with the spin J dw, T of a node at the arm a has the columns J_k x a, so
    that the residual of w is J^T of the moment about the pivot. The force f on the node turns with the tool, which adds
    f x J_k to the first block, and the same to the others by symmetry; what J changes adds (dJ/dw)^T times the moment.
    Moments and springs of turns work on the components of w.

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
        self._transfer: Array = np.broadcast_to(driven.transfer, (len(contact.nodes), *driven.transfer.shape))
        self._turn: Array = np.zeros(1)
        self._square: Array = np.zeros(1)
        dimension, comm = len(driven.transfer), driven.unknowns.comm
        numbers = index_map.local_to_global(contact.nodes).astype(np.int64)
        self._places = (numbers[:, None] * dimension + np.arange(dimension)).astype(PETSc.IntType)
        body, own = (index_map.size_local * dimension, None), (driven.unknowns.owned, None)
        self._matrices = {
            (DISPLACEMENT, self._field): _matrix(body, own, comm),
            (self._field, DISPLACEMENT): _matrix(own, body, comm),
            (self._field, self._field): _matrix(own, own, comm),
        }

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the reaction to the forces of the last evaluation of the contact."""
        pushed, transfer = self._contact.forces(), self._driven.transfer
        own, back = residuals[self._field], transfer.T @ pushed.sum(axis=0)
        scale = np.abs(transfer).T @ np.abs(pushed).sum(axis=0)
        if self._driven.turning is not None:
            self._take_transfer(iterate.values[DISPLACEMENT], pushed)
            back = np.einsum("pic,pi->c", self._transfer, pushed)
            scale = np.einsum("pic,pi->c", np.abs(self._transfer), np.abs(pushed))
        own.internal[:, 0] += back
        own.condensed[:, 0] += back
        own.force_scale[:, 0] += scale

    def _take_transfer(self, displacement: Array, pushed: Array) -> None:
        """T of each node, shape (nodes, dimension, unknowns), and what the turn of the forces adds to the tangent."""
        contact, driven = self._contact, self._driven
        assert driven.turning is not None
        dimension = len(driven.transfer)
        pose, forces = contact.pose, np.zeros((len(pushed), 3))
        forces[:, :dimension] = pushed
        arms = pose.arms(contact.coordinates, displacement[contact.nodes])
        turning = spin(pose.angle) @ driven.turning
        crossed = np.asarray(np.cross(turning.T[None], arms[:, None]).transpose(0, 2, 1), dtype=np.float64)
        self._transfer = np.asarray(driven.transfer + crossed[:, :dimension])
        self._turn = np.asarray(np.cross(forces[:, None], turning.T[None]).transpose(0, 2, 1)[:, :dimension])
        inward = np.einsum("pi,pj->ij", arms, forces)
        moment = np.cross(arms, forces).sum(axis=0)
        mixed = driven.transfer.T @ self._turn.sum(axis=0)
        square = turning.T @ (np.trace(inward) * np.eye(3) - inward.T) @ turning - mixed - mixed.T
        slopes = np.einsum("kij,i->kj", spin_slopes(pose.angle), moment)  # of J^T M by w_k, in the components of w
        self._square = np.asarray(square + driven.turning.T @ slopes.T @ driven.turning)

    def _couplings(self) -> tuple[Array, Array]:
        """Tangents of the forces on nodes by q, shape (nodes, dimension, unknowns), and of q by nodes, transposed."""
        stiffness, transfer = self._contact.node_stiffness, self._transfer
        forth = -np.einsum("pij,pjc->pic", stiffness, transfer)
        back = -np.einsum("pji,pjc->pic", stiffness, transfer)
        return (forth, back) if self._driven.turning is None else (forth + self._turn, back + self._turn)

    def _corner(self) -> Array:
        """Tangent of q by q, of this rank."""
        stiffness, transfer = self._contact.node_stiffness, self._transfer
        square: Array = np.einsum("pic,pij,pjd->cd", transfer, stiffness, transfer)
        return square if self._driven.turning is None else square + self._square

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the blocks times increments."""
        forth, back = self._couplings()
        own, nodes = increments[self._field][:, 0], self._contact.nodes
        np.add.at(results[DISPLACEMENT], nodes, forth @ own)
        results[self._field][:, 0] += np.einsum("pic,pi->c", back, increments[DISPLACEMENT][nodes])
        results[self._field][:, 0] += self._corner() @ own

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """The blocks at the last iterate; all places of the face are in their patterns. Collective."""
        unknowns = np.arange(self._driven.transfer.shape[1], dtype=PETSc.IntType)
        forth, back = self._couplings()
        to_tool, to_body = self._matrices[self._field, DISPLACEMENT], self._matrices[DISPLACEMENT, self._field]
        for matrix in self._matrices.values():
            matrix.zeroEntries()
        rows = np.ascontiguousarray(back.transpose(0, 2, 1))  # PETSc would read columns one after the other
        for places, column, row in zip(self._places, forth, rows, strict=True):
            to_body.setValues(places, unknowns, column, addv=True)
            to_tool.setValues(unknowns, places, row, addv=True)
        self._matrices[self._field, self._field].setValues(unknowns, unknowns, self._corner(), addv=True)
        for matrix in self._matrices.values():
            matrix.assemble()
        return self._matrices


def _matrix(rows: tuple[int, None], columns: tuple[int, None], comm: Any) -> PETSc.Mat:
    """An empty sparse matrix that takes entries as they come."""
    matrix = PETSc.Mat().createAIJ((rows, columns), comm=comm)
    matrix.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
    matrix.setUp()
    return matrix
