"""A solid region whose columns take up metal that is added at interfaces: they grow, and stay where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from petsc4py import PETSc
from scipy.sparse import csr_array

from platingx.arrays import Array, Int32Array
from platingx.fields.growth_columns import GrowthColumns
from platingx.fields.growth_kernel import new_growth_response
from platingx.fields.interface_field import InterfaceField
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.fields.point_data import PointArray
from platingx.fields.solid_region import SolidRegion
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.interface_diffusion import DiffusionPath
from platingx.problems.interface_matrix import empty_matrix, fill
from platingx.problems.solid import Solid

__all__ = ["ColumnDeposit", "GrownSolid"]

LEAST_COLUMN = 0.2
"""Volume ratio below which a column of the metal is used up."""


@dataclass(frozen=True)
class ColumnDeposit:
    """Metal added at an interface, in the columns that stand on it.

    Attributes
    ----------
    path
        The interface; its thickness is known everywhere on every rank.
    columns
        The columns.
    shares
        Volume ratio that a thickness at each node adds to each column, shape (columns, local nodes), 1/m.
    """

    path: DiffusionPath
    columns: GrowthColumns
    shares: csr_array

    @classmethod
    def build(cls, path: DiffusionPath, columns: GrowthColumns) -> ColumnDeposit:
        """Q_k/V_k with Q_k = sum_a int N_k N_a dA g_a. Collective."""
        surface, field, comm = path.surface, path.deposit, columns.comm
        facets, points, nodes = surface.shape.shape
        rows = np.repeat(np.arange(facets * points), nodes)
        places = np.repeat(path.numbers[:, None, :], points, axis=1).ravel()
        values = (surface.weights[..., None] * surface.shape).ravel()
        local = csr_array((values, (rows, places)), shape=(facets * points, field.nodes))
        found = (columns.hats.at(surface.places).values.T @ local).tocoo()
        own = field.global_numbers[found.col] if found.nnz else found.col
        parts = comm.allgather((found.row, own, found.data))
        row, column, value = (np.concatenate([part[i] for part in parts]) for i in range(3))
        here = np.argsort(field.global_numbers)
        column = here[np.searchsorted(field.global_numbers[here], column)]
        whole = csr_array((value, (row, column)), shape=(len(columns.volumes), field.nodes))
        return cls(path, columns, csr_array(whole * (1.0 / columns.volumes)[:, None]))

    @property
    def field(self) -> InterfaceField:
        """The thickness g, m."""
        return self.path.deposit

    def ratios(self, thickness: Array) -> Array:
        """What thicknesses of local nodes (nodes, 1) add to the volume ratios of the columns, shape (columns,)."""
        return np.asarray(self.shares @ thickness[:, 0])

    def at_points(self, thickness: Array) -> Array:
        """What they add to Jg at the quadrature points, shape (cells, points)."""
        return self.columns.at_points(self.ratios(thickness))

    def forces(self, drives: Array) -> Array:
        """What drives at points (cells, points) give to local nodes, shape (nodes, 1); its sum over ranks counts."""
        return np.asarray(self.shares.T @ self.columns.of_points.sums(drives))[:, None]


class GrownSolid(Solid):
    """Equilibrium of a region that grows in columns by what is added at their feet.

    Jg = 1 + sum over interfaces and columns of W_pk Q_k/V_k, and the residual of the thickness is the power of growth
    by its rate: the mean over a column of psi - tau:(f A f^-1), its pressure along the fibre, integrated with the
    functions of the nodes. The derivatives are exact.

    Parameters
    ----------
    region
        Arrays of the region.
    displacement
        The displacement.
    """

    def __init__(self, region: SolidRegion, displacement: Field) -> None:
        super().__init__(region)
        self._displacement = displacement
        self._deposits: tuple[ColumnDeposit, ...] = ()
        self._matrices: dict[tuple[str, str], PETSc.Mat] = {}
        cells, nodes = region.geometry.nodes.shape
        sizes = (cells, region.growth.shape[1], nodes * displacement.dimension, region.theta.shape[1])
        self._response = new_growth_response(*sizes)

    def attach(self, deposits: Sequence[ColumnDeposit], array: PointArray) -> None:
        """Take up the deposits at its interfaces, and own its growth. Collective."""
        array.claim("interface diffusion")
        self._deposits = tuple(deposits)
        self.fields = (DISPLACEMENT, *(deposit.field.name for deposit in deposits))  # type: ignore[assignment]
        for deposit in deposits:
            for pair in ((self._displacement, deposit.field), (deposit.field, self._displacement)):
                self._matrices[pair[0].name, pair[1].name] = empty_matrix(*pair)
            for other in deposits:
                self._matrices[deposit.field.name, other.field.name] = empty_matrix(deposit.field, other.field)
        self._at_cells = [_by_cells(deposit, self.region.growth.shape) for deposit in deposits]

    def column_ratios(self) -> list[Array]:
        """Volume ratios of the columns on each interface, by what was added there."""
        return [1.0 + deposit.ratios(deposit.field.values) for deposit in self._deposits]

    def deposit_increment(self) -> float:
        """Largest change of the volume ratio of a column in the step."""
        changes = [np.abs(d.ratios(d.field.values - d.field.start)).max(initial=0.0) for d in self._deposits]
        return float(max(changes, default=0.0))

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Grow, add forces to the displacement and to the deposits, and refresh tangents and the state."""
        failure = self._exhausted()
        if failure is not None:
            return failure
        self.region.growth[...] = 1.0 + sum(d.at_points(d.field.values) for d in self._deposits)
        failure = super().evaluate(iterate, residuals)
        if failure is not None:
            return failure
        response = self._response
        self.region.growth_response(iterate.values[DISPLACEMENT], iterate.dt, response)
        condensed = response.drive - np.einsum("cps,cs->cp", response.volume, self.region.local.r)
        for deposit in self._deposits:
            forces = residuals[deposit.field.name]
            forces.internal[...] += deposit.forces(response.drive)
            forces.condensed[...] += deposit.forces(condensed)
            forces.force_scale[...] += np.abs(deposit.forces(np.abs(response.drive)))
        self._condense()
        return None

    def _exhausted(self) -> Failure | None:
        for deposit, ratios in zip(self._deposits, self.column_ratios(), strict=True):
            lowest = int(ratios.argmin())
            if ratios[lowest] < LEAST_COLUMN:
                place = tuple(float(x) for x in deposit.columns.hats.corners[lowest])
                reason = "a column of the metal is used up"
                return Failure(reason, deposit.path.name, place, FailureKind.EXHAUSTED)
        return None

    def _condense(self) -> None:
        """Eliminate the volume strain from the derivatives: d(theta) = -(r + B du + G dJg)."""
        local, response = self.region.local, self._response
        self._gain = -np.linalg.solve(local.stiffness, np.swapaxes(response.volume, 1, 2))  # (cells, modes, points)
        coupling = -np.einsum("cst,cti->csi", local.stiffness, local.B)
        self._forces = response.forces - np.einsum("csi,csp->cpi", coupling, self._gain)
        self._by_displacement = response.by_displacement - np.einsum("cps,csi->cpi", response.volume, local.B)
        self._second = -np.einsum("cps,csq->cpq", response.volume, self._gain)
        points = np.arange(self._second.shape[1])
        self._second[:, points, points] += response.second

    def _grown(self, increments: Arrays) -> Array:
        """Increments of Jg at the points."""
        nothing = np.zeros_like(self.region.growth)
        return nothing + sum(d.at_points(increments[d.field.name]) for d in self._deposits)

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the condensed tangent times increments."""
        super().multiply(increments, results)
        nodes, grown = self.element_nodes(), self._grown(increments)
        moved = increments[DISPLACEMENT][nodes].reshape(len(nodes), -1)
        forces = np.einsum("cpi,cp->ci", self._forces, grown)
        np.add.at(results[DISPLACEMENT], nodes, forces.reshape(*nodes.shape, self._displacement.dimension))
        drives = np.einsum("cpi,ci->cp", self._by_displacement, moved)
        drives += np.einsum("cpq,cq->cp", self._second, grown)
        for deposit in self._deposits:
            results[deposit.field.name][...] += deposit.forces(drives)

    def prepare_correction(self, increments: Arrays) -> None:
        """Fix the change of the volume strain that belongs to a full correction."""
        beside = np.einsum("csp,cp->cs", self._gain, self._grown(increments))
        self.region.prepare_correction(increments[DISPLACEMENT], beside)

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives with the thicknesses. Collective."""
        name, components = self._displacement.name, self._components()
        for deposit, (grown, local) in zip(self._deposits, self._at_cells, strict=True):
            own, rows = deposit.field, _global(deposit.field, local)
            forces = np.einsum("cpi,cpm->cim", self._forces, grown)
            drives = np.einsum("cpm,cpi->cmi", grown, self._by_displacement)
            fill(self._matrices[name, own.name], components, rows, forces)
            fill(self._matrices[own.name, name], rows, components, drives)
            for other, (by, numbers) in zip(self._deposits, self._at_cells, strict=True):
                second = np.einsum("cpm,cpq,cqn->cmn", grown, self._second, by, optimize=True)
                fill(self._matrices[own.name, other.field.name], rows, _global(other.field, numbers), second)
        return self._matrices

    def _components(self) -> Int32Array:
        """Global numbers of the displacement components of each cell."""
        nodes, dimension = self.element_nodes(), self._displacement.dimension
        local = np.arange(self._displacement.nodes, dtype=np.int32)
        whole = np.asarray(self._displacement.index_map.local_to_global(local))[nodes]
        numbers = whole[..., None] * dimension + np.arange(dimension)
        return np.asarray(numbers.reshape(len(nodes), nodes.shape[1] * dimension), dtype=np.int32)


def _by_cells(deposit: ColumnDeposit, shape: tuple[int, ...]) -> tuple[Array, Int32Array]:
    """What a thickness at each node that a cell feels adds to Jg at its points, 1/m.

    Returns
    -------
    tuple
        Shape (cells, points, nodes of a cell), and local numbers of these nodes (cells, nodes of a cell), -1 for none.
    """
    (cells, points), nodes = shape, deposit.field.nodes
    found = csr_array(deposit.columns.of_points.values @ deposit.shares).tocoo()
    pairs, place = np.unique(found.row // points * nodes + found.col, return_inverse=True)
    cell = pairs // nodes
    position = np.arange(len(pairs)) - np.searchsorted(cell, cell)
    numbers = np.full((cells, int(position.max(initial=0)) + 1), -1, dtype=np.int32)
    numbers[cell, position] = pairs % nodes
    values = np.zeros((cells, points, numbers.shape[1]))
    np.add.at(values, (found.row // points, found.row % points, position[place]), found.data)
    return values, numbers


def _global(field: InterfaceField, local: Int32Array) -> Int32Array:
    """Global numbers of local ones, -1 for none."""
    known = np.append(field.global_numbers, np.int32(-1))
    return np.asarray(known[local], dtype=np.int32)
