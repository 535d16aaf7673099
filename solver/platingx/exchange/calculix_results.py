"""Read what CalculiX leaves: nodal fields of a .frd file; values at integration points and energies of a .dat file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.errors import OutputError

__all__ = ["NodalField", "PointValues", "read_dat", "read_energies", "read_frd"]


_DAT_HEAD = re.compile(r"^\s*(?P<what>.+?) \(elem, integ\.pnt\..*\) for set (?P<set>\S+) and time\s+(?P<time>\S+)")
_ENERGY = re.compile(r"^\s*total internal energy for set (?P<set>\S+) and time\s+(?P<time>\S+)")
_WIDTH = 12
"""Characters of a number in a .frd file, which are written without spaces between them."""


@dataclass(frozen=True)
class NodalField:
    """A field at one time of a .frd file, in the units of the deck.

    Attributes
    ----------
    name : str
        ``DISP``, ``STRESS`` ...
    time : float
        s.
    nodes : array of int
        Numbers of the nodes.
    values : array
        Shape (nodes, components); stresses as xx, yy, zz, xy, yz, zx.
    """

    name: str
    time: float
    nodes: IntArray
    values: Array

    def at(self, node: int) -> Array:
        """Values at the node of a number; KeyError when the field has none."""
        places = np.flatnonzero(self.nodes == node)
        if not len(places):
            raise KeyError(node)
        return self.values[places[0]]


@dataclass(frozen=True)
class PointValues:
    """Values at the integration points of a set at one time, of a .dat file.

    Attributes
    ----------
    what, region : str
        ``stresses`` or ``global coordinates``; name of the set in lower case.
    time : float
        s.
    elements, points : array of int
        Numbers of element and integration point.
    values : array
        Shape (points, components); stresses as xx, yy, zz, xy, xz, yz.
    """

    what: str
    region: str
    time: float
    elements: IntArray
    points: IntArray
    values: Array


def read_frd(path: str | Path) -> list[NodalField]:
    """Read the nodal fields of an ASCII .frd file, in the order of the file.

    Raises
    ------
    OutputError
        If the file cannot be read or is not complete.
    """
    fields: list[NodalField] = []
    name, time = "", 0.0
    rows: list[tuple[int, list[float]]] = []
    lines = _lines(Path(path))
    for number, line in enumerate(lines, start=1):
        key = line[:5].strip()
        try:
            if line[:6].strip() == "100C" or line.strip().startswith("100C"):
                time = float(line[12:24])
            elif key == "-4":
                name, rows = line[5:13].strip(), []
            elif key == "-1" and name:
                values = line[13:].rstrip("\n")
                rows.append((int(line[3:13]), [float(values[i : i + _WIDTH]) for i in range(0, len(values), _WIDTH)]))
            elif key == "-3" and name:
                fields.append(
                    NodalField(name, time, np.array([node for node, _ in rows]), np.array([v for _, v in rows]))
                )
                name = ""
        except ValueError as error:
            raise OutputError(f"{path}: line {number} is no line of a result file of CalculiX ({error})") from error
    if not lines or lines[-1].strip() != "9999":
        raise OutputError(f"{path}: the file ends early; did CalculiX finish?")
    return fields


def read_dat(path: str | Path) -> list[PointValues]:
    """Read the blocks of values at integration points of a .dat file, in the order of the file.

    Raises
    ------
    OutputError
        If the file cannot be read or a line is damaged.
    """
    blocks: list[tuple[re.Match[str], list[list[float]]]] = []
    inside = False
    for number, line in enumerate(_lines(Path(path)), start=1):
        head = _DAT_HEAD.match(line)
        if head:
            blocks.append((head, []))
        inside = bool(head) or (inside and (not line.strip() or line.strip()[0].isdigit()))
        if inside and not head and line.strip():
            try:
                blocks[-1][1].append([float(text) for text in line.split()])
            except ValueError as error:
                raise OutputError(f"{path}: line {number}: {error}") from error
    return [
        PointValues(
            head["what"],
            head["set"].lower(),
            float(head["time"]),
            (table := np.array(rows, dtype=float))[:, 0].astype(np.int64),
            table[:, 1].astype(np.int64),
            table[:, 2:],
        )
        for head, rows in blocks
        if rows
    ]


def read_energies(path: str | Path) -> dict[str, float]:
    """Last internal energy of each set (lower case) in a .dat file, in the units of the deck.

    Raises
    ------
    OutputError
        If the file cannot be read or a line is damaged.
    """
    found: dict[str, float] = {}
    name = ""
    for number, line in enumerate(_lines(Path(path)), start=1):
        head = _ENERGY.match(line)
        if head:
            name = head["set"].lower()
        elif name and line.strip():
            try:
                found[name] = float(line)
            except ValueError as error:
                raise OutputError(f"{path}: line {number}: {error}") from error
            name = ""
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise OutputError(f"{path}: cannot be read ({error.strerror or error})") from error
