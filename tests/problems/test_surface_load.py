"""What would hurt most if lost: a pressure acts along the normal of the deformed surface, with its own tangent."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.nodal_field import Forces
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Load, solid_model
from platingx.problems.contribution import Iterate
from platingx.problems.surface_load import SurfaceLoad, loaded_facets
from platingx.verification.models.vectors import elastic
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

SHAPES = {
    "quadrilateral": lambda: build_box(Box(cells_x=2, cells_y=2, distortion=0.2)),
    "triangle": lambda: build_box(Box(cells_x=2, cells_y=2, cell="triangle", distortion=0.2)),
    "curved": lambda: build_quarter_annulus(QuarterAnnulus(region="li", cells_radial=2, cells_angular=3)),
    "hexahedron": lambda: build_block3d(Block3D()),
    "tetrahedron": lambda: build_block3d(Block3D(cell="tetrahedron")),
}
SIDE = {"curved": "outer"}


def make(shape: str, axisymmetric: bool = False, pressure: float = 2.0) -> tuple[SurfaceLoad, np.ndarray]:
    parts = discretise(SHAPES[shape](), MPI.COMM_SELF)
    facets = loaded_facets(parts.loaded.mesh, parts.space, parts.cells("li"), parts.facets(SIDE.get(shape, "top")))
    load = SurfaceLoad(facets, axisymmetric, pressure=lambda time: pressure * time)
    rng = np.random.default_rng(1)
    index_map = parts.space.dofmap.index_map
    return load, 0.05 * rng.normal(size=(index_map.size_local, parts.loaded.mesh.geometry.dim))


def force(load: SurfaceLoad, displacement: np.ndarray) -> np.ndarray:
    forces = Forces(*(np.zeros_like(displacement) for _ in range(3)))
    values = {"displacement": displacement}
    assert load.evaluate(Iterate(1.0, 1.0, values, values), {"displacement": forces}) is None
    np.testing.assert_array_equal(forces.internal, forces.condensed)
    return forces.internal


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("axisymmetric", [False, True])
def test_tangent_is_the_derivative_of_the_force(shape: str, axisymmetric: bool) -> None:
    if axisymmetric and shape in {"hexahedron", "tetrahedron"}:
        pytest.skip("axisymmetric models are two-dimensional")
    load, displacement = make(shape, axisymmetric)
    rng = np.random.default_rng(2)
    for _ in range(3):
        change = rng.normal(size=displacement.shape)
        step = 1e-6
        numeric = (force(load, displacement + step * change) - force(load, displacement - step * change)) / (2 * step)
        force(load, displacement)
        product = np.zeros_like(displacement)
        load.multiply({"displacement": change}, {"displacement": product})
        np.testing.assert_allclose(product, numeric, atol=1e-8 * np.abs(numeric).max())


@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_resultant_turns_and_grows_with_the_face(shape: str) -> None:
    """2 Pa on a face of unit area is 2 N along its normal (outward in the residual), and scales with its stretch."""
    load, displacement = make(shape)
    dimension = displacement.shape[1]
    upright = np.eye(dimension)[-1]
    parts = discretise(SHAPES[shape](), MPI.COMM_SELF)
    places = np.nan_to_num(parts.coordinates())
    np.testing.assert_allclose(force(load, 0.0 * displacement).sum(axis=0), 2.0 * upright, atol=1e-12)
    turn = np.eye(dimension)
    turn[:2, :2] = [[0.6, -0.8], [0.8, 0.6]]
    spread = np.diag([1.5] * (dimension - 1) + [1.0])
    moved = places @ (turn @ spread - np.eye(dimension)).T
    expected = 2.0 * 1.5 ** (dimension - 1) * turn @ upright
    np.testing.assert_allclose(force(load, moved).sum(axis=0), expected, atol=1e-12)


def test_resultant_on_a_curved_face_and_around_the_axis() -> None:
    """On a quarter circle of radius 2: p R along x and y; swept around the axis: p pi R^2 along it."""
    load, displacement = make("curved")
    np.testing.assert_allclose(force(load, 0.0 * displacement).sum(axis=0), [4.0, 4.0], rtol=1e-4)
    swept, displacement = make("curved", axisymmetric=True)
    assert force(swept, 0.0 * displacement)[:, 1].sum() == pytest.approx(2.0 * np.pi * 4.0, rel=1e-4)


@pytest.mark.mpi
def test_reactions_balance_the_load_on_all_ranks() -> None:
    """A box on its bottom under a pressure on top and a shear traction: the support carries both."""
    parts = discretise(build_box(Box(cells_x=4, cells_y=4)))
    supports = [fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
    load = Load("top", "li", pressure=lambda t: 3e6 * t, traction=lambda t: (1e6 * t, 0.0))
    model = solid_model(parts, {"li": elastic(1e9, 0.3)}, supports, loads=[load])
    model.advance(1.0)
    # the pressure keeps acting on the tilted, stretched top: its resultant is p times the turned end-to-end vector
    places, u = parts.coordinates(), model.problem.displacement
    ends = np.zeros((2, 2))
    for row, corner in enumerate([(0.0, 1.0), (1.0, 1.0)]):
        near = np.flatnonzero(np.all(np.abs(places - np.array(corner)) < 1e-9, axis=1))
        owned = near[near < model.problem.fields["displacement"].owned]
        ends[row] = u[owned].sum(axis=0) + (np.array(corner) if len(owned) else 0.0)
    parts.loaded.mesh.comm.Allreduce(MPI.IN_PLACE, ends)
    edge = ends[1] - ends[0]
    expected = 3e6 * np.array([-edge[1], edge[0]]) - np.array([1e6, 0.0])
    reaction = model.problem.reaction("bottom")
    np.testing.assert_allclose(reaction, expected, rtol=1e-7)
