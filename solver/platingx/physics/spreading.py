"""How metal under a tool that gives way spreads: the shift of the outer edge of the face that touches it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mpi4py import MPI

from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation
from platingx.physics.drives import DrivenUnknowns
from platingx.physics.quantities import ConvergedState, Quantity, reported

__all__ = ["spreading_quantities"]


def spreading_quantities(boundary: str, discretisation: Discretisation, driven: DrivenUnknowns) -> tuple[Quantity, ...]:
    """Shift of the outermost node of a face along x, and lift of its tool over that. Collective.

    Parameters
    ----------
    boundary
        The face.
    discretisation
        Plane or axisymmetric model.
    driven
        Motion of the tool.
    """
    comm: MPI.Intracomm = discretisation.loaded.mesh.comm
    places, nodes = discretisation.coordinates(), discretisation.nodes(boundary)
    owned = nodes[nodes < discretisation.space.dofmap.index_map.size_local]
    here = (-float(places[owned, 0].max(initial=-np.inf)), comm.rank)
    rank = min(comm.allgather(here))[1]
    node = int(owned[places[owned, 0].argmax()]) if comm.rank == rank else -1

    def shift(state: ConvergedState) -> float:
        moved = state.problem.fields[DISPLACEMENT].values[node, 0] if comm.rank == rank else 0.0
        return float(comm.bcast(float(moved), root=rank))

    def ratio(state: ConvergedState) -> float:
        spread = shift(state)
        return driven.displacement("y") / spread if spread != 0.0 else 0.0

    values: dict[str, Callable[[ConvergedState], float]] = {"edge_shift": shift, "lift_over_spread": ratio}
    return tuple(reported(name, value, boundary) for name, value in values.items())
