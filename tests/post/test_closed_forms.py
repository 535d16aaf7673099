"""Would hurt most: forms that contradict the numbers of Gao et al. 2022, Eqs. 1 to 3."""

from __future__ import annotations

import pytest

from platingx.post.closed_forms import (
    griffith_flaw_depth,
    griffith_strength,
    overpotential_of_stress,
    stress_of_overpotential,
    whisker_contact_diameter,
    whisker_kinetic_pressure,
    whisker_stress,
)

K_IC, MOLAR_VOLUME, SURFACE_ENERGY, DENSITY = 0.95e6, 13.0e-6, 0.452, 534.0

# depth (m), Griffith strength (Pa), overpotential (V): benchmark B14, K_IC 0.95 MPa m^0.5, Y 1.12, V_m 13.0 cm^3/mol
GRIFFITH = [
    (10e-9, 4.78554e9, 0.64478),
    (100e-9, 1.51332e9, 0.20390),
    (400e-9, 0.75666e9, 0.10195),
    (1000e-9, 0.47855e9, 0.06448),
    (5000e-9, 0.21402e9, 0.02884),
]


@pytest.mark.parametrize(("depth", "strength", "overpotential"), GRIFFITH)
def test_griffith_strength_and_its_overpotential(depth, strength, overpotential):
    found = griffith_strength(depth, K_IC)
    assert found == pytest.approx(strength, abs=5e3)
    assert overpotential_of_stress(found, MOLAR_VOLUME) == pytest.approx(overpotential, abs=5e-6)
    assert griffith_flaw_depth(found, K_IC) == pytest.approx(depth, rel=1e-12)
    back = stress_of_overpotential(overpotential_of_stress(strength, MOLAR_VOLUME), MOLAR_VOLUME)
    assert back == pytest.approx(strength, rel=1e-12)


def test_flaw_at_which_the_metal_yields_first():
    assert griffith_flaw_depth(244e6, K_IC) == pytest.approx(3.847e-6, rel=2e-4)


def test_whisker():
    stress = stress_of_overpotential(1.65e-3, MOLAR_VOLUME)
    assert stress == pytest.approx(12.246e6, rel=1e-4)
    diameter = whisker_contact_diameter(stress, SURFACE_ENERGY)
    assert diameter == pytest.approx(147.6e-9, rel=5e-4)
    assert whisker_kinetic_pressure(1940e-9, DENSITY) == pytest.approx(1.0e-9, rel=0.01)
    assert whisker_stress(diameter, SURFACE_ENERGY, 1940e-9, DENSITY) == pytest.approx(stress, rel=1e-9)


@pytest.mark.parametrize("function", [griffith_strength, griffith_flaw_depth, whisker_stress, whisker_contact_diameter])
def test_sizes_and_stresses_must_be_positive(function):
    with pytest.raises(ValueError, match="must be positive"):
        function(0.0, 1.0)
