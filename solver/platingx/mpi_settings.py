"""Settings of Open MPI that the package needs, made before ``mpi4py`` starts MPI.

Open MPI reads its parameters from the environment when MPI is initialised, so ``platingx`` imports this module
before all others. Values set by the user win. Other MPI libraries ignore the variables.
"""

import os

OPEN_MPI_PARAMETERS = {
    # The default component reorders ranks in MPI_Dist_graph_create, where adios4dolfinx deadlocks (Open MPI 5.0.7).
    "OMPI_MCA_topo": "basic",
    # Waiting ranks give up their core: ten times faster when there are more ranks than free cores.
    "OMPI_MCA_mpi_yield_when_idle": "1",
}


def apply_defaults() -> None:
    """Set every Open MPI parameter of this module that the environment leaves open."""
    for name, value in OPEN_MPI_PARAMETERS.items():
        os.environ.setdefault(name, value)


apply_defaults()
