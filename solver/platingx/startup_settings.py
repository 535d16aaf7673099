"""Settings of Open MPI, UCX and PETSc that the package needs, made before either starts.

They read the environment when they are initialised, so ``platingx`` imports this module before all others. Values set
by the user win. Other MPI libraries ignore the variables of Open MPI.
"""

import os

PARAMETERS = {
    # The default component reorders ranks in MPI_Dist_graph_create, where some libraries deadlock (Open MPI 5.0.7).
    "OMPI_MCA_topo": "basic",
    # Waiting ranks give up their core: ten times faster when there are more ranks than free cores.
    "OMPI_MCA_mpi_yield_when_idle": "1",
    # UCX would take SIGHUP, by which a run saves and stops, as a command to trace all that it does.
    "UCX_DEBUG_SIGNO": "0",
}

#: PETSc would end the process when a reader of a pipe has gone (``platingx run CASE | head``); Python raises an error.
PETSC_OPTION = "-no_signal_handler"


def apply_defaults() -> None:
    """Set every parameter of this module that the environment leaves open."""
    for name, value in PARAMETERS.items():
        os.environ.setdefault(name, value)
    given = os.environ.get("PETSC_OPTIONS", "")
    if "signal_handler" not in given:
        os.environ["PETSC_OPTIONS"] = f"{given} {PETSC_OPTION}".strip()


apply_defaults()
