"""``platingx impedance``: impedance of a run at its last state, or of a case at rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.cli.commands.options import Overrides, split_overrides
from platingx.cli.terminal import mpi_rank, say
from platingx.errors import CaseError
from platingx.paths import user_path

__all__ = ["impedance"]

LARGEST_COUNT = 10_000


def impedance(
    source: Annotated[Path, typer.Argument(parser=user_path, metavar="RUN|CASE", help="Run folder, or case file.")],
    highest: Annotated[str, typer.Option("--from", metavar="FREQUENCY", help="Highest frequency.")] = "1 MHz",
    lowest: Annotated[str, typer.Option("--to", metavar="FREQUENCY", help="Lowest frequency.")] = "10 mHz",
    per_decade: Annotated[int, typer.Option("--per-decade", min=1, max=1000, help="Frequencies in a decade.")] = 10,
    overrides: Overrides = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=user_path, metavar="DIR", help="Folder to write into; RUN if left out."),
    ] = None,
) -> None:
    """Impedance over frequency at the last state of a run, or of a case at rest, with the geometry frozen.

    Leaves impedance.csv and figures after Nyquist and Bode. Of a case --out says where; NAME-impedance if left out.
    """
    import numpy as np

    from platingx.post.impedance import draw_spectrum
    from platingx.run.impedance import impedance as find
    from platingx.units import UnitError, parse

    try:
        high, low = (float(parse(text, "frequency")) for text in (highest, lowest))
    except UnitError as error:
        raise CaseError(f"--from {highest} --to {lowest}: {error}") from None
    if not 0.0 < low < high:
        raise CaseError(f"--from {highest} --to {lowest}: frequencies above 0 with the highest first are possible")
    decades = float(np.log10(high / low))
    count = max(2, round(decades * per_decade) + 1)
    if count > LARGEST_COUNT:
        raise CaseError(f"--per-decade {per_decade}: {count} frequencies, at most {LARGEST_COUNT} are possible")
    folder = out or (source if source.is_dir() else Path(f"{source.stem}-impedance"))
    result = find(source, np.geomspace(high, low, count, dtype=np.float64), folder, tuple(split_overrides(overrides)))
    spectrum = result.spectrum
    say(f"impedance {result.state}, per plated area; geometry and stress frozen")
    for apex in spectrum.apexes:
        say(f"apex at {apex.frequency:.4g} Hz: {apex.value.real * 1e4:.5g} - {-apex.value.imag * 1e4:.5g}j ohm cm2")
    direct = "blocked" if not np.isfinite(spectrum.direct) else f"{spectrum.direct * 1e4:.6g} ohm cm2"
    say(f"direct current: {direct}", f"wrote {result.table}")
    if mpi_rank() == 0:
        title = f"{source.name}, {result.state}"
        say(*(f"wrote {path}" for path in draw_spectrum(spectrum, title, folder / "figures")))
