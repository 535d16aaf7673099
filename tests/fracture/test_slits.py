"""What would hurt most if lost: stress intensities of slits are those of the handbooks, with their signs.

Most handbook values stand in the verification problems ``cracks`` and ``cracks-notch``; here are the parts.
"""

import numpy as np
import pytest

from platingx.fracture.criteria import equivalent_intensity, kink_angle, length_at, nucleation
from platingx.fracture.near_tip import near_tip
from platingx.fracture.plane_body import PlaneBody
from platingx.fracture.weight_functions import face_load, slit_weights
from platingx.verification.models.slit_bodies import ELASTIC, box, line, pressed, slit_in, stretched
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.slit import slit_mesh
from platingx_meshes.slit_body import Line, Slit

ROOT_PI = np.sqrt(np.pi)


def area(points: np.ndarray, cells: np.ndarray) -> float:
    a, b, c = (points[cells[:, i]] for i in range(3))
    return float(0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]).sum())


@pytest.mark.parametrize("mode", [1, 2])
def test_fields_at_a_tip_are_in_equilibrium_and_free_on_the_faces(mode: int) -> None:
    shear, poisson, step = 1.0, 0.3, 1e-6
    places = np.array([[0.3, 0.4], [-0.5, 0.2], [-0.2, -0.6], [0.7, -0.1]])
    here = near_tip(places, mode, shear, poisson)
    strain = 0.5 * (here.gradient + np.swapaxes(here.gradient, 1, 2))
    lame = 2.0 * shear * poisson / (1.0 - 2.0 * poisson)
    trace = np.trace(strain, axis1=1, axis2=2)[:, None, None]
    np.testing.assert_allclose(here.stress, lame * trace * np.eye(2) + 2.0 * shear * strain, atol=1e-12)
    slopes = [
        (
            near_tip(places + step * unit, mode, shear, poisson).stress
            - near_tip(places - step * unit, mode, shear, poisson).stress
        )
        / (2.0 * step)
        for unit in np.eye(2)
    ]
    np.testing.assert_allclose(slopes[0][:, :, 0] + slopes[1][:, :, 1], 0.0, atol=1e-8)
    faces = near_tip(np.array([[-0.3, 1e-12], [-0.3, -1e-12]]), mode, shear, poisson).stress
    np.testing.assert_allclose(faces[:, :, 1], 0.0, atol=1e-10)
    ahead = near_tip(np.array([[0.25, 0.0]]), mode, shear, poisson).stress[0]
    assert ahead[1, 1] if mode == 1 else ahead[0, 1] == pytest.approx(1.0 / np.sqrt(2.0 * np.pi * 0.25))


def test_half_and_whole_body_agree_and_the_angle_turns_the_sign_of_mode_2() -> None:
    half = slit_in(box(0.0, 20.0, -20.0, 0.0, {"left": (True, False)}), (0.0, 0.0), (0.0, -1.0), "symmetric", 1.0)
    whole = slit_in(box(-20.0, 20.0, -20.0, 0.0), (0.0, 0.0), (0.0, -1.0), "surface", 1.0)
    assert area(half.points, half.cells) == pytest.approx(400.0, rel=1e-12)
    assert area(whole.points, whole.cells) == pytest.approx(800.0, rel=1e-12)
    one, two = pressed(half)[0][0], pressed(whole)[0][0]
    assert one[0] == pytest.approx(two[0], rel=2e-3)
    assert abs(two[1]) < 1e-3 * two[0]
    left, right = (
        stretched(slit_in(box(-20.0, 20.0, -20.0, 0.0), (0.0, 0.0), (x, -0.8), "surface", 1.0), (1.0, 0.0, 0.0))[0]
        for x in (-0.6, 0.6)
    )
    assert left[0] == pytest.approx(right[0], rel=3e-3)
    assert left[1] == pytest.approx(-right[1], rel=1e-2)
    kinks = np.degrees(kink_angle(*left)), np.degrees(kink_angle(*right))
    # tension along x turns both straight down: the left one (heading down to the left) towards its left, and so on
    assert kinks[0] > 20.0
    assert kinks[1] < -20.0


def test_faces_have_their_own_nodes_and_tips_are_common() -> None:
    for kind, start in (("surface", (0.0, 0.0)), ("buried", (0.0, -1.0))):
        mesh = slit_in(box(-5.0, 5.0, -5.0, 0.0), start, (0.0, -2.0), kind, 1.0)
        common = set(mesh.upper.ravel()) & set(mesh.lower.ravel())
        assert len(common) == (1 if kind == "surface" else 2)
        np.testing.assert_allclose(mesh.points[mesh.upper], mesh.points[mesh.lower], atol=1e-12)
        forces = face_load(PlaneBody(mesh, ELASTIC), np.array([0.3, 1.0]))
        np.testing.assert_allclose(forces.sum(axis=0), 0.0, atol=1e-12)


