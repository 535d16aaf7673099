"""What would hurt most if lost: a cell leaves a run folder like others, and a killed run goes on to the same end.

The numbers of the physics are tested in tests/stepping/test_strip_cell.py.
"""

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.columns import COLUMNS, STRIP_CELL
from platingx.config.loader import any_case_from_dict, load_any_case
from platingx.config.resolved import fingerprint
from platingx.config.strip_cell import StripCellCase
from platingx.errors import CaseError, InterruptedRunError, OutputError
from platingx.post.results import RunResults
from platingx.run import strip_cell
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
SMALL = [
    ("output.figures", "false"),
    ("cell.period", "1 um"),
    ("resolution.intervals", "48"),
    ("program", "[{current_density: -0.5 mA/cm^2, duration: 2 s}, {current_density: 0.5 mA/cm^2, duration: 1 s}]"),
]


def case_of(**values: str) -> StripCellCase:
    changes = [(key.replace("__", "."), value) for key, value in values.items()]
    case = load_any_case(CASES / "void_cell.yaml", [*SMALL, *changes])
    assert isinstance(case, StripCellCase)
    return case


def run(folder: Path, **values: str) -> RunResults:
    return run_case(case_of(**values), folder, quiet=True, comm=MPI.COMM_SELF)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    return run(tmp_path_factory.mktemp("cells") / "whole")


def test_a_run_folder_like_others(whole: RunResults) -> None:
    """All columns are there, charge and metal add up, and every input of the model is told."""
    history, summary = whole.history, whole.summary
    units = ("Pa", "s", "m", "V", "C_per_m2", "A_per_m2")
    stems = {header.removesuffix(f"_{unit}") for header in history for unit in units}
    assert {name for name, column in COLUMNS.items() if STRIP_CELL in column.kinds} <= stems
    np.testing.assert_allclose(np.cumsum(history["dt_s"]), history["time_s"], rtol=1e-9)
    charge = np.cumsum(history["current_density_A_per_m2"] * history["dt_s"])
    np.testing.assert_allclose(history["capacity_C_per_m2"], charge, atol=1e-9)
    assert charge.iloc[-1] == pytest.approx(-5.0, rel=1e-9)
    assert history["volume_error"].max() < 1e-9
    assert list(history["part"].unique()) == [1, 2]
    assert summary["outcome"] == "completed"
    assert summary["ended_by"] == "duration"
    assert whole.quantity("contact_share") == history["contact_share"].iloc[-1]
    log = (whole.path / "run.log").read_text()
    for key in ("follow.share", "interface.adhesion", "cell.period", "transport.surface.diffusivity"):
        assert summary["model_inputs"][key]["known"]
        assert f"input: {key} = " in log


def test_profiles_are_those_of_the_history(whole: RunResults) -> None:
    import pandas as pd

    table = pd.read_csv(whole.path / "profiles.csv")
    times = table["time_s"].unique()
    assert {0.0, 2.0, 3.0} <= set(times)
    assert len(times) >= 6
    last = table[table["time_s"] == table["time_s"].max()]
    history = whole.history.iloc[-1]
    assert last["contact_share"].mean() == pytest.approx(history["contact_share"], rel=1e-12)
    assert last["height_m"].max() == history["max_gap_m"]
    assert last["current_density_A_per_m2"].mean() == pytest.approx(5.0, rel=1e-9)


def test_a_foil_on_its_load_and_a_rigid_one(tmp_path: Path) -> None:
    free = run(tmp_path / "free", follow="{pressure: 1 MPa}")
    assert "follow.share" not in free.summary["model_inputs"]
    np.testing.assert_allclose(free.history["mean_interface_pressure_Pa"], 1e6, rtol=1e-6)
    assert free.quantity("contact_share") > 0.7
    rigid = run(tmp_path / "rigid", creep="false", transport="{surface: null, interface: null}")
    assert np.all(rigid.history["creep_stress_Pa"] == 0.0)


# --- going on


class KillError(Exception):
    """Stands for SIGKILL."""


