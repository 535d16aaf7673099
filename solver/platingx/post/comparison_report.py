"""The report of cases on three meshes: one page with computed beside published numbers and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.comparison_figures import deviation_figure, mesh_error_figure
from platingx.post.diffusion_section import diffusion_section
from platingx.post.file_names import COMPARISON, STUDY_COPY
from platingx.post.report_of_many import counted, of_runs, same_versions, summary_of
from platingx.post.report_page import Bullets, Details, Notice, Page, Part, Section, Table, picture_of
from platingx.post.report_parts import basis_section, limits_section, version_section
from platingx.post.results import RunResults
from platingx.post.table import HEADERS, ComparisonRow, read_comparison

__all__ = ["comparison_page", "holds_comparison"]

_NUMBERS = frozenset({2, 3, 4, 6, 7})
_OWN = "mesh-1"


def holds_comparison(folder: Path) -> bool:
    """Whether a folder is that of cases on three meshes."""
    return (folder / f"{COMPARISON}.csv").is_file()


def comparison_page(folder: Path) -> Page:
    """Make the page of cases on three meshes.

    Parameters
    ----------
    folder : Path
        Folder of the study.

    Raises
    ------
    OutputError
        When the table cannot be read.
    """
    rows = read_comparison(folder / f"{COMPARISON}.csv")
    text, study = _study(folder)
    runs = {case: _runs(folder / case) for case in dict.fromkeys(row.case for row in rows)}
    own = [run for meshes in runs.values() for run in meshes if run.path.name == _OWN]
    done = [run for run in own if summary_of(run).get("outcome") == "completed"]
    manifest = done[0].manifest if done else {}
    everything = [run for meshes in runs.values() for run in meshes]
    sections = [
        Section("Computed and published", [_table(rows)]),
        Section("Figures", list(_figures(rows, runs))),
        Section("Failures", [_failures(rows)]),
        Section("Warnings", [counted(done, "warnings", "bad", "On the meshes of the cases.", "cases")]),
        *diffusion_section([summary_of(run) for run in done], "cases"),
        Section("Runs", [_run_table(runs)]),
        basis_section(
            of_runs(done, "calibrated", "cases"),
            of_runs(done, "unverified_inputs", "cases"),
            of_runs(done, "doubtful_inputs", "cases"),
        ),
        *limits_section(done[0].case if done else {}),
        version_section(manifest, same_versions(everything)),
        *([Section("The study file", [Details(STUDY_COPY, text)], compact=True)] if text else []),
    ]
    return Page(
        "Study", str(study.get("name", folder.name)), str(study.get("description", "")).strip(), _facts(runs, manifest),
        list(_notices(rows)), [section for section in sections if section.parts],
    )  # fmt: skip


def _study(folder: Path) -> tuple[str, Mapping[str, Any]]:
    """Text of the study file and what it says; nothing of either in a folder of an earlier version."""
    try:
        text = (folder / STUDY_COPY).read_text(encoding="utf-8")
        study = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError):
        return "", {}
    return text, study if isinstance(study, dict) else {}


def _runs(folder: Path) -> list[RunResults]:
    """Runs of a case, the coarsest mesh first; those with half the steps behind their mesh."""
    found = [path for path in folder.glob("mesh-*") if (path / "manifest.json").is_file()]
    return [RunResults(path) for path in sorted(found, key=lambda path: (_factor(path), path.name))]


def _factor(path: Path) -> float:
    return float(path.name.removeprefix("mesh-").removesuffix("-half-steps"))


def _facts(runs: Mapping[str, Sequence[RunResults]], manifest: Mapping[str, Any]) -> str:
    seconds = sum(float(run.manifest.get("wall_seconds") or 0.0) for meshes in runs.values() for run in meshes)
    parts = [
        f"{len(runs)} cases, {sum(map(len, runs.values()))} runs",
        f"{seconds / 60:.3g} min of wall time in all runs" if seconds else "",
        f"platingx {manifest['platingx']}" if "platingx" in manifest else "",
    ]
    return ", ".join(filter(None, parts))


def _notices(rows: Sequence[ComparisonRow]) -> Iterator[Notice]:
    failed = list(dict.fromkeys(row.case for row in rows if row.computed is None))
    if failed:
        yield Notice("bad", "Cases have no result", f"{', '.join(failed)}; the reasons are below.")
    compared = [row for row in rows if row.deviation_percent is not None]
    predicted = [row for row in compared if row.kind == "predicted"]
    if compared:
        fitted = len(compared) - len(predicted)
        text = f"{len(compared)} numbers have a published one beside them, of which {fitted} were fitted to it."
        yield Notice("doubt", "Calibrated and predicted", f"{text} Only the others say anything about the model.")


def _table(rows: Sequence[ComparisonRow]) -> Table:
    note = (
        "Calibrated: an input of the case was fitted to the published number. Predicted: computed with the inputs as "
        "they are, those fitted to other numbers included. Errors are upper estimates from three meshes, and from half "
        f"as large steps; all digits are in {COMPARISON}.csv."
    )
    return Table(HEADERS, [row.texts() for row in rows], _NUMBERS, note)


def _figures(rows: Sequence[ComparisonRow], runs: Mapping[str, Sequence[RunResults]]) -> Iterator[Part]:
    """Deviations and meshes; what cannot be drawn is said."""
    on_meshes = {case: [run for run in meshes if not _halved(run)] for case, meshes in runs.items()}
    drawings: list[tuple[str, Callable[[], Figure]]] = [
        ("Deviation of computed from published numbers", partial(deviation_figure, rows)),
        ("Results over the size of the elements", partial(mesh_error_figure, on_meshes)),
    ]
    notes = []
    for words, draw in drawings:
        try:
            yield picture_of(draw(), words)
        except OutputError as error:
            notes.append(f"{words}: not drawn ({error})")
    if notes:
        yield Bullets(notes, "doubt")


def _failures(rows: Sequence[ComparisonRow]) -> Bullets:
    failed = {row.case: row.remark for row in rows if row.computed is None}
    items = [f"{case}: {' '.join(reason.split())}" for case, reason in failed.items()]
    return Bullets(items, "bad" if items else "", none="None.")


def _run_table(runs: Mapping[str, Sequence[RunResults]]) -> Table:
    """Steps and wall time of each run, a row for each case."""
    names = list(dict.fromkeys(run.path.name for meshes in runs.values() for run in meshes))
    lines = []
    for case, meshes in runs.items():
        cells = {run.path.name: _steps_and_time(run) for run in meshes}
        lines.append((case, *(cells.get(name, "") for name in names)))
    heads = [name.removeprefix("mesh-").replace("-half-steps", ", half the steps") for name in names]
    headers = ("case", *(f"refinement {head}" for head in heads))
    return Table(headers, lines, note="Steps and wall time, on a factor of the refinement of the case.")


def _steps_and_time(run: RunResults) -> str:
    steps, seconds, outcome = (run.manifest.get(key) for key in ("steps", "wall_seconds", "outcome"))
    parts = ["" if outcome == "completed" else str(outcome), f"{steps} steps" if steps else ""]
    return ", ".join(filter(None, [*parts, "" if seconds is None else f"{float(seconds):.1f} s"]))


def _halved(run: RunResults) -> bool:
    return run.path.name.endswith("-half-steps")
