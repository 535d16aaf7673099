"""What of a current over time the steps of a run do not resolve, or resolve at a price; voltages that nothing stops."""

from __future__ import annotations

from collections.abc import Iterator

from platingx.config.case import Case
from platingx.config.current_points import EXACT_POINTS, StepPoints
from platingx.constants import FARADAY

__all__ = ["current_doubts", "endless_voltages"]

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


def endless_voltages(case: Case) -> Iterator[str]:
    """Tell voltages at which no pressure stops the plating of a closed space.

    Stress takes Vm/F (U - pi) of the voltage, of the stored energy U and the mean Kirchhoff stress pi. By the law
    ``hencky_cauchy`` that is K Vm/F (1 - Je), which no compression makes more than K Vm/F; other laws have no such end.
    """
    circuit, metal = case.electrochemistry, case.materials[case.growth.region]
    if circuit is None or circuit.electrode.stress_term != "consistent" or metal.molar_volume is None:
        return
    if metal.elasticity.pressure_law != "hencky_cauchy":
        return
    most = metal.elasticity.bulk_modulus * float(metal.molar_volume) / FARADAY
    for number, step in enumerate(circuit.control):
        drive = 0.0 if step.voltage is None else max(step.voltage.values) - float(circuit.counter.potential)
        if drive > most:
            yield (
                f"electrochemistry.control.{number}.voltage: {drive:.3g} V drive the plating, and stress takes less "
                f"than {most:.4g} V however large the pressure is (K Vm/F of elasticity.pressure_law hencky_cauchy): "
                "in a closed space nothing stops it; with hencky_kirchhoff or murnaghan a pressure does"
            )
