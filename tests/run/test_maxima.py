"""What would hurt most if lost: time and current at fracture are those of the crossing, not of the step after it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from platingx.config.loader import load_case
from platingx.physics.snapshot import Extreme
from platingx.run.maxima import StrengthExceeded
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"


def test_the_crossing_is_linear_between_two_steps() -> None:
    """Stress from 6 to 16 in a step of 4 s that ends at 10 s: 12 is reached at 8.4 s, 0.6 of the change of current."""
    crossing = StrengthExceeded(12.0)
    crossing.update(Extreme(6.0, (1.0, 0.0)), 6.0, 2.0)
    assert crossing.time is None
    crossing.update(Extreme(16.0, (2.0, 0.0)), 10.0, 3.0)
    assert crossing.time == pytest.approx(8.4)
    assert crossing.current_density == pytest.approx(2.6)
    assert crossing.place == (2.0, 0.0)
    crossing.update(Extreme(30.0, (3.0, 0.0)), 12.0, 9.0)
    assert crossing.time == pytest.approx(8.4), "the first crossing counts"


def test_a_crossing_in_the_first_step_starts_from_rest() -> None:
    crossing = StrengthExceeded(5.0)
    crossing.update(Extreme(20.0, (0.0, 0.0)), 4.0, 7.0)
    assert crossing.time == pytest.approx(1.0)
    assert crossing.current_density == 7.0


def test_the_summary_has_the_crossing_of_the_history(tmp_path: Path) -> None:
    """A current that rises, and a low strength that is passed within a step, as the history interpolates it."""
    values = [("geometry.mesh.refinement", "0.3"), ("time.end", "1 ms"), ("output.figures", "false")]
    case = load_case(CASES / "eruption.yaml", values).with_values(
        {
            "materials.llzo.fracture.theoretical_strength": "0.32 GPa",
            "growth.current_density": {"table": [["0 s", "1 A/cm^2"], ["1 ms", "3 A/cm^2"]]},
        }
    )
    result = run_case(case, tmp_path / "out", quiet=True)
    history = result.history
    expected = float(np.interp(0.32e9, history["max_principal_stress_llzo_Pa"], history["time_s"]))
    row = int(np.searchsorted(history["time_s"], expected))
    before, after = history["time_s"][row - 1], history["time_s"][row]
    assert before + 0.1 * (after - before) < expected < after - 0.1 * (after - before), "not at the end of a step"
    assert result.quantity("time_at_fracture") == pytest.approx(expected, rel=1e-9)
    current = float(np.interp(expected, history["time_s"], history["current_density_A_per_m2"]))
    assert result.quantity("current_density_at_fracture") == pytest.approx(current, rel=1e-9)
