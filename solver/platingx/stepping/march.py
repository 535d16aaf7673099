"""March a problem through time: try a step, accept it or roll back, tell observers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from platingx.errors import ConvergenceError
from platingx.problems.newton import NewtonResult
from platingx.profiling import count, mark
from platingx.stepping.controller import StepController
from platingx.stepping.staggered import Stages
from platingx.stepping.step_limits import StepLimit, Turning, Verdict


@dataclass(frozen=True)
class Step:
    """A converged step.

    Attributes
    ----------
    number
        Counted from 1.
    time, dt
        End and size of the step, s.
    iterations
        Newton corrections of the accepted attempt.
    residual
        Relative residual at convergence.
    rejected
        Attempts that were rolled back before it.
    changes
        What each limit has seen change, by its name, such as ``plastic_increment``.
    """

    number: int
    time: float
    dt: float
    iterations: int
    residual: float
    rejected: int
    changes: Mapping[str, float]


@dataclass(frozen=True)
class Attempt:
    """A step that was tried and not accepted.

    Attributes
    ----------
    end, dt
        End and size of the step, s.
    extrapolated
        Whether the first guess went on from the last two states.
    result
        What Newton's method came to.
    """

    end: float
    dt: float
    extrapolated: bool
    result: NewtonResult

    def __str__(self) -> str:
        guess = "extrapolated" if self.extrapolated else "from the last state"
        return f"t {self.end:.6g} s, dt {self.dt:.3g} s, {guess}: {self.result.describe()}"


class NoEquilibriumError(ConvergenceError):
    """The smallest step failed; the problem is at the last converged state.

    Attributes
    ----------
    time
        Time of the last converged state, s; 0 if there is none.
    attempts
        All attempts since, at least one; the last one is that of the smallest step.
    """

    def __init__(self, time: float, attempts: Sequence[Attempt]) -> None:
        self.time = time
        self.attempts = tuple(attempts)
        super().__init__(
            f"no equilibrium found beyond t = {time:.6g} s, even with the smallest step "
            f"{attempts[-1].dt:.3g} s: {attempts[-1].result.describe()}"
        )

    def __reduce__(self) -> tuple[type[NoEquilibriumError], tuple[float, tuple[Attempt, ...]]]:
        """Pickle by the attempts."""
        return type(self), (self.time, self.attempts)


@dataclass(frozen=True)
class Progress:
    """What the march itself needs to go on from a state: steps done, and the size of the last one (s)."""

    number: int = 0
    last_dt: float = 0.0


class Observer(Protocol):
    """Something that looks at each converged step (history, fields, log)."""

    def __call__(self, step: Step) -> None:
        """Look at the state after a step."""


def march(
    stages: Stages,
    controller: StepController,
    limits: Sequence[StepLimit],
    observers: Sequence[Observer],
    announce: Callable[[str], None],
    start: Progress | None = None,
) -> int:
    """Step from the controller's time to its end.

    Parameters
    ----------
    stages
        What is solved in each step, at the controller's time.
    controller
        Step-size controller.
    limits
        What limits steps beside the effort.
    observers
        Called after each converged step, in order.
    announce
        Receives a line for each rejected attempt.
    start
        Steps done before, if the problem does not start from rest.

    Returns
    -------
    int
        Number of steps, those before the start included.

    Raises
    ------
    NoEquilibriumError
        If the smallest step fails; the problem is left at the last converged state.
    """
    number, last_dt = (start.number, start.last_dt) if start is not None else (0, 0.0)
    failed: list[Attempt] = []
    rejected = 0
    mark("first step")
    while not controller.finished:
        dt, end = controller.propose(limits)
        smooth = controller.smooth and not any(isinstance(limit, Turning) and limit.turned for limit in limits)
        ratio = dt / last_dt if last_dt > 0.0 and smooth else 0.0
        stages.begin(end, dt, ratio)
        result = stages.solve()
        if not result.converged and ratio > 0.0:
            failed.append(Attempt(end, dt, True, result))
            stages.rollback()
            stages.begin(end, dt, 0.0)
            announce(f"t {end:.6g} s: {result.describe()}; trying again without extrapolation")
            result = stages.solve()
        verdicts = {limit.name: limit.judge(controller.time, dt) for limit in limits} if result.converged else {}
        if not result.converged or controller.must_repeat(dt, tuple(verdicts.values())):
            reason = _reason(verdicts) if result.converged else result.describe()
            failed.append(Attempt(end, dt, False, result))
            stages.rollback()
            rejected += 1
            count("rejected steps")
            if not controller.reject(dt, tuple(verdicts.values())):
                raise NoEquilibriumError(controller.time, failed)
            announce(f"t {end:.6g} s: step {dt:.3g} s cut to {controller.next_size:.3g} s: {reason}")
            continue
        stages.commit()
        controller.accept(end, dt, result.iterations, tuple(verdicts.values()))
        for limit in limits:
            limit.commit()
        number += 1
        count("steps")
        last_dt = dt
        changes = {name: verdict.change for name, verdict in verdicts.items()}
        step = Step(number, end, dt, result.iterations, result.residuals[-1], rejected, changes)
        rejected = 0
        failed.clear()
        for observer in observers:
            observer(step)
    return number


def _reason(verdicts: Mapping[str, Verdict]) -> str:
    """Say what has changed too much, or has been run past."""
    found = [(name, verdict.change) for name, verdict in verdicts.items() if verdict.too_large]
    if found:
        return ", ".join(f"{name.replace('_', ' ')} {change:.2g}" for name, change in found)
    return ", ".join(f"past {name}" for name, verdict in verdicts.items() if verdict.repeat_with is not None)
