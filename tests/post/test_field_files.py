"""Would hurt most: fields that come back on other points, cells or times than they were written, or a run that died
and left nothing readable. Written with dolfinx on 1, 2 and 3 ranks, read back serially."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dolfinx.mesh import create_unit_square
from mpi4py import MPI

from platingx.errors import OutputError
from platingx.post.field_reader import read_fields
from platingx.post.field_writer import FieldWriter

PROGRAM = Path(__file__).parents[1] / "support" / "write_curved_fields.py"
NODES = {"quadrilateral": 9, "triangle": 6, "tetrahedron": 10, "hexahedron": 27}
CELLS = {"quadrilateral": 12, "triangle": 18, "tetrahedron": 72, "hexahedron": 12}


def write(path: Path, cell: str, ranks: int, *options: str, check: bool = True) -> None:
    if "OMPI_COMM_WORLD_SIZE" in os.environ:
        pytest.skip("starts its own ranks")
    launch = [] if ranks == 1 else ["mpirun", "-n", str(ranks)]
    command = [*launch, sys.executable, "-m", "mpi4py", str(PROGRAM), str(path), cell, *options]
    subprocess.run(command, check=check, timeout=1800)


def exact_pressure(points: np.ndarray, time: float) -> np.ndarray:
    return (1 + time) * (3 * points[:, 0] + points[:, 1])


@pytest.mark.parametrize("ranks", [1, 2, 3])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_fields_come_back_equal_on_any_number_of_ranks(tmp_path, cell, ranks):
    write(tmp_path / "fields.bp", cell, ranks)
    fields = read_fields(tmp_path)
    assert fields.cells.shape == (CELLS[cell], NODES[cell]), "each cell once, no ghosts"
    assert np.array_equal(np.sort(fields.cells, axis=None), np.arange(len(fields.points)))
    np.testing.assert_array_equal(fields.times, [0.0, 0.5, 2.0])
    for step, time in enumerate(fields.times):
        values = fields.at(step)
        np.testing.assert_allclose(values["pressure"], exact_pressure(fields.points, time), rtol=1e-14)
        np.testing.assert_allclose(values["displacement"], time * fields.points, rtol=1e-14, atol=1e-22)


@pytest.mark.mpi
def test_all_ranks_write_one_file_that_one_rank_reads(tmp_path):
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    mesh = create_unit_square(comm, 4, 4)
    writer = FieldWriter(folder / "fields.bp", mesh, {"rank": 1})
    writer.write(1.5, {"rank": np.full((writer.local_cells, writer.nodes_per_cell), comm.rank)})
    writer.close()
    fields = read_fields(folder)
    assert len(fields.cells) == 32
    assert set(np.unique(fields.at(0)["rank"])) == set(range(comm.size))
    comm.barrier()


@pytest.mark.parametrize("cell", ["tetrahedron", "hexahedron"])
def test_solid_cells_come_back_equal(tmp_path, cell):
    write(tmp_path / "fields.bp", cell, 1)
    fields = read_fields(tmp_path / "fields.bp")
    assert fields.cells.shape == (CELLS[cell], NODES[cell])
    np.testing.assert_allclose(fields.at(-1)["pressure"], exact_pressure(fields.points, 2.0), rtol=1e-14)


def test_curved_cells_keep_their_nodes_in_vtk_order(tmp_path):
    write(tmp_path / "fields.bp", "quadrilateral", 1)
    fields = read_fields(tmp_path)
    radius = np.hypot(*fields.points[:, :2].T)[fields.cells] / 1e-7
    corners, centre = radius[:, :4], radius[:, 8]
    np.testing.assert_allclose(centre, corners.mean(axis=1), rtol=1e-12)  # nodes lie on circles: curved, not chords
    nodes = fields.points[fields.cells]
    for middle, (start, end) in zip(range(4, 8), [(0, 1), (1, 2), (2, 3), (3, 0)], strict=True):
        chord = (nodes[:, start] + nodes[:, end]) / 2
        assert np.abs(nodes[:, middle] - chord).max() < 0.06e-7


def test_regions_and_nearest_times(tmp_path):
    write(tmp_path / "fields.bp", "quadrilateral", 1)
    with pytest.raises(OutputError, match="no region 'lpsc'"):
        read_fields(tmp_path).region_mask("lpsc")  # nothing says the names
    (tmp_path / "case.resolved.yaml").write_text("materials: {lpsc: {}, na: {}}\ngrowth: {region: na}\n")
    (tmp_path / "manifest.json").write_text('{"regions": ["na", "lpsc"]}')
    fields = read_fields(tmp_path)
    ceramic = fields.region_mask("lpsc")
    assert 0 < ceramic.sum() < len(ceramic)
    assert np.array_equal(ceramic, fields.region_mask(1))
    assert np.array_equal(~ceramic, fields.region_mask("na"))
    assert fields.nearest_step(0.6) == 1
    np.testing.assert_array_equal(fields.at_time(1.9)["pressure"], fields.at(2)["pressure"])
    assert list(fields.at(0, ["pressure"])) == ["pressure"]
    with pytest.raises(OutputError, match="steps 0 to 2"):
        fields.at(3)
    with pytest.raises(OutputError, match="fields are displacement, pressure, region"):
        fields.at(0, ["presure"])
    with pytest.raises(OutputError, match="regions are na, lpsc"):
        fields.region_mask("sodium")


def test_a_run_that_died_leaves_readable_steps(tmp_path):
    write(tmp_path / "fields.bp", "quadrilateral", 1, "--kill", check=False)
    fields = read_fields(tmp_path)
    np.testing.assert_array_equal(fields.times, [0.0, 0.5, 2.0])
    np.testing.assert_allclose(fields.at(2)["pressure"], exact_pressure(fields.points, 2.0), rtol=1e-14)


def test_a_resumed_run_continues_the_series_on_other_ranks(tmp_path):
    write(tmp_path / "fields.bp", "quadrilateral", 1, "--times", "0", "1", "2", "3")
    write(tmp_path / "fields.bp", "quadrilateral", 2, "--resume", "--times", "2", "2.5")
    fields = read_fields(tmp_path)
    np.testing.assert_array_equal(fields.times, [0, 1, 2, 2.5])
    for step, time in enumerate(fields.times):
        np.testing.assert_allclose(fields.at(step)["pressure"], exact_pressure(fields.points, time), rtol=1e-12)
    write(tmp_path / "fields.bp", "quadrilateral", 1, "--times", "7")
    np.testing.assert_array_equal(read_fields(tmp_path).times, [7.0])


def test_paraview_finds_its_description(tmp_path):
    import adios2

    write(tmp_path / "fields.bp", "quadrilateral", 1)
    with adios2.FileReader(str(tmp_path / "fields.bp")) as reader:
        description = reader.read_attribute_string("vtk.xml")
        description = description if isinstance(description, str) else description[0]
        shapes = {name: reader.all_blocks_info(name)[0][0]["Count"] for name in ("pressure", "displacement")}
    for name in ("pressure", "displacement", "region", "geometry", "connectivity"):
        assert f'<DataArray Name="{name}"' in description
    assert '<DataArray Name="TIME">step</DataArray>' in description
    assert shapes == {"pressure": "108,1", "displacement": "108,3"}


@pytest.mark.parametrize("damage", ["missing", "empty", "no index", "garbage"])
def test_files_that_cannot_be_read_say_what_to_do(tmp_path, damage):
    path = tmp_path / "fields.bp"
    if damage != "missing":
        path.mkdir()
    if damage == "no index":
        (path / "data.0").write_bytes(b"123")
    if damage == "garbage":
        for name in ("data.0", "md.0", "md.idx"):
            (path / name).write_bytes(b"not a field file" * 9)
    with pytest.raises(OutputError, match=r"fields\.bp: .*run"):
        read_fields(tmp_path)


def test_a_folder_that_cannot_be_created_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    mesh = create_unit_square(MPI.COMM_SELF, 1, 1)
    with pytest.raises(OutputError, match="cannot be created"):
        FieldWriter(tmp_path / "file" / "fields.bp", mesh, {"pressure": 1})
    with pytest.raises(ValueError, match="1, 2, 3 or 9 components"):
        FieldWriter(tmp_path / "fields.bp", mesh, {"stress": 6})
    writer = FieldWriter(tmp_path / "fields.bp", mesh, {"pressure": 1})
    with pytest.raises(ValueError, match="shape"):
        writer.write(0.0, {"pressure": np.zeros((2, 3))})
    writer.write(0.0, {"pressure": np.zeros((2, 6))})
    writer.close()
    writer.close()
    with pytest.raises(OutputError, match="closed"):
        writer.write(1.0, {"pressure": np.zeros((2, 6))})
