"""Would hurt most: a view in space with a field of another place than its colours say, a cut that takes the wrong half
away, a shape that is not the deformed one, or nothing at all where there is no display."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from write_curved_fields import write_fields

from platingx.cli.main import execute
from platingx.errors import OutputError
from platingx.post import offscreen
from platingx.post.cameras import CAMERAS, Camera, camera_of
from platingx.post.field_choice import FieldChoice
from platingx.post.field_reader import FieldSeries, read_fields
from platingx.post.field_views import FieldView, colour_map
from platingx.post.results import RunResults, open_run
from platingx.post.space_scene import Cut, space_scene
from platingx.post.space_views import Sight, space_figure

TIMES = [0.0, 0.5, 2.0]
FRONT = camera_of("front")


@pytest.fixture(scope="module", params=["hexahedron", "tetrahedron"])
def run(request, tmp_path_factory) -> RunResults:
    """A unit cube of one region with the pressure (1 + t) (3 x + y) and the displacement t x."""
    folder = tmp_path_factory.mktemp(request.param)
    write_fields(folder / "fields.bp", request.param, TIMES)
    (folder / "case.resolved.yaml").write_text("name: cube\nmaterials: {na: {}, lpsc: {}}\ngrowth: {region: na}\n")
    (folder / "manifest.json").write_text('{"regions": ["na", "lpsc"]}')
    return open_run(folder)


def pressure_of(run: RunResults) -> FieldView:
    (view,) = FieldChoice("pressure").views(run, run.fields)
    return view


def test_a_camera_sees_what_its_name_says() -> None:
    for name in CAMERAS:
        frame = camera_of(name).frame
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-15)
        assert np.linalg.det(frame) == pytest.approx(1.0)
    np.testing.assert_allclose(FRONT.frame, [[1, 0, 0], [0, 0, 1], [0, -1, 0]], atol=1e-15)
    np.testing.assert_allclose(camera_of("top").frame, [[1, 0, 0], [0, 1, 0], [0, 0, 1]], atol=1e-15)
    np.testing.assert_allclose(camera_of("right").frame[2], [1, 0, 0], atol=1e-15)
    assert camera_of("back").along_axes() == ((0, -1), (2, 1))
    assert camera_of("corner").along_axes() is None
    assert camera_of("200, 30 deg") == Camera("200_30", 200.0, 30.0)
    for wrong in ("side", "1", "1,2,3", "nan,0", "0,91"):
        with pytest.raises(OutputError, match="front, back, left"):
            camera_of(wrong)


def test_the_outer_surface_is_deformed_and_has_the_field(run: RunResults) -> None:
    scene = space_scene(run.fields, pressure_of(run), 1, FRONT, factor=3.0)
    surface = scene.surface
    place = np.asarray(surface.points) / (1 + 3.0 * TIMES[1])
    np.testing.assert_allclose(surface.point_data["pressure"], 1.5 * (3 * place[:, 0] + place[:, 1]), rtol=1e-5)
    assert surface.area == pytest.approx(6.0 * 2.5**2, rel=1e-5)
    assert scene.others is None
    np.testing.assert_allclose(scene.largest[:2], [2.5, 2.5], rtol=1e-6)
    low, high = scene.projected(FRONT)
    np.testing.assert_allclose([low, high], [[0, 0], [2.5, 2.5]], atol=1e-6)
    assert (scene.limits.smallest, scene.limits.largest) == pytest.approx((0.0, 6.0), abs=1e-5)


@pytest.mark.parametrize(("name", "kept"), [("front", (0.3, 1.0)), ("back", (0.0, 0.3))])
def test_a_cut_takes_away_what_is_nearer_to_the_eye(run: RunResults, name: str, kept: tuple[float, float]) -> None:
    scene = space_scene(run.fields, pressure_of(run), 0, camera_of(name), Cut(1, 0.3))
    place = np.asarray(scene.surface.points)
    assert (place[:, 1].min(), place[:, 1].max()) == pytest.approx(kept, abs=1e-6)
    face = np.abs(place[:, 1] - 0.3) < 1e-6
    assert face.sum() > 20
    np.testing.assert_allclose(scene.surface.point_data["pressure"][face], 3 * place[face, 0] + 0.3, atol=1e-5)
    with pytest.raises(OutputError, match="seen edge-on by the camera left"):
        space_scene(run.fields, pressure_of(run), 0, camera_of("left"), Cut(1, 0.3))
    with pytest.raises(
        OutputError, match=r"nothing of lpsc is left behind the cut y = .*; along y it lies in \(0, 1.00\) m"
    ):
        space_scene(run.fields, pressure_of(run), 0, camera_of(name), Cut(1, 2.0 if name == "front" else -1.0))


def test_curved_faces_follow_the_quadratic_field(run: RunResults, monkeypatch: pytest.MonkeyPatch) -> None:
    """A displacement z -> z + x^2 / 2 bends the top; between the nodes it is there as well, not its chords."""
    read = FieldSeries.at

    def bent(fields, step=-1, names=None):
        values = dict(read(fields, step, names))
        values["displacement"] = 0.5 * fields.points[:, :1] ** 2 * [0.0, 0.0, 1.0]
        return values

    monkeypatch.setattr(FieldSeries, "at", bent)
    fields = read_fields(run.path)
    surface = space_scene(fields, pressure_of(run), 0, FRONT).surface
    place = np.asarray(surface.points)
    top = place[place[:, 2] - 0.5 * place[:, 0] ** 2 > 1 - 1e-5]
    assert len(np.unique(np.round(top[:, 0], 6))) > 5, "more places than the nodes have"
    assert (top[:, 2] - 0.5 * top[:, 0] ** 2).max() == pytest.approx(1.0, abs=1e-5)


def test_the_colours_of_a_picture_are_those_of_the_values(run: RunResults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    view = pressure_of(run)
    figure = space_figure(run, view, Sight(FRONT), step=0, ends=(0.0, 4.0))
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (mm)", "z (mm)")
    picture = axes.images[0]
    left, right, bottom, top = (end / 1000.0 for end in picture.get_extent())
    assert (left, right, bottom, top) == pytest.approx((-0.03, 1.03, -0.03, 1.03), abs=1e-6)
    pixels = np.asarray(picture.get_array(), dtype=float)
    colours = colour_map(view, space_scene(run.fields, view, 0, FRONT).limits)
    assert (pixels[3, 3] == 255).all(), "outside of the model"
    for x in (0.1, 0.35, 0.6, 0.9):
        pixel = pixels[pixels.shape[0] // 2, round((x - left) / (right - left) * pixels.shape[1])]
        wanted = 255 * np.array(colours(3 * x / 4.0)[:3])
        shade = pixel.sum() / wanted.sum()
        assert 0.8 < shade <= 1.01
        np.testing.assert_allclose(pixel, shade * wanted, atol=4)
    assert "t = 0 s" in figure.get_suptitle()
    back = space_figure(run, view, Sight(camera_of("back")), step=0).axes[0]
    assert back.get_xlim()[0] > back.get_xlim()[1], "x falls to the right"


def test_post_writes_views(run: RunResults, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--field", "pressure", "--time", "0.5 s", "--out", str(tmp_path)]
    options = ["--view", "corner", "--cut", "x = 40 cm", "--zoom", "2", "--deformation", "0"]
    assert execute(["post", str(run.path), *options, *wanted]) == 0
    path = tmp_path / "view_corner_cut_x_400mm_x2_pressure_lpsc_0.5s.png"
    assert capsys.readouterr().out == f"wrote {path}\n"
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)
    coloured = (np.ptp(pixels, axis=2) > 40).mean()
    assert 0.1 < coloured < 0.9
    assert execute(["post", str(run.path), "--view", "top", *wanted, "--format", "pdf", "--no-title"]) == 0
    assert (tmp_path / "view_top_pressure_lpsc_0.5s.pdf").stat().st_size > 5000


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--cut", "y = 1 nm"], 2, "it belongs to --view"),
        (["--zoom", "2"], 2, "it belongs to --view"),
        (["--view", "sideways"], 5, "front, back, left"),
        (["--view", "front", "--cut", "y 1 nm"], 2, "no plane across an axis"),
        (["--view", "front", "--cut", "y = 1 s"], 2, "y = 1 s"),
        (["--view", "front", "--zoom", "0.5"], 2, "zoom"),
        (["--view", "front", "--at", "0,0,0 m"], 2, "a view in space has no values along a line"),
        (["--view", "front", "--movie"], 2, "does not move"),
        (["--view", "front", "--field", "mood"], 5, "no field 'mood'"),
        (["--view", "front", "--field", "displacement"], 5, "is no scalar"),
    ],
)
def test_what_makes_no_view_is_told(run: RunResults, capsys, options: list[str], code: int, message: str) -> None:
    assert execute(["post", str(run.path), *options]) == code
    assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_plane_run_has_no_view_in_space(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["post", str(run_folder), "--view", "front"]) == 5
    assert "this one is plane" in capsys.readouterr().err


def test_what_is_missing_is_told(run: RunResults, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pyvista", None)
        assert execute(["post", str(run.path), "--view", "front", "--field", "pressure"]) == 5
        assert "pip install 'platingx[views]'" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr(offscreen, "_surfaceless_context", lambda: False)
        patch.setattr(offscreen, "_FINDS_BY_ITSELF", (99, 0))
        patch.delenv("DISPLAY", raising=False)
        assert execute(["post", str(run.path), "--view", "front", "--field", "pressure"]) == 5
        assert "neither a display nor EGL of Mesa" in capsys.readouterr().err
