"""What would hurt most if lost: an interface that may part is the bonded one under pressure, and lets go in tension."""

import sys
from pathlib import Path

import numpy as np
import pytest
from resumed_runs import SOLVER, assert_same_run, copy_back_to, started
from touching_layers import last
from two_layers import two_layers

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.history import read_history, read_summary
from platingx.run.runner import run_case

SMALL = {"time__maximum_growth_increment": 0.02}


@pytest.mark.parametrize("friction", ["frictionless", "rough"])
def test_a_closed_interface_does_not_know_whether_it_is_bonded(tmp_path: Path, friction: str) -> None:
    """Uniform metal in a closed gap: pressure, growth work and stored energy of the bonded interface."""
    case = two_layers(tmp_path, "1 A/cm^2", "20 ms", **SMALL)
    run_case(case, tmp_path / "bonded", quiet=True)
    run_case(case.with_values({"contact.interface": friction}), tmp_path / "parts", quiet=True)
    found, expected = last(tmp_path / "parts"), last(tmp_path / "bonded")
    for name in ("max_pressure_li_Pa", "collector_force_N_per_m", "growth_work_J_per_m", "stored_energy_J_per_m"):
        assert found[name] == pytest.approx(expected[name], rel=3e-3), name  # the pressure of a step presses it in
    assert found["collector_force_N_per_m"] == pytest.approx(2.0 * found["contact_force_y_interface_N_per_m"], rel=1e-9)
    assert found["closed_share_interface"] == 1.0
    assert found["max_penetration_interface"] < 1e-3
    assert found["force_balance_error"] < 1e-8
    assert found["energy_balance_error"] < 5e-3


def test_stripping_opens_a_gap_without_suction(tmp_path: Path) -> None:
    """The layer shrinks away from the ceramic by what is stripped; nothing pulls, and no monitor speaks of tension."""
    case = two_layers(tmp_path, "-1 A/cm^2", "20 ms", contact__interface="frictionless", **SMALL)
    run_case(case, tmp_path / "run", quiet=True)
    found = last(tmp_path / "run")
    assert found["closed_share_interface"] == found["max_suction_interface_Pa"] == 0.0
    assert abs(found["mean_pressure_li_Pa"]) < 1.0
    assert found["max_opening_interface_m"] == pytest.approx(-found["deposited_thickness_m"], rel=1e-6)
    assert not any("tension" in warning for warning in read_summary(tmp_path / "run")["warnings"])


def test_an_adhesion_takes_its_work(tmp_path: Path) -> None:
    """The suction stays below the traction; the work of parting is half the traction times the opening on all faces."""
    traction, opening = 1e6, 8e-9
    adhesion = {"adhesion": {"traction": "1 MPa", "opening": "8 nm"}}
    case = two_layers(tmp_path, "-1 A/cm^2", "7 ms", contact__interface=adhesion, time__maximum_growth_increment=0.0005)
    run_case(case, tmp_path / "run", quiet=True)
    history, found = read_history(tmp_path / "run"), last(tmp_path / "run")
    suction = np.asarray(history["max_suction_interface_Pa"], dtype=float)
    assert 0.95 * traction < suction.max() <= traction * 1.001
    assert found["closed_share_interface"] == found["max_suction_interface_Pa"] == 0.0
    assert found["interface_work_interface_J_per_m"] == pytest.approx(0.5 * traction * opening * 400e-9, rel=0.01)
    assert found["parting_energy_J_per_m"] == pytest.approx(traction * opening * 400e-9, rel=0.01)
    assert found["energy_balance_error"] < 0.01


def _stripped(folder: Path) -> Case:
    """Metal that slips and peels: held at its side, so that it lets go from the middle."""
    contact = {"friction": {"coefficient": 0.3}, "adhesion": {"traction": "1 MPa", "opening": "1 nm"}}
    table = {"table": [["0 ms", "1 A/cm^2"], ["5 ms", "1 A/cm^2"], ["6 ms", "-1 A/cm^2"], ["14 ms", "-1 A/cm^2"]]}
    values = {"output__checkpoint__every_steps": 2, "output__checkpoint__keep": 100, **SMALL}
    return two_layers(folder, table, "14 ms", side="free", contact__interface=contact, **values)


def test_a_slipping_and_peeling_run_is_resumed_bit_by_bit(tmp_path: Path) -> None:
    """From a checkpoint in the middle."""
    case = _stripped(tmp_path)
    run_case(case, tmp_path / "whole", quiet=True)
    history = read_history(tmp_path / "whole")
    assert float(history["max_slip_interface_m"].iloc[-1]) > 0.0
    assert float(history["max_opening_interface_m"].iloc[-1]) > 1e-9
    assert float(history["friction_energy_J_per_m"].iloc[-1]) > 0.0
    half = len(history) // 2
    copy_back_to(tmp_path / "whole", tmp_path / "again", half - half % 2)
    run_case(case, tmp_path / "again", resume=True, quiet=True)
    assert assert_same_run(tmp_path / "again", tmp_path / "whole", 0.0) == 0.0


