"""The JSON schema beside the cases is current and accepts every valid case.

What would hurt most: an editor that marks right cases as wrong.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from platingx.config.case import Case
from platingx.config.keys import all_keys
from platingx.config.schema import case_schema, schema_text
from platingx.config.study import STUDY_ENDING

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "cases"
CASE_FILES = [path for path in sorted(CASES.glob("*.yaml")) if not path.name.endswith(STUDY_ENDING)]


def test_the_committed_schema_is_current() -> None:
    committed = (CASES / "case.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "make it again: platingx schema --out cases/case.schema.json"


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_cases_name_the_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=case.schema.json\n")


@pytest.mark.parametrize("path", [HERE / "good.yaml", *CASE_FILES], ids=lambda path: path.stem)
def test_valid_cases_are_valid_by_the_schema(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(case_schema())
    jsonschema.validate(data, case_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "name", ["bare_number_length", "unknown_key", "unknown_profile", "unknown_material", "movie_text"]
)
def test_the_schema_sees_common_mistakes(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = YAML(typ="safe", pure=True).load((HERE / "broken" / f"{name}.yaml").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, case_schema(), cls=jsonschema.Draft202012Validator)


def test_every_key_is_described() -> None:
    schema = case_schema()
    blocks = {"case": schema, **schema["$defs"]}
    undescribed = [
        f"{name}.{key}"
        for name, block in blocks.items()
        for key, field in _properties(block).items()
        if "description" not in field and not _refers(field)
    ]
    assert undescribed == []


def _properties(block: dict[str, Any]) -> dict[str, Any]:
    own = dict(block.get("properties", {}))
    for part in block.get("anyOf", ()):
        own |= part.get("properties", {})
    return own


def _refers(field: dict[str, Any]) -> bool:
    """Whether the description is that of the block it refers to."""
    return "$ref" in json.dumps(field)


def test_keys_of_the_models() -> None:
    keys = all_keys(Case)
    assert "geometry.pit.depth" in keys
    assert "materials.*.viscoplasticity.stress_exponent" in keys
    assert "calibration.*.target" in keys
