"""A case of seconds: metal between a ceramic and a collector, in a closed or an open gap, driven by any current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from written import written

from platingx.config.case import Case
from platingx.config.loader import load_case

WIDTH, PLATE, LAYER = 400.0, 300.0, 100.0
"""nm: half width, thickness of the plate, thickness of the metal."""


def write_mesh(path: Path, columns: int = 3, below: int = 2, above: int = 2) -> Path:
    """Write the mesh as an Abaqus input file in nanometres."""
    heights = [-PLATE + PLATE * j / below for j in range(below)] + [LAYER * j / above for j in range(above + 1)]
    wide = columns + 1

    def node(i: int, j: int) -> int:
        return 1 + i + j * wide

    lines = ["*NODE"]
    lines += [f"{node(i, j)}, {WIDTH * i / columns}, {y}" for j, y in enumerate(heights) for i in range(wide)]
    for name, rows in (("LLZO", range(below)), ("LI", range(below, below + above))):
        lines.append(f"*ELEMENT, TYPE=CPE4, ELSET={name}")
        for j in rows:
            corners = ((node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)) for i in range(columns))
            lines += [f"{1 + i + j * columns}, {', '.join(map(str, cell))}" for i, cell in enumerate(corners)]
    top = below + above
    sets = {
        "ELECTROLYTE_BOTTOM": [node(i, 0) for i in range(wide)],
        "INTERFACE": [node(i, below) for i in range(wide)],
        "COLLECTOR": [node(i, top) for i in range(wide)],
        "SYMMETRY": [node(0, j) for j in range(top + 1)],
        "ELECTROLYTE_SIDE": [node(columns, j) for j in range(below + 1)],
        "METAL_SIDE": [node(columns, j) for j in range(below, top + 1)],
    }
    for name, nodes in sets.items():
        lines += [f"*NSET, NSET={name}", *(f"{label}," for label in nodes)]
    written(path, "\n".join([*lines, ""]))
    return path


def two_layers(folder: Path, current: Any, end: str, side: str = "wall", **changed: Any) -> Case:
    """Write a case into a folder and load it.

    Parameters
    ----------
    folder
        Where the mesh and the case go.
    current
        What stands under ``growth.current_density``.
    end
        End of the run.
    side
        ``wall`` for a closed gap, ``free`` for an open one.
    changed
        Values over the case; ``__`` stands for the dot of a key.
    """
    write_mesh(folder / "mesh.inp")
    text = f"""
name: two_layers
geometry: {{builder: file, path: mesh.inp, symmetry: plane_strain, length_unit: 1 nm}}
materials: {{li: lithium_anand_narayan_2019, llzo: llzo}}
growth: {{current_density: 1 A/cm^2}}
constraints: {{metal_side: {side}, electrolyte_side: {"roller" if side == "wall" else "free"}}}
time: {{end: {end}}}
output: {{figures: false, fields_every: milestones}}
"""
    path = folder / "case.yaml"
    written(path, text)
    values = {key.replace("__", "."): value for key, value in changed.items()}
    return load_case(path).with_values({"growth.current_density": current, **values})


def table(*points: tuple[float, float]) -> dict[str, Any]:
    """A current from points of time in ms and current density in A/cm^2."""
    return {"table": [[f"{time!r} ms", f"{value!r} A/cm^2"] for time, value in points]}
