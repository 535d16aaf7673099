"""Factors of small systems that give every digit again on any number of ranks."""

from __future__ import annotations

from mpi4py import MPI

__all__ = ["whole_factors"]


def whole_factors(comm: MPI.Comm, prefix: str = "") -> dict[str, str]:
    """PETSc options by which MUMPS factorises a matrix, on several ranks the whole of it on each.

    Shared among ranks, it adds contributions as they arrive. Growth directions, fibre lengths and ways along
    interfaces go into every result, so that the last digits of a run would depend on what else the machine does.

    Parameters
    ----------
    comm
        Communicator of the matrix.
    prefix
        Stands before each option, such as ``redistribute_``.
    """
    factors = {"pc_type": "lu", "pc_factor_mat_solver_type": "mumps"}
    if comm.size > 1:
        factors = {"pc_type": "redundant", "redundant_ksp_type": "preonly"} | {
            f"redundant_{key}": value for key, value in factors.items()
        }
    return {f"{prefix}{key}": value for key, value in {"ksp_type": "preonly", **factors}.items()}
