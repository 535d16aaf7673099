"""Environment variables by which MPI and Slurm tell a process which rank of what it is."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["apart", "without_ranks"]

_OF_RANKS = ("OMPI_", "PMIX_", "PMI_", "PRTE_", "HYDRA_", "PLATINGX_ASKED", "SLURM_", "SRUN_", "SBATCH_")
_NUMBERS = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS")
"""Sizes that tell how many processes were started together; that of MPI's own launcher says more than Slurm's."""
_OF_STEPS = ("SLURM_STEP_NUM_TASKS",)
_TERMINAL = "SLURM_PTY_PORT"
_SETTINGS = ("OMPI_MCA_", "OMPI_ALLOW", "PRTE_MCA_")


def without_ranks(given: Mapping[str, str]) -> dict[str, str]:
    """Environment for a program that is to start ranks of its own, from within a rank or a job.

    Parameters
    ----------
    given
        Environment of this process.

    Returns
    -------
    dict of str
        The same without what says which rank this process is; settings of MPI are kept.
    """
    return {name: text for name, text in given.items() if not name.startswith(_OF_RANKS) or name.startswith(_SETTINGS)}


def apart(ranks: int, given: Mapping[str, str]) -> str:
    """Say that processes that were meant as ranks of one run are runs of their own, since MPI does not join them.

    Parameters
    ----------
    ranks
        Number of ranks that the MPI of this process knows.
    given
        Environment of this process.

    Returns
    -------
    str
        One sentence, or nothing where all is as it should be.
    """
    known = [name for name in _NUMBERS if given.get(name, "").isdigit()]
    name = known[0] if known else ""
    number = int(given[name]) if name else 1
    if name in _OF_STEPS and _TERMINAL in given:  # a shell in a step: what is typed there is started once
        return ""
    if ranks > 1 or number == 1:
        return ""
    return (
        f"{number} processes were started together ({name}), but MPI sees one rank in each, so that each is a run of "
        f"its own; for one run on {number} ranks: ./platingx -n {number} run ..., the mpirun of this MPI, or "
        "srun --mpi=TYPE with a type that it knows (srun --mpi=list)"
    )
