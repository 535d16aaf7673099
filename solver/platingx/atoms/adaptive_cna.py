"""Adaptive common neighbour analysis: which crystal the surroundings of each atom are.

Source: A. Stukowski, Modelling Simul. Mater. Sci. Eng. 20, 045021 (2012); the signatures of pairs are those of
J. D. Honeycutt and H. C. Andersen, J. Phys. Chem. 91, 4950 (1987). A pair of neighbours has the
signature (atoms that are neighbours of both, bonds between these, bonds in the longest chain of such bonds).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from platingx.arrays import Array, IntArray, Mask, RealArray
from platingx.atoms.box import Box
from platingx.atoms.neighbours import nearest_neighbours

__all__ = ["Structure", "fraction_of", "structures"]

_CUTOFF = 0.5 * (1.0 + np.sqrt(2.0))
"""Cut-off over the mean distance of nearest neighbours: half way between the first two shells of close packing, and
between the second and third of bcc in terms of its lattice constant."""
_CLOSE_PACKED, _BCC = 12, 14
"""Neighbours that are looked at."""
_AT_ONCE = 20_000
"""Atoms that are treated together, which bounds the memory."""


class Structure(IntEnum):
    """Surroundings of an atom."""

    OTHER = 0
    FCC = 1
    HCP = 2
    BCC = 3
    ICOSAHEDRAL = 4


def structures(positions: Array, box: Box) -> IntArray:
    """Classify the surroundings of each atom.

    Parameters
    ----------
    positions
        Atoms (atoms, 3).
    box
        Their box.

    Returns
    -------
    array (atoms,)
        Values of :class:`Structure`. Atoms at surfaces are ``OTHER``, in a perfect crystal too.
    """
    vectors = nearest_neighbours(positions, box, _BCC)
    parts = [_classified(vectors[first : first + _AT_ONCE]) for first in range(0, len(vectors), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def fraction_of(found: IntArray, structure: Structure) -> float:
    """Share of atoms with some surroundings; zero without atoms."""
    return float(np.mean(found == structure)) if len(found) else 0.0


def _classified(vectors: Array) -> IntArray:
    found = np.full(len(vectors), Structure.OTHER, np.int64)
    close = _signatures(vectors[:, :_CLOSE_PACKED], _mean_of_close_packed(vectors))
    of_421, of_422, of_555 = (_count(close, signature) for signature in ((4, 2, 1), (4, 2, 2), (5, 5, 5)))
    found[of_421 == 12] = Structure.FCC
    found[(of_421 == 6) & (of_422 == 6)] = Structure.HCP
    found[of_555 == 12] = Structure.ICOSAHEDRAL
    body = _signatures(vectors, _mean_of_bcc(vectors))
    centred = (_count(body, (4, 4, 4)) == 6) & (_count(body, (6, 6, 6)) == 8)
    found[centred & (found == Structure.OTHER)] = Structure.BCC
    return found


def _lengths(vectors: Array) -> Array:
    """Distances (atoms, neighbours); infinite where there is none."""
    lengths: Array = np.sqrt(np.sum(vectors * vectors, axis=2))
    return lengths


def _mean_of_close_packed(vectors: Array) -> Array:
    mean: Array = np.mean(_lengths(vectors[:, :_CLOSE_PACKED]), axis=1)
    return mean


def _mean_of_bcc(vectors: Array) -> Array:
    """Lattice constant (atoms,) from eight neighbours at sqrt(3)/2 of it and six at the whole of it."""
    lengths = _lengths(vectors)
    mean: Array = (np.sum(lengths[:, :8], axis=1) * 2.0 / np.sqrt(3.0) + np.sum(lengths[:, 8:], axis=1)) / _BCC
    return mean


def _signatures(vectors: Array, scale: Array) -> IntArray:
    """Signature of each pair of an atom and a neighbour (atoms, neighbours, 3).

    Neighbours of an atom are bonded that are closer to each other than the cut-off of that atom.
    """
    usable = np.isfinite(scale)
    near = np.where(usable[:, None, None], vectors, 0.0)
    cutoff = np.where(usable, _CUTOFF * scale, 0.0)
    apart = _lengths((near[:, :, None, :] - near[:, None, :, :]).reshape(len(near), -1, 3))
    count = vectors.shape[1]
    bonded = apart.reshape(len(near), count, count) < cutoff[:, None, None]
    bonded &= ~np.eye(count, dtype=bool)
    common = bonded[:, :, :, None] & bonded[:, :, None, :] & bonded[:, None, :, :]
    among = common.astype(
        np.float32
    )  # bonds between common neighbours of each pair (atoms, pair, neighbour, neighbour)
    degrees = among.sum(axis=3)
    bonds = 0.5 * degrees.sum(axis=2)
    chain = 0.5 * (_connected(common) @ degrees[..., None])[..., 0].max(axis=2)
    return np.stack([bonded.sum(axis=2), bonds, chain], axis=2).astype(np.int64)


def _connected(bonds: Mask) -> RealArray:
    """Which atoms a chain of bonds connects, each with itself; by repeated squaring."""
    size = bonds.shape[-1]
    reach = (bonds | np.eye(size, dtype=bool)).astype(np.float32)
    for _ in range(int(np.ceil(np.log2(6)))):  # no chain of a signature sought has more than six bonds
        reach = np.minimum(reach @ reach, 1.0)
    return reach


def _count(signatures: IntArray, wanted: tuple[int, int, int]) -> IntArray:
    """How many neighbours of each atom have a signature."""
    counts: IntArray = np.all(signatures == np.asarray(wanted), axis=2).sum(axis=1)
    return counts
