"""What cases of every kind have: a name, and values that can be set over them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import Field, PrivateAttr

from platingx.config.base import Block
from platingx.config.document import Document
from platingx.config.inherited import drop_stale
from platingx.config.input_errors import read_as
from platingx.config.merge import copy_of, make_paths_absolute
from platingx.config.overrides import set_value, top_keys
from platingx.config.plain_data import plain_data

__all__ = ["BaseCase", "dropped", "former_names", "validated_as"]

AnyCase = TypeVar("AnyCase", bound="BaseCase")


class BaseCase(Block):
    """A case of any kind."""

    name: str = Field(
        min_length=1, max_length=100, pattern=r"^\w[\w .+-]*$", description="Short name, used in titles and file names."
    )
    description: str = Field(default="", description="What the case shows.")
    _document: Document | None = PrivateAttr(default=None)

    def __repr__(self) -> str:
        """One line: kind, name and description; ``case.model_dump()`` has all."""
        return f"{type(self).__name__}({self.name!r}{f': {self.description}' if self.description else ''})"

    __str__ = __repr__

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return a new case with some values changed, validated again.

        Parameters
        ----------
        values : mapping
            Values by key: ``{"geometry.pit.depth": "38 nm", "solver.preset": "iterative"}``. A value is text
            with a unit, a :class:`platingx.units.Quantity`, a number where no unit belongs, or a block as a dictionary.

        Raises
        ------
        platingx.errors.CaseError
            If a key or value is not valid; it lists all that are wrong.

        Notes
        -----
        Description, calibration and published values of the case are dropped where the values change what its results
        depend on, unless they are among them (:mod:`platingx.config.inherited`).
        """
        known = self._document
        if known is None:
            known = Document(self.model_dump(exclude_none=True))
        document = copy_of(known)
        for key, value in values.items():
            origin = f"with_values {key}={value}"
            set_value(document, str(key), plain_data(value, origin), origin, type(self))
        drop_stale(known, document, top_keys(map(str, values)), type(self))
        return validated_as(type(self), document)


def former_names(case: BaseCase) -> tuple[str, ...]:
    """Sentences on the keys that the files of a case have under a former name."""
    return () if case._document is None else tuple(case._document.former)


def dropped(case: BaseCase) -> tuple[str, ...]:
    """Sentences on what a case does not inherit, since it changes what the results depend on."""
    return () if case._document is None else tuple(case._document.dropped)


def validated_as(model: type[AnyCase], document: Document) -> AnyCase:
    """Make a case of a document.

    Parameters
    ----------
    model : type
        Model of a kind of cases.
    document : Document
        Plain data with their places.

    Raises
    ------
    CaseError
        If anything is wrong; it lists every problem with its place.
    """
    make_paths_absolute(document.data, Path.cwd())  # those of a file are relative to it, and absolute already
    case = read_as(model, document)
    case._document = document
    return case
