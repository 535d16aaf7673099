"""Fields at a point over time and along a straight line, as tables and as a figure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array, Mask
from platingx.errors import OutputError
from platingx.post.field_names import unit_of_field, words_of_field
from platingx.post.history_panels import COLOURS
from platingx.post.point_values import Samples, dimension_of, sample, with_crossings
from platingx.post.results import RunResults
from platingx.post.scales import display_scale, format_place, format_value
from platingx.post.style import label_panel, styled

__all__ = [
    "USUAL",
    "along_line",
    "at_point",
    "line_figure",
    "line_places",
    "only",
    "point_lines",
    "write_rows",
]

USUAL = ("pressure", "principal_stress_1")
"""Fields that a figure along a line shows when none is asked for."""
_PLACES = 501
"""Places along a line, ends included."""

_TENSOR = tuple(first + second for first in "xyz" for second in "xyz")
"""Components of a tensor."""

Rows = list[dict[str, float | str]]
"""Rows of a table by the names of their columns."""


def line_places(start: Sequence[float], end: Sequence[float]) -> Array:
    """Places on a straight line at equal distances, shape (places, 2 or 3)."""
    return np.linspace(np.asarray(start, dtype=float), np.asarray(end, dtype=float), _PLACES)


def along_line(run: RunResults, places: Array, step: int) -> Rows:
    """Fields along a line at a step. Where it crosses an interface, a row on either side.

    Parameters
    ----------
    run : RunResults
    places : ndarray, shape (places, 2 or 3)
        As from `line_places`; those outside of the model are left out.
    step : int
        Written step.

    Returns
    -------
    list of dict
        ``distance_m``, the place, ``region``, and every written field.

    Raises
    ------
    OutputError
        When nothing of the line lies in the model.
    """
    start, length = places[0], float(np.linalg.norm(places[-1] - places[0]))
    places = with_crossings(run.fields, places)
    found = sample(run.fields, places)
    distance = np.linalg.norm(places - start, axis=1)
    distance[np.abs(distance - length) < 1e-12 * length] = length
    rows = []
    for number, values in enumerate(_values(run, found, step)):
        place = places[found.place[number]]
        rows.append({"distance_m": float(distance[found.place[number]]), **_place(place), **values})
    return rows


def at_point(run: RunResults, place: Sequence[float]) -> Rows:
    """Fields at a point at every written step, with a row for each region that meets there.

    Parameters
    ----------
    run : RunResults
    place : sequence of float
        In the reference configuration, m.

    Raises
    ------
    OutputError
        When the point lies outside of the model.
    """
    found = sample(run.fields, np.array([place], dtype=float))
    return [
        {"time_s": float(time), **_place(place), **values}
        for step, time in enumerate(run.fields.times)
        for values in _values(run, found, step)
    ]


def only(rows: Rows, regions: Sequence[str]) -> Rows:
    """Rows of some regions; all if none is named. OutputError when there is no such row."""
    kept = [row for row in rows if not regions or row["region"] in regions]
    if not kept:
        found = ", ".join(dict.fromkeys(str(row["region"]) for row in rows))
        raise OutputError(f"there is nothing of {', '.join(regions)}, only of {found}")
    return kept


def _place(place: Sequence[float] | Array) -> dict[str, float | str]:
    return {f"{axis}_m": float(value) for axis, value in zip("xyz", place, strict=False)}


def _coordinates(row: dict[str, float | str]) -> list[float]:
    return [float(row[key]) for key in ("x_m", "y_m", "z_m") if key in row]


def _values(run: RunResults, found: Samples, step: int) -> Iterator[dict[str, float | str]]:
    """Region and fields of each sample at a step; vectors and tensors by their components."""
    names, dimension = run.regions.names, dimension_of(run.fields)
    columns: dict[str, Array] = {}
    for name, values in run.fields.at(step).items():
        unit = f"_{unit_of_field(name)}" if unit_of_field(name) else ""
        at_samples = found.of(values)
        if at_samples.ndim == 1:
            columns[f"{name}{unit}"] = at_samples
        else:
            axes = _TENSOR if at_samples.shape[1] == len(_TENSOR) else "xyz"[:dimension]
            columns |= {f"{name}_{axis}{unit}": at_samples[:, k] for k, axis in enumerate(axes)}
    del columns["region"]
    for number, region in enumerate(found.region):
        label = names[region] if region < len(names) else str(region)
        yield {"region": label, **{column: float(values[number]) for column, values in columns.items()}}


def point_lines(run: RunResults, rows: Rows, step: int) -> list[str]:
    """Values at a point at a step, one line for each region that meets there."""
    time = float(run.fields.times[step])
    now = [row for row in rows if row["time_s"] == time]
    place = format_place(_coordinates(now[0]))
    lines = [f"at {place} before deformation, t = {format_value(time, 's', 4)}"]
    for row in now:
        texts = []
        for name in run.fields.names:
            unit = unit_of_field(name)
            column = f"{name}_{unit}" if unit else name
            if column in row and name != "region":
                texts.append(f"{name} {format_value(float(row[column]), unit, 4)}".strip())
        lines.append(f"    {row['region']}: {', '.join(texts)}")
    return lines


def line_figure(run: RunResults, rows: Rows, names: Sequence[str], step: int) -> Figure:
    """Draw fields along a line: a panel for each field, a colour for each region.

    Parameters
    ----------
    run : RunResults
    rows : list of dict
        As from `along_line`.
    names : sequence of str
        Scalar fields.
    step : int
        Written step that the rows are of.
    """
    distance = np.array([row["distance_m"] for row in rows], dtype=float)
    regions = np.array([str(row["region"]) for row in rows])
    length = display_scale(distance, "m")
    labels = {region.name: region.label for region in run.regions.regions}
    with styled():
        figure = Figure(figsize=(3.6 * min(len(names), 2), 2.6 * -(-len(names) // 2) + 0.4), layout="constrained")
        grid = figure.subplots(-(-len(names) // 2), min(len(names), 2), squeeze=False)
        for letter, name, axes in zip(ascii_lowercase, names, grid.flat, strict=False):
            unit = unit_of_field(name)
            values = np.array([row[f"{name}_{unit}" if unit else name] for row in rows], dtype=float)
            scale = display_scale(values, unit)
            for index, region in enumerate(dict.fromkeys(regions)):
                at, shown = _with_gaps(distance, values, regions == region)
                colour = COLOURS[index % len(COLOURS)]
                axes.plot(at / length.factor, shown / scale.factor, color=colour, label=labels.get(region, region))
            axes.set_xlabel(f"Distance along the line ({length.label})")
            axes.set_ylabel(f"{words_of_field(name)} ({scale.label})" if scale.label else words_of_field(name))
            axes.spines[["top", "right"]].set_visible(False)
            if len(names) > 1:
                label_panel(axes, letter)
        for axes in grid.flat[len(names) :]:
            axes.set_axis_off()
        grid.flat[0].legend(handlelength=1.4)
        ends = [
            format_place([float(row[key]) for key in ("x_m", "y_m", "z_m") if key in row])
            for row in (rows[0], rows[-1])
        ]
        state = run.state_text(float(run.fields.times[step]))
        head = [f"{run.title}: from {ends[0]} to {ends[1]}, before deformation", state]
        figure.suptitle("\n".join(head), fontsize=9, x=0.02, ha="left")
    return figure


def _with_gaps(distance: Array, values: Array, chosen: Mask) -> tuple[Array, Array]:
    """Part of a curve that lies in a region, interrupted where the line leaves it."""
    places = np.unique(distance)
    spacing = np.diff(places).max(initial=0.0)
    at, shown = distance[chosen], values[chosen]
    breaks = np.flatnonzero(np.diff(at) > 1.5 * spacing) + 1
    return np.insert(at, breaks, np.nan), np.insert(shown, breaks, np.nan)


def write_rows(rows: Rows, path: Path) -> Path:
    """Write a table as CSV with full numbers; OutputError when that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: repr(v) if isinstance(v, float) else v for key, v in row.items()} for row in rows)
    except OSError as error:
        raise OutputError(f"{path}: the table cannot be written ({error.strerror or error})") from error
    return path
