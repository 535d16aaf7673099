"""What all contacts by nodes have in common: their state, the law at each node, and what is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.nodal_field import Forces
from platingx.fields.saved_state import Saved
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction, Normal, normal_traction, shear_traction
from platingx.problems.contact_state import ContactState
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.tool_shapes import Distances

__all__ = ["ContactLaws", "ContactTuning", "NodalContact"]

_TOUCHES = 1e-6
"""Gap over height of the cell below which a node counts as pressed before there is a first equilibrium."""
_LARGEST_ELASTIC_SLIP = 1e-3
"""Elastic slip at the largest shear stress over the height of the cell, at most."""


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
class ContactLaws:
    """What a contact obeys.

    Attributes
    ----------
    friction, adhesion
        Laws.
    tuning
        Regularisation.
    """

    friction: Friction = FRICTIONLESS
    adhesion: Adhesion | None = None
    tuning: ContactTuning = ContactTuning()


class NodalContact:
    """Nodes of a face, each with its area, against something: penalty with a multiplier that is carried over.

    At every converged step the pressure becomes the multiplier of the next step, so that the penetration that the
    penalty asks for is that of the change of the pressure within a step. Suction is not carried.

    Parameters
    ----------
    name, partner
        Of the boundary, and what it touches, for messages and checkpoints.
    surface
        Nodes and areas.
    laws
        What it obeys.
    """

    def __init__(self, name: str, partner: str, surface: ContactSurface, laws: ContactLaws) -> None:
        self.name, self.partner, self.surface = name, partner, surface
        self.friction, self.adhesion, self.tuning = laws.friction, laws.adhesion, laws.tuning
        count = len(surface.facets.nodes)
        self._dimension = surface.coordinates.shape[-1] if count else surface.facets.gradient.shape[-1]
        self._rows = np.repeat(np.arange(count), surface.places.shape[1])
        self._places = surface.places.ravel()
        self._nodes: Int32Array = surface.nodes.ravel()
        self._areas: Array = surface.areas.ravel()
        self._bears = self._areas != 0.0
        self._coordinates = surface.coordinates.reshape(-1, self._dimension)
        self._stiffness = self.tuning.stiffness * surface.stiffness.ravel()
        self._heights = surface.heights.ravel()
        self._shear_stiffness = np.minimum(
            self.tuning.shear * surface.shear_stiffness.ravel(),
            self.friction.limit / (_LARGEST_ELASTIC_SLIP * self._heights),
        )
        self._blocks: Array = np.zeros((len(self._nodes), self._dimension, self._dimension))
        self._old = self._new = self._at_rest()
        self._started = False  # whether there has been an equilibrium
        self._first = True  # whether the next evaluation is the first one of a step
        self._changed = 0
        self._turned: Array | None = None  # how what is touched has turned since the start of the step

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

    def _respond(self, found: Distances, motion: Callable[[], Array], displacement: Array) -> Array:
        """Take the law of all nodes into the state and the tangent.

        Parameters
        ----------
        found
            Gaps of the nodes with their derivatives.
        motion
            Gives their motion relative to what they touch since the start of the step, m; asked only with friction.
        displacement
            Of all local nodes, m.

        Returns
        -------
        Array
            Forces on the nodes, shape (nodes, dimension), N.
        """
        last = self._new.branch
        touching: Mask = np.zeros(len(self._nodes), dtype=bool)
        first, self._first = self._first, False
        if first and not self._started:
            touching = found.value <= _TOUCHES * self._heights
        old, area = self._old, self._areas
        if self._turned is not None:
            old = replace(old, shear=old.shear @ self._turned.T, elastic=old.elastic @ self._turned.T)
        multiplier = np.maximum(old.pressure, 0.0)
        normal = normal_traction(
            found.value, multiplier, self._stiffness, touching, self.adhesion, old.torn.astype(bool)
        )
        n = found.gradient
        traction = normal.pressure[:, None] * n
        slope = n if found.slope is None else found.slope
        stiffness = normal.slope[:, None, None] * n[:, :, None] * slope[:, None, :]
        stiffness -= normal.pressure[:, None, None] * found.hessian
        shear: Array = np.zeros_like(traction)
        slip: Array = np.zeros(len(area))
        if not self.friction.is_none:
            limit = self.friction.limit * old.stretch
            shear, tangent, slip = shear_traction(
                found, normal, self.friction, self._shear_stiffness, limit, old.shear, motion() + old.elastic, touching
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
            stretch=np.repeat(self.surface.stretches(displacement), self.surface.places.shape[1]),
        )
        self._blocks = area[:, None, None] * stiffness
        return np.asarray(area[:, None] * traction)

    def _put(self, forces: Forces, nodes: Int32Array, pushed: Array) -> None:
        """Add forces on the body at nodes to a residual, which has those of the body."""
        np.subtract.at(forces.internal, nodes, pushed)
        np.subtract.at(forces.condensed, nodes, pushed)
        np.add.at(forces.force_scale, nodes, np.abs(pushed))

    def _torn(self, gap: Array) -> Array:
        if self.adhesion is None or self.adhesion.rewets:
            return self._old.torn
        return np.where((gap >= self.adhesion.opening) & self._started, 1.0, self._old.torn)

    def _work(self, normal: Normal, gap: Array) -> Array:
        """Work per area that the step has put into the interface along the normal, by the trapezoidal rule, J/m2."""
        known = (normal.pressure != 0.0) | (self._old.pressure != 0.0)
        both = known & np.isfinite(self._old.gap) & np.isfinite(gap)
        change = np.where(both, np.nan_to_num(gap, posinf=0.0) - np.nan_to_num(self._old.gap, posinf=0.0), 0.0)
        return np.where(known, -0.5 * (normal.pressure + self._old.pressure) * change, 0.0)

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
        gaps = np.where(np.isfinite(self._new.gap), np.abs(self._new.gap), 0.0)
        worst = np.flatnonzero(self._bears)[np.argmax(gaps[self._bears])]
        reason = f"{share:.0%} of the nodes of a contact still changed between open, stick and slip"
        place = tuple(float(x) for x in self._coordinates[worst])
        return Failure(reason, f"the contact of {self.name} with {self.partner}", place, FailureKind.CONTACT)

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
