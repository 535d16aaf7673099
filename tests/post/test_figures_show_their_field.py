"""What would hurt most if lost: a headline picture that draws another field than it names, or hides a peak.

The data that a figure draws are compared with those of the files, not its pixels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import TriMesh
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from platingx.post.field_figures import field_figure
from platingx.post.field_views import full_window, robust_limits, views_of
from platingx.post.results import RunResults, open_run
from platingx.post.scene import make_scene

NAMED = {
    "Pressure in Li": ("li", "pressure"),
    "Maximum principal stress in LLZO": ("llzo", "principal_stress_1"),
}
"""What the words of a figure promise: region and field."""


@pytest.fixture(scope="module")
def run(run_folder: Path) -> RunResults:
    return open_run(run_folder)


def drawn(axes: Axes) -> list[np.ndarray]:
    """Values of the coloured meshes of some axes; other regions are grey and hold zeros."""
    meshes = [part for part in axes.collections if isinstance(part, TriMesh)]
    return [np.asarray(mesh.get_array()) for mesh in meshes if not _is_grey(mesh)]


def _is_grey(mesh: TriMesh) -> bool:
    colours = mesh.get_cmap()
    return isinstance(colours, ListedColormap) and colours.N == 1


def bar_label(figure: Figure) -> str:
    return next(label for axes in figure.findobj(Axes) if " in " in (label := axes.get_ylabel()))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("step", [2, -1])
def test_each_figure_draws_the_field_that_it_names(run: RunResults, number: int, step: int) -> None:
    figure = field_figure(run, views_of(run.regions)[number], step)
    words, unit = bar_label(figure).rstrip(")").split(" (")
    region, field = NAMED[words]
    factor = {"GPa": 1e9, "MPa": 1e6}[unit]
    fields = run.fields
    expected = fields.at(step)[field][fields.cells[fields.region_mask(region)]] / factor
    whole = figure.axes[0]
    (values,) = drawn(whole)
    assert values.max() == pytest.approx(expected.max(), rel=1e-12)
    assert values.min() == pytest.approx(expected.min(), rel=1e-12, abs=1e-9 * expected.max())
    others = {name for name in fields.names if name not in (field, "displacement", "region")}
    for other in others:
        wrong = fields.at(step)[other][fields.cells[fields.region_mask(region)]] / factor
        ends = np.array([values.min(), values.max()])
        assert not np.allclose(ends, [wrong.min(), wrong.max()], rtol=1e-6), f"{other} would not be told from {field}"
    assert words[0].lower() + words[1:] in figure.get_suptitle()


def test_the_movie_and_the_space_views_draw_the_same_views(run: RunResults) -> None:
    from platingx.post import movie, view_3d

    assert movie.views_of is views_of
    assert view_3d.views_of is views_of
    assert movie._views(run) == views_of(run.regions)[:2]


@pytest.mark.parametrize("number", [0, 1])
def test_a_colour_scale_says_when_it_clips(run: RunResults, number: int) -> None:
    view = views_of(run.regions)[number]
    fields = run.fields
    largest = float(fields.at(-1)[view.field][fields.cells[fields.region_mask(view.region)]].max())
    whole = field_figure(run, view, limits=(-largest, largest))
    assert "clipped" not in whole.get_suptitle()
    clipped = field_figure(run, view, limits=(-0.2 * largest, 0.5 * largest))
    assert "colours clipped: values reach" in clipped.get_suptitle()
    bars = [axes for axes in clipped.findobj(Axes) if " in " in axes.get_ylabel()]
    assert bars
    assert clipped.get_suptitle().count("GPa") >= 1


def test_a_peak_outside_of_the_colours_counts_as_clipped(run: RunResults) -> None:
    """A spike at one node, ten times the rest, is left out of the colours of the pressure, and that is known."""
    view = views_of(run.regions)[0]
    scene = make_scene(run.fields, view)
    spoiled = scene.values.copy()
    cells = run.fields.cells[run.fields.region_mask(view.region)]
    spoiled[cells[5, 0]] *= 10.0
    window = full_window(run.fields, scene.place)
    limits = robust_limits(run.fields, spoiled, scene.displacement, view, window)
    assert limits.largest == spoiled[cells].max()
    assert limits.high < 0.5 * limits.largest
    assert limits.clipped
    assert limits.extend == "max"
    untouched = robust_limits(run.fields, scene.values, scene.displacement, view, window)
    assert not untouched.clipped
