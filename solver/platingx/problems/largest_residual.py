"""Where a body is farthest from equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import basix.ufl
import numpy as np
from dolfinx import fem
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.tables import build_tables


@dataclass(frozen=True)
class LargestResidual:
    """The free node with the largest out-of-balance force.

    Attributes
    ----------
    force
        Its size, N (N/m in plane strain).
    place
        Reference coordinates of the node, m.
    regions
        Names of the parts that the node belongs to, such as the regions of its cells.
    """

    force: float
    place: tuple[float, ...]
    regions: tuple[str, ...]

    def __str__(self) -> str:
        where = ", ".join(f"{value:.4g}" for value in self.place)
        regions = " and ".join(self.regions) or "no region"
        return f"{self.force:.3g} N (N/m in plane strain) at ({where}) m, in {regions}"


def find_largest_residual(space: fem.FunctionSpace, free: Array, elements: Mapping[str, Int32Array]) -> LargestResidual:
    """Find the node with the largest residual. Collective.

    Parameters
    ----------
    space
        Space of the displacement.
    free
        Residual of the owned nodes, zero where the displacement is prescribed, shape (owned nodes, dimension), N.
    elements
        Local nodes of the elements of each named part, shape (elements, nodes).

    Returns
    -------
    LargestResidual
        The same on all ranks. A force that is not a number counts as infinite.
    """
    comm = space.mesh.comm
    sizes = np.nan_to_num(np.linalg.norm(free, axis=1), nan=np.inf)
    node = int(sizes.argmax()) if sizes.size else -1
    largest: tuple[float, int] = comm.allreduce((float(sizes[node]) if sizes.size else -1.0, -comm.rank), MPI.MAX)
    owner = -largest[1]
    index_map = space.dofmap.index_map
    known: tuple[int, tuple[float, ...]] | None = None
    if comm.rank == owner:
        place = tuple(float(x) for x in _place(space, node))
        known = int(index_map.local_to_global(np.array([node], dtype=np.int32))[0]), place
    number, place = comm.bcast(known, root=owner)
    here = index_map.global_to_local(np.array([number], dtype=np.int64))[0]
    names = {name for part in comm.allgather(_names_at(elements, int(here))) for name in part}
    return LargestResidual(largest[0], place, tuple(sorted(names)))


def _names_at(elements: Mapping[str, Int32Array], node: int) -> list[str]:
    """Names of the parts with elements of this rank at a local node; none for a node that is not known here."""
    return [name for name, nodes in elements.items() if node >= 0 and node in nodes]


def _place(space: fem.FunctionSpace, node: int) -> Array:
    """Reference coordinates of a node of the displacement; of its cell's middle for a bubble."""
    domain = space.mesh
    name, degree = domain.topology.cell_name(), domain.geometry.cmap.degree
    cells, positions = np.nonzero(space.dofmap.list == node)
    tables = build_tables(name, degree)
    corner = tables.nodes[positions[0]]
    point = corner if np.isfinite(corner).all() else tables.output_points.mean(axis=0)
    functions = basix.ufl.element("Lagrange", name, degree).tabulate(0, point[None])[0, 0]
    corners: Array = domain.geometry.x[domain.geometry.dofmap[cells[0]]][:, : domain.geometry.dim]
    return np.asarray(functions @ corners)
