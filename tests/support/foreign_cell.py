"""A case of seconds whose mesh has no name of the built geometries: sodium on LPSC on a third region."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WIDTH, SUPPORT, PLATE, LAYER, DENT = 400.0, 150.0, 250.0, 100.0, 60.0
"""nm: half width, thickness of the third region, of the plate, of the metal; depth of the dent in the plate."""
BOUNDARIES = ("unten", "mitte", "wand", "grenze", "deckel")

CASE = """\
name: sodium_cell
geometry:
  builder: file
  path: cell.inp
  length_unit: 1 nm
materials:
  natrium: {metal}
  keramik: {electrolyte}
  sockel: {third}
temperature: 298.15 K
growth:
  interface: grenze
  direction: {{vector: [0, 1]}}
  current_density: 2 A/cm^2
boundary_conditions:
{conditions}
time: {{end: 2 ms, initial_step: 0.5 ms, maximum_step: 1 ms}}
output: {{fields_every: 1{output}}}
"""

CONDITIONS = """\
  unten: roller
  mitte: roller
  wand: roller
  deckel: fixed"""


def write_mesh(path: Path, columns: int = 8) -> Path:
    """Write the mesh as an Abaqus input file in nanometres; the dent is at x = 0."""
    x = WIDTH * (np.arange(columns + 1) / columns) ** 1.5
    surface = -DENT * np.where(x < 120.0, np.cos(np.pi * x / 240.0) ** 2, 0.0)
    levels = [
        np.full_like(x, -SUPPORT - PLATE),
        np.full_like(x, -PLATE - SUPPORT / 2),
        np.full_like(x, -PLATE),
        *(-PLATE + share * (surface + PLATE) for share in (0.5, 0.8, 1.0)),
        *(surface + share * (LAYER - surface) for share in (0.5, 1.0)),
    ]
    wide, rows = columns + 1, len(levels)

    def node(i: int, j: int) -> int:
        return 1 + i + j * wide

    lines = ["*NODE"]
    lines += [f"{node(i, j)}, {x[i]:.9g}, {levels[j][i]:.9g}" for j in range(rows) for i in range(wide)]
    for name, low, high in (("sockel", 0, 2), ("keramik", 2, 5), ("natrium", 5, 7)):
        lines.append(f"*ELEMENT, TYPE=CPE4, ELSET={name}")
        for j in range(low, high):
            corners = ((node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)) for i in range(columns))
            lines += [f"{1 + i + j * columns}, {', '.join(map(str, cell))}" for i, cell in enumerate(corners)]
    sets = {
        "unten": [node(i, 0) for i in range(wide)],
        "grenze": [node(i, 5) for i in range(wide)],
        "deckel": [node(i, rows - 1) for i in range(wide)],
        "mitte": [node(0, j) for j in range(rows)],
        "wand": [node(columns, j) for j in range(rows)],
    }
    for name, nodes in sets.items():
        lines += [f"*NSET, NSET={name}", *(f"{label}," for label in nodes)]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def write_case(
    folder: Path,
    conditions: str = CONDITIONS,
    third: str = "{base: copper, role: other}",
    metal: str = "sodium",
    electrolyte: str = "lpsc",
    output: str = "",
) -> Path:
    """Write mesh and case into a folder; give the path of the case.

    Parameters
    ----------
    folder
        Where they go.
    conditions
        Lines of the block ``boundary_conditions``.
    third, metal, electrolyte
        Materials of the regions ``sockel``, ``natrium`` and ``keramik``.
    output
        More of the block ``output``, with a comma before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_mesh(folder / "cell.inp")
    text = CASE.format(conditions=conditions, third=third, metal=metal, electrolyte=electrolyte, output=output)
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path
