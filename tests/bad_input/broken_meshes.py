"""Broken meshes: a small plate, spoiled in one way each, and a case that names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from broken import Broken
from text_meshes import LINE3, QUAD9, Element, TextMesh, plate

CASE = """\
name: plate
geometry: {builder: file, path: FILE, length_unit: 1 um}
materials: {li: lithium_anand_narayan_2019, llzo: llzo}
growth: {current_density: 1 A/cm^2}
constraints: {metal_side: wall, electrolyte_side: free}
time: {end: 5 ms, initial_step: 4 ms, maximum_step: 4 ms, maximum_growth_increment: 10}
output: {figures: false}
"""

Edit = Callable[[str], str]
Spoiler = Callable[[TextMesh], None]
BROKEN: list[Broken] = []


def case_text(file: str, edit: Edit = str) -> str:
    """Case with a mesh file, edited."""
    return edit(CASE.replace("FILE", file))


def add(name: str, write: Callable[[Path], object], says: tuple[str, ...], **options: object) -> None:
    """Add one; ``write`` receives the path of the mesh file."""
    file, edit, code = str(options.get("file", "m.msh")), options.get("edit", str), int(str(options.get("code", 3)))

    def make(folder: Path) -> Path:
        write(folder / file)
        case = folder / "case.yaml"
        case.write_text(case_text(file, edit), encoding="utf-8")  # type: ignore[arg-type]
        return case

    BROKEN.append(Broken(f"mesh_{name}", make, says, code, file if code == 3 else "case.yaml"))


def spoiled(*says: str, **options: object) -> Callable[[Spoiler], Spoiler]:
    """Add a plate that a function spoils; the name of the function is that of the case."""

    def register(spoil: Spoiler) -> Spoiler:
        def write(path: Path) -> None:
            mesh = plate()
            spoil(mesh)
            mesh.write(path)

        add(spoil.__name__, write, says, **options)
        return spoil

    return register


def replace(old: str, new: str) -> Edit:
    """Edit of the case."""
    return lambda case: case.replace(old, new)


AXISYMMETRIC = replace("length_unit", "symmetry: axisymmetric, length_unit")


def move(mesh: TextMesh, label: int, x: float | str, y: float | str, z: float | str = 0.0) -> None:
    """Put one node elsewhere."""
    mesh.nodes[label] = (x, y, z)


def stretch(mesh: TextMesh, factor: float, shift: float = 0.0) -> None:
    """Scale all coordinates, then shift x."""
    for label, (x, y, z) in mesh.nodes.items():
        mesh.nodes[label] = (float(x) * factor + shift, float(y) * factor, float(z) * factor)


def swap(mesh: TextMesh, one: str, other: str) -> None:
    """Exchange the elements of two groups."""
    first, second = mesh.groups[one][1], mesh.groups[other][1]
    for element in mesh.elements:
        element.group = {first: second, second: first}.get(element.group, element.group)


def cut(mesh: TextMesh, gap: float = 0.0) -> None:
    """Give the metal its own nodes at the interface, and lift it."""
    copies = {label: label + 1000 for label, (_, y, _) in mesh.nodes.items() if y == 1.0}
    mesh.nodes |= {copy: mesh.nodes[label] for label, copy in copies.items()}
    upper = {label for label, (_, y, _) in mesh.nodes.items() if float(y) > 1.0} | set(copies.values())
    for element in mesh.elements:  # cells of the metal, and lines on them
        if any(float(mesh.nodes[node][1]) > 1.0 for node in element.nodes):
            element.nodes = [copies.get(node, node) for node in element.nodes]
    for label in upper:
        x, y, z = mesh.nodes[label]
        mesh.nodes[label] = (x, float(y) + gap, z)


# --- Jacobians


@spoiled("element 105", "has no volume")
def cell_in_a_point(mesh: TextMesh) -> None:
    for node in mesh.element(105).nodes:
        mesh.nodes[node] = mesh.nodes[mesh.element(105).nodes[0]]


@spoiled("element 105", "is folded")
def cell_like_a_bow_tie(mesh: TextMesh) -> None:
    nodes = mesh.element(105).nodes
    mesh.element(105).nodes = [nodes[i] for i in (0, 2, 1, 3, 4, 6, 5, 7, 8)]


@spoiled("element 105", "is folded", "HighOrderOptimize")
def middle_node_far_out(mesh: TextMesh) -> None:
    move(mesh, mesh.element(105).nodes[8], 4.0, 4.0)


@spoiled("is folded")
def side_node_beyond_the_corner(mesh: TextMesh) -> None:
    move(mesh, mesh.element(101).nodes[4], 1.4, 0.0)


@spoiled("folded")
def corner_pulled_through(mesh: TextMesh) -> None:
    move(mesh, mesh.element(105).nodes[2], 0.2, 0.1)


# --- coordinates


@spoiled("node 9 is at (nan, 0.25, 0)", "1 of 63 nodes")
def coordinate_nan(mesh: TextMesh) -> None:
    move(mesh, 9, "nan", 0.25)


@spoiled("node 9 is at (inf, 0.25, 0)")
def coordinate_infinite(mesh: TextMesh) -> None:
    move(mesh, 9, "inf", 0.25)


@spoiled("1e+24 m wide", "is 9 at (1e+30", "geometry.length_unit")
def coordinate_absurd(mesh: TextMesh) -> None:
    move(mesh, 9, 1e30, 0.25)


@spoiled("m wide")
def coordinate_beyond_double_squares(mesh: TextMesh) -> None:
    move(mesh, 9, 1e300, 0.25)


@spoiled("3 m wide", "geometry.length_unit", edit=replace("1 um", "1 m"))
def metres_for_micrometres(mesh: TextMesh) -> None:
    pass


@spoiled("3e-15 m wide", "geometry.length_unit")
def a_billion_times_too_small(mesh: TextMesh) -> None:
    stretch(mesh, 1e-9)


@spoiled("z runs from 0 to 0.3", "rotate it")
def not_plane(mesh: TextMesh) -> None:
    move(mesh, 9, 0.5, 0.25, 0.3)


@spoiled("z runs from", "rotate it")
def in_the_plane_x_z(mesh: TextMesh) -> None:
    for label, (x, y, z) in mesh.nodes.items():
        mesh.nodes[label] = (x, z, y)


@spoiled("18 nodes have a negative radius", "x = -1e-06 m", "element", "mesh one half", edit=AXISYMMETRIC)
def negative_radius(mesh: TextMesh) -> None:
    stretch(mesh, 1.0, -1.0)


@spoiled("4 sides of cells on the axis are not in the boundary 'symmetry'", edit=AXISYMMETRIC)
def axis_without_name(mesh: TextMesh) -> None:
    mesh.drop("symmetry")


# --- cells and nodes


@spoiled("1 cells (the first is element 110) lie in both 'li' and 'llzo'", "take them out")
def cell_in_two_regions(mesh: TextMesh) -> None:
    mesh.elements.append(Element(900, QUAD9, 2, list(mesh.element(110).nodes)))


@spoiled("elements 110 and 900 have the same nodes", "remove the copies")
def cell_twice_in_one_region(mesh: TextMesh) -> None:
    mesh.elements.append(Element(900, QUAD9, 1, list(mesh.element(110).nodes)))


@spoiled("share one side", "more than two cells")
def three_cells_at_a_side(mesh: TextMesh) -> None:
    nodes = list(mesh.element(105).nodes)
    for i in (2, 3, 5, 6, 7, 8):
        x, y, z = mesh.nodes[nodes[i]]
        mesh.nodes[2000 + i] = (float(x), float(y) + 0.3, z)
        nodes[i] = 2000 + i
    mesh.elements.append(Element(900, QUAD9, 2, nodes))


@spoiled(
    "the nodes 29 (element 104) and 1029 (element 107) are both at (0, 1, 0)",
    "on one another: 7",
    "removeDuplicateNodes",
)
def nodes_twice_at_the_interface(mesh: TextMesh) -> None:
    cut(mesh)


@spoiled("are both at", "not joined", "removeDuplicateNodes")
def metal_meshed_apart(mesh: TextMesh) -> None:
    """Four columns of metal on three of ceramic, and no node in common."""
    other = plate(4)
    above = {label for label, (_, y, _) in other.nodes.items() if float(y) >= 1.0}
    mesh.elements = [own for own in mesh.elements if any(float(mesh.nodes[node][1]) < 1.0 for node in own.nodes)]
    for element in other.elements:
        if set(element.nodes) <= above and element.group != other.groups["interface"][1]:
            nodes = [node + 5000 for node in element.nodes]
            mesh.elements.append(Element(element.label + 5000, element.kind, element.group, nodes))
    mesh.nodes |= {label + 5000: other.nodes[label] for label in above}


@spoiled("lies within element 110", "BooleanFragments")
def inclusion_that_was_not_cut_out(mesh: TextMesh) -> None:
    nodes = mesh.element(110).nodes
    middle = mesh.nodes[nodes[8]]
    for i, node in enumerate(nodes):
        x, y = (float(c) + 0.2 * (float(p) - float(c)) for p, c in zip(mesh.nodes[node][:2], middle[:2], strict=True))
        mesh.nodes[3000 + i] = (x + 0.01, y + 0.01, 0.0)
    mesh.elements.append(Element(900, QUAD9, mesh.element(110).group, [3000 + i for i in range(9)]))


@spoiled("has to lie between 'li' and another region", "on the outside of 'llzo'", "merge nodes")
def metal_hovers(mesh: TextMesh) -> None:
    cut(mesh, gap=0.5)


@spoiled("mixes cell types (11 quad9, 2 triangle6)", "Recombine")
def triangles_among_quadrilaterals(mesh: TextMesh) -> None:
    old = mesh.element(105)
    mesh.elements.remove(old)
    for label, corners in ((801, (0, 1, 2, 4, 5, 8)), (802, (0, 2, 3, 8, 6, 7))):
        mesh.elements.append(Element(label, 9, old.group, [old.nodes[i] for i in corners]))


@spoiled("mixes cells of first and second order (11 quad9, 1 quad)", "setOrder(2)")
def linear_among_quadratic(mesh: TextMesh) -> None:
    mesh.element(105).kind, mesh.element(105).nodes = 3, mesh.element(105).nodes[:4]


@spoiled("no cells of dimension 2 or 3")
def lines_only(mesh: TextMesh) -> None:
    mesh.elements = [element for element in mesh.elements if element.kind == LINE3]


@spoiled("element 101 uses node 9, which is not defined")
def node_not_there(mesh: TextMesh) -> None:
    del mesh.nodes[9]


@spoiled("there is no element type 77")
def element_type_not_known(mesh: TextMesh) -> None:
    mesh.element(105).kind = 77


@spoiled("element 105 uses node -7, which is not defined")
def negative_node(mesh: TextMesh) -> None:
    mesh.element(105).nodes[0] = -7
