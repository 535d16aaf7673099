"""What would hurt most if lost: contact in space by the iterative solver, at the price of a bonded face."""

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import solid_model
from platingx.problems import block_system
from platingx.problems.tool_shapes import Ball
from platingx.verification.models.touching import pressed
from platingx.verification.models.vectors import elastic
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData

YOUNG, POISSON, RADIUS, REACH = 1e9, 0.3, 1e-3, 10e-6
MODULUS = YOUNG / (1.0 - POISSON**2)
DEPTHS = (0.03e-6, 0.06e-6, 0.09e-6)


def growing(equal: int, ratio: float) -> np.ndarray:
    """Places of vertices: equal thirds of the reach of the contact, then larger and larger, up to 14 reaches."""
    places, size = [i / 3 for i in range(equal + 1)], 1 / 3
    while places[-1] < 14.0:
        size *= ratio
        places.append(places[-1] + size)
    return REACH * np.array(places)


def block(shape: str) -> MeshData:
    """Quarter of a block that is fine below its upper corner."""
    across, down = growing(4, 1.6), growing(2, 1.7)
    count, rows = len(across) - 1, len(down) - 1
    data = build_block3d(Block3D(1.0, 1.0, 1.0, count, count, rows, cell=shape))
    points = data.points.copy()
    for axis in range(2):
        points[:, axis] = np.interp(points[:, axis], np.linspace(0.0, 1.0, count + 1), across)
    points[:, 2] = down[-1] - np.interp(1.0 - points[:, 2], np.linspace(0.0, 1.0, rows + 1), down)
    return replace(data, points=points)


def supports(parts: Discretisation) -> list[Constraint]:
    return [fix(parts, "left", 0), fix(parts, "front", 1), *(fix(parts, "bottom", axis) for axis in range(3))]


@pytest.mark.long
@pytest.mark.parametrize("shape", ["hexahedron", "tetrahedron"])
def test_a_sphere_in_space(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Largest pressure within 2 % of Hertz's for the computed force, with 1.3 times the bonded iterations at most."""
    counts: dict[str, int] = {}

    def count(name: str, number: int = 1) -> None:
        counts[name] = counts.get(name, 0) + number

    monkeypatch.setattr(block_system, "count", count)
    material, space = elastic(YOUNG, POISSON), "three_dimensional"
    found = pressed(block(shape), material, supports, Ball(RADIUS), space, preset="iterative")
    for depth in DEPTHS:
        found.step(depth=depth)
    assert max(found.iterations) <= 6
    touching = counts["Krylov iterations"] / counts["linear solves"]
    force = -4.0 * found.force[2]
    reach = (3.0 * force * RADIUS / (4.0 * MODULUS)) ** (1.0 / 3.0)
    peak = 2.0 * MODULUS * reach / (np.pi * RADIUS)
    assert found.contact.state.pressure.max() == pytest.approx(peak, rel=0.02)
    places = found.contact.coordinates
    expected = peak * np.sqrt(np.maximum(1.0 - (places[:, 0] ** 2 + places[:, 1] ** 2) / reach**2, 0.0))
    assert found.mean_error(found.contact.state.pressure, expected) < 0.1
    counts.clear()
    parts = discretise(block(shape), MPI.COMM_SELF)
    grip = [fix(parts, "top", 0), fix(parts, "top", 1), fix(parts, "top", 2, lambda time: -DEPTHS[0] * time)]
    bonded = solid_model(parts, {"li": material}, [*supports(parts), *grip], space, preset="iterative")
    bonded.march([1.0, 2.0, 3.0])
    assert touching <= 1.3 * counts["Krylov iterations"] / counts["linear solves"]
