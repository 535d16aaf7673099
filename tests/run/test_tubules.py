"""What would hurt most if lost: a tubule leaves a run folder like others, and a killed run goes on to the same end.

The numbers of the physics are tested in tests/stepping/test_tubule_cycles.py and on the pages of the book.
"""

import json
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.columns import COLUMNS, TUBULE
from platingx.config.doubts import doubts
from platingx.config.loader import any_case_from_dict, load_any_case, load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.config.tubule import TubuleCase
from platingx.errors import CaseError, InterruptedRunError, OutputError
from platingx.post.results import RunResults
from platingx.run import tubule
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
QUIET = [("output.figures", "false")]


def case_of(name: str = "tubule", **values: str) -> TubuleCase:
    changes = [(key.replace("__", "."), value) for key, value in values.items()]
    case = load_any_case(CASES / f"{name}.yaml", [*QUIET, *changes])
    assert isinstance(case, TubuleCase)
    return case


def run(folder: Path, name: str = "tubule", **values: str) -> RunResults:
    return run_case(case_of(name, **values), folder, quiet=True, comm=MPI.COMM_SELF)


def test_a_hundred_cycles_take_seconds(tmp_path: Path) -> None:
    """The shipped case, at most 5 s of processor time; all columns are there, the last cycle is as the first."""
    start = time.process_time()
    result = run(tmp_path / "run")
    assert time.process_time() - start < 5.0
    history = result.history
    assert len(history) == 100 * 2 * 20
    names = [name for name, column in COLUMNS.items() if TUBULE in column.kinds]
    stems = {
        header.removesuffix(f"_{unit}") for header in history for unit in ("Pa", "s", "m", "V", "C_per_m2", "A_per_m2")
    }
    assert set(names) <= stems
    np.testing.assert_allclose(np.cumsum(history["dt_s"]), history["time_s"], rtol=1e-9)
    first, last = (history[history["cycle"] == cycle] for cycle in (1, 100))
    np.testing.assert_allclose(first["root_pressure_Pa"], last["root_pressure_Pa"], rtol=1e-12)
    summary = result.summary
    assert summary["outcome"] == "completed"
    assert summary["ended_by"] == {"plate": {"capacity": 100}, "strip": {"empty": 100}}
    charge = history["current_density_A_per_m2"] * history["dt_s"]
    stored = history["stored_charge_C_per_m2"].to_numpy()
    np.testing.assert_allclose(np.cumsum(charge), stored, atol=1e-6 * stored.max())
    assert any("strength of 65.0 MPa" in text for text in summary["warnings"])
    assert any("interface diffusivity" in text for text in summary["unverified_inputs"])


def test_stripping_goes_on_across_a_void_by_a_path_and_not_without(tmp_path: Path) -> None:
    """The argument of Chen et al. 2020: 6 um in 58.17 s at 50 mV; what cannot cross a void is not the carrier."""
    crossed = run(tmp_path / "surface", "tubule_void")
    assert crossed.quantity("max_void_length") == pytest.approx(6e-6, rel=1e-6)
    assert crossed.history["time_s"].iloc[-1] == pytest.approx(58.17, rel=1e-4)
    for name, paths in (("none", "[]"), ("interface", "[interface]")):
        blocked = run(tmp_path / name, "tubule_void", paths=paths)
        assert blocked.summary["ended_by"] == {"strip": {"blocked": 1}}
        assert blocked.quantity("max_void_length") == 0.0
        assert "no path leads to the metal" in blocked.summary["message"]


def test_sodium_needs_less_pressure_by_its_faster_interface(tmp_path: Path) -> None:
    """p ~ v/C at one current: v by the molar volumes, C by width, diffusivity and atomic volume; no wall path."""
    lithium = run(tmp_path / "li", paths="[interface, surface]", drive__cycles="1", gas__vent="open",
                  drive__plate__capacity="1.5 mAh/cm^2")  # fmt: skip
    sodium = run(tmp_path / "na", "tubule_sodium", drive__cycles="1", gas__vent="open")
    assert not (sodium.path / "design_sums.csv").exists()  # the mixed conductors of the library are those of lithium
    assert (lithium.path / "design_sums.csv").exists()
    assert sodium.summary["doubtful_inputs"] == []
    ratio = sodium.quantity("max_root_pressure") / lithium.quantity("max_root_pressure")
    volumes = 23.70 / 13.0078
    assert ratio == pytest.approx(volumes**2 / (volumes * 1.21e-10 / 2e-11), rel=1e-9)  # reach and speed ~ Vm, C ~ Vm D


