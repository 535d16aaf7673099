"""The kinds of cases: which model a file is, by its key ``kind``."""

from __future__ import annotations

from typing import Final, get_args

from platingx.config.base_case import BaseCase, validated_as
from platingx.config.case import Case
from platingx.config.document import Document, Place
from platingx.config.molecular import MdDepositionCase, MdNucleationCase
from platingx.config.reduced_case import ReducedCase
from platingx.config.strip_cell import StripCellCase
from platingx.config.tubule import TubuleCase
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest

__all__ = ["REDUCED", "AnyCase", "case_model", "model_of_kind", "require_finite_elements", "validated"]

AnyCase = Case | ReducedCase

REDUCED: Final[tuple[type[ReducedCase], ...]] = (TubuleCase, StripCellCase, MdNucleationCase, MdDepositionCase)
"""Models of the kinds that have no mesh."""

_BY_KIND: Final[dict[str, type[ReducedCase]]] = {
    str(kind): model for model in REDUCED for kind in get_args(model.model_fields["kind"].annotation)
}
_KIND: Final = "kind"


def model_of_kind(kind: str) -> type[ReducedCase]:
    """Model of a kind of cases without a mesh.

    Raises
    ------
    CaseError
        If there is no such kind.
    """
    if kind not in _BY_KIND:
        near = nearest(kind, list(_BY_KIND))
        hint = f"{near}?" if near else ""
        raise CaseError(_error("there is no such kind of cases", None, kind, ", ".join(_BY_KIND), hint))
    return _BY_KIND[kind]


def case_model(document: Document) -> type[AnyCase]:
    """Model of a case by the key ``kind`` of its document; without one it is a finite-element case.

    Parameters
    ----------
    document : Document
        Plain data with their places.

    Raises
    ------
    CaseError
        If there is no such kind.
    """
    kind = document.data.get(_KIND)
    if kind is None:
        return Case
    if isinstance(kind, str) and kind in _BY_KIND:
        return _BY_KIND[kind]
    place = document.values.get((_KIND,))
    near = nearest(kind, list(_BY_KIND))
    valid = f"{', '.join(_BY_KIND)}; leave kind out for a finite-element case"
    raise CaseError(_error("there is no such kind of cases", place, str(kind), valid, f"{near}?" if near else ""))


def validated(document: Document) -> AnyCase:
    """Make a case of the kind that a document says.

    Raises
    ------
    CaseError
        If anything is wrong; it lists every problem with its place.
    """
    return validated_as(case_model(document), document)


def require_finite_elements(case: BaseCase, what: str = "this") -> Case:
    """Give a case that has a mesh.

    Parameters
    ----------
    case : BaseCase
        A case of any kind.
    what : str
        Who needs it, for the message.

    Raises
    ------
    CaseError
        If it is of another kind.
    """
    if isinstance(case, Case):
        return case
    document = case._document
    place = None if document is None else document.values.get((_KIND,))
    kind = str(getattr(case, _KIND, ""))
    message = f"{what} needs a finite-element case; one of kind {kind} has no mesh"
    raise CaseError(_error(message, place, kind, "", "platingx run and platingx study take it"))


def _error(message: str, place: Place | None, kind: str, valid: str, hint: str) -> InputError:
    file, line, column = (None, None, None) if place is None else (place.file, place.line, place.column)
    return InputError(message, file, line, column, _KIND, kind, valid or None, hint or None)
