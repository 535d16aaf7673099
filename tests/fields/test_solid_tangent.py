"""What would hurt most if lost: the element tangent, volume strain included, is the derivative of the forces."""

from itertools import pairwise

import basix.ufl
import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.solid_kernel import FAILURES, SOFT
from platingx.fields.tables import scalar_displacement_element
from platingx.physics.discretisation import discretise
from platingx.physics.solid_model import FIBRE, ISOTROPIC, Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

MESHES = {
    "quadrilateral": lambda: build_box(Box(1.0, 1.0, 2, 2, distortion=0.2)),
    "triangle": lambda: build_box(Box(1.0, 1.0, 2, 2, cell="triangle", distortion=0.2)),
    "curved": lambda: build_quarter_annulus(QuarterAnnulus(cells_radial=2, cells_angular=2, region="li")),
    "hexahedron": lambda: build_block3d(Block3D(cells_x=1, cells_y=1, cells_z=2)),
    "tetrahedron": lambda: build_block3d(Block3D(cells_x=1, cells_y=1, cells_z=1, cell="tetrahedron")),
}
LAW = {"elasticity": {"pressure_law": "murnaghan", "bulk_modulus_derivative": 3.5}}
MATERIALS = {
    "elastic": elastic(1e9, 0.3),
    "lithium": vector(LITHIUM, 298.0),
    "murnaghan": vector({"base": LITHIUM, **LAW}, 298.0),
    "cauchy": vector({"base": LITHIUM, "elasticity": {"pressure_law": "hencky_cauchy"}}, 298.0),
}
STEP = 1e-2  # s


def somewhere(mesh: str, material: str, model: str, shares: tuple[float, float, float], dt: float = STEP) -> SolidModel:
    """A body out of equilibrium: random displacement, volume strains that do not fit it, growth, one plastic step."""
    parts = discretise(MESHES[mesh](), MPI.COMM_SELF)
    direction = (0.6, 0.8, 0.0) if mesh not in {"hexahedron", "tetrahedron"} else (0.48, 0.6, 0.64)
    growth = Growth(lambda time: 1.2, shares, direction)
    body = solid_model(parts, {"li": MATERIALS[material]}, [], model, {"li": growth})
    rng = np.random.default_rng(5)
    region = body.region()
    size = np.where(np.isnan(parts.coordinates()), 1e-4, 1e-2)  # the unknown of a bubble is a moment: small means large
    body.problem.displacement[...] = size * rng.normal(size=size.shape)
    region.theta[...] = -0.1 + 0.05 * rng.normal(size=region.theta.shape)
    body.problem.begin(1.0, dt, 0.0)
    body.problem.displacement[...] = size * rng.normal(size=size.shape)
    assert body.problem.evaluate().failure is None
    region.old.assign(region.new)
    body.problem.displacement[...] += size * rng.normal(size=size.shape)
    region.theta[...] = -0.15 + 0.05 * rng.normal(size=region.theta.shape)
    return body


def internal(body: SolidModel, displacement: np.ndarray, theta: np.ndarray) -> np.ndarray:
    body.problem.displacement[...] = displacement
    body.region().theta[...] = theta
    assert body.problem.evaluate().failure is None
    return body.problem.forces.internal.copy()


CASES = [
    ("quadrilateral", "plane_strain"),
    ("quadrilateral", "axisymmetric"),
    ("triangle", "plane_strain"),
    ("triangle", "axisymmetric"),
    ("curved", "plane_strain"),
    ("hexahedron", "three_dimensional"),
    ("tetrahedron", "three_dimensional"),
]


@pytest.mark.parametrize(("mesh", "model"), CASES)
@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("shares", [FIBRE, ISOTROPIC], ids=["fibre", "isotropic"])
def test_condensed_tangent(mesh: str, model: str, material: str, shares: tuple[float, float, float]) -> None:
    """d(internal force) along any displacement with the volume strain that the condensation assigns to it.

    With theta moved by -(B du), internal forces change by the condensed tangent, at any state.
    """
    body = somewhere(mesh, material, model, shares)
    region, problem = body.region(), body.problem
    displacement, theta = problem.displacement.copy(), region.theta.copy()
    assert problem.evaluate().failure is None
    matrices, B = region.local.matrices.copy(), region.local.B.copy()
    rng = np.random.default_rng(9)
    for _ in range(2):
        change = rng.normal(size=displacement.shape)
        element = change[region.geometry.nodes].reshape(len(region.cells), -1)
        theta_change = -np.einsum("csp,cp->cs", B, element)
        step = 1e-6
        high = internal(body, displacement + step * change, theta + step * theta_change)
        low = internal(body, displacement - step * change, theta - step * theta_change)
        numeric = (high - low) / (2 * step)
        product = np.zeros_like(displacement)
        force = np.einsum("cij,cj->ci", matrices, element).reshape((*region.geometry.nodes.shape, -1))
        np.add.at(product, region.geometry.nodes, force)
        np.testing.assert_allclose(product, numeric, rtol=0.0, atol=2e-6 * np.abs(numeric).max())


