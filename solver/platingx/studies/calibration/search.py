"""Least squares within bounds, around runs in parallel.

The optimiser is SciPy's trust-region reflective method: it knows bounds, uses the structure of a sum of squares, takes
a Jacobian from outside, so that its columns run in parallel, and shrinks its region where a trial run fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.studies.calibration.evaluation import Evaluation, Evaluator

__all__ = ["Found", "difference_jacobian", "minimise"]

_INSIGNIFICANT = 0.01
"""Fall of the sum of squares in a step that ends a search: that of a tenth of a parameter's standard uncertainty."""
_NEGLIGIBLE = 1e-8
"""Tolerances of the optimiser itself on the sum of squares and its gradient, which only an exact minimum meets."""


class _SettledError(Exception):
    """Ends the optimiser: what is left to gain means nothing."""


@dataclass(frozen=True)
class Found:
    """Where a search has ended.

    Attributes
    ----------
    best
        The evaluation with the smallest sum of squares.
    converged
        Whether it ended by itself, not at the largest number of evaluations.
    message
        What the optimiser says.
    """

    best: Evaluation
    converged: bool
    message: str


def difference_jacobian(
    evaluator: Evaluator, centre: Evaluation, free: Sequence[int], central: bool, purpose: str
) -> Array:
    """Finite differences of the residuals, all runs of them at once, on the coarse meshes where there are some.

    Parameters
    ----------
    evaluator
        What runs the cases.
    centre
        Evaluation at the centre, of any stage.
    free
        Parameters that are varied.
    central
        Whether to step to both sides, where both are within the bounds.
    purpose
        Word of the table.

    Returns
    -------
    ndarray, shape (m, len(free))
        Change of the residuals over the whole range of each parameter.

    Raises
    ------
    ConvergenceError
        If there is no result at the centre, or none on either side of a parameter.
    """
    stage = evaluator.problem.stages[0]
    if centre.stage != stage:
        centre = evaluator.at(stage, purpose, [centre.shares])[0]
        if centre.reason:
            raise ConvergenceError(f"there is no result for the differences: {centre.reason}")
    steps = [float(parameter.step) for parameter in evaluator.problem.parameters.values()]
    sides = {index: _sides(float(centre.shares[index]), steps[index], central) for index in free}
    wanted = [(index, step) for index in free for step in sides[index]]
    done = dict(zip(wanted, _stepped(evaluator, stage, centre, wanted, purpose), strict=True))
    again = [(index, -sides[index][0]) for index in free if all(done[index, step].reason for step in sides[index])]
    again = [(index, step) for index, step in again if (index, step) not in done and _inside(centre, index, step)]
    done |= dict(zip(again, _stepped(evaluator, stage, centre, again, purpose), strict=True))
    columns = []
    for index in free:
        good = [(step, found) for (of, step), found in done.items() if of == index and not found.reason]
        if not good:
            name = list(evaluator.problem.parameters)[index]
            reasons = "; ".join(found.reason for (of, _), found in done.items() if of == index)
            raise ConvergenceError(f"no run beside {name} = {_text(evaluator, centre, index)} has a result: {reasons}")
        low, high = (0.0, centre) if len(good) == 1 else good[0], good[-1]
        columns.append((high[1].residuals - low[1].residuals) / (high[0] - low[0]))
    return np.column_stack(columns)


def minimise(
    evaluator: Evaluator, stage: str, start: Array, purpose: str = "search", fixed: Sequence[int] = (), most: int = 0
) -> Found:
    """Find the values of the parameters with the smallest sum of squares near to a start.

    Parameters
    ----------
    evaluator, stage
        What runs the cases.
    start : ndarray, shape (n,)
        Shares of the ranges.
    purpose
        Word of the table.
    fixed
        Parameters that stay as they are.
    most
        Largest number of trial values; that of the file if 0.

    Raises
    ------
    ConvergenceError
        If there is no result at the start.
    """
    search = evaluator.problem.calibration.search
    free = [index for index in range(len(start)) if index not in fixed]
    seen: dict[bytes, Evaluation] = {}

    def evaluate(moved: Array) -> Evaluation:
        shares = np.array(start, dtype=float)
        shares[free] = moved
        key = shares.tobytes()
        if key not in seen:
            seen[key] = evaluator.at(stage, purpose, [shares])[0]
        return seen[key]

    first = evaluate(np.asarray(start)[free])
    if first.reason:
        raise ConvergenceError(f"there is no result at the start values: {first.reason}")
    if not free:
        return Found(first, True, "nothing is free")
    central = search.differences == "central"
    accepted: list[float] = []

    def jacobian(moved: Array) -> Array:
        accepted.append(evaluate(moved).chi_squared)
        if len(accepted) > 1 and accepted[-2] - accepted[-1] < _INSIGNIFICANT:
            raise _SettledError
        return difference_jacobian(evaluator, evaluate(moved), free, central, f"{purpose} difference")

    try:
        answer = least_squares(
            lambda moved: evaluate(moved).residuals,
            np.asarray(start)[free],
            jac=jacobian,
            bounds=(0.0, 1.0),
            method="trf",
            x_scale=1.0,
            xtol=float(search.tolerance),
            ftol=_NEGLIGIBLE,
            gtol=_NEGLIGIBLE,
            max_nfev=most or search.evaluations,
        )
        converged, message = answer.status > 0, str(answer.message)
    except _SettledError:
        converged, message = True, f"a step improved chi^2 by less than {_INSIGNIFICANT:g}"
    best = min((found for found in seen.values() if not found.reason), key=lambda found: found.chi_squared)
    return Found(best, converged, message)


def _sides(share: float, step: float, central: bool) -> tuple[float, ...]:
    inside = [side for side in (step, -step) if 0.0 <= share + side <= 1.0]
    return tuple(inside) if central else tuple(inside[:1])


def _inside(centre: Evaluation, index: int, step: float) -> bool:
    return 0.0 <= float(centre.shares[index]) + step <= 1.0


def _stepped(
    evaluator: Evaluator, stage: str, centre: Evaluation, steps: Sequence[tuple[int, float]], purpose: str
) -> list[Evaluation]:
    points = []
    for index, step in steps:
        point = np.array(centre.shares)
        point[index] += step
        points.append(point)
    return evaluator.at(stage, purpose, points) if points else []


def _text(evaluator: Evaluator, centre: Evaluation, index: int) -> str:
    return list(evaluator.problem.settings(centre.shares).values())[index].text
