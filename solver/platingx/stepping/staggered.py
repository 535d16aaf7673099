"""Stages of a step: problems solved in turn until what they give to one another settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np

from platingx.problems.contribution import Iterate
from platingx.problems.failure import Failure
from platingx.problems.newton import NewtonOptions, NewtonResult, Outcome, solve
from platingx.problems.problem import Problem
from platingx.profiling import count

__all__ = ["Exchange", "Foresight", "Settling", "Stage", "Stages"]


class Exchange(Protocol):
    """Something that a stage finds and another one reads, such as a growth from a current."""

    def update(self, iterate: Iterate) -> float | Failure:
        """Take over what the stage has found; the largest change over the largest value. Collective.

        What cannot be taken over is a failure, on all ranks alike, by which the step is given up.
        """


@runtime_checkable
class Foresight(Protocol):
    """An exchange whose change is that from what others have reckoned with, so that the first pass may settle it."""

    foreseen: bool


@runtime_checkable
class Settling(Protocol):
    """An exchange with a tolerance of its own, and passes that it may need, such as damage."""

    tolerance: float
    largest_passes: int


@dataclass(frozen=True)
class Stage:
    """A problem with the settings of its Newton's method, and what it gives to others.

    Attributes
    ----------
    name
        For messages.
    problem
        The problem.
    options
        Newton settings.
    gives
        What others read of its solution.
    """

    name: str
    problem: Problem
    options: NewtonOptions
    gives: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Stages:
    """The stages of a step, in the order in which they are solved; one that gives nothing is solved once.

    Attributes
    ----------
    stages
        At least one.
    largest_passes
        Passes over all stages after which a step is given up.
    tolerance
        Relative change of what is exchanged, from one pass to the next, at which a step is done; an exchange that has
        one of its own is judged by that.
    """

    stages: Sequence[Stage]
    largest_passes: int = 20
    tolerance: float = 1e-6

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all stages."""
        return tuple(stage.problem for stage in self.stages)

    def begin(self, time: float, dt: float, ratio: float) -> None:
        """Start a step that ends at ``time`` in all stages; see :meth:`platingx.problems.problem.Problem.begin`."""
        for problem in self.problems:
            problem.begin(time, dt, ratio)

    def solve(self) -> NewtonResult:
        """Solve all stages at the end of the step that was begun. Collective.

        1. Solve each stage with what the others gave last, and take over what it gives.
        2. Repeat until nothing that is given changes by more than the tolerance. The first pass does not count, for
           what was given before it belongs to the step before, unless all that is given has foresight.

        The iterations of the result are the most that a single solve took, which is what the size of a step answers to;
        where something settles by passes of its own, the most of the first pass: further ones answer to what settles.
        """
        if len(self.stages) == 1 and not self.stages[0].gives:
            return solve(self.stages[0].problem, self.stages[0].options)
        most = 0
        given_by_all = [given for stage in self.stages for given in stage.gives]
        first = 0 if all(isinstance(given, Foresight) and given.foreseen for given in given_by_all) else 1
        own = [given for given in given_by_all if isinstance(given, Settling)]
        for number in range(max(self.largest_passes, *(given.largest_passes for given in own), 0)):
            change = 0.0
            for stage in self.stages:
                result = solve(stage.problem, stage.options)
                most = max(most, result.iterations) if number == 0 or not own else most
                if not result.converged:
                    return replace(result, stage=stage.name)
                changes: list[float] = []
                for given in stage.gives:
                    answer = given.update(stage.problem.iterate)
                    if isinstance(answer, Failure):
                        return replace(result, outcome=Outcome.NOT_GIVEN, failure=answer, stage=stage.name)
                    share = self.tolerance / given.tolerance if isinstance(given, Settling) else 1.0
                    changes.append(share * answer)
                change = float(np.max([change, *changes]))  # not a number if one is none: that has not settled
            count("passes over stages")
            if number >= first and change <= self.tolerance:
                return replace(result, iterations=most)
        return replace(result, outcome=Outcome.NOT_SETTLED, iterations=most)

    def commit(self) -> None:
        """Accept the state at the end of the step in all stages."""
        for problem in self.problems:
            problem.commit()

    def rollback(self) -> None:
        """Return to the last converged state in all stages."""
        for problem in self.problems:
            problem.rollback()
