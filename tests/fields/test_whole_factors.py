"""What would hurt most if lost: factors of small systems that do not depend on the order in which messages arrive."""

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from platingx.fields.whole_factors import whole_factors

pytestmark = pytest.mark.mpi
ROWS = 40


@pytest.mark.parametrize("prefix", ["", "redistribute_"])
def test_every_rank_factorises_the_whole_matrix(prefix: str) -> None:
    """-u'' = 1 with u = 0 at both ends, by differences: u_i = i (n + 1 - i)/2, exact."""
    comm = MPI.COMM_WORLD
    matrix = PETSc.Mat().createAIJ((ROWS, ROWS), nnz=3, comm=comm)
    first, last = matrix.getOwnershipRange()
    for row in range(first, last):
        for column in range(max(row - 1, 0), min(row + 2, ROWS)):
            matrix.setValue(row, column, 2.0 if row == column else -1.0)
    matrix.assemble()
    right, solution = matrix.createVecs()
    right.set(1.0)
    solver = PETSc.KSP().create(comm)
    solver.setOptionsPrefix("whole_factors_")
    solver.setOperators(matrix)
    outer = {"ksp_type": "preonly", "pc_type": "redistribute"} if prefix else {}
    options = outer | whole_factors(comm, prefix)
    database = PETSc.Options("whole_factors_")
    for key, value in options.items():
        database[key] = value
    solver.setFromOptions()
    solver.solve(right, solution)
    for key in options:
        database.delValue(key)
    place = np.arange(first, last) + 1.0
    np.testing.assert_allclose(solution.array_r, place * (ROWS + 1 - place) / 2, rtol=1e-13)
    if not prefix:
        assert solver.getPC().getType() == ("lu" if comm.size == 1 else "redundant")
    assert options[f"{prefix}pc_type"] == ("lu" if comm.size == 1 else "redundant")
