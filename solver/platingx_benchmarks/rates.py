"""Rates of arithmetic that bound the kernels: loops over numbers in the first-level cache, compiled like the kernels.

Sums and products are counted at the rate of fused multiply-adds in full vector registers, which is as fast as this
processor can compute anything: a matrix product of a tuned library stays below it. Divisions and square roots have
units of their own and take several times as long; elementary functions are counted as NumPy's vectorised exponential,
the cheapest of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.materials.compiled import njit_simd
from platingx_benchmarks.measurement import ALL, measure
from platingx_benchmarks.operations import Operations

__all__ = ["Rates", "measure_rates"]


LANES = 512  # numbers of a loop: in the first-level cache, and more than the latency needs
CHAIN = 8  # fused multiply-adds per number and pass
PASSES, QUICK_PASSES = 100_000, 100


@njit_simd
def _multiply_add(values: Array, passes: int, factor: float, shift: float) -> None:
    for _ in range(passes):
        for i in range(values.shape[0]):
            x = values[i]
            for _chain in range(CHAIN):
                x = x * factor + shift
            values[i] = x


@njit_simd
def _divide_and_root(values: Array, passes: int) -> None:
    for _ in range(passes):
        for i in range(values.shape[0]):
            values[i] = np.sqrt(1.0 / values[i])


def _exponentials(values: Array, passes: int) -> None:
    result = np.empty_like(values)
    for _ in range(passes):
        np.exp(values, out=result)


@dataclass(frozen=True)
class Rates:
    """Operations per second of a rank, by kind."""

    sums: float
    divisions: float
    functions: float

    def seconds(self, operations: Operations) -> float:
        """Least time of some operations, one kind after the other, s."""
        return (
            operations.sums / self.sums + operations.divisions / self.divisions + operations.functions / self.functions
        )


def measure_rates(comm: MPI.Intracomm, repeats: int, quick: bool) -> Rates:
    """Measure all three with all ranks at work. Collective."""
    passes = QUICK_PASSES if quick else PASSES

    def rate(work: Callable[[], object], amount: int) -> float:
        return amount / max(median(measure(comm, work, repeats).wall[ALL]), 1e-9)

    values = np.linspace(0.5, 1.5, LANES, dtype=np.float64)
    return Rates(
        rate(lambda: _multiply_add(values.copy(), passes, 0.999, 0.001), 2 * CHAIN * LANES * passes),
        rate(lambda: _divide_and_root(values.copy(), passes // 10), 2 * LANES * (passes // 10)),
        rate(lambda: _exponentials(values, passes // 10), LANES * (passes // 10)),
    )
