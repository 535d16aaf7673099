"""A box of lithium that grows against its lid, on any communicator."""

from __future__ import annotations

from mpi4py import MPI

from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.simple import Box, build_box

SIZE = 1e-6


def model_on(comm: MPI.Comm, cell: str = "quadrilateral", count: int = 4, material: str = "plastic") -> SolidModel:
    """A distorted box that grows against its lid."""
    parts = discretise(build_box(Box(SIZE, SIZE, count, count, cell=cell)), comm)
    supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
    law = vector(LITHIUM, 298.0) if material == "plastic" else elastic(7.81e9, 0.38)
    return solid_model(parts, {"li": law}, supports, growth={"li": Growth(lambda time: 1.0 + 0.05 * time)})
