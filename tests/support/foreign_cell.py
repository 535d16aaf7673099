"""A case of seconds whose mesh has no name of the built geometries: sodium on LPSC on a third region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from written import written

WIDTH, SUPPORT, PLATE, LAYER, DENT = 400.0, 150.0, 250.0, 100.0, 60.0
"""nm: half width, thickness of the third region, of the plate, of the metal; depth of the dent in the plate."""
OFFSETS = ((0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (2, 1), (1, 2), (0, 1))

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


def write_mesh(path: Path, columns: int = 8, second_order: bool = True) -> Path:
    """Write the mesh as an Abaqus input file in nanometres; the dent is at x = 0."""
    corners = WIDTH * (np.arange(columns + 1) / columns) ** 1.5
    x = with_middles(corners)
    surface = -DENT * np.where(x < 120.0, np.cos(np.pi * x / 240.0) ** 2, 0.0)
    rows = [
        np.full_like(x, -SUPPORT - PLATE),
        np.full_like(x, -PLATE - SUPPORT / 2),
        np.full_like(x, -PLATE),
        *(-PLATE + share * (surface + PLATE) for share in (0.5, 0.8, 1.0)),
        *(surface + share * (LAYER - surface) for share in (0.5, 1.0)),
    ]
    y = with_middles(np.array(rows))
    wide, high = len(x), len(y)

    def node(i: int, j: int) -> int:
        return 1 + i + j * wide

    def used(i: int, j: int) -> bool:
        return (i % 2 == 0 or j % 2 == 0) if second_order else (i % 2 == 0 and j % 2 == 0)

    here = [(i, j) for j in range(high) for i in range(wide) if used(i, j)]
    lines = ["*NODE", *(f"{node(i, j)}, {x[i]:.9g}, {y[j, i]:.9g}" for i, j in here)]
    places = OFFSETS if second_order else OFFSETS[:4]
    for name, low, top in (("sockel", 0, 2), ("keramik", 2, 5), ("natrium", 5, 7)):
        lines.append(f"*ELEMENT, TYPE={'CPE8' if second_order else 'CPE4'}, ELSET={name}")
        for j in range(low, top):
            for i in range(columns):
                cell = [node(2 * i + across, 2 * j + up) for across, up in places]
                lines.append(", ".join(map(str, [1 + i + j * columns, *cell])))
    sides = {"unten": (None, 0), "grenze": (None, 10), "deckel": (None, high - 1), "mitte": (0, None)}
    for name, (column, row) in (*sides.items(), ("wand", (wide - 1, None))):
        nodes = [node(i, j) for i, j in here if column in (None, i) and row in (None, j)]
        lines += [f"*NSET, NSET={name}", *(f"{label}," for label in nodes)]
    written(path, "\n".join([*lines, ""]))
    return path


def with_middles(values: np.ndarray) -> np.ndarray:
    """Values with the mean of each pair of neighbours between them, along the first axis."""
    out = np.empty((2 * len(values) - 1, *values.shape[1:]))
    out[::2], out[1::2] = values, (values[1:] + values[:-1]) / 2
    return out


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
    written(path, text)
    return path
