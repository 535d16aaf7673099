"""The quantities that a model reports: what `platingx.columns` describes, with how its numbers are had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.columns import COLUMNS, Column
from platingx.errors import CaseError
from platingx.physics.region_fields import RegionFields
from platingx.problems.problem import Problem
from platingx.units import DIMENSIONS

__all__ = ["EXTREMES", "ConvergedState", "Quantity", "in_order", "reported"]

EXTREMES = {
    "max_pressure": "pressure",
    "max_von_mises_stress": "von_mises_stress",
    "max_principal_stress": "principal_stress",
}
"""Fields of :class:`~platingx.physics.region_fields.RegionFields` whose largest value in a region is reported with its
place, by the beginning of its name; no principal stress of metals, which are under pressure."""


@dataclass(frozen=True)
class ConvergedState:
    """What quantities are evaluated from.

    Attributes
    ----------
    time
        s.
    problem
        The mechanics at a converged state.
    regions
        Fields by region.
    symmetry_multiplicity
        How often the model is in the whole that its planes of symmetry stand for.
    """

    time: float
    problem: Problem
    regions: Mapping[str, RegionFields]
    symmetry_multiplicity: int
    _totals: dict[str, Array] = field(default_factory=dict, repr=False)

    def totals(self, region: str) -> Array:
        """Reference, grown and current volume of a region (m3; m2 in plane strain), and the integral of its pressure.

        Collective, over all ranks.
        """
        if region not in self._totals:
            fields = self.regions[region]
            sums = np.array([*fields.volumes, fields.mean_pressure_volume])
            self.problem.comm.Allreduce(MPI.IN_PLACE, sums)
            self._totals[region] = sums
        return self._totals[region]


@dataclass(frozen=True)
class Quantity:
    """A number that a run reports after each step.

    Attributes
    ----------
    name
        Name without unit, unique in a model; its column in ``history.csv`` has the unit behind it.
    dimension
        Name in `platingx.units.DIMENSIONS`.
    per_depth
        Whether it is that of a metre of depth where a plane section is modelled.
    description
        What it is.
    value
        From a converged state to the number in SI. Called on all ranks, and the same on all.
    until
        Value (SI) at which the run ends, or None.
    """

    name: str
    dimension: str
    per_depth: bool
    description: str
    value: Callable[[ConvergedState], float]
    until: float | None = None

    @property
    def column(self) -> Column:
        """What tables and readers need of it."""
        return Column(self.name, self.dimension, self.description, per_depth=self.per_depth)


def reported(name: str, value: Callable[[ConvergedState], float], of: str = "") -> Quantity:
    """Make a quantity of a line of `platingx.columns.COLUMNS`.

    Parameters
    ----------
    name
        Its name there.
    value
        As in `Quantity`.
    of
        Name of the region or boundary, where each has its own.
    """
    column = COLUMNS[name]
    full = f"{name}_{of}" if of else name
    return Quantity(full, column.dimension, column.per_depth, column.description, value)


def in_order(quantities: Iterable[Quantity], taken: Sequence[str] = ()) -> tuple[Quantity, ...]:
    """Sort quantities as `platingx.columns.COLUMNS` has them; those that are not there keep their order, at the end.

    Parameters
    ----------
    quantities
        The quantities.
    taken
        Names that other columns have.

    Raises
    ------
    CaseError
        If two have one name, or one a dimension that is not known.
    """
    found = list(quantities)
    names = [*taken, *(quantity.name for quantity in found)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CaseError(f"two quantities are called {', '.join(twice)}: give one of your own another name")
    for quantity in found:
        if quantity.dimension not in DIMENSIONS:
            raise CaseError(
                f"the quantity '{quantity.name}' of the history has the dimension '{quantity.dimension}'; there are: "
                f"{', '.join(DIMENSIONS)}"
            )
    return tuple(sorted(found, key=_position))


def _position(quantity: Quantity) -> int:
    stems = [
        stem
        for stem, column in COLUMNS.items()
        if quantity.name == stem or (column.of != "model" and quantity.name.startswith(f"{stem}_"))
    ]
    return list(COLUMNS).index(max(stems, key=len)) if stems else len(COLUMNS)
