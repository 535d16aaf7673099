"""``platingx atoms``: decks for LAMMPS, and what positions of atoms and tables of runs say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platingx.cli.commands.options import CaseFile, Overrides, split_overrides
from platingx.cli.terminal import console, say
from platingx.errors import CaseError, OutputError
from platingx.paths import user_path

if TYPE_CHECKING:
    from platingx.atoms.dump_file import Frame

__all__ = ["atoms"]

atoms = typer.Typer(
    no_args_is_help=True,
    help="Molecular dynamics by LAMMPS: decks, order and roughness of what it leaves, thresholds of many runs.",
)

Dump = Annotated[Path, typer.Argument(parser=user_path, metavar="DUMP", help="Text dump of LAMMPS, or .gz of one.")]
Table = Annotated[
    Path | None, typer.Option("--out", parser=user_path, metavar="FILE", help="Write the rows as CSV as well.")
]


@atoms.command()
def deck(
    case_file: CaseFile,
    out: Annotated[Path, typer.Option("--out", parser=user_path, metavar="DIR", help="Folder to write into.")],
    overrides: Overrides = None,
) -> None:
    """Write the deck of a case for LAMMPS; it runs without this program: cd DIR; lmp -in run.in."""
    from platingx.config.loader import load_any_case
    from platingx.config.molecular import MdCase
    from platingx.molecular.program import find_lammps
    from platingx.run.molecular import write_deck

    case = load_any_case(case_file, split_overrides(overrides))
    if not isinstance(case, MdCase):
        raise CaseError(f"{case_file} is no case of molecular dynamics: kind: md_nucleation or md_deposition")
    if out.exists() and any(out.iterdir()):
        raise OutputError(f"{out} is not empty; choose another --out")
    needs_program = case.potential.entry is not None and bool(case.potential.entry.files)
    write_deck(case, out, find_lammps(case) if needs_program else None)
    say(f"wrote the deck to {out}; run it there: lmp -in run.in")


@atoms.command()
def order(dump: Dump, out: Table = None) -> None:
    """Classify the surroundings of atoms by adaptive common neighbour analysis, frame by frame."""
    import numpy as np

    from platingx.atoms.adaptive_cna import Structure, structures
    from platingx.atoms.crystals import largest_bcc_fraction

    def row(frame: Frame) -> dict[str, Any]:
        counts = np.bincount(structures(frame.positions, frame.box), minlength=len(Structure))
        count = len(frame.positions)
        names = {kind.name.lower(): int(counts[kind]) for kind in Structure}
        share = counts[Structure.BCC] / count if count else 0.0
        sphere = largest_bcc_fraction(count) if 20 <= count <= _LARGEST_SPHERE else float("nan")
        return {
            "step": frame.step,
            "atoms": count,
            **names,
            "bcc_fraction": share,
            "over_perfect_sphere": share / sphere,
        }

    _table(dump, row, out, "Surroundings of the atoms (adaptive common neighbour analysis)")


@atoms.command()
def roughness(
    dump: Dump,
    width: Annotated[float, typer.Option("--width", help="Width of a bin, in the unit of the dump.")] = 3.51,
    across: Annotated[bool, typer.Option("--across", help="Bins along x and y, not along x alone.")] = False,
    out: Table = None,
) -> None:
    """Roughness of the topmost atoms along z, frame by frame, in the unit of the dump."""
    from platingx.atoms.roughness import roughness as of_heights
    from platingx.atoms.roughness import surface_heights

    if not width > 0.0:
        raise typer.BadParameter("a width above zero, such as the lattice constant", param_hint="--width")

    def row(frame: Frame) -> dict[str, Any]:
        front = of_heights(surface_heights(frame.positions, frame.box, width, across=across))
        return {
            "step": frame.step, "atoms": len(frame.positions), "mean": front.mean,
            "R_a": front.average, "R_max": front.total, "sigma": front.rms,
        }  # fmt: skip

    _table(dump, row, out, "Roughness of the front")


@atoms.command()
def threshold(
    table: Annotated[Path, typer.Argument(parser=user_path, metavar="TABLE", help="CSV with one row for each run.")],
    size: Annotated[str, typer.Option("--size", help="Column of the number of atoms.")] = "atoms",
    outcome: Annotated[str, typer.Option("--order", help="Column of the order at the end.")] = "order",
    above: Annotated[float, typer.Option("--above", help="Order above which a cluster is ordered.")] = 0.5,
    confidence: Annotated[float, typer.Option("--confidence", help="Of the interval.")] = 0.95,
) -> None:
    """Size from which clusters order: a logistic curve through the outcomes of many runs, with its interval."""
    import pandas as pd

    from platingx.atoms.threshold import fit_threshold

    if not 0.0 < confidence < 1.0:
        raise typer.BadParameter("a number between 0 and 1, such as 0.95", param_hint="--confidence")
    try:
        rows = pd.read_csv(table)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot read {table}: {getattr(error, 'strerror', None) or error}") from error
    for option, name in (("--size", size), ("--order", outcome)):
        if name not in rows:
            raise typer.BadParameter(f"{table} has no column {name}; it has {', '.join(rows)}", param_hint=option)
    known = rows[[size, outcome]].apply(pd.to_numeric, errors="coerce").dropna()
    if known.empty:
        raise OutputError(f"{table} has no row with numbers in {size} and {outcome}")
    found = fit_threshold(known[size].to_numpy(float), known[outcome].to_numpy(float) > above, confidence)
    left_out = f"; {len(rows) - len(known)} rows without numbers are left out" if len(known) < len(rows) else ""
    say(f"{found.runs} runs, {found.ordered} ordered ({outcome} above {above:g}){left_out}")
    interval = f"{confidence:.0%} interval {found.low:.0f} to {found.high:.0f} atoms"
    if found.atoms != found.atoms:
        say(f"the runs do not bound the threshold from both sides: {interval}")
    else:
        sharp = "sharper than the sizes can tell" if found.width == 0.0 else f"width {found.width:.0f} atoms"
        say(f"threshold {found.atoms:.0f} atoms, {interval}; {sharp}")


_LARGEST_SPHERE = 20_000
"""Atoms up to which a perfect sphere is made for comparison."""


def _table(dump: Path, row: Any, out: Path | None, title: str) -> None:
    """Print a row for each frame, and write them."""
    from rich.table import Table as Shown

    from platingx.atoms.dump_file import read_dump
    from platingx.run.reduced_run import write_table

    rows = [row(frame) for frame in read_dump(dump)]
    if not rows:
        raise OutputError(f"{dump} has no whole frame")
    shown = Shown(*rows[0], title=title)
    for values in rows:
        shown.add_row(*(f"{value:.4g}" if isinstance(value, float) else str(value) for value in values.values()))
    console().print(shown)
    if out is not None:
        write_table(out, rows)
        say(f"wrote {out}")
