"""Read the mesh of an Abaqus (or CalculiX) input file: nodes, elements, sets and surfaces."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.mesh_files import RawMesh, from_vtk_order

#: Nodes of a continuum element -> type name.
PLANE = {3: "triangle", 4: "quad", 6: "triangle6", 8: "quad8", 9: "quad9"}
SOLID = {4: "tetra", 8: "hexahedron", 10: "tetra10", 20: "hexahedron20", 27: "hexahedron27"}
LINE = {2: "line", 3: "line3"}

#: Element families by the letters before the number of nodes.
FAMILIES = {
    **dict.fromkeys(("CPE", "CPS", "CAX", "CPEG", "CGAX", "DC2D", "DCAX", "M3D", "S", "R3D", "SFM3D"), PLANE),
    **dict.fromkeys(("C3D", "DC3D"), SOLID),
    **dict.fromkeys(("T2D", "T3D", "B2", "B3", "R2D", "RAX", "SAX", "MAX"), LINE),
}

#: Corner positions of the faces S1, S2, ... of each shape.
FACES: dict[str, tuple[tuple[int, ...], ...]] = {
    "triangle": ((0, 1), (1, 2), (2, 0)),
    "quad": ((0, 1), (1, 2), (2, 3), (3, 0)),
    "tetra": ((0, 1, 2), (0, 3, 1), (1, 3, 2), (2, 3, 0)),
    "hexahedron": ((0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0)),
}
NODES_IN_LINE_ELEMENT = {"B21": 2, "B22": 3, "B31": 2, "B32": 3, "SAX1": 2, "SAX2": 3, "MAX1": 2, "MAX2": 3}

_NUMBERS = "numbers with commas between, as Abaqus writes them"
_TWICE = "give every node and element a number of its own"
_CUT = "the file may be cut off; export it once more"
_ORDER = "define sets before they are used"


@dataclass
class _Deck:
    """What has been read so far, by the labels of the file."""

    path: Path
    nodes: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    elements: dict[int, tuple[str, list[int]]] = field(default_factory=dict)
    node_sets: dict[str, list[int]] = field(default_factory=dict)
    element_sets: dict[str, list[int]] = field(default_factory=dict)
    surfaces: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    parts: int = 0


def read_abaqus(path: Path) -> RawMesh:
    """Read nodes, continuum and line elements, *NSET, *ELSET and element-based *SURFACE.

    Raises
    ------
    MeshBuildError
        For unknown element types, several parts, included files, and numbers that cannot be read.
    """
    deck = _Deck(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise MeshBuildError(f"{path}: cannot read: {error.strerror}", "check its permissions") from error
    for keyword, options, lines in _blocks(text):
        _take(deck, keyword, options, lines)
    if not deck.nodes or not deck.elements:
        raise MeshBuildError(f"{path}: no *NODE or no *ELEMENT block in this Abaqus file", _CUT)
    return _assemble(deck)


def _blocks(text: str) -> list[tuple[str, dict[str, str], list[tuple[int, str]]]]:
    """Split into (keyword, options, numbered data lines)."""
    blocks: list[tuple[str, dict[str, str], list[tuple[int, str]]]] = []
    pending = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("**"):
            continue
        if line.startswith("*") or pending:
            line, pending = pending + line, ""
            if line.endswith(","):
                pending = line
                continue
            keyword, *pairs = [piece.strip() for piece in line[1:].split(",")]
            options = {}
            for pair in pairs:
                key, _, value = pair.partition("=")
                options[key.strip().upper()] = value.strip().strip('"')
            blocks.append((keyword.upper(), options, []))
        elif blocks:
            blocks[-1][2].append((number, line))
    return blocks


def _take(deck: _Deck, keyword: str, options: dict[str, str], lines: list[tuple[int, str]]) -> None:
    if keyword == "NODE":
        _take_nodes(deck, options, lines)
    elif keyword == "ELEMENT":
        _take_elements(deck, options, lines)
    elif keyword == "NSET":
        _take_set(deck, deck.node_sets, options.get("NSET", ""), "GENERATE" in options, lines)
    elif keyword == "ELSET":
        _take_set(deck, deck.element_sets, options.get("ELSET", ""), "GENERATE" in options, lines)
    elif keyword == "SURFACE" and options.get("TYPE", "ELEMENT").upper() == "ELEMENT":
        sides = deck.surfaces.setdefault(options.get("NAME", ""), [])
        sides += [(who.strip(), face.strip().upper()) for who, _, face in (line.partition(",") for _, line in lines)]
    elif keyword in ("PART", "INSTANCE"):
        deck.parts += keyword == "PART"
        if deck.parts > 1 or (keyword == "INSTANCE" and lines):
            raise MeshBuildError(
                f"{deck.path}: several parts or a moved instance; write one part, or a flat input file "
                "(Abaqus: *PREPRINT / model attribute 'do not use parts and assemblies')"
            )
    elif keyword == "INCLUDE":
        raise MeshBuildError(f"{deck.path}: *INCLUDE is not followed", "put the mesh into one file")


def _numbers(deck: _Deck, number: int, line: str) -> list[str]:
    pieces = [piece.strip() for piece in line.split(",")]
    while pieces and not pieces[-1]:
        pieces.pop()
    if not pieces:
        raise MeshBuildError(f"{deck.path}: line {number}: no numbers in {line!r}", _NUMBERS)
    return pieces


def _take_nodes(deck: _Deck, options: dict[str, str], lines: list[tuple[int, str]]) -> None:
    for number, line in lines:
        pieces = _numbers(deck, number, line)
        try:
            label = int(pieces[0])
            x, y, z, *_ = [*(float(piece.lower().replace("d", "e") or 0.0) for piece in pieces[1:]), 0.0, 0.0, 0.0]
        except ValueError as error:
            raise MeshBuildError(f"{deck.path}: line {number}: not a node: {line!r}", _NUMBERS) from error
        if label in deck.nodes:
            raise MeshBuildError(f"{deck.path}: line {number}: node {label} is defined twice", _TWICE)
        deck.nodes[label] = (x, y, z)
        if "NSET" in options:
            deck.node_sets.setdefault(options["NSET"], []).append(label)


def _take_elements(deck: _Deck, options: dict[str, str], lines: list[tuple[int, str]]) -> None:
    kind, count = _element_type(deck, options.get("TYPE", ""))
    values: list[int] = []
    for number, line in lines:
        try:
            values += [int(piece) for piece in _numbers(deck, number, line)]
        except ValueError as error:
            raise MeshBuildError(f"{deck.path}: line {number}: not an element: {line!r}", _NUMBERS) from error
        if len(values) >= count + 1:
            label, *nodes = values[: count + 1]
            if label in deck.elements:
                raise MeshBuildError(f"{deck.path}: line {number}: element {label} is defined twice", _TWICE)
            deck.elements[label] = (kind, nodes)
            if "ELSET" in options:
                deck.element_sets.setdefault(options["ELSET"], []).append(label)
            values = []
    if values:
        raise MeshBuildError(
            f"{deck.path}: element {values[0]} of type {options.get('TYPE')} needs {count} nodes", _CUT
        )


def _element_type(deck: _Deck, name: str) -> tuple[str, int]:
    upper = name.upper()
    if upper in NODES_IN_LINE_ELEMENT:
        count = NODES_IN_LINE_ELEMENT[upper]
        return LINE[count], count
    match = re.match(r"([A-Z]+(?:2D|3D)?)(\d+)", upper)
    family = FAMILIES.get(match.group(1)) if match else None
    if match is None or family is None or int(match.group(2)) not in family:
        raise MeshBuildError(
            f"{deck.path}: element type {name!r} is not supported; supported: CPE, CPS and CAX with 3, 4, 6 or 8 "
            "nodes, C3D with 4, 8, 10, 20 or 27 nodes, and line elements such as T2D2",
            "mesh with one of these, or leave out what is no part of the mesh",
        )
    count = int(match.group(2))
    return family[count], count


def _take_set(deck: _Deck, sets: dict[str, list[int]], name: str, generate: bool, lines: list[tuple[int, str]]) -> None:
    members = sets.setdefault(name, [])
    for number, line in lines:
        pieces = _numbers(deck, number, line)
        if generate:
            members += _range(deck, number, line, pieces)
            continue
        for piece in pieces:
            if piece.lstrip("+-").isdigit():
                members.append(int(piece))
            else:
                members += _named(sets, piece, deck, f"line {number}")


def _range(deck: _Deck, number: int, line: str, pieces: list[str]) -> range:
    """Labels of a GENERATE line: first, last and step."""
    try:
        first, last, step = ([*(int(piece) for piece in pieces), 1])[:3]
        labels = range(first, last + 1, step)
    except ValueError as error:
        hint = "FIRST, LAST, STEP with a step above zero"
        raise MeshBuildError(f"{deck.path}: line {number}: not a range: {line!r}", hint) from error
    known = len(deck.nodes) + len(deck.elements)
    if step < 1 or len(labels) > max(100 * known, 1000):
        hint = "FIRST, LAST, STEP with a step above zero, after the nodes and elements"
        message = f"{deck.path}: line {number}: a range of {len(labels)} labels, but there are only {known}: {line!r}"
        raise MeshBuildError(message, hint)
    return labels


def _named(sets: dict[str, list[int]], name: str, deck: _Deck, where: str) -> list[int]:
    for key, members in sets.items():
        if key.casefold() == name.rsplit(".", 1)[-1].casefold():
            return members
    raise MeshBuildError(
        f"{deck.path}: {where}: no set {name!r} so far; there are: {', '.join(sets) or 'none'}", _ORDER
    )


def _assemble(deck: _Deck) -> RawMesh:
    labels = np.array(list(deck.nodes), dtype=np.int64)
    place = {int(label): i for i, label in enumerate(labels)}
    raw = RawMesh(np.array(list(deck.nodes.values())), [], node_labels=labels)
    where: dict[int, tuple[int, int]] = {}
    for kind in dict.fromkeys(kind for kind, _ in deck.elements.values()):
        own = [(label, nodes) for label, (own_kind, nodes) in deck.elements.items() if own_kind == kind]
        for row, (label, nodes) in enumerate(own):
            where[label] = (len(raw.blocks), row)
            missing = next((node for node in nodes if node not in place), None)
            if missing is not None:
                hint = "export nodes and elements of the same model"
                raise MeshBuildError(f"{deck.path}: element {label} uses node {missing}, which is not defined", hint)
        cells = np.array([[place[node] for node in nodes] for _, nodes in own], dtype=np.int64)
        numbers = np.array([label for label, _ in own], dtype=np.int64)
        raw.blocks.append((kind, from_vtk_order(kind, cells), numbers))
    for name, nodes in deck.node_sets.items():
        raw.node_sets[name] = np.array([place[node] for node in nodes if node in place], dtype=np.int64)
    for name, sides in deck.surfaces.items():
        raw.side_sets[name] = [corners for who, face in sides for corners in _corners(deck, place, who, face)]
    for name, members in deck.element_sets.items():
        if name.startswith("_") and deck.surfaces:  # made by Abaqus for a surface
            continue
        chosen = [where[label] for label in members if label in where]
        raw.cell_sets[name] = [
            np.array([row for own, row in chosen if own == block], dtype=np.int64) for block in range(len(raw.blocks))
        ]
    return raw


def _corners(deck: _Deck, place: dict[int, int], who: str, face: str) -> list[tuple[int, ...]]:
    """Corner nodes of one face (S1, S2, ...) of an element or of all elements of a set."""
    labels = [int(who)] if who.isdigit() else _named(deck.element_sets, who, deck, "*SURFACE")
    rows = []
    for label in labels:
        kind, nodes = deck.elements.get(label, ("", []))
        faces = FACES.get(kind.rstrip("0123456789"), ())
        number = int(face[1:]) if re.fullmatch(r"S\d", face) else 0
        if not 1 <= number <= len(faces):
            raise MeshBuildError(
                f"{deck.path}: *SURFACE: element {label} has no face {face!r}", "S1, S2, ... of an element"
            )
        rows.append(tuple(place[nodes[corner]] for corner in faces[number - 1]))
    return rows
