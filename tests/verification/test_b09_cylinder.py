"""B09. What would hurt most if lost: stress under internal pressure, elastic and creeping, as in a thick cylinder.

Plane strain, radii 1 and 2, pressure 10 MPa. Elastic: Lame. Power-law creep: the stationary field of n = 1/0.15.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.verification.models.parts import hold, parts_of
from platingx.verification.models.solid import Load, SolidModel, solid_model
from platingx.verification.models.vectors import elastic, norton
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

PRESSURE, INNER, OUTER = 10e6, 1.0, 2.0
EXPONENT = 1.0 / 0.15


def cylinder(p: np.ndarray, cell: str = "quadrilateral", radial: int = 8, angular: int = 8) -> SolidModel:
    annulus = QuarterAnnulus(INNER, OUTER, radial, angular, cell=cell)
    parts = parts_of(build_quarter_annulus(annulus), MPI.COMM_SELF)
    supports = [hold(parts, "bottom", 1), hold(parts, "left", 0)]
    load = Load("inner", "llzo", pressure=lambda time: PRESSURE * min(time / 1e-9, 1.0))
    return solid_model(parts, {"llzo": p}, supports, loads=[load])


def polar(model: SolidModel) -> tuple[np.ndarray, ...]:
    """Radius and radial, hoop, axial stress (MPa) at all recovered nodes."""
    stress, places = model.nodal_stress("llzo")
    radius = np.linalg.norm(places, axis=-1)
    c, s = places[..., 0] / radius, places[..., 1] / radius
    xx, yy, zz, xy = (stress[..., i] / 1e6 for i in range(4))
    radial = xx * c * c + yy * s * s + 2 * xy * c * s
    return tuple(array.ravel() for array in (radius, radial, xx + yy - radial, zz))


def at(radius: np.ndarray, values: np.ndarray, where: float) -> float:
    near = np.abs(radius - where) < 1e-6
    assert near.any()
    return float(values[near].mean())


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_lame(cell: str) -> None:
    young, poisson = 150e9, 0.26
    model = cylinder(elastic(young, poisson), cell, 16, 16)
    model.advance(1e-9)
    radius, _, hoop, _ = polar(model)
    assert at(radius, hoop, INNER) == pytest.approx(16.667, rel=0.005)
    assert at(radius, hoop, OUTER) == pytest.approx(6.667, rel=0.005)
    assert model.displacement_at((INNER, 0.0))[0] == pytest.approx(1.2544e-4, rel=1e-3)


def test_lame_axisymmetric() -> None:
    """The same cylinder as a ring around the axis: a box from radius 1 to 2 between smooth plates."""
    data = build_box(Box(1.0, 0.125, 16, 2, region="llzo"))
    data.points[:, 0] += INNER
    parts = parts_of(data, MPI.COMM_SELF)
    supports = [hold(parts, "bottom", 1), hold(parts, "top", 1)]
    load = Load("left", "llzo", pressure=lambda time: PRESSURE)
    model = solid_model(parts, {"llzo": elastic(150e9, 0.26)}, supports, "axisymmetric", loads=[load])
    model.advance(1.0)
    stress, places = model.nodal_stress("llzo")
    radius, hoop = places[..., 0].ravel(), stress[..., 2].ravel() / 1e6
    assert at(radius, hoop, INNER) == pytest.approx(16.667, rel=0.005)
    assert at(radius, hoop, OUTER) == pytest.approx(6.667, rel=0.005)
    assert model.displacement_at((INNER, 0.0))[0] == pytest.approx(1.2544e-4, rel=1e-3)


def creep_stress(radius: float) -> tuple[float, float]:
    """Stationary radial and hoop stress in MPa."""
    n, ratio = EXPONENT, OUTER / INNER
    d = ratio ** (2 / n) - 1
    power = (OUTER / radius) ** (2 / n)
    return -10.0 * (power - 1) / d, 10.0 * ((2 / n - 1) * power + 1) / d


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_power_law_creep(cell: str) -> None:
    """The elastic field redistributes to the stationary one, at strains so small that the shape stays."""
    model = cylinder(norton(150e9, 0.26, 1e-9, 10e6, EXPONENT), cell, 16, 16)
    model.advance(1e-9)
    model.march(np.logspace(-2, 5, 57))
    radius, radial, hoop, axial = polar(model)
    assert model.displacement_at((INNER, 0.0))[0] < 0.002
    assert creep_stress(1.5)[0] == pytest.approx(-3.89966, rel=1e-5)
    assert creep_stress(1.0)[1] == pytest.approx(5.9789, rel=1e-4)
    assert at(radius, radial, 1.5) == pytest.approx(-3.89966, rel=0.01)
    assert at(radius, hoop, 1.0) == pytest.approx(5.9789, rel=0.01)
    equivalent = np.sqrt(0.5 * ((radial - hoop) ** 2 + (hoop - axial) ** 2 + (axial - radial) ** 2))
    assert at(radius, equivalent, 1.0) == pytest.approx(13.8381, rel=0.01)
    for where in (1.25, 1.75, 2.0):
        assert at(radius, hoop, where) == pytest.approx(creep_stress(where)[1], rel=0.01)
