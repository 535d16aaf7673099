"""One field in one region on the deformed shape: what to draw, within which limits, in which window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap

from platingx.arrays import Array, Mask
from platingx.post.field_names import unit_of_field, words_of_field
from platingx.post.field_reader import FieldSeries
from platingx.post.regions import area_quantiles, find_pit, region_maximum
from platingx.post.run_regions import Region, RunRegions
from platingx.post.scales import Scale, display_scale
from platingx.post.surface import deformed_surface, is_half_model

__all__ = [
    "DAMAGE",
    "FieldView",
    "Limits",
    "Window",
    "colour_map",
    "full_window",
    "length_scale",
    "limits_of_triangles",
    "pit_window",
    "pressure_in",
    "principal_stress_in",
    "robust_limits",
    "view_of",
    "views_of",
]


DAMAGE, DAMAGED = "damage", 0.5
"""Name of the field of cracks, and from where on one is seen."""
# Lightness falls evenly with the magnitude, faster near zero: the stress at a pit tip is a small part of the picture.
_SIGNED_COLOURS = (
    (0.0, "#0a2244"), (0.25, "#1f5a94"), (0.4, "#6aa6cf"), (0.46, "#b4d3e6"), (0.5, "#f4f0e6"),
    (0.54, "#fbd593"), (0.6, "#f7a650"), (0.72, "#e0502f"), (0.87, "#8f1226"), (1.0, "#2b030d"),
)  # fmt: skip


@dataclass(frozen=True)
class FieldView:
    """What a figure shows.

    Attributes
    ----------
    field : str
        Name of a scalar field.
    region : str
        Region that is coloured; the others are grey.
    label : str
        Text of the colour bar without unit.
    unit : str
        SI unit of the field.
    colours : str
        Name of a matplotlib colour map, or ``signed``: pale at zero, blue below, red above, alike for equal magnitudes.
    mark_maximum : bool
        The largest value is the message: its place is marked, and the colours follow the surroundings of the pit
        instead of the whole region.
    """

    field: str
    region: str
    label: str
    unit: str
    colours: str
    mark_maximum: bool

    def missing(self, fields: FieldSeries) -> str | None:
        """Say what a file lacks of this view; None when nothing."""
        if self.field not in fields.names:
            return f"the field {self.field} was not written (output.fields.names)"
        if self.region not in fields.regions.names or not fields.region_mask(self.region).any():
            return f"the region {self.region} was not written (output.fields.regions)"
        return None


def view_of(field: str, region: Region) -> FieldView:
    """Show a field in a region: pressure and damage as a whole, of others the place of the largest value too."""
    label = f"{words_of_field(field)} in {region.label}"
    colours = "signed" if field == "principal_stress_1" else "viridis"
    return FieldView(field, region.name, label, unit_of_field(field), colours, field not in ("pressure", DAMAGE))


def pressure_in(region: Region) -> FieldView:
    """Pressure in a metal."""
    return view_of("pressure", region)


def principal_stress_in(region: Region) -> FieldView:
    """Largest principal stress in an electrolyte."""
    return view_of("principal_stress_1", region)


def views_of(regions: RunRegions) -> tuple[FieldView, ...]:
    """What the figures of a run show: the pressure in the metal that grows, and the stress in each electrolyte."""
    metal = () if regions.metal is None else (pressure_in(regions.metal),)
    return (*metal, *(principal_stress_in(region) for region in regions.electrolytes))


@dataclass(frozen=True)
class Limits:
    """Range of a colour scale and of the values behind it, in the unit of the field."""

    low: float
    high: float
    smallest: float
    largest: float

    @property
    def clipped(self) -> bool:
        """Some values lie visibly outside the colour scale."""
        margin = 0.02 * (self.high - self.low)
        return self.smallest < self.low - margin or self.largest > self.high + margin

    @property
    def extend(self) -> str:
        """Which ends of the colour bar are pointed, in the words of matplotlib."""
        margin = 0.02 * (self.high - self.low)
        below, above = self.smallest < self.low - margin, self.largest > self.high + margin
        return {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}[
            below, above
        ]

    def union(self, other: Limits) -> Limits:
        """Give limits that hold both ranges, for a movie."""
        return Limits(
            min(self.low, other.low), max(self.high, other.high),
            min(self.smallest, other.smallest), max(self.largest, other.largest),
        )  # fmt: skip


def colour_map(view: FieldView, limits: Limits) -> Colormap:
    """Give the colours of a view between its limits."""
    if view.colours != "signed":
        return matplotlib.colormaps[view.colours]
    signed = LinearSegmentedColormap.from_list("signed", _SIGNED_COLOURS, N=1024)
    reach = max(abs(limits.low), abs(limits.high)) or 1.0
    values = np.linspace(limits.low, limits.high, 256)
    return ListedColormap(signed(0.5 + 0.5 * values / reach), "signed")


@dataclass(frozen=True)
class Window:
    """Part of the plane, m."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def aspect(self) -> float:
        """Width over height."""
        return (self.right - self.left) / (self.top - self.bottom)

    def holds(self, x: Array, y: Array) -> Mask:
        """Tell which boxes touch the window; x and y have shape (boxes, points of a box)."""
        return np.asarray(
            (x.max(axis=1) >= self.left) & (x.min(axis=1) <= self.right)
            & (y.max(axis=1) >= self.bottom) & (y.min(axis=1) <= self.top)
        )  # fmt: skip


