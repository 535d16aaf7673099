"""What would hurt most if lost: groups of every format are those of the file, by element, and none is skipped."""

import re
from pathlib import Path

import gmsh
import h5py
import meshio
import numpy as np
import pytest
from dolfinx.io import XDMFFile
from mpi4py import MPI

from platingx_meshes import MeshBuildError, MeshData
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.io import distribute
from platingx_meshes.named_groups import read_mesh
from platingx_meshes.simple import Box, build_box

# --- .msh of version 2: two unit squares, the upper one metal; lines at the top

HEAD = """\
$MeshFormat
2.2 0 8
$EndMeshFormat
$PhysicalNames
5
1 1 "collector"
1 2 "rest of the top"
2 11 "llzo"
2 12 "li"
2 13 "body"
$EndPhysicalNames
$Nodes
9
1 0 0 0
2 1 0 0
3 0 1 0
4 1 1 0
5 0 2 0
6 0.5 2 0
7 1 2 0
8 0.5 0 0
9 0.5 1 0
$EndNodes
"""
CELLS = ["1 3 2 11 1 1 8 9 3", "2 3 2 11 1 8 2 4 9", "3 3 2 12 1 3 9 6 5", "4 3 2 12 1 9 4 7 6"]
"""All of one elementary entity."""
LINES = ["5 1 2 1 1 5 6", "6 1 2 2 1 6 7"]


def msh2(folder: Path, *elements: str, head: str = HEAD) -> Path:
    path = folder / "two.msh"
    path.write_text(head + f"$Elements\n{len(elements)}\n" + "\n".join(elements) + "\n$EndElements\n")
    return path


def test_groups_of_format_2_are_by_element(tmp_path: Path) -> None:
    """One elementary tag for elements of several groups, as scripts and meshio write it."""
    mesh = read_mesh(msh2(tmp_path, *LINES, *CELLS))
    assert mesh.region_measure("llzo") == pytest.approx(1.0)
    assert mesh.boundary_points("collector")[:, 0].tolist() == [0.0, 0.5]
    assert mesh.boundary_points("rest of the top")[:, 0].tolist() == [0.5, 1.0]


def test_groups_of_format_2_that_overlap(tmp_path: Path) -> None:
    """Written once for each group, in either order and sense."""
    again = [f"{number} 3 2 13 2 {' '.join(cell.split()[5:])}" for number, cell in enumerate(CELLS, start=21)]
    again[0] = "21 3 2 -13 2 3 9 8 1"
    for elements in ([*LINES, *CELLS, *again], [*again, *CELLS, *LINES]):
        mesh = read_mesh(msh2(tmp_path, *elements))
        assert len(mesh.cells) == 4
        assert [mesh.region_measure(name) for name in ("li", "llzo")] == pytest.approx([1.0, 1.0])
        assert len(mesh.boundary_facets("collector")) == 1


