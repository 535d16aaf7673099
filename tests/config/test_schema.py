"""The JSON schema beside the cases is current and accepts every valid case.

What would hurt most: an editor that marks right cases as wrong.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from platingx.config.case import Case
from platingx.config.keys import all_keys
from platingx.config.loader import load_any_case
from platingx.config.schema import case_schema, kind_schema, kind_schema_text, schema_text
from platingx.config.study import STUDY_ENDING

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "cases"
CASE_FILES = [path for path in sorted(CASES.glob("*.yaml")) if not path.name.endswith(STUDY_ENDING)]
KINDS = ("tubule", "strip_cell", "md_nucleation", "md_deposition")
SCHEMAS = {"case.schema.json": case_schema} | {f"{kind}.schema.json": partial(kind_schema, kind) for kind in KINDS}


def schema_of(path: Path) -> str:
    """Name of the schema of a case, which begins with it."""
    case = load_any_case(path)
    return "case.schema.json" if isinstance(case, Case) else f"{case.kind}.schema.json"


def test_the_committed_schema_is_current() -> None:
    committed = (CASES / "case.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "make it again: platingx schema --out cases/case.schema.json"
    for kind in KINDS:
        committed = (CASES / f"{kind}.schema.json").read_text(encoding="utf-8")
        command = f"platingx schema --kind {kind} --out cases/{kind}.schema.json"
        assert committed == kind_schema_text(kind), f"make it again: {command}"


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_cases_name_the_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={schema_of(path)}\n")


@pytest.mark.parametrize("path", [HERE / "good.yaml", *CASE_FILES], ids=lambda path: path.stem)
def test_valid_cases_are_valid_by_the_schema(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    schema = SCHEMAS[schema_of(path)]()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "name", ["bare_number_length", "unknown_key", "unknown_profile", "unknown_material", "movie_text"]
)
def test_the_schema_sees_common_mistakes(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = YAML(typ="safe", pure=True).load((HERE / "broken" / f"{name}.yaml").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, case_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described(name: str) -> None:
    schema = SCHEMAS[name]()
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
