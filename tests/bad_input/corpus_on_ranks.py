"""Run the whole corpus in one process per rank: mpirun -n 2 python -m mpi4py corpus_on_ranks.py FOLDER.

Every rank runs every command line; rank 0 compares and prints one JSON object. A rank that waits for another one
is ended with its traceback.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from pathlib import Path

from broken import LONGEST, Broken, Outcome, arguments_of, complaints, run
from broken_cases import EXECUTED, absurd_meshes, generated_cases, tables, yaml_cases
from broken_mesh_files import MESHES


def wrong_on_ranks(broken: Broken, folder: Path) -> list[str]:
    """Everything wrong with the answers of all ranks; a list on rank 0. Collective."""
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    case = comm.bcast(broken.make(folder) if comm.rank == 0 else None, root=0)
    outcomes: list[Outcome] | None = comm.gather(run(arguments_of(case, folder, "run")), root=0)
    if outcomes is None:
        return []
    found = complaints(broken, case, folder, outcomes[0])
    codes = [outcome.code for outcome in outcomes]
    if len(set(codes)) > 1:
        found.append(f"{broken.name}: exit codes {codes}")
    found += [
        f"{broken.name}: rank {rank} prints {o.err or o.out}"
        for rank, o in enumerate(outcomes)
        if rank and o.err + o.out
    ]
    return found


def main(folder: Path) -> None:
    """Run all, and print what is wrong."""
    from mpi4py import MPI

    import platingx  # noqa: F401  (sets the defaults of Open MPI)

    comm = MPI.COMM_WORLD
    corpus = [*yaml_cases(), *generated_cases(), *tables(), *MESHES, *absurd_meshes()]
    found: list[str] = []
    for number, broken in enumerate(corpus):
        own = folder / str(number)
        if comm.rank == 0:
            own.mkdir()
        comm.barrier()
        os.chdir(own)
        faulthandler.dump_traceback_later(2 * LONGEST, exit=True)
        found += wrong_on_ranks(broken, own)
        faulthandler.cancel_dump_traceback_later()
        if (own / EXECUTED).exists():
            found.append(f"{broken.name}: ran a command")
    if comm.rank == 0:
        print(json.dumps({"ranks": comm.size, "inputs": len(corpus), "wrong": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
