"""What would hurt most: numbers that the data do not hold, or do not tell; another end after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from html_pages import HtmlPage
from tests.support.stub_calibration import calibrate_stub

from platingx.cli.main import execute
from platingx.config.calibration_loader import load_calibration
from platingx.config.loader import load_case
from platingx.config.study_parameters import WantedBlock
from platingx.errors import CaseError, ConvergenceError
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.studies.calibration.case_files import write_cases
from platingx.studies.calibration.figures import draw_calibration
from platingx.studies.calibration.identification import identify, sentences_on
from platingx.studies.calibration.outcome import Outcome
from platingx.studies.calibration.problem import problem_of
from platingx.studies.table import quantities_of

CASES = Path(__file__).parents[2] / "cases"
END = 28.26e-3
HEAD = f"""
name: fit
cases: {{one: {CASES / "eruption.yaml"}}}
"""
DEPTH = "depth: {key: geometry.pit.depth, start: 30 nm, low: 20 nm, high: 120 nm}"
WIDTH = "width: {key: geometry.pit.half_width, start: 50 nm, low: 20 nm, high: 60 nm, scale: log}"
CURRENT = "current: {key: growth.current_density, start: 2 A/cm^2, low: 1 A/cm^2, high: 4 A/cm^2}"
# 2 A/cm^2, a depth of 80 nm and a half width of 40 nm in the closed forms of the stub
PRESSURE = "p: {case: one, of: max_pressure_li, value: 4.5216 GPa, uncertainty: 1 %, source: made}"
STRESS = "s: {case: one, of: max_principal_stress_llzo, value: 6.72428 GPa, uncertainty: 0.05 GPa, source: made}"


def file_of(folder: Path, parameters: list[str], targets: list[str], more: str = "", head: str = HEAD) -> Path:
    path = folder / "a.calibration.yaml"
    blocks = [f"{name}:\n" + "".join(f"  {line}\n" for line in lines) for name, lines in
              (("parameters", parameters), ("targets", targets))]  # fmt: skip
    path.write_text(head + "".join(blocks) + more, encoding="utf-8")
    return path


def chosen(outcome: Outcome) -> dict[str, float]:
    settings = outcome.problem.settings(outcome.best.shares)
    return {name: float(found.number or 0.0) for name, found in settings.items()}


def test_numbers_are_recovered_with_their_intervals_though_trial_runs_fail(tmp_path: Path) -> None:
    """In the logarithm the first step of the optimiser asks for a pit of 64 nm, which has no equilibrium."""
    depth = DEPTH.replace("120 nm", "120 nm, scale: log")
    outcome = calibrate_stub(file_of(tmp_path, [depth, WIDTH], [PRESSURE, STRESS]), tmp_path / "out")
    found = chosen(outcome)
    assert found["depth"] == pytest.approx(80e-9, rel=1e-4)
    assert found["width"] == pytest.approx(40e-9, rel=1e-4)
    # p is proportional to the depth and s to the width: their relative uncertainties are those of the targets
    low, high = (outcome.number(0, end) for end in outcome.interval(0) or ())
    assert np.log(high / low) / 2 == pytest.approx(1.96 * 0.01, rel=1e-3)
    low, high = (outcome.number(1, end) for end in outcome.interval(1) or ())
    assert np.log(high / low) / 2 == pytest.approx(1.96 * 0.05 / 6.72428, rel=1e-3)
    assert abs(outcome.identification.correlation[0, 1]) < 1e-6
    assert outcome.conclusions() == [
        "2 numbers chosen to meet 2 targets: that the targets are met is no evidence for the model"
    ]
    table = pd.read_csv(tmp_path / "out" / "results.csv")
    assert len(table) == outcome.evaluations
    assert table["chi_squared"].min() == pytest.approx(outcome.best.chi_squared, abs=1e-9)
    failed = table[table["status"] == "failed"]
    assert len(failed) > 0
    assert set(failed["reason"]) == {"one: no equilibrium"}


def test_a_pair_of_which_only_the_product_counts_is_told(tmp_path: Path) -> None:
    outcome = calibrate_stub(
        file_of(tmp_path, [DEPTH, CURRENT, WIDTH], [PRESSURE, STRESS, PRESSURE.replace("p:", "again:")]), tmp_path / "o"
    )
    found = chosen(outcome)
    assert found["depth"] * found["current"] == pytest.approx(80e-9 * 2e4, rel=1e-3)
    assert found["width"] == pytest.approx(40e-9, rel=1e-3)
    assert outcome.identification.identified == 2
    assert [outcome.interval(k) is None for k in range(3)] == [True, True, False]
    told = [text for text in outcome.conclusions() if "do not identify" in text]
    assert len(told) == 1
    assert told[0].startswith("the targets do not identify depth and current one by one")


def test_the_report_says_what_was_chosen_and_what_is_not_known(tmp_path: Path, capsys) -> None:
    """The stub does not look at the duration: it has no interval, and the page is in doubt."""
    duration = "duration: {key: time.end, start: 30 ms, low: 20 ms, high: 40 ms}"
    out = tmp_path / "out"
    outcome = calibrate_stub(file_of(tmp_path, [CURRENT, duration], [PRESSURE, STRESS]), out)
    draw_calibration(outcome, out)
    assert execute(["report", str(out)]) == 0
    page = HtmlPage(out / "report.html")
    page.assert_for_all_readers()
    assert (page.title, page.heading) == ("fit - platingx calibration", "fit")
    ((tone, text),) = page.notices
    assert tone == "doubt"
    assert text.startswith("2 numbers chosen to meet 2 targets chi² = ")
    assert "no evidence for the model" in text
    assert "The targets do not identify duration." in text
    headers, *rows = page.tables["Chosen numbers"]
    assert headers == ["number", "value", "95 % interval", "bounds", "start", "key"]
    assert [row[2] == "not identified" for row in rows] == [False, True]
    assert rows[0][3:] == ["1 A/cm^2 to 4 A/cm^2", "2 A/cm^2", "growth.current_density"]
    target = page.tables["Targets"][1]
    assert target[:3] == ["p", "one", "max pressure li"]
    assert target[4:6] == ["4.522 GPa", "45 MPa"]
    assert "no evidence" in page.sections["What the targets tell, and what they do not"]
    assert "growth.current_density): chosen here" in page.sections["What the numbers rest on"]
    assert [row[1] for row in page.tables["Directions"][1:]].count("no") == 1
    assert len(page.pictures) == 2
    (out / "calibration.json").unlink()
    assert execute(["report", str(out)]) == 5
    assert "has come to its end" in capsys.readouterr().err
    (out / "calibration.json").write_text("{}")
    assert execute(["report", str(out)]) == 5
    assert "not the file of a calibration" in capsys.readouterr().err


def test_a_coarse_search_comes_first_and_gives_the_differences(tmp_path: Path) -> None:
    """The coarse pressure is 5 % too large: the result must be that of the cases as they are."""
    coarse = "search: {coarse: {geometry.mesh.refinement: 0.5}}\n"
    outcome = calibrate_stub(
        file_of(tmp_path, [DEPTH.replace("30", "70"), WIDTH], [PRESSURE, STRESS], coarse), tmp_path
    )
    assert chosen(outcome)["depth"] == pytest.approx(80e-9, rel=1e-3)
    table = pd.read_csv(tmp_path / "results.csv")
    assert table[table["stage"] == "coarse"]["chi_squared"].min() < 0.01
    full = table[table["stage"] == "full"]
    assert set(full["purpose"]) == {"search"}
    assert len(full) <= 4
    np.testing.assert_allclose(outcome.best.computed, [4.5216e9, 6.72428e9], rtol=1e-3)


def test_a_curve_is_a_target_and_a_profile_finds_what_intervals_miss(tmp_path: Path) -> None:
    """Stress over pressure and pressure over time, in tables with units of their own."""
    times = END * np.array([0.2, 0.5, 1.0])
    rows = "".join(f"{1e3 * t},{160 * t}\n" for t in times)
    (tmp_path / "p.csv").write_text(f"# digitised\ntime [ms],max_pressure_li [GPa]\n{rows}")
    times[-1] = 0.9 * END  # a run of 75 nm does not come further
    rows = "".join(f"{160e9 * t},{40 * np.sqrt(t)}\n" for t in times)
    (tmp_path / "s.csv").write_text(f"max_pressure_li_Pa,max_principal_stress_llzo_GPa\n{rows}")
    p = "p: {case: one, of: max_pressure_li, table: p.csv, uncertainty: 1 %, source: made}"
    s = "s: {case: one, of: max_principal_stress_llzo, table: s.csv, uncertainty: 2 %, source: made}"
    outcome = calibrate_stub(file_of(tmp_path, [DEPTH.replace("30", "75"), WIDTH], [p, s]), tmp_path / "o", ["depth"])
    found = chosen(outcome)
    assert found["depth"] == pytest.approx(80e-9, rel=1e-3)
    assert found["width"] == pytest.approx(40e-9, rel=1e-3)
    assert len(outcome.best.residuals) == 6
    assert outcome.best.computed.shape == (6,)
    profile = outcome.profiles[0]
    interval = outcome.interval(0) or (0.0, 0.0)
    assert (profile.low, profile.high) == pytest.approx(interval, abs=2e-3)
    paths = draw_calibration(outcome, tmp_path)
    assert {path.stem for path in paths} == {"targets", "identification", "curve_p", "curve_s", "profiles"}


def test_a_case_file_says_what_was_chosen_and_for_what(tmp_path: Path) -> None:
    targets = [PRESSURE, STRESS, "q: {case: two, of: max_pressure_li, value: 4.54 GPa, uncertainty: 1 %, source: seen}"]
    head = f"""
