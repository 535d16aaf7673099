"""What would hurt most: points that are others than the study says, or that move when the same file is read again."""

from pathlib import Path

import pytest

from platingx.config.study import load_study
from platingx.errors import CaseError
from platingx.studies.cost import estimate
from platingx.studies.first_file import first_study
from platingx.studies.points import Plan, expand
from platingx.studies.table import row_of

CASES = Path(__file__).parents[2] / "cases"
HEAD = f"name: s\nbase: {CASES / 'eruption.yaml'}\nset: {{geometry.mesh.refinement: 0.3}}\n"
TAIL = "quantities: {p: max_pressure_li}\n"


OF_A_FILE = """
name: of_a_file
geometry: {builder: file, path: flat.msh}
materials: {li: lithium_norton, llzo: llzo}
growth: {current_density: 1 A/cm^2}
time: {end: 1 s}
"""


def plan_of(folder: Path, text: str) -> Plan:
    path = folder / "a.study.yaml"
    path.write_text(HEAD + text + TAIL, encoding="utf-8")
    file = load_study(path)
    return expand(file, file.study)  # type: ignore[arg-type]


AXES = """
axes:
  i: {key: growth.current_density, values: [1 A/cm^2, 2 A/cm^2]}
  d: {key: geometry.pit.depth, linspace: {start: 40 nm, stop: 60 nm, num: 2}}
"""
RANGES = """
axes:
  i: {key: growth.current_density, loguniform: {low: 0.5 A/cm^2, high: 5 A/cm^2}}
  aspect: {uniform: {low: 0.5, high: 1.5}}
derived: {geometry.pit.depth: aspect * 40 nm, time.end: 565 C/m^2/i}
"""


def test_a_grid_a_zip_and_a_list_of_points(tmp_path: Path) -> None:
    labels = [point.label for point in plan_of(tmp_path, AXES).points]
    assert labels == [f"i = {i} A/cm^2, d = {d} nm" for i in (1, 2) for d in (40, 60)]
    labels = [point.label for point in plan_of(tmp_path, f"design: zip{AXES}").points]
    assert labels == ["i = 1 A/cm^2, d = 40 nm", "i = 2 A/cm^2, d = 60 nm"]
    points = "[{i: 3 A/cm^2}, {i: 1 A/m^2}]"
    listed = f"axes: {{i: {{key: growth.current_density}}}}\ndesign: {{method: points, points: {points}}}\n"
    plan = plan_of(tmp_path, listed)
    assert [float(plan.case_at(point).growth.current_density.values[0]) for point in plan.points] == [3e4, 1.0]


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_sampled_designs_are_reproducible_and_spread(method: str, tmp_path: Path) -> None:
    design = f"design: {{method: {method}, num: 8, seed: 3}}"
    first, second = (plan_of(tmp_path, design + RANGES) for _ in range(2))
    other = plan_of(tmp_path, design.replace("seed: 3", "seed: 4") + RANGES)
    assert [point.fingerprint for point in first.points] == [point.fingerprint for point in second.points]
    assert {point.fingerprint for point in first.points}.isdisjoint(point.fingerprint for point in other.points)
    eighths = sorted(int((point.settings["aspect"].number - 0.5) * 8) for point in first.points)
    assert eighths == list(range(8))  # both designs have one point in each eighth of an axis


def test_derived_keys_follow_and_the_base_loses_what_it_says_of_its_results(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, AXES + "derived: {time.end: 565 C/m^2 / i}\n")
    case = plan.case_at(plan.points[2])
    assert float(case.time.end) == pytest.approx(565 / 2e4, rel=1e-12)
    assert float(case.geometry.pit.depth) == 4e-8  # type: ignore[union-attr]
    assert case.published == ()
    assert case.calibration == ()
    assert not case.output.figures


def test_folders_stay_when_a_study_grows(tmp_path: Path) -> None:
    few = {point.label: point.folder for point in plan_of(tmp_path, AXES).points}
    more = {point.label: point.folder for point in plan_of(tmp_path, AXES.replace("[1 A", "[0.5 A/cm^2, 1 A")).points}
    assert len(more) == 6
    assert few.items() <= more.items()


def test_paths_in_a_study_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "current.csv").write_text("time [s],current_density [A/cm^2]\n0,1\n1,2\n", encoding="utf-8")
    plan = plan_of(tmp_path, "axes: {i: {key: growth.current_density, values: [{file: current.csv}]}}\n")
    assert max(plan.case_at(plan.points[0]).growth.current_density.values) == 2e4


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("axes: {i: {key: growth.current_density, values: [1 GPa]}}\n", "4:50", "'GPa' is a unit of pressure"),
        ("axes: {i: {key: growth.curent_density, values: [1 GPa]}}\n", "4:", "current_density?"),
        ("axes:\n  d: {key: geometry.pit.depth, values: [40 nm, -1 nm]}\n", "5:", "too small"),
        ("axes: {a: {values: [1, 0]}}\nderived: {time.end: 1 s / a}\n", "5:", "no finite value"),
        (
            "axes: {a: {}}\nderived: {time.end: 1 s * a}\ndesign: {method: points, points: [{a: 1}, {a: 2 K}]}\n",
            "6:",
            "values of different dimensions for a",
        ),
        ("axes: {a: {values: [1]}}\nderived: {time.end: 1 m * a}\n", "5:", "'m' is a unit of length"),
    ],
)
def test_an_axis_of_a_wrong_unit_is_told_before_anything_runs(
    text: str, place: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(CaseError) as caught:
        plan_of(tmp_path, text)
    assert f"a.study.yaml:{place}" in str(caught.value)
    assert message in str(caught.value)


def test_values_that_are_no_numbers_are_told_at_their_place(tmp_path: Path) -> None:
    text = "axes:\n  side: {key: constraints.metal_side, values: [wall, .nan, 3]}\n"
    with pytest.raises(CaseError) as caught:
        plan_of(tmp_path, text)
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(5, 54), (5, 60)]


