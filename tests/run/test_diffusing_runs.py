"""Runs whose metal diffuses along its interface: pressure, balances, resuming, and what they say."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from platingx.config.case import Case
from platingx.config.doubts import doubts
from platingx.config.loader import load_case
from platingx.config.resolved import resolved_files
from platingx.errors import CaseError, PlatingxError
from platingx.post.history import read_history, read_summary
from platingx.post.interface_figures import interface_figure
from platingx.post.results import open_run
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.newton import NewtonResult, Outcome
from platingx.run.diagnostics import explain
from platingx.run.interface_output import along_chain
from platingx.run.runner import run_case
from platingx.stepping.march import Attempt, NoEquilibriumError

CASES = Path(__file__).parents[2] / "cases"
SETTINGS = {
    "geometry.mesh.refinement": "0.3",
    "geometry.mesh.layers": "6",
    "time.end": "0.6 s",
    "output.figures": "false",
    "output.fields_every": "milestones",
    "output.checkpoint.every_steps": "4",
    "output.checkpoint.keep": "100",
    "solver.preset": "repeatable",
}
PATH = "interface_diffusion.paths.interface"


def case(name: str = "low_rate_diffusion", **changed: str) -> Case:
    changes = SETTINGS | {key.replace("__", "."): value for key, value in changed.items()}
    return load_case(CASES / f"{name}.yaml", list(changes.items()))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    run_case(case(), folder, quiet=True)
    return folder


def test_diffusion_takes_the_pressure_off(whole: Path, tmp_path: Path) -> None:
    """By diffusion alone 4.25 MPa; 9 MPa without it. Volume is kept to round-off, energy by the rule of the steps."""
    history, summary = read_history(whole), read_summary(whole)
    without = run_case(case("low_rate"), tmp_path / "without", quiet=True).quantity("max_pressure_li")
    assert without > 7e6
    pressure = history["max_pressure_li_Pa"].iloc[-1]
    assert 0.35 < pressure / without < 0.65
    assert history["faraday_balance_error"].max() < 1e-12
    assert history["energy_balance_error"].iloc[-1] < 1e-4
    assert summary["warnings"] == []
    assert history["extruded_volume_m2"].is_monotonic_increasing
    left = history["extruded_volume_m2"].iloc[-1] / (2.0 * history["deposited_thickness_m"].iloc[-1] * 1.7636e-7)
    assert 0.5 < left < history["diffused_share"].iloc[-1] < 1.0
    assert history["occupied_volume_ratio"].iloc[-1] == pytest.approx(1.0 - left, abs=0.02)  # the rest is there
    assert history["growth_stretch"].eq(1.0).all()
    assert "included" in summary["diffusion"]["sentence"]
    assert "coble_number" not in summary["diffusion"]
    assert any(text.startswith(f"{PATH} diffusivity = 2e-7 cm^2/s") for text in summary["unverified_inputs"])


def test_interface_is_written_along_its_way(whole: Path) -> None:
    """Falling all the way from the pit to nothing at the free side; the arc is 176 nm long."""
    table, history = pd.read_csv(whole / "interface.csv"), read_history(whole)
    assert list(table.columns) == ["time_s", "boundary", "place_m", "x_m", "y_m", "pressure_Pa", "thickness_m"]
    last = table[table["time_s"] == history["time_s"].iloc[-1]]
    place, pressure = last["place_m"].to_numpy(), last["pressure_Pa"].to_numpy()
    assert place[0] == 0.0
    assert (np.diff(place) > 0.0).all()
    assert place[-1] == pytest.approx(1.7636e-7, rel=2e-2)
    assert pressure[-1] == 0.0
    assert (np.diff(pressure) < 0.0).all()
    assert pressure[0] == pytest.approx(history["max_interface_pressure_Pa"].iloc[-1], rel=1e-12)
    assert last["x_m"].iloc[0] == pytest.approx(0.0, abs=1e-15)
    drawn = interface_figure(open_run(whole)).axes[0].lines
    assert drawn[0].get_ydata()[-1] == 0.0


def test_lines_are_walked_from_end_to_end() -> None:
    """Two lines, their nodes in any order."""
    places = np.array([[3.0, 0.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [4.0, 0.0], [0.0, 5.0], [0.0, 7.0], [0.0, 6.0]])
    order, way = along_chain(np.array([[1, 3, 2], [4, 3, 0], [6, 5, 7]]), places)
    assert order.tolist() == [1, 2, 3, 0, 4, 5, 7, 6]
    assert way.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0]


def test_resumed_run_is_the_uninterrupted_one(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    for path in (folder / "checkpoint").iterdir():
        if path.name > "step-00000008":
            shutil.rmtree(path)
    (folder / "summary.json").unlink()
    run_case(case(), folder, resume=True, quiet=True)
    assert (folder / "history.csv").read_bytes() == (whole / "history.csv").read_bytes()
    assert (folder / "interface.csv").read_bytes() == (whole / "interface.csv").read_bytes()
    assert json.loads((folder / "manifest.json").read_text())["resumed"][0]["from_step"] == 8


def test_closed_end_keeps_all_metal(tmp_path: Path) -> None:
    """Diffusion only evens the pressure out then; the metal flows out as without."""
    changed = {"interface_diffusion__ends__metal_side": "closed", "time__end": "0.1 s"}
    closed = case(**changed)
    run_case(closed, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    assert history["extruded_volume_m2"].eq(0.0).all()
    assert history["faraday_balance_error"].max() < 1e-12
    last, modulus = history.iloc[-1], closed.materials["li"].elasticity.bulk_modulus
    compressed = last["mean_pressure_li_Pa"] / modulus * 7.2e-8 / last["deposited_thickness_m"]
    assert compressed > 0.01
    assert last["occupied_volume_ratio"] == pytest.approx(1.0 - compressed, abs=2e-3)


def test_metal_that_is_used_up_gets_advice(tmp_path: Path) -> None:
    failure = Failure("the metal at the interface is used up", "interface", (1.45e-7, 0.0), FailureKind.EXHAUSTED)
    attempt = Attempt(0.13, 1e-6, False, NewtonResult(Outcome.LINE_SEARCH_FAILED, 6, (1e-3,), failure))
    text = explain(case(), NoEquilibriumError(0.13, [attempt]), tmp_path, True)
    assert "the metal at the interface is used up, in interface at" in text
    assert "1. diffusion takes more metal from there than there is" in text
    assert "interface_diffusion.ends (now metal_side: {reservoir: 0.0 Pa})" in text


def test_resolved_case_is_the_case() -> None:
    text = next(iter(resolved_files(case(), False).values()))
    assert "li_incoherent_interface" in text
    assert "metal_side" in text


LAYER = {"interface_diffusion__deposit": "layer", "growth__spread": "columns"}


def test_layer_and_face_agree_where_diffusion_carries_the_metal(whole: Path, tmp_path: Path) -> None:
    """In the pressure along the interface; volume is that of the columns, energy by the rule of the steps, and
    a resumed run has the same bytes."""
    run_case(case(**LAYER), tmp_path / "run", quiet=True)
    history, at_face = read_history(tmp_path / "run"), read_history(whole)
    pressures = [table["max_interface_pressure_Pa"].iloc[-1] for table in (history, at_face)]
    assert pressures[0] == pytest.approx(pressures[1], rel=0.1)  # 8 % on these few cells, 5 % on those of the case
    assert history["faraday_balance_error"].iloc[-1] < 1e-12
    assert history["energy_balance_error"].iloc[-1] < 1e-4
    assert history["lowest_column_ratio"].iloc[-1] < 1.0 < history["highest_column_ratio"].iloc[-1]
    table = pd.read_csv(tmp_path / "run" / "interface.csv")
    last = table[table["time_s"] == history["time_s"].iloc[-1]]
    assert (np.diff(last["place_m"]) > 0.0).all()
    assert (np.diff(last["pressure_Pa"]) < 0.0).all()
    again = tmp_path / "again"
    shutil.copytree(tmp_path / "run", again)
    for path in (again / "checkpoint").iterdir():
        if path.name > "step-00000008":
            shutil.rmtree(path)
    (again / "summary.json").unlink()
    run_case(case(**LAYER), again, resume=True, quiet=True)
    for name in ("history.csv", "interface.csv"):
        assert (again / name).read_bytes() == (tmp_path / "run" / name).read_bytes()


def test_layer_without_diffusion_is_growth_in_columns(tmp_path: Path) -> None:
    """With a closed end and a diffusivity of nothing, in the same steps."""
    same = {"time__end": "0.06 s", "time__initial_step": "5 ms", "time__maximum_step": "5 ms"}
    same |= {"growth__spread": "columns"}
    none = {f"{PATH.replace('.', '__')}__diffusivity": "1e-22 m^2/s", "interface_diffusion__ends__metal_side": "closed"}
    run_case(case(**(LAYER | same | none)), tmp_path / "layer", quiet=True)
    run_case(case("low_rate", **same), tmp_path / "columns", quiet=True)
    layer, columns = (read_history(tmp_path / name) for name in ("layer", "columns"))
    for key in ("max_pressure_li_Pa", "max_principal_stress_llzo_Pa", "lowest_column_ratio"):
        np.testing.assert_allclose(layer[key], columns[key], rtol=1e-6)


def test_side_that_grows_raises_the_pressure(whole: Path, tmp_path: Path) -> None:
    """What leaves over the height of the side; at the same instants the pressure is higher than with a reservoir."""
    run_case(case(interface_diffusion__ends__metal_side="accretion"), tmp_path / "run", quiet=True)
    history, reservoir = read_history(tmp_path / "run"), read_history(whole)
    last = history.iloc[-1]
    assert last["faraday_balance_error"] < 1e-12
    assert last["energy_balance_error"] < 1e-4
    assert last["extruded_volume_m2"] / (2.0 * last["accreted_thickness_m"]) == pytest.approx(1.44e-7, rel=0.05)
    assert last["max_interface_pressure_Pa"] > reservoir["max_interface_pressure_Pa"].iloc[-1]


@pytest.mark.long
def test_metal_that_meets_itself_in_a_hollow(tmp_path: Path) -> None:
    """Where diffusion is slow the deposit at the bottom of the pit is as thick as its radius after 0.84 s."""
    slow = {f"{PATH.replace('.', '__')}__diffusivity": "1e-12 m^2/s"}
    changed = slow | {"time__end": "1.2 s", "geometry__mesh__layers": "24"}
    with pytest.raises(PlatingxError) as error:
        run_case(case(**changed), tmp_path / "run", quiet=True)
    assert "meets itself in a hollow, in interface at" in str(error.value)
    assert "1. metal is added along the normals of a hollow" in str(error.value)


@pytest.mark.parametrize(
    ("changed", "key", "says"),
    [
        ({"interface_diffusion.deposit": "layers"}, "interface_diffusion.deposit", "layer"),
        ({"interface_diffusion.deposit": "layer"}, "interface_diffusion.deposit", "growth.spread: columns, or face"),
        ({PATH: "li_bulk"}, f"{PATH}.width", "width"),
        ({f"{PATH}": "li_incoherent_interfaces"}, PATH, "li_incoherent_interface"),
        ({f"{PATH}.diffusivity": "1e-11 m"}, f"{PATH}.diffusivity", "m^2/s"),
        ({"interface_diffusion.paths.nowhere": "li_incoherent_interface"}, "paths.nowhere", "collector"),
        ({"interface_diffusion.ends.nowhere": "closed"}, "ends.nowhere", "metal_side"),
        ({"interface_diffusion.ends.metal_side": "open"}, "ends.metal_side", "closed"),
        (
            {"interface_diffusion.ends.metal_side": "{accretion: 0 MPa, reservoir: 0 MPa}"},
            "ends.metal_side",
            "one thing",
        ),
        ({"interface_diffusion.ends.interface": "closed"}, "ends.interface", "path already"),
        ({"growth.spread": "columns"}, "interface_diffusion.deposit", "of one sort"),
    ],
)
def test_mistakes_are_told(changed: dict[str, str], key: str, says: str) -> None:
    with pytest.raises(CaseError) as error:
        load_case(CASES / "low_rate_diffusion.yaml", list(changed.items()))
    assert key in str(error.value)
    assert says in str(error.value)


def test_doubts_about_diffusion() -> None:
    """Ends under a pressure that no side bears, and the diffusivity of another metal."""
    key = "interface_diffusion__ends__metal_side"
    assert not any("interface_diffusion" in sentence for sentence in doubts(case()))
    held = {key: "{reservoir: 3 MPa}"}
    assert any("ends.metal_side is under 3 MPa" in sentence for sentence in doubts(case(**held)))
    loaded = held | {"boundary_conditions__metal_side__pressure": "3 MPa"}
    assert not any("ends.metal_side" in sentence for sentence in doubts(case(**loaded)))
    sodium = {PATH.replace(".", "__"): "na_incoherent_interface"}
    assert any("paths.interface is that of Na, but the metal is Li" in sentence for sentence in doubts(case(**sodium)))


def test_end_that_no_path_meets(tmp_path: Path) -> None:
    with pytest.raises(PlatingxError, match="no path meets the boundary 'collector'"):
        run_case(case(interface_diffusion__ends__collector="closed"), tmp_path / "run", quiet=True)


def test_capillary_end_holds_its_pressure(tmp_path: Path) -> None:
    """0.452 J/m2 over 50 nm, 9.04 MPa, on the free side too: the pressure of all the metal, but for its strength."""
    whole = {"interface_diffusion__ends__metal_side": "{capillary: {surface_energy: 0.452 J/m^2, radius: 50 nm}}"}
    whole["boundary_conditions__metal_side__pressure"] = "9.04 MPa"
    held = case(time__end="30 ms", growth__current_density="1 uA/cm^2", **whole)
    run_case(held, tmp_path / "run", quiet=True)
    history, table = read_history(tmp_path / "run"), pd.read_csv(tmp_path / "run" / "interface.csv")
    last = table[table["time_s"] == history["time_s"].iloc[-1]]
    assert last["pressure_Pa"].iloc[-1] == pytest.approx(9.04e6, rel=1e-12)
    assert last["pressure_Pa"].iloc[0] == pytest.approx(9.04e6, rel=0.1)  # less by the strength of the metal
    assert history["extruded_volume_m2"].iloc[-1] < 0.0  # what compresses the metal came in from there
