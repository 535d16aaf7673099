"""Fields that a user brings: over a region, a boundary or the whole body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from dolfinx import fem

from platingx.arrays import Array, Int32Array
from platingx.errors import CaseError
from platingx.fields.constraints import Prescribed
from platingx.fields.nodal_field import NodalField
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import WrittenField

__all__ = ["OwnField", "build_own_field", "prescribed_values", "written_field"]

Value = float | Callable[[float], float]


@dataclass(frozen=True)
class OwnField:
    """A field of a user.

    Attributes
    ----------
    name : str
        Name, unique in a run.
    region, boundary : str, optional
        Where it lives; the whole body without either.
    degree : int
        1 or 2; the elements are those of Lagrange.
    components : int
        1 for a scalar.
    prescribed : mapping of str to float or callable
        Values on boundaries, by their names: numbers or functions of the time (s), in the unit of the field.
    initial : float
        Value at the start, in the unit of the field.

    Raises
    ------
    CaseError
        By `run_case`: both a region and a boundary, another degree than 1 or 2, a name that is taken.
    MeshError
        By `run_case`: the mesh lacks the region or a boundary.

    Examples
    --------
    >>> def ramp(time):    # V, of the time in s
    ...     return 0.1 * time
    >>> field = platingx.OwnField("potential", region="llzo", prescribed={"electrolyte_bottom": ramp})
    >>> field.degree, field.prescribed["electrolyte_bottom"](2.0)
    (1, 0.2)
    """

    name: str
    region: str | None = None
    boundary: str | None = None
    degree: int = 1
    components: int = 1
    prescribed: Mapping[str, Value] = field(default_factory=dict)
    initial: float = 0.0


def build_own_field(given: OwnField, discretisation: Discretisation) -> NodalField:
    """Make the field. Collective.

    Raises
    ------
    CaseError
        If it has both a region and a boundary, or another degree than 1 or 2.
    MeshError
        If the mesh lacks the region or boundary.
    """
    if given.region is not None and given.boundary is not None:
        raise CaseError(f"the field '{given.name}' has a region and a boundary: give one of them")
    if given.degree not in (1, 2):
        raise CaseError(f"the field '{given.name}' has the degree {given.degree}; 1 or 2 is possible")
    part = discretisation.part(given.region, given.boundary)
    domain = discretisation.loaded.mesh if part is None else part.mesh
    shape = () if given.components == 1 else (given.components,)
    result = NodalField(given.name, fem.functionspace(domain, ("Lagrange", given.degree, shape)), part)
    for array in (result.values, result.converged, result.before):
        array[...] = given.initial
    return result


def prescribed_values(given: OwnField, own: NodalField, discretisation: Discretisation) -> list[Prescribed]:
    """What is prescribed on boundaries, for each component. Collective.

    Raises
    ------
    CaseError
        If a boundary does not touch the field.
    """
    result = []
    for boundary, value in given.prescribed.items():
        nodes = _nodes_at(own, discretisation.facets(boundary), discretisation)
        if own.comm.allreduce(len(nodes)) == 0:
            raise CaseError(f"the boundary '{boundary}' does not touch the field '{given.name}'")
        motion = value if callable(value) else _constant(float(value))
        result += [Prescribed(boundary, nodes, component, motion, given.name) for component in range(own.dimension)]
    return result


def _constant(value: float) -> Callable[[float], float]:
    return lambda _time: value


def _nodes_at(own: NodalField, facets: Int32Array, discretisation: Discretisation) -> Int32Array:
    """Local nodes of a field on facets of the mesh. Collective."""
    whole = discretisation.loaded.mesh
    dimension = whole.topology.dim
    if own.part is not None and own.part.dimension < dimension:
        number = own.part.numbers()[facets]
        touched = np.unique(own.space.dofmap.list[number[number >= 0]])
    else:
        layout = own.space.dofmap.dof_layout
        pairs = discretisation.cells_at(facets)
        numbers = pairs[:, 0] if own.part is None else own.part.numbers()[pairs[:, 0]]
        found = [
            own.space.dofmap.list[cell][layout.entity_closure_dofs(dimension - 1, int(side))]
            for cell, side in zip(numbers, pairs[:, 1], strict=True)
            if cell >= 0
        ]
        touched = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int32)
    marks = np.zeros((own.nodes, own.dimension))
    marks[touched] = 1.0
    everywhere = own.with_ghosts(own.added_up(marks))  # a rank may have a node and none of its facets
    return np.flatnonzero(everywhere[:, 0] > 0.0).astype(np.int32)


def written_field(own: NodalField, discretisation: Discretisation) -> WrittenField | None:
    """How a field over cells gets into the field files; None for one on a boundary, which these do not hold."""
    domain = discretisation.loaded.mesh
    if own.part is not None and own.part.dimension < domain.topology.dim:
        return None
    owned = own.space.mesh.topology.index_map(domain.topology.dim).size_local
    cells = np.arange(owned, dtype=np.int32) if own.part is None else own.part.entities[:owned]
    element = own.space.ufl_element()
    scalar = element.sub_elements[0] if element.block_size > 1 else element
    shape: Array = scalar.tabulate(0, discretisation.tables.output_points)[0]
    nodes = own.space.dofmap.list[:owned]

    def values() -> Array:
        return np.einsum("qa,cai->cqi", shape, own.converged[nodes])

    return WrittenField(own.name, own.dimension, cells, values)
