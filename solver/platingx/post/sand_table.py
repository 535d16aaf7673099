"""Times of stripping from a CSV file whose header names the columns and their units."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from platingx.arrays import Array
from platingx.errors import CaseError, InputError
from platingx.units import UnitError, parse

__all__ = ["read_sand_table"]

_LARGEST = 10_000_000
_HEADER = re.compile(r"^\s*(?P<name>.+?)\s*[\[(](?P<unit>[^\])]+)[\])]\s*$")


def read_sand_table(
    path: Path, current: str, time: str | None, capacity: str | None, group: str | None
) -> dict[str, tuple[Array, Array]]:
    """Read currents and times of stripping, by group.

    Parameters
    ----------
    path
        File; lines that start with # are left out.
    current
        Column of the current density, by its name without the unit: ``i`` of ``i [mA/cm^2]``. Signs do not count.
    time, capacity
        Column of the time until stripping ends, or of the charge per area until then; one of the two.
    group
        Column by whose text rows are told apart.

    Returns
    -------
    dict
        Currents (A/m2) and times (s) by group, in the order of the file; one group, "", without a column for it.

    Raises
    ------
    CaseError
        If the file cannot be read, or a column, unit or number is missing or wrong.
    """
    if (time is None) == (capacity is None):
        none = time is None
        message = "neither a time nor a capacity says when stripping ends" if none else "time and capacity say the same"
        raise CaseError(InputError(message, key="--time", valid="one of --time and --capacity"))
    lines = _lines(path)
    first, header = lines[0]
    names = {match["name"]: index for index, text in enumerate(header) if (match := _HEADER.match(text))}
    column = _Column(path, first, header, names)
    at_current = column.quantity(current, "current_density", "--current")
    at_end = column.quantity(
        time or capacity or "", "time" if time else "charge_per_area", "--time" if time else "--capacity"
    )
    at_group = None if group is None else column.plain(group)
    found: dict[str, list[tuple[float, float]]] = {}
    for number, cells in lines[1:]:
        i = abs(_number(path, number, cells, *at_current))
        end = abs(_number(path, number, cells, *at_end))
        name = "" if at_group is None else cells[at_group].strip() if at_group < len(cells) else ""
        if i == 0.0 or end == 0.0:
            raise _wrong(path, number, "a current or an end of zero", "values that are not zero")
        found.setdefault(name, []).append((i, end if time else end / i))
    if not found:
        raise _wrong(path, first, "no measurement follows the header", "a row for each measurement")
    return {
        name: (np.array([row[0] for row in rows]), np.array([row[1] for row in rows])) for name, rows in found.items()
    }


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Cells of the lines that are no comment, with their numbers; the first is the header."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _wrong(path, 0, f"more than {_LARGEST} bytes", "a table of measurements")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text in UTF-8"
        raise _wrong(path, 0, f"cannot be read: {reason}", "a CSV file") from None
    plain = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not plain:
        raise _wrong(path, 0, "an empty file", "a header such as i [mA/cm^2],tau [s], and rows")
    semicolons = plain[0][1].count(";") > plain[0][1].count(",")
    return [(number, next(csv.reader([line], delimiter=";" if semicolons else ","))) for number, line in plain]


class _Column:
    """Columns of a file by their names."""

    def __init__(self, path: Path, line: int, header: list[str], names: dict[str, int]) -> None:
        self._path, self._line, self._header, self._names = path, line, header, names

    def quantity(self, name: str, dimension: str, option: str) -> tuple[int, str, str]:
        """Index, unit and dimension of a column with a unit."""
        if name not in self._names:
            known = ", ".join(self._names) or 'a header such as "i [mA/cm^2]": the unit in brackets'
            message = f"there is no column {name} with a unit in its header"
            raise CaseError(InputError(f"{self._path}:{self._line}: {message}", key=option, value=name, valid=known))
        index = self._names[name]
        match = _HEADER.match(self._header[index])
        unit = "" if match is None else match["unit"]
        try:
            parse(f"1 {unit}", dimension)
        except UnitError as error:
            raise _wrong(self._path, self._line, error.message, error.valid, error.hint or "") from None
        return index, unit, dimension

    def plain(self, name: str) -> int:
        """Index of a column whose text counts, with its unit or without."""
        texts = [text.strip() for text in self._header]
        if name in texts:
            return texts.index(name)
        if name in self._names:
            return self._names[name]
        message = f"{self._path}:{self._line}: there is no column {name}"
        raise CaseError(InputError(message, key="--group", value=name, valid=", ".join(texts)))


def _number(path: Path, line: int, cells: list[str], index: int, unit: str, dimension: str) -> float:
    text = cells[index].strip() if index < len(cells) else ""
    try:
        return float(parse(f"{text} {unit}", dimension))
    except UnitError:
        raise _wrong(path, line, f"'{text}' is no number", f"a number in {unit}") from None


def _wrong(path: Path, line: int, message: str, valid: str, hint: str = "") -> CaseError:
    place = f"{path}:{line}" if line else f"{path}"
    return CaseError(InputError(f"{place}: {message}", valid=valid, hint=hint or None))
