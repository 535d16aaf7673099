"""What a target was found to be."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GIBI", "Outcome", "is_near"]

GIBI = 2.0**30
_NEAR = 1.6  # a size counts as the wanted one up to this factor


@dataclass(frozen=True)
class Outcome:
    """What was measured for a target, whether that meets it, and what it is limited by."""

    measured: str
    met: bool
    limit: str


def is_near(size: int, wanted: float) -> bool:
    """Whether a size counts as the wanted one."""
    return 1 / _NEAR < size / wanted < _NEAR
