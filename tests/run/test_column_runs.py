"""What would hurt most if lost: charge, energy and state where the deposit stays in the column that a current feeds."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driven_cell import ELASTIC, driven_cell
from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.errors import CaseError, OutputError
from platingx.post.results import RunResults
from platingx.problems.stress_response import ColumnResponse
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder
from platingx.stepping.checkpoint import checkpoints

HOLD: Any = [{"voltage": "0.5 V", "until": {"pressure": "0.3 GPa"}}]
ASIDE = """
  electrolyte: {conductivity: 1e-3 S/m}
  counter: {boundary: electrolyte_side}
  electrode: {film_resistance: 5 ohm cm^2, stress_term: TERM}"""
"""Ions come in from the side: more of them pass near to it."""


def run(folder: Path, control: Any = HOLD, term: str = "consistent", side: str = "wall", **changed: Any) -> RunResults:
    case = driven_cell(folder, control, "5 s", ASIDE.replace("TERM", term), side, ELASTIC, growth__spread="columns",
                       **changed)  # fmt: skip
    return run_case(case, folder / "run", quiet=True)


def test_metal_grows_where_the_current_is(tmp_path: Path) -> None:
    """More beside the counter electrode; Faraday's volume to 1e-12; each balance, and the ends of the step, hold."""
    result = run(tmp_path)
    rows = result.history
    assert rows["mean_pressure_li_Pa"].iloc[-1] == pytest.approx(0.3e9, rel=2e-6)
    np.testing.assert_allclose(rows["deposited_volume_ratio"], 1.0, atol=1e-12)
    assert [name for name, block in result.summary["balances"].items() if block["violated"]] == []
    ratio = rows["highest_column_ratio"] - 1.0, rows["lowest_column_ratio"] - 1.0
    current = rows["highest_current_density_A_per_m2"] / rows["lowest_current_density_A_per_m2"]
    assert current.iloc[0] > 1.5
    assert (ratio[0] / ratio[1]).iloc[0] == pytest.approx(current.iloc[0], rel=0.35), "columns of one height"
    fields = result.fields
    growth = fields.at(-1, ["growth_stretch"])["growth_stretch"]
    nodes = np.unique(fields.cells[fields.region_mask("li")])
    places = fields.points[nodes]
    assert growth[nodes][places[:, 0] > 0.35e-6].min() > growth[nodes][places[:, 0] < 0.05e-6].max()


@pytest.mark.parametrize("term", ["constant_volume", "normal_traction", "none"])
def test_each_stress_term_has_columns(tmp_path: Path, term: str) -> None:
    """The pressure of 0.3 GPa times Vm/F; stress that grows along the normal takes it as the work of growth does."""
    consistent, found = run(tmp_path / "c").history, run(tmp_path / "t", term=term).history
    eta, other = (rows["stress_overpotential_V"].iloc[-1] for rows in (consistent, found))
    wanted = {"none": 0.0, "constant_volume": 0.3e9 * 1.3e-5 / FARADAY, "normal_traction": eta}[term]
    assert other == pytest.approx(wanted, rel=0.02, abs=1e-15)
    assert eta > 0.042, "metal that does not flow carries more along its normal than the mean"


def test_the_source_pays_heat_and_growth(tmp_path: Path) -> None:
    """Electrical work is heat and growth work, but for stress at the end of a step for its mean: the first order."""
    case = driven_cell(tmp_path, [{"voltage": "0.5 V"}], "30 ms", ASIDE.replace("TERM", "consistent"),
                       materials=ELASTIC, growth__spread="columns")  # fmt: skip
    missing = []
    for count in (8, 16, 32):
        size = f"{30.0 / count} ms"
        steps = {"time.initial_step": size, "time.maximum_step": size, "electrochemistry.current_error": 1.0}
        rows = run_case(case.with_values(steps), tmp_path / str(count), quiet=True).history
        assert len(rows) == count
        last = rows.iloc[-1]
        missing.append(
            (last["electrical_work_J_per_m"] - last["cell_heat_J_per_m"]) / last["growth_work_J_per_m"] - 1.0
        )
    assert 0.0 < missing[2] < 0.1
    assert np.log2(missing[0] / missing[1]) == pytest.approx(1.0, abs=0.15)
    assert np.log2(missing[1] / missing[2]) == pytest.approx(1.0, abs=0.1)


