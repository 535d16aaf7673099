"""What would hurt most if lost: an island that slides on all sides in space, from a case file to its history."""

import csv
from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
SLIDES = """
name: {name}
extends: {parent}
constraints: {{metal_side: free, collector: free}}
contact:
  interface: {{on: electrolyte_top, friction: {{coefficient: 0.3, limit: 0.3 MPa}}}}
  metal_side: {{on: electrolyte_top, friction: {{coefficient: 0.3, limit: 0.3 MPa}}}}
  collector: {{friction: {{coefficient: 0.3, limit: 0.3 MPa}}}}
geometry: {{{geometry}}}
time: {{initial_step: 1 ms, end: {end}}}
output: {{figures: false, fields_every: milestones}}
calibration: []
published: []
"""
SPACE = "mesh: {refinement: 0.4}"
AROUND = "symmetry: axisymmetric, mesh: {refinement: 0.5}"


def last_row(folder: Path, parent: str, geometry: str, end: str) -> dict[str, float]:
    """Results of an island that slides on ceramic and collector."""
    name = parent.removesuffix(".yaml")
    case = folder / f"{name}.yaml"
    case.write_text(SLIDES.format(name=name, parent=CASES / parent, geometry=geometry, end=end))
    run_case(load_case(case), folder / name, quiet=True)
    with (folder / name / "history.csv").open() as history:
        *_, row = csv.DictReader(history)
    return {key: float(value) for key, value in row.items() if value}


@pytest.mark.long
def test_an_island_in_space_slides_as_the_axisymmetric_one_does(tmp_path: Path) -> None:
    """A quarter of a round island against its axisymmetric model: forces, pressure, and balances of their own."""
    quarter = last_row(tmp_path, "low_rate_3d.yaml", SPACE, "2 s")
    around = last_row(tmp_path, "low_rate.yaml", AROUND, "2 s")
    force = 4.0 * quarter["contact_force_z_interface_N"]
    assert force == pytest.approx(around["contact_force_y_interface_N"], rel=0.06)  # the quarter has 4 layers of cells
    assert force == pytest.approx(-4.0 * quarter["contact_force_z_collector_N"], rel=1e-6)
    assert quarter["max_pressure_li_Pa"] == pytest.approx(around["max_pressure_li_Pa"], rel=0.06)
    across = quarter["contact_force_x_interface_N"], quarter["contact_force_y_interface_N"]
    assert across[0] == pytest.approx(across[1], rel=1e-4)
    assert abs(quarter["energy_balance_error"]) < 1e-3
    reach = around["contact_reach_interface_m"]
    assert 0.8 * reach < quarter["contact_reach_interface_m"] < 1.02 * reach  # to one of its elements, which are long
