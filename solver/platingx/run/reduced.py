"""Which run a case without a mesh has; each is imported when one runs, and with it what no other run needs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from platingx.config.reduced_case import ReducedCase
from platingx.run.signals import SignalWatch

__all__ = ["run_reduced"]

_MOLECULAR = ("platingx.run.molecular", "MolecularRun")
_RUNS: Final = {
    "tubule": ("platingx.run.tubule", "TubuleRun"),
    "md_nucleation": _MOLECULAR,
    "md_deposition": _MOLECULAR,
    "strip_cell": ("platingx.run.strip_cell", "StripCellRun"),
}
"""Module and class of each kind."""


def run_reduced(
    case: ReducedCase, folder: Path, force: bool, resume: bool, verbose: bool, quiet: bool, watch: SignalWatch
) -> None:
    """Run it, on one process; see :class:`platingx.run.reduced_run.ReducedRun`.

    Raises
    ------
    OutputError
        If the folder holds a run already, or cannot be written.
    InterruptedRunError
        If a signal arrived; the state is saved.
    """
    module, name = _RUNS[case.kind]
    kind: Any = getattr(import_module(module), name)
    kind(case, folder, force, resume, verbose, quiet, watch).execute()
