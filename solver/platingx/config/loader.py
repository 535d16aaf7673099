"""Load a case: file or files, values set over it, validation with every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from platingx.config.base import Finding, text_of
from platingx.config.case import Case
from platingx.config.document import Document, Place, paths_of
from platingx.config.merge import apply_overrides, read_with_parents, set_value
from platingx.config.problems import problem_of_finding, problems_of
from platingx.errors import CaseError, CaseProblem

__all__ = ["case_error_at", "case_from_dict", "case_with_values", "load_case", "problem_at"]


def load_case(path: str | Path, overrides: Iterable[tuple[str, str]] = ()) -> Case:
    """Read and validate a case.

    It only reads files, so that every rank of a parallel run may call it for itself.

    Parameters
    ----------
    path : str or Path
        The YAML file; it may extend another.
    overrides : iterable of (str, str), optional
        Values set over the file: key with dots and text, ``("growth.current_density", "3 A/cm^2")``.

    Returns
    -------
    Case
        Validated, in SI.

    Raises
    ------
    CaseError
        If anything is wrong; it lists every problem with file, line, key, value, what is valid and what to try.
    """
    document = read_with_parents(Path(path))
    return _validate(apply_overrides(document, list(overrides)))


def case_from_dict(data: Mapping[str, Any], origin: str = "Python") -> Case:
    """Make a case from a dictionary of the same form as a case file.

    Parameters
    ----------
    data : mapping
        Blocks, text with units, numbers, quantities.
    origin : str
        Name used in messages instead of a file.

    Raises
    ------
    CaseError
        If anything is wrong.
    """
    plain = _plain(data)
    return _validate(Document(plain, values={path: Place(origin) for path in paths_of(plain)}))


def case_with_values(case: Case, values: Mapping[str, Any]) -> Case:
    """Return a new case with some values changed; see :meth:`Case.with_values`.

    Raises
    ------
    CaseError
        If a key or value is not valid.
    """
    known = case._document
    if known is None:
        known = Document(case.model_dump(exclude_none=True))
    document = Document(deepcopy(known.data), dict(known.keys), dict(known.values), dict(known.files))
    for key, value in values.items():
        set_value(document, key, _plain(value), f"with_values {key}={value}")
    return _validate(document)


def case_error_at(case: Case, finding: Finding) -> CaseError:
    """Error about a valid case that its mesh or model has shown, with the place of the key in the file.

    Parameters
    ----------
    case : Case
        The case.
    finding : Finding
        Key from the top of the case, what is wrong, what would be valid and what to try.
    """
    return CaseError(problem_at(case, finding))


def problem_at(case: Case, finding: Finding) -> CaseProblem:
    """Give a finding about a valid case the place of its key in the file."""
    document = case._document if case._document is not None else Document({})
    return problem_of_finding(finding, document, Case)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return text_of(value)


def _validate(document: Document) -> Case:
    try:
        case = Case.model_validate(document.data)
    except ValidationError as error:
        raise CaseError(problems_of(error, document, Case)) from None
    case._document = document
    return case
