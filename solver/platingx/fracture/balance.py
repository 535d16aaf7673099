"""A crack of a given path in the course of a loading: when its tip is critical, and how much metal that takes.

The loading is a row of states (knots), between which everything is linear: stress of the body without crack, pressure
of the metal, and metal D that the gap has received, as stress-free volume. A crack of volume V under pressure p holds
V / J_e(p) of the same metal. What it holds is missing in the gap, whose state is that of less metal: the state x of the
gap and the charge Q that has passed obey

    Q = D(x) + V(x) / J_e(p(x)).

Growth at K_eq(x) = K_IC asks for one x, and so for one Q.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from platingx.arrays import Array
from platingx.fracture.crack_body import Response
from platingx.fracture.criteria import equivalent_intensity

__all__ = ["Balance", "Loading", "balance", "between"]


@dataclass(frozen=True)
class Loading:
    """The course of a loading.

    Attributes
    ----------
    pressures, stored
        Of each knot, shape (knots,): pressure of the metal at the mouth, Pa; stress-free volume of the metal in the gap
        per metre of depth, m2.
    stresses
        From places, shape (n, 2), to the in-plane stress (xx, yy, xy) at each knot, shape (knots, n, 3), Pa.
    volume_ratio
        Volume of the metal under pressures over that without, J_e.
    times, supply
        Times (s) and the stress-free volume of the metal that has been deposited until then (m2), never falling.
    """

    pressures: Array
    stored: Array
    stresses: Callable[[Array], Array]
    volume_ratio: Callable[[Array], Array]
    times: Array
    supply: Array

    def time_of(self, charge: float) -> float:
        """Time (s) at which so much metal (m2) has been deposited; the last one for more."""
        rising = np.concatenate([[True], np.diff(self.supply) > 0.0])
        return float(np.interp(charge, self.supply[rising], self.times[rising]))


@dataclass(frozen=True)
class Balance:
    """States of a crack at the knots of a loading.

    Attributes
    ----------
    intensities
        K_I and K_II, shape (knots, tips, 2), Pa m^0.5.
    volumes
        Between the faces, shape (knots,), m2.
    metal
        Stress-free volume of the metal in the crack, shape (knots,), m2.
    charges
        Metal that has been deposited in all, D + metal, shape (knots,), m2.
    tractions
        Shape (knots, points, 2), Pa.
    """

    intensities: Array
    volumes: Array
    metal: Array
    charges: Array
    tractions: Array

    def at(self, name: str, state: float) -> Array:
        """One of the arrays at a state between the knots."""
        return between(getattr(self, name), state)

    def critical(self, toughness: float) -> tuple[float, int] | None:
        """First state at which a tip has K_eq = K_IC, and which tip; None where none has at any.

        Parameters
        ----------
        toughness
            K_IC, Pa m^0.5.
        """
        equivalent = equivalent_intensity(self.intensities[..., 0], self.intensities[..., 1])
        first: tuple[float, int] | None = None
        for tip in range(equivalent.shape[1]):
            over = np.flatnonzero(equivalent[:, tip] >= toughness)
            if not len(over):
                continue
            state = float(over[0])
            if state > 0.0:
                state = brentq(self._excess, state - 1.0, state, args=(tip, toughness), xtol=1e-12)
            if first is None or state < first[0]:
                first = state, tip
        return first

    def reached(self, charge: float) -> float:
        """State of the gap when so much metal (m2) has been deposited; the first one where the charge does not rise."""
        over = np.flatnonzero(self.charges >= charge)
        if not len(over):
            return float(len(self.charges) - 1)
        after = int(over[0])
        if after == 0:
            return 0.0
        low, high = self.charges[after - 1 : after + 1]
        return after - 1 + float((charge - low) / (high - low))

    def _excess(self, state: float, tip: int, toughness: float) -> float:
        return float(equivalent_intensity(*self.at("intensities", state)[tip])) - toughness


def between(values: Array, state: float) -> Array:
    """Values of knots at a state between them."""
    before = min(int(state), len(values) - 2)
    share = state - before
    return np.asarray((1.0 - share) * values[before] + share * values[before + 1])


def balance(loading: Loading, response: Response, filled: bool) -> Balance:
    """States of a crack whose faces bear the pressure of the metal everywhere, or nowhere.

    Parameters
    ----------
    loading
        The loading. Its stresses are asked for at the places of the crack.
    response
        What the body answers.
    filled
        Whether the crack is full of metal at the pressure of its mouth; else it is dry and holds none.
    """
    weights = response.weights
    pressures = loading.pressures if filled else np.zeros_like(loading.pressures)
    tractions = weights.tractions(loading.stresses(weights.places), pressures)
    volumes = weights.volumes(tractions)
    metal = np.maximum(volumes, 0.0) / loading.volume_ratio(loading.pressures) if filled else np.zeros_like(volumes)
    intensities = np.einsum("tmpk,...pk->...tm", weights.weights, tractions)
    return Balance(intensities, volumes, metal, loading.stored + metal, tractions)
