"""What would hurt most if lost: events that switch a drive or the current act late, or a resumed run differs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from resumed_runs import SOLVER, TOUCHING, assert_same_run, copy_back_to, run
from touching_layers import last, layers
from two_layers import two_layers

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.errors import CaseError
from platingx.post.history import read_history, read_summary
from platingx.run import execution
from platingx.run.mesh_of_run import mesh_of_run
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints

STRENGTH = 1.2e6  # Pa, far below that of any ceramic: what the lid reaches within steps
CASES = Path(__file__).parents[2] / "cases"
KEEP = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 200, "solver__preset": "repeatable"}
PRESS_AND_REST = [
    {
        "name": "pressed",
        "when": {"max_contact_pressure_collector": "3 MPa"},
        "do": {"tools": {"lid": {"y": "fixed"}}, "current_density": "0 A/cm^2"},
    },
    {"after": "pressed", "when": {"max_contact_pressure_collector": "2 MPa"}, "do": "stop"},
]


def pressed(folder: Path, **changed: Any) -> Case:
    """A lid that comes down onto metal that is free to flow sideways, until it presses; then all rests."""
    folder.mkdir(exist_ok=True)
    lid = {"shape": "flat", "y": {"motion": {"rate": "-100 nm/s"}}}
    values: dict[str, Any] = {
        "tools__lid": lid,
        "events": PRESS_AND_REST,
        "time__initial_step": "50 us",
        **KEEP,
        **changed,
    }
    return layers(folder, "10 mA/cm^2", "1 s", side="free", **values)


def times_of(folder: Path) -> list[float]:
    return [event["reached_at_s"] for event in read_summary(folder)["events"]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    run_case(pressed(folder), folder / "run", quiet=True)
    return folder / "run"


def test_a_drive_and_the_current_are_switched_where_the_value_is(whole: Path) -> None:
    """The lid stands where it pressed with 3 MPa, nothing more is plated, and the metal relaxes to 2 MPa."""
    history, (first, second) = read_history(whole), times_of(whole)
    time, pressure = (np.asarray(history[name]) for name in ("time_s", "max_contact_pressure_collector_Pa"))
    (at,) = np.flatnonzero(time == first)
    assert pressure[at] == pytest.approx(3e6, rel=1e-6)
    assert (pressure[:at] < 3e6).all()
    assert time[-1] == second
    assert pressure[-1] == pytest.approx(2e6, rel=1e-6)
    place = np.asarray(history["displacement_y_lid_m"])
    assert place[:at] == pytest.approx(-100e-9 * time[:at], rel=1e-12)
    assert place[at:] == pytest.approx(-100e-9 * first, rel=1e-12)
    deposited = np.asarray(history["deposited_thickness_m"])
    assert deposited[at:] == pytest.approx(deposited[at], rel=1e-12)
    assert np.asarray(history["current_density_A_per_m2"])[at + 1 :] == pytest.approx(0.0, abs=0.0)
    assert last(whole)["energy_balance_error"] < 0.05
    assert "stopped at" in read_summary(whole)["message"]


def test_resumed_runs_switch_alike(whole: Path, tmp_path: Path) -> None:
    """Gone back to before the event, to the event itself, and to behind it: bit for bit the same."""
    time = np.asarray(read_history(whole)["time_s"])
    at = int(np.flatnonzero(time == times_of(whole)[0])[0]) + 1
    assert 2 < at < len(time) - 2
    for step in (at - 2, at, at + 2):
        folder = copy_back_to(whole, tmp_path / str(step), step)
        assert checkpoints(folder / "checkpoint")[0].name == f"step-{step:08d}"
        case = pressed(tmp_path / "case")
        run_case(case, folder, resume=True, quiet=True)
        assert assert_same_run(folder, whole, 0.0) == 0.0
        assert read_summary(folder)["events"] == read_summary(whole)["events"]


def test_the_parts_of_a_run_share_its_mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Distributed anew behind an event, ranks may share it otherwise, and the run goes on with other last digits."""
    made: list[object] = []

    def counted(*given: object, **named: object) -> object:
        made.append(mesh_of_run(*given, **named))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(execution, "mesh_of_run", counted)
    run_case(pressed(tmp_path), tmp_path / "run", quiet=True)
    assert len(read_summary(tmp_path / "run")["events"]) == 2
    assert len(made) == 1


