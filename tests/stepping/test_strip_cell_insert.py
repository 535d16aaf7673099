"""What would hurt most if lost: an insert that gains or loses metal, current through it, and which way contact goes.

An insert and a void of the same shape, foil, steps and intervals are compared at equal conditions.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from platingx.constants import FARADAY
from platingx.materials.gap_laws import GapLaws
from platingx.stepping.strip_cell_insert import HEIGHT, POTENTIAL, SECTION, Insert
from platingx.stepping.strip_cell_march import CellInstant, Limits, Part, contact_share, march_part, state_at_rest
from platingx.stepping.strip_cell_model import StripCellModel
from platingx.stepping.strip_cell_system import _with_insert

THERMAL, VOLUME, VOLUME_NA = 0.025693, 13.0e-6, 23.7e-6
ALONG = 6.56e-30 / 0.5
LIMITS = Limits(0.02, 0.6, 0.5e-9, 5.0)
NA = Insert(30e-9, 150e-9, lambda stress: 1e-3 * (stress / 0.235e6) ** 5, VOLUME_NA, double_layer=0.05, thermal=THERMAL)
CELL = StripCellModel(
    1e-6, 48, GapLaws(2e-9, 0.06, 6e-9, 1e15), 0.5, ALONG, ALONG, lambda stress: 1e-3 * (stress / 0.8e6) ** 6.6, 0.2,
    500e-6, THERMAL / 5e-4, 0.5, THERMAL, VOLUME, 0.0, 1.0, 0.0, NA,
)  # fmt: skip


def cap(model: StripCellModel, insert: Insert) -> np.ndarray:
    return insert.profile(insert.at_rest, model.edges)[0]


def strip(model: StripCellModel, insert: Insert = NA, current: float = -5.0, time: float = 10.0) -> list[CellInstant]:
    """Strip a cell with an insert, or with a void of its shape."""
    return list(march_part(model, Part(current, time), LIMITS, None, state_at_rest(model, cap(model, insert))))


def test_the_cap_keeps_its_section_however_flat() -> None:
    for height in (60e-9, 30e-9, 11e-9):
        state = np.array([height, 0.0, NA.at_rest[SECTION]])
        under, covered = NA.profile(state, CELL.edges)
        assert under.sum() * CELL.spacing == pytest.approx(NA.at_rest[SECTION], rel=1e-14)
        assert covered.sum() * CELL.spacing == pytest.approx(1.5 * NA.at_rest[SECTION] / height, rel=1e-14)
        assert under.max() <= height


@pytest.mark.parametrize(("strength", "pressure"), [(0.24e6, 0.4157e6), (0.8e6, 1.386e6)])
def test_a_strip_yields_under_the_pressure_of_the_slab_method(strength: float, pressure: float) -> None:
    """(2/sqrt 3) s (1 + w/4t) at w/t 2, for sodium and for lithium in its place; published closed form."""
    insert = replace(NA, creep=lambda stress: 1e-3 * (stress / strength) ** 200)
    state = np.array([1.5 * 100e-9, 0.0, 100e-9 * 100e-9])  # mean thickness 100 nm, half width 100 nm
    rates = [insert.strain_rate(state, share * pressure) for share in (0.99, 1.01)]
    wanted = 0.5 * math.sqrt(3.0) * 1e-3
    assert rates[0] < 0.2 * wanted
    assert rates[1] > 5.0 * wanted
    assert insert.strain_rate(state, -1e6) == 0.0


def test_the_tangent_is_that_of_the_residual() -> None:
    insert = replace(NA, potential=0.33, exchange=1.0)
    model = replace(CELL, insert=insert, intervals=24)
    state = strip(model, insert, time=0.05)[-1].state
    values = state.packed()
    values[:24] -= 0.2e-9
    diffusion = model.diffusion(np.ones(24))
    tangent = _with_insert(model, state, values, -5.0, 0.1, diffusion)[1]
    scales = np.concatenate([np.full(24, 1e-13), np.full(24, 1e-5), [1e-8, 1e-12, 1e-7], 1e-6 * insert.scales])
    sizes = np.abs(tangent * scales).max(axis=1)
    for column, step in enumerate(scales):
        sides = []
        for sign in (1.0, -1.0):
            moved = values.copy()
            moved[column] += sign * step
            sides.append(_with_insert(model, state, moved, -5.0, 0.1, diffusion)[0])
        found = 0.5 * (sides[0] - sides[1])
        np.testing.assert_allclose(found / sizes, tangent[:, column] * step / sizes, atol=2e-4)


def test_nothing_is_lost_and_nothing_passes() -> None:
    """Its volume to 1e-8; the metal beside it gives all of the current but what charges the double layer."""
    found = strip(replace(CELL, follows=0.7))
    charge, potential = 0.0, 0.0
    for instant in found:
        state = instant.state
        under, covered = CELL.under(state.insert)
        assert under.sum() * CELL.spacing == pytest.approx(NA.at_rest[SECTION], rel=1e-8)
        local = CELL.contact(state.height, state.insert) * state.current
        blocked = NA.double_layer * (state.insert[POTENTIAL] - potential) / instant.dt * covered
        assert float(np.mean(local + blocked)) == pytest.approx(-5.0, rel=1e-9)
        potential, charge = state.insert[POTENTIAL], charge + float(np.mean(blocked)) * instant.dt
        inner = covered == 1.0
        assert np.all(local[inner] == 0.0)
    assert charge < 0.0
    assert charge == pytest.approx(NA.double_layer * potential * 0.3, rel=0.5)  # its footprint changes meanwhile


def test_its_own_oxidation_takes_metal_by_faraday() -> None:
    """Kinetics of the stripped metal so slow that the potential passes 0.33 V: the insert gives the rest."""
    insert = replace(NA, potential=0.33, exchange=2.0)
    slow = replace(CELL, insert=insert, exchange=0.002)
    state_before, lost = NA.at_rest, 0.0
    for instant in strip(slow, insert, time=1.0):
        own = instant.state.insert
        half = 1.5 * state_before[SECTION] / state_before[HEIGHT]
        lost += insert.oxidation(float(own[POTENTIAL])) * half * instant.dt * VOLUME_NA / FARADAY
        state_before = own
    assert own[POTENTIAL] < -0.3
    assert lost < -1e-3 * NA.at_rest[SECTION]
    assert own[SECTION] - NA.at_rest[SECTION] == pytest.approx(lost, rel=1e-9)
    kept = strip(replace(slow, insert=replace(insert, exchange=0.0)), insert, time=1.0)[-1].state
    assert kept.insert[SECTION] == NA.at_rest[SECTION]
    assert kept.voltage < instant.state.voltage  # without it, the metal beside has to give all


def test_a_high_insert_keeps_more_contact_where_the_gaps_keep_their_volume() -> None:
    """The direction of Yoon et al. 2025 at equal conditions: foil, shape, steps, intervals."""
    high = replace(NA, height=150e-9)
    beside_na = contact_share(model := replace(CELL, insert=high), strip(model, high)[-1].state)
    void = replace(CELL, insert=None)
    assert beside_na > contact_share(void, strip(void, high)[-1].state) + 0.02


def test_a_foil_that_is_held_back_keeps_less_beside_an_insert() -> None:
    """A negative result, kept: the sign is opposite where the foil is held, and the budget of volume says why.

    What the foil does not follow becomes gap, to the same mean in both cells. Over a void it deepens what is open
    already; beside an insert, which fills that, it needs width of its own.
    """
    held = replace(CELL, follows=0.5)
    void = replace(held, insert=None)
    ends = [(model, strip(model)[-1].state) for model in (held, void)]
    gaps = [float(np.mean(state.height - model.under(state.insert)[0])) for model, state in ends]
    opened = 0.5 * 5.0 * VOLUME / FARADAY * 10.0
    assert gaps[0] == pytest.approx(opened, rel=2e-2)  # but for the charge of the double layer
    assert gaps[1] == pytest.approx(opened + float(np.mean(cap(CELL, NA))), rel=1e-9)
    shares = [contact_share(model, state) for model, state in ends]
    assert shares[0] < shares[1] - 0.02