def test_a_resumed_run_is_the_same_bit_for_bit(tmp_path: Path) -> None:
    """From inside a held voltage: the columns, their stress and the account of the source go on."""
    settings = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100, "solver__preset": "repeatable",
                "time__maximum_step": "2 ms"}  # fmt: skip
    whole = run(tmp_path / "whole", **settings)
    assert len(whole.history) > 4
    shutil.copytree(whole.path.parent, tmp_path / "copy")
    for path in checkpoints(tmp_path / "copy" / "run" / "checkpoint")[:2]:
        shutil.rmtree(path)
    case = driven_cell(tmp_path / "copy", HOLD, "5 s", ASIDE.replace("TERM", "consistent"), "wall", ELASTIC,
                       growth__spread="columns", **settings)  # fmt: skip
    again = run_case(case, tmp_path / "copy" / "run", resume=True, quiet=True)
    assert again.manifest["resumed"][-1]["from_step"] == len(whole.history) - 2
    assert (again.path / "history.csv").read_bytes() == (whole.path / "history.csv").read_bytes()


def test_a_checkpoint_with_one_slope_for_all_columns_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version kept it so; the refusal says what differs and what to do, and nothing has been lost."""

    def earlier(self: ColumnResponse) -> Any:
        return np.append(self._converged, self._slopes[0])

    keep = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}
    with monkeypatch.context() as changed:
        changed.setattr(ColumnResponse, "saved", earlier)
        before = (run(tmp_path, **keep).path / "history.csv").read_bytes()
    shutil.rmtree(checkpoints(tmp_path / "run" / "checkpoint")[0])
    case = driven_cell(tmp_path, HOLD, "5 s", ASIDE.replace("TERM", "consistent"), "wall", ELASTIC,
                       growth__spread="columns", **keep)  # fmt: skip
    with pytest.raises(
        OutputError, match=r"does not fit this version of platingx[^\n]*has the shape [^\n]*\n +try:.*anew"
    ):
        run_case(case, tmp_path / "run", resume=True, quiet=True)
    assert (tmp_path / "run" / "history.csv").read_bytes() == before


@pytest.mark.mpi
def test_ranks_agree(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    circuit = ASIDE.replace("TERM", "consistent")
    own = driven_cell(tmp_path / "own", HOLD, "5 s", circuit, "wall", ELASTIC, growth__spread="columns")
    alone = run_case(own, tmp_path / "alone", quiet=True, comm=MPI.COMM_SELF).history
    case = None
    if comm.rank == 0:
        case = driven_cell(folder, HOLD, "5 s", circuit, "wall", ELASTIC, growth__spread="columns")
    together = run_case(comm.bcast(case, root=0), folder / "together", quiet=True).history
    assert len(together) == len(alone)
    for name in ("voltage_V", "current_density_A_per_m2", "highest_column_ratio", "electrical_work_J_per_m"):
        assert together[name].to_numpy() == pytest.approx(alone[name].to_numpy(), rel=1e-12), name


def test_stripping_ends_where_a_column_is_spent(tmp_path: Path) -> None:
    """The event is hit by the step that ends at it."""
    rows = run(tmp_path, [{"current_density": "-50 mA/cm^2", "until": {"lowest_column_ratio": "0.6"}}], side="free",
               growth__direction={"vector": [0, 1]}).history  # fmt: skip
    assert rows["lowest_column_ratio"].iloc[-1] == pytest.approx(0.6, rel=2e-6)
    assert rows["lowest_column_ratio"].iloc[-2] > 0.6


def test_spent_columns_lose_their_contact_and_others_take_over(tmp_path: Path) -> None:
    """A held current is stripped elsewhere at a larger voltage, until a share of the face is spent; the rest is told.

    The column at the counter electrode goes first. Metal is conserved; the last step hits the share to 1e-6.
    """
    control = [{"current_density": "-50 mA/cm^2", "until": {"spent_share": "0.4"}}]
    result = run(tmp_path, control, "none", "free", growth__direction={"vector": [0, 1]}, constraints__collector="free")
    rows = result.history
    assert rows["spent_share"].iloc[-1] == pytest.approx(0.4, rel=2e-6)
    np.testing.assert_allclose(rows["current_density_A_per_m2"], -500.0, rtol=1e-12)
    np.testing.assert_allclose(rows["deposited_volume_ratio"], 1.0, atol=1e-12)
    spent = rows["lowest_column_ratio"] < 0.3
    assert rows["voltage_V"][~spent].to_numpy() == pytest.approx(rows["voltage_V"].iloc[0], rel=1e-9)
    assert rows["voltage_V"].iloc[-1] < 1.1 * rows["voltage_V"].iloc[0], "what is left takes more"
    assert 0.15 < rows["lowest_column_ratio"].iloc[-1] < 0.2
    dead = rows["dead_metal_thickness_m"].iloc[-1] / (100e-9 * rows["spent_share"].iloc[-1])
    assert 0.15 < dead < 0.3, "of the thickness of the layer"
    told = [text for text in result.summary["warnings"] if "spent the first column" in text]
    assert len(told) == 1
    assert "at (400" in told[0]
    assert "of dead metal" in told[0]


def test_a_given_current_into_columns(tmp_path: Path) -> None:
    """eruption.yaml: the column of the tip is 0.075 of the mean, and the deposit there 13 times; metal is conserved.

    What strips more than a column holds is refused before the run, with its place.
    """
    coarse = [("geometry.mesh.refinement", "0.5"), ("growth.spread", "columns"), ("output.figures", "false")]
    path = shipped_cases_folder() / "eruption.yaml"
    result = run_case(load_case(path, [*coarse, ("time.end", "0.2 ms")]), tmp_path / "run", quiet=True)
    last = result.history.iloc[-1]
    assert last["deposited_volume_ratio"] == pytest.approx(1.0, rel=1e-12)
    deposit = last["deposited_thickness_m"] / 141.09e-9
    assert (last["highest_column_ratio"] - 1.0) / deposit == pytest.approx(1.0 / 0.075, rel=0.05)
    with pytest.raises(CaseError, match=r"in the shortest column, 1\d\.\d nm, at \(0, -56"):
        run_case(load_case(path, [*coarse, ("growth.current_density", "-1 A/cm^2")]), tmp_path / "strip", quiet=True)


FOIL = {
    "growth__rows": 2,
    "growth__direction": {"vector": [0, 1]},
    "constraints__collector": "free",
    "solver__preset": "repeatable",
}


@pytest.mark.mpi
def test_a_foil_is_stripped_row_by_row_and_descends_as_a_whole(tmp_path: Path) -> None:
    """Flat, bonded, free at its top: the top descends by what is stripped, row after row, and 0.3 of each stays behind.

    Rows of 50 nm: 52 nm have gone at the end, 35 of the first row, and 17 of the second, of which 0.66 is left.
    """
    control = [{"current_density": "-50 mA/cm^2", "until": {"lowest_column_ratio": "0.48"}}]
    cell = ASIDE.replace("TERM", "none").replace("electrolyte_side", "electrolyte_bottom")
    comm, case = MPI.COMM_WORLD, None
    folder = comm.bcast(tmp_path, root=0)
    if comm.rank == 0:
        case = driven_cell(folder, control, "5 s", cell, "wall", ELASTIC, growth__spread="columns", **FOIL)
    result = run_case(comm.bcast(case, root=0), folder / "run", quiet=True)
    rows, last = result.history, result.history.iloc[-1]
    np.testing.assert_allclose(rows["deposited_volume_ratio"], 1.0, atol=1e-12)
    assert last["deposited_thickness_m"] == pytest.approx(-52e-9, rel=1e-6)
    assert last["left_behind_thickness_m"] == pytest.approx(0.3 * 50e-9, rel=1e-6)
    fields = result.fields.at(-1, ["displacement", "growth_stretch"])
    nodes = np.unique(result.fields.cells[result.fields.region_mask("li")])
    top = nodes[np.isclose(result.fields.points[nodes][:, 1], 100e-9)]
    np.testing.assert_allclose(fields["displacement"][top, 1], last["deposited_thickness_m"], rtol=1e-4)
    height, growth = result.fields.points[nodes][:, 1], fields["growth_stretch"][nodes]
    np.testing.assert_allclose(growth[height < 49e-9], 0.3, rtol=1e-9)
    np.testing.assert_allclose(growth[height > 51e-9], 0.66, rtol=1e-6)


def test_rows_go_on_from_a_checkpoint_bit_by_bit(tmp_path: Path) -> None:
    """From inside of the second row, with a current that varies over the face and stress that acts back on it."""
    control = [{"current_density": "-50 mA/cm^2", "until": {"lowest_column_ratio": "0.5"}}]
    settings = FOIL | {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}
    whole = run(tmp_path / "whole", control, side="free", **settings)
    shutil.copytree(whole.path.parent, tmp_path / "copy")
    for path in checkpoints(tmp_path / "copy" / "run" / "checkpoint")[:3]:
        shutil.rmtree(path)
    case = driven_cell(tmp_path / "copy", control, "5 s", ASIDE.replace("TERM", "consistent"), "free", ELASTIC,
                       growth__spread="columns", **settings)  # fmt: skip
    again = run_case(case, tmp_path / "copy" / "run", resume=True, quiet=True)
    assert (again.path / "history.csv").read_bytes() == (whole.path / "history.csv").read_bytes()
    ratio = whole.history["lowest_column_ratio"]
    assert ratio.iloc[-4] < 0.65 - 1e-3, "the first row is stripped at 0.65"


def test_rows_belong_to_columns_of_a_circuit() -> None:
    with pytest.raises(CaseError, match=r"growth\.rows: rows are those of columns that a circuit feeds"):
        load_case(shipped_cases_folder() / "eruption.yaml", [("growth.rows", "3")])
