"""The surroundings of a pit in three dimensions: the ceramic without the metal, and the metal by itself."""

from __future__ import annotations

from string import ascii_lowercase

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray
from platingx.post.annotations import clipping_note, colour_bar
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import (
    FieldView,
    Limits,
    Window,
    colour_map,
    length_scale,
    pit_window,
    robust_limits,
    views_of,
)
from platingx.post.peak import peak_step, peak_views
from platingx.post.results import RunResults
from platingx.post.scales import Scale, display_scale
from platingx.post.scene import make_scene
from platingx.post.section import deepest_points, faces
from platingx.post.style import label_panel, styled
from platingx.post.surface import subdivision

__all__ = ["outer_faces", "view_figure"]


_PARTS = 3
_ABOVE, _BELOW, _AROUND = 35.0, -25.0, 225.0
"""From where electrolytes and the metal are seen: above and below the horizontal, and around the vertical, degrees."""


def view_figure(run: RunResults, step: int | None = None) -> Figure:
    """Draw principal stress on the electrolytes, seen from above, and pressure on the metal, seen from below.

    Parameters
    ----------
    run : RunResults
        Of a three-dimensional model.
    step : int, optional
        That of the largest stress in an electrolyte of the run when None.

    Raises
    ------
    OutputError
        When the fields cannot be read or drawn.
    """
    fields, plane = run.fields, run.plane_fields
    metal = run.regions.metal
    views = sorted(views_of(run.regions), key=lambda view: metal is not None and view.region == metal.name)
    note = " (peak)" if step is None else ""
    number = peak_step(run, peak_views(run.regions)) if step is None else step
    columns, rows = min(len(views), 2), -(-len(views) // 2)
    with styled():
        figure = Figure(figsize=(7.2, 4.4 * rows), layout="constrained")
        notes = []
        for panel, view in enumerate(views):
            elevation = _BELOW if metal is not None and view.region == metal.name else _ABOVE
            scene = make_scene(plane, view, number)
            window = pit_window(plane, scene.place, view, number)
            limits = robust_limits(plane, scene.values, scene.displacement, view, window)
            axes: Axes3D = figure.add_subplot(rows, columns, panel + 1, projection="3d")
            _draw(axes, fields, view, number, window, limits)
            axes.view_init(elev=elevation, azim=_AROUND)
            label_panel(axes, ascii_lowercase[panel])
            colour_bar(figure, axes, view, limits)
            notes.append(clipping_note(view, limits))
        head = [f"{run.title}: around the pit", f"{run.state_text(float(fields.times[number]), note)},  deformed shape"]
        figure.suptitle("\n".join([*head, *filter(None, notes)]), fontsize=9, x=0.02, ha="left", linespacing=1.4)
    return figure


def outer_faces(fields: FieldSeries, region: str) -> IntArray:
    """Faces that bound a region, shape (faces, nodes of a face): those whose middle no other of its cells shares."""
    nodes, _ = faces(fields, np.flatnonzero(fields.region_mask(region)))
    middles = fields.points[nodes].mean(axis=1)
    tolerance = 1e-6 * float(np.ptp(fields.points, axis=0).max())
    pairs = cKDTree(middles).query_pairs(tolerance, output_type="ndarray")
    single = np.ones(len(nodes), dtype=bool)
    single[pairs.ravel()] = False
    return nodes[single]


def _draw(axes: Axes3D, fields: FieldSeries, view: FieldView, step: int, window: Window, limits: Limits) -> None:
    """Draw the outer faces of a region near the pit, in triangles of one colour each."""
    scene = make_scene(fields, view, step)
    nodes = outer_faces(fields, view.region)
    weights, pattern = subdivision("quad9" if nodes.shape[1] == 9 else "triangle6", _PARTS)
    place = scene.place[nodes]
    corners = np.einsum("sn,fnd->fsd", weights, place)[:, pattern].reshape(-1, 3, 3)
    numbers = (scene.values[nodes] @ weights.T)[:, pattern].mean(axis=2).ravel()
    low, high = _box(window, deepest_points(fields)[0], float(place[..., 2].max()))
    shown = ((corners >= low) & (corners <= high)).all(axis=2).any(axis=1)
    corners = np.clip(corners, low, high)  # outer faces are plane where the box cuts them, or nearly so
    length, value = length_scale(window), display_scale([limits.low, limits.high], view.unit)
    norm = Normalize(limits.low / value.factor, limits.high / value.factor)
    colours = colour_map(view, limits)(norm(numbers[shown] / value.factor)) * _shade(corners[shown])
    axes.add_collection3d(
        Poly3DCollection(corners[shown] / length.factor, facecolors=colours, edgecolors=colours, linewidths=0.15)
    )
    _frame(axes, corners[shown] / length.factor, length)


def _box(window: Window, tip: Array, top: float) -> tuple[Array, Array]:
    """Lowest and highest corner of what is drawn: as wide as the section, around the axis of the pit."""
    half = 0.5 * (window.right - window.left)
    return np.array([tip[0] - half, tip[1] - half, window.bottom]), np.array([tip[0] + half, tip[1] + half, top])


def _shade(corners: Array) -> Array:
    """Brightness of triangles under a light from above, shape (triangles, 4), so that the shape of the pit is seen."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    upright = np.abs(normal[:, 2:] / np.where(length > 0.0, length, 1.0))
    return np.concatenate([np.repeat(0.85 + 0.15 * upright, 3, axis=1), np.ones_like(upright)], axis=1)


def _frame(axes: Axes3D, corners: Array, length: Scale) -> None:
    """Equal scales, few ticks and names of the axes."""
    low, high = corners.reshape(-1, 3).min(axis=0), corners.reshape(-1, 3).max(axis=0)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_zlim(low[2], high[2])
    axes.set_box_aspect(high - low)
    for axis, name in zip((axes.xaxis, axes.yaxis, axes.zaxis), "xyz", strict=True):
        axis.set_major_locator(MaxNLocator(4))
        if name != "z":  # matplotlib puts it into the colour bar
            axis.set_label_text(f"{name} ({length.label})")
