"""Answers to the targets of diffusion: what it costs in a run, and what a tubule takes."""

from __future__ import annotations

from platingx_benchmarks.cases import AT_FACE, FLOWING, IN_LAYER
from platingx_benchmarks.measurement import CPU
from platingx_benchmarks.outcome import Outcome
from platingx_benchmarks.page_tables import Lookup, rounded, seconds
from platingx_benchmarks.records import Findings
from platingx_benchmarks.tubules import SUBJECT

__all__ = ["diffusion_cost", "tubule_time"]


def diffusion_cost(findings: Findings) -> Outcome | None:
    """Processor time of slow plating with diffusion along the interface over that without."""
    lookup = Lookup(findings.select("cases"))
    if lookup.find(AT_FACE, f"{CPU}, whole") is None:
        return None
    plain, face, layer = (lookup.median(name, f"{CPU}, whole") for name in (FLOWING, AT_FACE, IN_LAYER))
    steps = (lookup.median(name, "steps") for name in (FLOWING, AT_FACE, IN_LAYER))
    limit = "steps: " + ", ".join(rounded(each) for each in steps)
    measured = f"x {rounded(face / plain)} at the face, x {rounded(layer / plain)} in the layer"
    return Outcome(measured, max(face, layer) <= 4.0 * plain, limit)


def tubule_time(findings: Findings) -> Outcome | None:
    """Processor time of a hundred cycles in tubes."""
    lookup = Lookup(findings.select("tubules"))
    row = lookup.find(SUBJECT, CPU)
    if row is None:
        return None
    return Outcome(f"{seconds(row.median)} s for {row.size} cycles", row.median <= 5.0, "start-up of the program")
