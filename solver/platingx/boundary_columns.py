"""Quantities of named boundaries, bodies and contact; part of the table of `platingx.columns`."""

from __future__ import annotations

from platingx.column import Column

__all__ = ["columns_of_boundaries", "columns_of_contact"]


def columns_of_boundaries() -> tuple[Column, ...]:
    """Forces on boundaries, and the motion of rigid bodies."""
    return (
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
    )


def columns_of_contact() -> tuple[Column, ...]:
    """Faces that tools or other sides touch."""
    number = "dimensionless"
    return (
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
        Column(
            "contact_reach",
            "length",
            "present distance from the middle of the outermost node of a face that the other body presses on",
            "boundary",
        ),
        Column("max_opening", "length", "largest gap between the two sides of an interface", "boundary"),
        Column("max_damage", number, "largest damage of a cohesive surface; 1 where it is open", "boundary"),
        Column("broken_area", "area", "area of a cohesive surface that is open for good", "boundary", per_depth=True),
        Column("fracture_energy", "energy", "energy released by a cohesive surface so far", "boundary", per_depth=True),
        Column("max_penetration", number, "depth of a node in a tool over the height of its cell", "boundary"),
    )
