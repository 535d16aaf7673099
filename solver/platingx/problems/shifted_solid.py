"""A solid region with metal added at faces: it begins at a distance from where its neighbour ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.fields.interface_field import InterfaceField
from platingx.fields.nodal_field import DISPLACEMENT, Field, Forces
from platingx.fields.solid_region import SolidRegion
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.interface_diffusion import DiffusionPath
from platingx.problems.interface_matrix import empty_matrix, fill
from platingx.problems.solid import Solid

__all__ = ["FaceDeposit", "ShiftedSolid"]


USED_UP = 0.8
"""Share of the height of the metal's first cells that may be taken away."""


@dataclass(frozen=True)
class FaceDeposit:
    """Thickness of metal added at an interface.

    Attributes
    ----------
    path
        The interface.
    normals
        Directions from the interface into the metal, shape (local nodes of the field, dimension).
    """

    path: DiffusionPath
    normals: Array

    @property
    def field(self) -> InterfaceField:
        """The thickness g, m."""
        return self.path.deposit

    def move(self, thickness: Array, result: Array) -> None:
        """Add g n to displacements of local nodes."""
        result[self.field.places] += thickness * self.normals

    def along(self, forces: Array) -> Array:
        """n.f of forces on local displacement nodes, shape (local nodes of the field, 1)."""
        return np.einsum("ni,ni->n", self.normals, forces[self.field.places])[:, None]

    def failure(self) -> Failure | None:
        """Metal that diffusion has taken from where none is left, or that has been added until it meets itself."""
        numbers, surface = self.path.numbers, self.path.surface
        if not len(numbers):
            return None
        thickness = self.field.values[numbers, 0]
        lowest = thickness.min(axis=1) + USED_UP * surface.depths
        facet = int(lowest.argmin())
        if lowest[facet] < 0.0:
            node = numbers[facet, int(thickness[facet].argmin())]
            return self._at(node, "the metal at the interface is used up", FailureKind.EXHAUSTED)
        ratio = surface.area_ratio(thickness[..., None] * self.normals[numbers]).min(axis=1)
        facet = int(ratio.argmin())
        if ratio[facet] > 0.0:
            return None
        node = numbers[facet, int(thickness[facet].argmax())]
        return self._at(node, "the metal added at the interface meets itself in a hollow", FailureKind.FOLDED)

    def _at(self, node: int, reason: str, kind: FailureKind) -> Failure:
        return Failure(reason, self.path.name, tuple(float(x) for x in self.path.places[node]), kind)

    def increment(self) -> float:
        """Largest change of the thickness in the step over the height of the metal's first cells, on this rank."""
        change = np.abs(self.field.values - self.field.start)[self.path.numbers, 0]
        return float((change / self.path.surface.depths[:, None]).max(initial=0.0))


