"""What would hurt most if lost: faces that have parted and still conduct, or a voltage that jumps as they let go."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mpi4py import MPI
from resumed_runs import copy_back_to
from two_layers import two_layers, write_mesh
from written import written

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.post.history import read_history
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
FILM, CONDUCTIVITY, PLATE = 0.3e-4, 0.01, 300e-9


def stripped(folder: Path, control: dict[str, Any], side: str = "wall", **changed: Any) -> Case:
    """Metal that is stripped from a ceramic that conducts, and parts from it."""
    circuit = {
        "electrolyte": {"conductivity": "0.01 S/m"},
        "electrode": {"film_resistance": "0.3 ohm cm^2", "stress_term": "none", "closes_within": "2 nm"},
        "counter": {"boundary": "electrolyte_bottom"},
        "control": [control],
    }
    folder.mkdir(exist_ok=True, parents=True)
    case = two_layers(
        folder, "1 A/cm^2", "40 ms", side, contact__interface="frictionless", time__maximum_growth_increment=0.002
    )
    return case.with_values({"growth.current_density": None, "electrochemistry": circuit, **changed})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path]:
    folder = tmp_path_factory.mktemp("gaps")
    values = {"output.checkpoint.every_steps": 2, "output.checkpoint.keep": 100}
    case = stripped(folder, {"current_density": "-0.1 A/cm^2", "until": {"voltage": "-1 V"}}, **values)
    run_case(case, folder / "run", quiet=True)
    return case, folder / "run"


def test_a_uniform_gap_raises_the_resistance_as_it_opens(opened: tuple[Case, Path]) -> None:
    """V = i (H/kappa + Z/c(g)), c = 1 - y^2 (3 - 2 y), with the gap of the same step; the end is found in a step."""
    history = read_history(opened[1])
    gap, voltage, share = (
        np.asarray(history[name], dtype=float) for name in ("max_opening_interface_m", "voltage_V", "conducting_share")
    )
    y = np.clip(gap / 2e-9, 0.0, 1.0)
    wanted = 1.0 - y * y * (3.0 - 2.0 * y)
    np.testing.assert_allclose(share, wanted, rtol=1e-9)
    np.testing.assert_allclose(voltage, -1e3 * (PLATE / CONDUCTIVITY + FILM / wanted), rtol=1e-9)
    np.testing.assert_allclose(gap, -history["deposited_thickness_m"], rtol=1e-6)
    assert voltage[-1] == pytest.approx(-1.0, abs=1e-6)
    assert share[0] > 0.99
    assert share[-1] < 0.05


def test_a_uniform_gap_around_an_axis_is_the_same(tmp_path: Path) -> None:
    """Swept around its axis the cell has the area of a disc, and the same voltage at the same gap."""
    values = {"geometry.symmetry": "axisymmetric", "time.end": "3 ms"}
    case = stripped(tmp_path, {"current_density": "-0.1 A/cm^2"}, **values)
    run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    gap, voltage, share = (
        np.asarray(history[name], dtype=float) for name in ("max_opening_interface_m", "voltage_V", "conducting_share")
    )
    y = np.clip(gap / 2e-9, 0.0, 1.0)
    np.testing.assert_allclose(share, 1.0 - y * y * (3.0 - 2.0 * y), rtol=1e-9)
    np.testing.assert_allclose(voltage, -1e3 * (PLATE / CONDUCTIVITY + FILM / share), rtol=1e-9)
    assert share[-1] < 0.95


def block_in_space(path: Path, columns: int = 2, deep: int = 2, thin: bool = False) -> None:
    """Write the two layers as a block of hexahedra, 400 nm wide and deep, in nanometres.

    Of a ``thin`` one both faces across its depth are planes of symmetry.
    """
    below = above = 2
    wide, top, behind = columns + 1, below + above, deep + 1
    heights = [-300.0 + 300.0 * j / below for j in range(below)] + [100.0 * j / above for j in range(above + 1)]
    plane = [(i, k) for k in range(behind) for i in range(wide)]

    def node(i: int, k: int, j: int) -> int:
        return 1 + i + wide * k + wide * behind * j

    lines = ["*NODE"]
    lines += [
        f"{node(i, k, j)}, {400.0 * i / columns}, {400.0 * k / deep}, {y}"
        for j, y in enumerate(heights)
        for i, k in plane
    ]
    number = 0
    for name, rows in (("LLZO", range(below)), ("LI", range(below, top))):
        lines.append(f"*ELEMENT, TYPE=C3D8, ELSET={name}")
        for j, k, i in ((j, k, i) for j in rows for k in range(deep) for i in range(columns)):
            number += 1
            around = ((i, k), (i + 1, k), (i + 1, k + 1), (i, k + 1))
            lines.append(
                f"{number}, " + ", ".join(str(node(*corner, level)) for level in (j, j + 1) for corner in around)
            )
    near = [(i, k) for i, k in plane if i == 0 or k == 0 or (thin and k == deep)]
    far = [(i, k) for i, k in plane if i == columns or (k == deep and not thin)]
    sets = {
        "ELECTROLYTE_BOTTOM": [node(i, k, 0) for i, k in plane],
        "INTERFACE": [node(i, k, below) for i, k in plane],
        "COLLECTOR": [node(i, k, top) for i, k in plane],
        "SYMMETRY": [node(i, k, j) for j in range(top + 1) for i, k in near],
        "ELECTROLYTE_SIDE": [node(i, k, j) for j in range(below + 1) for i, k in far],
        "METAL_SIDE": [node(i, k, j) for j in range(below, top + 1) for i, k in far],
    }
    for name, nodes in sets.items():
        lines += [f"*NSET, NSET={name}", *(f"{label}," for label in nodes)]
    written(path, "\n".join([*lines, ""]))


def test_a_uniform_gap_in_space_is_the_same(tmp_path: Path) -> None:
    """The same voltage at the same gap, with the points of the two sides paired in three dimensions."""
    values = {"geometry.path": str(tmp_path / "block.inp"), "geometry.symmetry": None, "time.end": "1 ms"}
    block_in_space(tmp_path / "block.inp")
    case = stripped(tmp_path, {"current_density": "-0.1 A/cm^2"}, **values)
    run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    gap, voltage, share = (
        np.asarray(history[name], dtype=float) for name in ("max_opening_interface_m", "voltage_V", "conducting_share")
    )
    y = np.clip(gap / 2e-9, 0.0, 1.0)
    np.testing.assert_allclose(share, 1.0 - y * y * (3.0 - 2.0 * y), rtol=1e-9)
    np.testing.assert_allclose(voltage, -1e3 * (PLATE / CONDUCTIVITY + FILM / share), rtol=1e-9)
    assert share[-1] < 0.995


ASIDE = {
    "electrochemistry.electrolyte.conductivity": "2 mS/m",
    "electrochemistry.counter.boundary": "electrolyte_side",
    "growth.spread": "columns",
    "growth.direction": {"vector": [0, 1]},
    "time.end": "3 ms",
    "time.maximum_growth_increment": 0.02,
}
"""Ions leave by the side: more metal is stripped near to it, where the gap becomes wide first."""


def assert_partly_open(rows: pd.DataFrame) -> None:
    """The gap is open at one end and all but closed at the other, and takes current away from where it is wide."""
    last = rows.iloc[-1]
    assert 0.2 < last["conducting_share"] < 0.9
    assert last["lowest_column_ratio"] < last["highest_column_ratio"] - 0.005
    evenness = rows["highest_current_density_A_per_m2"] / rows["lowest_current_density_A_per_m2"]
    assert evenness.iloc[0] < 0.8, "most passes near the counter electrode"
    assert evenness.iloc[-1] > evenness.iloc[0] + 0.05, "what has parted there passes less"
    assert np.all(np.abs(rows["faraday_balance_error"]) < 1e-8)


@pytest.mark.long
def test_a_partly_open_gap_in_space_is_that_of_the_plane(tmp_path: Path) -> None:
    """A slice between two planes of symmetry, of the same elements: the same gaps, currents and voltage."""
    write_mesh(tmp_path / "two.inp", columns=2)
    block_in_space(tmp_path / "three.inp", thin=True)
    histories = []
    for name, symmetry, up in (("two", "plane_strain", [0, 1]), ("three", None, [0, 0, 1])):
        values = ASIDE | {"geometry.path": str(tmp_path / f"{name}.inp"), "geometry.symmetry": symmetry}
        values |= {"growth.direction": {"vector": up}}
        case = stripped(tmp_path / name, {"current_density": "-0.1 A/cm^2"}, side="free", **values)
        run_case(case, tmp_path / name / "run", quiet=True)
        histories.append(read_history(tmp_path / name / "run"))
    plane, space = histories
    assert_partly_open(plane)
    assert len(plane) == len(space)
    for column in ("voltage_V", "conducting_share", "lowest_current_density_A_per_m2", "max_opening_interface_m"):
        np.testing.assert_allclose(space[column], plane[column], rtol=1e-6, err_msg=column)


@pytest.mark.mpi
def test_ranks_agree_over_a_partly_open_gap(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    control = {"current_density": "-0.1 A/cm^2"}
    own = stripped(tmp_path / "own", control, side="free", **ASIDE)
    run_case(own, tmp_path / "alone", quiet=True, comm=MPI.COMM_SELF)
    case = comm.bcast(stripped(folder / "all", control, side="free", **ASIDE) if comm.rank == 0 else None, root=0)
    run_case(case, folder / "together", quiet=True)
    alone, together = read_history(tmp_path / "alone"), read_history(folder / "together")
    assert_partly_open(together)
    for column in ("voltage_V", "current_density_A_per_m2", "conducting_share"):
        np.testing.assert_allclose(together[column], alone[column], rtol=1e-12, err_msg=column)


def test_it_goes_on_from_a_checkpoint_bit_by_bit(opened: tuple[Case, Path], tmp_path: Path) -> None:
    case, folder = opened
    half = len(read_history(folder)) // 2
    copy_back_to(folder, tmp_path / "again", half - half % 2)
    run_case(case, tmp_path / "again", resume=True, quiet=True)
    found, expected = read_history(tmp_path / "again"), read_history(folder)
    for name in ("voltage_V", "conducting_share", "time_s"):
        assert list(found[name]) == list(expected[name]), name


def test_a_voltage_that_strips_stops_itself(tmp_path: Path) -> None:
    """The gap that opens takes the current, which falls with each step; metal is kept."""
    case = stripped(tmp_path, {"voltage": "-50 mV"})
    run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    size = -np.asarray(history["current_density_A_per_m2"], dtype=float)
    assert np.all(np.diff(size) < 1e-9 * size[0])
    assert size[-1] < 0.5 * size[0]
    share = np.asarray(history["conducting_share"], dtype=float)
    np.testing.assert_allclose(size, 0.05 / (PLATE / CONDUCTIVITY + FILM / share), rtol=1e-6)
    assert np.all(np.abs(history["faraday_balance_error"]) < 1e-8)


def test_an_island_that_parts_keeps_its_current_where_it_touches(tmp_path: Path) -> None:
    """The shipped case, coarse and short: less and less conducts, and the voltage rises by its share."""
    changes = [("geometry.mesh.refinement", "0.3"), ("output.figures", "false"), ("time.end", "60 ms")]
    run_case(load_case(CASES / "stripping_circuit.yaml", changes), tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    share, voltage = (np.asarray(history[name], dtype=float) for name in ("conducting_share", "voltage_V"))
    assert share[0] == pytest.approx(1.0, abs=1e-3)
    assert np.all(np.diff(share) < 1e-9)
    assert share[-1] < 0.98
    np.testing.assert_allclose(np.diff(voltage) < 0.0, True)
    contact = 40.0 * 5e-4  # V: what the interface takes where all of it conducts
    assert -voltage[-1] == pytest.approx(-voltage[0] + contact * (1.0 / share[-1] - 1.0), rel=0.05)
