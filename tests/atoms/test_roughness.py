"""What would hurt most if lost: roughness of a front is that of its definitions, whatever the spacing of its points."""

import numpy as np
import pytest

from platingx.atoms.attached import attached
from platingx.atoms.box import Box
from platingx.atoms.crystals import bcc_block
from platingx.atoms.roughness import front_roughness, roughness, surface_heights


def test_a_sine() -> None:
    """R_a = 2 A/pi, sigma = A/sqrt 2, R_max = 2 A, also of points that lie more densely on one side."""
    x = np.linspace(0.0, 1.0, 20001) ** 2
    for found in (
        roughness(3.0 + np.sin(2.0 * np.pi * np.arange(4000) / 4000)),
        front_roughness(x, 3.0 + np.sin(2.0 * np.pi * x)),
    ):
        assert found.mean == pytest.approx(3.0, abs=1e-6)
        assert found.average == pytest.approx(2.0 / np.pi, rel=1e-5)
        assert found.rms == pytest.approx(np.sqrt(0.5), rel=1e-5)
        assert found.total == pytest.approx(2.0, rel=1e-6)


def test_the_topmost_atom_of_each_bin() -> None:
    box = Box((0.0, 0.0, -1.0), (4.0, 2.0, 9.0), (True, True, False))
    positions = np.array([(0.1, 0.0, 1.0), (0.9, 1.5, 3.0), (5.5, 0.2, 2.0), (-0.5, 0.0, 4.0)])
    np.testing.assert_array_equal(surface_heights(positions, box, 1.0), [3.0, 2.0, np.nan, 4.0])
    across = surface_heights(positions, box, 1.0, across=True)
    np.testing.assert_array_equal(across, [1.0, 3.0, 2.0, np.nan, np.nan, np.nan, 4.0, np.nan])
    assert roughness(surface_heights(positions, box, 1.0)).total == 2.0
    assert np.isnan(roughness(np.array([np.nan])).rms)


def test_atoms_in_flight_belong_to_nothing() -> None:
    """A slab through the edge of its box, an atom on it, and a pair above it."""
    slab = bcc_block((4, 2, 3), 1.0) + np.array([0.9, 0.0, 0.0])
    box = Box((0.0, 0.0, -0.5), (4.0, 2.0, 20.0), (True, True, False))
    positions = np.concatenate([slab, [(0.0, 0.0, 3.2), (1.0, 1.0, 9.0), (1.0, 1.5, 9.5)]])
    found = attached(positions, box, 1.2)
    assert found.sum() == len(slab) + 1
    assert not found[-2:].any()
    assert len(attached(np.zeros((0, 3)), box, 1.2)) == 0
