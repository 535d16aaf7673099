"""What describes a quantity that a run reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ALL_KINDS",
    "FINITE_ELEMENTS",
    "MD_DEPOSITION",
    "MD_NUCLEATION",
    "MOLECULAR",
    "STRIP_CELL",
    "TUBULE",
    "WITH_CIRCUIT",
    "Column",
]

FINITE_ELEMENTS: Final = "finite_elements"
TUBULE: Final = "tubule"
STRIP_CELL: Final = "strip_cell"
MD_NUCLEATION: Final = "md_nucleation"
MD_DEPOSITION: Final = "md_deposition"
MOLECULAR: Final = (MD_NUCLEATION, MD_DEPOSITION)
ALL_KINDS: Final = (FINITE_ELEMENTS, TUBULE, STRIP_CELL, *MOLECULAR)
WITH_CIRCUIT: Final = (FINITE_ELEMENTS, STRIP_CELL)


@dataclass(frozen=True)
class Column:
    """A reported quantity.

    Attributes
    ----------
    name
        Name without unit; of a region's or boundary's quantity the part before the name of the region.
    dimension
        Name in `platingx.units.DIMENSIONS`.
    description
        What it is.
    of
        What each has one: the ``model``, a ``region``, a ``boundary``, or a ``flaw`` by its name, length and state.
    regions
        Of a region's quantity, which regions have it: ``any``, those of ``metal``, or the ``other`` ones.
    per_depth
        Whether it is that of a metre of depth where a plane section is modelled.
    published
        Whether a case may quote a published or calibrated value of it.
    of_state
        Whether a converged state alone determines it, so that a run can end where it reaches a value.
    kinds
        Kinds of cases that report it.
    """

    name: str
    dimension: str
    description: str
    of: Literal["model", "region", "boundary", "flaw"] = "model"
    regions: Literal["any", "metal", "other"] = "any"
    per_depth: bool = False
    published: bool = False
    of_state: bool = True
    kinds: tuple[str, ...] = (FINITE_ELEMENTS,)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that a value of it may have: of a metre of depth too, where a section may be modelled."""
        return (*([f"{self.dimension}_per_length"] if self.per_depth else []), self.dimension)

    def dimension_in(self, whole_body: bool) -> str:
        """Dimension in the files of a run: that of a metre of depth, unless forces are those of the whole body."""
        return f"{self.dimension}_per_length" if self.per_depth and not whole_body else self.dimension
