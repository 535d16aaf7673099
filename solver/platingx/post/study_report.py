"""The report of a study: one page with question, axes, figures, table, failures, and what all that rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from platingx.columns import split_unit
from platingx.errors import OutputError
from platingx.post.diffusion_section import diffusion_section
from platingx.post.file_names import RESULTS, STUDY_COPY
from platingx.post.report_of_many import counted, of_runs, same_versions, summary_of
from platingx.post.report_page import (
    Bullets,
    Details,
    Notice,
    Page,
    Part,
    Section,
    Table,
    stored_picture,
)
from platingx.post.report_parts import basis_section, limits_section, version_section
from platingx.post.results import RunResults
from platingx.post.scales import display_scale

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["holds_study", "study_page"]

_LAST = ("status", "reason", "wall_time_s", "folder")
_MOST_ROWS = 200
_MOST_RUNS = 500
"""Runs whose warnings and inputs are read."""
_DIGITS = 4
_FEW_VALUES = 12
_INSTANTS = {"end": "at the end", "maximum": "largest of the run", "minimum": "smallest of the run"}


def holds_study(folder: Path) -> bool:
    """Whether a folder is that of a study of parameters."""
    return (folder / RESULTS).is_file() and (folder / STUDY_COPY).is_file()


def study_page(folder: Path) -> Page:
    """Make the page of a study.

    Parameters
    ----------
    folder : Path
        Folder of the study.

    Raises
    ------
    OutputError
        When the table or the copy of the study file cannot be read.
    """
    table, text, study = _read(folder)
    runs = [RunResults(folder / str(name)) for name in table.loc[table["status"] == "completed", "folder"]]
    first = runs[0] if runs else None
    case = first.case if first is not None else {}
    manifest = first.manifest if first is not None else {}
    read = runs[:_MOST_RUNS]
    limited = f"Of the first {_MOST_RUNS} completed points. " if len(runs) > _MOST_RUNS else ""
    sections = [
        Section("What varies and what is wanted", [_axes(study, table), _quantities(study)]),
        Section("Figures", list(_figures(study, folder))),
        Section("Table", [_results(table)]),
        Section("Failures", [_failures(table)]),
        Section("Warnings", [counted(read, "warnings", "bad", limited)]),
        *diffusion_section([summary_of(run) for run in read]),
        basis_section(
            of_runs(read, "calibrated"),
            of_runs(read, "unverified_inputs"),
            of_runs(read, "doubtful_inputs"),
            "Nothing at these points. What was fitted in the base case still stands behind them: see there.",
        ),
        *limits_section(case, [_errors_known(table)]),
        version_section(manifest, same_versions(read)),
        Section("The study file", [Details(STUDY_COPY, text)], compact=True),
    ]
    return Page(
        "Study", str(study.get("name", folder.name)), str(study.get("description", "")).strip(),
        _facts(table, study, manifest), list(_notices(table)), [section for section in sections if section.parts],
    )  # fmt: skip


def _read(folder: Path) -> tuple[pd.DataFrame, str, dict[str, Any]]:
    """Table, text of the study file, and what it says."""
    import pandas as pd

    path = folder / STUDY_COPY
    try:
        table = pd.read_csv(folder / RESULTS)
        text = path.read_text(encoding="utf-8")
        study = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise OutputError(
            f"{folder}: the results of the study cannot be read ({error})\n"
            "    try:   platingx study FILE, which goes on in this folder and keeps what is done"
        ) from error
    if not isinstance(study, dict) or not {"status", "folder"} <= set(table.columns):
        raise OutputError(f"{folder}: {STUDY_COPY} and {RESULTS} are not those of a study; run the study again")
    return table, text, study


def _facts(table: pd.DataFrame, study: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    seconds = float(table["wall_time_s"].sum())
    parts = [
        f"{len(table)} points of {Path(str(study.get('base', ''))).name}",
        f"{seconds / 60:.3g} min of wall time in all runs" if seconds else "",
        f"platingx {manifest['platingx']}" if "platingx" in manifest else "",
    ]
    return ", ".join(filter(None, parts))


def _notices(table: pd.DataFrame) -> Iterator[Notice]:
    """How far the study is, where points lack."""
    counts = Counter(table["status"])
    failed, done = counts.pop("failed", 0), counts.pop("completed", 0)
    if failed:
        text = f"{failed} of {len(table)} points have no numbers; the reasons are below."
        yield Notice("bad", "Points have failed", text)
    if counts:
        words = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
        yield Notice("doubt", "The study is not complete", f"{done} of {len(table)} points are done, {words}.")


def _axes(study: Mapping[str, Any], table: pd.DataFrame) -> Table:
    axes: Mapping[str, Any] = study.get("axes") or {}
    rows = []
    for name, axis in axes.items():
        columns = [column for column in table if split_unit(str(column))[0] == name]
        key = str((axis or {}).get("key", "in formulas"))
        rows.append((name, key, _values(table[columns[0]]) if columns else ""))
    rows += [(str(key), "follows", str(formula)) for key, formula in (study.get("derived") or {}).items()]
    return Table(("axis", "key", "values"), rows)


def _values(column: pd.Series) -> str:
    """Values of an axis: all of a few, the ends of many."""
    different = list(dict.fromkeys(column))
    few = len(different) <= _FEW_VALUES
    if not np.issubdtype(column.dtype, np.number):
        return ", ".join(map(str, different[:_FEW_VALUES])) + ("" if few else f" ... ({len(different)} values)")
    scale = display_scale(different, split_unit(str(column.name))[1])
    ends = [_number(end / scale.factor) for end in (min(different), max(different))]
    shown = ", ".join(_number(value / scale.factor) for value in different) if few else ""
    return f"{shown or f'{len(different)} values from {ends[0]} to {ends[1]}'} {scale.label}".strip()


def _quantities(study: Mapping[str, Any]) -> Table:
    rows = []
    for name, wanted in (study.get("quantities") or {}).items():
        block = wanted if isinstance(wanted, dict) else {"of": wanted}
        instant = _INSTANTS[str(block.get("take", "end"))]
        if "at" in block:
            instant = f"at {block['at']}"
        elif "when" in block:
            instant = "when " + " and ".join(f"{key} reaches {value}" for key, value in block["when"].items())
        rows.append((str(name), str(block.get("of", "")), instant))
    return Table(("quantity", "of the history", "taken"), rows)


def _figures(study: Mapping[str, Any], folder: Path) -> Iterator[Part]:
    """Pictures that the study drew; what is missing is said."""
    missing = []
    for name, figure in (study.get("figures") or {}).items():
        path = folder / "figures" / f"{name}.png"
        words = f"{name}: {(figure or {}).get('kind', 'figure')} over {_over(figure or {})}"
        if path.is_file():
            yield stored_picture(path, words.replace("_", " "))
        else:
            missing.append(f"{name}: not drawn")
    if missing:
        yield Bullets(missing, "doubt")


def _over(figure: Mapping[str, Any]) -> str:
    words = [str(figure[key]) for key in ("x", "y", "colours") if isinstance(figure.get(key), str)]
    return " and ".join(words) or "the axes"


def _results(table: pd.DataFrame) -> Table:
    """The rows, each column with one prefix."""
    columns = [column for column in table if column not in _LAST]
    headers, texts, numbers = [], [], []
    for index, column in enumerate(columns):
        name, unit = split_unit(str(column))
        values = table[column].head(_MOST_ROWS)
        if np.issubdtype(values.dtype, np.number):
            scale = display_scale(values, unit)
            numbers.append(index)
            headers.append(f"{name.replace('_', ' ')} ({scale.label})" if scale.label else name.replace("_", " "))
            texts.append(["" if value != value else _number(value / scale.factor) for value in values])
        else:
            headers.append(name.replace("_", " "))
            texts.append(["" if value != value else str(value) for value in values])
    headers.append("status")
    texts.append([str(value) for value in table["status"].head(_MOST_ROWS)])
    note = f"The first {_MOST_ROWS} of {len(table)} points; all are in {RESULTS}. " if len(table) > _MOST_ROWS else ""
    note += "Values are computed; what they rest on stands below."
    return Table(headers, list(zip(*texts, strict=True)), frozenset(numbers), note)


def _number(value: float) -> str:
    whole = abs(value) < 1e6 and abs(value - round(value)) <= 1e-9 * abs(value)
    return str(round(value)) if whole else f"{float(value):.{_DIGITS}g}"


def _failures(table: pd.DataFrame) -> Bullets:
    failed = table[table["status"] == "failed"]
    shown = failed.head(_MOST_ROWS)
    reasons = (" ".join(str(reason).split()) for reason in shown["reason"])
    items = [f"point {point}: {reason}" for point, reason in zip(shown["point"], reasons, strict=True)]
    if len(failed) > _MOST_ROWS:
        items.append(f"... and {len(failed) - _MOST_ROWS} more, in {RESULTS}")
    return Bullets(items, "bad" if items else "", none="None.")


def _errors_known(table: pd.DataFrame) -> str:
    if any(str(column).endswith("_mesh_error_percent") for column in table):
        return "Errors of the mesh are upper estimates from three meshes at each point; those of the steps are unknown."
    return "Errors of mesh and steps are not known here; with 'meshes' a study tells those of the mesh."
