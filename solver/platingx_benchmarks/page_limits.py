"""Sentences about what limits the program, from the findings."""

from __future__ import annotations

from collections.abc import Iterator

from platingx_benchmarks.measurement import CPU
from platingx_benchmarks.page_tables import Lookup, by_size, percent, rounded
from platingx_benchmarks.records import Findings

__all__ = ["limits"]

COSTLY = (
    "element kernel", "line search", "matrix assembly", "solver set-up", "linear solve", "snapshots", "balances",
    "fields", "history", "checkpoints",
)  # fmt: skip
SHOWN = 3


def limits(findings: Findings) -> list[str]:
    """Largest phases of cases, distance of the kernels from their bounds, growth with the size, loss on more ranks."""
    return [*_phases(findings), *_kernels(findings), *_growth(findings), *_ranks(findings)]


def _phases(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("cases"))
    for subject in lookup.subjects:
        after = lookup.median(subject, f"{CPU}, after set-up")
        found = {name: lookup.find(subject, f"{CPU}, {name}") for name in COSTLY}
        times = {name: row.median for name, row in found.items() if row is not None}
        largest = sorted(times, key=lambda name: -times[name])[:SHOWN]
        parts = ", ".join(f"{name} {percent(times[name] / after)}" for name in largest)
        yield f"{subject}: most of the time after set-up goes into {parts}."


def _kernels(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("kernel"))
    for subject in lookup.subjects:
        ratio = lookup.median(subject, "element kernel over the larger bound")
        memory = lookup.median(subject, "element kernel, state at measured bandwidth")
        operations = lookup.median(subject, "element kernel, operations at measured rate")
        whole = lookup.median(subject, "element kernel, time of a point")
        share = lookup.median(subject, "constitutive update, time of a point") / whole
        bound = "memory" if memory > operations else "arithmetic"
        yield (
            f"{subject}: the kernel takes {rounded(ratio)} times its larger bound, which is {bound}; the constitutive "
            f"update alone takes {percent(share)} of the time of the kernel."
        )


def _growth(findings: Findings) -> Iterator[str]:
    sizes: dict[str, list[tuple[int, Lookup]]] = {}
    for (subject, unknowns), lookup in by_size(findings.select("solve")).items():
        sizes.setdefault(subject, []).append((unknowns, lookup))
    for subject, known in sizes.items():
        if len(known) < 2:
            continue
        (small, first), (large, last) = known[0], known[-1]
        cost, iterations = (
            last.median(subject, name) / first.median(subject, name)
            for name in ("CPU time of an unknown", "iterations")
        )
        yield (
            f"{subject}: from {small} to {large} unknowns, a solve costs {rounded(cost)} times as much for each "
            f"unknown, with {rounded(iterations)} times the iterations."
        )


def _ranks(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("ranks"))
    for subject in lookup.subjects:
        kind, _, rest = subject.partition(", ")
        state, _, ranks = rest.partition(", ")
        if kind != "strong" or ranks == "1 rank":
            continue
        whole = lookup.median(subject, "speed-up, all")
        memory = lookup.median(ranks, "speed-up, memory-bound reference")
        arithmetic = lookup.median(ranks, "speed-up, arithmetic reference")
        what = "an elastic solve" if state == "elastic" else "a Newton iteration of flowing metal"
        yield (
            f"{ranks}: {what} is {rounded(whole)} times as fast as on one, where a loop bound by memory is "
            f"{rounded(memory)} times and one bound by arithmetic {rounded(arithmetic)} times as fast."
        )
