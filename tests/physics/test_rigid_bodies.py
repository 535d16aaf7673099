"""What would hurt most if lost: a body that moves is in balance with its spring and its load, against closed forms.

An elastic block between bodies, sides on rollers: modulus M, height H, width W. Strains are below 1e-4, so that the
closed forms of small strain hold to some 1e-4; balances hold to round-off.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from foreign_cell import LAYER, PLATE, SUPPORT, WIDTH, write_case
from mpi4py import MPI
from resumed_runs import copy_back_to

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import PlatingxError
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.stepping.checkpoint_files import checkpoints
from platingx_meshes.block3d import Block3D, build_block3d

CASES = Path(__file__).parents[2] / "cases"
YOUNG, POISSON, DEPTH = 20e9, 0.3, 200e-9
MODULUS = YOUNG * (1 - POISSON) / ((1 + POISSON) * (1 - 2 * POISSON))
HEIGHT, BREADTH = (SUPPORT + PLATE + LAYER) * 1e-9, WIDTH * 1e-9
BLOCK = MODULUS * BREADTH / HEIGHT  # stiffness of a metre of depth, N/m2
SMALL = 2e-4
SIDES = "  mitte: roller\n  wand: roller\n"


def cell(folder: Path, conditions: str, poisson: float = POISSON) -> Path:
    """The cell with one elastic material everywhere; it grows next to nothing."""
    elastic = f"elasticity: {{young_modulus: {YOUNG / 1e9} GPa, poisson_ratio: {poisson}}}"
    metal = f"{{{elastic}, molar_volume: 10 cm^3/mol}}"
    return write_case(folder, conditions, f"{{{elastic}, role: other}}", metal, f"{{{elastic}}}")


def run(folder: Path, conditions: str, poisson: float = POISSON, **values: str) -> RunResults:
    given = {"growth.current_density": "1e-12 A/cm^2", "output.figures": "false"} | values
    return run_case(load_case(cell(folder, conditions, poisson), list(given.items())), folder / "out", quiet=True)


def shared(folder: Path) -> Path:
    """The folder of rank 0, on all ranks."""
    return Path(MPI.COMM_WORLD.bcast(str(folder)))


def energies(row: pd.Series) -> tuple[float, float, float]:
    return row["external_work_J_per_m"], row["stored_energy_J_per_m"], row["spring_energy_J_per_m"]


def test_block_between_a_moved_side_and_a_spring(tmp_path: Path) -> None:
    """Two springs in a row: u = b K/(K + k), and the work is that of both."""
    spring = 0.7 * BLOCK * DEPTH
    body = f"  deckel: {{body: {{y: {{spring: {spring!r} N/m}}, depth: {DEPTH!r} m}}}}"
    results = run(tmp_path, f"  unten: {{y: {{rate: 20 nm/s}}}}\n{SIDES}{body}")
    history = results.history
    moved = history["displacement_y_deckel_m"]
    np.testing.assert_allclose(moved, 20e-9 * history["time_s"] / 1.7, rtol=SMALL)
    np.testing.assert_allclose(history["force_y_deckel_N_per_m"], -spring / DEPTH * moved, rtol=1e-10)
    work, stored, sprung = energies(history.iloc[-1])
    assert sprung == pytest.approx(0.5 * spring / DEPTH * moved.iloc[-1] ** 2, rel=1e-12)
    assert work == pytest.approx(stored + sprung, rel=1e-3)
    assert work == pytest.approx(0.5 * BLOCK * 0.7 / 1.7 * (20e-9 * 2e-3) ** 2, rel=1e-3)
    assert results.summary["balances"]["energy"]["worst"] < 1e-3
    assert results.summary["warnings"] == []


def test_a_spring_on_a_moving_base_is_the_same_the_other_way_round(tmp_path: Path) -> None:
    """The base is pushed down: u = b k/(K + k); its work is stored in block and spring."""
    spring = 0.7 * BLOCK * DEPTH
    drive = f"{{spring: {spring!r} N/m, base: {{rate: -20 nm/s}}}}"
    history = run(tmp_path, f"  unten: roller\n{SIDES}  deckel: {{body: {{y: {drive}, depth: {DEPTH!r} m}}}}").history
    moved, base = history["displacement_y_deckel_m"], -20e-9 * history["time_s"]
    np.testing.assert_allclose(moved, base * 0.7 / 1.7, rtol=SMALL)
    np.testing.assert_allclose(history["force_y_deckel_N_per_m"], -spring / DEPTH * (moved - base), rtol=1e-10)
    work, stored, sprung = energies(history.iloc[-1])
    assert work == pytest.approx(stored + sprung, rel=1e-3)
    assert work == pytest.approx(0.5 * BLOCK * 0.7 / 1.7 * base.iloc[-1] ** 2, rel=1e-3)


@pytest.mark.parametrize("spring", ["", "spring: 1e-3 N/m, "])
@pytest.mark.parametrize(
    ("load", "depth"),
    [
        ("pressure: {table: [[0 s, 0 MPa], [1 ms, 2 MPa], [2 ms, 1 MPa]]}", ""),
        ("force: {table: [[0 s, 0 nN], [1 ms, -160 nN], [2 ms, -80 nN]]}", f", depth: {DEPTH!r} m"),
    ],
)
def test_stack_pressure_and_force(load: str, depth: str, spring: str, tmp_path: Path) -> None:
    """The force is the pressure times the width, and the metal has the pressure of uniaxial strain."""
    if spring and not depth:
        depth = f", depth: {DEPTH!r} m"
    body = f"  deckel: {{body: {{y: {{{spring}{load}}}{depth}}}}}"
    results = run(tmp_path, f"  unten: roller\n{SIDES}{body}")
    history = results.history
    applied = np.interp(history["time_s"], [0.0, 1e-3, 2e-3], [0.0, 2e6, 1e6]) * BREADTH
    assert 1e-3 in set(history["time_s"])
    held = 1e-3 / DEPTH * history["displacement_y_deckel_m"] if spring else 0.0
    np.testing.assert_allclose(history["force_y_deckel_N_per_m"], -applied - held, rtol=1e-10)
    last = history.iloc[-1]
    mean = 1e6 * (1 + POISSON) / (3 * (1 - POISSON))
    assert last["mean_pressure_natrium_Pa"] == pytest.approx(mean, rel=SMALL if not spring else 1e-3)
    moved = last["displacement_y_deckel_m"]
    assert moved == pytest.approx(-1e6 * BREADTH / BLOCK, rel=SMALL if not spring else 1e-3)
    assert last["external_work_J_per_m"] == pytest.approx(-0.5 * applied[-1] * moved, rel=1e-3)
    assert results.summary["balances"]["energy"]["worst"] < 1e-3


@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_a_moved_body_is_a_moved_boundary(preset: str, tmp_path: Path) -> None:
    course = "{table: [[0 s, 0 nm], [0.7 ms, -0.04 nm], [2 ms, 0.01 nm]]}"
    preset_of = {"solver.preset": preset}
    one = run(tmp_path / "a", f"  unten: roller\n{SIDES}  deckel: {{body: {{y: {{motion: {course}}}}}}}", **preset_of)
    two = run(tmp_path / "b", f"  unten: roller\n{SIDES}  deckel: {{x: 0, y: {course}}}", **preset_of)
    assert set(one.history["time_s"]) == set(two.history["time_s"])
    for name in ("force_y_deckel_N_per_m", "max_pressure_natrium_Pa", "external_work_J_per_m", "stored_energy_J_per_m"):
        np.testing.assert_allclose(one.history[name], two.history[name], rtol=1e-6)
    expected = np.interp(one.history["time_s"], [0.0, 0.7e-3, 2e-3], [0.0, -0.04e-9, 0.01e-9])
    np.testing.assert_allclose(one.history["displacement_y_deckel_m"], expected, rtol=1e-12)


@pytest.mark.parametrize("drive", ["moment", "spring", "motion"])
def test_bending_of_a_block_by_the_turn_of_its_lid(drive: str, tmp_path: Path) -> None:
    """Without lateral strain (nu = 0) a moment bends the block to an arc: turn M H/(E I), shift -turn H/2."""
    second, turn = BREADTH**3 / 12.0 * DEPTH, 2e-5
    moment = YOUNG * second / HEIGHT * turn
    turned = {
        "moment": f"{{moment: {moment!r} N*m}}, depth: {DEPTH!r} m",
        "spring": f"{{spring: {moment / turn!r} N*m, moment: {2 * moment!r} N*m}}, depth: {DEPTH!r} m",
        "motion": f"{{motion: {turn!r} rad}}",
    }[drive]
    body = f"  deckel: {{body: {{x: free, y: free, turn_z: {turned}}}}}"
    last = run(tmp_path, f"  unten: fixed\n{body}", poisson=0.0).history.iloc[-1]
    assert last["turn_z_deckel_rad"] == pytest.approx(turn, rel=SMALL)
    assert last["displacement_x_deckel_m"] == pytest.approx(-0.5 * turn * HEIGHT, rel=SMALL)
    assert abs(last["displacement_y_deckel_m"]) < 1e-4 * turn * BREADTH
    assert abs(last["force_x_deckel_N_per_m"]) < 1e-10 * moment / DEPTH / HEIGHT
    sprung = last["spring_energy_J_per_m"] if drive != "motion" else 0.0
    assert last["external_work_J_per_m"] == pytest.approx(last["stored_energy_J_per_m"] + sprung, rel=1e-3)


@pytest.mark.mpi
@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_bending_in_space(cell: str, axis: str, tmp_path: Path) -> None:
    """The same of a square column, by the iterative solver: turn M H/(E I) about each axis, and shift of the lid."""
    width, height, turn, other = 200e-9, 400e-9, 2e-5, "y" if axis == "x" else "x"
    folder = shared(tmp_path)
    moment = YOUNG * width**4 / 12.0 / height * turn
    text = COLUMN.format(young=YOUNG, axis=axis, other=other, moment=moment)
    if MPI.COMM_WORLD.rank == 0:
        build_block3d(Block3D(width, width, height, 1, 1, 2, cell=cell)).write_msh(folder / "column.msh")
        (folder / "case.yaml").write_text(text, encoding="utf-8")
    MPI.COMM_WORLD.barrier()
    results = run_case(load_case(folder / "case.yaml"), folder / "out", quiet=True)
    last = results.history.iloc[-1]
    assert last[f"turn_{axis}_top_rad"] == pytest.approx(turn, rel=SMALL)
    sign = -1.0 if axis == "x" else 1.0
    assert last[f"displacement_{other}_top_m"] == pytest.approx(sign * 0.5 * turn * height, rel=SMALL)
    assert abs(last[f"turn_{other}_top_rad"]) < 1e-6 * turn
    assert last["external_work_J"] == pytest.approx(last["stored_energy_J"], rel=1e-3)


COLUMN = """\
name: column
geometry: {{builder: file, path: column.msh}}
materials: {{li: {{elasticity: {{young_modulus: {young!r} Pa, poisson_ratio: 0}}, molar_volume: 10 cm^3/mol}}}}
growth: {{interface: bottom, direction: {{vector: [0, 0, 1]}}, current_density: 1e-12 A/cm^2}}
boundary_conditions:
  bottom: fixed
  top:
    body:
      {{x: free, y: free, z: free, turn_{other}: free, turn_z: free, turn_{axis}: {{moment: {moment!r} N*m}}}}
