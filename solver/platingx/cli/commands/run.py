"""``platingx run``: the simulation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platingx.cli.commands.options import CaseFile, Overrides, split_overrides
from platingx.cli.terminal import console, mpi_rank, say
from platingx.paths import user_path
from platingx.units import describe_si

if TYPE_CHECKING:
    from platingx.config.case import Case
    from platingx.config.kinds import AnyCase

__all__ = ["run"]


def run(
    case_file: CaseFile,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option("--out", parser=user_path, metavar="DIR", help="Run folder; runs/NAME if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run; compute and write nothing.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for every step instead of a bar.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Nothing on the terminal but errors; run.log has it all.")
    ] = False,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            parser=user_path,
            metavar="DIR",
            help="Go on with the run of this case in DIR; solver, output and steps may be set anew.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run that is in the folder.")] = False,
    with_profile: Annotated[
        bool, typer.Option("--profile", help="Say where the time goes; also in profile.json of the run folder.")
    ] = False,
) -> None:
    """Run a case; also under MPI: mpirun -n 4 platingx run CASE."""
    from platingx.config.loader import load_any_case
    from platingx.profiling import Profile

    profile = Profile(since_process_start=True) if with_profile else None
    pairs = split_overrides(overrides)
    if resume is not None and (force or out is not None):
        raise typer.BadParameter("goes on in its own folder; leave out --out and --force", param_hint="--resume")
    if quiet and verbose:
        raise typer.BadParameter("leave out one of --quiet and --verbose", param_hint="--quiet")
    if dry_run:
        case = load_any_case(case_file, pairs)
        _describe(case, out if out is not None else Path("runs") / case.name, verbose)
        return
    from mpi4py import MPI

    from platingx.parallel import on_rank_0

    case = on_rank_0(MPI.COMM_WORLD, lambda: load_any_case(case_file, pairs))
    from platingx.run.runner import run_case

    folder = out if resume is None else resume
    result = run_case(
        case, folder, force=force, resume=resume is not None, verbose=verbose, quiet=quiet, profile=profile
    )
    if not quiet:
        say(f"results in {result.path}")
    if profile is not None and mpi_rank() == 0:
        from platingx.cli.tables import profile_table

        console().print(profile_table(result.profile))


def _describe(case: AnyCase, folder: Path, verbose: bool) -> None:
    """Print what a run would do, without starting MPI or a mesh."""
    from platingx.config.case import Case
    from platingx.config.doubts import mesh_doubts
    from platingx.config.remarks import remarks
    from platingx.config.resolved import dump_resolved

    lines = _of_finite_elements(case) if isinstance(case, Case) else case.outline()
    say(
        f"{case.name}: {case.description}",
        *(f"    {line}" for line in lines),
        f"    run folder: {folder}",
    )
    say(*(f"    {line}" for line in remarks(case)))
    if isinstance(case, Case):
        say(*(f"    doubtful: {line}" for line in mesh_doubts(case, case.nominal_thickness)))
    if verbose:
        say(dump_resolved(case))


def _of_finite_elements(case: Case) -> Iterator[str]:
    yield from (f"{region}: {material.base or 'given in the case'}" for region, material in case.materials.items())
    yield f"geometry: {case.geometry.builder}, {case.geometry.symmetry}"
    if case.growth.current_density is not None:
        yield f"current density: {case.growth.current_density.description}"
    for number, step in enumerate(() if case.electrochemistry is None else case.electrochemistry.control, start=1):
        yield f"control {number}: {step.description}"
    yield f"end: {describe_si(case.time.end, 'time')}"
    yield f"solver: {case.solver.preset}"
