"""Contact of a face with a rigid tool, as a contribution to equilibrium."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.first_touch import Places, bring_into_touch
from platingx.problems.nodal_contact import ContactLaws, NodalContact
from platingx.problems.rigid_motion import Pose
from platingx.problems.rigid_tool import RigidTool

__all__ = ["RigidContact"]

_GUESSES = 2
"""Times that a first guess is moved along the normals, which turn as it moves."""


class RigidContact(NodalContact):
    """Nodes of a face against a rigid tool.

    Parameters
    ----------
    name
        Of the boundary, for messages and checkpoints.
    surface
        Nodes and areas.
    tool
        The tool.
    laws
        What it obeys.
    """

    def __init__(self, name: str, surface: ContactSurface, tool: RigidTool, laws: ContactLaws) -> None:
        super().__init__(name, tool.name, surface, laws)
        self.tool = tool
        self.pose: Pose = Pose(np.zeros(self._dimension), np.zeros(3), tool.place)  # of the last evaluation
        self.fields: tuple[str, ...] = (DISPLACEMENT,)
        if tool.driven is not None:
            self.fields = (DISPLACEMENT, tool.driven.unknowns.name)
        count, nodes = surface.facets.nodes.shape
        self._matrices = np.zeros((count, nodes * self._dimension, nodes * self._dimension))

    def element_nodes(self) -> Int32Array:
        """Nodes of the cell behind each facet."""
        return self.surface.facets.nodes

    def element_matrices(self) -> Array:
        """Tangent, on the diagonal blocks of the nodes of the face alone."""
        return self._matrices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the tractions and refresh the tangent."""
        displacement = iterate.values[DISPLACEMENT][self._nodes]
        self.pose = pose = self.tool.pose(iterate.time, iterate.values)
        before = self.tool.pose(iterate.time - iterate.dt, iterate.start)
        turns = pose.turns or before.turns

        def motion() -> Array:
            """Of the nodes over the tool, which turns with it."""
            start = before.seen(self._coordinates, iterate.start[DISPLACEMENT][self._nodes])
            slid = pose.seen(self._coordinates, displacement) - start
            return np.asarray(slid @ pose.rotation.T if turns else slid)

        found = self.tool.distances(self._coordinates, displacement, pose)
        self._turned = pose.rotation @ before.rotation.T if turns else None
        pushed = self._respond(found, motion, iterate.values[DISPLACEMENT])
        self._fill_matrices()
        self._put(residuals[DISPLACEMENT], self._nodes, pushed)

    def _fill_matrices(self) -> None:
        count, nodes = self.surface.facets.nodes.shape
        view = self._matrices.reshape(count, nodes, self._dimension, nodes, self._dimension)
        view[self._rows, self._places, :, self._places, :] = self._blocks

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        force = np.einsum("pij,pj->pi", self._blocks, increments[DISPLACEMENT][self._nodes])
        np.add.at(results[DISPLACEMENT], self._nodes, force)

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:  # noqa: ARG002
        """Add the forces of the last evaluation on the body."""
        np.add.at(results[DISPLACEMENT], self._nodes, self.forces())

    def correct_guess(self, time: float, dt: float, fields: Mapping[str, Field]) -> None:
        """Move a first guess onto the tool. Collective.

        Nodes that stuck go with the tool, others that were pressed keep their gap, and the rest is not inside.
        Extrapolation takes nodes off the tool, or into it, by much more than the penetration of a contact; what the
        penalty makes of that are forces out of all proportion. And a node that is guessed to slip too far, and is
        pushed by its full friction for that, comes to slip the other way in the next iterate, and so on.

        Parameters
        ----------
        time, dt
            End of the step and its size, s.
        fields
            Extrapolated; free components of the displacement are changed.
        """
        field = fields[DISPLACEMENT]
        self._bring_into_touch(time, fields)
        branch = self._old.branch
        pressed = (branch % 4 == 1) & self._bears
        sticks = pressed & (branch == 1) & (not self.friction.is_none)
        pose = self.tool.pose(time, {name: each.values for name, each in fields.items()})
        before = self.tool.pose(time - dt, {name: each.converged for name, each in fields.items()})
        carried = pose.carried(self._coordinates, before.seen(self._coordinates, field.converged[self._nodes]))
        for _ in range(_GUESSES):
            present = field.values[self._nodes]
            found = self.tool.distances(self._coordinates, present, pose)
            wanted = np.where(pressed, self._old.gap, np.maximum(found.value, 0.0))
            moves = self._bears & (wanted != found.value)
            shift = np.where(moves, wanted - found.value, 0.0)[:, None] * found.gradient
            shift = np.where(sticks[:, None], carried - present, shift)
            sums, counts = np.zeros_like(field.values), np.zeros_like(field.values)
            np.add.at(sums, self._nodes, shift)
            np.add.at(counts, self._nodes[self._bears], 1.0)
            mean = field.added_up(sums) / np.maximum(field.added_up(counts), 1.0)
            field.values[...] += np.where(field.held, 0.0, field.with_ghosts(mean))

    def _bring_into_touch(self, time: float, fields: Mapping[str, Field]) -> None:
        """Move a tool that nothing holds to where it is in balance, if no node is pressed: its tangent is singular."""
        pressed = bool(((self._old.branch % 4 == 1) & self._bears).any())
        if self.tool.driven is None or fields[DISPLACEMENT].comm.allreduce(pressed, MPI.LOR):
            return
        places = Places(self._coordinates, self._nodes, self._areas, self._stiffness, self._heights)
        bring_into_touch(self.tool, places, time, fields)