def test_groups_of_format_2_that_claim_one_cell(tmp_path: Path) -> None:
    with pytest.raises(MeshBuildError, match=r"1 cells \(the first is element 4\) lie in both"):
        read_mesh(msh2(tmp_path, *LINES, *CELLS, "7 3 2 11 1 9 4 7 6"))
    with pytest.raises(MeshBuildError, match=r"elements 4 and 7 have the same nodes"):
        read_mesh(msh2(tmp_path, *LINES, *CELLS, "7 3 2 12 1 9 4 7 6"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("5 0 2 0\n", "5 0,5 2 0\n", r"line 18: not a node: '5 0,5 2 0'(.|\n)*decimal points"),
        ("5 0 2 0\n", "5 0 2\n", "line 18: not a node"),
        ("5 0 2 0\n", "4 0 2 0\n", "node 4 is defined twice"),
        ("$Nodes\n9\n", "$Nodes\n8\n", r"\$Nodes announces 8, but has 9 lines"),
        ("5 1 2 1 1 5 6", "5 1 2 1 1 5", r"line 26: not an element: .*\(1 nodes, but its type has 2\)"),
        ("5 1 2 1 1 5 6", "5 1 2 1 1 5 99", "element 5 uses node 99, which is not defined"),
        (
            "5 1 2 1 1 5 6",
            "5 1 2 1 1 5 2",
            "'collector': 1 of its 1 elements are no sides of cells, the first is element 5",
        ),
    ],
)
def test_damage_in_format_2_is_named(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = msh2(tmp_path, *LINES, *CELLS)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(MeshBuildError, match=words):
        read_mesh(path)


def test_byte_order_mark_before_a_gmsh_file_is_named(tmp_path: Path) -> None:
    path = msh2(tmp_path, *LINES, *CELLS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    with pytest.raises(MeshBuildError, match=r"byte order mark \(U\+FEFF\)"):
        read_mesh(path)


@pytest.mark.parametrize("version", [2.2, 4.1])
@pytest.mark.parametrize("binary", [0, 1])
def test_overlapping_groups_that_gmsh_writes(version: float, binary: int, tmp_path: Path) -> None:
    path = tmp_path / "made.msh"
    with gmsh_model("overlap"):
        tags = [gmsh.model.occ.addRectangle(0, y, 0, 2, 1) for y in (0, 1)]
        gmsh.model.occ.fragment([(2, tags[0])], [(2, tags[1])])
        gmsh.model.occ.synchronize()
        for name, chosen in (("llzo", tags[:1]), ("li", tags[1:]), ("body", tags)):
            gmsh.model.addPhysicalGroup(2, chosen, name=name)
        top = gmsh.model.getEntitiesInBoundingBox(-1, 1.9, -1, 3, 2.1, 1, 1)
        gmsh.model.addPhysicalGroup(1, [tag for _, tag in top], name="collector")
        gmsh.model.mesh.generate(2)
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.option.setNumber("Mesh.Binary", binary)
        try:
            gmsh.write(str(path))
        finally:
            gmsh.option.restoreDefaults()
    mesh = read_mesh(path)
    assert [mesh.region_measure(name) for name in ("li", "llzo")] == pytest.approx([2.0, 2.0])
    assert np.ptp(mesh.boundary_points("collector")[:, 0]) == pytest.approx(2.0)


def test_names_that_differ_in_capitals_only_are_refused_where_they_are_used(tmp_path: Path) -> None:
    head = HEAD.replace('"rest of the top"', '"Collector"')
    with pytest.raises(MeshBuildError, match="'collector' could be 'collector' or 'Collector'"):
        read_mesh(msh2(tmp_path, *LINES, *CELLS, head=head))
    head = HEAD.replace('"collector"', '"Lid"').replace('"rest of the top"', '"LID"')
    path = msh2(tmp_path, *LINES, *CELLS, head=head)
    assert {"Lid", "LID"} <= set(read_mesh(path).boundary_names)
    with pytest.raises(MeshBuildError, match="'Lid' or 'LID', which differ in capital letters only"):
        read_mesh(path, boundaries={"collector": "Lid"})


# --- numbers by cell


def two_layers(cell: str = "quadrilateral") -> MeshData:
    return build_box(Box(2.0, 1.0, 4, 4, interface_height=0.5, cell=cell))


def vtu(folder: Path, made: MeshData, **arrays: object) -> Path:
    """Cells and facets with arrays by name; ``{groups}`` is right, numbers are the same everywhere."""
    cells = [(made.cell_type, made.cells), (made.facet_type, made.facets)]
    groups = [made.cell_regions, 50 + made.facet_boundaries]
    data = {
        name: [np.asarray(kind(part)) for part in groups]  # type: ignore[operator]
        for name, kind in arrays.items()
    }
    path = folder / "box.vtu"
    meshio.Mesh(made.points, cells, cell_data=data).write(path)
    return path


def as_integers(part: np.ndarray) -> np.ndarray:
    return part.astype(np.int32)


def as_floats(part: np.ndarray) -> np.ndarray:
    return part.astype(np.float64)


def counted(part: np.ndarray) -> np.ndarray:
    return np.arange(len(part))


def halves(part: np.ndarray) -> np.ndarray:
    return part + 0.5


NUMBERS = {"regions": {"li": "1", "llzo": "2"}, "boundaries": {"interface": "52"}}


@pytest.mark.parametrize(
    "arrays",
    [
        {"material": as_integers},
        {"anything": as_integers},
        {"anything": as_floats},
        {"material": as_integers, "index": counted},
        {"vtkOriginalCellIds": counted, "anything": as_integers},
        {"anything": as_integers, "stress": halves, "field": as_floats},
    ],
)
def test_the_array_of_groups_is_found(arrays: dict[str, object], tmp_path: Path) -> None:
    mesh = read_mesh(vtu(tmp_path, two_layers(), **arrays), **NUMBERS)
    assert mesh.region_measure("li") == pytest.approx(1.0)
    assert len(mesh.boundary_facets("interface")) == 4


def test_the_array_of_groups_is_chosen_by_the_case(tmp_path: Path) -> None:
    path = vtu(tmp_path, two_layers(), phase=as_integers, index=counted, stress=halves)
    with pytest.raises(MeshBuildError, match=r"several arrays .* phase, index(.|\n)*geometry.cell_array: phase"):
        read_mesh(path, **NUMBERS)
    assert read_mesh(path, cell_array="phase", **NUMBERS).region_measure("li") == pytest.approx(1.0)
    with pytest.raises(MeshBuildError, match=r"'phases' is not there; .*: phase, index"):
        read_mesh(path, cell_array="phases", **NUMBERS)
    with pytest.raises(MeshBuildError, match="'stress' holds other than whole numbers"):
        read_mesh(path, cell_array="stress", **NUMBERS)
    path = vtu(tmp_path, two_layers(), stress=halves)
    with pytest.raises(MeshBuildError, match=r"none of the arrays by cell \(stress\) holds groups"):
        read_mesh(path, **NUMBERS)


def test_a_cell_array_is_of_no_use_where_groups_have_names(tmp_path: Path) -> None:
    with pytest.raises(MeshBuildError, match=r"groups of \.msh files have names"):
        read_mesh(two_layers().write_msh(tmp_path / "box.msh"), cell_array="material")


# --- Nastran, Medit, and what cannot be read

NASTRAN = """\
CEND
BEGIN BULK
GRID,1,,0.,0.,0.
GRID,2,,1.,0.,0.
GRID,3,,1.,1.,0.
GRID,4,,0.,1.,0.
CQUAD4,1,7,1,2,3,4
PSHELL,7,1,0.1
ENDDATA
"""


def test_nastran_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.bdf"
    path.write_text(NASTRAN)
    assert read_mesh(path, regions={"li": "7"}).region_measure("li") == pytest.approx(1.0)
    for old, new, words in (
        ("PSHELL", "CORD2R,5,0,1.,0.,0.\nPSHELL", r"line 8: the entry CORD2R is not followed"),
        ("PSHELL", "CPENTA,5,7,1,2,3,4,1,2\nPSHELL", "the entry CPENTA"),
        ("PSHELL", "RBE2,5,1,123,2\nPSHELL", "the entry RBE2"),
        (NASTRAN[NASTRAN.index("GRID") :], "", "no GRID entries"),
        ("1,2,3,4", "1,2,3", r"element 1 of type quad has 3 nodes instead of 4"),
        ("GRID,2,,", "GRID,2,5,", "coordinate system of their own"),
        ("GRID,2,,1.,0.,0.", "GRID,2,,1,0,0,0,0,0", "line 4: coordinates without decimal points"),
    ):
        path.write_text(NASTRAN.replace(old, new))
        with pytest.raises(MeshBuildError, match=words):
            read_mesh(path)


def test_medit_has_numbers_by_cell(tmp_path: Path) -> None:
    made = two_layers("triangle")
    corners = made.cells[:, :3]
    path = tmp_path / "box.mesh"
    meshio.Mesh(made.points, [("triangle", corners)], cell_data={"medit:ref": [made.cell_regions]}).write(path)
    mesh = read_mesh(path, regions={"li": "1", "llzo": "2"})
    assert mesh.region_measure("li") == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["a.stl", "a.su2", "a.e", "a.obj", "noending"])
def test_formats_whose_names_would_be_lost_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("solid\n")
    with pytest.raises(MeshBuildError, match=r"cannot be read; readable are .msh, .inp, .med(.|\n)*convert it"):
        read_mesh(tmp_path / name)


def test_hexahedra_without_inner_nodes_and_their_sides(tmp_path: Path) -> None:
    path = tmp_path / "cubes.msh"
    with gmsh_model("cubes"):
        cubes = [gmsh.model.occ.addBox(0, 0, z, 1, 1, 1) for z in (0, 1)]
        gmsh.model.occ.fragment([(3, cubes[0])], [(3, cubes[1])])
        gmsh.model.occ.synchronize()
        for name, tag in zip(("llzo", "li"), cubes, strict=True):
            gmsh.model.addPhysicalGroup(3, [tag], name=name)
        top = gmsh.model.getEntitiesInBoundingBox(-1, -1, 1.9, 2, 2, 2.1, 2)
        gmsh.model.addPhysicalGroup(2, [tag for _, tag in top], name="collector")
        for _, tag in gmsh.model.getEntities(1):
            gmsh.model.mesh.setTransfiniteCurve(tag, 3)
        for _, tag in gmsh.model.getEntities(2):
            gmsh.model.mesh.setTransfiniteSurface(tag)
            gmsh.model.mesh.setRecombine(2, tag)
        for _, tag in gmsh.model.getEntities(3):
            gmsh.model.mesh.setTransfiniteVolume(tag)
        gmsh.option.setNumber("Mesh.SecondOrderIncomplete", 1)
        gmsh.option.setNumber("Mesh.MshFileVersion", 2.2)
        try:
            gmsh.model.mesh.generate(3)
            gmsh.model.mesh.setOrder(2)
            gmsh.write(str(path))
        finally:
            gmsh.option.restoreDefaults()
    mesh = read_mesh(path)
    assert mesh.cell_type == "hexahedron27"
    assert len(mesh.boundary_facets("collector")) == 4
    assert mesh.region_measure("li") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "begin", "options"),
    [
        ("a.mesh", "Vertices", {}),
        ("a.vtk", "POINTS", {"binary": False}),
        ("a.vtu", "<Points", {"binary": False}),
        ("a.xdmf", "<Geometry", {"data_format": "XML"}),
        ("a.bdf", "GRID", {}),
        ("a.msh", "$Nodes", {}),
    ],
)
@pytest.mark.filterwarnings("ignore:string or file could not be read to its end")
def test_decimal_commas_are_refused_in_every_format(
    name: str, begin: str, options: dict[str, object], tmp_path: Path
) -> None:
    made = two_layers("triangle")
    path = tmp_path / name
    if name == "a.msh":
        made.write_msh(path)
    else:
        array = {"a.mesh": "medit:ref", "a.bdf": "nastran:ref"}.get(name, "region")
        mesh = meshio.Mesh(made.points, [("triangle", made.cells[:, :3])], cell_data={array: [made.cell_regions]})
        meshio.write(path, mesh, **options)
    names = {} if name == "a.msh" else {"li": "1", "llzo": "2"}
    assert read_mesh(path, regions=names).region_measure("li") == pytest.approx(1.0)
    text = path.read_text()
    start = text.index(begin)
    path.write_text(text[:start] + re.sub(r"(\d)\.(\d)", r"\1,\2", text[start:]))
    with pytest.raises(MeshBuildError, match=re.escape(name)):
        read_mesh(path, regions=names)