name: fit
cases:
  one: {CASES / "eruption.yaml"}
  two: {{base: {CASES / "eruption.yaml"}, set: {{growth.current_density: 3 A/cm^2}}}}
"""
    outcome = calibrate_stub(file_of(tmp_path, [DEPTH, WIDTH], targets, head=head), tmp_path / "out")
    write_cases(outcome, tmp_path / "out")
    case = load_case(tmp_path / "out" / "cases" / "two.yaml")
    assert float(case.growth.current_density.values[0]) == 3e4
    assert float(case.geometry.pit.depth) == pytest.approx(80.16e-9, rel=1e-3)
    entries = {(entry.parameter, entry.quantity, entry.case) for entry in case.calibration}
    assert entries == {
        ("geometry.pit.depth", "max_pressure_li", ""),
        ("geometry.pit.half_width", "max_principal_stress_llzo", "fit_one"),
    }
    assert all("2 numbers chosen to meet 3 targets" in entry.note for entry in case.calibration)
    assert [(value.quantity, float(value.value)) for value in case.published] == [("max_pressure_li", 4.54e9)]
    content = json.loads((tmp_path / "out" / "calibration.json").read_text())
    assert content["chosen_numbers"] == 2
    assert content["targets"]["q"]["residual"] == pytest.approx(outcome.best.residuals[2])
    assert len(content["jacobian"]["values"]) == 3


def test_killed_at_any_moment_it_ends_with_the_same_numbers_and_runs_nothing_twice(tmp_path: Path) -> None:
    file, out, calm = file_of(tmp_path, [DEPTH, WIDTH], [PRESSURE, STRESS]), tmp_path / "out", tmp_path / "calm"
    expected = calibrate_stub(file, calm)
    driver = Path(__file__).parents[1] / "support" / "stub_calibration.py"
    roots = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("solver", "meshes", "."))
    for runs in (2, 9):
        process = subprocess.Popen(
            [sys.executable, str(driver), str(file), str(out), "0.05"], env={**os.environ, "PYTHONPATH": roots}
        )
        end = time.monotonic() + 1800.0
        while len(list(out.glob("points/*/history.csv"))) < runs and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    before = {path: path.stat().st_mtime_ns for path in out.glob("points/*/history.csv")}
    found = calibrate_stub(file, out)
    assert found.runs <= expected.runs - len(before) + 1
    np.testing.assert_array_equal(found.jacobian, expected.jacobian)
    assert (out / "results.csv").read_text() == (calm / "results.csv").read_text()
    kept = {path: path.stat().st_mtime_ns for path in before if path.stat().st_mtime_ns == before[path]}
    assert len(kept) >= len(before) - 1  # but for the one that ran when its worker was told to stop


def test_a_start_without_result_and_a_worker_that_dies_are_told(tmp_path: Path) -> None:
    beyond = DEPTH.replace("30 nm", "100 nm")
    with pytest.raises(ConvergenceError, match="no result at the start values: one: no equilibrium"):
        calibrate_stub(file_of(tmp_path, [beyond], [PRESSURE]), tmp_path / "a")
    deadly = DEPTH.replace("30 nm", "79 nm")
    with pytest.raises(ConvergenceError, match="its process ended 2 times with signal SIGKILL"):
        calibrate_stub(file_of(tmp_path, [deadly], [PRESSURE]), tmp_path / "b")


GOOD = ([DEPTH, WIDTH], [PRESSURE, STRESS])


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("low: 20 nm", "low: 20 GPa", ":5:", "low is of pressure and high of length"),
        ("start: 30 nm", "start: 10 nm", ":5:", "outside of the bounds"),
        ("high: 120 nm", "high: 10 nm", ":5:", "the bounds are not in order"),
        ("key: geometry.pit.depth", "key: geometry.pit.dept", ":5:", "unknown key 'dept'"),
        ("key: geometry.pit.depth", "key: time.end", ":5:", "time.end"),
        ("value: 4.5216 GPa", "value: 4.5216 nm", ":8:", "max_pressure_li"),
        ("value: 4.5216 GPa", "value: 4.5216", ":8:", "has no unit"),
        ("of: max_pressure_li", "of: max_pressure_na", ":8:", "there is no max_pressure_na in this case"),
        ("of: max_pressure_li", "of: mean_pressure_llzo", ":8:", "there is no mean_pressure_llzo in this case"),
        ("of: max_pressure_li", "of: residual", ":8:", "not a result of a run"),
        ("uncertainty: 1 %", "uncertainty: 0 %", ":8:", "without uncertainty"),
        ("uncertainty: 1 %", "uncertainty: 1 nm", ":8:", "max_pressure_li"),
        ("case: one", "case: two", ":8:", "there is no case two"),
        ("value: 4.5216 GPa", "table: none.csv", "none.csv", "there is no such file"),
        ("value: 4.5216 GPa", "take: end", ":8:", "neither a value nor a table"),
        ("targets:", "derived: {geometry.pit.half_width: depth^1.5}\ntargets:", ":7:", "no key of a case is of"),
        ("targets:", "derived: {geometry.pit.depth: width}\ntargets:", "", "is given by parameters.depth.key already"),
        ("width: {key: geometry.pit.half_width, ", "width: {", ":6:", "the parameter changes nothing"),
        ("targets:", "search: {coarse: {geometry.mesh.refinemen: 0.3}}\ntargets:", ":7:", "refinemen"),
        ("parameters:", "parameter:", ":4:", "unknown key 'parameter'"),
    ],
)
def test_mistakes_are_told_with_their_place_before_anything_runs(
    old: str, new: str, place: str, message: str, tmp_path: Path
) -> None:
    path = file_of(tmp_path, *GOOD)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(CaseError) as raised:
        problem_of(load_calibration(path))
    told = str(raised.value)
    assert message in told
    assert place in told


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("time_s,max_pressure_li", "0.01,1\n", "is no quantity with its unit"),
        ("time_s,max_principal_stress_llzo_Pa", "0.01,1\n", "the second column is max_principal_stress_llzo"),
        ("time_s,max_pressure_li_GPa", "0.01,a\n", "'a' is no value of max_pressure_li"),
        ("time_s,max_pressure_li_GPa", "0.01,1,2\n", "the row has 3 columns"),
        ("time_s,max_pressure_li_GPa", "", "the table has 0 rows"),
        ("time_s,max_pressure_li_GPa", "0.01,1\n0.05,2\n", "later than the end of the case"),
    ],
)
def test_mistakes_of_tables_are_told_with_their_line(header: str, rows: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(f"{header}\n{rows}")
    target = "p: {case: one, of: max_pressure_li, table: p.csv, uncertainty: 1 %, source: made}"
    with pytest.raises(CaseError, match=r"p\.csv") as raised:
        problem_of(load_calibration(file_of(tmp_path, [DEPTH], [target])))
    assert message in str(raised.value)


def test_what_a_jacobian_identifies_is_that_of_linear_least_squares() -> None:
    """Covariance of y = a + b x at four points, and a third parameter that is the sum of both."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    jacobian = 100.0 * np.column_stack([np.ones(4), x])
    found = identify(jacobian)
    sum_of_squares = float(((x - x.mean()) ** 2).sum())
    assert found.deviations[1] == pytest.approx(0.01 / np.sqrt(sum_of_squares), rel=1e-12)
    assert found.deviations[0] == pytest.approx(0.01 * np.sqrt(0.25 + x.mean() ** 2 / sum_of_squares), rel=1e-12)
    assert found.correlation[0, 1] == pytest.approx(-x.mean() / np.sqrt((x**2).mean()), rel=1e-12)
    both = identify(np.column_stack([jacobian, jacobian.sum(axis=1)]))
    assert both.identified == 2
    assert np.isinf(both.deviations).all()
    few = identify(jacobian[:1])
    assert few.identified == 1
    told = sentences_on(few, ["a", "b"], np.array([0.5, 1.0]), np.array([0.1]))
    assert told[0] == "2 numbers chosen to meet 1 target: that the targets are met is no evidence for the model"
    assert told[1].startswith("the targets do not identify b: ")
    assert told[2] == "b is at its upper bound: the targets want it beyond"
    told = sentences_on(few, ["a", "b"], np.array([0.5, 0.5]), np.array([-92.8]))
    assert told[0].endswith(", and they do not: a target is missed by 92.8 standard uncertainties within the bounds")
    missed = sentences_on(found, ["a", "b"], np.array([0.5, 0.5]), np.array([3.0, -3.0, 3.0, -3.0]))
    assert any("missed by more than their uncertainties allow" in text for text in missed)


