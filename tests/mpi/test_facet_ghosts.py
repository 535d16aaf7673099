"""What would hurt most if lost: what joins both sides of a facet sees both on any ranks, and nothing else changes."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from platingx.fields.nodal_field import NodalField
from platingx.physics.discretisation import discretise, fix
from platingx.physics.form_symbols import Symbols
from platingx.physics.solid_model import Growth, solid_model
from platingx.problems.ufl_contribution import UflContribution
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.mpi


def layers(comm: MPI.Comm, ghosts: bool, cell: str):
    box = Box(1.0, 1.0, 4, 6, interface_height=0.5, cell=cell)
    return discretise(build_box(box), comm, ghosts)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_mechanics_is_the_same_with_ghosts(cell: str) -> None:
    """Reactions of metal that grows on a ceramic, and its volume, on one rank and on several with ghosts."""
    found = []
    for comm, ghosts in ((MPI.COMM_SELF, False), (COMM, True)):
        parts = layers(comm, ghosts, cell)
        supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
        materials = {"li": vector(LITHIUM, 298.0), "llzo": elastic(150e9, 0.26)}
        model = solid_model(parts, materials, supports, growth={"li": Growth(lambda time: 1.0 + 0.05 * time)})
        model.march([0.1, 0.2])
        volume = model.region().stress_and_volumes(model.problem.displacement)[1][..., 2].sum()
        found.append([*model.problem.reaction("top"), comm.allreduce(float(volume))])
    np.testing.assert_allclose(found[1], found[0], rtol=1e-7)


def exchanged(comm: MPI.Comm, cell: str) -> tuple[float, float, float]:
    """Sum, largest value and squares of the jumps of a field by cells that facets exchange between them."""
    parts = layers(comm, comm.size > 1, cell)
    domain = parts.loaded.mesh
    own = NodalField("c", fem.functionspace(domain, ("DG", 0)))
    symbols = Symbols(parts, {"c": own})
    c, test = symbols.value("c"), symbols.test("c")
    form = (c - symbols.x[1]) * test * symbols.dx() + 0.1 * ufl.jump(c) * ufl.jump(test) * symbols.dS()
    contribution = UflContribution("exchange", {"c": form}, symbols.coefficients, ["c"])
    materials = {name: elastic(1e9, 0.3) for name in ("li", "llzo")}
    supports = [fix(parts, "bottom", i) for i in (0, 1)]
    model = solid_model(parts, materials, supports, extra=[contribution], fields=[own])
    assert model.advance(1.0).iterations <= 2
    integrals = (c * ufl.dx(domain), ufl.jump(c) ** 2 * ufl.dS(domain))
    total, jumps = (comm.allreduce(fem.assemble_scalar(fem.form(integral))) for integral in integrals)
    return total, comm.allreduce(float(own.values.max()), MPI.MAX), jumps


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_a_jump_between_cells_is_seen_across_ranks(cell: str) -> None:
    """What is exchanged adds nothing: the integral is that of the source, 1/2, and values are those of one rank."""
    found = exchanged(COMM, cell)
    assert found[0] == pytest.approx(0.5, rel=1e-12)
    assert found[1] < 0.9  # 11/12 without exchange
    np.testing.assert_allclose(found, exchanged(MPI.COMM_SELF, cell), rtol=1e-9)
