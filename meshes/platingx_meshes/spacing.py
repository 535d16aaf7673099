"""Division of lines into elements whose sizes grow by a limited ratio away from given places."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from platingx_meshes.checks import check_cells

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LineSize:
    """Element size along a line: min over sources of size + ln(growth_ratio) * distance, at most max_size.

    Neighbouring elements then differ by about ``growth_ratio``. All lengths in m.
    """

    sources: tuple[tuple[float, float], ...]
    growth_ratio: float
    max_size: float
    caps: tuple[tuple[float, float, float], ...] = field(default=())  # (from, to, largest size there)

    def __call__(self, s: Array) -> Array:
        """Size at positions ``s`` along the line, m."""
        growth = math.log(self.growth_ratio)
        size = np.full(np.shape(s), self.max_size)
        for place, at_place in self.sources:
            size = np.minimum(size, at_place + growth * np.abs(s - place))
        for start, end, largest in self.caps:
            outside = np.maximum(0.0, np.maximum(start - s, s - end))
            size = np.minimum(size, largest + growth * outside)
        return size


def divide(start: float, end: float, size: Callable[[Array], Array], refinement: float) -> Array:
    """Vertices from ``start`` to ``end`` so that elements have the wanted size divided by ``refinement``.

    The number of elements at refinement 1 is rounded up, then multiplied by ``refinement``: meshes of
    different refinement are self-similar.
    """
    near = np.geomspace(1e-6, 1.0, 800)
    u = np.unique(np.concatenate([[0.0], near, 1.0 - near, np.linspace(0.0, 1.0, 2001, dtype=np.float64)]))
    s = start + (end - start) * u
    density = 1.0 / size(s)
    total = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(s))])
    check_cells(10.0 * total[-1] * refinement)  # a line of the mesh crosses ten others at least
    count = scaled_count(math.ceil(total[-1] - 1e-6), refinement)
    vertices = np.interp(np.linspace(0.0, total[-1], count + 1, dtype=np.float64), total, s)
    vertices[0], vertices[-1] = start, end
    return vertices


def scaled_count(count: int, refinement: float) -> int:
    """Return the number of elements for a refinement, given that at refinement 1."""
    return max(1, round(max(1, count) * refinement))


def with_midpoints(vertices: Array) -> Array:
    """Insert the middle of every element: n + 1 vertices become 2 n + 1 nodes."""
    nodes = np.empty(2 * len(vertices) - 1)
    nodes[::2] = vertices
    nodes[1::2] = 0.5 * (vertices[1:] + vertices[:-1])
    return nodes


def exponential_division(count: int, first: Array, largest_rate: float, base_count: int, peak: float = 1.0) -> Array:
    """Divide the unit interval into ``count`` elements, once for each wanted first size.

    Element sizes grow by a constant ratio up to the fraction ``peak`` of all elements and then fall by the same
    ratio. The ratio is such that the first of ``base_count`` elements has about the wanted size.

    Parameters
    ----------
    count : number of elements
    first : wanted first sizes as fractions of the interval, shape (m,)
    largest_rate : upper limit of ln(size ratio) of neighbours among ``base_count`` elements
    base_count : number of elements at refinement 1
    peak : from 0.5 to 1

    Returns
    -------
    nodes with midpoints, shape (m, 2 count + 1)
    """
    check_cells(count * (len(first) // 2))
    vertices = np.linspace(0.0, 1.0, count + 1, dtype=np.float64)
    rates = [min(stretching(float(size) * base_count, peak), largest_rate * base_count) for size in first]
    return np.stack([with_midpoints(stretched(vertices, rate, peak)) for rate in rates])


def stretched(u: Array, rate: float, peak: float) -> Array:
    """Map the unit interval to itself with slope proportional to exp(rate * (u, or 2 peak - u beyond the peak))."""
    if rate < 1e-9:
        return u
    up = np.expm1(rate * np.minimum(u, peak))
    down = np.exp(rate * peak) * -np.expm1(-rate * np.maximum(u - peak, 0.0))
    return np.asarray((up + down) / _stretched_total(rate, peak))


def stretching(start_slope: float, peak: float) -> float:
    """Find the rate for which ``stretched`` starts with the given slope (0 when the slope is 1 or more)."""
    if start_slope >= 1.0 - 1e-9:
        return 0.0
    return float(brentq(lambda rate: rate / _stretched_total(rate, peak) - start_slope, 1e-12, 80.0))


def _stretched_total(rate: float, peak: float) -> float:
    return math.expm1(rate * peak) - math.exp(rate * peak) * math.expm1(-rate * (1.0 - peak))
