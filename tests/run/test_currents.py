"""What would hurt most if lost: a current that changes within a step drives the metal though no step ends there.

Two flat layers in a closed or an open gap, of seconds each; and fracture under cycles in the main case.
"""

from pathlib import Path

import numpy as np
import pytest
from two_layers import table, two_layers

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints

ERUPTION = Path(__file__).parents[2] / "cases" / "eruption.yaml"
PULSE = table((0, 0.01), (0.5, 0.01), (0.5, 50), (0.501, 50), (0.501, -50), (0.502, -50), (0.502, 0.01))
TRIANGLES = 100


def run(folder: Path, current: object, end: str = "1 ms", side: str = "wall", **changed: object) -> RunResults:
    folder.mkdir(exist_ok=True)
    return run_case(two_layers(folder, current, end, side, **changed), folder / "run", quiet=True)


def pressure(result: RunResults) -> float:
    return result.quantity("max_pressure_li")


@pytest.mark.parametrize("side", ["wall", "free"])
def test_a_pulse_within_a_step_is_seen(side: str, tmp_path: Path) -> None:
    """1 us there and back in a run of 1 ms: within 1 % of steps that are 30 times finer, and ten times the rest."""
    coarse = run(tmp_path / "a", PULSE, side=side)
    fine = run(tmp_path / "b", PULSE, side=side, time__maximum_growth_increment=2e-5)
    without = run(tmp_path / "c", "0.01 A/cm^2", side=side)
    assert len(fine.history) > 5 * len(coarse.history)
    assert pressure(coarse) == pytest.approx(pressure(fine), rel=0.01)
    assert pressure(coarse) > 5 * pressure(without)
    times = coarse.history["time_s"].to_numpy()
    assert {5e-4, 5.01e-4, 5.02e-4} <= set(times)
    at_pulse = coarse.history.set_index("time_s")["current_density_A_per_m2"]
    assert at_pulse[5.01e-4] == pytest.approx(50e4), "that before the jump"


def test_triangles_that_end_at_every_zero_are_seen(tmp_path: Path) -> None:
    """Plating and stripping a hundred times between steps of their own period: as much pressure as one of them."""
    period = 1.0 / TRIANGLES
    points = [(0.0, 0.0)]
    for k in range(TRIANGLES):
        points += [((k + share) * period, level) for share, level in ((0.25, 2.0), (0.75, -2.0), (1.0, 0.0))]
    all_of_them = run(tmp_path / "all", table(*points))
    one = run(tmp_path / "one", table(*points[:4]), end="0.01 ms", time__maximum_step="0.1 us")
    assert pressure(all_of_them) == pytest.approx(pressure(one), rel=0.03)
    assert pressure(all_of_them) > 0.4e6


def test_a_jump_is_the_limit_of_a_steep_ramp(tmp_path: Path) -> None:
    at_once = table((0, 0), (0.3, 0), (0.3, 1), (0.6, 1), (0.6, -0.2))
    steep = table((0, 0), (0.2999, 0), (0.3001, 1), (0.5999, 1), (0.6001, -0.2))
    jump = run(tmp_path / "a", at_once, side="free", time__maximum_step="10 us")
    ramp = run(tmp_path / "b", steep, side="free", time__maximum_step="10 us")
    assert pressure(jump) == pytest.approx(pressure(ramp), rel=0.01)
    end = "deposited_thickness"
    assert jump.quantity(end) == pytest.approx(ramp.quantity(end), rel=1e-9)


@pytest.mark.parametrize("side", ["wall", "free"])
def test_a_ramp_takes_steps_that_follow_the_rate(side: str, tmp_path: Path) -> None:
    """At the default change of 25 % a step the pressure of metal that flows is within 2 % of steps of 2 %."""
    ramp = table((0, 0), (1, 2), (1.2, 2))
    coarse = run(tmp_path / "a", ramp, "1.2 ms", side)
    fine = run(tmp_path / "b", ramp, "1.2 ms", side, time__maximum_current_change=0.02, time__maximum_step="10 us")
    assert pressure(coarse) == pytest.approx(pressure(fine), rel=0.02)
    assert len(coarse.history) < 40


def test_stripping_and_plating_within_a_step_add_up(tmp_path: Path) -> None:
    """A triangle around zero: its charge is that of no current, its growth and shrinkage 0.16 together."""
    way = table((0, 24), (0.5, -24), (1, 24))
    result = run(tmp_path, way, time__maximum_step="1 ms", time__initial_step="1 ms", time__maximum_current_change=0.99)
    stretch = np.log(result.history["growth_stretch"].to_numpy())
    ways = np.abs(np.diff(np.concatenate([[0.0], stretch])))
    assert ways.max() < 0.05
    assert ways.sum() > 0.12
    assert result.quantity("deposited_thickness") == pytest.approx(0.0, abs=1e-18)


