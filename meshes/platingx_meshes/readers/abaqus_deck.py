"""What has been read of an Abaqus input file so far, by the labels of the file."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_text import Line, pieces

Array = NDArray[np.float64]
Place = tuple[float, float, float]

NUMBERS = "numbers with decimal points and commas between, as Abaqus writes them"
TWICE = "give every node and element a number of its own"
ORDER = "define sets before they are used"


@dataclass
class LabelSet:
    """A set of nodes or elements.

    Attributes
    ----------
    name : as it is first written
    members : labels, each of which has to exist
    spans : labels from GENERATE, of which those count that exist
    """

    name: str
    members: list[int] = field(default_factory=list)
    spans: list[range] = field(default_factory=list)

    def labels(self, known: Container[int]) -> list[int]:
        """All labels; of the spans those that are known."""
        return [*self.members, *(label for span in self.spans for label in span if label in known)]

    def take(self, other: "LabelSet") -> None:
        """Take all of another set in."""
        self.members += other.members
        self.spans += other.spans


class LabelSets:
    """Sets by name; capital letters do not matter, as in Abaqus and CalculiX."""

    def __init__(self) -> None:
        self._sets: dict[str, LabelSet] = {}

    def named(self, name: str) -> LabelSet:
        """Set of a name, made if it is new."""
        return self._sets.setdefault(name.casefold(), LabelSet(name))

    def find(self, name: str) -> LabelSet | None:
        """Set of a name, or None."""
        return self._sets.get(name.casefold())

    def __iter__(self) -> Iterator[LabelSet]:
        return iter(self._sets.values())


@dataclass
class Scope:
    """Sets that are named in the part (or a flat file), or in the assembly; their labels are those of the part."""

    node_sets: LabelSets = field(default_factory=LabelSets)
    element_sets: LabelSets = field(default_factory=LabelSets)


@dataclass
class Side:
    """One line of a *SURFACE: an element or a set, and its face."""

    line: Line
    who: str
    face: str


@dataclass
class Deck:
    """All of a file.

    Attributes
    ----------
    path : of the file
    nodes, elements : of the mesh
    pointlike : labels of elements without extent, such as MASS
    part, assembly : sets of both levels
    own_nodes, own_elements : labels of the nodes and elements without extent of the assembly, such as its reference
        points: numbered apart, and belonging to no cell
    surfaces : lines by casefolded name, with the name as it is written
    level : ``part`` or ``assembly``, where the reader is
    instance : name of the instance
    origin, axes : of the local system of *SYSTEM, if there is one; rows of ``axes`` are its directions
    """

    path: Path
    nodes: dict[int, Place] = field(default_factory=dict)
    elements: dict[int, tuple[str, list[int]]] = field(default_factory=dict)
    pointlike: set[int] = field(default_factory=set)
    part: Scope = field(default_factory=Scope)
    assembly: Scope = field(default_factory=Scope)
    own_nodes: set[int] = field(default_factory=set)
    own_elements: set[int] = field(default_factory=set)
    surfaces: dict[str, tuple[str, list[Side]]] = field(default_factory=dict)
    level: str = "part"
    parts: int = 0
    instance: str = ""
    origin: Array | None = None
    axes: Array | None = None

    @property
    def scope(self) -> Scope:
        """Sets of the level where the reader is."""
        return self.assembly if self.level == "assembly" else self.part

    def find_set(self, name: str, what: str, line: Line) -> LabelSet:
        """Set of nodes (``node_sets``) or elements (``element_sets``); ``PART-1.NAME`` is one of the part.

        Raises
        ------
        MeshBuildError
            If there is none so far.
        """
        scopes = [self.scope, self.part]
        instance, point, rest = name.partition(".")
        if point and instance.casefold() == self.instance.casefold():
            name, scopes = rest, [self.part]
        for scope in scopes:
            found: LabelSet | None = getattr(scope, what).find(name)
            if found is not None:
                return found
        listed = ", ".join(own.name for own in getattr(self.scope, what)) or "none"
        raise MeshBuildError(f"{line.place}: no set {name!r} so far; there are: {listed}", ORDER)


def whole(line: Line, text: str, what: str) -> int:
    """Whole number.

    Raises
    ------
    MeshBuildError
        If it is none.
    """
    try:
        return int(text)
    except ValueError as error:
        raise MeshBuildError(f"{line.place}: not {what}: {line.text!r}", NUMBERS) from error


def whole_numbers(line: Line, what: str) -> list[int]:
    """Whole numbers of a data line.

    Raises
    ------
    MeshBuildError
        If there are none, or anything else.
    """
    try:
        return [int(piece) for piece in line.text.split(",")]
    except ValueError:  # an empty place at the end, or what is to be named
        return [whole(line, piece, what) for piece in filled(line)]


def number(text: str) -> float:
    """Number, with D for E as Fortran writes it; 0 for an empty place."""
    return float(text.lower().replace("d", "e") or 0.0)


def filled(line: Line) -> list[str]:
    """Parts of a data line, of which there are some.

    Raises
    ------
    MeshBuildError
        If there are none.
    """
    found = pieces(line.text)
    if not found:
        raise MeshBuildError(f"{line.place}: no numbers in {line.text!r}", NUMBERS)
    return found
