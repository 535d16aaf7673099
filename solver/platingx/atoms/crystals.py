"""Perfect body-centred cubic crystals: blocks, spheres, and how much of a sphere is known as a crystal."""

from __future__ import annotations

from functools import cache

import numpy as np

from platingx.arrays import Array
from platingx.atoms.adaptive_cna import Structure, fraction_of, structures
from platingx.atoms.box import Box

__all__ = ["bcc_block", "bcc_sphere", "largest_bcc_fraction"]


def bcc_block(cells: tuple[int, int, int], lattice: float) -> Array:
    """Sites of a block of cells.

    Parameters
    ----------
    cells
        Cells along each axis.
    lattice
        Lattice constant.

    Returns
    -------
    array (sites, 3)
        Two for each cell, from the origin.
    """
    corners = np.stack(np.meshgrid(*(np.arange(count) for count in cells), indexing="ij"), axis=-1).reshape(-1, 3)
    sites: Array = np.concatenate([corners, corners + 0.5]) * lattice
    return sites


def bcc_sphere(atoms: int, lattice: float) -> Array:
    """Sites of a crystal that are nearest to the middle of a bond.

    Parameters
    ----------
    atoms
        How many.
    lattice
        Lattice constant.

    Returns
    -------
    array (atoms, 3)
        About the origin. Of sites at one distance those come first that do in :func:`bcc_block`.
    """
    radius = int(np.ceil((atoms * 3.0 / (8.0 * np.pi)) ** (1.0 / 3.0))) + 2
    sites = bcc_block((2 * radius + 1,) * 3, 1.0) - radius - 0.25
    order = np.argsort(np.round(np.sum(sites**2, axis=1), 9), kind="stable")
    chosen: Array = sites[order[:atoms]] * lattice
    return chosen


@cache
def largest_bcc_fraction(atoms: int) -> float:
    """Share of a perfect sphere that is known as bcc; the rest are atoms at its surface.

    Raw shares of clusters are to be seen against it: a perfect sphere of 700 atoms has one half.
    """
    whole = Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    return fraction_of(structures(bcc_sphere(atoms, 1.0), whole), Structure.BCC)
