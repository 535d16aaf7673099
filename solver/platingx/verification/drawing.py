"""Figures of the book: drawing and writing them, and what several pages draw alike."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from matplotlib.tri import Triangulation

from platingx.arrays import RealArray
from platingx.physics.solid_model import SolidModel
from platingx.post.style import styled
from platingx.verification.problem import Convergence, Picture

__all__ = ["COLOURS", "draw_field", "draw_orders", "orders_picture", "png"]


DOTS_PER_INCH = 110
COLOURS = ("#1f4e79", "#c55a11", "#4d7c2a", "#7a3b8f", "#8a6d00", "#3a7f86")
_MARKERS = "osD^vP"


def png(picture: Picture) -> bytes:
    """Draw a picture as PNG, without date and version in it."""
    with styled():
        figure = Figure(figsize=picture.size, layout="compressed")
        picture.draw(figure)
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return stream.getvalue()


def orders_picture(convergences: Sequence[Convergence]) -> Picture:
    """Make the picture of all orders of a problem: errors against the refined parameter, a panel for each kind."""
    panels = [list(group) for _, group in groupby(convergences, _panel)]
    rows = -(-len(panels) // 3)
    width = min(len(panels), 3)

    def draw(figure: Figure) -> None:
        axes = figure.subplots(rows, width, squeeze=False)
        for panel, entries in zip(axes.flat, panels, strict=False):
            draw_orders(panel, entries)
        for panel in axes.flat[len(panels) :]:
            panel.set_axis_off()

    caption = "Observed convergence; the triangles show the expected order."
    return Picture("orders", caption, draw, (max(3.4 * width, 4.2) if width > 1 else 4.2, 3.1 * rows))


def _panel(entry: Convergence) -> tuple[str, str, float]:
    return entry.parameter, entry.error_label, entry.expected_order


def draw_orders(axes: Axes, entries: Sequence[Convergence]) -> None:
    """Draw errors of one kind against the refined parameter, both logarithmic, with a triangle of the order."""
    for index, entry in enumerate(entries):
        colour, marker = COLOURS[index % len(COLOURS)], _MARKERS[index % len(_MARKERS)]
        axes.loglog(entry.values, entry.errors, color=colour, marker=marker, markersize=4, label=entry.label)
    axes.set_xlabel(entries[0].parameter)
    axes.set_ylabel(entries[0].error_label)
    _label_ticks(axes.xaxis, [value for entry in entries for value in entry.values])
    _label_ticks(axes.yaxis, [error for entry in entries for error in entry.errors])
    _triangle(axes, entries)
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top * (top / bottom) ** (0.08 * len(entries)))  # room for the legend
    axes.legend(loc="upper left", fontsize=6.5)


def _label_ticks(axis: Axis, values: Sequence[float]) -> None:
    """Label 1, 2 and 5 of each decade where there are few decades."""
    positive = [value for value in values if value > 0.0]
    if positive and max(positive) / min(positive) < 100.0:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(NullFormatter())


def _triangle(axes: Axes, entries: Sequence[Convergence]) -> None:
    """Draw the triangle of the expected order below the lowest curve."""
    lowest = min(entries, key=lambda entry: entry.errors[-1])
    order = lowest.expected_order
    x = np.array([lowest.values[-1], lowest.values[-2]])
    y = 0.45 * lowest.errors[-1] * (x / x[0]) ** order
    axes.fill([x[0], x[1], x[1]], [y[0], y[0], y[1]], facecolor="#e6e6e6", edgecolor="#666666", linewidth=0.7)
    axes.annotate(f"{order:g}", (x[1], float(np.sqrt(y[0] * y[1]))), xytext=(3, 0), textcoords="offset points",
                  va="center", fontsize=7, color="#444444")  # fmt: skip


def draw_field(
    axes: Axes,
    model: SolidModel,
    values: RealArray,
    label: str,
    *,
    region: str = "li",
    unit: float = 1.0,
    scale: float = 0.0,
    limits: tuple[float, float] | None = None,
    edges: bool = False,
) -> None:
    """Draw a scalar on a region, shape (cells, nodes) as `nodal_stress` gives it, with its colour bar.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    model : SolidModel
        A plane model.
    values : ndarray
        The scalar at the nodes of each cell.
    label : str
        Of the colour bar, with unit.
    region : str
        Name of the region.
    unit : float
        Length of the axes in m.
    scale : float
        Factor of the displacement.
    limits : tuple of float, optional
        Ends of the colour bar.
    edges : bool
        Draw the edges of the elements.
    """
    places = (model.nodal_stress(region)[1] + scale * model.nodal_displacement(region)) / unit
    points = model.parts.tables.output_points
    pattern = Triangulation(*points.T).triangles
    triangles = (np.arange(len(places))[:, None, None] * places.shape[1] + pattern).reshape(-1, 3)
    mesh = Triangulation(places[..., 0].ravel(), places[..., 1].ravel(), triangles)
    low, high = limits or (None, None)
    drawn = axes.tripcolor(
        mesh, values.ravel(), shading="gouraud", cmap="viridis", rasterized=True, vmin=low, vmax=high
    )
    if edges:
        middle = points - points.mean(axis=0)
        rim = np.flatnonzero(np.linalg.norm(middle, axis=1) > 1e-9)
        around = rim[np.argsort(np.arctan2(middle[rim, 1], middle[rim, 0]))]
        axes.add_collection(PolyCollection(places[:, around], facecolors="none", edgecolors="black", linewidths=0.4))
    axes.set_aspect("equal")
    axes.figure.colorbar(drawn, ax=axes, label=label, shrink=0.85)
