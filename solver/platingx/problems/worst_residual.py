"""Where a body is farthest from equilibrium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import basix.ufl
import numpy as np
import numpy.typing as npt
from dolfinx import fem
from mpi4py import MPI

from platingx.fields.tables import build_tables

if TYPE_CHECKING:
    from platingx.problems.equilibrium import Equilibrium

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WorstResidual:
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


def find_worst_residual(problem: Equilibrium) -> WorstResidual:
    """Find the node with the largest residual of the present iterate. Collective.

    Parameters
    ----------
    problem
        Problem whose forces were evaluated.

    Returns
    -------
    WorstResidual
        The same on all ranks. A force that is not a number counts as infinite.
    """
    comm, owned = problem.comm, slice(0, problem.owned)
    free = np.where(problem.constraints.mask, 0.0, problem.forces.condensed)[owned]
    sizes = np.nan_to_num(np.linalg.norm(free, axis=1), nan=np.inf)
    node = int(sizes.argmax()) if sizes.size else -1
    largest: tuple[float, int] = comm.allreduce((float(sizes[node]) if sizes.size else -1.0, -comm.rank), MPI.MAX)
    owner = -largest[1]
    index_map = problem.space.dofmap.index_map
    known: tuple[int, tuple[float, ...]] | None = None
    if comm.rank == owner:
        place = tuple(float(x) for x in _place(problem.space, node))
        known = int(index_map.local_to_global(np.array([node], dtype=np.int32))[0]), place
    number, place = comm.bcast(known, root=owner)
    here = index_map.global_to_local(np.array([number], dtype=np.int64))[0]
    names = {name for part in comm.allgather(_names_at(problem, int(here))) for name in part}
    return WorstResidual(largest[0], place, tuple(sorted(names)))


def _names_at(problem: Equilibrium, node: int) -> list[str]:
    """Names of the parts with cells of this rank at a local node; none for a node that is not known here."""
    states = [(part, part.saved_state()) for part in problem.contributions]
    return [state.name for part, state in states if state is not None and node >= 0 and node in part.element_nodes()]


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
