"""What would hurt most if lost: a user's mesh is read with the right names, or refused with reason and place."""

from pathlib import Path

import gmsh
import meshio
import numpy as np
import pytest
from abaqus_files import write_inp
from mesh_geometries import surface_pit

from platingx_meshes import MeshBuildError, MeshData, build_surface_pit
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.named_groups import read_mesh
from platingx_meshes.simple import Box, build_box

REGIONS = {"li": "Part_li", "llzo": "PART_LLZO"}


def two_layers(cell: str = "quadrilateral", distortion: float = 0.2) -> MeshData:
    return build_box(Box(2.0, 1.0, 4, 4, interface_height=0.5, cell=cell, distortion=distortion))


def same_content(read: MeshData, made: MeshData) -> None:
    """Equal measures of regions and equal places of boundaries."""
    assert set(read.region_names) == set(made.region_names)
    assert set(read.boundary_names) == set(made.boundary_names)
    assert len(read.cells) == len(made.cells)
    for name in made.region_names:
        assert read.region_measure(name) == pytest.approx(made.region_measure(name), rel=1e-12)
    size = np.ptp(made.points)
    for name in made.boundary_names:
        places = [
            np.sort(np.round(m.points[m.boundary_facets(name)].mean(axis=1) / size, 9), axis=0) for m in (read, made)
        ]
        np.testing.assert_allclose(places[0], places[1], atol=2e-9)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_msh_round_trip(cell, tmp_path):
    made = build_surface_pit(surface_pit(cell=cell))
    read = read_mesh(made.write_msh(tmp_path / "pit.msh"))
    same_content(read, made)
    assert read.region_names == made.region_names
    assert read.boundary_names == made.boundary_names
    assert "\n4.1 0" in (tmp_path / "pit.msh").read_text()[:100]


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_msh_round_trip_in_three_dimensions(cell, tmp_path):
    made = build_block3d(Block3D(2e-9, 1e-9, 3e-9, 2, 2, 3, interface_height=1e-9, cell=cell))
    assert made.quality > 0.3
    assert made.region_measure("llzo") == pytest.approx(2e-27)
    same_content(read_mesh(made.write_msh(tmp_path / "block.msh"), dimension=3), made)


@pytest.mark.parametrize(
    "make",
    [
        two_layers,
        lambda: two_layers("triangle"),
        lambda: build_surface_pit(surface_pit()),
        lambda: build_block3d(Block3D(2.0, 1.0, 3.0, 2, 2, 3, interface_height=1.0, cell="tetrahedron")),
    ],
)
def test_a_mesh_that_was_read_comes_back_from_its_copy_to_the_last_bit(make, tmp_path):
    """A run from the copy in a run folder is the same run: order of nodes and cells, and all digits."""
    made = make()
    given = write_inp(made, tmp_path / "given.inp", scale=1.2345)
    read = read_mesh(given, regions=REGIONS, length_unit=0.987)
    copy = read.write_msh(tmp_path / "mesh.msh")
    again = read_mesh(copy)
    for name in ("points", "cells", "cell_regions", "facets", "facet_boundaries"):
        np.testing.assert_array_equal(getattr(again, name), getattr(read, name), err_msg=name)
    assert list(again.region_names.items()) == list(read.region_names.items())
    assert list(again.boundary_names.items()) == list(read.boundary_names.items())
    assert again.write_msh(tmp_path / "again.msh").read_bytes() == copy.read_bytes()


