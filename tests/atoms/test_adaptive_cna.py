"""What would hurt most if lost: the order of atoms is the one that OVITO finds, in thin periodic boxes too."""

import numpy as np
import pytest

from platingx.arrays import Array
from platingx.atoms.adaptive_cna import Structure, fraction_of, structures
from platingx.atoms.box import Box
from platingx.atoms.crystals import bcc_block, bcc_sphere, largest_bcc_fraction
from platingx.atoms.neighbours import nearest_neighbours

A = 3.51


def periodic(*cells: float) -> Box:
    return Box((0.0, 0.0, 0.0), tuple(A * count for count in cells), (True, True, True))  # type: ignore[arg-type]


def counts(positions: Array, box: Box) -> list[int]:
    return np.bincount(structures(positions, box), minlength=5).tolist()


@pytest.mark.parametrize(("noise", "bcc"), [(0.05, 432), (0.2, 366), (0.35, 11), (0.5, 0)])
def test_shaken_crystals_as_ovito_sees_them(noise: float, bcc: int) -> None:
    """Counts of OVITO 3.17.2 (adaptive cut-off) for the same positions, each drawn after the others."""
    draw = np.random.default_rng(1)
    for amplitude in (0.05, 0.2, 0.35, 0.5):
        positions = bcc_block((6, 6, 6), A) + draw.normal(0.0, amplitude, (432, 3))
        if amplitude == noise:
            assert counts(positions, periodic(6, 6, 6)) == [432 - bcc, 0, 0, bcc, 0]


@pytest.mark.parametrize(("atoms", "fraction"), [(300, 0.3733), (500, 0.46), (600, 0.4867), (700, 0.5), (800, 0.5238),
                                                 (1000, 0.56), (1500, 0.6027)])  # fmt: skip
def test_much_of_a_small_crystal_is_surface(atoms: int, fraction: float) -> None:
    assert largest_bcc_fraction(atoms) == pytest.approx(fraction, abs=5e-5)
    assert len(np.unique(np.round(bcc_sphere(atoms, A), 6), axis=0)) == atoms


@pytest.mark.parametrize("cells", [(16, 2, 10), (1, 1, 1), (1, 8, 2)])
def test_boxes_thinner_than_the_distance_to_the_neighbours(cells: tuple[int, int, int]) -> None:
    positions = bcc_block(cells, A) + np.array([0.3 * A, -7.0 * A, 0.1])
    assert fraction_of(structures(positions, periodic(*cells)), Structure.BCC) == 1.0
    vectors = nearest_neighbours(positions, periodic(*cells), 14)
    lengths = np.sort(np.linalg.norm(vectors, axis=2), axis=1)
    np.testing.assert_allclose(lengths, np.tile([*[np.sqrt(0.75) * A] * 8, *[A] * 6], (len(positions), 1)), rtol=1e-9)


def test_close_packed_crystals_and_icosahedra() -> None:
    fcc = np.concatenate([bcc_block((4, 4, 4), 1.0)[:64] + shift for shift in
                          ((0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5))])  # fmt: skip
    assert counts(fcc, Box((0, 0, 0), (4, 4, 4), (True,) * 3)) == [0, 256, 0, 0, 0]
    c, b = np.sqrt(8.0 / 3.0), np.sqrt(3.0)
    basis = np.array([(0, 0, 0), (0.5, b / 2, 0), (0.5, b / 6, c / 2), (0.0, 2 * b / 3, c / 2)])
    corners = bcc_block((4, 3, 3), 1.0)[:36] * (1.0, b, c)
    hcp = (corners[:, None] + basis).reshape(-1, 3)
    assert counts(hcp, Box((0, 0, 0), (4.0, 3 * b, 3 * c), (True,) * 3)) == [0, 0, 144, 0, 0]
    golden = 0.5 * (1.0 + np.sqrt(5.0))
    shell = np.array([np.roll((0.0, s, t * golden), turn) for s in (-1, 1) for t in (-1, 1) for turn in range(3)])
    found = structures(np.concatenate([[(0.0, 0.0, 0.0)], shell, 2.0 * shell]), Box((-9, -9, -9), (9, 9, 9)))
    assert found[0] == Structure.ICOSAHEDRAL


def test_few_atoms_are_no_crystal() -> None:
    for count in (0, 1, 5, 14):
        assert counts(bcc_sphere(count, A), Box((-9, -9, -9), (9, 9, 9))) == [count, 0, 0, 0, 0]
    assert counts(np.zeros((1, 3)), periodic(1, 1, 1)) != [0, 0, 0, 1, 0]  # simple cubic
