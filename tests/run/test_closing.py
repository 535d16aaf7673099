"""What would hurt most if lost: a run that ends says what came out, how far it is to be trusted, and where it lies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.errors import ConvergenceError
from platingx.post.results import open_run
from platingx.run.closing import closing_lines
from platingx.run.log import RunLog
from platingx.run.runner import run_case
from platingx.stepping.march import Step

CASES = Path(__file__).parents[2] / "cases"
SHORT = [
    ("geometry.mesh.refinement", "0.3"),
    ("time.end", "0.2 ms"),
    ("output.figures", "false"),
    ("output.checkpoint.every_steps", "1"),
]
SUMMARY = {
    "outcome": "completed",
    "case": "eruption",
    "quantities": {
        "max_pressure_li": {"value_Pa": 4.9e9, "place_m": [8e-7, 1.72e-7], "time_s": 0.02826},
        "mean_pressure_li": {"value_Pa": 4.8e9, "time_s": 0.02826},
        "time_at_fracture": {"value_s": 0.0279},
    },
    "verdict": {"sentence": "The electrolyte cracks."},
    "warnings": ["li passes through llzo"],
    "unverified_inputs": ["llzo elasticity.poisson_ratio = 0.26"],
    "doubtful_inputs": ["time.end: long"],
    "calibrated": [
        {"quantity": "max_pressure_li", "parameter": "time.end", "case": "eruption"},
        {"quantity": "max_pressure_li", "parameter": "geometry.pit.depth", "case": "other"},
    ],
}


def test_the_last_lines_of_a_summary() -> None:
    pictures = [Path("runs/a/figures") / name for name in ("one.png", "two.png")]
    assert closing_lines(SUMMARY, pictures) == [
        "verdict, in doubt by the warnings below: The electrolyte cracks.",
        "results (places are those before deformation)",
        "    max pressure li   4.90 GPa at (800, 172) nm, t = 28.3 ms",
        "    time at fracture  27.9 ms",
        "warning: li passes through llzo",
        "unverified: llzo elasticity.poisson_ratio = 0.26",
        "doubtful: time.end: long",
        "calibrated: time.end to max_pressure_li",
        "calibrated: geometry.pit.depth to max_pressure_li of other",
        "pictures in runs/a/figures: one.png, two.png",
    ]


def test_a_verdict_without_warnings_stands() -> None:
    assert closing_lines({**SUMMARY, "warnings": []})[0] == "verdict: The electrolyte cracks."


def test_a_run_without_a_step_has_little_to_say() -> None:
    assert closing_lines({"outcome": "failed", "quantities": {}}) == []


def ending(folder: Path) -> list[str]:
    """Lines of a log from the last ``completed`` on, without their times."""
    lines = [re.sub(r"^\[ *[\d.]+ s\] ", "", line) for line in (folder / "run.log").read_text().splitlines()]
    start = max(number for number, line in enumerate(lines) if line.startswith(("completed:", "failed:")))
    return lines[start:]


def test_log_and_terminal_end_alike_also_after_a_resumption(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same lines in run.log and on the terminal, and nothing but them after `completed`."""
    folder = tmp_path / "out"
    for resume, end in ((False, "0.2 ms"), (True, "0.3 ms")):
        case = load_case(CASES / "eruption.yaml", [*SHORT, ("time.end", end), ("calibration.0.note", "kept")])
        run_case(case, folder, resume=resume)
        last = ending(folder)
        assert last[0].startswith("completed: ")
        assert [line.split(":")[0] for line in last if not line.startswith(" ")][1:3] == [
            "verdict",
            "results (places are those before deformation)",
        ]
        assert any(line.startswith("unverified: llzo elasticity.poisson_ratio") for line in last)
        assert any(line.startswith("calibrated: time.end to max_pressure_li") for line in last)
        shown = capsys.readouterr().err
        assert all(line in shown for line in last)
    assert closing_lines(open_run(folder).summary) == ending(folder)[1:]


def test_a_failed_run_says_how_far_it_came(tmp_path: Path) -> None:
    values = {"time.minimum_step": "0.2 ms", "time.initial_step": "0.2 ms", "time.maximum_step": "0.2 ms"}
    harsh = {
        "growth.current_density": {"table": [["0 s", "1 A/cm^2"], ["0.2 ms", "1 A/cm^2"], ["0.21 ms", "4000 A/cm^2"]]}
    }
    case = load_case(CASES / "eruption.yaml", [*SHORT, ("time.end", "0.6 ms")]).with_values({**values, **harsh})
    with pytest.raises(ConvergenceError):
        run_case(case, tmp_path / "out", quiet=True)
    last = ending(tmp_path / "out")
    assert "results so far (places are those before deformation)" in last


def step(number: int) -> Step:
    return Step(number, number * 1.0, 1.0, 3, 1e-9, 0, {})


def test_the_time_that_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of 90 s of wall time, eight of them to go: 12 minutes."""
    from types import SimpleNamespace

    from platingx.run import log as module

    now = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    log = RunLog(tmp_path / "run.log", 10.0, 0, quiet=True)
    for number in (1, 2):
        now[0] += 90.0
        log.step(step(number), SimpleNamespace(extremes={}))  # type: ignore[arg-type]
    log.step(step(10), SimpleNamespace(extremes={}))  # type: ignore[arg-type]
    log.close()
    first, second, last = (tmp_path / "run.log").read_text().splitlines()
    assert "left" not in first, "nothing is known after one step"
    assert second.endswith("about 12 min left")
    assert "left" not in last
