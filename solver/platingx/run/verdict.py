"""What the largest principal stresses mean for the ceramics of a case, one verdict for each."""

from __future__ import annotations

from typing import Any

from platingx.config.case import Case, PitGeometry
from platingx.post.fracture_verdict import FractureVerdict, fracture_verdict
from platingx.run.maxima import Maxima, StrengthExceeded

DEPRECATED = (
    "cracks_from_flaw, griffith_strength_Pa and critical_flaw_depth_m compare the stress at a point with a uniformly "
    "stressed body, and go with the next version: see fracture in this file, or platingx crack"
)
"""What summary.json says of keys that it will not have much longer."""

__all__ = ["judged_regions", "strength_watches", "verdicts"]


def judged_regions(case: Case) -> tuple[str, ...]:
    """Regions that get a verdict: every electrolyte, and what else of a case is no metal and has a strength."""
    return tuple(
        name
        for name, material in case.materials.items()
        if material.role == "electrolyte" or (material.role != "metal" and material.fracture is not None)
    )


def strength_watches(case: Case) -> dict[str, StrengthExceeded]:
    """What waits for the strength of each region to be reached; strengths are None where nobody gives them."""
    return {name: StrengthExceeded(_value(case, name, "theoretical_strength")) for name in judged_regions(case)}


def verdicts(case: Case, peaks: Maxima, watches: dict[str, StrengthExceeded]) -> list[dict[str, Any]]:
    """Verdicts as summary.json has them, the worst first.

    Parameters
    ----------
    case
        The case.
    peaks, watches
        Gathered over the run.
    """
    judged = []
    for region in judged_regions(case):
        record = peaks.records.get(f"max_principal_stress_{region}")
        if record is not None:
            judged.append((region, _judge(case, region, record, watches.get(region))))
    judged.sort(key=lambda pair: _severity(pair[1]))
    return [_content(region, verdict) for region, verdict in judged]


def _judge(case: Case, region: str, record: dict[str, Any], watch: StrengthExceeded | None) -> FractureVerdict:
    toughness, factor = (_value(case, region, key) for key in ("toughness", "flaw_geometry_factor"))
    depth = case.geometry.pit.depth if isinstance(case.geometry, PitGeometry) else None
    crossed = watch is not None and watch.time is not None
    return fracture_verdict(
        record["value"],
        name=_subject(case, region),
        place=record["place_m"],
        time=record["time_s"],
        flaw_depth=None if depth is None else float(depth),
        theoretical_strength=_value(case, region, "theoretical_strength"),
        fracture_toughness=toughness,
        reached_at=(watch.place, watch.time) if crossed and watch is not None and watch.time is not None else None,
        flaws_judged=case.fracture is not None,
        **({} if factor is None else {"geometry_factor": factor}),
    )


def _subject(case: Case, region: str) -> str:
    """Beginning of the sentence: role and label, and the name of the region where the label is another."""
    label, role = case.label(region), case.materials[region].role
    what = "region" if role == "other" else role
    named = "" if label.casefold() == region.casefold() else f" ({region})"
    return f"The {what} {label}{named}"


def _value(case: Case, region: str, key: str) -> float | None:
    fracture = case.materials[region].fracture
    value = getattr(fracture, key) if fracture is not None else None
    return None if value is None else float(value)


def _severity(verdict: FractureVerdict) -> tuple[int, int]:
    order = {True: 0, None: 1, False: 2}
    return order[verdict.cracks], order[verdict.cracks_from_flaw]


def _content(region: str, verdict: FractureVerdict) -> dict[str, Any]:
    return {
        "region": region,
        "cracks": verdict.cracks,
        "cracks_from_flaw": verdict.cracks_from_flaw,
        "theoretical_strength_Pa": verdict.theoretical_strength,
        "griffith_strength_Pa": verdict.griffith_strength,
        "critical_flaw_depth_m": verdict.critical_flaw_depth,
        "deprecated": DEPRECATED,
        "sentence": verdict.sentence,
    }
