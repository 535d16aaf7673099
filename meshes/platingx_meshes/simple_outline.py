"""Whether the outline of a region crosses itself: Gmsh would try for ever to mesh it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError

Array = NDArray[np.float64]

ROUND_OFF = 1e-9
"""Share of an edge."""


def check_simple(sides: Sequence[tuple[str, Array]], region: str) -> None:
    """Refuse a closed outline two of whose edges cross.

    Parameters
    ----------
    sides : names of the boundaries and the ends of the edges along each, shape (n, 2), m, in order around the region
    region : name of the region

    Raises
    ------
    MeshBuildError
        It names both boundaries and the place.
    """
    starts = np.concatenate([points[:-1] for _, points in sides])
    along = np.concatenate([np.diff(points, axis=0) for _, points in sides])
    names = [name for name, points in sides for _ in range(len(points) - 1)]
    for i in range(len(starts) - 1):
        others = slice(i + 1, None)
        apart = starts[others] - starts[i]
        area = _area(along[i], along[others])
        with np.errstate(divide="ignore", invalid="ignore"):
            on_this, on_other = _area(apart, along[others]) / area, _area(apart, along[i]) / area
        crossing = _within(on_this) & _within(on_other)
        if crossing.any():
            j = int(np.argmax(crossing))
            x, y = (starts[i] + on_this[j] * along[i]) * 1e9
            first, second = names[i], names[i + 1 + j]
            what = f"{first} crosses itself" if first == second else f"{first} and {second} cross"
            raise MeshBuildError(
                f"the boundaries of {region} do not enclose it: {what} at ({x:.4g}, {y:.4g}) nm",
                "a smaller meniscus, a thicker layer, a flatter collector, or finer elements (geometry.mesh)",
            )


def _area(first: Array, second: Array) -> Array:
    """Twice the signed areas between vectors, shape (...,)."""
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def _within(share: Array) -> NDArray[np.bool_]:
    """Whether a place is on an edge, away from its ends: neighbours share one, up to rounding."""
    return np.asarray((share > ROUND_OFF) & (share < 1.0 - ROUND_OFF))
