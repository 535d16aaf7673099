"""Load a case: file or files, values set over it, validation with every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from platingx.config.base import Finding
from platingx.config.base_case import BaseCase
from platingx.config.case import Case
from platingx.config.document import Document, Place, paths_of
from platingx.config.former_names import rename_former_keys
from platingx.config.input_errors import input_error_of
from platingx.config.kind_of_file import refuse_other
from platingx.config.kinds import AnyCase, case_model, require_finite_elements, validated
from platingx.config.merge import read_with_parents
from platingx.config.overrides import apply_overrides
from platingx.config.plain_data import plain_data
from platingx.errors import CaseError, InputError
from platingx.paths import user_path

__all__ = ["any_case_from_dict", "case_error_at", "case_from_dict", "load_any_case", "load_case", "problem_at"]


def load_case(path: str | Path, overrides: Iterable[tuple[str, str]] = ()) -> Case:
    """Read and validate a finite-element case.

    Parameters
    ----------
    path, overrides
        As of :func:`load_any_case`.

    Returns
    -------
    Case
        Validated, in SI.

    Raises
    ------
    CaseError
        If anything is wrong, or the case is of a kind without finite elements.
    """
    return require_finite_elements(load_any_case(path, overrides))


def load_any_case(path: str | Path, overrides: Iterable[tuple[str, str]] = ()) -> AnyCase:
    """Read and validate a case of any kind.

    It only reads files, so that every rank of a parallel run may call it for itself.

    Parameters
    ----------
    path : str or Path
        The YAML file; it may extend another.
    overrides : iterable of (str, str), optional
        Values set over the file: key with dots and text, ``("growth.current_density", "3 A/cm^2")``.

    Returns
    -------
    Case, TubuleCase, StripCellCase or MdCase
        Validated, in SI.

    Raises
    ------
    CaseError
        If anything is wrong; it lists every problem with file, line, key, value, what is valid and what to try.

    Examples
    --------
    >>> case = platingx.load_case("cases/eruption.yaml", [("growth.current_density", "3 A/cm^2")])
    >>> case
    Case('eruption')
    >>> case.with_values({"time.end": "5 ms"}).time.end    # s
    0.005
    """
    document = read_with_parents(user_path(path), case_model)
    refuse_other(document.data, user_path(path), "case")
    return validated(apply_overrides(document, list(overrides), case_model(document)))


def case_from_dict(data: Mapping[str, Any], origin: str = "Python") -> Case:
    """Make a finite-element case from a dictionary of the same form as a case file.

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
    return require_finite_elements(any_case_from_dict(data, origin))


def any_case_from_dict(data: Mapping[str, Any], origin: str = "Python") -> AnyCase:
    """Make a case of any kind from a dictionary with the blocks of a case file.

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

    Examples
    --------
    >>> case = platingx.case_from_dict(platingx.load_case("cases/void_cell.yaml").model_dump(exclude_none=True))
    >>> case.name
    'void_cell'
    """
    plain = plain_data(data, origin)
    places = {path: Place(origin) for path in paths_of(plain)}
    return validated(rename_former_keys(Document(plain, values=places)))


def case_error_at(case: BaseCase, finding: Finding) -> CaseError:
    """Error about a valid case that its mesh or model has shown, with the place of the key in the file.

    Parameters
    ----------
    case : BaseCase
        The case.
    finding : Finding
        Key from the top of the case, what is wrong, what would be valid and what to try.
    """
    return CaseError(problem_at(case, finding))


def problem_at(case: BaseCase, finding: Finding) -> InputError:
    """Give a finding about a valid case the place of its key in the file."""
    document = case._document if case._document is not None else Document({})
    return input_error_of(finding, document, type(case))
