"""Quantities of a model as a whole, of its regions, specimens and flaws; part of the table of `platingx.columns`."""

from __future__ import annotations

from collections.abc import Iterator

from platingx.column import ALL_KINDS, FINITE_ELEMENTS, MD_DEPOSITION, WITH_CIRCUIT, Column

__all__ = [
    "columns_of_circuits", "columns_of_damage", "columns_of_energies",
    "columns_of_flaws", "columns_of_fracture", "columns_of_growth",
    "columns_of_specimens", "columns_of_stress",
]  # fmt: skip


def columns_of_growth() -> tuple[Column, ...]:
    """Steps, and the growth in them."""
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
        Column("left_behind_thickness", "length", "metal that is left in rows that are stripped, over the interface"),
        Column("spent_share", number, "share of the interface below columns that are spent and conduct no more"),
        Column("conducting_share", number, "share of an interface that may part over which current passes"),
        Column("dead_metal_thickness", "length", "metal that is left in spent columns, over the interface"),
        Column(
            "deposited_thickness",
            "length",
            "thickness of stress-free metal deposited so far",
            published=True,
            kinds=(FINITE_ELEMENTS, MD_DEPOSITION),
        ),
        Column("deposition_rate", "velocity", "growth of that thickness", published=True),
    )


def columns_of_circuits() -> tuple[Column, ...]:
    """The cell and its control."""
    number = "dimensionless"
    return (
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
    )


def columns_of_stress() -> tuple[Column, ...]:
    """Stress and the volume that it leaves to the metal."""
    number = "dimensionless"
    return (
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
    )


def columns_of_energies() -> tuple[Column, ...]:
    """Work, heat, and the balances."""
    number = "dimensionless"
    return (
        Column("electrical_work", "energy", "work of the source of the circuit so far", per_depth=True, of_state=False),
        Column("cell_heat", "energy", "heat of resistances and charge transfer so far", per_depth=True, of_state=False),
        Column("max_interface_pressure", "pressure", "largest pressure along the interfaces that metal diffuses on"),
        Column("extruded_volume", "volume", "metal that has left at the ends of its interfaces so far", per_depth=True),
        Column("crystalline_share", number, "crystalline share of the plated metal, from the table of the case"),
        Column("strength_factor", number, "factor on the metal's resistance to flow by its crystalline share"),
        Column("accreted_thickness", "length", "thickness of the metal that has left, on the sides that grow by it"),
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
    )


def columns_of_specimens() -> tuple[Column, ...]:
    """Specimens that are pressed or pulled."""
    return (
        Column("compression_force", "force", "force through a specimen, positive in compression", published=True),
        Column("shortening", "length", "way of the top of a specimen towards its base", published=True),
        Column(
            "waist_radius", "length", "present radius of a specimen at half its height or its equator", published=True
        ),
        Column("nominal_stress", "pressure", "force through a specimen over its section at the start", published=True),
        Column("true_stress", "pressure", "force through a specimen over its present section", published=True),
    )


def columns_of_fracture() -> tuple[Column, ...]:
    """When the theoretical strength is passed."""
    return (
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
    )


def columns_of_damage() -> tuple[Column, ...]:
    """The phase field of cracks."""
    number = "dimensionless"
    return (
        Column("largest_damage", number, "largest damage of the phase field, 1 where it is broken"),
        Column("damaged_volume", "volume", "damage integrated over the ceramic", per_depth=True),
        Column("cracked_length", "length", "length of all cracks by their surface energy"),
        Column("crack_surface_energy", "energy", "surface energy of the phase field", per_depth=True),
        Column("filling_pressure", "pressure", "pressure of the metal in the cracks of the phase field"),
        Column("filling_volume", "volume", "volume of the cracks that metal has run into", per_depth=True),
        Column("filling_metal", "volume", "volume without stress of the metal in cracks", per_depth=True),
        Column("alternations", number, "solutions for the damage in the step", of_state=False),
    )


def columns_of_flaws() -> Iterator[Column]:
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
