"""Comparison of computed and published numbers over several runs, as Markdown, CSV and on the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.table import Table

from platingx.errors import OutputError
from platingx.post.file_names import COMPARISON
from platingx.post.scales import display_scale, rounded

__all__ = [
    "HEADERS",
    "ComparisonRow",
    "comparison_csv",
    "comparison_markdown",
    "comparison_table",
    "read_comparison",
    "write_comparison",
]

HEADERS = ("case", "quantity", "computed", "published", "deviation", "kind", "mesh error", "step error", "source")


@dataclass(frozen=True)
class ComparisonRow:
    """One number of one case.

    Attributes
    ----------
    case : str
        Name of the case.
    quantity : str
        Name of the quantity, e.g. ``max_pressure_li``.
    unit : str
        SI unit; an empty text for a number without one.
    computed : float or None
        In `unit`; None when the run failed.
    published : float or None
        In `unit`; None when no number is known.
    kind : str
        ``calibrated`` when the published number was used to fit an input, else ``predicted``.
    source : str
        Where the published number stands.
    mesh_error_percent, step_error_percent : float or None
        Upper estimates from three meshes and from half as large steps, see `platingx.post.convergence`; None when not
        computed.
    remark : str
        Anything to add, e.g. why a run failed.
    """

    case: str
    quantity: str
    unit: str
    computed: float | None
    published: float | None
    kind: Literal["calibrated", "predicted"]
    source: str = ""
    mesh_error_percent: float | None = None
    step_error_percent: float | None = None
    remark: str = ""

    @property
    def deviation_percent(self) -> float | None:
        """Computed minus published over published, percent; None without both."""
        if self.computed is None or not self.published:
            return None
        return 100 * (self.computed - self.published) / self.published

    def texts(self) -> tuple[str, ...]:
        """Give the cells of the row as text, computed and published in the same unit."""
        known = [value for value in (self.published, self.computed) if value is not None]
        scale = display_scale(known[:1], self.unit)
        numbers = [scale.text(value) if value is not None else "-" for value in (self.computed, self.published)]
        deviation = "-" if self.deviation_percent is None else f"{self.deviation_percent:+.1f} %"
        errors = [
            "-" if error is None else f"{rounded(error, 2)} %"
            for error in (self.mesh_error_percent, self.step_error_percent)
        ]
        note = "; ".join(text for text in (self.source, self.remark) if text)
        return (self.case, self.quantity.replace("_", " "), *numbers, deviation, self.kind, *errors, note)


def comparison_markdown(rows: Iterable[ComparisonRow]) -> str:
    """Give the table in Markdown, columns padded so that it also reads well as plain text."""
    return markdown_table(HEADERS, (row.texts() for row in rows))


def markdown_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give texts as a table in Markdown, columns padded so that it also reads well as plain text."""
    cells = [tuple(text.replace("|", "\\|").replace("\n", " ") for text in line) for line in (headers, *rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(headers))]

    def line(texts: Sequence[str]) -> str:
        return "| " + " | ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)) + " |"

    ruler = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([line(cells[0]), ruler, *(line(texts) for texts in cells[1:])]) + "\n"


def comparison_csv(rows: Iterable[ComparisonRow]) -> str:
    """Give the table as CSV with full numbers in SI; the unit has its own column."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ["case", "quantity", "unit", "computed", "published", "deviation_percent", "kind",
         "mesh_error_percent", "step_error_percent", "source", "remark"]
    )  # fmt: skip
    for row in rows:
        numbers = (row.computed, row.published, row.deviation_percent, row.mesh_error_percent, row.step_error_percent)
        texts = ["" if number is None else repr(float(number)) for number in numbers]
        writer.writerow([row.case, row.quantity, row.unit, *texts[:3], row.kind, *texts[3:], row.source, row.remark])
    return stream.getvalue()


def comparison_table(rows: Iterable[ComparisonRow], title: str = "Computed and published") -> Table:
    """Give the table for a `rich` console."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for header in HEADERS:
        number = header in ("computed", "published", "deviation", "mesh error", "step error")
        table.add_column(header, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row.texts(), style="dim" if row.computed is None else None)
    return table


def read_comparison(path: str | Path) -> list[ComparisonRow]:
    """Read a table that `comparison_csv` wrote.

    Parameters
    ----------
    path : str or Path
        The CSV file.

    Raises
    ------
    OutputError
        When it cannot be read, or is no such table.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [_row_of(line) for line in csv.DictReader(file)]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise OutputError(f"{path}: this is no table of computed and published numbers ({error})") from error


def _row_of(line: dict[str, str]) -> ComparisonRow:
    def number(name: str) -> float | None:
        return float(line[name]) if line[name] else None

    return ComparisonRow(
        case=line["case"],
        quantity=line["quantity"],
        unit=line["unit"],
        computed=number("computed"),
        published=number("published"),
        kind="calibrated" if line["kind"] == "calibrated" else "predicted",
        source=line["source"],
        mesh_error_percent=number("mesh_error_percent"),
        step_error_percent=number("step_error_percent"),
        remark=line["remark"],
    )


def write_comparison(rows: Sequence[ComparisonRow], folder: str | Path, name: str = COMPARISON) -> tuple[Path, Path]:
    """Write ``<name>.md`` and ``<name>.csv`` into a folder and return both paths; OutputError when that fails."""
    paths = Path(folder) / f"{name}.md", Path(folder) / f"{name}.csv"
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        paths[0].write_text(comparison_markdown(rows), encoding="utf-8")
        paths[1].write_text(comparison_csv(rows), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: the comparison table cannot be written ({error.strerror or error})") from error
    return paths
