"""What would hurt most if lost: a residual in UFL gives the forces, tangent and iterations of a kernel of our own."""

from itertools import pairwise

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from platingx.fields.constraints import Prescribed, nodes_on_facets
from platingx.fields.kinematics import PLANE_STRAIN
from platingx.fields.nodal_field import DISPLACEMENT, NodalField
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.form_symbols import Symbols
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.problems.balances import force_imbalance, outside_forces
from platingx.problems.ufl_contribution import UflContribution
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
MATERIAL = {"li": elastic(1e9, 0.3)}


def pressure(time: float) -> float:
    return 1e8 * time


def held(cell: str) -> tuple[Discretisation, list[object]]:
    parts = discretise(build_box(Box(1.0, 1.0, 3, 3, cell=cell)), COMM)
    return parts, [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]


def follower(parts: Discretisation) -> UflContribution:
    """A pressure on the deformed top, by Nanson's formula."""
    symbols = Symbols(parts, {DISPLACEMENT: NodalField(DISPLACEMENT, parts.space)})
    gradient = ufl.Identity(2) + ufl.grad(symbols.value(DISPLACEMENT))
    push = ufl.inner(symbols.test(DISPLACEMENT), ufl.cofac(gradient) * symbols.normal)
    form = 1e8 * symbols.time * push * symbols.ds("top", "li")
    return UflContribution("pressure", {DISPLACEMENT: form}, symbols.coefficients, [DISPLACEMENT])


@pytest.mark.mpi
@pytest.mark.parametrize(("preset", "exact"), [("direct", 1e-13), ("iterative", 1e-9)])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_a_pressure_in_ufl_is_that_of_our_own(cell: str, preset: str, exact: float) -> None:
    """Displacement and the residuals of all iterates: the tangent is consistent, its unsymmetric part included."""
    parts, supports = held(cell)
    own = solid_model(parts, MATERIAL, supports, loads=[Load("top", "li", pressure=pressure)])
    in_ufl = solid_model(parts, MATERIAL, supports, extra=[follower(parts)], preset=preset)
    for time in (0.5, 1.0):
        expected, found = own.advance(time), in_ufl.advance(time)
        above = np.array(expected.residuals) > 1e-7
        assert len(found.residuals) == len(expected.residuals)
        np.testing.assert_allclose(np.array(found.residuals)[above], np.array(expected.residuals)[above], rtol=1e-2)
    largest = COMM.allreduce(np.abs(own.problem.displacement).max(), MPI.MAX)
    np.testing.assert_allclose(in_ufl.problem.displacement, own.problem.displacement, rtol=0, atol=exact * largest)


@pytest.mark.mpi
def test_the_balance_of_forces_knows_what_ufl_pushes() -> None:
    """A form on the displacement acts from outside: with the supports it sums to nothing."""
    parts, supports = held("quadrilateral")
    model = solid_model(parts, MATERIAL, supports, extra=[follower(parts)])
    model.advance(1.0)
    problem = model.problem
    assert force_imbalance(problem, outside_forces(problem), PLANE_STRAIN) < 1e-9


def diffusion(parts: Discretisation, degree: int = 1) -> tuple[NodalField, UflContribution, Symbols]:
    """A field of the displacement's mesh that is 1 below, and carries a flux that its square makes grow."""
    own = NodalField("c", fem.functionspace(parts.loaded.mesh, ("Lagrange", degree)))
    symbols = Symbols(parts, {"c": own, DISPLACEMENT: NodalField(DISPLACEMENT, parts.space)})
    c, test = symbols.value("c"), symbols.test("c")
    form = (1.0 + c**2) * ufl.inner(ufl.grad(c), ufl.grad(test)) * symbols.dx()
    return own, UflContribution("diffusion", {"c": form}, symbols.coefficients, ["c"]), symbols


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_a_nonlinear_field_beside_the_displacement_converges_quadratically(cell: str) -> None:
    """Kirchhoff's transform: c + c3/3 is linear between the plates; the displacement of the same problem is at rest."""
    parts, supports = held(cell)
    own, contribution, _ = diffusion(parts, 2)
    nodes = {side: nodes_on_facets(own.space, parts.facets(side)) for side in ("bottom", "top")}
    given = [Prescribed(side, nodes[side], 0, lambda t, v=v: v, "c") for side, v in (("bottom", 1.0), ("top", 2.0))]
    model: SolidModel = solid_model(parts, MATERIAL, [*supports, *given], extra=[contribution], fields=[own])
    residuals = np.array(model.advance(1.0).residuals)
    near = [(a, b) for a, b in pairwise(residuals) if 1e-7 < a < 1e-2]
    assert near
    assert all(b <= max(50.0 * a**2, 1e-12) for a, b in near), residuals
    places = own.space.tabulate_dof_coordinates()
    values = own.values[:, 0]
    line = 4.0 / 3.0 + (2.0 + 8.0 / 3.0 - 4.0 / 3.0) * places[:, 1]
    np.testing.assert_allclose(values + values**3 / 3.0, line, rtol=2e-3)
    assert not model.problem.displacement.any()
    flux = model.problem.reaction("top", "c") + model.problem.reaction("bottom", "c")
    assert flux[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.mpi
def test_a_rate_keeps_its_value_between_two_steps() -> None:
    """Forces of a viscous support are after a step, and after a failed one behind it, what they were in the step."""
    parts, supports = held("quadrilateral")
    symbols = Symbols(parts, {DISPLACEMENT: NodalField(DISPLACEMENT, parts.space)})
    speed = (symbols.value(DISPLACEMENT) - symbols.previous(DISPLACEMENT)) / symbols.dt
    form = 1e8 * ufl.inner(speed, symbols.test(DISPLACEMENT)) * symbols.ds("top", "li")
    damper = UflContribution("damper", {DISPLACEMENT: form}, symbols.coefficients, [DISPLACEMENT])
    loads = [Load("top", "li", pressure=pressure)]
    model = solid_model(parts, MATERIAL, supports, loads=loads, extra=[damper])
    problem = model.problem
    model.advance(1.0)
    model.advance(1.5)
    held_back = np.zeros_like(problem.displacement)
    damper.add_applied_force(problem.iterate, {DISPLACEMENT: held_back})
    assert COMM.allreduce(np.abs(held_back).max(), MPI.MAX) > 1e6
    assert force_imbalance(problem, outside_forces(problem), PLANE_STRAIN) < 1e-9
    problem.begin(9.0, 7.5, 1.0)
    problem.rollback()
    again = np.zeros_like(held_back)
    damper.add_applied_force(problem.iterate, {DISPLACEMENT: again})
    np.testing.assert_array_equal(again, held_back)
