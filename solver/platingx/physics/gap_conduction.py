"""Current through an interface that parts: the share of each point that conducts, by the gap of its two sides.

    c(g) = 1 - y^2 (3 - 2 y),   y = g/d between 0 and 1,

with d the gap at which no current passes any more. What does not conduct is a capacitor, eps0/g. Gap and current of a
step are found in turn, as growth and stress are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mpi4py import MPI
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray
from platingx.config.case import Case
from platingx.constants import VACUUM_PERMITTIVITY
from platingx.errors import MeshError
from platingx.materials.gap_laws import conducting_share
from platingx.physics.electrochemistry import SMALLEST_CONTACT, CircuitPart
from platingx.physics.part import Part
from platingx.physics.quantities import Quantity, reported
from platingx.problems.contribution import Iterate
from platingx.problems.interface_kinetics import InterfaceKinetics
from platingx.problems.pair_contact import PairContact

__all__ = ["GapsOnCurrent", "conduction_over_gaps"]

CLOSE = 1e-6
"""Distance of the points of the two sides over the size of the interface, at most."""


@dataclass(frozen=True)
class GapsOnCurrent:
    """What the mechanics gives to the circuit: the share of each point of the interface that conducts.

    Attributes
    ----------
    pairs
        The two sides of the interface.
    kinetics
        Charge transfer at it.
    within
        d, m.
    comm
        Communicator.
    shape
        Functions of the nodes of a facet of the metal at its points, shape (facets, points, nodes).
    order
        Number of the point of the metal, over all ranks, at each point of the electrolyte, shape (facets, points).
    foreseen
        The gaps of a pass are compared with those that its current was found with.
    """

    pairs: PairContact
    kinetics: InterfaceKinetics
    within: float
    comm: MPI.Intracomm
    shape: Array
    order: IntArray
    foreseen: bool = True

    def update(self, iterate: Iterate) -> float:
        """Take over the gaps; the largest change of a share over the share. Collective."""
        del iterate
        found = self.closed()
        change = (np.abs(found - self.kinetics.closed_now()) / found).max(initial=0.0)
        self.kinetics.take_closed(found)
        return float(self.comm.allreduce(float(change), MPI.MAX))

    def closed(self) -> Array:
        """Share of each point that conducts, never quite 0, so that its equations stay regular. Collective."""
        return np.maximum(conducting_share(self.gaps(), self.within)[0], SMALLEST_CONTACT)

    def stored(self) -> Array:
        """Capacitance of the gaps, F/m2 of the whole area. Collective."""
        gaps = self.gaps()
        share = conducting_share(gaps, self.within)[0]
        return np.asarray((1.0 - share) * VACUUM_PERMITTIVITY / np.maximum(gaps, self.within))

    def gaps(self) -> Array:
        """Gap at each point of this rank, m. Collective."""
        nodal = self.pairs.state.gap.reshape(len(self.shape), self.shape.shape[2])
        return np.asarray(_everywhere(self.comm, np.einsum("fqk,fk->fq", self.shape, nodal).ravel())[self.order])

    def quantity(self) -> Quantity:
        """Share of the interface that conducts."""
        return reported("conducting_share", lambda _: self._conducting())

    def _conducting(self) -> float:
        weights = self.kinetics.points.weights
        sums = np.array([float((self.closed() * weights).sum()), float(weights.sum())])
        self.comm.Allreduce(MPI.IN_PLACE, sums)
        return float(sums[0] / sums[1])


def conduction_over_gaps(
    case: Case, pairs: PairContact, circuit: Part | None, comm: MPI.Intracomm
) -> GapsOnCurrent | None:
    """Let faces that have parted stop conducting; None in a case whose electrolyte does not conduct. Collective.

    Raises
    ------
    MeshError
        If the sides do not have their points at the same places.
    """
    if not isinstance(circuit, CircuitPart) or circuit.conduction is None or case.electrochemistry is None:
        return None
    kinetics, facets = circuit.conduction.kinetics, pairs.surface.facets
    own = np.arange(len(facets.nodes))[:, None]
    shape = np.moveaxis(facets.shape[own, :, pairs.surface.places], 1, 2)
    dimension = facets.coordinates.shape[-1]
    places = _everywhere(comm, facets.coordinates.reshape(-1, dimension))
    order = _order(places, kinetics.points.coordinates.reshape(-1, dimension)).reshape(kinetics.points.weights.shape)
    within = float(case.electrochemistry.electrode.closes_within)
    given = GapsOnCurrent(pairs, kinetics, within, comm, shape, order)
    kinetics.closed, kinetics.gap_capacitance = given.closed, given.stored
    return given


def _everywhere(comm: MPI.Intracomm, values: Array) -> Array:
    """Values of all ranks, in their order."""
    return np.concatenate(comm.allgather(values))


def _order(places: Array, wanted: Array) -> IntArray:
    """Number of the point at each of the wanted places."""
    distance, number = cKDTree(places).query(wanted)
    if distance.size and distance.max() > CLOSE * np.ptp(places, axis=0).max():
        raise MeshError("the two sides of the interface do not have their points at the same places")
    return np.asarray(number, dtype=np.int64)
