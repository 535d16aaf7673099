"""Times until clusters order, some of which had not when their run ended (censored), and rates with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, Mask

__all__ = ["Rate", "Weibull", "censored", "exponential_rate", "incubation_time", "weibull"]


def incubation_time(times: Array, order: Array, threshold: float = 0.5) -> float | None:
    """First time from which the order stays above a threshold until the end.

    Parameters
    ----------
    times, order
        Times (rows,) in rising order, and the order at each.
    threshold
        In the unit of the order.

    Returns
    -------
    float or None
        None where it has not ordered for good when the run ends: the time is censored, not infinite.
    """
    below = np.flatnonzero(order <= threshold)
    first = 0 if not len(below) else int(below[-1]) + 1
    return float(times[first]) if first < len(times) else None


@dataclass(frozen=True)
class Rate:
    """A rate of events.

    Attributes
    ----------
    value
        Events over the whole time that was watched.
    low, high
        Interval.
    events, runs
        What it rests on.
    confidence
        Of the interval.
    """

    value: float
    low: float
    high: float
    events: int
    runs: int
    confidence: float


def exponential_rate(times: Array, happened: Mask, confidence: float = 0.95) -> Rate:
    """Rate of events that do not age, from runs of which some were ended before their event.

    Events over the total time is the maximum-likelihood estimate; the interval is that of chi square, exact where the
    number of events is fixed beforehand, and conservative at its upper end where the time is (Epstein and Sobel 1953).

    Parameters
    ----------
    times
        Time (runs,) of the event, or of the end of the run.
    happened
        Whether (runs,) it is that of the event.
    confidence
        Of the interval.
    """
    from scipy.stats import chi2

    total, events, tail = float(np.sum(times)), int(np.sum(happened)), 0.5 * (1.0 - confidence)
    low = float(chi2.ppf(tail, 2 * events)) / (2.0 * total) if events else 0.0
    high = float(chi2.ppf(1.0 - tail, 2 * events + 2)) / (2.0 * total)
    return Rate(events / total, low, high, events, len(times), confidence)


@dataclass(frozen=True)
class Weibull:
    """Weibull distribution 1 - exp(-(t/scale)^shape); with a shape above one runs order the more likely the older."""

    scale: float
    shape: float


def weibull(times: Array, happened: Mask) -> Weibull | None:
    """Maximum-likelihood Weibull distribution of times of which some are censored; None with fewer than two events.

    Parameters
    ----------
    times, happened
        As in :func:`exponential_rate`.
    """
    from scipy.optimize import brentq

    known, events = times > 0.0, int(np.sum(happened & (times > 0.0)))
    times, happened = times[known], happened[known]
    if events < 2 or np.ptp(times[happened]) == 0.0:
        return None
    scaled = times / times.max()
    logs = np.log(scaled)
    mean_log = float(np.mean(logs[happened]))

    def score(shape: float) -> float:
        powers = scaled**shape
        return float(np.sum(powers * logs) / np.sum(powers)) - 1.0 / shape - mean_log

    shape = float(brentq(score, 1e-3, 1e3))
    scale = float(times.max()) * (float(np.sum(scaled**shape)) / events) ** (1.0 / shape)
    return Weibull(scale, shape)


def censored(times: Sequence[float | None], ends: Sequence[float]) -> tuple[Array, Mask]:
    """Times and whether the event happened, of incubation times of which some are None, and the ends of their runs."""
    happened = np.array([time is not None for time in times])
    values = np.array([end if time is None else time for time, end in zip(times, ends, strict=True)], dtype=float)
    return values, happened
