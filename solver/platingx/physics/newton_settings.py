"""Settings of Newton's method from a case."""

from __future__ import annotations

from platingx.config.case import Case
from platingx.problems.newton import NewtonOptions

__all__ = ["newton_options"]


def newton_options(case: Case) -> NewtonOptions:
    """Settings of Newton's method, with what PETSc's options say over the case."""
    newton = case.solver.newton
    return NewtonOptions(
        float(newton.relative_tolerance),
        newton.maximum_iterations,
        "basic" if newton.line_search == "none" else newton.line_search,
    ).with_petsc_options()
