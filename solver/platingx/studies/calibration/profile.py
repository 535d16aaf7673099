"""Profile likelihood: how well the targets can still be met with a parameter held beside its best value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import chi2

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.studies.calibration.evaluation import Evaluation, Evaluator
from platingx.studies.calibration.identification import CONFIDENCE
from platingx.studies.calibration.search import minimise

__all__ = ["LEVEL", "Profile", "profile_of", "sentence_on"]

LEVEL = float(chi2.ppf(CONFIDENCE, 1))
"""Rise of the sum of squares at the ends of an interval of one parameter, 3.84 at 95 %."""
POINTS = 3
"""Values on each side."""
REACH = 2.5
"""How far they go, in standard uncertainties of the linear approximation."""
_TRIALS = 8
"""Most trial values of the other parameters at each of them."""


@dataclass(frozen=True)
class Profile:
    """Profile of a parameter.

    Attributes
    ----------
    name
        The parameter.
    shares : ndarray, shape (k,)
        Its values as shares of its range, increasing.
    rises : ndarray, shape (k,)
        By how much the sum of squares of the best fit of the others exceeds that of the result.
    low, high
        Ends of the interval as shares; None where the rise stays below `LEVEL` as far as it was followed.
    """

    name: str
    shares: Array
    rises: Array
    low: float | None
    high: float | None


def profile_of(evaluator: Evaluator, stage: str, best: Evaluation, index: int, deviation: float) -> Profile:
    """Follow the best fit of the other parameters on both sides of the result.

    Parameters
    ----------
    evaluator, stage
        What runs the cases.
    best
        The result.
    index
        The parameter.
    deviation
        Its standard uncertainty as a share of its range, which may be infinite.

    Notes
    -----
    Each value starts from the fit at the one before. A value without result ends its side.
    """
    name = list(evaluator.problem.parameters)[index]
    centre = float(best.shares[index])
    found: list[tuple[float, float]] = [(centre, 0.0)]
    ends: list[float | None] = []
    for bound in (0.0, 1.0):
        reach = min(REACH * deviation, abs(bound - centre))
        side = [(centre, 0.0)]
        start = np.array(best.shares)
        for k in range(1, POINTS + 1) if reach > 1e-9 else ():
            start[index] = centre + math.copysign(reach * k / POINTS, bound - centre)
            try:
                there = minimise(evaluator, stage, start, f"profile {name}", (index,), _TRIALS).best
            except ConvergenceError as error:
                evaluator.announce(f"the profile of {name} ends at {start[index]:.3f} of its range: {error}")
                break
            start = np.array(there.shares)
            side.append((float(start[index]), there.chi_squared - best.chi_squared))
        found += side[1:]
        ends.append(_crossing(side))
    shares, rises = np.array(sorted(found)).T
    return Profile(name, shares, rises, ends[0], ends[1])


def sentence_on(profile: Profile) -> str | None:
    """Say what a profile shows that intervals do not; None if nothing."""
    if float(profile.rises.min()) < -0.01 * LEVEL:
        return f"the profile of {profile.name} found a better fit than the search: start again from there"
    open_ends = [side for side, end in (("below", profile.low), ("above", profile.high)) if end is None]
    if not open_ends:
        return None
    return f"the targets give no limit {' and '.join(open_ends)} for {profile.name}, as far as its profile goes"


def _crossing(side: list[tuple[float, float]]) -> float | None:
    """Where the rise passes `LEVEL`: its root is nearly linear in the distance."""
    roots = [(share, math.sqrt(max(rise, 0.0))) for share, rise in side]
    level = math.sqrt(LEVEL)
    for (near, below), (far, above) in pairwise(roots):
        if below < level <= above:
            return near + (far - near) * (level - below) / (above - below)
    return None
