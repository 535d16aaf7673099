"""interface.csv of a run with diffusion: pressure and thickness along its interfaces at the written instants."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.physics.interface_diffusion import INTERFACE_DIFFUSION
from platingx.physics.model import Model
from platingx.post.file_names import INTERFACE_TABLE
from platingx.problems.interface_diffusion import DiffusionPath, InterfaceDiffusion

__all__ = ["InterfaceTable", "along_chain", "interface_table"]

AXES = ("x_m", "y_m", "z_m")


class InterfaceTable:
    """Appends the nodes of all paths to interface.csv. All methods are collective.

    Parameters
    ----------
    path
        The file.
    diffusion
        What is written.
    after
        Time in s of the state that a resumed run goes on from: earlier rows are kept; None to start a new file.
    """

    def __init__(self, path: Path, diffusion: InterfaceDiffusion, after: float | None) -> None:
        self._path, self._diffusion = path, diffusion
        self._comm = diffusion.pressure.comm
        self._paths = [_Path(each, diffusion) for each in diffusion.paths]
        names = AXES[: diffusion.paths[0].places.shape[1]]
        header = ["time_s", "boundary", "place_m", *names, "pressure_Pa", "thickness_m"]
        on_rank_0(self._comm, lambda: _start(path, header, after))

    def write(self, time: float) -> None:
        """Write the converged state at a time (s)."""
        found = [(path.name, path.table()) for path in self._paths]
        rows = [[repr(time), name, *map(_text, row)] for name, table in found for row in table]

        def append() -> None:
            try:
                with self._path.open("a", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(rows)
            except OSError as error:
                raise OutputError(f"cannot write {self._path}: {error.strerror or error}") from error

        on_rank_0(self._comm, append)


def interface_table(folder: Path, model: Model, after: float | None) -> InterfaceTable | None:
    """The table of a run whose metal diffuses; None for others. Collective."""
    part = model.parts.get(INTERFACE_DIFFUSION)
    if part is None:
        return None
    diffusion = next(each for each in part.contributions if isinstance(each, InterfaceDiffusion))
    return InterfaceTable(folder / INTERFACE_TABLE, diffusion, after)


class _Path:
    """Owned nodes of a path in the order of the table."""

    def __init__(self, path: DiffusionPath, diffusion: InterfaceDiffusion) -> None:
        self.name, self._deposit, self._pressure = path.name, path.deposit, diffusion.pressure
        self._owned = path.deposit.index_map.size_local
        self._shared = diffusion.pressure.number[path.deposit.places[: self._owned]]
        own = path.deposit.global_numbers
        chains = own[path.numbers] if len(path.numbers) else np.zeros((0, path.numbers.shape[1]), dtype=np.int32)
        self._numbers = self._whole(own[: self._owned].astype(float)).astype(int)
        gathered = np.concatenate(diffusion.pressure.comm.allgather(chains))
        places = self._whole(path.places[: self._owned])
        ordered = places[np.argsort(self._numbers)]
        if places.shape[1] == 2:
            order, distance = along_chain(gathered, ordered)
        else:
            order, distance = np.lexsort(ordered.T[::-1]), np.full(len(ordered), np.nan)
        self._order = np.argsort(self._numbers)[order]
        self._fixed = np.column_stack([distance, ordered[order]])

    def table(self) -> Array:
        """Place along it, coordinates, pressure and thickness of each node; the same on all ranks."""
        pressed = self._pressure.converged[self._shared, 0]
        values = self._whole(np.column_stack([pressed, self._deposit.converged[: self._owned, 0]]))
        return np.column_stack([self._fixed, values[self._order]])

    def _whole(self, own: Array) -> Array:
        return np.concatenate(self._pressure.comm.allgather(own))


def along_chain(facets: IntArray, places: Array) -> tuple[IntArray, Array]:
    """Nodes of lines in the order in which one walks along them, and how far along them they are.

    Parameters
    ----------
    facets
        Both ends of each facet and the node between them, shape (facets, 3), or the ends alone (facets, 2).
    places
        Coordinates of the nodes, shape (nodes, 2).

    Returns
    -------
    tuple
        Numbers of the nodes, and distances (m) from the end with the lowest coordinates, each line after the one
        before.
    """
    beside: list[list[int]] = [[] for _ in places]
    for first, last, *between in facets:
        for one, other in pairwise((first, *between, last)):
            beside[one].append(int(other))
            beside[other].append(int(one))
    order: list[int] = []
    seen = np.zeros(len(places), dtype=bool)
    ranked = sorted(range(len(places)), key=lambda node: (len(beside[node]) != 1, *places[node]))
    for start in ranked:
        step: int | None = None if seen[start] else start
        while step is not None:
            order.append(step)
            seen[step] = True
            step = next((node for node in beside[step] if not seen[node]), None)
    steps = np.linalg.norm(np.diff(places[order], axis=0), axis=1)
    joined = np.array([after in beside[before] for before, after in pairwise(order)], dtype=bool)
    return np.array(order), np.concatenate([[0.0], np.cumsum(np.where(joined, steps, 0.0))])


def _start(path: Path, header: list[str], after: float | None) -> None:
    """Begin the table, or cut one behind the state that a run goes on from; a crash on the way leaves the old one."""
    kept = [header]
    try:
        if after is not None and path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file) if len(row) == len(header)][1:]
            kept += [row for row in rows if float(row[0]) <= after]
        fresh = path.with_suffix(".csv.new")
        with fresh.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(kept)
        fresh.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def _text(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))
