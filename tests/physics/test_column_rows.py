"""What would hurt most if lost: metal that vanishes between rows, or stress that pays for what metal does not take."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from platingx.physics.column_rows import ColumnRows

COLUMNS, POINTS, ROWS = 3, 40, 4
GENERATOR = np.random.default_rng(4)
WEIGHTS = GENERATOR.dirichlet(np.ones(COLUMNS), size=POINTS)
VOLUMES = GENERATOR.uniform(0.5, 2.0, (POINTS, 1))
PLACES = GENERATOR.permutation(np.arange(POINTS) % ROWS).reshape(POINTS, 1)


def rows() -> ColumnRows:
    columns: Any = SimpleNamespace(
        sums=lambda amounts: WEIGHTS.T @ amounts[:, 0], at_points=lambda values: (WEIGHTS @ values)[:, None]
    )
    return ColumnRows(columns, PLACES, ROWS, VOLUMES, 0.3)


@pytest.mark.parametrize("ratios", [(1.0, 1.0, 1.0), (0.9, 0.55, 0.31), (1.4, 0.2, 0.3), (0.999, 0.7, 2.0)])
def test_volume_and_power_are_kept(ratios: tuple[float, ...]) -> None:
    """The points have what the columns have, and what a change of the columns does at the points is what is paid."""
    found, of_columns, whole = rows(), np.array(ratios), WEIGHTS.T @ VOLUMES[:, 0]
    assert float((found.at_points(of_columns) * VOLUMES).sum()) == pytest.approx(float(of_columns @ whole), rel=1e-13)
    drive = GENERATOR.uniform(-1.0, 1.0, (POINTS, 1))
    change = -1e-7 * GENERATOR.uniform(0.5, 1.0, COLUMNS)
    done = float((drive * (found.at_points(of_columns + change) - found.at_points(of_columns))).sum())
    assert done == pytest.approx(float(found.sums(of_columns, drive) @ change), rel=1e-6)


def test_rows_go_one_after_the_other() -> None:
    found = rows()
    for ratio in np.linspace(1.0, 0.31, 30):
        of_rows = found.ratios(np.full(COLUMNS, ratio))
        assert (np.diff(of_rows, axis=0) >= -1e-12).all()
        begun = ((of_rows < 1.0 - 1e-12) & (of_rows > 0.3 + 1e-12)).sum(axis=0)
        assert (begun <= 1).all()
    assert found.left_behind(np.full(COLUMNS, 0.3)) == pytest.approx(0.3 * VOLUMES.sum(), rel=1e-12)
