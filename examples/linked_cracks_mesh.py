"""Write the mesh of cases/linked_cracks.yaml: a pit full of metal in a plate, finer where cracks run, lengths in um.

    platingx exec python3 examples/linked_cracks_mesh.py cases/meshes/linked_cracks.msh

Cracks are no part of it: a phase field needs elements of less than half its length where they run, and no more.
"""

import sys
from pathlib import Path

import gmsh

WIDTH, DEPTH, RADIUS = 40.0, 40.0, 1.5
"""Half width and depth of the plate, and radius of the pit, a half disc."""
FINE = {"XMin": -1.5, "XMax": 5.0, "YMin": -19.0, "YMax": 0.0, "VIn": 0.37, "VOut": 9.0, "Thickness": 20.0}
"""Where elements are small, and how they grow around."""


def write(path: Path) -> None:
    """Build the outline, mesh it with second-order triangles, and write it."""
    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Verbosity", 2)
        build()
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        gmsh.option.setNumber("Mesh.MshFileVersion", 4.1)
        gmsh.write(str(path))
    finally:
        gmsh.finalize()


def build() -> None:
    """Plate and metal, the box of small elements, and the names of all groups."""
    geo = gmsh.model.geo
    centre, foot = geo.addPoint(0.0, 0.0, 0.0), geo.addPoint(0.0, -RADIUS, 0.0)
    rims = {sign: geo.addPoint(sign * RADIUS, 0.0, 0.0) for sign in (-1, 1)}
    corners = {(sign, y): geo.addPoint(sign * WIDTH, y, 0.0) for sign in (-1, 1) for y in (-DEPTH, 0.0)}
    interface = [geo.addCircleArc(rims[-1], centre, foot), geo.addCircleArc(foot, centre, rims[1])]
    collector = geo.addLine(rims[1], rims[-1])
    lid = {sign: geo.addLine(rims[sign], corners[sign, 0.0]) for sign in (-1, 1)}
    side = {sign: geo.addLine(corners[sign, 0.0], corners[sign, -DEPTH]) for sign in (-1, 1)}
    bottom = geo.addLine(corners[1, -DEPTH], corners[-1, -DEPTH])
    plate = geo.addCurveLoop([*interface, lid[1], side[1], bottom, -side[-1], -lid[-1]])
    surfaces = {
        "llzo": geo.addPlaneSurface([plate]),
        "li": geo.addPlaneSurface([geo.addCurveLoop([*interface, collector])]),
    }
    geo.synchronize()
    for name, surface in surfaces.items():
        gmsh.model.addPhysicalGroup(2, [surface], name=name)
    groups = {"interface": interface, "collector": [collector], "lid": [lid[-1], lid[1]], "bottom": [bottom]}
    for name, curves in {**groups, "left": [side[-1]], "right": [side[1]]}.items():
        gmsh.model.addPhysicalGroup(1, curves, name=name)
    sizes = gmsh.model.mesh.field
    box = sizes.add("Box")
    for key, value in FINE.items():
        sizes.setNumber(box, key, value)
    sizes.setAsBackgroundMesh(box)
    gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 0)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
