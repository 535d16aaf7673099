"""What would hurt most: a reduced field file that holds other numbers than the full one, or that ends a run, on any
number of ranks; and a run resumed with another choice whose parts no longer fit together."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post import compression
from platingx.post.field_reader import FieldSeries, read_fields
from platingx.post.history import read_history
from platingx.run.runner import run_case
from platingx.run.settings import wants_fields

CASE = Path(__file__).parents[2] / "cases" / "eruption.yaml"
SMALL = {
    "geometry.mesh.refinement": 0.3,
    "geometry.mesh.layers": 4,
    "time.end": "4 ms",
    "time.maximum_step": "1 ms",
    "output.figures": False,
    "solver.preset": "repeatable",  # two runs on the same ranks agree bit for bit
}
SINGLE = 2.0**-22
"""Relative to the largest value of a field: rounding to 24 bits, and once more where a place is interpolated."""


def run(folder: Path, resume: bool = False, **changed: object) -> Path:
    """Run the small case on all ranks; ``__`` stands for the dot of a key."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(folder, root=0)
    case = load_case(CASE).with_values(SMALL | {key.replace("__", "."): value for key, value in changed.items()})
    run_case(case, folder, resume=resume, quiet=True)
    comm.barrier()
    return folder


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> FieldSeries:
    """Everything that can be written."""
    return read_fields(run(tmp_path_factory.mktemp("full") / "run"))


def assert_same_values(part: FieldSeries, whole: FieldSeries, region: str, tolerance: float) -> None:
    """Compare cell by cell, by their centres: the last step of the same time."""
    chosen = whole.cells[whole.region_mask(region)]
    ours, theirs = part.points[part.cells], whole.points[chosen]
    order = [np.lexsort(np.round(places.mean(axis=1) / 1e-12).T) for places in (ours, theirs)]
    size = np.ptp(whole.points, axis=0).max()
    np.testing.assert_allclose(ours[order[0]], theirs[order[1]], rtol=0, atol=max(tolerance, 1e-15) * size)
    assert part.times[-1] == whole.times[-1]
    found, expected = part.at(-1), whole.at(-1)
    for name in part.names:
        scale = np.abs(expected[name]).max()
        np.testing.assert_allclose(
            found[name][part.cells][order[0]], expected[name][chosen][order[1]], rtol=0, atol=tolerance * scale
        )


@pytest.mark.mpi
@pytest.mark.parametrize(("precision", "tolerance"), [("double", 0.0), ("single", SINGLE)])
def test_a_reduced_file_holds_the_numbers_of_the_full_one(tmp_path, full, precision, tolerance):
    """One region, two fields, the mesh once: on two ranks a rank may be without a cell of the region."""
    names = ["principal_stress_1", "displacement"]
    choice = {"names": names, "regions": ["llzo"], "precision": precision, "mesh": "once"}
    fields = read_fields(run(tmp_path / "run", output__fields=choice))
    assert set(fields.names) == {*names, "region"}
    assert fields.region_mask("llzo").all()
    assert len(fields.cells) == full.region_mask("llzo").sum()
    np.testing.assert_array_equal(fields.times, full.times)
    assert_same_values(fields, full, "llzo", tolerance)


@pytest.mark.mpi
def test_a_region_that_only_some_ranks_have_cells_of(tmp_path, full):
    fields = read_fields(run(tmp_path / "run", output__fields={"regions": ["li"]}))
    assert_same_values(fields, full, "li", 0.0)


def test_bytes_of_a_step_follow_from_the_choice(tmp_path, full):
    """A node has three coordinates, connectivity, number and ghost flag, and its fields; the rest is a small index."""

    def step_size(folder: Path) -> float:
        fields = read_fields(folder)
        return sum(part.stat().st_size for part in (folder / "fields.bp").glob("data.*")) / len(fields)

    nodes = len(full.points)
    mesh, flags = 3 * 8 + 8 * 10 / 9, 8 + 1
    assert step_size(full.path.parent) == pytest.approx(nodes * (mesh + flags + 8 * (5 + 3 + 1)), rel=0.03)
    choice = {"names": ["pressure"], "regions": ["li"], "precision": "single", "mesh": "once"}
    folder = run(tmp_path / "run", output__fields=choice)
    fields = read_fields(folder)
    once = 3 * 4 + 8 * 10 / 9
    # blocks carry some 100 bytes of description each, of which there are fewer than ten in a step
    expected = len(fields.points) * (once / len(fields) + flags + 4 * 2)
    assert step_size(folder) == pytest.approx(expected, abs=1000)


def test_fields_at_intervals_of_time(tmp_path):
    folder = run(tmp_path / "run", output__fields_every="1.5 ms", time__milestones=["1 ms"])
    times = read_history(folder)["time_s"].to_numpy()
    expected = {times[np.argmax(times >= instant)] for instant in (1e-3, 1.5e-3, 3e-3)} | {times[-1]}
    assert len(times) > len(expected) > 2
    np.testing.assert_array_equal(read_fields(folder).times, sorted(expected))


