"""Conditions on boundaries by their names, against closed forms of an elastic block in uniaxial strain.

What would hurt most if lost: a boundary that is held, moved or pressed otherwise than the case says.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_cell import LAYER, PLATE, SUPPORT, WIDTH, write_case

from platingx.cli.main import execute
from platingx.config.loader import case_from_dict, load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import CaseError, MeshError, PlatingxError
from platingx.post.results import RunResults
from platingx.run.runner import run_case

ROOT = Path(__file__).parents[2]
YOUNG, POISSON = 20e9, 0.3
MODULUS = YOUNG * (1 - POISSON) / ((1 + POISSON) * (1 - 2 * POISSON))
HEIGHT = (SUPPORT + PLATE + LAYER) * 1e-9
ELASTIC = f"elasticity: {{young_modulus: {YOUNG / 1e9} GPa, poisson_ratio: {POISSON}}}"
SMALL = 2e-4
"""Deviation of finite strain from the closed form: strains are below 1e-4."""
SIDES = "  mitte: roller\n  wand: roller\n"


def run(folder: Path, conditions: str, **values: str) -> RunResults:
    """The cell with one elastic material everywhere, and next to no growth."""
    metal = f"{{{ELASTIC}, molar_volume: 10 cm^3/mol}}"
    path = write_case(folder, conditions, f"{{{ELASTIC}, role: other}}", metal, f"{{{ELASTIC}}}")
    given = {"growth.current_density": "1e-9 A/cm^2", "output.figures": "false"} | values
    return run_case(load_case(path, list(given.items())), folder / "out", quiet=True)


def test_a_boundary_moves_at_its_rate_and_both_ends_feel_the_same_force(tmp_path: Path) -> None:
    history = run(tmp_path, f"  unten: roller\n{SIDES}  deckel: {{y: {{rate: -20 nm/s}}}}").history
    strain = 20e-9 * history["time_s"] / HEIGHT
    expected = MODULUS * strain * WIDTH * 1e-9
    np.testing.assert_allclose(history["force_y_deckel_N_per_m"], -expected, rtol=SMALL)
    np.testing.assert_allclose(history["force_y_unten_N_per_m"], expected, rtol=SMALL)
    across = POISSON / (1 - POISSON) * MODULUS * strain * HEIGHT
    np.testing.assert_allclose(history["force_x_wand_N_per_m"], -across, rtol=SMALL)
    np.testing.assert_allclose(history["force_x_deckel_N_per_m"], 0.0, atol=1e-9 * expected.max())


def test_a_boundary_follows_its_table_and_steps_end_at_its_points(tmp_path: Path) -> None:
    table = "{table: [[0 s, 0 nm], [0.7 ms, -0.04 nm], [1.3 ms, 0 nm]]}"
    history = run(tmp_path, f"  unten: fixed\n{SIDES}  deckel: {{x: 0, y: {table}}}").history
    times = history["time_s"].to_numpy()
    assert {0.7e-3, 1.3e-3} <= set(times)
    moved = np.interp(times, [0.0, 0.7e-3, 1.3e-3], [0.0, -0.04e-9, 0.0])
    expected = MODULUS * moved / HEIGHT * WIDTH * 1e-9
    np.testing.assert_allclose(history["force_y_deckel_N_per_m"], expected, atol=SMALL * np.abs(expected).max())


@pytest.mark.parametrize("load", ["{pressure: 1 MPa}", "{traction: {y: -1 MPa}}"])
def test_pressure_and_traction_press_with_their_area(tmp_path: Path, load: str) -> None:
    result = run(tmp_path, f"  unten: roller\n{SIDES}  deckel: {load}")
    last = result.history.iloc[-1]
    assert last["force_y_deckel_N_per_m"] == pytest.approx(-1e6 * WIDTH * 1e-9, rel=1e-9)
    assert last["force_y_unten_N_per_m"] == pytest.approx(1e6 * WIDTH * 1e-9, rel=SMALL)
    mean = 1e6 * (1 + POISSON) / (3 * (1 - POISSON))
    assert last["mean_pressure_natrium_Pa"] == pytest.approx(mean, rel=SMALL)
    assert last["force_balance_error"] < 1e-6
    assert result.summary["warnings"] == []


def test_a_pressure_over_time_does_its_work(tmp_path: Path) -> None:
    """A pressure that rises linearly stores half of pressure times displacement."""
    pressure = "{pressure: {table: [[0 s, 0 MPa], [2 ms, 2 MPa]]}}"
    last = run(tmp_path, f"  unten: roller\n{SIDES}  deckel: {pressure}").history.iloc[-1]
    stored = 0.5 * 2e6**2 / MODULUS * HEIGHT * WIDTH * 1e-9
    assert last["stored_energy_J_per_m"] == pytest.approx(stored, rel=1e-3)
    assert last["external_work_J_per_m"] == pytest.approx(stored, rel=1e-3)


REFUSED = [
    (f"  unten: roller\n{SIDES}  dekel: fixed", MeshError, "no boundary 'dekel'", "is it 'deckel'?"),
    (f"  unten: roller\n{SIDES}  grenze: roller", MeshError, "is held along its normal", "grenze: fixed"),
    (f"  unten: roller\n{SIDES}  grenze: {{pressure: 1 MPa}}", CaseError, "lie inside the body", "on the outside"),
    (f"  unten: roller\n{SIDES}  deckel: {{z: 0}}", CaseError, "no component z", "x and y"),
    (f"{SIDES}  deckel: {{pressure: 1 MPa}}", CaseError, "it can move along y", "boundary_conditions: {NAME: fixed}"),
]  # fmt: skip


@pytest.mark.parametrize(("conditions", "kind", "message", "remedy"), REFUSED)
def test_what_cannot_be_is_refused(
    tmp_path: Path, conditions: str, kind: type[PlatingxError], message: str, remedy: str
) -> None:
    with pytest.raises(kind) as caught:
        run(tmp_path, conditions)
    assert message in str(caught.value)
    assert remedy in str(caught.value)
    if kind is CaseError and "NAME" not in remedy:
        assert "case.yaml:" in str(caught.value)


def test_short_words_step_back_where_a_boundary_has_its_own_condition() -> None:
    own = [("boundary_conditions", "{collector: {x: 0, y: {rate: 1 nm/s}}}"), ("constraints.collector", "null")]
    built = load_case(ROOT / "cases" / "low_rate.yaml", own)
    assert (built.constraints.collector.hold, built.constraints.electrolyte_bottom) == ("free", "roller")
    plain = load_case(ROOT / "cases" / "low_rate.yaml")
    assert plain.constraints.collector.hold == "rigid"


def test_in_a_mesh_file_only_what_is_written_counts(tmp_path: Path) -> None:
    case = load_case(write_case(tmp_path))
    assert {case.constraints.collector.hold, case.constraints.electrolyte_bottom} == {"free"}
    case = load_case(write_case(tmp_path), [("constraints.electrolyte_bottom", "clamped")])
    assert case.constraints.electrolyte_bottom == "clamped"


def test_the_resolved_case_is_the_same_case(tmp_path: Path) -> None:
    conditions = (
        "  unten: fixed\n  mitte: roller\n  wand: {x: 1 nm, pressure: {table: [[0 s, 0 MPa], [1 ms, 2 MPa]]}}\n"
        "  deckel: {y: {rate: 2 nm/s}, traction: {x: 3 MPa}}"
    )
    case = load_case(write_case(tmp_path, conditions))
    (tmp_path / "again.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_case(tmp_path / "again.yaml")
    assert fingerprint(again) == fingerprint(case)
    assert again.boundary_conditions["wand"].pressure.at(0.5e-3) == pytest.approx(1e6)
    assert again.boundary_conditions["deckel"].moves["y"].at(2.0) == pytest.approx(4e-9)


def test_python_gives_them_too(tmp_path: Path) -> None:
    path = write_case(tmp_path)
    case = load_case(path).with_values({"boundary_conditions": {"deckel": "fixed", "unten": {"y": 0, "x": "5 nm"}}})
    assert case.boundary_conditions["unten"].moves["x"].at(1.0) == 5e-9
    data = {"boundary_conditions": {"unten": "rolller"}}
    with pytest.raises(CaseError, match="'rolller' is no condition of a boundary"):
        case_from_dict(data)
    assert execute(["validate", str(path)]) == 0


@pytest.mark.parametrize(("name", "refinement"), [("eruption", "0.2"), ("eruption_3d", "0.3")])
def test_conditions_by_name_are_those_of_the_short_words(tmp_path: Path, name: str, refinement: str) -> None:
    """Rollers and the collector of a shipped case, by word and by name: equal to the last digit."""
    common = [("geometry.mesh.refinement", refinement), ("time.end", "0.3 ms"), ("output.figures", "false")]
    words = load_case(ROOT / "cases" / f"{name}.yaml", common)
    named = [
        ("constraints", "null"),
        ("boundary_conditions", "{electrolyte_bottom: roller, electrolyte_side: roller, collector: fixed}"),
        ("constraints.metal_side", "wall"),
    ]
    by_name = load_case(ROOT / "cases" / f"{name}.yaml", common + named)
    assert by_name.constraints.electrolyte_side == "free"
    first, second = (run_case(case, tmp_path / f"{i}", quiet=True).history for i, case in enumerate((words, by_name)))
    assert {f"force_y_{boundary}" for boundary in by_name.boundary_conditions} <= {c.split("_N")[0] for c in second}
    for column in first:
        np.testing.assert_array_equal(first[column], second[column], err_msg=column)
