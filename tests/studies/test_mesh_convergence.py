"""What would hurt most: a study that loses a finished run, or a failed one that hides in the table."""

import json
from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.post.comparison import step_size_errors
from platingx.post.table import ComparisonRow
from platingx.run.runner import run_case
from platingx.studies.local_run import Resources
from platingx.studies.mesh_convergence import compare_meshes, plan_comparison, with_half_steps
from platingx.studies.watchers import Unheard

HEADLINES = ("max_pressure_li", "max_principal_stress_llzo")
CASES = Path(__file__).parents[2] / "cases"

TINY = """
extends: {case}
name: {name}
geometry: {{mesh: {{refinement: 0.3}}}}
time: {{end: 1 ms, {time}}}
calibration: []
published:
  - {{quantity: max_pressure_li, value: 130 MPa, source: nobody}}
output: {{figures: false}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    good = TINY.format(case=CASES / "eruption.yaml", name="good", time="maximum_step: 0.5 ms")
    bad = TINY.format(case=CASES / "eruption.yaml", name="bad", time="initial_step: 1 ms, minimum_step: 1 ms")
    bad += "solver: {newton: {maximum_iterations: 1}}\n"
    (tmp_path / "good.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(bad, encoding="utf-8")
    path = tmp_path / "both.study.yaml"
    path.write_text("name: both\ncases: [good.yaml, bad.yaml]\nrefinements: [0.7, 1, 1.4]\n", encoding="utf-8")
    return path


def compare(study: Path, out: Path, retry: bool = False) -> tuple[Path, list[ComparisonRow], list[str]]:
    """Folder and rows of a study, and the runs that it started."""
    comparison, started = plan_comparison(study, out), Started()
    rows = compare_meshes(comparison, Resources(), started, retry)
    return comparison.folder, rows, [comparison.labels[number] for number in started.numbers]


class Started(Unheard):
    """Remembers which runs were started."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def started(self, number: int) -> None:
        self.numbers.append(number)


def test_a_study_compares_keeps_and_reports_failures(study: Path, tmp_path: Path) -> None:
    folder, rows, started = compare(study, tmp_path / "out")
    assert len(started) == len(set(started)) == 7  # six on meshes, one with half the steps
    pressure = next(row for row in rows if row.case == "good" and row.quantity == "max_pressure_li")
    assert pressure.computed == pytest.approx(pressure.published, rel=0.3)
    assert pressure.mesh_error_percent is not None
    assert 0.0 < pressure.mesh_error_percent < 10.0
    assert pressure.step_error_percent is not None
    assert 0.0 < pressure.step_error_percent < 10.0
    assert (folder / "good" / "mesh-0.7-half-steps" / "summary.json").exists()
    failed = [row for row in rows if row.case == "bad"]
    assert failed
    assert all(row.computed is None and "no equilibrium" in row.remark for row in failed)
    assert (folder / "good" / "mesh-1" / "fields.bp").exists()

    good = study.with_name("good.yaml")
    text = good.read_text(encoding="utf-8")
    good.write_text(text.replace("figures: false", "figures: false, checkpoint: {keep: 3}"), encoding="utf-8")
    manifest = folder / "good" / "mesh-0.7" / "manifest.json"
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(
        json.dumps(facts | {"results_source_sha256": "0" * 64}), encoding="utf-8"
    )  # by a program since changed
    _, again, started = compare(study, tmp_path / "out")
    assert started == ["good, mesh x 0.7"]
    assert again == rows
    _, _, started = compare(study, tmp_path / "out", retry=True)
    assert started == ["bad, mesh x 0.7", "bad, mesh x 1", "bad, mesh x 1.4"]


@pytest.mark.parametrize("name", ["eruption", "low_rate"])
def test_the_reported_step_error_covers_the_true_one(name: str, tmp_path: Path) -> None:
    """The true one from steps of an eighth, on a coarse mesh; the estimate is not ten times too large either.

    Newton's effort chooses the steps of low_rate: half the bounds of its steps would leave most of them as they are.
    """
    coarse = [("geometry.mesh.refinement", "0.3"), ("output.figures", "false"), ("solver.preset", "direct")]
    case = load_case(CASES / f"{name}.yaml", coarse)
    runs = [run_case(case, tmp_path / "0", quiet=True)]
    for level in range(1, 4):
        finer = with_half_steps(case, list(runs[-1].history["time_s"]))
        runs.append(run_case(finer, tmp_path / str(level), quiet=True))
        assert len(runs[-1].history) >= 2 * len(runs[-2].history)
    whole, half, eighth = runs[0], runs[1], runs[3]
    for quantity, estimate in step_size_errors(whole, half, HEADLINES).items():
        fine = eighth.quantity(quantity)
        true = 100 * abs(whole.quantity(quantity) - fine) / fine
        assert true <= estimate + 1e-3, quantity
        assert estimate <= 10 * true + 0.02, quantity
