"""Broken mesh files: cut off, of another format, with counts that cannot be, scripts, and decks of Abaqus."""

from __future__ import annotations

from collections.abc import Callable

import broken_names  # noqa: F401  (adds its own to the list)
from broken_meshes import BROKEN, add
from text_meshes import plate


def text(name: str, change: Callable[[str], str], *says: str, **options: object) -> None:
    """Add a plate whose text is changed."""
    add(name, lambda path: path.write_text(change(plate().text()), encoding="utf-8"), says, **options)


def content(name: str, data: str | bytes, *says: str, **options: object) -> None:
    """Add a file of given content."""
    raw = data.encode() if isinstance(data, str) else data
    add(name, lambda path: path.write_bytes(raw), says, **options)


text("cut_off_in_the_nodes", lambda whole: whole[:900], "$Nodes has no $EndNodes", "cut off")
text("cut_off_at_the_end", lambda whole: whole[:-60], "$Elements has no $EndElements")
text("format_9", lambda whole: whole.replace("2.2 0 8", "9.9 0 8"), "line 2: version 9.9")
text("format_without_numbers", lambda whole: whole.replace("2.2 0 8", "new"), "line 2: no version")
text("says_binary", lambda whole: whole.replace("2.2 0 8", "2.2 1 8"), "no binary section")
text("a_trillion_nodes", lambda whole: whole.replace("$Nodes\n63", "$Nodes\n1000000000000"), "announces 1000000000000")
text("a_trillion_elements", lambda whole: whole.replace("$Elements\n29", "$Elements\n1000000000000"), "announces")
text("minus_five_nodes", lambda whole: whole.replace("$Nodes\n63", "$Nodes\n-5"), "-5 nodes")
text("no_number_of_nodes", lambda whole: whole.replace("$Nodes\n63", "$Nodes\nmany"), "does not begin with counts")
text("a_node_in_words", lambda whole: whole.replace("\n9 ", "\nnine ", 1), "line 25: not a node: 'nine 0.5 0.25 0.0'")
text("no_elements", lambda whole: whole[: whole.index("$Elements")], "no $Elements section")
content("garbage", bytes(range(256)) * 40, "line 1: not a mesh file of Gmsh")
content("empty", b"", "the file is empty")
content("format_1", "$NOD\n1\n1 0 0 0\n$ENDNOD\n$ELM\n0\n$ENDELM\n", "starts with '$NOD'")
content("script", 'SystemCall "touch executed";\n', "line 1: not a mesh file of Gmsh")
content("script_behind_a_name", '$MeshFormat;\nSystemCall "touch executed";\n', "line 1: not a mesh file")
content("geometry_script", "Point(1) = {0, 0, 0};\n", "files that end in '.geo' cannot be read", file="m.geo")
content("unknown_ending", "x", "files that end in '.foo' cannot be read", file="m.foo")
add("folder", lambda path: path.mkdir(), ("there is no mesh file",), code=2)

_HEAD = "*NODE\n1, 0, 0\n2, 1, 0\n3, 1, 1\n4, 0, 1\n*ELEMENT, TYPE=CPE4, ELSET=li\n1, 1, 2, 3, 4\n"
for _name, _text, _says in (
    ("empty", "", "no *NODE or no *ELEMENT"),
    ("without_elements", "*NODE\n1, 0, 0\n", "no *NODE or no *ELEMENT"),
    ("node_not_defined", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=CPE3\n7, 1, 2, 3\n", "element 7 uses node 2"),
    ("node_in_words", "*NODE\n1, 0, x\n", "line 2: not a node"),
    ("element_cut_off", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=CPE4\n7, 1, 2\n", "element 7 of type CPE4 needs 4 nodes"),
    ("element_not_known", "*NODE\n1, 0, 0\n*ELEMENT, TYPE=COH2D4\n1, 1\n", "'COH2D4' is not supported"),
    ("included", _HEAD + "*INCLUDE, INPUT=/dev/zero\n", "m.inp: line 8: '/dev/zero' is a pipe or device"),
    ("endless_set", _HEAD + "*NSET, NSET=a, GENERATE\n1, 100000000000\n", "a range of 100000000000 labels"),
    ("set_without_step", _HEAD + "*NSET, NSET=a, GENERATE\n1, 4, 0\n", "not a range"),
    ("node_twice", _HEAD + "*NODE\n4, 5, 5\n", "line 9: node 4 is defined twice"),
    ("element_twice", _HEAD + "*ELEMENT, TYPE=CPE4, ELSET=llzo\n1, 1, 2, 3, 4\n", "element 1 is defined twice"),
    ("regions_missing", _HEAD, "no region 'llzo'"),
    ("not_finite", _HEAD.replace("3, 1, 1", "3, 1, nan"), "node 3 is at (1, nan, 0)"),
):
    content(f"inp_{_name}", _text, _says, file="m.inp")

_VTU = '<?xml version="1.0"?><VTKFile type="UnstructuredGrid"><UnstructuredGrid>'
_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;"><!ENTITY d SYSTEM "/etc/passwd">]><a>&d;</a>'
)
_XDMF = (
    '<Xdmf Version="3.0"><Domain><Grid><Geometry GeometryType="XY"><DataItem DataType="Float" Dimensions="4 2" '
    'Format="HDF">gone.h5:/points</DataItem></Geometry></Grid></Domain></Xdmf>'
)
content("vtu_cut_off", _VTU, "meshio cannot read", file="m.vtu")
content("vtu_with_entities", _ENTITIES, "meshio cannot read", file="m.vtu")
content("xdmf_without_its_data", _XDMF, "its arrays are in the file 'gone.h5'", "copy gone.h5", file="m.xdmf")
content("xdmf_of_nothing", "<Xdmf/>", "meshio cannot read", file="m.xdmf")
content("vtk_of_nothing", "# vtk DataFile Version 3.0\n", "meshio cannot read", file="m.vtk")

MESHES = tuple(BROKEN)
"""All broken meshes."""
