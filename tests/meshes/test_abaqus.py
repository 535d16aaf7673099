"""What would hurt most if lost: an Abaqus file is read as Abaqus reads it, or refused; nothing is skipped."""

from pathlib import Path

import numpy as np
import pytest

from platingx_meshes import MeshBuildError, MeshData
from platingx_meshes.named_groups import read_mesh

NODES = {1: (0, -1), 2: (1, -1), 3: (2, -1), 4: (0, 0), 5: (1, 0), 6: (2, 0), 7: (0, 0.5), 8: (1, 0.5), 9: (2, 0.5)}
"""Two columns of metal on ceramic."""
ELEMENTS = """\
*ELEMENT, TYPE=CPE4, ELSET=llzo
1, 1, 2, 5, 4
2, 2, 3, 6, 5
*ELEMENT, TYPE=CPE4, ELSET=li
3, 4, 5, 8, 7
4, 5, 6, 9, 8
"""
TOP = "*NSET, NSET=collector\n7, 8, 9\n"


def node_lines(shift: tuple[float, float] = (0.0, 0.0), leave_out: tuple[int, ...] = ()) -> str:
    kept = {label: place for label, place in NODES.items() if label not in leave_out}
    return "".join(f"{label}, {x - shift[0]:g}, {y - shift[1]:g}\n" for label, (x, y) in kept.items())


DECK = "*NODE\n" + node_lines() + ELEMENTS + TOP


def read(folder: Path, text: str | bytes, **others: str) -> MeshData:
    """Read a deck beside other files."""
    for name, content in others.items():
        (folder / f"{name}.inp").write_text(content)
    path = folder / "deck.inp"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_mesh(path)


def is_the_body(mesh: MeshData) -> None:
    """The body of DECK, wherever its nodes come from."""
    assert mesh.region_measure("llzo") == pytest.approx(2.0)
    assert mesh.region_measure("li") == pytest.approx(1.0)
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    np.testing.assert_allclose([*low, *high], [0.0, -1.0, 0.0, 2.0, 0.5, 0.0], atol=1e-12)
    np.testing.assert_allclose(sorted(mesh.boundary_points("collector")[:, 0]), [0.0, 1.0, 2.0], atol=1e-12)
    assert np.all(mesh.boundary_points("collector")[:, 1] == pytest.approx(0.5))


