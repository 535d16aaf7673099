"""Growth of a crack whose metal flows along it as a film, with time: the crack waits for its metal.

At a given path time passes in steps, in which the gap is charged and the film advances, until the tip has the
toughness; then the crack gets its next increment. Where it has the toughness after the shortest step that its film can
be followed in, the increment is a jump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fracture.balance import Balance, Loading, between
from platingx.fracture.crack_body import Response
from platingx.fracture.criteria import equivalent_intensity
from platingx.fracture.film import EMPTY, Channel, Film, FilmLaw, advanced
from platingx.fracture.growth import CrackGrower, CrackState, GrowthRule, Lacks, Past
from platingx_meshes.slit_body import Slit

__all__ = ["FilmGrower"]

SHORTEST = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Steps that are tried for a film after an increment of its crack, over what is left up to the next time."""
SECANTS = 40
"""Most tries for the instant at which a tip has the toughness."""
CLOSE = 1e-8
"""Excess over the toughness there, relative to it."""
STEPS = 3
"""Of time between two states of the loading."""
MOST_STEPS = 400
"""Steps that the film may ask for within one of time."""


_Instant = tuple[Film, float, float]
"""A film, the time, and the excess of K over the toughness, relative to it."""


@dataclass(frozen=True)
class _Crack:
    """What one path of a crack answers to its film.

    Attributes
    ----------
    response
        Of the body.
    distances
        Points along the crack from the mouth on, m.
    knots
        Places between which a pressure is a straight line, m.
    base
        Opening under the stress of the body at each state of the loading, shape (states, points), m.
    give
        Opening over the pressure at the knots, shape (points, knots), m/Pa.
    tractions
        Of the stress of the body at each state, shape (states, points, 2), Pa.
    """

    response: Response
    distances: Array
    knots: Array
    base: Array
    give: Array
    tractions: Array


