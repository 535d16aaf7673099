"""B07. What would hurt most if lost: the pressure that plated metal needs to flow out of a thin gap.

Gap of fixed height between rough plates (no slip), uniform source v over its length, power-law metal with S 2 MPa and
no hardening at 298 K. Lubrication theory: q = v x (plane) or v r/2 (around the axis), k = S r0^-m / 3^((1+m)/2),
|dp/dx| = k [q (2 + 1/m) / (2 (h/2)^(2+1/m))]^m. Elasticity is made stiff so that the flow is steady at once.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.constants import FARADAY
from platingx.materials import layout
from platingx.verification.models.parts import hold, parts_of
from platingx.verification.models.solid import ISOTROPIC, Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, vector
from platingx_meshes.simple import Box, build_box

SENSITIVITY, STRENGTH, MOLAR_VOLUME = 0.15, 2e6, 13e-6
NM = 1e-9
# current (A/m2), gap (nm), length (nm): centre pressure minus edge pressure, MPa, plane and axisymmetric
TABLE = {
    (40.0, 100.0, 500.0): (22.13, 19.94),
    (2e4, 100.0, 500.0): (56.21, 50.66),
    (40.0, 20.0, 500.0): (179.3, 161.6),
    (2e4, 20.0, 500.0): (455.5, 410.5),
    (40.0, 10.0, 1000.0): (979.8, 883.0),
    (2e4, 10.0, 1000.0): (2488.7, 2243.0),
}


def lubrication(current: float, gap: float, length: float, axisymmetric: bool) -> float:
    """Pressure drop from the centre to the edge, Pa, lengths in m."""
    m, rate = SENSITIVITY, vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]
    k = STRENGTH * rate**-m / 3 ** ((1 + m) / 2)
    speed = current * MOLAR_VOLUME / FARADAY
    slope = k * (speed * (0.5 if axisymmetric else 1.0) * (2 + 1 / m) / (2 * (gap / 2) ** (2 + 1 / m))) ** m
    return slope * length ** (m + 1) / (m + 1)


@pytest.mark.parametrize("film", TABLE)
def test_closed_form_numbers(film: tuple[float, float, float]) -> None:
    current, gap, length = film
    for axisymmetric in (False, True):
        got = lubrication(current, gap * NM, length * NM, axisymmetric) / 1e6
        assert got == pytest.approx(TABLE[film][axisymmetric], rel=5e-4)


def film_model(current: float, gap: float, length: float, axisymmetric: bool, across: int, along: int) -> SolidModel:
    """Upper half of the film: x from the centre to the free edge, y from mid-height to the plate; finer there."""
    data = build_box(Box(length, gap / 2, along, across))
    x, y = data.points[:, 0] / length, data.points[:, 1] / (gap / 2)
    data.points[:, 0] = length * (1.0 - (1.0 - x) ** 1.5)
    data.points[:, 1] = gap / 2 * (1.0 - (1.0 - y) ** 1.5)
    parts = parts_of(data, MPI.COMM_SELF)
    supports = [hold(parts, "left", 0), hold(parts, "bottom", 1), hold(parts, "top", 0), hold(parts, "top", 1)]
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=0.0, INITIAL_RESISTANCE=STRENGTH)
    p[layout.SHEAR_MODULUS] *= 1e4
    p[layout.BULK_MODULUS] *= 1e4
    rate = current * MOLAR_VOLUME / FARADAY / gap
    growth = Growth(lambda time: 1.0 + rate * time, ISOTROPIC)
    return solid_model(parts, {"li": p}, supports, "axisymmetric" if axisymmetric else "plane_strain", {"li": growth})


def centre_pressure(model: SolidModel, rate: float, growth: float = 1e-3, steps: int = 17) -> float:
    """Pressure at the centre after a small growth, Pa."""
    model.march([growth * 1.5 ** (k - steps) / rate for k in range(steps + 1)])
    stress, places = model.nodal_stress()
    middle = np.linalg.norm(places, axis=2).ravel().argmin()
    return float(-stress[..., :3].sum(axis=2).ravel()[middle] / 3.0)


@pytest.mark.parametrize("axisymmetric", [False, True], ids=["plane", "axisymmetric"])
@pytest.mark.parametrize("film", [film for film in TABLE if film[2] / film[1] >= 10.0])
def test_pressure_in_the_centre_of_the_film(film: tuple[float, float, float], axisymmetric: bool) -> None:
    """Lubrication theory leaves out terms of the order of gap over length."""
    current, gap, length = film
    model = film_model(current, gap * NM, length * NM, axisymmetric, 4, 40)
    got = centre_pressure(model, current * MOLAR_VOLUME / FARADAY / (gap * NM))
    assert got / 1e6 == pytest.approx(TABLE[film][axisymmetric], rel=0.03)
