"""Quantities of the kinds of cases without a mesh; part of the table of `platingx.columns`."""

from __future__ import annotations

from typing import Final

from platingx.column import MD_DEPOSITION, MD_NUCLEATION, MOLECULAR, STRIP_CELL, TUBULE, Column

__all__ = ["REDUCED_HEADLINES", "columns_of_molecular_dynamics", "columns_of_strip_cells", "columns_of_tubules"]

REDUCED_HEADLINES: Final = {
    TUBULE: ("root_pressure", "gas_pressure", "wall_hoop_stress"),
    STRIP_CELL: ("contact_share", "overpotential", "peak_current_density"),
    MD_NUCLEATION: ("relative_bcc_fraction", "potential_energy_per_atom"),
    MD_DEPOSITION: ("front_height", "roughness_average"),
}
"""Quantities that runs of each kind are told by."""


def columns_of_tubules() -> tuple[Column, ...]:
    """Those of tubes of a mixed conductor."""
    table = (
        ("cycle", "dimensionless", "number of the cycle, from 1"),
        ("direction", "dimensionless", "1 while plating, -1 while stripping"),
        ("stored_charge", "charge_per_area", "metal in the tubes, over the whole section"),
        ("filled_fraction", "dimensionless", "length of metal over that of the tube"),
        ("front_position", "length", "where the metal reaches to, from the root"),
        ("void_length", "length", "length of the void between root and metal"),
        ("root_pressure", "pressure", "pressure in the metal at the root over that outside"),
        ("root_overpotential", "voltage", "voltage in balance with the pressure at the root"),
        ("gas_pressure", "pressure", "pressure of the gas in front of the metal"),
        ("gas_pressure_difference", "pressure", "gas pressure over that in a less filled neighbour"),
        ("wall_pressure_difference", "pressure", "largest difference of pressure between tube and neighbour, anywhere"),
        ("wall_hoop_stress", "pressure", "largest hoop stress of the wall"),
        ("wall_bending_stress", "pressure", "largest bending stress of the wall to the neighbour"),
    )
    return tuple(Column(*row, of_state=False, kinds=(TUBULE,)) for row in table)


def columns_of_strip_cells() -> tuple[Column, ...]:
    """Those of metal that is stripped over a void."""
    number = "dimensionless"
    table = (
        ("part", number, "number of the part of the program, from 1"),
        ("overpotential", "voltage", "what interface and constriction take of the voltage"),
        ("contact_share", number, "share of the interface in which metal and electrolyte are in contact"),
        ("mean_gap", "length", "mean gap between the metal and electrolyte or insert"),
        ("max_gap", "length", "largest gap between the metal and electrolyte or insert"),
        ("peak_current_density", "current_density", "largest size of the current density at a point"),
        ("foil_descent", "length", "way that the foil has come down as a rigid body"),
        ("mean_interface_pressure", "pressure", "mean pressure between metal and electrolyte"),
        ("peak_interface_pressure", "pressure", "largest pressure between metal and electrolyte"),
        ("peak_interface_tension", "pressure", "largest tension between metal and electrolyte"),
        ("creep_stress", "pressure", "equivalent stress that stands for the creeping metal"),
        ("insert_share", number, "share of the interface that an inert metal covers; 0 without one"),
        ("insert_height", "length", "height of the inert metal; 0 without one"),
        (
            "insert_current_density",
            "current_density",
            "current of double layer and oxidation of the inert metal, over the whole interface",
        ),
        ("insert_volume_error", number, "volume of the inert metal that is lost and not oxidised, over all of it"),
        (
            "volume_error",
            number,
            "metal that is neither stripped nor come down nor in the void, over what was stripped",
        ),
    )
    return tuple(Column(*row, of_state=False, kinds=(STRIP_CELL,)) for row in table)


def columns_of_molecular_dynamics() -> tuple[Column, ...]:
    """Those of molecular dynamics."""
    table = (
        ("temperature", "temperature", "temperature of the atoms that move", MOLECULAR),
        ("atoms", "dimensionless", "number of atoms", MOLECULAR),
        ("potential_energy_per_atom", "energy", "potential energy over the number of atoms", MOLECULAR),
        ("bcc_fraction", "dimensionless", "share of atoms with bcc surroundings", (MD_NUCLEATION,)),
        (
            "relative_bcc_fraction",
            "dimensionless",
            "that share over the one of a perfect sphere of as many atoms",
            (MD_NUCLEATION,),
        ),
        ("deposited_atoms", "dimensionless", "atoms that have landed", (MD_DEPOSITION,)),
        ("front_height", "length", "mean height of the front over the clean slab", (MD_DEPOSITION,)),
        ("roughness_average", "length", "mean distance of the front from its mean height", (MD_DEPOSITION,)),
        ("roughness_total", "length", "highest less lowest point of the front", (MD_DEPOSITION,)),
        ("roughness_rms", "length", "root mean square distance of the front from its mean height", (MD_DEPOSITION,)),
    )
    return tuple(Column(*row[:3], of_state=False, kinds=row[3]) for row in table)
