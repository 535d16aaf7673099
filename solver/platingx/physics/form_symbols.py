"""What residuals in UFL are written with: fields by name, regions and boundaries by name, time, and point data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.errors import CaseError
from platingx.fields.nodal_field import NodalField
from platingx.fields.tables import FAMILIES
from platingx.physics.discretisation import Discretisation
from platingx.problems.ufl_contribution import FormCoefficients

__all__ = ["Measure", "Symbols"]


@dataclass(frozen=True)
class Measure:
    """A measure of UFL with the circumference of bodies of revolution in it: ``expression * measure`` is a form."""

    weight: Any
    measure: ufl.Measure

    def __rmul__(self, expression: Any) -> ufl.Form:
        return (self.weight * expression) * self.measure


class Symbols:
    """What a residual is written with.

    Parameters
    ----------
    discretisation
        Mesh with named regions and boundaries, and point data.
    fields
        Fields that may be named.
    axisymmetric
        Whether the section is swept around the axis.

    Attributes
    ----------
    time, dt
        End of the step and its size, s.
    x, normal
        Reference coordinates, m, and the outward normal on `ds`.
    """

    def __init__(
        self, discretisation: Discretisation, fields: Mapping[str, NodalField], axisymmetric: bool = False
    ) -> None:
        self._discretisation, self._fields = discretisation, fields
        self._domain = domain = discretisation.loaded.mesh
        self.time, self.dt = fem.Constant(domain, 0.0), fem.Constant(domain, 1.0)
        self.coefficients = FormCoefficients(fields, self.time, self.dt)
        self.x, self.normal = ufl.SpatialCoordinate(domain), ufl.FacetNormal(domain)
        self._axisymmetric = axisymmetric
        self._weight = 2.0 * np.pi * self.x[0] if axisymmetric else 1.0
        degree = FAMILIES[
            domain.topology.cell_name()
        ].quadrature_degree  # that of the solid, so that points are the same
        self._metadata = {"quadrature_degree": degree, "quadrature_scheme": "default"}
        self._cells = ufl.Measure(
            "dx", domain=domain, subdomain_data=discretisation.loaded.cell_tags, metadata=self._metadata
        )
        self._sides: dict[tuple[str, str | None], int] = {}
        self._facets: list[tuple[int, Int32Array]] = []
        self._points: dict[tuple[str, str], fem.Function] = {}

    def value(self, field: str) -> fem.Function:
        """Present values of a field."""
        return self._named(self.coefficients.values, field)

    def previous(self, field: str) -> fem.Function:
        """Values of a field at the start of the step."""
        return self._named(self.coefficients.previous, field)

    def test(self, field: str) -> ufl.Argument:
        """Test function of a field."""
        return self._named(self.coefficients.tests, field)

    def _named(self, known: Mapping[str, Any], field: str) -> Any:
        if field not in known:
            raise CaseError(f"there is no field '{field}'; there are: {', '.join(known)}")
        return known[field]

    def dx(self, region: str | None = None) -> Measure:
        """Volume of a region, or of the body."""
        names = self._discretisation.loaded.region_names
        if region is None:
            return Measure(self._weight, self._cells)
        self._discretisation.cells(region)  # or an error with the names that there are
        return Measure(self._weight, self._cells(names[region]))

    def ds(self, boundary: str, region: str | None = None) -> Measure:
        """Area of a boundary, or of an interface as seen from a region, with the normal outwards."""
        key = (boundary, region)
        if key not in self._sides:
            self._sides[key] = len(self._sides) + 1
            self._facets.append((self._sides[key], self.side(boundary, region)))
        measure = ufl.Measure("ds", domain=self._domain, subdomain_data=self._facets, metadata=self._metadata)
        return Measure(self._weight, measure(self._sides[key]))

    def dS(self, boundary: str | None = None) -> Measure:
        """Facets between cells, of an interface or of the body; both sides of a function are f('+') and f('-')."""
        mesh = self._discretisation.loaded
        measure = ufl.Measure("dS", domain=self._domain, subdomain_data=mesh.facet_tags, metadata=self._metadata)
        if boundary is None:
            return Measure(ufl.avg(self._weight) if self._axisymmetric else 1.0, measure)
        self._discretisation.facets(boundary)  # or an error with the names that there are
        number = mesh.boundary_names[boundary]
        return Measure(ufl.avg(self._weight) if self._axisymmetric else 1.0, measure(number))

    def side(self, boundary: str, region: str | None) -> Int32Array:
        """Pairs of an owned cell (of a region) and its facet on a boundary, flattened."""
        pairs = self._discretisation.cells_at(self._discretisation.facets(boundary))
        inside = np.zeros(self._domain.topology.index_map(self._domain.topology.dim).size_local, dtype=bool)
        inside[slice(None) if region is None else self._discretisation.cells(region)] = True
        own = pairs[pairs[:, 0] < len(inside)]
        own = own[inside[own[:, 0]]]
        return np.ascontiguousarray(own[np.lexsort(own.T[::-1])].ravel())

    def points(self, region: str, quantity: str) -> fem.Function:
        """A quantity at the quadrature points of a region, such as its growth; zero elsewhere."""
        key = (region, quantity)
        if key not in self._points:
            try:
                array = self._discretisation.points.get(region, quantity)
            except ValueError as error:
                raise CaseError(str(error)) from None
            degree, scheme = self._metadata["quadrature_degree"], self._metadata["quadrature_scheme"]
            element = basix.ufl.quadrature_element(self._domain.topology.cell_name(), degree=degree, scheme=scheme)
            function = fem.Function(fem.functionspace(self._domain, element))
            self._points[key] = function
            self.coefficients.points.append((array, function))
        return self._points[key]

    def coordinates(self, region: str) -> Array:
        """Reference coordinates of the quadrature points of a region, shape (cells, points, dimension), m."""
        geometry = self._domain.geometry
        corners = geometry.x[geometry_nodes(geometry)[self._discretisation.cells(region)]][:, :, : geometry.dim]
        result: Array = np.einsum("qg,cgi->cqi", self._discretisation.tables.geometry, corners)
        return result
