"""Settings of the step controller, Newton's method and the checkpoints, from a case."""

from __future__ import annotations

import math

from platingx.config.case import Case
from platingx.config.current_points import StepPoints
from platingx.stepping.controller import StepLimits
from platingx.stepping.schedule import CheckpointSchedule

CORNER = 0.5
"""Change of the current at a point, over its larger value there, beyond which nothing is extrapolated."""


def step_limits(case: Case, points: StepPoints) -> StepLimits:
    """Settings of the step controller.

    Parameters
    ----------
    case
        The case.
    points
        Points of the current at which steps end.
    """
    given = case.time
    courses = [course for condition in case.boundary_conditions.values() for course in condition.courses]
    courses += case.constraints.collector.courses
    courses += [course for tool in case.tools.values() for course in tool.courses]
    side = case.constraints.plane_side
    strains = () if side is None else side.strain_table or ()
    times = {*(time for course in courses for time in course.times), *(float(time) for time, _ in strains)}
    prescribed = sorted(time for time in times if time > 0.0)
    return StepLimits(
        end=float(given.end),
        initial=float(given.initial_step),
        minimum=float(given.minimum_step),
        maximum=float(given.maximum_step),
        milestones=(*(float(m) for m in given.milestones), *points.times, *prescribed),
        corners=points.corners(CORNER) | frozenset(prescribed),
    )


def checkpoint_schedule(case: Case, step: int, instant: float) -> CheckpointSchedule:
    """Rule of the checkpoints, from a step number and an instant of wall time in s on."""
    given = case.output.checkpoint
    return CheckpointSchedule(given.every_steps, 60.0 * float(given.every_minutes), step, instant)


def wants_fields(case: Case, number: int, time: float, dt: float) -> bool:
    """Whether the fields of a step are written.

    Parameters
    ----------
    case
        The case.
    number
        Number of the step, from 1.
    time, dt
        End and size of the step, s.
    """
    every, limits = case.output.fields_every, case.time
    if time == float(limits.end) or time in {float(m) for m in limits.milestones}:
        return True
    if every == "milestones":
        return False
    if isinstance(every, int):
        return number % every == 0
    # a step that ends on a multiple of the interval up to round-off counts as having reached it
    before, reached = (math.floor(instant / float(every) * (1 + 1e-12)) for instant in (time - dt, time))
    return reached > before
