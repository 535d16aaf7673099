"""A calibration: numbers of one or several cases that are to be chosen so that results come near to targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from platingx.config.base import Block, Finding
from platingx.config.calibration_target import Target
from platingx.config.expressions import Expression, ExpressionError, read_expression
from platingx.config.quantities import Physical, with_default
from platingx.config.study_axes import check_names, setting
from platingx.config.study_parameters import Formula
from platingx.units import DIMENSIONS, base_powers

__all__ = ["CALIBRATION_ENDING", "Calibration", "CalibrationCase", "Parameter", "Search"]

CALIBRATION_ENDING = ".calibration.yaml"
"""How the name of a calibration file ends."""

_TABLE_NAMES = ("evaluation", "stage", "purpose", "chi_squared", "status", "reason", "wall_time_s")


class CalibrationCase(Block):
    """A case whose results are compared with targets."""

    base: str = Field(min_length=1, description="Case file, relative to this file.")
    set: dict[str, Any] = Field(default_factory=dict, description="Values over it, by keys with dots.")
    derived: dict[str, Formula] = Field(
        default_factory=dict, description="Keys of this case that follow from the parameters, as formulas."
    )


def _from_file(value: Any) -> Any:
    return {"base": value} if isinstance(value, str) else value


class Parameter(Block):
    """A number that is to be chosen, between bounds."""

    key: str | None = Field(
        default=None,
        min_length=1,
        description="Key of the cases with dots, such as geometry.pit.depth; left out for a parameter of formulas.",
    )
    start: str | float = Field(description="First value.")
    low: str | float = Field(description="Smallest value that is possible.")
    high: str | float = Field(description="Largest value that is possible.")
    scale: Literal["linear", "log"] = Field(
        default="linear", description="log: equal ratios count as equal steps, for what is uncertain by a factor."
    )
    step: Annotated[float, Physical("dimensionless", minimum=1e-4, maximum=0.2)] = with_default(
        0.01, "Step of finite differences as a share of the range from low to high."
    )
    cases: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Cases whose key it is; all of them if left out."
    )

    def check(self) -> Iterator[Finding]:
        """Check that the bounds are ordered quantities of one dimension with the start between them."""
        ends = {name: setting(getattr(self, name)) for name in ("low", "high", "start")}
        for name, end in ends.items():
            if end.number is None or end.dimension is None:
                yield Finding(name, f"'{end.text}' is no quantity", "a number with its unit")
                return
            if base_powers(end.dimension) != base_powers(str(ends["low"].dimension)):
                words = [DIMENSIONS[str(found.dimension)].words for found in (ends["low"], end)]
                yield Finding(name, f"low is of {words[0]} and {name} of {words[1]}", "values of one dimension")
                return
        low, high, start = (float(end.number or 0.0) for end in ends.values())
        if low >= high:
            yield Finding("high", f"the bounds are not in order: {self.low} to {self.high}", "low below high")
        elif not low <= start <= high:
            yield Finding("start", "the start is outside of the bounds", f"{self.low} to {self.high}")
        elif self.scale == "log" and low <= 0.0:
            yield Finding("low", "no logarithm of such a value", "a value above zero, or scale: linear")
        if self.cases is not None and self.key is None:
            yield Finding("cases", "formulas say where a parameter without key is used", "no cases")

    @property
    def dimension(self) -> str:
        """Dimension of its values."""
        return str(setting(self.low).dimension)


class Search(Block):
    """How the numbers are looked for."""

    coarse: dict[str, Any] = Field(
        default_factory=dict,
        description="Values over all cases in a first search, such as {geometry.mesh.refinement: 0.4}; the second "
        "one starts from its result, without them but for its finite differences.",
    )
    differences: Literal["forward", "central"] = Field(
        default="forward", description="Finite differences while searching; at the result they are central."
    )
    tolerance: Annotated[float, Physical("dimensionless", minimum=1e-8, maximum=0.1)] = with_default(
        1e-3, "The search ends when its step is smaller than this share of the ranges."
    )
    evaluations: int = Field(
        default=40, ge=1, le=10_000, description="Most trial values of a search, beside those for differences."
    )


class Calibration(Block):
    """Numbers of cases that are chosen so that results come near to targets."""

    name: str = Field(
        min_length=1,
        max_length=60,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.+-]*$",
        description="Short name, used for the folder of the runs and the cases that are written.",
    )
    description: str = Field(default="", description="The question.")
    cases: dict[
        str,
        Annotated[CalibrationCase, BeforeValidator(_from_file, json_schema_input_type=str | CalibrationCase)],
    ] = Field(min_length=1, description="The cases, by a name of your choice.")
    parameters: dict[str, Parameter] = Field(
        min_length=1, description="The numbers that are chosen, by a name of your choice."
    )
    derived: dict[str, Formula] = Field(
        default_factory=dict,
        description="Keys of all cases that follow from the parameters, as formulas: {geometry.pit.depth: a * b}.",
    )
    targets: dict[str, Target] = Field(min_length=1, description="The targets, by a name of your choice.")
    search: Search = Field(default_factory=Search, description="How the numbers are looked for.")

    def check(self) -> Iterator[Finding]:
        """Check names, cases that are named, keys given twice, and formulas."""
        yield from self._check_names()
        for name, parameter in self.parameters.items():
            for index, case in enumerate(parameter.cases or ()):
                if case not in self.cases:
                    yield Finding(f"parameters.{name}.cases.{index}", f"there is no case {case}", ", ".join(self.cases))
        for name, target in self.targets.items():
            if target.case not in self.cases:
                yield Finding(f"targets.{name}.case", f"there is no case {target.case}", ", ".join(self.cases))
        for name in self.cases:
            if all(target.case != name for target in self.targets.values()):
                yield Finding(f"cases.{name}", "no target is a result of this case", "a target of it, or leave it out")
        broken = list(self._check_formulas())
        yield from broken
        if not broken:
            yield from self._check_keys()

    def _check_names(self) -> Iterator[Finding]:
        blocks: dict[str, Iterable[str]] = {"cases": self.cases, "parameters": self.parameters, "targets": self.targets}
        yield from check_names(blocks, _TABLE_NAMES, "depth or p_max")
        for name in self.targets:
            if name in self.parameters:
                yield Finding(f"targets.{name}", f"'{name}' is a parameter already", "another name")

    def _check_formulas(self) -> Iterator[Finding]:
        blocks = {"derived": self.derived} | {
            f"cases.{name}.derived": case.derived for name, case in self.cases.items()
        }
        for block, formulas in blocks.items():
            for key, text in formulas.items():
                try:
                    self.formula(text)
                except ExpressionError as error:
                    yield Finding(f"{block}.{key}", error.message, error.valid, error.hint)

    def _check_keys(self) -> Iterator[Finding]:
        used: set[str] = set()
        for case, block in self.cases.items():
            seen = {key: f"cases.{case}.set.{key}" for key in block.set}
            keys = [(parameter.key or "", f"parameters.{name}.key") for name, parameter in self.keyed(case).items()]
            keys += [(key, f"derived.{key}") for key in self.derived]
            keys += [(key, f"cases.{case}.derived.{key}") for key in block.derived]
            for key, place in keys:
                for other in seen:
                    if key == other or key.startswith(f"{other}.") or other.startswith(f"{key}."):
                        message = f"{key} of the case {case} is given by {seen[other]} already"
                        yield Finding(place, message, "one place for each key")
                        break
                seen[key] = place
            used |= self.names_in(case)
        for name in self.parameters:
            if name not in used:
                hint = f"parameters.{name}.key, or {name} in a formula of derived"
                yield Finding(f"parameters.{name}", "the parameter changes nothing", hint)

    def keyed(self, case: str) -> dict[str, Parameter]:
        """Give the parameters that are keys of a case."""
        return {
            name: parameter
            for name, parameter in self.parameters.items()
            if parameter.key is not None and (parameter.cases is None or case in parameter.cases)
        }

    def formulas(self, case: str) -> dict[str, tuple[str, Expression]]:
        """Give the formulas of a case by its keys, each with the block that it stands in."""
        own = {key: (f"cases.{case}.derived", text) for key, text in self.cases[case].derived.items()}
        found = {key: ("derived", text) for key, text in self.derived.items()} | own
        return {key: (block, self.formula(text)) for key, (block, text) in found.items()}

    def names_in(self, case: str) -> set[str]:
        """Names of the parameters that a case depends on."""
        of_formulas = [name for _, formula in self.formulas(case).values() for name in formula.names]
        return {*self.keyed(case), *of_formulas}

    def formula(self, text: str) -> Expression:
        """Read a formula of the parameters.

        Raises
        ------
        ExpressionError
            If it is none, or gives a quantity that no key can have.
        """
        expression = read_expression(text, {name: parameter.dimension for name, parameter in self.parameters.items()})
        if expression.dimension is None:
            unit = "*".join(f"{base.strip('[]')}^{power:g}" for base, power in expression.powers)
            raise ExpressionError(f"the formula gives {unit}, which no key of a case is of")
        return expression
