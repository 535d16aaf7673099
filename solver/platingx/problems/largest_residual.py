"""Where a problem is farthest from equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import basix.ufl
import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.nodal_field import DISPLACEMENT, Field, NodalField
from platingx.fields.tables import build_tables


@dataclass(frozen=True)
class LargestResidual:
    """The free node with the largest out-of-balance force.

    Attributes
    ----------
    force
        Its size, N (N/m in plane strain) of the displacement.
    place
        Reference coordinates of the node, m; empty for global unknowns.
    regions
        Names of the parts that the node belongs to, such as the regions of its cells.
    field
        Name of the field.
    """

    force: float
    place: tuple[float, ...]
    regions: tuple[str, ...]
    field: str = DISPLACEMENT

    def __str__(self) -> str:
        regions = " and ".join(self.regions) or "no region"
        unit = "N (N/m in plane strain)" if self.field == DISPLACEMENT else f"of the field {self.field}"
        if not self.place:
            return f"{self.force:.3g} {unit}"
        where = ", ".join(f"{value:.4g}" for value in self.place)
        return f"{self.force:.3g} {unit} at ({where}) m" + (f", in {regions}" if self.field == DISPLACEMENT else "")


def find_largest_residual(fields: Sequence[Field], elements: Mapping[str, Int32Array]) -> LargestResidual:
    """Find the node with the largest residual, in the field where it is largest over the scale of forces. Collective.

    Parameters
    ----------
    fields
        Fields of the problem; the residuals of components that are held do not count.
    elements
        Local nodes of the displacement in the elements of each named part, shape (elements, nodes).

    Returns
    -------
    LargestResidual
        The same on all ranks. A force that is not a number counts as infinite.
    """
    field = fields[0] if len(fields) == 1 else max(fields, key=_share)
    return _largest_of(field, elements if field.name == DISPLACEMENT else {})


def _share(field: Field) -> float:
    """Largest free residual of a field over its largest force. Collective."""
    owned = slice(0, field.owned)
    free = np.where(field.held, 0.0, field.forces.condensed)[owned]
    sizes = np.nan_to_num([np.abs(a).max(initial=0.0) for a in (free, field.forces.force_scale[owned])], nan=np.inf)
    field.comm.Allreduce(MPI.IN_PLACE, sizes, MPI.MAX)
    return float(sizes[0] / sizes[1]) if 0.0 < sizes[1] < np.inf else float(sizes[0])


def _largest_of(field: Field, elements: Mapping[str, Int32Array]) -> LargestResidual:
    comm = field.comm
    free = np.where(field.held, 0.0, field.forces.condensed)[: field.owned]
    sizes = np.nan_to_num(np.linalg.norm(free, axis=1), nan=np.inf)
    node = int(sizes.argmax()) if sizes.size else -1
    largest: tuple[float, int] = comm.allreduce((float(sizes[node]) if sizes.size else -1.0, -comm.rank), MPI.MAX)
    if not isinstance(field, NodalField):
        return LargestResidual(largest[0], (), (), field.name)
    owner = -largest[1]
    known: tuple[int, tuple[float, ...]] | None = None
    if comm.rank == owner:
        place = tuple(float(x) for x in _place(field, node))
        known = int(field.index_map.local_to_global(np.array([node], dtype=np.int32))[0]), place
    number, place = comm.bcast(known, root=owner)
    here = field.index_map.global_to_local(np.array([number], dtype=np.int64))[0]
    names = {name for part in comm.allgather(_names_at(elements, int(here))) for name in part}
    return LargestResidual(largest[0], place, tuple(sorted(names)), field.name)


def _names_at(elements: Mapping[str, Int32Array], node: int) -> list[str]:
    """Names of the parts with elements of this rank at a local node; none for a node that is not known here."""
    return [name for name, nodes in elements.items() if node >= 0 and node in nodes]


def _place(field: NodalField, node: int) -> Array:
    """Reference coordinates of a node; of its cell's middle for a bubble of the displacement, which has no place."""
    space, domain = field.space, field.space.mesh
    dimension = domain.geometry.dim
    if field.name != DISPLACEMENT:
        return np.asarray(space.tabulate_dof_coordinates()[node, :dimension])
    name, degree = domain.topology.cell_name(), geometry_degree(domain)
    cells, positions = np.nonzero(space.dofmap.list == node)
    tables = build_tables(name, degree)
    corner = tables.nodes[positions[0]]
    point = corner if np.isfinite(corner).all() else tables.output_points.mean(axis=0)
    functions = basix.ufl.element("Lagrange", name, degree).tabulate(0, point[None])[0, 0]
    corners: Array = domain.geometry.x[geometry_nodes(domain.geometry)[cells[0]]][:, :dimension]
    return np.asarray(functions @ corners)