# --- MED


def med(path: Path, made: MeshData, *, named: bool = True, left_handed: bool = False) -> Path:
    """Families as Salome numbers them; the family of the metal belongs to two groups, blocks of family 0 have none."""
    types = {"triangle6": "TR6", "line3": "SE3", "tetra10": "T10", "quad9": "QU9"}
    with h5py.File(path, "w") as file:
        mesh = file.create_group("ENS_MAA/box")
        mesh.attrs.update({"ESP": made.dimension, "DIM": made.dimension, "REP": 0})
        step = mesh.create_group("-0000000000000000001-0000000000000000001")
        places = step.create_dataset("NOE/COO", data=made.points[:, : made.dimension].ravel(order="F"))
        places.attrs["NBR"] = len(made.points)
        blocks = [
            (made.cell_type, made.cells, -made.cell_regions),
            (made.facet_type, made.facets, -50 - made.facet_boundaries),
        ]
        for kind, nodes, family in blocks:
            if kind == "tetra10" and left_handed:
                nodes = nodes[:, [0, 2, 1, 3, 6, 5, 4, 7, 8, 9]]  # of MED, whose middles are in the order of VTK
            if kind not in types:
                continue
            own = step.create_group(f"MAI/{types[kind]}")
            own.create_dataset("NOD", data=nodes.ravel(order="F") + 1).attrs["NBR"] = len(nodes)
            own.create_dataset("FAM", data=family)
        names = {-tag: [name] for name, tag in made.region_names.items()}
        names[-1] = ["METAL", "soft parts"]
        names |= {-50 - tag: [name] for name, tag in made.boundary_names.items()}
        for number, groups in names.items():
            family_group = file.create_group(f"FAS/box/ELEME/FAM_{number}")
            family_group.attrs["NUM"] = number
            rows = np.zeros((len(groups), 80), dtype=np.int8)
            for row, group in zip(rows, groups, strict=True):
                row[: len(group)] = np.frombuffer(group.encode(), dtype=np.int8)
            if named:
                family_group.create_dataset("GRO/NOM", data=rows)
    return path


