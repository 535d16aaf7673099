"""The report of a run: one page with question, verdict, numbers, figures, warnings and what all that rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.comparison import rows_of_run
from platingx.post.diffusion_section import diffusion_section
from platingx.post.field_figures import field_figure
from platingx.post.field_views import views_of
from platingx.post.headlines import headline_names, value_of
from platingx.post.history_figures import history_figure
from platingx.post.mesh_figures import mesh_figure
from platingx.post.report_page import (
    Bullets,
    Details,
    Notice,
    Page,
    Part,
    Section,
    Table,
    picture_of,
    stored_picture,
)
from platingx.post.report_parts import basis_section, limits_section, version_section
from platingx.post.results import RunResults, open_run
from platingx.post.scales import display_scale, format_place, format_value, rounded
from platingx.post.table import ComparisonRow

__all__ = ["holds_run", "run_page"]

_OUTCOMES = {"completed": "good", "interrupted": "doubt", "failed": "bad"}


def holds_run(folder: Path) -> bool:
    """Whether a folder is that of a run."""
    return (folder / "manifest.json").is_file()


def run_page(folder: Path) -> Page:
    """Make the page of a run, finished or not.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Raises
    ------
    OutputError
        When the folder holds no run.
    """
    run = open_run(folder)
    manifest = run.manifest
    summary = run.summary if (run.path / "summary.json").is_file() else {}
    case = run.case
    warnings = list(summary.get("warnings") or [])
    sections = [
        Section("Results", [_results(run, summary)]),
        Section("Figures", list(_figures(run))),
        Section("Warnings", [Bullets(warnings, "bad" if warnings else "", none="None.")], compact=not warnings),
        basis_section(
            [_fitted(entry, summary) for entry in summary.get("calibrated") or []],
            summary.get("unverified_inputs") or [],
            summary.get("doubtful_inputs") or [],
        ),
        *diffusion_section([summary]),
        *([Section("Checks", checks, compact=True)] if (checks := _checks(summary)) else []),
        *limits_section(case),
        Section("Inputs", [_inputs(run, case), Details("The whole case, resolved", _case_text(run))], compact=True),
        version_section(manifest),
    ]
    question = str(case.get("description") or "")
    return Page("Run", run.title, question, _facts(manifest), list(_notices(summary, manifest)), sections)


def _facts(manifest: Mapping[str, Any]) -> str:
    parts = [
        str(manifest.get("finished") or manifest.get("started") or "").replace("T", " ").split("+")[0],
        f"{manifest['steps']} steps" if manifest.get("steps") else "",
        f"{manifest['wall_seconds']} s of wall time" if manifest.get("wall_seconds") is not None else "",
        f"platingx {manifest.get('platingx', '')}",
    ]
    return ", ".join(filter(None, parts))


def _notices(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[Notice]:
    """Outcome of a run that did not complete, and its verdicts."""
    outcome = str(summary.get("outcome") or manifest.get("outcome") or "running")
    if outcome != "completed":
        text = str(summary.get("message") or "The run has not come to its end; numbers are those so far.")
        yield Notice(_OUTCOMES.get(outcome, "doubt"), f"This run has {_ended(outcome)}", text)
    verdict = summary.get("verdict")
    for found in [*([verdict] if verdict else []), *(summary.get("other_verdicts") or [])]:
        head = "Verdict, in doubt by the warnings below" if summary.get("warnings") else "Verdict"
        yield Notice("doubt" if summary.get("warnings") else _tone(found), head, str(found["sentence"]))


def _ended(outcome: str) -> str:
    return {"failed": "failed", "interrupted": "been interrupted"}.get(outcome, "not ended")


def _tone(verdict: Mapping[str, Any]) -> str:
    """Green and red for verdicts that are decided only."""
    cracks, decided = verdict.get("cracks"), (verdict.get("decided") or {}).get("theoretical_strength")
    if cracks is None or decided is False:
        return "doubt"
    return "bad" if cracks else "good"


def _results(run: RunResults, summary: Mapping[str, Any]) -> Part:
    """Headline numbers with place and time, and whether each is calibrated or predicted."""
    quantities: Mapping[str, Mapping[str, Any]] = summary.get("quantities") or {}
    names = headline_names(quantities) or list(quantities)
    if not names:
        return Bullets((), none="The run has no results yet.")
    compared = {row.quantity: row for row in rows_of_run(run, quantities=names)}
    rows = [_row(name, quantities[name], compared[name]) for name in names]
    unfinished = "" if summary.get("outcome") == "completed" else "So far: the run did not come to its end. "
    note = "Places are those before deformation. " if any(quantities[name].get("place_m") for name in names) else ""
    note += (
        "Calibrated: an input of this case was fitted to the published number. "
        "Predicted: computed with the inputs as they are, the calibrated ones included. A single run does not know "
        "the errors of its mesh and steps: 'platingx study' with meshes gives them."
    )
    headers = ("quantity", "value", "place", "time", "kind", "published", "deviation", "source")
    return Table(headers, rows, frozenset({1, 3, 5, 6}), unfinished + note)


def _row(name: str, record: Mapping[str, Any], compared: ComparisonRow) -> tuple[str, ...]:
    value, unit = value_of(record) or (0.0, "")
    place = format_place(record["place_m"]) if record.get("place_m") else ""
    if record.get("singular_point"):
        place += f"; within {format_value(record['singular_radius_m'], 'm')} of {record['singular_point']}"
    time = format_value(record["time_s"], "s") if record.get("time_s") is not None else ""
    published = deviation = ""
    if compared.published is not None:
        published = display_scale([compared.published], unit).text(compared.published)
        deviation = f"{100 * (value - compared.published) / compared.published:+.1f} %" if compared.published else ""
    source = "; ".join(
        text for text in (compared.source, compared.remark if compared.computed is not None else "") if text
    )
    return name.replace("_", " "), format_value(value, unit), place, time, compared.kind, published, deviation, source


def _figures(run: RunResults) -> Iterator[Part]:
    """Fields, histories and mesh; of a model without elements the pictures that its run has drawn."""
    if run.case and "geometry" not in run.case:
        paths = sorted((run.path / "figures").glob("*.png"))
        yield from (stored_picture(path, path.stem.replace("_", " ")) for path in paths)
        if not paths:
            yield Bullets((), none="The run has drawn none.")
        return
    yield from _drawn(run)


def _drawn(run: RunResults) -> Iterator[Part]:
    """Fields, histories and mesh; what cannot be drawn is said."""
    drawings: list[tuple[str, Callable[[], Figure]]] = []
    notes: list[str] = []
    try:
        for view in views_of(run.regions):
            missing = view.missing(run.plane_fields)
            if missing is not None:
                notes.append(f"{view.label} is not shown: {missing}")
            else:
                drawings.append((f"{view.label}, whole model and pit", partial(field_figure, run, view)))
    except OutputError as error:
        notes.append(f"no fields are shown: {error}")
    drawings.append(("Histories of pressure, stress, force, current, deposit and growth", partial(history_figure, run)))
    if drawings[0] is not drawings[-1]:
        drawings.append(("Mesh, whole model and pit", partial(mesh_figure, run)))
    for words, draw in drawings:
        try:
            yield picture_of(draw(), words)
        except OutputError as error:
            notes.append(f"{words}: cannot be drawn ({error})")
    if notes:
        yield Bullets(notes, "doubt")


def _fitted(entry: Mapping[str, str], summary: Mapping[str, Any]) -> str:
    where = "" if entry["case"] == summary.get("case") else f" of {entry['case']}"
    return f"{entry['parameter']}, to {entry['quantity'].replace('_', ' ')}{where}"


def _checks(summary: Mapping[str, Any]) -> Sequence[Part]:
    """Balances and what the verdict's stress is uncertain by."""
    balances = summary.get("balances") or {}
    rows = [
        (
            name.replace("_", " "),
            rounded(float(found["worst"]), 2),
            rounded(float(found["tolerance"]), 2),
            format_value(found.get("time_s"), "s"),
            "VIOLATED" if found.get("violated") else "kept",
        )
        for name, found in balances.items()
    ]
    parts: list[Part] = []
    if rows:
        headers = ("balance", "largest relative error", "tolerance", "at", "")
        parts.append(Table(headers, rows, frozenset({1, 2, 3})))
    uncertain = (summary.get("verdict") or {}).get("uncertainty") or []
    items = [
        f"{100 * item['relative_low']:+.2g} to {100 * item['relative_high']:+.2g} % by {item['of']}"
        for item in uncertain
    ]
    if items:
        parts.append(Bullets(items, head="Estimated uncertainty of the stress that the verdict rests on"))
    return parts


