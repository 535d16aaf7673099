"""Repeated measurements, and the rows that they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from mpi4py import MPI

from platingx.profiling import Profile

__all__ = ["ALL", "Collector", "Context", "Measurement", "References", "Row", "Wishes", "measure"]

ALL = "all"
"""Name of the whole among the phases of a measurement."""
WALL, CPU = "wall time", "CPU time"


@dataclass(frozen=True)
class Row:
    """One measured quantity.

    Attributes
    ----------
    benchmark, subject
        Which benchmark, and what it looked at (element, mesh, case, solver).
    size
        Displacement unknowns, quadrature points or entries; 0 where there is no such number.
    quantity, unit
        What was measured; ``1`` for ratios and counts.
    median, minimum, maximum
        Over the repeats.
    repeats, ranks
        Number of repeats, and of MPI ranks that took part.
    warm_ups
        Number of times before that were not measured.
    """

    benchmark: str
    subject: str
    size: int
    quantity: str
    unit: str
    median: float
    minimum: float
    maximum: float
    repeats: int
    ranks: int
    warm_ups: int = 0

    def per(self, number: float, quantity: str, unit: str) -> Row:
        """Divide by a number that was not measured: per point, per unknown.

        Parameters
        ----------
        number
            The divisor, in the unit that belongs to the new unit.
        quantity, unit
            Of the new row.
        """
        values = {name: getattr(self, name) / number for name in ("median", "minimum", "maximum")}
        return replace(self, quantity=quantity, unit=unit, **values)


@dataclass
class Measurement:
    """Times of repeated work by phase, ``ALL`` among them: wall of the slowest rank and processor time of all, s."""

    wall: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    warm_ups: int = 0

    def add(self, profiles: Sequence[Profile]) -> None:
        """Take one repeat into account, by the profiles of all ranks; phases that are new here were 0 before."""
        repeats = max((len(values) for values in self.wall.values()), default=0)
        names = {name: None for profile in profiles for name in profile.spent}
        groups: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
        groups[ALL] = tuple(names)
        for times in (self.wall, self.cpu):
            for name in groups:
                times.setdefault(name, [0.0] * repeats)
            for name in times:
                group = groups.get(name, ())
                values = [profile.wall(*group) if times is self.wall else profile.cpu(*group) for profile in profiles]
                times[name].append(max(values) if times is self.wall else sum(values))
        self.counts = dict(profiles[0].counts)


@dataclass(frozen=True)
class References:
    """Measured bounds of the machine with all ranks at work, for one rank: bytes/s and floating-point operations/s."""

    bandwidth: float
    arithmetic: float


@dataclass(frozen=True)
class Wishes:
    """What a user asks of the benchmarks that scale; what is not given is chosen by the benchmark.

    Attributes
    ----------
    sizes
        Displacement unknowns of the bodies in three dimensions.
    size_of_a_rank
        Displacement unknowns of a rank in weak scaling.
    ranks
        Ranks that ``ranks`` starts where it is on one.
    """

    sizes: tuple[float, ...] = ()
    size_of_a_rank: float | None = None
    ranks: int | None = None


def _nowhere(rows: Sequence[Row]) -> None:
    """Keep nothing."""


def _unheard(text: str) -> None:
    """Note nothing."""


@dataclass(frozen=True)
class Context:
    """What a benchmark is run with.

    Attributes
    ----------
    comm
        Ranks that take part.
    quick
        Tiny sizes, to see that everything works; the times mean nothing.
    folder
        For temporary files, the same on all ranks.
    say
        Told what is being done.
    references
        Speed of the machine, with all ranks at work.
    wishes
        Sizes and ranks that the user asks for.
    keep
        Told the rows so far, so that they are in the files; collective.
    note
        Told sentences that belong to the findings.
    """

    comm: MPI.Intracomm
    quick: bool
    folder: Path
    say: Callable[[str], None]
    references: References = References(1.0, 1.0)
    wishes: Wishes = Wishes()
    keep: Callable[[Sequence[Row]], None] = _nowhere
    note: Callable[[str], None] = _unheard

    def collector(self, benchmark: str) -> Collector:
        """Collector of the rows of a benchmark that keeps them on :meth:`Collector.save`."""
        return Collector(benchmark, self.comm.size, self.keep)

    @property
    def repeats(self) -> int:
        """How often short work is measured, after one time that is not."""
        return 2 if self.quick else 7


class Collector:
    """Gathers the rows of a benchmark.

    Parameters
    ----------
    benchmark
        Its name.
    ranks
        Number of MPI ranks.
    keep
        Told the rows on :meth:`save`.
    """

    def __init__(self, benchmark: str, ranks: int, keep: Callable[[Sequence[Row]], None] = _nowhere) -> None:
        self.benchmark, self.ranks = benchmark, ranks
        self.rows: list[Row] = []
        self._keep = keep

    def save(self) -> None:
        """Keep the rows so far, in case of an interruption. Collective."""
        self._keep(self.rows)

    def add(
        self, subject: str, size: int, quantity: str, unit: str, samples: Sequence[float], warm_ups: int = 0
    ) -> Row:
        """Add a quantity by its samples."""
        row = Row(
            self.benchmark, subject, size, quantity, unit, float(median(samples)), float(min(samples)),
            float(max(samples)), len(samples), self.ranks, warm_ups,
        )  # fmt: skip
        self.rows.append(row)
        return row

    def keep(self, row: Row) -> Row:
        """Add a row that was derived from another one."""
        self.rows.append(row)
        return row

    def times(self, subject: str, size: int, measurement: Measurement, name: str, label: str = "") -> tuple[Row, Row]:
        """Add wall and processor time of a phase, with a label behind."""
        ending = f", {label}" if label else ""
        return (
            self.add(subject, size, WALL + ending, "s", measurement.wall[name], measurement.warm_ups),
            self.add(subject, size, CPU + ending, "s", measurement.cpu[name], measurement.warm_ups),
        )

    def ratio(self, subject: str, size: int, quantity: str, above: Row, below: Row) -> Row:
        """Add the ratio of the medians of two rows of this run; its spread is the widest of their extremes."""
        if not below.minimum > 0.0:
            raise ZeroDivisionError(f"{quantity} of {subject}: {below.quantity} of {below.subject} is zero")
        row = Row(
            self.benchmark, subject, size, quantity, "1", above.median / below.median, above.minimum / below.maximum,
            above.maximum / below.minimum, min(above.repeats, below.repeats), self.ranks, above.warm_ups,
        )  # fmt: skip
        return self.keep(row)


def measure(
    comm: MPI.Intracomm,
    work: Callable[[], object],
    repeats: int,
    prepare: Callable[[], object] | None = None,
    warm_ups: int = 1,
) -> Measurement:
    """Measure work several times. Collective.

    Parameters
    ----------
    comm
        Ranks that work; they start together.
    work
        What is measured; its phases (:func:`platingx.profiling.phase`) are told apart.
    repeats
        How often.
    prepare
        Done before each time, not measured.
    warm_ups
        Times before, not measured: caches, compilers and memory are then as they stay.
    """
    result = Measurement(warm_ups=warm_ups)
    for number in range(warm_ups + repeats):
        if prepare is not None:
            prepare()
        comm.barrier()
        profile = Profile()
        with profile.active():
            work()
        profiles = comm.allgather(profile)
        if number >= warm_ups:
            result.add(profiles)
    return result