MATERIAL = "*MATERIAL, NAME=LI\n*ELASTIC\n1., 0.3\n*SOLID SECTION, ELSET=li, MATERIAL=LI\n,\n"
STEP = "*STEP, NLGEOM\n*STATIC\n0.1, 1.\n*CLOAD\n3, 1, 5.\n*WHATEVER\n1, 2\n*END STEP\n"
ASSEMBLY = "*END PART\n*ASSEMBLY, NAME=A\n*INSTANCE, NAME=P-1, PART=P\n*END INSTANCE\n"
PART = "*PART, NAME=P\n*NODE\n" + node_lines() + ELEMENTS
READ = {
    "plain": DECK,
    "mark of UTF-8": b"\xef\xbb\xbf" + DECK.encode(),
    "UTF-16": b"\xff\xfe" + DECK.encode("utf-16-le"),
    "Latin characters": b"*HEADING\nGr\xf6\xdfe\n" + DECK.encode(),
    "old line ends": DECK.replace("\n", "\r\n"),
    "materials and steps": DECK + MATERIAL + STEP,
    "set in two spellings": DECK.replace("7, 8, 9", "7, 8") + "*NSET, NSET=COLLECTOR\n9\n",
    "set of a span": DECK.replace("collector\n7, 8, 9", "collector, GENERATE\n7, 9"),
    "set of a span with holes": DECK.replace("collector\n7, 8, 9", "collector, GENERATE\n7, 19"),
    "set of sets": DECK.replace(TOP, "*NSET, NSET=a\n7, 8\n*NSET, NSET=collector\nA, 9\n"),
    "set of nodes of elements": DECK.replace("7, 8, 9", "7").replace(TOP, "")
    + "*ELEMENT, TYPE=T2D2, ELSET=lid\n11, 7, 8\n12, 8, 9\n*NSET, NSET=collector, ELSET=lid\n",
    "line elements": DECK.replace(TOP, "*ELEMENT, TYPE=B21, ELSET=collector\n11, 7, 8\n12, 8, 9\n"),
    "surface": DECK.replace(TOP, "*SURFACE, NAME=collector\nli, S3\n"),
    "surface of a set that Abaqus made": DECK.replace(
        TOP, "*ELSET, ELSET=_collector_S3, INTERNAL\n3, 4\n*SURFACE, NAME=collector, TYPE=ELEMENT\n_collector_S3, S3\n"
    ),
    "surface of nodes": DECK.replace(TOP, "*SURFACE, NAME=collector, TYPE=NODE\n7, 1.0\n8, 1.0\n9,\n"),
    "names of other models": DECK + "*NSET, NSET=TOP\n7\n*NSET, NSET=Pit\n1, 9\n*SURFACE, NAME=Left\n1, E1\n",
    "surface that nobody needs": DECK + "*SURFACE, NAME=other\nli, E1\n",
    "point mass": DECK + "*NODE\n99, 5, 5\n*ELEMENT, TYPE=MASS, ELSET=rider\n99, 99\n*MASS, ELSET=rider\n1.\n",
    "clockwise elements": DECK.replace("2, 2, 3, 6, 5", "2, 2, 5, 6, 3"),
    "normals of nodes": DECK.replace("9, 2, 0.5", "9, 2, 0.5, 0, 0.6, 0.8, 0"),
    "exponents of Fortran": DECK.replace("9, 2, 0.5", "9, 2.D0, 5.d-1"),
    "elements over two lines": DECK.replace("4, 5, 6, 9, 8", "4, 5, 6,\n9, 8"),
    "local system": DECK.replace("*NODE\n" + node_lines(), "*SYSTEM\n3., 4.\n*NODE\n" + node_lines((3.0, 4.0))),
    "local system turned": DECK.replace(
        "*NODE\n" + node_lines(),
        "*SYSTEM\n0, 0, 0, 0, 1, 0\n*NODE\n" + "".join(f"{i}, {y}, {-x}\n" for i, (x, y) in NODES.items()),
    ),
    "local system of three points": DECK.replace(
        "*NODE\n" + node_lines(),
        "*SYSTEM\n1, 0, 0, 1, 2, 0\n0, 0, 0\n*NODE\n"
        + "".join(f"{i}, {y}, {1 - x}, 0\n" for i, (x, y) in NODES.items()),
    ),
    "local system that ends": "*SYSTEM\n3., 4.\n*SYSTEM\n" + DECK,
    "cylindrical nodes": DECK.replace(
        "*NODE\n" + node_lines(),
        "*NODE, SYSTEM=C\n"
        + "".join(f"{i}, {np.hypot(x, y):.16g}, {np.degrees(np.arctan2(y, x)):.16g}\n" for i, (x, y) in NODES.items()),
    ),
    "generated nodes": "*NODE\n1, 0, -1\n3, 2, -1\n4, 0, 0\n6, 2, 0\n7, 0, 0.5\n9, 2, 0.5\n"
    "*NGEN\n1, 3\n4, 6, 1\n*NGEN, NSET=collector\n7, 9\n" + ELEMENTS,
    "nodes between sets": "*NODE\n" + node_lines(leave_out=(4, 5, 6)) + "*NSET, NSET=low\n1, 2, 3\n"
    "*NODE\n14, 0, 1\n15, 1, 1\n16, 2, 1\n*NSET, NSET=high\n14, 15, 16\n*NFILL\nlow, high, 2, 3\n" + ELEMENTS + TOP,
    "generated elements": "*NODE\n"
    + node_lines()
    + "*ELEMENT, TYPE=CPE4\n1, 1, 2, 5, 4\n*ELGEN\n1, 2, 1, 1, 2, 3, 2\n"
    + "*ELSET, ELSET=llzo\n1, 2\n*ELSET, ELSET=li\n3, 4\n"
    + TOP,
    "one part": PART + TOP + "*END PART\n",
    "part and assembly": PART + ASSEMBLY + TOP.replace("collector", "collector, INSTANCE=P-1") + "*END ASSEMBLY\n",
    "reference point": PART + ASSEMBLY + "*NODE\n1, 9., 9.\n*NSET, NSET=RP\n1\n"
    "*ELEMENT, TYPE=MASS, ELSET=RP-mass\n1, 1\n"
    + TOP.replace("collector", "collector, INSTANCE=P-1")
    + "*END ASSEMBLY\n",
    "labels of the instance": PART + ASSEMBLY + "*NSET, NSET=collector\nP-1.7, P-1.8, P-1.9\n*END ASSEMBLY\n",
    "set of the part": PART + "*NSET, NSET=up\n7, 8, 9\n" + ASSEMBLY + "*NSET, NSET=collector\nP-1.up\n*END ASSEMBLY\n",
    "set of part and assembly": PART
    + "*NSET, NSET=collector\n1, 2\n"
    + ASSEMBLY
    + TOP.replace("collector", "collector, INSTANCE=P-1")
    + "*END ASSEMBLY\n",
    "surface of the assembly": PART
    + "*ELSET, ELSET=up\n3, 4\n"
    + ASSEMBLY
    + "*SURFACE, NAME=collector\nP-1.up, S3\n*END ASSEMBLY\n",
    "mesh in the instance": "*PART, NAME=P\n*END PART\n*ASSEMBLY, NAME=A\n*INSTANCE, NAME=P-1, PART=P\n*NODE\n"
    + node_lines()
    + ELEMENTS
    + TOP
    + "*END INSTANCE\n*END ASSEMBLY\n",
}


