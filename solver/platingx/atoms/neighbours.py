"""The nearest atoms of each atom, also in boxes that are thinner than the distance to them."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array
from platingx.atoms.box import Box

__all__ = ["nearest_neighbours"]

_GROWTH = 1.6
"""Factor by which the margin of images grows until the nearest atoms of all atoms lie within it."""


def nearest_neighbours(positions: Array, box: Box, count: int) -> Array:
    """Find the nearest atoms, images of the atom itself included.

    A box that is thinner than the distance to the atoms sought is repeated as often as it takes: a search that allows
    one image of each atom finds too few in a slab of two cells.

    Parameters
    ----------
    positions
        Atoms (atoms, 3).
    box
        Their box.
    count
        How many.

    Returns
    -------
    array (atoms, count, 3)
        Vectors to them, nearest first; infinite where there are not that many.
    """
    found: Array = np.full((len(positions), count, 3), np.inf)
    if not len(positions):
        return found
    inside = box.wrapped(positions)
    margin, largest = _first_margin(inside, box, count), _largest_margin(box)
    while True:
        padded = _with_images(inside, box, margin)
        distances, indices = cKDTree(padded).query(inside, k=count + 1)
        complete = distances[:, -1] <= margin
        if complete.all() or not any(box.periodic) or margin >= largest:
            break
        margin *= _GROWTH
    exists = np.isfinite(distances[:, 1:])
    vectors = padded[np.where(exists, indices[:, 1:], 0)] - inside[:, None, :]
    found[exists] = vectors[exists]
    return found


def _first_margin(inside: Array, box: Box, count: int) -> float:
    """Margin that holds the nearest atoms of nearly all atoms of a dense body: from distances without images."""
    known = min(count + 1, len(inside))
    if known < 2:
        return float(np.max(box.lengths[box.repeats], initial=1.0))
    distances, _ = cKDTree(inside).query(inside, k=known)
    return float(np.median(distances[:, -1])) * (count / (known - 1)) ** (1.0 / 3.0) + 1e-12


def _largest_margin(box: Box) -> float:
    """Margin beyond which images of the whole box bring nothing new."""
    return 4.0 * float(np.max(box.lengths[box.repeats], initial=0.0))


def _with_images(inside: Array, box: Box, margin: float) -> Array:
    """Atoms, and behind them their images within a margin around the box."""
    low, high, lengths = np.asarray(box.low), np.asarray(box.high), box.lengths
    turns = [
        range(-(times := int(np.ceil(margin / length)) if repeats else 0), times + 1)
        for length, repeats in zip(lengths, box.periodic, strict=True)
    ]
    parts = [inside]
    for turn in product(*turns):
        if any(turn):
            image = inside + np.asarray(turn) * lengths
            near = np.all((image >= low - margin) & (image <= high + margin) | ~box.repeats, axis=1)
            parts.append(image[near])
    padded: Array = np.concatenate(parts)
    return padded
