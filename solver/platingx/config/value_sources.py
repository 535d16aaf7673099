"""Values of a block of a case over those of an entry of the library, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import ModelWrapValidatorHandler, PrivateAttr
from pydantic_core import PydanticCustomError

from platingx.config.base import Block, Finding
from platingx.config.library import LibraryMaterial, LibraryTransport, LibraryValue, Status, flatten, overlay
from platingx.config.quantities import case_error
from platingx.units import Quantity, UnitError, parse

__all__ = ["LibraryBlock", "ValueSource", "over_base", "quantities_of", "sources_of"]


@dataclass(frozen=True)
class ValueSource:
    """Where a value of a material comes from.

    Parameters
    ----------
    text : str
        The value as written.
    source : str
        Paper, code or data set; ``case`` for a value of the case itself.
    status : str
        verified, verified-secondary (read in a digest that quotes the source), derived, unverified, or user.
    note : str
        Remark.
    range : tuple of float, optional
        What else is plausible, relative to the value: (0.9, 1.1).
    """

    text: str
    source: str
    status: Status | Literal["user"]
    note: str = ""
    range: tuple[float, float] | None = None


def over_base(
    given: dict[str, Any], entry: LibraryMaterial | LibraryTransport
) -> tuple[dict[str, Any], dict[str, ValueSource]]:
    """Lay the values of a case over those of the entry of the library that it names as ``base``.

    Parameters
    ----------
    given : dict
        Block of the case.
    entry : LibraryMaterial or LibraryTransport
        The entry.

    Returns
    -------
    dict, dict
        Values, and where each of the library comes from, by its key.

    Raises
    ------
    PydanticCustomError
        If the library does not know a value, and the case does not give it.
    """
    merged = overlay(entry.parameters(), given)
    merged["base"] = given["base"]
    present = {path for path, leaf in flatten(merged) if leaf is not None}
    unknown = [path for path, value in entry.values() if value.value is None and path not in present]
    if unknown:
        hint = f"give {' and '.join(unknown)} in the case"
        raise PydanticCustomError(
            "findings",
            "unknown values",
            {
                "findings": [
                    Finding(path, f"the library does not know this value of {entry.name}", hint=hint)
                    for path in unknown
                ]
            },
        )
    sources = {
        path: ValueSource(str(value.value), value.source, value.status, value.note, _relative(value))
        for path, value in entry.values()
    }
    return merged, sources


class LibraryBlock(Block):
    """A block that is a name of the library, or values, or a name with values over it."""

    base: str | None = None
    _sources: dict[str, ValueSource] = PrivateAttr(default_factory=dict)

    @property
    def sources(self) -> Mapping[str, ValueSource]:
        """Where each value comes from, by its key, e.g. ``"elasticity.young_modulus"``."""
        return self._sources

    def library_parameters(self) -> dict[str, Any] | None:
        """Values of the entry of the library that it names, as a case would write them; None without one."""
        return None if self.base is None else self.entry_of(self.base).parameters()

    @classmethod
    def entry_of(cls, name: str) -> LibraryMaterial | LibraryTransport:
        """Entry of the library of a name."""
        raise NotImplementedError

    @classmethod
    def from_library(
        cls,
        value: Any,
        handler: ModelWrapValidatorHandler[Self],
        problem: str,
    ) -> Self:
        """Validate what a case gives over the entry that it names; a valid block stays as it is.

        Parameters
        ----------
        value
            What the case gives.
        handler
            Validates a block.
        problem
            Message on what is neither a name nor a block.
        """
        if isinstance(value, cls):
            return value
        given = {"base": value} if isinstance(value, str) else value
        if not isinstance(given, dict):
            raise case_error(problem, "a name, or {base: NAME, ...}")
        library: dict[str, ValueSource] = {}
        if given.get("base") is not None:
            given, library = over_base(given, cls.entry_of(given["base"]))
        block = handler(given)
        block._sources = dict(sources_of(block, library))
        return block


def _relative(value: LibraryValue) -> tuple[float, float] | None:
    """Range of a value of the library over the value; all three have one unit."""
    if value.range is None:
        return None
    low, centre, high = (float(str(text).split()[0]) for text in (value.range[0], value.value, value.range[1]))
    return low / centre, high / centre


def sources_of(block: Block, library: Mapping[str, ValueSource]) -> Iterator[tuple[str, ValueSource]]:
    """Yield where each quantity of a block comes from: the library, if it is still that value, or the case."""
    for path, value in quantities_of(block):
        known = library.get(path)
        if known is not None and _same(known.text, value):
            yield path, known
        elif value.given is not None or value.dimension == "dimensionless":
            yield path, ValueSource(value.given or repr(float(value)), "case", "user")


def _same(text: str, value: Quantity) -> bool:
    try:
        return parse(text, value.dimension) == value
    except UnitError:
        return False


def quantities_of(block: Block, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """Yield every quantity of a block and of the blocks in it, with its key."""
    for name in type(block).model_fields:
        value = getattr(block, name)
        if isinstance(value, Quantity):
            yield f"{prefix}{name}", value
        elif isinstance(value, Block):
            yield from quantities_of(value, f"{prefix}{name}.")