time: {{end: 1 s, initial_step: 1 s, maximum_step: 1 s}}
solver: {{preset: iterative}}
output: {{figures: false}}
"""

FLAT = (
    ("geometry.pit.depth", "0.8 nm"),
    ("geometry.collector", "{shape: flat, radius: null}"),
    ("geometry.mesh.refinement", "0.3"),
    ("time.end", "1 ms"),
    ("output.figures", "false"),
)
TIGHT = ("solver.newton.relative_tolerance", "1e-11")
HALF = 800e-9
STIFF = 20e15  # Pa/m
SPRING = "{y: {spring: 20 N/m}, depth: 1 um}"


def flat(body: str, *values: tuple[str, str], name: str = "eruption") -> Case:
    return load_case(CASES / f"{name}.yaml", [*FLAT, ("constraints.collector", body), *values])


@pytest.mark.mpi
@pytest.mark.parametrize("symmetry", ["plane_strain", "axisymmetric"])
def test_a_collector_that_the_plane_of_symmetry_cuts(symmetry: str, tmp_path: Path) -> None:
    """The force is that of the whole, and a stiffness per area that of its whole area."""
    plane = symmetry == "plane_strain"
    area = 2 * HALF if plane else math.pi * HALF**2
    whole = f"{{spring: {STIFF * area * (200e-9 if plane else 1.0)!r} N/m}}{', depth: 200 nm' if plane else ''}"
    ends = []
    for number, drive in enumerate((f"{{spring: {{per_area: {STIFF!r} Pa/m}}}}", whole)):
        case = flat(f"{{y: {drive}}}", ("geometry.symmetry", symmetry), TIGHT)
        last = run_case(case, shared(tmp_path) / str(number), quiet=True).history.iloc[-1]
        ends.append(last["displacement_y_collector_m"])
        assert ends[-1] > 1e-10
        force = last["collector_force_N_per_m" if plane else "collector_force_N"]
        assert force == pytest.approx(STIFF * area * ends[-1], rel=1e-10)
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)


@pytest.mark.parametrize("symmetry", ["plane_strain", "axisymmetric"])
def test_stack_pressure_is_the_pressure_of_the_metal(symmetry: str, tmp_path: Path) -> None:
    """Between flat faces and walls elastic metal is in uniaxial strain under p, whatever it grows by."""
    drive = "{y: {pressure: {table: [[0 s, 1 MPa], [0.5 ms, 5 MPa]]}}}"
    case = flat(drive, ("geometry.symmetry", symmetry), ("materials.li.viscoplasticity", "{law: none}"), TIGHT)
    last = run_case(case, tmp_path / "run", quiet=True).history.iloc[-1]
    plane = symmetry == "plane_strain"
    area = 2 * HALF if plane else math.pi * HALF**2
    force = last["collector_force_N_per_m" if plane else "collector_force_N"]
    assert force == pytest.approx(5e6 * area, rel=1e-10)
    poisson = float(case.materials["li"].elasticity.poisson_ratio)
    mean = 5e6 * (1 + poisson) / (3 * (1 - poisson))
    assert last["mean_pressure_li_Pa"] == pytest.approx(mean, rel=5e-3)
    grown = last["deposited_thickness_m"]
    squeezed = 5e6 * ((100e-9 + grown) / _uniaxial(case, "li") + 1000e-9 / _uniaxial(case, "llzo"))
    assert last["displacement_y_collector_m"] == pytest.approx(grown - squeezed, rel=2e-4)


def _uniaxial(case: Case, region: str) -> float:
    """Modulus of uniaxial strain, Pa."""
    elasticity = case.materials[region].elasticity
    young, poisson = float(elasticity.young_modulus), float(elasticity.poisson_ratio)
    return young * (1 - poisson) / ((1 + poisson) * (1 - 2 * poisson))


def test_quarter_model_in_space(tmp_path: Path) -> None:
    """The same with two planes of symmetry and the iterative solver."""
    values = (("solver.preset", "iterative"), ("geometry.mesh.refinement", "0.4"), TIGHT)
    case = flat("{z: {spring: 5000 N/m}}", *values, name="eruption_3d")
    last = run_case(case, tmp_path / "run", quiet=True).history.iloc[-1]
    moved = last["displacement_z_collector_m"]
    assert moved > 1e-11
    assert last["collector_force_N"] == pytest.approx(5000.0 * moved, rel=1e-10)
    assert last["spring_energy_J"] == pytest.approx(2500.0 * moved**2, rel=1e-10)
    assert last["energy_balance_error"] < 1e-3


def test_a_run_ends_where_the_collector_has_moved_far_enough(tmp_path: Path) -> None:
    """At a displacement and at a force, which are one and the same."""
    ends = []
    for number, until in enumerate(("{displacement_y_collector: 50 pm}", "{collector_force: 1 mN/m}")):
        results = run_case(flat(SPRING, ("time.until", until)), tmp_path / str(number), quiet=True)
        ends.append(results.history.iloc[-1])
    for end in ends:
        assert end["displacement_y_collector_m"] == pytest.approx(50e-12, rel=2e-6)
        assert end["time_s"] < 1e-3
    assert ends[0]["time_s"] == pytest.approx(ends[1]["time_s"], rel=1e-5)


@pytest.mark.mpi
@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_the_same_on_any_number_of_ranks(preset: str, tmp_path: Path) -> None:
    """As of one rank with the direct solver; the force is that of the spring."""
    folder = shared(tmp_path)
    case = flat(SPRING, ("solver.preset", preset), TIGHT)
    last = run_case(case, folder / "run", quiet=True).history.iloc[-1]
    alone = run_case(flat(SPRING, TIGHT), tmp_path / "alone", quiet=True, comm=MPI.COMM_SELF).history.iloc[-1]
    moved = last["displacement_y_collector_m"]
    assert last["collector_force_N_per_m"] == pytest.approx(2e7 * moved, rel=1e-10)
    assert last["energy_balance_error"] < 1e-3
    assert moved == pytest.approx(alone["displacement_y_collector_m"], rel=1e-8)
    MPI.COMM_WORLD.barrier()


def test_a_resumed_run_is_the_uninterrupted_one(tmp_path: Path) -> None:
    """To the last bit, with a moving base, a table of forces and energies that add up."""
    drive = "{spring: 20 N/m, base: {rate: -20 nm/s}, force: {table: [[0 s, 0 uN], [0.6 ms, -3 uN]]}}"
    case = flat(f"{{y: {drive}, depth: 1 um}}", ("output.checkpoint", "{every_steps: 3, keep: 100}"))
    whole = tmp_path / "whole"
    run_case(case, whole, quiet=True)
    cut = copy_back_to(whole, tmp_path / "cut", 6)
    run_case(case, cut, resume=True, quiet=True)
    assert (cut / "history.csv").read_bytes() == (whole / "history.csv").read_bytes()
    mine, theirs = (checkpoints(path / "checkpoint")[0] / "rank-00000.npz" for path in (cut, whole))
    assert mine.read_bytes() == theirs.read_bytes()


REFUSED = [
    (f"  unten: roller\n{SIDES}  deckel: {{body: {{y: free, x: free}}}}", "shares nodes with deckel", "along x"),
    (f"  unten: roller\n{SIDES}  deckel: {{body: {{y: free, turn_z: free}}}}", "shares nodes with deckel", "along x"),
    (f"{SIDES}  deckel: {{body: {{y: {{force: 1 uN}}, depth: 1 um}}}}", "nothing holds the body", "along y"),
    ("  deckel: {body: {y: free, x: free, turn_z: {motion: 1 mrad}}}", "nothing holds", "along x and along y"),
    ("  deckel: {body: {turn_z: free}}", "nothing holds", "by turning as a whole"),
    ("  unten: fixed\n  deckel: {body: {x: {pressure: 1 MPa}}}", "seen from its edge", "as a whole"),
    (f"  unten: fixed\n{SIDES}  grenze: {{body: {{y: free}}}}", "lie inside the body", "on the outside"),
    (f"  unten: roller\n{SIDES}  dekel: {{body: {{y: free}}}}", "no boundary 'dekel'", "is it 'deckel'?"),
]  # fmt: skip


@pytest.mark.parametrize(("conditions", "message", "remedy"), REFUSED)
def test_what_cannot_be_is_refused(conditions: str, message: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(PlatingxError) as caught:
        run(tmp_path, conditions)
    assert message in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize("drive", ["y: {spring: 1 N/m}", "y: {motion: 1 nm}"])
def test_a_spring_or_a_motion_holds_the_body(drive: str, tmp_path: Path) -> None:
    """No other support along y is needed."""
    depth = ", depth: 1 um" if "spring" in drive else ""
    last = run(tmp_path, f"{SIDES}  deckel: {{body: {{{drive}{depth}}}}}").history.iloc[-1]
    moved = 1e-9 if "motion" in drive else 0.0
    assert last["displacement_y_deckel_m"] == pytest.approx(moved, abs=1e-15)


def test_the_wall_of_a_moving_collector_moves(tmp_path: Path) -> None:
    """Metal that follows a collector upwards does not pass through it."""
    values = [
        ("geometry.mesh.refinement", "0.3"),
        ("geometry.mesh.layers", "4"),
        ("time.end", "0.4 s"),
        ("output.figures", "false"),
    ]
    moved = ("constraints.collector", "{y: {motion: {rate: 5 nm/s}}}")
    results = run_case(load_case(CASES / "low_rate.yaml", [*values, moved]), tmp_path / "run", quiet=True)
    assert results.quantity("displacement_y_collector") == pytest.approx(2e-9)
    assert not [sentence for sentence in results.summary["warnings"] if "passes through" in sentence]


def test_a_large_turn_is_told(tmp_path: Path) -> None:
    """Its stretch of turn^2/2 is above 0.1 % from 45 mrad on."""
    told = []
    for number, turn in enumerate(("44 mrad", "46 mrad")):
        body = f"  unten: fixed\n  deckel: {{body: {{x: free, y: free, turn_z: {{motion: {turn}}}}}}}"
        summary = run(tmp_path / str(number), body, poisson=0.0).summary
        told.append([sentence for sentence in summary["warnings"] if "turns of rigid bodies" in sentence])
    assert not told[0]
    assert told[1][0].startswith("turn_z_deckel is large from t = ")
