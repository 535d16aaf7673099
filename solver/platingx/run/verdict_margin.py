"""How far a verdict is from the opposite one, beside what is not known of the stress and of the strength."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platingx.config.case import Case
from platingx.post.scales import rounded

__all__ = ["with_margin"]

STRENGTHS = {
    "theoretical_strength": ("theoretical_strength_Pa", "fracture.theoretical_strength"),
    "griffith_strength": ("griffith_strength_Pa", "fracture.toughness"),
}
"""Keys of the verdict and of the material, for the strengths that a stress is compared with."""
STRENGTH_WORDS = {"theoretical_strength": "theoretical strength", "griffith_strength": "strength with such a flaw"}
FAR = 0.9
"""Margin from which it is not told: nothing turns on it."""
NO_INPUT_OF_THE_STRESS = ("fracture.", "molar_volume", "melting_temperature")


@dataclass(frozen=True)
class _Uncertainty:
    """One thing that is not known: its words, and the relative interval it leaves."""

    words: str
    low: float
    high: float


def with_margin(case: Case, verdict: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Add margin, errors and whether it is decided to a verdict, and say them in its sentence.

    1. The stress is known to the error estimate of the mesh, and to the range of the inputs of its region that nobody
       has verified, each as if the stress were in proportion to it.
    2. A strength is known to the range of its value in the library.
    3. A verdict is decided if the intervals of stress and strength do not overlap.

    Parameters
    ----------
    case
        The case.
    verdict
        Of one region, as in summary.json.
    record
        The largest principal stress that it rests on, with ``error_estimate``.
    """
    region, stress = str(verdict["region"]), float(record["value"])
    unknown = [*_of_the_mesh(record), *_of_the_inputs(case, region)]
    low, high = (stress * (1.0 + sum(getattr(item, end) - 1.0 for item in unknown)) for end in ("low", "high"))
    margins: dict[str, float] = {}
    decided: dict[str, bool] = {}
    for name, (key, path) in STRENGTHS.items():
        strength = verdict[key]
        if strength is None:
            continue
        bounds = _range(case, region, path) or (1.0, 1.0)
        margins[name] = stress / strength - 1.0
        decided[name] = low > strength * bounds[1] or high < strength * bounds[0]
    result = {**verdict, "margin": margins, "decided": decided}
    result["uncertainty"] = [
        {"of": item.words, "relative_low": item.low - 1.0, "relative_high": item.high - 1.0} for item in unknown
    ]
    result["sentence"] = _sentence(case, region, verdict, margins, decided, unknown)
    return result


def _of_the_mesh(record: Mapping[str, Any]) -> list[_Uncertainty]:
    error = record.get("error_estimate")
    if error is None:
        return []
    return [_Uncertainty("the mesh (an estimate, from the stresses of single cells)", 1.0 - error, 1.0 + error)]


def _of_the_inputs(case: Case, region: str) -> list[_Uncertainty]:
    """Ranges of the values of a region that nobody has verified."""
    found = []
    for key, value in case.materials[region].sources.items():
        if value.range is not None and value.status == "unverified" and not key.startswith(NO_INPUT_OF_THE_STRESS):
            words = f"the unverified {region} {key} = {value.text} (if the stress follows it in proportion)"
            found.append(_Uncertainty(words, *value.range))
    return found


def _range(case: Case, region: str, key: str) -> tuple[float, float] | None:
    source = case.materials[region].sources.get(key)
    return None if source is None else source.range


def _sentence(
    case: Case,
    region: str,
    verdict: Mapping[str, Any],
    margins: Mapping[str, float],
    decided: Mapping[str, bool],
    unknown: list[_Uncertainty],
) -> str:
    """The sentence of the verdict, with what decides it in front and what it rests on behind."""
    parts = []
    open_ones = [name for name, known in decided.items() if not known and name == "theoretical_strength"]
    if open_ones:
        sentence = str(verdict["sentence"])
        parts.append(f"Within the error, so undecided. By the numbers of this run {sentence[0].lower()}{sentence[1:]}")
    else:
        parts.append(str(verdict["sentence"]))
    close = [name for name in ("theoretical_strength",) if abs(margins.get(name, 1.0)) < FAR]
    parts += [_margin_words(case, region, name, margins[name]) for name in open_ones or close]
    if open_ones and unknown:
        listed = " and ".join(f"{_percent(item)} by {item.words}" for item in unknown)
        parts.append(f"The stress is uncertain by {listed}.")
    parts += _fitted(case, region)
    return " ".join(parts)


def _margin_words(case: Case, region: str, name: str, margin: float) -> str:
    side = "above" if margin >= 0.0 else "below"
    words = f"The stress is {rounded(100.0 * abs(margin), 2)} % {side} the {STRENGTH_WORDS[name]}"
    bounds = _range(case, region, STRENGTHS[name][1])
    if bounds is not None:
        low, high = (rounded(100.0 * (bound - 1.0), 2) for bound in bounds)
        words += f", which is known to {low} to +{high} %"
    return f"{words}."


def _percent(item: _Uncertainty) -> str:
    low, high = 100.0 * (item.low - 1.0), 100.0 * (item.high - 1.0)
    if abs(low + high) < 1e-9:
        return f"{rounded(high, 2)} %"
    return f"{rounded(low, 2)} to +{rounded(high, 2)} %"


def _fitted(case: Case, region: str) -> list[str]:
    """A stress that was fitted in this case predicts nothing."""
    quantity = f"max_principal_stress_{region}"
    entries = [entry for entry in case.calibration if entry.quantity == quantity and not entry.case]
    return [f"The stress was fitted by {entry.parameter}: this verdict is no prediction." for entry in entries]
