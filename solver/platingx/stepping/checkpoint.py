"""Checkpoints of problems: everything that evolves, readable on any number of ranks.

Rows are keyed by the number that a cell had in the mesh file (``original_cell_index`` of dolfinx), which does not
depend on the ranks, or by this and a facet of the cell. Nodal arrays are stored cell by cell too, in the node order of
the cell; dolfinx keeps the order of the vertices of a cell, and elements of degree 2 have one node on an edge, so that
this order is the same on all ranks. Numbers that belong to no place are stored by rank 0.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from platingx.arrays import IntArray
from platingx.errors import OutputError
from platingx.fields.nodal_field import Field, NodalField
from platingx.fields.saved_state import Saved, Stateful
from platingx.parallel import on_rank_0
from platingx.problems.problem import Problem
from platingx.profiling import timed
from platingx.stepping.checkpoint_files import (
    OtherFormatError,
    WrittenFile,
    cannot_write,
    checkpoints,
    discard,
    other_version,
    publish_checkpoint,
    read_index,
    start_checkpoint,
    write_synced,
)

_ENTITIES = "@entities"  # cannot be the name of an array
_RESOLVABLE, _TIME, _DT = "resolvable_forces", "problem_times_s", "problem_steps_s"
_FACETS_OF_A_CELL = 16  # more than any cell has: facets are numbered by their cells


class _OtherNumbersError(Exception):
    """Numbers of a part that belong to no place are missing, or have another shape."""


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
def write_checkpoint(folder: Path, problems: Sequence[Problem], step: int, facts: dict[str, Any], keep: int) -> Path:
    """Write the last converged state of problems. Collective.

    Parameters
    ----------
    folder
        Folder of the checkpoints.
    problems
        Problems; their state since the last `commit` is not looked at.
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
    comm = problems[0].comm
    content = _pack(problems)
    own = {_RESOLVABLE: "resolvable_force", _TIME: "converged_time", _DT: "converged_dt"}
    facts = {**facts, **{key: [getattr(problem, name) for problem in problems] for key, name in own.items()}}
    aside = on_rank_0(comm, lambda: start_checkpoint(folder, step))
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
                raise OutputError(cannot_write(folder, message))
            return publish_checkpoint(aside, step, facts, files, keep)
        except OSError as error:
            discard(aside)
            raise OutputError(cannot_write(folder, error.strerror or str(error))) from error
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

    Raises
    ------
    OtherFormatError
        If the newest whole one has another layout: a run that started anew would not be the same run.
    """

    def find() -> tuple[Checkpoint | None, tuple[str, ...]]:
        skipped: list[str] = []
        for path in checkpoints(folder):
            try:
                return Checkpoint(path, read_index(path), tuple(skipped)), tuple(skipped)
            except OtherFormatError:
                raise
            except OutputError as error:
                skipped.append(str(error))
        return None, tuple(skipped)

    return on_rank_0(comm, find)


def restore_checkpoint(problems: Sequence[Problem], checkpoint: Checkpoint) -> None:
    """Take over the state of a checkpoint, written on any number of ranks. Collective.

    Parameters
    ----------
    problems
        Problems of the same case on the same mesh.
    checkpoint
        Where from.

    Raises
    ------
    OutputError
        On all ranks, if the checkpoint does not hold every cell of the problem.
    """
    message: str | None = None
    try:
        _unpack(problems, checkpoint)
    except _OtherNumbersError as error:
        message = (
            f"does not fit this version of platingx, which keeps other numbers of a part: {error}\n"
            f"    try:   {other_version(checkpoint.index.get('platingx'))}"
        )
    except (OSError, KeyError, ValueError) as error:
        message = f"does not fit this mesh ({type(error).__name__}: {error})"
    messages = [text for text in problems[0].comm.allgather(message) if text is not None]
    numbers = zip(*(checkpoint.index[key] for key in (_RESOLVABLE, _TIME, _DT)), strict=True)
    for problem, (force, time, dt) in zip(problems, numbers, strict=True):
        problem.resolvable_force, problem.converged_time, problem.converged_dt = float(force), float(time), float(dt)
        problem.rollback()
    if messages:
        raise OutputError(f"{checkpoint.path}: the checkpoint {messages[0]}")


def _original(problems: Sequence[Problem]) -> tuple[IntArray, int]:
    """Number in the mesh file of each local cell, ghosts included, and how many cells are owned."""
    field = next(f for problem in problems for f in problem.fields.values() if isinstance(f, NodalField))
    topology = (field.space.mesh if field.part is None else field.part.whole).topology
    return np.asarray(topology.original_cell_index, dtype=np.int64), int(topology.index_map(topology.dim).size_local)


def _kept(problems: Sequence[Problem]) -> list[tuple[Field | Stateful, Saved]]:
    """Everything that evolves, with its last converged state. Collective."""
    things: list[Field | Stateful] = []
    for problem in problems:
        things += [*problem.fields.values(), *problem.states]
    return [(thing, thing.saved()) for thing in things]


def _keys(saved: Saved, original: IntArray) -> IntArray:
    """Keys of rows that do not depend on the ranks."""
    if saved.key == "facets":
        cells, facets = saved.entities.reshape(-1, 2).T
        return original[cells] * _FACETS_OF_A_CELL + facets
    return original[saved.entities]


def _pack(problems: Sequence[Problem]) -> bytes:
    """Rows of the owned cells of this rank, as an uncompressed .npz."""
    original, owned = _original(problems)
    content: dict[str, npt.NDArray[Any]] = {}
    for _, saved in _kept(problems):
        if saved.key == "global":
            if problems[0].comm.rank == 0:
                content |= {f"{saved.name}:{name}": array for name, array in saved.arrays.items()}
            continue
        mine = (saved.entities if saved.entities.ndim == 1 else saved.entities[:, 0]) < owned
        content[f"{saved.name}:{_ENTITIES}"] = _keys(saved, original)[mine]
        content |= {f"{saved.name}:{name}": array[mine] for name, array in saved.arrays.items()}
    stream = io.BytesIO()
    np.savez(stream, **content)  # type: ignore[arg-type]
    return stream.getvalue()


def _unpack(problems: Sequence[Problem], checkpoint: Checkpoint) -> None:
    original, _ = _original(problems)
    kept = _kept(problems)
    wanted = {saved.name: _keys(saved, original) for _, saved in kept if saved.key != "global"}
    filled = {name: np.zeros(len(keys), dtype=bool) for name, keys in wanted.items()}
    missing = {f"{saved.name}:{name}" for _, saved in kept if saved.key == "global" for name in saved.arrays}
    for content in _contents(checkpoint):
        for _, saved in kept:
            if saved.key == "global":
                missing -= _take_global(saved, content)
                continue
            rows, places = _matching(content[f"{saved.name}:{_ENTITIES}"], wanted[saved.name])
            filled[saved.name][places] = True
            for name, array in saved.arrays.items():
                array[places] = content[f"{saved.name}:{name}"][rows]
    if missing:
        raise _OtherNumbersError(f"no {', '.join(sorted(missing))} in it")
    for _, saved in kept:
        if saved.key != "global":
            _check_filled(saved, filled[saved.name])
    for thing, saved in kept:
        thing.restore(saved)


def _check_filled(saved: Saved, done: npt.NDArray[np.bool_]) -> None:
    """Refuse cells that no file has; a facet between ranks is told by one of its cells."""
    if saved.key == "cells" and not done.all():
        raise ValueError(f"cells without a state of {saved.name}: {int((~done).sum())}")
    if saved.key == "facets":
        for array in saved.arrays.values():
            array[~done] = np.nan


def _take_global(saved: Saved, content: dict[str, npt.NDArray[Any]]) -> set[str]:
    """Take over what a file has of it; the names of the arrays that it has."""
    found = set()
    for name, array in saved.arrays.items():
        key = f"{saved.name}:{name}"
        if key in content:
            if content[key].shape != array.shape:
                raise _OtherNumbersError(f"{key} has the shape {content[key].shape} there, and {array.shape} here")
            array[...] = content[key]
            found.add(key)
    return found


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