def _inputs(run: RunResults, case: Mapping[str, Any]) -> Table:
    """What was modelled, in a few rows."""
    geometry, growth, time = (_block(case, name) for name in ("geometry", "growth", "time"))
    materials = [
        f"{material.get('label') or name} ({material.get('role', '?')}): {material.get('base') or 'given in the case'}"
        for name, material in _block(case, "materials").items()
        if isinstance(material, dict)
    ]
    current = growth.get("current_density")
    conditions = {**_block(case, "constraints"), **_block(case, "boundary_conditions")}
    rows = [
        (
            "geometry",
            ", ".join(str(geometry[key]).replace("_", " ") for key in ("builder", "symmetry") if key in geometry),
        ),
        ("materials", "; ".join(materials)),
        ("temperature", _shown(case.get("temperature"))),
        ("growth", f"{growth.get('mode', '')} growth of {run.regions.growing}" if growth else ""),
        ("current density", _shown(current) if not isinstance(current, dict) else "a table, see the history"),
        ("end", _shown(time.get("end"))),
        ("boundaries", ", ".join(f"{name.replace('_', ' ')}: {_short(value)}" for name, value in conditions.items())),
    ]
    return Table(("", ""), [row for row in rows if row[1]])


def _block(case: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = case.get(name)
    return found if isinstance(found, dict) else {}


def _short(value: object) -> str:
    return value if isinstance(value, str) else "see the case"


def _shown(value: object) -> str:
    """A value in SI with a prefix that reads well, e.g. ``2.00 A/cm²``."""
    number, _, unit = str(value or "").partition(" ")
    try:
        return format_value(float(number), unit, 4)
    except ValueError:
        return str(value or "")


def _case_text(run: RunResults) -> str:
    try:
        return (run.path / "case.resolved.yaml").read_text(encoding="utf-8")
    except OSError as error:
        return f"case.resolved.yaml cannot be read ({error.strerror or error})"
