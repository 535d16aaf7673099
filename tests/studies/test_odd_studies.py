"""What a stranger may write: files that are not there, axes of other things than numbers, results that no run has."""

import math
from pathlib import Path

import pytest

from platingx.cli.commands.study_results import show_results
from platingx.cli.main import execute
from platingx.config.calibration_loader import load_calibration
from platingx.config.study import load_comparison, load_study
from platingx.errors import MOST_TOLD, CaseError, InputError
from platingx.studies.calibration.problem import problem_of
from platingx.studies.cost import Cost, estimate
from platingx.studies.first_file import first_study
from platingx.studies.points import Plan, expand
from platingx.studies.table import row_of, write_table

CASES = Path(__file__).parents[2] / "cases"
HEAD = f"name: s\nbase: {CASES / 'eruption.yaml'}\nset: {{geometry.mesh.refinement: 0.3}}\n"
TARGETS = "targets: {t: {case: a, of: max_pressure_li, value: 4.9 GPa, uncertainty: 1 %, source: x}}\n"
PARAMETERS = "parameters: {d: {key: geometry.pit.depth, low: 20 nm, high: 80 nm, start: 50 nm}}\n"
AXIS = "axes: {d: {key: geometry.pit.depth, values: [50 nm, 40 nm]}}\n"
WANTED = "quantities: {p: max_pressure_li, c: spring_energy}\n"
FLAWS = "{flaws: [{name: tip, at: pit_tip, lengths: [1 nm, 2.5 nm], faces: metal}]}"
CURRENTS = "{table: [[0 s, 0 A/cm^2], [1 ms, 2 A/cm^2]]}"


def plan_of(folder: Path, text: str) -> Plan:
    path = folder / "a.study.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return plan_at(path)


def plan_at(path: Path) -> Plan:
    file = load_study(path)
    return expand(file, file.study)  # type: ignore[arg-type]


