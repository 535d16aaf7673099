"""Would hurt most: a figure or a number at another instant, in other limits or of another region than was asked for."""

from __future__ import annotations

import csv
import itertools
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import TriMesh
from PIL import Image

from platingx.cli.main import execute
from platingx.post.field_choice import FieldChoice
from platingx.post.field_figures import field_figure
from platingx.post.field_reader import FieldSeries
from platingx.post.field_views import views_of
from platingx.post.history_figures import history_figure, overlay_figure, solver_figure
from platingx.post.peak import peak_step, peak_views
from platingx.post.probes import along_line, at_point, line_figure, line_places
from platingx.post.results import open_run

END = 20.97e-3
TIMES = END * np.linspace(0, 1, 6) ** 1.3


@pytest.fixture
def relaxing(run_folder: Path, tmp_path: Path) -> Path:
    """The run of the fixture, whose history says that the stress fell again after its fourth step."""
    folder = tmp_path / "relaxing"
    shutil.copytree(run_folder, folder)
    history = pd.read_csv(folder / "history.csv")
    history["max_principal_stress_llzo_Pa"] = [0.0, 1e9, 5e9, 8e9, 6e9, 5.5e9]
    history["max_pressure_li_Pa"] = [0.0, 1e9, 2e9, 2e9, 2e9, 2e9 * (1 - 1e-12)]
    history.to_csv(folder / "history.csv", index=False)
    return folder


def test_figures_show_the_peak_of_a_run_and_not_its_end(relaxing: Path) -> None:
    run = open_run(relaxing)
    metal, ceramic = views_of(run.regions)
    assert peak_step(run, [ceramic]) == 3
    assert peak_step(run, peak_views(run.regions)) == 3
    assert peak_step(run, [metal]) == 5, "the last of those that are as large"
    figure = field_figure(run, ceramic)
    assert f"t = {TIMES[3] * 1e3:.2f} ms (peak)" in figure.get_suptitle()
    mesh = max(
        (part for part in figure.axes[0].collections if isinstance(part, TriMesh)), key=lambda m: m.get_array().max()
    )
    expected = run.fields.at(3)["principal_stress_1"][run.fields.cells[run.fields.region_mask("llzo")]].max()
    assert mesh.get_array().max() * 1e9 == pytest.approx(expected, rel=1e-12)
    assert "(peak)" not in field_figure(run, ceramic, step=-1).get_suptitle()


def test_the_peak_of_what_no_history_has_is_that_of_the_fields(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / "history.csv").unlink()
    run = open_run(folder)
    assert peak_step(run, peak_views(run.regions)) == 5
    reversed_views = [view for view in views_of(run.regions) if view.region == "li"]
    assert peak_step(run, reversed_views) == 5


