"""Figures of computed beside published numbers: how far off each is, and what the mesh makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_lowercase

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from platingx.arrays import Array
from platingx.errors import OutputError
from platingx.post.comparison import refinement_of
from platingx.post.history_panels import COLOURS
from platingx.post.results import RunResults
from platingx.post.scales import rounded
from platingx.post.style import label_panel, styled
from platingx.post.table import ComparisonRow

__all__ = ["deviation_figure", "mesh_error_figure"]

_BLUE = "#2f5d8a"
_FAR = 20.0
"""Percent, beyond which deviations are drawn on a logarithmic scale, linear below 1 %."""


def deviation_figure(rows: Sequence[ComparisonRow]) -> Figure:
    """Draw how far computed numbers are from published ones, with the upper estimate of the error of mesh and steps.

    Parameters
    ----------
    rows : sequence of ComparisonRow
        Those without a published number are left out.

    Raises
    ------
    OutputError
        When there is none with one.
    """
    shown = [(row, row.deviation_percent) for row in rows if row.deviation_percent is not None]
    if not shown:
        raise OutputError("no computed number has a published one beside it")
    deviations = np.array([deviation for _, deviation in shown], dtype=float)
    errors = [(row.mesh_error_percent or 0.0) + (row.step_error_percent or 0.0) for row, _ in shown]
    with styled():
        figure = Figure(figsize=(7.2, 1.0 + 0.24 * len(shown)), layout="constrained")
        axes = figure.subplots()
        for number, ((row, _), deviation, error) in enumerate(zip(shown, deviations, errors, strict=True)):
            fill = "white" if row.kind == "calibrated" else _BLUE
            axes.errorbar(
                deviation, number, xerr=error, marker="o", markersize=4.5, color=_BLUE, markerfacecolor=fill, capsize=2,
                elinewidth=0.9,
            )  # fmt: skip
            axes.annotate(
                f"{rounded(deviation, 2)} %".replace("-", "\N{MINUS SIGN}"), (deviation, number), xytext=(7, 5),
                textcoords="offset points", fontsize=6,
            )  # fmt: skip
        axes.axvline(0.0, color="#7f7f7f", linewidth=0.8)
        axes.set_yticks(range(len(shown)), [f"{row.case}: {row.quantity.replace('_', ' ')}" for row, _ in shown])
        axes.set_ylim(len(shown) - 0.3, -0.8)
        if np.abs(deviations).max() > _FAR:
            axes.set_xscale("symlog", linthresh=1.0)
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}".replace("-", "\N{MINUS SIGN}")))
        axes.margins(x=0.12)
        axes.set_xlabel("computed over published, less 1 (%)")
        axes.spines[["top", "right"]].set_visible(False)
        figure.suptitle(
            "deviation from published values; open: calibrated, filled: predicted; bars: upper estimate of the error "
            "of mesh and steps", fontsize=9, x=0.02, ha="left", wrap=True,
        )  # fmt: skip
    return figure


def mesh_error_figure(runs: Mapping[str, Sequence[RunResults]]) -> Figure:
    """Draw the headlines of each case over the size of its elements, less their values on its finest mesh.

    Parameters
    ----------
    runs : mapping of str to sequence of RunResults
        Runs of each case on several meshes.

    Raises
    ------
    OutputError
        When no case has a headline on two meshes.
    """
    curves: dict[str, list[tuple[str, Array]]] = {}
    for case, meshes in runs.items():
        for name in dict.fromkeys(name for run in meshes for name in run.regions.headlines):
            known = _values(meshes, name)
            if len(known) > 1:
                curves.setdefault(name, []).append((case, np.array(sorted(known))))
    if not curves:
        raise OutputError("no case has results on two meshes")
    cases = list(runs)
    with styled():
        figure = Figure(figsize=(7.2, 2.8 * -(-len(curves) // 2)), layout="constrained")
        grid = figure.subplots(-(-len(curves) // 2), min(2, len(curves)), squeeze=False).ravel()
        for letter, axes, (name, found) in zip(ascii_lowercase, grid, curves.items(), strict=False):
            for case, points in found:
                size, value = points.T
                turn, shade = divmod(cases.index(case), len(COLOURS))
                look = {"color": COLOURS[shade], "marker": "os^"[turn % 3], "linestyle": ("-", "--", ":")[turn % 3]}
                axes.plot(size, 100.0 * (value / value[0] - 1.0), markersize=3, label=case, **look)
            axes.axhline(0.0, color="#7f7f7f", linewidth=0.6)
            axes.set_xlabel("size of elements over that of the case")
            axes.set_ylabel(f"{name.replace('_', ' ')}\nover that of the finest mesh, less 1 (%)")
            axes.spines[["top", "right"]].set_visible(False)
            label_panel(axes, letter)
        for axes in grid[len(curves) :]:
            axes.set_axis_off()
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=min(4, len(cases)))
        figure.suptitle("what the size of the elements changes", fontsize=9, x=0.02, ha="left")
    return figure


def _values(meshes: Sequence[RunResults], name: str) -> list[tuple[float, float]]:
    """Size of the elements over that of the case, and a headline, of the runs that have both."""
    found = []
    for run in meshes:
        try:
            found.append((refinement_of(run), run.quantity(name)))
        except OutputError:
            continue
    own = [refinement_of(run) for run in meshes if run.path.name == "mesh-1"]
    return [(own[0] / refinement, value) for refinement, value in found] if own else []
