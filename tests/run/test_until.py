"""What would hurt most if lost: a run that ends where a result reaches a value misses the value, or goes on past it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from mpi4py import MPI
from two_layers import table, two_layers

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints
from platingx.stepping.events import TOLERANCE

KEEP = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}


def case_until(folder: Path, until: dict[str, Any], side: str = "wall", **changed: Any) -> Case:
    folder.mkdir(exist_ok=True)
    return two_layers(folder, "2 A/cm^2", "20 ms", side, time__until=until, **changed)


def run(folder: Path, until: dict[str, Any], side: str = "wall", **changed: Any) -> RunResults:
    return run_case(case_until(folder, until, side, **changed), folder / "run", quiet=True)


@pytest.mark.parametrize(
    ("quantity", "value", "si", "side"),
    [
        ("max_pressure_li", "1.3 GPa", 1.3e9, "wall"),
        ("mean_pressure_li", "1 GPa", 1e9, "wall"),
        ("max_principal_stress_llzo", "8 MPa", 8e6, "free"),
        ("collector_force", "20 N/m", 20.0, "free"),
        ("deposited_thickness", "12 nm", 12e-9, "wall"),
        ("growth_stretch", 1.123, 1.123, "wall"),
    ],
)
def test_the_value_is_hit(quantity: str, value: Any, si: float, side: str, tmp_path: Path) -> None:
    """The last row of the history is at the value, the summary says so, and fields are written there."""
    result = run(tmp_path, {quantity: value}, side)
    column = next(name for name in result.history.columns if name.startswith(quantity))
    assert result.history[column].iloc[-1] == pytest.approx(si, rel=TOLERANCE)
    assert (result.history[column].iloc[:-1] < si).all()
    end = result.history["time_s"].iloc[-1]
    assert end < 0.02
    (entry,) = result.summary["until"]
    assert (entry["quantity"], entry["reached_at_s"]) == (quantity, end)
    assert "stopped at t = " in result.summary["message"]
    assert result.fields.times[-1] == pytest.approx(end)


def test_the_first_of_two_counts_and_a_leap_is_met(tmp_path: Path) -> None:
    """A current that leaps from 2 to -2 A/cm^2 passes -1 there; a pressure that comes later is left open."""
    current = table((0, 2), (2, 2), (2, -2))
    folder = tmp_path / "a"
    folder.mkdir()
    until = {"current_density": "-1 A/cm^2", "max_pressure_li": "5 GPa"}
    case = two_layers(folder, current, "4 ms", time__until=until)
    result = run_case(case, folder / "run", quiet=True)
    assert result.history["time_s"].iloc[-1] == pytest.approx(2e-3, rel=1e-6), "a leap is hit behind it"
    assert [entry["reached_at_s"] is None for entry in result.summary["until"]] == [False, True]


def test_a_value_that_is_not_reached_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, {"max_pressure_li": "90 GPa"}, time__end="1 ms")
    assert result.history["time_s"].iloc[-1] == 1e-3
    assert "ended at its time without reaching max_pressure_li = 90.0 GPa" in result.summary["message"]
    assert result.summary["until"][0]["reached_at_s"] is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    return run(tmp_path_factory.mktemp("whole"), {"max_pressure_li": "1.3 GPa"}, **KEEP)


def cut_back(result: RunResults, folder: Path, steps: int) -> Path:
    """Copy of a run without the checkpoints of its last steps."""
    shutil.copytree(result.path.parent, folder)
    for path in checkpoints(folder / "run" / "checkpoint")[:steps]:
        shutil.rmtree(path)
    return folder


@pytest.mark.parametrize("steps", [1, 3])
def test_a_resumed_run_ends_at_the_same_value_bit_for_bit(steps: int, whole: RunResults, tmp_path: Path) -> None:
    folder = cut_back(whole, tmp_path / "copy", steps)
    again = run_case(
        case_until(folder, {"max_pressure_li": "1.3 GPa"}, **KEEP), folder / "run", resume=True, quiet=True
    )
    assert again.manifest["resumed"][-1]["from_step"] == len(whole.history) - steps
    assert (again.path / "history.csv").read_bytes() == (whole.path / "history.csv").read_bytes()
    assert again.summary["until"] == whole.summary["until"]


def test_a_run_that_has_ended_stays_at_its_end(whole: RunResults, tmp_path: Path) -> None:
    folder = cut_back(whole, tmp_path / "copy", 0)
    case = case_until(folder, {"max_pressure_li": "1.3 GPa"}, **KEEP)
    again = run_case(case, folder / "run", resume=True, quiet=True)
    assert len(again.history) == len(whole.history)
    assert again.summary["until"] == whole.summary["until"]


def test_a_run_that_has_ended_goes_on_to_another_value(whole: RunResults, tmp_path: Path) -> None:
    folder = cut_back(whole, tmp_path / "copy", 0)
    case = case_until(folder, {"max_pressure_li": "1.5 GPa"}, **KEEP)
    again = run_case(case, folder / "run", resume=True, quiet=True)
    assert len(again.history) > len(whole.history)
    assert again.history["max_pressure_li_Pa"].iloc[-1] == pytest.approx(1.5e9, rel=TOLERANCE)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ({"max_presure_li": "1 GPa"}, ("no quantity that a run can end at", "max_pressure_REGION?")),
        ({"max_pressure_na": "1 GPa"}, ("there is no max_pressure_na", "max_pressure_li?")),
        ({"max_principal_stress_li": "1 GPa"}, ("there is no max_principal_stress_li", "max_principal_stress_llzo")),
        ({"max_pressure_li": "1 mm"}, ("'mm' is a unit of length",)),
        ({"max_pressure_li": 3}, ("a number without a unit",)),
        ({"growth_stretch": "1 GPa"}, ("growth_stretch",)),
        ({"residual": 1}, ("'residual' is no quantity",)),
        ({"collector_force": True}, ("no value with a unit",)),
        ("5 GPa", ("belong in a block",)),
    ],
)
def test_wrong_values_are_told_with_their_key(until: Any, words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        case_until(tmp_path, until)
    text = str(caught.value)
    assert "time.until" in text
    for word in words:
        assert word in text


@pytest.mark.parametrize(("until", "words"), [("20 N", "in N/m"), ("20 N/m", "")])
def test_forces_have_the_unit_of_the_model(until: str, words: str, tmp_path: Path) -> None:
    case = case_until(tmp_path, {"collector_force": until}, time__end="0.1 ms")
    if not words:
        run_case(case, tmp_path / "run", quiet=True)
        return
    with pytest.raises(CaseError, match=words):
        run_case(case, tmp_path / "run", quiet=True)


def test_a_quantity_that_only_the_mesh_knows_is_missing_with_a_near_name(tmp_path: Path) -> None:
    case = case_until(tmp_path, {"force_y_colector": "1 N/m"}, time__end="0.1 ms")
    with pytest.raises(CaseError, match="this model has no force_y_colector"):
        run_case(case, tmp_path / "run", quiet=True)


def test_the_case_is_written_so_that_it_reads_the_same(tmp_path: Path) -> None:
    case = case_until(tmp_path, {"max_pressure_li": "1.3 GPa", "growth_stretch": 1.5})
    assert case.with_values({}).time.until == case.time.until
    assert {name: float(value) for name, value in case.time.until.items()} == {
        "max_pressure_li": 1.3e9,
        "growth_stretch": 1.5,
    }


@pytest.mark.mpi
def test_ranks_end_at_the_same_step(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    if comm.rank == 0:
        case_until(folder, {"max_pressure_li": "200 MPa"})
    comm.Barrier()
    case = load_case(folder / "case.yaml").with_values(
        {"growth.current_density": "2 A/cm^2", "time.until": {"max_pressure_li": "200 MPa"}}
    )
    result = run_case(case, folder / "run", quiet=True)
    assert result.history["max_pressure_li_Pa"].iloc[-1] == pytest.approx(2e8, rel=TOLERANCE)
    assert comm.allgather(len(result.history)) == [len(result.history)] * comm.size