def test_a_chosen_field_has_its_region_time_and_limits(run_folder: Path, tmp_path: Path, capsys) -> None:
    arguments = ["--field", "von_mises_stress", "--region", "llzo", "--time", "11 ms", "--limits", "-1 GPa", "4 GPa"]
    assert execute(["post", str(run_folder), *arguments, "--format", "svg", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"wrote {tmp_path / 'von_mises_stress_llzo_11ms.svg'}\n"
    text = (tmp_path / "von_mises_stress_llzo_11ms.svg").read_text()
    for words in (
        "von Mises stress in LLZO",
        f"t = {TIMES[3] * 1e3:.2f} ms",
        "Von Mises stress in LLZO (GPa)",
        "clipped",
    ):
        assert words in text, words
    assert ">−1<" in text
    assert ">4<" in text
    run = open_run(run_folder)
    assert [view.region for view in FieldChoice("growth_stretch").views(run)] == ["li", "llzo"]
    assert [(view.field, view.region) for view in FieldChoice(None, ("llzo",)).views(run)] == [
        ("principal_stress_1", "llzo")
    ]


def test_without_a_title_a_figure_is_smaller_and_has_no_head(run_folder: Path, tmp_path: Path) -> None:
    for name, options in (("with", []), ("without", ["--no-title"])):
        chosen = ["--region", "li", "--format", "svg", "--out", str(tmp_path / name), *options]
        assert execute(["post", str(run_folder), *chosen]) == 0
    first, second = ((tmp_path / name / "pressure_li.svg").read_text() for name in ("with", "without"))
    assert "eruption: pressure in Li" in first
    assert "eruption" not in second
    assert "Pressure in Li (GPa)" in second
    chosen = ["--region", "li", "--format", "pdf", "--no-title", "--out", str(tmp_path)]
    assert execute(["post", str(run_folder), *chosen]) == 0
    assert (tmp_path / "pressure_li.pdf").read_bytes().startswith(b"%PDF")


def test_histories_show_the_current_and_leave_the_solver_to_another_figure(run_folder: Path) -> None:
    run = open_run(run_folder)
    labels = [axes.get_ylabel() for axes in history_figure(run).axes]
    assert "Current density (A/cm²)" in labels
    assert "Deposited thickness (nm)" in labels
    assert not any("Newton" in label or "step" in label for label in labels)
    current = next(axes for axes in history_figure(run).axes if axes.get_ylabel().startswith("Current"))
    np.testing.assert_allclose(current.lines[0].get_ydata(), 2.0)
    assert current.get_ylim()[0] == 0
    of_solver = [axes.get_ylabel() for axes in solver_figure(run).axes]
    assert of_solver[:2] == ["Time step (ms)", "Newton iterations"]


def test_runs_are_overlaid_whatever_their_regions_are_called(make_run, tmp_path: Path, capsys) -> None:
    first = make_run(tmp_path / "one", name="one", steps=3)
    second = make_run(tmp_path / "two", name="two", peak_pressure=2.45e9, end=30e-3, steps=4)
    for name in ("case.resolved.yaml", "history.csv"):
        path = second / name
        path.write_text(
            path.read_text().replace("llzo", "keramik").replace("li:", "na:").replace("region: li", "region: na")
        )
    history = (second / "history.csv").read_text()
    (second / "history.csv").write_text(history.replace("_li_", "_na_"))
    figure = overlay_figure([open_run(first), open_run(second)])
    pressure = figure.axes[0]
    assert pressure.get_ylabel() == "Pressure in Li (GPa)"
    assert [line.get_label() for line in pressure.lines] == ["one, maximum", "one, mean", "two, maximum", "two, mean"]
    assert [line.get_ydata()[-1] for line in pressure.lines] == pytest.approx([4.9, 0.9 * 4.9, 2.45, 0.9 * 2.45])
    assert pressure.lines[2].get_xdata()[-1] == pytest.approx(30)
    assert pressure.lines[0].get_color() == pressure.lines[1].get_color() != pressure.lines[2].get_color()
    assert [text.get_text() for text in figure.legends[0].texts] == ["one", "two"]
    assert execute(["post", str(first), str(second)]) == 0
    assert capsys.readouterr().out == f"wrote {first / 'figures' / 'histories_overlay.png'}\n"
    with Image.open(first / "figures" / "histories_overlay.png") as image:
        assert image.width > 1000


def test_a_line_keeps_the_jump_at_the_interface_and_hits_its_peak(run_folder: Path) -> None:
    run = open_run(run_folder)
    rows = along_line(run, line_places((0.0, 90e-9), (0.0, -237.3e-9)), -1)
    regions = [row["region"] for row in rows]
    crossing = regions.index("llzo")
    assert regions == ["li"] * crossing + ["llzo"] * (len(rows) - crossing)
    metal, ceramic = rows[crossing - 1], rows[crossing]
    for side in (metal, ceramic):
        assert side["y_m"] == pytest.approx(-37e-9, abs=1e-13), "to a millionth of a cell"
        assert side["distance_m"] == pytest.approx(127e-9, abs=1e-13)
    assert metal["principal_stress_1_Pa"] == pytest.approx(-4.9e9, rel=1e-6)
    assert ceramic["principal_stress_1_Pa"] == pytest.approx(4.9e9 * 3.33, rel=1e-5)
    assert rows[-1]["distance_m"] == pytest.approx(327.3e-9)
    figure = line_figure(run, rows, ["pressure", "principal_stress_1"], -1)
    panel = figure.axes[1]
    assert [line.get_label() for line in panel.lines] == ["Li", "LLZO"]
    assert np.nanmax(panel.lines[1].get_ydata()) == pytest.approx(4.9 * 3.33, rel=1e-5)
    assert panel.get_xlabel() == "Distance along the line (nm)"


def test_a_line_that_leaves_a_region_and_comes_back_is_interrupted(run_folder: Path) -> None:
    """Across the pit below the surface: ceramic on the right of the metal, which the axis bounds."""
    run = open_run(run_folder)
    rows = along_line(run, line_places((0.0, -20e-9), (100e-9, -20e-9)), -1)
    edge = 40e-9 * np.arccos(np.sqrt(20 / 37)) * 2 / np.pi
    borders = [row["x_m"] for row, following in itertools.pairwise(rows) if row["region"] != following["region"]]
    assert borders == pytest.approx([edge], rel=2e-3)
    surface = along_line(run, line_places((0.0, -5e-9), (790e-9, 20e-9)), -1)
    assert surface[0]["region"] == "li"
    axes = line_figure(run, surface, ["pressure"], -1).axes[0]
    assert len(axes.lines) == 2
    assert np.isnan(axes.lines[0].get_ydata()).sum() == 1, "the metal is left once and met again"


def test_values_at_a_point_over_time(run_folder: Path, tmp_path: Path, capsys) -> None:
    rows = at_point(open_run(run_folder), (0.0, -37e-9))
    assert [row["region"] for row in rows] == ["li", "llzo"] * 6
    stress = [row["principal_stress_1_Pa"] for row in rows if row["region"] == "llzo"]
    assert stress == pytest.approx(4.9e9 * 3.33 * TIMES / END, rel=1e-9)
    arguments = ["--at", "0,-37 nm", "--time", "end", "--region", "llzo", "--out", str(tmp_path)]
    assert execute(["post", str(run_folder), *arguments]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "at (0, -37.0) nm before deformation, t = 20.97 ms"
    assert "llzo: " in said[1]
    assert "principal_stress_1 16.32 GPa" in said[1]
    assert len(said) == 3
    with (tmp_path / "at_0_-37nm.csv").open() as file:
        table = list(csv.DictReader(file))
    assert len(table) == 6
    assert float(table[-1]["principal_stress_1_Pa"]) == stress[-1]
    assert set(table[0]) >= {"time_s", "x_m", "y_m", "region", "displacement_y_m", "growth_stretch"}


def test_a_tensor_has_a_column_for_each_component(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = FieldSeries.at

    def at(fields: FieldSeries, step: int = -1, names: object = None) -> dict[str, np.ndarray]:
        values = dict(read(fields, step, names))
        return values | ({"cauchy_stress": np.tile(np.arange(9.0), (len(fields.points), 1))} if names is None else {})

    monkeypatch.setattr(FieldSeries, "at", at)
    row = at_point(open_run(run_folder), (0.0, -500e-9))[0]
    found = [row[f"cauchy_stress_{axes}_Pa"] for axes in ("xx", "xy", "yy", "zz")]
    assert found == pytest.approx([0.0, 1.0, 4.0, 8.0], abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--field", "presure"], 5, "fields are growth_stretch, plastic_strain, pressure"),
        (["--field", "displacement"], 5, "displacement is no scalar"),
        (["--field", "pressure", "--region", "cu"], 5, "regions are li, llzo"),
        (["--field", "pressure", "--time", "21 nm"], 5, "peak or end"),
        (["--field", "pressure", "--time", "1 s"], 5, "written steps reach from 0 s to 20.97 ms"),
        (["--field", "pressure", "--limits", "0 nm", "1 GPa"], 5, "limits of pressure"),
        (["--field", "pressure", "--limits", "2 GPa", "1 GPa"], 5, "2 GPa is not below 1 GPa"),
        (["--limits", "0 GPa", "1 GPa"], 2, "give --field, too"),
        (["--line", "0,0 nm", "0 nm"], 2, "is not a place"),
        (["--line", "0,0", "0,-5 nm"], 2, "'0,0'"),
        (["--at", "-5,0 nm"], 5, "nothing of the model is at"),
        (["--at", "0,0,0 nm"], 5, "places in this model have 2 coordinates"),
        (["--at", "0,-500 nm", "--region", "li"], 5, "nothing of li, only of llzo"),
        (["--at", "0,-5 nm", "--limits", "0 GPa", "1 GPa"], 2, "have no colours"),
        (["{run}", "--field", "pressure"], 2, "of several runs the histories are drawn"),
    ],
)
def test_mistakes_are_told(run_folder: Path, capsys, arguments: list[str], code: int, message: str) -> None:
    assert execute(["post", str(run_folder), *(text.format(run=run_folder) for text in arguments)]) == code
    assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())
