"""Every difference between dolfinx 0.9, 0.10 and 0.11 that the package meets, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dolfinx
import ufl
from dolfinx import cpp, fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI

VERSION = tuple(int(part) for part in dolfinx.__version__.split(".")[:2])


def solve_linear(
    bilinear: ufl.Form,
    linear: ufl.Form,
    conditions: Sequence[fem.DirichletBC],
    options: dict[str, Any],
    prefix: str,
) -> fem.Function:
    """Solve a linear variational problem.

    ``LinearProblem`` requires ``petsc_options_prefix`` from dolfinx 0.10 on and refuses it before.

    Parameters
    ----------
    bilinear, linear
        The forms.
    conditions
        Dirichlet conditions.
    options
        PETSc options, without prefix.
    prefix
        Prefix of the options in PETSc's database.
    """
    settings: dict[str, Any] = {"bcs": list(conditions), "petsc_options": options}
    if VERSION >= (0, 10):
        settings["petsc_options_prefix"] = prefix
    solution = fem_petsc.LinearProblem(bilinear, linear, **settings).solve()
    return solution[0] if isinstance(solution, tuple) else solution


def sparsity_pattern(comm: MPI.Intracomm, index_map: Any, block: int) -> Any:
    """Empty sparsity pattern with the same row and column layout.

    The class is only bound in the C++ layer; the layer moved its arguments before, so it is
    reached through here alone.

    Parameters
    ----------
    comm
        Communicator of the layout.
    index_map, block
        Layout of nodes and number of components of a node.
    """
    return cpp.la.SparsityPattern(comm, [index_map, index_map], [block, block])