@pytest.mark.parametrize("cell", ["triangle", "quadrilateral"])
def test_med_has_names_of_groups(cell: str, tmp_path: Path) -> None:
    made = two_layers(cell)
    mesh = read_mesh(med(tmp_path / "box.med", made), regions={"li": "soft parts"})
    assert [mesh.region_measure(name) for name in ("li", "llzo")] == pytest.approx([1.0, 1.0])
    for name in made.boundary_names:
        assert len(mesh.boundary_facets(name)) == len(made.boundary_facets(name))


def test_med_cells_in_space_are_left_handed(tmp_path: Path) -> None:
    made = build_block3d(Block3D(2.0, 1.0, 3.0, 2, 2, 3, interface_height=1.0, cell="tetrahedron"))
    path = med(tmp_path / "block.med", made, left_handed=True)
    mesh = read_mesh(path, regions={"li": "METAL"})
    assert mesh.region_measure("li") == pytest.approx(4.0)
    assert mesh.quality == pytest.approx(made.quality)


def test_med_that_is_none_or_has_no_groups(tmp_path: Path) -> None:
    with pytest.raises(MeshBuildError, match=r"belong to no region; regions there are: none"):
        read_mesh(med(tmp_path / "box.med", two_layers("triangle"), named=False))
    (tmp_path / "no.med").write_text("nonsense")
    with pytest.raises(MeshBuildError, match="not a MED file"):
        read_mesh(tmp_path / "no.med")
    with h5py.File(tmp_path / "box.med", "a") as file:
        next(iter(file["ENS_MAA/box"].values()))["MAI/TR6/NOD"][5] = 10**9
    with pytest.raises(MeshBuildError, match="uses a node that is not defined"):
        read_mesh(tmp_path / "box.med")
    with h5py.File(tmp_path / "box.med", "a") as file:
        file.create_group("ENS_MAA/second")
    with pytest.raises(MeshBuildError, match="2 meshes in one file: box, second"):
        read_mesh(tmp_path / "box.med")
    with h5py.File(tmp_path / "box.med", "a") as file:
        del file["ENS_MAA/second"]
        step = next(iter(file["ENS_MAA/box"].values()))
        step.move("MAI/TR6", "MAI/POG")
    with pytest.raises(MeshBuildError, match="cells of type POG are not supported"):
        read_mesh(tmp_path / "box.med")


