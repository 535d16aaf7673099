"""What uniform growth per volume means for the current density through each part of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from platingx.fields.fibre_transport import FaceValues
from platingx.parallel import global_maximum
from platingx.physics.columns import layer_transport
from platingx.physics.model import Model
from platingx.profiling import timed

__all__ = ["LocalCurrent", "Range", "measure_local_current"]

#: Share of the deposit in columns that start elsewhere, below which it is round-off of the transport equation.
NOTHING = 1e-3
#: Share below which it may be what the residual of an iterated solution leaves (1e-10), and no deposit at all.
RESIDUAL_LEAVES = 1e-8


@dataclass(frozen=True)
class Range:
    """Smallest and largest value over the facets of the interface, with the middles of these facets (m)."""

    lowest: float
    lowest_place: tuple[float, ...]
    highest: float
    highest_place: tuple[float, ...]

    def in_words(self) -> str:
        """The two values and where they are."""
        low, high = (
            "(" + ", ".join(f"{x * 1e9:.4g}" for x in place) + ") nm"
            for place in (self.lowest_place, self.highest_place)
        )
        return f"{self.lowest:.3g} at {low} to {self.highest:.3g} at {high}"

    def as_record(self) -> dict[str, Any]:
        """Content of a summary."""
        return {
            "lowest": self.lowest,
            "lowest_place_m": list(self.lowest_place),
            "highest": self.highest,
            "highest_place_m": list(self.highest_place),
        }


@dataclass(frozen=True)
class LocalCurrent:
    """Local measures of a uniform growth, over their nominal values; see docs/theory.md, local current density.

    Attributes
    ----------
    current
        Local over given current density.
    column
        Length of the column over the thickness that the deposit is spread over.
    elsewhere
        Share of the deposit in columns that do not start at the interface.
    """

    current: Range
    column: Range
    elsewhere: float

    def sentences(self) -> list[str]:
        """What a log says."""
        found = [
            f"local over given current density (uniform growth per volume): {self.current.in_words()}; "
            f"column length over thickness: {self.column.in_words()}"
        ]
        if self.elsewhere > NOTHING:
            found.append(
                f"{100 * self.elsewhere:.2g} % of the deposit are in columns along the growth direction that do not "
                "start at the interface"
            )
        return found

    def as_record(self) -> dict[str, Any]:
        """Content of a summary."""
        return {
            "current_density_ratio": self.current.as_record(),
            "column_length_ratio": self.column.as_record(),
            "deposit_in_columns_from_elsewhere": self.elsewhere,
        }


@timed("local current")
def measure_local_current(model: Model) -> LocalCurrent | None:
    """Measure the columns of a model; None where the equations of a very large mesh cannot be solved. Collective.

    Parameters
    ----------
    model
        The model, in its reference configuration.
    """
    comm, region = model.problem.comm, model.growing.region
    transport = layer_transport(model.case, model.discretisation, region)
    try:
        length = transport.face_means(transport.solve(along=False, conserved=False, source=1.0))
        flux = transport.face_means(transport.solve(along=False, conserved=True, source=1.0), per_normal=True)
    except PETSc.Error:
        return None
    still = np.zeros_like(model.problem.displacement)
    volumes = np.array([(flux.values * flux.areas).sum(), region.stress_and_volumes(still)[1][..., 0].sum()])
    comm.Allreduce(MPI.IN_PLACE, volumes)
    thickness, elsewhere = model.growth.thickness, 1.0 - float(volumes[0] / volumes[1])
    return LocalCurrent(
        current=_range(comm, flux, thickness),
        column=_range(comm, length, thickness),
        elsewhere=elsewhere if elsewhere > RESIDUAL_LEAVES else 0.0,
    )


def _range(comm: MPI.Intracomm, found: FaceValues, thickness: float) -> Range:
    ratios = np.asarray(found.values / thickness)
    highest, highest_place = global_maximum(comm, ratios, found.places)
    lowest, lowest_place = global_maximum(comm, -ratios, found.places)
    return Range(-lowest, tuple(lowest_place), highest, tuple(highest_place))
