"""Charge transfer at the points of an interface between the potential of an electrolyte and an equipotential metal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import GlobalUnknowns, NodalField
from platingx.fields.saved_state import Saved
from platingx.materials.local_law import LocalLaw
from platingx.problems.contribution import Arrays, Iterate, Residuals

__all__ = ["InterfaceKinetics", "InterfacePoints", "empty_matrix"]


class StressLine(Protocol):
    """What stress takes of the voltage, as a line in the charge of a step; at each point, or the same everywhere."""

    @property
    def converged(self) -> float | Array:
        """Overpotential of the last converged state, V."""

    def expected(self, charge: float) -> tuple[float | Array, float | Array]:
        """Overpotential (V) after a charge per area of the step (C/m2), and its derivative (V m2/C)."""


@dataclass(frozen=True)
class InterfacePoints:
    """Quadrature points on the facets of an interface, as its electrolyte sees them; of this rank's cells.

    Attributes
    ----------
    nodes
        Local nodes of the potential in the cell of each facet, shape (facets, nodes).
    shape
        Functions of the potential at the points, shape (facets, points, nodes).
    weights
        Area of each point, m2 (m in plane strain), shape (facets, points).
    coordinates
        Reference coordinates, shape (facets, points, dimension), m.
    """

    nodes: Int32Array
    shape: Array
    weights: Array
    coordinates: Array

    def values(self, nodal: Array) -> Array:
        """Values of a scalar field (local nodes, 1) at the points, shape (facets, points)."""
        return np.asarray(np.einsum("fqn,fn->fq", self.shape, nodal[self.nodes, 0]))


class InterfaceKinetics:
    """Current through an interface, with the current density of each point as an unknown that is eliminated.

    At a point Z i + eta_ct(i) = phi + U - eta_m, with the potential phi of the electrolyte, which is zero at the
    counter electrode, and U the voltage between counter electrode and metal beyond equilibrium. The current density
    leaves the electrolyte, and its mean is that of the circuit:

        r_phi = int i v dA,   r_U = i_mean - int i dA/A.

    Linearised in i, the law gives i + (phi + U - eta_m - Z i - eta_ct)/(Z + eta_ct'), which never overflows.

    Parameters
    ----------
    points
        Quadrature points of the interface.
    potential
        Potential of the electrolyte, V.
    voltage
        U, V.
    mean
        Mean current density i_mean, A/m2.
    law
        What a current has to overcome at a point.
    area
        Area of the whole interface, m2 (m in plane strain).
    stress
        What stress takes of the voltage.

    Attributes
    ----------
    current
        Current density of the points, A/m2, shape (facets, points).
    contact
        Gives at the begin of a step the share of the area of each point that can still be stripped, above 0; None where
        all of it can. The current density of the law is that of this share.
    closed
        The same for both senses: the share of the area of each point over which the two sides are close enough.
    gap_capacitance
        Gives what the rest of each point stores as a gap, F/m2 of the whole area, for the impedance; None for nothing.
    """

    name = "interface kinetics"

    def __init__(
        self,
        points: InterfacePoints,
        potential: NodalField,
        voltage: GlobalUnknowns,
        mean: GlobalUnknowns,
        law: LocalLaw,
        area: float,
        stress: StressLine,
    ) -> None:
        self.points, self.law = points, law
        self._potential, self._voltage, self._mean = potential, voltage, mean
        self._names = (potential.name, voltage.name, mean.name)
        self.fields = self._names
        self._area, self._stress = area, stress
        self.current: Array = np.zeros_like(points.weights)
        self._conductance = np.zeros_like(points.weights)  # 1/(Z + eta_ct')
        self._missing, self._base, self._change = (np.zeros_like(points.weights) for _ in range(3))
        self._stiffness: Array = np.zeros_like(points.weights)  # of what stress takes, by the mean current
        self.contact: Callable[[], Array | None] = lambda: None
        self.closed: Callable[[], Array | None] = lambda: None
        self.gap_capacitance: Callable[[], Array | None] = lambda: None
        self._share: Array | None = None
        self._closed: Array | None = None
        self._matrices = {
            (row, column): empty_matrix(self._field(row), self._field(column))
            for row in self._names[:2]
            for column in self._names
        }
        self._global = np.asarray(potential.index_map.local_to_global(np.arange(potential.nodes, dtype=np.int32)))

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the current of the points, and refresh the tangent."""
        potential, voltage, mean = self._names
        current = float(iterate.values[mean][0, 0])
        stress, slope = self._stress.expected(current * iterate.dt)
        driving = self.points.values(iterate.values[potential]) + float(iterate.values[voltage][0, 0]) - stress
        drop, resistance = self._law(driving)
        self._conductance, self._missing = np.asarray(1.0 / resistance), np.asarray(driving - drop)
        self._stiffness = np.broadcast_to(np.asarray(slope * iterate.dt), driving.shape)
        eliminated: Array = self.current + self._conductance * self._missing
        size: Array = np.abs(self.current) + self._conductance * (np.abs(driving) + np.abs(drop))
        forces = residuals[potential]
        self._add(forces.internal, self.current, self.points.shape)
        self._add(forces.condensed, eliminated, self.points.shape)
        self._add(forces.force_scale, size, np.abs(self.points.shape))
        balance = residuals[voltage]
        balance.internal[0, 0] -= float((self.current * self.points.weights).sum()) / self._area
        balance.condensed[0, 0] -= float((eliminated * self.points.weights).sum()) / self._area
        balance.force_scale[0, 0] += float((size * self.points.weights).sum()) / self._area
        if self._voltage.owned:
            balance.internal[0, 0] += current
            balance.condensed[0, 0] += current
            balance.force_scale[0, 0] += abs(current)

    def drop(self) -> Array:
        """Voltage that film and charge transfer take at the points, V."""
        return self._law(self.current)[0]

    def _law(self, sense: Array) -> tuple[Array, Array]:
        """Voltage that the currents take, V, and its slope, ohm m2, of the share of each point that conducts."""
        share = self._conducting(sense)
        if share is None:
            return self.law.drop(self.current)
        drop, slope = self.law.drop(self.current / share)
        return drop, slope / share

    def _conducting(self, sense: Array) -> Array | None:
        """Share of the area of each point that passes a current of a sense; None where all of it does."""
        if self._share is None:
            return self._closed
        share = np.where(sense < 0.0, self._share, 1.0)
        return share if self._closed is None else share * self._closed

    def closed_now(self) -> Array:
        """Share of the area of each point over which the two sides are close enough, as the law has it."""
        return np.ones_like(self.current) if self._closed is None else self._closed

    def take_closed(self, share: Array) -> None:
        """Take over that share within a step."""
        self._closed = share

    def differential(self) -> tuple[Array, Array]:
        """Share of the area of each point that conducts, and slope (ohm m2) of charge transfer on it, as it is now."""
        share = self._conducting(self.current)
        whole = np.ones_like(self.current) if share is None else share
        return whole, self.law.drop(self.current / whole)[1] - self.law.film

    def _add(self, array: Array, density: Array, shape: Array) -> None:
        """Add the integral of a density times functions to an array of local nodes."""
        np.add.at(array[:, 0], self.points.nodes, np.einsum("fq,fqn->fn", density * self.points.weights, shape))

    def _field(self, name: str) -> NodalField | GlobalUnknowns:
        return {field.name: field for field in (self._potential, self._voltage, self._mean)}[name]

    def _columns(self) -> tuple[Array, tuple[Array, Array], tuple[float, float]]:
        """Derivatives: of the potential's residual by the potential, (facets, nodes, nodes), and by U, (facets, nodes).

        That by U also with what stress takes by the mean current, and the integrals of both conductances.
        """
        weighted = self._conductance * self.points.weights
        shape = self.points.shape
        block = np.einsum("fq,fqa,fqb->fab", weighted, shape, shape)
        both = (weighted, weighted * self._stiffness)
        edge, stiff = (np.einsum("fq,fqa->fa", one, shape) for one in both)
        return block, (edge, stiff), (float(both[0].sum()), float(both[1].sum()))

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives at the last iterate. Collective."""
        potential, voltage, mean = self._names
        block, (edges, stiff), (total, stiff_total) = self._columns()
        for matrix in self._matrices.values():
            matrix.zeroEntries()
        first = np.zeros(1, dtype=PETSc.IntType)
        add = PETSc.InsertMode.ADD_VALUES
        rows = self._global[self.points.nodes].astype(PETSc.IntType)
        for nodes, square, edge, stress in zip(rows, block, edges, stiff, strict=True):
            self._matrices[potential, potential].setValues(nodes, nodes, square, addv=add)
            self._matrices[potential, voltage].setValues(nodes, first, edge, addv=add)
            self._matrices[potential, mean].setValues(nodes, first, -stress, addv=add)
            self._matrices[voltage, potential].setValues(first, nodes, -edge / self._area, addv=add)
        own = 1.0 if self._voltage.owned else 0.0
        self._matrices[voltage, voltage].setValues(first, first, -total / self._area, addv=add)
        self._matrices[voltage, mean].setValues(first, first, own + stiff_total / self._area, addv=add)
        for matrix in self._matrices.values():
            matrix.assemble()
        return self._matrices

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the derivatives times increments, to local nodes."""
        potential, voltage, mean = self._names
        change = self._conductance * self._of_driving(increments)
        self._add(results[potential], change, self.points.shape)
        results[voltage][0, 0] -= float((change * self.points.weights).sum()) / self._area
        if self._voltage.owned:
            results[voltage][0, 0] += float(increments[mean][0, 0])

    def _of_driving(self, increments: Arrays) -> Array:
        """Change of the driving voltage at the points."""
        potential, voltage, mean = self._names
        rest = float(increments[voltage][0, 0]) - self._stiffness * float(increments[mean][0, 0])
        return np.asarray(self.points.values(increments[potential]) + rest)

    def prepare_correction(self, increments: dict[str, Array]) -> None:
        """Fix the change of the current densities that belongs to a full correction."""
        self._base = self.current.copy()
        self._change = self._conductance * (self._missing + self._of_driving(increments))

    def apply_correction(self, fraction: float) -> None:
        """Apply a fraction of the prepared change."""
        self.current = self._base + fraction * self._change

    def begin(self, time: float, ratio: float) -> None:
        """Start from the current densities of the last converged state, which its potential determines."""
        del time, ratio
        phi = self.points.values(self._potential.converged)
        driving = phi + float(self._voltage.converged[0, 0]) - self._stress.converged
        self.current, self._share, self._closed = self.law.current(driving), self.contact(), self.closed()
        share = self._conducting(driving)
        if share is not None:
            self.current *= share

    def commit(self) -> None:
        """Nothing to keep: the converged potential determines the current densities."""

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.begin(0.0, 0.0)

    def saved(self) -> Saved:
        """Nothing beside the fields."""
        return Saved("interface kinetics", "global", np.zeros(0, dtype=np.int32), {})

    def restore(self, saved: Saved) -> None:
        """Take over the converged state of the fields."""
        del saved
        self.begin(0.0, 0.0)


def empty_matrix(row: NodalField | GlobalUnknowns, column: NodalField | GlobalUnknowns) -> PETSc.Mat:
    """An empty matrix between owned nodes of two scalar fields, whose pattern its first entries make."""
    matrix = PETSc.Mat().create(row.comm)
    matrix.setSizes(((row.owned, None), (column.owned, None)))
    matrix.setType("aij")
    matrix.setUp()
    matrix.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
    return matrix