@pytest.mark.parametrize(
    "name", ["max_pressure_na", "max_principal_stress_li", "pressure_at_tip_llzo", "principal_stress_at_tip_li"]
)
def test_a_quantity_of_another_region_is_told(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.study.yaml"
    path.write_text(f"{HEAD}{AXES}quantities: {{p: {name}}}\n", encoding="utf-8")
    file = load_study(path)
    with pytest.raises(CaseError, match=rf"a.study.yaml:8:.*there is no {name}"):
        expand(file, file.study)  # type: ignore[arg-type]


WHEN = "quantities: {p: {of: max_pressure_li, when: {collector_force: FORCE}}}\n"


def test_a_force_in_another_unit_than_the_histories_have_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.study.yaml"
    path.write_text(HEAD + AXES + WHEN.replace("FORCE", "5 N"), encoding="utf-8")
    file = load_study(path)
    with pytest.raises(CaseError, match=r"a.study.yaml:8:.*collector_force of this case is in N/m"):
        expand(file, file.study)  # type: ignore[arg-type]
    path.write_text(HEAD + AXES + WHEN.replace("FORCE", "5 kN/m"), encoding="utf-8")
    file = load_study(path)
    assert len(expand(file, file.study).points) == 4  # type: ignore[arg-type]


def test_a_mark_of_a_figure_in_another_unit_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.study.yaml"
    figure = "figures: {a: {kind: curves, x: i, y: p, thresholds: {p: 5 N}}}\n"
    path.write_text(f"{HEAD}{AXES}quantities: {{p: collector_force}}\n{figure}", encoding="utf-8")
    file = load_study(path)
    with pytest.raises(CaseError, match=r"a.study.yaml:9:.*collector_force of this case is in N/m"):
        expand(file, file.study)  # type: ignore[arg-type]


def test_such_a_force_of_a_mesh_file_is_told_when_a_run_is_read(tmp_path: Path) -> None:
    """Whether the mesh is plane or solid is known from its file alone."""
    (tmp_path / "flat.msh").write_text("is not read", encoding="utf-8")
    base = tmp_path / "base.yaml"
    base.write_text(OF_A_FILE, encoding="utf-8")
    path = tmp_path / "a.study.yaml"
    axes = "axes: {i: {key: growth.current_density, values: [1 A/cm^2]}}\n"
    path.write_text(f"name: s\nbase: base.yaml\n{axes}{WHEN.replace('FORCE', '5 N')}", encoding="utf-8")
    file = load_study(path)
    plan = expand(file, file.study)  # type: ignore[arg-type]
    (point,) = plan.points
    folder = tmp_path / "points" / point.folder
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    for unit, status in (("N_per_m", "failed"), ("N", "completed")):
        head = f"time_s,max_pressure_li_Pa,collector_force_{unit}"
        (folder / "history.csv").write_text(f"{head}\n1,2e6,4\n2,4e6,6\n", encoding="utf-8")
        row = row_of(plan, point, tmp_path, "completed")
        assert row["status"] == status
        assert row.get("p_Pa") == (3e6 if unit == "N" else None)
    assert row["reason"] == ""


def test_the_estimate_grows_with_the_points(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, AXES)
    two, four = (estimate(plan, plan.points[:n]) for n in (2, 4))
    assert 0.0 < two.seconds < four.seconds < 100.0
    assert four.size == 2 * two.size > 1e5


def test_a_first_study_file_is_valid(tmp_path: Path) -> None:
    keys = ["growth.current_density", "geometry.pit.depth", "constraints.electrolyte_side"]
    path = first_study(CASES / "eruption.yaml", keys, tmp_path / "new.study.yaml")
    file = load_study(path)
    plan = expand(file, file.study)  # type: ignore[arg-type]
    assert len(plan.points) == 5 * 5 * len(plan.study.axes["electrolyte_side"].values or ())
    assert plan.study.figures["curves"].x == "depth"  # type: ignore[union-attr]
    file = load_study(first_study(CASES / "eruption.yaml", keys[:2], tmp_path / "two.study.yaml"))
    maps = file.study.figures  # type: ignore[union-attr]
    assert [(figure.kind, figure.x, figure.y) for figure in maps.values()] == [("map", "depth", "current_density")] * 2
    two = tmp_path / "two.study.yaml"
    two.write_text(two.read_text(encoding="utf-8").replace("# set: ", "set: "), encoding="utf-8")
    assert load_study(two).study.set == {"geometry.mesh.refinement": 0.4}  # type: ignore[union-attr]
    with pytest.raises(CaseError, match=r"no value geometry\.pit\.deph"):
        first_study(CASES / "eruption.yaml", ["geometry.pit.deph"], tmp_path / "other.study.yaml")
