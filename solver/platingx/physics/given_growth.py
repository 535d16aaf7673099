"""Growth at quadrature points that another stage gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import CaseError
from platingx.fields.point_data import PointArray
from platingx.physics.boundary_means import BoundaryMeans
from platingx.problems.contribution import Iterate
from platingx.problems.failure import Failure, FailureKind, first_failure
from platingx.problems.ufl_contribution import FormCoefficients

__all__ = ["GivenGrowth", "GrowthState"]


@dataclass(frozen=True)
class GrowthState:
    """What a growth is found from.

    Attributes
    ----------
    time, dt
        End of the step and its size, s.
    converged
        Jg at the start of the step, shape (cells, points).
    coordinates
        Reference coordinates of the quadrature points, shape (cells, points, dimension), m.
    samples
        By name the reference coordinates (facets, dimension) and the present means (facets,) of what is sampled on a
        boundary, the same on all ranks.
    """

    time: float
    dt: float
    converged: Array
    coordinates: Array
    samples: Mapping[str, tuple[Array, Array]]


class GivenGrowth:
    """Takes the growth of a region from the solution of a stage.

    Parameters
    ----------
    array
        Jg at the quadrature points; it keeps its past itself.
    growth
        Gives Jg.
    means
        What it may look at on boundaries.
    coordinates
        Of the quadrature points, shape (cells, points, dimension), m.
    coefficients
        What the means are written with.
    """

    def __init__(
        self,
        array: PointArray,
        growth: Callable[[GrowthState], Array],
        means: Mapping[str, BoundaryMeans],
        coordinates: Array,
        coefficients: FormCoefficients,
    ) -> None:
        self.array, self._growth, self._means = array, growth, means
        self._coordinates, self._coefficients = coordinates, coefficients

    def update(self, iterate: Iterate) -> float | Failure:
        """Take over the growth; its largest change over the largest value. Collective.

        A growth that is not above zero everywhere is a failure: a smaller step may strip less than there is.

        Raises
        ------
        CaseError
            If what is given has another shape than the quadrature points.
        """
        self._coefficients.update(iterate)
        samples = {name: (means.places, means.values()) for name, means in self._means.items()}
        values = self.array.values
        state = GrowthState(iterate.time, iterate.dt, self.array.converged.copy(), self._coordinates, samples)
        given = np.asarray(self._growth(state), dtype=np.float64)
        comm, owner = self._coefficients.comm, self.array.owner
        if not comm.allreduce(_fits(given, values), MPI.LAND):
            raise CaseError(
                f"the growth that {owner} gives has the shape {given.shape}, and the quadrature points {values.shape}"
            )
        found = np.broadcast_to(given, values.shape)
        failure = first_failure(comm, self._unusable(found))
        if failure is not None:
            return failure
        change, largest = np.abs(found - values).max(initial=0.0), np.abs(found).max(initial=0.0)
        values[...] = found
        sizes = np.array([change, largest])
        comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
        return float(sizes[0] / sizes[1])

    def _unusable(self, found: Array) -> Failure | None:
        """The point of this rank where a growth is least usable, if it is anywhere."""
        wrong = ~(np.isfinite(found) & (found > 0.0))
        if not wrong.any():
            return None
        worst = np.unravel_index(
            np.argmin(np.where(np.isnan(found), -np.inf, np.where(wrong, found, np.inf))), found.shape
        )
        array = self.array
        return Failure(
            f"the growth that {array.owner} gives is {found[worst]:.4g}, where Jg above zero is needed",
            array.region,
            tuple(self._coordinates[worst].tolist()),
            FailureKind.GROWTH,
        )


def _fits(given: Array, values: Array) -> bool:
    """Whether an array can be taken for another one."""
    try:
        return np.broadcast_shapes(given.shape, values.shape) == values.shape
    except ValueError:
        return False
