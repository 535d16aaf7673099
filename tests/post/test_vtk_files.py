"""Would hurt most: a file for ParaView with the nodes of a cell in another order than VTK's, with values at other
points, steps or regions than the run's, or averaged across an interface. Read back by h5py, meshio and
the readers of VTK through pyvista."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import h5py
import meshio
import numpy as np
import pytest
from write_curved_fields import write_fields

from platingx.cli.main import execute
from platingx.errors import OutputError
from platingx.post.field_reader import FieldSeries, read_fields
from platingx.post.vtk_mesh import VTK_TYPES, vtk_mesh
from platingx.post.vtkhdf import write_vtkhdf
from platingx.post.vtu import write_vtu

pyvista = pytest.importorskip("pyvista")

TIMES = [0.0, 0.5, 2.0]
CELL_TYPES = {
    "quadrilateral": "quad9", "triangle": "triangle6", "tetrahedron": "tetra10", "hexahedron": "hexahedron27",
}  # fmt: skip
POINTS = {"quadrilateral": 7 * 9, "triangle": 7 * 7, "tetrahedron": 5 * 5 * 7, "hexahedron": 5 * 5 * 7}
"""Nodes of the meshes that cells share; the ring has those of its interface twice."""

# Places of the nodes in the unit cell, from the documentation of the classes vtkBiQuadraticQuad, vtkQuadraticTriangle,
# vtkQuadraticTetra and vtkTriQuadraticHexahedron of VTK.
HALF = 0.5
QUAD = [(0, 0), (1, 0), (1, 1), (0, 1), (HALF, 0), (1, HALF), (HALF, 1), (0, HALF), (HALF, HALF)]
TRIANGLE = [(0, 0), (1, 0), (0, 1), (HALF, 0), (HALF, HALF), (0, HALF)]
TETRA = [
    (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (HALF, 0, 0), (HALF, HALF, 0), (0, HALF, 0), (0, 0, HALF),
    (HALF, 0, HALF), (0, HALF, HALF),
]  # fmt: skip
HEXAHEDRON = [
    *[(x, y, z) for z in (0, 1) for x, y in QUAD[:4]],
    *[(x, y, z) for z in (0, 1) for x, y in QUAD[4:8]],
    *[(x, y, HALF) for x, y in QUAD[:4]],
    (0, HALF, HALF), (1, HALF, HALF), (HALF, 0, HALF), (HALF, 1, HALF), (HALF, HALF, 0), (HALF, HALF, 1),
    (HALF, HALF, HALF),
]  # fmt: skip
PLACES = {"quadrilateral": QUAD, "triangle": TRIANGLE, "tetrahedron": TETRA, "hexahedron": HEXAHEDRON}
SPANS = {"quadrilateral": (1, 3), "triangle": (1, 2), "tetrahedron": (1, 2, 3), "hexahedron": (1, 3, 4)}
"""Nodes at the ends of the unit vectors."""


@pytest.fixture(scope="module", params=list(CELL_TYPES))
def written(request, tmp_path_factory) -> tuple[str, Path]:
    """Kind of cell, and a run folder with fields of it."""
    folder = tmp_path_factory.mktemp(request.param)
    write_fields(folder / "fields.bp", request.param, TIMES)
    (folder / "case.resolved.yaml").write_text("name: ring\nmaterials: {na: {}, lpsc: {}}\ngrowth: {region: na}\n")
    (folder / "manifest.json").write_text('{"regions": ["na", "lpsc"]}')
    return request.param, folder


def pressure(points: np.ndarray, time: float) -> np.ndarray:
    return (1 + time) * (3 * points[:, 0] + points[:, 1])


def assert_nodes_in_vtk_order(kind: str, cells: np.ndarray) -> None:
    """`cells` has the places of the nodes of each cell."""
    if kind == "quadrilateral":  # of a ring: its nodes lie on circles and rays
        radius, angle = np.hypot(cells[..., 0], cells[..., 1]), np.arctan2(cells[..., 1], cells[..., 0])
        cells = np.stack([radius / 1e-7, angle, 0 * angle], axis=-1)
    places, span = np.array(PLACES[kind], dtype=float), SPANS[kind]
    spanned = np.stack([cells[:, node] - cells[:, 0] for node in span], axis=1)
    np.testing.assert_allclose(cells, cells[:, :1] + np.einsum("ns,csd->cnd", places, spanned), atol=1e-12)
    size = np.linalg.det(spanned) if len(span) == 3 else np.cross(spanned[:, 0], spanned[:, 1])[:, 2]
    assert (size > 0).all(), "no cell is inside out"


def test_vtkhdf_holds_every_step_at_the_nodes_of_vtk(written):
    kind, folder = written
    assert execute(["export", str(folder), "--format", "vtkhdf"]) == 0
    with h5py.File(folder / "fields.vtkhdf") as file:
        root = file["VTKHDF"]
        assert root.attrs["Type"] == b"UnstructuredGrid"
        assert tuple(root.attrs["Version"]) == (2, 0)
        points, count = root["Points"][:], int(root["NumberOfPoints"][0])
        offsets, types = root["Offsets"][:], root["Types"][:]
        cells = root["Connectivity"][:].reshape(len(types), -1)
        assert set(types) == {VTK_TYPES[CELL_TYPES[kind]]}
        np.testing.assert_array_equal(offsets, cells.shape[1] * np.arange(len(cells) + 1))
        assert len(points) == count
        assert int(root["NumberOfCells"][0]) == len(cells)
        assert int(root["NumberOfConnectivityIds"][0]) == cells.size
        assert points.dtype == root["PointData/pressure"].dtype == np.float64
        assert_nodes_in_vtk_order(kind, points[cells])
        steps = root["Steps"]
        assert steps.attrs["NSteps"] == 3
        np.testing.assert_array_equal(steps["Values"], TIMES)
        for step, time in enumerate(TIMES):
            start = int(steps["PointDataOffsets/pressure"][step])
            own = slice(start, start + count)
            np.testing.assert_allclose(root["PointData/pressure"][own], pressure(points, time), rtol=1e-13)
            np.testing.assert_allclose(root["PointData/displacement"][own], time * points, rtol=1e-13, atol=1e-22)
            assert all(int(steps[name][step, 0]) == 0 for name in ("CellOffsets", "ConnectivityIdOffsets"))
            assert int(steps["PointOffsets"][step]) == int(steps["PartOffsets"][step]) == 0
        assert root["PointData/pressure"].attrs["unit"] == "Pa"
        assert root.attrs["region lpsc"] == 1
        ceramic = points[cells].mean(axis=1)[:, 0] > 5e-8
        np.testing.assert_array_equal(root["CellData/region"][:], ceramic)
        twice = 7 if kind == "quadrilateral" else 0
        assert POINTS[kind] <= count <= POINTS[kind] + 2 * twice
        assert len(np.unique(np.round(points / 1e-10), axis=0)) == POINTS[kind]


def test_vtu_is_read_back_by_meshio(written):
    kind, folder = written
    assert execute(["export", str(folder), "--format", "vtu"]) == 0
    collection = ET.parse(folder / "vtu" / "fields.pvd").getroot()
    entries = [(float(entry.get("timestep")), entry.get("file")) for entry in collection.iter("DataSet")]
    assert [time for time, _ in entries] == TIMES
    for time, name in entries:
        mesh = meshio.read(folder / "vtu" / name)
        assert [block.type for block in mesh.cells] == [CELL_TYPES[kind]]
        assert mesh.points.dtype == mesh.point_data["pressure"].dtype == np.float64
        assert_nodes_in_vtk_order(kind, mesh.points[mesh.cells[0].data])
        np.testing.assert_allclose(mesh.point_data["pressure"], pressure(mesh.points, time), rtol=1e-13)
        np.testing.assert_allclose(mesh.point_data["displacement"], time * mesh.points, rtol=1e-13, atol=1e-22)
        ceramic = mesh.points[mesh.cells[0].data].mean(axis=1)[:, 0] > 5e-8
        np.testing.assert_array_equal(mesh.cell_data["region"][0], ceramic)


def at_time(path: Path, time: float) -> pyvista.UnstructuredGrid:
    """Read an instant of a file by the readers of VTK."""
    if path.suffix == ".pvd":
        series = pyvista.get_reader(path)
        series.set_active_time_value(time)
        return series.read()[0]
    from vtkmodules.vtkIOHDF import vtkHDFReader

    reader = vtkHDFReader()
    reader.SetFileName(str(path))
    reader.UpdateInformation()
    information = reader.GetOutputInformation(0)
    times = [information.Get(reader_times(), k) for k in range(information.Length(reader_times()))]
    assert times == TIMES
    reader.UpdateTimeStep(time)
    return pyvista.wrap(reader.GetOutput())


def reader_times():
    from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline

    return vtkStreamingDemandDrivenPipeline.TIME_STEPS()


INSIDE = (0.21, 0.33, 0.17)
"""A place in the unit cell, of no symmetry and of no face."""


@pytest.mark.parametrize("name", ["fields.vtkhdf", "vtu/fields.pvd"])
def test_vtk_reads_places_and_values_at_its_own_quadratic_nodes(written, name):
    """The shape functions of VTK itself give the places and values between the nodes."""
    from vtkmodules.vtkCommonCore import reference

    kind, folder = written
    assert execute(["export", str(folder), "--format", "vtu" if "vtu" in name else "vtkhdf"]) == 0
    for time in TIMES:
        grid = at_time(folder / name, time)
        assert set(grid.celltypes) == {VTK_TYPES[CELL_TYPES[kind]]}
        assert grid.points.dtype == grid.point_data["pressure"].dtype == np.float64
        np.testing.assert_allclose(grid.point_data["pressure"], pressure(grid.points, time), rtol=1e-13)
        nodes = grid.cell_connectivity.reshape(grid.n_cells, -1)
        assert_nodes_in_vtk_order(kind, grid.points[nodes])
        span, first = SPANS[kind], grid.points[nodes[:, 0]]
        for number in range(grid.n_cells):
            place, weights = [0.0] * 3, [0.0] * nodes.shape[1]
            grid.GetCell(number).EvaluateLocation(reference(0), INSIDE, place, weights)
            given = pressure(np.array([place]), time)[0]
            assert np.dot(weights, grid.point_data["pressure"][nodes[number]]) == pytest.approx(given, rel=1e-12)
            if kind != "quadrilateral":
                along = grid.points[nodes[number, span]] - first[number]
                np.testing.assert_allclose(place, first[number] + np.array(INSIDE[: len(span)]) @ along, atol=1e-14)
            else:  # the middle of a sector lies on the circle between its rings, not on a chord
                grid.GetCell(number).EvaluateLocation(reference(0), (0.5, 0.5, 0.0), place, weights)
                radii = np.hypot(*grid.points[nodes[number]][:, :2].T)
                assert np.hypot(*place[:2]) == pytest.approx(0.5 * (radii.min() + radii.max()), rel=1e-12)


@pytest.fixture(scope="module")
def eruption(run_folder) -> FieldSeries:
    return read_fields(run_folder)


def test_cells_of_a_region_share_points_and_those_of_two_do_not(eruption):
    mesh = vtk_mesh(eruption)
    assert not mesh.jumps
    interface = 2 * 24 + 1
    assert len(mesh.points) == 49 * (2 * 19 + 1) + interface
    values = eruption.at(-1)["pressure"]
    shared, own = (np.sort(each, axis=1) for each in (values[mesh.source][mesh.cells], values[eruption.cells]))
    np.testing.assert_allclose(shared, own, rtol=1e-9)
    assert set(mesh.region_of_points[mesh.cells[mesh.region_of_cells == 0]].ravel()) == {0}
    metal = vtk_mesh(eruption, ["li"])
    assert metal.regions == {"li": 0}
    assert len(metal.cells) == eruption.region_mask("li").sum()
    assert len(metal.points) == 49 * 11
    np.testing.assert_array_equal(metal.points[metal.cells], mesh.points[mesh.cells[mesh.region_of_cells == 0]])


def test_a_field_that_jumps_between_cells_keeps_the_points_apart(tmp_path, eruption, monkeypatch):
    read = FieldSeries.at

    def at(fields, step=-1, names=None):
        values = dict(read(fields, step, names))
        if step == 3 and "plastic_strain" in values:
            values["plastic_strain"] = values["plastic_strain"] + 1e-6 * (np.arange(len(fields.points)) // 9)
        return values

    monkeypatch.setattr(FieldSeries, "at", at)
    mesh = vtk_mesh(eruption)
    assert mesh.jumps == ("plastic_strain",)
    assert len(mesh.points) == len(eruption.points)
    np.testing.assert_allclose(mesh.points[mesh.cells], eruption.points[eruption.cells], atol=0)


def test_an_export_that_fails_leaves_the_older_file(tmp_path, eruption, monkeypatch):
    mesh, path = vtk_mesh(eruption), tmp_path / "fields.vtkhdf"
    write_vtkhdf(eruption, mesh, path, "first")
    before = path.read_bytes()

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("platingx.post.vtkhdf._append", full)
    with pytest.raises(OutputError, match="No space left"):
        write_vtkhdf(eruption, mesh, path, "second")
    assert [file.name for file in tmp_path.iterdir()] == ["fields.vtkhdf"]
    assert path.read_bytes() == before
    with pytest.raises(OutputError, match="cannot be written"):
        write_vtu(eruption, mesh, path)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["{run}", "--format", "calculix"], 2, "case.resolved.yaml --format calculix"),
        (["{run}/case.resolved.yaml", "--format", "vtu"], 5, "then platingx export runs/NAME --format vtu"),
        (["{run}/nowhere", "--format", "vtkhdf"], 5, "no such run folder"),
        (["{run}", "--format", "vtkhdf", "--region", "cu"], 5, "regions are li, llzo"),
        (["{run}", "--format", "vtu", "--small-strain"], 2, "takes the fields of a run as they are"),
        (["{run}", "--format", "vtu", "--set", "time.end=1 s"], 2, "takes the fields of a run as they are"),
        (["{run}/case.resolved.yaml", "--format", "calculix", "--region", "li"], 2, "calculix takes a case as a whole"),
    ],
)
def test_cases_and_runs_are_told_apart(run_folder, capsys, arguments, code, message):
    assert execute(["export", *(text.format(run=run_folder) for text in arguments)]) == code
    assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())
