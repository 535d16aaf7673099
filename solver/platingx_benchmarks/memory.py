"""High-water mark of the memory of this process, which Linux lets a process set back."""

from __future__ import annotations

import ctypes
import gc
from pathlib import Path

from mpi4py import MPI
from petsc4py import PETSc

from platingx.run.profile import peak_memory

__all__ = ["let_go", "peak_over_ranks", "reset_peak", "resident"]

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"  # man proc_pid_clear_refs: peak resident set size to its present value


def reset_peak() -> bool:
    """Set the mark back to the present size; whether that was possible."""
    try:
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


def let_go(comm: MPI.Intracomm) -> None:
    """Free what nobody uses, matrices of PETSc included, and give it back to the system where that is possible.

    Collective.
    """
    gc.collect()
    PETSc.garbage_cleanup(comm)
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU library
    if trim is not None:
        trim(0)


def resident() -> int:
    """Present resident memory, bytes; 0 where the system does not say."""
    return _status("VmRSS") or 0


def peak_over_ranks(comm: MPI.Intracomm) -> int:
    """Largest resident memory since it was set back, summed over ranks, bytes. Collective."""
    mine = _status("VmHWM")
    return int(comm.allreduce(peak_memory() if mine is None else mine, MPI.SUM))


def _status(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line.split() for line in lines if line.startswith(f"{name}:")), None)
    return None if found is None else 1024 * int(found[1])
