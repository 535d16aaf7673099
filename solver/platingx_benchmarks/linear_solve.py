"""One linear solve from element matrices to the solution: pattern, assembly, set-up, iterations or substitution."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.problems.block_system import BlockSystem
from platingx.problems.problem import Problem
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
    comm: MPI.Intracomm, problem: Problem, preset: str, evaluates: bool = False, once: bool = False
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
    evaluates
        Whether the element matrices are evaluated each time too.
    once
        Without warm-up and repeats.

    Raises
    ------
    ConvergenceError
        If the solver fails.
    """

    def work() -> None:
        if evaluates:
            problem.evaluate()
        with phase(PATTERN):
            fields = tuple(problem.fields.values())
            system = BlockSystem(fields, problem.contributions, problem.ties, STIFFNESS, preset)
        system.assemble()
        report = system.solve(right_side(problem), TOLERANCE)[1]
        if not report.converged:
            raise ConvergenceError(f"the {preset} solver failed: PETSc's reason {report.reason}")

    return measure(comm, work, 1 if once else REPEATS, lambda: let_go(comm), warm_ups=0 if once else 1)


def right_side(problem: Problem) -> dict[str, Array]:
    """Out-of-balance forces of the free components of owned nodes by field, shape (owned nodes, dimension)."""
    fields = problem.fields.items()
    return {name: np.where(f.held, 0.0, -f.forces.condensed)[: f.owned] for name, f in fields}
