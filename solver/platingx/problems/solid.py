"""A solid region as a contribution to equilibrium, with growth as its load."""

from __future__ import annotations

from collections.abc import Callable

from platingx.arrays import Array, Int32Array
from platingx.fields.block import State
from platingx.fields.solid_kernel import FAILURES, INSIDE_OUT, NO_STRESS, NO_VOLUME, NOT_FINITE, SINGULAR, SOFT
from platingx.fields.solid_region import SolidRegion
from platingx.problems.contribution import CellState, Dilation, Failure, FailureKind, Forces
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

VolumeRatio = Callable[[float], float]


class Solid:
    """Equilibrium of one region, Newton bookkeeping of its internal (condensed) unknowns included.

    Parameters
    ----------
    region
        Arrays of the region.
    growth
        Jg as a function of time (s), or None for a region that does not grow.
    """

    def __init__(self, region: SolidRegion, growth: VolumeRatio | None = None) -> None:
        self.region = region
        self.growth = growth
        self._theta = region.theta.copy()
        self._theta_before = region.theta.copy()
        self._growth = region.growth.copy()

    def element_nodes(self) -> Int32Array:
        """Local node numbers of each cell."""
        return self.region.geometry.nodes

    def element_matrices(self) -> Array:
        """Condensed tangents of the cells."""
        return self.region.local.matrices

    def dilation(self) -> Dilation:
        """The volume strain behind the condensed tangents."""
        return Dilation(self.region.local.gain, self.region.local.stiffness)

    def evaluate(self, displacement: Array, dt: float, forces: Forces) -> Failure | None:
        """Add forces and refresh tangents and the state at the end of the step."""
        region = self.region
        reason, cell, point = region.assemble(displacement, dt, forces.internal, forces.condensed, forces.force_scale)
        if reason == 0:
            return None
        found = report_point(region, displacement, dt, cell, point)
        text, kind = FAILURES[reason], KINDS[reason]
        if found.not_finite:
            text, kind = f"{' and '.join(found.not_finite)} is not finite", FailureKind.NOT_FINITE
        return Failure(text, region.name, found.place, kind, int(region.cells[cell]), found.state)

    def prescribe(self, time: float) -> None:
        """Set the growth of the region to that of a time."""
        if self.growth is not None:
            self.region.growth[...] = self.growth(time)

    def multiply(self, increment: Array, result: Array) -> None:
        """Add the condensed tangent times a nodal increment."""
        self.region.multiply(increment, result)

    def prepare_correction(self, increment: Array) -> None:
        """Fix the change of the volume strain that belongs to a full correction."""
        self.region.prepare_correction(increment)

    def apply_correction(self, fraction: float) -> None:
        """Apply a fraction of the prepared change."""
        self.region.apply_correction(fraction)

    def begin(self, ratio: float) -> None:
        """Extrapolate the volume strain from the last two converged states."""
        self.region.theta[...] = self._theta + ratio * (self._theta - self._theta_before)

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        region = self.region
        region.old.assign(region.new)
        self._theta_before = self._theta
        self._theta = region.theta.copy()
        self._growth = region.growth.copy()

    def rollback(self) -> None:
        """Return to the last converged state."""
        region = self.region
        region.new.assign(region.old)
        region.theta[...] = self._theta
        region.growth[...] = self._growth

    def saved_state(self) -> CellState:
        """The last converged state: theta now and one step before, Jg, and what flow has left."""
        region = self.region
        arrays = {"theta": self._theta, "theta_before": self._theta_before, "growth": self._growth}
        if region.is_plastic:
            arrays |= region.old._asdict()
        return CellState(region.name, region.cells, {name: array.copy() for name, array in arrays.items()})

    def restore_state(self, arrays: dict[str, Array]) -> None:
        """Take over a converged state."""
        self._theta, self._theta_before = arrays["theta"].copy(), arrays["theta_before"].copy()
        self._growth = arrays["growth"].copy()
        if self.region.is_plastic:
            self.region.old.assign(State(*(arrays[name] for name in State._fields)))
        self.rollback()

    def largest_plastic_increment(self) -> float:
        """Largest equivalent plastic strain of the step among the points of this rank."""
        if self.region.old.plastic_strain.size == 0:
            return 0.0
        change = self.region.new.plastic_strain - self.region.old.plastic_strain
        return float(change.max())
