"""Normal stress of a region on a boundary, from the stress that is recovered at its nodes."""

from __future__ import annotations

from collections.abc import Callable

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

__all__ = ["mean_normal_stress"]


def mean_normal_stress(
    discretisation: Discretisation, region: SolidRegion, boundary: str, axisymmetric: bool
) -> Callable[[Array], float]:
    """Give the mean of n.sigma.n over a boundary, tension positive, Pa, from the displacement. Collective.

    The mean is over the reference area; the normal n is that of the deformed boundary.

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

    def measure(displacement: Array) -> float:
        nodal = recovery.average(region.cells, region.stress_and_volumes(displacement)[0])
        stress = np.einsum("fqn,fnk->fqk", shapes, nodal[rows])
        slopes = np.einsum("fqaj,fqjk->fqak", table.gradient, to_reference)
        gradient = np.eye(dimension) + np.einsum("fai,fqak->fqik", displacement[table.nodes], slopes)
        normal = np.einsum("fqji,fqj->fqi", np.linalg.inv(gradient), areas)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        full = np.zeros((*stress.shape[:2], 3, 3))
        full[..., SYMMETRIC_ROWS, SYMMETRIC_COLUMNS] = full[..., SYMMETRIC_COLUMNS, SYMMETRIC_ROWS] = stress
        along = np.einsum("fqi,fqij,fqj->fq", normal, full[..., :dimension, :dimension], normal)
        sums = np.array([(along * weights).sum(), weights.sum()])
        domain.comm.Allreduce(MPI.IN_PLACE, sums)
        return float(domain.comm.bcast(float(sums[0] / sums[1]), root=0))

    return measure


def _quadratic_shapes(cell: str) -> Array:
    """Quadratic functions of a cell at the quadrature points of each of its facets, shape (facets, points, nodes)."""
    element = basix.ufl.element("Lagrange", cell, 2)
    facets = len(basix.topology(basix.CellType[cell])[-2])
    return np.array([element.tabulate(0, facet_rule(cell, facet)[0])[0] for facet in range(facets)])
