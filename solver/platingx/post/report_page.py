"""Reports as one HTML file each that needs nothing beside it: the parts of a page, and its template.

Reports of runs and of studies are pages of the same parts.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from matplotlib.figure import Figure

from platingx.errors import OutputError
from platingx.post.scales import raised
from platingx.post.style import save_bare

__all__ = [
    "Bullets",
    "Details",
    "Notice",
    "Page",
    "Picture",
    "Section",
    "Table",
    "picture_of",
    "stored_picture",
    "write_page",
]

_TEMPLATE = "report.html.j2"
_DPI = 180


@dataclass(frozen=True)
class Notice:
    """What a reader must know first.

    Attributes
    ----------
    tone : str
        ``good``, ``doubt`` or ``bad``.
    head, text : str
        A word or two, and the sentence.
    """

    tone: str
    head: str
    text: str


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    headers : sequence of str
    rows : sequence of sequences of str
    numbers : frozenset of int
        Columns that are set flush right.
    note : str
        A remark below it.
    """

    kind: ClassVar[str] = "table"
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Bullets:
    """Sentences; `none` is said where there are none."""

    kind: ClassVar[str] = "bullets"
    items: Sequence[str]
    tone: str = ""
    head: str = ""
    none: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure with its caption; `source` is a data URI."""

    kind: ClassVar[str] = "picture"
    source: str
    caption: str
    alternative: str


@dataclass(frozen=True)
class Details:
    """A long text that is folded up on a screen and left out in print."""

    kind: ClassVar[str] = "details"
    head: str
    text: str


Part = Table | Bullets | Picture | Details


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; compact ones come last, and in two columns on paper."""

    title: str
    parts: Sequence[Part]
    compact: bool = False


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes
    ----------
    what : str
        ``Run``, ``Study`` ...
    title : str
        Name of the case or study.
    question : str
        Its description.
    facts : str
        One line: when, how long, by which version.
    notices : sequence of Notice
    sections : sequence of Section
    """

    what: str
    title: str
    question: str
    facts: str
    notices: Sequence[Notice] = ()
    sections: Sequence[Section] = field(default=())


def picture_of(figure: Figure, alternative: str) -> Picture:
    """A figure without its head, which becomes the caption; warnings in the head are left out, for a report lists them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alternative : str
        What it shows, for readers that do not see it.
    """
    lines = figure.get_suptitle().splitlines()
    warned = next((number for number, line in enumerate(lines) if line.startswith("warning: ")), len(lines))
    stream = io.BytesIO()
    save_bare(figure, stream, _DPI)
    caption = "; ".join(" ".join(line.split()) for line in lines[:warned])
    return Picture(_uri(stream.getvalue()), caption, alternative)


def stored_picture(path: Path, caption: str) -> Picture:
    """A picture from a PNG file. OutputError when it cannot be read."""
    try:
        return Picture(_uri(path.read_bytes()), caption, caption)
    except OSError as error:
        raise OutputError(f"{path}: the picture cannot be read ({error.strerror or error})") from error


def _uri(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def write_page(page: Page, path: Path) -> Path:
    """Write a report so that the file is the old or the whole new one.

    Parameters
    ----------
    page : Page
    path : Path

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        When jinja2 is missing or the file cannot be written.
    """
    try:
        import jinja2
    except ImportError as error:
        raise OutputError("writing reports needs the Python package jinja2 (python3-jinja2 or conda jinja2)") from error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("platingx.post"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["raised"] = raised
    text = environment.get_template(_TEMPLATE).render(page=page)
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: the report cannot be written ({error.strerror or error})") from error
    return path
