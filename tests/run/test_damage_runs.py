"""What would hurt most if lost: a run with a phase field that differs by its ranks or after it was resumed, or whose
crack has another pressure than the metal at its mouth.
"""

import json
import shutil
from pathlib import Path

import pytest
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import case_from_dict
from platingx.errors import CaseError
from platingx.post.field_reader import read_fields
from platingx.post.results import RunResults
from platingx.run.runner import run_case

OFFSETS = ((0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (2, 1), (1, 2), (0, 1))
SIZE, COLUMNS, PLATE, LAYER = 10.0, 16, 14, 3
"""nm: side of a cell; cells across, over the plate and over the metal."""
CRACK = {"start": {"x": "81 nm", "y": "0 nm"}, "end": {"x": "81 nm", "y": "-100 nm"}}


def write_mesh(path: Path) -> Path:
    """A plate with metal on it as an Abaqus input file, in nanometres."""
    wide, high = 2 * COLUMNS + 1, 2 * (PLATE + LAYER) + 1

    def node(i: int, j: int) -> int:
        return 1 + i + j * wide

    lines = ["*NODE"]
    used = [(i, j) for j in range(high) for i in range(wide) if i % 2 == 0 or j % 2 == 0]
    lines += [f"{node(i, j)}, {0.5 * SIZE * i:.9g}, {0.5 * SIZE * (j - 2 * PLATE):.9g}" for i, j in used]
    number = 0
    for name, rows in (("llzo", range(PLATE)), ("li", range(PLATE, PLATE + LAYER))):
        lines.append(f"*ELEMENT, TYPE=CPE8, ELSET={name}")
        for j in rows:
            for i in range(COLUMNS):
                number += 1
                cell = (node(2 * i + across, 2 * j + up) for across, up in OFFSETS)
                lines.append(", ".join(map(str, (number, *cell))))
    sides = {
        "bottom": [(i, 0) for i in range(wide)],
        "collector": [(i, high - 1) for i in range(wide)],
        "left": [(0, j) for j in range(high)],
        "right": [(wide - 1, j) for j in range(high)],
        "interface": [(i, 2 * PLATE) for i in range(wide)],
    }
    for name, places in sides.items():
        lines.append(f"*NSET, NSET={name}")
        lines += [f"{node(i, j)}," for i, j in places if i % 2 == 0 or j % 2 == 0]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def case_in(folder: Path, end: str = "30 us", **damage: object) -> Case:
    """Lithium in a closed gap over a plate with a crack."""
    if MPI.COMM_WORLD.rank == 0:
        write_mesh(folder / "cell.inp")
    MPI.COMM_WORLD.Barrier()
    return case_from_dict(
        {
            "name": "cracked",
            "geometry": {"builder": "file", "path": str(folder / "cell.inp"), "length_unit": "1 nm"},
            "materials": {"li": "lithium_anand_narayan_2019", "llzo": "llzo"},
            "growth": {"mode": "fibre", "direction": {"vector": [0, 1]}, "current_density": "2 A/cm^2"},
            "boundary_conditions": {"collector": "fixed", **dict.fromkeys(("left", "right", "bottom"), "roller")},
            "damage": {"length": "20 nm", "faces": "metal", "cracks": [CRACK], **damage},
            "time": {"end": end, "initial_step": "10 us", "maximum_plastic_increment": 0.1},
            "solver": {"preset": "repeatable"},
            "output": {"figures": False, "checkpoint": {"every_steps": 2, "keep": 50}},
        }
    )


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder that all ranks have."""
    return Path(MPI.COMM_WORLD.bcast(str(tmp_path), root=0))


@pytest.mark.mpi
def test_metal_presses_in_the_crack_on_any_number_of_ranks(shared: Path) -> None:
    result = run_case(case_in(shared), shared / "run", quiet=True)
    if MPI.COMM_WORLD.rank != 0:
        return
    assert isinstance(result, RunResults)
    last = result.history.iloc[-1]
    assert last["filling_pressure_Pa"] == pytest.approx(last["mean_pressure_li_Pa"], rel=0.05)
    assert last["filling_volume_m2"] > 0.0
    assert last["cracked_length_m"] == pytest.approx(1.0e-7 + 0.6 * 2e-8, rel=0.1)  # and its tip
    assert last["largest_damage"] == 1.0
    assert last["energy_balance_error"] < 1e-3
    assert last["force_balance_error"] < 1e-9
    assert last["filling_pressure_Pa"] == pytest.approx(PRESSURE, rel=1e-6)
    assert last["filling_volume_m2"] == pytest.approx(VOLUME, rel=1e-6)
    fields = read_fields(result.path)
    damage = fields.at(len(fields.times) - 1)["damage"]
    assert damage.max() == pytest.approx(1.0)
    assert damage.min() > -1e-12


PRESSURE, VOLUME = 22366295.108435217, 1.3462220658321455e-19
"""On one rank, Pa and m2."""


def test_dry_cracks_are_not_pressed(tmp_path: Path) -> None:
    result = run_case(case_in(tmp_path, "20 us", faces="dry"), tmp_path / "run", quiet=True)
    assert result.history["filling_pressure_Pa"].max() == 0.0
    assert result.history["max_pressure_li_Pa"].max() > 0.0


def test_coarse_elements_are_refused_with_the_length_that_they_resolve(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="elements of 10 nm do not resolve the length 19 nm") as error:
        run_case(case_in(tmp_path, length="19 nm"), tmp_path / "run", quiet=True)
    assert "at least 20 nm" in str(error.value)


def test_a_crack_outside_of_the_ceramic_is_refused(tmp_path: Path) -> None:
    above = {"start": {"x": "20 nm", "y": "20 nm"}, "end": {"x": "140 nm", "y": "20 nm"}}
    with pytest.raises(CaseError, match=r"damage\.cracks\.0: the crack is not in the ceramic"):
        run_case(case_in(tmp_path, cracks=[above]), tmp_path / "run", quiet=True)


@pytest.mark.long
def test_a_resumed_run_is_equal_bit_by_bit(tmp_path: Path) -> None:
    """A tough ceramic would not crack this early: with 0.02 J/m2 the crack grows from the first step on."""
    case = case_in(tmp_path, energy="0.02 J/m^2")
    folder = tmp_path / "run"
    whole = run_case(case, folder, quiet=True).history
    assert whole["cracked_length_m"].iloc[-1] > whole["cracked_length_m"].iloc[0]
    for path in (folder / "checkpoint").iterdir():
        if path.name > "step-00000002":
            shutil.rmtree(path)
    (folder / "summary.json").unlink()
    before = (folder / "history.csv").read_bytes()
    run_case(case, folder, resume=True, quiet=True)
    assert (folder / "history.csv").read_bytes() == before
    assert json.loads((folder / "manifest.json").read_text())["resumed"][0]["from_step"] == 2
