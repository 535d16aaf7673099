"""*ELEMENT and *ELGEN of Abaqus, and what its element types look like."""

import re
from itertools import product

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.abaqus_deck import TWICE, Deck, filled, whole, whole_numbers
from platingx_meshes.readers.abaqus_nodes import LARGEST_GENERATED
from platingx_meshes.readers.abaqus_text import Block, Line

#: Nodes of a continuum element -> type name.
PLANE = {3: "triangle", 4: "quad", 6: "triangle6", 8: "quad8", 9: "quad9"}
SOLID = {4: "tetra", 8: "hexahedron", 10: "tetra10", 20: "hexahedron20", 27: "hexahedron27"}
LINE = {2: "line", 3: "line3"}

#: Element families by the letters before the number of nodes.
FAMILIES = {
    **dict.fromkeys(("CPE", "CPS", "CAX", "CPEG", "CGAX", "DC2D", "DCAX", "M3D", "S", "R3D", "SFM3D"), PLANE),
    **dict.fromkeys(("C3D", "DC3D"), SOLID),
    **dict.fromkeys(("T2D", "T3D", "R2D", "RAX"), LINE),
}
#: Nodes of line elements whose numbers mean other things, too.
LINES = {"B21": 2, "B22": 3, "B31": 2, "B32": 3, "SAX1": 2, "SAX2": 3, "MAX1": 2, "MAX2": 3}

POINTLIKE = ("MASS", "ROTARYI")

_CUT = "the file may be cut off; export it once more"


def take_elements(deck: Deck, block: Block) -> None:
    """Read the elements of a block; an element may go on in the next line."""
    name = block.options.get("TYPE", "")
    labels: list[int] = []
    if name.upper() in POINTLIKE:
        found = [whole(line, filled(line)[0], "an element") for line in block.lines]
        if deck.level == "assembly":
            deck.own_elements.update(found)
        else:
            deck.pointlike.update(found)
            labels = found
    else:
        kind, count = _element_type(block)
        if deck.level == "assembly" and block.lines:
            raise MeshBuildError(
                f"{block.line.place}: elements of type {name} in the assembly, whose nodes are numbered apart",
                "put all elements into the part, or write a flat input file",
            )
        values: list[int] = []
        for line in block.lines:
            values += whole_numbers(line, "an element")
            if len(values) > count + 1:
                message = f"{len(values) - 1} nodes of element {values[0]}, whose type {name} has {count}"
                raise MeshBuildError(f"{line.place}: {message}", "one element in a line; check its type")
            if len(values) == count + 1:
                _add(deck, line, values[0], kind, values[1:])
                labels.append(values[0])
                values = []
        if values:
            raise MeshBuildError(f"{block.line.place}: element {values[0]} of type {name} needs {count} nodes", _CUT)
    if "ELSET" in block.options:
        deck.scope.element_sets.named(block.options["ELSET"]).members += labels


def take_elgen(deck: Deck, block: Block) -> None:
    """Copies of an element in a row, rows and layers, each with steps of the numbers of nodes and elements."""
    for line in block.lines:
        values = [whole(line, piece or "1", "a line of *ELGEN") for piece in filled(line)]
        master, *steps = values
        if master not in deck.elements or len(steps) > 9:
            message = f"element {master} is not defined" if len(steps) <= 9 else "more than three directions"
            raise MeshBuildError(f"{line.place}: *ELGEN: {message}", "define it by *ELEMENT before")
        steps += [1] * (9 - len(steps))
        counts, of_nodes, of_labels = steps[0::3], steps[1::3], steps[2::3]
        if min(counts) < 1 or counts[0] * counts[1] * counts[2] > LARGEST_GENERATED:
            raise MeshBuildError(f"{line.place}: *ELGEN with {counts} elements", "at least 1 in each direction")
        kind, nodes = deck.elements[master]
        labels = []
        for copies in product(*(range(count) for count in counts[::-1])):
            moved = [sum(n * step for n, step in zip(copies[::-1], by, strict=True)) for by in (of_nodes, of_labels)]
            labels.append(master + moved[1])
            if any(copies):
                _add(deck, line, labels[-1], kind, [node + moved[0] for node in nodes])
        if "ELSET" in block.options:
            deck.scope.element_sets.named(block.options["ELSET"]).members += labels


def _add(deck: Deck, line: Line, label: int, kind: str, nodes: list[int]) -> None:
    if label in deck.elements:
        raise MeshBuildError(f"{line.place}: element {label} is defined twice", TWICE)
    deck.elements[label] = (kind, nodes)


def _element_type(block: Block) -> tuple[str, int]:
    """Type name and number of nodes."""
    name = block.options.get("TYPE", "")
    match = re.fullmatch(r"([A-Z]+(?:2D|3D)?)(\d+)([A-Z][A-Z0-9]*)?", name.upper())
    if match is not None:
        letters, digits, _ = match.groups()
        if letters + digits in LINES:
            count = LINES[letters + digits]
            return LINE[count], count
        family = FAMILIES.get(letters, {})
        if int(digits) in family:
            return family[int(digits)], int(digits)
    raise MeshBuildError(
        f"{block.line.place}: element type {name!r} is not supported; supported: CPE, CPS and CAX with 3, 4, 6 or 8 "
        "nodes, C3D with 4, 8, 10, 20 or 27 nodes, and line elements such as T2D2",
        "mesh with one of these, or leave out what is no part of the mesh",
    )
