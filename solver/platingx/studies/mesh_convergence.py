"""Run the cases of a study on three meshes each, and once with half the steps, and compare them.

Finished runs are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.resolved import fingerprint_of_results
from platingx.config.study import load_comparison
from platingx.errors import CaseError, InterruptedRunError, OutputError, PlatingxError, SingleRankError
from platingx.parallel import on_rank_0
from platingx.paths import absolute_path
from platingx.post.comparison import discretisation_errors, rows_of_run, step_size_errors
from platingx.post.results import RunResults
from platingx.post.table import ComparisonRow
from platingx.run.runner import run_case
from platingx.studies.finished import outcome_of
from platingx.units import format_si

Announce = Callable[[str], None]


def run_study(
    path: str | Path, out: str | Path | None, announce: Announce, comm: MPI.Intracomm = MPI.COMM_WORLD
) -> tuple[Path, list[ComparisonRow]]:
    """Run what a study still lacks, and gather the rows of its table. Collective.

    Parameters
    ----------
    path
        Study file.
    out
        Folder of the runs; ``runs/<name of the study>`` if left out.
    announce
        Receives a line before each run.
    comm
        Communicator.

    Returns
    -------
    folder, rows
        Where the runs are, and the table. A case that failed is a row that says why.

    Raises
    ------
    CaseError
        If the study or one of its cases is not valid; nothing has run then.
    """
    study, files = on_rank_0(comm, lambda: load_comparison(path))
    folder = absolute_path(out if out is not None else Path("runs") / study.name)
    cases = on_rank_0(comm, lambda: [_on_meshes(file, study.refinements) for file in files])
    names = [meshes[1.0].name for meshes in cases]
    if len(set(names)) < len(names):
        raise CaseError(f"{path}: two cases of the study have the same name: {', '.join(sorted(names))}")
    rows: list[ComparisonRow] = []
    for meshes in cases:
        runs = {
            factor: _run_or_keep(case, folder / case.name / f"mesh-{factor:g}", announce, comm)
            for factor, case in sorted(meshes.items())
        }
        coarsest = min(meshes)
        half = _run_half_steps(meshes[coarsest], runs[coarsest], announce, comm)
        rows.extend(on_rank_0(comm, partial(_rows, runs, half)))
    return folder, rows


def _on_meshes(file: Path, factors: Sequence[float]) -> dict[float, Case]:
    """The case on each mesh; the mesh of the case itself keeps its figures."""
    case = load_case(file)
    mesh = getattr(case.geometry, "mesh", None)
    if mesh is None:
        raise CaseError(f"{file}: a study refines the mesh of surface_pit geometries; this case reads a mesh file")
    meshes = {1.0: case}
    for factor in factors:
        if factor != 1.0:
            values = {
                "geometry.mesh.refinement": float(mesh.refinement) * float(factor),
                "output.figures": False,
                "output.fields_every": "milestones",
            }
            meshes[float(factor)] = case.with_values(values)
    return meshes


def with_half_steps(case: Case, ends: Sequence[float]) -> Case:
    """The case with each step of a run of it split in two, without figures.

    The steps that were taken are split, not the bounds halved: where Newton's effort chooses the steps, other bounds
    leave them as they are, and the error would seem small.

    Parameters
    ----------
    case
        The case.
    ends
        Ends of the steps of the run, s.
    """
    last = float(case.time.end)
    halves = [0.5 * (before + after) for before, after in pairwise([0.0, *ends])]
    instants = sorted({*halves, *(end for end in ends if end < last), *case.time.milestones})
    values = {
        "time.milestones": [format_si(instant, "time") for instant in instants],
        "output.figures": False,
        "output.fields_every": "milestones",
    }
    return case.with_values(values)


def _run_half_steps(case: Case, whole: RunResults, announce: Announce, comm: MPI.Intracomm) -> RunResults | None:
    """Run a case once more with each of its steps split in two; None where it has not come to its end."""

    def ends() -> list[float] | None:
        finished = outcome_of(whole.path, fingerprint_of_results(case)) == "completed"
        return [float(time) for time in whole.history["time_s"]] if finished else None

    known = on_rank_0(comm, ends)
    if known is None:
        return None
    folder = whole.path.with_name(f"{whole.path.name}-half-steps")
    return _run_or_keep(with_half_steps(case, known), folder, announce, comm)


def _run_or_keep(case: Case, folder: Path, announce: Announce, comm: MPI.Intracomm) -> RunResults:
    if on_rank_0(comm, lambda: outcome_of(folder, fingerprint_of_results(case)) == "completed"):
        announce(f"{folder}: finished before, kept")
        return RunResults(folder)
    announce(f"{folder}: running")
    try:
        run_case(case, folder, force=True, verbose=True, comm=comm)
    except (InterruptedRunError, SingleRankError):
        raise  # a study that is told to stop, or has lost a rank, does not go on with the next case
    except PlatingxError as error:
        announce(f"{folder}: failed: {error}")
    return RunResults(folder)  # also of a failed run, whose row says why


def _rows(runs: dict[float, RunResults], half: RunResults | None) -> list[ComparisonRow]:
    """Rows of one case on its own mesh: its errors come from all three, and from half the steps on the coarsest."""
    errors: dict[str, float] = {}
    steps: dict[str, float] = {}
    ordered = [run for _, run in sorted(runs.items())]
    position = sorted(runs).index(1.0)
    for quantity in ordered[position].regions.headlines:
        try:
            found = discretisation_errors(ordered, [quantity], formal_order=2.0)
        except OutputError:
            continue  # the row of the failed run says why
        errors[quantity] = found[quantity].errors_percent[position]
        if half is not None:
            with suppress(OutputError):  # a run that has failed with half the steps only leaves the column empty
                steps |= step_size_errors(ordered[0], half, [quantity])
    return rows_of_run(runs[1.0], errors, step_errors=steps)
