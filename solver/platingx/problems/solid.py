"""A solid region as a contribution to equilibrium."""

from __future__ import annotations

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.point_state import State
from platingx.fields.saved_state import Saved
from platingx.fields.solid_kernel import FAILURES, INSIDE_OUT, NO_STRESS, NO_VOLUME, NOT_FINITE, SINGULAR, SOFT
from platingx.fields.solid_region import SolidRegion
from platingx.problems.contribution import Arrays, Iterate, Residuals, VolumetricCondensation
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.point_report import report_point

#: Sort of failure of each reason of the kernel.
KINDS = {
    INSIDE_OUT: FailureKind.DISTORTION,
    NO_STRESS: FailureKind.CONSTITUTIVE,
    NO_VOLUME: FailureKind.MESH,
    SINGULAR: FailureKind.MESH,
    SOFT: FailureKind.PRESSURE_LAW,
    NOT_FINITE: FailureKind.NOT_FINITE,
}


class Solid:
    """Equilibrium of one region, Newton bookkeeping of its internal (condensed) unknowns included.

    Parameters
    ----------
    region
        Arrays of the region; what it has grown is given by others.
    """

    fields = (DISPLACEMENT,)

    def __init__(self, region: SolidRegion) -> None:
        self.region = region
        self._theta = region.theta.copy()
        self._theta_before = region.theta.copy()

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.region.name

    def element_nodes(self) -> Int32Array:
        """Local node numbers of each cell."""
        return self.region.geometry.nodes

    def element_matrices(self) -> Array:
        """Condensed tangents of the cells."""
        return self.region.local.matrices

    def volumetric_condensation(self) -> VolumetricCondensation:
        """The volume strain behind the condensed tangents."""
        return VolumetricCondensation(self.region.local.B, self.region.local.stiffness)

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add forces and refresh tangents and the state at the end of the step."""
        region, displacement = self.region, iterate.values[DISPLACEMENT]
        reason, cell, point = region.assemble(displacement, iterate.dt, *residuals[DISPLACEMENT])
        if reason == 0:
            return None
        found = report_point(region, displacement, iterate.dt, cell, point)
        text, kind = FAILURES[reason], KINDS[reason]
        if found.not_finite:
            text, kind = f"{' and '.join(found.not_finite)} is not finite", FailureKind.NOT_FINITE
        return Failure(text, region.name, found.place, kind, int(region.cells[cell]), found.state)

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the condensed tangent times a nodal increment."""
        self.region.multiply(increments[DISPLACEMENT], results[DISPLACEMENT])

    def prepare_correction(self, increments: Arrays) -> None:
        """Fix the change of the volume strain that belongs to a full correction."""
        self.region.prepare_correction(increments[DISPLACEMENT])

    def apply_correction(self, fraction: float) -> None:
        """Apply a fraction of the prepared change."""
        self.region.apply_correction(fraction)

    def begin(self, time: float, ratio: float) -> None:  # noqa: ARG002
        """Extrapolate the volume strain from the last two converged states."""
        self.region.theta[...] = self._theta + ratio * (self._theta - self._theta_before)

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        region = self.region
        region.old.assign(region.new)
        self._theta_before = self._theta
        self._theta = region.theta.copy()

    def rollback(self) -> None:
        """Return to the last converged state."""
        region = self.region
        region.new.assign(region.old)
        region.theta[...] = self._theta

    def saved(self) -> Saved:
        """The last converged state: theta now and one step before, and what flow has left."""
        region = self.region
        arrays = {"theta": self._theta, "theta_before": self._theta_before}
        if region.is_plastic:
            arrays |= region.old._asdict()
        return Saved(region.name, "cells", region.cells, {name: array.copy() for name, array in arrays.items()})

    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""
        arrays = saved.arrays
        self._theta, self._theta_before = arrays["theta"].copy(), arrays["theta_before"].copy()
        if self.region.is_plastic:
            self.region.old.assign(State(*(arrays[name] for name in State._fields)))
        self.rollback()

    def largest_plastic_increment(self) -> float:
        """Largest equivalent plastic strain of the step among the points of this rank."""
        if self.region.old.plastic_strain.size == 0:
            return 0.0
        change = self.region.new.plastic_strain - self.region.old.plastic_strain
        return float(change.max())
