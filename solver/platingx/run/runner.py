"""Run a case from mesh to summary, leaving a folder that explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mpi4py import MPI

from platingx.compilation.notice import telling
from platingx.config.base_case import BaseCase
from platingx.config.claims import without_claims
from platingx.config.kinds import AnyCase
from platingx.config.loader import load_any_case
from platingx.config.reduced_case import ReducedCase
from platingx.errors import CaseError
from platingx.parallel import on_rank_0
from platingx.paths import absolute_path
from platingx.physics.part import Builder
from platingx.physics.python_terms import Term
from platingx.post.results import RunResults, open_run
from platingx.profiling import Profile
from platingx.run.execution import Run
from platingx.run.lock import FolderLock, one_at_a_time
from platingx.run.mesh_store import MeshStore
from platingx.run.profile import recorded
from platingx.run.reduced import run_reduced
from platingx.run.resume import check_run_folder, open_resumption
from platingx.run.signals import SignalWatch

__all__ = ["run_case"]


def run_case(
    case: AnyCase | str | Path,
    out: str | Path | None = None,
    *,
    force: bool = False,
    resume: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    profile: Profile | None = None,
    terms: Sequence[Term | Builder] = (),
    meshes: MeshStore | None = None,
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> RunResults:
    """Run a case. Collective.

    Nothing of the process is changed: signal handlers, logging, working folder, settings of libraries. Outside of the
    main thread signals are not watched; runs of several threads wait for each other.

    Parameters
    ----------
    case
        A case, or the path of a case file.
    out
        Run folder; ``runs/<name of the case>`` if left out.
    force
        Replace the results of a folder that already holds a run.
    resume
        Go on with the run of this case in the folder, from its newest usable checkpoint.
    verbose, quiet
        Lines instead of a bar on a terminal; nothing on the terminal.
    profile
        Collects the time of each phase; it is also left in the folder, as ``profile.json``.
    terms
        Physics of your own: terms in UFL (:mod:`platingx.physics.python_terms`), or functions that build a part of the
        model with contributions of any kind (:data:`platingx.physics.part.Builder`). Calibration and published values
        of the case do not hold then, and are dropped.
    meshes
        Where runs of the same geometry share its mesh.
    comm
        Communicator.

    Returns
    -------
    RunResults
        Reads the folder when asked; the same on all ranks.

    Raises
    ------
    CaseError, MeshError, ConvergenceError, OutputError
        The folder then says how far the run came.
    InterruptedRunError
        If SIGTERM, SIGINT, SIGUSR1 or SIGHUP arrived; the state is saved.

    Examples
    --------
    >>> case = platingx.load_case("cases/tubule.yaml", [("drive.cycles", "1")])
    >>> run = platingx.run_case(case, "runs/one_cycle", quiet=True)
    >>> bool(run.history["root_pressure_Pa"].max() > 0.0)    # a pandas.DataFrame
    True
    """
    if not isinstance(case, BaseCase):
        path = case
        case = on_rank_0(comm, lambda: load_any_case(path))
    folder = absolute_path(out if out is not None else Path("runs") / case.name)
    if resume:
        on_rank_0(comm, lambda: check_run_folder(folder))
    if isinstance(case, ReducedCase):
        if terms:
            raise CaseError("terms in Python act on a finite-element model; this kind of case has none: leave them out")
        return _run_reduced(case, folder, force, resume, verbose, quiet, profile, comm)
    if terms:
        case = without_claims(case, "physics in Python was added")
    with one_at_a_time(comm), SignalWatch() as watch, FolderLock(folder, comm):
        resumption = open_resumption(case, folder, comm) if resume else None
        mesh = None
        with recorded(profile, folder / "profile.json", comm):
            while True:
                run = Run(
                    case, folder, comm, force or resume, verbose, quiet, resumption, watch, tuple(terms), meshes, mesh
                )
                with telling(partial(run.log.say, beside_bar=True)):
                    results = run.execute()
                if results is not None:
                    return results
                resumption = open_resumption(case, folder, comm)  # an event has switched something
                mesh = run.mesh  # ranks that share it anew may share it otherwise, with other last digits


def _run_reduced(
    case: ReducedCase,
    folder: Path,
    force: bool,
    resume: bool,
    verbose: bool,
    quiet: bool,
    profile: Profile | None,
    comm: MPI.Intracomm,
) -> RunResults:
    """Run a case without a mesh on rank 0, while the others wait. Collective."""
    with (
        one_at_a_time(comm),
        SignalWatch() as watch,
        FolderLock(folder, comm),
        recorded(profile, folder / "profile.json", comm),
    ):
        on_rank_0(comm, lambda: run_reduced(case, folder, force, resume, verbose, quiet, watch))
    return open_run(folder)
