"""The quantities that a run reports: the one table of their names, dimensions, units and words.

History, summary, cases (published and calibrated values), figures and documentation read it. A quantity of a region or
of a boundary has its name behind it: ``max_pressure_na``. In files the unit follows: ``max_pressure_na_Pa``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from platingx.column import (
    ALL_KINDS,
    FINITE_ELEMENTS,
    MD_DEPOSITION,
    MD_NUCLEATION,
    STRIP_CELL,
    TUBULE,
    WITH_CIRCUIT,
    Column,
)
from platingx.dimensions import DIMENSIONS
from platingx.reduced_columns import columns_of_molecular_dynamics, columns_of_strip_cells, columns_of_tubules

__all__ = [
    "COLUMNS", "FINITE_ELEMENTS", "MD_DEPOSITION", "MD_NUCLEATION", "STRIP_CELL", "TUBULE", "Column", "ColumnTable",
    "column_of", "headlines", "split_unit", "suffix_of", "unit_suffix",
]  # fmt: skip


def _columns() -> tuple[Column, ...]:
    number = "dimensionless"
    return (
        Column("step", number, "number of the step, from 1", of_state=False, kinds=ALL_KINDS),
        Column("time", "time", "end of the step", of_state=False, kinds=ALL_KINDS),
        Column("dt", "time", "size of the step", of_state=False, kinds=ALL_KINDS),
        Column("newton_iterations", number, "corrections of the accepted attempt", of_state=False, kinds=WITH_CIRCUIT),
        Column(
            "rejected_attempts",
            number,
            "attempts of this step that were rolled back",
            of_state=False,
            kinds=WITH_CIRCUIT,
        ),
        Column("residual", number, "relative residual at convergence", of_state=False),
        Column("plastic_increment", number, "largest equivalent plastic strain of the step", of_state=False),
        Column("growth_stretch", number, "stretch of growth along the fibre", published=True),
        Column(
            "current_density",
            "current_density",
            "current density that drives the growth",
            published=True,
            kinds=ALL_KINDS,
        ),
        Column(
            "lowest_current_density", "current_density", "smallest current density at a point of the plated interface"
        ),
        Column(
            "highest_current_density", "current_density", "largest current density at a point of the plated interface"
        ),
        Column("lowest_column_ratio", number, "volume ratio of growth of the column that has grown least"),
        Column("highest_column_ratio", number, "volume ratio of growth of the column that has grown most"),
        Column("spent_share", number, "share of the interface below columns that are spent and conduct no more"),
        Column("dead_metal_thickness", "length", "metal that is left in spent columns, over the interface"),
        Column(
            "deposited_thickness",
            "length",
            "thickness of stress-free metal deposited so far",
            published=True,
            kinds=(FINITE_ELEMENTS, MD_DEPOSITION),
        ),
        Column("deposition_rate", "velocity", "growth of that thickness", published=True),
        Column("control_step", number, "step of the control that was on, from 1", of_state=False),
        Column("voltage", "voltage", "voltage over the cell and its leads", published=True, kinds=WITH_CIRCUIT),
        Column("current", "current", "current through the plated area of the cell", published=True),
        Column(
            "capacity",
            "charge_per_area",
            "charge per plated area so far, plating less stripping",
            published=True,
            kinds=WITH_CIRCUIT,
        ),
        Column(
            "step_capacity", "charge_per_area", "size of the charge per plated area since the step of the control began"
        ),
        Column("charge_transfer_overpotential", "voltage", "what charge transfer takes of the voltage"),
        Column("stress_overpotential", "voltage", "what stress takes of the voltage", published=True),
        Column("mean_pressure", "pressure", "average over the current volume", "region", published=True),
        Column("collector_force", "force", "upward force on the collector", per_depth=True, published=True),
        Column("deposited_volume_ratio", number, "volume added by growth over that of Faraday's law", published=True),
        Column(
            "occupied_volume_ratio", number, "change of the volume taken up, over that of Faraday's law", published=True
        ),
        Column("max_pressure", "pressure", "largest pressure", "region", published=True),
        Column(
            "max_principal_stress", "pressure", "largest maximum principal stress", "region", "other", published=True
        ),
        Column("max_von_mises_stress", "pressure", "largest von Mises stress", "region", published=True),
        Column("pressure_at_tip", "pressure", "pressure at the tip of the pit", "region", "metal", published=True),
        Column(
            "principal_stress_at_tip",
            "pressure",
            "principal stress at the tip of the pit",
            "region",
            "other",
            published=True,
        ),
        Column("electrical_work", "energy", "work of the source of the circuit so far", per_depth=True, of_state=False),
        Column("cell_heat", "energy", "heat of resistances and charge transfer so far", per_depth=True, of_state=False),
        Column("max_interface_pressure", "pressure", "largest pressure along the interfaces that metal diffuses on"),
        Column("extruded_volume", "volume", "metal that has left at the ends of its interfaces so far", per_depth=True),
        Column("diffused_share", number, "volume that diffusion has moved so far, over the volume plated"),
        Column(
            "external_work", "energy", "work of supports and loads on the body so far", per_depth=True, of_state=False
        ),
        Column("growth_work", "energy", "work of growth against the stress so far", per_depth=True, of_state=False),
        Column("stored_energy", "energy", "elastic energy of the present state", per_depth=True, of_state=False),
        Column("parting_energy", "energy", "work that parting of interfaces has taken", per_depth=True, of_state=False),
        Column("friction_energy", "energy", "heat of friction at interfaces", per_depth=True, of_state=False),
        Column("spring_energy", "energy", "energy in the springs of bodies and sides", per_depth=True, of_state=False),
        Column("dissipated_energy", "energy", "heat of plastic flow so far", per_depth=True, of_state=False),
        Column(
            "force_balance_error", number, "resultant of all outside forces over the sum of their sizes", of_state=False
        ),
        Column("faraday_balance_error", number, "volume added by growth against Faraday's law", of_state=False),
        Column(
            "plastic_volume_balance_error",
            number,
            "largest change of volume by plastic flow at a point",
            of_state=False,
        ),
        Column(
            "energy_balance_error",
            number,
            "energy put in and neither stored nor dissipated, over the largest energy",
            of_state=False,
        ),
        Column("force_x", "force", "force on the body along x at a named boundary", "boundary", per_depth=True),
        Column("force_y", "force", "force on the body along y at a named boundary", "boundary", per_depth=True),
        Column("force_z", "force", "force on the body along z at a named boundary", "boundary", per_depth=True),
        *(
            Column(f"displacement_{axis}", "length", f"displacement of a rigid body along {axis}", "boundary")
            for axis in "xyz"
        ),
        *(Column(f"turn_{axis}", "angle", f"turn of a rigid body about {axis}", "boundary") for axis in "xyz"),
        *(
            Column(
                f"deflection_{axis}",
                "length",
                f"displacement of a body along {axis} less that of the base of its spring",
                "boundary",
            )
            for axis in "xyz"
        ),
        Column("compression_force", "force", "force through a specimen, positive in compression", published=True),
        Column("shortening", "length", "way of the top of a specimen towards its base", published=True),
        Column(
            "waist_radius", "length", "present radius of a specimen at half its height or its equator", published=True
        ),
        Column("nominal_stress", "pressure", "force through a specimen over its section at the start", published=True),
        Column("true_stress", "pressure", "force through a specimen over its present section", published=True),
        Column(
            "contact_force_x",
            "force",
            "force of a tool, or the other side, on a face along x",
            "boundary",
            per_depth=True,
        ),
        Column(
            "contact_force_y",
            "force",
            "force of a tool, or the other side, on a face along y",
            "boundary",
            per_depth=True,
        ),
        Column(
            "contact_force_z",
            "force",
            "force of a tool, or the other side, on a face along z",
            "boundary",
            per_depth=True,
        ),
        Column("contact_area", "area", "present area that is pressed on by a tool", "boundary", per_depth=True),
        Column(
            "edge_shift", "length", "way outwards of the outer edge of a face that a moving tool touches", "boundary"
        ),
        Column("lift_over_spread", number, "way of the tool along the axis over that of the edge", "boundary"),
        Column("closed_share", number, "share of a face that is pressed on by a tool", "boundary"),
        Column("max_contact_pressure", "pressure", "largest pressure of a tool on a face", "boundary"),
        Column("max_suction", "pressure", "largest tensile traction of a tool on a face", "boundary"),
        Column("max_slip", "length", "longest way of a node along a tool so far", "boundary", of_state=False),
        Column(
            "friction_work", "energy", "heat of friction at a face so far", "boundary", per_depth=True, of_state=False
        ),
        Column(
            "interface_work",
            "energy",
            "work that parting of a face from its tool has taken so far",
            "boundary",
            per_depth=True,
            of_state=False,
        ),
        Column("max_opening", "length", "largest gap between the two sides of an interface", "boundary"),
        Column("max_penetration", number, "depth of a node in a tool over the height of its cell", "boundary"),
        Column(
            "time_at_fracture",
            "time",
            "time at which the theoretical strength is passed",
            published=True,
            of_state=False,
        ),
        Column(
            "current_density_at_fracture",
            "current_density",
            "current density at that time",
            published=True,
            of_state=False,
        ),
        *_columns_of_flaws(),
        *columns_of_tubules(),
        *columns_of_strip_cells(),
        *columns_of_molecular_dynamics(),
    )


def _columns_of_flaws() -> Iterator[Column]:
    """Quantities of the flaws of a case; behind them stand the name of the flaw, its length, and filled or dry."""
    for name, dimension, words in (
        ("flaw_pressure", "pressure", "pressure of the metal at the mouth of a flaw"),
        ("stress_intensity_1", "fracture_toughness", "K_I of a flaw"),
        ("stress_intensity_2", "fracture_toughness", "K_II of a flaw"),
        ("energy_release_rate", "surface_energy", "energy release rate of a flaw, zero where it is closed"),
        ("critical_flaw_length", "length", "shortest flaw that grows"),
        ("critical_pressure", "pressure", "pressure at which the first of the filled flaws would grow, in proportion"),
        ("nucleation_factor", "dimensionless", "load at which the smooth surface cracks"),
        ("nucleation_length", "length", "length of the crack that appears there"),
    ):
        yield Column(name, dimension, words, "flaw", of_state=False)


COLUMNS: Final = {column.name: column for column in _columns()}
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
