"""The machine: its facts, and two loops whose speed bounds what any code can do on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.materials.compiled import njit_strict
from platingx.run.provenance import describe_environment
from platingx_benchmarks.groups import on_first
from platingx_benchmarks.measurement import ALL, Context, References, Row, measure

__all__ = [
    "ARITHMETIC",
    "BANDWIDTH",
    "bounds_of",
    "machine_facts",
    "measure_references",
    "reference_samples",
    "usable_cores",
]


BANDWIDTH, ARITHMETIC = "memory bandwidth, triad", "multiply and add"
TRIAD_BYTES = 24  # two numbers read, one written, as STREAM counts
CHAIN = 8  # multiplications, each with an addition, per number and pass
_LANES = 512  # numbers of the arithmetic loop: in the first-level cache, and more than the latency needs
_FOLDER = Path("/sys/devices/system/cpu/cpu0/cache")


@njit_strict
def _triad(result: Array, first: Array, second: Array, factor: float) -> None:
    """The triad of STREAM (McCalpin 1995): result = first + factor * second."""
    for i in range(result.shape[0]):
        result[i] = first[i] + factor * second[i]


@njit_strict
def _multiply_add(values: Array, passes: int, factor: float, shift: float) -> None:
    """Chains of multiplications and additions on numbers that stay in the cache; IEEE arithmetic like the kernels'."""
    for _ in range(passes):
        for i in range(values.shape[0]):
            x = values[i]
            for _chain in range(CHAIN):
                x = x * factor + shift
            values[i] = x


def triad_bytes() -> int:
    """Bytes of one array of the triad: four times the largest cache, as STREAM asks, and 64 MB at least."""
    largest = max((_size(text) for _, text in _caches()), default=0)
    return max(4 * largest, 64_000_000)


def reference_samples(comm: MPI.Intracomm, repeats: int, quick: bool) -> tuple[list[float], list[float]]:
    """Rates of both loops, all ranks of a communicator at once, summed over them. Collective.

    Returns
    -------
    bandwidth, arithmetic
        Bytes/s and operations/s of each repeat.
    """
    entries = 100_000 if quick else triad_bytes() // 8
    passes = 100 if quick else 200_000
    result, first, second = (np.full(entries, value) for value in (0.0, 1.0, 2.0))
    values = np.arange(_LANES, dtype=np.float64)

    def rates(work: Callable[[], object], amount: float) -> list[float]:
        return [comm.size * amount / max(wall, 1e-9) for wall in measure(comm, work, repeats).wall[ALL]]

    return (
        rates(lambda: _triad(result, first, second, 3.0), float(TRIAD_BYTES * entries)),
        rates(lambda: _multiply_add(values, passes, 0.999, 0.001), 2.0 * CHAIN * _LANES * passes),
    )


def measure_references(context: Context) -> list[Row]:
    """Measure both loops on one rank and on all. Collective."""
    collector = context.collector("machine")
    for number in sorted({1, context.comm.size}):
        samples = on_first(context.comm, number, lambda group: reference_samples(group, context.repeats, context.quick))
        subject = f"{number} rank" + ("s" if number > 1 else "")
        collector.add(subject, 0, BANDWIDTH, "B/s", samples[0], 1)
        collector.add(subject, 0, ARITHMETIC, "1/s", samples[1], 1)
    return collector.rows


def bounds_of(rows: Sequence[Row]) -> References:
    """Speed of one rank when all are at work, from the rows of :func:`measure_references`."""
    last = {row.quantity: row.median / row.ranks for row in rows}  # those on all ranks come last
    return References(last[BANDWIDTH], last[ARITHMETIC])


def machine_facts(comm: MPI.Intracomm) -> dict[str, Any]:
    """Facts of the machine and the software of rank 0: processor, caches, memory, versions, ranks. Collective."""
    load = os.getloadavg() if hasattr(os, "getloadavg") else ()
    facts = describe_environment(comm.size) | {
        "hosts": len(set(comm.allgather(MPI.Get_processor_name()))),
        "usable_cores": usable_cores(),
        "caches": dict(_caches()),
        "memory_bytes": _memory(),
        "load_average_before": [round(value, 2) for value in load],
    }
    return comm.bcast(facts)  # the load changes from one rank's look at it to the next


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _caches() -> list[tuple[str, str]]:
    """Level and kind of each cache of the first core, with its size as the system writes it (``32768K``)."""
    found = []
    for folder in sorted(_FOLDER.glob("index*")):
        try:
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
        except OSError:
            continue
        found.append((f"L{level} {kind.lower()}", size))
    return found


def _size(text: str) -> int:
    factors = {"K": 1024, "M": 1024**2, "G": 1024**3}
    return int(text.rstrip("KMG")) * factors.get(text[-1], 1)


def _memory() -> int:
    """Memory of the machine, bytes; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
