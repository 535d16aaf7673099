"""Write the mesh of cases/bicrystal.yaml: two grains under a pit, metal on top, lengths in nm.

    platingx exec python3 examples/bicrystal_mesh.py cases/meshes/bicrystal.msh

The boundary of the grains starts at the tip of the pit and runs down obliquely. Any tool that names regions and
boundaries would do as well: what the case needs is the names of the groups.
"""

import sys
from pathlib import Path

import gmsh
import numpy as np

WIDTH, DEPTH, GAP = 400.0, 500.0, 100.0  # half width, plate, metal
PIT, REACH = 56.1, 40.0  # depth and half width of the pit: y = -PIT cos^2(pi x / 2 REACH)
TILT = 20.0  # degrees of the boundary of the grains to the vertical
SIZES = {"boundary": 12.0, "pit": 6.0, "far": 100.0}


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
    """Grains, metal, and the names of all groups."""
    geo = gmsh.model.geo
    foot = np.tan(np.radians(TILT)) * (DEPTH - PIT)

    def point(x: float, y: float, size: str = "far") -> int:
        return int(geo.addPoint(x, y, 0.0, SIZES[size]))

    def wall(sign: float, first: int, last: int) -> int:
        places = sign * REACH * np.linspace(0.0, 1.0, 12)[1:-1]
        inner = [point(x, -PIT * np.cos(0.5 * np.pi * x / REACH) ** 2, "pit") for x in places]
        return int(geo.addSpline([first, *inner, last]))

    tip, end = point(0.0, -PIT, "pit"), point(foot, -DEPTH, "boundary")
    rims = {sign: point(sign * REACH, 0.0, "pit") for sign in (-1.0, 1.0)}
    corners = {(x, y): point(x * WIDTH, y) for x in (-1.0, 1.0) for y in (-DEPTH, 0.0, GAP)}
    line = geo.addLine
    down = line(tip, end)
    groups: dict[str, list[int]] = {"grain_boundary": [down], "interface": [], "left": [], "right": [], "bottom": []}
    grains, over = [], {}
    for sign, side in ((-1.0, "left"), (1.0, "right")):
        curve, flat = wall(sign, tip, rims[sign]), line(rims[sign], corners[sign, 0.0])
        plate = line(corners[sign, 0.0], corners[sign, -DEPTH])
        floor, metal = line(corners[sign, -DEPTH], end), line(corners[sign, GAP], corners[sign, 0.0])
        groups["interface"] += [curve, flat]
        groups[side] += [plate, metal]
        groups["bottom"].append(floor)
        over[sign] = curve, flat, metal
        grains.append(geo.addPlaneSurface([geo.addCurveLoop([curve, flat, plate, floor, -down])]))
    top = line(corners[-1.0, GAP], corners[1.0, GAP])
    (left, left_flat, left_side), (right, right_flat, right_side) = over[-1.0], over[1.0]
    around = [right, right_flat, -right_side, -top, left_side, -left_flat, -left]
    li = geo.addPlaneSurface([geo.addCurveLoop(around)])
    geo.synchronize()
    for name, surface in (("left_grain", grains[0]), ("right_grain", grains[1]), ("li", li)):
        gmsh.model.addPhysicalGroup(2, [surface], name=name)
    for name, curves in {**groups, "collector": [top]}.items():
        gmsh.model.addPhysicalGroup(1, curves, name=name)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
