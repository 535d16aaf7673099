"""Metal that is squeezed along a crack: a power-law film between two faces, with a front.

Between faces at a distance w that it sticks to, a metal of equivalent stress S (rate/r0)^M flows under a drop of
pressure as a power-law fluid in a slot (Bird, Armstrong and Hassager, Dynamics of Polymeric Liquids, 1987, 4.2): with
the shear stress tau at the wall, n = 1/M, and q the flow for one metre of depth,

    dp/ds = -2 tau/w,    tau = S/sqrt(3) (g/(sqrt(3) r0))^M,    g = 2 (n + 2) q/w^2.

(n = 1: dp/ds = -12 mu q/w^3.) The film begins at the mouth with the pressure of the gap and ends at a front without
pressure, or at the tip. Metal is conserved: what lies beyond a place has come through it,

    q(s) = (m(s) - m_before(s))/dt,    m(s) = int from s to the front of w/J_e ds,

in implicit steps of time; w is what the body answers to stress and pressure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["EMPTY", "Channel", "Film", "FilmLaw", "advanced"]

INTERVALS = 24
"""Of the film between mouth and front."""
MOST = 25
"""Iterations of Newton's method."""
CLOSED = 1e-6
"""Width at which faces that touch are held apart, relative to that under the pressure of the mouth."""
TOUCHING = 0.05
"""The same, relative to their width without load."""
TOLERANCE = 1e-8
"""Of the equations without unit."""
_SHARES = np.sin(0.5 * np.pi * np.linspace(0.0, 1.0, INTERVALS + 1))


@dataclass(frozen=True)
class FilmLaw:
    """Flow law of the metal: equivalent stress = resistance (rate/reference_rate)^exponent. Pa, 1/s."""

    resistance: float
    reference_rate: float
    exponent: float

    def wall_shear(self, flow: Array, width: Array, least: float = 0.0) -> Array:
        """Shear stress at the wall, Pa, by flow for one metre of depth (m2/s) and width (m).

        ``least`` is a flow (m2/s) below which the stress falls to zero in a straight line, not with an endless slope.
        """
        size = np.sqrt(flow**2 + least**2) if least else np.abs(flow)
        rate = 2.0 * (1.0 / self.exponent + 2.0) * size / width**2 / (np.sqrt(3.0) * self.reference_rate)
        stress = self.resistance / np.sqrt(3.0) * rate**self.exponent
        return np.asarray(stress * (flow / size if least else np.sign(flow)))


@dataclass(frozen=True)
class Film:
    """Metal in a crack.

    Attributes
    ----------
    places
        From the mouth to the front, m.
    beyond
        Stress-free metal beyond each of them, m2.
    pressures
        There, Pa.
    """

    places: Array
    beyond: Array
    pressures: Array

    @property
    def front(self) -> float:
        """Distance of the front from the mouth along the crack, m."""
        return float(self.places[-1])

    @property
    def metal(self) -> float:
        """Stress-free metal, m2."""
        return float(self.beyond[0])


EMPTY = Film(np.zeros(2), np.zeros(2), np.zeros(2))
"""No metal at all."""


@dataclass(frozen=True)
class Channel:
    """What a film fills at one instant.

    Attributes
    ----------
    length
        Of the crack, m.
    widths
        From places along it, their pressure and the metal in the crack (m2) to the width at other places, m: that under
        the stress of the body, which depends on the metal that the gap lacks.
    mouth
        From the metal in the crack to the pressure at its mouth, Pa.
    volume_ratio
        Volume of the metal under pressures over that without, J_e.
    aperture
        Width of the crack between faces without load, that do not fit, m.
    """

    length: float
    widths: Callable[[Array, Array, float, Array], Array]
    mouth: Callable[[float], float]
    volume_ratio: Callable[[Array], Array]
    aperture: float = 0.0


def advanced(law: FilmLaw, channel: Channel, before: Film, passed: float) -> Film | None:
    """The film after a time (s).

    Parameters
    ----------
    law
        Flow law of the metal.
    channel
        What it fills.
    before
        The film before.
    passed
        s, above 0.

    Returns
    -------
    Film or None
        None where it is not found; a shorter time may do.
    """
    if channel.mouth(before.metal) <= 0.0 and before.metal <= 0.0:
        return before
    length = channel.length
    front = min(max(before.front, 0.02 * length), 0.999 * length)
    guess = np.interp(_SHARES * front, before.places, before.pressures)
    if before.metal <= 0.0:
        guess = channel.mouth(0.0) * (1.0 - _SHARES)
    pressure = max(channel.mouth(before.metal), float(np.abs(guess).max()), 1.0)
    ends, at = np.array([0.0, length]), np.linspace(0.05, 0.95, 19) * length
    full, empty = (channel.widths(ends, np.full(2, own), 0.0, at) for own in (pressure, 0.0))
    give = float(np.abs(full).mean()) + channel.aperture
    floor, metal = CLOSED * float(np.abs(full - empty).mean()) + TOUCHING * channel.aperture, length * give
    first, last = (guess, front), (pressure * (1.0 - _SHARES), 0.5 * (front + length))
    tries = [(False, first), (True, first), (False, last), (True, last)]
    if before.front >= 0.98 * length:
        tries = [tries[1], tries[0], tries[3], tries[2]]
    for up_to_tip, (pressures, place) in tries:
        least = 1e-5 * length * give / passed
        equations = _Equations(law, channel, before, passed, up_to_tip, pressure, metal, floor, least)
        found = equations.solve(pressures.copy(), place, before.metal)
        if found is not None and (found.pressures[-1] >= 0.0 if up_to_tip else 0.0 < found.front <= length):
            return found
    return None


