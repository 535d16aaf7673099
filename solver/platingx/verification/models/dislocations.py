"""Straight cracks in a half plane as rows of dislocations: stress intensity factors to six digits without a mesh.

A dislocation at z0 below the free surface Im z = 0 has the potentials (Muskhelishvili)

    phi0' = A/(z - z0),    psi0' = conj(A)/(z - z0) + A conj(z0)/(z - z0)^2

and those of its image, with f*(z) = conj(f(conj(z))): phi1 = -(z phi0*' + psi0*), psi1 = -phi0* - z phi1', so that the
surface bears nothing. The densities of a crack under a load of its faces follow from a singular integral equation,
solved at the points of Gauss and Chebyshev (Erdogan, Gupta and Cook 1973; Hills et al., Solution of Crack Problems,
1996): singular as 1/sqrt(r) at the tips, and as sqrt(r) at the mouth of an edge crack.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from platingx.arrays import Array

__all__ = ["buried_intensities", "edge_intensities"]

Complex = npt.NDArray[np.complex128]


def _tractions(z: Complex, sources: Complex, strength: Complex, turn: complex) -> Complex:
    """Normal and shear stress, sigma_nn + i sigma_nt, at points by dislocations on a line of direction ``turn``."""
    a, b = strength, np.conj(strength)
    near, far = z - sources, z - np.conj(sources)
    first, second = a / near, -a / near**2
    image, image_2, image_3 = b / far, -b / far**2, 2.0 * b / far**3
    psi, psi_2 = a / far + b * sources / far**2, -a / far**2 - 2.0 * b * sources / far**3
    phi_1, phi_2 = -image - z * image_2 - psi, -2.0 * image_2 - z * image_3 - psi_2
    whole, whole_2 = first + phi_1, second + phi_2
    psi_whole = b / near + a * np.conj(sources) / near**2 - image - phi_1 - z * phi_2
    return np.asarray(whole + np.conj(whole) + turn**2 * (np.conj(z) * whole_2 + psi_whole))


def _matrix(points: Any, sources: Any, weights: Array, turn: complex) -> Array:
    """Stresses (nn above nt) over densities (opening, then sliding), shape (2 points, 2 sources)."""
    columns = []
    for unit in (1.0, 1j):
        found = _tractions(points[:, None], sources[None], np.full(len(sources), unit * turn)[None], turn) * weights
        columns.append(np.vstack([found.real, found.imag]))
    return np.hstack(columns)


def buried_intensities(depth: float, count: int = 200) -> tuple[float, float]:
    """K_I and K_II over p sqrt(pi c) of a crack of 2c at a depth (over c) below a free surface, pressure p inside.

    Parameters
    ----------
    depth
        Over c.
    count
        Dislocations.
    """
    t = np.cos(np.pi * (2 * np.arange(1, count + 1) - 1) / (2 * count))
    s = np.cos(np.pi * np.arange(1, count) / count)
    weights = np.full(count, np.pi / count)
    rows = _matrix(s - 1j * depth, t - 1j * depth, weights, 1.0)
    one, none = weights, np.zeros(count)
    closed = np.vstack([np.concatenate([one, none]), np.concatenate([none, one])])  # the faces meet at both tips
    load = np.concatenate([-np.ones(count - 1), np.zeros(count - 1), [0.0, 0.0]])
    found = np.linalg.solve(np.vstack([rows, closed]), load)
    return _at_tip(t, found)


def edge_intensities(angle: float, count: int = 200, pressed: bool = False) -> tuple[float, float]:
    """K_I and K_II over s sqrt(pi a) of an edge crack of length a at an angle to the surface, tension s along it.

    Parameters
    ----------
    angle
        Degrees, 90 for straight down.
    count
        Dislocations.
    pressed
        Under a pressure s on its faces instead of the tension.
    """
    t = np.cos(np.pi * (2 * np.arange(1, count + 1) - 1) / (2 * count + 1))  # 1 is the tip, -1 the mouth
    s = np.cos(2 * np.pi * np.arange(1, count + 1) / (2 * count + 1))
    turn = complex(np.exp(-1j * np.radians(angle)))
    weights = np.pi * (1.0 + t) / (2 * count + 1)  # of half of the length
    sources, points = 0.5 * (1.0 + t) * turn, 0.5 * (1.0 + s) * turn
    rows = _matrix(points, sources, weights, turn)
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    nn, nt = (1.0, 0.0) if pressed else (sine**2, sine * cosine)
    load = np.concatenate([-nn * np.ones(count), -nt * np.ones(count)])
    one, two = _at_tip(t, np.linalg.solve(rows, load))
    return np.sqrt(2.0) * one, np.sqrt(2.0) * two  # sqrt((1 + t)/(1 - t)) where the other has 1/sqrt(1 - t^2)


def _at_tip(t: Array, found: Array) -> tuple[float, float]:
    """K over sqrt(pi) and the root of half of the interval, from the densities towards the tip t = 1."""
    count = len(t)
    order = np.argsort(-t)
    x = t[order]
    near = slice(0, min(count, 8))
    values = [part[order] for part in (found[:count], found[count:])]
    at = [np.polynomial.Polynomial.fit(x[near], value[near], 7)(1.0) for value in values]
    return float(2.0 * np.pi * at[0]), float(-2.0 * np.pi * at[1])