class ShiftedSolid(Solid):
    """Equilibrium of a region whose face nodes stand at u + g n, u the displacement that it shares with its neighbour.

    The residual of g is n.f, f the forces of the region on its nodes: the pressure on the face, integrated with the
    functions of the nodes.

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
        self._deposits: tuple[FaceDeposit, ...] = ()
        self._touched: list[Int32Array] = []
        self._matrices: dict[tuple[str, str], PETSc.Mat] = {}

    def attach(self, deposits: Sequence[FaceDeposit]) -> None:
        """Take up the deposits at its faces. Collective."""
        self._deposits = tuple(deposits)
        self.fields = (DISPLACEMENT, *(deposit.field.name for deposit in deposits))  # type: ignore[assignment]
        self.region.shift = self._shift
        nodes = self.element_nodes()
        self._touched = [
            np.flatnonzero((deposit.field.number[nodes] >= 0).any(axis=1)).astype(np.int32) for deposit in deposits
        ]
        for deposit in deposits:
            for pair in ((self._displacement, deposit.field), (deposit.field, self._displacement)):
                self._matrices[pair[0].name, pair[1].name] = empty_matrix(*pair)
            for other in deposits:
                pair = (deposit.field, other.field)
                self._matrices[pair[0].name, pair[1].name] = empty_matrix(*pair)

    def _shift(self) -> Array:
        """The present g n on local displacement nodes."""
        result = np.zeros_like(self._displacement.values)
        for deposit in self._deposits:
            deposit.move(deposit.field.values, result)
        return result

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add forces to the displacement and to the deposits, and refresh tangents and the state."""
        for deposit in self._deposits:
            failure = deposit.failure()
            if failure is not None:
                return failure
        own = Forces(*(np.zeros_like(array) for array in residuals[DISPLACEMENT]))
        failure = super().evaluate(iterate, {DISPLACEMENT: own})
        if failure is not None:
            return failure
        for total, array in zip(residuals[DISPLACEMENT], own, strict=True):
            total += array
        for deposit in self._deposits:
            forces = residuals[deposit.field.name]
            forces.internal[...] += deposit.along(own.internal)
            forces.condensed[...] += deposit.along(own.condensed)
            places = own.force_scale[deposit.field.places]
            forces.force_scale[...] += np.einsum("ni,ni->n", np.abs(deposit.normals), places)[:, None]
        return None

    def deposit_increment(self) -> float:
        """Largest change of a thickness in the step over the height of the metal's first cells, on this rank."""
        return max((deposit.increment() for deposit in self._deposits), default=0.0)

    def _moved(self, increments: Arrays) -> Array:
        result = increments[DISPLACEMENT].copy()
        for deposit in self._deposits:
            deposit.move(increments[deposit.field.name], result)
        return result

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the condensed tangent times increments."""
        own = np.zeros_like(results[DISPLACEMENT])
        self.region.multiply(self._moved(increments), own)
        results[DISPLACEMENT][...] += own
        for deposit in self._deposits:
            results[deposit.field.name][...] += deposit.along(own)

    def prepare_correction(self, increments: Arrays) -> None:
        """Fix the change of the volume strain that belongs to a full correction."""
        self.region.prepare_correction(self._moved(increments))

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives with the thicknesses: K n and n K n of the cells at the faces. Collective."""
        nodes, name = self.element_nodes(), self._displacement.name
        dimension = self._displacement.dimension
        for deposit, cells in zip(self._deposits, self._touched, strict=True):
            own = deposit.field
            local = nodes[cells]
            normals, numbers = _at(deposit, local)
            stiffness = self.region.local.matrices[cells].reshape(*local.shape, dimension, *local.shape[1:], dimension)
            right = np.einsum("caibj,cbj->caib", stiffness, normals)
            left = np.einsum("cai,caibj->cabj", normals, stiffness)
            whole = np.asarray(self._displacement.index_map.local_to_global(local.ravel().astype(np.int32)))
            components = (whole.reshape(local.shape)[..., None] * dimension + np.arange(dimension)).reshape(
                len(cells), local.shape[1] * dimension
            )
            count = (len(cells), components.shape[1], local.shape[1])
            fill(self._matrices[name, own.name], components, numbers, right.reshape(count))
            fill(self._matrices[own.name, name], numbers, components, left.reshape(count[0], count[2], count[1]))
            for other in self._deposits:
                others, columns = _at(other, local)
                values = np.einsum("cabj,cbj->cab", left, others)
                fill(self._matrices[own.name, other.field.name], numbers, columns, values)
        return self._matrices


def _at(deposit: FaceDeposit, nodes: Int32Array) -> tuple[Array, Int32Array]:
    """Directions and global numbers at displacement nodes; zero and -1 elsewhere."""
    number = deposit.field.number[nodes]
    there = number >= 0
    normals = np.zeros((*nodes.shape, deposit.normals.shape[1]))
    normals[there] = deposit.normals[number[there]]
    numbers = np.full(nodes.shape, -1, dtype=np.int32)
    numbers[there] = deposit.field.global_numbers[number[there]]
    return normals, numbers