@dataclass(frozen=True)
class _Equations:
    """Drops of pressure between the places of a film, its pressure at the mouth, and the metal in it.

    Unknowns are the pressures at the places, the front where it is inside of the crack (its pressure is none then), and
    the metal that the gap lacks. Stresses of the film are compared by an asinh: power laws become straight lines.
    """

    law: FilmLaw
    channel: Channel
    before: Film
    passed: float
    up_to_tip: bool
    pressure: float
    metal: float
    floor: float
    least: float

    def film(self, unknowns: Array) -> tuple[Film, Array]:
        """The film of given unknowns, and the widths of the crack in the middle of its intervals."""
        length = self.channel.length
        front = length if self.up_to_tip else float(unknowns[INTERVALS]) * length
        own = unknowns[: INTERVALS + 1].copy()
        if not self.up_to_tip:
            own[INTERVALS] = 0.0
        pressures, places = self.pressure * own, front * _SHARES
        middle = 0.5 * (places[1:] + places[:-1])
        widths = self.channel.widths(places, pressures, float(unknowns[-1]) * self.metal, middle)
        widths = self.channel.aperture + 0.5 * (widths + np.sqrt(widths**2 + 4.0 * self.floor**2))
        held = widths / self.channel.volume_ratio(np.maximum(0.5 * (pressures[1:] + pressures[:-1]), 0.0))
        beyond = np.append(np.cumsum((held * np.diff(places))[::-1])[::-1], 0.0)
        return Film(places, beyond, pressures), widths

    def residual(self, unknowns: Array) -> Array:
        """Of all equations, without unit."""
        film, widths = self.film(unknowns)
        before = np.interp(film.places, self.before.places, self.before.beyond, right=0.0)
        flow = (film.beyond - before) / self.passed
        flow = 0.5 * (flow[1:] + flow[:-1])
        shear = 0.5 * widths * (film.pressures[:-1] - film.pressures[1:]) / np.diff(film.places)
        least = max(0.01 * self.law.resistance, 1e-4 * self.pressure * self.metal / self.channel.length**2)
        own = np.arcsinh(shear / least) - np.arcsinh(self.law.wall_shear(flow, widths, self.least) / least)
        mouth = (film.pressures[0] - self.channel.mouth(film.metal)) / self.pressure
        return np.concatenate([own, [mouth, film.metal / self.metal - float(unknowns[-1])]])

    def tangent(self, unknowns: Array, found: Array) -> Array:
        """Derivatives of the residual by differences."""
        columns = []
        for k, value in enumerate(unknowns):
            step = 1e-7 * max(abs(float(value)), 1e-2)
            moved = unknowns.copy()
            moved[k] += step
            columns.append((self.residual(moved) - found) / step)
        return np.stack(columns, axis=1)

    def solve(self, guess: Array, front: float, metal: float) -> Film | None:
        """Newton's method with steps that are cut; None where it does not settle."""
        last = guess / self.pressure
        if not self.up_to_tip:
            last[INTERVALS] = front / self.channel.length
        unknowns = np.append(last, metal / self.metal)
        found = self.residual(unknowns)
        for _ in range(MOST):
            size = float(np.linalg.norm(found))
            if size < TOLERANCE:
                return self.film(unknowns)[0]
            tangent = self.tangent(unknowns, found)
            if not np.isfinite(tangent).all():
                return None
            change = np.linalg.lstsq(tangent, -found, rcond=None)[0]
            share = 1.0
            if not self.up_to_tip and change[INTERVALS] != 0.0:
                share = min(1.0, 0.5 * unknowns[INTERVALS] / abs(change[INTERVALS]))
            for _ in range(8):
                tried = self.residual(unknowns + share * change)
                if np.isfinite(tried).all() and np.linalg.norm(tried) < size * (1.0 - 1e-4 * share):
                    break
                share *= 0.5
            else:
                return self.film(unknowns)[0] if size < 1e3 * TOLERANCE else None
            unknowns, found = unknowns + share * change, tried
        return None
