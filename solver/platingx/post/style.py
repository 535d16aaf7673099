"""Look of the figures: fonts, colours, and the drawing of values without pyplot's global state."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from platingx.errors import OutputError
from platingx.post.run_regions import RunRegions
from platingx.post.scales import raised

__all__ = ["GREY", "Look", "label_panel", "paired_panels", "put_head", "region_colours", "save", "save_bare", "styled"]

GREY = "#d4d7dc"
"""Fill of a region that shows no values."""

_ROLE_COLOURS = {
    "metal": ("#e9c9a1", "#dcb27c"),
    "electrolyte": (GREY, "#b9c4d6", "#c6d5cf"),
    "collector": ("#c9a48f", "#b08a74"),
    "other": ("#dfe6cf", "#d9d0e3", "#f1dcdc"),
}
"""Fills of regions by role, for the first, second ... of each; then from the start again."""

_SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.6,
    "axes.formatter.useoffset": False,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "figure.dpi": 100.0,
    "savefig.dpi": 250.0,
    "svg.fonttype": "none",
    "axes.unicode_minus": True,
}

_HEAD, _MARGIN = 9.0, 0.02
"""Size of the sentence above a figure, points, and its distance from the edges, in widths of the figure."""
_LETTERS_OF_INCH, _FEWEST_LETTERS = 15.0, 12
"""Letters of a line of such a sentence, unless they are too wide, and where that is not looked for any more."""


@contextmanager
def styled() -> Iterator[None]:
    """Apply the settings of the figures within a with-block; the caller's own settings come back afterwards."""
    with matplotlib.rc_context(_SETTINGS):
        yield


def region_colours(regions: RunRegions) -> dict[str, str]:
    """Fill of each region in pictures of the mesh, by its role."""
    colours, seen = {}, dict.fromkeys(_ROLE_COLOURS, 0)
    for region in regions.regions:
        role = region.role if region.role in _ROLE_COLOURS else "other"
        shades = _ROLE_COLOURS[role]
        colours[region.name] = shades[seen[role] % len(shades)]
        seen[role] += 1
    return colours


def put_head(figure: Figure, text: str) -> None:
    """Put a sentence above a figure, in as many lines as its width asks for.

    Parameters
    ----------
    figure
        The figure.
    text
        Of any length; a word that is wider than the figure stays as it is.
    """
    text = raised(text)
    font, room = FontProperties(size=_HEAD), (1.0 - 2.0 * _MARGIN) * 72.0 * figure.get_figwidth()
    letters = int(_LETTERS_OF_INCH * figure.get_figwidth())
    while letters > _FEWEST_LETTERS and any(_width(line, font) > room for line in textwrap.wrap(text, letters)):
        letters -= 1
    figure.suptitle("\n".join(textwrap.wrap(text, letters)), fontsize=_HEAD, x=_MARGIN, ha="left")


def _width(line: str, font: FontProperties) -> float:
    """Width of a line of text, points."""
    return float(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0])


def label_panel(axes: Axes, letter: str) -> None:
    """Put the bold letter of a panel above its upper left corner."""
    axes.set_title(letter, loc="left", fontweight="bold", fontsize=10)


def paired_panels(left: float, right: float, space: float, head: int = 2) -> tuple[Figure, tuple[Axes, Axes]]:
    """Make a figure with panels a and b of equal height for pictures of given width over height.

    Parameters
    ----------
    left, right : float
        Width over height of the two pictures.
    space : float
        Width that labels and colour bar need, inches.
    head : int
        Lines of the head of the figure.
    """
    width = 7.2
    height = (width - space) / (left + right)
    figure = Figure(figsize=(width, height + 0.96 + 0.17 * head), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=[left, right])
    for axes, letter in zip(panels, "ab", strict=True):
        axes.set_anchor("NW")
        label_panel(axes, letter)
    return figure, (panels[0], panels[1])


@dataclass(frozen=True)
class Look:
    """How figures are written.

    Attributes
    ----------
    form : str
        ``png``, ``pdf`` or ``svg``: the ending of the files.
    title : bool
        With their head; without it a figure is cut to what it shows, for a paper that has a caption.
    """

    form: str = "png"
    title: bool = True


def save(figure: Figure, path: Path, look: Look | None = None) -> Path:
    """Write a figure.

    Parameters
    ----------
    figure, path
        What, and where; the ending is that of the look, if one is given.
    look : Look, optional
        As it is drawn, in the format of the path, when None.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    if look is not None:
        path = path.with_name(f"{path.name.removesuffix(path.suffix)}.{look.form}")
    dpi = float(str(_SETTINGS["savefig.dpi"]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if look is not None and not look.title:
            save_bare(figure, path, dpi)
        else:
            with styled():
                figure.savefig(path, dpi=dpi)
    except OSError as error:
        raise OutputError(f"{path}: the figure cannot be written ({error.strerror or error})") from error
    return path


def save_bare(figure: Figure, target: Path | BinaryIO, dpi: float) -> None:
    """Write a figure without its head, cut to what it shows.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Loses its head.
    target : Path or binary stream
        PNG for a stream.
    dpi : float
        Dots per inch.
    """
    if figure.get_suptitle():
        figure.suptitle("")
    with styled():
        figure.savefig(target, dpi=dpi, bbox_inches="tight", pad_inches=0.02)
