"""The figures at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mpi4py import MPI

from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.profiling import timed


@timed("figures")
def draw_figures(folder: Path, movie: bool, say: Callable[[str], None], comm: MPI.Intracomm) -> list[Path]:
    """Draw the figures of a finished run and give their paths; what cannot be drawn is said, and no error. Collective.

    Parameters
    ----------
    folder
        Run folder.
    movie
        Whether to make a movie too.
    say
        Told what could not be drawn or was left out, and why.
    comm
        Communicator.
    """
    from platingx.post.figures import make_all  # matplotlib is slow to load

    try:
        return list(on_rank_0(comm, lambda: make_all(folder, movie, say, solver=False)))
    except OutputError as error:  # the results are whole without pictures
        say(f"not all figures could be drawn: {error}")
        return []
