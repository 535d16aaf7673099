"""Are the quantities that a study wants there in its runs, and its values in their units? Asked before any run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from platingx.columns import COLUMNS, FINITE_ELEMENTS, column_of
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.columns_of_case import lacking, lacks
from platingx.config.input_errors import input_error_of
from platingx.config.kinds import AnyCase
from platingx.config.study import StudyFile
from platingx.config.study_parameters import ParameterStudy, WantedBlock
from platingx.config.until import check_region
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx.units import DIMENSIONS, Quantity, base_powers

__all__ = ["check_quantities", "in_no_point", "in_no_run", "other_unit", "still_lacking"]

Never = dict[str, Finding]
"""Quantities that no case has so far, and what to say of each."""


def check_quantities(file: StudyFile, study: ParameterStudy, base: AnyCase) -> Never:
    """Refuse quantities that runs of the base do not have, and values in another unit than its histories.

    Parameters
    ----------
    file, study
        The file, and the study in it.
    base
        The base case.

    Returns
    -------
    dict
        Quantities that the base does not have, and what to say of them; an axis may bring the part that has them.

    Raises
    ------
    CaseError
        With the place of each problem in the study file.
    """
    findings = list(_of_another_kind(study, base))
    if not isinstance(base, Case):
        if findings:
            raise CaseError([input_error_of(finding, file.document, ParameterStudy) for finding in findings])
        return {}
    metals = base.regions("metal")
    others = tuple(region for region in base.materials if region not in metals)
    for name, wanted in study.quantities.items():
        findings += check_region(f"quantities.{name}.of", wanted.of, metals, others)
        for other, value in (wanted.when or {}).items():
            key = f"quantities.{name}.when.{other}"
            findings += check_region(key, other, metals, others)
            findings += other_unit(key, other, value, base)
    for name, figure in study.figures.items():
        for key, shown, level in figure.levels():
            findings += other_unit(f"figures.{name}.{key}", study.quantities[shown].of, level, base)
    if findings:
        raise CaseError([input_error_of(finding, file.document, ParameterStudy) for finding in findings])
    return {quantity: finding for key, quantity in _asked(study) for finding in lacking(base, key, quantity)}


def still_lacking(never: Never, case: AnyCase) -> Never:
    """Those of the quantities that no case had so far which another case does not have either.

    Parameters
    ----------
    never
        From `check_quantities`.
    case
        Case of a point.
    """
    if not never or not isinstance(case, Case):
        return {}
    return {quantity: finding for quantity, finding in never.items() if lacks(case, quantity)}


def in_no_point(file: StudyFile, never: Never) -> list[InputError]:
    """Tell quantities that no point of a study has.

    Parameters
    ----------
    file, never
        The study file; from `still_lacking`.
    """
    return [input_error_of(finding, file.document, ParameterStudy) for finding in never.values()]


def _asked(study: ParameterStudy) -> Iterator[tuple[str, str]]:
    """Keys of all quantities that a study takes from its runs, and the quantities."""
    for name, wanted in study.quantities.items():
        yield f"quantities.{name}.of", wanted.of
        yield from _conditions(name, wanted)


def _of_another_kind(study: ParameterStudy, base: AnyCase) -> Iterator[Finding]:
    """Quantities that only cases of another kind report."""
    kind = FINITE_ELEMENTS if isinstance(base, Case) else base.kind
    known = [name for name, column in COLUMNS.items() if kind in column.kinds]
    for key, quantity in _asked(study):
        column = column_of(quantity)
        if column is not None and kind not in column.kinds:
            yield Finding(key, f"cases of this kind have no {quantity}", ", ".join(known))


def _conditions(name: str, wanted: WantedBlock) -> Iterator[tuple[str, str]]:
    for other in wanted.when or {}:
        yield f"quantities.{name}.when.{other}", other


def other_unit(key: str, name: str, value: Quantity, base: Case) -> Iterator[Finding]:
    """Refuse a force or energy of the whole body where histories have that of a metre of depth, and the other way."""
    column, whole_body = column_of(name), _whole_body(base)
    if column is None or whole_body is None:
        return
    there = column.dimension_in(whole_body)
    if base_powers(value.dimension) != base_powers(there):
        unit = DIMENSIONS[there].si_unit
        yield Finding(key, f"{name} of this case is in {unit}", f"a value in {unit}")


def _whole_body(case: Case) -> bool | None:
    """Whether forces are those of the whole body, not of a metre of depth; None where only the mesh file knows."""
    dimension = case.known_dimension
    return None if dimension is None else dimension == 3 or case.geometry.symmetry == "axisymmetric"


def in_no_run(file: StudyFile, quantities: Mapping[str, str], columns: Sequence[str]) -> CaseError:
    """Say that no run of a study has quantities that it wants: they go with a part that the cases do not have.

    Parameters
    ----------
    file
        The study file.
    quantities
        Names of columns of the study, with the quantity that is not there.
    columns
        Quantities that its runs have.
    """
    problems = []
    for name, missing in quantities.items():
        of = f"quantities.{name}.of"
        finding = Finding(
            of, f"no run of this study has {missing}", ", ".join(columns), nearest(missing, columns) or ""
        )
        problems.append(input_error_of(finding, file.document, ParameterStudy))
    return CaseError(problems)
