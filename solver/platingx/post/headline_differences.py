"""How the results that a run is made for differ between two runs, in lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platingx.post.headlines import headline_names, value_of
from platingx.post.paired_values import change_text, pair_text

__all__ = ["headline_differences"]


def headline_differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Compare the summaries of two runs.

    Parameters
    ----------
    first, second : mapping
        Content of summary.json; empty for a run that has not ended.

    Returns
    -------
    list of str
        Largest pressures and principal stresses, time at fracture, force and dose, each as ``A -> B (change)``; then
        what the verdicts and the warnings say that differs.
    """
    if not first or not second:
        return []
    a, b = (dict(summary.get("quantities") or {}) for summary in (first, second))
    names = headline_names([*a, *b])
    width = max((len(_words(name)) for name in names), default=0)
    lines = [f"{_words(name):{width}}  {_line(a.get(name), b.get(name))}" for name in names]
    return [*lines, *_verdicts(first, second), *_warnings(first, second)]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _line(first: Mapping[str, Any] | None, second: Mapping[str, Any] | None) -> str:
    pair = [value_of(record) for record in (first, second)]
    if pair[0] is None or pair[1] is None or pair[0][1] != pair[1][1]:  # a force of a body is none of a metre of depth
        each = ["none" if found is None else pair_text(found[0], *found)[0] for found in pair]
        return f"A: {each[0]}, B: {each[1]}"
    (a, unit), (b, _) = pair[0], pair[1]
    texts = pair_text(a, b, unit)
    if a == b:
        return f"{texts[0]}  (same)"
    return f"{texts[0]} -> {texts[1]}  ({change_text(a, b)})"


def _verdicts(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Both verdicts on a ceramic, where their answers differ."""
    a, b = _by_region(first), _by_region(second)
    lines: list[str] = []
    for region in [*a, *(region for region in b if region not in a)]:
        pair = [verdicts.get(region) or {} for verdicts in (a, b)]
        answers = [{key: value for key, value in verdict.items() if key.startswith("cracks")} for verdict in pair]
        if answers[0] != answers[1]:
            lines += [
                f"verdict {run}: {verdict.get('sentence', 'none')}" for run, verdict in zip("AB", pair, strict=True)
            ]
    return lines


def _by_region(summary: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Verdicts by region; runs of the first version had one and did not name its region."""
    found = [*([summary["verdict"]] if summary.get("verdict") else []), *(summary.get("other_verdicts") or [])]
    return {str(verdict.get("region", "")): verdict for verdict in found}


def _warnings(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Warnings of one run only."""
    a, b = (list(summary.get("warnings") or []) for summary in (first, second))
    return [f"warning in A: {text}" for text in a if text not in b] + [
        f"warning in B: {text}" for text in b if text not in a
    ]
