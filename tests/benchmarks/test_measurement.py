"""What would hurt most if lost: ratios are those of medians, and nothing unmeasured gets into a time."""

import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.errors import ConvergenceError
from platingx.profiling import count, phase
from platingx_benchmarks.groups import on_first, powers_of_two
from platingx_benchmarks.kernel import interval_of_median
from platingx_benchmarks.measurement import ALL, Collector, measure
from platingx_benchmarks.memory import peak_over_ranks, reset_peak, resident


def spend(seconds: float) -> None:
    """Use the processor for some time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_ratios_are_of_medians() -> None:
    collector = Collector("test", 1)
    slow = collector.add("a", 0, "time", "s", [3.0, 100.0, 2.0])
    fast = collector.add("b", 0, "time", "s", [1.0, 0.5, 30.0])
    ratio = collector.ratio("a over b", 0, "ratio", slow, fast)
    assert (slow.median, slow.minimum, slow.maximum) == (3.0, 2.0, 100.0)
    assert ratio.median == 3.0
    assert (ratio.minimum, ratio.maximum) == (2.0 / 30.0, 100.0 / 0.5)
    assert ratio.unit == "1"
    assert collector.rows == [slow, fast, ratio]


def test_the_interval_of_a_median_holds_it_as_often_as_it_says() -> None:
    """In 95 of 100 series of a skew quantity, whose median is ln 2, or somewhat more often."""
    generator = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        low, high = interval_of_median(list(generator.exponential(size=101)))
        hits += low <= np.log(2.0) <= high
    assert 940 <= hits <= 980
    assert interval_of_median([3.0, 1.0, 2.0]) == (1.0, 3.0)


def test_division_by_a_number_keeps_the_spread() -> None:
    row = Collector("test", 1).add("a", 7, "time", "s", [1.0, 2.0, 4.0]).per(2.0**-30, "time of a point", "ns")
    assert (row.median, row.minimum, row.maximum, row.unit, row.size) == (2.0**31, 2.0**30, 2.0**32, "ns", 7)


def test_a_ratio_to_nothing_is_refused() -> None:
    collector = Collector("test", 1)
    zero = collector.add("a", 0, "time", "s", [0.0])
    with pytest.raises(ZeroDivisionError, match="time of a is zero"):
        collector.ratio("a", 0, "ratio", zero, zero)


def test_preparation_and_warm_up_are_not_measured() -> None:
    calls: list[str] = []

    def work() -> None:
        calls.append("work")
        spend(0.05 if calls.count("work") == 1 else 0.002)
        count("solves")

    def prepare() -> None:
        calls.append("prepare")
        spend(0.03)

    measured = measure(MPI.COMM_SELF, work, 3, prepare)
    assert calls == ["prepare", "work"] * 4
    assert len(measured.wall[ALL]) == len(measured.cpu[ALL]) == 3
    assert all(0.002 <= cpu < 0.025 for cpu in measured.cpu[ALL])
    assert measured.counts == {"solves": 1}


def test_phases_of_the_work_are_told_apart() -> None:
    turns = iter(range(3))

    def work() -> None:
        with phase("matrix"):
            spend(0.002)
        if next(turns) == 2:
            with phase("rare"):
                spend(0.004)

    measured = measure(MPI.COMM_SELF, work, 3, warm_ups=0)
    assert all(cpu >= 0.002 for cpu in measured.cpu["matrix"])
    assert measured.cpu["rare"][:2] == [0.0, 0.0]
    assert measured.cpu["rare"][2] >= 0.004
    assert measured.cpu[ALL][2] >= 0.006
    assert statistics.median(measured.cpu["rare"]) == 0.0


@pytest.mark.mpi
def test_wall_of_the_slowest_rank_and_processor_time_of_all() -> None:
    comm = MPI.COMM_WORLD

    def work() -> None:
        spend(0.02 if comm.rank == 0 else 0.01)

    measured = measure(comm, work, 2)
    assert all(cpu >= 0.02 + 0.01 * (comm.size - 1) for cpu in measured.cpu[ALL])
    assert all(wall >= 0.02 for wall in measured.wall[ALL])
    assert comm.allgather(measured.wall) == [measured.wall] * comm.size


@pytest.mark.mpi
def test_some_of_the_ranks_work() -> None:
    comm = MPI.COMM_WORLD
    assert on_first(comm, 1, lambda group: (group.size, group.allreduce(1))) == (1, 1)
    assert on_first(comm, comm.size, lambda group: group.allreduce(1)) == comm.size

    def fail(group: MPI.Intracomm) -> None:
        raise ConvergenceError("no equilibrium")

    with pytest.raises(ConvergenceError, match="no equilibrium"):
        on_first(comm, 1, fail)


def test_numbers_of_ranks() -> None:
    assert powers_of_two(1) == [1]
    assert powers_of_two(6) == [1, 2, 4, 6]
    assert powers_of_two(8) == [1, 2, 4, 8]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux sets the mark back")
def test_memory_high_water_is_set_back() -> None:
    size = 100_000_000
    block = bytearray(size)
    assert peak_over_ranks(MPI.COMM_SELF) >= size
    del block
    assert reset_peak()
    after = peak_over_ranks(MPI.COMM_SELF)
    assert after <= resident() + size // 2
