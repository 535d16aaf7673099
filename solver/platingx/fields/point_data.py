"""Quantities at the quadrature points of regions, which parts give to one another; each has one owner."""

from __future__ import annotations

from dataclasses import dataclass, field

from platingx.arrays import Array, Int32Array
from platingx.fields.saved_state import Saved

__all__ = ["GROWTH", "PointArray", "PointData"]

GROWTH = "growth"
"""Name of the growth Jg."""


@dataclass
class PointArray:
    """A quantity at the quadrature points of a region, with its last converged values.

    Attributes
    ----------
    region, name
        Name of the region, and of the quantity in it, such as ``growth``.
    cells
        Local numbers of the owned cells of the region.
    values
        Present values, shape (cells, points). Readers keep this array; its owner writes into it.
    owner
        Who writes it, or empty while nobody does.
    """

    region: str
    name: str
    cells: Int32Array
    values: Array
    owner: str = ""
    converged: Array = field(init=False)

    def __post_init__(self) -> None:
        self.converged = self.values.copy()

    def claim(self, owner: str) -> None:
        """Become its owner.

        Raises
        ------
        ValueError
            If somebody else is.
        """
        if self.owner not in {"", owner}:
            raise ValueError(f"{self.name} of {self.region} is written by {self.owner} already, not by {owner}")
        self.owner = owner

    def begin(self, time: float, ratio: float) -> None:
        """Start a step from the converged values."""
        del time, ratio
        self.rollback()

    def commit(self) -> None:
        """Accept the present values."""
        self.converged = self.values.copy()

    def rollback(self) -> None:
        """Return to the converged values."""
        self.values[...] = self.converged

    def saved(self) -> Saved:
        """The converged values by cells."""
        return Saved(f"{self.region}:{self.name}", "cells", self.cells, {self.name: self.converged.copy()})

    def restore(self, saved: Saved) -> None:
        """Take over converged values."""
        self.converged = saved.arrays[self.name].copy()
        self.rollback()


class PointData:
    """All quantities at quadrature points that parts share, by region and name."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[str, str], PointArray] = {}

    def add(self, array: PointArray) -> PointArray:
        """Make a quantity known.

        Raises
        ------
        ValueError
            If there is one of this name in the region.
        """
        key = (array.region, array.name)
        if key in self._arrays:
            raise ValueError(f"there is a {array.name} of {array.region} already")
        self._arrays[key] = array
        return array

    def get(self, region: str, name: str) -> PointArray:
        """A quantity of a region.

        Raises
        ------
        ValueError
            If there is none of this name.
        """
        try:
            return self._arrays[region, name]
        except KeyError:
            known = ", ".join(f"{quantity} of {where}" for where, quantity in self._arrays) or "none"
            raise ValueError(f"there is no {name} of {region} at quadrature points; there are: {known}") from None

    def claim(self, region: str, name: str, owner: str) -> PointArray:
        """A quantity for its owner to write.

        Raises
        ------
        ValueError
            If there is none of this name, or it has another owner.
        """
        array = self.get(region, name)
        array.claim(owner)
        return array
