"""What would hurt most: a figure of other points than the table, or a crossing at another place."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from platingx.config.study import load_study
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import CaseError, OutputError
from platingx.post.style import put_head, styled
from platingx.studies.curves import crossings
from platingx.studies.figures import draw_study, study_figure
from platingx.studies.table import Row

TEXT = """
name: f
base: eruption.yaml
axes:
  i: {key: growth.current_density, values: [1 A/cm^2, 2 A/cm^2, 3 A/cm^2]}
  d: {key: geometry.pit.depth, values: [40 nm, 50 nm]}
quantities: {p: max_pressure_li, s: max_principal_stress_llzo}
figures:
  lines: {kind: curves, x: i, y: [p, s], thresholds: {s: 4.5 GPa}}
  plane: {kind: map, x: i, y: d, value: s, contours: [4 GPa], threshold: 5 GPa}
"""


def study_of(folder: Path, text: str = TEXT) -> ParameterStudy:
    path = folder / "f.study.yaml"
    path.write_text(text, encoding="utf-8")
    study = load_study(path).study
    assert isinstance(study, ParameterStudy)
    return study


def rows() -> list[Row]:
    return [
        {"point": k, "i_A_per_m2": i, "d_m": d, "p_Pa": i * 1e5, "s_Pa": i * 1e5 + d * 5e16, "status": "completed"}
        for k, (i, d) in enumerate((i, d) for i in (1e4, 2e4, 3e4) for d in (4e-8, 5e-8))
    ]


def test_a_family_has_a_curve_for_each_setting_of_the_other_axis(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    figure = study_figure(study, study.figures["lines"], rows())
    pressure, stress = figure.axes
    curves = [line for line in stress.lines if len(line.get_xdata()) == 3]  # type: ignore[arg-type]
    assert [curve.get_label() for curve in curves] == ["d 40 nm", "d 50 nm"]
    np.testing.assert_allclose(np.asarray(curves[1].get_xydata()), [[1, 3.5], [2, 4.5], [3, 5.5]], rtol=1e-12)
    marked = [line.get_xydata()[0] for line in stress.lines if len(line.get_xdata()) == 1]  # type: ignore[arg-type,index]
    np.testing.assert_allclose(marked, [[2.5, 4.5], [2.0, 4.5]], rtol=1e-12)
    assert pressure.get_ylabel() == "p (GPa)"
    assert pressure.get_xlabel() == "i (A/cm²)"


def test_axes_that_go_along_with_each_other_make_one_curve(tmp_path: Path) -> None:
    """Each point of a zip has its own setting of the other axis, and would be a curve by itself."""
    text = TEXT.replace("axes:", "design: {method: zip}\naxes:").replace("[40 nm, 50 nm]", "[40 nm, 45 nm, 50 nm]")
    study = study_of(tmp_path, "".join(line for line in text.splitlines(keepends=True) if "plane" not in line))
    table = [
        {"point": k, "i_A_per_m2": i, "d_m": d, "p_Pa": i * 1e5, "s_Pa": i * 2e5, "status": "completed"}
        for k, (i, d) in enumerate(zip((1e4, 2e4, 3e4), (4e-8, 4.5e-8, 5e-8), strict=True))
    ]
    (line,) = study_figure(study, study.figures["lines"], table).axes[0].lines
    np.testing.assert_allclose(np.asarray(line.get_xydata()), [[1, 1], [2, 2], [3, 3]], rtol=1e-12)
    assert line.get_linestyle() == "-"
    assert line.get_label() == "d along with i"


def test_points_left_of_a_grid_are_not_joined(tmp_path: Path) -> None:
    """Nor is a threshold crossed between them: their other axis differs."""
    study = study_of(tmp_path)
    left = [row for row in rows() if row["point"] in (0, 5)]
    lines = study_figure(study, study.figures["lines"], left).axes[1].lines
    assert all(len(line.get_xdata()) == 1 or line.get_linestyle() == "--" for line in lines)  # type: ignore[arg-type]
    assert not [line for line in lines if line.get_markerfacecolor() == "none"]


def test_values_that_differ_by_round_off_have_short_ticks(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    table = [row | {"p_Pa": 2e9 + row["point"] * 1e-2} for row in rows()]
    figure = study_figure(study, study.figures["lines"], table)
    figure.canvas.draw()
    assert max(len(text.get_text()) for text in figure.axes[0].get_yticklabels()) <= 5


def test_a_legend_has_each_current_in_its_unit(tmp_path: Path) -> None:
    rates = "values: [4 mA/cm^2, 0.1 A/cm^2, 2 A/cm^2]"
    study = study_of(
        tmp_path, TEXT.replace("values: [1 A/cm^2, 2 A/cm^2, 3 A/cm^2]", rates).replace("x: i, y: [p", "x: d, y: [p")
    )
    table = [row | {"i_A_per_m2": {1e4: 40.0, 2e4: 1e3, 3e4: 2e4}[row["i_A_per_m2"]]} for row in rows()]
    axes = study_figure(study, study.figures["lines"], table).axes[0]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["i 4 mA/cm²", "i 0.1 A/cm²", "i 2 A/cm²"]
    assert len({line.get_linestyle() for line in axes.lines}) == 3


def test_logarithmic_axes_have_numbers(tmp_path: Path) -> None:
    study = study_of(tmp_path, TEXT.replace("y: [p, s], th", "y: [p, s], log: [x, y], th"))
    table = [row | {"i_A_per_m2": row["i_A_per_m2"] ** 3 / 1e11} for row in rows()]
    figure = study_figure(study, study.figures["lines"], table)
    figure.canvas.draw()
    axes = figure.axes[0]
    texts = {text.get_text() for text in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    assert {"1", "10"} <= texts
    assert not any("10^" in text for text in texts)


@pytest.mark.parametrize(
    ("factor", "labels"), [(8.0, ["1", "2", "5"]), (100.0, ["1", "2", "5", "10", "20", "50", "100"])]
)
def test_a_logarithmic_axis_of_few_decades_has_more_than_their_powers(
    factor: float, labels: list[str], tmp_path: Path
) -> None:
    study = study_of(tmp_path, TEXT.replace("y: [p, s], th", "y: [p, s], log: [y], th"))
    table = rows()
    for row, value in zip(table, np.geomspace(1.0, factor, len(table)), strict=True):
        row["p_Pa"] = 1e9 * value
    axes = study_figure(study, study.figures["lines"], table).axes[0]
    low, high = axes.get_ylim()
    axes.figure.canvas.draw()
    shown = {text.get_text() for text in axes.get_yticklabels() if low <= text.get_position()[1] <= high}
    assert set(labels) <= shown


@pytest.mark.parametrize("value", [float("nan"), 0.0, -1.0])
def test_a_logarithmic_axis_without_a_value_above_zero_is_told(tmp_path: Path, value: float) -> None:
    study = study_of(tmp_path, TEXT.replace("y: [p, s], th", "y: [p, s], log: [y], th"))
    _, notes = draw_study(study, [row | {"p_Pa": value} for row in rows()], tmp_path)
    assert any(note.startswith("no figure lines: p") and "no value above zero" in note for note in notes)


def test_points_without_result_are_left_out_and_told(tmp_path: Path) -> None:
    study, table = study_of(tmp_path), rows()
    for row in table[2:4]:
        row.update(status="failed", p_Pa=float("nan"))
    figure = study_figure(study, study.figures["lines"], table)
    assert "2 of 6 points have no result" in figure.get_suptitle()
    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [2, 2]  # type: ignore[arg-type]
    paths, notes = draw_study(study, table[:2], tmp_path)
    assert [path.name for path in paths] == ["lines.png", "lines.pdf"]
    assert notes == ["no figure plane: 2 completed points in a line make no map"]


def test_errors_of_the_mesh_are_bars(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    table = [row | {"p_mesh_error_percent": 10.0} for row in rows()]
    pressure, stress = study_figure(study, study.figures["lines"], table).axes
    assert len(pressure.collections) == 2
    np.testing.assert_allclose(pressure.collections[0].get_segments()[0], [[1, 0.9], [1, 1.1]], rtol=1e-12)  # type: ignore[attr-defined]
    assert not stress.collections


def test_a_map_has_its_lines(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    figure = study_figure(study, study.figures["plane"], rows())
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert {"4 GPa", "5 GPa"} <= texts
    paths, notes = draw_study(study, rows(), tmp_path)
    assert len(paths) == 4
    assert notes == []
    assert all(path.stat().st_size > 5000 for path in paths)


@pytest.mark.parametrize("log", ["", ", log: [value]"])
def test_a_map_has_round_numbers_at_its_colours(log: str, tmp_path: Path) -> None:
    """Of a value from 3 to 5.5 GPa: levels that divide this range are no round numbers, those of the bar are."""
    study = study_of(tmp_path, TEXT.replace("threshold: 5 GPa", f"threshold: 5 GPa{log}"))
    figure = study_figure(study, study.figures["plane"], rows())
    figure.canvas.draw()
    told = [text.get_text() for text in figure.axes[-1].get_yticklabels()]
    shown = [float(text) for text in told]
    assert len(shown) >= 4
    assert all(3.0 <= value <= 5.5 for value in shown)
    np.testing.assert_allclose([round(2 * value) / 2 for value in shown], shown, rtol=1e-12)


def test_a_head_has_raised_powers() -> None:
    figure = Figure(figsize=(5.0, 3.0))
    put_head(figure, "Pits under 2 A/cm^2 at 1e-3 s^-1, in m^0.5.")
    assert figure._suptitle is not None
    assert figure._suptitle.get_text() == "Pits under 2 A/cm² at 1e-3 s⁻¹, in m^0.5."


def test_crossings_lie_on_the_lines_between_points() -> None:
    found = crossings(np.array([3.0, 1.0, 2.0]), np.array([0.0, 0.0, 4.0]), 1.0)
    assert found == pytest.approx([1.25, 2.75], rel=1e-15)
    assert crossings(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 1.0) == [1.0]
    assert crossings(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 2.0) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("x: i, y: [p, s]", "x: j, y: [p, s]", 9, "there is no axis j"),
        ("y: [p, s]", "y: [p, q]", 9, "there is no quantity q"),
        ("s: 4.5 GPa", "s: 4.5 nm", 9, "is no value of s"),
        ("threshold: 5 GPa", "threshold: 5 smoot", 10, "is no quantity"),
        ("y: d, value", "y: i, value", 10, "both axes of the map are the same"),
        ("kind: map", "kind: mop", 10, "map?"),
    ],
)
def test_a_wrong_figure_is_told_with_its_line(old: str, new: str, line: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        study_of(tmp_path, TEXT.replace(old, new))
    assert f"f.study.yaml:{line}:" in str(caught.value)
    assert message in str(caught.value)


FORCE = TEXT.replace("quantities: {p: max_pressure_li", "quantities: {f: collector_force, p: max_pressure_li")


@pytest.mark.parametrize(("level", "drawn"), [("5 kN/m", True), ("5 N", False)])
def test_a_force_is_marked_in_the_unit_of_the_table_alone(level: str, drawn: bool, tmp_path: Path) -> None:
    marks = FORCE.replace("y: [p, s], thresholds: {s: 4.5 GPa}", f"y: f, thresholds: {{f: {level}}}")
    study, table = study_of(tmp_path, marks), [row | {"f_N_per_m": row["i_A_per_m2"] / 5} for row in rows()]
    if drawn:
        assert study_figure(study, study.figures["lines"], table).axes
    else:
        with pytest.raises(OutputError, match="f is in N/m"):
            study_figure(study, study.figures["lines"], table)


def test_a_map_of_several_values_at_one_place_is_left_out(tmp_path: Path) -> None:
    third = TEXT.replace("quantities:", "  t: {key: time.end, values: [1 ms, 2 ms]}\nquantities:")
    table = [row | {"t_s": t, "s_Pa": row["s_Pa"] * t} for t in (1.0, 2.0) for row in rows()]
    _, notes = draw_study(study_of(tmp_path, third), table, tmp_path)
    assert notes == ["no figure plane: another axis gives several values at one place of the map"]


@pytest.mark.parametrize("width", [3.0, 4.2, 7.2])
def test_a_head_is_not_wider_than_its_figure(width: float) -> None:
    """Wide letters, and words that a line of as many letters would cut."""
    with styled():
        for text in ("Strength and modulus of three sodium whiskers that were pressed in a microscope.", "WORM " * 30):
            figure = Figure(figsize=(width, 3.0), layout="constrained")
            put_head(figure, text)
            figure.canvas.draw()
            assert figure._suptitle is not None
            box = figure._suptitle.get_window_extent()
            assert box.x0 >= 0.0
            assert box.x1 <= figure.bbox.width
            assert figure._suptitle.get_text().split() == text.split()
