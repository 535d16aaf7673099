"""Read the mesh of an Abaqus (or CalculiX) input file: nodes, elements, sets and surfaces."""

import re
from collections.abc import Callable, Container
from pathlib import Path

import numpy as np

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_deck import Deck, LabelSet, Scope, Side
from platingx_meshes.readers.abaqus_elements import take_elements, take_elgen
from platingx_meshes.readers.abaqus_keywords import check_known
from platingx_meshes.readers.abaqus_nodes import take_nfill, take_ngen, take_nodes, take_system
from platingx_meshes.readers.abaqus_sets import elements_of, take_set, take_surface
from platingx_meshes.readers.abaqus_text import Block, blocks_of, pieces
from platingx_meshes.readers.raw_mesh import RawMesh, from_vtk_order

#: Corner positions of the faces S1, S2, ... of each shape.
FACES: dict[str, tuple[tuple[int, ...], ...]] = {
    "triangle": ((0, 1), (1, 2), (2, 0)),
    "quad": ((0, 1), (1, 2), (2, 3), (3, 0)),
    "tetra": ((0, 1, 2), (0, 3, 1), (1, 3, 2), (2, 3, 0)),
    "hexahedron": ((0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0)),
}
#: The two faces of a shell, which are the face of the solid it lies on.
SHELL_FACES = ("SPOS", "SNEG")

_TAKE: dict[str, Callable[[Deck, Block], None]] = {
    "NODE": take_nodes,
    "SYSTEM": take_system,
    "NGEN": take_ngen,
    "NFILL": take_nfill,
    "ELEMENT": take_elements,
    "ELGEN": take_elgen,
    "NSET": take_set,
    "ELSET": take_set,
    "SURFACE": take_surface,
}
_ONE_PART = "write one part, or a flat input file (Abaqus/CAE: model attribute 'do not use parts and assemblies')"


def read_abaqus(path: Path) -> RawMesh:
    """Read what shapes the mesh or names a part of it; steps, materials and loads are passed over.

    Raises
    ------
    MeshBuildError
        For keywords, options and element types that are not understood, several parts, and numbers that cannot be read.
    """
    deck = Deck(path)
    in_step = False
    for block in blocks_of(path):
        if in_step or block.keyword == "STEP":
            in_step = block.keyword != "ENDSTEP"
        elif check_known(block):
            _take(deck, block)
    if not deck.nodes or not deck.elements:
        hint = "the file may be cut off; export it once more"
        raise MeshBuildError(f"{path}: no *NODE or no *ELEMENT block in this Abaqus file", hint)
    try:
        return _assemble(deck)
    except OverflowError as error:
        raise MeshBuildError(f"{path}: a number of a node or element has more than 18 digits", "number anew") from error


def _take(deck: Deck, block: Block) -> None:
    keyword = block.keyword
    if keyword in _TAKE:
        _TAKE[keyword](deck, block)
    elif keyword in {"ASSEMBLY", "ENDINSTANCE"}:
        deck.level = "assembly"
    elif keyword in {"PART", "ENDPART", "INSTANCE", "ENDASSEMBLY"}:
        deck.level = "part"
        deck.origin, deck.axes = None, None  # a local system ends with its part
    if keyword == "PART":
        deck.parts += 1
        if deck.parts > 1:
            raise MeshBuildError(f"{block.line.place}: several parts or a moved instance", _ONE_PART)
    if keyword == "INSTANCE":
        moved = any(piece.strip("0.+-eE") for line in block.lines for piece in pieces(line.text))
        if deck.instance or moved:
            raise MeshBuildError(f"{block.line.place}: several parts or a moved instance", _ONE_PART)
        deck.instance = block.options.get("NAME", "")


def _assemble(deck: Deck) -> RawMesh:
    labels = np.array(list(deck.nodes), dtype=np.int64)
    place = {int(label): i for i, label in enumerate(labels)}
    raw = RawMesh(np.array(list(deck.nodes.values())), [], node_labels=labels)
    where = _add_blocks(deck, raw, place)
    for name, own in _visible(deck, "node_sets"):
        nodes = own.labels(deck.nodes)
        _check_all_there(deck, f"node set {name!r}", "node", nodes, place)
        raw.node_sets[name] = np.array([place[node] for node in nodes], dtype=np.int64)
    for name, sides in deck.surfaces.values():
        try:
            raw.side_sets[name] = [row for side in sides for row in _side_corners(deck, place, side)]
        except MeshBuildError as error:
            raw.unclear[name] = error
    for name, own in _visible(deck, "element_sets"):
        members = [label for label in own.labels(deck.elements) if label not in deck.pointlike]
        _check_all_there(deck, f"element set {name!r}", "element", members, where)
        chosen = [where[label] for label in members]
        raw.cell_sets[name] = [
            np.array([row for own_block, row in chosen if own_block == block], dtype=np.int64)
            for block in range(len(raw.blocks))
        ]
    return raw


def _add_blocks(deck: Deck, raw: RawMesh, place: dict[int, int]) -> dict[int, tuple[int, int]]:
    """One block for each type; place of each element in them."""
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
    return where


def _visible(deck: Deck, what: str) -> list[tuple[str, LabelSet]]:
    """Sets by their names in the assembly; one of the part is PART-1.NAME where the assembly has the name, too."""
    levels: list[Scope] = [deck.assembly, deck.part]
    above = {own.name.casefold() for own in getattr(deck.assembly, what)}
    found = []
    for level in levels:
        for own in getattr(level, what):
            if own.name.startswith("_") and deck.surfaces:  # made by Abaqus for a surface
                continue
            hidden = level is deck.part and own.name.casefold() in above
            found.append((f"{deck.instance}.{own.name}" if hidden else own.name, own))
    return found


def _check_all_there(deck: Deck, which: str, what: str, labels: list[int], known: Container[int]) -> None:
    missing = next((label for label in labels if label not in known), None)
    if missing is not None:
        raise MeshBuildError(
            f"{deck.path}: the {which} holds {what} {missing}, which is not defined",
            "export sets and mesh of one model",
        )


def _side_corners(deck: Deck, place: dict[int, int], side: Side) -> list[tuple[int, ...]]:
    """Corner nodes of one face (S1, S2, ...) of an element or of all elements of a set."""
    rows = []
    for label in elements_of(deck, side):
        kind, nodes = deck.elements.get(label, ("", []))
        faces = FACES.get(kind.rstrip("0123456789"), ())
        number = int(side.face[1:]) if re.fullmatch(r"S\d", side.face) else 0
        if side.face in SHELL_FACES and faces and len(faces[0]) == 2:
            corners: tuple[int, ...] = tuple(range(len(faces)))
        elif 1 <= number <= len(faces):
            corners = faces[number - 1]
        else:
            raise MeshBuildError(
                f"{side.line.place}: *SURFACE: element {label} has no face {side.face!r}",
                "name the faces S1, S2, ... of elements (of shells SPOS or SNEG)",
            )
        rows.append(tuple(place[nodes[corner]] for corner in corners))
    return rows
