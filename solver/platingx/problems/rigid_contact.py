"""Contact of a face with a rigid tool, as a contribution to equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.nodal_field import DISPLACEMENT, Field, Forces
from platingx.fields.saved_state import Saved
from platingx.problems.contact_law import (
    FRICTIONLESS,
    Adhesion,
    Friction,
    Normal,
    normal_traction,
    shear_traction,
)
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.first_touch import Places, bring_into_touch
from platingx.problems.rigid_tool import RigidTool

__all__ = ["ContactState", "ContactTuning", "RigidContact"]

_TOUCHES = 1e-6
"""Gap over height of the cell below which a node counts as pressed before there is a first equilibrium."""
_LARGEST_ELASTIC_SLIP = 1e-3
"""Elastic slip at the largest shear stress over the height of the cell, at most."""
_GUESSES = 2
"""Times that a first guess is moved along the normals, which turn as it moves."""


@dataclass(frozen=True)
class ContactTuning:
    """What a contact is regularised by.

    Attributes
    ----------
    stiffness
        Penalty over modulus against compression per height of a cell.
    shear
        Stiffness of the elastic slip over shear modulus per height of a cell.
    """

    stiffness: float = 30.0
    shear: float = 10.0


@dataclass(frozen=True)
class ContactState:
    """State of the nodes of a contact, shape (nodes,) or (nodes, dimension).

    Attributes
    ----------
    pressure, shear
        Tractions on the body per area at rest, Pa.
    elastic
        Elastic slip that is left, m; the next step takes it back.
    normal
        Of the tool at the node.
    gap
        m.
    branch
        See `Normal`.
    torn
        1 where adhesion is lost for good.
    slip, friction_work, interface_work
        So far: way that the node has slipped, m; heat of friction per area and work that has gone into the interface
        along the normal, J/m2.
    stretch
        Present area over that at rest.
    """

    pressure: Array
    shear: Array
    elastic: Array
    normal: Array
    gap: Array
    branch: Array
    torn: Array
    slip: Array
    friction_work: Array
    interface_work: Array
    stretch: Array


class RigidContact:
    """Nodes of a face against a rigid tool, each with its area: penalty with a multiplier that is carried over.

    At every converged step the pressure becomes the multiplier of the next step, so that the penetration that the
    penalty asks for is that of the change of the pressure within a step. Suction is not carried.

    Parameters
    ----------
    name
        Of the boundary, for messages and checkpoints.
    surface
        Nodes and areas.
    tool
        The tool.
    friction, adhesion
        Laws.
    tuning
        Regularisation.
    """

    def __init__(
        self,
        name: str,
        surface: ContactSurface,
        tool: RigidTool,
        friction: Friction = FRICTIONLESS,
        adhesion: Adhesion | None = None,
        tuning: ContactTuning | None = None,
    ) -> None:
        self.name, self.surface, self.tool = name, surface, tool
        self.fields: tuple[str, ...] = (DISPLACEMENT,)
        if tool.driven is not None:
            self.fields = (DISPLACEMENT, tool.driven.unknowns.name)
        self.friction, self.adhesion = friction, adhesion
        self.tuning = tuning if tuning is not None else ContactTuning()
        count, nodes = surface.facets.nodes.shape
        dimension = surface.coordinates.shape[-1] if count else surface.facets.gradient.shape[-1]
        self._dimension = dimension
        self._matrices = np.zeros((count, nodes * dimension, nodes * dimension))
        self._rows = np.repeat(np.arange(count), surface.places.shape[1])
        self._places = surface.places.ravel()
        self._nodes: Int32Array = surface.nodes.ravel()
        self._areas: Array = surface.areas.ravel()
        self._bears = self._areas != 0.0
        self._coordinates = surface.coordinates.reshape(-1, dimension)
        self._stiffness = self.tuning.stiffness * surface.stiffness.ravel()
        heights = surface.heights.ravel()
        self._heights = heights
        self._shear_stiffness = np.minimum(
            self.tuning.shear * surface.shear_stiffness.ravel(), friction.limit / (_LARGEST_ELASTIC_SLIP * heights)
        )
        self._blocks: Array = np.zeros((len(self._nodes), dimension, dimension))
        self._old = self._new = self._at_rest()
        self._started = False  # whether there has been an equilibrium
        self._first = True  # whether the next evaluation is the first one of a step
        self._changed = 0

    def _at_rest(self) -> ContactState:
        count, dimension = len(self._nodes), self._dimension
        scalars = {field.name: np.zeros(count) for field in fields_of(ContactState)}
        vectors = {name: np.zeros((count, dimension)) for name in ("shear", "elastic", "normal")}
        return ContactState(**{**scalars, **vectors, "stretch": np.ones(count), "gap": np.full(count, np.inf)})

    @property
    def state(self) -> ContactState:
        """State of the last evaluation or, after a rollback, of the last equilibrium."""
        return self._new

    @property
    def nodes(self) -> Int32Array:
        """Local numbers of the nodes of the state."""
        return self._nodes

    @property
    def areas(self) -> Array:
        """Their areas at rest, shape (nodes,), m2 (m in plane strain)."""
        return self._areas

    @property
    def heights(self) -> Array:
        """Heights of the cells behind them, shape (nodes,), m."""
        return self._heights

    @property
    def coordinates(self) -> Array:
        """Where they are at rest, shape (nodes, dimension), m."""
        return self._coordinates

    @property
    def penalty(self) -> Array:
        """Stiffness of the contact at each node, Pa/m."""
        return self._stiffness

    @property
    def node_stiffness(self) -> Array:
        """Derivative of the residual of each node by its displacement at the last iterate, shape (nodes, d, d)."""
        return self._blocks

    def element_nodes(self) -> Int32Array:
        """Nodes of the cell behind each facet."""
        return self.surface.facets.nodes

    def element_matrices(self) -> Array:
        """Tangent, on the diagonal blocks of the nodes of the face alone."""
        return self._matrices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the tractions and refresh the tangent."""
        last = self._new.branch
        touching: Mask = np.zeros(len(self._nodes), dtype=bool)
        first, self._first = self._first, False
        displacement = iterate.values[DISPLACEMENT][self._nodes]
        moved = self.tool.moved(iterate.time, iterate.values)
        found = self.tool.distances(self._coordinates, displacement, moved)
        if first and not self._started:
            touching = found.value <= _TOUCHES * self._heights
        old, area = self._old, self._areas
        multiplier = np.maximum(old.pressure, 0.0)
        normal = normal_traction(
            found.value, multiplier, self._stiffness, touching, self.adhesion, old.torn.astype(bool)
        )
        n = found.gradient
        traction = normal.pressure[:, None] * n
        stiffness = normal.slope[:, None, None] * n[:, :, None] * n[:, None, :]
        stiffness -= normal.pressure[:, None, None] * found.hessian
        shear: Array = np.zeros_like(traction)
        slip: Array = np.zeros(len(area))
        if not self.friction.is_none:
            before = self.tool.moved(iterate.time - iterate.dt, iterate.start)
            motion = displacement - moved - (iterate.start[DISPLACEMENT][self._nodes] - before) + old.elastic
            limit = self.friction.limit * old.stretch
            shear, tangent, slip = shear_traction(
                found, normal, self.friction, self._shear_stiffness, limit, old.shear, motion, touching
            )
            traction = traction + shear
            stiffness -= tangent
        branch = _branch(normal, slip, shear)
        self._changed = int(np.sum((branch != last)[self._bears]))
        self._new = replace(
            old,
            pressure=normal.pressure,
            shear=shear,
            elastic=np.where((normal.branch == 1)[:, None], (old.shear - shear) / self._shear_stiffness[:, None], 0.0),
            normal=n,
            gap=found.value,
            branch=branch,
            torn=self._torn(found.value),
            slip=old.slip + slip,
            friction_work=old.friction_work + slip * np.linalg.norm(shear, axis=1),
            interface_work=old.interface_work + self._work(normal, found.value),
            stretch=np.repeat(self.surface.stretches(iterate.values[DISPLACEMENT]), self.surface.places.shape[1]),
        )
        self._blocks = area[:, None, None] * stiffness
        self._fill_matrices()
        self._add(residuals[DISPLACEMENT], area[:, None] * traction)

    def _fill_matrices(self) -> None:
        count, nodes = self.surface.facets.nodes.shape
        view = self._matrices.reshape(count, nodes, self._dimension, nodes, self._dimension)
        view[self._rows, self._places, :, self._places, :] = self._blocks

    def _add(self, forces: Forces, pushed: Array) -> None:
        """Add forces on the body to a residual, which has those of the body."""
        np.subtract.at(forces.internal, self._nodes, pushed)
        np.subtract.at(forces.condensed, self._nodes, pushed)
        np.add.at(forces.force_scale, self._nodes, np.abs(pushed))

    def _torn(self, gap: Array) -> Array:
        if self.adhesion is None or self.adhesion.rewets:
            return self._old.torn
        return np.where((gap >= self.adhesion.opening) & self._started, 1.0, self._old.torn)

    def _work(self, normal: Normal, gap: Array) -> Array:
        """Work per area that the step has put into the interface along the normal, by the trapezoidal rule, J/m2."""
        known = (normal.pressure != 0.0) | (self._old.pressure != 0.0)
        change = np.where(known & np.isfinite(self._old.gap), gap - self._old.gap, 0.0)
        return np.where(known, -0.5 * (normal.pressure + self._old.pressure) * np.nan_to_num(change), 0.0)

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        force = np.einsum("pij,pj->pi", self._blocks, increments[DISPLACEMENT][self._nodes])
        np.add.at(results[DISPLACEMENT], self._nodes, force)

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:  # noqa: ARG002
        """Add the forces of the last evaluation on the body."""
        np.add.at(results[DISPLACEMENT], self._nodes, self.forces())

    def forces(self) -> Array:
        """Forces of the last evaluation on the body, on this rank's share of each node, shape (nodes, dimension), N."""
        state = self._new
        return np.asarray(self._areas[:, None] * (state.pressure[:, None] * state.normal + state.shear))

    def total_force(self, comm: MPI.Intracomm) -> Array:
        """Sum of these forces over all ranks, shape (dimension,), N (N/m in plane strain). Collective."""
        total: Array = self.forces().sum(axis=0)
        comm.Allreduce(MPI.IN_PLACE, total)
        return total

    def state_key(self) -> bytes:
        """Which nodes are apart, stick or slip, and which way."""
        return bytes(self._new.branch[self._bears].astype(np.int8))

    def unsettled(self) -> Failure | None:
        """What to say if Newton's method has stopped while nodes changed their state; None if none did."""
        if self._changed == 0:
            return None
        share = self._changed / max(int(self._bears.sum()), 1)
        worst = np.flatnonzero(self._bears)[np.argmax(np.abs(self._new.gap[self._bears]))]
        reason = f"{share:.0%} of the nodes of a contact still changed between open, stick and slip"
        place = tuple(float(x) for x in self._coordinates[worst])
        return Failure(reason, f"the contact of {self.name} with {self.tool.name}", place, FailureKind.CONTACT)

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
        moved = self.tool.moved(time, {name: each.values for name, each in fields.items()})
        carried = moved - self.tool.moved(time - dt, {name: each.converged for name, each in fields.items()})
        for _ in range(_GUESSES):
            present = field.values[self._nodes]
            found = self.tool.distances(self._coordinates, present, moved)
            wanted = np.where(pressed, self._old.gap, np.maximum(found.value, 0.0))
            moves = self._bears & (wanted != found.value)
            shift = np.where(moves, wanted - found.value, 0.0)[:, None] * found.gradient
            shift = np.where(sticks[:, None], field.converged[self._nodes] + carried - present, shift)
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

    def begin(self, time: float, ratio: float) -> None:  # noqa: ARG002
        """Start a step from the last equilibrium."""
        self._new = self._old
        self._first, self._changed = True, 0

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        self._old = self._new
        self._started = True

    def rollback(self) -> None:
        """Return to the last equilibrium."""
        self._new = self._old

    def saved(self) -> Saved:
        """The last equilibrium, by facets."""
        shape = self.surface.places.shape
        arrays = {field.name: getattr(self._old, field.name) for field in fields_of(ContactState)}
        rows = {name: np.array(array, dtype=float).reshape(*shape, *array.shape[1:]) for name, array in arrays.items()}
        return Saved(f"contact:{self.name}", "facets", self.surface.entities, rows)

    def restore(self, saved: Saved) -> None:
        """Take over an equilibrium.

        Raises
        ------
        ValueError
            If a facet of this rank is in no row.
        """
        if any(np.isnan(array).any() for array in saved.arrays.values()):
            raise ValueError(f"facets without a state of the contact {self.name}")
        flat = {name: array.reshape(-1, *array.shape[2:]).copy() for name, array in saved.arrays.items()}
        self._old = self._new = ContactState(**flat)
        self._started = True


def _branch(normal: Normal, slip: Array, shear: Array) -> Array:
    """One number for the state of each node: its branch, whether it slips, and the signs of the shear if so."""
    signs = (shear > 0.0) @ (8 << np.arange(shear.shape[1]))
    return np.asarray(normal.branch + np.where(slip > 0.0, 4.0 + signs, 0.0))
