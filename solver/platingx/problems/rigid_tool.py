"""A rigid tool: a shape at a place, with a motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.problems.tool_shapes import Distances, Shape

__all__ = ["RigidTool", "frame_along"]


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
    """

    name: str
    shape: Shape
    place: Array
    frame: Array
    motion: Callable[[float], Array]

    def distances(self, coordinates: Array, displacement: Array, time: float) -> Distances:
        """Distances of points of the body.

        Parameters
        ----------
        coordinates
            At rest, shape (points, dimension), m.
        displacement
            m.
        time
            s.
        """
        frame = self.frame
        moved = (displacement - self.motion(time)) @ frame.T
        value, gradient, hessian = self.shape.distances((coordinates - self.place) @ frame.T, moved)
        turned = np.einsum("ai,pab,bj->pij", frame, hessian, frame)
        return Distances(value, gradient @ frame, turned)


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