REAL = f"""
name: real
cases:
  one: {{base: {CASES / "eruption.yaml"}, set: {{geometry.mesh.refinement: 0.25}}}}
parameters:
  depth: {{key: geometry.pit.depth, start: 55 nm, low: 40 nm, high: 70 nm}}
  current: {{key: growth.current_density, start: 2.05 A/cm^2, low: 1.5 A/cm^2, high: 3 A/cm^2}}
  duration: {{key: time.end, start: 27.2 ms, low: 20 ms, high: 40 ms}}
targets:
  p: {{case: one, of: max_pressure_li, value: P, uncertainty: 0.5 %, source: made}}
  s: {{case: one, of: max_principal_stress_llzo, value: S, uncertainty: 0.5 %, source: made}}
  early: {{case: one, of: max_principal_stress_llzo, when: {{max_pressure_li: 3 GPa}}, value: E, uncertainty: 1 %,
          source: made}}
"""


def test_the_command_recovers_synthetic_data_of_real_runs_within_one_percent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a closed gap lithium hardly flows: what counts of current and duration is the charge, their product."""
    truth = load_case(CASES / "eruption.yaml", [("geometry.mesh.refinement", "0.25"), ("output.figures", "false")])
    run_case(truth, tmp_path / "truth", quiet=True)
    wanted = {
        "P": WantedBlock(of="max_pressure_li"),
        "S": WantedBlock(of="max_principal_stress_llzo"),
        "E": WantedBlock(of="max_principal_stress_llzo", when={"max_pressure_li": "3 GPa"}),
    }
    text = REAL
    for name, value in zip(wanted, quantities_of(wanted, RunResults(tmp_path / "truth")).values(), strict=True):
        text = text.replace(f"value: {name}", f"value: {value!r} Pa")
    path = tmp_path / "real.calibration.yaml"
    path.write_text(text)
    assert execute(["calibrate", str(path), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "the targets do not identify current and duration one by one" in told
    page = HtmlPage(tmp_path / "out" / "report.html")
    assert "growth.current_density" in page.sections["The calibration file"]
    assert {"dolfinx", "sources"} <= set(page.sections["Versions"].replace("\n", " ").split())
    content = json.loads((tmp_path / "out" / "calibration.json").read_text())
    found = {name: block["value"] for name, block in content["parameters"].items()}
    assert found["depth"] == pytest.approx(56.1e-9, rel=0.01)
    assert found["current"] * found["duration"] == pytest.approx(2e4 * 28.26e-3, rel=0.01)
    assert content["parameters"]["depth"]["interval"] is not None
    assert content["parameters"]["current"]["interval"] is None
    assert float(load_case(tmp_path / "out" / "cases" / "one.yaml").geometry.pit.depth) == found["depth"]
    assert execute(["calibrate", str(path), "--out", str(tmp_path / "out")]) == 0
    again = json.loads((tmp_path / "out" / "calibration.json").read_text())
    assert again == content | {"runs_of_this_command": 0}
