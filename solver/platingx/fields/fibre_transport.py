"""Transport along the fibres of a layer: lengths and fluxes of its columns, and vectors carried along them.

A fibre is a line along the growth direction n. With s = 1 (along n) or s = -1 (against it) and m = s n,

    div(m u) - kappa u div m = f   in the layer,   u = g where the fibres enter it (m . N < 0),

is solved by the streamline-upwind Petrov-Galerkin method with quadratic functions (Brooks and Hughes, Comput. Methods
Appl. Mech. Eng. 32, 1982, 199), its boundary values imposed weakly. kappa = 1 carries u along: f = 1 gives lengths,
f = 0 keeps g. kappa = 0 conserves it: the flux of u is what f supplies, to round-off of the sum over the layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import basix
import numpy as np
import ufl
from dolfinx import fem, la, mesh

from platingx import compat
from platingx.arrays import Array, Int32Array
from platingx.compilation.forms import compiled_form
from platingx.fields.measure import one_sided_entities
from platingx.fields.potential import region_measure
from platingx.fields.recovery import NodalRecovery
from platingx.fields.tables import ElementTables
from platingx.fields.whole_factors import whole_factors

__all__ = ["FibreTransport", "boundary_entities"]

#: Unknowns up to which the equations are factorised, by MUMPS: iterations take half of its time, but their last digits
#: differ from one run to the next, and after PETSc's own factors those of the displacements do.
FACTORISED_UNKNOWNS = 40_000
ITERATED = {
    "ksp_type": "gmres",
    "ksp_rtol": 1e-10,
    "ksp_gmres_restart": 100,
    "ksp_max_it": 2000,
    "pc_type": "bjacobi",
    "sub_pc_type": "ilu",
}
FACE, BOUNDARY = 1, 2
QUADRATURE = {"quadrature_degree": 5}


def boundary_entities(domain: mesh.Mesh, cells: Int32Array, without: Int32Array) -> Int32Array:
    """Pairs (cell, local facet) on the boundary of a region, flattened. Collective.

    Parameters
    ----------
    domain
        The mesh.
    cells
        Owned cells of the region.
    without
        Local facets that are left out.
    """
    dimension = domain.topology.dim
    domain.topology.create_entities(dimension - 1)
    domain.topology.create_connectivity(dimension, dimension - 1)
    domain.topology.create_connectivity(dimension - 1, dimension)
    facets_of = domain.topology.connectivity(dimension, dimension - 1)
    layout = domain.topology.index_map(dimension - 1)
    count = la.vector(layout, 1)
    sides = len(basix.topology(basix.CellType[domain.topology.cell_name()])[dimension - 1])
    own = np.array([facets_of.links(cell) for cell in cells], dtype=np.int32).reshape(len(cells), sides)
    np.add.at(count.array, own.ravel(), 1.0)
    count.scatter_reverse(la.InsertMode.add)
    count.scatter_forward()
    count.array[without] = 0.0
    rows, local = np.nonzero(count.array[own] == 1.0)
    return np.stack([cells[rows], local], axis=1).astype(np.int32).ravel()


@dataclass(frozen=True)
class FaceValues:
    """Means over the facets of a face on this rank, by cell beside it.

    Attributes
    ----------
    values
        Means, shape (cells,).
    areas
        Areas (lengths in plane strain), shape (cells,).
    places
        Middles, shape (cells, dimension), m.
    """

    values: Array
    areas: Array
    places: Array


class FibreTransport:
    """Transport along the fibres of a region.

    Parameters
    ----------
    domain
        The mesh.
    region_cells
        Local numbers (with ghosts) of the cells of the region.
    cells
        The owned ones of them.
    direction
        Unit vectors n at the quadrature points of the owned cells, shape (cells, points, 3).
    start_facets
        Local facets of the face that the fibres start at.
    closed
        Local facets of the boundary that no fibre crosses, such as a plane of symmetry.
    tables
        Tabulated functions.
    axisymmetric
        Whether the section is swept around the axis.
    """

    def __init__(
        self,
        domain: mesh.Mesh,
        region_cells: Int32Array,
        cells: Int32Array,
        direction: Array,
        start_facets: Int32Array,
        closed: Int32Array,
        tables: ElementTables,
        axisymmetric: bool,
    ) -> None:
        dimension = domain.geometry.dim
        self.domain, self.cells = domain, cells
        self.space = fem.functionspace(domain, ("Lagrange", 2))
        vectors = fem.functionspace(domain, ("Lagrange", 2, (dimension,)))
        self.direction = fem.Function(vectors)
        nodal = NodalRecovery(domain, tables).average(cells, direction[..., :dimension])
        length = np.linalg.norm(nodal, axis=-1, keepdims=True)
        view = self.direction.x.array.reshape(-1, dimension)
        # Not scattered: the owner of a node may have no cell of the region, and cells read what is set here.
        view[vectors.dofmap.list[cells]] = nodal / np.where(length > 0.0, length, 1.0)
        self.axisymmetric = axisymmetric
        facets = one_sided_entities(domain, cells, start_facets)
        self.face = ufl.Measure("ds", domain=domain, subdomain_data=[(FACE, facets)], metadata=QUADRATURE)(FACE)
        crossed = boundary_entities(domain, cells, closed)
        self.boundary = ufl.Measure("ds", domain=domain, subdomain_data=[(BOUNDARY, crossed)], metadata=QUADRATURE)(
            BOUNDARY
        )
        self._constants = fem.functionspace(domain, ("DG", 0))
        self._inside, self._everywhere, self._outside = region_measure(self.space, region_cells, **QUADRATURE)

    def _weight(self) -> tuple[ufl.core.expr.Expr, ufl.core.expr.Expr]:
        """Weight of an area of the section, and weight times divergence of n."""
        divergence = ufl.div(self.direction)
        if not self.axisymmetric:
            return fem.Constant(self.domain, 1.0), divergence
        radius = ufl.SpatialCoordinate(self.domain)[0]
        return radius, radius * divergence + self.direction[0]

    def solve(
        self,
        along: bool,
        conserved: bool,
        source: float,
        inflow: ufl.core.expr.Expr | None = None,
    ) -> fem.Function:
        """Carry a quantity through the layer. Collective.

        Parameters
        ----------
        along
            Along n, or against it.
        conserved
            Whether the flux is conserved (kappa = 0) or the value carried (kappa = 1).
        source
            f, supply per volume (per length of fibre).
        inflow
            Values g where fibres enter, as an expression on facets; zero if left out.

        Raises
        ------
        PETSc.Error
            If the iterations stall on a mesh that is too large to be factorised.
        """
        domain = self.domain
        sign, kappa = fem.Constant(domain, 1.0 if along else -1.0), fem.Constant(domain, 0.0 if conserved else 1.0)
        supply, nothing = fem.Constant(domain, source), fem.Constant(domain, 0.0)
        given = nothing if inflow is None else inflow
        weight, spread = self._weight()
        m, spread = sign * self.direction, sign * spread
        trial, test = ufl.TrialFunction(self.space), ufl.TestFunction(self.space)
        through = weight * ufl.dot(m, ufl.FacetNormal(domain))
        entering, leaving = ufl.min_value(through, 0.0), ufl.max_value(through, 0.0)
        # Length of a cell along the fibre over twice the degree of the functions, Brooks and Hughes' time of advection.
        step = 1.0 / (2.0 * ufl.sqrt(ufl.dot(ufl.inv(ufl.Jacobian(domain)) * m, ufl.inv(ufl.Jacobian(domain)) * m)))
        streamline = 0.5 * step * ufl.dot(m, ufl.grad(test))
        advected = weight * ufl.dot(m, ufl.grad(trial))
        returned = -trial * weight * ufl.dot(m, ufl.grad(test))
        carried = streamline * (advected + (1.0 - kappa) * spread * trial)
        bilinear = (kappa * advected * test + (1.0 - kappa) * returned + carried) * self._inside + (
            (1.0 - kappa) * leaving - kappa * entering
        ) * trial * test * self.boundary
        linear = supply * weight * (test + streamline) * self._inside - entering * given * test * self.boundary
        result = fem.Function(self.space)
        compat.solve_linear(
            bilinear + nothing * trial * test * self._everywhere,
            linear,
            result,
            [self._outside],
            self._solver(),
            "platingx_fibres_",
        )
        return result

    def _solver(self) -> dict[str, Any]:
        """PETSc options: factors of the rows of the region alone, or iterations where there are many."""
        if self.space.dofmap.index_map.size_global > FACTORISED_UNKNOWNS:
            return ITERATED
        factors = whole_factors(self.domain.comm, "redistribute_")
        return {"ksp_type": "preonly", "pc_type": "redistribute", **factors}

    def face_means(self, values: fem.Function, per_normal: bool = False) -> FaceValues:
        """Means of a function over the facets of the starting face.

        Parameters
        ----------
        values
            The function.
        per_normal
            Whether it is multiplied by -n . N, which makes a flux along the fibres one through the face.
        """
        share = -ufl.dot(self.direction, ufl.FacetNormal(self.domain)) if per_normal else 1.0
        areas, places = self._face
        beside = areas > 0.0
        means = self._over_face(values * share)[beside] / areas[beside]
        return FaceValues(means, (2.0 * np.pi if self.axisymmetric else 1.0) * areas[beside], places[beside])

    @cached_property
    def _face(self) -> tuple[Array, Array]:
        """Areas of the starting face by owned cell, of a radian in axisymmetry, and middles of its facets."""
        place, one = ufl.SpatialCoordinate(self.domain), fem.Constant(self.domain, 1.0)
        areas = self._over_face(one)
        moments = [self._over_face(place[axis]) for axis in range(self.domain.geometry.dim)]
        return areas, np.stack(moments, axis=1) / np.where(areas > 0.0, areas, 1.0)[:, None]

    def _over_face(self, integrand: ufl.core.expr.Expr) -> Array:
        """Integrals over the starting face by owned cell of the region, shape (cells,)."""
        test = ufl.TestFunction(self._constants)
        form = compiled_form(integrand * self._weight()[0] * test * self.face, self.domain.comm)
        return np.asarray(fem.assemble_vector(form).array[self.cells])
