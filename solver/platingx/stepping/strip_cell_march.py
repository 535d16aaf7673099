"""March a stripping cell through its program, with steps that keep the error in time of the heights small.

The first step of a part of the program is small. Every further one is judged by the difference between the heights and
what they would be had they gone on as in the step before, half of which is the error of the implicit Euler method. A
part ends at its time, or within a step at a contact share or an overpotential, which is then found by halving.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.stepping.strip_cell_model import StripCellModel
from platingx.stepping.strip_cell_system import CellState, solve_step

__all__ = ["CellInstant", "Limits", "Part", "contact_share", "march_part", "state_at_rest"]

_FIRST, _SMALLEST = 1e-3, 1e-10
"""Size of the first step, s, and of the smallest one, over the length of the part."""
_GROWS, _SHRINKS, _SAFETY = 2.0, 0.25, 0.8
_SLOW = 12
"""Corrections of a step after which the next one is not larger."""
_CLOSE = 1e-4
"""How close to a limit a part ends, over the limit."""
_HALVINGS = 40


@dataclass(frozen=True)
class Part:
    """A part of the program: mean current density, plating > 0 (A/m2), for some time (s)."""

    current: float
    duration: float


@dataclass(frozen=True)
class Limits:
    """What ends a run before its program: a contact share below, a size of the overpotential (V) above; and the steps.

    Attributes
    ----------
    contact_share, overpotential
        The limits.
    tolerance
        Error in time of the heights in a step, m.
    largest
        Largest step, s.
    """

    contact_share: float
    overpotential: float
    tolerance: float
    largest: float


@dataclass(frozen=True)
class CellInstant:
    """The end of a step.

    Attributes
    ----------
    time
        Since the start of the part, s.
    dt
        Size of the step, s.
    state
        What has become.
    rate
        Speed of the heights in the step, m/s, shape (n,).
    corrections, rejected
        Of Newton's method, and attempts of this step that were rolled back.
    suggested
        Size of the next step, s.
    end
        What has ended the part: ``duration``, ``contact``, ``overpotential``; empty before its end.
    """

    time: float
    dt: float
    state: CellState
    rate: Array
    corrections: int
    rejected: int
    suggested: float
    end: str = ""


def contact_share(model: StripCellModel, state: CellState) -> float:
    """Share of the cell in which metal and electrolyte are in contact."""
    return float(np.mean(model.contact(state.height, state.insert)))


def state_at_rest(model: StripCellModel, height: Array) -> CellState:
    """State with given heights, without current, at the start.

    Parameters
    ----------
    model
        The cell.
    height
        m, shape (n,).
    """
    insert = np.zeros(0) if model.insert is None else model.insert.at_rest
    pressure = model.surface_energy * (model.curvature @ height) + model.touching(height, insert)
    logarithm = model.fluidity(pressure)[0] if model.creep is not None else 0.0
    return CellState(height, np.zeros(model.intervals), 0.0, 0.0, logarithm, insert)


def march_part(
    model: StripCellModel, part: Part, limits: Limits, start: CellInstant | None, state: CellState
) -> Iterator[CellInstant]:
    """March through a part of the program.

    Parameters
    ----------
    model, part, limits
        The cell, the part, and what ends it.
    start
        Instant of this part to go on from; None for its beginning.
    state
        State at the beginning, or that of `start`.

    Yields
    ------
    CellInstant
        The last has what ended the part.

    Raises
    ------
    ConvergenceError
        If no step is small enough.
    """
    time, dt = (0.0, min(_FIRST, limits.largest, part.duration)) if start is None else (start.time, start.suggested)
    rate = None if start is None else start.rate
    rejected = 0
    while True:
        left = part.duration - time
        dt = min(dt, left)
        found = solve_step(model, state, part.current, dt)
        error = 0.0
        if found is not None and rate is not None:
            error = 0.5 * float(np.max(np.abs(found[0].height - state.height - rate * dt)))
        if found is None or error > 2.0 * limits.tolerance:
            dt *= _SHRINKS if found is None else max(_SHRINKS, _SAFETY * math.sqrt(limits.tolerance / error))
            rejected += 1
            if dt < _SMALLEST * part.duration:
                raise ConvergenceError(_gives_up(time, dt))
            continue
        end = _reached(model, limits, found[0])
        if end:
            dt, found = _time_of_limit(model, part, limits, state, dt, found)
        after, corrections = found
        last = not end and dt >= left
        wanted = _GROWS if error == 0.0 else min(_GROWS, _SAFETY * math.sqrt(limits.tolerance / error))
        suggested = min(limits.largest, dt * (min(wanted, 1.0) if corrections > _SLOW else wanted))
        rate = np.asarray((after.height - state.height) / dt)
        time = part.duration if last else time + dt
        ended = end or ("duration" if last else "")
        yield CellInstant(time, dt, after, rate, corrections, rejected, suggested, ended)
        if ended:
            return
        state, dt, rejected = after, suggested, 0


def _reached(model: StripCellModel, limits: Limits, state: CellState) -> str:
    """Which limit a state is beyond; empty for none."""
    if contact_share(model, state) <= limits.contact_share:
        return "contact"
    return "overpotential" if abs(state.voltage) >= limits.overpotential else ""


def _time_of_limit(
    model: StripCellModel,
    part: Part,
    limits: Limits,
    state: CellState,
    dt: float,
    found: tuple[CellState, int],
) -> tuple[float, tuple[CellState, int]]:
    """Size of the step at the end of which a limit is just passed, and what becomes in it."""
    low, high = 0.0, dt
    for _ in range(_HALVINGS):
        if high - low <= _CLOSE * high:
            break
        middle = 0.5 * (low + high)
        tried = solve_step(model, state, part.current, middle)
        if tried is None or not _reached(model, limits, tried[0]):
            low = middle
        else:
            high, found = middle, tried
    return high, found


def _gives_up(time: float, dt: float) -> str:
    return (
        f"no step of the stripping cell converges at t = {time:.6g} s of this part of the program, down to {dt:.2g} s: "
        "try more resolution.intervals, a smaller resolution.gap_tolerance, or a softer interface.contact_stiffness"
    )
