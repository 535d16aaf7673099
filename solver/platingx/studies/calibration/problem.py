"""What a calibration computes: cases at values of the parameters, and residuals of their results."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.config.base import Finding
from platingx.config.calibration_file import Calibration, Parameter
from platingx.config.calibration_loader import CalibrationFile
from platingx.config.case import Case
from platingx.config.columns_of_case import lacking
from platingx.config.document import Document
from platingx.config.expressions import ExpressionError
from platingx.config.input_errors import input_error_of
from platingx.config.kind_of_file import refuse_other
from platingx.config.kinds import case_model, require_finite_elements, validated
from platingx.config.merge import copy_of, read_with_parents
from platingx.config.study_axes import Setting, between, setting
from platingx.config.study_parameters import WantedBlock
from platingx.errors import CaseError, InputError
from platingx.studies.points import Value, data_at, laid_over, place_of, quiet_values, write_case
from platingx.studies.wanted import other_unit
from platingx.units import Quantity, format_si

__all__ = ["COARSE", "FULL", "Problem", "Residual", "problem_of"]

COARSE, FULL = "coarse", "full"
"""Stages of the search: with the values of ``search.coarse``, and as the cases are."""


@dataclass(frozen=True)
class Residual:
    """A number of a run that is compared with a target.

    Attributes
    ----------
    name
        Of the target, with the number of the row of a table: ``curve[3]``.
    target
        Name of the target.
    wanted
        What is taken of the run.
    value, sigma
        The target and its standard uncertainty, SI.
    """

    name: str
    target: str
    wanted: WantedBlock
    value: Quantity
    sigma: float


@dataclass(frozen=True)
class Problem:
    """A calibration, its base cases and its residuals.

    Attributes
    ----------
    file
        The file.
    bases
        Base cases with their values of ``set``, by stage and name.
    residuals
        All residuals, in the order of the targets.
    """

    file: CalibrationFile
    bases: Mapping[str, Mapping[str, Document]]
    residuals: tuple[Residual, ...]

    @property
    def calibration(self) -> Calibration:
        """What the file says."""
        return self.file.calibration

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The numbers that are chosen."""
        return self.file.calibration.parameters

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the search, in order."""
        return tuple(self.bases)

    @property
    def start(self) -> Array:
        """Start values as shares of the ranges, shape (n,)."""
        return np.array([share_of(parameter, parameter.start) for parameter in self.parameters.values()])

    def settings(self, shares: Sequence[float] | Array) -> dict[str, Setting]:
        """Give the values of the parameters.

        Parameters
        ----------
        shares : array_like, shape (n,)
            Shares of their ranges, 0 to 1.
        """
        pairs = zip(self.parameters.items(), shares, strict=True)
        return {
            name: between(parameter.low, parameter.high, float(share), parameter.scale == "log")
            for (name, parameter), share in pairs
        }

    def case_at(self, stage: str, name: str, shares: Sequence[float] | Array) -> tuple[Case, tuple[Value, ...]]:
        """Make a case.

        Returns
        -------
        case, values
            The case, and what is set over its base.

        Raises
        ------
        CaseError
            If it is not valid there.
        """
        values = tuple(self._values(name, self.settings(shares)))
        case = write_case(self.bases[stage][name], values, self.file.path.parent)
        return require_finite_elements(case), values

    def document_at(self, name: str, shares: Sequence[float] | Array) -> Document:
        """Give a case as data, as it is without the values of the coarse search."""
        values = tuple(self._values(name, self.settings(shares)))
        return laid_over(self.bases[FULL][name], values, self.file.path.parent)

    def chosen_keys(self, name: str) -> dict[str, tuple[str, ...]]:
        """Keys of a case that depend on parameters, with the names of these."""
        keyed = {str(parameter.key): (key,) for key, parameter in self.calibration.keyed(name).items()}
        formulas = self.calibration.formulas(name)
        return keyed | {key: formula.names for key, (_, formula) in formulas.items() if formula.names}

    def _values(self, name: str, settings: Mapping[str, Setting]) -> Iterator[Value]:
        document = self.file.document
        for parameter, block in self.calibration.keyed(name).items():
            yield str(block.key), settings[parameter].raw, place_of(document, ("parameters", parameter))
        numbers = {parameter: np.array([found.number]) for parameter, found in settings.items()}
        for key, (block_key, formula) in self.calibration.formulas(name).items():
            place = place_of(document, (*block_key.split("."), key))
            try:
                value = float(f"{float(formula(numbers)[0]):.12g}")
            except ExpressionError as error:
                at = (place.file, place.line, place.column, f"{block_key}.{key}", formula.text)
                raise CaseError(InputError(error.message, *at)) from None
            dimension = str(formula.dimension)
            yield key, value if dimension == "dimensionless" else format_si(value, dimension), place


def share_of(parameter: Parameter, value: str | float) -> float:
    """Share of the range of a parameter at which a value stands."""
    low, high, found = (float(setting(text).number or 0.0) for text in (parameter.low, parameter.high, value))
    if parameter.scale == "log":
        low, high, found = math.log(low), math.log(high), math.log(found)
    return (found - low) / (high - low)


def problem_of(file: CalibrationFile) -> Problem:
    """Read the cases of a calibration, and check them at the start values.

    Parameters
    ----------
    file
        The calibration.

    Raises
    ------
    CaseError
        If a case is not valid there, or has no such result; with the places in the calibration file.
    """
    file.require_cases()
    names = tuple(file.calibration.cases)
    coarse = file.calibration.search.coarse
    bases = {FULL: {name: _base(file, name, ()) for name in names}}
    if coarse:
        over = tuple(
            (key, data_at(file.document, ("search", "coarse", key)), place_of(file.document, ("search", "coarse", key)))
            for key in coarse
        )
        bases = {COARSE: {name: _base(file, name, over) for name in names}, **bases}
    problem = Problem(file, bases, tuple(_residuals(file)))
    problems: dict[InputError, None] = {}
    for stage in problem.stages:
        for name in names:
            try:
                case, _ = problem.case_at(stage, name, problem.start)
            except CaseError as error:
                problems |= dict.fromkeys(error.problems)
                continue
            findings = _check_targets(file, name, case)
            problems |= dict.fromkeys(input_error_of(finding, file.document, Calibration) for finding in findings)
    if problems:
        raise CaseError(list(problems))
    return problem


def _base(file: CalibrationFile, name: str, over: tuple[Value, ...]) -> Document:
    """Base of a case with what is the same at all values of the parameters."""
    document, source = file.document, file.case_file(name)
    base = read_with_parents(source, case_model)
    refuse_other(base.data, source, "case")
    require_finite_elements(validated(copy_of(base)), "a calibration")
    keys = [("cases", name, "set", key) for key in file.calibration.cases[name].set]
    fixed = tuple((path[-1], data_at(document, path), place_of(document, path)) for path in keys)
    return laid_over(base, (*quiet_values(base), *fixed, *over), file.path.parent)


def _residuals(file: CalibrationFile) -> Iterator[Residual]:
    for name, target in file.calibration.targets.items():
        if target.table is None:
            wanted = WantedBlock.model_construct(of=target.of, take=target.take, at=target.at, when=target.when)
            if target.value is not None:
                yield Residual(name, name, wanted, target.value, target.sigma(target.value))
            continue
        table = file.tables[name]
        for row, (place, value) in enumerate(zip(table.places, table.values, strict=True), start=1):
            at = {"at": place, "when": None} if table.over == "time" else {"at": None, "when": {table.over: place}}
            wanted = WantedBlock.model_construct(of=target.of, take="end", **at)
            yield Residual(f"{name}[{row}]", name, wanted, value, target.sigma(value))


def _check_targets(file: CalibrationFile, case_name: str, case: Case) -> Iterator[Finding]:
    """Refuse results that a case does not have, in another unit than its histories, and rows after its end."""
    end = float(case.time.end)
    for name, target in file.calibration.targets.items():
        if target.case != case_name:
            continue
        key = f"targets.{name}"
        yield from lacking(case, f"{key}.of", target.of)
        if target.value is not None:
            yield from other_unit(f"{key}.value", target.of, target.value, case)
            for other, value in (target.when or {}).items():
                yield from lacking(case, f"{key}.when.{other}", other)
                yield from other_unit(f"{key}.when.{other}", other, value, case)
            continue
        table = file.tables[name]
        yield from other_unit(f"{key}.table", target.of, table.values[0], case)
        if table.over == "time":
            late = [line for line, time in zip(table.lines, table.places, strict=True) if time > end * (1.0 + 1e-12)]
            if late:
                message = f"{table.path}:{late[0]} is later than the end of the case at its start values, {end:g} s"
                yield Finding(f"{key}.table", message, "times up to the end of the case")
        else:
            yield from lacking(case, f"{key}.table", table.over)
            yield from other_unit(f"{key}.table", table.over, table.places[0], case)
