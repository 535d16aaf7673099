"""Environment variables by which MPI and Slurm tell a process which rank of what it is."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["without_ranks"]

_OF_RANKS = ("OMPI_", "PMIX_", "PMI_", "PRTE_", "HYDRA_", "PLATINGX_ASKED", "SLURM_", "SRUN_", "SBATCH_")
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
