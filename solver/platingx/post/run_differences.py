"""What differs between two runs: inputs, mesh, outcome, environment, histories and summaries, from their folders.

Runs of one case are compared with each other here; `platingx.post.comparison` sets a run beside published numbers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from platingx.errors import OutputError
from platingx.post.history import read_case, read_history, read_manifest, summary_so_far
from platingx.post.history_differences import history_differences
from platingx.post.nested_keys import by_dotted_key, is_named
from platingx.post.run_difference import Difference, Tolerance, relative_difference

__all__ = ["RunDifferences", "compare_runs"]

NOT_COUNTED = ("environment", "case.name", "case.description", "case.published", "case.calibration", "case.output",
               "summary.case", "summary.message", "summary.verdict.sentence", "summary.warnings")  # fmt: skip
"""Keys that cannot change a result, or only say in words what numbers say: reported, never decisive."""
HOW_IT_WAS_SOLVED = ("history.residual", "history.newton_iterations", "history.rejected_attempts",
                     "history.*_balance_error", "summary.balances.*.worst", "summary.balances.*.time_s")  # fmt: skip
"""Effort and remaining errors, round-off by nature: decisive only when everything must agree to the last digit."""
_NO_ENVIRONMENT = ("command", "started", "finished", "wall_seconds", "outcome", "steps", "case_sha256", "mesh_sha256",
                   "resumed")  # fmt: skip
_FROM_THE_CASE = ("outcome", "calibrated", "doubtful_inputs", "unverified_inputs")
_WITHOUT_SUMMARY = "running or killed"


@dataclass(frozen=True)
class RunDifferences:
    """Outcome of a comparison.

    Attributes
    ----------
    folders : tuple of Path
        The two runs.
    tolerance : Tolerance
    differences : tuple of Difference
        In the order case, mesh, outcome, environment, history, summary; those within tolerance are left out.
    notes : tuple of str
        How the comparison was made, such as over which steps.
    compared : dict
        How many values each part has.
    """

    folders: tuple[Path, Path]
    tolerance: Tolerance
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    compared: dict[str, int]

    @property
    def same(self) -> bool:
        """Whether nothing decisive differs."""
        return not any(difference.counts for difference in self.differences)

    def as_json(self) -> dict[str, Any]:
        """Plain data; numbers that are not finite become null."""
        return {
            "runs": [str(folder) for folder in self.folders],
            "tolerance": {"relative": self.tolerance.relative, "absolute": self.tolerance.absolute},
            "same": self.same,
            "compared": self.compared,
            "notes": list(self.notes),
            "differences": [difference.as_json() for difference in self.differences],
        }


@dataclass(frozen=True)
class _Files:
    """What a run folder holds so far; a file that the run has not written yet counts as empty."""

    folder: Path

    @cached_property
    def case(self) -> dict[str, Any]:
        return by_dotted_key(read_case(self.folder), "case")

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.folder) if (self.folder / "manifest.json").is_file() else {}

    @cached_property
    def summary(self) -> dict[str, Any]:
        return summary_so_far(self.folder)

    @cached_property
    def history(self) -> pd.DataFrame | None:
        path = self.folder / "history.csv"
        try:
            has_rows = path.is_file() and path.read_bytes().count(b"\n") > 1
        except OSError as error:
            raise OutputError(f"{path}: cannot be read ({error.strerror or error})") from error
        return read_history(self.folder) if has_rows else None

    @property
    def keys(self) -> set[str]:
        """All that could differ from another run, by dotted key."""
        columns = [] if self.history is None else [f"history.{name}" for name in self.history.columns]
        return {"mesh.sha256", "outcome", *columns, *self.case, *self.environment, *self.values}

    @property
    def outcome(self) -> str:
        return str(self.summary.get("outcome", _WITHOUT_SUMMARY))

    @property
    def mesh_sha256(self) -> str | None:
        """SHA-256 of the mesh: from the manifest, or of the kept file while the manifest has none yet."""
        known, path = self.manifest.get("mesh_sha256"), self.folder / "mesh.msh"
        if known is not None:
            return str(known)
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        except OSError as error:
            raise OutputError(f"{path}: cannot be read ({error.strerror or error})") from error

    @property
    def environment(self) -> dict[str, Any]:
        kept = {key: value for key, value in self.manifest.items() if key not in _NO_ENVIRONMENT}
        ranks = [entry.get("ranks") for entry in self.manifest.get("resumed", [])]
        return by_dotted_key(kept | ({"resumed_on_ranks": str(ranks)} if ranks else {}), "environment")

    @cached_property
    def values(self) -> dict[str, Any]:
        """Values of the summary by dotted key; the coordinates of a place stay together."""
        result: dict[str, Any] = {}
        for name, value in self.summary.items():
            if name == "quantities":
                for quantity, record in value.items():
                    result |= {f"summary.{quantity}.{key}": entry for key, entry in record.items()}
            elif name not in _FROM_THE_CASE:
                result |= by_dotted_key(value, f"summary.{name}")
        return result


def compare_runs(
    first: str | Path, second: str | Path, tolerance: Tolerance | None = None, ignore: tuple[str, ...] = ()
) -> RunDifferences:
    """Compare two runs by their files; either may still be running, or have ended before its time.

    Parameters
    ----------
    first, second : str or Path
        Run folders.
    tolerance : Tolerance, optional
        Of histories and summaries; 1e-6 relative if left out. Inputs must be equal.
    ignore : tuple of str
        Dotted keys, blocks of keys or patterns not to report, e.g. ``case.time``, ``summary.*.place_m``.

    Raises
    ------
    OutputError
        If a folder is not that of a run, or a file in it cannot be read.
    """
    tolerance = tolerance or Tolerance()
    for folder in (first, second):
        _check_run(Path(folder))
    a, b = _Files(Path(first)), _Files(Path(second))
    history, notes, columns = history_differences(a.history, b.history, tolerance)
    found = [*_unequal(a.case, b.case)]
    if a.mesh_sha256 != b.mesh_sha256:
        found.append(Difference("mesh.sha256", a.mesh_sha256, b.mesh_sha256))
    if a.outcome != b.outcome:
        found.append(Difference("outcome", a.outcome, b.outcome))
    elif not a.summary:
        notes.append(f"neither run has ended ({_WITHOUT_SUMMARY})")
    found += [*_unequal(a.environment, b.environment), *history]
    if a.summary and b.summary:  # else: the outcome says it
        found += _in_summary(a.values, b.values, tolerance)
    known = a.keys | b.keys
    unknown = [pattern for pattern in ignore if not any(is_named(key, [pattern]) for key in known)]
    notes += [f"--ignore {pattern}: neither run has a key of that name" for pattern in unknown]
    kept = (item for item in found if not is_named(item.key, ignore))
    minor = NOT_COUNTED if tolerance.exact else NOT_COUNTED + HOW_IT_WAS_SOLVED
    judged = tuple(replace(item, counts=item.counts and not is_named(item.key, minor)) for item in kept)
    compared = {
        "case keys": len(a.case.keys() | b.case.keys()),
        "history columns": columns,
        "summary values": len(a.values.keys() | b.values.keys()),
    }
    return RunDifferences((a.folder, b.folder), tolerance, judged, tuple(notes), compared)


def _check_run(folder: Path) -> None:
    if not folder.is_dir():
        raise OutputError(f"{folder}: no such run folder; 'platingx run CASE --out {folder}' makes one")
    if not (folder / "case.resolved.yaml").is_file():
        raise OutputError(f"{folder}: not the folder of a run: it has no case.resolved.yaml")


def _unequal(first: dict[str, Any], second: dict[str, Any]) -> Iterator[Difference]:
    """Values that are not equal to the last digit, in the order of the keys."""
    for key in sorted(first.keys() | second.keys()):
        a, b = first.get(key), second.get(key)
        if a != b or isinstance(a, bool) != isinstance(b, bool):
            yield Difference(key, a, b, relative_difference(a, b))


def _in_summary(first: dict[str, Any], second: dict[str, Any], tolerance: Tolerance) -> Iterator[Difference]:
    for key in sorted(first.keys() | second.keys()):
        a, b = first.get(key), second.get(key)
        if isinstance(a, list) and isinstance(b, list):
            if not _same_place(a, b, tolerance):
                yield Difference(key, a, b)
        elif not tolerance.allows(a, b):
            yield Difference(key, a, b, relative_difference(a, b))


def _same_place(a: list[float], b: list[float], tolerance: Tolerance) -> bool:
    """Whether two places agree, relative to their distance from the origin; exactly, if no tolerance is given."""
    if len(a) != len(b):
        return False
    return tolerance.within(math.dist(a, b), max(math.hypot(*a), math.hypot(*b)))
