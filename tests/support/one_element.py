"""One element in the real finite-element code path: a cylinder or a slab whose faces are held, moved or free."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI
from solid_models import Growth, Load, Motion, SolidModel, hold, parts_of, solid_model

from platingx_meshes.simple import Box, build_box

SIZE = 1e-6  # m, edge of the element


def uniaxial(
    vector: np.ndarray, motion: Motion | None, load: Load | None = None, cell: str = "quadrilateral"
) -> SolidModel:
    """A cylinder, free on its side, on a smooth plate; its top follows ``motion`` (m) or carries a load."""
    parts = parts_of(build_box(Box(SIZE, SIZE, 1, 1, cell=cell)), MPI.COMM_SELF)
    supports = [hold(parts, "left", 0), hold(parts, "bottom", 1)]
    if motion is not None:
        supports.append(hold(parts, "top", 1, motion))
    return solid_model(parts, {"li": vector}, supports, "axisymmetric", loads=[load] if load else [])


def slab(
    vector: np.ndarray, growth: Growth, top: str, cell: str = "quadrilateral", model: str = "plane_strain"
) -> SolidModel:
    """A slab between smooth walls on its sides; the top is held (``held``) or ``free``; it grows."""
    parts = parts_of(build_box(Box(SIZE, SIZE, 1, 1, cell=cell)), MPI.COMM_SELF)
    supports = [hold(parts, "left", 0), hold(parts, "right", 0), hold(parts, "bottom", 1)]
    if top == "held":
        supports.append(hold(parts, "top", 1))
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


def uniform(stress: np.ndarray) -> np.ndarray:
    """The stress of a homogeneous state, Pa, after checking that it is homogeneous."""
    mean = stress.mean(axis=(0, 1))
    spread = np.abs(stress - mean).max()
    assert spread <= 1e-6 * np.abs(mean).max() + 1e-3, "the state is not homogeneous"
    return mean
