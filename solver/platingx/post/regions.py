"""Places of interest in the fields of a run: maxima in a region, the pit, windows around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, IntArray, Mask
from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries
from platingx.post.surface import outline

__all__ = ["Maximum", "Pit", "area_quantiles", "find_pit", "largest_point", "region_maximum"]


@dataclass(frozen=True)
class Maximum:
    """Largest value of a field in a region.

    Attributes
    ----------
    value : float
        In the unit of the field.
    place, deformed_place : ndarray, shape (3,)
        In the reference and in the deformed configuration, m.
    time : float
        s.
    point : int
        Number of the point in the field series.
    """

    value: float
    place: Array
    deformed_place: Array
    time: float
    point: int


def largest_point(fields: FieldSeries, values: Array, region: str | int, among: Mask | None = None) -> int | None:
    """Find the point of a region with the largest value.

    Parameters
    ----------
    fields : FieldSeries
        Mesh and regions.
    values : ndarray, shape (points,)
        A scalar field.
    region : str or int
        Name or number of the region, e.g. ``electrolyte``.
    among : ndarray of bool, shape (points,), optional
        Look at these points only.

    Returns
    -------
    int or None
        None when the region has no point among those to look at.
    """
    points = fields.cells[fields.region_mask(region)].ravel()
    chosen = points if among is None else points[among[points]]
    return int(chosen[np.argmax(values[chosen])]) if chosen.size else None


def region_maximum(fields: FieldSeries, name: str, region: str | int, step: int = -1) -> Maximum:
    """Find the largest value of a field in a region at a step, over the nodes of the elements of that region.

    Parameters
    ----------
    fields : FieldSeries
        Fields of a run.
    name : str
        Name of a scalar field, e.g. ``principal_stress_1``.
    region : str or int
        Name or number of the region, e.g. ``electrolyte``.
    step : int
        Step of the series.

    Raises
    ------
    OutputError
        When step, field or region do not exist, or the region has no elements.
    """
    wanted = [name, *(["displacement"] if "displacement" in fields.names else [])]
    values = fields.at(step, wanted)
    point = largest_point(fields, values[name], region)
    if point is None:
        raise OutputError(f"{fields.path}: no elements in region {region} to look for a maximum of {name}")
    place = fields.points[point]
    moved = place + values["displacement"][point] if "displacement" in values else place
    return Maximum(float(values[name][point]), place, moved, float(fields.times[step]), point)


@dataclass(frozen=True)
class Pit:
    """Surface pit of the electrolyte in the reference configuration.

    Attributes
    ----------
    tip : tuple of float
        Deepest point (x, y), m.
    depth, half_width : float
        m; the half width is measured where the pit is 5 % of its depth below the surface.
    """

    tip: tuple[float, float]
    depth: float
    half_width: float


def find_pit(fields: FieldSeries) -> Pit | None:
    """Find the pit in the surface of the electrolyte under x = 0 from the interface with the metal.

    Returns
    -------
    Pit or None
        None when there is no interface or the surface is flat there.
    """
    interface = fields.points[np.unique(_plated_edges(fields))]
    if interface.size == 0:
        return None
    tip = interface[np.argmin(interface[:, 1])]
    surface = float(interface[:, 1].max())
    depth = surface - float(tip[1])
    if depth <= 1e-3 * float(np.ptp(fields.points[:, 1])):
        return None
    inside = interface[interface[:, 1] < surface - 0.05 * depth]
    half_width = float(np.abs(inside[:, 0] - tip[0]).max())
    return Pit((float(tip[0]), float(tip[1])), depth, max(half_width, 1e-3 * depth))


def _plated_edges(fields: FieldSeries) -> IntArray:
    """Edges between the metal that grows and an electrolyte; all edges between regions where roles are not known."""
    lines, regions = outline(fields), fields.regions
    if regions.metal is None or not regions.electrolytes:
        return lines.interface
    metal = lines.sides == regions.names.index(regions.metal.name)
    ceramic = np.isin(lines.sides, [regions.names.index(region.name) for region in regions.electrolytes])
    return lines.interface[metal.any(axis=1) & ceramic.any(axis=1)]


def area_quantiles(values: Array, areas: Array, fractions: tuple[float, ...]) -> Array:
    """Give quantiles of values of triangles, each weighted with its area.

    Parameters
    ----------
    values, areas : ndarray, shape (triangles,)
    fractions : tuple of float
        Between 0 and 1.
    """
    order = np.argsort(values)
    cumulative = np.cumsum(areas[order])
    positions = np.searchsorted(cumulative, np.asarray(fractions) * cumulative[-1])
    return np.asarray(values[order][np.minimum(positions, len(values) - 1)])
