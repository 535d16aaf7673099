"""Cracks that grow with the metal they are fed with, and their closed forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fracture.balance import Balance, Loading, balance
from platingx.fracture.crack_body import CrackBody, Response
from platingx.fracture.growth import CrackGrower, CrackState, Ending, GrowthRule
from platingx.verification.models.patch_loads import steady_loading
from platingx.verification.models.slit_bodies import ELASTIC, box
from platingx_meshes.slit_body import Slit

__all__ = ["EDGE", "SNEDDON", "TOUGHNESS", "Fed", "FedCrack", "fed_crack", "filled", "grown"]

TOUGHNESS = 0.95e6
"""K_IC, Pa m^0.5."""


def grown(grower: CrackGrower, start: Slit) -> tuple[list[CrackState], Ending]:
    """States of a crack until it ends."""
    states = [grower.judged(start)]
    while not isinstance(found := grower.next(states[-1], max(states[-1].slit.length - start.length, 0.0)), Ending):
        states.append(found)
    return states, found


def filled(loading: Loading, response: Response) -> Balance:
    """Balance of a crack that is full of metal."""
    return balance(loading, response, True)


@dataclass(frozen=True, eq=False)
class FedCrack:
    """A crack under the pressure of its metal: K = intensity p sqrt(pi a), volume = width pi p a^2/E'.

    Attributes
    ----------
    name
        What it is called.
    start
        The first one, with a = 1.
    box
        Left, right, lower and upper end of its body.
    plane
        The side that is a plane of symmetry, if any.
    intensity, width
        Of the closed form.
    end
        Length a that its supply is enough for.
    """

    name: str
    start: Slit
    box: tuple[float, float, float, float]
    plane: str
    intensity: float
    width: float
    end: float

    def half(self, length: float) -> float:
        """A of a crack from end to end."""
        return length / self.start.length

    def metal(self, half: float) -> float:
        """Volume at K_IC, m2."""
        size = self.width * np.sqrt(np.pi) * TOUGHNESS / (self.intensity * ELASTIC.plane_modulus)
        return float(size * half**1.5)

    def half_of(self, metal: Array) -> Array:
        """Half length at K_IC by the metal."""
        return np.asarray((metal / self.metal(1.0)) ** (2.0 / 3.0))

    def pressure(self, half: Array) -> Array:
        """Pressure at K_IC, Pa."""
        return np.asarray(TOUGHNESS / (self.intensity * np.sqrt(np.pi * half)))


EDGE = FedCrack(
    "edge crack",
    Slit(np.zeros(2), np.array([0.0, -1.0]), "symmetric"),
    (0.0, 400.0, -400.0, 0.0),
    "left",
    1.1215,
    1.1215**2,
    5.0,
)
SNEDDON = FedCrack(
    "crack of 2a",
    Slit(np.array([-1.0, 0.0]), np.array([1.0, 0.0]), "buried"),
    (-200.0, 200.0, -200.0, 200.0),
    "",
    1.0,
    2.0,
    3.0,
)
Fed = tuple[Array, Array, Array, str]


def fed_crack(shape: FedCrack, increment: float) -> Fed:
    """Lengths a, metal and pressures of a crack fed with metal, and why it ended."""
    body = CrackBody(box(*shape.box, {shape.plane: (True, False)} if shape.plane else {}), ELASTIC)
    loading = steady_loading(lambda places: np.zeros((len(places), 3)), TOUGHNESS, shape.metal(shape.end))
    grower = CrackGrower(loading, GrowthRule(TOUGHNESS, increment), body.respond, filled, body.openings)
    states, ending = grown(grower, shape.start)
    values = np.array([[shape.half(state.slit.length), state.charge, state.pressure] for state in states])
    return values[:, 0], values[:, 1], values[:, 2], ending.kind
