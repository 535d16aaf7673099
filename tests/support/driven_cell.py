"""A case of seconds that a circuit drives: metal in a closed or an open gap between a ceramic and a collector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from two_layers import write_mesh
from written import written

from platingx.config.case import Case
from platingx.config.loader import load_case

ELASTIC = """
  li:
    base: lithium_anand_narayan_2019
    viscoplasticity: null
    elasticity: {pressure_law: murnaghan, bulk_modulus_derivative: 3.5}
  llzo: llzo"""
"""Lithium that does not flow: in a closed gap its pressure is a function of the charge."""
CELL = """
  electrolyte: {area_resistance: 0 ohm m^2}
  electrode: {charge_transfer_resistance: 5 ohm cm^2}"""
"""An interface of 5 ohm cm^2, and nothing else in the circuit."""


def driven_cell(
    folder: Path,
    control: Any,
    end: str,
    circuit: str = CELL,
    side: str = "wall",
    materials: str = "{li: lithium_anand_narayan_2019, llzo: llzo}",
    **changed: Any,
) -> Case:
    """Write a case into a folder and load it.

    Parameters
    ----------
    folder
        Where the mesh and the case go.
    control
        What stands under ``electrochemistry.control``.
    end
        End of the run.
    circuit
        YAML of the other keys of ``electrochemistry``.
    side
        ``wall`` for a closed gap, ``free`` for an open one.
    materials
        YAML of the materials.
    changed
        Values over the case; ``__`` stands for the dot of a key.
    """
    folder.mkdir(exist_ok=True, parents=True)
    write_mesh(folder / "mesh.inp")
    text = f"""
name: driven_cell
geometry: {{builder: file, path: mesh.inp, symmetry: plane_strain, length_unit: 1 nm}}
materials: {materials}
growth: {{}}
electrochemistry: {circuit}
  control: [Rest for 1 s]
constraints: {{metal_side: {side}, electrolyte_side: {"roller" if side == "wall" else "free"}}}
time: {{end: {end}}}
output: {{figures: false, fields_every: milestones}}
"""
    path = folder / "case.yaml"
    written(path, text)
    values = {key.replace("__", "."): value for key, value in changed.items()}
    return load_case(path).with_values({"electrochemistry.control": control, **values})
