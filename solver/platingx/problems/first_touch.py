"""Where a tool that nothing but a force holds comes to touch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.problems.rigid_tool import RigidTool

__all__ = ["Places", "bring_into_touch"]

_DOUBLINGS = 60
_ALONG = 0.5
"""Share of the axis of a tool in a motion, from which this counts as one along the axis."""


class Places(NamedTuple):
    """Nodes of a face: where they are at rest, their numbers, areas, stiffnesses of the contact, and cell heights."""

    coordinates: Array
    nodes: Int32Array
    areas: Array
    stiffness: Array
    heights: Array


def bring_into_touch(tool: RigidTool, places: Places, time: float, fields: Mapping[str, Field]) -> None:
    """Move a tool that no spring holds along its axis to where the penalty of the present body balances its force.

    Without that its tangent is singular and the force pushes it infinitely far. Collective.

    Parameters
    ----------
    tool
        Its unknowns are changed.
    places
        The face.
    time
        End of the step, s.
    fields
        Present values.
    """
    driven, comm = tool.driven, fields[DISPLACEMENT].comm
    if driven is None or driven.spring is None:
        return
    spring, unknowns = driven.spring, fields[driven.unknowns.name]
    along = driven.transfer.T @ tool.frame[-1]
    loose = np.flatnonzero((np.abs(along) > _ALONG) & ~spring.holds & ~unknowns.held[:, 0])
    if not loose.size:
        return
    place, start = int(loose[0]), float(unknowns.values[loose[0], 0])

    def lacking(shift: float) -> float:
        """Force that the tool lacks of balance at a shift, N: rising with it."""
        unknowns.values[place, 0] = start + shift
        pose = tool.pose(time, {name: each.values for name, each in fields.items()})
        found = tool.distances(places.coordinates, fields[DISPLACEMENT].values[places.nodes], pose)
        pressure = places.stiffness * np.maximum(-found.value, 0.0)
        pushed: Array = np.einsum("p,pi->i", places.areas * pressure, found.gradient)
        comm.Allreduce(MPI.IN_PLACE, pushed)
        return float(driven.transfer[:, place] @ pushed - spring.load_at(time)[place])

    here = lacking(0.0)
    height = comm.allreduce(float(places.heights.max(initial=0.0)), MPI.MAX)
    reach = -height if here > 0.0 else height
    for _ in range(_DOUBLINGS):
        if here * lacking(reach) <= 0.0:
            lacking(float(brentq(lacking, min(0.0, reach), max(0.0, reach))))
            return
        reach *= 2.0
    unknowns.values[place, 0] = start
