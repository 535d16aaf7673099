"""Growth of a crack in increments of its length, each as much later as the metal for it takes.

An increment ends in the direction of the largest hoop stress. It is a curve between the tangents at its ends: at the
start that after the kink there, at the end that which the hoop stress asks for. Behind a kink the tangent turns with
the root of the distance s from it (Amestoy and Leblond, Int. J. Solids Struct. 29, 1992, 465), so from s1 to s2 by the
shares

    f(s) = (root s - root s1) / (root s2 - root s1),

far from kinks a straight line. The crack follows the curve in two chords. One chord for all of an increment would do
for the place of its end, but stress along the crack (T) acts on all of the slope behind the tip: K_II of a chord is not
that of the curve, which leaves the path first order in the increment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from platingx.arrays import Array
from platingx.fracture.balance import Balance, Loading, between
from platingx.fracture.crack_body import Response
from platingx.fracture.criteria import kink_angle
from platingx.fracture.film import Film
from platingx_meshes.slit_body import Slit

__all__ = ["PIECES", "CrackGrower", "CrackState", "Ending", "GrowthRule", "Lacks", "Past"]

HALVINGS = 4
"""How often an increment that would not be reached is halved before the crack is at rest."""
CORRECTIONS = 5
"""Most corrections of a direction."""
PIECES = 2
"""Chords of an increment; a crack that stays on a plane of symmetry has one in all."""
_GAUSS, _WEIGHTS = np.polynomial.legendre.leggauss(6)

Lacks = Literal["", "supply", "toughness", "opening", "film"]


@dataclass(frozen=True)
class GrowthRule:
    """How a crack grows.

    Attributes
    ----------
    toughness
        K_IC, Pa m^0.5.
    increment
        Longest one, relative to the length of the crack.
    nearest
        Distance of a tip from the outline at which it has come there, relative to the length of the crack.
    tolerance
        Of directions, radians.
    longest
        Longest increment, m.
    closest
        Longest increment relative to the distance of the tip from the outline.
    """

    toughness: float
    increment: float = 0.15
    nearest: float = 0.03
    tolerance: float = 1e-3
    longest: float = np.inf
    closest: float = 0.5


@dataclass(frozen=True)
class Past:
    """A crack that goes on with time: its length (m), the time (s), and the film of metal in it."""

    length: float
    time: float
    film: Film


@dataclass(frozen=True)
class CrackState:
    """A crack of one length at the moment when it goes on.

    Attributes
    ----------
    slit, clearance
        The crack, and the distance of its tips from the outline, m.
    tip
        The one that goes on: 0 for the end, 1 for the start of a buried one.
    state
        Of the gap, between the knots of the loading.
    lacks
        What it lacks to go on, empty where it does go on; else this is its state when all metal has been deposited:
        ``supply`` of metal, or ``toughness`` (of a tip that is open) or ``opening`` in all states of the gap; ``film``:
        the flow of its metal cannot be followed.
    charge
        Metal that this takes, in the gap and in the crack, m2.
    pressure, volume, metal
        Of the metal at the mouth, Pa; between the faces, and stress-free metal in it, m2.
    intensities
        K_I and K_II of the tips, shape (tips, 2), Pa m^0.5.
    overlap
        Share of the length over which the faces would have to pass through each other.
    now, past
        Of a crack that a film follows, now and when it came to this length; None of one without, and at the start.
    jump
        Whether it goes on as soon as its film can be followed.
    """

    slit: Slit
    clearance: tuple[float, ...]
    tip: int
    state: float
    lacks: Lacks
    charge: float
    pressure: float
    volume: float
    metal: float
    intensities: Array
    overlap: float
    now: Past | None = None
    past: Past | None = None
    jump: bool = False

    def kink(self, tip: int) -> float:
        """Angle (rad) that a tip turns by to its left; 0 where it is closed."""
        one, two = self.intensities[tip]
        return float(kink_angle(one, two)) if one > 0.0 else 0.0


@dataclass(frozen=True)
class Ending:
    """Why a crack does not go on: it has come to the outline, or what it lacks; with its last state."""

    kind: Literal["", "outline", "supply", "toughness", "opening", "film"]
    last: CrackState


class CrackGrower:
    """Grows a crack in a body.

    Parameters
    ----------
    loading
        What loads it.
    rule
        How it grows.
    respond
        Answer of the body to a crack.
    balanced
        States of a crack in the course of the loading, from the answer.
    openings
        Opening at the points of the last answer under tractions, shape (points, 2, 1), Pa.
    """

    def __init__(
        self,
        loading: Loading,
        rule: GrowthRule,
        respond: Callable[[Slit], Response],
        balanced: Callable[[Loading, Response], Balance],
        openings: Callable[[Array], Array],
    ) -> None:
        self.loading, self.rule = loading, rule
        self._respond, self._balanced, self._openings = respond, balanced, openings

    def judged(self, slit: Slit, past: Past | None = None) -> CrackState:  # noqa: ARG002
        """The crack at the moment when it goes on; if it does not, when all metal has been deposited.

        Parameters
        ----------
        slit
            The crack.
        past
            How it came there, where that counts.
        """
        response = self._respond(slit)
        found = self._balanced(self.loading, response)
        critical = found.critical(self.rule.toughness)
        if critical is not None and float(found.at("charges", critical[0])) <= self.loading.supply[-1]:
            return self._state(found, response, *critical, "")
        return self._at_end(found, response, "toughness" if critical is None else "supply")

    def next(self, present: CrackState, grown: float) -> CrackState | Ending:
        """The crack one increment longer, or why there is none.

        Parameters
        ----------
        present
            The crack.
        grown
            How far the tip that goes on has come from the end of the given flaw, m.
        """
        if present.lacks:
            return Ending(present.lacks, present)
        room = present.clearance[present.tip]
        if room < self.rule.nearest * present.slit.length:
            return Ending("outline", present)
        step = min(self.rule.increment * present.slit.length, self.rule.closest * room, self.rule.longest)
        lacks: Lacks = "film"
        for _ in range(HALVINGS):
            try:
                longer = self._extended(present, step, grown)
            except ArithmeticError:
                lacks = "film"
            else:
                if not longer.lacks:
                    return longer
                lacks = longer.lacks
            step *= 0.5
        return Ending(lacks, self._at_end_of(present, lacks))

    def _at_end_of(self, present: CrackState, lacks: Lacks) -> CrackState:
        response = self._respond(present.slit)
        return self._at_end(self._balanced(self.loading, response), response, lacks)

    def _at_end(self, found: Balance, response: Response, lacks: Lacks) -> CrackState:
        state = found.reached(float(self.loading.supply[-1]))
        mode_1 = found.at("intensities", state)[:, 0]
        closed = lacks == "toughness" and float(mode_1.max()) <= 0.0
        return self._state(found, response, state, int(mode_1.argmax()), "opening" if closed else lacks)

    def _state(self, found: Balance, response: Response, state: float, tip: int, lacks: Lacks) -> CrackState:
        return CrackState(
            response.slit,
            response.clearance,
            tip,
            state,
            lacks,
            float(found.at("charges", state)),
            float(between(self.loading.pressures, state)),
            float(found.at("volumes", state)),
            float(found.at("metal", state)),
            found.at("intensities", state),
            self._overlap(found.at("tractions", state), response),
        )

    def _extended(self, present: CrackState, step: float, grown: float) -> CrackState:
        """The crack with an increment in the direction that is right at both of its ends."""
        slit, tip = present.slit, present.tip
        along = slit.heading(tip)
        if slit.kind == "symmetric":
            return self.judged(slit.extended(slit.end + step * along), present.now)
        first = _heading(along) + present.kink(tip)
        last = first
        for _ in range(CORRECTIONS):
            longer = slit
            for place in slit.tips[tip] + _chords(first, last, grown, step):
                longer = longer.extended(place, tip)
            found = self.judged(longer, present.now)
            corrected = _heading(longer.heading(tip)) + found.kink(tip)
            corrected = last + float((corrected - last + np.pi) % (2.0 * np.pi) - np.pi)
            if abs(corrected - last) < self.rule.tolerance:
                break
            last = corrected
        return found

    def _overlap(self, tractions: Array, response: Response) -> float:
        opening = self._openings(tractions[..., None])[:, 0]
        order = np.argsort(response.weights.distances)
        edges = np.concatenate([[0.0], response.weights.distances[order], [response.slit.length]])
        width = 0.5 * (edges[2:] - edges[:-2])
        closed = opening[order] < -1e-3 * float(np.abs(opening).max())
        return float(width[closed].sum() / response.slit.length)


def _heading(unit: Array) -> float:
    return float(np.arctan2(unit[1], unit[0]))


def _chords(first: float, last: float, grown: float, step: float) -> Array:
    """Ends of the chords of an increment over its start, shape (chords, 2), m.

    Parameters
    ----------
    first, last
        Tangents at its ends, radians.
    grown, step
        Distance of its start from the kink, and its length, m.
    """
    bounds = np.linspace(0.0, 1.0, PIECES + 1)
    middle, half = 0.5 * (bounds[1:] + bounds[:-1]), 0.5 / PIECES
    at = middle[:, None] + half * _GAUSS
    low, high = np.sqrt(grown), np.sqrt(grown + step)
    tangents = first + (last - first) * (np.sqrt(grown + step * at) - low) / (high - low)
    pieces = step * half * np.stack([np.cos(tangents) @ _WEIGHTS, np.sin(tangents) @ _WEIGHTS], axis=1)
    return np.cumsum(pieces, axis=0)
