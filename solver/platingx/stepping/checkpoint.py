"""Checkpoints of a problem: everything that evolves, by cells, readable on any number of ranks.

Rows are keyed by the number that a cell had in the mesh file (``original_cell_index`` of dolfinx), which does not
depend on the ranks. Nodal arrays are stored cell by cell too, in the node order of the cell; dolfinx keeps the order of
the vertices of a cell, and elements of degree 2 have one node on an edge, so that this order is the same on all ranks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from platingx.arrays import IntArray
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.problems.equilibrium import Equilibrium
from platingx.profiling import timed
from platingx.stepping.checkpoint_files import (
    WrittenFile,
    checkpoints,
    discard,
    publish_checkpoint,
    read_index,
    start_checkpoint,
    write_synced,
)

_NODES = "@nodes"  # cannot be the name of a region
_CELLS = "cells"
_RESOLVABLE = "resolvable_force"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was found whole.

    Attributes
    ----------
    path
        Its folder.
    index
        Content of its index: step, and the facts given to `write_checkpoint`.
    skipped
        A sentence for each newer one that could not be used.
    """

    path: Path
    index: dict[str, Any]
    skipped: tuple[str, ...] = ()


@timed("checkpoints")
def write_checkpoint(folder: Path, problem: Equilibrium, step: int, facts: dict[str, Any], keep: int) -> Path:
    """Write the last converged state of a problem. Collective.

    Parameters
    ----------
    folder
        Folder of the checkpoints.
    problem
        Problem; its state since the last `commit` is not looked at.
    step
        Number of the step that led to the state.
    facts
        What else is needed to go on; JSON, the same on all ranks.
    keep
        Number of checkpoints to keep.

    Returns
    -------
    Path
        Folder of the checkpoint.

    Raises
    ------
    OutputError
        On all ranks, if a file cannot be written; the checkpoints before are as they were.
    """
    comm = problem.comm
    content = _pack(problem)
    facts = {**facts, _RESOLVABLE: problem.resolvable_force}
    aside = on_rank_0(comm, lambda: _start(folder, step))
    written: WrittenFile | None = None
    problem_here: str | None = None
    try:
        written = write_synced(aside / f"rank-{comm.rank:05d}.npz", content)
    except OSError as error:
        problem_here = f"{error.strerror or error}"
    results: list[tuple[WrittenFile | None, str | None]] = comm.allgather((written, problem_here))
    message = next((text for _, text in results if text is not None), None)
    files = [file for file, _ in results if file is not None]

    def finish() -> Path:
        try:
            if message is not None:
                raise OutputError(_cannot_write(folder, message))
            return publish_checkpoint(aside, step, facts, files, keep)
        except OSError as error:
            discard(aside)
            raise OutputError(_cannot_write(folder, error.strerror or str(error))) from error
        except OutputError:
            discard(aside)
            raise

    return on_rank_0(comm, finish)


def newest_checkpoint(folder: Path, comm: MPI.Intracomm) -> tuple[Checkpoint | None, tuple[str, ...]]:
    """Find the newest checkpoint that is whole. Collective.

    Returns
    -------
    checkpoint, skipped
        None if there is none; and a sentence for each newer one that is damaged.
    """

    def find() -> tuple[Checkpoint | None, tuple[str, ...]]:
        skipped: list[str] = []
        for path in checkpoints(folder):
            try:
                return Checkpoint(path, read_index(path), tuple(skipped)), tuple(skipped)
            except OutputError as error:
                skipped.append(str(error))
        return None, tuple(skipped)

    return on_rank_0(comm, find)


