"""A flow law of the user: two functions in a Python file, read here without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, Pressure, as_text, case_error
from platingx.config.text_files import TextFileError, read_text_file
from platingx.units import DIMENSIONS

__all__ = ["LawSource", "UserFlowLaw", "read_law"]

LARGEST_FILE = 100_000  # bytes
#: First arguments of the two functions; the parameters follow under their own names.
ARGUMENTS = {"rate": ("stress", "resistance", "temperature"), "hardening": ("rate", "resistance", "temperature")}
TABLE = "PARAMETERS"

#: A quantity of the dimension that the law names; the block reads it.
Value = Annotated[float, PlainValidator(lambda value: value, json_schema_input_type=str | float)]


@dataclass(frozen=True)
class LawSource:
    """What a file says of its law.

    Attributes
    ----------
    dimensions
        Dimension of each parameter by its name, in the order of the table ``PARAMETERS``.
    used
        Parameters that each function takes, in its order.
    """

    dimensions: dict[str, str]
    used: dict[str, tuple[str, ...]]


class UserFlowLaw(Block):
    """A flow law in a file of the user: rate(stress, resistance, temperature, ...), and hardening(rate, ...) if any.

    The table PARAMETERS of the file names the dimension of each parameter; the functions get numbers in SI units.
    """

    law: Literal["user"] = Field(description="user: two functions in a Python file, compiled by Numba.")
    file: str | None = Field(default=None, description="Python file with the functions rate and hardening.")
    source: str | None = Field(default=None, description="Its text instead; the resolved case holds it.")
    initial_flow_resistance: Pressure = Field(description="Flow resistance S at the start, Pa.")
    parameters: dict[str, Value] = Field(
        default_factory=dict, description="Values by the names of the table PARAMETERS, with their units."
    )

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        data = dict(given)
        if isinstance(data.get("file"), str) and data.get("source") is None:
            data["source"] = _text_of(data["file"])
        source, values = data.get("source"), data.get("parameters", {})
        if not isinstance(source, str) or not isinstance(values, Mapping):
            return data  # the types of the fields say what is wrong
        law = read_law(source, data.get("file") or "source")
        data["parameters"] = _quantities(law, values)
        return data

    def check(self) -> Iterator[Finding]:
        """Check that there is a law."""
        if self.source is None:
            yield Finding("file", "the flow law has no file", "a Python file with the functions rate and hardening")

    @model_serializer
    def _as_case(self) -> dict[str, Any]:
        """Give the law with its text: the file may be elsewhere, or changed, when the case is read again."""
        return {
            "law": self.law,
            "source": self.source,
            "initial_flow_resistance": as_text(self.initial_flow_resistance),
            "parameters": {name: as_text(value) for name, value in self.parameters.items()},
        }


def _text_of(name: str) -> str:
    try:
        return read_text_file(Path(name), LARGEST_FILE)[0]
    except TextFileError as error:
        found = f"there is no file {name}" if error.missing else f"{name}: {error.message}"
        valid = "a Python file with the functions rate and hardening, relative to the case file"
        raise PydanticCustomError(
            "findings", "no law", {"findings": [Finding("file", found, error.valid or valid, error.hint)]}
        ) from None


def _quantities(law: LawSource, values: Mapping[Any, Any]) -> dict[str, Any]:
    """Read the values of the parameters by the dimensions of the law."""
    known = ", ".join(f"{name} ({dimension})" for name, dimension in law.dimensions.items()) or "none"
    result: dict[str, Any] = {}
    findings = [
        Finding(f"parameters.{name}", f"the law has no parameter {name}", known)
        for name in values
        if name not in law.dimensions
    ]
    for name, dimension in law.dimensions.items():
        if name not in values:
            findings.append(Finding("parameters", f"the law needs its parameter {name}", DIMENSIONS[dimension].valid))
            continue
        try:
            result[name] = Physical(dimension).read(values[name])
        except PydanticCustomError as error:
            context = error.context or {}
            findings.append(
                Finding(f"parameters.{name}", error.message(), context.get("valid", ""), context.get("hint", ""))
            )
    if findings:
        raise PydanticCustomError("findings", "parameters of the law", {"findings": findings})
    return result


def read_law(source: str, name: str) -> LawSource:
    """Read what a file says of its law, without running it.

    Parameters
    ----------
    source
        Text of the file.
    name
        Its name, for messages.

    Raises
    ------
    PydanticCustomError
        If it is no Python, or the functions or the table PARAMETERS are not what the package can use.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = f" line {error.lineno}:" if isinstance(error, SyntaxError) and error.lineno else ""
        raise case_error(f"{name}:{line} this is no Python: {getattr(error, 'msg', error)}", "a Python file") from None
    dimensions = _table(tree, name)
    used = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in ARGUMENTS:
            used[node.name] = _parameters_of(node, dimensions, name)
    if "rate" not in used:
        valid = f"def rate({', '.join([*ARGUMENTS['rate'], *dimensions])})"
        raise case_error(f"{name}: there is no function rate at its top", valid)
    return LawSource(dimensions, used)


def _table(tree: ast.Module, name: str) -> dict[str, str]:
    """The table PARAMETERS, a dictionary of texts that stands there as it is."""
    example = f'{TABLE} = {{"reference_rate": "rate", "strength": "pressure"}}'
    found: Any = {}
    line = 0
    for node in tree.body:
        if isinstance(node, ast.Assign) and [t.id for t in node.targets if isinstance(t, ast.Name)] == [TABLE]:
            line = node.lineno
            try:
                found = ast.literal_eval(node.value)
            except ValueError:
                raise case_error(f"{name}: line {line}: {TABLE} has to be written out", example) from None
    if not isinstance(found, dict) or not all(isinstance(key, str) and key.isidentifier() for key in found):
        raise case_error(f"{name}: line {line}: {TABLE} has to give a dimension by each name", example)
    for key, dimension in found.items():
        if dimension not in DIMENSIONS:
            message = f"{name}: line {line}: the parameter {key} has the dimension {dimension!r}, which is not known"
            raise case_error(message, ", ".join(DIMENSIONS))
    return dict(found)


def _parameters_of(node: ast.FunctionDef, dimensions: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Parameters that a function takes behind its first arguments."""
    first = ARGUMENTS[node.name]
    found = node.args
    names = tuple(argument.arg for argument in found.args)
    special = found.vararg or found.kwarg or found.kwonlyargs or found.posonlyargs or found.defaults
    unknown = [text for text in names[len(first) :] if text not in dimensions]
    if special or names[: len(first)] != first or unknown:
        wrong = f"{unknown[0]} is not in {TABLE}" if unknown else f"its arguments are {ast.unparse(found) or 'none'}"
        behind = f"parameters of {TABLE} behind: {', '.join(dimensions) or 'none'}"
        raise case_error(
            f"{name}: line {node.lineno}: the function {node.name} cannot be used: {wrong}",
            f"def {node.name}({', '.join(first)}, ...) with {behind}",
        )
    return names[len(first) :]
