"""``platingx calibrate``: choose numbers of cases so that results come near to targets."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.terminal import console, mpi_size, say
from platingx.errors import CaseError, InputError
from platingx.paths import absolute_path, user_path

if TYPE_CHECKING:
    from platingx.studies.calibration.outcome import Outcome
    from platingx.studies.calibration.problem import Problem

__all__ = ["calibrate"]


def calibrate(
    file: Annotated[Path, typer.Argument(parser=user_path, metavar="CALIBRATION", help="Calibration file (YAML).")],
    out: Annotated[
        Path | None, typer.Option("--out", parser=user_path, metavar="DIR", help="Folder; runs/NAME if left out.")
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="PARAMETER", help="Also its profile likelihood; all: of each parameter."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List parameters and targets; run and write nothing.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Runs at a time; as many as the cores allow if left out.")
    ] = None,
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks of each run.")] = 1,
) -> None:
    """Choose numbers of cases so that results come near to targets, and say what the targets do not identify."""
    if mpi_size() > 1:
        hint = "platingx calibrate, without mpirun or -n"
        raise CaseError(InputError("a calibration starts its own processes", hint=hint))
    from platingx.config.calibration_loader import load_calibration
    from platingx.studies.calibration.problem import problem_of

    problem = problem_of(load_calibration(file))
    names = list(problem.parameters)
    profiles = names if profile and "all" in profile else list(dict.fromkeys(profile or ()))
    if dry_run:
        _describe(problem)
        return
    from platingx.studies.calibration.driver import calibrate as run
    from platingx.studies.local_run import Resources
    from platingx.studies.whole import finish_calibration

    folder = absolute_path(out if out is not None else Path("runs") / problem.calibration.name)
    outcome = run(problem, folder, Resources(jobs, ranks), _line, profiles)
    _print(outcome)
    say(*(f"wrote {path}" for path in finish_calibration(outcome, folder)))


def _line(text: str) -> None:
    say(text)
    sys.stdout.flush()


def _describe(problem: Problem) -> None:
    """Print what is chosen to meet what."""
    say(f"{problem.calibration.name}: {len(problem.parameters)} numbers to meet {len(problem.residuals)} targets")
    for name, parameter in problem.parameters.items():
        keys = {
            key for case in problem.calibration.cases for key, of in problem.chosen_keys(case).items() if name in of
        }
        say(f"    {name}: {parameter.low} to {parameter.high}, from {parameter.start} ({', '.join(sorted(keys))})")
    for name, target in problem.calibration.targets.items():
        aim = f"curve of {len(problem.file.tables[name].values)} rows" if target.value is None else target.value.given
        say(f"    {name}: {target.of} of {target.case}, {aim} ({target.source})")
    cases, count = len(problem.calibration.cases), len(problem.parameters)
    say(f"each trial value takes up to {cases} runs, and its differences up to {cases * count}; what has run is kept")


def _print(outcome: Outcome) -> None:
    """Print the chosen numbers, computed values beside the targets, and what the targets say."""
    from rich.table import Table

    from platingx.post.scales import format_value
    from platingx.studies.calibration.evaluation import short
    from platingx.units import DIMENSIONS

    chosen = Table(title="chosen numbers")
    for column in ("parameter", "value", "95 % from", "to", "bounds"):
        chosen.add_column(column, justify="left" if column == "parameter" else "right")
    settings = outcome.problem.settings(outcome.best.shares)
    for index, (name, parameter) in enumerate(outcome.problem.parameters.items()):
        unit, interval = DIMENSIONS[parameter.dimension].si_unit, outcome.interval(index)
        ends = ["not", "identified"]
        if interval is not None:
            ends = [format_value(outcome.number(index, end), unit, 4) for end in interval]
        chosen.add_row(name, short(settings[name]), *ends, f"{parameter.low} to {parameter.high}")
    targets = Table(title="targets")
    for column in ("target", "computed", "wanted", "deviation", "in uncertainties"):
        targets.add_column(column, justify="left" if column == "target" else "right")
    numbers = zip(outcome.problem.residuals, outcome.best.computed, outcome.best.residuals, strict=True)
    for residual, computed, difference in numbers:
        unit, wanted = DIMENSIONS[residual.value.dimension].si_unit, float(residual.value)
        share = f"{computed / wanted - 1.0:+.2%}" if wanted else ""
        texts = (format_value(float(computed), unit, 4), format_value(wanted, unit, 4))
        targets.add_row(residual.name, *texts, share, f"{difference:+.2f}")
    console().print(chosen, targets)
    values = ", ".join(f"{value:.3g}" for value in outcome.identification.singular_values)
    condition = outcome.identification.condition
    words = f"{condition:.3g}" if math.isfinite(condition) else "infinite"
    say(f"singular values {values} (uncertainties per range); condition {words}")
    say(*(f"- {sentence}" for sentence in outcome.conclusions()))
