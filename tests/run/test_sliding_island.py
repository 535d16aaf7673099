"""What would hurt most if lost: an island that slides on all sides in space, from a case file to its history."""

import csv
from pathlib import Path

import pytest

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
SHORT = [("time.end", "2 s"), ("output.figures", "false"), ("output.fields_every", "milestones")]


def last_row(case: Case, folder: Path) -> dict[str, float]:
    """Results at the end of a run."""
    run_case(case, folder, quiet=True)
    with (folder / "history.csv").open() as history:
        *_, row = csv.DictReader(history)
    return {key: float(value) for key, value in row.items() if value}


@pytest.mark.long
def test_an_island_in_space_slides_as_the_axisymmetric_one_does(tmp_path: Path) -> None:
    """The shipped quarter of a round island against the axisymmetric model: forces, pressure, own balances."""
    quarter = last_row(
        load_case(CASES / "spreading_3d.yaml", [*SHORT, ("geometry.mesh.refinement", "0.4")]), tmp_path / "quarter"
    )
    round_one = [*SHORT, ("geometry.symmetry", "axisymmetric")]
    around = last_row(load_case(CASES / "spreading.yaml", round_one), tmp_path / "around")
    force = 4.0 * quarter["contact_force_z_interface_N"]
    assert force == pytest.approx(around["contact_force_y_interface_N"], rel=0.06)  # the quarter has 4 layers of cells
    assert force == pytest.approx(-4.0 * quarter["contact_force_z_collector_N"], rel=1e-6)
    assert quarter["max_pressure_li_Pa"] == pytest.approx(around["max_pressure_li_Pa"], rel=0.06)
    across = quarter["contact_force_x_interface_N"], quarter["contact_force_y_interface_N"]
    assert across[0] == pytest.approx(across[1], rel=1e-4)
    assert abs(quarter["energy_balance_error"]) < 1e-3
    reach = around["contact_reach_interface_m"]
    assert 0.8 * reach < quarter["contact_reach_interface_m"] < 1.02 * reach  # to one of its elements, which are long
