"""Would hurt most: a verdict about cracking that contradicts the numbers of Gao et al. 2022, Eqs. 1 to 3."""

from __future__ import annotations

import math

import pytest

from platingx.post.quantities import (
    fracture_verdict,
    griffith_flaw_depth,
    griffith_strength,
    overpotential_of_stress,
    stress_of_overpotential,
    whisker_contact_diameter,
    whisker_kinetic_pressure,
    whisker_stress,
)

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
    assert griffith_strength(depth) == pytest.approx(strength, abs=5e3)
    assert overpotential_of_stress(griffith_strength(depth)) == pytest.approx(overpotential, abs=5e-6)
    assert griffith_flaw_depth(griffith_strength(depth)) == pytest.approx(depth, rel=1e-12)
    assert stress_of_overpotential(overpotential_of_stress(strength)) == pytest.approx(strength, rel=1e-12)


def test_flaw_at_which_the_metal_yields_first():
    assert griffith_flaw_depth(244e6) == pytest.approx(3.847e-6, rel=2e-4)


def test_whisker():
    stress = stress_of_overpotential(1.65e-3)
    assert stress == pytest.approx(12.246e6, rel=1e-4)
    assert whisker_contact_diameter(stress) == pytest.approx(147.6e-9, rel=5e-4)
    assert whisker_kinetic_pressure(1940e-9) == pytest.approx(1.0e-9, rel=0.01)
    assert whisker_stress(whisker_contact_diameter(stress), speed=1940e-9) == pytest.approx(stress, rel=1e-9)


@pytest.mark.parametrize("function", [griffith_strength, griffith_flaw_depth, whisker_stress, whisker_contact_diameter])
def test_sizes_and_stresses_must_be_positive(function):
    with pytest.raises(ValueError, match="must be positive"):
        function(0.0)


def test_verdict_above_the_theoretical_strength_names_place_and_time():
    verdict = fracture_verdict(16.3e9, place=(1e-25, -37e-9), time=20.97e-3, flaw_depth=37e-9)
    assert verdict.cracks
    assert verdict.cracks_from_flaw
    assert "cracks at (0, -37.0) nm after 21.0 ms" in verdict.sentence
    assert "16.3 GPa" in verdict.sentence
    assert "16.1 GPa" in verdict.sentence


def test_verdict_tells_the_crossing_from_the_peak():
    """The crack starts when the strength is reached; the peak comes later and elsewhere."""
    crossing = ((0.0, -37e-9), 18.5e-3)
    verdict = fracture_verdict(20e9, (5e-9, -36e-9), 28.3e-3, flaw_depth=37e-9, reached_at=crossing)
    start, peak = verdict.sentence.split("; ")
    assert "cracks at (0, -37.0) nm after 18.5 ms, when its maximum principal stress reaches" in start
    assert "16.1 GPa" in start
    assert "20.0 GPa" not in start
    assert peak == "the largest stress of the run, without a crack, is 20.0 GPa at (5.00, -36.0) nm after 28.3 ms."


def test_verdict_between_the_two_strengths_is_conditional():
    verdict = fracture_verdict(5e9, flaw_depth=37e-9)
    assert not verdict.cracks
    assert verdict.cracks_from_flaw
    assert verdict.griffith_strength == pytest.approx(0.95e6 / (1.12 * math.sqrt(math.pi * 37e-9)))
    assert verdict.sentence.startswith("The electrolyte can crack if it has a flaw there")


def test_verdict_below_both():
    verdict = fracture_verdict(31e6, flaw_depth=37e-9)
    assert not verdict.cracks
    assert not verdict.cracks_from_flaw
    assert verdict.sentence.startswith("The electrolyte does not crack: its maximum principal stress, 31.0 MPa")
    assert fracture_verdict(31e6).cracks_from_flaw is None
