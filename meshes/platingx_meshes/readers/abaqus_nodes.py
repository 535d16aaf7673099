"""*NODE, *SYSTEM, *NGEN and *NFILL of Abaqus."""

import math

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_deck import NUMBERS, TWICE, Deck, Place, filled, number, whole, whole_numbers
from platingx_meshes.readers.abaqus_text import Block, Line, pieces

_DECIMAL_COMMAS = (
    "a node has a number and up to 3 coordinates (and a normal of length 1); write decimal points, not commas"
)
LARGEST_GENERATED = 10_000_000
"""Nodes or elements that one line may generate."""


def take_nodes(deck: Deck, block: Block) -> None:
    """Read the nodes of a block; those of the assembly are its reference points."""
    system = block.options.get("SYSTEM", "R").upper()[:1]
    if system not in {"R", "C"}:
        raise MeshBuildError(
            f"{block.line.place}: *NODE with SYSTEM={block.options['SYSTEM']} is not followed",
            "Cartesian (R) or cylindrical (C) coordinates",
        )
    name = block.options.get("NSET")
    labels = []
    for line in block.lines:
        label, place = _node(line)
        if deck.level == "assembly":
            deck.own_nodes.add(label)
            continue
        add_node(deck, line, label, _global(deck, place, system))
        labels.append(label)
    if name is not None:
        deck.scope.node_sets.named(name).members += labels


def add_node(deck: Deck, line: Line, label: int, place: Place) -> None:
    """Add one node.

    Raises
    ------
    MeshBuildError
        If its number is taken.
    """
    if label in deck.nodes:
        raise MeshBuildError(f"{line.place}: node {label} is defined twice", TWICE)
    deck.nodes[label] = place


def take_system(deck: Deck, block: Block) -> None:
    """Read a local Cartesian system: its origin, a point on its x axis and one in its xy plane; nothing ends it."""
    deck.origin, deck.axes = None, None
    if not block.lines:
        return
    values: list[float] = []
    for line in block.lines[:2]:
        own = [_coordinate(line, piece) for piece in pieces(line.text)]
        values += [*own, *([0.0] * (-len(own) % 3))]
    if len(block.lines) > 2 or len(values) > 9:
        raise MeshBuildError(f"{block.line.place}: *SYSTEM has up to three points in two lines", NUMBERS)
    places = np.array(values).reshape(-1, 3)
    deck.origin = places[0]
    if len(places) > 1:
        x = places[1] - places[0]
        z = np.cross(x, places[2] - places[0]) if len(places) > 2 else np.cross(x, np.cross([0.0, 0.0, 1.0], x))
        if not np.linalg.norm(x) * np.linalg.norm(z) > 0.0:
            raise MeshBuildError(f"{block.line.place}: the points of *SYSTEM lie on one line", "three points apart")
        deck.axes = _directions(x, z)


def _directions(x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    x, z = x / np.linalg.norm(x), z / np.linalg.norm(z)
    return np.array([x, np.cross(z, x), z])


def take_ngen(deck: Deck, block: Block) -> None:
    """Nodes at equal distances on straight lines between two nodes."""
    own = deck.scope.node_sets.named(block.options["NSET"]) if "NSET" in block.options else None
    for line in block.lines:
        values = whole_numbers(line, "a line of *NGEN")
        if not 2 <= len(values) <= 3:
            raise MeshBuildError(
                f"{line.place}: *NGEN along curves is not followed", "FIRST NODE, LAST NODE, INCREMENT"
            )
        first, last, step = [*values, 1][:3]
        if step == 0 or (last - first) % step or not 0 < (last - first) // step <= LARGEST_GENERATED:
            raise MeshBuildError(
                f"{line.place}: no whole number of steps of {step} from node {first} to {last}",
                "FIRST NODE, LAST NODE, INCREMENT, which divides their difference",
            )
        labels = range(first, last + (1 if step > 0 else -1), step)
        _between(deck, line, labels, last)
        if own is not None:
            own.members += labels


def take_nfill(deck: Deck, block: Block) -> None:
    """Nodes at equal distances between those of two sets, in the order of their numbers."""
    for line in block.lines:
        names = filled(line)
        if len(names) != 4:
            raise MeshBuildError(f"{line.place}: not a line of *NFILL: {line.text!r}", "SET, SET, INTERVALS, INCREMENT")
        count, step = (whole(line, piece, "a line of *NFILL") for piece in names[2:])
        ends = [sorted(set(deck.find_set(name, "node_sets", line).labels(deck.nodes))) for name in names[:2]]
        if len(ends[0]) != len(ends[1]) or not 0 < count <= LARGEST_GENERATED or step == 0:
            raise MeshBuildError(
                f"{line.place}: sets of {len(ends[0])} and {len(ends[1])} nodes, {count} intervals, increment {step}",
                "two sets of as many nodes, at least one interval, and an increment",
            )
        for first, last in zip(*ends, strict=True):
            _between(deck, line, range(first, first + count * step + (1 if step > 0 else -1), step), last)


def _between(deck: Deck, line: Line, labels: range, end: int) -> None:
    """Nodes with the inner ones of the labels, at equal distances from the node of the first label to ``end``."""
    for label in (labels[0], end):
        if label not in deck.nodes:
            raise MeshBuildError(f"{line.place}: node {label} is not defined", "define the nodes at the ends before")
    start, stop = deck.nodes[labels[0]], deck.nodes[end]
    for i, label in enumerate(labels[1:-1], start=1):
        part = i / (len(labels) - 1)
        x, y, z = (a + part * (b - a) for a, b in zip(start, stop, strict=True))
        add_node(deck, line, label, (x, y, z))


def _node(line: Line) -> tuple[int, Place]:
    """Label and coordinates; more than three are those of a normal, or come from decimal commas."""
    label, *rest = line.text.split(",")
    try:
        if len(rest) == 2:  # the usual line of a plane mesh
            return int(label), (float(rest[0]), float(rest[1]), 0.0)
        if len(rest) == 3:
            return int(label), (float(rest[0]), float(rest[1]), float(rest[2]))
    except ValueError:  # empty places, Fortran's exponents, or what is to be named
        pass
    label, *rest = filled(line)
    try:
        values = [number(piece) for piece in rest]
        own = int(label)
    except ValueError as error:
        raise MeshBuildError(f"{line.place}: not a node: {line.text!r}", NUMBERS) from error
    normal = values[3:]
    if normal and (len(normal) != 3 or abs(math.hypot(*normal) - 1.0) > 1e-3):
        raise MeshBuildError(f"{line.place}: {len(values)} coordinates in {line.text!r}", _DECIMAL_COMMAS)
    x, y, z = [*values, 0.0, 0.0, 0.0][:3]
    return own, (x, y, z)


def _coordinate(line: Line, text: str) -> float:
    try:
        return number(text)
    except ValueError as error:
        raise MeshBuildError(f"{line.place}: not a point: {line.text!r}", NUMBERS) from error


def _global(deck: Deck, place: Place, system: str) -> Place:
    """Coordinates of the model from those of the block: cylindrical ones in degrees, then the local system."""
    if system == "C":
        radius, angle = place[0], math.radians(place[1])
        finite = math.isfinite(angle)  # what is not finite is refused with its node later
        place = (radius * math.cos(angle), radius * math.sin(angle), place[2]) if finite else (math.nan,) * 3
    if deck.origin is None:
        return place
    x, y, z = deck.origin + (np.array(place) if deck.axes is None else np.array(place) @ deck.axes)
    return float(x), float(y), float(z)
