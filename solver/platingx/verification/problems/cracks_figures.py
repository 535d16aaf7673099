"""Picture of the handbook cracks whose intensities are known over a ratio of lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.verification.drawing import COLOURS
from platingx.verification.models.dislocations import buried_intensities
from platingx.verification.problem import Row

__all__ = ["draw_handbook"]

CANTILEVER, BELOW, THIN = "double cantilever, a/h ", "crack below a surface, c/h ", (0.644, 0.502)
"""Beginnings of labels; K_I and K_II over p c^2 h^-3/2 where what is above the crack is a thin plate."""
STRIPS: tuple[tuple[str, str, Callable[[Array], Array]], ...] = (
    (
        "edge crack, half of a strip",
        "edge crack in a strip",
        lambda x: 1.12 - 0.231 * x + 10.55 * x**2 - 21.72 * x**3 + 30.39 * x**4,
    ),
    (
        "crack through ",
        "through a strip",
        lambda x: (1.0 - 0.025 * x**2 + 0.06 * x**4) / np.sqrt(np.cos(0.5 * np.pi * x)),
    ),
    ("row of cracks, ", "row of cracks", lambda x: np.sqrt(np.tan(0.5 * np.pi * x) / (0.5 * np.pi * x))),
)
"""Beginnings of labels, words, and K over s sqrt(pi c) by the share of the strip."""


def draw_handbook(figure: Figure, rows: Sequence[Row]) -> None:
    """Closed forms as lines and what was computed as dots: strips, double cantilevers, cracks below a surface."""
    left, middle, right = figure.subplots(1, 3)
    for (begin, label, form), colour in zip(STRIPS, COLOURS, strict=False):
        shares = np.linspace(0.01, 0.6 if begin.startswith("edge") else 0.85, 100, dtype=np.float64)
        left.plot(shares, form(shares), color=colour, lw=0.9, label=label)
        for row in (row for row in rows if row.label.startswith(begin)):
            left.plot(_share(row.label.removeprefix(begin)), row.computed, "o", ms=4, color=colour)
    left.set_xlabel("crack / width")
    left.set_ylabel("K / (s sqrt(pi c))")
    ratios = np.linspace(1.5, 8.5, 20)
    middle.plot(ratios, np.sqrt(12.0) * (ratios + 0.673), color=COLOURS[0], lw=0.9, label="double cantilever")
    _dots(middle, rows, CANTILEVER, "K sqrt(h)/P", COLOURS[0])
    middle.set_xlabel("a / h")
    middle.set_ylabel("K sqrt(h) / P")
    ratios = np.geomspace(0.4, 10.0, 25)
    known = np.abs([buried_intensities(1.0 / float(ratio)) for ratio in ratios])
    for mode, name in enumerate(("K_I", "K_II")):
        right.loglog(ratios, known[:, mode], color=COLOURS[mode], lw=0.9, label=name)
        right.loglog(ratios, THIN[mode] * ratios**1.5 / np.sqrt(np.pi), color=COLOURS[mode], lw=0.7, ls=":")
        _dots(right, rows, BELOW, f"{name}/p sqrt(pi c)", COLOURS[mode])
    right.set_xlabel("c / h (dotted: thin plate)")
    right.set_ylabel("K / (p sqrt(pi c))")
    for axes in (left, middle, right):
        axes.legend(fontsize=6)


def _share(words: str) -> float:
    """Number at the beginning of what is left of a label; half where it is in the words before."""
    return float(words.split()[0]) if words else 0.5


def _dots(axes: Axes, rows: Sequence[Row], begin: str, quantity: str, colour: str) -> None:
    found = [row for row in rows if row.label.startswith(begin) and row.quantity == quantity]
    axes.plot([float(row.label.removeprefix(begin)) for row in found], [row.computed for row in found], "o", ms=4,
              color=colour)  # fmt: skip