@pytest.mark.parametrize("kept", [7, 21])
def test_a_killed_run_goes_on_to_the_same_end(
    kept: int, whole: RunResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the first part, and in the second, after rows that no saved state knows of."""
    real = strip_cell.StripCellRun.take
    assert kept + 3 < len(whole.history)

    def take(self: Any, instant: Any) -> None:
        real(self, instant)
        if self.rows == kept:
            self.save()
        if self.rows == kept + 3:
            raise KillError

    with monkeypatch.context() as patch:
        patch.setattr(strip_cell.StripCellRun, "take", take)
        with pytest.raises(KillError):
            run(tmp_path / "parts")
    again = run_case(case_of(), tmp_path / "parts", resume=True, quiet=True, comm=MPI.COMM_SELF)
    for name in ("history.csv", "profiles.csv"):
        assert (tmp_path / "parts" / name).read_text() == (whole.path / name).read_text()
    assert again.summary == whole.summary
    assert [entry["from_step"] for entry in again.manifest["resumed"]] == [kept]


def test_a_signal_saves_and_stops(whole: RunResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = strip_cell.StripCellRun.take

    def take(self: Any, instant: Any) -> None:
        real(self, instant)
        if self.rows == 5:
            self.watch.received = signal.SIGTERM

    with monkeypatch.context() as patch:
        patch.setattr(strip_cell.StripCellRun, "take", take)
        with pytest.raises(InterruptedRunError, match="after step 5; go on with"):
            run(tmp_path / "run")
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["outcome"] == "interrupted"
    again = run_case(case_of(), tmp_path / "run", resume=True, quiet=True, comm=MPI.COMM_SELF)
    assert again.summary == whole.summary


def test_a_damaged_state_and_another_case_are_refused(tmp_path: Path) -> None:
    short = "[{current_density: -0.5 mA/cm^2, duration: 10 ms}]"
    run(tmp_path / "run", program=short)
    with pytest.raises(OutputError, match=r"cell\.void_share is 0\.4, was 0\.3"):
        run_case(case_of(program=short, cell__void_share="0.4"), tmp_path / "run", resume=True, quiet=True)
    (tmp_path / "run" / "checkpoint").mkdir(exist_ok=True)
    (tmp_path / "run" / "checkpoint" / "strip_cell.json").write_text("{")
    with pytest.raises(OutputError, match="damaged"):
        run_case(case_of(program=short), tmp_path / "run", resume=True, quiet=True)


# --- commands and mistakes


def test_commands_know_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = str(CASES / "void_cell.yaml"), tmp_path / "run"
    assert execute(["run", path, "--dry-run"]) == 0
    assert "with a void of 6e-07 m" in capsys.readouterr().out
    values = [part for key, value in SMALL[1:] for part in ("--set", f"{key}={value}")]
    assert execute(["run", path, *values, "--out", str(out), "-q"]) == 0
    assert {picture.name for picture in (out / "figures").iterdir()} == {"histories.png", "profiles.png"}
    assert execute(["post", str(out)]) == 0
    capsys.readouterr()
    assert execute(["mesh", path]) == 2
    assert "needs a finite-element case" in capsys.readouterr().err
    (tmp_path / "w.study.yaml").write_text(
        f"name: w\nbase: {path}\nset: {{program: [{{current_density: -1 A/m^2, duration: 20 ms}}], "
        "resolution.intervals: 32}\naxes: {w: {key: cell.void_share, values: [0.3, 0.5]}}\n"
        "quantities: {f: {of: contact_share}}\n"
    )
    assert execute(["study", str(tmp_path / "w.study.yaml"), "--dry-run"]) == 0
    assert execute(["study", str(tmp_path / "w.study.yaml"), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    rows = [line.split(",") for line in (tmp_path / "out" / "results.csv").read_text().splitlines()]
    shares = [float(row[rows[0].index("f")]) for row in rows[1:]]
    assert shares == pytest.approx([0.7, 0.5], abs=0.02)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("follow", "{share: 0.5, pressure: 1 MPa}", "the foil cannot be held back and free at once"),
        ("follow", "{}", "nothing says how the foil follows"),
        ("follow.share", "1.2", "too large"),
        ("cell.void_share", "0", "too small"),
        ("cell.void_share", "0.02", "the void is narrower than eight intervals"),
        ("interface.exchange_current_density", "50 A/m^2", "is given twice"),
        ("interface.charge_transfer_resistance", "null", "there is no exchange current density"),
        ("electrolyte.conductivity", "0 S/m", "too small"),
        ("electrolyte.conductivity", "2 mS", "is not a unit of conductivity"),
        ("transport.surface", "lic6_conservative", "the path surface needs the key width"),
        ("transport.surface", "li_surfac", "there is no entry of diffusion 'li_surfac' in the library"),
        ("materials.na", "sodium", "one metal is stripped"),
        ("materials", "{cu: {base: copper, role: collector}}", "what is stripped is a collector"),
        ("materials.li", "{base: lithium_norton, viscoplasticity: {law: none}}", "no steady creep rate is known"),
        ("program", "[]", "at least 1"),
        ("program", "[{current_density: -0.5 mA/cm^2}]", "duration"),
        ("ends.contact_share", "0.9", "contact is lost already at the start"),
        ("resolution.intervals", "8", "16"),
        ("temperature", "200 degC", "li melts at"),
        ("geometry", "{}", "unknown key 'geometry'"),
    ],
)
def test_mistakes_are_told(key: str, value: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        load_any_case(CASES / "void_cell.yaml", [(key, value)])
    assert words in str(caught.value)
    assert "Error" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("insert.region", "k", "there is no material k"),
        ("insert", "null", "one metal is stripped, but there are 2 materials"),
        ("materials.na", "{base: lithium_norton, viscoplasticity: {law: none}}", "no steady creep rate is known"),
        ("materials.na", "{base: copper, role: collector}", "the insert is a collector"),
        ("materials.k", "sodium", "a metal is stripped beside an insert, and there are 3 materials"),
        ("insert.double_layer", "-5 uF/cm^2", "too small"),
        ("insert.oxidation", "{potential: 0.33 V}", "exchange_current_density"),
    ],
)
def test_mistakes_of_inserts_are_told(key: str, value: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        load_any_case(CASES / "na_cell.yaml", [(key, value)])
    assert words in str(caught.value)


def test_an_insert_keeps_its_volume_through_a_killed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its own oxidation, at slow kinetics of the metal beside; bits as in one go."""
    changes = [
        *SMALL[:3], ("program", "[{current_density: -0.5 mA/cm^2, duration: 20 ms}]"),
        ("interface.charge_transfer_resistance", "5e5 ohm cm^2"), ("ends.overpotential", "0.7 V"),
        ("insert.oxidation", "{exchange_current_density: 2 A/m^2}"),
    ]  # fmt: skip
    case = load_any_case(CASES / "na_cell.yaml", changes)
    whole = run_case(case, tmp_path / "whole", quiet=True, comm=MPI.COMM_SELF)
    history = whole.history
    assert history["insert_volume_error"].max() < 1e-8
    assert history["volume_error"].max() < 1e-8
    assert history["insert_current_density_A_per_m2"].min() < -0.1
    assert "insert.oxidation.exchange_current_density" in whole.summary["model_inputs"]
    real = strip_cell.StripCellRun.take

    def take(self: Any, instant: Any) -> None:
        real(self, instant)
        if self.rows == 3:
            self.save()
        if self.rows == 5:
            raise KillError

    with monkeypatch.context() as patch:
        patch.setattr(strip_cell.StripCellRun, "take", take)
        with pytest.raises(KillError):
            run_case(case, tmp_path / "parts", quiet=True, comm=MPI.COMM_SELF)
    run_case(case, tmp_path / "parts", resume=True, quiet=True, comm=MPI.COMM_SELF)
    for name in ("history.csv", "profiles.csv"):
        assert (tmp_path / "parts" / name).read_text() == (whole.path / name).read_text()


def test_values_in_python() -> None:
    case = case_of()
    again = any_case_from_dict(json.loads(json.dumps(case.model_dump(mode="json", exclude_none=True))))
    assert fingerprint(again) == fingerprint(case)
    assert float(case.with_values({"follow.share": 0.25}).follow.share or 0.0) == 0.25


@pytest.mark.mpi
def test_on_several_ranks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rank 0 runs it, and all ranks get the results, or the error."""
    comm = MPI.COMM_WORLD
    folder = Path(comm.bcast(str(tmp_path_factory.mktemp("ranks") / "run") if comm.rank == 0 else None))
    result = run_case(case_of(program="[{current_density: -1 A/m^2, duration: 10 ms}]"), folder, quiet=True, comm=comm)
    assert result.summary["outcome"] == "completed"
    comm.barrier()
    with pytest.raises(OutputError, match="already holds a run"):
        run_case(case_of(), folder, quiet=True, comm=comm)
