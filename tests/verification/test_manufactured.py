"""What would hurt most if lost: the manufactured solutions are independent of the package, and see its errors.

The orders themselves are asserted by the problems ``mms-space`` and ``mms-time`` of the book.
"""

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.nodal_field import Forces
from platingx.materials import layout
from platingx.materials.point import update_point
from platingx.physics.discretisation import discretise
from platingx.problems.contribution import Iterate
from platingx.verification.models.given_force import body_force, boundary_traction
from platingx.verification.models.manufactured import ManufacturedForce, manufactured_model
from platingx.verification.models.norms import displacement_error
from platingx.verification.models.reference_material import backward_euler, kirchhoff, plastic_history
from platingx.verification.models.vectors import elastic
from platingx.verification.problems.mms_space import MOTIONS, bent, soft_creep
from platingx.verification.problems.mms_time import hardening_creep
from platingx_meshes.simple import Box, build_box

ROWS, COLUMNS = layout.gradient_components(3)


def step_of_the_package(p: np.ndarray, f: np.ndarray, six: np.ndarray, resistance: float, dt: float):
    stress, tangent, new = np.empty((3, 3)), np.empty((9, 9)), np.empty(6)
    _, hardened, converged = update_point(p, f, six, resistance, dt, ROWS, COLUMNS, stress, tangent, new)
    assert converged
    return stress, new, hardened


def somewhere(seed: int) -> np.ndarray:
    return np.eye(3) + 0.25 * np.random.default_rng(seed).normal(size=(3, 3))


@pytest.mark.parametrize("seed", range(5))
def test_backward_euler_step_agrees_with_the_compiled_one(seed: int) -> None:
    """Two implementations, two ways to solve the flow rule: equal to round-off over two steps."""
    p = soft_creep()
    six, resistance = layout.UNSTRAINED.copy(), float(p[layout.INITIAL_RESISTANCE])
    plastic, strength = np.eye(3), np.array(resistance)
    for f in (somewhere(seed), somewhere(seed + 100)):
        stress, six, resistance = step_of_the_package(p, f, six, resistance, 0.3)
        plastic, strength = backward_euler(p, f, plastic, strength, 0.3)
        np.testing.assert_allclose(
            plastic[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS], six, rtol=1e-10, atol=1e-12
        )
        assert float(strength) == pytest.approx(resistance, rel=1e-11)
        full = kirchhoff(p, f @ plastic @ f.T)
        np.testing.assert_allclose(full - np.trace(full) / 3.0 * np.eye(3), stress, rtol=1e-9, atol=1e-3)


def test_rate_equations_are_the_limit_of_small_steps() -> None:
    """Halved steps of the compiled update approach the integrated rate equations with order 1."""
    p, end = hardening_creep(), somewhere(3) - np.eye(3)
    times = np.array([1.0])
    plastic, resistance = plastic_history(p, lambda time: np.eye(3) + time * end, times)
    errors = []
    for count in (50, 100, 200):
        six, strength = layout.UNSTRAINED.copy(), float(p[layout.INITIAL_RESISTANCE])
        for k in range(count):
            f = np.eye(3) + (k + 1) / count * end
            _, six, strength = step_of_the_package(p, f, six, strength, 1.0 / count)
        change = six - plastic[-1][layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS]
        errors.append([np.abs(change).max(), abs(strength / resistance[-1] - 1.0)])
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 1.0, atol=0.1)


def test_a_wrong_equation_does_not_converge() -> None:
    """Without Jg in the stress, an error of 30 % of the force at most, the error in space stops to fall."""
    p, motion = elastic(1e9, 0.3), MOTIONS["plane strain"]
    errors = []
    for count in (4, 8):
        exact = ManufacturedForce(motion, p)
        wrong = lambda time, places, exact=exact: exact(time, places) / motion.ratio(time)  # noqa: E731
        model = manufactured_model(motion, p, bent(build_box(Box(1.0, 1.0, count, count))), wrong)
        model.march([0.5, 1.0])
        errors.append(displacement_error(model, lambda places: motion.values(places, 1.0)))
    assert errors[1] > 0.8 * errors[0]
    assert errors[1] > 1e-3


@pytest.mark.parametrize("axisymmetric", [False, True])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_given_forces_sum_to_their_integrals(cell: str, axisymmetric: bool) -> None:
    """int b dV and int t dA for polynomials, on curved elements; around the axis times 2 pi r."""
    parts = discretise(bent(build_box(Box(1.0, 1.0, 2, 2, cell=cell))), MPI.COMM_SELF)
    domain, space, cells = parts.loaded.mesh, parts.space, parts.cells("li")
    linear = lambda time, places: time * (1.0 + places)  # noqa: E731
    inside = body_force(domain, space, cells, axisymmetric, linear)
    top = boundary_traction(domain, space, cells, parts.facets("top"), axisymmetric, linear)
    mean, ring = (1.0, 1.5) if not axisymmetric else (2.0 * np.pi * 0.5, 2.0 * np.pi * (1 / 2 + 1 / 3))
    x = ring if axisymmetric else 1.5
    for part, y in ((inside, 1.5 * mean), (top, 2.0 * mean)):
        forces = Forces(*(np.zeros((space.dofmap.index_map.size_local, 2)) for _ in range(3)))
        values = {"displacement": np.zeros_like(forces.internal)}
        part.evaluate(Iterate(2.0, 1.0, values, values), {"displacement": forces})
        total = -forces.internal.sum(axis=0)
        np.testing.assert_allclose(total, [2.0 * x, 2.0 * y], rtol=1e-9)


def test_growth_direction_matters() -> None:
    """The chosen motion feels its fibres: other directions give another force."""
    p, motion = elastic(1e9, 0.3), MOTIONS["plane strain"]
    places = np.array([[[0.3, 0.6]]])
    turned = replace(motion, direction=lambda x: np.stack([np.ones_like(x[..., 0]), np.zeros_like(x[..., 0])], -1))
    forces = [ManufacturedForce(each, p)(1.0, places) for each in (motion, turned)]
    assert np.abs(forces[0] - forces[1]).max() > 0.05 * np.abs(forces[0]).max()
