"""What a calibration has found, as numbers for files and people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platingx import __version__
from platingx.arrays import Array
from platingx.post.file_names import CALIBRATION
from platingx.run.provenance import results_source_digest, write_json
from platingx.studies.calibration.evaluation import Evaluation
from platingx.studies.calibration.identification import CONFIDENCE, RESOLVED, Identification, sentences_on
from platingx.studies.calibration.problem import Problem
from platingx.studies.calibration.profile import Profile, sentence_on
from platingx.studies.calibration.search import Found
from platingx.units import DIMENSIONS

__all__ = ["Outcome", "write_outcome"]


@dataclass(frozen=True)
class Outcome:
    """The result of a calibration.

    Attributes
    ----------
    problem
        The calibration.
    searches
        How each stage has ended.
    best
        The result.
    jacobian : ndarray, shape (m, n)
        Change of the residuals over the range of each parameter there.
    identification
        What it says.
    profiles
        Profiles that were asked for.
    evaluations, runs
        Rows of the table, and runs that were not there before.
    """

    problem: Problem
    searches: Mapping[str, Found]
    best: Evaluation
    jacobian: Array
    identification: Identification
    profiles: tuple[Profile, ...]
    evaluations: int
    runs: int

    @property
    def names(self) -> list[str]:
        """Names of the parameters."""
        return list(self.problem.parameters)

    def conclusions(self) -> list[str]:
        """What the targets tell and what they do not, in sentences."""
        found = sentences_on(self.identification, self.names, self.best.shares, self.best.residuals)
        profiled = filter(None, map(sentence_on, self.profiles))
        unfinished = [
            f"the {stage} search stopped at its largest number of evaluations, not at a minimum"
            for stage, search in self.searches.items()
            if not search.converged
        ]
        return [*unfinished, *found, *profiled]

    def interval(self, index: int) -> tuple[float, float] | None:
        """Interval of a parameter as shares of its range, within its bounds; None if it is not identified."""
        width = float(self.identification.half_widths[index])
        share = float(self.best.shares[index])
        return (max(0.0, share - width), min(1.0, share + width)) if math.isfinite(width) else None

    def number(self, index: int, share: float) -> float:
        """Value of a parameter at a share of its range, SI."""
        shares = [share if k == index else 0.5 for k in range(len(self.names))]
        return float(self.problem.settings(shares)[self.names[index]].number or 0.0)


def write_outcome(outcome: Outcome, folder: Path) -> Path:
    """Write all numbers as JSON.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    path = folder / CALIBRATION
    write_json(path, _plain(_content(outcome)))
    return path


def _content(outcome: Outcome) -> dict[str, Any]:
    found = outcome.identification
    calibration = outcome.problem.calibration
    return {
        "name": calibration.name,
        "description": calibration.description,
        "platingx": __version__,
        "results_source_sha256": results_source_digest(),
        "confidence": CONFIDENCE,
        "chosen_numbers": len(outcome.names),
        "targets_met": len(outcome.best.residuals),
        "chi_squared": outcome.best.chi_squared,
        "conclusions": outcome.conclusions(),
        "parameters": {name: _parameter(outcome, index) for index, name in enumerate(outcome.names)},
        "targets": _targets(outcome),
        "jacobian": {
            "meaning": "change of (computed - target)/uncertainty over the range of a parameter, linear",
            "rows": [residual.name for residual in outcome.problem.residuals],
            "columns": outcome.names,
            "values": outcome.jacobian.tolist(),
        },
        "singular_values": found.singular_values.tolist(),
        "directions": found.directions.tolist(),
        "condition": found.condition,
        "identified_directions": found.identified,
        "least_singular_value_identified": max(1.0, RESOLVED * float(found.singular_values[0])),
        "correlation": found.correlation.tolist(),
        "profiles": {profile.name: _profile(outcome, profile) for profile in outcome.profiles},
        "searches": {
            stage: {"converged": search.converged, "message": search.message, "chi_squared": search.best.chi_squared}
            for stage, search in outcome.searches.items()
        },
        "evaluations": outcome.evaluations,
        "runs_of_this_command": outcome.runs,
    }


def _parameter(outcome: Outcome, index: int) -> dict[str, Any]:
    name = outcome.names[index]
    block = outcome.problem.parameters[name]
    share = float(outcome.best.shares[index])
    interval = outcome.interval(index)
    setting = outcome.problem.settings(outcome.best.shares)[name]
    return {
        "value": setting.number,
        "unit": DIMENSIONS[block.dimension].si_unit,
        "text": setting.text,
        "interval": None if interval is None else [outcome.number(index, end) for end in interval],
        "share_of_range": share,
        "standard_uncertainty_of_share": float(outcome.identification.deviations[index]),
        "start": str(block.start),
        "low": str(block.low),
        "high": str(block.high),
        "scale": block.scale,
        "keys": {
            case: [key for key, names in outcome.problem.chosen_keys(case).items() if name in names]
            for case in outcome.problem.calibration.cases
        },
    }


def _targets(outcome: Outcome) -> dict[str, Any]:
    targets = outcome.problem.calibration.targets
    return {
        residual.name: {
            "case": targets[residual.target].case,
            "quantity": residual.wanted.of,
            "target": float(residual.value),
            "standard_uncertainty": residual.sigma,
            "computed": float(computed),
            "unit": DIMENSIONS[residual.value.dimension].si_unit,
            "residual": float(difference),
            "source": targets[residual.target].source,
        }
        for residual, computed, difference in zip(
            outcome.problem.residuals, outcome.best.computed, outcome.best.residuals, strict=True
        )
    }


def _profile(outcome: Outcome, profile: Profile) -> dict[str, Any]:
    index = outcome.names.index(profile.name)
    ends = [None if end is None else outcome.number(index, end) for end in (profile.low, profile.high)]
    return {
        "values": [outcome.number(index, share) for share in profile.shares],
        "rises_of_chi_squared": profile.rises.tolist(),
        "interval": ends,
    }


def _plain(value: Any) -> Any:
    """Content for JSON, which has no NaN and no infinity: null stands for what is not there."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
