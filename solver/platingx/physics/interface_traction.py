"""Normal stress of a region on a boundary, from the stress that is recovered at its nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import basix.ufl
import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.measure import one_sided_entities
from platingx.fields.recovery import NodalRecovery
from platingx.fields.solid_region import SolidRegion
from platingx.materials.layout import SYMMETRIC_COLUMNS, SYMMETRIC_ROWS
from platingx.physics.discretisation import Discretisation
from platingx.problems.surface_load import area_vectors, facet_rule, loaded_facets

__all__ = ["NormalStress", "normal_stress"]


@dataclass(frozen=True)
class NormalStress:
    """n.sigma.n at quadrature points of a boundary, tension positive; the normal n is that of the deformed boundary.

    Attributes
    ----------
    comm
        Communicator.
    coordinates, weights
        Reference coordinates (m) and area (m2) of the points on this rank, shapes (facets, points, dimension) and
        (facets, points).
    at_points
        Gives it from the displacement, Pa, shape (facets, points). Collective.
    """

    comm: MPI.Intracomm
    coordinates: Array
    weights: Array
    at_points: Callable[[Array], Array]

    def mean(self, displacement: Array) -> float:
        """Mean over the reference area. Collective."""
        sums = np.array([(self.at_points(displacement) * self.weights).sum(), self.weights.sum()])
        self.comm.Allreduce(MPI.IN_PLACE, sums)
        return float(self.comm.bcast(float(sums[0] / sums[1]), root=0))


def normal_stress(
    discretisation: Discretisation, region: SolidRegion, boundary: str, axisymmetric: bool
) -> NormalStress:
    """Give n.sigma.n on a boundary from the displacement. Collective.

    Parameters
    ----------
    discretisation
        Mesh and space.
    region
        Region whose stress it is.
    boundary
        Name of the boundary.
    axisymmetric
        Whether the boundary is swept around the axis.
    """
    domain, dimension = discretisation.loaded.mesh, discretisation.loaded.mesh.geometry.dim
    facets = discretisation.facets(boundary)
    table = loaded_facets(domain, discretisation.space, region.cells, facets)
    pairs = one_sided_entities(domain, region.cells, facets).reshape(-1, 2)
    recovery = NodalRecovery(domain, discretisation.tables)
    shapes = _quadratic_shapes(domain.topology.cell_name())[pairs[:, 1]]
    rows = np.searchsorted(region.cells, pairs[:, 0])
    to_reference = np.linalg.inv(table.jacobian)
    areas = area_vectors(table.jacobian, table.normal)
    weights = np.linalg.norm(areas, axis=-1)
    if axisymmetric:
        weights = weights * 2.0 * np.pi * table.coordinates[..., 0]

    def measure(displacement: Array) -> Array:
        nodal = recovery.average(region.cells, region.stress_and_volumes(displacement)[0])
        stress = np.einsum("fqn,fnk->fqk", shapes, nodal[rows])
        slopes = np.einsum("fqaj,fqjk->fqak", table.gradient, to_reference)
        gradient = np.eye(dimension) + np.einsum("fai,fqak->fqik", displacement[table.nodes], slopes)
        normal = np.einsum("fqji,fqj->fqi", np.linalg.inv(gradient), areas)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        full = np.zeros((*stress.shape[:2], 3, 3))
        full[..., SYMMETRIC_ROWS, SYMMETRIC_COLUMNS] = full[..., SYMMETRIC_COLUMNS, SYMMETRIC_ROWS] = stress
        return np.asarray(np.einsum("fqi,fqij,fqj->fq", normal, full[..., :dimension, :dimension], normal))

    return NormalStress(domain.comm, table.coordinates, weights, measure)


def _quadratic_shapes(cell: str) -> Array:
    """Quadratic functions of a cell at the quadrature points of each of its facets, shape (facets, points, nodes)."""
    element = basix.ufl.element("Lagrange", cell, 2)
    facets = len(basix.topology(basix.CellType[cell])[-2])
    return np.array([element.tabulate(0, facet_rule(cell, facet)[0])[0] for facet in range(facets)])
