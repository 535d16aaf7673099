"""The fields of a finished run as a VTKHDF file beside fields.bp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mpi4py import MPI

from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.post.results import open_run
from platingx.profiling import timed
from platingx.run.folder import VTK_FILES

__all__ = ["write_vtk_fields"]


@timed("fields")
def write_vtk_fields(folder: Path, say: Callable[[str], None], comm: MPI.Intracomm) -> None:
    """Write fields.vtkhdf from the files of a run; what keeps it from being written is said, and no error. Collective.

    Parameters
    ----------
    folder
        Run folder.
    say
        Told what could not be written, and why.
    comm
        Communicator.
    """
    from platingx.post.vtk_mesh import vtk_mesh  # h5py is not loaded by runs that do without
    from platingx.post.vtkhdf import write_vtkhdf

    def write() -> None:
        run = open_run(folder)
        write_vtkhdf(run.fields, vtk_mesh(run.fields), folder / VTK_FILES["vtkhdf"], run.title)

    try:
        on_rank_0(comm, write)
    except OutputError as error:  # fields.bp is whole, and `platingx export` can be tried again
        say(f"{VTK_FILES['vtkhdf']} could not be written: {error}")