def test_round_off_does_not_move_an_interval():
    case = load_case(CASE).with_values({"time.end": "1 s", "output.fields_every": "0.1 s"})
    ends = np.cumsum(np.full(9, 0.1))  # 0.30000000000000004, 0.7999999999999999, ...
    assert [wants_fields(case, number, end, 0.1) for number, end in enumerate(ends.tolist(), 1)] == [True] * 9
    halves = np.arange(1, 20) * 0.05
    written = [wants_fields(case, number, end, 0.05) for number, end in enumerate(halves.tolist(), 1)]
    assert written == [False, True] * 9 + [False]


def test_a_run_goes_on_with_another_choice(tmp_path, full):
    folder = run(tmp_path / "run", time__end="2 ms", output__fields={"names": ["pressure", "displacement"]})
    before = len(read_fields(folder))
    choice = {"names": ["von_mises_stress", "pressure"], "regions": ["li"], "precision": "single"}
    run(folder, resume=True, output__fields=choice)
    fields = read_fields(folder)
    assert set(fields.names) == {"pressure", "region"}, "what both parts have"
    assert len(fields) > before > 0
    for step in (0, before - 1, before, -1):
        assert fields.region_mask("li").all()
        assert fields.at(step)["pressure"].min() > 0.0, "cells of the metal, which is under pressure"
    later = read_fields(folder / "fields.2.bp")
    assert "von_mises_stress" in later.names
    last, alone = fields.at(-1)["pressure"][fields.cells], later.at(-1)["pressure"][later.cells]
    np.testing.assert_array_equal(np.sort(last.ravel()), np.sort(alone.ravel()))


def test_figures_of_what_was_not_written_are_left_out_with_a_reason(tmp_path):
    choice = {"names": ["pressure"], "regions": ["li"]}
    folder = run(tmp_path / "run", output__fields=choice, output__figures=True, output__movie=True)
    figures = sorted(path.name for path in (folder / "figures").iterdir())
    assert figures == ["histories.png", "mesh.png", "pressure_li.png"]
    log = (folder / "run.log").read_text()
    missing = "the field principal_stress_1 was not written (output.fields.names)"
    assert f"principal_stress_llzo.png left out: {missing}" in log
    assert f"movie left out: {missing}" in log


@pytest.mark.mpi
def test_compression_changes_the_size_only(tmp_path, full):
    reason = compression.why_not("bzip2")
    folder = run(tmp_path / "run", output__fields={"compression": "bzip2"})
    fields, log = read_fields(folder), (folder / "run.log").read_text()
    np.testing.assert_array_equal(fields.times, full.times)
    for region in ("li", "llzo"):
        part = FieldSeries(
            fields.times, fields.points, fields.cells[fields.region_mask(region)], fields.cell_type, fields.names,
            fields._steps,
        )  # fmt: skip
        assert_same_values(part, full, region, 0.0)
    assert sorted(path.name for path in folder.glob("fields*")) == ["fields.bp"]
    if reason is None:
        sizes = [sum(p.stat().st_size for p in path.glob("data.*")) for path in (folder / "fields.bp", full.path)]
        assert sizes[0] < sizes[1], "by how much depends on the round-off in fields that are nearly zero"
        assert "fields.bp compressed by bzip2" in log
    else:
        assert f"warning: the fields will not be compressed: {reason}" in log


def test_without_the_operator_a_run_says_so_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(compression, "why_not", lambda operator: "no such thing")
    monkeypatch.setattr("platingx.run.field_compression.why_not", lambda operator: "no such thing")
    folder = run(tmp_path / "run", output__fields={"compression": "blosc"}, time__end="1 ms")
    assert "warning: the fields will not be compressed: no such thing" in (folder / "run.log").read_text()
    assert len(read_fields(folder)) > 0


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("names", ["presure"], "pressure"),
        ("names", [], "names"),
        ("names", ["pressure", "pressure"], "listed twice"),
        ("regions", ["sodium"], "there is no region sodium"),
        ("precision", "half", "single"),
        ("compression", "zip", "bzip2"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_can(key, value, text):
    with pytest.raises(CaseError, match=text):
        load_case(CASE).with_values({f"output.fields.{key}": value})


@pytest.mark.mpi
def test_a_run_writes_vtkhdf_where_its_case_asks_for_it(tmp_path, full):
    folder = run(tmp_path / "run", output__vtkhdf=True)
    with h5py.File(folder / "fields.vtkhdf") as file:
        root = file["VTKHDF"]
        np.testing.assert_array_equal(root["Steps/Values"], full.times)
        assert root["CellData/region"].shape == (len(full.cells),)
        last = root["PointData/pressure"][int(root["Steps/PointDataOffsets/pressure"][-1]) :]
        assert (last.min(), last.max()) == pytest.approx(
            (full.at(-1)["pressure"].min(), full.at(-1)["pressure"].max()), rel=1e-12
        )
        assert root.attrs["case"] == "eruption"
    assert not (full.path.parent / "fields.vtkhdf").exists()