def full_window(fields: FieldSeries, place: Array, margin: float = 0.02, mirror: bool = True) -> Window:
    """Give the window of the whole model, mirrored if it is half of one, for coordinates `place` of the points, m."""
    left, right = float(place[:, 0].min()), float(place[:, 0].max())
    bottom, top = float(place[:, 1].min()), float(place[:, 1].max())
    if mirror and is_half_model(fields):
        left = -right
    border = margin * (right - left)
    return Window(left - border, right + border, bottom - border, top + border)


def pit_window(fields: FieldSeries, place: Array, view: FieldView | None, step: int = -1) -> Window:
    """Give a square window around the pit; without a pit, one around the largest value of the view, if it was written.

    Where a phase field of cracks was written, that of its ceramic is around all of them.

    Parameters
    ----------
    fields : FieldSeries
    place : ndarray, shape (points, 3)
        Deformed coordinates, m.
    view : FieldView or None
    step : int
    """
    whole = full_window(fields, place, 0.0)
    if view is not None and DAMAGE in fields.names and not view.missing(fields):
        cracks = _around_cracks(fields, place, view.region, step)
        if cracks is not None:
            return cracks
    pit = find_pit(fields)
    if pit is None:
        if view is None or view.missing(fields):
            return whole
        x, y = region_maximum(fields, view.field, view.region, step).deformed_place[:2]
        half = 0.08 * (whole.right - whole.left)
        return Window(x - half, x + half, y - half, y + half)
    nearest = np.argmin(np.hypot(fields.points[:, 0] - pit.tip[0], fields.points[:, 1] - pit.tip[1]))
    x, y = place[nearest, :2]
    half = min(2.2 * max(pit.depth, pit.half_width), 0.5 * (whole.right - whole.left))
    bottom = y - 0.85 * half
    return Window(x - half, x + half, bottom, bottom + 2 * half)


def _around_cracks(fields: FieldSeries, place: Array, region: str, step: int) -> Window | None:
    """A square window around all that is damaged in a region; None where nothing is."""
    nodes = np.unique(fields.cells[fields.region_mask(region)])
    hurt = nodes[fields.at(step, [DAMAGE])[DAMAGE][nodes] > DAMAGED]
    if hurt.size == 0:
        return None
    low, high = place[hurt, :2].min(axis=0), place[hurt, :2].max(axis=0)
    (x, y), half = 0.5 * (low + high), 0.6 * float((high - low).max())
    return Window(x - half, x + half, y - half, y + half)


def robust_limits(fields: FieldSeries, values: Array, displacement: Array, view: FieldView, window: Window) -> Limits:
    """Choose the colour scale, leaving out the extreme values of 0.5 % of the area at either end.

    The extremes stay in when they widen the range by less than a third, or less than twofold where the largest value
    is the message, so that most figures are not clipped at all. Where the view marks its maximum, the largest value in
    the window always stays in; one outside it may be a singular corner. Damage is shown from 0 to 1.

    Parameters
    ----------
    fields : FieldSeries
    values : ndarray, shape (points,)
        The field, in its unit.
    displacement : ndarray, shape (points, 3)
        m.
    view : FieldView
    window : Window
        Surroundings of the pit, m; used when the view marks its maximum.
    """
    if view.field == DAMAGE:
        return Limits(0.0, 1.0, 0.0, 1.0)
    region = shown = np.flatnonzero(fields.region_mask(view.region))
    if view.mark_maximum:
        place = (fields.points + displacement)[fields.cells[region]]
        close = window.holds(place[..., 0], place[..., 1])
        shown = region[close] if close.any() else region
    surface = deformed_surface(fields, displacement, shown)
    means = surface.field(values)[surface.triangles].mean(axis=1)
    parts = values[fields.cells[shown]], values[fields.cells[region]]
    return limits_of_triangles(means, surface.areas(), parts, view.mark_maximum)


def limits_of_triangles(means: Array, areas: Array, parts: Sequence[Array], mark_maximum: bool) -> Limits:
    """Choose a colour scale as `robust_limits` does.

    Parameters
    ----------
    means, areas : ndarray, shape (triangles,)
        Mean values and sizes of the triangles that are shown.
    parts : sequence of ndarray
        Values that stay in where that costs little: those that are shown first, and last all.
    mark_maximum : bool
        The largest value that is shown stays in.
    """
    low, high = area_quantiles(means, areas, (0.005, 0.995))
    span = max(high - low, 0.02 * max(abs(low), abs(high)), 1e-300)
    middle = 0.5 * (low + high)
    low, high = min(low, middle - 0.5 * span), max(high, middle + 0.5 * span)
    least, most = low - span / 3, high + span * (2 if mark_maximum else 1 / 3)
    if mark_maximum:  # what the figure is about, however small its area
        high = max(high, parts[0].max())
    for part in parts:
        low = min(low, part.min()) if part.min() > least else low
        high = max(high, part.max()) if part.max() < most else high
    return Limits(float(low), float(high), float(parts[-1].min()), float(parts[-1].max()))


def length_scale(window: Window) -> Scale:
    """Choose nm up to windows of 10 µm, then µm, mm, m."""
    return display_scale([0.1 * (window.right - window.left)], "m")