def weak(folder: Path, event: dict[str, Any]) -> Case:
    """The same lid over a ceramic whose strength its tension reaches early, and what then happens."""
    brittle = {"base": "llzo", "fracture": {"theoretical_strength": f"{STRENGTH!r} Pa", "toughness": "1 MPa m^0.5"}}
    events = [{"name": "strained", "when": {"strength": 1}, "do": event},
              {"after": "strained", "when": {"strength": 0.9}, "do": "stop"}]  # fmt: skip
    return pressed(folder, materials__llzo=brittle, events=events)


def test_a_tool_stands_where_the_ceramic_is_at_its_strength(tmp_path: Path) -> None:
    """It presses until the largest tension is the strength, exactly; then it is held and the tension relaxes.

    Resumed from the checkpoint before the event and from the one at it, the run switches at the same instant.
    """
    held = {"tools": {"lid": {"y": "fixed"}}, "current_density": "0 A/cm^2"}
    whole = tmp_path / "run"
    run_case(weak(tmp_path, held), whole, quiet=True)
    history, (first, second) = read_history(whole), times_of(whole)
    time, stress, place = (
        np.asarray(history[name]) for name in ("time_s", "max_principal_stress_llzo_Pa", "displacement_y_lid_m")
    )
    (at,) = np.flatnonzero(time == first)
    assert at >= 2
    assert stress[at] == pytest.approx(STRENGTH, rel=1e-6)
    assert (stress[:at] < STRENGTH).all()
    assert place[: at + 1] == pytest.approx(-100e-9 * time[: at + 1], rel=1e-12)
    assert place[at:] == pytest.approx(-100e-9 * first, rel=1e-12)
    assert np.asarray(history["current_density_A_per_m2"])[at + 1 :] == pytest.approx(0.0, abs=0.0)
    assert (time[-1], stress[-1]) == (second, pytest.approx(0.9 * STRENGTH, rel=1e-6))
    for step in (at, at + 1):
        folder = copy_back_to(whole, tmp_path / str(step), step)
        run_case(weak(tmp_path, held), folder, resume=True, quiet=True)
        assert assert_same_run(folder, whole, 0.0) == 0.0
        assert read_summary(folder)["events"] == read_summary(whole)["events"]


def test_first_touch_and_all_open(tmp_path: Path) -> None:
    """A lid 1 nm above the metal comes down at 100 nm/s and touches after 10 ms; drawn back, it leaves at once."""
    lid = {"shape": "flat", "at": ["0 nm", "101 nm"], "y": {"motion": {"rate": "-100 nm/s"}}}
    back = {"motion": {"table": [["0 s", "0 nm"], ["1 ms", "-0.1 nm"], ["3 ms", "1 nm"]]}}
    events = [
        {"name": "touch", "when": {"first_touch": "collector"}, "do": {"tools": {"lid": {"y": back}}}},
        {"after": "touch", "when": {"all_open": "collector"}, "do": "stop"},
    ]
    case = layers(tmp_path, "1 nA/cm^2", "100 ms", tools__lid=lid, events=events)
    run_case(case, tmp_path / "run", quiet=True)
    touch, opened = times_of(tmp_path / "run")
    assert touch == pytest.approx(10e-3, rel=1e-5)
    assert touch + 1e-3 < opened < touch + 1.4e-3  # elastic: open again before the lid is back where it touched
    pressure = np.asarray(read_history(tmp_path / "run")["max_contact_pressure_collector_Pa"])
    assert pressure[-1] < 1e-3 * pressure.max()