@pytest.mark.parametrize(("mesh", "model"), CASES)
@pytest.mark.parametrize("material", ["elastic", "murnaghan", "cauchy"])
def test_volume_strain_correction_is_a_newton_step(mesh: str, model: str, material: str) -> None:
    """At a fixed displacement the shift drives theta quadratically to where nothing is left to shift."""
    body = somewhere(mesh, material, model, FIBRE)
    problem, region = body.problem, body.region()
    still = np.zeros_like(problem.displacement)
    sizes = []
    for _ in range(7):
        assert problem.evaluate().failure is None
        sizes.append(np.abs(region.local.r).max())
        region.prepare_correction(still)
        region.apply_correction(1.0)
    assert sizes[-1] < 1e-12
    for before, after in pairwise(sizes):
        assert after <= max(20.0 * before**2, 1e-12), sizes


@pytest.mark.parametrize(("mesh", "model"), CASES)
def test_condensed_force_is_the_internal_force_after_the_shift(mesh: str, model: str) -> None:
    """To first order: internal(theta - shift) = condensed, with an error of second order in the shift."""
    errors = []
    body = somewhere(mesh, "murnaghan", model, FIBRE)
    region, problem = body.region(), body.problem
    still = np.zeros_like(problem.displacement)
    for _ in range(6):  # the volume strain that fits
        problem.evaluate()
        region.prepare_correction(still)
        region.apply_correction(1.0)
    theta, off = region.theta.copy(), np.random.default_rng(3).normal(size=region.theta.shape)
    for size in (1e-2, 1e-3):
        region.theta[...] = theta + size * off
        problem.evaluate()
        condensed = problem.forces.condensed.copy()
        region.prepare_correction(still)
        region.apply_correction(1.0)
        problem.evaluate()
        errors.append(np.abs(problem.forces.internal - condensed).max() / np.abs(condensed).max())
    assert errors[1] < 0.02 * errors[0]


def test_elastic_tangent_is_symmetric_where_the_volume_strain_fits() -> None:
    """It derives from an energy."""
    for mesh, model in CASES:
        body = somewhere(mesh, "elastic", model, FIBRE)
        problem, region = body.problem, body.region()
        for _ in range(6):
            problem.evaluate()
            region.prepare_correction(np.zeros_like(problem.displacement))
            region.apply_correction(1.0)
        problem.evaluate()
        matrices = region.local.matrices
        np.testing.assert_allclose(matrices, np.swapaxes(matrices, 1, 2), atol=1e-10 * np.abs(matrices).max())


def identity(body: SolidModel) -> np.ndarray:
    """Coefficients of the reference coordinates in the displacement space, bubbles included."""
    domain = body.parts.loaded.mesh
    cell = domain.topology.cell_name()
    points = basix.make_quadrature(basix.CellType[cell], 10)[0]
    shape = scalar_displacement_element(cell).tabulate(0, points)[0]
    geometry = basix.ufl.element("Lagrange", cell, 2).tabulate(0, points)[0]
    region = body.region()
    places = np.einsum("qg,cgi->cqi", geometry, region.geometry.coordinates)
    result = np.empty_like(body.problem.displacement)
    result[region.geometry.nodes] = np.einsum("aq,cqi->cai", np.linalg.pinv(shape), places)
    return result


@pytest.mark.parametrize(("mesh", "model"), CASES)
def test_forces_and_their_moment_balance(mesh: str, model: str) -> None:
    """Without supports the internal forces of a body are in balance, and so are their moments."""
    body = somewhere(mesh, "lithium", model, FIBRE)
    force = body.problem.forces.internal
    assert body.problem.evaluate().failure is None
    scale = np.abs(force).max()
    free = [1] if model == "axisymmetric" else list(range(force.shape[1]))
    np.testing.assert_allclose(force.sum(axis=0)[free], 0.0, atol=1e-11 * scale)
    if model == "axisymmetric":
        return
    current = body.problem.displacement + identity(body)
    moments = np.einsum("ai,aj->ij", force, current)
    np.testing.assert_allclose(moments, moments.T, atol=1e-11 * scale)


def test_kernel_names_an_inverted_element_and_a_nan() -> None:
    body = somewhere("quadrilateral", "lithium", "plane_strain", FIBRE)
    good = body.problem.displacement.copy()
    body.problem.displacement[3] += 10.0
    failure = body.problem.evaluate().failure
    assert failure is not None
    assert failure.reason == FAILURES[1]
    body.problem.displacement[...] = good
    body.problem.displacement[3] = np.nan
    failure = body.problem.evaluate().failure
    assert failure is not None
    body.problem.displacement[...] = good
    body.region().growth[...] = np.nan
    assert body.problem.evaluate().failure is not None
    body.region().growth[...] = 1.2
    body.region().theta[0, 0] = np.nan
    residual = body.problem.evaluate()
    assert not np.isfinite(residual.relative)


def test_a_volume_strain_where_the_law_has_no_stiffness_is_refused() -> None:
    """At ln(Je) = -1 the law hencky_cauchy has none and any volume strain would be in balance: no such equilibrium."""
    body = somewhere("quadrilateral", "cauchy", "plane_strain", FIBRE)
    body.region().theta[:, 1:] = 0.0
    for theta, reason in ((-0.9, None), (-0.995, SOFT), (-1.0, SOFT), (-30.0, SOFT)):
        body.region().theta[:, 0] = theta
        failure = body.problem.evaluate().failure
        assert (failure and failure.reason) == (reason and FAILURES[reason])
