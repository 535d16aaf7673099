"""For all tests: platingx sets MPI up before any test imports mpi4py, and the ranks of one session end together."""

import os

import pytest

import platingx  # noqa: F401  (sets the defaults of Open MPI)

RANKS_STARTED = "OMPI_COMM_WORLD_SIZE" in os.environ or "PMI_SIZE" in os.environ


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give every rank the worst exit status of all."""
    if RANKS_STARTED:
        from mpi4py import MPI

        session.exitstatus = MPI.COMM_WORLD.allreduce(int(session.exitstatus), op=MPI.MAX)


def pytest_unconfigure() -> None:
    """Wait until every rank has printed its summary: a rank that leaves with a failure ends the others."""
    if RANKS_STARTED:
        from mpi4py import MPI

        MPI.COMM_WORLD.Barrier()
