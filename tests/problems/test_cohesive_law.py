"""What would hurt most if lost: derivatives of a cohesive law, its energy on any way, and that damage never heals."""

from typing import Literal

import numpy as np
import pytest

from platingx.problems.cohesive_law import Cohesion, Opened, damage, released

STIFFNESS = 1e16


def law(criterion: Literal["benzeggagh_kenane", "power"]) -> Cohesion:
    return Cohesion(50e6, 30e6, 1.0, 2.0, criterion, 1.5)


@pytest.mark.parametrize("criterion", ["benzeggagh_kenane", "power"])
def test_derivatives_are_those_of_the_damage(criterion: Literal["benzeggagh_kenane", "power"]) -> None:
    """At random openings in all modes, by central differences."""
    random = np.random.default_rng(1)
    normal, shear = random.uniform(0, 2e-8, 200), random.uniform(-2e-8, 2e-8, (200, 2))
    stiffness, old, step = np.full(200, STIFFNESS), np.zeros(200), 1e-14
    found = damage(law(criterion), stiffness, Opened(normal, shear), old)

    def value(dn: float, ds: float) -> np.ndarray:
        moved = shear + np.array([ds, 0.0])
        return damage(law(criterion), stiffness, Opened(normal + dn, moved), old).damage

    assert found.grows.sum() > 100
    for exact, up, down in (
        (found.by_normal, value(step, 0), value(-step, 0)),
        (found.by_shear[:, 0], value(0, step), value(0, -step)),
    ):
        slope = (up - down) / (2 * step)
        np.testing.assert_allclose(exact[found.grows], slope[found.grows], atol=1e-7 * np.abs(slope).max())


@pytest.mark.parametrize("criterion", ["benzeggagh_kenane", "power"])
def test_a_surface_takes_the_energy_of_its_mode(criterion: Literal["benzeggagh_kenane", "power"]) -> None:
    """The integral of the traction over the opening, and the energy that is reported."""
    share = np.linspace(0.0, 1.0, 7)
    given = law(criterion)
    energy = given.mixed_energy(share)[0]
    stiffness = np.full(7, STIFFNESS)
    first, last, _, _ = given.bounds(stiffness, share)
    direction = np.sqrt(1.0 - share), np.stack([np.sqrt(share), np.zeros(7)], axis=1)
    ways = np.concatenate([[np.zeros(7)], np.linspace(first, last, 2001)])
    known, tractions = np.zeros(7), []
    for way in ways:
        known = damage(given, stiffness, Opened(way * direction[0], way[:, None] * direction[1]), known).damage
        tractions.append((1.0 - known) * STIFFNESS * way)
    np.testing.assert_allclose(np.trapezoid(tractions, ways, axis=0), energy, rtol=1e-12)
    np.testing.assert_allclose(np.max(tractions, axis=0), given.onset(share)[0], rtol=1e-12)
    np.testing.assert_allclose(released(given, stiffness, share, known), energy, rtol=1e-12)


def test_damage_does_not_heal() -> None:
    """Closed again, and opened in a mode that it resists more."""
    opened = Opened(np.array([2.5e-8]), np.zeros((1, 2)))
    found = damage(law("power"), np.array([STIFFNESS]), opened, np.zeros(1))
    assert 0.7 < found.damage[0] < 1.0
    for normal, shear in ((0.0, 0.0), (1e-9, 0.0), (0.0, 1e-9)):
        later = damage(
            law("power"), np.array([STIFFNESS]), Opened(np.array([normal]), np.array([[shear, 0.0]])), found.damage
        )
        assert later.damage == found.damage
        assert not later.grows.any()
