"""The relaxed crystal of a potential, by LAMMPS."""

from __future__ import annotations

import subprocess
from pathlib import Path

from platingx.atoms.crystals import bcc_block
from platingx.config.potential import Potential
from platingx.errors import VerificationError
from platingx.molecular.potential_files import potential_files
from platingx.molecular.program import Lammps, environment

__all__ = ["relaxed_crystal"]

_CELLS = 5
_DECK = """units metal
boundary p p p
read_data crystal.data
include potential.in
fix relax all box/relax iso 0.0
minimize 0.0 1e-8 1000 10000
variable a equal lx/{cells}
variable e equal pe/atoms
print "FOUND ${{a}} ${{e}}"
"""


def relaxed_crystal(lammps: Lammps, potential: Potential, folder: Path) -> tuple[float, float]:
    """Lattice constant and energy per atom of the bcc crystal without pressure.

    Parameters
    ----------
    lammps, potential
        The program, and a potential in its metal units.
    folder
        Folder to work in.

    Returns
    -------
    lattice, energy
        In m and eV.

    Raises
    ------
    VerificationError
        If LAMMPS fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = potential_files(potential, lammps.potentials)
    sites = bcc_block((_CELLS,) * 3, 1e10 * potential.lattice)
    edge = _CELLS * 1e10 * potential.lattice
    head = [f"crystal\n\n{len(sites)} atoms\n1 atom types\n"]
    head += [f"0 {edge:.12g} {axis}lo {axis}hi" for axis in "xyz"]
    head += [f"\nMasses\n\n1 {potential.mass}\n\nAtoms # atomic\n"]
    body = [f"{number} 1 {x:.12g} {y:.12g} {z:.12g}" for number, (x, y, z) in enumerate(sites, start=1)]
    texts = {"crystal.data": "\n".join(head + body) + "\n", "run.in": _DECK.format(cells=_CELLS)}
    texts["potential.in"] = "\n".join(files.commands) + "\n"
    for name, content in files.texts.items():
        (folder / name).write_bytes(content)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [lammps.path, "-in", "run.in", "-log", "none"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    found = [line.split() for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    if not found:
        raise VerificationError(f"LAMMPS ended with {done.returncode}: {done.stdout[-400:]}")
    return float(found[0][1]) * 1e-10, float(found[0][2])
