"""Crystalline share of a plated metal over current density and time, from a table of its user, and what it does."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, as_text, case_error
from platingx.config.text_files import TextFileError, read_text_file
from platingx.units import UnitError, parse

__all__ = ["Crystallinity"]

CurrentDensity = Annotated[float, Physical("current_density", minimum=0.0, maximum=1e9)]
Time = Annotated[float, Physical("time", minimum=0.0, maximum=1e13)]
Share = Annotated[float, Physical("dimensionless", minimum=0.0, maximum=1.0)]
Strength = Annotated[float, Physical("dimensionless", above=0.0, maximum=100.0, usual=(0.1, 10.0))]
MAXIMUM_BYTES = 1_000_000
HEADER = "current_density [mA/cm^2],time [s],crystallinity"
_COLUMN = re.compile(r"^\s*(current_density|time)\s*\[([^\]]+)\]\s*$")


class Crystallinity(Block):
    """Crystalline share chi(i, t) of the plated metal: resistances to flow are multiplied by chi + (1 - chi) r.

    There is no default: nobody has measured the strength of glassy lithium, and the share depends on the cell.
    """

    source: str | None = Field(default=None, min_length=5, description="Where the table comes from.")
    file: str | None = Field(
        default=None, description=f"CSV file with the share, relative to the case file; header such as {HEADER}."
    )
    rows: tuple[tuple[CurrentDensity, Time, Share], ...] = Field(
        default=(), description="The table itself: current density (A/m^2), time (s), crystalline share, in this order."
    )
    glassy_strength_ratio: Strength | None = Field(
        default=None, description="Resistance to flow of the glass over that of the crystal, r."
    )
    ratio_source: str | None = Field(default=None, min_length=5, description="Where that ratio comes from.")

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("file"), str) or given.get("rows"):
            return given
        return {**given, "rows": _rows(Path(given["file"]))}

    @model_serializer
    def _as_case(self) -> dict[str, Any]:
        """Give the table itself: the file may be elsewhere, or changed, when the case is read again."""
        return {
            "rows": [[as_text(current), as_text(time), share] for current, time, share in self.rows],
            "source": self.source,
            "glassy_strength_ratio": as_text(self.glassy_strength_ratio),
            "ratio_source": self.ratio_source,
        }

    def check(self) -> Iterator[Finding]:
        """Check that values and their sources are there, and that the table is a grid."""
        needed = {
            "source": "where the table comes from, such as a DOI: it is an assumption of this case",
            "glassy_strength_ratio": "a number; nobody has measured it, so there is no default",
            "ratio_source": "where the ratio comes from, such as a DOI or an assumption in words",
        }
        for key, valid in needed.items():
            if getattr(self, key) is None:
                yield Finding(key, f"crystallinity needs the key {key}", valid)
        if not self.rows:
            yield Finding("file", "crystallinity has no table", "file: chi.csv, or rows")
            return
        currents, times = self.axes
        if [row[:2] for row in self.rows] != [(current, time) for current in currents for time in times]:
            message = f"the {len(self.rows)} rows are no grid of {len(currents)} currents and {len(times)} times"
            hint = "each current with the same times, in rising order, the time running first"
            yield Finding("rows", message, f"{len(currents) * len(times)} rows", hint)

    @property
    def axes(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Current densities (A/m2) and times (s) of the table, in rising order."""
        return tuple(sorted({row[0] for row in self.rows})), tuple(sorted({row[1] for row in self.rows}))

    def outside(self, largest: float, end: float) -> Iterator[Finding]:
        """Check that a case stays in the table: its largest current density (A/m2) and its end (s)."""
        currents, times = self.axes
        if not currents[0] <= largest <= currents[-1]:
            valid = f"{as_text(currents[0])} to {as_text(currents[-1])} A/m^2"
            yield Finding("rows", f"the table ends before the current density of the case, {largest:g} A/m^2", valid)
        if times[0] > 0.0 or times[-1] < end:
            valid = f"times from 0 s to {end:g} s"
            yield Finding("rows", f"the table goes from {times[0]:g} to {times[-1]:g} s, the case to {end:g} s", valid)

    def record(self) -> dict[str, Any]:
        """What summary.json says of it."""
        currents, times = self.axes
        return {
            "what_it_is": "an assumption of this case: the table and the strength of the glass are its user's",
            "table_source": self.source,
            "table": {
                "currents_A_per_m2": list(map(float, currents)),
                "times_s": list(map(float, times)),
                "crystalline_share": [float(row[2]) for row in self.rows],
            },
            "glassy_strength_ratio": float(self.glassy_strength_ratio or 0.0),
            "ratio_source": self.ratio_source,
        }


def _rows(path: Path) -> list[list[Any]]:
    """Rows of a file, in SI."""
    try:
        text = read_text_file(path, MAXIMUM_BYTES)[0]
    except TextFileError as error:
        place = f"{path}:{error.line}" if error.line else str(path)
        raise case_error(f"{place}: {error.message}", error.valid, error.hint) from None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line.lstrip()[0] != "#"]
    names = [name.strip() for name in lines[0][1].split(",")] if lines else []
    found = [match for name in names[:2] if (match := _COLUMN.match(name))]
    if [m[1] for m in found] != ["current_density", "time"] or names[2:] != ["crystallinity"]:
        raise case_error(f"{path}: the columns are {', '.join(names) or 'missing'}", f"the header {HEADER}")
    result = []
    for number, line in lines[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != 3:
            raise case_error(f"{path}:{number}: the row has {len(cells)} columns", "three")
        units = [found[0][2], found[1][2]]
        try:
            quantities = [
                parse(f"{cell.strip()} {unit}", kind)
                for cell, unit, kind in zip(cells[:2], units, ("current_density", "time"), strict=True)
            ]
            share = float(cells[2])
        except (UnitError, ValueError) as error:
            raise case_error(f"{path}:{number}: {error}", "numbers in the units of the header") from None
        result.append([*map(as_text, quantities), share])
    return result