@pytest.mark.parametrize("make", [two_layers, lambda: build_surface_pit(surface_pit())])
def test_element_numbers_are_positions_of_cells(make, tmp_path):
    """Messages of a run name an element by its number in mesh.msh."""
    made = make()
    path = made.write_msh(tmp_path / "numbered.msh")
    with gmsh_model("numbers"):
        gmsh.merge(str(path))
        for number in (1, 2, len(made.cells) // 2, len(made.cells)):
            nodes = gmsh.model.mesh.getElement(number)[1]
            np.testing.assert_array_equal(nodes - 1, made.cells[number - 1])


@pytest.mark.parametrize("boundaries", ["node sets", "line elements", "surfaces"])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_abaqus_round_trip(cell, boundaries, tmp_path):
    made = two_layers(cell)
    path = write_inp(made, tmp_path / "box.inp", boundaries=boundaries)
    read = read_mesh(path, regions=REGIONS, dimension=2)
    if boundaries == "node sets":  # two facets at a corner cannot be told from one another by nodes alone
        assert set(read.boundary_names) == set(made.boundary_names)
    same_content(read, made)


def test_abaqus_file_of_a_curved_pit_in_nanometres(tmp_path):
    """Completed centre nodes are not those of the builder, but areas and boundaries are."""
    made = build_surface_pit(surface_pit())
    read = read_mesh(write_inp(made, tmp_path / "pit.inp", scale=1e9), regions=REGIONS, length_unit=1e-9)
    assert read.cell_type == "quad9"
    assert read.region_measure("li") == pytest.approx(made.region_measure("li"), rel=1e-5)
    for name in made.boundary_names:
        assert len(read.boundary_facets(name)) == len(made.boundary_facets(name)), name


@pytest.mark.parametrize("boundaries", ["node sets", "surfaces"])
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_abaqus_round_trip_in_three_dimensions(cell, boundaries, tmp_path):
    made = build_block3d(Block3D(2.0, 1.0, 3.0, 2, 2, 3, interface_height=1.0, cell=cell))
    read = read_mesh(write_inp(made, tmp_path / "block.inp", boundaries=boundaries), regions=REGIONS)
    assert read.cell_type == made.cell_type
    same_content(read, made)


@pytest.mark.parametrize("suffix", ["vtu", "vtk"])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_formats_of_meshio_name_regions_by_number(cell, suffix, tmp_path):
    made = two_layers(cell)
    cells = [(made.cell_type, made.cells), (made.facet_type, made.facets)]
    groups = {"region": [made.cell_regions.astype(np.int32), 50 + made.facet_boundaries.astype(np.int32)]}
    path = tmp_path / f"box.{suffix}"
    meshio.Mesh(made.points, cells, cell_data=groups).write(path)
    boundaries = {name: str(50 + tag) for name, tag in made.boundary_names.items()}
    same_content(read_mesh(path, regions={"li": "1", "llzo": "2"}, boundaries=boundaries), made)


@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_own_xdmf_keeps_the_node_order(cell, tmp_path):
    made = build_block3d(Block3D(cells_x=1, cells_y=2, cells_z=2, interface_height=0.5, cell=cell))
    files = made.write_xdmf(tmp_path / "block.xdmf")
    assert [file.name for file in files] == ["block.xdmf", "block_boundaries.xdmf"]
    read = read_mesh(files[0], regions={"li": "1", "llzo": "2"})
    assert read.region_measure("li") == pytest.approx(0.5)
    assert read.quality == pytest.approx(made.quality)


def test_incomplete_second_order_cells_of_gmsh_are_completed(tmp_path):
    path = tmp_path / "plate.msh"
    with gmsh_model("plate"):
        disk = gmsh.model.occ.addDisk(0, 0, 0, 1, 1)
        gmsh.model.occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [disk], 7, "LLZO")
        gmsh.model.addPhysicalGroup(1, [tag for _, tag in gmsh.model.getEntities(1)], 3, "rim")
        gmsh.option.setNumber("Mesh.RecombineAll", 1)
        gmsh.option.setNumber("Mesh.RecombinationAlgorithm", 3)
        gmsh.option.setNumber("Mesh.SecondOrderIncomplete", 1)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        gmsh.write(str(path))
    mesh = read_mesh(path)
    assert mesh.cell_type == "quad9"
    assert mesh.region_names == {"llzo": 2}
    assert list(mesh.boundary_names) == ["rim"]
    assert mesh.region_measure("llzo") == pytest.approx(np.pi, rel=1e-3)


def test_first_order_and_clockwise_cells_are_taken(tmp_path):
    points = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [2, 0], [2, 1.0]])
    cells = [("quad", np.array([[0, 3, 2, 1], [1, 2, 5, 4]]))]
    path = tmp_path / "two.vtu"
    meshio.Mesh(np.column_stack([points, np.zeros(6)]), cells, cell_data={"region": [np.array([1, 2])]}).write(path)
    mesh = read_mesh(path)
    assert set(mesh.region_names) == {"1", "2"}
    assert mesh.region_measure("1") == pytest.approx(1.0)


def test_missing_names_list_those_there_are(tmp_path):
    path = write_inp(two_layers(), tmp_path / "box.inp")
    with pytest.raises(
        MeshBuildError, match=r"no region 'lithium' \(wanted as 'li'\).*there are: .*Part_LI, Part_LLZO"
    ):
        read_mesh(path, regions={"li": "lithium"})
    with pytest.raises(
        MeshBuildError, match=r"no boundary 'collector'.*there are: Nall, bottom, interface, left, right, top"
    ):
        read_mesh(path, regions=REGIONS, required_boundaries=("collector",))
    with pytest.raises(MeshBuildError, match="no region 'llzo'"):
        read_mesh(path, regions={"li": "Part_li"}, required_regions=("li", "llzo"))


@pytest.mark.parametrize("written", ["TOP", "Top", "top"])
def test_a_boundary_is_called_as_the_case_writes_it(written, tmp_path):
    """Capital letters do not matter, not even for a name that other geometries have in small ones."""
    path = write_inp(two_layers(), tmp_path / "box.inp")
    text = path.read_text()
    assert "top" in text
    path.write_text(text.replace("=top", "=TOP"))
    read = read_mesh(path, regions=REGIONS, required_boundaries=(written,))
    assert written in read.boundary_names
    assert len(read.boundary_facets(written)) == len(two_layers().boundary_facets("top"))


