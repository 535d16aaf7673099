"""B16. What would hurt most if lost: any mesh holds a uniform state exactly, and a rotation is not a strain.

Distorted boxes with growth: all of the boundary follows an affine motion, and every point inside must have the one
Cauchy stress that the material point has, to 1e-10.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.materials import layout
from platingx.materials.growth import inverse_growth
from platingx.materials.point import update_point
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.verification.models.parts import affine, hold, parts_of
from platingx.verification.models.solid import FIBRE, Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

SIDES = ("left", "right", "bottom", "top")
GRADIENT = np.array([[0.15, 0.20], [-0.10, 0.05]])
NEARLY_INCOMPRESSIBLE = elastic(1e9, 0.4999)
MATERIALS = {
    "elastic": elastic(150e9, 0.26),
    "nearly incompressible": NEARLY_INCOMPRESSIBLE,
    "lithium": vector(LITHIUM, 298.0),
    "murnaghan": vector(
        {"base": LITHIUM, "elasticity": {"pressure_law": "murnaghan", "bulk_modulus_derivative": 3.5}}, 298.0
    ),
}


def mesh(cell: str, distortion: float = 0.25) -> MeshData:
    return build_box(Box(1.0, 1.0, 3, 3, cell=cell, distortion=distortion))


def point_stress(p: np.ndarray, f: np.ndarray, ratio: float, direction: np.ndarray, dt: float) -> np.ndarray:
    """Cauchy stress of one step of the material point, with growth along a fibre."""
    inverse, dev, tangent, new = np.empty((3, 3)), np.empty((3, 3)), np.empty((9, 9)), np.empty(6)
    inverse_growth(ratio, np.array(FIBRE), direction, inverse)
    rows, columns = layout.gradient_components(3)
    virgin = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    good = update_point(p, f @ inverse, virgin, p[layout.INITIAL_RESISTANCE], dt, rows, columns, dev, tangent, new)[2]
    assert good
    elastic_volume = np.linalg.det(f) / ratio
    law, bulk, slope = int(p[layout.PRESSURE_LAW]), p[layout.BULK_MODULUS], p[layout.BULK_DERIVATIVE]
    mean = mean_kirchhoff_stress(law, bulk, slope, np.log(elastic_volume))[0]
    return (dev + mean * np.eye(3)) / elastic_volume


def check_uniform(model: SolidModel, expected: np.ndarray) -> None:
    got = model.stress()
    six = expected[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS]
    np.testing.assert_allclose(got, np.broadcast_to(six, got.shape), atol=1e-10 * np.abs(six).max(), rtol=0.0)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
@pytest.mark.parametrize("material", MATERIALS)
def test_affine_motion_with_growth(material: str, cell: str) -> None:
    parts = parts_of(mesh(cell), MPI.COMM_SELF)
    fibre = np.array([0.6, 0.8, 0.0])
    growth = Growth(lambda time: 1.0 + 0.3 * time, FIBRE, fibre)
    p = MATERIALS[material]
    model = solid_model(parts, {"li": p}, affine(parts, lambda t: t * GRADIENT, *SIDES), growth={"li": growth})
    model.options = type(model.options)(1e-13, 40, "basic")
    model.advance(1.0)
    f = np.eye(3)
    f[:2, :2] += GRADIENT
    check_uniform(model, point_stress(p, f, 1.3, fibre, 1.0))


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_axisymmetric_affine_motion(cell: str) -> None:
    """u_r = 0.1 r, u_z = -0.2 z: the hoop stretch is that of the radius."""
    parts = parts_of(mesh(cell), MPI.COMM_SELF)
    gradient = np.diag([0.1, -0.2])
    p = elastic(1e9, 0.3)
    model = solid_model(parts, {"li": p}, affine(parts, lambda t: t * gradient, *SIDES), "axisymmetric")
    model.options = type(model.options)(1e-13, 40, "basic")
    model.advance(1.0)
    check_uniform(model, point_stress(p, np.diag([1.1, 0.8, 1.1]), 1.0, np.array([0.0, 1.0, 0.0]), 1.0))


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_affine_motion_in_space(cell: str) -> None:
    parts = parts_of(build_block3d(Block3D(cell=cell)), MPI.COMM_SELF)
    gradient = np.array([[0.1, 0.2, 0.0], [0.0, -0.1, 0.05], [0.1, 0.0, 0.05]])
    fibre = np.array([0.0, 0.6, 0.8])
    growth = Growth(lambda time: 1.0 + 0.2 * time, FIBRE, fibre)
    p = vector(LITHIUM, 298.0)
    supports = affine(parts, lambda t: t * gradient, "left", "right", "front", "back", "bottom", "top")
    model = solid_model(parts, {"li": p}, supports, "three_dimensional", {"li": growth})
    model.options = type(model.options)(1e-13, 40, "basic")
    model.advance(1.0)
    check_uniform(model, point_stress(p, np.eye(3) + gradient, 1.2, fibre, 1.0))


def turn(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
@pytest.mark.parametrize("material", ["elastic", "lithium"])
def test_rigid_rotation_gives_no_stress(material: str, cell: str) -> None:
    """A full turn in 24 steps; stress below 1e-10 of the modulus and no plastic flow."""
    parts = parts_of(mesh(cell), MPI.COMM_SELF)
    p = MATERIALS[material]
    supports = affine(parts, lambda t: turn(2 * np.pi * t) - np.eye(2), *SIDES)
    model = solid_model(parts, {"li": p}, supports)
    for time in np.linspace(0.0, 1.0, 25)[1:]:
        model.advance(float(time), extrapolate=False)
        assert np.abs(model.stress()).max() <= 1e-10 * p[layout.SHEAR_MODULUS]
    assert np.abs(model.problem.displacement).max() <= 1e-10


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_stress_turns_with_the_body(cell: str) -> None:
    """Stretch and grow, then turn by 70 degrees: the Cauchy stress turns with it."""
    parts = parts_of(mesh(cell), MPI.COMM_SELF)
    stretch = np.array([[1.2, 0.1], [0.1, 0.9]])

    def gradient(time: float) -> np.ndarray:
        if time <= 1.0:
            return time * (stretch - np.eye(2))
        return turn(np.radians(70.0) * (time - 1.0)) @ stretch - np.eye(2)

    model = solid_model(parts, {"li": elastic(1e9, 0.3)}, affine(parts, gradient, *SIDES))
    model.march([0.5, 1.0])
    before = model.stress()[0, 0]
    model.march(np.linspace(1.0, 2.0, 8)[1:])
    q = np.eye(3)
    q[:2, :2] = turn(np.radians(70.0))
    tensor = np.empty((3, 3))
    tensor[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS] = before
    tensor[layout.SYMMETRIC_COLUMNS, layout.SYMMETRIC_ROWS] = before
    check_uniform(model, q @ tensor @ q.T)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_pressure_jumps_between_regions_and_nothing_else(cell: str) -> None:
    """Two layers between smooth walls, the upper one grows: one normal stress, two pressures."""
    parts = parts_of(build_box(Box(1.0, 1.0, 3, 4, interface_height=0.5, cell=cell, distortion=0.2)), MPI.COMM_SELF)
    supports = [hold(parts, side, i) for side, i in (("left", 0), ("right", 0), ("bottom", 1), ("top", 1))]
    materials = {"li": elastic(7.81e9, 0.38), "llzo": elastic(150e9, 0.26)}
    growth = {"li": Growth(lambda time: 1.0 + 0.02 * time)}
    model = solid_model(parts, materials, supports, growth=growth)
    model.options = type(model.options)(1e-13, 40, "basic")
    model.advance(1.0)
    soft, stiff = model.stress("li"), model.stress("llzo")
    normal = stiff[..., 1].mean()
    for stress in (soft, stiff):
        np.testing.assert_allclose(stress[..., 1], normal, rtol=1e-9)
        np.testing.assert_allclose(stress, np.broadcast_to(stress[0, 0], stress.shape), atol=1e-9 * abs(normal))
    jump = (stiff[..., :3].mean() - soft[..., :3].mean()) / normal
    assert abs(jump) > 0.1
    recovered = {name: model.nodal_stress(name)[0] for name in ("li", "llzo")}
    np.testing.assert_allclose(recovered["li"], np.broadcast_to(soft[0, 0], recovered["li"].shape), rtol=1e-7, atol=1.0)
    np.testing.assert_allclose(
        recovered["llzo"], np.broadcast_to(stiff[0, 0], recovered["llzo"].shape), rtol=1e-7, atol=1.0
    )
