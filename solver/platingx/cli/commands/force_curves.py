"""``platingx force-curves``: measured force curves, their check, what calibrations need of them, a figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, say
from platingx.errors import CaseError, InputError, OutputError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.config.force_curves import ForceCurves

__all__ = ["force_curves"]


def force_curves(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Force curves of the library, or a YAML file of the same form.")
    ] = "liu_2020",
    table: Annotated[str | None, typer.Option("--table", metavar="TABLE", help="One of its tables.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=user_path,
            metavar="FOLDER",
            help="Writes TABLE.yaml, a case whose cantilever is moved so, and TABLE.csv, a target of calibrations.",
        ),
    ] = None,
    extends: Annotated[
        str, typer.Option("--extends", metavar="FILE", help="Case that TABLE.yaml extends, as seen from the folder.")
    ] = "afm_rod.yaml",
    tool: Annotated[str, typer.Option("--tool", metavar="TOOL", help="Its tool on the cantilever.")] = "platen",
    speed: Annotated[
        str, typer.Option("--speed", metavar="SPEED", help="Speed of the base, which the tables do not have.")
    ] = "10 nm/s",
    loading: Annotated[
        bool, typer.Option("--loading", help="Only rows up to the largest force, in both files.")
    ] = False,
    run: Annotated[
        Path | None,
        typer.Option("--run", parser=user_path, metavar="RUN", help="Draws a run against the table, into its folder."),
    ] = None,
) -> None:
    """List measured force curves and rows that break F = k dX; write what a calibration needs; draw data and fit."""
    from platingx.config.force_curves import load_force_curves

    curves = load_force_curves(name)
    _list(curves)
    if table is None:
        if out is not None or run is not None:
            raise CaseError(InputError("one table has to be named", valid=", ".join(curves.tables), hint="--table"))
        return
    if table not in curves.tables:
        raise CaseError(InputError(f"there is no table '{table}' in {curves.name}", valid=", ".join(curves.tables)))
    if out is not None:
        _write(curves, table, out, extends, tool, _speed(speed), loading)
    if run is not None:
        _draw(curves, table, run)


def _speed(text: str) -> float:
    from platingx.units import UnitError, parse

    try:
        value = float(parse(text, "velocity"))
    except UnitError as error:
        raise CaseError(InputError(f"--speed: {error}", valid="a speed such as 10 nm/s")) from None
    if not value > 0.0:
        raise CaseError(InputError(f"--speed: {text} does not move the base", valid="a speed above zero"))
    return value


def _list(curves: ForceCurves) -> None:
    from rich.table import Table

    shown = Table(
        "table", "rows", "largest force", "at shortening", "strength", title=f"{curves.title}: {curves.source}"
    )
    for name, curve in curves.tables.items():
        force, shortening, _ = curve.rows[curve.peak]
        strength = "not given" if curve.strength is None else f"{float(curve.strength) / 1e6:.4g} MPa"
        shown.add_row(
            name, str(len(curve.rows)), f"{float(force) * 1e9:.5g} nN", f"{float(shortening) * 1e9:.4g} nm", strength
        )
    console().print(shown)
    rows = sum(len(curve.rows) for curve in curves.tables.values())
    stiffness = float(curves.stiffness)
    say(
        f"{rows - len(curves.mismatches)} of {rows} rows have F = k dX with k = {stiffness:g} N/m to the digits printed"
    )
    for found in curves.mismatches:
        force, spring = found.force * 1e9, found.spring_force * 1e9
        say(
            f"{found.table} row {found.row}: F = {force:.5g} nN, but k dX = {spring:.5g} nN; "
            f"the way of the base is taken from F, dX = {found.force / stiffness * 1e9:.4g} nm"
        )
    if curves.note:
        say(curves.note)


def _write(curves: ForceCurves, table: str, folder: Path, extends: str, tool: str, speed: float, loading: bool) -> None:
    from platingx.config.force_curve_files import case_text, target_text

    last = curves.tables[table].peak + 1 if loading else len(curves.tables[table].rows)
    files = {
        folder / f"{table}.yaml": case_text(curves, table, extends, tool, speed, last),
        folder / f"{table}.csv": target_text(curves, table, speed, last),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    say(*(f"wrote {path}" for path in files))


def _draw(curves: ForceCurves, table: str, run: Path) -> None:
    from platingx.post.results import open_run
    from platingx.post.specimen_figures import FORCE_FIGURE, Measured, specimen_figure
    from platingx.post.style import save

    rows = curves.tables[table].rows
    measured = Measured(f"{curves.source}, {table}", *([float(row[place]) for row in rows] for place in range(3)))
    say(f"wrote {save(specimen_figure(open_run(run), measured), run / 'figures' / FORCE_FIGURE)}")
