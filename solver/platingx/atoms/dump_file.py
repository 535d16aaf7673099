"""Reads the text dumps of LAMMPS (``dump custom`` and ``atom``), plain or compressed by gzip."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.atoms.box import Box
from platingx.errors import OutputError

__all__ = ["Frame", "read_dump"]

_WHOLE = (("xu", "yu", "zu"), ("x", "y", "z"))
_SCALED = (("xsu", "ysu", "zsu"), ("xs", "ys", "zs"))


@dataclass(frozen=True)
class Frame:
    """Atoms at a step.

    Attributes
    ----------
    step
        Number of the step.
    box
        Box, in the unit of the file.
    ids, types
        Number (atoms,) and type (atoms,) of each atom, by number; one where the file has no types.
    positions
        Positions (atoms, 3).
    """

    step: int
    box: Box
    ids: IntArray
    types: IntArray
    positions: Array


def read_dump(path: Path) -> Iterator[Frame]:
    """Read the frames of a dump, one after the other.

    Parameters
    ----------
    path
        File; one that ends in ``.gz`` is decompressed.

    Yields
    ------
    Frame
        In the order of the file. A last frame that is cut short, as a job that was killed leaves it, is not given.

    Raises
    ------
    OutputError
        If it cannot be read, or is no such dump; it says where.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            yield from _Reader(path, file).frames()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise OutputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


class _Reader:
    def __init__(self, path: Path, file: TextIO) -> None:
        self.path, self.file, self.line = path, file, 0

    def frames(self) -> Iterator[Frame]:
        head = self.next()
        if head == "":
            raise OutputError(f"{self.path}: empty; a text dump of LAMMPS starts with ITEM: TIMESTEP")
        while head:
            frame = self.frame(head)
            if frame is None:
                return
            yield frame
            head = self.next()

    def next(self) -> str:
        """Next line that is not blank; empty at the end of the file, and for a last line that is cut short."""
        for text in self.file:
            self.line += 1
            if text.strip():
                return text if text.endswith("\n") else ""
        return ""

    def wrong(self, message: str) -> OutputError:
        return OutputError(f"{self.path}:{self.line}: {message}")

    def frame(self, head: str) -> Frame | None:
        """One frame; None where the file ends within it."""
        step = atoms = None
        box: Box | None = None
        while True:
            if not head.startswith("ITEM:"):
                raise self.wrong(f"'{head.strip()[:40]}' where ITEM: begins a section of a LAMMPS dump")
            section = head[5:].strip()
            if section.startswith("TIMESTEP"):
                step = self.integer()
            elif section.startswith("NUMBER OF ATOMS"):
                atoms = self.integer()
            elif section.startswith("BOX BOUNDS"):
                box = self.box(section[10:].split())
            elif section.startswith("ATOMS"):
                if step is None or atoms is None or box is None:
                    raise self.wrong("atoms before their step, number or box")
                return self.atoms(step, atoms, box, section[5:].split())
            elif section.startswith(("UNITS", "TIME")):
                self.next()
            else:
                raise self.wrong(f"a section '{section[:40]}', which is not known")
            head = self.next()
            if not head or step is atoms is None:
                return None

    def integer(self) -> int | None:
        text = self.next()
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            raise self.wrong(f"'{text.strip()[:40]}' where a whole number belongs") from None

    def box(self, words: list[str]) -> Box | None:
        if any(word in words for word in ("xy", "xz", "yz", "abc")):
            raise self.wrong("a box with skew edges; only rectangular ones are read")
        rows = [self.next().split() for _ in range(3)]
        if not all(len(row) == 2 for row in rows):
            if not rows[-1]:
                return None
            raise self.wrong("three lines with two bounds each belong here")
        try:
            low, high = zip(*((float(a), float(b)) for a, b in rows), strict=True)
        except ValueError:
            raise self.wrong("bounds of the box that are no numbers") from None
        periodic = [word == "pp" for word in words] if len(words) == 3 else [False] * 3
        return Box(tuple(low), tuple(high), tuple(periodic))  # type: ignore[arg-type]

    def atoms(self, step: int, count: int, box: Box, names: list[str]) -> Frame | None:
        lines = list(itertools.islice(self.file, count))
        first, self.line = self.line + 1, self.line + len(lines)
        if len(lines) < count or (lines and not lines[-1].endswith("\n")):
            return None
        try:
            table = np.array([line.split() for line in lines], dtype=float).reshape(count, -1)
        except ValueError:
            self.line = first
            raise self.wrong("atoms whose lines have unequal lengths or hold what is no number") from None
        if table.shape[1] != len(names) and count:
            raise self.wrong(f"{table.shape[1]} values for the {len(names)} columns {' '.join(names)}")
        positions = self.positions(table, names, box)
        ids = table[:, names.index("id")].astype(np.int64) if "id" in names else np.arange(1, count + 1)
        types = table[:, names.index("type")].astype(np.int64) if "type" in names else np.ones(count, np.int64)
        order = np.argsort(ids, kind="stable")
        return Frame(step, box, ids[order], types[order], positions[order])

    def positions(self, table: Array, names: list[str], box: Box) -> Array:
        for columns in _WHOLE:
            if all(name in names for name in columns):
                found: Array = table[:, [names.index(name) for name in columns]]
                return found
        for columns in _SCALED:
            if all(name in names for name in columns):
                scaled: Array = np.asarray(box.low) + table[:, [names.index(name) for name in columns]] * box.lengths
                return scaled
        raise self.wrong(f"no positions among the columns {' '.join(names)}: x y z, xu yu zu, xs ys zs or xsu ysu zsu")
