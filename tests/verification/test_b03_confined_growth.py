"""B03. What would hurt most if lost: growth against a constraint gives the pressure and the deviator that theory gives.

The stress measure of each number is stated: sigma is Cauchy stress; tau = Je sigma (Mandel and Kirchhoff stress are
the same for isotropic elasticity), per volume of the grown metal, is what the flow law sees. All faces held: Je = 1/Jg.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.materials import layout
from platingx.problems.newton import solve
from platingx.verification.models.one_element import SIZE, slab, strain_steps, uniform
from platingx.verification.models.parts import hold, parts_of
from platingx.verification.models.solid import AREAL, FIBRE, ISOTROPIC, Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.simple import Box, build_box

YOUNG, POISSON = 7.81e9, 0.38
MODES = {"fibre": FIBRE, "areal": AREAL, "isotropic": ISOTROPIC}
CELLS = ["quadrilateral", "triangle"]


def with_law(law: str, **entries: float) -> np.ndarray:
    extra = {"bulk_modulus_derivative": 3.5} if law == "murnaghan" else {}
    return vector({"base": LITHIUM, "elasticity": {"pressure_law": law, **extra}}, 298.0, **entries)


def grow_and_wait(p: np.ndarray, mode: tuple[float, float, float], ratio: float, top: str) -> SolidModel:
    """Grow to Jg within 1 s, then wait until the deviator has relaxed."""
    model = slab(p, Growth(lambda time: ratio ** min(time, 1.0), mode), top)
    model.march(np.linspace(0.0, 1.0, 9)[1:])
    model.march(np.logspace(1, 14, 14))
    return model


def pressure(stress: np.ndarray) -> float:
    return -float(stress[:3].sum()) / 3.0


# --- (a) all faces fixed, long after growth


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("ratio", "logarithmic", "cauchy"),
    # K ln Jg and K Jg ln Jg in MPa
    [(1.001, 10.842, 10.853), (1.01, 107.93, 109.01), (1.05, 529.2, 555.7), (1.2, 1978.0, 2373.0)],
)
def test_pressure_of_confined_growth(mode: str, ratio: float, logarithmic: float, cauchy: float) -> None:
    """hencky_kirchhoff: tau K ln Jg, so sigma K Jg ln Jg; hencky_cauchy: sigma K ln Jg. The mode plays no role."""
    kirchhoff = uniform(grow_and_wait(with_law("hencky_kirchhoff"), MODES[mode], ratio, "held").stress())
    assert pressure(kirchhoff) / 1e6 == pytest.approx(cauchy, rel=5e-4)
    assert pressure(kirchhoff) / ratio / 1e6 == pytest.approx(logarithmic, rel=5e-4)
    direct = uniform(grow_and_wait(with_law("hencky_cauchy"), MODES[mode], ratio, "held").stress())
    assert pressure(direct) / 1e6 == pytest.approx(logarithmic, rel=5e-4)
    bulk, k = YOUNG / (3 * (1 - 2 * POISSON)), 3.5
    murnaghan = uniform(grow_and_wait(with_law("murnaghan"), MODES[mode], ratio, "held").stress())
    assert pressure(murnaghan) == pytest.approx(bulk / k * (ratio**k - 1), rel=1e-8)
    for stress in (kirchhoff, direct, murnaghan):
        deviator = stress[:3] + pressure(stress)
        assert np.abs(deviator).max() < 1e4, "the deviator has relaxed to below 10 kPa"


# --- (b) deviator while growing, all faces fixed


@pytest.mark.parametrize("model", ["plane_strain", "axisymmetric"])
@pytest.mark.parametrize(("growth_rate", "difference"), [(1e-3, -1.0895), (1.0, -4.3372), (1e3, -17.267)])
def test_deviator_while_growing_along_the_fibre(growth_rate: float, difference: float, model: str) -> None:
    """Equivalent plastic rate 2/3 of the growth rate; steady tau_11 - tau_33 (MPa), reached early by a high H0."""
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=1e12)
    held = slab(p, Growth(lambda time: np.exp(growth_rate * time), FIBRE), "held", model=model)
    held.march(np.linspace(0.0, 0.05, 21)[1:] / growth_rate)
    stress = uniform(held.stress()) * np.exp(-0.05)
    assert (stress[1] - stress[0]) / 1e6 == pytest.approx(difference, rel=0.002)
    assert stress[0] == pytest.approx(stress[2], rel=1e-9)


# --- (c) lateral faces fixed, top free


def flow_stress(rate: float) -> float:
    """Steady flow stress of the 2019 law at 298 K, Pa: S* Z^(m+n)."""
    return 2e6 * (rate / vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]) ** 0.2


@pytest.mark.parametrize("cell", CELLS)
def test_free_growth_along_the_normal_has_no_stress(cell: str) -> None:
    model = slab(vector(LITHIUM, 298.0), Growth(lambda time: 1.0 + time, FIBRE), "free", cell)
    model.march(np.linspace(0.0, 0.6, 13)[1:])
    assert np.abs(model.stress()).max() < 1.0, "less than 1 Pa at 60 % growth"
    assert model.displacement_at((0.0, SIZE))[1] == pytest.approx(0.6 * SIZE, rel=1e-9)
    assert model.region().new.plastic_strain.max() < 1e-9


@pytest.mark.parametrize(("mode", "share"), [("isotropic", 2 / 3), ("areal", 1.0)])
@pytest.mark.parametrize("growth_rate", [1e-3, 1.0, 1e3])
def test_in_plane_stress_under_a_free_top(mode: str, share: float, growth_rate: float) -> None:
    """The layer must flow upwards: in-plane stress minus the flow stress at (2/3 or 1) of the growth rate."""
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=1e12)
    model = slab(p, Growth(lambda time: np.exp(growth_rate * time), MODES[mode]), "free")
    model.march(np.linspace(0.0, 0.1, 41)[1:] / growth_rate)
    stress = uniform(model.stress())
    assert stress[0] == pytest.approx(-flow_stress(share * growth_rate), rel=0.002)
    assert stress[2] == pytest.approx(stress[0], rel=1e-9)
    assert abs(stress[1]) < 1e-6 * abs(stress[0])


# --- (d) isotropic and elastic, lateral faces fixed


@pytest.mark.parametrize("poisson", [0.0, 0.26, 0.38])
def test_isotropic_elastic_growth_between_walls(poisson: float) -> None:
    """Small strain: sigma_xx = -E/(1-nu) (Jg-1)/3."""
    for ratio in (1.0 + 3e-6, 1.0 - 3e-6):
        model = slab(elastic(YOUNG, poisson), Growth(lambda time, ratio=ratio: ratio, ISOTROPIC), "free")
        model.advance(1.0)
        stress = uniform(model.stress())
        assert stress[0] == pytest.approx(-YOUNG / (1 - poisson) * (ratio - 1.0) / 3.0, rel=1e-5)


# --- (e) free growth in each direction


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("model", "shares"),
    [
        ("axisymmetric", FIBRE),
        ("axisymmetric", AREAL),
        ("axisymmetric", ISOTROPIC),
        ("axisymmetric", (0.5, 0.25, 0.25)),
        ("plane_strain", (0.3, 0.7, 0.0)),
    ],
)
@pytest.mark.parametrize("ratio", [0.5, 1.3, 3.0])
def test_free_growth_in_each_direction(cell: str, model: str, shares: tuple[float, float, float], ratio: float) -> None:
    """u_i = h (Jg^alpha_i - 1) along and across the fibre, without stress, from stripping to threefold growth."""
    parts = parts_of(build_box(Box(SIZE, SIZE, 2, 2, cell=cell, distortion=0.1)), MPI.COMM_SELF)
    supports = [hold(parts, "left", 0), hold(parts, "bottom", 1)]
    growth = Growth(lambda time: ratio**time, shares)
    body = solid_model(parts, {"li": vector(LITHIUM, 298.0)}, supports, model, {"li": growth})
    body.march(strain_steps((1.0,), 1e-4, 0.05, 1.5))
    corner = body.displacement_at((SIZE, SIZE))
    expected = SIZE * np.array([ratio ** shares[1] - 1.0, ratio ** shares[0] - 1.0])
    np.testing.assert_allclose(corner, expected, atol=1e-9 * SIZE)
    assert np.abs(body.stress()).max() < 1.0, "less than 1 Pa"


def test_a_bad_first_guess_does_not_end_at_a_wrong_pressure() -> None:
    """The volume strain is thrown far beyond the range of hencky_cauchy: the step fails or finds the right pressure."""
    model = slab(with_law("hencky_cauchy"), Growth(lambda time: 1.2 ** min(time, 1.0)), "held")
    model.march(np.linspace(0.0, 1.0, 9)[1:])
    right = pressure(uniform(model.stress()))
    model.problem.begin(10.0, 72.0)
    result = solve(model.problem, 10.0, 9.0, model.options)
    if result.converged:
        assert pressure(uniform(model.stress())) == pytest.approx(right, rel=1e-3)
    else:
        assert result.failure is not None
