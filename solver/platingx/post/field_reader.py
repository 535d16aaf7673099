"""Result fields as numpy arrays, from the VTX files of `platingx.post.field_writer` and any number of writer ranks.

Examples
--------
>>> fields = read_fields("runs/eruption")                           # doctest: +SKIP
>>> pressure = fields.at(-1)["pressure"][fields.cells]              # doctest: +SKIP
>>> metal = pressure[fields.region_mask("li")]                      # Pa, (cells, nodes per cell)  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray, Mask
from platingx.errors import OutputError
from platingx.paths import absolute_path
from platingx.post.adios_file import has_index, read_file
from platingx.post.field_segments import existing_segments, starts_of_segments
from platingx.post.plane_of import PlaneOf
from platingx.post.run_regions import RunRegions, read_run_regions

__all__ = ["CELL_TYPES", "FieldSeries", "read_fields"]

CELL_TYPES = {(69, 6): "triangle6", (70, 9): "quad9", (71, 10): "tetra10", (72, 27): "hexahedron27"}
"""Names of the cells by their VTK number (Lagrange cells) and number of nodes."""

_BOOKKEEPING = {
    "NumberOfEntities", "NumberOfNodes", "connectivity", "geometry", "step", "types", "vtkGhostType",
    "vtkOriginalPointIds",
}  # fmt: skip


@dataclass(frozen=True)
class _Segment:
    """One file: its path, the points its cells use in the block of each writer rank, and the order to give them in."""

    path: Path
    used_points: tuple[IntArray, ...]
    order: IntArray | None = None


@dataclass(frozen=True, eq=False)
class FieldSeries:
    """Fields of a run over time. Points are not shared between cells, so that jumps between cells are kept.

    Attributes
    ----------
    times : ndarray, shape (steps,)
        s.
    points : ndarray, shape (points, 3)
        Reference configuration, m.
    cells : ndarray of int, shape (cells, nodes per cell)
        Points of each cell in the order of the VTK Lagrange cells (corners, edges, faces, interior).
    cell_type : str
        ``quad9``, ``triangle6``, ``hexahedron27`` or ``tetra10``.
    names : tuple of str
        Names of the fields.
    regions : RunRegions
        The regions by the value of the field ``region``.
    plane : PlaneOf or None
        Set where this is a section of a three-dimensional model.
    """

    times: Array
    points: Array
    cells: IntArray
    cell_type: str
    names: tuple[str, ...]
    _steps: tuple[tuple[_Segment, int], ...] = field(repr=False)
    regions: RunRegions = field(default_factory=RunRegions, repr=False)
    plane: PlaneOf | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.times)

    def at(self, step: int = -1, names: Iterable[str] | None = None) -> dict[str, Array]:
        """Fields of one step.

        Parameters
        ----------
        step : int
            Counted from 0; negative values count from the end.
        names : iterable of str, optional
            Read these only.

        Returns
        -------
        dict of str to ndarray
            Scalars of shape (points,), vectors of shape (points, 3), in the units of the field (Pa, m, 1).

        Raises
        ------
        OutputError
            When there is no such step or field.
        """
        if not -len(self) <= step < len(self):
            raise OutputError(f"{self.path}: there is no step {step}; steps 0 to {len(self) - 1} exist")
        wanted = tuple(self.names if names is None else names)
        unknown = [name for name in wanted if name not in self.names]
        if unknown:
            raise OutputError(f"{self.path}: no field {unknown[0]!r}; fields are {', '.join(self.names)}")
        segment, index = self._steps[step]
        values = read_file(segment.path, lambda reader: {name: _field(reader, name, index, segment) for name in wanted})
        return values if self.plane is None else {name: self.plane.take(field) for name, field in values.items()}

    @property
    def path(self) -> Path:
        """File of the first step."""
        return self._steps[0][0].path

    def nearest_step(self, time: float) -> int:
        """Find the step whose time (s) is nearest to `time`."""
        return int(np.argmin(np.abs(self.times - time)))

    def at_time(self, time: float, names: Iterable[str] | None = None) -> dict[str, Array]:
        """Fields of the step nearest to `time` (s)."""
        return self.at(self.nearest_step(time), names)

    def region_mask(self, region: str | int) -> Mask:
        """Which cells belong to a region, by its name or its number.

        Raises
        ------
        OutputError
            When the name is unknown or the file has no field ``region``.
        """
        if isinstance(region, str):
            names = self.regions.names
            if region not in names:
                raise OutputError(f"{self.path}: no region {region!r} in this run; regions are {', '.join(names)}")
            region = names.index(region)
        return np.asarray(self._regions == region)

    @cached_property
    def _regions(self) -> IntArray:
        """Number of the region of each cell."""
        return np.rint(self.at(0, ["region"])["region"][self.cells[:, 0]]).astype(np.int64)


def read_fields(path: str | Path) -> FieldSeries:
    """Open the fields of a run. Arrays are read step by step, on demand.

    Parts that hold other fields or regions than the rest (a run resumed with another ``output``) are joined to what
    they have in common; a later part alone is read by its own path.

    Parameters
    ----------
    path : str or Path
        A run folder, or a VTX file. The parts that resumed runs have left (``fields.2.bp``) are joined; steps after the
        time from which a later part goes on are taken from the later part.

    Raises
    ------
    OutputError
        When the file is missing, has no complete step or is not a field file.
    """
    path = absolute_path(path)
    folder = path.suffix != ".bp" or (path / "fields.bp").exists()  # the name of a run folder may end so, too
    first = path / "fields.bp" if folder else path
    parts = existing_segments(first)
    if not parts:
        raise OutputError(f"{first}: no such field file; run the case first, or give the folder of a run")
    opened = [
        _nothing(part)  # the program died before the first step of this part
        if len(parts) > 1 and not has_index(part)
        else _open(part)
        for part in parts
    ]
    contents = [content for _, times, content in opened if times.size]
    if not contents:
        raise OutputError(f"{first}: no complete step in this file; the run stopped before its first output")
    common = _common_content(contents)
    starts = starts_of_segments(first)
    steps: list[tuple[float, _Segment, int]] = []
    for part, (segment, times, content) in zip(parts, opened, strict=True):
        if times.size:
            segment = replace(segment, order=_same_order(part, common, content))
        steps = [entry for entry in steps if _stands(entry[0], starts.get(part.name), times)]
        steps += [(float(time), segment, index) for index, time in enumerate(times)]
    times = np.array([time for time, _, _ in steps])
    order = tuple((segment, index) for _, segment, index in steps)
    return FieldSeries(times, *common, order, read_run_regions(first.parent))


def _stands(time: float, start: float | None, times: Array) -> bool:
    """Whether a step stands beside a later part: up to the time from which that goes on, the same number in both.

    A step after an event may be shorter than any tolerance. Parts that do not say so go on before their first step.
    """
    return time <= start if start is not None else times.size == 0 or time < times[0] * (1 - 1e-12)


def _common_content(contents: list[_Content]) -> _Content:
    """What all parts hold: the mesh of the part with the fewest cells, and the names that none lacks."""
    points, cells, cell_type, names = min(contents, key=lambda content: len(content[1]))
    everywhere = tuple(name for name in names if all(name in content[3] for content in contents))
    return points, cells, cell_type, everywhere


def _same_order(path: Path, common: _Content, other: _Content) -> IntArray | None:
    """Order of the points of a part that makes them equal to the common ones: other ranks, other order, more cells."""
    points, cells = common[:2]
    other_points, other_cells = other[:2]
    if cells.shape == other_cells.shape and np.array_equal(cells, other_cells) and np.array_equal(points, other_points):
        return None
    if cells.shape[1] == other_cells.shape[1]:
        tree = cKDTree(other_points[other_cells].mean(axis=1))
        matching = tree.query(points[cells].mean(axis=1))[1]
        order = np.empty(len(points), dtype=np.int64)
        order[cells] = other_cells[matching]
        single = any(np.array_equal(places, places.astype(np.float32)) for places in (points, other_points))
        close = (1e-6 if single else 1e-9) * float(np.ptp(points, axis=0).max())
        if np.allclose(other_points[order], points, rtol=0, atol=close):
            return order
    raise OutputError(
        f"{path}: this part was written on another mesh than the others, or its regions are neither among theirs nor "
        "the other way round; move one of them away"
    )


def _nothing(path: Path) -> tuple[_Segment, Array, _Content]:
    """What a part without any step holds."""
    empty = np.zeros(0)
    return _Segment(path, ()), empty, (empty.reshape(0, 3), np.zeros((0, 0), np.int64), "", ())


_Content = tuple[Array, IntArray, str, tuple[str, ...]]


def _open(path: Path) -> tuple[_Segment, Array, _Content]:
    return read_file(path, lambda reader: _contents(path, reader))


def _contents(path: Path, reader: Any) -> tuple[_Segment, Array, _Content]:
    """Read times, mesh and names of one file."""
    count = reader.num_steps()
    variables = reader.available_variables()
    if count == 0 or not variables:  # closed before its first step
        return _nothing(path)
    if not _BOOKKEEPING - {"NumberOfEntities", "NumberOfNodes"} <= set(variables):
        raise OutputError(f"{path}: not a VTX file with a mesh; fields are {', '.join(sorted(variables))}")
    times = np.atleast_1d(reader.read("step", step_selection=[0, count])).astype(float)
    points, cells, used_points, offset = [], [], [], 0
    mesh_blocks = (_blocks(reader, name, 0) for name in ("connectivity", "geometry", "vtkGhostType"))
    for connectivity, geometry, ghost in zip(*mesh_blocks, strict=True):
        local = connectivity[ghost.reshape(-1)[connectivity[:, 1]] == 0, 1:]  # ghost cells belong to another rank
        used, renumbered = np.unique(local, return_inverse=True)
        points.append(geometry[used].astype(np.float64))
        cells.append(renumbered.reshape(local.shape).astype(np.int64) + offset)
        used_points.append(used.astype(np.int64))
        offset += used.size
    joined = np.concatenate([block for block in cells if block.size])
    cell_type = CELL_TYPES.get((int(reader.read("types", step_selection=[0, 1]).flat[0]), joined.shape[1]))
    if cell_type is None:
        raise OutputError(f"{path}: cells with {joined.shape[1]} nodes of this type are not supported")
    names = tuple(name for name in variables if name not in _BOOKKEEPING)
    return _Segment(path, tuple(used_points)), times, (np.concatenate(points), joined, cell_type, names)


def _blocks(reader: Any, name: str, step: int) -> list[npt.NDArray[Any]]:
    """Blocks of a variable, one for each writer rank."""
    infos = reader.all_blocks_info(name)[step]
    return [_block(reader, name, step, number, info["Count"]) for number, info in enumerate(infos)]


def _block(reader: Any, name: str, step: int, number: int, count: str) -> npt.NDArray[Any]:
    shape = tuple(int(part) for part in count.split(","))
    if 0 in shape:
        return np.zeros(shape)
    return np.asarray(reader.read(name, block_id=number, step_selection=[step, 1])).reshape(shape)


def _field(reader: Any, name: str, step: int, segment: _Segment) -> Array:
    pairs = zip(_blocks(reader, name, step), segment.used_points, strict=True)
    values = np.concatenate([block[used] for block, used in pairs if used.size]).astype(np.float64)
    if segment.order is not None:
        values = values[segment.order]
    return values[:, 0] if values.shape[1] == 1 else values
