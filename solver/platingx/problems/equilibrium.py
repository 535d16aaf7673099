"""Quasi-static equilibrium: unknown displacements, a list of contributions, a list of constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from dolfinx import fem, la
from mpi4py import MPI

from platingx.arrays import Array
from platingx.problems.constraints import PrescribedDisplacement, constrain
from platingx.problems.contribution import Contribution, Failure, FailureKind, Forces
from platingx.problems.largest_residual import LargestResidual, find_largest_residual
from platingx.problems.linear import LinearSystem
from platingx.profiling import count, phase

#: Forces are only resolved relative to those of this strain: round-off of a strain is 1e-16 or so.
SMALLEST_STRAIN = 1e-6


@dataclass(frozen=True)
class Residual:
    """Size of the out-of-balance force at an iterate.

    Attributes
    ----------
    norm
        Norm of the condensed residual over free components, N (N/m in plane strain).
    force_scale
        Norm of the sums of absolute element forces, same unit.
    internal
        Norm of the nodal forces, supports included, that the pending correction of internal (condensed) unknowns
        (the volume strain of the cells) would change, same unit. Without free nodes, or in a
        uniform state, ``norm`` does not feel it.
    failure
        Why it could not be evaluated, or None.
    """

    norm: float
    force_scale: float
    internal: float = 0.0
    failure: Failure | None = None

    @property
    def relative(self) -> float:
        """Residual over force_scale; infinite after a failure."""
        return self._over_scale(self.norm)

    @property
    def internal_relative(self) -> float:
        """Pending change of internal forces over force_scale; infinite after a failure."""
        return self._over_scale(self.internal)

    def _over_scale(self, force: float) -> float:
        if self.failure is not None or not np.isfinite(force):
            return float("inf")
        if force == 0.0:
            return 0.0
        return force / self.force_scale if self.force_scale > 0.0 else float("inf")


class Equilibrium:
    """Discrete equilibrium of a body.

    Parameters
    ----------
    space
        Vector-valued displacement space.
    contributions
        Parts of the residual (solid regions, later contacts, springs).
    constraints
        Prescribed displacements.
    stiffness_scale
        Order of magnitude of the stiffness, Pa, for the diagonal of prescribed unknowns.
    preset, petsc_options
        Linear solver.
    """

    def __init__(
        self,
        space: fem.FunctionSpace,
        contributions: Sequence[Contribution],
        constraints: Sequence[PrescribedDisplacement],
        stiffness_scale: float,
        preset: str = "direct",
        petsc_options: dict[str, str] | None = None,
    ) -> None:
        index_map = space.dofmap.index_map
        self.space = space
        self.comm: MPI.Intracomm = space.mesh.comm
        self.dimension = space.dofmap.index_map_bs
        self.owned = index_map.size_local
        self.nodes = self.owned + index_map.num_ghosts
        self.contributions = tuple(contributions)
        self.constraints = constrain(constraints, self.nodes, self.dimension)
        self.displacement = np.zeros((self.nodes, self.dimension))
        self._converged = self.displacement.copy()
        self._before = self.displacement.copy()
        self._held_by = self.displacement.copy()  # internal forces of the converged state
        self._vectors = [la.vector(index_map, self.dimension) for _ in range(3)]
        self.forces = Forces(*(v.array.reshape(-1, self.dimension) for v in self._vectors))
        self.resolvable_force = 0.0  # N (N/m in plane strain), from the first evaluation on; a checkpoint keeps it
        self.linear = LinearSystem(space, contributions, self.constraints.mask, stiffness_scale, preset, petsc_options)

    @property
    def unknowns(self) -> int:
        """Number of displacement unknowns over all ranks."""
        return int(self.space.dofmap.index_map.size_global * self.dimension)

    def begin(self, time: float, ratio: float) -> None:
        """Start a step that ends at ``time``.

        Parameters
        ----------
        time
            End of the step, s.
        ratio
            Step over the last step: the last increment times this is the first guess; 0 starts
            from the converged state.
        """
        self.linear.begin()
        self.displacement[...] = self._converged + ratio * (self._converged - self._before)
        for part in self.contributions:
            part.begin(ratio)
            part.prescribe(time)

    def dirichlet_increment(self, time: float) -> Array:
        """What prescribed components still lack of their values at a time, zero elsewhere."""
        jump = self.constraints.values(time) - self.displacement
        jump[~self.constraints.mask] = 0.0
        return jump

    def evaluate(self, dt: float) -> Residual:
        """Forces and tangents of the present iterate, the same result on all ranks."""
        self.forces.clear()
        count("evaluations")
        failure = None
        with phase("element kernel"):
            for part in self.contributions:
                failure = part.evaluate(self.displacement, dt, self.forces)
                if failure is not None:
                    break
        if failure is not None and failure.cell is not None:
            original = self.space.mesh.topology.original_cell_index
            failure = replace(failure, cell=int(original[failure.cell]))
        failure = first_failure(self.comm, failure)
        if failure is not None:
            return Residual(float("inf"), 1.0, failure=failure)
        for vector in self._vectors:
            vector.scatter_reverse(la.InsertMode.add)
        if self.resolvable_force == 0.0:
            self.resolvable_force = self._resolvable_force()
        forces, owned = self.forces, slice(0, self.owned)
        free = np.where(self.constraints.mask, 0.0, forces.condensed)[owned]
        internal = (forces.internal - forces.condensed)[owned]
        squares = np.array([np.sum(part**2) for part in (free, internal, forces.force_scale[owned])])
        self.comm.Allreduce(MPI.IN_PLACE, squares)
        if not np.isfinite(squares).all():
            return Residual(float("inf"), 1.0, failure=self._force_not_finite())
        force_scale = max(float(np.sqrt(squares[1] + squares[2])), self.resolvable_force)
        return Residual(float(np.sqrt(squares[0])), force_scale, float(np.sqrt(squares[1])))

    def _force_not_finite(self) -> Failure:
        """A load or a part that gave a force that is not a number. Collective."""
        largest = self.largest_residual()
        region = " and ".join(largest.regions) or "no region"
        return Failure("a nodal force is not finite", region, largest.place, FailureKind.NOT_FINITE)

    def largest_residual(self) -> LargestResidual:
        """Free node with the largest out-of-balance force of the present iterate. Collective."""
        free = np.where(self.constraints.mask, 0.0, self.forces.condensed)[: self.owned]
        states = [(part, part.saved_state()) for part in self.contributions]
        named = {state.name: part.element_nodes() for part, state in states if state is not None}
        return find_largest_residual(self.space, free, named)

    def _resolvable_force(self) -> float:
        """Norm of the forces that a strain of ``SMALLEST_STRAIN`` gives: the force_scale of a body without stress."""
        domain = self.space.mesh
        cells = domain.topology.index_map(domain.topology.dim)
        sizes = domain.h(domain.topology.dim, np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32))
        size = np.full(self.nodes, np.inf)
        np.minimum.at(size, self.space.dofmap.list, sizes[:, None])
        stiffness = la.vector(self.space.dofmap.index_map, self.dimension)
        view = stiffness.array.reshape(-1, self.dimension)
        for part in self.contributions:
            nodes = part.element_nodes()
            diagonal = np.abs(np.einsum("eii->ei", part.element_matrices()))
            np.add.at(view, nodes, diagonal.reshape(*nodes.shape, self.dimension))
        stiffness.scatter_reverse(la.InsertMode.add)
        square = float(np.sum((view * size[:, None])[: self.owned] ** 2))
        return SMALLEST_STRAIN * float(np.sqrt(self.comm.allreduce(square, MPI.SUM)))

    def newton_direction(self, jump: Array, tolerance: float, near: bool = False) -> tuple[Array, str]:
        """Full Newton correction of the present iterate, prescribed jumps included.

        Parameters
        ----------
        jump
            Prescribed displacement still missing, shape (local nodes, dimension), m.
        tolerance
            Relative residual at which an iterative linear solver stops.
        near
            Whether equilibrium is near, so that what was prepared for an earlier tangent of the step may serve.

        Returns
        -------
        increment, problem
            Increment on local nodes, and what was wrong with the linear solve on any rank; empty if nothing.
        """
        if not near:
            self.linear.begin()
        self.linear.assemble()
        right = -self.forces.condensed[: self.owned]
        if self.comm.allreduce(bool(np.any(jump)), MPI.LOR):
            product = la.vector(self.space.dofmap.index_map, self.dimension)
            view = product.array.reshape(-1, self.dimension)
            for part in self.contributions:
                part.multiply(jump, view)
            product.scatter_reverse(la.InsertMode.add)
            right = right - view[: self.owned]
        right = np.where(self.constraints.mask[: self.owned], 0.0, right)
        increment, report = self.linear.solve(right, tolerance)
        increment += jump
        finite = bool(self.comm.allreduce(bool(np.all(np.isfinite(increment))), MPI.LAND))
        if not report.converged:
            return increment, f"PETSc's reason {report.reason} after {report.iterations} iterations"
        return increment, "" if finite else "its solution is not finite"

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        self._before = self._converged
        self._converged = self.displacement.copy()
        self._held_by = self.forces.internal.copy()
        for part in self.contributions:
            part.commit()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.displacement[...] = self._converged
        self.forces.internal[...] = self._held_by
        for part in self.contributions:
            part.rollback()

    def saved_nodes(self) -> dict[str, Array]:
        """Nodal arrays of the last converged state, shape (local nodes, dimension), right on ghosts too. Collective."""
        forces = la.vector(self.space.dofmap.index_map, self.dimension)
        forces.array[:] = self._held_by.ravel()
        forces.scatter_forward()
        return {
            "displacement": self._converged.copy(),
            "displacement_before": self._before.copy(),
            "internal_force": forces.array.reshape(self._converged.shape).copy(),
        }

    def restore_nodes(self, arrays: dict[str, Array]) -> None:
        """Take over the nodal arrays of a converged state; the parts take over theirs themselves."""
        self._converged = arrays["displacement"].copy()
        self._before = arrays["displacement_before"].copy()
        self._held_by = arrays["internal_force"].copy()
        self.displacement[...] = self._converged
        self.forces.internal[...] = self._held_by

    def reaction(self, name: str) -> Array:
        """Sum of the support forces of a constraint, shape (dimension,), N (N/m in plane strain).

        Parameters
        ----------
        name
            Name shared by one or several constraints.
        """
        total = np.zeros(self.dimension)
        for component in range(self.dimension):
            nodes = [c.nodes for c in self.constraints.constraints if c.name == name and c.component == component]
            if nodes:
                unique = np.unique(np.concatenate(nodes))
                total[component] = self.forces.internal[unique[unique < self.owned], component].sum()
        self.comm.Allreduce(MPI.IN_PLACE, total)
        return total


def first_failure(comm: MPI.Intracomm, failure: Failure | None) -> Failure | None:
    """The failure of the lowest rank that has one, on all ranks."""
    rank = comm.allreduce(comm.rank if failure is not None else comm.size, MPI.MIN)
    if rank == comm.size:
        return None
    shared: Failure = comm.bcast(failure, root=rank)
    return shared
