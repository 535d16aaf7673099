"""What reports of many runs share: how many of them warn, rest on fitted numbers, or come from other sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from platingx.errors import OutputError
from platingx.post.report_page import Bullets
from platingx.post.results import RunResults

__all__ = ["counted", "of_runs", "same_versions", "summary_of"]

_MOST_SENTENCES = 50


def counted(runs: Sequence[RunResults], key: str, tone: str, note: str, what: str = "points") -> Bullets:
    """Sentences of summaries, with the number of runs that say them; numbers in them may differ.

    Parameters
    ----------
    runs
        The runs.
    key
        Of the summary.
    tone
        As of `Bullets`, where there is a sentence.
    note
        Stands first.
    what
        What the runs are called.
    """
    points: Counter[str] = Counter()
    for run in runs:
        for sentence in dict.fromkeys(map(str, summary_of(run).get(key) or [])):
            points[sentence] += 1
    items = [_of_how_many(sentence, count, len(runs), what) for sentence, count in points.most_common(_MOST_SENTENCES)]
    if len(points) > _MOST_SENTENCES:
        items.append(f"... and {len(points) - _MOST_SENTENCES} more, in the folders of the {what}")
    return Bullets(items, tone if items else "", note.strip(), "None.")


def of_runs(runs: Sequence[RunResults], key: str, what: str = "points") -> list[str]:
    """Inputs that are fitted, unverified or doubtful in any run, with the number of runs where it is not all.

    Parameters
    ----------
    runs, key, what
        As of `counted`.
    """
    points: Counter[str] = Counter()
    for run in runs:
        points.update({_sentence(entry) for entry in summary_of(run).get(key) or []})
    return [_of_how_many(text, count, len(runs), what) for text, count in sorted(points.items())]


def _of_how_many(text: str, count: int, everything: int, what: str) -> str:
    return text if count == everything else f"{text} (in {count} of {everything} {what})"


def _sentence(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return f"{entry.get('parameter')}, to {str(entry.get('quantity')).replace('_', ' ')} of {entry.get('case')}"
    return str(entry)


def summary_of(run: RunResults) -> Mapping[str, Any]:
    """Summary of a run; empty where there is none."""
    try:
        return run.summary
    except OutputError:
        return {}


def same_versions(runs: Sequence[RunResults]) -> str:
    """Say whether all points were computed by the same program."""
    found = set()
    for run in runs:
        try:
            found.add(run.manifest.get("results_source_sha256"))
        except OutputError:
            continue
    if len(found) > 1:
        return f"The runs were computed by {len(found)} different states of the sources; this is that of the first."
    return "The same for all runs." if len(runs) > 1 else ""
