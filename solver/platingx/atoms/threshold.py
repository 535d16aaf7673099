"""Size from which clusters order: a logistic curve of ordered or not against the number of atoms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, Mask

__all__ = ["Threshold", "fit_threshold"]


@dataclass(frozen=True)
class Threshold:
    """Size at which half of the clusters order.

    Attributes
    ----------
    atoms
        That size; not a number where the runs do not bound it from both sides.
    low, high
        Interval; zero or infinity where the runs leave that side open.
    width
        Width of the transition: the probability goes from 0.27 to 0.73 over twice this many atoms. Zero where no size
        has both outcomes and all that order are larger: it is then sharper than the sizes can tell.
    runs, ordered
        How many runs, and of how many clusters that ordered.
    confidence
        Of the interval.
    """

    atoms: float
    low: float
    high: float
    width: float
    runs: int
    ordered: int
    confidence: float


def fit_threshold(atoms: Array, ordered: Mask, confidence: float = 0.95) -> Threshold:
    """Fit 1/(1 + exp(-(N - N0)/w)), w > 0, by maximum likelihood; the interval of N0 is that of the likelihood ratio.

    Parameters
    ----------
    atoms
        Number of atoms (runs,) of each cluster.
    ordered
        Whether (runs,) it ordered.
    confidence
        Of the interval.

    Notes
    -----
    Where all clusters above a size ordered and none below it, the likelihood does not bound the width from below: the
    threshold is then half way between the two sizes, and its interval still follows from the likelihood ratio.
    """
    from scipy.stats import chi2

    sizes, total = np.asarray(atoms, float), int(np.sum(ordered))
    if total in (0, len(sizes)) or np.ptp(sizes) == 0.0:
        if total == 0:
            low, high = float(sizes.max(initial=0.0)), math.inf
        elif total == len(sizes):
            low, high = 0.0, float(sizes.min())
        else:
            low, high = 0.0, math.inf
        return Threshold(math.nan, low, high, math.nan, len(sizes), total, confidence)
    widths = np.ptp(sizes) * np.geomspace(1e-3, 10.0, 121)
    reach = np.ptp(sizes)
    centres = np.linspace(sizes.min() - reach, sizes.max() + reach, 1201)
    likelihood = _log_likelihood(sizes, np.asarray(ordered), centres, widths)
    profile = likelihood.max(axis=1)
    best = float(profile.max())
    at_best = np.flatnonzero(profile >= best - 1e-9)
    atoms_of_best = float(np.mean(centres[at_best]))
    inside = np.flatnonzero(profile >= best - 0.5 * float(chi2.ppf(confidence, 1)))
    low = 0.0 if inside[0] == 0 else float(max(centres[inside[0]], 0.0))
    high = math.inf if inside[-1] == len(centres) - 1 else float(centres[inside[-1]])
    sharp = sizes[~np.asarray(ordered)].max() < sizes[np.asarray(ordered)].min()
    width = 0.0 if sharp else float(widths[int(np.argmax(likelihood[at_best[len(at_best) // 2]]))])
    return Threshold(atoms_of_best, low, high, width, len(sizes), total, confidence)


def _log_likelihood(sizes: Array, ordered: Mask, centres: Array, widths: Array) -> Array:
    """Logarithm of the likelihood (centres, widths)."""
    total = np.zeros((len(centres), len(widths)))
    for size, success in zip(sizes, ordered, strict=True):
        argument = (size - centres[:, None]) / widths[None, :]
        total -= np.logaddexp(0.0, -argument if success else argument)
    return total
