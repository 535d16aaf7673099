"""One element in the real finite-element code path: a cylinder or a slab whose faces are held, moved or free."""

from __future__ import annotations

from typing import Literal

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.fields.constraints import Motion
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, Load, SolidModel, solid_model
from platingx_meshes.simple import Box, build_box

__all__ = ["SIZE", "Cell", "slab", "strain_steps", "uniaxial", "uniform"]

Cell = Literal["quadrilateral", "triangle"]

SIZE = 1e-6
"""Edge of the element, m."""


def uniaxial(
    vector: Array, motion: Motion | None, load: Load | None = None, cell: Cell = "quadrilateral"
) -> SolidModel:
    """Make a cylinder, free on its side, on a smooth plate; its top follows ``motion`` (m) or carries a load."""
    parts = discretise(build_box(Box(SIZE, SIZE, 1, 1, cell=cell)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
    if motion is not None:
        supports.append(fix(parts, "top", 1, motion))
    return solid_model(parts, {"li": vector}, supports, "axisymmetric", loads=[load] if load else [])


def slab(
    vector: Array, growth: Growth, top: str, cell: Cell = "quadrilateral", model: str = "plane_strain"
) -> SolidModel:
    """Make a slab between smooth walls on its sides; the top is held (``held``) or ``free``; it grows."""
    parts = discretise(build_box(Box(SIZE, SIZE, 1, 1, cell=cell)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 1)]
    if top == "held":
        supports.append(fix(parts, "top", 1))
    return solid_model(parts, {"li": vector}, supports, model, {"li": growth})


def strain_steps(marks: tuple[float, ...], first: float, largest: float, factor: float = 1.25) -> list[float]:
    """Strains from 0 through all marks in steps that grow from ``first`` up to ``largest``."""
    steps: list[float] = []
    strain, step = 0.0, first
    for mark in marks:
        while strain < mark * (1.0 - 1e-12):
            remaining = mark - strain
            count = int(np.ceil(remaining / step - 1e-9))
            strain = mark if count <= 1 else strain + remaining / count
            steps.append(strain)
            step = min(largest, step * factor)
    return steps


def uniform(stress: Array) -> Array:
    """Give the stress of a homogeneous state, Pa.

    Raises
    ------
    VerificationError
        When the state is not homogeneous.
    """
    mean: Array = stress.mean(axis=(0, 1))
    spread = float(np.abs(stress - mean).max())
    if not spread <= 1e-6 * np.abs(mean).max() + 1e-3:
        raise VerificationError(f"a state that should be homogeneous varies by {spread:g} Pa")
    return mean
