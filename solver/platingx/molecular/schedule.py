"""The steps of a run in LAMMPS: segments between two states from which it can go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from platingx.config.molecular import MdCase, MdDepositionCase

__all__ = ["Segment", "segments"]


@dataclass(frozen=True)
class Segment:
    """A part of a run.

    Attributes
    ----------
    number
        From 1.
    first, last
        Steps at its beginning and end.
    begins, ends
        Temperatures, K.
    """

    number: int
    first: int
    last: int
    begins: float
    ends: float


def segments(case: MdCase) -> list[Segment]:
    """Cut the stages of a case into segments; each is in one stage.

    Parameters
    ----------
    case
        A validated case.
    """
    longest = max(1, round(case.program.segment / case.step))
    found: list[Segment] = []
    first = 0
    for steps, begins, ends in _stages(case):
        done = 0
        while done < steps:
            count = min(longest, steps - done)
            temperatures = [begins + (ends - begins) * at / steps for at in (done, done + count)]
            found.append(Segment(len(found) + 1, first + done, first + done + count, *temperatures))
            done += count
        first += steps
    return found


def _stages(case: MdCase) -> Iterator[tuple[int, float, float]]:
    """Steps and temperatures of the stages."""
    ends = [case.temperature] if isinstance(case, MdDepositionCase) else [stage.end for stage in case.stages]  # type: ignore[attr-defined]
    for duration, before, end in zip(case.durations(), [ends[0], *ends[:-1]], ends, strict=True):
        yield max(1, round(duration / case.step)), before, end
