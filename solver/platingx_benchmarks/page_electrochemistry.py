"""Targets of electrochemistry, and what was measured of them."""

from __future__ import annotations

from collections.abc import Callable

from platingx_benchmarks import conduction
from platingx_benchmarks.cases import EQUAL_STEPS
from platingx_benchmarks.kernel import OWN_GROWTH, OWN_GROWTH_INTERVAL
from platingx_benchmarks.measurement import ALL, CPU
from platingx_benchmarks.outcome import GIBI, Outcome, is_near
from platingx_benchmarks.page_tables import Lookup, by_size, rounded, seconds, thousands
from platingx_benchmarks.records import Findings

__all__ = ["circuit_cost", "conduction_growth", "own_growth"]


def circuit_cost(spread: str) -> Callable[[Findings], Outcome | None]:
    """Processor time of the main job with electrochemistry over that with a given current, at equal steps."""

    def answer(findings: Findings) -> Outcome | None:
        lookup = Lookup(findings.select("cases"))
        if lookup.find(spread, f"{CPU}, whole") is None:
            return None
        plain, found = (lookup.median(name, f"{CPU}, whole") for name in (EQUAL_STEPS, spread))
        passes, steps = (lookup.median(spread, name) for name in ("passes over stages", "steps"))
        limit = f"the mechanics is solved {rounded(passes / steps)} times a step"
        return Outcome(f"x {rounded(found / plain)}: {seconds(found)} s", found <= 3.0 * plain, limit)

    return answer


def own_growth(findings: Findings) -> Outcome | None:
    """Time of the element kernel with a growth of its own at each point."""
    known = [row for row in findings.select("kernel") if row.subject.endswith("flowing")]
    ratios = [row for row in known if row.quantity == OWN_GROWTH]
    intervals = {row.subject: row for row in known if row.quantity == OWN_GROWTH_INTERVAL}
    if not ratios or not intervals:
        return None
    worst = max(ratios, key=lambda row: intervals[row.subject].maximum)
    ends = intervals[worst.subject]
    measured = (
        f"x {worst.median:.3f} in {worst.subject.removesuffix(', flowing')}, the most; 95 % interval of the median "
        f"{ends.minimum:.3f} to {ends.maximum:.3f}, {worst.repeats} blocks of calls"
    )
    return Outcome(measured, ends.maximum <= 1.02, "powers of Jg, one for each point")


def conduction_growth(findings: Findings) -> Outcome | None:
    """Iterations and memory of conduction in space up to a million unknowns."""
    known = by_size(findings.select("conduction"))
    found = {size: lookup for (_, size), lookup in known.items()}
    if not found or not is_near(min(found), 50e3) or not is_near(max(found), 1e6):
        return None
    first, last = found[min(found)], found[max(found)]
    before, after = (lookup.only("iterations of a solve") for lookup in (first, last))
    if last.find(conduction.SUBJECT, "memory high-water") is None:
        return None
    memory = last.only("memory high-water") / GIBI
    measured = (
        f"x {rounded(after / before)}: {rounded(before)} at {thousands(min(found))}, {rounded(after)} at "
        f"{thousands(max(found))}; {memory:.2f} GiB"
    )
    limit = f"{rounded(last.only('corrections'))} corrections, {seconds(last.only(f'{CPU}, {ALL}'))} s"
    return Outcome(measured, after <= 1.5 * before and memory <= 16.0, limit)
