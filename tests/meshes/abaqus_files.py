"""Write a mesh as an Abaqus input file, for the tests of the reader."""

from pathlib import Path

import numpy as np

from platingx_meshes.cell_types import CELL_TYPES, VTK_ORDER
from platingx_meshes.facets import all_facets
from platingx_meshes.mesh_data import MeshData

NAMES = {"quad9": ("CPE8", 8), "triangle6": ("CPE6", 6), "hexahedron27": ("C3D20", 20), "tetra10": ("C3D10", 10)}


def write_inp(mesh: MeshData, path: Path, *, scale: float = 1.0, boundaries: str = "node sets") -> Path:
    """Write second-order cells without inner nodes; node labels start at 11, element labels at 101.

    Parameters
    ----------
    mesh : mesh to write
    path : file
    scale : factor of the coordinates
    boundaries : ``node sets``, ``line elements`` or ``surfaces``
    """
    kind, count = NAMES[mesh.cell_type]
    cells = mesh.cells[:, VTK_ORDER.get(mesh.cell_type, range(CELL_TYPES[mesh.cell_type].nodes))][:, :count]
    lines = ["*HEADING", "made for a test", "** a comment", "*NODE, NSET=Nall"]
    lines += [f"{i + 11}, " + ", ".join(f"{x:.15e}" for x in p) for i, p in enumerate(mesh.points * scale)]
    for name, tag in mesh.region_names.items():
        lines.append(f"*ELEMENT, TYPE={kind}, ELSET=Part_{name.upper()}")
        for label, nodes in enumerate(cells):
            if mesh.cell_regions[label] == tag:
                numbers = [label + 101, *(nodes + 11)]
                lines += [", ".join(map(str, numbers[:12])) + ("," if len(numbers) > 12 else "")]
                lines += [", ".join(map(str, numbers[12:]))] if len(numbers) > 12 else []
    lines += ["*ELSET, ELSET=Everything, GENERATE", f"101, {100 + len(cells)}, 1"]
    lines += {"node sets": _node_sets, "line elements": _line_elements, "surfaces": _surfaces}[boundaries](mesh)
    path.write_text("\n".join(lines) + "\n")
    return path


def _node_sets(mesh: MeshData) -> list[str]:
    lines = []
    for name in mesh.boundary_names:
        lines.append(f"*NSET, NSET={name}")
        nodes = np.unique(mesh.boundary_facets(name)) + 11
        lines += [", ".join(map(str, nodes[i : i + 10])) + "," for i in range(0, len(nodes), 10)]
    return lines


def _line_elements(mesh: MeshData) -> list[str]:
    lines = []
    label = 50001
    for name in mesh.boundary_names:
        lines.append(f"*ELEMENT, TYPE=T2D3, ELSET={name}")
        for a, b, middle in mesh.boundary_facets(name) + 11:
            lines.append(f"{label}, {a}, {middle}, {b}")
            label += 1
    return lines


def _surfaces(mesh: MeshData) -> list[str]:
    facets = all_facets(mesh.cells, mesh.cell_type)
    corners = CELL_TYPES[facets.kind].corners
    per_cell = len(all_facets(mesh.cells[:1], mesh.cell_type).nodes)
    order = _face_order(mesh.cell_type, per_cell)
    lines = []
    for name in mesh.boundary_names:
        lines.append(f"*SURFACE, NAME={name}, TYPE=ELEMENT")
        for row in mesh.boundary_facets(name)[:, :corners]:
            owner = facets.cells[facets.find(row[None])[0], 0]
            face = next(i for i, c in enumerate(order) if set(mesh.cells[owner, list(c)]) == set(row))
            lines.append(f"{owner + 101}, S{face + 1}")
    return lines


def _face_order(cell_type: str, per_cell: int) -> tuple[tuple[int, ...], ...]:
    """Corners of the faces S1, S2, ... after the Abaqus manual, counted from 0."""
    if per_cell == 3:
        return (0, 1), (1, 2), (2, 0)
    if cell_type == "quad9":
        return (0, 1), (1, 2), (2, 3), (3, 0)
    if cell_type == "tetra10":
        return (0, 1, 2), (0, 3, 1), (1, 3, 2), (2, 3, 0)
    return (0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0)
