"""JSON schema of a case, for editors: completion, hover texts and red lines while writing.

It is looser than the validator where a case may leave out what it extends or what the material library gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from platingx.config.base_case import BaseCase
from platingx.config.calibration_file import Calibration
from platingx.config.case import Case
from platingx.config.control_words import SENTENCES
from platingx.config.growth_direction import FROM_FACES
from platingx.config.kinds import model_of_kind
from platingx.config.library import material_names, transport_names
from platingx.config.potential_library import potential_names
from platingx.config.slurm_profile import SlurmProfile
from platingx.config.study import STUDY_KINDS

__all__ = [
    "calibration_schema",
    "calibration_schema_text",
    "case_schema",
    "kind_schema",
    "kind_schema_text",
    "profile_schema_text",
    "schema_text",
    "study_schema",
    "study_schema_text",
]

_REQUIRED_AT_TOP = ("name", "geometry", "materials", "growth", "time")


def case_schema() -> dict[str, Any]:
    """Build the schema from the models.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.
    """
    schema = _loosened(Case)
    _name_materials(schema)
    _short_forms(schema)
    description = "A finite-element simulation of plating. Values are text with units: 40 nm, 2 A/cm^2, 25 degC."
    return _whole(schema, "platingx case", description, _REQUIRED_AT_TOP)


def kind_schema(kind: str) -> dict[str, Any]:
    """Build the schema of cases of a kind without a mesh from its model.

    Parameters
    ----------
    kind
        Such as ``tubule``.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.
    """
    model = model_of_kind(kind)
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    schema = _loosened(model)
    definitions = schema.setdefault("$defs", {})
    if "Material" in definitions:
        _name_materials(schema)
    for block in {"Transports", "CellTransports"} & set(definitions):
        _name_transports(schema, block)
    if "Potential" in definitions:
        _name_potentials(schema)
    sentence = (model.__doc__ or "").partition(" All numbers are SI.")[0]
    return _whole(schema, f"platingx {kind}", f"{sentence} Values are text with units: 20 um, 3 mA/cm^2.", required)


def _loosened(model: type[BaseCase]) -> dict[str, Any]:
    """Schema of a kind of cases, in which whatever may come from elsewhere may be left out."""
    schema = model.model_json_schema(mode="validation", by_alias=True)
    for block in _blocks(schema):
        _loosen(block)
    return schema


def _whole(schema: dict[str, Any], title: str, description: str, required: Sequence[str]) -> dict[str, Any]:
    """Schema of a file of a kind of cases, which may extend another."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "properties": {
            "extends": {
                "type": "string",
                "description": "Another case, relative to this file: its values hold where this one gives none; "
                "null removes one.",
                "examples": ["eruption.yaml"],
            },
            **schema["properties"],
        },
        "additionalProperties": False,
        "if": {"required": ["extends"]},
        "else": {"required": list(required)},
        "$defs": schema["$defs"],
    }


def schema_text() -> str:
    """Give the schema as the text of ``case.schema.json``."""
    return _text(case_schema())


def kind_schema_text(kind: str) -> str:
    """Give the schema of a kind of cases without a mesh as the text of ``KIND.schema.json``."""
    return _text(kind_schema(kind))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def study_schema() -> dict[str, Any]:
    """Build the schema of study files, for both kinds of studies, from the models.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.
    """
    definitions: dict[str, Any] = {}
    for kind, model in STUDY_KINDS.items():
        schema = model.model_json_schema(mode="validation", by_alias=True)
        definitions |= schema.pop("$defs", {})
        definitions[kind] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "platingx study",
        "description": "Many runs for one answer: one case over its parameters, or cases on three meshes.",
        "if": {"required": ["cases"]},
        "then": {"$ref": "#/$defs/mesh_comparison"},
        "else": {"$ref": "#/$defs/parameters"},
        "$defs": definitions,
    }


def study_schema_text() -> str:
    """Give the schema as the text of ``study.schema.json``."""
    return _text(study_schema())


def calibration_schema() -> dict[str, Any]:
    """Build the schema of calibration files from the model.

    Returns
    -------
    dict
        JSON schema, draft 2020-12.
    """
    schema = Calibration.model_json_schema(mode="validation", by_alias=True)
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "platingx calibration"}
    return {**schema, **title, "description": "Numbers of cases that are chosen so that results come near to targets."}


