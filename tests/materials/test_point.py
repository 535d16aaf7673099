"""What would hurt most if lost: the tangent is the derivative of the stress, at small and at extreme states.

A tangent that is a little wrong still converges, slowly, and looks like a hard problem; so it is compared with
differences of the stress everywhere. Then the properties of the law itself: frame indifference, plastic
incompressibility, dissipation.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from properties import on_compiled_code
from scipy.linalg import expm, logm
from scipy.spatial.transform import Rotation

from platingx.materials import layout
from platingx.materials.growth import inverse_growth
from platingx.materials.point import update_point
from platingx.verification.models.vectors import LITHIUM, vector

IDENTITY = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
NORTON = {
    "elasticity": {"young_modulus": "7.81 GPa", "poisson_ratio": 0.38},
    "viscoplasticity": {
        "law": "norton",
        "reference_rate": "1e-3 1/s",
        "reference_stress": "1 MPa",
        "stress_exponent": 6.67,
    },
}
LAWS = {"2019": LITHIUM, "2018": "lithium_narayan_anand_2018", "norton": NORTON, "elastic": "llzo"}


class Update:
    """Result of one constitutive update, from plain arrays."""

    def __init__(
        self,
        p: np.ndarray,
        f: np.ndarray,
        old: np.ndarray = IDENTITY,
        resistance: float = 0.95e6,
        dt: float = 1.0,
        dimension: int = 3,
    ) -> None:
        self.rows, self.columns = layout.gradient_components(dimension)
        self.stress = np.empty((3, 3))
        self.tangent = np.empty((len(self.rows), len(self.rows)))
        self.inverse_plastic = np.empty(6)
        before = old.copy()
        self.rate, self.resistance, self.good = update_point(
            p, f, old, resistance, dt, self.rows, self.columns, self.stress, self.tangent, self.inverse_plastic
        )
        assert (old == before).all(), "the old state is read only"


def full(six: np.ndarray) -> np.ndarray:
    result = np.empty((3, 3))
    result[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS] = six
    result[layout.SYMMETRIC_COLUMNS, layout.SYMMETRIC_ROWS] = six
    return result


def six(tensor: np.ndarray) -> np.ndarray:
    return tensor[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS].copy()


def flowed(seed: int, strain: float) -> np.ndarray:
    """Some unimodular Cp^-1 after plastic flow of a given size."""
    rate = np.random.default_rng(seed).normal(size=(3, 3))
    rate = rate + rate.T
    rate -= np.trace(rate) / 3.0 * np.eye(3)
    return six(expm(strain * rate / np.linalg.norm(rate)))


def spread(values: tuple[float, float, float], seed: int = 3) -> np.ndarray:
    """Deformation gradient with given principal stretches in skew axes, then rotated."""
    frame, turn = (Rotation.random(random_state=s).as_matrix() for s in (seed, seed + 1))
    return turn @ (frame * values @ frame.T)


# growth of 60 % along a skew fibre that the body does not follow: what a confined layer sees at the end of a run
GROWN = np.empty((3, 3))
inverse_growth(1.6, np.array([1.0, 0.0, 0.0]), np.array([0.6, 0.8, 0.0]), GROWN)

STATES = {
    "virgin": (np.eye(3), IDENTITY),
    "tiny strain": (np.eye(3) + 1e-9 * np.arange(9.0).reshape(3, 3), IDENTITY),
    "small strain": (np.eye(3) + 1e-4 * np.arange(9.0).reshape(3, 3), IDENTITY),
    "two equal stretches": (spread((1.2, 1.2, 0.8)), IDENTITY),
    "three equal stretches": (spread((0.9, 0.9, 0.9)), IDENTITY),
    "stretches equal to 1e-10": (spread((1.2, 1.2 * (1 + 1e-10), 0.8)), IDENTITY),
    "stretches equal to 1e-5": (spread((1.2, 1.2 * (1 + 1e-5), 1.2 * (1 - 1e-5))), IDENTITY),
    "large shear": (np.array([[1.0, 0.7, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), IDENTITY),
    "60 % growth, held": (GROWN, IDENTITY),
    "60 % growth, flowed": (np.array([[1.1, 0.2, 0], [-0.1, 0.9, 0], [0, 0, 1.0]]) @ GROWN, flowed(1, 0.8)),
    "flowed far": (spread((1.5, 0.9, 0.7)), flowed(2, 2.0)),
}


def difference(
    p: np.ndarray, f: np.ndarray, old: np.ndarray, dt: float, resistance: float = 0.95e6
) -> tuple[np.ndarray, np.ndarray]:
    """Analytic tangent, and differences of fourth order of the stress on the spatial displacement gradient.

    The step is a thousandth of the elastic trial strain, over which the stress of a soft metal may bend, and not below
    3e-9, where the round-off of the strain (1e-16) sets in.
    """
    now = Update(p, f, old, resistance, dt)
    assert now.good
    strain = 0.5 * np.log(np.linalg.eigvalsh(f @ full(old) @ f.T))
    step = float(np.clip(1e-3 * np.ptp(strain), 3e-9, 1e-6))
    numeric = np.empty_like(now.tangent)
    for c, (i, j) in enumerate(zip(now.rows, now.columns, strict=True)):
        change = np.zeros((3, 3))
        change[i, j] = step

        def half_range(s: int, change: np.ndarray = change) -> np.ndarray:
            high, low = (Update(p, (np.eye(3) + sign * s * change) @ f, old, resistance, dt).stress for sign in (1, -1))
            return (high - low) / (2 * s * step)

        numeric[:, c] = ((4.0 * half_range(1) - half_range(2)) / 3.0)[now.rows, now.columns]
    return now.tangent, numeric


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("dt", [1e-15, 1e-9, 1e-4, 1.0, 1e6, 1e12], ids=lambda dt: f"dt={dt:g}")
def test_tangent_is_the_derivative_of_the_stress(law: str, state: str, dt: float) -> None:
    f, old = STATES[state]
    tangent, numeric = difference(vector(LAWS[law]), f, old if law != "elastic" else IDENTITY, dt)
    np.testing.assert_allclose(tangent, numeric, rtol=0.0, atol=1e-6 * np.abs(tangent).max())


@pytest.mark.parametrize("law", ["2019", "2018"])
@pytest.mark.parametrize("resistance", [0.1e6, 20e6])
def test_tangent_while_hardening_and_softening_fast(law: str, resistance: float) -> None:
    for state in ("large shear", "60 % growth, flowed"):
        f, old = STATES[state]
        for dt in (1e-6, 1e-2, 1e2):
            tangent, numeric = difference(vector(LAWS[law]), f, old, dt, resistance)
            np.testing.assert_allclose(tangent, numeric, rtol=0.0, atol=1e-6 * np.abs(tangent).max())


@pytest.mark.parametrize("law", LAWS)
def test_plane_tangent_is_the_in_plane_part_of_the_full_one(law: str) -> None:
    f = np.array([[1.2, 0.3, 0.0], [-0.1, 0.8, 0.0], [0.0, 0.0, 1.1]])
    p = vector(LAWS[law])
    plane, space = Update(p, f, dimension=2), Update(p, f, dimension=3)
    places = [
        int(np.flatnonzero((space.rows == r) & (space.columns == c))[0])
        for r, c in zip(plane.rows, plane.columns, strict=True)
    ]
    np.testing.assert_allclose(plane.tangent, space.tangent[np.ix_(places, places)], rtol=1e-13, atol=1e-3)
    np.testing.assert_array_equal(plane.stress, space.stress)


GRADIENTS = arrays(np.float64, (3, 3), elements=st.floats(-0.25, 0.25))
STEPS = st.floats(-9.0, 9.0)  # log10 of dt
LAW_NAMES = st.sampled_from(["2019", "2018", "norton"])


@on_compiled_code
@given(GRADIENTS, STEPS, LAW_NAMES, st.integers(0, 10**6))
def test_frame_indifference(gradient: np.ndarray, decade: float, law: str, seed: int) -> None:
    """A rotated body has the rotated stress and the rotated tangent action, and the same state."""
    f, old, dt = np.eye(3) + gradient, flowed(seed, 0.5), 10.0**decade
    turn = Rotation.random(random_state=seed).as_matrix()
    p = vector(LAWS[law])
    here, there = Update(p, f, old, dt=dt), Update(p, turn @ f, old, dt=dt)
    assert here.good
    assert there.good
    scale = max(np.abs(here.stress).max(), 1e-9 * p[layout.SHEAR_MODULUS])
    np.testing.assert_allclose(there.stress, turn @ here.stress @ turn.T, atol=1e-9 * scale)
    np.testing.assert_allclose(there.inverse_plastic, here.inverse_plastic, atol=1e-12)
    assert there.rate == pytest.approx(here.rate, rel=1e-8, abs=0.0)
    assert there.resistance == pytest.approx(here.resistance, rel=1e-9)
    action = np.random.default_rng(seed).normal(size=(3, 3))
    plain = (here.tangent @ action.ravel()).reshape(3, 3)
    turned = (there.tangent @ (turn @ action @ turn.T).ravel()).reshape(3, 3)
    np.testing.assert_allclose(turned, turn @ plain @ turn.T, atol=1e-7 * np.abs(here.tangent).max())


@on_compiled_code
@given(GRADIENTS, STEPS, LAW_NAMES, st.integers(0, 10**6))
def test_isotropy(gradient: np.ndarray, decade: float, law: str, seed: int) -> None:
    """Turning the reference (with its plastic state) changes nothing."""
    f, old, dt = np.eye(3) + gradient, flowed(seed, 0.5), 10.0**decade
    turn = Rotation.random(random_state=seed).as_matrix()
    p = vector(LAWS[law])
    here = Update(p, f, old, dt=dt)
    there = Update(p, f @ turn.T, six(turn @ full(old) @ turn.T), dt=dt)
    scale = max(np.abs(here.stress).max(), 1e-9 * p[layout.SHEAR_MODULUS])
    np.testing.assert_allclose(there.stress, here.stress, atol=1e-9 * scale)


@on_compiled_code
@given(GRADIENTS, STEPS, LAW_NAMES, st.integers(0, 10**6))
def test_flow_keeps_the_volume_and_dissipates(gradient: np.ndarray, decade: float, law: str, seed: int) -> None:
    """det Cp^-1 = 1; the stress is that of the new elastic strain; the strain lost to flow does positive work."""
    f, old, dt = np.eye(3) + gradient, flowed(seed, 0.5), 10.0**decade
    p = vector(LAWS[law])
    new = Update(p, f, old, dt=dt)
    assert new.good
    plastic = full(new.inverse_plastic)
    assert np.linalg.det(plastic) == pytest.approx(1.0, abs=1e-12)
    assert np.linalg.eigvalsh(plastic).min() > 0.0
    trial, elastic = (0.5 * logm(f @ full(c) @ f.T) for c in (old, new.inverse_plastic))
    shear = p[layout.SHEAR_MODULUS]
    deviator = 2.0 * shear * (elastic - np.trace(elastic) / 3.0 * np.eye(3))
    np.testing.assert_allclose(new.stress, deviator, atol=1e-13 * shear)
    equivalent = np.sqrt(1.5) * np.linalg.norm(new.stress)
    work = float(np.sum(new.stress * (trial - elastic)))
    assert new.rate >= 0.0
    assert work >= -1e-14 * equivalent
    assert work == pytest.approx(equivalent * new.rate * dt, rel=1e-6, abs=1e-13 * equivalent)
    expected = new.resistance * (new.rate / p[layout.REFERENCE_RATE]) ** p[layout.RATE_SENSITIVITY]
    assert equivalent == pytest.approx(expected, rel=1e-6, abs=1e-14 * shear)


@pytest.mark.parametrize("law", ["2019", "2018", "norton"])
def test_volume_is_kept_over_many_steps(law: str) -> None:
    """1,000 steps of simple shear with a turning axis: no drift of det Cp^-1 beyond round-off."""
    p = vector(LAWS[law])
    f, state, resistance = np.eye(3), IDENTITY, float(p[layout.INITIAL_RESISTANCE])
    for k in range(1000):
        axis = Rotation.from_euler("xyz", [0.01 * k, 0.013 * k, 0.007 * k]).as_matrix()
        shear = np.eye(3)
        shear[0, 1] = 0.01
        f = axis @ shear @ axis.T @ f
        update = Update(p, f, state, resistance, 1e-2)
        assert update.good
        state, resistance = update.inverse_plastic, update.resistance
    assert np.linalg.det(full(state)) == pytest.approx(1.0, abs=1e-9)


def test_rigid_rotation_of_the_virgin_body_is_stress_free() -> None:
    for law in LAWS:
        p = vector(LAWS[law])
        for seed in range(20):
            update = Update(p, Rotation.random(random_state=seed).as_matrix())
            assert np.abs(update.stress).max() <= 1e-14 * p[layout.SHEAR_MODULUS]


@pytest.mark.parametrize("law", LAWS)
def test_a_nan_is_refused(law: str) -> None:
    broken = np.eye(3)
    broken[0, 1] = np.nan
    assert not Update(vector(LAWS[law]), broken).good