# --- XDMF of dolfinx


def dolfinx_file(path: Path, made: MeshData, encoding: XDMFFile.Encoding, *more: str) -> Path:
    loaded = distribute(made, MPI.COMM_SELF)
    with XDMFFile(MPI.COMM_SELF, str(path), "w", encoding=encoding) as file:
        file.write_mesh(loaded.mesh)
        file.write_meshtags(loaded.cell_tags, loaded.mesh.geometry)
        file.write_meshtags(loaded.facet_tags, loaded.mesh.geometry)
        for name in more:
            loaded.cell_tags.name = name
            file.write_meshtags(loaded.cell_tags, loaded.mesh.geometry)
    return path


@pytest.mark.parametrize("encoding", [XDMFFile.Encoding.HDF5, XDMFFile.Encoding.ASCII])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_files_of_dolfinx(cell: str, encoding: XDMFFile.Encoding, tmp_path: Path) -> None:
    flat = cell in {"quadrilateral", "triangle"}
    made = two_layers(cell) if flat else build_block3d(Block3D(cells_y=1, interface_height=0.5, cell=cell))
    boundaries = {name: str(tag) for name, tag in made.boundary_names.items()}
    path = dolfinx_file(tmp_path / "box.xdmf", made, encoding)
    mesh = read_mesh(path, regions={"li": "1", "llzo": "2"}, boundaries=boundaries)
    assert mesh.cell_type == made.cell_type
    assert mesh.quality == pytest.approx(made.quality)
    for name in made.region_names:
        assert mesh.region_measure(name) == pytest.approx(made.region_measure(name))
    for name in made.boundary_names:
        ours, theirs = (np.sort(own.boundary_points(name), axis=0) for own in (made, mesh))
        np.testing.assert_allclose(theirs, ours, atol=1e-12)


