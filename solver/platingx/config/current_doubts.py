"""What of a current over time the steps of a run do not resolve, or resolve at a price."""

from __future__ import annotations

from platingx.config.case import Case
from platingx.config.current_points import EXACT_POINTS, StepPoints

__all__ = ["current_doubts"]

MANY_POINTS = 5_000
"""Points that end steps beyond which the length of the run is doubted."""


def current_doubts(case: Case, thickness: float | None, points: StepPoints | None = None) -> tuple[str, ...]:
    """List what the steps of a case make of the points of its current.

    Parameters
    ----------
    case : Case
        A validated case.
    thickness : float or None
        Of the layer, m; None where it is not known before the mesh has been read, which leaves nothing to say.
    points : StepPoints, optional
        Points at which steps end, where they are known.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    if thickness is None or case.growth.current_density is None:
        return ()
    points = case.layer.step_points(thickness) if points is None else points
    doubts = []
    if points.merged:
        share = points.largest_deviation / case.layer.charge_tolerance(thickness) * float(case.time.current_tolerance)
        doubts.append(
            f"growth.current_density: {points.merged} of {points.given} points are merged, since there are more than "
            f"{EXACT_POINTS}; the largest unresolved charge is {points.largest_deviation:.2g} C/m^2, which is "
            f"{share:.1g} of ln(Jg) or less (time.current_tolerance)"
        )
    if len(points.times) > MANY_POINTS:
        doubts.append(
            f"growth.current_density: {len(points.times)} points end steps, so that the run takes at least as many: a "
            "smoother table or a larger time.current_tolerance makes it shorter"
        )
    return tuple(doubts)
