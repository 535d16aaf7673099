"""Studies and calibrations from their file to their last page: what the commands and Python share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from platingx.paths import absolute_path
from platingx.post.file_names import CALIBRATION_COPY, RESULTS, STUDY_COPY
from platingx.post.reports import write_report
from platingx.studies.local_run import Resources, run_parameters, still_to_run
from platingx.studies.pool import Quiet
from platingx.studies.results import StudyResults

if TYPE_CHECKING:
    from platingx.post.table import ComparisonRow
    from platingx.studies.calibration.outcome import Outcome
    from platingx.studies.mesh_convergence import Comparison
    from platingx.studies.points import Plan
    from platingx.studies.table import Row

__all__ = ["calibrate", "finish_calibration", "finish_comparison", "finish_study", "study"]


def study(
    file: str | Path, out: str | Path | None = None, *, jobs: int | None = None, ranks: int = 1, retry: bool = False
) -> StudyResults:
    """Run a study on this machine; points that are done are kept.

    Parameters
    ----------
    file : str or Path
        Study file, of points or of cases on three meshes.
    out : str or Path, optional
        Folder; ``runs/NAME`` if left out.
    jobs : int, optional
        Points at a time; as many as the cores allow if left out.
    ranks : int
        MPI ranks of each point.
    retry : bool
        Run points again that have failed.

    Returns
    -------
    StudyResults
        Table, figures and page. Points that have failed are rows of it with their reason (``failed``).

    Raises
    ------
    CaseError
        If the file is wrong.
    InterruptedRunError
        If SIGINT or SIGTERM arrived; the study can go on.
    OutputError
        If the folder cannot be written or is in use.

    Examples
    --------
    >>> results = platingx.study("cases/studies/tubule_length.study.yaml", "runs/lengths")
    >>> len(results.table), len(results.failed), results.report.name    # table: a pandas.DataFrame
    (15, 0, 'report.html')
    """
    from platingx.config.study import load_study
    from platingx.config.study_parameters import ParameterStudy
    from platingx.studies.points import expand
    from platingx.studies.slurm.control import refuse_queued

    loaded, resources = load_study(file), Resources(jobs, ranks)
    if not isinstance(loaded.study, ParameterStudy):
        from platingx.studies.mesh_convergence import compare_meshes, plan_comparison

        comparison = plan_comparison(loaded.path, None if out is None else absolute_path(out))
        finish_comparison(compare_meshes(comparison, resources, Quiet(), retry), comparison)
        return StudyResults(comparison.folder)
    plan = expand(loaded, loaded.study)
    folder = absolute_path(out if out is not None else Path("runs") / loaded.study.name)
    refuse_queued(folder)
    finish_study(plan, run_parameters(plan, folder, still_to_run(plan, folder, retry), resources, Quiet()), folder)
    return StudyResults(folder)


def finish_study(plan: Plan, rows: list[Row], folder: Path) -> tuple[list[Path], list[str]]:
    """Draw the figures of a study and write its page.

    Parameters
    ----------
    plan, rows, folder
        The study, rows of its table, its folder.

    Returns
    -------
    (list of Path, list of str)
        What was written, and what of it cannot be drawn.
    """
    pictures: list[Path] = []
    notes: list[str] = []
    if plan.study.figures:
        from platingx.studies.figures import draw_study

        pictures, notes = draw_study(plan.study, rows, folder)
    return [*pictures, write_report(folder)], notes


def finish_comparison(rows: list[ComparisonRow], comparison: Comparison) -> list[Path]:
    """Write the table of a study that compares meshes, and its page; give the files.

    Parameters
    ----------
    rows, comparison
        Rows of its table, the study.
    """
    from platingx.post.table import write_comparison
    from platingx.studies.kept_file import keep_file

    files = write_comparison(rows, comparison.folder)
    keep_file(comparison.path, comparison.folder / STUDY_COPY)
    return [*files, write_report(comparison.folder)]


def calibrate(
    file: str | Path,
    out: str | Path | None = None,
    *,
    jobs: int | None = None,
    ranks: int = 1,
    profiles: Sequence[str] = (),
) -> Outcome:
    """Choose numbers of cases so that results come near to targets; what has run is kept.

    Parameters
    ----------
    file : str or Path
        Calibration file.
    out : str or Path, optional
        Folder; ``runs/NAME`` if left out. It gets the table, figures, case files with the result, and report.html.
    jobs : int, optional
        Runs at a time; as many as the cores allow if left out.
    ranks : int
        MPI ranks of each run.
    profiles : sequence of str
        Parameters whose profile likelihood is wanted.

    Returns
    -------
    Outcome
        Values, residuals, Jacobian, and what the targets do not identify (``conclusions()``).

    Raises
    ------
    CaseError
        If the file is wrong.
    ConvergenceError
        If no trial gives a result.

    Examples
    --------
    >>> outcome = platingx.calibrate("cases/own.calibration.yaml", "runs/own")
    >>> outcome.names, bool(abs(outcome.best.residuals[0]) < 0.1)    # in uncertainties of the target
    (['current'], True)
    """
    from platingx.config.calibration_loader import load_calibration
    from platingx.studies.calibration.driver import calibrate as search
    from platingx.studies.calibration.problem import problem_of

    problem = problem_of(load_calibration(Path(file)))
    folder = absolute_path(out if out is not None else Path("runs") / problem.calibration.name)
    outcome = search(problem, folder, Resources(jobs, ranks), lambda _: None, profiles)
    finish_calibration(outcome, folder)
    return outcome


def finish_calibration(outcome: Outcome, folder: Path) -> list[Path]:
    """Write all that a calibration leaves beside the table of its runs; give the files, the table first.

    Parameters
    ----------
    outcome, folder
        The result, and the folder of the calibration.
    """
    from platingx.studies.calibration.case_files import write_cases
    from platingx.studies.calibration.figures import draw_calibration
    from platingx.studies.calibration.outcome import write_outcome
    from platingx.studies.kept_file import keep_file

    keep_file(outcome.problem.file.path, folder / CALIBRATION_COPY)
    files = [folder / RESULTS, write_outcome(outcome, folder), *write_cases(outcome, folder)]
    return [*files, *draw_calibration(outcome, folder), write_report(folder)]