def test_overlapping_names_are_refused(tmp_path):
    path = write_inp(two_layers(), tmp_path / "box.inp")
    with pytest.raises(MeshBuildError, match=r"8 cells \(the first is element 101\) lie in both"):
        read_mesh(path, regions={"li": "Part_li", "llzo": "Everything"})


def test_cells_without_region_are_refused(tmp_path):
    made = two_layers()
    path = write_inp(made, tmp_path / "box.inp")
    text = path.read_text().replace("ELSET=Part_LLZO", "ELSET=_x").replace("101, 116, 1", "101, 102, 1")
    path.write_text(text.replace(", ELSET=_x", ""))
    with pytest.raises(MeshBuildError, match=r"8 cells .* belong to no region; regions there are: Everything, Part_LI"):
        read_mesh(path)


def moved_node(tmp_path: Path, cell: str, place: tuple[float, float]) -> Path:
    """A mesh whose first inner corner node has been moved far away."""
    made = two_layers(cell, 0.0)
    points = made.points.copy()
    points[np.linalg.norm(points - [0.5, 0.25, 0.0], axis=1).argmin(), :2] = place
    changed = MeshData(**{**{k: getattr(made, k) for k in made.__dataclass_fields__}, "points": points})
    return write_inp(changed, tmp_path / "moved.inp")


@pytest.mark.parametrize(
    ("cell", "place"), [("quadrilateral", (1.4, 0.3)), ("triangle", (1.4, 0.3)), ("triangle", (0.0, 0.0))]
)
def test_inverted_cells_are_refused_with_number_and_place(cell, place, tmp_path):
    with pytest.raises(
        MeshBuildError, match=r"element 1\d\d at \(.*\) in the file's unit (is|has) .*elements are affected"
    ):
        read_mesh(moved_node(tmp_path, cell, place), regions=REGIONS)


def test_mixed_cell_types_are_refused(tmp_path):
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 0, 0.0]])
    cells = [("quad", np.array([[0, 1, 2, 3]])), ("triangle", np.array([[1, 4, 2]]))]
    path = tmp_path / "mixed.vtu"
    meshio.Mesh(points, cells, cell_data={"region": [np.array([1]), np.array([2])]}).write(path)
    with pytest.raises(MeshBuildError, match=r"mixes cell types \(1 quad, 1 triangle\)"):
        read_mesh(path)


def test_wrong_dimension_is_refused(tmp_path):
    path = two_layers().write_msh(tmp_path / "box.msh")
    with pytest.raises(MeshBuildError, match=r"2-dimensional cells \(quad9\), but the case needs dimension 3"):
        read_mesh(path, dimension=3)
    made = two_layers()
    tilted = MeshData(
        **{
            **{k: getattr(made, k) for k in made.__dataclass_fields__},
            "points": made.points + made.points[:, [2, 2, 0]],
        }
    )
    with pytest.raises(MeshBuildError, match="plane z = constant"):
        read_mesh(tilted.write_msh(tmp_path / "tilted.msh"))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.msh", None, "no such mesh file"),
        ("bad.msh", "nonsense\n", "line 1: not a mesh file of Gmsh"),
        ("bad.vtu", "nonsense\n", "meshio cannot read"),
        ("bad.xyzzy", "nonsense\n", "files that end in '.xyzzy' cannot be read"),
        ("bad.inp", "nonsense\n", "line 1: no .NODE or other keyword before"),
        ("bad.inp", "*NODE\n1, 0, x\n", "line 2: not a node"),
        ("bad.inp", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=COH2D4\n1, 1\n", "element type 'COH2D4' is not supported"),
        ("bad.inp", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=CPE4\n1, 1, 2\n", "element 1 of type CPE4 needs 4 nodes"),
        ("bad.inp", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=CPE3\n1, 1, 2, 3\n", "element 1 uses node 2"),
        ("bad.inp", "*NODE\n1, 0, 0\n*NSET, NSET=a\nb\n", "no set 'b'"),
        ("bad.inp", "*INCLUDE, INPUT=x.inp\n", "line 1: there is no file 'x.inp' to include"),
        ("bad.inp", "*PART, NAME=a\n*END PART\n*PART, NAME=b\n", "several parts"),
    ],
)
def test_unreadable_files_are_refused(name, text, words, tmp_path):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(MeshBuildError, match=words):
        read_mesh(path)


def test_wrong_suffixes_for_writing(tmp_path):
    with pytest.raises(MeshBuildError, match=r"\.msh"):
        two_layers().write_msh(tmp_path / "box.vtu")
    with pytest.raises(MeshBuildError, match=r"\.xdmf"):
        two_layers().write_xdmf(tmp_path / "box.vtu")
    with pytest.raises(MeshBuildError, match="length_unit"):
        read_mesh(tmp_path / "box.msh", length_unit=0.0)
