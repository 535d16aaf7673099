"""Displacement and finite turn of a rigid body.

A body turns by the rotation vector w about its pivot P, which itself moves by c: a point at X comes to
P + c + R (X - P), R = exp([w]) = 1 + a [w] + b [w]^2 with a = sin(t)/t, b = (1 - cos t)/t^2 and t = |w|. Its spin is
J dw, J = 1 + b [w] + c [w]^2 with c = (t - sin t)/t^3 (Geradin and Cardona, Flexible Multibody Dynamics, 2001,
section 4.3). In the plane w is an angle about the third axis. R - 1 is formed by itself, so that small turns keep their
digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["Pose", "spin", "spin_slopes"]

_SMALL = 0.05
"""Angle below which the coefficients are summed as series: four terms leave less than 1e-15 of them."""


@dataclass(frozen=True)
class Pose:
    """Where a rigid body is.

    Attributes
    ----------
    shift
        Displacement of its pivot, shape (dimension,), m.
    angle
        Rotation vector, shape (3,), rad; in the plane the last one counts alone.
    pivot
        What it turns about at rest, shape (dimension,), m.
    """

    shift: Array
    angle: Array
    pivot: Array

    @property
    def turns(self) -> bool:
        """Whether it has turned."""
        return bool(self.angle.any())

    @property
    def excess(self) -> Array:
        """R - 1, shape (dimension, dimension)."""
        size = float(np.linalg.norm(self.angle))
        half = 0.5 * size
        first = np.sinc(size / np.pi)
        second = 0.5 * float(np.sinc(half / np.pi)) ** 2
        cross = _cross(self.angle)
        count = len(self.shift)
        return np.asarray((first * cross + second * cross @ cross)[:count, :count])

    @property
    def rotation(self) -> Array:
        """R, shape (dimension, dimension)."""
        return np.asarray(np.eye(len(self.shift)) + self.excess)

    def seen(self, coordinates: Array, displacement: Array) -> Array:
        """Displacements of points as seen from the body, in its axes at rest, shape (points, dimension), m."""
        relative = displacement - self.shift
        if not self.turns:
            return np.asarray(relative)
        return np.asarray(relative @ self.rotation + (coordinates - self.pivot) @ self.excess)

    def carried(self, coordinates: Array, seen: Array) -> Array:
        """Displacements in space of points whose displacements on the body are given, shape (points, dimension), m."""
        if not self.turns:
            return np.asarray(seen + self.shift)
        arms = coordinates - self.pivot
        return np.asarray(self.shift + seen @ self.rotation.T + arms @ self.excess.T)

    def arms(self, coordinates: Array, displacement: Array) -> Array:
        """Present places of points from the present pivot, shape (points, 3), m."""
        result = np.zeros((len(coordinates), 3))
        result[:, : len(self.shift)] = coordinates + displacement - self.pivot - self.shift
        return result


def _cross(vector: Array) -> Array:
    """Matrix of the cross product with a vector, shape (3, 3)."""
    x, y, z = vector
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def _coefficients(size: float) -> tuple[float, float, float, float]:
    """The factors b and c, and their derivatives by the angle over the angle."""
    square = size**2
    if size < _SMALL:
        b = 0.5 - square / 24.0 + square**2 / 720.0 - square**3 / 40320.0
        c = 1.0 / 6.0 - square / 120.0 + square**2 / 5040.0 - square**3 / 362880.0
        b_slope = -1.0 / 12.0 + square / 180.0 - square**2 / 6720.0 + square**3 / 453600.0
        c_slope = -1.0 / 60.0 + square / 1260.0 - square**2 / 60480.0 + square**3 / 4989600.0
        return b, c, b_slope, c_slope
    sine, cosine = np.sin(size), np.cos(size)
    b, c = (1.0 - cosine) / square, (size - sine) / size**3
    return b, c, (sine / size - 2.0 * b) / square, ((1.0 - cosine) / square - 3.0 * c) / square


def spin(angle: Array) -> Array:
    """J: spin of a body by the rate of its rotation vector, shape (3, 3)."""
    b, c, _, _ = _coefficients(float(np.linalg.norm(angle)))
    cross = _cross(angle)
    return np.asarray(np.eye(3) + b * cross + c * cross @ cross)


def spin_slopes(angle: Array) -> Array:
    """Derivatives of J by the components of the rotation vector, shape (3, 3, 3); the first index is the component."""
    b, c, b_slope, c_slope = _coefficients(float(np.linalg.norm(angle)))
    cross = _cross(angle)
    found = []
    for component, unit in enumerate(np.eye(3)):
        own = _cross(unit)
        by_size = angle[component] * (b_slope * cross + c_slope * cross @ cross)
        found.append(by_size + b * own + c * (own @ cross + cross @ own))
    return np.array(found)
