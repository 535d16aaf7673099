"""A nonlinear problem: fields, contributions to their residuals, and constraints, solved together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.fields.nodal_field import DISPLACEMENT, Field, Forces, NodalField
from platingx.fields.saved_state import Stateful
from platingx.problems.block_system import BlockSystem
from platingx.problems.contribution import Condensing, Conserving, Contribution, ElementTangent, Iterate, Switching
from platingx.problems.correction import Correction
from platingx.problems.failure import Failure, FailureKind, first_failure
from platingx.problems.force_scale import diagonal_force, resolvable_force
from platingx.problems.largest_residual import LargestResidual, find_largest_residual
from platingx.problems.norms import FieldNorm, Norms
from platingx.problems.ties import Ties
from platingx.profiling import count, phase

__all__ = ["Problem"]


class Problem:
    """Fields x contributions x constraints under one Newton's method.

    Parameters
    ----------
    fields
        The unknowns.
    contributions
        Parts of the residuals.
    constraints
        Prescribed and tied components.
    stiffness_scale
        Order of magnitude of the stiffness, Pa, for the diagonal of prescribed displacements.
    preset, petsc_options
        Linear solver.
    states
        What evolves with the steps beside fields and contributions, such as growth.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        contributions: Sequence[Contribution],
        constraints: Sequence[Constraint],
        stiffness_scale: float,
        preset: str = "direct",
        petsc_options: dict[str, str] | None = None,
        states: Sequence[Stateful] = (),
    ) -> None:
        self.fields = {field.name: field for field in fields}
        self.comm: MPI.Intracomm = fields[0].comm
        self.contributions = tuple(contributions)
        self.states = (*(part for part in self.contributions if isinstance(part, Stateful)), *states)
        self._switching = tuple(part for part in self.contributions if isinstance(part, Switching))
        self._conserving = any(isinstance(part, Conserving) for part in self.contributions)
        for field in fields:
            field.constrain(constraints)
        self.ties = Ties(self.fields)
        self.time = self.dt = self.converged_time = self.converged_dt = 0.0
        self.resolvable_force = 0.0  # N (N/m in plane strain), from the first evaluation on; a checkpoint keeps it
        self._floors = dict.fromkeys(self.fields, 0.0)
        self._levers = {name: self.ties.largest_resultant(name) for name in self.fields}
        self._norms = Norms()
        self.linear = BlockSystem(fields, contributions, self.ties, stiffness_scale, preset, petsc_options)

    @property
    def unknowns(self) -> int:
        """Number of unknowns of all fields over all ranks."""
        return sum(field.unknowns for field in self.fields.values())

    @property
    def displacement(self) -> Array:
        """Values of the displacement, shape (local nodes, dimension), m."""
        return self.fields[DISPLACEMENT].values

    @property
    def forces(self) -> Forces:
        """Residual of the displacement."""
        return self.fields[DISPLACEMENT].forces

    @property
    def iterate(self) -> Iterate:
        """The present iterate."""
        values = {name: field.values for name, field in self.fields.items()}
        return Iterate(self.time, self.dt, values, {name: field.start for name, field in self.fields.items()})

    def begin(self, time: float, dt: float, ratio: float) -> None:
        """Start a step.

        Parameters
        ----------
        time, dt
            End of the step and its size, s.
        ratio
            Step over the last step: the last increment times this is the first guess; 0 starts
            from the converged state.
        """
        self.time, self.dt = time, dt
        self.linear.begin()
        self._floors = dict.fromkeys(self.fields, 0.0)
        for field in self.fields.values():
            field.begin(ratio)
        for state in self.states:
            state.begin(time, ratio)
        for part in self._switching:
            part.correct_guess(time, dt, self.fields)

    def evaluate(self) -> Norms:
        """Residuals and tangents of the present iterate, the same result on all ranks."""
        for field in self.fields.values():
            field.forces.clear()
        count("evaluations")
        failure, iterate = None, self.iterate
        residuals = {name: field.forces for name, field in self.fields.items()}
        with phase("element kernel"):
            for part in self.contributions:
                failure = part.evaluate(iterate, residuals)
                if failure is not None:
                    break
        failure = first_failure(self.comm, self._of_mesh(failure))
        if failure is not None:
            return Norms(failure=failure)
        for field in self.fields.values():
            field.add_up_forces()
        self.ties.move_forces()
        if self.resolvable_force == 0.0 and DISPLACEMENT in self.fields:
            self.resolvable_force = resolvable_force(self.fields[DISPLACEMENT], self.contributions)
        squares = np.array([_squares(field) for field in self.fields.values()])
        self.comm.Allreduce(MPI.IN_PLACE, squares)
        if not np.isfinite(squares).all():
            return Norms(failure=self._force_not_finite())
        norms = {name: self._norm(name, row) for name, row in zip(self.fields, squares, strict=True)}
        self._norms = Norms(norms, self._pending(), state=self._state(), conserving=self._conserving)
        return self._norms

    def _state(self) -> int | None:
        """Number of the states of what switches, the same on all ranks; None if nothing does. Collective."""
        if not self._switching:
            return None
        digest = blake2b(str(self.comm.rank).encode(), digest_size=8)
        for part in self._switching:
            digest.update(part.state_key())
        own = np.frombuffer(digest.digest(), dtype=np.int64).copy()
        self.comm.Allreduce(MPI.IN_PLACE, own, MPI.BXOR)
        return int(own[0])

    def unsettled(self) -> Failure | None:
        """What changed its state in the last evaluation, the same on all ranks; None if nothing did. Collective."""
        found = (part.unsettled() for part in self._switching)
        return first_failure(self.comm, next((failure for failure in found if failure is not None), None))

    def _scales(self) -> dict[str, float]:
        """Force that the residual of each field is measured by in the linear system: that of the iterate, if any."""
        found = self._norms.fields
        return {name: norm.force_scale or norm.free or 1.0 for name, norm in found.items()}

    def _norm(self, name: str, squares: Array) -> FieldNorm:
        lever = 1.0 if name == DISPLACEMENT else self._levers[name]
        floor = max(lever * self.resolvable_force, self._floors[name])
        force_scale = max(float(np.sqrt(squares[1] + squares[2])), floor)
        return FieldNorm(float(np.sqrt(squares[0])), force_scale, float(np.sqrt(squares[1])))

    def _of_mesh(self, failure: Failure | None) -> Failure | None:
        """The failure with the number of its cell in the mesh file."""
        field = self.fields.get(DISPLACEMENT)
        if failure is None or failure.cell is None or not isinstance(field, NodalField):
            return failure
        return replace(failure, cell=int(field.space.mesh.topology.original_cell_index[failure.cell]))

    def _force_not_finite(self) -> Failure:
        """A load or a part that gave a force that is not a number. Collective."""
        largest = self.largest_residual()
        region = " and ".join(largest.regions) or "no region"
        return Failure("a nodal force is not finite", region, largest.place, FailureKind.NOT_FINITE)

    def _increments_of_constraints(self) -> dict[str, Array]:
        """What prescribed components, and those that are tied to them, still lack of their values."""
        return self.ties.follow({name: field.dirichlet_increment(self.time) for name, field in self.fields.items()})

    def _pending(self) -> bool:
        """Whether prescribed values are still to be reached. Collective."""
        increments = self._increments_of_constraints()
        found = [field.pending(increments[name]) for name, field in self.fields.items()]  # each is collective
        return any(found)

    def largest_residual(self) -> LargestResidual:
        """Where the present iterate is farthest from equilibrium. Collective."""
        parts = [part for part in self.contributions if isinstance(part, ElementTangent) and isinstance(part, Stateful)]
        return find_largest_residual(tuple(self.fields.values()), {part.name: part.element_nodes() for part in parts})

    def correction(self, tolerance: float, reuse: bool = False) -> Correction:
        """Full Newton correction of the present iterate, what prescribed components still lack included. Collective.

        Parameters
        ----------
        tolerance
            Relative residual at which an iterative linear solver stops.
        reuse
            Whether equilibrium is near, so that what was prepared for an earlier tangent of the step may serve.
        """
        if not reuse:
            self.linear.begin()
        self.linear.assemble(self._scales())
        self._floors = {name: diagonal_force(self.contributions, field) for name, field in self.fields.items()}
        jump = self._increments_of_constraints()
        rights = {name: _right_side(field) for name, field in self.fields.items()}
        if self.comm.allreduce(any(bool(np.any(array)) for array in jump.values()), MPI.LOR):
            products = self.linear.multiply(jump)
            rights = {name: right - products[name] for name, right in rights.items()}
        increments, report = self.linear.solve(rights, tolerance)
        for name, array in increments.items():
            array += jump[name]
        trouble = "" if self._finite(increments) else "its solution is not finite"
        if not report.converged:
            trouble = f"PETSc's reason {report.reason} after {report.iterations} iterations"
        base: dict[str, Array] = {name: field.values.copy() for name, field in self.fields.items()}
        if not trouble:
            for part in self.contributions:
                if isinstance(part, Condensing):
                    part.prepare_correction(increments)
        return Correction(increments, base, trouble, self._relative_size(increments))

    def _finite(self, arrays: dict[str, Array]) -> bool:
        here = all(bool(np.all(np.isfinite(array))) for array in arrays.values())
        return bool(self.comm.allreduce(here, MPI.LAND))

    def _relative_size(self, increments: dict[str, Array]) -> float:
        """Largest increment over the largest value of its field. Collective."""
        pairs = [(increments[name], field.values) for name, field in self.fields.items()]
        sizes = np.array([[np.abs(array).max(initial=0.0) for array in pair] for pair in pairs])
        self.comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
        return max((float(a / b) if b > 0.0 else float("inf")) if a > 0.0 else 0.0 for a, b in sizes)

    def apply(self, correction: Correction, fraction: float) -> None:
        """Go along a fraction of a correction from where it was found."""
        for name, field in self.fields.items():
            field.values[...] = correction.base[name] + fraction * correction.increments[name]
        for part in self.contributions:
            if isinstance(part, Condensing):
                part.apply_correction(fraction)

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        self.converged_time, self.converged_dt = self.time, self.dt
        for field in self.fields.values():
            field.commit()
        for state in self.states:
            state.commit()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.time, self.dt = self.converged_time, self.converged_dt
        for field in self.fields.values():
            field.rollback()
        for state in self.states:
            state.rollback()

    def reaction(self, name: str, field: str = DISPLACEMENT) -> Array:
        """Sum of the support forces of a constraint, shape (dimension,), N (N/m in plane strain). Collective.

        Parameters
        ----------
        name
            Name shared by one or several constraints.
        field
            Field that they are of.
        """
        return self.fields[field].reaction(name)


def _right_side(field: Field) -> Array:
    """Out-of-balance forces on owned nodes; those of tied components are with their masters already."""
    right = -field.forces.condensed[: field.owned]
    right[field.constraints.tied[: field.owned]] = 0.0
    return right


def _squares(field: Field) -> Array:
    """Squares of the free residual, of pending internal forces, and of the scale, on owned nodes."""
    forces, owned = field.forces, slice(0, field.owned)
    free = np.where(field.held, 0.0, forces.condensed)[owned]
    internal = (forces.internal - forces.condensed)[owned]
    return np.array([np.sum(part**2) for part in (free, internal, forces.force_scale[owned])])
