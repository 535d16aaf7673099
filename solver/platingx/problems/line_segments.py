"""What the traction at a node of an outline puts on the nodes of the outline that it lies on.

The tractions between two outlines are interpolated from the nodes of one of them, and their work is that of all points
of the face, not of the nodes alone: node b of the partner gets the integral of N_a M_b over the face for each node a.
The integrand has kinks where the face passes from one line of the partner to the next; it is integrated piece by piece
between them, so that a uniform pressure loads the partner uniformly whatever the two meshes are (the patch test of
contact; Simo, Wriggers and Taylor, Comput. Methods Appl. Mech. Eng. 50, 1985, 163).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.problems.outline import Feet
from platingx.problems.quadratic_lines import line_functions, line_slopes

__all__ = ["partner_shares"]

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)


def partner_shares(
    feet_of: Callable[[Array, IntArray], Feet],
    partner: Array,
    normals: Array,
    rest: Array,
    present: Array,
    candidates: IntArray,
    axisymmetric: bool,
) -> Array:
    """Integrals of the functions of a face times those of its partner, over the former's area at rest.

    Parameters
    ----------
    feet_of
        Gives the feet of points on the nearest of their candidates.
    partner, normals
        Places of the nodes of the partner, m, and normals at them, shape (lines, 3, 2).
    rest, present
        Nodes of the pieces of the face (ends, middle), at rest and now, shape (pieces, 3, 2), m.
    candidates
        Lines of the partner that each piece may touch, padded with -1, shape (pieces, candidates).
    axisymmetric
        Whether the face is swept around the axis.

    Returns
    -------
    Array
        Shape (pieces, 3, candidates, 3), m2 (m in plane strain).
    """
    shares: Array = np.zeros((len(present), 3, candidates.shape[1], 3))
    piece, s, weight = _points(partner, normals, present, candidates)
    if len(piece) == 0:
        return shares
    functions = line_functions(s)
    x = np.einsum("pa,pai->pi", functions, present[piece])
    feet = feet_of(x, candidates[piece])
    parameter = np.clip(feet.parameter, -1.0, 1.0)
    measure = np.linalg.norm(np.einsum("pa,pai->pi", line_slopes(s), rest[piece]), axis=1)
    if axisymmetric:
        measure = measure * 2.0 * np.pi * np.einsum("pa,pa->p", functions, rest[piece][..., 0])
    values = (weight * measure)[:, None, None] * functions[:, :, None] * line_functions(parameter)[:, None, :]
    for a in range(3):
        np.add.at(shares[:, a], (piece, feet.place), values[:, a])
    return shares


def _points(partner: Array, normals: Array, present: Array, candidates: IntArray) -> tuple[IntArray, Array, Array]:
    """Points of integration: their piece, parameter and weight."""
    pieces, parameters, weights = [], [], []
    for number, (nodes, lines) in enumerate(zip(present, candidates, strict=True)):
        near = lines[lines >= 0]
        if len(near) == 0:
            continue
        bounds = np.array([-1.0, *_kinks(nodes, partner[near][:, :2], normals[near][:, :2]), 1.0])
        half = 0.5 * np.diff(bounds)
        middle = bounds[:-1] + half
        parameters.append((middle[:, None] + half[:, None] * _POINTS).ravel())
        weights.append((half[:, None] * _WEIGHTS).ravel())
        pieces.append(np.full(len(parameters[-1]), number, dtype=np.int64))
    if not pieces:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    return np.concatenate(pieces), np.concatenate(parameters), np.concatenate(weights)


def _kinks(nodes: Array, ends: Array, normals: Array) -> list[float]:
    """Parameters of a piece at which it lies over ends of lines of its partner, sorted."""
    square = 0.5 * (nodes[0] + nodes[1]) - nodes[2]
    linear = 0.5 * (nodes[1] - nodes[0])
    found = []
    reach = 2.0 * float(np.linalg.norm(nodes[1] - nodes[0]))
    for end, normal in zip(ends.reshape(-1, 2), normals.reshape(-1, 2), strict=True):
        along = np.array([-normal[1], normal[0]])
        a, b, c = float(along @ square), float(along @ linear), float(along @ (nodes[2] - end))
        for root in _roots(a, b, c):
            place = square * root**2 + linear * root + nodes[2]
            if -1.0 < root < 1.0 and float(np.linalg.norm(place - end)) < reach:
                found.append(root)
    kept: list[float] = []
    for root in sorted(found):
        if not kept or root - kept[-1] > 1e-12:
            kept.append(root)
    return kept


def _roots(a: float, b: float, c: float) -> list[float]:
    """Real roots of a x^2 + b x + c, without loss of digits where a is small."""
    discriminant = b * b - 4.0 * a * c
    if discriminant < 0.0 or (a == 0.0 and b == 0.0):
        return []
    q = -0.5 * (b + np.copysign(np.sqrt(discriminant), b))
    return [float(r) for r in ([q / a] if a != 0.0 else []) + ([c / q] if q != 0.0 else [])]
