"""What would hurt most if lost: metal under a tip grows upwards where that gives way, else sideways."""

import pytest

from platingx.config.loader import load_case
from platingx.post.history import read_history
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

END = {"time.end": "0.15 s", "output.figures": False, "output.fields_every": "milestones"}
DEPTH = 200e-9


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """Last row of the three cases."""
    found = {}
    for name in ("soft_tip", "flexible_tip", "rigid_tip"):
        folder = tmp_path_factory.mktemp(name) / "run"
        run_case(load_case(shipped_cases_folder() / f"{name}.yaml").with_values(END), folder, quiet=True)
        found[name] = dict(read_history(folder).iloc[-1])
    return found


def test_a_softer_tip_is_lifted_more_and_a_stiffer_one_spreads_more(last: dict[str, dict[str, float]]) -> None:
    soft, flexible, rigid = (last[name] for name in ("soft_tip", "flexible_tip", "rigid_tip"))
    lifts = [row["displacement_y_tip_m"] for row in (rigid, flexible, soft)]
    shifts = [row["edge_shift_collector_m"] for row in (soft, flexible, rigid)]
    pressures = [row["max_pressure_li_Pa"] for row in (soft, flexible, rigid)]
    for values in (lifts, shifts, pressures):
        assert values == sorted(values)
    assert soft["lift_over_spread_collector"] > 5.0
    assert rigid["lift_over_spread_collector"] < 0.01


def test_the_force_is_that_of_the_spring(last: dict[str, dict[str, float]]) -> None:
    """Of the half that is modelled, for a metre of depth."""
    for name, stiffness in (("flexible_tip", 2.6), ("rigid_tip", 20e3)):
        row = last[name]
        force = -row["contact_force_y_collector_N_per_m"]
        assert force == pytest.approx(0.5 * stiffness / DEPTH * row["displacement_y_tip_m"], rel=1e-6)
        ratio = row["displacement_y_tip_m"] / row["edge_shift_collector_m"]
        assert row["lift_over_spread_collector"] == pytest.approx(ratio, rel=1e-12)


def test_the_soft_tip_is_a_bent_wire(last: dict[str, dict[str, float]]) -> None:
    """3 E I/L^3 with I = pi r^4/4: 0.048 N/m."""
    row = last["soft_tip"]
    stiffness = 3.0 * 411e9 * 3.141592653589793 * (50e-9) ** 4 / 4.0 / (5e-6) ** 3
    force = -row["contact_force_y_collector_N_per_m"]
    assert force == pytest.approx(0.5 * stiffness / DEPTH * row["displacement_y_tip_m"], rel=1e-6)