class FilmGrower(CrackGrower):
    """Grows a crack that a film of metal follows.

    Parameters
    ----------
    loading, rule, respond, balanced, openings
        As of `CrackGrower`; ``openings`` takes many loads at once.
    law
        Flow law of the metal.
    aperture
        Width between the faces without load, m.
    """

    def __init__(
        self,
        loading: Loading,
        rule: GrowthRule,
        respond: Callable[[Slit], Response],
        balanced: Callable[[Loading, Response], Balance],
        openings: Callable[[Array], Array],
        law: FilmLaw,
        aperture: float,
    ) -> None:
        super().__init__(loading, rule, respond, balanced, openings)
        self.law, self.aperture = law, aperture
        between_states = [
            np.linspace(a, b, STEPS + 1)[1:] for a, b in zip(loading.times[:-1], loading.times[1:], strict=True)
        ]
        self._times = np.concatenate([[loading.times[0]], *between_states])

    def judged(self, slit: Slit, past: Past | None = None) -> CrackState:
        """The crack at the moment when it goes on, or at the end of the loading.

        Parameters
        ----------
        slit
            The crack.
        past
            When it came to this length, and the film that it had then; the start of the loading, and none, if left out.
        """
        crack = self._crack(self._respond(slit))
        time, film = (float(self._times[0]), EMPTY) if past is None else (past.time, past.film)
        if past is not None and slit.length > past.length and time < self._times[-1]:
            film, time = self._at_once(crack, film, time)
            if self._excess(crack, film, time) >= 0.0:
                return self._film_state(crack, film, time, past, "", True)
        below = self._excess(crack, film, time)
        for after in self._times[self._times > time * (1.0 + 1e-12)]:
            later = self._advanced(crack, film, float(after), float(after) - time)
            above = self._excess(crack, later, float(after))
            if above >= 0.0:
                film, time = self._at_toughness(crack, (film, time, below), (later, float(after), above))
                return self._film_state(crack, film, time, past, "", False)
            time, film, below = float(after), later, above
        return self._film_state(crack, film, time, past, self._lacking(crack), False)

    def _at_once(self, crack: _Crack, film: Film, time: float) -> tuple[Film, float]:
        """The film of a crack that has just become longer, and the time, after the shortest step that can be followed.

        A film cannot follow at once: it would have to tear.
        """
        interval = float(self._times[np.searchsorted(self._times, time * (1.0 + 1e-12), side="right")]) - time
        for share in SHORTEST:
            now = time + share * interval
            found = advanced(self.law, self._channel(crack, now), film, share * interval)
            if found is not None:
                return found, now
        return self._advanced(crack, film, time + interval, interval), time + interval

    def _at_toughness(self, crack: _Crack, before: _Instant, after: _Instant) -> tuple[Film, float]:
        """Film and time between two instants, at the second of which the tip has more than the toughness.

        By the rule of Illinois; steps that cannot be followed leave the earliest instant that can.
        """
        start, begin, low = before
        first, film, last, high = begin, *after
        side = 0
        for _ in range(SECANTS):
            share = float(np.clip(-low / (high - low), 0.02, 0.98))
            now = first + share * (last - first)
            try:
                found = self._advanced(crack, start, now, now - begin)
            except ArithmeticError:
                break
            excess = self._excess(crack, found, now)
            if excess >= 0.0:
                film, last, high = found, now, excess
                low *= 0.5 if side == 1 else 1.0
                side = 1
            else:
                first, low = now, excess
                high *= 0.5 if side == -1 else 1.0
                side = -1
            if 0.0 <= excess < CLOSE:
                break
        return film, last

    def _at_end_of(self, present: CrackState, lacks: Lacks) -> CrackState:
        """The crack when the loading ends, or as long as its film can be followed, without going on."""
        crack = self._crack(self._respond(present.slit))
        past = present.now
        if past is None:
            raise ValueError("a crack without a film")
        time, film = past.time, past.film
        for after in self._times[self._times > time * (1.0 + 1e-12)]:
            try:
                film = self._advanced(crack, film, float(after), float(after) - time)
            except ArithmeticError:  # the last that could be followed
                break
            time = float(after)
        return self._film_state(crack, film, time, past, lacks, False)

    def _lacking(self, crack: _Crack) -> Lacks:
        """Why a crack has not gone on: metal at the pressure of the mouth in all of it would do, or not."""
        full = self._balanced(self.loading, crack.response)
        critical = full.critical(self.rule.toughness)
        if critical is not None:
            return "supply"
        mode_1 = full.at("intensities", full.reached(float(self.loading.supply[-1])))[:, 0]
        return "opening" if float(mode_1.max()) <= 0.0 else "toughness"

    def _crack(self, response: Response) -> _Crack:
        weights = response.weights
        order = np.argsort(weights.distances)
        distances = weights.distances[order]
        edges = np.concatenate([[0.0], 0.5 * (distances[1:] + distances[:-1]), [response.slit.length]])
        knots = np.append(edges[:-1:2], response.slit.length)
        tractions = weights.tractions(self.loading.stresses(weights.places))
        hats = np.stack([np.interp(weights.distances, knots, unit) for unit in np.eye(len(knots))], axis=-1)
        pressed = np.stack([np.zeros_like(hats), hats], axis=1)
        found = self._openings(np.concatenate([pressed, np.moveaxis(tractions, 0, -1)], axis=-1))[order]
        count = len(knots)
        return _Crack(response, distances, knots, found[:, count:].T, found[:, :count], tractions)

    def _state_of(self, metal: float, time: float) -> float:
        """State of the gap when a crack holds so much metal, at a time."""
        loading = self.loading
        held = float(np.interp(time, loading.times, loading.supply)) - metal
        return float(np.interp(held, loading.stored, np.arange(len(loading.stored), dtype=np.float64)))

    def _advanced(self, crack: _Crack, film: Film, time: float, passed: float) -> Film:
        """The film at a time, from that of so much earlier on, in as many steps as it asks for."""
        done, step = 0.0, passed
        for _ in range(MOST_STEPS):
            step = min(step, passed - done)
            last = step >= (passed - done) * (1.0 - 1e-9)
            now = time if last else time - passed + done + step
            found = advanced(self.law, self._channel(crack, now), film, step)
            if found is None:
                step *= 0.2
                if step < 1e-9 * passed:
                    break
                continue
            film, done = found, done + step
            if last:
                return film
            step *= 2.0
        raise ArithmeticError(f"the flow of metal along a crack of {crack.response.slit.length:.3g} m is not found")

    def _channel(self, crack: _Crack, time: float) -> Channel:
        loading = self.loading

        def widths(places: Array, pressures: Array, metal: float, at: Array) -> Array:
            own = np.interp(crack.knots, places, pressures, right=0.0)
            opened = between(crack.base, self._state_of(metal, time)) + crack.give @ own
            return np.interp(at, crack.distances, opened)

        def mouth(metal: float) -> float:
            return float(between(loading.pressures, self._state_of(metal, time)))

        return Channel(crack.response.slit.length, widths, mouth, loading.volume_ratio, self.aperture)

    def _tractions(self, crack: _Crack, film: Film, time: float) -> Array:
        weights = crack.response.weights
        found = np.array(between(crack.tractions, self._state_of(film.metal, time)))
        found[:, 1] += np.interp(weights.distances, film.places, film.pressures, right=0.0)
        return found

    def _excess(self, crack: _Crack, film: Film, time: float) -> float:
        tractions = self._tractions(crack, film, time)
        intensities = np.einsum("tmpk,pk->tm", crack.response.weights.weights, tractions)
        return float(equivalent_intensity(*intensities[0])) / self.rule.toughness - 1.0

    def _film_state(
        self, crack: _Crack, film: Film, time: float, past: Past | None, lacks: Lacks, jump: bool
    ) -> CrackState:
        tractions = self._tractions(crack, film, time)
        response = crack.response
        volume = float(response.weights.volumes(tractions))
        state = self._state_of(film.metal, time)
        return CrackState(
            response.slit,
            response.clearance,
            0,
            state,
            lacks,
            float(np.interp(time, self.loading.times, self.loading.supply)),
            float(between(self.loading.pressures, state)),
            volume,
            film.metal,
            np.einsum("tmpk,pk->tm", response.weights.weights, tractions),
            self._overlap(tractions, response),
            now=Past(response.slit.length, time, film),
            past=past,
            jump=jump,
        )
