"""A small plate of lithium on LLZO as a text file, easy to spoil: nodes, elements and groups by their labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

LINE3, QUAD9 = 8, 10
"""Element types of Gmsh."""

NODES_PER_CELL = {1: 2, 2: 3, 3: 4, LINE3: 3, 9: 6, QUAD9: 9, 15: 1}
_FIRST_CELL = 101
_OFFSETS = ((0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (2, 1), (1, 2), (0, 1), (1, 1))


@dataclass
class Element:
    """One line of the file: label, element type of Gmsh, physical tag, labels of the nodes."""

    label: int
    kind: int
    group: int
    nodes: list[int]


@dataclass
class TextMesh:
    """What a file will hold; change it before writing.

    Attributes
    ----------
    nodes : coordinates (text or numbers) by label
    elements : in the order of the file
    groups : name -> (dimension, physical tag)
    """

    nodes: dict[int, tuple[float | str, float | str, float | str]] = field(default_factory=dict)
    elements: list[Element] = field(default_factory=list)
    groups: dict[str, tuple[int, int]] = field(default_factory=dict)

    def element(self, label: int) -> Element:
        """Element of a label."""
        return next(element for element in self.elements if element.label == label)

    def of(self, name: str) -> list[Element]:
        """Elements of a group."""
        return [element for element in self.elements if element.group == self.groups[name][1]]

    def drop(self, name: str) -> None:
        """Remove a group and its elements."""
        self.elements = [element for element in self.elements if element not in self.of(name)]
        del self.groups[name]

    def text(self, version: str = "2.2 0 8") -> str:
        """Gmsh file of version 2.2."""
        lines = ["$MeshFormat", version, "$EndMeshFormat", "$PhysicalNames", str(len(self.groups))]
        lines += [f'{dimension} {tag} "{name}"' for name, (dimension, tag) in self.groups.items()]
        lines += ["$EndPhysicalNames", "$Nodes", str(len(self.nodes))]
        lines += [f"{label} {x} {y} {z}" for label, (x, y, z) in self.nodes.items()]
        lines += ["$EndNodes", "$Elements", str(len(self.elements))]
        for element in self.elements:
            nodes = " ".join(map(str, element.nodes))
            lines.append(f"{element.label} {element.kind} 2 {element.group} {element.group} {nodes}")
        return "\n".join([*lines, "$EndElements", ""])

    def write(self, path: Path, version: str = "2.2 0 8") -> Path:
        """Write the text; return the path."""
        path.write_text(self.text(version), encoding="utf-8")
        return path


def plate(cells_x: int = 3, below: int = 2, above: int = 2) -> TextMesh:
    """Plate 3 x 2 units, lithium above y = 1, with all boundaries of a half model; quad9 from element 101 on."""
    columns, rows = 2 * cells_x + 1, 2 * (below + above) + 1

    def node(i: int, j: int) -> int:
        return 1 + i + j * columns

    heights = [j / (2 * below) for j in range(2 * below)] + [1 + j / (2 * above) for j in range(2 * above + 1)]
    mesh = TextMesh({node(i, j): (3 * i / (columns - 1), heights[j], 0.0) for j in range(rows) for i in range(columns)})
    names = ("li", "llzo", "collector", "interface", "metal_side", "electrolyte_side", "electrolyte_bottom", "symmetry")
    mesh.groups = {name: (2 if tag < 3 else 1, tag) for tag, name in enumerate(names, start=1)}
    number = _FIRST_CELL
    for j in range(0, rows - 1, 2):
        for i in range(0, columns - 1, 2):
            nodes = [node(i + di, j + dj) for di, dj in _OFFSETS]
            mesh.elements.append(Element(number, QUAD9, 2 if j < 2 * below else 1, nodes))
            number += 1
    lines = [
        (name, node(i, j), node(i + 2, j), node(i + 1, j))
        for name, j in _levels(below, rows)
        for i in range(0, columns - 1, 2)
    ]
    for j in range(0, rows - 1, 2):
        side = "electrolyte_side" if j < 2 * below else "metal_side"
        lines += [
            (name, node(i, j), node(i, j + 2), node(i, j + 1)) for name, i in ((side, columns - 1), ("symmetry", 0))
        ]
    for name, *nodes in lines:
        mesh.elements.append(Element(number, LINE3, mesh.groups[name][1], nodes))
        number += 1
    return mesh


def _levels(below: int, rows: int) -> tuple[tuple[str, int], ...]:
    return ("electrolyte_bottom", 0), ("interface", 2 * below), ("collector", rows - 1)
