"""Base class of every block of a case: immutable, no unknown keys, cross-checks that report all they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from platingx.units import Quantity

__all__ = ["Block", "Finding", "value_at"]


@dataclass(frozen=True)
class Finding:
    """Something wrong between several values of a block.

    Parameters
    ----------
    key : str
        Path of the key to point at, from the block, e.g. ``"pit.half_width"``; empty for the block itself.
    message : str
        What is wrong.
    valid, hint : str, optional
        What would be valid, and the next thing to try.
    """

    key: str
    message: str
    valid: str = ""
    hint: str = ""


class Block(BaseModel):
    """A block of a case file."""

    replaced_whole: ClassVar[bool] = False
    """Whether a case that extends another replaces the block as a whole, because half of it means nothing."""

    # Validators are built when a block is first read: half of them never are, and they cost 0.1 s of each start.
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=False, arbitrary_types_allowed=False, defer_build=True
    )

    def check(self) -> Iterator[Finding]:
        """Yield what is wrong between the values of this block; each block overrides it."""
        yield from ()

    def complete(self) -> None:
        """Fill in what follows from other values; a block that needs it overrides it. Checks come afterwards."""

    @model_validator(mode="after")
    def _cross_check(self) -> Self:
        self.complete()
        findings = list(self.check())
        if findings:
            raise PydanticCustomError("findings", "inconsistent values", {"findings": findings})
        return self

    def _fill(self, name: str, value: float, dimension: str, given: str) -> None:
        """Give a default that follows from other values; only validators of the block itself may call this."""
        self.__dict__[name] = Quantity(float(f"{value:.15g}"), dimension, given)


def value_at(block: Any, path: str) -> Any:
    """Give what stands at a key of a block, e.g. ``time.end``; None where there is nothing."""
    for part in path.split("."):
        if isinstance(block, Block) and part in type(block).model_fields:
            block = getattr(block, part)
        elif isinstance(block, Mapping) and part in block:
            block = block[part]
        elif isinstance(block, tuple) and part.isdecimal() and int(part) < len(block):
            block = block[int(part)]
        else:
            return None
    return block
