"""What would hurt most if lost: tools that give way are in balance with springs and forces, before first touch too."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from touching_layers import last, layers
from two_layers import two_layers

from platingx.post.history import read_history
from platingx.run.runner import run_case

DEPTH = 1e-6
PRESETS = ["direct", "iterative"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_lid_on_a_spring_is_a_collector_on_a_spring(preset: str, tmp_path: Path) -> None:
    """Nothing slips in a closed gap: motion and force of the bonded body; and F = k u."""
    drive = {"y": {"spring": "2e5 N/m"}, "depth": "1 um"}
    (tmp_path / "touching").mkdir()
    lid = layers(tmp_path / "touching", tools__lid={"shape": "flat", **drive}, solver__preset=preset)
    run_case(lid, tmp_path / "a", quiet=True)
    (tmp_path / "bonded").mkdir()
    case = two_layers(tmp_path / "bonded", "1 A/cm^2", "20 ms", time__maximum_growth_increment=0.02)
    run_case(case.with_values({"constraints.collector": drive}), tmp_path / "b", quiet=True)
    found, expected = last(tmp_path / "a"), last(tmp_path / "b")
    motion = found["displacement_y_lid_m"]
    assert motion == pytest.approx(expected["displacement_y_collector_m"], rel=1e-3)
    assert found["collector_force_N_per_m"] == pytest.approx(expected["collector_force_N_per_m"], rel=1e-3)
    assert found["collector_force_N_per_m"] == pytest.approx(2e5 / DEPTH * motion, rel=1e-6)
    assert found["energy_balance_error"] < 0.05
    assert found["force_balance_error"] < 1e-6


def work_that_is_missing(folder: Path, **changed: Any) -> float:
    """What the work on the body lacks of what spring and contact have taken up, over the work."""
    lid = {"shape": "flat", "y": {"spring": "2e5 N/m"}, "depth": "1 um"}
    folder.mkdir()
    run_case(layers(folder, end="10 ms", tools__lid=lid, **changed), folder / "run", quiet=True)
    found = last(folder / "run")
    spring = 0.5 * 2e5 / DEPTH * found["displacement_y_lid_m"] ** 2
    contact = sum(2.0 * found[f"{name}_collector_J_per_m"] for name in ("friction_work", "interface_work"))  # a half
    assert abs(found["energy_balance_error"]) < 1e-3
    return abs(1.0 + (spring + contact) / found["external_work_J_per_m"])


def test_work_goes_into_the_spring_and_into_friction(tmp_path: Path) -> None:
    """Without slip to the digits of the steps; heat of friction is of the first order in the step."""
    assert work_that_is_missing(tmp_path / "closed") < 1e-4
    rubs = {"side": "free", "contact__collector": {"tool": "lid", "friction": {"coefficient": 0.3}}}
    errors = [
        work_that_is_missing(tmp_path / size, time__initial_step=size, time__maximum_step=size, **rubs)
        for size in ("1 ms", "0.5 ms")
    ]
    assert errors[0] < 0.06
    assert 0.4 * errors[0] < errors[1] < 0.6 * errors[0]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_stack_pressure_by_contact(preset: str, tmp_path: Path) -> None:
    """A lid that only a pressure holds, from first touch on; it is lifted by what grows."""
    lid = {"shape": "flat", "y": {"pressure": "3 MPa"}}
    run_case(layers(tmp_path, tools__lid=lid, solver__preset=preset), tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    assert np.asarray(history["collector_force_N_per_m"]) == pytest.approx(3e6 * 800e-9, rel=1e-6)
    lift = np.asarray(history["displacement_y_lid_m"], dtype=float)
    deposit = np.asarray(history["deposited_thickness_m"], dtype=float)
    assert lift[-1] == pytest.approx(deposit[-1], rel=0.02)


def test_a_tip_falls_onto_the_metal_and_stays(tmp_path: Path) -> None:
    """A parabola under a constant force starts 20 nm above: brought into touch, then in balance in every step."""
    tip = {
        "shape": {"kind": "parabola", "radius": "2 um"},
        "at": ["0 nm", "120 nm"],
        "y": {"force": "-0.2 uN"},
        "depth": "1 um",
    }
    contact = {"tool": "lid", "friction": {"coefficient": 0.3}}
    run_case(
        layers(tmp_path, "4 mA/cm^2", "0.1 s", tools__lid=tip, contact__collector=contact), tmp_path / "run", quiet=True
    )
    history = read_history(tmp_path / "run")
    assert np.asarray(history["collector_force_N_per_m"]) == pytest.approx(0.2e-6 / DEPTH, rel=1e-6)
    assert (np.asarray(history["displacement_y_lid_m"]) < -19e-9).all()
    assert (np.asarray(history["closed_share_collector"]) > 0.0).all()


def test_a_stiff_spring_is_a_fixed_tool(tmp_path: Path) -> None:
    """Pressure, slip and force to 0.1 %, with a side that is free to slip out."""
    more = {"side": "free", "contact__collector": {"tool": "lid", "friction": {"coefficient": 0.3}}, "end": "10 ms"}
    fixed = layers(tmp_path, **more)
    run_case(fixed, tmp_path / "fixed", quiet=True)
    stiff = {"shape": "flat", "y": {"spring": "1e9 N/m"}, "x": {"spring": "1e9 N/m"}, "depth": "1 um"}
    run_case(fixed.with_values({"tools.lid": stiff}), tmp_path / "stiff", quiet=True)
    found, expected = last(tmp_path / "stiff"), last(tmp_path / "fixed")
    for name in ("max_pressure_li_Pa", "collector_force_N_per_m", "max_slip_collector_m"):
        assert found[name] == pytest.approx(expected[name], rel=1e-3), name


@pytest.mark.mpi
def test_springs_on_ranks(tmp_path: Path) -> None:
    """The same motion on any number of ranks as on one."""
    folder = Path(MPI.COMM_WORLD.bcast(str(tmp_path), root=0))
    drive = {"shape": "flat", "y": {"spring": "2e5 N/m"}, "x": {"spring": "10 N/m"}, "depth": "1 um"}
    contact = {"tool": "lid", "friction": {"coefficient": 0.3}}
    cases = {}
    for name, comm in (("all", MPI.COMM_WORLD), ("one", MPI.COMM_SELF)):
        here = folder / (name if comm.size > 1 or name == "all" else f"{name}-{MPI.COMM_WORLD.rank}")
        if MPI.COMM_WORLD.rank == 0 or comm is MPI.COMM_SELF:
            here.mkdir(exist_ok=True)
        MPI.COMM_WORLD.Barrier()
        case = layers(here, end="5 ms", tools__lid=drive, contact__collector=contact)
        run_case(case, here / "run", quiet=True, comm=comm)
        MPI.COMM_WORLD.Barrier()
        cases[name] = last(here / "run")
    for column in ("displacement_y_lid_m", "contact_force_y_collector_N_per_m", "max_pressure_li_Pa"):
        assert cases["all"][column] == pytest.approx(cases["one"][column], rel=1e-6), column
    along, across = (abs(cases["all"][f"contact_force_{axis}_collector_N_per_m"]) for axis in "xy")
    assert along < 1e-12 * across