def restore_checkpoint(problem: Equilibrium, checkpoint: Checkpoint) -> None:
    """Take over the state of a checkpoint, written on any number of ranks. Collective.

    Parameters
    ----------
    problem
        Problem of the same case on the same mesh.
    checkpoint
        Where from.

    Raises
    ------
    OutputError
        On all ranks, if the checkpoint does not hold every cell of the problem.
    """
    message: str | None = None
    try:
        _unpack(problem, checkpoint)
    except (OSError, KeyError, ValueError) as error:
        message = f"{type(error).__name__}: {error}"
    messages = [text for text in problem.comm.allgather(message) if text is not None]
    problem.resolvable_force = float(checkpoint.index.get(_RESOLVABLE, 0.0))
    if messages:
        raise OutputError(f"{checkpoint.path}: the checkpoint does not fit this mesh ({messages[0]})")


def _start(folder: Path, step: int) -> Path:
    try:
        return start_checkpoint(folder, step)
    except OSError as error:
        raise OutputError(_cannot_write(folder, error.strerror or str(error))) from error


def _cannot_write(folder: Path, reason: str) -> str:
    return (
        f"cannot write a checkpoint to {folder}: {reason}. The checkpoint before is intact: make room or give "
        "permission, then go on with --resume"
    )


def _original(problem: Equilibrium) -> IntArray:
    """Number in the mesh file of each local cell, ghosts included."""
    return np.asarray(problem.space.mesh.topology.original_cell_index, dtype=np.int64)


def _pack(problem: Equilibrium) -> bytes:
    """Rows of the owned cells of this rank, as an uncompressed .npz."""
    original = _original(problem)
    topology = problem.space.mesh.topology
    owned = topology.index_map(topology.dim).size_local
    nodes = problem.space.dofmap.list[:owned]
    content: dict[str, npt.NDArray[Any]] = {f"{_NODES}:{_CELLS}": original[:owned]}
    content |= {f"{_NODES}:{name}": array[nodes] for name, array in problem.saved_nodes().items()}
    for part in problem.contributions:
        state = part.saved_state()
        if state is not None:
            content[f"{state.name}:{_CELLS}"] = original[state.cells]
            content |= {f"{state.name}:{name}": array for name, array in state.arrays.items()}
    stream = io.BytesIO()
    np.savez(stream, **content)  # type: ignore[arg-type]
    return stream.getvalue()


def _unpack(problem: Equilibrium, checkpoint: Checkpoint) -> None:
    original = _original(problem)
    states = {state.name: (part, state) for part in problem.contributions if (state := part.saved_state())}
    templates = {name: state.arrays for name, (_, state) in states.items()}
    wanted = {name: original[state.cells] for name, (_, state) in states.items()}
    connectivity = problem.space.dofmap.list[: len(original)]
    nodal = problem.saved_nodes()
    templates[_NODES] = {name: array[connectivity] for name, array in nodal.items()}
    wanted[_NODES] = original
    filled = {name: np.zeros(len(cells), dtype=bool) for name, cells in wanted.items()}
    for content in _contents(checkpoint):
        for name, cells in wanted.items():
            rows, places = _matching(content[f"{name}:{_CELLS}"], cells)
            filled[name][places] = True
            for key, array in templates[name].items():
                array[places] = content[f"{name}:{key}"][rows]
    missing = {name: int((~done).sum()) for name, done in filled.items() if not done.all()}
    if missing:
        raise ValueError(f"cells without a state: {missing}")
    for key, array in templates[_NODES].items():
        nodal[key][connectivity] = array
    problem.restore_nodes(nodal)
    for part, state in states.values():
        part.restore_state(state.arrays)


def _contents(checkpoint: Checkpoint) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """Arrays of each rank that wrote, one after the other."""
    for name in sorted(checkpoint.index["files"]):
        with np.load(checkpoint.path / name, allow_pickle=False) as file:
            yield dict(file.items())


def _matching(stored: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Rows of a file, and places here, of the cells that are in both."""
    if stored.size == 0 or wanted.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    order = np.argsort(stored)
    slots = np.minimum(np.searchsorted(stored, wanted, sorter=order), stored.size - 1)
    rows = order[slots]
    places = np.flatnonzero(stored[rows] == wanted)
    return rows[places], places
