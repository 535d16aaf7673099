"""What would hurt most: a shipped calibration that is not valid, or an editor that marks right files as wrong."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from platingx.cli.main import execute
from platingx.config.calibration_file import CALIBRATION_ENDING
from platingx.config.calibration_loader import load_calibration
from platingx.config.loader import load_case
from platingx.config.schema import calibration_schema, calibration_schema_text
from platingx.config.study import load_study
from platingx.errors import CaseError

CASES = Path(__file__).parents[2] / "cases"
SHIPPED = sorted(CASES.rglob(f"*{CALIBRATION_ENDING}"))


def test_the_committed_schema_is_current() -> None:
    committed = (CASES / "calibration.schema.json").read_text(encoding="utf-8")
    again = "make it again: platingx schema --calibration --out cases/calibration.schema.json"
    assert committed == calibration_schema_text(), again
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json.loads(committed))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "x"}, calibration_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_calibrations_are_valid_also_by_the_schema(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    jsonschema.validate(data, calibration_schema(), cls=jsonschema.Draft202012Validator)
    assert execute(["validate", str(path)]) == 0
    assert execute(["calibrate", str(path), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "valid calibration of" in told
    assert "numbers to meet" in told


def test_one_kind_of_file_for_another_is_one_sentence() -> None:
    study, case = CASES / "studies" / "eruption_rates.study.yaml", CASES / "eruption.yaml"
    for load, path, message in (
        (load_calibration, study, "this is a study, not a calibration"),
        (load_calibration, case, "this is a case, not a calibration"),
        (load_study, SHIPPED[0], "this is a calibration, not a study"),
        (load_case, SHIPPED[0], "this is a calibration, not a case"),
    ):
        with pytest.raises(CaseError, match=message) as raised:
            load(path)
        assert len(raised.value.problems) == 1
