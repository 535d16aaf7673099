"""Exceptions of platingx: one class per exit code, one readable message each.

Whatever a user can cause ends in one of these. The command line prints the message and ends with ``exit_code``;
in Python they are ordinary exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from platingx.characters import describe_characters

__all__ = [
    "CaseError",
    "ConvergenceError",
    "InputError",
    "InterruptedRunError",
    "MeshError",
    "OutputError",
    "PlatingxError",
    "SingleRankError",
    "VerificationError",
]


MOST_TOLD = 30
"""Problems of a case that one message lists."""
MOST_VALUES = 3
"""Values at one place with the same problem that it lists."""


class PlatingxError(Exception):
    """Base class: something went wrong that a user can understand and act on."""

    exit_code: int = 1


@dataclass(frozen=True)
class InputError:
    """One thing that is wrong with a case, and where.

    Parameters
    ----------
    message : str
        What is wrong, in a sentence without a full stop.
    file : str or Path, optional
        File the value stands in (the parent file, when a case extends another).
    line, column : int, optional
        Place in that file, counted from 1.
    key : str, optional
        Path of the key from the top of the case, e.g. ``"geometry.pit.depth"``.
    value : str, optional
        The value as written.
    valid : str, optional
        What would be valid here.
    hint : str, optional
        The next thing to try, e.g. the nearest key.
    """

    message: str
    file: str | Path | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    value: str | None = None
    valid: str | None = None
    hint: str | None = None

    @property
    def place(self) -> str:
        """File, line and column as editors and terminals understand them: ``case.yaml:12:8``."""
        parts = [str(self.file)] if self.file is not None else []
        parts += [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join(parts)

    @property
    def note(self) -> str:
        """Names of the characters in key and value that are not what they look like, empty without any."""
        return describe_characters(" ".join(part for part in (self.key, self.value, self.message) if part))

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.place, self.key) if part)
        lines = [f"{head}: {self.message}" if head else self.message]
        texts = (("got", self.value), ("note", self.note), ("valid", self.valid), ("try", self.hint))
        for label, text in texts:
            if text:
                lines.append(f"    {label + ':':<6} {text}")
        return "\n".join(lines)


def _together(problems: Sequence[InputError]) -> Iterator[InputError]:
    """Problems, those of many values at one place as one: an axis of a study gives each of its values to a key."""
    alike: dict[InputError, list[str | None]] = {}
    for problem in problems:
        alike.setdefault(replace(problem, value=None), []).append(problem.value)
    for problem, values in alike.items():
        given = list(dict.fromkeys(value for value in values if value is not None))
        more = f" and {len(given) - MOST_VALUES} more" if len(given) > MOST_VALUES else ""
        yield replace(problem, value=", ".join(given[:MOST_VALUES]) + more or None)


class CaseError(PlatingxError):
    """A case file or a command line is not valid.

    Parameters
    ----------
    problems : InputError, str or sequence of InputError
        Everything found wrong, reported together.
    """

    exit_code = 2

    def __init__(self, problems: InputError | str | Sequence[InputError]) -> None:
        if isinstance(problems, str):
            problems = InputError(problems)
        if isinstance(problems, InputError):
            problems = [problems]
        self.problems: tuple[InputError, ...] = tuple(problems)
        super().__init__(self.format())

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[InputError, ...]]]:
        """Pickle by the problems, so that the error can be broadcast between ranks."""
        return type(self), (self.problems,)

    def format(self) -> str:
        """One readable message with every problem, in the order of the file."""
        told = list(_together(self.problems))
        lines = [str(problem) for problem in told[:MOST_TOLD]]
        if len(told) > MOST_TOLD:
            lines.append(f"... and {len(told) - MOST_TOLD} more")
        return "\n".join(lines if len(told) == 1 else [f"{len(told)} problems:", *lines])

    @property
    def first(self) -> InputError:
        """The first problem, for callers that need one place to point at."""
        return self.problems[0]


class MeshError(PlatingxError):
    """A mesh cannot be built or read, or lacks a region or boundary that the case names."""

    exit_code = 3


class ConvergenceError(PlatingxError):
    """The equations could not be solved at the smallest allowed step."""

    exit_code = 4


class InterruptedRunError(PlatingxError):
    """A run was told to stop by a signal, and stopped after the step it was in.

    Parameters
    ----------
    message : str
        What was saved, and how to go on.
    signal_number : int
        The signal; the exit code is 128 plus this, as shells have it.
    """

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.signal_number = signal_number
        self.exit_code = 128 + signal_number

    def __reduce__(self) -> tuple[type[InterruptedRunError], tuple[str, int]]:
        """Pickle with the signal, so that the error can be broadcast between ranks."""
        return type(self), (str(self), self.signal_number)


class SingleRankError(PlatingxError):
    """An error that one rank met alone: the others may wait for it for ever, so that all must be ended.

    Parameters
    ----------
    rank : int
        The rank.
    error : PlatingxError
        What it met; its exit code is that of the run.
    """

    def __init__(self, rank: int, error: PlatingxError) -> None:
        super().__init__(f"{error} (on rank {rank} only; all ranks are ended)")
        self.rank, self.error = rank, error
        self.exit_code = error.exit_code

    def __reduce__(self) -> tuple[type[SingleRankError], tuple[int, PlatingxError]]:
        """Pickle by rank and error."""
        return type(self), (self.rank, self.error)


class OutputError(PlatingxError):
    """A run folder, checkpoint or result file cannot be read or written."""

    exit_code = 5


class VerificationError(PlatingxError):
    """A problem of the verification book fails, or deviates from its known answer by more than its tolerance."""

    exit_code = 6
