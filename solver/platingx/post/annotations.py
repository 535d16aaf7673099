"""What is written onto the figures of fields: names of regions, the place of a maximum, colour bars."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from platingx.post.field_views import FieldView, Limits, Window, colour_map
from platingx.post.regions import largest_point
from platingx.post.run_regions import Region, RunRegions
from platingx.post.scales import Scale, display_scale, format_value, rounded
from platingx.post.scene import Scene

__all__ = ["HALO", "clipping_note", "colour_bar", "frame_window", "mark_maxima", "name_coordinates", "name_regions"]

HALO = withStroke(linewidth=2.0, foreground="white")
"""White around lines and letters, which keeps them legible on any colour."""


def name_coordinates(axes: Axes, names: tuple[str, str], length: Scale) -> None:
    """Label the axes, e.g. ``x (nm)``."""
    axes.set_xlabel(f"{names[0]} ({length.label})")
    axes.set_ylabel(f"{names[1]} ({length.label})", labelpad=2)


def frame_window(axes: Axes, window: Window, length: Scale) -> None:
    """Show in the whole model where a close view lies."""
    corner = window.left / length.factor, window.bottom / length.factor
    size = (window.right - window.left) / length.factor, (window.top - window.bottom) / length.factor
    axes.add_patch(Rectangle(corner, *size, fill=False, linewidth=0.7, linestyle=(0, (4, 2)), edgecolor="black"))


def name_regions(axes: Axes, scene: Scene, window: Window, length: Scale) -> None:
    """Write the label of every region into it: of the growing metal at the upper left, of the others below it."""
    width, height = window.right - window.left, window.top - window.bottom
    centres = scene.place[scene.fields.cells][..., :2].mean(axis=1)
    if scene.mirror:
        centres = np.concatenate([centres, centres * [-1, 1]])
    inside = (np.abs(centres[:, 0] - window.left - width / 2) < 0.42 * width) & (
        np.abs(centres[:, 1] - window.bottom - height / 2) < 0.45 * height
    )
    for region, side in _sides(scene.fields.regions):
        mask = scene.fields.region_mask(region.name)
        candidates = np.flatnonzero(inside & (np.concatenate([mask, mask]) if scene.mirror else mask))
        if candidates.size == 0:
            continue
        target = np.array([window.left + 0.12 * width, window.bottom + side * height])
        place = centres[candidates[np.argmin(np.linalg.norm(centres[candidates] - target, axis=1))]] / length.factor
        text = axes.text(*place, region.label, ha="center", va="center", fontsize=8.5)
        text.set_path_effects([HALO])


def _sides(regions: RunRegions) -> list[tuple[Region, float]]:
    """Where the label of each region goes, as a share of the height."""
    others = [region for region in regions.regions if region != regions.metal]
    heights = np.linspace(0.1, 0.55, len(others)) if len(others) > 1 else [0.1]
    metal = [] if regions.metal is None else [(regions.metal, 0.85)]
    return metal + [(region, float(height)) for region, height in zip(others, heights, strict=False)]


def mark_maxima(close: Axes, whole: Axes, scene: Scene, window: Window, near: Scale, far: Scale) -> None:
    """Mark the largest value in the close view, and in the whole model if a larger one lies outside of that view."""
    region = scene.view.region
    largest = largest_point(scene.fields, scene.values, region)
    if largest is None:
        return
    x, y = scene.place[:, 0], scene.place[:, 1]
    inside = (x >= window.left) & (x <= window.right) & (y >= window.bottom) & (y <= window.top)
    if inside[largest]:
        _mark(close, scene, largest, near, "maximum")
        return
    _mark(whole, scene, largest, far, "maximum")
    local = largest_point(scene.fields, scene.values, region, inside)
    if local is not None:
        _mark(close, scene, local, near, "largest here")


def _mark(axes: Axes, scene: Scene, point: int, length: Scale, words: str) -> None:
    x, y = scene.place[point, :2] / length.factor
    for colour, width in (("white", 2.6), ("black", 1.1)):
        axes.plot(
            x, y, marker="o", markersize=6, markerfacecolor="none", markeredgecolor=colour, markeredgewidth=width,
            zorder=5,
        )  # fmt: skip
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    toward_left, down = x > left + 0.6 * (right - left), y > low + 0.35 * (high - low)
    text = axes.annotate(
        f"{words}\n{format_value(float(scene.values[point]), scene.view.unit)}", (x, y),
        xytext=(-34 if toward_left else 34, -38 if down else 38), textcoords="offset points",
        ha="right" if toward_left else "left", va="center", fontsize=8, zorder=6,
        arrowprops={"arrowstyle": "-", "linewidth": 0.8, "shrinkB": 3.5, "shrinkA": 0},
    )  # fmt: skip
    text.set_path_effects([HALO])


def colour_bar(figure: Figure, axes: Axes, view: FieldView, limits: Limits) -> None:
    """Add the colour bar, as high as the axes."""
    scale = display_scale([limits.low, limits.high], view.unit)
    norm = Normalize(limits.low / scale.factor, limits.high / scale.factor)
    strip = axes.inset_axes((1.04, 0.0, 0.05, 1.0))
    bar = figure.colorbar(ScalarMappable(norm, colour_map(view, limits)), cax=strip, extend=limits.extend)
    bar.outline.set_linewidth(0.6)
    bar.set_label(f"{view.label} ({scale.label})" if scale.label else view.label)


def clipping_note(view: FieldView, limits: Limits) -> str:
    """Say in words that values lie outside the colour scale; empty when none do."""
    if not limits.clipped:
        return ""
    scale = display_scale([limits.low, limits.high], view.unit)
    ends = " to ".join(rounded(value / scale.factor) for value in (limits.smallest, limits.largest))
    return f"colours clipped: values reach {ends} {scale.label}".replace("-", "\N{MINUS SIGN}")
