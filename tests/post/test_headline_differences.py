"""What would hurt most if lost: the first lines of a comparison say by how much the results changed, and which way."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.post.headline_differences import headline_differences
from platingx.post.paired_values import change_text, pair_text, value_and_unit

CALM = {
    "quantities": {
        "max_pressure_li": {"value_Pa": 4.897e9, "place_m": [0.0, 0.0], "time_s": 1.0},
        "mean_pressure_li": {"value_Pa": 4.8e9},
        "collector_force": {"value_N_per_m": 7.8e3},
        "time_at_fracture": {"value_s": 0.0279},
    },
    "verdict": {"cracks": True, "sentence": "It cracks."},
    "warnings": ["both say this"],
}
HARD = {
    "quantities": {
        "max_pressure_li": {"value_Pa": 7.666e9, "place_m": [0.0, 0.0], "time_s": 1.0},
        "mean_pressure_li": {"value_Pa": 7.6e9},
        "collector_force": {"value_N_per_m": 7.8e3},
    },
    "verdict": {"cracks": False, "sentence": "It holds."},
    "warnings": ["both say this", "only this one"],
}


def test_results_come_with_unit_sign_and_what_one_run_lacks() -> None:
    assert headline_differences(CALM, HARD) == [
        "max pressure li   4.90 GPa -> 7.67 GPa  (+57 %)",
        "time at fracture  A: 27.9 ms, B: none",
        "collector force   7.80 kN/m  (same)",
        "verdict A: It cracks.",
        "verdict B: It holds.",
        "warning in B: only this one",
    ]
    assert headline_differences(HARD, CALM)[0].endswith("7.67 GPa -> 4.90 GPa  (-36 %)")
    assert headline_differences(CALM, {}) == []
    solid = {"quantities": {"collector_force": {"value_N": 7.8e-3}, "max_pressure_li": {"value_Pa": None}}}
    unknown = {"quantities": {"max_pressure_li": {"value_Pa": None}}}
    assert headline_differences(CALM, solid)[2] == "collector force   A: 7.80 kN/m, B: 7.80 mN"
    assert headline_differences(unknown, unknown) == ["max pressure li  A: none, B: none"]


@pytest.mark.parametrize(
    ("first", "second", "unit", "texts", "change"),
    [
        (4.896920966e9, 4.896921e9, "Pa", ("4.896920966 GPa", "4.896921000 GPa"), "+6.9e-07 %"),
        (4.9e9, 9.36e6, "Pa", ("4.90 GPa", "9.36 MPa"), "x 0.00191"),
        (1e-3, 2e-2, "m", ("1.00 mm", "20.0 mm"), "x 20.0"),
        (12, 24, "", ("12", "24"), "+100 %"),
        (0.0, 3.0, "m", ("0 m", "3.00 m"), ""),
        (-1.0, 1.0, "N", ("-1.00 N", "1.00 N"), "+200 %"),
        (2.0, 2.0, "s", ("2.00 s", "2.00 s"), "same"),
    ],
)
def test_two_values(first: float, second: float, unit: str, texts: tuple[str, str], change: str) -> None:
    assert pair_text(first, second, unit) == texts
    assert change_text(first, second) == change


def test_values_that_are_not_finite() -> None:
    assert change_text(math.nan, 1.0) == ""
    assert pair_text(math.inf, 1.0, "Pa")[1] == "1.00 Pa"


def test_units_come_from_the_text_or_the_key() -> None:
    assert value_and_unit("20000.0 A/m^2", "case.growth.current_density") == (2e4, "A/m^2")
    assert value_and_unit(4.9e9, "summary.max_pressure_li.value_Pa") == (4.9e9, "Pa")
    assert value_and_unit(True, "summary.verdict.cracks") is None
    assert value_and_unit("wall", "case.constraints.metal_side") is None


def test_the_command_begins_with_inputs_and_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    for name, summary, current in (("a", CALM, "20000.0 A/m^2"), ("b", HARD, "30000.0 A/m^2")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "case.resolved.yaml").write_text(f"growth: {{current_density: {current}}}\n")
        (folder / "summary.json").write_text(json.dumps(summary))
    assert execute(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 6
    out = capsys.readouterr().out
    assert out.index("growth.current_density: 2.00 A/cm² -> 3.00 A/cm²") < out.index("(+57 %)") < out.index("All diff")
