"""Settings of Newton's method from a case."""

from __future__ import annotations

from platingx.config.case import Case
from platingx.problems.newton import NewtonOptions

__all__ = ["newton_options"]

WITH_COHESION = 60
"""Corrections of a step in which a cohesive surface may jump to where it is stable, at least."""


def newton_options(case: Case) -> NewtonOptions:
    """Settings of Newton's method, with what PETSc's options say over the case.

    A surface that softens has residuals that grow on the way to equilibrium, so that no line search may shorten it.
    """
    newton = case.solver.newton
    if any(contact.cohesion is not None for contact in case.contact.values()):
        iterations = max(newton.maximum_iterations, WITH_COHESION)
        return NewtonOptions(float(newton.relative_tolerance), iterations, "basic").with_petsc_options()
    return NewtonOptions(
        float(newton.relative_tolerance),
        newton.maximum_iterations,
        "basic" if newton.line_search == "none" else newton.line_search,
    ).with_petsc_options()
