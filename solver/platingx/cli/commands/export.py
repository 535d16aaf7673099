"""``platingx export``: a case as the input of another code."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import CaseFile, Overrides, split_overrides
from platingx.cli.terminal import mpi_rank, say
from platingx.paths import user_path

__all__ = ["export"]


class Format(StrEnum):
    """Codes that can be written for."""

    CALCULIX = "calculix"


class FlowResistance(StrEnum):
    """At which value a flow resistance that hardens is frozen."""

    INITIAL = "initial"
    STEADY = "steady"


def export(
    case_file: CaseFile,
    code: Annotated[Format, typer.Option("--format", help="Code to write for.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="FILE", help="File to write; NAME.inp if left out."),
    ] = None,
    small_strain: Annotated[
        bool, typer.Option("--small-strain", help="Without geometric nonlinearity (NLGEOM).")
    ] = False,
    flow_resistance: Annotated[
        FlowResistance,
        typer.Option("--flow-resistance", help="Value at which the flow resistance of a hardening law is frozen."),
    ] = FlowResistance.INITIAL,
    overrides: Overrides = None,
) -> None:
    """Write a case as the input deck of another code: mesh, materials, growth, supports and steps.

    What the other code cannot express stands in the head of the deck and is printed.
    """
    from platingx.config.loader import load_case

    case = load_case(case_file, split_overrides(overrides))
    if mpi_rank() != 0:
        return
    from platingx.exchange.calculix import calculix_deck, write_deck

    assert code is Format.CALCULIX
    deck = calculix_deck(case, small_strain=small_strain, flow_resistance=flow_resistance.value)
    path = out if out is not None else Path(f"{case.name}.inp")
    write_deck(deck, path)
    say(f"wrote {path}", *(f"note: {note}" for note in deck.notes))
