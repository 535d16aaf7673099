"""What would hurt most if lost: a wall that is touched closes a gap, without holding the ceramic beside it."""

from pathlib import Path

import numpy as np
import pytest

from platingx.config.loader import load_case
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"


def test_a_wall_by_contact_closes_the_gap(tmp_path: Path) -> None:
    """4.9 GPa and 16.3 GPa at the pit of 47.9 nm, as the rollers of `eruption` give at 56.1 nm; nothing is cut.

    The wall bears the pressure of the metal; what it would do to the foot, which the ceramic shares, is left out.
    """
    case = load_case(CASES / "closed_wall.yaml", [("output.figures", "false"), ("geometry.mesh.refinement", "0.3")])
    result = run_case(case, tmp_path / "run", quiet=True)
    last = result.history.iloc[-1]
    assert last["max_pressure_li_Pa"] == pytest.approx(4.9e9, rel=0.02)
    assert last["max_principal_stress_llzo_Pa"] == pytest.approx(16.3e9, rel=0.03)
    assert result.history["rejected_attempts"].sum() == 0
    assert last["contact_force_x_metal_side_N_per_m"] < 0.0
    pressed = -last["contact_force_x_metal_side_N_per_m"] / last["contact_area_metal_side_m"]
    assert pressed == pytest.approx(last["mean_pressure_li_Pa"], rel=0.05)
    assert np.asarray(result.history["force_balance_error"]).max() < 1e-6
    assert result.summary["warnings"] == []
