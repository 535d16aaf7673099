"""Cracks of a phase field that turn under shear: what the book's page on it computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.verification.models.damaged import DamagedBody
from platingx.verification.models.phase_fields import (
    ENERGY,
    PLANE,
    graded,
    lines_about,
    loaded_around,
    near_tip,
)

__all__ = ["Kinked", "kinked"]

KINK = 1.75
"""Reach of a kink beside the old crack, in lengths l, from which on its direction is read."""
ASIDE = 0.75
"""Distance from the line of the old crack, in lengths l, from which on damage belongs to a kink."""
BROKEN_THROUGH = 0.9
"""Damage of a new crack."""
HALF_BROKEN = 0.5
"""Damage above that of the surroundings of the old crack where kinks are looked at."""


@dataclass(frozen=True)
class Kinked:
    """A crack that has turned.

    Attributes
    ----------
    body
        Its state.
    angle
        Between the line of the old crack and that of the new one, degrees, positive.
    load
        K_II over the intensity at which a crack in mode I would grow.
    sides
        Sides of the old crack to which it has turned.
    """

    body: DamagedBody
    angle: float
    load: float
    sides: int


def kinked(opening: float, loads: Array, comm: MPI.Intracomm = MPI.COMM_SELF) -> Kinked:
    """Raise a near-tip field around a crack until it has turned. Collective.

    The field is that of 16 lengths l around the tip, so that a kink of a tenth of that feels it. The new crack is as
    wide as l, and where it leaves the old one is known no better: its direction is that of its own line, without the
    place of the old tip.

    Parameters
    ----------
    opening
        K_I over K_II.
    loads
        K_II over the intensity at which a crack in mode I would grow, ascending.
    comm
        Of the ranks that share it.
    """
    ratio = 0.25
    lines = lines_about(4.0, ratio, 16.0)
    data = graded(lines, lines + 0.5 * ratio)  # a row of elements lies along y = 0
    intensity = float(np.sqrt(PLANE * ENERGY))

    def field(x: float, y: float, time: float) -> Array:
        shear = time * intensity
        return near_tip((opening * shear, shear), np.asarray(x), np.asarray(y))

    body = loaded_around(data, field, ((-40.0, 0.0), (0.0, 0.0)), comm)
    for load in loads:
        body.advance(float(load))
        places, damage = body.damage.grid.places, body.damage.damage
        reached = [float(np.max(side * places[damage > BROKEN_THROUGH, 1])) for side in (1.0, -1.0)]
        if max(reached) > KINK:
            side = 1.0 if reached[0] > reached[1] else -1.0
            across = side * places[:, 1]
            kink = (across > ASIDE) & (across < max(reached) + 0.5 * ratio) & (damage > HALF_BROKEN)
            angle = _direction(places[kink], damage[kink])
            return Kinked(body, angle, float(load), sum(reach > ASIDE for reach in reached))
    return Kinked(body, float("nan"), float("nan"), 0)


def _direction(places: Array, damage: Array) -> float:
    """Angle to x, degrees, of the line of least squares through a crack that runs across x, by its damage to the 8th.

    The power leaves what is nearly broken, so that it is no matter which single elements pass a threshold.
    """
    slope = np.polyfit(np.abs(places[:, 1]), places[:, 0], 1, w=damage**4)[0]
    return float(np.degrees(np.arctan2(1.0, slope)))
