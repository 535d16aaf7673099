"""What one linear solve of Newton's method gives."""

from __future__ import annotations

from dataclasses import dataclass

from platingx.arrays import Array

__all__ = ["Correction"]


@dataclass(frozen=True)
class Correction:
    """A full Newton correction.

    Attributes
    ----------
    increments
        Of each field, shapes (local nodes, dimension).
    base
        Values of the fields that it is to be added to.
    trouble
        What was wrong with the linear solve on any rank; empty if nothing.
    relative_size
        Largest increment over the largest value, of the field where that is most.
    """

    increments: dict[str, Array]
    base: dict[str, Array]
    trouble: str = ""
    relative_size: float = float("inf")
