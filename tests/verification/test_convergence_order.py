"""What would hurt most if lost: errors fall as fast as the element promises, at finite strain and with growth.

A thick cylinder in plane strain that grows along its radius by 30 % while its bore is widened by 20 %. The exact
solution is that of the ordinary differential equation dP_RR/dR + (P_RR - P_tt)/R = 0, solved to 1e-10. Observed over
three meshes: order 3 of the displacement and 2 of the stress, in L2, on quadrilaterals and triangles.
"""

from collections.abc import Callable

import basix.ufl
import numpy as np
import pytest
from mpi4py import MPI
from scipy.integrate import solve_bvp

from platingx.fields.tables import scalar_displacement_element
from platingx.materials import layout
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.verification.models.parts import affine, hold, parts_of
from platingx.verification.models.solid import Growth, SolidModel, solid_model
from platingx.verification.models.vectors import elastic, vector
from platingx_meshes.simple import QuarterAnnulus, build_quarter_annulus

INNER, OUTER, WIDENING, STRETCH = 1.0, 2.0, 0.2, 1.3
MATERIALS = {
    "hencky": elastic(1e9, 0.3),
    "nearly incompressible": elastic(1e9, 0.4995),
    "murnaghan": vector(
        {
            "elasticity": {
                "young_modulus": "7.81 GPa",
                "poisson_ratio": 0.38,
                "pressure_law": "murnaghan",
                "bulk_modulus_derivative": 3.5,
            }
        }
    ),
}


