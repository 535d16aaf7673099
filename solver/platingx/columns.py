"""The quantities that a run reports: the one table of their names, dimensions, units and words.

History, summary, cases (published and calibrated values), figures and documentation read it. A quantity of a region or
of a boundary has its name behind it: ``max_pressure_na``. In files the unit follows: ``max_pressure_na_Pa``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from platingx.boundary_columns import columns_of_boundaries, columns_of_contact
from platingx.column import FINITE_ELEMENTS, MD_DEPOSITION, MD_NUCLEATION, STRIP_CELL, TUBULE, Column
from platingx.dimensions import DIMENSIONS
from platingx.model_columns import (
    columns_of_circuits,
    columns_of_damage,
    columns_of_energies,
    columns_of_flaws,
    columns_of_fracture,
    columns_of_growth,
    columns_of_specimens,
    columns_of_stress,
)
from platingx.reduced_columns import columns_of_molecular_dynamics, columns_of_strip_cells, columns_of_tubules

__all__ = [
    "COLUMNS", "FINITE_ELEMENTS", "MD_DEPOSITION", "MD_NUCLEATION", "STRIP_CELL", "TUBULE", "Column", "ColumnTable",
    "column_of", "headlines", "split_unit", "suffix_of", "unit_suffix",
]  # fmt: skip


COLUMNS: Final = {
    column.name: column
    for column in (
        *columns_of_growth(),
        *columns_of_circuits(),
        *columns_of_stress(),
        *columns_of_energies(),
        *columns_of_boundaries(),
        *columns_of_specimens(),
        *columns_of_contact(),
        *columns_of_fracture(),
        *columns_of_damage(),
        *columns_of_flaws(),
        *columns_of_tubules(),
        *columns_of_strip_cells(),
        *columns_of_molecular_dynamics(),
    )
}
"""All quantities of this package, by name."""


def suffix_of(unit: str) -> str:
    """End of a name for an SI unit: ``A/m^2`` gives ``A_per_m2``, ``1/s`` ``per_s``, ``Pa*m^0.5`` ``Pa_m05``."""
    text = unit.replace("1/", "per_") if unit.startswith("1/") else unit.replace("/", "_per_")
    return "".join(letter for letter in text.replace("*", "_") if letter not in "^().")


_UNITS: Final = {
    suffix_of(dimension.si_unit): dimension.si_unit for dimension in DIMENSIONS.values() if dimension.si_unit
}


def unit_suffix(column: Column, whole_body: bool) -> str:
    """End of the name of a column in files, e.g. ``Pa``; empty for pure numbers.

    Parameters
    ----------
    column
        The quantity.
    whole_body
        Whether forces and energies are those of the whole body, not of a metre of its depth.
    """
    return suffix_of(DIMENSIONS[column.dimension_in(whole_body)].si_unit)


def split_unit(header: str) -> tuple[str, str]:
    """Split a name in a file into quantity and SI unit: ``collector_force_N_per_m`` -> ``collector_force``, ``N/m``."""
    for suffix in sorted(_UNITS, key=len, reverse=True):
        if header.endswith(f"_{suffix}"):
            return header[: -len(suffix) - 1], _UNITS[suffix]
    return header, ""


def column_of(name: str, own: Mapping[str, Column] | None = None) -> Column | None:
    """Find the quantity of a name without unit; None when there is none.

    Parameters
    ----------
    name
        Such as ``max_pressure_na``.
    own
        Quantities of a run that the table of this package does not have, by name.
    """
    if own is not None and name in own:
        return own[name]
    if name in COLUMNS:
        return COLUMNS[name] if COLUMNS[name].of == "model" else None
    stems = [stem for stem, column in COLUMNS.items() if column.of != "model" and name.startswith(f"{stem}_")]
    stem = max(stems, key=len, default="")
    return replace(COLUMNS[stem], name=name) if stem and len(name) > len(stem) + 1 else None


def headlines(metal: str, electrolytes: Sequence[str]) -> tuple[str, ...]:
    """Quantities that a run is told by: the pressure in the metal that grows, and the stress in each electrolyte.

    Parameters
    ----------
    metal, electrolytes
        Names of regions.
    """
    return (f"max_pressure_{metal}", *(f"max_principal_stress_{region}" for region in electrolytes))


@dataclass(frozen=True)
class ColumnTable:
    """Names of the quantities of a run in its files.

    Attributes
    ----------
    whole_body
        Whether forces and energies are those of the whole body.
    own
        Quantities that the run has beside those of the package, by name.
    """

    whole_body: bool = True
    own: Mapping[str, Column] = field(default_factory=dict)

    @classmethod
    def with_own(cls, whole_body: bool, columns: Iterable[Column]) -> ColumnTable:
        """Table of a run with some quantities of its own."""
        return cls(whole_body, {column.name: column for column in columns})

    def joined(self, columns: Iterable[Column]) -> ColumnTable:
        """The same table with more quantities of the run's own."""
        return ColumnTable(self.whole_body, {**self.own, **{column.name: column for column in columns}})

    def unit(self, name: str) -> str:
        """Unit at the end of a quantity's name in files, e.g. ``Pa`` of ``max_pressure_na``; empty for pure numbers.

        Raises
        ------
        KeyError
            If there is no such quantity.
        """
        column = column_of(name, self.own)
        if column is None:
            raise KeyError(f"no quantity {name}: it is missing in platingx.columns")
        return unit_suffix(column, self.whole_body)

    def si_unit(self, name: str) -> str:
        """SI unit of a quantity, such as ``N/m``; empty for pure numbers."""
        return _UNITS.get(self.unit(name), "")

    def header(self, name: str, quantity: str | None = None) -> str:
        """Name with the unit behind it: ``max_pressure_na_Pa``.

        Parameters
        ----------
        name
            What stands before the unit.
        quantity
            Quantity whose unit it is, where it is not the name itself: ``value`` of ``max_pressure_na``.
        """
        unit = self.unit(quantity or name)
        return f"{name}_{unit}" if unit else name
