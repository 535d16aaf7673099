"""What would hurt most if lost: cases by contact give what bonded ones give where nothing slips, and are resumed."""

from pathlib import Path

import numpy as np
import pytest
from resumed_runs import assert_same_run, copy_back_to
from touching_layers import last, layers
from two_layers import two_layers

from platingx.config.loader import load_case
from platingx.errors import CaseError, MeshError
from platingx.post.history import read_history, read_summary
from platingx.run.meshing import try_mesh
from platingx.run.runner import run_case

ROOT = Path(__file__).parents[2]


def test_a_closed_gap_does_not_know_whether_it_is_bonded(tmp_path: Path) -> None:
    """Uniform metal under a smooth lid: the pressure, the force and the energies of the bonded collector."""
    (tmp_path / "touching").mkdir()
    run_case(layers(tmp_path / "touching"), tmp_path / "a", quiet=True)
    (tmp_path / "bonded").mkdir()
    case = two_layers(tmp_path / "bonded", "1 A/cm^2", "20 ms", time__maximum_growth_increment=0.02)
    run_case(case, tmp_path / "b", quiet=True)
    found, expected = last(tmp_path / "a"), last(tmp_path / "b")
    for name in ("max_pressure_li_Pa", "collector_force_N_per_m", "growth_work_J_per_m", "stored_energy_J_per_m"):
        assert found[name] == pytest.approx(expected[name], rel=3e-3), name  # the pressure of a step presses it in
    assert found["collector_force_N_per_m"] == pytest.approx(
        -2.0 * found["contact_force_y_collector_N_per_m"], rel=1e-12
    )
    assert found["closed_share_collector"] == 1.0
    assert found["max_contact_pressure_collector_Pa"] == pytest.approx(found["max_pressure_li_Pa"], rel=2e-3)
    assert found["max_penetration_collector"] < 1e-3
    assert found["force_balance_error"] < 1e-8
    assert found["energy_balance_error"] < 0.05


def test_stripping_opens_a_gap(tmp_path: Path) -> None:
    """Metal that shrinks away from the lid leaves it, without suction; the monitor of tension stays silent."""
    run_case(layers(tmp_path, "-1 A/cm^2", "20 ms"), tmp_path / "run", quiet=True)
    found = last(tmp_path / "run")
    assert found["closed_share_collector"] == 0.0
    assert found["max_suction_collector_Pa"] == found["collector_force_N_per_m"] == 0.0


def test_adhesion_pulls_no_more_than_it_was_given(tmp_path: Path) -> None:
    """And a run says so, since the result is then what the case gave."""
    adhesion = {"tool": "lid", "adhesion": {"traction": "1 MPa", "opening": "20 nm"}}
    run_case(layers(tmp_path, "-1 A/cm^2", "10 ms", contact__collector=adhesion), tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    suction = np.asarray(history["max_suction_collector_Pa"], dtype=float)
    assert 0.9e6 < suction.max() <= 1e6 * (1.0 + 1e-9) / float(1.0 - 0.05)  # per present area, which shrinks
    warnings = " ".join(read_summary(tmp_path / "run")["warnings"])
    assert "contact.collector.adhesion.traction" in warnings


def test_a_moving_tool_presses(tmp_path: Path) -> None:
    """A lid that comes down by 1 nm does work; events on contact quantities are hit."""
    lid = {"shape": "flat", "y": {"motion": {"rate": "-100 nm/s"}}}
    case = layers(
        tmp_path, "1 mA/cm^2", "20 ms", tools__lid=lid, time__until={"max_contact_pressure_collector": "30 MPa"}
    )
    run_case(case, tmp_path / "run", quiet=True)
    found = last(tmp_path / "run")
    assert found["max_contact_pressure_collector_Pa"] == pytest.approx(30e6, rel=1e-5)
    assert 0.0 < found["time_s"] < 0.02
    assert found["external_work_J_per_m"] > 0.0


def test_resumed_runs_are_the_same(tmp_path: Path) -> None:
    """A rough contact with a limit, killed half way and resumed: the same numbers."""
    contact = {"tool": "lid", "friction": {"coefficient": 0.3, "limit": "0.5 MPa"}}
    checkpoints = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}
    case = layers(tmp_path, end="10 ms", side="free", contact__collector=contact, **checkpoints)
    case = case.with_values({"solver.preset": "repeatable"})
    run_case(case, tmp_path / "whole", quiet=True)
    steps = len(read_history(tmp_path / "whole"))
    assert last(tmp_path / "whole")["max_slip_collector_m"] > 0.0
    folder = copy_back_to(tmp_path / "whole", tmp_path / "parts", steps // 2)
    run_case(case, folder, resume=True, quiet=True)
    assert assert_same_run(folder, tmp_path / "whole", 0.0) == 0.0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tools__lid": {"shape": "flat", "at": ["0 nm", "90 nm"]}}, "starts inside of the body"),
        ({"tools__lid": {"shape": {"kind": "circle", "radius": "100 nm"}, "at": ["1 um", "100 nm"]}}, None),
        ({"contact__collector": {"tool": "lid", "adhesion": {"traction": "1 GPa", "opening": "0.01 nm"}}}, "gives way"),
        (
            {"tools__lid": {"shape": "flat", "turn_z": {"motion": {"rate": "1e-3 1/s"}}}},
            "a plane of symmetry cuts the tool",
        ),
        ({"contact__colector": {"tool": "lid"}}, "no boundary"),
    ],
)
def test_what_only_the_mesh_shows(tmp_path: Path, changed: dict[str, object], words: str | None) -> None:
    case = layers(tmp_path, end="1 ms", **changed)
    if words is None:
        run_case(case, tmp_path / "run", quiet=True)
        assert last(tmp_path / "run")["closed_share_collector"] == 0.0
        return
    with pytest.raises((CaseError, MeshError), match=words):
        run_case(case, tmp_path / "run", quiet=True)