def test_a_force_takes_over_from_a_motion_and_a_spring_from_that(tmp_path: Path) -> None:
    """The tool is unknown from the start: moved, then under a dead load, then on a spring relaxed where it stands."""
    lid = {"shape": "flat", "depth": "1 um", "y": {"motion": {"rate": "-10 nm/s"}}}
    events = [
        {"when": {"contact_force_y_collector": "-4 N/m"}, "do": {"tools": {"lid": {"y": {"force": "-8 uN"}}}}},
        {"when": {"deposited_thickness": "2 nm"}, "do": {"tools": {"lid": {"y": {"spring": "1 kN/m"}}}}},
    ]
    case = layers(tmp_path, "1 A/cm^2", "6 ms", tools__lid=lid, events=events)
    run_case(case, tmp_path / "run", quiet=True)
    history, (first, second) = read_history(tmp_path / "run"), times_of(tmp_path / "run")
    time, force = (np.asarray(history[name]) for name in ("time_s", "contact_force_y_collector_N_per_m"))
    assert force[time == first] == pytest.approx(-4.0, rel=1e-6)
    loaded = (time > first) & (time <= second)
    assert force[loaded] == pytest.approx(-4.0, rel=1e-6)  # 8 uN on a metre of depth, half of it modelled
    place = np.asarray(history["displacement_y_lid_m"])
    behind = time > second
    start = place[time == second][0]
    assert force[behind] == pytest.approx(-(place[behind] - start) * 1e3 / 1e-6 / 2.0, rel=1e-6)


def test_a_bonded_body_is_held_at_a_pressure_of_bias(tmp_path: Path) -> None:
    """A collector under a dead load is fixed where the metal bears the pressure that 20 mV stand for: F V / V_m."""
    drive = {"y": {"motion": {"rate": "-10 nm/s"}}}
    volume = 13.02e-6
    events = [{"when": {"pressure_of_bias": "1 mV"}, "do": {"bodies": {"collector": {"y": "fixed"}}}}]
    case = two_layers(tmp_path, "1 A/cm^2", "20 ms", constraints__collector=drive, events=events)
    found = float(case.materials["li"].molar_volume or 0.0)
    assert found == pytest.approx(volume, rel=0.02)
    run_case(case, tmp_path / "run", quiet=True)
    history, (at,) = read_history(tmp_path / "run"), times_of(tmp_path / "run")
    time, pressure = (np.asarray(history[name]) for name in ("time_s", "mean_pressure_li_Pa"))
    assert pressure[time == at] == pytest.approx(1e-3 * FARADAY / found, rel=1e-6)
    place = np.asarray(history["displacement_y_collector_m"])
    assert place[time >= at] == pytest.approx(-10e-9 * at, rel=1e-12)
    assert len(time[time > at]) > 1


def test_a_tool_stalls(tmp_path: Path) -> None:
    """A lid on a spring over metal that flows out: its way in the deposit falls to the share, and the run ends."""
    lid = {"shape": "flat", "depth": "1 um", "y": {"spring": "100 N/m"}}
    events = [{"when": {"stalled": {"tool": "lid", "share": 0.5}}, "do": "stop"}]
    case = layers(tmp_path, "50 mA/cm^2", "2 s", side="free", tools__lid=lid, events=events)
    run_case(case, tmp_path / "run", quiet=True)
    history, (at,) = read_history(tmp_path / "run"), times_of(tmp_path / "run")
    way, deposit = (np.asarray(history[name]) for name in ("displacement_y_lid_m", "deposited_thickness_m"))
    slope = np.gradient(way, deposit, edge_order=2)
    assert 0.0 < at < 2.0
    assert slope[-1] == pytest.approx(0.5, abs=0.02)
    assert (slope[1:-1] > 0.5).all()


