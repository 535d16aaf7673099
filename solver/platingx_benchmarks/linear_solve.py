"""One linear solve from element matrices to the solution: pattern, assembly, set-up, iterations or substitution."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.problems.equilibrium import Equilibrium
from platingx.problems.linear import LinearSystem
from platingx.profiling import phase
from platingx_benchmarks.measurement import Measurement, measure
from platingx_benchmarks.memory import let_go
from platingx_benchmarks.models import STIFFNESS

__all__ = ["PARTS", "PATTERN", "TOLERANCE", "measure_solve", "right_side"]

TOLERANCE = 1e-6
"""Relative residual at which the iterative solver stops here."""
PATTERN = "pattern"
PARTS = ("matrix assembly", "solver set-up", "linear solve")
REPEATS = 3


def measure_solve(
    comm: MPI.Intracomm, problem: Equilibrium, preset: str, dt: float | None = None, once: bool = False
) -> Measurement:
    """Measure a solve from the beginning. Collective.

    Parameters
    ----------
    comm
        That of the problem.
    problem
        A problem whose present iterate has been evaluated.
    preset
        Linear solver.
    dt
        Step in s to evaluate the element matrices with each time too, or None.
    once
        Without warm-up and repeats.

    Raises
    ------
    ConvergenceError
        If the solver fails.
    """

    def work() -> None:
        if dt is not None:
            problem.evaluate(dt)
        with phase(PATTERN):
            system = LinearSystem(problem.space, problem.contributions, problem.constraints.mask, STIFFNESS, preset)
        system.assemble()
        report = system.solve(right_side(problem), TOLERANCE)[1]
        if not report.converged:
            raise ConvergenceError(f"the {preset} solver failed: PETSc's reason {report.reason}")

    return measure(comm, work, 1 if once else REPEATS, lambda: let_go(comm), warm_ups=0 if once else 1)


def right_side(problem: Equilibrium) -> Array:
    """Out-of-balance forces of the free components of owned nodes, shape (owned nodes, dimension)."""
    owned = slice(0, problem.owned)
    return np.where(problem.constraints.mask[owned], 0.0, -problem.forces.condensed[owned])
