"""Would hurt most: a figure that shows another region, another half or another place of the maximum than the files
hold, or that averages the jump between lithium and ceramic away."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from PIL import Image

from platingx.errors import OutputError
from platingx.post import movie
from platingx.post.annotations import mark_maxima
from platingx.post.field_figures import field_figure
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import (
    FieldView,
    Limits,
    Window,
    colour_map,
    full_window,
    pit_window,
    pressure_in,
    principal_stress_in,
    robust_limits,
)
from platingx.post.figures import make_all
from platingx.post.mesh_figures import mesh_figure
from platingx.post.regions import area_quantiles, find_pit, region_maximum
from platingx.post.results import open_run
from platingx.post.run_regions import Region
from platingx.post.scales import Scale
from platingx.post.scene import make_scene
from platingx.post.style import paired_panels
from platingx.post.surface import deformed_surface, edge_curves, is_half_model, outline, subdivision

PRESSURE = pressure_in(Region("li", "metal", "Li"))
PRINCIPAL_STRESS = principal_stress_in(Region("llzo", "electrolyte", "LLZO"))
FIGURES = ["histories.png", "solver.png", "mesh.png", "pressure_li.png", "principal_stress_llzo.png"]


@pytest.fixture(scope="module")
def fields(run_folder) -> FieldSeries:
    return open_run(run_folder).fields


@pytest.mark.parametrize("cell", ["quad9", "triangle6"])
@pytest.mark.parametrize("parts", [1, 2, 4])
def test_sub_triangles_cover_the_cell_and_reproduce_quadratics(cell, parts):
    weights, triangles = subdivision(cell, parts)
    corners = {"quad9": [(0, 0), (1, 0), (1, 1), (0, 1)], "triangle6": [(0, 0), (1, 0), (0, 1)]}[cell]
    nodes = np.array(corners, dtype=float)
    nodes = np.vstack([nodes, (nodes + np.roll(nodes, -1, axis=0)) / 2])
    nodes = np.vstack([nodes, [[0.5, 0.5]]]) if cell == "quad9" else nodes
    x, y = (weights @ nodes).T
    quadratic = weights @ (1 + nodes[:, 0] - 2 * nodes[:, 1] + nodes[:, 0] * nodes[:, 1] + nodes[:, 0] ** 2)
    np.testing.assert_allclose(quadratic, 1 + x - 2 * y + x * y + x**2, atol=1e-14)
    a, b, c = (np.stack([x, y], axis=1)[triangles[:, corner]] for corner in range(3))
    areas = 0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(1.0 if cell == "quad9" else 0.5)


def test_mirrored_surface_is_symmetric_and_has_twice_the_area(fields):
    assert is_half_model(fields)
    displacement = fields.at(-1)["displacement"]
    lithium = fields.region_mask("li")
    half = deformed_surface(fields, displacement, lithium, parts=2)
    full = deformed_surface(fields, displacement, lithium, parts=2, mirror=True)
    assert full.x.min() == -full.x.max()
    assert half.x.min() == pytest.approx(0, abs=1e-15)
    assert full.x.max() == half.x.max() == pytest.approx(800e-9 + 4e-9 * np.tanh(800 / 300), rel=1e-6)
    assert full.areas().sum() == pytest.approx(2 * half.areas().sum(), rel=1e-12)
    pressure = full.field(fields.at(-1)["pressure"])
    np.testing.assert_array_equal(pressure[: len(pressure) // 2], pressure[len(pressure) // 2 :])
    ends = full.triangles[[0, len(full.triangles) // 2]]
    np.testing.assert_allclose(full.x[ends[0]], -full.x[ends[1][::-1]])


def test_nothing_is_averaged_across_the_interface(fields):
    pressure = fields.at(-1)["pressure"]
    for region, extreme in (("li", "min"), ("llzo", "max")):
        surface = deformed_surface(fields, cells=fields.region_mask(region), parts=2)
        drawn = getattr(surface.field(pressure), extreme)()
        own = getattr(pressure[fields.cells[fields.region_mask(region)]], extreme)()
        assert drawn == pytest.approx(own, rel=1e-12)


def test_deformation_is_drawn_at_its_true_size(fields):
    last = fields.at(-1)["displacement"]
    surface = deformed_surface(fields, last, parts=2)
    reference = deformed_surface(fields, parts=2)
    np.testing.assert_allclose(surface.y - reference.y, surface.field(last[:, 1]), atol=1e-20)
    twice = deformed_surface(fields, last, parts=2, scale=2.0)
    np.testing.assert_allclose(twice.x - reference.x, 2 * (surface.x - reference.x), atol=1e-20)


def test_outline_is_the_boundary_and_the_interface(fields):
    lines = outline(fields, leave_axis_out=True)
    assert len(lines.interface) == 24
    assert len(lines.boundary) == 2 * 24 + 19
    curves = edge_curves(lines.interface, fields.points, parts=8)
    x, y = curves[..., 0].ravel(), curves[..., 1].ravel()
    exact = np.where(x < 40e-9, -37e-9 * np.cos(np.pi * x / 80e-9) ** 2, 0)
    np.testing.assert_allclose(y, exact, atol=0.2e-9)


def test_pit_and_maximum_are_found_where_they_are(fields):
    pit = find_pit(fields)
    assert pit.tip == pytest.approx((0.0, -37e-9), abs=1e-15)
    assert pit.depth == pytest.approx(37e-9, rel=1e-9)
    assert 0.75 * 40e-9 < pit.half_width < 40e-9
    maximum = region_maximum(fields, "principal_stress_1", "llzo")
    assert maximum.value == pytest.approx(4.9e9 * 3.33, rel=1e-6)
    assert maximum.place[:2] == pytest.approx((0.0, -37e-9), abs=1e-14)
    assert maximum.deformed_place[1] == pytest.approx(-67e-9, rel=1e-3)
    assert maximum.time == pytest.approx(20.97e-3)
    assert region_maximum(fields, "principal_stress_1", "li").value < 0


def test_windows_hold_the_whole_model_and_the_pit(fields):
    scene = make_scene(fields, PRINCIPAL_STRESS)
    whole, close = full_window(fields, scene.place), pit_window(fields, scene.place, PRINCIPAL_STRESS)
    assert whole.left == -whole.right < -800e-9
    assert close.left == -close.right
    assert close.aspect == pytest.approx(1.0)
    assert close.bottom < -67e-9 < -30e-9 < close.top
    assert close.right > 40e-9
    box = np.array([[0.0, 1.0]])
    assert Window(0.5, 2, 0, 1).holds(box, box).all()
    assert not Window(1.5, 2, 0, 1).holds(box, box).any()


def test_colour_limits_are_robust_and_say_when_they_clip(fields):
    scene = make_scene(fields, PRINCIPAL_STRESS)
    close = pit_window(fields, scene.place, PRINCIPAL_STRESS)
    ceramic = fields.cells[fields.region_mask("llzo")]
    limits = robust_limits(fields, scene.values, scene.displacement, PRINCIPAL_STRESS, close)
    assert not limits.clipped
    assert limits.high == limits.largest == scene.values[ceramic].max()
    spoiled = scene.values.copy()
    spoiled[ceramic[np.argmin(np.abs(fields.points[ceramic[:, 0], 0] - 60e-9)), 0]] = 1e12
    limits = robust_limits(fields, spoiled, scene.displacement, PRINCIPAL_STRESS, close)
    assert limits.clipped
    assert limits.extend == "max"
    assert limits.high < 20e9
    assert limits.largest == 1e12


def test_colours_are_pale_at_zero_and_alike_on_both_sides():
    colours = colour_map(PRINCIPAL_STRESS, Limits(-5e9, 15e9, -5e9, 15e9))
    red, green, blue, _ = np.array([colours(x) for x in (0.0, 0.25, 0.5, 1.0)]).T
    assert blue[0] > red[0], "compression is blue"
    assert min(red[1], green[1], blue[1]) > 0.85, "zero is pale"
    assert red[2] > blue[2], "tension is red"
    assert red[3] + green[3] + blue[3] < red[2] + green[2] + blue[2], "darker with the magnitude"


def test_a_larger_value_outside_the_close_view_is_marked_too(make_run, tmp_path):
    run = open_run(make_run(tmp_path / "run", steps=2))
    scene = make_scene(run.fields, PRINCIPAL_STRESS)
    texts = field_figure(run, FieldView("plastic_strain", "li", "Plastic strain", "", "viridis", True)).axes[1].texts
    assert len(texts) == 3
    far = scene.values.copy()
    corner = run.fields.cells[run.fields.region_mask("llzo")].ravel()
    corner = corner[np.argmax(run.fields.points[corner, 0])]
    far[corner] = 21.3e9
    _, (whole, close) = paired_panels(1.2, 1.0, space=2.0)
    window = pit_window(run.fields, scene.place, PRINCIPAL_STRESS)
    nanometres = Scale(1e-9, "nm")
    for axes, part in ((whole, full_window(run.fields, scene.place)), (close, window)):
        axes.set_xlim(part.left / 1e-9, part.right / 1e-9)
        axes.set_ylim(part.bottom / 1e-9, part.top / 1e-9)
    mark_maxima(close, whole, replace(scene, values=far), window, nanometres, nanometres)
    assert [text.get_text() for text in whole.texts] == ["maximum\n21.3 GPa"]
    assert [text.get_text() for text in close.texts] == ["largest here\n16.3 GPa"]


def test_a_uniform_field_gets_a_scale_of_its_own(fields):
    uniform = np.full(len(fields.points), 5e9)
    displacement = np.zeros_like(fields.points)
    limits = robust_limits(fields, uniform, displacement, PRESSURE, full_window(fields, fields.points))
    assert limits.low < 5e9 < limits.high
    assert limits.extend == "neither"
    assert list(area_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 8.0, 1.0]), (0.5, 0.85, 1.0))) == [1, 2, 3]


def test_figures_are_made_and_not_empty(make_run, tmp_path):
    folder = make_run(tmp_path / "run", steps=3)
    before = dict(matplotlib.rcParams)
    paths = make_all(folder)
    assert [path.name for path in paths] == FIGURES
    assert dict(matplotlib.rcParams) == before, "the settings of a notebook stay as they are"
    for path in paths:
        pixels = np.asarray(Image.open(path).convert("RGB"))
        assert pixels.shape[1] == 1800
        assert len(np.unique(pixels @ np.array([65536, 256, 1]))) > 50
    again = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in make_all(folder)] == again


def test_stress_figure_is_symmetric(run_folder, tmp_path):
    figure = field_figure(open_run(run_folder), PRESSURE)
    whole, close = figure.axes[:2]
    for axes in (whole, close):
        left, right = axes.get_xlim()
        assert left == pytest.approx(-right)
    assert whole.get_xlabel() == "x (nm)"
    texts = [text.get_text() for text in close.texts]
    assert texts == ["Li", "LLZO"]
    assert "t = 20.97 ms (peak),  i = 2.00 A/cm²" in figure.get_suptitle()
    stress = field_figure(open_run(run_folder), PRINCIPAL_STRESS).axes[1]
    assert "maximum\n16.3 GPa" in [text.get_text() for text in stress.texts]


def test_movie_has_a_frame_for_each_step_and_fixed_colours(make_run, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    folder = make_run(tmp_path / "run", steps=4)
    paths = movie.write_movie(open_run(folder), folder / "figures")
    assert [path.name for path in paths] == ["movie.gif"]
    with Image.open(paths[0]) as image:
        assert image.n_frames == 4
        first = np.asarray(image.convert("RGB")).copy()
        image.seek(3)
        last = np.asarray(image.convert("RGB")).copy()
    assert first.shape[0] % 2 == first.shape[1] % 2 == 0
    assert (first != last).any()
    bars = slice(int(0.955 * first.shape[1]), None)
    np.testing.assert_array_equal(first[60:, bars], last[60:, bars], err_msg="the colour scale stays the same")
    assert len(movie.movie_frames(open_run(folder), most=2)) == 2


@pytest.mark.parametrize("works", [True, False])
def test_mp4_through_ffmpeg(run_folder, tmp_path, monkeypatch, works):
    program = tmp_path / "ffmpeg"
    program.write_text(
        "#!/bin/sh\nfor last; do :; done\n" + ('cat > "$last"\n' if works else "echo no codec >&2; exit 1\n")
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    frames = [np.zeros((4, 6, 3), np.uint8)] * 3
    monkeypatch.setattr(movie, "movie_frames", lambda run, most: frames)
    if works:
        paths = movie.write_movie(open_run(run_folder), tmp_path / "figures")
        assert [path.name for path in paths] == ["movie.gif", "movie.mp4"]
        assert paths[1].stat().st_size == 3 * 4 * 6 * 3
    else:
        with pytest.raises(OutputError, match="no codec"):
            movie.write_movie(open_run(run_folder), tmp_path / "figures")


def test_solid_cells_are_refused_with_a_way_out(fields):
    solid = FieldSeries(fields.times, fields.points, fields.cells, "hexahedron27", fields.names, fields._steps)
    with pytest.raises(OutputError, match=r"hexahedron27 cannot be drawn: open fields\.bp in ParaView"):
        deformed_surface(solid)


def test_broken_runs_say_what_is_missing(make_run, tmp_path):
    with pytest.raises(OutputError, match="no such run folder"):
        make_all(tmp_path / "nowhere")
    folder = make_run(tmp_path / "run", steps=2)
    shutil.rmtree(folder / "fields.bp")
    with pytest.raises(OutputError, match="no such field file"):
        make_all(folder)
    assert (folder / "figures" / "histories.png").exists()
    (folder / "history.csv").unlink()
    with pytest.raises(OutputError, match="no such file"):
        make_all(folder)


def test_a_run_without_case_or_history_still_has_figures_of_its_fields(make_run, tmp_path):
    folder = make_run(tmp_path / "nameless", steps=2)
    (folder / "history.csv").unlink()
    (folder / "case.resolved.yaml").unlink()
    run = open_run(folder)
    assert run.title == "nameless"
    assert run.state_text(4.64) == "t = 4.640 s"
    assert run.coordinates == ("x", "y")
    assert mesh_figure(run).get_suptitle() == "nameless: mesh of 456 nine-node quadrilaterals"
    (folder / "case.resolved.yaml").write_text("geometry: {symmetry: axisymmetric}\n")
    assert open_run(folder).coordinates == ("r", "z")
