"""``platingx materials``: list and show the material library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from platingx.cli.terminal import console
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest

if TYPE_CHECKING:
    from platingx.config.library import LibraryMaterial, LibraryTransport, LibraryValue

__all__ = ["known_material", "materials"]

_STYLES = {"verified": "green", "verified-secondary": "cyan", "derived": "cyan", "unverified": "bold red"}


def materials(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Material to show; all are listed if left out.")
    ] = None,
) -> None:
    """List the library of materials and of diffusion, or show one entry with the source and status of every value."""
    from platingx.config.library import load_material, load_transport, material_names, transport_names

    names, transports = material_names(), transport_names()
    if name is None:
        console().print(_list([load_material(each) for each in names]))
        console().print(_list_transports([load_transport(each) for each in transports]))
    elif name in transports:
        _show_transport(load_transport(name))
    else:
        _show(_known(name, (*names, *transports)))


def known_material(name: str) -> LibraryMaterial:
    """Material of the library by the name of a command line; CaseError if there is none."""
    from platingx.config.library import material_names

    return _known(name, material_names())


def _known(name: str, known: tuple[str, ...]) -> LibraryMaterial:
    from platingx.config.library import load_material

    if name not in known:
        near = nearest(name, known, cutoff=0.4)
        hint = f"platingx materials {near}" if near else "platingx materials"
        raise CaseError(InputError(f"there is no material '{name}' in the library", valid=", ".join(known), hint=hint))
    return load_material(name)


def _list(all_materials: list[LibraryMaterial]) -> Any:
    from rich.table import Table

    table = Table(
        "material", "what", "law", "values", "unverified", title="Material library: platingx materials NAME shows one"
    )
    for material in all_materials:
        values = dict(material.values())
        doubtful = [key.rpartition(".")[2] for key, value in values.items() if value.status == "unverified"]
        law = material.viscoplasticity.get("law", "elastic only") if material.viscoplasticity else "elastic only"
        marked = f"[bold red]{len(doubtful)}: {', '.join(doubtful)}[/]" if doubtful else "0"
        table.add_row(material.name, material.title, str(law), str(len(values)), marked)
    return table


def _list_transports(entries: list[LibraryTransport]) -> Any:
    from rich.table import Table

    table = Table(
        "diffusion", "what", "of", "metal", "D", "unverified", title="Diffusion: transport of cases of kind tubule"
    )
    for entry in entries:
        doubtful = [key for key, value in entry.values() if value.status == "unverified"]
        marked = f"[bold red]{len(doubtful)}: {', '.join(doubtful)}[/]" if doubtful else "0"
        table.add_row(entry.name, entry.title, entry.of, entry.metal, str(entry.diffusivity.value), marked)
    return table


def _show_transport(entry: LibraryTransport) -> None:
    from rich.table import Table

    out = console()
    out.print(f"[bold]{entry.name}[/]: {entry.title}")
    out.print(entry.description, markup=False)
    table = Table("value", "", "status", "source", "note")
    for key, value in entry.values():
        table.add_row(*_row(key, value))
    out.print(table)


def _show(material: LibraryMaterial) -> None:
    from rich.table import Table

    out = console()
    out.print(f"[bold]{material.name}[/]: {material.title}")
    out.print(material.description, markup=False)
    table = Table("value", "", "status", "source", "note")
    words = {
        f"{block}.{key}": value for block in ("elasticity", "viscoplasticity") for key, value in _words(material, block)
    }
    words |= {"label": material.label, "role": material.role}
    for key, word in words.items():
        table.add_row(key, word, "", "", "")
    for key, value in material.values():
        table.add_row(*_row(key, value))
    table.add_section()
    for key, value in material.properties.items():
        table.add_row(*_row(f"({key})", value))
    out.print(table)
    if material.properties:
        out.print("Values in brackets are for reference; no case uses them.")


def _words(material: LibraryMaterial, block: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in getattr(material, block).items() if isinstance(value, str)]


def _row(key: str, value: LibraryValue) -> tuple[Any, ...]:
    from rich.text import Text

    shown = "not known" if value.value is None else str(value.value)
    status = Text(value.status.upper() if value.status == "unverified" else value.status, style=_STYLES[value.status])
    return key, Text(shown), status, Text(value.source), Text(value.note)
