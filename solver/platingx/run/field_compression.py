"""Compresses the fields of a finished run as its case asks; the results are whole without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from platingx.config.case import Case
from platingx.errors import OutputError
from platingx.post.compression import compress_fields, why_not

__all__ = ["compress", "warn_of_compression"]


def warn_of_compression(case: Case, say: Callable[[str], None]) -> None:
    """Say before a run that its fields cannot be compressed."""
    operator = case.output.fields.compression
    reason = why_not(operator) if operator != "none" else None
    if reason is not None:
        say(f"warning: the fields will not be compressed: {reason}; leave out output.fields.compression, or change it")


def compress(case: Case, part: Path, say: Callable[[str], None]) -> None:
    """Compress a closed field file if the case asks for it. For rank 0.

    Parameters
    ----------
    case
        The case.
    part
        The field file, or the part of it that was written last.
    say
        Receives what was done or why it was not.
    """
    operator = case.output.fields.compression
    if operator == "none" or why_not(operator) is not None:
        return
    try:
        before, after = compress_fields(part, operator)
    except OutputError as error:
        say(f"warning: {error}")
    else:
        say(f"{part.name} compressed by {operator}: {before / 1e6:.3g} MB to {after / 1e6:.3g} MB")