def test_a_tool_inside_is_refused_before_a_run(tmp_path: Path) -> None:
    """By `validate`, with the key; one that just touches, or is farther away, is not."""
    inside = layers(tmp_path, tools__lid={"shape": "flat", "at": ["0 nm", "98 nm"]})
    with pytest.raises(CaseError, match=r"tools\.lid\.at[\s\S]*starts inside of the body") as caught:
        try_mesh(inside)
    assert caught.value.problems[0].key == "tools.lid.at"
    for height in ("100 nm", "103 nm"):
        assert not try_mesh(inside.with_values({"tools.lid": {"shape": "flat", "at": ["0 nm", height]}}))


@pytest.mark.parametrize("case", ["low_rate", "eruption_3d", "low_rate_3d"])
def test_shipped_collectors_fit_their_metal(case: str, tmp_path: Path) -> None:
    """The drawn collector touches its metal at rest, in the plane and in space, and first steps converge."""
    settings = [
        ("constraints.collector", "free"),
        ("contact.collector", "{friction: {coefficient: 0.5}}"),
        ("geometry.mesh.refinement", "0.3"),
        ("output.figures", "false"),
    ]
    loaded = load_case(ROOT / "cases" / f"{case}.yaml", settings)
    end = float(loaded.time.end) / 20.0
    run_case(loaded.with_values({"time.end": f"{end} s"}), tmp_path / "run", quiet=True)
    assert last(tmp_path / "run")["closed_share_collector"] > 0.7  # free edges lift


def arc(folder: Path, collector: str, *more: tuple[str, str]) -> Path:
    """Run `low_rate` on a coarse mesh, bonded to its collector or by contact."""
    settings = [("geometry.mesh.refinement", "0.3"), ("output.figures", "false"), ("output.fields_every", "milestones")]
    if collector != "bonded":
        settings += [("constraints.collector", "free"), ("contact.collector", collector)]
    run_case(load_case(ROOT / "cases" / "low_rate.yaml", [*settings, *more]), folder / collector, quiet=True)
    return folder / collector


@pytest.mark.long
def test_a_rough_collector_is_a_bonded_one(tmp_path: Path) -> None:
    """Where it presses everywhere: to 0.1 %, with small steps, since those of both runs differ a little."""
    small = ("time.maximum_step", "60 ms")
    rough, bonded = (last(arc(tmp_path, collector, small)) for collector in ("rough", "bonded"))
    assert rough["closed_share_collector"] == 1.0
    for name in ("max_pressure_li_Pa", "max_principal_stress_llzo_Pa", "collector_force_N_per_m"):
        assert rough[name] == pytest.approx(bonded[name], rel=1e-3), name


@pytest.mark.long
def test_contact_costs_few_iterations(tmp_path: Path) -> None:
    """At most twice those of the bonded collector without friction, and no more than 1.1 times where nothing slips."""
    runs = {collector: arc(tmp_path, collector) for collector in ("bonded", "rough", "frictionless")}
    spent = {name: int(read_history(folder)["newton_iterations"].sum()) for name, folder in runs.items()}
    assert spent["frictionless"] <= 2 * spent["bonded"]
    assert spent["rough"] <= 1.1 * spent["bonded"]
    assert last(runs["frictionless"])["max_pressure_li_Pa"] < 0.9 * last(runs["bonded"])["max_pressure_li_Pa"]
