"""The last lines of a run, on the terminal and in its log: what came out, what it rests on, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from platingx.post.headlines import headline_names, value_of
from platingx.post.scales import format_place, format_value

__all__ = ["closing_lines"]


def closing_lines(summary: Mapping[str, Any], pictures: Sequence[Path] = ()) -> list[str]:
    """Verdict, headline numbers with place and time, warnings, inputs that are doubtful, and pictures.

    Parameters
    ----------
    summary
        Content of summary.json.
    pictures
        Figures that were drawn.
    """
    quantities: Mapping[str, Mapping[str, Any]] = summary.get("quantities") or {}
    verdict = summary.get("verdict")
    judged = [*([verdict] if verdict else []), *(summary.get("other_verdicts") or [])]
    head = "verdict, in doubt by the warnings below" if summary.get("warnings") else "verdict"
    lines = [f"{head}: {each['sentence']}" for each in judged]
    fracture: Mapping[str, Any] = summary.get("fracture") or {}
    lines += [f"{head}: {sentence}" for sentence in fracture.get("sentences", ())]
    lines += [f"assumed: {text}" for text in fracture.get("assumptions", ())]
    if quantities:
        so_far = "" if summary.get("outcome") == "completed" else " so far"
        placed = any(record.get("place_m") for record in quantities.values())
        lines.append(f"results{so_far}{' (places are those before deformation)' if placed else ''}")
        names = headline_names(quantities)
        width = max(len(_words(name)) for name in names) if names else 0
        lines += [f"    {_words(name):{width}}  {_record(quantities[name])}" for name in names]
    if summary.get("diffusion"):
        lines.append(f"diffusion: {summary['diffusion']['sentence']}")
    lines += [f"warning: {text}" for text in summary.get("warnings") or []]
    if quantities:  # without results the head of the log is enough
        lines += [f"unverified: {text}" for text in summary.get("unverified_inputs") or []]
        lines += [f"doubtful: {text}" for text in summary.get("doubtful_inputs") or []]
        lines += [f"calibrated: {_fitted(entry, summary)}" for entry in summary.get("calibrated") or []]
    lines += _pictures(pictures)
    return lines


def _fitted(entry: Mapping[str, str], summary: Mapping[str, Any]) -> str:
    """What was fitted to what, and in which case if it was another."""
    where = "" if entry["case"] == summary.get("case") else f" of {entry['case']}"
    return f"{entry['parameter']} to {entry['quantity']}{where}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _record(record: Mapping[str, Any]) -> str:
    """Value with unit, place and time of a quantity."""
    value, unit = value_of(record) or (0.0, "")
    text = format_value(value, unit)
    if record.get("place_m"):
        text += f" at {format_place(record['place_m'])}"
    if record.get("time_s") is not None:
        text += f", t = {format_value(record['time_s'], 's')}"
    if record.get("singular_point"):
        text += f"; within {format_value(record['singular_radius_m'], 'm')} of {record['singular_point']}"
    if record.get("away_from_it"):
        text += f"; away from it {_record(record['away_from_it'])}"
    return text


def _pictures(pictures: Sequence[Path]) -> list[str]:
    """One line for each folder with pictures."""
    folders: dict[Path, list[str]] = {}
    for path in pictures:
        folders.setdefault(path.parent, []).append(path.name)
    return [f"pictures in {folder}: {', '.join(names)}" for folder, names in folders.items()]
