"""Contact of a face with the outline of another body that deforms, over any distance, as a contribution.

Gap and slip of a node are those against its foot on the partner (an `Outline`: lines or facets). The partner gets the
tractions integrated over the face, so that forces on the two bodies add up to nothing. Which parts of the outline a
piece of the face may touch, the normals of the partner and the integrals are found from the first guess of a step and
held within it: the tangent is then exact but for the change of the functions of the partner in the slip. A node that
leaves these parts within a step ends it as a failure, and a smaller step is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array, IntArray
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.nodal_contact import ContactLaws, NodalContact
from platingx.problems.outline import Feet, Outline
from platingx.problems.tool_shapes import Distances

__all__ = ["SlidingContact"]

_GUESSES = 2
"""Times that a first guess is moved along the normals, which turn as it moves."""


class SlidingContact(NodalContact):
    """Nodes of a face against the outline of another body.

    Parameters
    ----------
    name, partner
        Of the boundary, and of what it slides on, for messages and checkpoints.
    surface
        Nodes and areas of the face that follows: that of the softer body.
    outline
        That of the other body.
    laws
        What it obeys.
    """

    def __init__(self, name: str, partner: str, surface: ContactSurface, outline: Outline, laws: ContactLaws) -> None:
        super().__init__(name, partner, surface, laws)
        self.fields: tuple[str, ...] = (DISPLACEMENT,)
        self.outline = outline
        self._blocks_behind, self._own_places = outline.blocks_of(surface)
        common = np.isin(self._nodes, outline.nodes)  # where the two bodies are joined
        self._areas = np.where(common, 0.0, self._areas)
        self._bears = self._areas != 0.0
        self.pattern_version = 0
        self._candidates: IntArray = np.zeros((len(surface.nodes), 0), dtype=np.int64)
        self._pair_up(self._candidates)

    def element_nodes(self) -> Int32Array:
        """Nodes of the block of each piece of the face that may touch, and of those of its partners."""
        return self._cells

    @property
    def block_nodes(self) -> int:
        """Number of nodes of each of these blocks."""
        return int(self._blocks_behind.shape[1])

    def element_matrices(self) -> Array:
        """Tangent, on the blocks of the nodes of the two faces alone."""
        return self._matrices

    def _pair_up(self, candidates: IntArray) -> None:
        """Take over what each piece may touch."""
        self._candidates = candidates
        behind, width = self._blocks_behind, candidates.shape[1]
        self._active = np.flatnonzero((candidates >= 0).any(axis=1))
        chosen = candidates[self._active]
        count, nodes = len(chosen), behind.shape[1]
        own = behind[self._active]
        cells = self.outline.blocks[np.maximum(chosen, 0)] if width else np.zeros((count, 0, nodes), dtype=np.int32)
        cells = np.where((chosen >= 0)[..., None], cells, own[:, None])
        self._cells = np.ascontiguousarray(
            np.concatenate([own, cells.reshape(count, width * nodes)], axis=1), dtype=np.int32
        )
        size = self._cells.shape[1] * self._dimension
        self._matrices: Array = np.zeros((count, size, size))
        columns = self.surface.places.shape[1]
        self._rows_of_active = (self._active[:, None] * columns + np.arange(columns)).ravel()
        self._left: Array = np.zeros((count * columns, self._cells.shape[1]))
        self._of_nodes = np.repeat(candidates, columns, axis=0)  # of each node of each piece

    def _local(self, piece: IntArray, place: IntArray) -> IntArray:
        """Where the nodes of candidates stand in the elements of pieces of the face, shape (..., k)."""
        return np.asarray(self.block_nodes * (1 + place[..., None]) + self.outline.places[piece])

    def _take_shares(self, displacement: Array) -> None:
        """Integrals over the face of the present shape."""
        surface, active = self.surface, self._active
        count, columns = len(active), surface.places.shape[1]
        candidates = self._candidates[active]
        present = surface.coordinates + displacement[surface.nodes]
        shares = self.outline.shares(self.outline.present(displacement), surface, present, active, candidates)
        left = np.zeros((count, columns, self._cells.shape[1]))
        piece, a = np.meshgrid(np.arange(count), np.arange(columns), indexing="ij")
        left[piece, a, self._own_places[active]] = 1.0
        if candidates.shape[1]:
            chosen = np.maximum(candidates, 0)
            where = self._local(chosen, np.broadcast_to(np.arange(chosen.shape[1]), chosen.shape))
            for a_node in range(columns):
                np.subtract.at(left[:, a_node], (np.arange(count)[:, None, None], where), shares[:, a_node])
        self._left = left.reshape(count * columns, self._cells.shape[1])

    def _feet(self, displacement: Array) -> Feet:
        points = self._coordinates + displacement[self._nodes]
        return self.outline.feet(self.outline.present(displacement), points, self._of_nodes)

    def _apart(self, change: Array, feet: Feet) -> Array:
        """Motion of the nodes less that of their feet, shape (nodes, dimension), m."""
        others = np.einsum("pa,pai->pi", feet.functions, self._of_partner(change, feet))
        return np.where(feet.found[:, None], change[self._nodes] - others, 0.0)

    def _of_partner(self, change: Array, feet: Feet) -> Array:
        if len(self.outline.nodes) == 0:
            return np.zeros((*feet.functions.shape, self._dimension))
        return np.asarray(change[self.outline.nodes[feet.piece]])

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add the tractions and refresh the tangent."""
        displacement = iterate.values[DISPLACEMENT]
        feet = self._feet(displacement)
        lost = self._bears & feet.lost & (self._old.branch % 4 == 1)
        if lost.any():
            return self._left_behind(int(np.flatnonzero(lost)[0]))
        change = displacement - iterate.start[DISPLACEMENT]
        found = Distances(feet.gap, feet.normal, feet.turn, feet.slope)
        pushed = self._respond(found, lambda: self._apart(change, feet), displacement)
        pushed[~self._bears] = 0.0
        self._new = replace(self._new, work=self._old.work + self._work_of_step(change))
        self._fill_matrices(feet)
        forces = self._left[:, :, None] * pushed[self._rows_of_active][:, None, :]
        self._put(residuals[DISPLACEMENT], self._nodes_of_elements(), forces)
        return None

    def _nodes_of_elements(self) -> Int32Array:
        """Nodes of the element of each node of each piece that may touch, shape (nodes, nodes of the element)."""
        return np.repeat(self._cells, self.surface.places.shape[1], axis=0)

    def _left_behind(self, node: int) -> Failure:
        reason = "a node of a contact slides farther in a step than what it was near at its start"
        place = tuple(float(x) for x in self._coordinates[node])
        return Failure(reason, f"the contact of {self.name} with {self.partner}", place, FailureKind.CONTACT)

    def _work_of_step(self, change: Array) -> Array:
        """Work per area that the step has put into the interface, by the trapezoidal rule, J/m2."""
        tractions = [state.pressure[:, None] * state.normal + state.shear for state in (self._old, self._new)]
        opening = np.zeros_like(self._coordinates)
        moved = np.einsum("pn,pni->pi", self._left, change[self._nodes_of_elements()])
        opening[self._rows_of_active] = moved
        return np.asarray(-0.5 * np.sum((tractions[0] + tractions[1]) * opening, axis=1))

    def _fill_matrices(self, feet: Feet) -> None:
        count, nodes, dimension = len(self._active), self._cells.shape[1], self._dimension
        columns = self.surface.places.shape[1]
        right = np.zeros((count * columns, nodes))
        rows = self._rows_of_active
        each = np.arange(len(rows))
        right[each, self._own_places.ravel()[rows]] = 1.0
        if len(self.outline.nodes):
            where = self._local(feet.piece[rows], feet.place[rows])
            np.subtract.at(right, (each[:, None], where), feet.functions[rows])
        blocks = np.where(self._bears[rows, None, None], self._blocks[rows], 0.0)
        shape = (count, columns, nodes)
        view = self._matrices.reshape(count, nodes, dimension, nodes, dimension)
        view[...] = np.einsum(
            "fan,faij,fam->fnimj",
            self._left.reshape(shape),
            blocks.reshape(count, columns, dimension, dimension),
            right.reshape(shape),
            optimize=True,
        )

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        increment = increments[DISPLACEMENT]
        local = increment[self._cells].reshape(len(self._cells), self._matrices.shape[1])
        force = np.einsum("fij,fj->fi", self._matrices, local)
        np.add.at(results[DISPLACEMENT], self._cells, force.reshape(*self._cells.shape, self._dimension))

    def interface_energies(self) -> tuple[float, float]:
        """Heat of friction, and all other work that has gone into the interface so far, on this rank, J."""
        areas, state = self._areas, self._new
        heat = float(np.sum(areas * state.friction_work))
        return heat, float(np.sum(areas * state.work)) - heat

    def reach(self, displacement: Array) -> float:
        """Largest present distance of a pressed node of this rank from the upright through the middle, m; 0 if none."""
        pressed = (self._new.branch % 4 == 1) & self._bears
        places = self._coordinates[pressed, :-1] + displacement[self._nodes[pressed], :-1]
        return float(np.linalg.norm(places, axis=1).max(initial=0.0))

    def correct_guess(self, time: float, dt: float, fields: Mapping[str, Field]) -> None:  # noqa: ARG002
        """Pair up for the step, and move a first guess so that the bodies do not pass through each other. Collective.

        Nodes that stuck go with the partner, others that were pressed keep their gap, and the rest is not inside.

        Parameters
        ----------
        time, dt
            End of the step and its size, s.
        fields
            Extrapolated; free components of the displacement are changed.
        """
        field, surface = fields[DISPLACEMENT], self.surface
        self.outline.take_normals(field.converged)
        places = surface.coordinates + field.values[surface.nodes]
        candidates = self.outline.near(self.outline.present(field.values), surface, places)
        same = np.array_equal(candidates, self._candidates)
        if not field.comm.allreduce(same, MPI.LAND):
            self.pattern_version += 1
            self._pair_up(candidates)
        pressed = (self._old.branch % 4 == 1) & self._bears
        sticks = pressed & (self._old.branch == 1) & (not self.friction.is_none)
        for _ in range(_GUESSES):
            feet = self._feet(field.values)
            kept = pressed & feet.found & np.isfinite(self._old.gap)
            wanted = np.where(kept, self._old.gap, np.maximum(feet.gap, 0.0))
            moves = self._bears & feet.found
            gap = np.where(moves, wanted, 0.0) - np.where(moves, feet.gap, 0.0)
            shift = gap[:, None] * feet.normal
            apart = self._apart(field.values - field.converged, feet)
            shift = np.where((sticks & feet.found)[:, None], -apart, shift)
            field.values[...] += np.where(field.held, 0.0, self._mean(field, shift))
        self._take_shares(field.values)

    def _mean(self, field: Field, shift: Array) -> Array:
        """Means of what the pieces at a node ask for, at all local nodes. Collective."""
        sums, counts = np.zeros_like(field.values), np.zeros_like(field.values)
        np.add.at(sums, self._nodes[self._bears], shift[self._bears])
        np.add.at(counts, self._nodes[self._bears], 1.0)
        return np.asarray(field.with_ghosts(field.added_up(sums) / np.maximum(field.added_up(counts), 1.0)))