class Exact:
    """Radius r(R) and Cauchy stress of the cylinder."""

    def __init__(self, p: np.ndarray) -> None:
        self.p = p
        start = np.linspace(INNER, OUTER, 200)
        guess = np.vstack([start + WIDENING * (OUTER - start) + 0.15 * (start - INNER), np.zeros_like(start)])
        self.scale = p[layout.SHEAR_MODULUS]
        solution = solve_bvp(self._slopes, self._ends, start, guess, tol=1e-10, max_nodes=20000)
        assert solution.success, solution.message
        self.solution = solution.sol

    def kirchhoff(self, slope: np.ndarray, hoop: np.ndarray) -> tuple[np.ndarray, ...]:
        """Principal Kirchhoff stresses (per grown volume) and elastic volume, for r' and r/R."""
        strains = np.array([np.log(slope / STRETCH), np.log(hoop), np.zeros_like(hoop)])
        volume = strains.sum(axis=0)
        law = (int(self.p[layout.PRESSURE_LAW]), self.p[layout.BULK_MODULUS], self.p[layout.BULK_DERIVATIVE])
        mean = np.array([mean_kirchhoff_stress(*law, float(v))[0] for v in np.ravel(volume)])
        stress = 2.0 * self.p[layout.SHEAR_MODULUS] * (strains - volume / 3.0) + mean.reshape(volume.shape)
        return (*stress, np.exp(volume))

    def slope_of(self, piola: np.ndarray, hoop: np.ndarray) -> np.ndarray:
        """r' that belongs to a radial Piola stress (in units of the shear modulus)."""
        slope = STRETCH / hoop
        for _ in range(50):
            value = STRETCH * self.kirchhoff(slope, hoop)[0] / slope / self.scale - piola
            step = 1e-7 * slope
            above = STRETCH * self.kirchhoff(slope + step, hoop)[0] / (slope + step) / self.scale - piola
            change = value * step / (above - value)
            slope = slope - change
            if np.abs(change).max() < 1e-13:
                break
        return slope

    def _slopes(self, radius: np.ndarray, state: np.ndarray) -> np.ndarray:
        hoop = state[0] / radius
        slope = self.slope_of(state[1], hoop)
        circumferential = STRETCH * self.kirchhoff(slope, hoop)[1] / hoop / self.scale
        return np.vstack([slope, (circumferential - state[1]) / radius])

    def _ends(self, inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
        return np.array([inner[0] - INNER * (1.0 + WIDENING), outer[1]])

    def displacement(self, places: np.ndarray) -> np.ndarray:
        radius = np.linalg.norm(places, axis=-1)
        return places * ((self.solution(radius.ravel())[0].reshape(radius.shape) / radius) - 1.0)[..., None]

    def cauchy(self, places: np.ndarray) -> np.ndarray:
        """Six components in the layout of the package."""
        radius = np.linalg.norm(places, axis=-1)
        r, piola = self.solution(radius.ravel())
        hoop = r / radius.ravel()
        radial, circumferential, axial, volume = self.kirchhoff(self.slope_of(piola, hoop), hoop)
        c, s = (places[..., i].ravel() / radius.ravel() for i in (0, 1))
        zero = np.zeros_like(c)
        xx, yy = (radial * c * c + circumferential * s * s), (radial * s * s + circumferential * c * c)
        six = np.array([xx, yy, axial, (radial - circumferential) * c * s, zero, zero]) / volume
        return np.moveaxis(six.reshape(6, *radius.shape), 0, -1)


def cylinder(p: np.ndarray, cells: int, cell: str) -> SolidModel:
    data = build_quarter_annulus(QuarterAnnulus(INNER, OUTER, cells, 2 * cells, region="li", cell=cell))
    parts = parts_of(data, MPI.COMM_SELF)
    supports = [hold(parts, "bottom", 1), hold(parts, "left", 0)]
    supports += affine(parts, lambda time: WIDENING * time * np.eye(2), "inner")
    growth = Growth(
        lambda time: 1.0 + (STRETCH - 1.0) * time,
        direction=lambda places: places / np.linalg.norm(places, axis=-1, keepdims=True),
    )
    model = solid_model(parts, {"li": p}, supports, growth={"li": growth})
    model.march([0.25, 0.5, 0.75, 1.0])
    return model


def norm(values: np.ndarray, weights: np.ndarray) -> float:
    return float(np.sqrt(np.sum(weights[..., None] * values**2)))


def displacement_error(model: SolidModel, exact: Callable[[np.ndarray], np.ndarray]) -> float:
    """L2 norm of the error by a quadrature much finer than that of the element, over the norm of the solution."""
    domain = model.parts.loaded.mesh
    cell = domain.topology.cell_name()
    points, weights = basix.make_quadrature(basix.CellType[cell], 12)
    geometry = basix.ufl.element("Lagrange", cell, 2).tabulate(1, points)
    region = model.region()
    corners = region.geometry.corners
    places = np.einsum("qg,cgi->cqi", geometry[0], corners)
    jacobian = np.einsum("jqg,cgi->cqij", geometry[1:], corners)
    area = weights * np.abs(np.linalg.det(jacobian))
    shape = scalar_displacement_element(cell).tabulate(0, points)[0]
    got = np.einsum("qa,cai->cqi", shape, model.problem.displacement[region.geometry.nodes])
    expected = exact(places)
    return norm(got - expected, area) / norm(expected, area)


def stress_error(model: SolidModel, exact: Callable[[np.ndarray], np.ndarray]) -> float:
    region = model.region()
    stress, volumes = region.stress_and_volumes(model.problem.displacement)
    expected = exact(model.point_places())
    return norm(stress - expected, volumes[..., 0]) / norm(expected, volumes[..., 0])


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
@pytest.mark.parametrize("material", MATERIALS)
def test_order_of_displacement_and_stress(material: str, cell: str) -> None:
    p = MATERIALS[material]
    exact = Exact(p)
    models = [cylinder(p, cells, cell) for cells in (2, 4, 8)]
    displacement = np.array([displacement_error(model, exact.displacement) for model in models])
    stress = np.array([stress_error(model, exact.cauchy) for model in models])
    orders = [float(np.log2(errors[1] / errors[2])) for errors in (displacement, stress)]
    assert orders[0] > 2.85, displacement
    assert orders[1] > 1.8, stress
    assert displacement[-1] < 2e-5
    assert stress[-1] < 2e-3
