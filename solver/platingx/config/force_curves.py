"""Measured force curves of specimens on a cantilever: force, shortening and deflection, checked by F = k dX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from platingx.config.base import Block, Finding
from platingx.config.document import read_document
from platingx.config.input_errors import read_as
from platingx.config.quantities import Physical, Pressure
from platingx.config.springs import Stiffness
from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx.paths import user_path

__all__ = ["Curve", "ForceCurves", "Mismatch", "curve_names", "load_force_curves"]

Force = Annotated[float, Physical("force", minimum=-1.0, maximum=1.0)]
Way = Annotated[float, Physical("length", minimum=-1e-3, maximum=1e-3)]

_DIGITS = re.compile(r"\s*[+-]?\d+(?:\.(?P<decimals>\d*))?(?:[eE](?P<exponent>[+-]?\d+))?")


class Curve(Block):
    """One specimen."""

    strength: Pressure | None = Field(default=None, description="Strength as published, Pa.")
    rows: tuple[tuple[Force, Way, Way], ...] = Field(
        min_length=2,
        max_length=1000,
        description="Force, shortening of the specimen, deflection of the cantilever: [553.8 nN, 23.5 nm, 92.3 nm].",
    )

    def check(self) -> Iterator[Finding]:
        """Check that it starts at rest and is pressed."""
        if any(self.rows[0]):
            yield Finding(
                "rows.0", "the curve does not start at rest", "a first row of zeros, such as [0 nN, 0 nm, 0 nm]"
            )
        if max(row[0] for row in self.rows) <= 0.0:
            yield Finding("rows", "nothing presses on the specimen", "forces that are positive in compression")

    @property
    def peak(self) -> int:
        """Row of the largest force, from 0."""
        return max(range(len(self.rows)), key=lambda row: self.rows[row][0])


@dataclass(frozen=True)
class Mismatch:
    """A row whose force is not that of its deflection.

    Attributes
    ----------
    table, row
        Where; rows from 1.
    force, spring_force
        As printed, and stiffness times deflection, N.
    digits
        How far both can be apart by the digits that are printed, N.
    """

    table: str
    row: int
    force: float
    spring_force: float
    digits: float


class ForceCurves(Block):
    """Force curves of one source."""

    name: str = Field(min_length=1, description="Name of the measurements.")
    title: str = Field(min_length=1, description="What was measured.")
    source: str = Field(min_length=1, description="Where the numbers are printed.")
    status: str = Field(min_length=1, description="How far they have been checked against that.")
    note: str = Field(default="", description="Remark.")
    stiffness: Stiffness = Field(description="Of the cantilever, N/m.")
    tables: dict[str, Curve] = Field(min_length=1, description="Curves by their names.")

    @cached_property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """Rows whose force and stiffness times deflection are farther apart than by the digits that are printed."""
        found = []
        for name, curve in self.tables.items():
            for number, (force, _, deflection) in enumerate(curve.rows, start=1):
                bent = float(self.stiffness) * float(deflection)
                allowed = (_half_digit(force) + float(self.stiffness) * _half_digit(deflection)) * (1.0 + 1e-9)
                if abs(float(force) - bent) > allowed:
                    found.append(Mismatch(name, number, float(force), bent, allowed))
        return tuple(found)

    def base_way(self, table: str) -> list[float]:
        """Way of the base at each row, m: shortening and deflection, of a mismatched row that of its force."""
        wrong = {found.row for found in self.mismatches if found.table == table}
        return [
            float(shortening) + (float(force) / float(self.stiffness) if number in wrong else float(deflection))
            for number, (force, shortening, deflection) in enumerate(self.tables[table].rows, start=1)
        ]

    def times(self, table: str, speed: float) -> list[float]:
        """Times of the rows, s, if the base moves at a constant speed (m/s); the tables have none."""
        places, total = self.base_way(table), 0.0
        result = [0.0]
        for before, after in pairwise(places):
            total += abs(after - before) / speed
            result.append(total)
        return result


def _half_digit(value: Any) -> float:
    """Half a unit of the last digit that is printed, SI; zero of a bare zero."""
    text = str(getattr(value, "given", "") or "")
    match = _DIGITS.match(text)
    if match is None or not float(value):
        return 0.0
    unit = float(value) / float(match.group())
    return 0.5 * abs(unit) * 10.0 ** (int(match["exponent"] or 0) - len(match["decimals"] or ""))


def _folder() -> Any:
    return resources.files("platingx") / "library" / "measurements"


def curve_names() -> tuple[str, ...]:
    """Names of the measurements of the library, sorted."""
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in _folder().iterdir()))


def load_force_curves(name: str) -> ForceCurves:
    """Read force curves of the library by their name, or of a file.

    Raises
    ------
    CaseError
        If there is none, or anything is wrong with it.
    """
    if name in curve_names():
        path = Path(str(_folder() / f"{name}.yaml"))
    elif name.endswith((".yaml", ".yml")):
        path = user_path(name)
    else:
        near = nearest(name, curve_names(), cutoff=0.4)
        valid = f"{', '.join(curve_names())}, or a file that ends with .yaml"
        message = f"there are no force curves '{name}' in the library"
        raise CaseError(InputError(message, valid=valid, hint=f"{near}?" if near else ""))
    document = read_document(path)
    return read_as(ForceCurves, document)
