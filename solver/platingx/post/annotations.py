"""What is written onto the figures of fields: names of regions, the place of a maximum, colour bars."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from platingx.post.field_reader import REGION_NAMES
from platingx.post.field_views import FieldView, Limits, Window
from platingx.post.regions import region_maximum
from platingx.post.scales import Scale, display_scale, format_value, rounded
from platingx.post.scene import Scene
from platingx.post.style import REGION_LABELS

__all__ = ["colour_bar", "frame_window", "mark_maximum", "name_coordinates", "name_regions"]

_HALO = withStroke(linewidth=2.0, foreground="white")


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
    """Write the name of every region into it: the metal at the upper, the electrolyte at the lower left."""
    width, height = window.right - window.left, window.top - window.bottom
    centres = scene.place[scene.fields.cells][..., :2].mean(axis=1)
    if scene.mirror:
        centres = np.concatenate([centres, centres * [-1, 1]])
    inside = (np.abs(centres[:, 0] - window.left - width / 2) < 0.42 * width) & (
        np.abs(centres[:, 1] - window.bottom - height / 2) < 0.45 * height
    )
    for name, side in zip(REGION_NAMES, (0.85, 0.1), strict=True):
        mask = scene.fields.region_mask(name)
        candidates = np.flatnonzero(inside & (np.concatenate([mask, mask]) if scene.mirror else mask))
        if candidates.size == 0:
            continue
        target = np.array([window.left + 0.12 * width, window.bottom + side * height])
        place = centres[candidates[np.argmin(np.linalg.norm(centres[candidates] - target, axis=1))]] / length.factor
        text = axes.text(*place, REGION_LABELS.get(name, name), ha="center", va="center", fontsize=8.5)
        text.set_path_effects([_HALO])


def mark_maximum(close: Axes, whole: Axes, scene: Scene, window: Window, near: Scale, far: Scale) -> None:
    """Mark the largest value: with its number in the close view, or in the whole model if it lies outside of that."""
    maximum = region_maximum(scene.fields, scene.view.field, scene.view.region, scene.step)
    x, y = scene.place[maximum.point, :2]
    inside = window.left <= x <= window.right and window.bottom <= y <= window.top
    axes, length = (close, near) if inside else (whole, far)
    place = x / length.factor, y / length.factor
    ring = {"marker": "o", "markersize": 6, "markerfacecolor": "none", "zorder": 5}
    for colour, width in (("white", 2.6), ("black", 1.1)):
        axes.plot(*place, markeredgecolor=colour, markeredgewidth=width, **ring)
    low, high = axes.get_ylim()
    down = place[1] > low + 0.35 * (high - low)
    text = axes.annotate(
        f"maximum\n{format_value(maximum.value, scene.view.unit)}", place,
        xytext=(34, -38 if down else 38), textcoords="offset points", ha="left", va="center", fontsize=8,
        arrowprops={"arrowstyle": "-", "linewidth": 0.8, "shrinkB": 3.5, "shrinkA": 0},
    )  # fmt: skip
    text.set_path_effects([_HALO])


def colour_bar(figure: Figure, axes: Axes, view: FieldView, limits: Limits) -> None:
    """Add the colour bar; when values lie outside the scale, say so."""
    scale = display_scale([limits.low, limits.high], view.unit)
    norm = Normalize(limits.low / scale.factor, limits.high / scale.factor)
    strip = axes.inset_axes((1.04, 0.0, 0.05, 1.0))
    bar = figure.colorbar(ScalarMappable(norm, view.colours), cax=strip, extend=limits.extend)
    bar.outline.set_linewidth(0.6)
    label = f"{view.label} ({scale.label})"
    if limits.clipped:
        ends = " to ".join(rounded(value / scale.factor) for value in (limits.smallest, limits.largest))
        label += f"\ncolours clipped; values reach {ends}".replace("-", "\N{MINUS SIGN}")
    bar.set_label(label)