def test_several_tags_of_dolfinx_are_chosen_by_the_case(tmp_path: Path) -> None:
    path = dolfinx_file(tmp_path / "box.xdmf", two_layers(), XDMFFile.Encoding.HDF5, "parts")
    with pytest.raises(MeshBuildError, match=r"several tags of dimension 2: regions, parts(.|\n)*cell_array: regions"):
        read_mesh(path)
    assert read_mesh(path, regions={"li": "1", "llzo": "2"}, cell_array="parts").region_measure("li") == pytest.approx(
        1.0
    )
    with pytest.raises(MeshBuildError, match="there are no tags 'part'; there are: regions, boundaries, parts"):
        read_mesh(path, cell_array="part")


def test_damaged_files_of_dolfinx(tmp_path: Path) -> None:
    path = dolfinx_file(tmp_path / "box.xdmf", two_layers(), XDMFFile.Encoding.HDF5)
    text = path.read_text()
    (tmp_path / "box.h5").unlink()
    with pytest.raises(MeshBuildError, match=r"its arrays are in the file 'box\.h5', which is not there") as refused:
        read_mesh(path)
    assert "copy box.h5 with box.xdmf" in str(refused.value)
    (tmp_path / "box.h5").write_text("no arrays")
    with pytest.raises(MeshBuildError, match="not a mesh of dolfinx"):
        read_mesh(path)
    one = tmp_path / "one.xdmf"  # of meshio
    one.write_text(
        text[: text.index("<Grid")]
        + "<Grid><Geometry><DataItem Format='HDF'>else.h5:/x</DataItem></Geometry></Grid></Domain></Xdmf>"
    )
    with pytest.raises(MeshBuildError, match=r"its arrays are in the file 'else\.h5'"):
        read_mesh(one)
    path.write_text(text.replace("Quadrilateral_9", "Wedge"))
    with pytest.raises(MeshBuildError, match=r"box\.xdmf"):
        read_mesh(path)
