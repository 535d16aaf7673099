"""Figures of three-dimensional runs in space by pyvista: a field on the outer surface or on a cut, from a camera."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.annotations import HALO, clipping_note, colour_bar
from platingx.post.cameras import Camera
from platingx.post.field_views import FieldView, Limits, colour_map
from platingx.post.offscreen import drawn, needed, new_renderer
from platingx.post.peak import peak_step
from platingx.post.results import RunResults
from platingx.post.scales import display_scale, rounded
from platingx.post.space_scene import Cut, SpaceScene, space_scene
from platingx.post.style import GREY, styled
from platingx.post.warning_lines import singular_lines, warning_lines

__all__ = ["Sight", "space_figure"]

_PIXELS = 1600
"""Of the longer side."""
_MARGIN = 0.03
_INCHES = 5.4
_LIGHT = (-0.4, 0.7, 1.0)
"""From the camera: to the right, upwards, backwards."""
_IN_FRONT = 1e-3
"""Over the size of the picture, by which edges stand before their surfaces."""
_SPACE = 1.6
"""Width of labels and colour bar, inches."""


@dataclass(frozen=True)
class Sight:
    """How a model is looked at.

    Attributes
    ----------
    camera : Camera
    cut : Cut or None
    factor : float
        Of the displacement.
    zoom : float
        About the place of the largest value, from 1 on.
    """

    camera: Camera
    cut: Cut | None = None
    factor: float = 1.0
    zoom: float = 1.0

    @property
    def stem(self) -> str:
        """Part of the name of a file: ``corner``, ``front_cut_y_20nm_x5``."""
        cut = "" if self.cut is None else "_cut_" + self.cut.text.replace(" = ", "_").replace(" ", "")
        return f"{self.camera.name}{cut}" + (f"_x{self.zoom:g}" if self.zoom != 1.0 else "")


def space_figure(
    run: RunResults, view: FieldView, sight: Sight, step: int | None = None, ends: tuple[float, float] | None = None
) -> Figure:
    """Draw a field of a three-dimensional run in space.

    Parameters
    ----------
    run : RunResults
    view : FieldView
    sight : Sight
    step : int, optional
        That of the largest value of the run when None.
    ends : tuple of float, optional
        Ends of the colour scale, in the unit of the field.

    Raises
    ------
    OutputError
        When the run is plane, pyvista is missing, or nothing can be drawn.
    """
    fields = run.fields
    if fields.cell_type not in ("tetra10", "hexahedron27"):
        raise OutputError(
            f"{fields.path}: views in space are for three-dimensional runs, and this one is plane\n"
            "    try:   platingx post RUN --field FIELD, without --view"
        )
    number = peak_step(run, [view]) if step is None else step
    scene = space_scene(fields, view, number, sight.camera, sight.cut, sight.factor)
    limits = scene.limits if ends is None else replace(scene.limits, low=ends[0], high=ends[1])
    low, high = _window(scene, sight)
    picture = _render(scene, view, limits, sight.camera, low, high)
    with styled():
        aspect = float((high - low)[1] / (high - low)[0])
        width, height = (_INCHES, _INCHES * aspect) if aspect < 1.0 else (_INCHES / aspect, _INCHES)
        head = _head(run, view, sight, number, step is None, limits)
        figure = Figure(figsize=(max(width, 2.4) + _SPACE, height + 0.5 + 0.17 * len(head)), layout="constrained")
        axes = figure.subplots()
        axes.set_anchor("NW")
        _place(axes, picture, sight.camera, low, high)
        colour_bar(figure, axes, view, limits)
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left", linespacing=1.4)
    return figure


def _head(run: RunResults, view: FieldView, sight: Sight, step: int, at_peak: bool, limits: Limits) -> list[str]:
    """Lines over the figure: what is shown, when, how deformed, and what is to be known of it."""
    shape = "deformed shape" if sight.factor == 1.0 else f"displacements × {sight.factor:g}"
    if "displacement" not in run.fields.names:
        shape = "undeformed shape (displacement was not written)"
    camera, cut = sight.camera, "" if sight.cut is None else f",  cut at {sight.cut.text}"
    height = f"{abs(camera.elevation):g}° {'above' if camera.elevation >= 0.0 else 'below'}"
    seen = f"seen from {camera.azimuth:g}° around and {height}".replace("-", "\N{MINUS SIGN}")
    lines = [
        f"{run.title}: {view.label[0].lower()}{view.label[1:]}",
        run.state_text(float(run.fields.times[step]), " (peak)" if at_peak else ""),
        f"{shape},  {seen}{cut}",
        clipping_note(view, limits),
    ]
    return [*filter(None, lines), *singular_lines(run, view.field, view.region), *warning_lines(run)]


def _window(scene: SpaceScene, sight: Sight) -> tuple[Array, Array]:
    """Lowest and highest coordinates of the picture, to the right and upwards, m."""
    low, high = scene.projected(sight.camera)
    half = 0.5 * (high - low) / sight.zoom
    middle = np.clip(scene.largest @ sight.camera.frame[:2].T, low + half, high - half)
    half += _MARGIN * float(2.0 * half.max())
    return middle - half, middle + half


def _render(scene: SpaceScene, view: FieldView, limits: Limits, camera: Camera, low: Array, high: Array) -> Array:
    """Draw what is between two corners of the picture; shape (rows, columns, 3), 0 to 255.

    Lengths are in units of the picture: some OpenGL drivers lose what is nanometres in size.
    """
    pyvista, renderer = needed(), new_renderer()
    size = float((high - low).max())
    renderer.SetBackground(1.0, 1.0, 1.0)
    renderer.AddLight(pyvista.Light(position=_LIGHT, light_type="camera light"))
    table = pyvista.LookupTable(colour_map(view, limits), scalar_range=(limits.low, limits.high))
    for actor in _actors(pyvista, scene, view, table, size, camera):
        renderer.AddActor(actor)
    across, up = (float(side) / size for side in high - low)
    _look(renderer.GetActiveCamera(), camera, np.asarray(0.5 * (low + high) / size), 0.5 * up)
    renderer.ResetCameraClippingRange()
    return drawn(renderer, round(_PIXELS * across), round(_PIXELS * up))


def _actors(pyvista: Any, scene: SpaceScene, view: FieldView, table: Any, size: float, camera: Camera) -> list[Any]:
    """Surfaces and edges. Light takes little of the colours, so that they stay those of the colour bar."""
    made = []
    for part in (scene.surface, scene.others, scene.edges):
        if part is None or not part.n_cells:
            continue
        scaled = part.copy()
        scaled.points = np.asarray(part.points, dtype=float) / size
        mapper = pyvista.DataSetMapper(dataset=scaled)
        actor = pyvista.Actor(mapper)
        actor.prop.ambient, actor.prop.diffuse, actor.prop.specular = 0.8, 0.2, 0.0
        if part is scene.surface:
            scaled.point_data.active_scalars_name = view.field
            mapper.lookup_table = table
            mapper.scalar_range = table.scalar_range
            mapper.scalar_visibility = True
            mapper.interpolate_before_map = True
        else:
            mapper.scalar_visibility = False
            actor.prop.color = GREY if part is scene.others else "#333333"
            actor.prop.line_width = 2.0
        if part is scene.edges:
            scaled.points = np.asarray(scaled.points) + _IN_FRONT * camera.frame[2]
        made.append(actor)
    return made


def _look(camera: Any, wanted: Camera, middle: Array, half_height: float) -> None:
    """Turn a camera of VTK."""
    right, up, eye = wanted.frame
    focus = middle[0] * right + middle[1] * up
    camera.ParallelProjectionOn()
    camera.SetFocalPoint(*focus)
    camera.SetPosition(*(focus + 10.0 * eye))
    camera.SetViewUp(*up)
    camera.SetParallelScale(half_height)


def _place(axes: Axes, picture: Array, camera: Camera, low: Array, high: Array) -> None:
    """Put the picture into axes: with coordinates where these are along axes of the model, else with a scale."""
    length = display_scale([0.1 * float((high - low).max())], "m")
    along = camera.along_axes()
    left, right, bottom, top = (float(end) / length.factor for end in (low[0], high[0], low[1], high[1]))
    if along is None:
        axes.imshow(picture, extent=(left, right, bottom, top), interpolation="antialiased")
        axes.set_axis_off()
        _scale_bar(axes, length.label)
        _triad(axes, camera)
        return
    (across, sign), (upwards, other) = along
    axes.imshow(picture, extent=(sign * left, sign * right, other * bottom, other * top), interpolation="antialiased")
    axes.set_xlabel(f"{'xyz'[across]} ({length.label})")
    axes.set_ylabel(f"{'xyz'[upwards]} ({length.label})")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))


def _scale_bar(axes: Axes, unit: str) -> None:
    """Draw a length of 1, 2 or 5 times a power of ten, about a fifth of the width, under the picture."""
    left, right = axes.get_xlim()
    wanted = 0.2 * (right - left)
    power = 10.0 ** np.floor(np.log10(wanted))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= wanted))
    end = (0.98 - length / (right - left), 0.98)
    axes.plot(end, (-0.02, -0.02), color="black", linewidth=1.5, transform=axes.transAxes, clip_on=False)
    axes.text(0.5 * sum(end), -0.035, f"{rounded(length)} {unit}", ha="center", va="top", transform=axes.transAxes)


def _triad(axes: Axes, camera: Camera) -> None:
    """Draw the axes of the model at the lower left."""
    frame = camera.frame
    for axis, name in enumerate("xyz"):
        across, up = 26.0 * frame[0][axis], 26.0 * frame[1][axis]
        arrow = axes.annotate(
            "", (across, up), (0.0, 0.0), xycoords=_corner(axes), textcoords=_corner(axes), annotation_clip=False,
            arrowprops={"arrowstyle": "->", "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        text = axes.annotate(
            name, (1.35 * across, 1.35 * up), xycoords=_corner(axes), ha="center", va="center", annotation_clip=False
        )
        arrow.arrow_patch.set_path_effects([HALO])
        text.set_path_effects([HALO])


def _corner(axes: Axes) -> Any:
    """Coordinates in points from near the lower left corner of the axes."""
    from matplotlib.text import OffsetFrom

    return OffsetFrom(axes.patch, (0.08, 0.06), unit="points")
