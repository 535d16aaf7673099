"""Section of reports on diffusion along interfaces: whether the metal of runs would rather have left by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platingx.post.report_page import Bullets, Section

__all__ = ["diffusion_section"]

_HEAD = "Diffusion or flow"
_NOTE = "The Coble number is the pressure at which metal would leave along its interface over that at which it flows."


def diffusion_section(summaries: Sequence[Mapping[str, Any]], what: str = "points") -> list[Section]:
    """Say what runs know of diffusion along their interfaces; no section where they know nothing.

    Parameters
    ----------
    summaries
        Contents of summary.json of the runs; an empty one knows nothing.
    what
        What the runs are called.
    """
    records = [record for summary in summaries if (record := summary.get("diffusion"))]
    if not records:
        return []
    numbers = [float(record["coble_number"]) for record in records if "coble_number" in record]
    items = [str(records[0]["sentence"])] if len(records) == 1 else list(_of_many(records, numbers, what))
    rather = any(number < 1.0 for number in numbers)
    return [Section(_HEAD, [Bullets(items, "doubt" if rather else "", _NOTE)], compact=True)]


def _of_many(records: Sequence[Mapping[str, Any]], numbers: Sequence[float], what: str) -> Iterator[str]:
    """Sentences with the numbers of runs that they hold for."""
    if numbers:
        below = sum(number < 1.0 for number in numbers)
        names = ", ".join(sorted({str(record["transport"]) for record in records if "coble_number" in record}))
        yield (
            f"left out in {len(numbers)} {what}: Coble numbers {min(numbers):.3g} to {max(numbers):.3g} ({names}, an "
            f"unverified value), below 1 in {below}, where the metal would rather diffuse"
        )
    included = sum(bool(record.get("included")) for record in records)
    if included:
        yield f"included in {included} {what}, with a diffusivity to be varied"
    closed = len(records) - len(numbers) - included
    if closed:
        yield f"left out in {closed} {what}, in which the plated interface has no free side"
