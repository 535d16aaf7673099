"""The report of a calibration: one page with the chosen numbers, the targets, and what these do not tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platingx.errors import OutputError
from platingx.post.diffusion_section import diffusion_section
from platingx.post.file_names import CALIBRATION, CALIBRATION_COPY, RESULTS
from platingx.post.history import read_json
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
from platingx.post.scales import format_value, rounded

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["calibration_page", "holds_calibration"]

_DIGITS = 4
_FIGURES = {
    "targets": "Deviation of the results from their targets, with the uncertainties of these",
    "identification": "What the targets say of the chosen numbers",
    "profiles": "Profiles: rise of chi² where a number is held and the others are chosen again",
}
_MOST_TARGETS = 60
_MISSED = 3.0
"""Residual in standard uncertainties from which the head of the page says that targets are missed."""
_NOTHING = 1e-4
"""Of the largest entry of the Jacobian, below which one is shown as 0."""


def holds_calibration(folder: Path) -> bool:
    """Whether a folder is that of a calibration that has come to its end."""
    return (folder / CALIBRATION).is_file()


def calibration_page(folder: Path) -> Page:
    """Make the page of a calibration.

    Parameters
    ----------
    folder : Path
        Folder of the calibration.

    Raises
    ------
    OutputError
        When its numbers or its table cannot be read.
    """
    found, table = read_json(folder / CALIBRATION), _evaluations(folder)
    try:
        return _page(folder, found, table)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise OutputError(f"{folder / CALIBRATION}: this is not the file of a calibration ({error!r})") from error


def _page(folder: Path, found: Mapping[str, Any], table: pd.DataFrame) -> Page:
    runs = _runs_at_result(folder, table)
    manifest = runs[0].manifest if runs else {}
    chosen = [f"{name} ({', '.join(_keys(block))}): chosen here" for name, block in found["parameters"].items()]
    inherited = [f"{sentence}, in the base cases" for sentence in of_runs(runs, "calibrated", "cases")]
    sections = [
        Section("Chosen numbers", [_parameters(found)]),
        Section("Targets", [_targets(found)]),
        Section("What the targets tell, and what they do not", [Bullets(found["conclusions"], none="Nothing.")]),
        Section("Figures", list(_figures(folder))),
        Section("How results follow from the numbers", [_jacobian(found)]),
        Section("Directions", [_directions(found)]),
        Section("Warnings", [counted(runs, "warnings", "bad", "Of the runs at the result.", "cases")]),
        *diffusion_section([summary_of(run) for run in runs], "cases"),
        *([Section("Profiles", [_profiles(found)], compact=True)] if found["profiles"] else []),
        Section("The search", [_search(found, table)], compact=True),
        basis_section(
            [*chosen, *inherited],
            of_runs(runs, "unverified_inputs", "cases"),
            of_runs(runs, "doubtful_inputs", "cases"),
        ),
        *limits_section(runs[0].case if runs else {}),
        version_section(manifest, same_versions(runs)),
        *_file(folder),
    ]
    return Page(
        "Calibration", str(found["name"]), str(found["description"]).strip(), _facts(found, table),
        list(_notices(found)), [section for section in sections if section.parts],
    )  # fmt: skip


def _evaluations(folder: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(folder / RESULTS)
    except (OSError, ValueError) as error:
        raise OutputError(f"{folder / RESULTS}: the table of the calibration cannot be read ({error})") from error


def _runs_at_result(folder: Path, table: pd.DataFrame) -> list[RunResults]:
    """Runs of the evaluation with the smallest chi² of the last stage, one for each case."""
    done = table[table["status"] == "completed"]
    if done.empty:
        return []
    last = done[done["stage"] == done["stage"].iloc[-1]]
    best = last.loc[last["chi_squared"].idxmin()]
    runs = [RunResults(folder / name) for name in str(best["folder"]).split()]
    return [run for run in runs if (run.path / "manifest.json").is_file()]


def _facts(found: Mapping[str, Any], table: pd.DataFrame) -> str:
    seconds = float(table["wall_time_s"].sum())
    failed = int((table["status"] == "failed").sum())
    parts = [
        f"{found['evaluations']} evaluations" + (f", {failed} of them without result" if failed else ""),
        f"{seconds / 60:.3g} min of wall time in all runs" if seconds else "",
        f"platingx {found['platingx']}",
    ]
    return ", ".join(filter(None, parts))


def _notices(found: Mapping[str, Any]) -> Iterator[Notice]:
    chosen, targets = int(found["chosen_numbers"]), int(found["targets_met"])
    open_ends = [stage for stage, search in found["searches"].items() if not search["converged"]]
    if open_ends:
        text = f"The {' and the '.join(open_ends)} search stopped before a minimum; the numbers are those so far."
        yield Notice("bad", "The search has not ended", text)
    unknown = [name for name, block in found["parameters"].items() if block["interval"] is None]
    freedom = f" with {targets - chosen} degrees of freedom" if targets > chosen else ""
    text = f"chi² = {rounded(float(found['chi_squared']), 3)}{freedom}."
    worst = max(abs(float(target["residual"])) for target in found["targets"].values())
    if chosen >= targets and worst <= _MISSED:
        text += " There are not more targets than numbers: that they are met is no evidence for the model."
    if unknown:
        text += f" The targets do not identify {', '.join(unknown)}."
    if worst > _MISSED:
        yield Notice("bad", "Targets are missed", f"By up to {worst:.3g} standard uncertainties.")
    tone = "doubt" if chosen >= targets or unknown or worst > _MISSED else "good"
    yield Notice(tone, f"{chosen} numbers chosen to meet {targets} targets", text)


def _parameters(found: Mapping[str, Any]) -> Table:
    share = f"{100 * float(found['confidence']):g} %"
    rows = []
    for name, block in found["parameters"].items():
        ends = block["interval"]
        interval = "not identified" if ends is None else " to ".join(_value(end, block["unit"]) for end in ends)
        value = _value(block["value"], block["unit"]) if block["value"] is not None else str(block["text"])
        bounds = f"{block['low']} to {block['high']}"
        rows.append((name, value, interval, bounds, str(block["start"]), ", ".join(_keys(block))))
    note = (
        "Intervals are those of linear least squares; they hold if the model is right, and the uncertainties of the "
        "targets are."
    )
    return Table(("number", "value", f"{share} interval", "bounds", "start", "key"), rows, frozenset({1}), note)


def _keys(block: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for keys in block["keys"].values() for key in keys))


def _targets(found: Mapping[str, Any]) -> Table:
    rows = []
    for name, block in list(found["targets"].items())[:_MOST_TARGETS]:
        wanted, computed, unit = float(block["target"]), float(block["computed"]), str(block["unit"])
        deviation = f"{100 * (computed / wanted - 1):+.1f} %" if wanted else ""
        texts = (_value(computed, unit), _value(wanted, unit), _value(float(block["standard_uncertainty"]), unit, 2))
        quantity = str(block["quantity"]).replace("_", " ")
        rows.append(
            (name, str(block["case"]), quantity, *texts, deviation, f"{block['residual']:+.2f}", str(block["source"]))
        )
    headers = (
        "target",
        "case",
        "quantity",
        "computed",
        "wanted",
        "uncertainty",
        "deviation",
        "in uncertainties",
        "source",
    )
    note = "All of them calibrated: the numbers above were chosen to meet them."
    if len(found["targets"]) > _MOST_TARGETS:
        note += f" The first {_MOST_TARGETS} of {len(found['targets'])}; all are in {CALIBRATION}."
    return Table(headers, rows, frozenset({3, 4, 5, 6, 7}), note)


def _figures(folder: Path) -> Iterator[Part]:
    """Pictures that the calibration drew."""
    paths = sorted((folder / "figures").glob("*.png"), key=lambda path: _order(path.stem))
    for path in paths:
        words = f"Computed beside the target {path.stem.removeprefix('curve_')}"
        yield stored_picture(path, _FIGURES.get(path.stem, words))
    if not paths:
        yield Bullets((), none="None were drawn.")


def _order(stem: str) -> tuple[int, str]:
    return (list(_FIGURES).index(stem) if stem in _FIGURES else 0, stem)


def _jacobian(found: Mapping[str, Any]) -> Table:
    block = found["jacobian"]
    least = _NOTHING * max(abs(float(value)) for values in block["values"] for value in values)
    rows = [
        (name, *(rounded(float(value), 3) if abs(float(value)) > least else "0" for value in values))
        for name, values in list(zip(block["rows"], block["values"], strict=True))[:_MOST_TARGETS]
    ]
    note = "Change of a result in standard uncertainties of its target, over the range of a number."
    return Table(("target", *block["columns"]), rows, frozenset(range(1, len(block["columns"]) + 1)), note)


def _directions(found: Mapping[str, Any]) -> Table:
    names = list(found["parameters"])
    least, rows = float(found["least_singular_value_identified"]), []
    for value, direction in zip(found["singular_values"], found["directions"], strict=True):
        known = "yes" if float(value) >= least else "no"
        rows.append((rounded(float(value), 3), known, *(f"{float(part):+.2f}" for part in direction)))
    condition = found["condition"]
    words = "infinite" if condition is None else rounded(float(condition), 3)
    note = f"Singular values of the table above, and the numbers that move together. Condition: {words}."
    return Table(("singular value", "identified", *names), rows, frozenset({0, *range(2, len(names) + 2)}), note)


def _profiles(found: Mapping[str, Any]) -> Table:
    rows = []
    for name, profile in found["profiles"].items():
        unit = found["parameters"][name]["unit"]
        ends = ["no limit" if end is None else _value(end, unit) for end in profile["interval"]]
        rows.append((name, *ends))
    note = "Where chi² has risen by 3.84 with the other numbers chosen again."
    return Table(("number", "from", "to"), rows, frozenset({1, 2}), note)


def _search(found: Mapping[str, Any], table: pd.DataFrame) -> Table:
    rows = [
        (
            stage,
            str(int((table["stage"] == stage).sum())),
            rounded(float(search["chi_squared"]), 3),
            str(search["message"]),
        )
        for stage, search in found["searches"].items()
    ]
    return Table(("stage", "evaluations", "chi²", "ended because"), rows, frozenset({1, 2}))


def _file(folder: Path) -> Sequence[Section]:
    try:
        text = (folder / CALIBRATION_COPY).read_text(encoding="utf-8")
    except OSError:
        return ()
    return (Section("The calibration file", [Details(CALIBRATION_COPY, text)], compact=True),)


def _value(value: float, unit: str, digits: int = _DIGITS) -> str:
    return format_value(float(value), unit, digits)
