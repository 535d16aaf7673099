"""Potential, surface overpotential and ionic current in the electrolyte of a case, for the field files."""

from __future__ import annotations

import basix.ufl
import numpy as np

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_degree, geometry_nodes
from platingx.fields.growth_columns import GrowthColumns
from platingx.fields.nodal_field import GlobalUnknowns, NodalField
from platingx.physics.conduction import Conduction
from platingx.physics.discretisation import Discretisation
from platingx.physics.own_fields import written_field
from platingx.physics.part import WrittenField
from platingx.problems.stress_response import ColumnResponse, Response

__all__ = ["written_fields"]


def written_fields(
    conduction: Conduction,
    discretisation: Discretisation,
    conductivity: float,
    voltage: GlobalUnknowns,
    stress: Response,
    columns: GrowthColumns | None = None,
) -> list[WrittenField]:
    """Potential and surface overpotential (V), ionic current density and its size (A/m2) for the field files.

    The surface overpotential phi + U - eta_m is what film and charge transfer take where electrolyte and metal meet.
    """
    potential = written_field(conduction.potential, discretisation)
    current = _current_field(conduction.potential, discretisation, conductivity)
    if potential is None:
        return [current]

    nodes = None if columns is None else columns.hats.at(_output_places(discretisation, potential.cells))

    def overpotential() -> Array:
        beyond = potential.values() + float(voltage.converged[0, 0])
        if nodes is not None and isinstance(stress, ColumnResponse):
            return np.asarray(beyond - nodes.at(stress.columns)[..., None])
        return np.asarray(beyond - stress.value)

    def size() -> Array:
        return np.linalg.norm(current.values(), axis=-1, keepdims=True)

    return [
        potential,
        WrittenField("surface_overpotential", 1, potential.cells, overpotential),
        WrittenField("ionic_current_density", 1, current.cells, size),
        current,
    ]


def _output_places(discretisation: Discretisation, cells: Int32Array) -> Array:
    """Coordinates of the nodes of field files in cells, shape (cells, nodes, dimension), m."""
    domain = discretisation.loaded.mesh
    frame = basix.ufl.element("Lagrange", domain.topology.cell_name(), geometry_degree(domain))
    shape = frame.tabulate(0, discretisation.tables.output_points)[0]
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, : domain.geometry.dim]
    return np.asarray(np.einsum("qg,cgi->cqi", shape, corners))


def _current_field(potential: NodalField, discretisation: Discretisation, conductivity: float) -> WrittenField:
    """Ionic current density -kappa grad(phi), A/m2."""
    domain = discretisation.loaded.mesh
    name, dimension = domain.topology.cell_name(), domain.geometry.dim
    owned = potential.space.mesh.topology.index_map(dimension).size_local
    cells = potential.part.entities[:owned] if potential.part is not None else np.arange(owned, dtype=np.int32)
    places = discretisation.tables.output_points
    slopes = np.moveaxis(np.array(basix.ufl.element("Lagrange", name, 2).tabulate(1, places)[1:]), 0, -1)
    frame = basix.ufl.element("Lagrange", name, geometry_degree(domain)).tabulate(1, places)
    corners = domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, :dimension]
    jacobian = np.einsum("cgi,qgj->cqij", corners, np.moveaxis(np.array(frame[1:]), 0, -1))
    inverse, nodes = np.linalg.inv(jacobian), potential.space.dofmap.list[:owned]

    def values() -> Array:
        gradient = np.einsum("qaj,ca,cqji->cqi", slopes, potential.converged[nodes, 0], inverse)
        return np.asarray(-conductivity * gradient)

    return WrittenField("ionic_current", dimension, cells, values)
