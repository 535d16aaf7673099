"""Errors of a finite-element solution in L2, relative to the norm of the exact one."""

from __future__ import annotations

from collections.abc import Callable

import basix
import basix.ufl
import numpy as np

from platingx.arrays import Array
from platingx.compat import geometry_degree
from platingx.fields.tables import scalar_displacement_element
from platingx.physics.solid_model import SolidModel


def _norm(values: Array, weights: Array) -> float:
    return float(np.sqrt(np.sum(weights[..., None] * values**2)))


def displacement_error(model: SolidModel, exact: Callable[[Array], Array], region: str = "li") -> float:
    """Error of the displacement, by a quadrature much finer than that of the element.

    Parameters
    ----------
    model
        Converged model (serial).
    exact
        Displacement in m at reference places (..., dimension).
    region
        Name of the region.
    """
    domain = model.parts.loaded.mesh
    cell = domain.topology.cell_name()
    points, weights = basix.make_quadrature(basix.CellType[cell], 12 if domain.geometry.dim == 2 else 8)
    geometry = basix.ufl.element("Lagrange", cell, geometry_degree(domain)).tabulate(1, points)
    frame = model.region(region).geometry
    places = np.einsum("qg,cgi->cqi", geometry[0], frame.coordinates)
    jacobian = np.einsum("jqg,cgi->cqij", geometry[1:], frame.coordinates)
    volume = weights * np.abs(np.linalg.det(jacobian))
    shape = scalar_displacement_element(cell).tabulate(0, points)[0]
    got = np.einsum("qa,cai->cqi", shape, model.problem.displacement[frame.nodes])
    expected = exact(places)
    return _norm(got - expected, volume) / _norm(expected, volume)


def stress_error(model: SolidModel, exact: Array, region: str = "li") -> float:
    """Error of the Cauchy stress at the quadrature points.

    Parameters
    ----------
    model
        Converged model (serial).
    exact
        Cauchy stress in Pa at ``model.point_coordinates()``, shape (cells, points, 6).
    region
        Name of the region.
    """
    stress, volumes = model.region(region).stress_and_volumes(model.problem.displacement)
    return _norm(stress - exact, volumes[..., 0]) / _norm(exact, volumes[..., 0])
