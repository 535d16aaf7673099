"""What would hurt most if lost: a voltage gives a wrong current or stop pressure, or a step ends elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driven_cell import driven_cell
from mpi4py import MPI
from scipy.optimize import brentq
from two_layers import WIDTH, two_layers

from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.errors import CaseError, PlatingxError
from platingx.materials.kinetics import overpotential, thermal_voltage
from platingx.physics.region_fields import region_fields
from platingx.post.results import RunResults
from platingx.run.meshing import load_mesh
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder
from platingx.stepping.checkpoint_files import checkpoints
from platingx.verification.models.case_march import march_case

MURNAGHAN = """
  li:
    base: lithium_anand_narayan_2019
    elasticity: {pressure_law: murnaghan, bulk_modulus_derivative: 3.5}
  llzo: llzo"""
BULK, DERIVATIVE, MOLAR_VOLUME = 7.81e9 / (3.0 * (1.0 - 2.0 * 0.38)), 3.5, 13.0e-6
HOLD = [{"voltage": "0.2 V", "until": {"time": "4 s"}}]


def run(folder: Path, control: Any, end: str = "5 s", **changed: Any) -> RunResults:
    case = driven_cell(folder, control, end, materials=MURNAGHAN, **changed)
    return run_case(case, folder / "run", quiet=True)


def stop_pressure(term: str, voltage: float) -> float:
    """Pressure at which stress takes all of a voltage, Pa, of a metal under pressure alone (Murnaghan's law).

    Constant volume: p Vm/F. Consistent: free energy and p V of the compressed metal, psi(J) + J p(J) = F V/Vm.
    """
    density = FARADAY * voltage / MOLAR_VOLUME

    def pressure(ratio: float) -> float:
        return BULK / DERIVATIVE * (ratio**-DERIVATIVE - 1.0)

    def missing(ratio: float) -> float:
        energy = (ratio ** (1.0 - DERIVATIVE) - 1.0) / (DERIVATIVE - 1.0) - (1.0 - ratio)
        return BULK / DERIVATIVE * energy + ratio * pressure(ratio) - density

    return density if term == "constant_volume" else pressure(brentq(missing, 0.5, 1.0, xtol=1e-14))


def test_the_closed_form_is_that_of_the_tables() -> None:
    """1.4844 and 1.5798 GPa at 0.2 V, 4.8243 and 5.7272 GPa at 0.65 V."""
    found = [stop_pressure(term, volts) for volts in (0.2, 0.65) for term in ("constant_volume", "consistent")]
    assert found == pytest.approx([1.48439e9, 1.5798e9, 4.82427e9, 5.7272e9], rel=3e-5)


@pytest.mark.parametrize("term", ["constant_volume", "consistent", "normal_traction"])
def test_a_held_voltage_stops_at_its_pressure(tmp_path: Path, term: str) -> None:
    """In a closed gap. The lithium flows, so that all its stress is pressure but for about 1 MPa of 1.5 GPa."""
    result = run(tmp_path, HOLD, electrochemistry__electrode__stress_term=term)
    last = result.history.iloc[-1]
    wanted = stop_pressure("constant_volume" if term == "normal_traction" else term, 0.2)
    assert last["mean_pressure_li_Pa"] == pytest.approx(wanted, rel=1e-3)
    assert last["stress_overpotential_V"] == pytest.approx(0.2, rel=1e-3)
    assert last["voltage_V"] == pytest.approx(0.2, rel=1e-6)
    assert last["time_s"] == 4.0
    assert result.history["faraday_balance_error"].max() < 1e-12
    first = result.history.iloc[0]
    assert first["current_density_A_per_m2"] > 1000.0 > 10.0 > last["current_density_A_per_m2"] > 0.0


def test_the_parts_of_the_voltage_obey_their_laws(tmp_path: Path) -> None:
    """Ohm's, Butler's and Volmer's, and the counter electrode's, in every row."""
    cell = """
  electrolyte: {conductivity: 0.2 S/m, thickness: 600 um}
  counter: {potential: 0.62 V}
  electrode: {exchange_current_density: 40 A/m^2, alpha: 0.3, film_resistance: 2 ohm cm^2}"""
    result = run(tmp_path, [{"voltage": "0.9 V"}], "0.2 s", circuit=cell)
    rows = result.history
    current = rows["current_density_A_per_m2"].to_numpy()
    eta, _ = overpotential(current, 40.0, 0.3, thermal_voltage(298.15))
    assert rows["charge_transfer_overpotential_V"].to_numpy() == pytest.approx(eta, rel=1e-12)
    ohmic = (600e-6 / 0.2 + 2e-4) * current
    parts = 0.62 + ohmic + eta + rows["stress_overpotential_V"].to_numpy()
    assert rows["voltage_V"].to_numpy() == pytest.approx(parts, rel=1e-12)
    assert rows["voltage_V"].to_numpy() == pytest.approx(0.9, rel=2e-6)
    assert rows["capacity_C_per_m2"].to_numpy() == pytest.approx(np.cumsum(current * rows["dt_s"]), rel=1e-12)


def test_the_work_on_the_metal_is_that_of_the_source(tmp_path: Path) -> None:
    """What stress takes of the voltage, times the charge, is the work of growth: both by the trapezoidal rule.

    The work is that of both halves of the symmetric section.
    """
    rows = run(tmp_path, HOLD).history
    capacity, stress = (
        np.append(0.0, rows[name].to_numpy()) for name in ("capacity_C_per_m2", "stress_overpotential_V")
    )
    paid = 2.0 * WIDTH * 1e-9 * float(np.sum(np.diff(capacity) * (stress[1:] + stress[:-1]) / 2.0))
    assert paid == pytest.approx(rows["growth_work_J_per_m"].iloc[-1], rel=2e-3)


def test_a_held_current_grows_as_a_given_one(tmp_path: Path) -> None:
    """The same steps, the same stresses, with or without a circuit."""
    given = two_layers(tmp_path, "2 A/cm^2", "2 ms", materials__li__elasticity__pressure_law="hencky_kirchhoff")
    plain = run_case(given, tmp_path / "given", quiet=True).history
    case = driven_cell(
        tmp_path, ["Charge at 2 A/cm^2"], "2 ms", materials__li__elasticity__pressure_law="hencky_kirchhoff"
    )
    driven = run_case(case, tmp_path / "driven", quiet=True).history
    assert driven["time_s"].to_numpy() == pytest.approx(plain["time_s"].to_numpy(), rel=1e-13)
    for name in ("growth_stretch", "max_pressure_li_Pa", "max_principal_stress_llzo_Pa", "growth_work_J_per_m"):
        assert driven[name].to_numpy() == pytest.approx(plain[name].to_numpy(), rel=1e-7), name
    assert driven["newton_iterations"].sum() == plain["newton_iterations"].sum(), "one solution of the mechanics a step"


def test_the_pressure_converges_with_the_first_order_of_the_step(tmp_path: Path) -> None:
    """A current that is found at the end of each step is Euler's backward method."""
    found = []
    case = driven_cell(tmp_path, [{"voltage": "0.2 V"}], "0.2 s", materials=MURNAGHAN)
    loaded = load_mesh(case, MPI.COMM_SELF)
    for count in (10, 20, 40):
        ends = [0.2 * (k + 1) / count for k in range(count)]
        marched = march_case(case, loaded, tuple((0.2 / count, end) for end in ends))
        found.append(marched.history["mean_pressure_li"].iloc[-1])
    order = np.log2((found[1] - found[0]) / (found[2] - found[1]))
    assert 0.85 < order < 1.1


STEPS = [
    "Charge at 50 mA/cm^2 until 0.15 V",
    {"voltage": "0.15 V", "until": {"current_density": "20 mA/cm^2"}},
    "Rest for 50 ms",
    {"voltage": {"table": [["0 s", "0.12 V"], ["0.1 s", "0.18 V"]]}, "until": {"pressure": "1.25 GPa"}},
    "Discharge at 50 mA/cm^2 until 2 C/m^2",
    "Hold at 0.1 V until 1000 A/cm^2",
]
KEEP = {"output__checkpoint__every_steps": 1, "output__checkpoint__keep": 100}


@pytest.fixture(scope="module")
def cycled(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    return run(tmp_path_factory.mktemp("cycled"), STEPS, **KEEP)


def test_steps_end_where_they_say(cycled: RunResults) -> None:
    """Each at its value to 1e-6, hit by the step of the march that ends it; the next one begins there."""
    rows = cycled.history
    last = {number: part.iloc[-1] for number, part in rows.groupby("control_step")}
    assert list(last) == [1, 2, 3, 4, 5], "the current of the sixth lies below its end at once: it is passed over"
    assert last[1]["voltage_V"] == pytest.approx(0.15, rel=2e-6)
    assert last[2]["current_density_A_per_m2"] == pytest.approx(200.0, rel=2e-6)
    assert last[3]["time_s"] - last[2]["time_s"] == pytest.approx(0.05, rel=1e-9)
    assert last[4]["mean_pressure_li_Pa"] == pytest.approx(1.25e9, rel=2e-6)
    assert last[5]["step_capacity_C_per_m2"] == pytest.approx(2.0, rel=2e-6)
    assert last[5]["capacity_C_per_m2"] == pytest.approx(last[4]["capacity_C_per_m2"] - 2.0, rel=1e-6)
    resting = rows[rows["control_step"] == 3]
    assert (resting["current_density_A_per_m2"] == 0.0).all()
    assert resting["voltage_V"].to_numpy() == pytest.approx(resting["stress_overpotential_V"].to_numpy(), rel=1e-12)
    by = [record["by"] for record in cycled.summary["control"]]
    assert by == ["voltage", "current_density", "time", "pressure", "step_capacity", "current_density at once"]
    assert "the control ends: current_density at once" in cycled.summary["message"]


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_resumed_run_is_the_same_bit_for_bit(cycled: RunResults, tmp_path: Path, at: int) -> None:
    """From inside a step that holds a voltage, from its begin, and from inside a table of voltages."""
    rows = cycled.history
    inside = int(rows[rows["control_step"] == at].index[-1]) + (1 if at == 1 else 0)
    shutil.copytree(cycled.path.parent, tmp_path / "copy")
    folder = tmp_path / "copy"
    for path in checkpoints(folder / "run" / "checkpoint"):
        if int(path.name.removeprefix("step-")) > inside:
            shutil.rmtree(path)
    case = driven_cell(folder, STEPS, "5 s", materials=MURNAGHAN, **KEEP)
    again = run_case(case, folder / "run", resume=True, quiet=True)
    assert again.manifest["resumed"][-1]["from_step"] == inside
    assert (again.path / "history.csv").read_bytes() == (cycled.path / "history.csv").read_bytes()
    assert again.summary["control"] == cycled.summary["control"]


def test_strength_is_an_end_of_what_has_one(tmp_path: Path) -> None:
    """The step ends where the largest principal stress is that share of the strength of the ceramic."""
    steps = [{"current_density": "1 A/cm^2", "until": {"strength": 0.001}}]
    result = run(tmp_path, steps, "20 ms", side="free")
    share = result.history["max_principal_stress_llzo_Pa"].iloc[-1] / 16.1e9
    assert share == pytest.approx(0.001, rel=2e-6)


@pytest.mark.parametrize(
    ("until", "says"),
    [({"collector_force": "20 N"}, "in N/m"), ({"force_y_colector": "1 N/m"}, "this model has no force_y_colector")],
)
def test_ends_that_the_model_does_not_have(tmp_path: Path, until: Any, says: str) -> None:
    with pytest.raises(CaseError, match=says):
        run(tmp_path, [{"rest": True, "until": until}], "1 s")


@pytest.mark.mpi
def test_ranks_agree(tmp_path: Path) -> None:
    """Voltage and current of a held voltage, on all ranks and on one."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    steps = [{"voltage": "0.2 V", "until": {"pressure": "0.6 GPa"}}, "Rest for 1 ms"]
    alone = run_case(
        driven_cell(tmp_path / "own", steps, "5 s", materials=MURNAGHAN),
        tmp_path / "alone",
        quiet=True,
        comm=MPI.COMM_SELF,
    ).history
    case = comm.bcast(driven_cell(folder, steps, "5 s", materials=MURNAGHAN) if comm.rank == 0 else None, root=0)
    together = run_case(case, folder / "together", quiet=True).history
    assert len(together) == len(alone)
    for name in ("voltage_V", "current_density_A_per_m2", "capacity_C_per_m2", "mean_pressure_li_Pa"):
        assert together[name].to_numpy() == pytest.approx(alone[name].to_numpy(), rel=1e-12), name


CONDUCTING = """
  electrolyte: {conductivity: 1e-3 S/m}
  counter: {boundary: electrolyte_bottom, potential: 0.1 V}
  electrode: {charge_transfer_resistance: 5 ohm cm^2}"""
RESISTANCE = CONDUCTING.replace("conductivity: 1e-3 S/m", "area_resistance: 3e-4 ohm m^2").replace(
    "boundary: electrolyte_bottom, ", ""
)


def test_an_electrolyte_that_conducts_evenly_is_a_resistance(tmp_path: Path) -> None:
    """A plate of 300 nm with 1 mS/m: the same run as with 3e-4 ohm m2, and an even current; potential in the files."""
    steps = [{"voltage": "0.5 V", "until": {"pressure": "0.2 GPa"}}]
    field, number = (run(tmp_path / name, steps, circuit=cell) for name, cell in (("f", CONDUCTING), ("n", RESISTANCE)))
    rows, same = field.history, number.history
    assert len(rows) == len(same)
    for name in ("current_density_A_per_m2", "voltage_V", "capacity_C_per_m2", "charge_transfer_overpotential_V"):
        assert rows[name].to_numpy() == pytest.approx(same[name].to_numpy(), rel=2e-6), f"{name}: ends, settles to 1e-6"
    current = rows["current_density_A_per_m2"].to_numpy()
    for name in ("lowest_current_density_A_per_m2", "highest_current_density_A_per_m2"):
        assert rows[name].to_numpy() == pytest.approx(current, rel=1e-9)
    series = field.fields
    fields = series.at(-1, ["potential", "ionic_current", "ionic_current_density", "surface_overpotential"])
    nodes = np.unique(series.cells[series.region_mask("llzo")])
    assert np.min(fields["potential"][nodes]) == pytest.approx(-3e-4 * current[-1], rel=1e-9)
    assert fields["ionic_current"][nodes, 1] == pytest.approx(np.full(len(nodes), current[-1]), rel=1e-9), "upwards"
    assert fields["ionic_current_density"][nodes] == pytest.approx(fields["ionic_current"][nodes, 1], rel=1e-9)
    at_interface = np.min(fields["surface_overpotential"][nodes])
    assert at_interface == pytest.approx(rows["charge_transfer_overpotential_V"].iloc[-1], rel=2e-6)


def test_a_resumed_run_with_conduction_is_the_same_bit_for_bit(tmp_path: Path) -> None:
    """Current densities at points are no part of a checkpoint: the potential determines them."""
    steps = [{"voltage": "0.5 V", "until": {"pressure": "0.3 GPa"}}]
    settings = KEEP | {"solver__preset": "repeatable", "time__maximum_step": "10 ms"}
    whole = run(tmp_path / "whole", steps, circuit=CONDUCTING, **settings)
    shutil.copytree(whole.path.parent, tmp_path / "copy")
    newest, *_ = checkpoints(tmp_path / "copy" / "run" / "checkpoint")
    shutil.rmtree(newest)
    case = driven_cell(tmp_path / "copy", steps, "5 s", circuit=CONDUCTING, materials=MURNAGHAN, **settings)
    again = run_case(case, tmp_path / "copy" / "run", resume=True, quiet=True)
    assert (again.path / "history.csv").read_bytes() == (whole.path / "history.csv").read_bytes()


@pytest.mark.parametrize(
    ("boundary", "says"),
    [("collector", "the circuit is open: the boundary collector does not touch"), ("nowhere", "no boundary 'nowhere'")],
)
def test_an_open_circuit_is_told(tmp_path: Path, boundary: str, says: str) -> None:
    cell = CONDUCTING.replace("electrolyte_bottom", boundary)
    with pytest.raises(PlatingxError, match=says):
        run(tmp_path, HOLD, circuit=cell)


COARSE = [("geometry.mesh.refinement", "0.25"), ("output.figures", "false"), ("output.fields_every", "milestones")]


def shipped(name: str, folder: Path, *more: tuple[str, str]) -> RunResults:
    case = load_case(shipped_cases_folder() / f"{name}.yaml", [*COARSE, *more])
    return run_case(case, folder / name, quiet=True)


def test_the_missing_resistance_may_be_anywhere_in_a_circuit(tmp_path: Path) -> None:
    """The two cases at 3 V: 25 nA at the begin, and the same history but for the digits of the two resistances."""
    end = ("electrochemistry.control", "[{voltage: 3 V, until: {max_pressure_li: 0.6 GPa}}]")
    rows, film = (shipped(name, tmp_path, end).history for name in ("gao_eruption_3V", "gao_eruption_3V_film"))
    current, stress = rows["current_A"].to_numpy(), rows["stress_overpotential_V"].to_numpy()
    at_begin = current[0] + (current[0] - current[1]) * stress[0] / (stress[1] - stress[0])
    assert at_begin == pytest.approx(25e-9, rel=2e-3), "the current falls in proportion to what stress takes"
    assert rows["max_pressure_li_Pa"].iloc[-1] == pytest.approx(0.6e9, rel=2e-6)
    assert film["current_A"].to_numpy() == pytest.approx(current, rel=1e-3)


def test_stress_hardly_slows_soft_lithium(tmp_path: Path) -> None:
    """At 0.2 V with free sides: 17 mA/cm2, of which some 10 MPa take less than 1 %."""
    result = shipped("gao_flexible_0V2", tmp_path, ("electrochemistry.control", '["Hold at 0.2 V for 0.1 s"]'))
    last = result.history.iloc[-1]
    assert last["current_density_A_per_m2"] == pytest.approx(170.0, rel=0.01)
    assert 0.0 < last["stress_overpotential_V"] < 0.002


def test_a_voltage_lifts_a_sprung_tip_with_a_thousandth_of_itself(tmp_path: Path) -> None:
    """The same at 0.2 V under the flexible tip, whose force is that of its spring; soft at first, it goes upwards."""
    control = ("electrochemistry.control", '["Hold at 0.2 V for 20 ms"]')
    rows = shipped("gao_flexible_0V2_spring", tmp_path, control).history
    last = rows.iloc[-1]
    assert last["current_density_A_per_m2"] == pytest.approx(170.0, rel=0.01)
    assert 0.0 < last["stress_overpotential_V"] < 2e-4
    force = 2.6 / 200e-9 / 2.0 * last["displacement_y_tip_m"]  # N/m of the half that is modelled
    assert -last["contact_force_y_collector_N_per_m"] == pytest.approx(force, rel=1e-6)
    assert last["lift_over_spread_collector"] > 6.0


def test_a_current_with_its_own_columns(tmp_path: Path) -> None:
    """25 nA at the begin, as with the resistance elsewhere; the tip has 1.2 times the mean, and grows most."""
    end = ("electrochemistry.control", "[{voltage: 3 V, until: {max_pressure_li: 0.3 GPa}}]")
    rows = shipped("gao_eruption_3V_columns", tmp_path, end).history
    current, stress = rows["current_A"].to_numpy(), rows["stress_overpotential_V"].to_numpy()
    at_begin = current[0] + (current[0] - current[1]) * stress[0] / (stress[1] - stress[0])
    assert at_begin == pytest.approx(25e-9, rel=0.01)
    focused = rows["highest_current_density_A_per_m2"] / rows["current_density_A_per_m2"]
    assert 1.1 < focused.iloc[0] < 1.35
    assert rows["highest_column_ratio"].iloc[-1] > 1.4
    np.testing.assert_allclose(rows["deposited_volume_ratio"], 1.0, atol=1e-12)


def test_a_whisker_hardly_feels_its_stress(tmp_path: Path) -> None:
    """1.44 A/cm2 at 3 V; some 20 MPa of flow take a thousandth of the voltage."""
    rows = shipped("whisker_3V", tmp_path, ("time.end", "2 ms")).history
    assert rows["current_density_A_per_m2"].iloc[-1] == pytest.approx(1.44e4, rel=2e-3)
    assert 0.0 < rows["stress_overpotential_V"].iloc[-1] < 0.006


def test_the_pellet_of_the_impedance_plates(tmp_path: Path) -> None:
    """3.462 ohm cm2 of the contact, 69.23 of the face, of which charge transfer is 2 at small currents."""
    rows = shipped("pellet_impedance", tmp_path, ("time.end", "20 ms"), ("geometry.mesh.refinement", "1")).history
    thermal = thermal_voltage(298.15)
    transfer = 2.0 * thermal * np.arcsinh(0.5 * 50.0 * 2e-4 / thermal)
    assert rows["voltage_V"].iloc[0] == pytest.approx(50.0 * 1.4616e-4 + transfer, rel=1e-3)


def test_a_step_that_may_be_over_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end that is asked for and the row of the history are found from the same nodal fields."""
    seen: list[str] = []

    def counting(solid: Any, recovery: Any, displacement: Any) -> Any:
        seen.append(solid.region.name)
        return region_fields(solid, recovery, displacement)

    monkeypatch.setattr("platingx.physics.region_fields.region_fields", counting)
    result = run(tmp_path, [{"voltage": "0.5 V", "until": {"pressure": "0.3 GPa"}}])
    counts = result.history["rejected_attempts"].sum() + len(result.history) + 1
    assert {name: seen.count(name) for name in set(seen)} == {"li": counts, "llzo": counts}, "1: the state at rest"
    assert result.history["mean_pressure_li_Pa"].iloc[-1] == pytest.approx(0.3e9, rel=2e-6)
