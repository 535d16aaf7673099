"""A measured or published curve: a CSV file with a quantity over time, or over another quantity."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from platingx.columns import column_of
from platingx.config.text_files import TextFileError, read_text_file
from platingx.errors import InputError
from platingx.units import Quantity, UnitError, parse

__all__ = ["TargetTable", "read_target_table"]

MAXIMUM_BYTES = 1_000_000
MAXIMUM_ROWS = 1000
_BRACKETS = re.compile(r"(?P<name>[^\[(]+?)\s*[\[(](?P<unit>[^\])]*)[\])]")
_VALID = "a header such as time_ms,max_pressure_li_GPa or time [ms],max_pressure_li [GPa]"


@dataclass(frozen=True)
class TargetTable:
    """A curve.

    Attributes
    ----------
    path
        The file.
    over
        What it is over: ``time``, or the name of another quantity.
    places
        Values of that.
    values
        Values of the quantity.
    lines
        Line of each row in the file.
    """

    path: Path
    over: str
    places: tuple[Quantity, ...]
    values: tuple[Quantity, ...]
    lines: tuple[int, ...]


def read_target_table(path: Path, quantity: str) -> TargetTable | InputError:
    """Read a curve of a quantity.

    Parameters
    ----------
    path : Path
        CSV file of two columns, whose header names time or another quantity, and the quantity, with their units; lines
        that start with # are left out.
    quantity : str
        Name of the quantity, such as ``max_pressure_li``.

    Returns
    -------
    TargetTable or InputError
        The curve, or what is wrong with the file and where.
    """
    try:
        text, _ = read_text_file(path, MAXIMUM_BYTES)
    except TextFileError as error:
        hint = "the name is relative to the calibration file" if error.missing else error.hint
        return InputError(error.message, path, error.line, valid=error.valid, hint=hint)
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip() and line.lstrip()[0] != "#"]
    if len(lines) < 2 or len(lines) > MAXIMUM_ROWS + 1:
        rows = max(len(lines) - 1, 0)
        return InputError(f"the table has {rows} rows", path, valid=f"a header and 1 to {MAXIMUM_ROWS} rows")
    try:
        return _table(path, quantity, lines)
    except _RowError as error:
        return InputError(str(error), path, error.line, valid=error.valid)


class _RowError(Exception):
    """Something is wrong in a line."""

    def __init__(self, line: int, message: str, valid: str = "") -> None:
        super().__init__(message)
        self.line, self.valid = line, valid


def _table(path: Path, quantity: str, lines: Sequence[tuple[int, str]]) -> TargetTable:
    first, header = lines[0]
    cells = _cells(first, header)
    heads = [_head(first, cell) for cell in cells]
    if heads[1][0] != quantity:
        message = f"the second column is {heads[1][0]}, and the target is {quantity}"
        raise _RowError(first, message, f"{heads[0][0]},{quantity} with their units")
    if heads[0][0] == quantity:
        raise _RowError(first, f"{quantity} over itself", _VALID)
    columns = [list(_values(lines[1:], index, *head)) for index, head in enumerate(heads)]
    return TargetTable(path, heads[0][0], tuple(columns[0]), tuple(columns[1]), tuple(line for line, _ in lines[1:]))


def _cells(number: int, line: str) -> list[str]:
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        raise _RowError(number, f"not a row of a CSV file: {error}", "numbers with commas between") from None
    while len(cells) > 2 and not cells[-1]:  # spreadsheets end lines with commas
        cells.pop()
    if len(cells) != 2:
        raise _RowError(number, f"the row has {len(cells)} columns", "two columns with a comma between")
    return cells


def _head(number: int, text: str) -> tuple[str, str, str]:
    """Quantity, unit and dimension of a column."""
    match = _BRACKETS.fullmatch(text)
    if match is not None:
        pairs = [(match["name"].strip().lower().replace(" ", "_"), match["unit"])]
    else:
        words = text.split("_")
        pairs = [
            ("_".join(words[:n]), "_".join(words[n:]).replace("_per_", "/").replace("_", " "))
            for n in range(len(words), 0, -1)
        ]
    for name, unit in pairs:
        column = column_of(name)
        for dimension in () if column is None else column.dimensions:
            try:
                parse(f"1 {unit}".strip(), dimension)
            except UnitError:
                continue
            return name, unit, dimension
    raise _RowError(number, f"'{text}' is no quantity with its unit", _VALID)


def _values(lines: Sequence[tuple[int, str]], index: int, name: str, unit: str, dimension: str) -> Iterator[Quantity]:
    for number, line in lines:
        cell = _cells(number, line)[index]
        try:
            value = parse(f"{float(cell)!r} {unit}".strip(), dimension)
        except (ValueError, UnitError):
            value = Quantity(math.nan)
        if not math.isfinite(value):
            raise _RowError(number, f"'{cell}' is no value of {name}", f"a number in {unit}" if unit else "a number")
        yield value
