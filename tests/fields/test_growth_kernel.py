"""What would hurt most if lost: what growth works against, and how a cell answers to it, by exact derivatives."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.growth_kernel import GrowthResponse, new_growth_response
from platingx.fields.recovery_kernel import GROWTH_DRIVE
from platingx.fields.solid_region import SolidRegion
from platingx.physics.discretisation import discretise
from platingx.physics.solid_model import Growth, solid_model
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

STEP = 1e-2  # s
CASES = [
    ("plane_strain", "elastic", (1.0, 0.0, 0.0)),
    ("plane_strain", "lithium", (1.0, 0.0, 0.0)),
    ("axisymmetric", "lithium", (0.5, 0.3, 0.2)),
    ("three_dimensional", "murnaghan", (0.6, 0.2, 0.2)),
    ("three_dimensional", "lithium", (1.0, 0.0, 0.0)),
]
MATERIALS = {
    "elastic": elastic(1e9, 0.3),
    "lithium": vector(LITHIUM, 298.0),
    "murnaghan": vector(
        {"base": LITHIUM, "elasticity": {"pressure_law": "murnaghan", "bulk_modulus_derivative": 3.5}}, 298.0
    ),
}


class Body:
    """Cells out of equilibrium: random displacement and volume strain, growth from point to point, one plastic step."""

    def __init__(self, model: str, material: str, shares: tuple[float, float, float]) -> None:
        space = model == "three_dimensional"
        data = build_block3d(Block3D(cells_x=1, cells_y=1, cells_z=1)) if space else build_box(Box(1.0, 1.0, 2, 1))
        direction = (0.48, 0.6, 0.64) if space else (0.6, 0.8, 0.0)
        parts = discretise(data, MPI.COMM_SELF)
        growth = Growth(lambda time: 1.2, shares, direction)
        body = solid_model(parts, {"li": MATERIALS[material]}, [], model, {"li": growth})
        self.region: SolidRegion = body.region()
        rng = np.random.default_rng(5)
        self.displacement = 1e-2 * rng.normal(size=body.problem.displacement.shape)
        self.region.theta[...] = -0.05 + 0.02 * rng.normal(size=self.region.theta.shape)
        self.region.growth[...] = 1.2 + 0.05 * rng.normal(size=self.region.growth.shape)
        self.forces()
        self.region.old.assign(self.region.new)
        self.displacement = self.displacement + 1e-2 * rng.normal(size=self.displacement.shape)

    def forces(self) -> Array:
        vectors = [np.zeros_like(self.displacement) for _ in range(3)]
        assert self.region.assemble(self.displacement, STEP, *vectors) == (0, 0, 0)
        return vectors[0]

    def response(self) -> GrowthResponse:
        region = self.region
        cells, nodes = region.geometry.nodes.shape
        unknowns = nodes * self.displacement.shape[1]
        result = new_growth_response(cells, region.growth.shape[1], unknowns, region.theta.shape[1])
        region.growth_response(self.displacement, STEP, result)
        return result


@pytest.mark.parametrize(("model", "material", "shares"), CASES)
def test_derivatives_of_growth(model: str, material: str, shares: tuple[float, float, float]) -> None:
    """By central differences, each on its own; and the drive is the one of the energy balance."""
    body = Body(model, material, shares)
    region, rng, step = body.region, np.random.default_rng(6), 1e-6
    body.forces()
    drive = region.point_results(body.displacement).energies[..., GROWTH_DRIVE] / region.growth
    found = body.response()
    np.testing.assert_allclose(found.drive, drive, rtol=1e-10, atol=1e-10 * np.abs(drive).max())
    nodes = region.geometry.nodes

    def difference(array: Array, change: Array) -> tuple[Array, Array]:
        """Of forces and drive."""
        start, sides = array.copy(), []
        for sign in (1.0, -1.0):
            array[...] = start + sign * step * change
            sides.append((body.forces(), body.response().drive))
        array[...] = start
        return tuple((plus - minus) / (2.0 * step) for plus, minus in zip(*sides, strict=True))  # type: ignore[return-value]

    grown = rng.normal(size=region.growth.shape)
    forces, drives = difference(region.growth, grown)
    expected = np.zeros_like(forces)
    np.add.at(expected, nodes, np.einsum("cpi,cp->ci", found.forces, grown).reshape(*nodes.shape, -1))
    np.testing.assert_allclose(forces, expected, atol=1e-6 * np.abs(expected).max())
    np.testing.assert_allclose(drives, found.second * grown, atol=1e-6 * np.abs(drives).max())

    moved = rng.normal(size=body.displacement.shape)
    drives = difference(body.displacement, moved)[1]
    own = moved[nodes].reshape(len(nodes), -1)
    expected = np.einsum("cpi,ci->cp", found.by_displacement, own)
    np.testing.assert_allclose(drives, expected, atol=1e-6 * np.abs(expected).max())

    strained = rng.normal(size=region.theta.shape)
    drives = difference(region.theta, strained)[1]
    expected = np.einsum("cps,cs->cp", found.volume, strained)
    np.testing.assert_allclose(drives, expected, atol=1e-6 * np.abs(expected).max())
    if material == "elastic":
        np.testing.assert_allclose(found.by_displacement, found.forces, atol=1e-12 * np.abs(found.forces).max())
