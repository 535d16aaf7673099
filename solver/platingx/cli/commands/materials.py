"""``platingx materials``: list and show the material library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from platingx.cli.terminal import console
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest

if TYPE_CHECKING:
    from platingx.config.library import LibraryMaterial, LibraryValue

__all__ = ["materials"]

_STYLES = {"verified": "green", "verified-secondary": "cyan", "derived": "cyan", "unverified": "bold red"}


def materials(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Material to show; all are listed if left out.")
    ] = None,
) -> None:
    """List the material library, or show one material with the source and status of every value."""
    from platingx.config.library import load_material, material_names

    names = material_names()
    if name is None:
        console().print(_list([load_material(each) for each in names]))
        return
    if name not in names:
        near = nearest(name, names, cutoff=0.4)
        hint = f"platingx materials {near}" if near else "platingx materials"
        raise CaseError(InputError(f"there is no material '{name}' in the library", valid=", ".join(names), hint=hint))
    _show(load_material(name))


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