def test_a_vent_at_a_pressure_and_a_stop_at_the_strength(tmp_path: Path) -> None:
    vented = run(tmp_path / "vented", gas__vent="0.5 MPa", drive__cycles="2")
    assert vented.quantity("max_gas_pressure") == 0.5e6
    second = vented.history[vented.history["cycle"] == 2]
    assert second["gas_pressure_Pa"].iloc[0] < 101325.0
    stopped = run(tmp_path / "stopped", wall__on_strength="stop")
    assert stopped.summary["ended_by"] == {"plate": {"strength": 1}}
    stress = stopped.history[["wall_hoop_stress_Pa", "wall_bending_stress_Pa"]].to_numpy().max()
    assert stress == pytest.approx(65e6, rel=1e-9)


# --- going on


class KillError(Exception):
    """Stands for SIGKILL."""


def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after rows that no saved state knows of: they are taken back, the history is the same."""
    whole = run(tmp_path / "whole", drive__cycles="6")
    real, count = tubule.TubuleRun.after, [0]

    def after(self: Any, *arguments: Any) -> None:
        count[0] += 1
        real(self, *arguments)
        if count[0] == 3:
            self.save()
        if count[0] == 5:
            raise KillError

    with monkeypatch.context() as patch:
        patch.setattr(tubule.TubuleRun, "after", after)
        with pytest.raises(KillError):
            run(tmp_path / "parts", drive__cycles="6")
    rows = (tmp_path / "parts" / "history.csv").read_text().count("\n")
    assert rows == 1 + 5 * 20
    again = run_case(case_of(drive__cycles="6"), tmp_path / "parts", resume=True, quiet=True, comm=MPI.COMM_SELF)
    assert (tmp_path / "parts" / "history.csv").read_text() == (tmp_path / "whole" / "history.csv").read_text()
    assert again.summary == whole.summary
    assert [entry["from_step"] for entry in again.manifest["resumed"]] == [60]


def test_a_signal_saves_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tubule.TubuleRun.half_cycle

    def half_cycle(self: Any, cycle: int, half: Any) -> Any:
        if cycle == 3:
            self.watch.received = signal.SIGTERM
        return real(self, cycle, half)

    with monkeypatch.context() as patch:
        patch.setattr(tubule.TubuleRun, "half_cycle", half_cycle)
        with pytest.raises(InterruptedRunError, match="go on with"):
            run(tmp_path / "run", drive__cycles="6")
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["outcome"] == "interrupted"
    again = run_case(case_of(drive__cycles="6"), tmp_path / "run", resume=True, quiet=True, comm=MPI.COMM_SELF)
    assert again.summary["ended_by"] == {"plate": {"capacity": 6}, "strip": {"empty": 6}}


def test_another_case_is_refused(tmp_path: Path) -> None:
    run(tmp_path / "run", drive__cycles="1")
    other = case_of(drive__cycles="1", tube__length="21 um")
    with pytest.raises(OutputError, match=r"tube\.length is 21 µm, was 20 µm"):
        run_case(other, tmp_path / "run", resume=True, quiet=True, comm=MPI.COMM_SELF)
    with pytest.raises(OutputError, match="already holds a run"):
        run_case(other, tmp_path / "run", quiet=True, comm=MPI.COMM_SELF)


# --- commands


def test_commands_know_tubules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CASES / "tubule.yaml")
    assert execute(["run", path, "--dry-run"]) == 0
    assert "tubes: 2e-05 m long" in (text := capsys.readouterr().out) or "tubes: 20 um long" in text
    assert execute(["run", path, "--set", "drive.cycles=2", "--out", str(tmp_path / "run"), "-q"]) == 0
    figures = {picture.name for picture in (tmp_path / "run" / "figures").iterdir()}
    assert figures == {"histories.png", "wall_conductivity.png", "creep_map.png", "capacity_map.png"}
    assert execute(["post", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    for command in (["mesh", path], ["export", path, "--format", "calculix"], ["plan", path]):
        assert execute(command) == 2
        assert "needs a finite-element case" in capsys.readouterr().err
    assert execute(["materials"]) == 0
    assert "li_incoherent_interface" in capsys.readouterr().out
    assert execute(["materials", "li_incoherent_interface"]) == 0
    assert "UNVERIFIED" in capsys.readouterr().out


def test_a_study_of_tubules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pressure over the length: in proportion to it, by the table of the study."""
    text = f"""name: lengths
base: {CASES / "tubule.yaml"}
set: {{drive.cycles: 1, drive.strip: null, drive.plate: {{current_density: 3 mA/cm^2, limit: 1 V}}, gas.vent: open}}
axes: {{h: {{key: tube.length, values: [5 um, 20 um]}}}}
quantities: {{p: {{of: root_pressure, take: maximum}}}}
"""
    (tmp_path / "h.study.yaml").write_text(text)
    assert execute(["study", str(tmp_path / "h.study.yaml"), "--dry-run"]) == 0
    assert execute(["study", str(tmp_path / "h.study.yaml"), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0
    rows = (tmp_path / "out" / "results.csv").read_text().splitlines()
    header, values = rows[0].split(","), [row.split(",") for row in rows[1:]]
    pressures = [float(row[header.index("p_Pa")]) for row in values]
    assert pressures[1] / pressures[0] == pytest.approx(4.0, rel=1e-9)
    capsys.readouterr()
    wrong = text.replace("of: root_pressure", "of: growth_stretch")
    (tmp_path / "w.study.yaml").write_text(wrong)
    assert execute(["study", str(tmp_path / "w.study.yaml"), "--dry-run"]) == 2
    assert "cases of this kind have no growth_stretch" in capsys.readouterr().err
    assert (
        execute(["study", "new", str(CASES / "tubule.yaml"), "tube.length", "--out", str(tmp_path / "n.study.yaml")])
        == 0
    )
    assert execute(["validate", str(tmp_path / "n.study.yaml")]) == 0


# --- mistakes


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("kind", "tubul", "there is no such kind of cases"),
        ("paths", "[interfac]", "'interfac' is not possible here"),
        ("paths", "[wall, wall]", "wall is listed twice"),
        ("transport.wall", "null", "there is no diffusion for the path wall"),
        ("transport.wall", "li_surface", "the path wall needs the key concentration"),
        ("transport.interface", "li_interface", "there is no entry of diffusion 'li_interface' in the library"),
        ("transport.interface.diffusivity", "1e-10 m/s", "'m/s' is a unit of velocity, not of diffusivity"),
        ("drive.plate.voltage", "20 mV", "both a current and a voltage"),
        ("drive.plate", "{voltage: 20 mV}", "the speed falls for ever"),
        ("drive.plate", "{capacity: 1 mAh/cm^2}", "neither a current nor a voltage"),
        ("drive", "{cycles: 1}", "nothing happens"),
        ("drive.plate", "null", "there is nothing to strip"),
        ("gas.vent", "half", "not a way in which gas gets out"),
        ("gas.vent", "1 kPa", "the vent opens below the outer pressure"),
        ("tube.filled_length", "20 um", "the tube is full at the start"),
        ("tube.void_length", "1 um", "the void reaches as far as the metal"),
        ("materials.wall", "copper", "a tubule has one metal"),
        ("materials", "{cu: {base: copper, role: collector}}", "the tubes are filled with a collector"),
        ("materials", "{cu: copper}", "cu is plated and needs a molar volume"),
        ("temperature", "200 degC", "li melts at"),
        ("geometry", "{}", "unknown key 'geometry'"),
    ],
)
def test_mistakes_are_told(key: str, value: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        load_any_case(CASES / "tubule.yaml", [(key, value)])
    assert words in str(caught.value)
    assert "Error" not in str(caught.value)


def test_kinds_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "mixed.yaml").write_text(f"extends: {CASES / 'eruption.yaml'}\nkind: tubule\nname: mixed\n")
    with pytest.raises(CaseError, match="a case of another kind"):
        load_any_case(tmp_path / "mixed.yaml")
    with pytest.raises(CaseError, match="needs a finite-element case"):
        load_case(CASES / "tubule.yaml")
    with pytest.raises(CaseError, match="this kind of case has none"):
        run_case(case_of(), tmp_path / "run", terms=[lambda _context: None], comm=MPI.COMM_SELF)  # type: ignore[list-item,arg-type,return-value]


