"""A current density, current or voltage over time from a CSV file whose header names the columns and their units."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from platingx.config.quantities import Physical, case_error
from platingx.config.text_files import TextFileError, read_text_file
from platingx.units import Quantity, UnitError, parse

__all__ = ["KINDS", "MAXIMUM_POINTS", "TIME", "current_file_text", "read_cell", "read_current_file"]

MAXIMUM_BYTES = 10_000_000
MAXIMUM_POINTS = 100_000
TIME = Physical("time", minimum=0.0, maximum=1e13)
KINDS = {
    "current_density": Physical("current_density", minimum=-1e9, maximum=1e9),
    "current": Physical("current", minimum=-1e6, maximum=1e6),
    "voltage": Physical("voltage", minimum=-1e4, maximum=1e4),
}
"""What a program can be of, by dimension: range of its values."""
_HEADER = re.compile(
    r"^\s*(?P<name>time|current[_ ]density|current|voltage)"
    r"\s*(?:_(?P<words>\S+)|\[(?P<square>[^\]]+)\]|\((?P<round>.+)\))\s*$",
    re.IGNORECASE,
)
_HEADERS = {
    "current_density": "time_s,current_density_A_per_m2 or time [ms],current_density [A/cm^2]",
    "current": "time_s,current_A or time [ms],current [nA]",
    "voltage": "time_s,voltage_V or time [ms],voltage [mV]",
}
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_cell(kind: Physical, value: Any, place: str) -> Quantity:
    """Read one cell of a table; an error names its place, such as ``row 3``.

    Raises
    ------
    PydanticCustomError
        As :meth:`Physical.read`.
    """
    try:
        return kind.read(value)
    except PydanticCustomError as error:
        context = error.context or {}
        raise case_error(f"{place}: {error.message()}", context.get("valid"), context.get("hint")) from None


def read_current_file(path: Path, dimension: str = "current_density") -> tuple[list[float], list[float]]:
    """Read a CSV file with a current density, or another of `KINDS`, over time.

    Parameters
    ----------
    path : Path
        File whose header names the columns and units, ``time_s,current_density_A_per_m2`` or ``time [ms],...``;
        lines that start with # are left out.
    dimension : str
        Name in `KINDS` of the second column.

    Returns
    -------
    times, values : list of float
        In SI.

    Raises
    ------
    PydanticCustomError
        If the file cannot be read, or a column, unit or number is missing or wrong.
    """
    lines = _lines(path)
    first, header = lines[0]
    names = _cells(header, f"{path}:{first}")
    while names and not names[-1].strip():  # spreadsheets end lines with commas
        names.pop()
    columns = [
        _Column(path, first, names, name, f"a header such as {_HEADERS[dimension]}") for name in ("time", dimension)
    ]
    result: tuple[list[float], list[float]] = ([], [])
    for number, line in lines[1:]:
        cells = _cells(line, f"{path}:{number}")
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            message = f"{path}:{number}: the row has {len(cells)} columns"
            longer = "write decimal points, and commas only between the columns"
            hint = longer if len(cells) > len(names) else "separate the columns by commas"
            raise case_error(message, f"{len(names)}, as in the header", hint)
        for column, values in zip(columns, result, strict=True):
            values.append(column.read(cells, number))
    return result


def current_file_text(times: Sequence[float], values: Sequence[float]) -> str:
    """Text of a CSV file that :func:`read_current_file` reads back to the same numbers.

    Parameters
    ----------
    times, values : sequence of float
        In s and A/m^2.
    """
    rows = (f"{time!r},{value!r}\n" for time, value in zip(map(float, times), map(float, values), strict=True))
    return "time_s,current_density_A_per_m2\n" + "".join(rows)


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines of the file without comments and empty lines; the first is the header."""
    try:
        text, _ = read_text_file(path, MAXIMUM_BYTES)
    except TextFileError as error:
        place = f"{path}:{error.line}" if error.line else str(path)
        hint = "the name is relative to the case file" if error.missing else error.hint
        raise case_error(f"{place}: {error.message}", error.valid, hint) from None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip() and line.lstrip()[0] != "#"]
    if not lines:
        raise case_error(f"{path} is empty", "a CSV file with a header and rows")
    if len(lines) > MAXIMUM_POINTS + 1:
        raise case_error(f"{path} has {len(lines) - 1} rows", f"at most {MAXIMUM_POINTS}", "leave rows out")
    return lines


def _cells(line: str, place: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise case_error(f"{place}: not a row of a CSV file: {error}", "numbers with commas between") from None


def _name(match: re.Match[str]) -> str:
    """Name of a column as this package writes it: spreadsheets have capitals and spaces."""
    return match["name"].lower().replace(" ", "_")


class _Column:
    """One column of the file: where it stands, its unit and range."""

    def __init__(self, path: Path, line: int, header: list[str], name: str, valid: str) -> None:
        self.path, self.kind = path, TIME if name == "time" else KINDS[name]
        found = [(i, match) for i, text in enumerate(header) if (match := _HEADER.match(text)) and _name(match) == name]
        hint = _separator_hint(header)
        if len(found) != 1 or hint:
            wrong = f"{name} stands there {len(found)} times" if len(found) > 1 else f"there is no {name} with a unit"
            listed = ", ".join(text.strip()[:40] for text in header[:8]) or "empty"
            raise case_error(f"{path}:{line}: the columns are {listed}; {wrong}", valid, hint)
        self.index, match = found[0]
        self.unit = (match["words"] or match["square"] or match["round"]).replace("_per_", "/").replace("_", " ")
        try:
            self.factor = float(parse(f"1 {self.unit}", self.kind.dimension))
        except UnitError as error:
            raise case_error(f"{path}:{line}: column {name}: {error.message}", valid) from None

    def read(self, cells: list[str], line: int) -> float:
        """Value of this column in SI; whatever is not a plain number in range takes the slow way to a message."""
        text = cells[self.index].strip()
        if len(text) < 40 and _PLAIN_NUMBER.fullmatch(text):
            value = float(text) if self.factor == 1.0 else float(f"{float(text) * self.factor:.15g}")
            if (self.kind.minimum or 0.0) <= value <= (self.kind.maximum or 0.0):
                return value
        return float(read_cell(self.kind, f"{text} {self.unit}", f"{self.path}:{line}"))


def _separator_hint(header: list[str]) -> str:
    separators = [word for sign, word in ((";", "semicolons"), ("\t", "tabs")) if any(sign in text for text in header)]
    return f"separate the columns by commas, not {separators[0]}" if separators else ""
