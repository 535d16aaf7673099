"""What is doubtful, dropped or calibrated in a case stands in its log, at its end, and in its summary.

What would hurt most: a mesh in nanometres computed in metres, with a doubt that validate alone had.
"""

from pathlib import Path

from two_layers import two_layers

from platingx.config.loader import load_case
from platingx.run.runner import run_case

GIVEN = "materials.li.elasticity.poisson_ratio"


def test_doubts_are_in_log_and_summary(tmp_path: Path) -> None:
    case = two_layers(
        tmp_path,
        "1 A/cm^2",
        "1 ms",
        geometry__length_unit="1 mm",
        constraints__electrolyte_side="free",
        temperature="77 K",
    )
    result = run_case(case, tmp_path / "run", quiet=True)
    log = (tmp_path / "run" / "run.log").read_text(encoding="utf-8")
    size, cold, corner = "the metal is 0.1 m, more than the usual", "is at 77 K", "electrolyte_side: free beside"
    for words in (size, cold, corner):
        assert log.count(words) == 2, words  # at the head and at the end
        assert len([line for line in result.summary["doubtful_inputs"] if words in line]) == 1
    assert len(result.summary["doubtful_inputs"]) == 3


def test_what_was_calibrated_elsewhere_is_said_so(tmp_path: Path) -> None:
    two_layers(tmp_path, "1 A/cm^2", "1 ms")
    entry = f"{{quantity: max_pressure_li, target: 1 MPa, parameter: {GIVEN}, case: other, source: nobody}}"
    (tmp_path / "child.yaml").write_text(
        f"extends: case.yaml\ndescription: fitted\ncalibration: [{entry}]\nsolver: {{preset: direct}}\n",
        encoding="utf-8",
    )
    result = run_case(load_case(tmp_path / "child.yaml"), tmp_path / "run", quiet=True)
    log = (tmp_path / "run" / "run.log").read_text(encoding="utf-8")
    assert log.count(f"calibrated: {GIVEN} to max_pressure_li of other") == 2
    expected = {"quantity": "max_pressure_li", "parameter": GIVEN, "case": "other"}
    assert result.summary["calibrated"] == [expected]
    changed = load_case(tmp_path / "child.yaml", [("temperature", "30 degC")])
    run_case(changed, tmp_path / "changed", quiet=True)
    log = (tmp_path / "changed" / "run.log").read_text(encoding="utf-8")
    assert "dropped: description, calibration of child.yaml, because this case differs in temperature" in log
    assert "calibrated:" not in log
