"""Shapes of rigid tools as signed distances, with gradient and Hessian.

A shape stands in its own frame: the last axis points away from the body, into the tool; the tool touches the origin
with its lowest point and is symmetric about the last axis. The distance is positive outside of the tool. In space a
section is turned around its axis, or swept along the second axis.

Of the Hessian of a distance: a surface with the curvature k (positive if it is convex) has k/(1 + k g) along itself at
the distance g (do Carmo, Differential Geometry of Curves and Surfaces, 1976, section 3.5, exercise 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from platingx.arrays import Array

__all__ = ["Ball", "Distances", "Flat", "Revolved", "RoundedPunch", "Section", "Shape"]


class Distances(NamedTuple):
    """Signed distances of points from a tool.

    Attributes
    ----------
    value
        Shape (points,), m; negative inside.
    gradient
        Unit normals of the tool, out of it, shape (points, dimension).
    hessian
        Derivative of the normals, shape (points, dimension, dimension), 1/m.
    slope
        Derivative of the value where that is not the normal, shape (points, dimension): against a body with a normal
        that is smoothed.
    """

    value: Array
    gradient: Array
    hessian: Array
    slope: Array | None = None


class Shape(Protocol):
    """A tool in its own frame."""

    def distances(self, places: Array, moved: Array) -> Distances:
        """Distances of points.

        Parameters
        ----------
        places
            Where they are at rest, shape (points, dimension), m.
        moved
            Their displacement relative to the tool, m. It is apart from the places because it may be so much smaller
            that a sum would lose its digits.
        """


class Flat:
    """A plane across the last axis."""

    def distances(self, places: Array, moved: Array) -> Distances:
        """Distances of points; see `Shape`."""
        count, dimension = places.shape
        gradient = np.zeros((count, dimension))
        gradient[:, -1] = -1.0
        return Distances(-(places[:, -1] + moved[:, -1]), gradient, np.zeros((count, dimension, dimension)))


@dataclass(frozen=True)
class Ball:
    """A circle in the plane, a sphere in space, or a cylinder along the second axis there.

    The distance r - R is taken from the squares, (r^2 - R^2)/(r + R) with r^2 - R^2 from the place at rest (once, in
    extended precision) and the displacement: subtracting r and R would leave 1e-16 R of noise, which times the
    stiffness of a contact is more than the residual of a converged step.

    Parameters
    ----------
    radius
        R, m.
    swept
        Whether it is a cylinder along the second of three axes.
    """

    radius: float
    swept: bool = False

    def distances(self, places: Array, moved: Array) -> Distances:
        """Distances of points; see `Shape`."""
        dimension = places.shape[1]
        counts = np.ones(dimension)
        if self.swept and dimension == 3:
            counts[1] = 0.0
        wide = places.astype(np.longdouble)
        square = (counts[:-1] * wide[:, :-1] ** 2).sum(axis=1) + wide[:, -1] * (wide[:, -1] - 2.0 * self.radius)
        arm = counts * places
        arm[:, -1] -= self.radius
        step = counts * moved
        excess = square.astype(np.float64) + 2.0 * np.sum(arm * step, axis=1) + np.sum(step * step, axis=1)
        distance = np.sqrt(np.maximum(self.radius**2 + excess, np.finfo(float).tiny))
        normal = (arm + step) / distance[:, None]
        hessian = (np.diag(counts) - normal[:, :, None] * normal[:, None, :]) / distance[:, None, None]
        return Distances(excess / (distance + self.radius), normal, hessian)


class Section(Protocol):
    """The outline of a tool in a half plane: across its axis (at least 0), and along it, away from the body."""

    def distances(self, across: Array, along: Array) -> Distances:
        """Distances of points at shape (points,), m; gradients and Hessians in the half plane."""


@dataclass(frozen=True)
class RoundedPunch:
    """A flat punch with upright sides and rounded edges, as the points within a radius of an upright strip.

    Parameters
    ----------
    half_width
        Half its width over all, m.
    edge_radius
        Radius of the edges, m.
    """

    half_width: float
    edge_radius: float

    def distances(self, across: Array, along: Array) -> Distances:
        """Distances of points; see `Section`."""
        aside = across - (self.half_width - self.edge_radius)
        below = self.edge_radius - along
        corner = (aside > 0.0) & (below > 0.0)
        wall = ~corner & (aside > below)
        reach = np.where(corner, np.hypot(aside, below), 1.0)
        normal = np.zeros((len(across), 2))
        normal[:, 0] = np.where(corner, aside / reach, wall)
        normal[:, 1] = np.where(corner, -below / reach, np.where(wall, 0.0, -1.0))
        value = np.where(corner, reach, np.maximum(aside, below)) - self.edge_radius
        tangent = np.stack([-normal[:, 1], normal[:, 0]], axis=1)
        bend = np.where(corner, 1.0 / reach, 0.0)
        return Distances(value, normal, bend[:, None, None] * tangent[:, :, None] * tangent[:, None, :])


@dataclass(frozen=True)
class Revolved:
    """A section, turned around its axis in space or swept along the second axis; in the plane, its mirrored outline.

    Parameters
    ----------
    section
        The outline.
    swept
        Whether it is swept instead of turned.
    """

    section: Section
    swept: bool = False

    def distances(self, places: Array, moved: Array) -> Distances:
        """Distances of points; see `Shape`."""
        present = places + moved
        flat = present[:, :1] if self.swept or present.shape[1] == 2 else present[:, :2]
        across = np.linalg.norm(flat, axis=1)
        outward = np.zeros_like(present)
        on_axis = across == 0.0
        outward[:, : flat.shape[1]] = flat / np.where(on_axis, 1.0, across)[:, None]
        outward[on_axis, 0] = 1.0
        up = np.zeros_like(present)
        up[:, -1] = 1.0
        found = self.section.distances(across, present[:, -1])
        axes = np.stack([outward, up], axis=1)  # shape (points, 2, dimension)
        gradient = np.einsum("pa,pai->pi", found.gradient, axes)
        hessian = np.einsum("pab,pai,pbj->pij", found.hessian, axes, axes)
        if flat.shape[1] == 2:
            around = np.zeros_like(present)
            around[:, 0], around[:, 1] = -outward[:, 1], outward[:, 0]
            bend = np.where(on_axis, found.hessian[:, 0, 0], found.gradient[:, 0] / np.where(on_axis, 1.0, across))
            hessian += bend[:, None, None] * around[:, :, None] * around[:, None, :]
        return Distances(found.value, gradient, hessian)