def calibration_schema_text() -> str:
    """Give the schema as the text of ``calibration.schema.json``."""
    return _text(calibration_schema())


def profile_schema_text() -> str:
    """Give the schema of profiles of clusters as text."""
    schema = SlurmProfile.model_json_schema(mode="validation", by_alias=True)
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "platingx profile",
        "description": "What a job of a study asks of Slurm, and how it starts.",
    }
    return _text(content)


def _blocks(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every subschema, from the leaves up."""
    if isinstance(schema, dict):
        for part in schema.values():
            yield from _blocks(part)
        yield schema
    elif isinstance(schema, list):
        for part in schema:
            yield from _blocks(part)


def _loosen(schema: dict[str, Any]) -> None:
    """Say in words what is required: the value may come from a parent case or from the library."""
    required = schema.pop("required", []) if isinstance(schema.get("required"), list) else []
    for name in required:
        field = schema.get("properties", {}).get(name)
        if isinstance(field, dict):
            field["description"] = f"Required. {field.get('description', '')}".strip()
    if "oneOf" in schema:
        schema["anyOf"] = schema.pop("oneOf")
        schema.pop("discriminator", None)
    if schema.get("type") == "object" and "properties" in schema:
        for name, field in schema["properties"].items():
            if isinstance(field, dict) and not _allows_null(field):
                schema["properties"][name] = _or_null(field)
    if isinstance(schema.get("title"), str):
        schema.pop("title")
    if "default" in schema and schema["default"] is None:
        schema.pop("default")


def _allows_null(field: dict[str, Any]) -> bool:
    return any(part.get("type") == "null" for part in field.get("anyOf", ()))


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    """Allow null, with which a case removes a value of its parent."""
    notes: dict[str, Any] = {key: field.pop(key) for key in ("description", "default") if key in field}
    parts = field["anyOf"] if set(field) == {"anyOf"} else [field]
    return {"anyOf": [*parts, {"type": "null"}], **notes}


def _name_materials(schema: dict[str, Any]) -> None:
    """Offer the names of the library for a material and its base."""
    names = {"type": "string", "enum": list(material_names())}
    materials = schema["properties"]["materials"]
    block = next(part for part in _blocks(materials) if "additionalProperties" in part)
    block["additionalProperties"] = {"anyOf": [names, block["additionalProperties"], {"type": "null"}]}
    base = schema["$defs"]["Material"]["properties"]["base"]
    base["anyOf"] = [names, {"type": "null"}]


def _name_transports(schema: dict[str, Any], block: str) -> None:
    """Offer the names of the library for diffusion and its base."""
    names = {"type": "string", "enum": list(transport_names())}
    definitions = schema["$defs"]
    definitions["Transport"]["properties"]["base"]["anyOf"] = [names, {"type": "null"}]
    for path in definitions[block]["properties"].values():
        path["anyOf"] = [names, *path["anyOf"]]


def _name_potentials(schema: dict[str, Any]) -> None:
    """Offer the potentials of the library where a potential belongs."""
    names = {"type": "string", "enum": list(potential_names())}
    schema["$defs"]["Potential"]["properties"]["base"]["anyOf"] = [names, {"type": "null"}]
    schema["properties"]["potential"]["anyOf"] = [names, *schema["properties"]["potential"]["anyOf"]]


def _short_forms(schema: dict[str, Any]) -> None:
    """Allow the words and values that stand for blocks."""
    definitions = schema["$defs"]
    words = {
        "GrowthMode": ["fibre", "areal", "isotropic"],
        "GrowthDirection": list(FROM_FACES),
        "BoundaryCondition": ["fixed", "roller"],
        "DrivenCollector": ["rigid", "free"],
        "Drive": ["fixed", "free"],
        "DriveOfTurn": ["fixed", "free"],
        "Contact": ["frictionless", "rough"],
        "Friction": ["frictionless", "rough"],
        "EventAction": ["stop"],
        "FlatTool": ["flat"],
    }
    for name, choices in words.items():
        definitions[name] = {"anyOf": [{"type": "string", "enum": choices}, definitions[name]]}
    spring = definitions["SpringStiffness"]
    value = spring["properties"]["stiffness"]["anyOf"][0]
    definitions["SpringStiffness"] = {"anyOf": [value, spring]}
    sentence = {"type": "string", "examples": list(SENTENCES)}
    definitions["ControlStep"] = {"anyOf": [sentence, definitions["ControlStep"]]}
