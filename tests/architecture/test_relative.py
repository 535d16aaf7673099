"""What would hurt most: tests of small numbers that cannot fail."""

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1e-18, 1e-21),
        (0.0, 1e-13),
        ([1e-9, 2e-9], [1e-9, 1e-9]),
        (np.array([0.0, 1e-13]), np.array([0.0, 2e-13])),
        ({"a": 3e-15}, {"a": 1e-15}),
        (1e-15j, 1e-14j),
    ],
)
def test_small_numbers_that_differ_are_not_equal(number, expected):
    assert number != pytest.approx(expected, rel=1e-3)
    assert number != pytest.approx(expected)


def test_zeros_beside_larger_numbers_may_be_round_off():
    assert pytest.approx([0.0, 1e-9], rel=1e-6) == [1e-25, 1e-9]
    assert pytest.approx([0.0, 1e-9], rel=1e-6) != [1e-20, 1e-9]
    assert pytest.approx(0.0) == 1e-13
    assert pytest.approx(1e-9, rel=1e-3) == 1.0005e-9
    assert pytest.approx({"a": "word"}) == {"a": "word"}
