"""Points of a parameter study: every combination of its axes as a case, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from platingx.config.base import value_at
from platingx.config.case import Case
from platingx.config.document import Document, Place
from platingx.config.expressions import ExpressionError
from platingx.config.inherited import drop_stale
from platingx.config.kind_of_file import refuse_other
from platingx.config.kinds import AnyCase, case_model, validated
from platingx.config.merge import copy_of, make_paths_absolute, read_with_parents
from platingx.config.overrides import set_value, top_keys
from platingx.config.resolved import fingerprint_of_results
from platingx.config.study import StudyFile
from platingx.config.study_axes import Setting
from platingx.config.study_meshes import REFINEMENT
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import CaseError, InputError
from platingx.studies.designs import combinations_of
from platingx.studies.wanted import check_quantities, in_no_point, still_lacking
from platingx.units import format_si

__all__ = ["Plan", "Point", "Value", "data_at", "expand", "laid_over", "place_of", "quiet_values", "write_case"]

Value = tuple[str, Any, Place]
"""Key of a case with dots, its value, and where that stands in the study file."""

_DEFAULT = Place("defaults of a study")
_QUIET: tuple[Value, ...] = (("output.figures", False, _DEFAULT),)
_FEW_FIELDS: tuple[Value, ...] = (("output.fields_every", "milestones", _DEFAULT),)
"""Output of the points unless the study sets another; the second for cases that have fields."""


@dataclass(frozen=True)
class Point:
    """One case of a study.

    Attributes
    ----------
    number
        From 1, in the order of the design; below 0 on other meshes than that of the case.
    settings
        Value of each axis.
    values
        What is set over the base.
    fingerprint
        SHA-256 of all that the numbers of the run depend on.
    mesh
        Factor on the refinement of the mesh.
    of
        Number of the point whose mesh error it serves; its own number if it is a row of the table.
    """

    number: int
    settings: Mapping[str, Setting]
    values: tuple[Value, ...]
    fingerprint: str
    mesh: float
    of: int

    @property
    def label(self) -> str:
        """What tells the point from others: ``i = 2 A/cm^2, depth = 40 nm``."""
        words = [f"{name} = {found.text}" for name, found in self.settings.items()]
        return ", ".join(words if self.mesh == 1.0 else [*words, f"mesh x {self.mesh:g}"])

    @property
    def folder(self) -> str:
        """Name of its run folder: the same wherever the point stands in its study."""
        return self.fingerprint[:16]


@dataclass(frozen=True)
class Plan:
    """A study and all its points.

    Attributes
    ----------
    file
        The study file.
    study
        What it says.
    base
        The base case with the values of ``set``, as data with places.
    points
        The points, rows of the table.
    refined
        The same on other meshes, for the error of the mesh.
    """

    file: StudyFile
    study: ParameterStudy
    base: Document
    points: tuple[Point, ...]
    refined: tuple[Point, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Axes with a value that is no number, whose values are words for tables and figures, all of them."""
        return frozenset(
            name for point in self.points for name, found in point.settings.items() if found.number is None
        )

    @property
    def alike(self) -> int:
        """How many points have the numbers of another one before them, and share its run."""
        return len(self.points) - len({point.fingerprint for point in self.points})

    def on_meshes(self, number: int) -> list[Point]:
        """Give the runs of a point on all meshes, itself first."""
        each = len(self.refined) // len(self.points)
        return [self.points[number - 1], *self.refined[each * (number - 1) : each * number]]

    def case_at(self, point: Point) -> AnyCase:
        """Give the case of a point."""
        return write_case(self.base, point.values, self.file.path.parent)


def expand(file: StudyFile, study: ParameterStudy) -> Plan:
    """Make all points of a study and check every one.

    Parameters
    ----------
    file, study
        The file, and the study in it.

    Raises
    ------
    CaseError
        If the base, an axis or a formula gives no valid case; it lists the problems with their place in the study file.
    """
    file.require_cases()
    document, folder = file.document, file.path.parent
    source = file.case_files[0]
    base = read_with_parents(source, case_model)
    refuse_other(base.data, source, "case")
    fixed = tuple((key, data_at(document, ("set", key)), place_of(document, ("set", key))) for key in study.set)
    base = laid_over(base, (*quiet_values(base), *fixed), folder)
    never = check_quantities(file, study, validated(copy_of(base)))
    problems: dict[InputError, None] = {}
    points: list[Point] = []
    refined: list[Point] = []
    for number, settings in enumerate(combinations_of(study), start=1):
        try:
            values = tuple(_values(file, study, settings, number - 1))
            case = write_case(base, values, folder)
            others = [_on_mesh(file, base, case, values, factor) for factor in study.meshes or () if factor != 1.0]
        except CaseError as error:
            problems |= dict.fromkeys(error.problems)
            continue
        never = still_lacking(never, case)
        points.append(Point(number, settings, values, fingerprint_of_results(case), 1.0, number))
        for factor, over, fingerprint in others:
            refined.append(Point(-len(refined) - 1, settings, over, fingerprint, factor, number))
    if problems or never:
        raise CaseError([*problems, *in_no_point(file, never)])
    return Plan(file, study, base, tuple(points), tuple(refined))


