"""Stages of a step: problems that are solved in turn."""

from __future__ import annotations

from dataclasses import dataclass

from platingx.problems.equilibrium import Equilibrium
from platingx.problems.newton import NewtonOptions

__all__ = ["Stage"]


@dataclass(frozen=True)
class Stage:
    """A problem with the settings of its Newton's method.

    Attributes
    ----------
    name
        For logs and messages.
    problem
        The problem.
    options
        Newton settings.
    """

    name: str
    problem: Equilibrium
    options: NewtonOptions
