"""What would hurt most if lost: a picture of results without meaning looks like any other picture."""

from __future__ import annotations

import json
from pathlib import Path

from platingx.post.results import RunResults
from platingx.post.warning_lines import singular_lines, warning_lines


def run_with(folder: Path, **summary: object) -> RunResults:
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return RunResults(folder)


def test_warnings_are_broken_into_lines_and_counted_beyond_five(tmp_path: Path) -> None:
    short = run_with(tmp_path, warnings=["li passes through llzo"])
    assert warning_lines(short) == ["warning: li passes through llzo"]
    many = warning_lines(run_with(tmp_path, warnings=["word " * 50] * 4))
    assert len(many) == 5
    assert many[-1] == "more in summary.json"
    assert all(len(line) <= 104 for line in many)


def test_a_run_without_a_summary_warns_of_nothing(tmp_path: Path) -> None:
    assert warning_lines(RunResults(tmp_path)) == []
    assert singular_lines(RunResults(tmp_path), "pressure", "li") == []


def test_a_maximum_at_a_singular_point_is_named_in_its_own_figure_only(tmp_path: Path) -> None:
    marked = {"value_Pa": 1.0, "singular_point": "a bonded corner: grows without bound"}
    run = run_with(tmp_path, quantities={"max_principal_stress_llzo": marked, "max_pressure_li": {"value_Pa": 2.0}})
    assert singular_lines(run, "principal_stress_1", "llzo") == [
        "the largest value of the run is near a bonded corner: grows without bound"
    ]
    assert singular_lines(run, "pressure", "li") == []
