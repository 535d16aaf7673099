"""Run a calibration on this machine: searches by stages, then what the targets say of the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mpi4py import MPI

from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx.run.lock import FolderLock
from platingx.studies.calibration.evaluation import Evaluator
from platingx.studies.calibration.identification import identify
from platingx.studies.calibration.outcome import Outcome
from platingx.studies.calibration.problem import FULL, Problem
from platingx.studies.calibration.profile import profile_of
from platingx.studies.calibration.search import difference_jacobian, minimise
from platingx.studies.local_run import Resources, stoppable
from platingx.studies.messages import Setup
from platingx.studies.pool import Pool, Quiet, usable_cores, worker_command

__all__ = ["calibrate"]


def calibrate(
    problem: Problem,
    folder: Path,
    resources: Resources,
    announce: Callable[[str], None],
    profiles: Sequence[str] = (),
    command: Sequence[str] | None = None,
) -> Outcome:
    """Choose the parameters, and find what the targets say of them.

    Parameters
    ----------
    problem
        The calibration.
    folder
        Its folder.
    resources
        Workers and ranks.
    announce
        Receives a line for each evaluation.
    profiles
        Parameters whose profile is wanted.
    command
        Command line of a worker; that of this package if None.

    Notes
    -----
    The optimiser decides by the numbers of the runs alone. After a kill it therefore asks for the same runs again,
    of which those that have ended are read from their folders.

    Raises
    ------
    CaseError
        If there is no such parameter, or the cores do not suffice.
    ConvergenceError
        If there is no result at the start.
    InterruptedRunError
        If SIGINT or SIGTERM arrived; the calibration can go on.
    """
    names = list(problem.parameters)
    for name in profiles:
        if name not in names:
            near = nearest(name, names)
            hint = f"{near}?" if near else None
            raise CaseError(InputError(f"there is no parameter {name}", valid=", ".join(names), hint=hint))
    bases = tuple(problem.bases[stage][case] for stage in problem.stages for case in problem.calibration.cases)
    jobs = resources.workers(usable_cores())
    setup = Setup(bases, problem.file.path.parent, folder / "meshes")
    given = command if command is not None else worker_command(resources.ranks)
    pool = Pool(given, setup, jobs, folder / "workers", Quiet(), keep=True)
    evaluator = Evaluator(problem, folder, pool, announce)
    with FolderLock(folder, MPI.COMM_SELF), stoppable(pool):
        try:
            return _found(problem, evaluator, profiles)
        finally:
            pool.close()


def _found(problem: Problem, evaluator: Evaluator, profiles: Sequence[str]) -> Outcome:
    searches = {}
    start = problem.start
    for stage in problem.stages:
        searches[stage] = minimise(evaluator, stage, start)
        start = searches[stage].best.shares
    best = searches[FULL].best
    free = range(len(problem.parameters))
    jacobian = difference_jacobian(evaluator, best, free, central=True, purpose="sensitivity")
    identification = identify(jacobian)
    names = list(problem.parameters)
    found = tuple(
        profile_of(evaluator, FULL, best, names.index(name), float(identification.deviations[names.index(name)]))
        for name in profiles
    )
    return Outcome(problem, searches, best, jacobian, identification, found, len(evaluator.rows), evaluator.runs)