def _on_mesh(
    file: StudyFile, base: Document, case: AnyCase, values: tuple[Value, ...], factor: float
) -> tuple[float, tuple[Value, ...], str]:
    """Put a point on another mesh: factor, values over the base, fingerprint.

    Raises
    ------
    CaseError
        If the case has no mesh, or one from a file.
    """
    place = place_of(file.document, ("meshes",))
    refinement = value_at(case, REFINEMENT)
    if refinement is None:
        at = (place.file, place.line, place.column, "meshes")
        raise CaseError(InputError("the mesh of a built geometry is refined; the base has none", *at))
    over = (*values, (REFINEMENT, float(refinement) * float(factor), place))
    return float(factor), over, fingerprint_of_results(write_case(base, over, file.path.parent))


def write_case(base: Document, values: tuple[Value, ...], folder: Path) -> AnyCase:
    """Make the case of a point.

    Parameters
    ----------
    base
        Base case.
    values
        What is set over it.
    folder
        Folder that paths in the values are relative to.

    Raises
    ------
    CaseError
        If it is not valid; places are those of the values.
    """
    return validated(laid_over(base, values, folder))


def quiet_values(base: Document) -> tuple[Value, ...]:
    """Output of the points of a base unless the study sets another."""
    return (*_QUIET, *(_FEW_FIELDS if case_model(base) is Case else ()))


def laid_over(base: Document, values: tuple[Value, ...], folder: Path) -> Document:
    """Lay values over a case, as data with places.

    Parameters
    ----------
    base, values, folder
        As in `write_case`.

    Raises
    ------
    CaseError
        If a key goes through something that is no block.
    """
    result, model = copy_of(base), case_model(base)
    for key, value, place in values:
        set_value(result, key, deepcopy(value), place, model)
    make_paths_absolute(result.data, folder)
    drop_stale(base, result, top_keys(key for key, _, _ in values), model)
    return result


def _values(file: StudyFile, study: ParameterStudy, settings: Mapping[str, Setting], index: int) -> Iterator[Value]:
    """What a point sets over the base, with the place that each value comes from.

    Raises
    ------
    CaseError
        If a formula has no finite value there.
    """
    document = file.document
    for name, axis in study.axes.items():
        if axis.key is not None:
            yield axis.key, settings[name].raw, _place_of_setting(file, study, name, settings[name], index)
    numbers = {name: np.array([found.number]) for name, found in settings.items() if found.number is not None}
    for key in study.derived:
        place = place_of(document, ("derived", key))
        formula = study.formula(key)
        try:
            value = float(f"{float(formula({name: numbers[name] for name in formula.names} or _ANY)[0]):.12g}")
        except (ExpressionError, KeyError) as error:
            reason = error.message if isinstance(error, ExpressionError) else f"axis {error} has no number here"
            labels = ", ".join(f"{name} = {found.text}" for name, found in settings.items())
            at = (place.file, place.line, place.column, f"derived.{key}", formula.text)
            raise CaseError(InputError(f"{reason} ({labels})", *at)) from None
        dimension = str(formula.dimension)
        yield key, value if dimension == "dimensionless" else format_si(value, dimension), place


_ANY = {"": np.zeros(1)}
"""Variables of a formula without any."""


def _place_of_setting(file: StudyFile, study: ParameterStudy, name: str, found: Setting, index: int) -> Place:
    document, way = file.document, study.axes[name].way
    if study.design.method == "points":
        return place_of(document, ("design", "points", index, name))
    if found.position is not None:
        return place_of(document, ("axes", name, "values", found.position))
    return place_of(document, ("axes", name, str(way), "low" if study.axes[name].sampled else "start"))


def place_of(document: Document, path: tuple[str | int, ...]) -> Place:
    """Place of a value in a document, or of the nearest block around it."""
    return next(document.values[path[:n]] for n in range(len(path), -1, -1) if path[:n] in document.values)


def data_at(document: Document, path: tuple[str, ...]) -> Any:
    """Plain data at a path of a document."""
    data: Any = document.data
    for part in path:
        data = data[part]
    return data
