"""Which atoms hang together with the lowest one: those of a body, without those in flight above it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from platingx.arrays import Array, Mask
from platingx.atoms.box import Box

__all__ = ["attached"]


def attached(positions: Array, box: Box, reach: float) -> Mask:
    """Find the atoms that a chain of atoms joins to the lowest one.

    Parameters
    ----------
    positions
        Atoms (atoms, 3), z up.
    box
        Their box.
    reach
        Distance below which two atoms are joined, such as half way between the second and third neighbours.

    Returns
    -------
    array (atoms,)
        Whether it is.
    """
    if not len(positions):
        return np.zeros(0, dtype=bool)
    inside = box.wrapped(positions) - np.asarray(box.low)
    lengths = np.where(box.repeats, box.lengths, 0.0)
    inside = np.where(box.repeats, np.minimum(inside, np.nextafter(lengths, 0.0)), inside)
    pairs = cKDTree(inside, boxsize=lengths).query_pairs(reach, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(inside), len(inside)))
    _, parts = connected_components(graph, directed=False)
    joined: Mask = parts == parts[int(np.argmin(inside[:, 2]))]
    return joined
