"""What would hurt most if lost: knowing what the phase field does where its length does not fit, and that it says so.

A flaw of 60 nm at 20 degrees below a free surface, filled, with l = 6 nm and elements of 2 nm: the ceramic over its end
is 20 nm thick, 3.4 l, and less elsewhere. A sharp one lifts a flake at 0.52 GPa (with metal on the surface up to its
mouth). docs/theory.md has what is found here; the log of a run warns of it (tests/run/test_damage_runs.py).
"""

import numpy as np
import pytest

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.damage_grid import crossed
from platingx.physics.discretisation import fix
from platingx.problems.damage_law import DamageLaw, Filling
from platingx.verification.models.damaged import DamagedBody, GivenPressure, GivenVolume, damaged_body
from platingx.verification.models.phase_fields import graded

NANO = 1e-9
SHARP = 0.52e9
"""Pa; by a sharp crack that is remeshed."""
MOUTH = 14 * NANO


def lines(first: float, last: float, both: bool) -> Array:
    """Lines of corners each 2 nm between two places (nm), wider by 1.3 each beyond them, to a micrometre."""
    beyond = np.cumsum(2.0 * 1.3 ** np.arange(1, 20))
    inner = np.arange(first, last + 0.1, 2.0)
    return np.concatenate([(inner[0] - beyond)[::-1], inner, *([inner[-1] + beyond] if both else [])]) * NANO


def flake(filling: Filling, passes: int = 250) -> DamagedBody:
    """The flaw in a block that rests on its bottom; metal reaches its mouth, and the surface behind is free."""
    end = 60 * NANO * np.array([np.cos(np.radians(20)), -np.sin(np.radians(20))])
    body = damaged_body(
        graded(lines(-6.0, 130.0, both=True), lines(-40.0, 0.0, both=False)),
        DamageLaw(6 * NANO, 5.61, largest_passes=passes),
        150e9,
        0.26,
        lambda parts: [fix(parts, "bottom", 1), fix(parts, "bottom", 0)],
        lambda grid: crossed(grid, np.zeros(2), end),
        filling,
    )
    damage, places = body.damage, body.damage.grid.places
    top = places[:, 1] > -0.1 * NANO
    reach = damage.reach
    reach.metal, reach.free = top & (places[:, 0] < MOUTH), top & (places[:, 0] > MOUTH)
    reach.held = places[:, 1] < places[:, 1].min() + 0.1 * NANO
    damage.vented = reach.vented(damage.damage)
    damage.commit()
    return body


@pytest.mark.long
def test_given_a_pressure_it_settles_and_breaks_through_far_too_early() -> None:
    """In a few alternations each: no jump, but no ceramic either that could bear the pressure."""
    body = flake(GivenPressure(lambda time: time))
    damage, last = body.damage, 0.0
    for pressure in (1e6, 2e6, 5e6, 1e7, 2e7):
        body.advance(pressure)
        assert body.passes < 20
        if damage.vented.any():
            break
        last = pressure
    assert damage.vented.any()
    assert damage.pressure == 0.0  # vented: nothing presses any more
    assert not damage.cut_off
    assert 1e6 <= last < pressure < 0.1 * SHARP


@pytest.mark.long
def test_given_a_volume_it_does_not_settle_and_says_so() -> None:
    """A failure of the step after the given number of alternations, from which the state before comes back."""
    body = flake(GivenVolume(lambda time: time, 1e6))
    before = body.damage.damage.copy()
    with pytest.raises(ConvergenceError, match="did not settle"):
        body.advance(25 * NANO**2)
    assert body.damage.passes == 250
    body.stages.rollback()
    assert np.array_equal(body.damage.damage, before)