def test_cycles_break_the_ceramic_when_they_first_can(tmp_path: Path) -> None:
    """36 s of 4 mA/cm^2 there and back: fracture comes in the first half cycle, as under the constant current."""
    coarse = [("geometry.mesh.refinement", "0.3"), ("output.figures", "false"), ("output.fields_every", "milestones")]
    case = load_case(ERUPTION, coarse)
    rows = [[f"{18 * (k // 2 + k % 2)} s", f"{4 * (-1) ** (k // 2)} mA/cm^2"] for k in range(6)]
    cycles = case.with_values({"time.end": "54 s", "growth.current_density": {"table": rows}})
    constant = case.with_values({"time.end": "18 s", "growth.current_density": "4 mA/cm^2"})
    first, second = (
        run_case(given, tmp_path / name, quiet=True).quantity("time_at_fracture")
        for name, given in (("cycles", cycles), ("constant", constant))
    )
    assert first == pytest.approx(second, rel=0.01)
    assert first < 18.0


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    """A run driven by 1e5 measured points, with 5 % of noise around a slow wave."""
    folder = tmp_path_factory.mktemp("measured")
    times = np.linspace(0.0, 1.0, 100_000)
    noise = 0.05 * np.random.default_rng(5).standard_normal(times.size)
    values = 0.3 + 0.2 * np.sin(2 * np.pi * times) + noise
    rows = "\n".join(f"{time:.9g},{value:.9g}" for time, value in zip(times, values, strict=True))
    (folder / "measured.csv").write_text(f"time [ms],current_density [A/cm^2]\n{rows}\n", encoding="utf-8")
    return run(folder, {"file": str(folder / "measured.csv")}, side="free")


def test_a_hundred_thousand_points_take_some_hundred_steps(measured: RunResults, tmp_path: Path) -> None:
    """Within 2 % of the wave without noise, and told in the log and the summary."""
    times = np.linspace(0.0, 1.0, 101)
    wave = table(*((float(t), float(0.3 + 0.2 * np.sin(2 * np.pi * t))) for t in times))
    smooth = run(tmp_path, wave, side="free")
    assert len(measured.history) < 500
    assert pressure(measured) == pytest.approx(pressure(smooth), rel=0.02)
    told = measured.summary["current_points"]
    assert told["given"] > 99_000
    assert told["merged"] > told["given"] - 500
    assert told["largest_unresolved_charge_C_per_m2"] > 0.0
    log = (measured.path / "run.log").read_text()
    assert "points are merged" in log
    assert "time.current_tolerance" in log


def test_the_charge_of_merged_points_is_exact_at_every_step(measured: RunResults) -> None:
    history = measured.history
    program = two_layers(measured.path.parent, {"file": str(measured.path.parent / "measured.csv")}, "1 ms")
    charge = [program.growth.current_density.charge(time) for time in history["time_s"]]
    deposited = history["deposited_thickness_m"].to_numpy()
    np.testing.assert_allclose(deposited / deposited[-1], np.array(charge) / charge[-1], rtol=1e-12)


def test_validate_says_what_is_merged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{k * 1e-4:.6g},{1 + 0.3 * (-1) ** k}" for k in range(1, 1000)]
    (tmp_path / "i.csv").write_text("\n".join(["time_s,current_density_A_per_m2", "0,1", *rows]), encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(
        f"extends: {ERUPTION}\nname: merged\ngrowth: {{current_density: {{file: i.csv}}}}\n"
        "time: {end: 0.1 s}\ncalibration: []\npublished: []\n",
        encoding="utf-8",
    )
    assert execute(["validate", str(path)]) == 0
    assert "points are merged, since there are more than 200" in capsys.readouterr().out


@pytest.mark.parametrize("step", [4, 8])
def test_a_resumed_run_hits_the_points_of_the_table(step: int, tmp_path: Path) -> None:
    """Bit for bit, from a checkpoint before and one behind the pulse."""
    settings = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}
    whole = run(tmp_path / "whole", PULSE, side="free", **settings)
    case = two_layers(tmp_path / "whole", PULSE, "1 ms", "free", **settings)
    for path in checkpoints(whole.path / "checkpoint"):
        if int(path.name.removeprefix("step-")) > step:
            for file in path.iterdir():
                file.unlink()
            path.rmdir()
    before = (whole.path / "history.csv").read_bytes()
    again = run_case(case, whole.path, resume=True, quiet=True)
    assert again.manifest["resumed"][-1]["from_step"] == step
    assert (again.path / "history.csv").read_bytes() == before


def test_ratios_of_charges_that_cancel_are_numbers(tmp_path: Path) -> None:
    """A rest, a charge, and the same taken back: what is left is round-off of 0.15 nm, and no ratio follows it."""
    result = run(tmp_path, table((0, 0), (0.2, 0), (0.2, 1), (0.6, 1), (0.6, -1), (1, -1)), side="free")
    assert abs(result.quantity("deposited_thickness")) < 1e-9 * result.history["deposited_thickness_m"].max()
    for name in ("deposited_volume_ratio", "occupied_volume_ratio"):
        values = result.history[name].to_numpy()
        assert np.isfinite(values).all()
        assert ((values > 0.0) & (values < 1.5)).all(), name
        assert values[0] == 1.0, "nothing has passed yet"
    np.testing.assert_allclose(result.history["deposited_volume_ratio"], 1.0, atol=1e-9)
    assert not any("Faraday" in warning for warning in result.summary["warnings"])