def test_the_shipped_case_presses_holds_and_waits(tmp_path: Path) -> None:
    """On its coarse mesh: 0.6 N/m, then the tip stands, nothing is plated, and half of the force goes."""
    settings = [("output.figures", "false"), ("geometry.mesh.refinement", "0.2")]
    result = run_case(load_case(CASES / "relaxation.yaml", settings), tmp_path / "run", quiet=True)
    time, force = (np.asarray(result.history[name]) for name in ("time_s", "collector_force_N_per_m"))
    held, ended = (event["reached_at_s"] for event in result.summary["events"])
    assert force[time == held] == pytest.approx(0.6, rel=1e-6)
    assert (time[-1], force[-1]) == (ended, pytest.approx(0.3, rel=1e-6))
    assert (np.diff(force[time >= held]) < 0.0).all()
    assert result.summary["warnings"] == []


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"when": {"max_presure_li": "1 GPa"}, "do": "stop"}, "max_pressure_REGION"),
        ({"when": {"first_touch": "colector"}, "do": "stop"}, "there is no contact colector"),
        ({"when": {"stalled": {"tool": "lud", "share": 0.1}}, "do": "stop"}, "there is no tool lud"),
        ({"when": {"stalled": 0.1}, "do": "stop"}, "stalled: {tool: tip, share: 0.1}"),
        ({"when": {"strength": 1, "first_touch": "collector"}, "do": "stop"}, "2 conditions"),
        ({"when": {"strength": 1}, "do": "halt"}, "nothing that an event does"),
        ({"when": {"strength": 1}, "do": {}}, "the event does nothing"),
        ({"when": {"strength": 1}, "do": {"tools": {"tip": {"y": "fixed"}}}}, "there is no tool tip"),
        ({"when": {"strength": 1}, "do": {"bodies": {"collector": {"y": "fixed"}}}}, "there is no body that can move"),
        ({"when": {"strength": 1}, "do": {"tools": {"lid": {"z": "fixed"}}}}, None),
        (
            {"when": {"strength": 1}, "do": {"tools": {"lid": {"turn_z": {"spring": "2 nN*m"}}}}},
            "a spring against turning has no base",
        ),
        ({"when": {"strength": 1}, "do": {"tools": {"lid": {}}}}, "no component gets a drive"),
        ({"after": "before", "when": {"strength": 1}, "do": "stop"}, "no event before stands before this one"),
    ],
)
def test_events_that_make_no_sense(event: dict[str, Any], words: str | None, tmp_path: Path) -> None:
    """Each is told with its key; what only the mesh shows is told before the first step."""
    if words is None:
        with pytest.raises(CaseError, match=r"events\.0\.do\.tools\.lid\.z"):
            run_case(layers(tmp_path, events=[event]), tmp_path / "run", quiet=True)
        return
    with pytest.raises(CaseError) as caught:
        layers(tmp_path, events=[event])
    assert words in str(caught.value)
    assert "events" in str(caught.value)


def test_a_spring_that_comes_later_needs_a_depth(tmp_path: Path) -> None:
    events = [{"when": {"strength": 1}, "do": {"tools": {"lid": {"y": {"spring": "1 N/m"}}}}}]
    with pytest.raises(CaseError, match="depth"):
        run_case(layers(tmp_path, events=events), tmp_path / "run", quiet=True)


@pytest.mark.long
@pytest.mark.ranks_alone
def test_an_event_of_contact_on_three_ranks(tmp_path: Path) -> None:
    """A tool that slips and lets go when its force reverses the current, over an interface that then peels off."""
    for ranks in (0, 3):
        code, output = run(["--out", str(tmp_path / str(ranks))], ranks, **TOUCHING)
        assert code == 0, output
    assert_same_run(tmp_path / "3", tmp_path / "0", SOLVER)
    (alone,), (shared,) = (
        [event["reached_at_s"] for event in read_summary(tmp_path / str(ranks))["events"]] for ranks in (0, 3)
    )
    assert shared == pytest.approx(alone, rel=SOLVER)
