"""Figure of the mesh: the whole model and the surroundings of the pit, undeformed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from platingx.arrays import Array
from platingx.post.annotations import frame_window, name_coordinates
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import Window, full_window, length_scale, pit_window, views_of
from platingx.post.results import RunResults
from platingx.post.style import paired_panels, region_colours, styled
from platingx.post.surface import cell_outlines, is_half_model

__all__ = ["mesh_figure"]

_CELL_NAMES = {
    "quad9": "nine-node quadrilaterals",
    "triangle6": "six-node triangles",
    "hexahedron27": "27-node hexahedra",
    "tetra10": "ten-node tetrahedra",
}


def mesh_figure(run: RunResults) -> Figure:
    """Draw the elements with their curved sides, coloured by region; half models as they are.

    Parameters
    ----------
    run : RunResults

    Raises
    ------
    OutputError
        When the fields cannot be read or the cells cannot be drawn.
    """
    fields, colours = run.plane_fields, region_colours(run.regions)
    whole = full_window(fields, fields.points, mirror=False)
    close = pit_window(fields, fields.points, next(iter(views_of(run.regions)), None))
    if is_half_model(fields):
        shift = -0.04 * close.right - close.left
        close = Window(close.left + shift, close.right + shift, close.bottom, close.top)
    with styled():
        figure, (left, right) = paired_panels(whole.aspect, close.aspect, space=1.5)
        polygons = cell_outlines(fields, fields.points)
        for axes, window, width in ((left, whole, 0.15), (right, close, 0.35)):
            _draw(axes, fields, polygons, window, width, colours)
            name_coordinates(axes, run.coordinates, length_scale(window))
        frame_window(left, close, length_scale(whole))
        shown = [region for region in run.regions.regions if fields.region_mask(region.name).any()]
        counts = [f"{each.label}: {int(run.fields.region_mask(each.name).sum())} elements" for each in shown]
        patches = [Patch(facecolor=colours[each.name], edgecolor="black", linewidth=0.4) for each in shown]
        figure.legend(patches, counts, loc="outside lower center", ncols=min(3, max(2, len(shown))))
        title = f"{run.title}: mesh of {len(run.fields.cells)} {_CELL_NAMES[run.fields.cell_type]}"
        title += "" if fields.plane is None else ", section"
        figure.suptitle(title, fontsize=9, x=0.02, ha="left")
    return figure


def _draw(
    axes: Axes, fields: FieldSeries, polygons: Array, window: Window, width: float, colours: dict[str, str]
) -> None:
    factor = length_scale(window).factor
    shown = window.holds(polygons[..., 0], polygons[..., 1])
    for name, colour in colours.items():
        chosen = polygons[shown & fields.region_mask(name)] / factor
        axes.add_collection(
            PolyCollection(list(chosen), facecolors=colour, edgecolors="black", linewidths=width),
            autolim=False,
        )
    axes.set_xlim(window.left / factor, window.right / factor)
    axes.set_ylim(window.bottom / factor, window.top / factor)
    axes.set_aspect("equal")