@pytest.mark.parametrize("name", READ)
def test_decks_that_are_read(name: str, tmp_path: Path) -> None:
    is_the_body(read(tmp_path, READ[name]))


def test_included_files(tmp_path: Path) -> None:
    """Relative to the file that includes them; also as data of a keyword, and twice where no circle is."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "nodes.inp").write_text("*NODE\n" + node_lines())
    (tmp_path / "parts" / "more.inp").write_text('*include , input = "nodes.inp"\n' + ELEMENTS)
    is_the_body(read(tmp_path, "*INCLUDE, INPUT=parts\\more.inp\n" + TOP))
    is_the_body(read(tmp_path, "*NODE, INPUT=bare.inp\n" + ELEMENTS + TOP, bare=node_lines()))
    comment = "*HEADING\ntwice\n"
    is_the_body(read(tmp_path, "*INCLUDE, INPUT=c.inp\n" + DECK + "*INCLUDE,\nINPUT=c.inp\n", c=comment))


def test_set_of_the_part_keeps_its_own_name(tmp_path: Path) -> None:
    mesh = read(tmp_path, READ["set of part and assembly"])
    assert mesh.boundary_points("P-1.collector")[:, 1].tolist() == [-1.0, -1.0]


REFUSED = {
    "circle": ("*INCLUDE, INPUT=deck.inp\n", r"line 1: 'deck.inp' includes itself"),
    "file that is not there": ("*INCLUDE, INPUT=gone.inp\n", r"line 1: there is no file 'gone.inp'"),
    "include without a name": ("*INCLUDE, \nFILE=a\n", r"line 1: \*INCLUDE names no file"),
    "unknown keyword": (DECK + "*CONJURE NODES\n1, 2\n", r"line \d+: the keyword \*CONJURE NODES is not known"),
    "unknown option": (DECK.replace("*NODE\n", "*NODE, TWIST=3\n"), r"line 1: \*NODE with TWIST is not followed"),
    "copied nodes": (
        DECK + "*NCOPY, CHANGE NUMBER=100, OLD SET=collector, SHIFT\n1, 1, 1\n",
        r"\*NCOPY is not followed",
    ),
    "copied elements": (DECK + "*ELCOPY, OLD SET=li\n", r"\*ELCOPY is not followed"),
    "nodes along an arc": (DECK + "*NGEN, LINE=C\n1, 3, 1, 5\n", r"\*NGEN with LINE is not followed"),
    "nodes at uneven distances": (DECK + "*NFILL, BIAS=0.5\nlow, high, 2, 3\n", r"\*NFILL with BIAS is not followed"),
    "steps that do not divide": (DECK + "*NGEN\n1, 9, 3\n", r"no whole number of steps of 3 from node 1 to 9"),
    "ends that are not there": (DECK + "*NGEN\n1, 21, 10\n", r"node 21 is not defined"),
    "generated over others": (DECK + "*NGEN\n1, 3, 1\n", r"node 2 is defined twice"),
    "copies of no element": (DECK + "*ELGEN\n77, 2\n", r"\*ELGEN: element 77 is not defined"),
    "copies over others": (DECK + "*ELGEN\n1, 2, 1, 1\n", r"element 2 is defined twice"),
    "tied": (DECK + "*TIE, NAME=t\na, b\n", r"\*TIE is not followed(.|\n)*common nodes"),
    "equations": (DECK + "*EQUATION\n2\n1, 1, 1., 2, 1, -1.\n", r"\*EQUATION is not followed"),
    "spherical": (DECK.replace("*NODE\n", "*NODE, SYSTEM=S\n"), r"SYSTEM=S is not followed"),
    "system on a line": (
        "*SYSTEM\n0, 0, 0, 1, 0, 0\n2, 0, 0\n" + DECK,
        r"line 1: the points of \*SYSTEM lie on one line",
    ),
    "decimal commas": (DECK.replace("9, 2, 0.5", "9, 2, 0,5"), r"z runs from 0 to 5(.|\n)*decimal commas"),
    "more decimal commas": (DECK.replace("9, 2, 0.5", "9, 2,0, 0,5"), r"line 10: 4 coordinates(.|\n)*decimal points"),
    "decimal commas in space": (DECK.replace("9, 2, 0.5", "9, 2,0, 0,5, 0,0"), r"line 10: 6 coordinates"),
    "too many nodes": (DECK.replace("4, 5, 6, 9, 8", "4, 5, 6, 9, 8, 7"), r"line 16: 5 nodes of element 4"),
    "two parts": (PART + "*END PART\n*PART, NAME=Q\n", r"several parts or a moved instance"),
    "two instances": (PART + ASSEMBLY + "*INSTANCE, NAME=P-2, PART=P\n*END INSTANCE\n", r"several parts or a moved"),
    "moved instance": (
        PART + ASSEMBLY.replace("PART=P\n", "PART=P\n0., 5., 0.\n"),
        r"several parts or a moved instance",
    ),
    "label without instance": (PART + ASSEMBLY + TOP, r"the assembly has no node 7 of its own(.|\n)*INSTANCE=P-1"),
    "instance that is not there": (PART + ASSEMBLY + "*NSET, NSET=a, INSTANCE=Q\n1\n", r"no instance 'Q'"),
    "set of nodes that are not there": (DECK + "*NSET, NSET=a\n1, 77\n", r"node set 'a' holds node 77, which is not"),
    "set of no such elements": (DECK + "*ELSET, ELSET=a\n77\n", r"element set 'a' holds element 77, which is not"),
    "set without name": (DECK + "*NSET\n1, 2\n", r"\*NSET has no name"),
    "set that does not exist": (DECK + "*NSET, NSET=a, ELSET=b\n", r"no set 'b' so far"),
    "hole in a set": (DECK + "*NSET, NSET=a\n1,,2\n", r"an empty place between commas"),
    "corner without a side": (
        DECK.replace("7, 8, 9", "7, 9"),
        r"'collector': 2 of its nodes are corners of no outer side",
    ),
    "line on no side": (
        DECK.replace(TOP, "*ELEMENT, TYPE=T2D2, ELSET=collector\n11, 7, 8\n12, 7, 9\n"),
        r"'collector': 1 of its 2 elements are no sides of cells, the first is element 12",
    ),
    "face that is not there": (DECK.replace(TOP, "*SURFACE, NAME=collector\nli, S5\n"), r"element 3 has no face 'S5'"),
    "faces left to Abaqus": (DECK.replace(TOP, "*SURFACE, NAME=collector\nli\n"), r"element 3 has no face ''"),
    "surface cut out": (
        DECK + "*SURFACE, NAME=a, TYPE=CUTTING SURFACE\n1, 2\n",
        r"TYPE=CUTTING SURFACE is not followed",
    ),
    "number of many digits": (DECK.replace("4, 5, 6, 9, 8", "99999999999999999999, 5, 6, 9, 8"), "more than 18 digits"),
    "two signs": (DECK + "*NSET, NSET=a\n--1\n", r"no set '--1' so far"),
    "angle that is not finite": (
        DECK.replace("*NODE\n", "*NODE, SYSTEM=C\n").replace("9, 2, 0.5", "9, 2, inf"),
        r"node 9 is at \(nan, nan, nan\)",
    ),
    "springs": (DECK + "*ELEMENT, TYPE=SPRINGA\n99, 1, 2\n", r"element type 'SPRINGA' is not supported"),
    "data without keyword": ("1, 2, 3\n" + DECK, r"line 1: no \*NODE or other keyword before"),
    "word for a number": (DECK + "*ELGEN\n1, two\n", r"line \d+: not a line of \*ELGEN"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_decks_that_are_refused(name: str, tmp_path: Path) -> None:
    text, words = REFUSED[name]
    with pytest.raises(MeshBuildError, match=words) as caught:
        read(tmp_path, text)
    assert "deck.inp" in str(caught.value)
    assert "\n    try:   " in str(caught.value)


def test_errors_in_included_files_name_both(tmp_path: Path) -> None:
    with pytest.raises(MeshBuildError, match=r"nodes.inp \(included in .*deck.inp: line 2\): line 3: not a node"):
        read(tmp_path, "*HEADING\n*INCLUDE, INPUT=nodes.inp\n", nodes="*NODE\n1, 0, 0\n2, x\n")
    with pytest.raises(
        MeshBuildError, match=r"b.inp \(data of .*deck.inp: line 1\): line 1: a keyword in a file of data"
    ):
        read(tmp_path, "*NODE, INPUT=b.inp\n", b="*NODE\n1, 0, 0\n")


BRICKS = """\
*NODE
1, 0, 0, -1
2, 1, 0, -1
3, 1, 1, -1
4, 0, 1, -1
5, 0, 0, 0
6, 1, 0, 0
7, 1, 1, 0
8, 0, 1, 0
9, 0, 0, 1
10, 1, 0, 1
11, 1, 1, 1
12, 0, 1, 1
*ELEMENT, TYPE=C3D8R, ELSET=llzo
1, 1, 2, 3, 4, 5, 6, 7, 8
*ELEMENT, TYPE=C3D8R, ELSET=li
2, 5, 6, 7, 8, 9, 10, 11, 12
"""


@pytest.mark.parametrize(
    "skin",
    [
        "*ELEMENT, TYPE=S4, ELSET=collector\n9, 9, 10, 11, 12\n",
        "*ELEMENT, TYPE=S4R, ELSET=skin\n9, 9, 10, 11, 12\n*SURFACE, NAME=collector\nskin, SPOS\n",
        "*ELEMENT, TYPE=S3, ELSET=crack\n9, 1, 6, 11\n*SURFACE, NAME=collector\n2, S2\n",
        "*ELEMENT, TYPE=S3, ELSET=crack\n9, 1, 6, 11\n*NSET, NSET=collector\n9, 10, 11, 12\n",
    ],
)
def test_bricks_with_shells(skin: str, tmp_path: Path) -> None:
    """Shells on a side name it; others are passed over as long as the case does not ask for them."""
    mesh = read(tmp_path, BRICKS + skin)
    assert mesh.boundary_points("collector")[:, 2].tolist() == [1.0] * 4
    assert mesh.region_measure("li") == pytest.approx(1.0)


def test_shells_across_bricks_are_no_boundary(tmp_path: Path) -> None:
    with pytest.raises(MeshBuildError, match="'collector': 1 of its 1 elements are no sides of cells"):
        read(tmp_path, BRICKS + "*ELEMENT, TYPE=S3, ELSET=collector\n9, 1, 6, 11\n")


def test_left_handed_bricks_are_turned(tmp_path: Path) -> None:
    mesh = read(tmp_path, BRICKS.replace("2, 5, 6, 7, 8, 9, 10, 11, 12", "2, 9, 10, 11, 12, 5, 6, 7, 8"))
    assert mesh.region_measure("li") == pytest.approx(1.0)
