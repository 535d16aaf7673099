"""What a run warns of, in lines for the heads of its figures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from platingx.errors import OutputError
from platingx.post.field_names import largest_of_field
from platingx.post.results import RunResults

__all__ = ["singular_lines", "warning_lines"]

_WIDTH = 104
_MOST_LINES = 5


def warning_lines(run: RunResults) -> list[str]:
    """Warnings of a run, broken into lines; those beyond the fifth line are counted only.

    Parameters
    ----------
    run : RunResults
        A run that is going on, and has no summary yet, has none.
    """
    lines = [
        line
        for text in _summary(run).get("warnings") or []
        for line in textwrap.wrap(f"warning: {text}", _WIDTH, subsequent_indent="    ")
    ]
    if len(lines) > _MOST_LINES:
        return [*lines[: _MOST_LINES - 1], "more in summary.json"]
    return lines


def singular_lines(run: RunResults, field: str, region: str) -> list[str]:
    """Say that the largest value of a field sits at a singular point, if it does.

    Parameters
    ----------
    run : RunResults
    field, region : str
        Name of the field and of the region that a figure colours.
    """
    quantities: Mapping[str, Any] = _summary(run).get("quantities") or {}
    words = (quantities.get(largest_of_field(field, region)) or {}).get("singular_point")
    return (
        textwrap.wrap(f"the largest value of the run is near {words}", _WIDTH, subsequent_indent="    ")
        if words
        else []
    )


def _summary(run: RunResults) -> dict[str, Any]:
    try:
        return run.summary
    except OutputError:
        return {}
