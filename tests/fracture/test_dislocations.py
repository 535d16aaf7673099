"""What would hurt most if lost: the reference that cracks are held to is itself right."""

import numpy as np
import pytest

from platingx.verification.models.dislocations import buried_intensities, edge_intensities


def test_edge_cracks_are_those_of_koiter_and_hasebe() -> None:
    one, two = edge_intensities(90.0)
    assert one == pytest.approx(1.12152, rel=1e-4)
    assert abs(two) < 1e-9
    np.testing.assert_allclose(np.abs(edge_intensities(45.0)), (0.705, 0.364), atol=1e-3)


def test_a_deep_crack_does_not_feel_the_surface_and_a_shallow_one_bends_a_plate() -> None:
    np.testing.assert_allclose(buried_intensities(1e3), (1.0, 0.0), atol=1e-5)
    # clamped plate of thickness h and span 2c: M = p c^2/3, K_I = 1.934 M h^-3/2 and K_II = 1.503 M h^-3/2 for h -> 0
    shallow = np.abs([buried_intensities(1.0 / ratio, 400) for ratio in (32.0, 64.0)])
    plate = np.array([1.934, 1.503]) / 3.0 / np.sqrt(np.pi)
    at = shallow / plate / np.array([32.0, 64.0])[:, None] ** 1.5
    extrapolated = 2.0 * at[1] - at[0]  # the next term is that of the clamp's give, in h/c
    np.testing.assert_allclose(extrapolated, 1.0, atol=5e-3)