def test_pairs_may_lie_on_several_ranks(tmp_path: Path) -> None:
    """The same slipping and peeling run on one rank and on two."""
    case = _stripped(tmp_path)
    run_case(case, tmp_path / "one", quiet=True)
    line = ["run", str(tmp_path / "one" / "case.resolved.yaml"), "--out", str(tmp_path / "two")]
    with started(["mpirun", "--oversubscribe", "-n", "2", sys.executable, "-m", "platingx", *line]) as process:
        output, _ = process.communicate(timeout=1800)
    assert process.returncode == 0, output
    one, two = read_history(tmp_path / "one"), read_history(tmp_path / "two")
    for name in (
        "mean_pressure_li_Pa",
        "max_opening_interface_m",
        "max_slip_interface_m",
        "parting_energy_J_per_m",
        "friction_energy_J_per_m",
    ):
        expected = one[name].to_numpy()
        np.testing.assert_allclose(two[name], expected, rtol=0, atol=SOLVER * np.abs(expected).max(), err_msg=name)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"contact__interface": {"tool": "lid"}, "tools__lid": {"shape": "flat"}}, "touch each other"),
        ({"contact__interface": {"adhesion": {"traction": "1 GPa", "opening": "0.01 nm"}}}, "gives way"),
    ],
)
def test_what_cannot_part_is_told(tmp_path: Path, changed: dict[str, object], words: str) -> None:
    """A tool at the interface; an adhesion that is stiffer than the contact."""
    with pytest.raises(CaseError, match=words):
        run_case(two_layers(tmp_path, "1 A/cm^2", "1 ms", **changed), tmp_path / "run", quiet=True)


def test_metal_that_nothing_else_holds_is_told(tmp_path: Path) -> None:
    """Without its interface the metal hangs on a collector; without that on nothing."""
    free = {"constraints__collector": "free", "contact__interface": "frictionless"}
    with pytest.raises(CaseError, match="nothing holds the part of the mesh with li"):
        run_case(two_layers(tmp_path, "1 A/cm^2", "1 ms", **free), tmp_path / "run", quiet=True)


def _in_space(folder: Path, contact: str, current: str, end: str, tetrahedra: bool = False) -> dict[str, float]:
    """A round island over a round pit, of which the interface parts."""
    settings = [
        ("geometry.mesh.cell", "tetrahedron" if tetrahedra else "hexahedron"),
        ("geometry.mesh.refinement", "0.6" if tetrahedra else "0.3"),  # coarser tetrahedra are too badly shaped
        ("growth.current_density", current),
        ("contact.interface", contact),
        ("time.end", end),
        ("output.figures", "false"),
        ("output.fields_every", "milestones"),
    ]
    case = load_case(Path(__file__).parents[2] / "cases" / "low_rate_3d.yaml", settings)
    run_case(case, folder / "run", quiet=True)
    return last(folder / "run")


def test_rough_sides_in_space_stay_in_balance(tmp_path: Path) -> None:
    """At the edge of a pit they are sheared at little pressure: they let go instead of changing to and fro."""
    found = _in_space(tmp_path, "rough", "4 mA/cm^2", "0.1 s")
    assert 0.5 < found["closed_share_interface"] < 1.0
    assert found["force_balance_error"] < 1e-6


@pytest.mark.long
def test_rough_sides_of_tetrahedra_stay_in_balance(tmp_path: Path) -> None:
    """The same between tetrahedra."""
    found = _in_space(tmp_path, "rough", "4 mA/cm^2", "0.1 s", tetrahedra=True)
    assert 0.5 < found["closed_share_interface"] < 1.0
    assert found["force_balance_error"] < 1e-6


LAWS = ["frictionless", "{friction: {coefficient: 0.3}}", "rough",
        "{friction: {coefficient: 0.3, limit: 1 MPa}, adhesion: {traction: 1 MPa, opening: 2 nm}}"]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("current", ["4 mA/cm^2", "-4 mA/cm^2"])
def test_an_interface_parts_in_space(tmp_path: Path, law: str, current: str) -> None:
    """Plated and stripped for a second: in balance, without suction beyond the adhesion."""
    found = _in_space(tmp_path, law, current, "1 s")
    assert found["force_balance_error"] < 1e-6
    assert found["max_penetration_interface"] < 1e-2
    assert found["max_suction_interface_Pa"] <= (1.1e6 if "adhesion" in law else 0.0)
    parts = current.startswith("-") or "adhesion" not in law  # growth does not pull by 1 MPa anywhere
    assert (found["max_opening_interface_m"] > 1e-10) == parts
