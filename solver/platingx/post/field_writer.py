"""Result fields on disk: one VTX file (ADIOS2 BP4) that ParaView opens, on any number of ranks.

All fields of a file share one discontinuous Lagrange space of degree 2, so that a jump between two regions is kept
and nothing is averaged between elements. The caller evaluates its quantities at ``FieldWriter.node_points()`` in every
cell and hands over plain arrays.
"""

from __future__ import annotations

import ctypes
import math
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import basix.ufl
import numpy as np
import numpy.typing as npt
from dolfinx import fem
from dolfinx.cpp.io import VTXMeshPolicy
from dolfinx.io import VTXWriter
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.compat import in_single_precision, part_of_mesh
from platingx.errors import OutputError, SingleRankError
from platingx.parallel import first_problem
from platingx.post.field_segments import new_segment

__all__ = ["FIELD_DEGREE", "FieldWriter"]

FIELD_DEGREE = 2
"""Polynomial degree of every written field inside an element."""

# BP4 appends to its index at the end of each step, so that the steps before a crash stay readable.
_ENGINE = "BP4"

#: Room that is left for the index of the file and for the texts of a run, bytes.
_RESERVE = 200_000

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class FieldWriter:
    """Write named fields of a mesh over time into one VTX file.

    Parameters
    ----------
    path : str or Path
        File to write, usually ``fields.bp``. An existing file is replaced unless ``resume`` is set.
    mesh : dolfinx.mesh.Mesh
        Mesh in its reference configuration; quadrilaterals, triangles, hexahedra or tetrahedra of any order.
    components : mapping of str to int
        Name of every field and its number of components: 1 (scalar), 2 or 3 (vector; two components are padded
        with a zero for ParaView) or 9 (tensor, row by row).
    resume : bool
        Keep an existing file and write the following steps beside it (``fields.2.bp``, ...).
        `platingx.post.field_reader.read_fields` joins the parts.
    after : float, optional
        With `resume`: time in s of the state that the run goes on from. Steps of a later time in the parts before
        are void then.
    cells : ndarray of int, optional
        Local numbers of the owned cells to write, in ascending order; all if None. At least one over all ranks.
    single_precision : bool
        Write fields and coordinates as numbers of four bytes.
    mesh_once : bool
        Write the mesh with the first step only.

    Raises
    ------
    OutputError
        On all ranks, when the file cannot be created.
    ValueError
        When `components` is empty or holds another number of components.

    Notes
    -----
    All methods are collective over the communicator of the mesh. VTX with the BP4 engine: each step is on disk and
    readable as soon as `write` has returned, also when the program dies later.
    """

    def __init__(
        self,
        path: str | Path,
        mesh: Any,
        components: Mapping[str, int],
        *,
        resume: bool = False,
        after: float | None = None,
        cells: Int32Array | None = None,
        single_precision: bool = False,
        mesh_once: bool = False,
    ) -> None:
        if not components or any(count not in (1, 2, 3, 9) for count in components.values()):
            raise ValueError(f"fields need 1, 2, 3 or 9 components each; got {dict(components)}")
        self._order: npt.NDArray[np.intp] | None = None
        if cells is not None:
            part = part_of_mesh(mesh, mesh.topology.dim, cells)
            mesh, written = part.mesh, part.entities[: part.mesh.topology.index_map(part.dimension).size_local]
            self._order = np.searchsorted(cells, written)
        self._type = np.float32 if single_precision else np.float64
        self._mesh = mesh = in_single_precision(mesh) if single_precision else mesh
        self._element = basix.ufl.element(
            "Lagrange", mesh.basix_cell(), FIELD_DEGREE, discontinuous=True, dtype=self._type
        )
        self._functions = {name: self._function(name, count) for name, count in components.items()}
        self._components = dict(components)
        self.local_cells: int = mesh.topology.index_map(mesh.topology.dim).size_local
        self._step_size = self._largest_step()
        self.path = _prepare(Path(path), mesh.comm, resume, after)
        self._closed = False
        self._writer: Any = None
        # ADIOS2 stores no shape of an empty block, which readers stumble over: ranks without cells do not write
        writers = mesh.comm.Split(0 if self.local_cells else MPI.UNDEFINED)
        if writers == MPI.COMM_NULL:
            return
        try:
            policy = VTXMeshPolicy.reuse if mesh_once else VTXMeshPolicy.update
            self._writer = VTXWriter(writers, str(self.path), list(self._functions.values()), _ENGINE, policy)
        except RuntimeError as error:
            raise OutputError(f"{self.path}: the field file cannot be created ({error})") from error

    def _largest_step(self) -> int:
        """Bytes of a step with its mesh over all ranks, and some room for what ADIOS2 and the rest of a run add."""
        numbers = sum(self._components.values()) + 3 + 1  # fields, coordinates of the nodes, numbers of the nodes
        numbers += sum(count == 2 for count in self._components.values())  # padded to three components
        values = self._mesh.comm.allreduce(self.local_cells * self.nodes_per_cell * numbers)
        return int(1.2 * 8 * values) + _RESERVE  # an upper bound also in single precision

    def _function(self, name: str, count: int) -> Any:
        shape = (3, 3) if count == 9 else (count,)
        element = self._element if count == 1 else basix.ufl.blocked_element(self._element, shape=shape)
        return fem.Function(fem.functionspace(self._mesh, element), name=name, dtype=self._type)

    @property
    def components(self) -> dict[str, int]:
        """Names of the fields and their number of components."""
        return dict(self._components)

    @property
    def nodes_per_cell(self) -> int:
        """Number of values per cell and component: 9 (quadrilateral), 6 (triangle), 27 or 10."""
        return int(self._element.basix_element.points.shape[0])

    def node_points(self) -> Array:
        """Give the reference coordinates of the nodes of a cell, in the order `write` expects them.

        Returns
        -------
        ndarray, shape (nodes_per_cell, topological dimension)
            Dimensionless, in the reference cell of basix (unit square, unit triangle, ...).
        """
        return np.array(self._element.basix_element.points, dtype=np.float64)

    def write(self, time: float, values: Mapping[str, npt.ArrayLike]) -> None:
        """Write one step.

        Parameters
        ----------
        time : float
            s.
        values : mapping of str to array
            One array for each field, of shape (owned cells, nodes_per_cell) for a scalar and
            (owned cells, nodes_per_cell, components) for a vector or tensor. Cells come in the local order of the mesh,
            or in that of the chosen cells.

        Raises
        ------
        ValueError
            When a field is missing, unknown or of another shape.
        OutputError
            When the step cannot be written, e.g. on a full disk, or when the writer is closed.
        """
        if self._closed:
            raise OutputError(f"{self.path}: the field file is closed already")
        if set(values) != set(self._functions):
            raise ValueError(f"expected the fields {sorted(self._functions)}, got {sorted(values)}")
        for name, array in values.items():
            self._assign(name, np.asarray(array, dtype=np.float64))
        self._check_room()
        problem = self._attempt("write", float(time))
        if problem is not None:
            raise OutputError(f"{self.path}: the step at {time:g} s cannot be written ({problem}); is the disk full?")

    def _check_room(self) -> None:
        """Refuse a step that the disk has no room for, before ADIOS2 starts with it."""
        comm = self._mesh.comm
        free = comm.bcast(_free_space(self.path.parent) if comm.rank == 0 else None, root=0)
        if free < self._step_size:
            raise OutputError(
                f"{self.path}: a step needs {self._step_size / 1e6:.1f} MB and the disk has {free / 1e6:.1f} MB left; "
                "make room, then go on with --resume"
            )

    def _attempt(self, method: str, *arguments: float) -> str | None:
        """Call a method of the writer on all ranks that have one; what went wrong on any rank, in one line.

        Raises
        ------
        SingleRankError
            If the other ranks hang in ADIOS2, which waits there for what this rank could not write.
        """
        problem: str | None = None
        try:
            if self._writer is not None:
                getattr(self._writer, method)(*arguments)
        except RuntimeError as error:
            problem = _one_line(error)
        try:
            problem = first_problem(self._mesh.comm, problem)
        except TimeoutError as error:
            self._give_up()
            alone = OutputError(f"{self.path}: a step cannot be written ({error}); is the disk full?")
            raise SingleRankError(self._mesh.comm.rank, alone) from error
        if problem is not None:
            self._give_up()
        return problem

    def _give_up(self) -> None:
        """Leave the writer as it is for good: closing it would try again, and its destructor end the process."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._writer))
        self._writer, self._closed = None, True

    def _assign(self, name: str, array: Array) -> None:
        count = self._components[name]
        shape = (self.local_cells, self.nodes_per_cell) + (() if count == 1 else (count,))
        if array.shape != shape:
            raise ValueError(f"field {name}: expected an array of shape {shape}, got {array.shape}")
        if self._order is not None:
            array = array[self._order]
        function = self._functions[name]
        dofs = function.function_space.dofmap.list[: self.local_cells]
        function.x.array.reshape(-1, count)[dofs] = array.reshape(*shape[:2], count)
        function.x.scatter_forward()

    def close(self) -> None:
        """Close the file; a second call does nothing.

        Raises
        ------
        OutputError
            When the rest of it cannot be written. The steps written before stay readable.
        """
        if self._closed:
            return
        problem = self._attempt("close")
        self._writer, self._closed = None, True
        if problem is not None:
            raise OutputError(f"{self.path}: the field file cannot be closed ({problem}); is the disk full?")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _free_space(folder: Path) -> float:
    """Bytes that are free for the user; infinite where the file system does not tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return math.inf
    return usage.free if usage.total > 0 else math.inf


def _one_line(error: Exception) -> str:
    """Text of an error of ADIOS2 without its colours and line breaks."""
    return " ".join(_COLOUR.sub("", str(error)).split())


def _prepare(path: Path, comm: MPI.Comm, resume: bool, after: float | None) -> Path:
    """Choose the file on rank 0 and clear what a previous run left there; fail on all ranks alike."""
    chosen: Path | None = None
    message: str | None = None
    if comm.rank == 0:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            chosen = new_segment(path, resume=resume, after=after)
        except OSError as error:
            message = f"{path}: the field file cannot be created ({error.strerror or error})"
    chosen, message = comm.bcast((chosen, message), root=0)
    if message is not None or chosen is None:
        raise OutputError(message or f"{path}: the field file cannot be created")
    return chosen
