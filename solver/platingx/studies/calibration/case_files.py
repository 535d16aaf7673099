"""Case files with the chosen numbers, each saying which ones they are and what they were chosen for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from platingx.config.calibration import published_column
from platingx.config.keys import child
from platingx.config.loader import load_case
from platingx.config.quantities import as_text
from platingx.config.yaml_text import yaml_text
from platingx.errors import OutputError
from platingx.post.scales import format_value
from platingx.studies.calibration.evaluation import short
from platingx.studies.calibration.outcome import Outcome
from platingx.units import DIMENSIONS

__all__ = ["write_cases"]

_OWN_FIRST = 2.0
"""How much more a key must move a target of another case for that one to be named."""


def write_cases(outcome: Outcome, folder: Path) -> list[Path]:
    """Write a case file for each case of a calibration, over its base, and check that it is valid.

    Parameters
    ----------
    outcome
        The result.
    folder
        Folder of the calibration.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    return [_write(outcome, name, folder / "cases") for name in outcome.problem.calibration.cases]


def _write(outcome: Outcome, name: str, folder: Path) -> Path:
    problem = outcome.problem
    question = (problem.calibration.description or problem.calibration.name).rstrip(".?!")
    tree: dict[str, Any] = {
        "extends": _path_from(problem.file.case_file(name), folder),
        "name": _case_name(outcome, name),
        "description": f"{question}: {name}. {_counts(outcome)}",
    }
    merged = problem.document_at(name, outcome.best.shares).data
    for key in (*problem.calibration.cases[name].set, *problem.chosen_keys(name), *_fixed_formulas(outcome, name)):
        _put(tree, merged, key.split("."))
    tree["calibration"] = list(_entries(outcome, name))
    published = list(_published(outcome, name))
    if published:
        tree["published"] = published
    path = folder / f"{name}.yaml"
    chosen = ", ".join(f"{key} = {short(found)}" for key, found in problem.settings(outcome.best.shares).items())
    text = f"# {_counts(outcome)}\n# {chosen}\n{yaml_text(tree)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    load_case(path)
    return path


def _path_from(file: Path, folder: Path) -> str:
    """Path of a file from a folder; absolute where they have nothing in common."""
    file, folder = file.resolve(), folder.resolve()
    together = Path(os.path.commonpath([file, folder]))
    return str(file) if together == Path(together.anchor) else os.path.relpath(file, folder)


def _case_name(outcome: Outcome, name: str) -> str:
    return f"{outcome.problem.calibration.name}_{name}"


def _counts(outcome: Outcome) -> str:
    numbers, targets = len(outcome.names), len(outcome.best.residuals)
    return f"{numbers} number{'s' if numbers > 1 else ''} chosen to meet {targets} target{'s' if targets > 1 else ''}."


def _fixed_formulas(outcome: Outcome, name: str) -> list[str]:
    formulas = outcome.problem.calibration.formulas(name)
    return [key for key, (_, formula) in formulas.items() if not formula.names]


def _put(tree: dict[str, Any], merged: Mapping[str, Any], parts: Sequence[str]) -> None:
    """Copy a value of the whole case to the same place of the new file; a list is copied as a whole."""
    here: Any = merged
    for depth, part in enumerate(parts, start=1):
        here = child(here, part)
        if depth == len(parts) or not isinstance(here, dict):
            tree[part] = here
            return
        tree = tree.setdefault(part, {})


def _entries(outcome: Outcome, name: str) -> Iterator[dict[str, Any]]:
    """Entries of a case: each chosen key with the target that it moves most, and each target of the case.

    A target of the case itself is named rather than one of another case that the key moves a little more.
    """
    problem = outcome.problem
    here = np.array([problem.calibration.targets[residual.target].case == name for residual in problem.residuals])
    strengths = {
        key: np.abs(outcome.jacobian[:, [outcome.names.index(parameter) for parameter in names]]).sum(axis=1)
        for key, names in problem.chosen_keys(name).items()
    }
    own = {
        residual.target for residual in problem.residuals if problem.calibration.targets[residual.target].case == name
    }
    done: set[str] = set()
    for key, strength in strengths.items():
        index = int(np.argmax(strength * np.where(here, _OWN_FIRST, 1.0)))
        done.add(problem.residuals[index].target)
        yield _entry(outcome, name, key, index)
    for target in (target for target in problem.calibration.targets if target in own - done):
        rows = [row for row, residual in enumerate(problem.residuals) if residual.target == target]
        row, key = max(((row, key) for row in rows for key in strengths), key=lambda pair: strengths[pair[1]][pair[0]])
        yield _entry(outcome, name, key, row)


def _entry(outcome: Outcome, name: str, key: str, index: int) -> dict[str, Any]:
    problem, residual = outcome.problem, outcome.problem.residuals[index]
    target = problem.calibration.targets[residual.target]
    unit = DIMENSIONS[residual.value.dimension].si_unit
    other = {} if target.case == name else {"case": _case_name(outcome, target.case)}
    computed = format_value(float(outcome.best.computed[index]), unit, 4)
    curve = "" if target.table is None else f"{residual.name} of a curve; "
    words = [_known(outcome, parameter) for parameter in problem.chosen_keys(name)[key]]
    return {
        "quantity": target.of,
        "target": residual.value.given or as_text(residual.value),
        "parameter": key,
        **other,
        "source": target.source,
        "note": f"{curve}{_counts(outcome)} Computed {computed}; {'; '.join(words)}",
    }


def _known(outcome: Outcome, parameter: str) -> str:
    """How well a parameter is known, in words."""
    index = outcome.names.index(parameter)
    interval = outcome.interval(index)
    if interval is None:
        return f"{parameter} is not identified by the targets"
    unit = DIMENSIONS[outcome.problem.parameters[parameter].dimension].si_unit
    low, high = (format_value(outcome.number(index, end), unit, 4) for end in interval)
    return f"{parameter} 95 % within {low} to {high}"


def _published(outcome: Outcome, name: str) -> Iterator[dict[str, Any]]:
    """Targets that are values at the end of the run: what a summary puts beside computed values."""
    for target in outcome.problem.calibration.targets.values():
        at_end = target.at is None and target.when is None and target.take == "end"
        if target.case == name and target.value is not None and at_end and published_column(target.of) is not None:
            value = getattr(target.value, "given", None) or as_text(target.value)
            yield {"quantity": target.of, "value": value, "source": target.source}
