"""From where a model is seen: cameras with names, or given by two angles.

Projection is parallel, so that lengths can be read off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.errors import OutputError

__all__ = ["CAMERAS", "Camera", "camera_of"]

CAMERAS = {
    "front": (270.0, 0.0),
    "back": (90.0, 0.0),
    "left": (180.0, 0.0),
    "right": (0.0, 0.0),
    "top": (270.0, 90.0),
    "bottom": (270.0, -90.0),
    "corner": (225.0, 35.0),
    "below": (225.0, -25.0),
}
"""Azimuth and elevation, degrees: around z from the x axis on, and over the horizontal plane."""

_ON_AN_AXIS = 1e-9


@dataclass(frozen=True)
class Camera:
    """A direction of sight.

    Attributes
    ----------
    name : str
    azimuth, elevation : float
        Degrees.
    """

    name: str
    azimuth: float
    elevation: float

    @property
    def frame(self) -> Array:
        """Unit vectors to the right, upwards and towards the eye, shape (3, 3), one a row."""
        around, over = math.radians(self.azimuth), math.radians(self.elevation)
        right = np.array([-math.sin(around), math.cos(around), 0.0])
        eye = np.array([math.cos(over) * math.cos(around), math.cos(over) * math.sin(around), math.sin(over)])
        return np.stack([right, np.cross(eye, right), eye])

    def along_axes(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Axis (0, 1, 2) and sign of what points to the right and upwards; None when these are no axes of the model."""
        found = []
        for vector in self.frame[:2]:
            axis = int(np.argmax(np.abs(vector)))
            if abs(abs(vector[axis]) - 1.0) > _ON_AN_AXIS:
                return None
            found.append((axis, 1 if vector[axis] > 0 else -1))
        return found[0], found[1]


def camera_of(text: str) -> Camera:
    """Read a camera: a name, or azimuth and elevation in degrees such as ``200,30``.

    Raises
    ------
    OutputError
        When it is neither.
    """
    name = text.strip().lower()
    if name in CAMERAS:
        return Camera(name, *CAMERAS[name])
    try:
        azimuth, elevation = (float(part.strip().removesuffix("deg")) for part in name.split(","))
    except ValueError:
        azimuth, elevation = math.nan, math.nan
    if not (math.isfinite(azimuth) and -90.0 <= elevation <= 90.0):
        raise OutputError(
            f"{text!r} is no camera: {', '.join(CAMERAS)}, or azimuth and elevation in degrees, such as 200,30 "
            "(elevation from -90 to 90)"
        )
    return Camera(f"{azimuth:g}_{elevation:g}", azimuth, elevation)
