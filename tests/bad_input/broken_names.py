"""Broken meshes: regions and boundaries that are missing, swapped or misplaced, and bodies that nothing holds."""

from __future__ import annotations

from broken_meshes import replace, spoiled, stretch, swap
from text_meshes import LINE3, QUAD9, Element, TextMesh

# --- regions and boundaries


@spoiled("no region 'llzo' in this mesh", "regions there are: li", "geometry.regions: {llzo: NAME IN THE FILE}")
def region_missing(mesh: TextMesh) -> None:
    mesh.drop("llzo")


@spoiled("no region 'llzo' in this mesh")
def region_without_cells(mesh: TextMesh) -> None:
    for element in mesh.of("llzo"):
        element.group = mesh.groups["li"][1]


@spoiled("1 cells (the first is element 101 at", "belong to the region 'extra', which has no material")
def region_without_material(mesh: TextMesh) -> None:
    mesh.groups["extra"] = (2, 50)
    mesh.element(101).group = 50


@spoiled("no boundary 'electrolyte_bottom'", "geometry.boundaries: {electrolyte_bottom: NAME IN THE FILE}")
def boundary_missing(mesh: TextMesh) -> None:
    mesh.drop("electrolyte_bottom")


@spoiled("no boundary 'interface'")
def interface_missing(mesh: TextMesh) -> None:
    mesh.drop("interface")


@spoiled("no boundary 'collector'")
def collector_missing_for_the_direction(mesh: TextMesh) -> None:
    mesh.drop("collector")


@spoiled(
    "no boundary 'DECKEL' (wanted as 'collector')",
    edit=replace("length_unit", "boundaries: {collector: DECKEL}, length_unit"),
)
def renamed_to_nothing(mesh: TextMesh) -> None:
    pass


@spoiled("the boundary 'collector' has to lie on the region 'li'", "may be swapped")
def materials_swapped(mesh: TextMesh) -> None:
    swap(mesh, "li", "llzo")


@spoiled("the boundary 'collector' has to lie on the region 'li'")
def metal_not_under_the_collector(mesh: TextMesh) -> None:
    swap(mesh, "collector", "electrolyte_bottom")


@spoiled("has to lie between 'li' and another region", "within 'llzo'", "beside element 101")
def interface_inside_the_ceramic(mesh: TextMesh) -> None:
    for number, element in enumerate(mesh.of("interface")):
        nodes = mesh.element(101 + number).nodes
        element.nodes = [nodes[3], nodes[2], nodes[6]]


@spoiled("has to lie between 'li' and another region", "on the outside of 'llzo'")
def interface_at_the_bottom(mesh: TextMesh) -> None:
    swap(mesh, "interface", "electrolyte_bottom")
    mesh.groups["electrolyte_bottom"], mesh.groups["other"] = mesh.groups["electrolyte_bottom"], (1, 60)


@spoiled("the boundary 'electrolyte_side' has to lie on the outside of 'llzo'", "1 of its 3 sides")
def side_name_inside(mesh: TextMesh) -> None:
    nodes = mesh.element(101).nodes
    mesh.elements.append(Element(950, LINE3, mesh.groups["electrolyte_side"][1], [nodes[1], nodes[2], nodes[5]]))


@spoiled("'symmetry' is held along x", "straight across it", "the farthest point is")
def symmetry_around_the_corner(mesh: TextMesh) -> None:
    mesh.of("electrolyte_bottom")[0].group = mesh.groups["symmetry"][1]


@spoiled("'metal_side' is held along x", "constraints.metal_side: free")
def wall_not_upright(mesh: TextMesh) -> None:
    for label, (x, y, z) in mesh.nodes.items():
        mesh.nodes[label] = (float(x) * (1 + 0.1 * float(y)), y, z)


# --- bodies that nothing holds (the case is at fault: exit code 2)


@spoiled(
    "constraints:",
    "nothing holds the body",
    "along x",
    "symmetry",
    code=2,
    edit=replace("metal_side: wall", "collector: free"),
)
def free_along_x(mesh: TextMesh) -> None:
    mesh.drop("symmetry")


@spoiled(
    "nothing holds the part of the mesh with li",
    "along x and along y",
    "2 parts",
    code=2,
    edit=replace("metal_side: wall", "collector: free, metal_side: free"),
)
def island_apart(mesh: TextMesh) -> None:
    nodes = list(mesh.element(110).nodes)
    copies = {node: node + 3000 for node in nodes}
    for node, copy in copies.items():
        x, y, z = mesh.nodes[node]
        mesh.nodes[copy] = (float(x) + 10.0, y, z)
    mesh.elements.append(Element(960, QUAD9, mesh.groups["li"][1], list(copies.values())))


@spoiled(
    "growth.direction:",
    "3 components",
    "2 components",
    code=2,
    edit=replace("growth: {", "growth: {direction: {vector: [0, 0, 1]}, "),
)
def direction_of_three_components(mesh: TextMesh) -> None:
    pass


@spoiled("growth.current_density:", "strips more metal than there is", code=2, edit=replace("1 A/cm^2", "-100 A/cm^2"))
def strips_more_than_the_mesh_has(mesh: TextMesh) -> None:
    stretch(mesh, 0.01)