def test_diffusion_of_another_metal_is_doubted() -> None:
    found = doubts(case_of("tubule_sodium", transport__interface="li_incoherent_interface"))
    assert found == ("transport.interface is that of Li, but the metal is Na",)


def test_diffusion_without_temperature_is_doubted_away_from_it() -> None:
    found = doubts(case_of(temperature="350 K"))
    assert [sentence.split(" holds")[0] for sentence in found] == ["transport.wall"]


def test_values_in_python() -> None:
    case = case_of()
    changed = case.with_values({"tube.length": "30 um", "transport.wall.diffusivity": "1e-7 cm^2/s"})
    assert float(changed.tube.length) == 30e-6
    assert changed.transport.wall is not None
    assert changed.transport.wall.sources["diffusivity"].status == "user"
    again = any_case_from_dict(json.loads(json.dumps(changed.model_dump(mode="json", exclude_none=True))))
    assert fingerprint(again) == fingerprint(changed)
    assert "unverified" in dump_resolved(changed)


@pytest.mark.mpi
def test_on_several_ranks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rank 0 runs it, and all ranks get the results, or the error."""
    comm = MPI.COMM_WORLD
    folder = Path(comm.bcast(str(tmp_path_factory.mktemp("ranks") / "run") if comm.rank == 0 else None))
    case = case_of(drive__cycles="1")
    result = run_case(case, folder, quiet=True, comm=comm)
    assert result.summary["outcome"] == "completed"
    comm.barrier()
    with pytest.raises(OutputError, match="already holds a run"):
        run_case(case, folder, quiet=True, comm=comm)
