"""``platingx criteria``: the closed forms of Gao et al. 2022 for flaws, overpotentials and whiskers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platingx.cli.commands.materials import known_material
from platingx.cli.commands.quantities import read_quantity
from platingx.cli.terminal import console, say
from platingx.errors import CaseError, InputError

if TYPE_CHECKING:
    from platingx.config.library import LibraryMaterial

__all__ = ["criteria"]

FLAWS = ("10 nm", "100 nm", "1 um")
CONTACTS = ("100 nm", "1 um")
ASSUMED = (
    "Eq. 1 is that of a body under the same tension everywhere, which a pit under pressure is not: platingx crack has "
    "the stress along the flaw.",
    "Eq. 2 says what stress a voltage can sustain at most, Eq. 3 what a whisker takes.",
)


def criteria(
    electrolyte: Annotated[
        str | None,
        typer.Option(
            "--electrolyte", metavar="NAME", help="Material of the library with a toughness, or the first one."
        ),
    ] = None,
    metal: Annotated[
        str | None,
        typer.Option("--metal", metavar="NAME", help="Material of the library with a molar volume, or the first one."),
    ] = None,
    flaw: Annotated[
        list[str] | None, typer.Option("--flaw", metavar="LENGTH", help='Depth of a flaw, "10 nm"; can be repeated.')
    ] = None,
    stress: Annotated[
        list[str] | None, typer.Option("--stress", metavar="STRESS", help='Stress, "1.5 GPa"; can be repeated.')
    ] = None,
    voltage: Annotated[
        list[str] | None, typer.Option("--voltage", metavar="VOLTAGE", help='Overpotential, "0.2 V"; can be repeated.')
    ] = None,
    contact: Annotated[
        list[str] | None,
        typer.Option(
            "--contact", metavar="LENGTH", help='Diameter of the contact of a whisker, "1 um"; can be repeated.'
        ),
    ] = None,
) -> None:
    """Strength with a flaw, overpotential and driving stress of a whisker: Eq. 1 to 3 of Gao et al. 2022.

    Without --flaw, --stress, --voltage and --contact some usual ones are shown.
    """
    from rich.table import Table

    ceramic = known_material(electrolyte) if electrolyte else _first("electrolyte")
    lithium = known_material(metal) if metal else _first("metal")
    given = any((flaw, stress, voltage, contact))
    table = Table("given", "flaw that grows (Eq. 1)", "stress", "overpotential (Eq. 2)", "whisker contact (Eq. 3)")
    rows = _rows(ceramic, lithium)
    for kind, texts in (
        ("flaw", flaw if given else FLAWS),
        ("stress", stress),
        ("voltage", voltage),
        ("contact", contact if given else CONTACTS),
    ):
        for text in texts or ():
            table.add_row(*rows[kind](text))
    console().print(table)
    say(f"{ceramic.title}; {lithium.title}", *ASSUMED)


def _first(role: str) -> LibraryMaterial:
    """First material of a role in the library."""
    from platingx.config.library import load_material, material_names

    return next(found for found in map(load_material, material_names()) if found.role == role)


def _rows(ceramic: LibraryMaterial, metal: LibraryMaterial) -> dict[str, Callable[[str], tuple[str, ...]]]:
    """What makes a row of a text, by what is given."""
    from platingx.post import closed_forms as forms
    from platingx.post.scales import format_value

    toughness = _value(ceramic, "fracture.toughness", "fracture_toughness")
    factor = _value(ceramic, "fracture.flaw_geometry_factor", "dimensionless") or forms.GEOMETRY_FACTOR
    volume = _value(metal, "molar_volume", "molar_volume")
    surface = _value(metal, "properties.surface_energy", "surface_energy")

    def of_stress(text: str, stress: float) -> tuple[str, ...]:
        return (
            text,
            format_value(forms.griffith_flaw_depth(stress, toughness, factor), "m")
            if toughness
            else "toughness not known",
            format_value(stress, "Pa"),
            format_value(forms.overpotential_of_stress(stress, volume), "V") if volume else "molar volume not known",
            format_value(forms.whisker_contact_diameter(stress, surface), "m")
            if surface
            else "surface energy not known",
        )

    def from_flaw(text: str) -> tuple[str, ...]:
        depth = read_quantity(text, "length", "--flaw")
        if not toughness:
            raise CaseError(InputError(f"the toughness of {ceramic.name} is not known", hint="another --electrolyte"))
        return of_stress(text, forms.griffith_strength(depth, toughness, factor))

    def from_voltage(text: str) -> tuple[str, ...]:
        if not volume:
            raise CaseError(InputError(f"the molar volume of {metal.name} is not known", hint="another --metal"))
        return of_stress(text, forms.stress_of_overpotential(read_quantity(text, "voltage", "--voltage"), volume))

    def from_contact(text: str) -> tuple[str, ...]:
        if not surface:
            raise CaseError(InputError(f"the surface energy of {metal.name} is not known", hint="another --metal"))
        return of_stress(text, forms.whisker_stress(read_quantity(text, "length", "--contact"), surface))

    return {
        "flaw": from_flaw,
        "stress": lambda text: of_stress(text, read_quantity(text, "pressure", "--stress")),
        "voltage": from_voltage,
        "contact": from_contact,
    }


def _value(material: LibraryMaterial, key: str, dimension: str) -> float | None:
    """Value of the library in SI; None where it has none."""
    from platingx.units import parse

    known: dict[str, Any] = dict(material.values())
    known |= {f"properties.{name}": value for name, value in material.properties.items()}
    found = known.get(key)
    return None if found is None or found.value is None else float(parse(str(found.value), dimension))