def _read(path: Path, text: str) -> None:
    if "targets" in text:
        problem_of(load_calibration(path))
    elif "cases" in text:
        load_comparison(path)
    else:
        plan_at(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"base: eruptoin.yaml\n{AXIS}{WANTED}", "2:7: base"),
        ("cases: [eruption.yaml, eruptoin.yaml]\n", "2:24: cases.1"),
        (f"cases: {{a: eruptoin.yaml}}\n{PARAMETERS}{TARGETS}", "2:12: cases.a"),
        (f"cases: {{a: {{base: eruptoin.yaml}}}}\n{PARAMETERS}{TARGETS}", "2:19: cases.a.base"),
    ],
)  # fmt: skip
def test_a_case_that_is_not_there_is_told_where_it_is_named(text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "eruption.yaml").write_text("extends: other.yaml\n", encoding="utf-8")
    path = tmp_path / "a.yaml"
    path.write_text(f"name: a\n{text}", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        _read(path, text)
    message = str(caught.value)
    assert f"a.yaml:{place}: there is no case file {tmp_path / 'eruptoin.yaml'}" in message
    assert "try:   eruption.yaml" in message


def test_one_mistake_in_an_axis_of_many_values_is_told_once(tmp_path: Path) -> None:
    axes = "axes: {i: {key: growth.current_density, linspace: {start: 1, stop: 5, num: 9}}}\n"
    with pytest.raises(CaseError) as caught:
        plan_of(tmp_path, f"{axes}quantities: {{p: max_pressure_li}}\n")
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("growth.current_density: a number without a unit where a current density belongs")
    assert lines[1].split() == ["got:", "1.0,", "1.5,", "2.0", "and", "6", "more"]
    assert len(lines) == 4


def test_a_message_is_no_longer_than_somebody_reads() -> None:
    lines = str(CaseError([InputError("wrong", "a.yaml", line) for line in range(500)])).splitlines()
    assert lines[0] == "500 problems:"
    assert lines[-1] == f"... and {500 - MOST_TOLD} more"
    assert len(lines) == MOST_TOLD + 2


def test_bounds_the_wrong_way_round_are_told(tmp_path: Path) -> None:
    axes = "axes: {d: {key: geometry.pit.depth, uniform: {low: 50 nm, high: 40 nm}}}\ndesign: {method: sobol, num: 8}\n"
    with pytest.raises(CaseError, match=r"axes\.d\.uniform\.high(?s:.*)valid: a value above 50 nm"):
        plan_of(tmp_path, f"{axes}quantities: {{p: max_pressure_li}}\n")


def test_an_axis_of_numbers_and_blocks_is_one_column_of_words(tmp_path: Path) -> None:
    numbers = f"i: {{key: growth.current_density, values: [1 A/cm^2, {CURRENTS}]}}"
    truth = "f: {key: output.figures, values: [true]}"
    plan = plan_of(tmp_path, f"axes: {{{numbers}, {truth}}}\nquantities: {{p: max_pressure_li}}\n")
    rows = [row_of(plan, point, tmp_path, "waiting") for point in plan.points]
    assert [row["i"] for row in rows] == ["1 A/cm^2", "{table: [[0 s, 0 A/cm^2], [1 ms, 2 A/cm^2]]}"]
    assert rows[0]["f"] == "true"
    assert not any(name.startswith("i_") for row in rows for name in row)


def test_points_that_share_a_run_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    axes = f"{AXIS[:-2]}, n: {{key: output.figures, values: [true, false]}}}}\n"
    assert plan_of(tmp_path, f"{axes}quantities: {{p: max_pressure_li}}\n").alike == 2
    assert execute(["study", str(tmp_path / "a.study.yaml"), "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "2 points with the numbers of another one, whose run serves both" in text
    assert "to run: 2 runs" in text


@pytest.mark.parametrize(
    ("case", "keys", "count"),
    [
        ("void_cell", ["cell.void_share", "program.0.current_density"], 25),
        ("tubule", ["tube.length"], 5),
        ("md_nucleation", ["atoms"], 5),
        ("md_deposition", ["seed"], 2),
    ],
)
def test_a_first_study_of_every_kind_is_valid(case: str, keys: list[str], count: int, tmp_path: Path) -> None:
    file = load_study(first_study(CASES / f"{case}.yaml", keys, tmp_path / "new.study.yaml"))
    assert len(expand(file, file.study).points) == count  # type: ignore[arg-type]


def completed(plan: Plan, folder: Path, columns: list[str]) -> None:
    for number, point in enumerate(plan.points):
        run = folder / "points" / point.folder
        run.mkdir(parents=True)
        (run / "manifest.json").write_text('{"wall_seconds": 1.0}', encoding="utf-8")
        head = ",".join(("time_s", "max_pressure_li_Pa", *columns[: number + 1]))
        (run / "history.csv").write_text(f"{head}\n1,2e6{',7' * (head.count(',') - 1)}\n", encoding="utf-8")


def test_a_quantity_that_no_run_has_is_told_and_takes_nothing_from_the_others(tmp_path: Path) -> None:
    """Only the model knows what springs it has, and this one has none: no point has failed."""
    plan = plan_of(tmp_path, AXIS + WANTED)
    completed(plan, tmp_path, [])
    rows = [row_of(plan, point, tmp_path, "completed") for point in plan.points]
    assert [(row["status"], row["p_Pa"], row["reason"]) for row in rows] == [
        ("completed", 2e6, "no c: this run has no spring_energy")
    ] * 2
    write_table(rows, tmp_path)
    (tmp_path / "study.yaml").write_bytes(plan.file.path.read_bytes())
    with pytest.raises(CaseError) as caught:
        show_results(plan, rows, tmp_path)
    assert "a.study.yaml:5:34: quantities.c.of: no run of this study has spring_energy" in str(caught.value)
    assert "valid: time, max_pressure_li" in str(caught.value)


def test_a_quantity_that_some_runs_have_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = plan_of(tmp_path, AXIS + WANTED)
    completed(plan, tmp_path, ["a_1", "spring_energy_J_per_m"])
    rows = [row_of(plan, point, tmp_path, "completed") for point in plan.points]
    assert [row.get("c_J_per_m", math.nan) for row in rows][1] == 7.0
    write_table(rows, tmp_path)
    (tmp_path / "study.yaml").write_bytes(plan.file.path.read_bytes())
    show_results(plan, rows, tmp_path)
    assert "no c in 1 of 2 runs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ("critical_pressure_tip", "goes with flaws (fracture), which this case does not have", ""),
        ("{of: max_pressure_li, when: {voltage: 1 V}}", "voltage goes with a circuit (electrochemistry)", ""),
        ("cracked_length", "goes with a phase field of cracks (damage)", ""),
        ("diffused_share", "goes with diffusion along interfaces (interface_diffusion)", ""),
        ("contact_force_y_collector", "goes with contact (contact)", ""),
        ("force_y_electrolyte_bottom", "there is no force_y_electrolyte_bottom in this case", ""),
        ("mean_pressure_llzo", "there is no mean_pressure_llzo in this case", "mean_pressure_li?"),
        ("time_at_fracture", "stands in summary.json", "{of: time, when: {max_principal_stress_REGION: STRENGTH}}"),
    ],
)
def test_a_quantity_that_no_point_can_have_is_told_before_anything_runs(
    wanted: str, message: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(CaseError) as caught:
        plan_of(tmp_path, f"{AXIS}quantities: {{p: max_pressure_li, c: {wanted}}}\n")
    told = str(caught.value)
    assert "a.study.yaml:5:" in told
    assert "quantities.c." in told
    assert message in told
    assert "valid: step, time, dt" in told
    assert hint in told
    assert "spent_share" not in told
    assert "stress_intensity" not in told


def test_a_part_that_an_axis_or_the_study_brings_brings_its_quantities(tmp_path: Path) -> None:
    """One point with flaws is enough; names of lengths and states are those of the history."""
    brought = f"axes: {{f: {{key: fracture, values: [null, {FLAWS}]}}}}\n"
    names = ("critical_pressure_tip", "stress_intensity_1_tip_2p5nm_filled", "critical_flaw_length_tip_filled")
    for name in names:
        assert len(plan_of(tmp_path, f"{brought}quantities: {{c: {name}}}\n").points) == 2
    for name in ("stress_intensity_1_tip_3nm_filled", "critical_flaw_length_tip_dry", "nucleation_factor_tip_filled"):
        with pytest.raises(CaseError, match=f"c.of: .*{name}"):
            plan_of(tmp_path, f"{brought}quantities: {{c: {name}}}\n")


def test_a_dry_run_of_cases_on_three_meshes_lists_them_and_what_they_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small.yaml").write_text(
        f"extends: {CASES / 'eruption.yaml'}\nname: small\ngeometry: {{mesh: {{refinement: 0.3}}}}\n", encoding="utf-8"
    )
    path = tmp_path / "c.study.yaml"
    path.write_text("name: c\ncases: [small.yaml]\n", encoding="utf-8")
    assert execute(["study", str(path), "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    labels = [f"    small, mesh x {factor}" for factor in ("0.7", "1", "1.4", "0.7, half the steps")]
    assert lines[1:5] == labels
    assert lines[5].startswith("to run: 4 runs")
    assert "MB on disk" in lines[6]
    assert not (tmp_path / "out").exists()


def test_metal_that_can_flow_is_estimated_to_take_longer(tmp_path: Path) -> None:
    """Shipped studies took 3.6 to 9.1 times as long for each step that held metal would need."""
    sides = "axes: {s: {key: constraints.metal_side, values: [wall, free]}}\n"
    plan = plan_of(tmp_path, f"{sides}quantities: {{p: max_pressure_li}}\n")
    held, free = (estimate(plan, [point]).seconds for point in plan.points)
    assert 3.0 < free / held < 9.1


@pytest.mark.parametrize(
    ("size", "words"), [(5.5e5, "0.55 MB"), (1.84e8, "180 MB"), (9.97e8, "1 GB"), (2.44e11, "240 GB")]
)
def test_disk_is_told_in_words(size: float, words: str) -> None:
    assert Cost(1.0, size, "").disk == words
