"""A rigid tool: a shape at a place, with a motion that is given or found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.problems.spring import Spring
from platingx.problems.tool_shapes import Distances, Shape

__all__ = ["DrivenBy", "RigidTool", "frame_along"]


@dataclass(frozen=True)
class DrivenBy:
    """Unknowns that move a tool.

    Attributes
    ----------
    unknowns
        The unknowns.
    transfer
        Displacement of the tool by each of them, shape (dimension, unknowns).
    spring
        What acts on them beside the contact, or None.
    """

    unknowns: GlobalUnknowns
    transfer: Array
    spring: Spring | None = None


@dataclass(frozen=True)
class RigidTool:
    """A shape at a place, with a motion.

    Attributes
    ----------
    name
        For messages.
    shape
        In its own frame.
    place
        Where its lowest point is at rest, shape (dimension,), m.
    frame
        Rows: the axes of the shape in those of the body, shape (dimension, dimension).
    motion
        Displacement of the tool at a time (s), shape (dimension,), m.
    driven
        Unknowns that move it besides, or None.
    """

    name: str
    shape: Shape
    place: Array
    frame: Array
    motion: Callable[[float], Array]
    driven: DrivenBy | None = None

    def moved(self, time: float, values: Mapping[str, Array]) -> Array:
        """Displacement of the tool at a time (s) and at values of all fields, shape (dimension,), m."""
        given = self.motion(time)
        if self.driven is None:
            return given
        return np.asarray(given + self.driven.transfer @ values[self.driven.unknowns.name][:, 0])

    def distances(self, coordinates: Array, displacement: Array, moved: Array) -> Distances:
        """Distances of points of the body.

        Parameters
        ----------
        coordinates
            At rest, shape (points, dimension), m.
        displacement
            m.
        moved
            Displacement of the tool, shape (dimension,), m.
        """
        frame = self.frame
        relative = (displacement - moved) @ frame.T
        found = self.shape.distances((coordinates - self.place) @ frame.T, relative)
        turned = np.einsum("ai,pab,bj->pij", frame, found.hessian, frame)
        return Distances(found.value, found.gradient @ frame, turned)


def frame_along(up: Array) -> Array:
    """Axes of a frame whose last one is given; the first is the one of the body that is most across it.

    Parameters
    ----------
    up
        Direction from the body into the tool, shape (dimension,).
    """
    last = np.asarray(up, dtype=float) / np.linalg.norm(up)
    if len(last) == 2:
        return np.array([[last[1], -last[0]], last])
    first = np.eye(3)[int(np.abs(last).argmin())]
    first = first - (first @ last) * last
    first /= np.linalg.norm(first)
    return np.array([first, np.cross(last, first), last])
