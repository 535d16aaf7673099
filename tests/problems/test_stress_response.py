"""What would hurt most if lost: the coupling of current and stress where a plain fixed point swings up."""

import numpy as np

from platingx.problems.anderson import Anderson
from platingx.problems.stress_response import ColumnResponse


def test_anderson_solves_what_a_fixed_point_does_not() -> None:
    """y = b - M y with eigenvalues of M up to 40: n + 1 residuals determine a linear problem of n unknowns."""
    rng = np.random.default_rng(1)
    basis, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    matrix, right = basis @ np.diag([40.0, 6.0, 0.5, 0.1]) @ basis.T, rng.normal(size=4)
    solution = np.linalg.solve(np.eye(4) + matrix, right)
    method, y = Anderson(np.ones(4)), np.zeros(4)
    for _ in range(7):
        y = method.next(y, right - matrix @ y - y)
    assert np.abs(y - solution).max() < 1e-8


class Same:
    """Points that are the columns themselves."""

    def at(self, corners: np.ndarray) -> np.ndarray:
        return corners


def test_columns_that_share_a_stiff_room_settle() -> None:
    """Voltage V = Z i_k + eta_k, eta = C q with a stiffness of 30 Z for the mean and up to 3 Z beside it.

    Within the step of the first columns nothing is known beforehand; in the next ones the lines of the columns are.
    """
    areas, resistance, dt = np.array([1.0, 2.0, 1.0, 0.5]), 1.0, 1.0
    shares = areas / areas.sum()
    stiffness = 30.0 * np.outer(np.ones(4), shares) + np.diag([3.0, 1.0, 0.5, 0.2])
    response = ColumnResponse(areas)
    response.look_at(Same())
    past, counts = np.zeros(4), []
    for _ in range(3):
        response.begin()
        passes = 0
        while passes < 30:
            passes += 1
            charge = 0.0
            for _ in range(200):  # the circuit: linear in the mean charge
                eta, slope = response.expected(charge)
                current = (1.0 - eta) / resistance
                wrong = charge - float(shares @ current) * dt
                charge -= wrong / (1.0 + float(shares @ slope) * dt / resistance)
                if abs(wrong) < 1e-13:
                    break
            current = (1.0 - response.expected(charge)[0]) / resistance
            if response.learn(charge, stiffness @ (past + current * dt)) < 1e-9:
                break
        counts.append(passes)
        past = past + current * dt
        exact = np.linalg.solve(np.eye(4) + stiffness * dt, np.ones(4) - stiffness @ (past - current * dt))
        assert np.abs(current - exact).max() < 1e-7
        response.commit()
    assert counts[0] < 12
    print(counts)
    assert counts[1] < 9
