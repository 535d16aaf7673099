"""What would hurt most if lost: our current distributions agree with those that plain dolfinx gives by itself.

The scripts below know nothing of the package: a rectangle of dolfinx, forms of UFL, a direct solver. The counter
electrode is the bottom, the right part of the top is plated, the rest is blocked.
"""

import numpy as np
import pytest
import ufl
from cells import strip
from dolfinx import fem, mesh
from dolfinx.fem.petsc import assemble_matrix, assemble_vector
from mpi4py import MPI
from petsc4py import PETSc

WIDTH, HEIGHT, BLOCKED = 0.5, 2.0, 0.15


def graded(count: int) -> mesh.Mesh:
    """Elements that become smaller towards the edge of the contact, by the third power."""
    domain = mesh.create_rectangle(
        MPI.COMM_SELF, [[-1.0, 0.0], [1.0, 1.0]], [2 * count, 2 * count], mesh.CellType.quadrilateral
    )
    x = domain.geometry.x
    side, depth = x[:, 0].copy(), 1.0 - x[:, 1]
    x[:, 0] = np.where(side < 0.0, BLOCKED * (1.0 - np.abs(side) ** 3), BLOCKED + (WIDTH - BLOCKED) * np.abs(side) ** 3)
    x[:, 1] = HEIGHT * (1.0 - depth**3)
    return domain


def plain(count: int, resistance: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Voltage at a mean current density of 1 over the period, and the density at places of the contact.

    Secondary distribution for a resistance, primary (an equipotential contact) for 0.
    """
    domain = graded(count)
    space = fem.functionspace(domain, ("Lagrange", 2))
    top = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], HEIGHT) & (x[0] > BLOCKED - 1e-12))
    tags = mesh.meshtags(domain, 1, np.sort(top), np.full(len(top), 1, dtype=np.int32))
    ds = ufl.Measure("ds", domain=domain, subdomain_data=tags)
    phi, test = ufl.TrialFunction(space), ufl.TestFunction(space)
    bilinear = ufl.inner(ufl.grad(phi), ufl.grad(test)) * ufl.dx
    bottom = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], 0.0))
    held = [fem.dirichletbc(0.0, fem.locate_dofs_topological(space, 1, bottom), space)]
    linear = fem.Constant(domain, 0.0) * test * ufl.dx
    if resistance > 0.0:
        bilinear += phi / resistance * test * ds(1)
        linear += test / resistance * ds(1)
    else:
        held.append(fem.dirichletbc(1.0, fem.locate_dofs_topological(space, 1, top), space))
    form, right = fem.form(bilinear), fem.form(linear)
    matrix = assemble_matrix(form, bcs=held)
    matrix.assemble()
    vector = assemble_vector(right)
    fem.apply_lifting(vector.array_w, [form], bcs=[held])
    for condition in held:
        condition.set(vector.array_w)
    solver = PETSc.KSP().create(MPI.COMM_SELF)
    solver.setType("preonly")
    solver.getPC().setType("lu")
    solver.getPC().setFactorSolverType("mumps")
    solver.setOperators(matrix)
    solution = fem.Function(space)
    found = vector.duplicate()
    solver.solve(vector, found)
    solution.x.array[:] = found.array_r
    # the energy, not the flux at the singular edge: 1 V times the current is what conduction and contact turn into heat
    heat = ufl.inner(ufl.grad(solution), ufl.grad(solution)) * ufl.dx
    if resistance > 0.0:
        heat += (1.0 - solution) ** 2 / resistance * ds(1)
    current = float(fem.assemble_scalar(fem.form(heat)))
    nodes = fem.locate_dofs_topological(space, 1, top)
    places = space.tabulate_dof_coordinates()[nodes, 0]
    density = (1.0 - solution.x.array[nodes]) / resistance if resistance > 0.0 else np.zeros(len(nodes))
    return WIDTH / current, places, density * WIDTH / current


@pytest.mark.parametrize("resistance", [15.0, 0.15])
def test_secondary_distribution(resistance: float) -> None:
    """Voltage, and density at places, for a contact that spreads the current and one that hardly does."""
    voltage, places, density = plain(12, resistance)
    ours, extra = strip(0.3, resistance, 20)
    assert extra == pytest.approx(voltage - HEIGHT, rel=1e-3)
    order, (x, found, _) = np.argsort(places), ours.at_points()
    along = np.argsort(x[:, 0])
    wanted = np.array([0.2, 0.3, 0.4, 0.49])
    there = np.interp(wanted, x[along, 0], found[along]) / np.interp(wanted, places[order], density[order])
    np.testing.assert_allclose(there, 1.0, rtol=3e-3)


def test_primary_distribution_and_the_series() -> None:
    """An equipotential contact: the closed form -ln(sin(pi f/2))/pi by plain dolfinx, and ours at a tiny resistance."""
    closed = -np.log(np.sin(np.pi * 0.7 / 2.0)) / np.pi
    voltage, _, _ = plain(12, 0.0)
    assert voltage - HEIGHT == pytest.approx(closed, rel=1e-3)
    values = [strip(0.3, 1e-7, count)[1] for count in (20, 40)]
    assert 2.0 * values[1] - values[0] == pytest.approx(voltage - HEIGHT, rel=0.01)
