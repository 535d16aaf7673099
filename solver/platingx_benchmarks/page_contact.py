"""Targets of contact, and what was measured of them."""

from __future__ import annotations

from platingx_benchmarks.cases import FLOWING, TOUCHING, TOUCHING_ROUGH, TOUCHING_SPRING
from platingx_benchmarks.measurement import CPU
from platingx_benchmarks.outcome import Outcome
from platingx_benchmarks.page_tables import Lookup, rounded
from platingx_benchmarks.records import Findings

__all__ = ["contact_iterations", "tool_cost"]

ITERATIONS = "Newton iterations"
_MOST, _COST = 2.0, 1.1
ITERATED = ("element kernel", "line search", "matrix assembly", "solver set-up", "linear solve")
"""Phases of an iteration."""


def contact_iterations(findings: Findings) -> Outcome | None:
    """Newton iterations of a frictionless collector by contact over those of a bonded one."""
    lookup = Lookup(findings.select("cases"))
    if lookup.find(TOUCHING, ITERATIONS) is None:
        return None
    bonded, touching = (lookup.median(name, ITERATIONS) for name in (FLOWING, TOUCHING))
    steps = [rounded(lookup.median(name, "steps")) for name in (FLOWING, TOUCHING)]
    measured = f"x {rounded(touching / bonded)}: {rounded(touching)}, bonded {rounded(bonded)}"
    return Outcome(measured, touching <= _MOST * bonded, f"{steps[1]} steps, bonded {steps[0]}")


def tool_cost(findings: Findings) -> Outcome | None:
    """Processor time of a Newton iteration with a rigid tool, at rest and on a spring, over that of a bonded face."""
    lookup = Lookup(findings.select("cases"))
    tools = (TOUCHING_ROUGH, TOUCHING_SPRING)
    if any(lookup.find(name, ITERATIONS) is None for name in tools):
        return None
    bonded, rough, spring = (_of_an_iteration(lookup, name) for name in (FLOWING, *tools))
    measured = f"x {rough / bonded:.3f} at rest, x {spring / bonded:.3f} on a spring"
    counts = ", ".join(rounded(lookup.median(name, ITERATIONS)) for name in (FLOWING, *tools))
    limit = f"{counts} iterations; {1e3 * bonded:.3g} ms bonded"
    return Outcome(measured, max(rough, spring) <= _COST * bonded, limit)


def _of_an_iteration(lookup: Lookup, case: str) -> float:
    """Processor time of what each iteration does, s."""
    found = [lookup.find(case, f"{CPU}, {name}") for name in ITERATED]
    return sum(row.median for row in found if row is not None) / lookup.median(case, ITERATIONS)
