"""Wall and processor time by phase of the work, at no cost where nobody asked for it.

    profile = Profile()
    with profile.active():
        with phase("mesh"):
            ...

Times are exclusive: a phase within another one interrupts the clock of the outer one, so that the phases of a profile
add up to the whole.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

__all__ = ["OTHER", "START_UP", "Profile", "Spent", "count", "mark", "phase", "timed"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

START_UP = "start-up"
"""From the start of the process to that of the profiled work: interpreter, imports, reading the case."""
OTHER = "other"
"""What no phase claims."""


@dataclass
class Spent:
    """Time of a phase on this rank: wall and processor seconds, and how often it was entered."""

    wall: float = 0.0
    cpu: float = 0.0
    calls: int = 0


class Profile:
    """Times of the phases of this process.

    Parameters
    ----------
    since_process_start
        Count what the process has done so far as ``START_UP``; otherwise the clock starts now.

    Attributes
    ----------
    spent
        By phase, in the order of their first use.
    counts
        What :func:`count` has counted.
    marks
        Wall time from the start of the profile to the first time of each :func:`mark`, s.
    """

    def __init__(self, since_process_start: bool = False) -> None:
        self.spent: dict[str, Spent] = {}
        self.counts: dict[str, int] = {}
        self.marks: dict[str, float] = {}
        self._stack = [START_UP if since_process_start else OTHER]
        self._absorbing = 0
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        self._started = self._wall
        if since_process_start:
            self._started -= _process_age()
            self.spent[START_UP] = Spent(self._wall - self._started, self._cpu, 1)

    @contextmanager
    def active(self) -> Iterator[Profile]:
        """Let the phases of this process be counted here, until the end of the block."""
        global _profile
        if self._stack[0] == START_UP:
            self._charge()
            self._stack[0] = OTHER
        else:
            self._wall, self._cpu = time.perf_counter(), time.process_time()
        before, _profile = _profile, self
        try:
            yield self
        finally:
            _profile = before
            self._charge()

    def enter(self, name: str, absorbing: bool = False) -> None:
        """Start a phase; an absorbing one takes the time of all phases within it."""
        if self._absorbing:
            self._absorbing += 1
            return
        self._charge()
        self._stack.append(name)
        self.spent.setdefault(name, Spent()).calls += 1
        self._absorbing = int(absorbing)

    def leave(self) -> None:
        """End the innermost phase."""
        if self._absorbing > 1:
            self._absorbing -= 1
            return
        self._charge()
        self._absorbing = 0
        self._stack.pop()

    def wall(self, *names: str) -> float:
        """Wall time of some phases on this rank, s."""
        return sum(self.spent[name].wall for name in names if name in self.spent)

    def cpu(self, *names: str) -> float:
        """Processor time of some phases on this rank, s."""
        return sum(self.spent[name].cpu for name in names if name in self.spent)

    def elapsed(self) -> float:
        """Wall time since the start of the profile, s."""
        return time.perf_counter() - self._started

    def _charge(self) -> None:
        """Give the time since the last change to the phase that is on."""
        wall, cpu = time.perf_counter(), time.process_time()
        spent = self.spent.setdefault(self._stack[-1], Spent())
        spent.wall += wall - self._wall
        spent.cpu += cpu - self._cpu
        self._wall, self._cpu = wall, cpu


class _Phase:
    """A phase of the active profile, as a context."""

    __slots__ = ("_absorbing", "_name", "_profile")

    def __init__(self, profile: Profile, name: str, absorbing: bool) -> None:
        self._profile, self._name, self._absorbing = profile, name, absorbing

    def __enter__(self) -> None:
        self._profile.enter(self._name, self._absorbing)

    def __exit__(self, *error: object) -> None:
        self._profile.leave()


class _Nothing:
    """Stands in for a phase where nobody asked for a profile."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


_profile: Profile | None = None
_NOTHING = _Nothing()


def phase(name: str, absorbing: bool = False) -> _Phase | _Nothing:
    """Context whose time belongs to a phase.

    Parameters
    ----------
    name
        Of the phase.
    absorbing
        Phases within this one are not told apart.
    """
    return _NOTHING if _profile is None else _Phase(_profile, name, absorbing)


def timed(name: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorator of a function whose time belongs to a phase."""

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def within(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
            with phase(name):
                return function(*args, **options)

        return within

    return decorate


def count(name: str, number: int = 1) -> None:
    """Add to a counter of the active profile."""
    if _profile is not None:
        _profile.counts[name] = _profile.counts.get(name, 0) + number


def mark(name: str) -> None:
    """Note when something happens for the first time."""
    if _profile is not None:
        _profile.marks.setdefault(name, _profile.elapsed())


def _process_age() -> float:
    """Wall time since this process was started, s; where the system does not say, its processor time."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, IndexError, ValueError):
        return time.process_time()
    return max(age, 0.0)
