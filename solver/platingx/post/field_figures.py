"""Figures of a field on the deformed shape, as in Fig. 4 b, c, e and f of Gao et al. 2022."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from platingx.post.annotations import (
    clipping_note,
    colour_bar,
    frame_window,
    mark_maxima,
    name_coordinates,
    name_regions,
)
from platingx.post.field_views import (
    FieldView,
    Limits,
    Window,
    colour_map,
    full_window,
    length_scale,
    pit_window,
    robust_limits,
)
from platingx.post.peak import peak_step
from platingx.post.results import RunResults
from platingx.post.scales import Scale, display_scale
from platingx.post.scene import Scene, make_scene
from platingx.post.style import GREY, paired_panels, styled
from platingx.post.surface import Surface, deformed_surface, edge_curves, outline
from platingx.post.warning_lines import singular_lines, warning_lines

__all__ = ["draw_scene", "field_figure"]

_FINE_PARTS, _COARSE_PARTS = 4, 2


def field_figure(
    run: RunResults,
    view: FieldView,
    step: int | None = None,
    deformation_scale: float = 1.0,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw a field in the whole model and around the pit, with one colour scale.

    Parameters
    ----------
    run : RunResults
    view : FieldView
        One of `platingx.post.field_views.views_of`, or another.
    step : int, optional
        That of the largest value of the run when None.
    deformation_scale : float
        Factor of the displacement; 1 shows the true shape.
    limits : tuple of float, optional
        Ends of the colour scale, in the unit of the field; chosen by `robust_limits` in the window around the pit when
        None.

    Raises
    ------
    OutputError
        When the fields cannot be read or drawn.
    """
    at_peak = step is None
    number = peak_step(run, [view]) if step is None else step
    scene = make_scene(run.plane_fields, view, number, deformation_scale)
    whole, close = full_window(scene.fields, scene.place), pit_window(scene.fields, scene.place, view, number)
    scale = robust_limits(scene.fields, scene.values, scene.displacement, view, close)
    scale = scale if limits is None else replace(scale, low=limits[0], high=limits[1])
    with styled():
        head = _head(run, scene, deformation_scale, scale, at_peak)
        figure, (left, right) = paired_panels(whole.aspect, close.aspect, space=2.3, head=len(head))
        draw_scene(left, scene, whole, scale, _COARSE_PARTS)
        draw_scene(right, scene, close, scale, _FINE_PARTS)
        frame_window(left, close, length_scale(whole))
        name_regions(right, scene, close, length_scale(close))
        if view.mark_maximum:
            mark_maxima(right, left, scene, close, length_scale(close), length_scale(whole))
        for axes, window in ((left, whole), (right, close)):
            name_coordinates(axes, run.coordinates, length_scale(window))
        colour_bar(figure, right, view, scale)
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left", linespacing=1.4)
    return figure


def _head(run: RunResults, scene: Scene, deformation_scale: float, limits: Limits, at_peak: bool) -> list[str]:
    shape = "deformed shape" if deformation_scale == 1 else f"displacements × {deformation_scale:g}"
    if "displacement" not in scene.fields.names:
        shape = "undeformed shape (displacement was not written)"
    time = float(scene.fields.times[scene.step])
    label = scene.view.label
    note = " (peak)" if at_peak else ""
    lines = [f"{run.title}: {label[0].lower()}{label[1:]}", f"{run.state_text(time, note)},  {shape}"]
    lines += filter(None, [clipping_note(scene.view, limits)])
    return [*lines, *singular_lines(run, scene.view.field, scene.view.region), *warning_lines(run)]


def draw_scene(axes: Axes, scene: Scene, window: Window, limits: Limits, parts: int = _FINE_PARTS) -> None:
    """Draw the part of a scene that a window shows.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    scene : Scene
    window : Window
        m.
    limits : Limits
        Colour scale, in the unit of the field.
    parts : int
        Parts of each side of an element.
    """
    view = scene.view
    length, value = length_scale(window), display_scale([limits.low, limits.high], view.unit)
    norm = Normalize(limits.low / value.factor, limits.high / value.factor)
    for name in scene.fields.regions.names:
        surface = _surface(scene, name, window, parts)
        if surface is None:
            continue
        mesh = Triangulation(surface.x / length.factor, surface.y / length.factor, surface.triangles)
        if name == view.region:
            numbers = surface.field(scene.values) / value.factor
            axes.tripcolor(mesh, numbers, shading="gouraud", cmap=colour_map(view, limits), norm=norm, rasterized=True)
        else:
            grey = ListedColormap([GREY])
            axes.tripcolor(mesh, np.zeros(surface.x.size), shading="gouraud", cmap=grey, rasterized=True)
    _draw_outline(axes, scene, length)
    axes.set_xlim(window.left / length.factor, window.right / length.factor)
    axes.set_ylim(window.bottom / length.factor, window.top / length.factor)
    axes.set_aspect("equal")


def _surface(scene: Scene, region: str, window: Window, parts: int) -> Surface | None:
    """Cover the cells of a region that the window shows, on either side of the symmetry axis."""
    numbers = np.flatnonzero(scene.fields.region_mask(region))
    place = scene.place[scene.fields.cells[numbers]]
    x, y = place[..., 0], place[..., 1]
    shown = window.holds(x, y)
    if scene.mirror:
        shown |= window.holds(-x, y)
    if not shown.any():
        return None
    return deformed_surface(scene.fields, scene.displacement, numbers[shown], parts=parts, mirror=scene.mirror)


def _draw_outline(axes: Axes, scene: Scene, length: Scale) -> None:
    lines = outline(scene.fields, leave_axis_out=scene.mirror)
    for edges, colour, width in ((lines.boundary, "#555555", 0.5), (lines.interface, "black", 0.7)):
        curves = edge_curves(edges, scene.place) / length.factor
        if scene.mirror:
            curves = np.concatenate([curves, curves * [-1, 1]])
        axes.add_collection(LineCollection(curves, colors=colour, linewidths=width, capstyle="round"), autolim=False)
