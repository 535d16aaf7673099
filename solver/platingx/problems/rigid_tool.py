"""A rigid tool: a shape at a place, with a motion that is given or found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.problems.rigid_motion import Pose
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
    turning
        Rotation vector of the tool by each of them, shape (3, unknowns), rad/m; None if it does not turn.
    """

    unknowns: GlobalUnknowns
    transfer: Array
    spring: Spring | None = None
    turning: Array | None = None


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
    turn
        Rotation vector at a time (s), shape (3,), rad; None if nothing prescribes a turn.
    pivot
        What it turns about at rest, shape (dimension,), m; its place if left out.
    """

    name: str
    shape: Shape
    place: Array
    frame: Array
    motion: Callable[[float], Array]
    driven: DrivenBy | None = None
    turn: Callable[[float], Array] | None = None
    pivot: Array | None = None

    def pose(self, time: float, values: Mapping[str, Array]) -> Pose:
        """Where the tool is at a time (s) and at values of all fields."""
        shift = self.motion(time)
        angle = np.zeros(3) if self.turn is None else self.turn(time)
        if self.driven is not None:
            found = values[self.driven.unknowns.name][:, 0]
            shift = shift + self.driven.transfer @ found
            if self.driven.turning is not None:
                angle = angle + self.driven.turning @ found
        return Pose(np.asarray(shift), np.asarray(angle), self.place if self.pivot is None else self.pivot)

    def distances(self, coordinates: Array, displacement: Array, pose: Pose) -> Distances:
        """Distances of points of the body.

        Parameters
        ----------
        coordinates
            At rest, shape (points, dimension), m.
        displacement
            m.
        pose
            Where the tool is.
        """
        frame = self.frame
        relative = pose.seen(coordinates, displacement) @ frame.T
        found = self.shape.distances((coordinates - self.place) @ frame.T, relative)
        axes = frame @ pose.rotation.T if pose.turns else frame
        turned = np.einsum("ai,pab,bj->pij", axes, found.hessian, axes)
        return Distances(found.value, found.gradient @ axes, turned)


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
