"""Pictures of the page: growth with the size, what more ranks give, and where the time of the cases goes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.verification.drawing import COLOURS, png
from platingx.verification.problem import Picture
from platingx_benchmarks.measurement import ALL, CPU
from platingx_benchmarks.page_tables import Lookup, by_size
from platingx_benchmarks.records import Findings
from platingx_benchmarks.sizes import ITERATION

__all__ = ["chart_links", "charts"]

GROUPS = {
    "element kernel": ("element kernel", "line search"),
    "matrix assembly": ("matrix assembly",),
    "solver set-up": ("solver set-up",),
    "linear solve": ("linear solve",),
    "results and files": ("snapshots", "balances", "fields", "history", "checkpoints"),
    "start, mesh, compiling": ("start-up", "compile", "mesh", "model set-up", "other"),
}
_FOLDER = "images"
LIGHT = 0.5  # opacity of what is no part of the program


def charts(findings: Findings) -> dict[str, bytes]:
    """Pictures by file name."""
    return {_file(name): png(picture) for name, picture in _pictures(findings).items()}


def chart_links(findings: Findings, benchmark: str) -> list[str]:
    """Markdown of the picture that belongs to the section of a benchmark."""
    picture = _pictures(findings).get(benchmark)
    return [] if picture is None else [f"![{picture.caption}]({_file(benchmark)})"]


def _file(benchmark: str) -> str:
    return f"{_FOLDER}/performance_{benchmark}.png"


def _pictures(findings: Findings) -> dict[str, Picture]:
    found: dict[str, Picture] = {}
    series = _series(findings)
    if any(len(points) > 1 for points in series.values()):
        caption = "Iterations of a linear solve, and wall time of an unknown and Newton iteration, against the unknowns"
        found["solve"] = Picture("growth", caption, lambda figure: _draw_growth(figure, series), (6.8, 2.8))
    lookup = Lookup(findings.select("ranks"))
    subjects = [name for name in lookup.subjects if name.startswith("strong, flowing") and "1 rank" not in name]
    if subjects:
        caption = "Speed-up of a Newton iteration by phase, and of the two loops of the machine"
        found["ranks"] = Picture("ranks", caption, _scaling(lookup, subjects), (5.2, 2.8))
    cases = Lookup(findings.select("cases"))
    if cases.subjects:
        caption = "Shares of the processor time of the cases"
        found["cases"] = Picture("cases", caption, lambda figure: _draw_cases(figure, cases), (6.8, 2.6))
    return found


def _series(findings: Findings) -> dict[str, list[tuple[int, Lookup]]]:
    """The pit by state and ranks, iteratively solved: size and rows of each point."""
    series: dict[str, list[tuple[int, Lookup]]] = {}
    for benchmark in ("solve", "ranks"):
        for (subject, size), lookup in by_size(findings.select(benchmark)).items():
            if subject.startswith("pit, ") and "iterative" in subject:
                _, state, _, *rest = subject.split(", ")
                ranks = findings.select(benchmark)[0].ranks
                name = f"{state}, {rest[0] if rest else f'{ranks} rank' + 's' * (ranks > 1)}"
                series.setdefault(name, []).append((size, lookup))
    return series


def _draw_growth(figure: Figure, series: dict[str, list[tuple[int, Lookup]]]) -> None:
    panels: tuple[Axes, Axes] = figure.subplots(1, 2)
    quantities = ("iterations", f"wall time of an unknown, {ITERATION}")
    for number, (name, points) in enumerate(series.items()):
        for axes, quantity in zip(panels, quantities, strict=True):
            values = [lookup.only(quantity) for _, lookup in points]
            style = {"marker": "os^Dv"[number % 5], "color": COLOURS[number % len(COLOURS)], "markersize": 4.0}
            axes.plot([size for size, _ in points], values, label=name, **style)
    longest = max(series.values(), key=len)
    for axes, label in zip(panels, ("iterations", "wall time, us"), strict=True):
        axes.set_xscale("log")
        axes.set_xticks([size for size, _ in longest], [f"{size / 1e3:.0f}k" for size, _ in longest])
        axes.minorticks_off()
        axes.set_xlabel("displacement unknowns")
        axes.set_ylabel(label)
        axes.set_ylim(bottom=0.0)
    panels[0].legend()


def _scaling(lookup: Lookup, subjects: list[str]) -> Callable[[Figure], None]:
    """Bars of each phase for each number of ranks, beside those of the loops."""
    phases = ("element kernel", "matrix assembly", "solver set-up", "linear solve", ALL)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places, width = np.arange(len(phases) + 2), 0.8 / len(subjects)
        for number, subject in enumerate(subjects):
            ranks = subject.rpartition(", ")[2]
            values = [lookup.median(subject, f"speed-up, {phase}") for phase in phases]
            values += [lookup.median(ranks, f"speed-up, {loop} reference") for loop in ("memory-bound", "arithmetic")]
            left = places - 0.4 + (number + 0.5) * width
            colour = COLOURS[number % len(COLOURS)]
            bars = axes.bar(left, values, width, label=ranks, color=colour)
            for bar in bars[len(phases) :]:
                bar.set_alpha(LIGHT)
            axes.bar_label(bars, fmt="%.2f", fontsize=7.0)
        names = [*phases, "memory-\nbound loop", "arithmetic\nloop"]
        axes.set_xticks(places, [name.replace(" ", "\n", 1) if "\n" not in name else name for name in names])
        axes.set_ylabel("speed-up over 1 rank")
        axes.margins(y=0.1)
        figure.legend(loc="outside right upper")

    return draw


def _draw_cases(figure: Figure, cases: Lookup) -> None:
    axes = figure.subplots()
    left = np.zeros(len(cases.subjects))
    labels = [f"{subject} ({cases.median(subject, f'{CPU}, whole'):.3g} s)" for subject in cases.subjects]
    for number, (name, phases) in enumerate(GROUPS.items()):
        values = np.array([_spent(cases, subject, phases) for subject in cases.subjects])
        axes.barh(labels, values, left=left, label=name, color=COLOURS[number % len(COLOURS)])
        left += values
    axes.set_xlim(0.0, 1.0)
    axes.invert_yaxis()
    axes.set_xlabel("share of the processor time")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper")


def _spent(cases: Lookup, subject: str, phases: tuple[str, ...]) -> float:
    """Share of some phases in the processor time of all phases."""
    known = {name: cases.find(subject, f"{CPU}, {name}") for group in GROUPS.values() for name in group}
    times = {name: row.median for name, row in known.items() if row is not None}
    return sum(times.get(name, 0.0) for name in phases) / sum(times.values())
