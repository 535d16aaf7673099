r"""Plan of a quarter plate as quadrilaterals: a core at the axis, rings around it, and a fan out to the outer sides.

y
+---------------+        The core has as many elements along each side as it has along the axis. Rings turn from
| \             |        its outline into circles; beyond the last circle they turn into the outline of the plate.
|   \    fan    |
+-----\         |
|core |  \      |
+-----+---+-----+ x
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.patches import transfinite

Array = NDArray[np.float64]

#: Corner of the core on the diagonal, x = y, over the reach of the core on the axes: it makes three angles of
#: about 120 degrees there.
CORE_CORNER = 0.8


@dataclass(frozen=True)
class Plan:
    """How a quarter plate is divided.

    Attributes
    ----------
    core : elements along each side of the core
    circle : position in the radii of the last circle
    reach : half widths of the plate along x and y, m
    round : whether the outline of the plate is a circle too
    """

    core: int
    circle: int
    reach: tuple[float, float]
    round: bool

    def lattices(self, radii: Array) -> tuple[Array, Array]:
        """Nodes of the core and of the rings, shapes (2 n + 1, 2 n + 1, 2) and (rings, angles, 2), m.

        Parameters
        ----------
        radii : distances from the axis of the nodes on y = 0, element ends and middles alternating, m
        """
        edge = 2 * self.core
        outline = _core_outline(self.core)
        circle = _circle(self.core)
        rest = radii[edge:, None, None]
        turn = np.clip((np.arange(edge, len(radii)) - edge) / edge, 0.0, 1.0)[:, None, None]
        rings = rest * ((1.0 - turn) * outline + turn * circle)
        if not self.round:
            far = np.maximum(rest - radii[self.circle], 0.0) / (radii[-1] - radii[self.circle])
            sides = _square(self.core) * np.array(self.reach) / self.reach[0]
            rings = (1.0 - far) * rings + far * rest * sides
        return self._core(radii[: edge + 1], rings[0]), np.asarray(rings)

    def _core(self, axis: Array, outline: Array) -> Array:
        zero = np.zeros_like(axis)
        middle = len(axis) - 1
        right, top = outline[: middle + 1], outline[middle:][::-1]
        return transfinite(np.column_stack([axis, zero]), top, np.column_stack([zero, axis]), right)


def _symmetric(lower: Array) -> Array:
    """Complete points from the x axis to the diagonal by their images beyond it."""
    return np.concatenate([lower, lower[-2::-1, ::-1]])


def _core_outline(core: int) -> Array:
    t = np.linspace(0.0, 1.0, 2 * core + 1)[:, None]
    return _symmetric((1.0 - t) * [1.0, 0.0] + t * CORE_CORNER)


def _circle(core: int) -> Array:
    angle = np.linspace(0.0, 0.25 * np.pi, 2 * core + 1)
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    points[-1] = np.sqrt(0.5)
    return _symmetric(points)


def _square(core: int) -> Array:
    angle = np.linspace(0.0, 0.25 * np.pi, 2 * core + 1)
    points = np.column_stack([np.ones_like(angle), np.tan(angle)])
    points[-1] = 1.0
    return _symmetric(points)
