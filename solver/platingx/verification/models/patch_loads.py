"""Half planes whose surface is pressed by a patch of metal, with a crack in them that the same metal fills."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platingx.arrays import Array
from platingx.fracture.balance import Loading

__all__ = ["patch_stress", "steady_loading"]


def patch_stress(places: Array, left: float, right: float) -> Array:
    """Stress (xx, yy, xy) below a surface y = 0 that a unit pressure presses from left to right, shape (points, 3).

    Flamant's solution summed over the patch (Johnson, Contact Mechanics, 1985, Eq. 2.30).

    Parameters
    ----------
    places
        Below the surface, shape (points, 2), m.
    left, right
        Ends of the patch, m.
    """
    x, depth = places[:, 0], -places[:, 1]
    first, last = np.arctan2(x - left, depth), np.arctan2(x - right, depth)
    sum_, half = first - last, 0.5 * (np.sin(2.0 * first) - np.sin(2.0 * last))
    shear = 0.5 * (np.cos(2.0 * last) - np.cos(2.0 * first))
    return np.stack([half - sum_, -half - sum_, shear], axis=-1) / np.pi


def steady_loading(stress: Callable[[Array], Array], largest: float, supply: float, knots: int = 2) -> Loading:
    """Loading by a pressure that rises from zero, of an incompressible metal that only the crack holds.

    Parameters
    ----------
    stress
        Function of places: stress over the pressure, shape (points, 3).
    largest
        Highest pressure, Pa.
    supply
        Metal that is supplied within one second, m2.
    knots
        States of the loading.
    """
    pressures = np.linspace(0.0, largest, knots, dtype=np.float64)
    return Loading(
        pressures,
        np.zeros(knots),
        lambda places: pressures[:, None, None] * stress(places),
        np.ones_like,
        np.array([0.0, 1.0]),
        np.array([0.0, supply]),
    )
