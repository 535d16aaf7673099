"""``platingx export``: a case as the input of another code, or the fields of a run as files of VTK."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import Overrides, split_overrides
from platingx.cli.terminal import mpi_rank, say
from platingx.errors import CaseError, InputError, OutputError
from platingx.paths import user_path

__all__ = ["export"]


class Format(StrEnum):
    """Formats that can be written: of a case, and of a run."""

    CALCULIX = "calculix"
    VTKHDF = "vtkhdf"
    VTU = "vtu"


class FlowResistance(StrEnum):
    """At which value a flow resistance that hardens is frozen."""

    INITIAL = "initial"
    STEADY = "steady"


def export(
    source: Annotated[
        Path,
        typer.Argument(
            parser=user_path, metavar="CASE | RUN", help="Case file for calculix; run folder for the others."
        ),
    ],
    form: Annotated[
        Format, typer.Option("--format", help="calculix: the deck of a case. vtkhdf, vtu: the fields of a run.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=user_path,
            metavar="PATH",
            help="File to write, of vtu a folder; NAME.inp, RUN/fields.vtkhdf or RUN/vtu if left out.",
        ),
    ] = None,
    regions: Annotated[
        list[str] | None, typer.Option("--region", help="Of a run: these regions only; may be given often.")
    ] = None,
    small_strain: Annotated[
        bool, typer.Option("--small-strain", help="Of a case: without geometric nonlinearity (NLGEOM).")
    ] = False,
    flow_resistance: Annotated[
        FlowResistance | None,
        typer.Option(
            "--flow-resistance",
            help="Of a case: value at which the flow resistance of a hardening law is frozen; initial if left out.",
        ),
    ] = None,
    overrides: Overrides = None,
) -> None:
    """Write a case as the input deck of another code, or the fields of a run as files that VTK and ParaView open.

    What a deck cannot express stands in its head and is printed.
    """
    if form is Format.CALCULIX:
        _refuse({"--region": bool(regions)}, "calculix takes a case as a whole")
        _export_case(source, out, small_strain, flow_resistance or FlowResistance.INITIAL, overrides)
        return
    of_case = {
        "--small-strain": small_strain,
        "--flow-resistance": flow_resistance is not None,
        "--set": bool(overrides),
    }
    _refuse(of_case, f"{form} takes the fields of a run as they are")
    if mpi_rank() == 0:
        _export_run(source, form, out, regions or [])


def _refuse(options: dict[str, bool], reason: str) -> None:
    """Refuse options that are given and belong to the other kind of export."""
    for name, given in options.items():
        if given:
            raise typer.BadParameter(f"{reason}; leave it out", param_hint=name)


def _export_case(
    case_file: Path, out: Path | None, small_strain: bool, flow_resistance: FlowResistance, overrides: list[str] | None
) -> None:
    from platingx.config.loader import load_case
    from platingx.config.resolved import RESOLVED_CASE

    if (case_file / RESOLVED_CASE).is_file():
        message = f"calculix writes the deck of a case, and {case_file} is the folder of a run"
        hint = f"platingx export {case_file / RESOLVED_CASE} --format calculix, or --format vtkhdf for its fields"
        raise CaseError(InputError(message, hint=hint))
    case = load_case(case_file, split_overrides(overrides))
    if mpi_rank() != 0:
        return
    from platingx.exchange.calculix import calculix_deck, write_deck

    deck = calculix_deck(case, small_strain=small_strain, flow_resistance=flow_resistance.value)
    path = out if out is not None else Path(f"{case.name}.inp")
    write_deck(deck, path)
    say(f"wrote {path}", *(f"note: {note}" for note in deck.notes))


def _export_run(folder: Path, form: Format, out: Path | None, regions: list[str]) -> None:
    from platingx.run.folder import VTK_FILES

    if folder.is_file():
        raise OutputError(
            f"{form} writes the fields of a run, and {folder} is a file\n"
            f"    try:   platingx run CASE, then platingx export runs/NAME --format {form}; cases go to calculix only"
        )
    from platingx.post.results import open_run
    from platingx.post.vtk_mesh import vtk_mesh
    from platingx.post.vtkhdf import write_vtkhdf
    from platingx.post.vtu import write_vtu

    run = open_run(folder)
    mesh = vtk_mesh(run.fields, regions)
    path = out if out is not None else run.path / VTK_FILES[form]
    if form is Format.VTKHDF:
        say(f"wrote {write_vtkhdf(run.fields, mesh, path, run.title)}")
    else:
        first, *steps = write_vtu(run.fields, mesh, path)
        say(f"wrote {first} and {len(steps)} files of steps beside it")
    numbers = ", ".join(f"{number} = {name}" for name, number in mesh.regions.items())
    say(f"{len(run.fields)} steps, {len(mesh.cells)} cells, {len(mesh.points)} points; region: {numbers}")
    if mesh.jumps:
        say(f"note: {', '.join(mesh.jumps)} jump between cells, so these share no points")
