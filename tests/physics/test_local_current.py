"""What would hurt most if lost: what a case's current density means locally, in the log and the summary."""

import json
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.physics.local_current import LocalCurrent, Range, measure_local_current
from platingx.physics.model import build_model
from platingx.run.meshing import load_mesh
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"


def local_current(folder: Path, case: Case, comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[LocalCurrent, float]:
    """Of a case, and the thickness that its deposit is spread over."""
    model = build_model(case, load_mesh(case, comm, folder / "mesh.msh"))
    found = measure_local_current(model)
    assert found is not None
    return found, model.growth.thickness


def case_of(name: str, *values: tuple[str, str]) -> Case:
    return load_case(CASES / f"{name}.yaml", [("geometry.mesh.refinement", "0.5"), *values])


def test_eruption(tmp_path: Path) -> None:
    """The gap is 100.3 nm at the rim of the pit and 237.3 nm at the side: 0.71 and 1.68 of the mean thickness."""
    found, thickness = local_current(tmp_path, case_of("eruption"))
    assert np.isclose(found.column.lowest, 100.3e-9 / thickness, rtol=0.01)
    assert np.isclose(found.column.highest, 237.3e-9 / thickness, rtol=0.02), "the mean of the last facet, 10 nm long"
    assert found.column.lowest_place[0] < 60e-9
    assert found.column.highest_place[0] > 790e-9
    assert found.current.lowest_place[1] < -50e-9, "the wide wall of the pit feeds a narrow column at the tip"
    assert found.current.lowest < 0.1
    assert found.elsewhere < 1e-6


def test_top_of_the_whisker_rises_faster_than_the_deposit(tmp_path: Path) -> None:
    """Columns of 2.17 thicknesses over the pit and 1.40 beside it: the top rises between these times the deposit."""
    folder = tmp_path / "run"
    changes = [("output.figures", "false"), ("geometry.mesh.refinement", "0.4"), ("time.end", "10 ms")]
    results = run_case(load_case(CASES / "whisker.yaml", changes), folder, quiet=True)
    record = json.loads((folder / "summary.json").read_text())["local_current"]
    assert np.isclose(record["column_length_ratio"]["highest"], 2.17, atol=0.02)
    assert "local over given current density" in (folder / "run.log").read_text()
    points = results.fields.points
    top = np.argmax(points[:, 1] - 1e3 * np.abs(points[:, 0]))
    rise = results.fields.at(-1, ["displacement"])["displacement"][top, 1]
    deposit = results.quantity("deposited_thickness")
    assert 1.40 < rise / deposit < 2.17


def test_a_thickness_of_the_case_scales_all(tmp_path: Path) -> None:
    mean, thickness = local_current(tmp_path, case_of("eruption"))
    half, _ = local_current(tmp_path, case_of("eruption", ("growth.thickness", f"{0.5 * thickness} m")))
    assert np.isclose(half.current.highest, 2.0 * mean.current.highest, rtol=1e-9)
    assert np.isclose(half.column.lowest, 2.0 * mean.column.lowest, rtol=1e-9)


def test_columns_that_start_elsewhere_are_told(tmp_path: Path) -> None:
    """Columns that lean outwards by 0.3 start at the plane of symmetry too, 156 nm high: a triangle of 3650 nm^2.

    The meniscus is a parabola 45 nm deep; upright columns of 45 * 100/6 nm^2 stand on its upper half.
    """
    found, thickness = local_current(tmp_path, case_of("whisker", ("growth.direction", "{vector: [0.3, 1]}")))
    upright, _ = local_current(tmp_path, case_of("whisker", ("growth.direction", "{vector: [0, 1]}")))
    whole = thickness * 177e-9
    assert np.isclose(found.elsewhere, 0.5 * 0.3 * 156.1e-9**2 / whole, atol=0.05)
    assert np.isclose(upright.elsewhere, 750e-18 / whole, atol=0.005)
    assert "32 % of the deposit" in found.sentences()[1]


@pytest.mark.mpi
def test_the_same_on_any_number_of_ranks(tmp_path: Path) -> None:
    case = case_of("low_rate", ("geometry.symmetry", "axisymmetric"))
    alone, _ = local_current(tmp_path, case)
    folder = Path(MPI.COMM_WORLD.bcast(str(tmp_path)))
    shared, _ = local_current(folder, case, MPI.COMM_WORLD)
    for one, other in ((alone.current, shared.current), (alone.column, shared.column)):
        assert np.isclose(one.lowest, other.lowest, rtol=1e-8)
        assert np.isclose(one.highest, other.highest, rtol=1e-8)
        np.testing.assert_allclose(one.highest_place, other.highest_place, rtol=1e-9)


def test_words_and_records() -> None:
    found = LocalCurrent(Range(0.5, (1e-9, 0.0), 2.0, (3e-9, 0.0)), Range(0.7, (1e-9, 0.0), 1.7, (3e-9, 0.0)), 0.0)
    assert found.sentences() == [
        "local over given current density (uniform growth per volume): 0.5 at (1, 0) nm to 2 at (3, 0) nm; "
        "column length over thickness: 0.7 at (1, 0) nm to 1.7 at (3, 0) nm"
    ]
    assert found.as_record()["current_density_ratio"]["highest_place_m"] == [3e-9, 0.0]