def test_the_two_ways_to_the_energy_release_rate_agree() -> None:
    mesh = slit_in(box(-8.0, 8.0, -8.0, 0.0), (0.0, 0.0), (0.7, -0.7), "surface", 1.0)
    assert slit_weights(mesh, ELASTIC).j_deviation < 2e-3


def test_a_body_with_a_hole() -> None:
    """Two edge cracks at a far hole and at the outer side do not feel each other: a hole is part of the outline."""
    angle = np.linspace(0.0, -2.0 * np.pi, 65)
    hole = [Line(0.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + np.array([0.0, -3.0]))]
    loops = [*box(-6.0, 6.0, -8.0, 0.0), hole]
    mesh = slit_mesh(loops, Slit(np.array([0.0, 0.0]), np.array([0.0, -0.3]), "surface"))
    assert area(mesh.points, mesh.cells) == pytest.approx(96.0 - 0.25 * np.pi, rel=5e-3)
    found = pressed(mesh)[0][0, 0] / np.sqrt(np.pi * 0.3)
    assert found == pytest.approx(1.13, rel=2e-2)


def test_a_slit_that_does_not_begin_on_the_outline_is_refused() -> None:
    with pytest.raises(MeshBuildError, match="has to begin on the outline"):
        slit_in(box(-5.0, 5.0, -5.0, 0.0), (0.0, -0.5), (0.0, -1.0), "surface", 1.0)


def test_a_support_that_holds_nothing_but_the_body_changes_nothing() -> None:
    free = pressed(slit_in(box(-30.0, 30.0, -30.0, 0.0), (0.0, 0.0), (0.0, -1.0), "surface", 1.0))[0][0, 0]
    loops = box(-30.0, 30.0, -30.0, 0.0)
    loops[0][1] = line((-30.0, -30.0), (30.0, -30.0), (False, True))
    held = pressed(slit_in(loops, (0.0, 0.0), (0.0, -1.0), "surface", 1.0))[0][0, 0]
    assert held < free  # it cannot bend
    assert held == pytest.approx(free, rel=1e-2)


def test_kink_and_equivalent_intensity_in_closed_form() -> None:
    assert np.degrees(kink_angle(1.0, 0.0)) == 0.0
    assert np.degrees(kink_angle(0.0, 1.0)) == pytest.approx(-70.5288, abs=1e-3)
    assert np.degrees(kink_angle(1.0, 1.0)) == pytest.approx(-53.1301, abs=1e-3)
    assert np.degrees(kink_angle(1.0, -1.0)) == pytest.approx(53.1301, abs=1e-3)
    assert equivalent_intensity(1.0, 0.0) == 1.0
    assert equivalent_intensity(-1.0, 5.0) == 0.0  # closed
    theta = kink_angle(0.8, 0.3)
    hoop = np.cos(theta / 2) * (0.8 * np.cos(theta / 2) ** 2 - 1.5 * 0.3 * np.sin(theta))
    assert equivalent_intensity(0.8, 0.3) == pytest.approx(float(hoop), rel=1e-12)


def test_length_at_which_a_flaw_grows() -> None:
    lengths = np.array([1e-9, 1e-8, 1e-7])
    assert length_at(lengths, np.sqrt(lengths / 1e-8), 1.0) == pytest.approx(1e-8)
    assert length_at(lengths, np.array([2.0, 3.0, 4.0]), 1.0) == pytest.approx(0.25e-9)
    assert np.isnan(length_at(lengths, np.array([0.1, 0.2, 0.3]), 1.0))


def test_coupled_criterion_in_closed_form() -> None:
    """Stress s(1 - x/d), K^2 = 1.2578 pi a s^2 (1 - a/d)^2 by construction: both conditions by hand on a fine grid."""
    d, toughness, strength = 1.0, 1.0, 4.0
    lengths = np.geomspace(1e-3, 0.9, 60)
    k = 1.1215 * np.sqrt(np.pi * lengths) * (1.0 - lengths / d)
    found = nucleation(lengths, k, 1.0 - lengths / d, toughness, strength)
    assert found is not None
    a = np.linspace(1e-3, 0.9, 20001)
    mean = 1.1215**2 * np.pi * (a / 2 - 2 * a**2 / 3 + a**3 / 4)
    factor = np.maximum(strength / (1.0 - a), toughness / np.sqrt(mean))
    assert found.factor == pytest.approx(factor.min(), rel=3e-3)
    assert found.length == pytest.approx(a[factor.argmin()], rel=2e-2)
    assert found.stress_factor == pytest.approx(found.energy_factor, rel=3e-2)
    assert nucleation(lengths, -k, -1.0 + lengths, toughness, strength) is None
