"""What looks odd but is meant is accepted, and gives what the plain input gives.

What would hurt most if lost: checks so eager that a good file is refused.
"""

from collections.abc import Callable
from pathlib import Path

import gmsh
import pytest
from broken import arguments_of, run
from broken_cases import CURRENT, GOOD, HEADER
from broken_meshes import case_text
from text_meshes import LINE3, QUAD9, TextMesh, plate

from platingx.config import load_case
from platingx_meshes.gmsh_session import gmsh_model
from platingx_meshes.named_groups import read_mesh


def unreferenced_node(mesh: TextMesh) -> None:
    mesh.nodes[5000] = (50.0, 50.0, 7.0)


def huge_labels(mesh: TextMesh) -> None:
    mesh.nodes = {label + 10**9: place for label, place in mesh.nodes.items()}
    for element in mesh.elements:
        element.nodes = [node + 10**9 for node in element.nodes]


def clockwise(mesh: TextMesh) -> None:
    for element in mesh.elements:
        if element.kind == QUAD9:
            element.nodes = [element.nodes[i] for i in (0, 3, 2, 1, 7, 6, 5, 4, 8)]


def one_cell_clockwise(mesh: TextMesh) -> None:
    nodes = mesh.element(105).nodes
    mesh.element(105).nodes = [nodes[i] for i in (0, 3, 2, 1, 7, 6, 5, 4, 8)]


def capital_names(mesh: TextMesh) -> None:
    mesh.groups = {name.upper(): group for name, group in mesh.groups.items()}


def linear_cells(mesh: TextMesh) -> None:
    for element in mesh.elements:
        element.kind, element.nodes = {QUAD9: (3, element.nodes[:4]), LINE3: (1, element.nodes[:2])}[element.kind]


@pytest.mark.parametrize(
    "change", [unreferenced_node, huge_labels, clockwise, one_cell_clockwise, capital_names, linear_cells]
)
def test_odd_meshes(change: Callable[[TextMesh], None], tmp_path: Path) -> None:
    mesh = plate()
    change(mesh)
    mesh.write(tmp_path / "m.msh")
    case = tmp_path / "case.yaml"
    case.write_text(case_text("m.msh"), encoding="utf-8")
    outcome = run(arguments_of(case, tmp_path, "run"))
    assert outcome.code == 0, outcome.err
    assert "12 quadrilateral cells" in outcome.err


def test_boundaries_may_have_the_names_of_the_last_version_and_are_told(tmp_path: Path) -> None:
    mesh = plate()
    former = {"metal_side": "li_side", "electrolyte_side": "LLZO_SIDE", "electrolyte_bottom": "llzo_bottom"}
    mesh.groups = {former.get(name, name): group for name, group in mesh.groups.items()}
    mesh.write(tmp_path / "m.msh")
    case = tmp_path / "case.yaml"
    case.write_text(case_text("m.msh"), encoding="utf-8")
    outcome = run(arguments_of(case, tmp_path, "run"))
    assert outcome.code == 0, outcome.err
    for new, old in former.items():
        assert f"m.msh: the boundary '{old}' is now called {new}" in outcome.err
    assert "now called" not in run(arguments_of(_with_new_names(tmp_path), tmp_path / "new", "run")).err


def _with_new_names(folder: Path) -> Path:
    plate().write(folder / "new.msh")
    case = folder / "new.yaml"
    case.write_text(case_text("new.msh"), encoding="utf-8")
    return case


@pytest.mark.parametrize(("version", "binary"), [(2.2, 0), (2.2, 1), (4.0, 0), (4.1, 0), (4.1, 1)])
def test_formats_of_gmsh(version: float, binary: int, tmp_path: Path) -> None:
    first = plate().write(tmp_path / "text.msh")
    second = tmp_path / "again.msh"
    with gmsh_model("copy"):
        gmsh.merge(str(first))
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.option.setNumber("Mesh.Binary", binary)
        try:
            gmsh.write(str(second))
        finally:
            gmsh.option.restoreDefaults()
    old, new = read_mesh(first), read_mesh(second)
    assert new.region_names == old.region_names
    assert new.boundary_names == old.boundary_names
    assert [new.region_measure(name) for name in ("li", "llzo")] == pytest.approx([3.0, 3.0], rel=1e-12)
    assert len(new.facets) == len(old.facets)


@pytest.mark.parametrize(
    "table",
    [
        b"\xef\xbb\xbf" + HEADER.encode() + b"0,20000\n1,20000\n",
        HEADER.replace("\n", "\r\n").encode() + b"0,20000\r\n1,20000\r\n",
        HEADER.encode() + b"0,20000,,\n1,20000, ,\n",
        b"# measured\n  # twice\n\n" + HEADER.encode() + b"0,20000\n\n1,20000\n",
        b"current_density [A/cm^2], time [ms]\n 2 , 0\n2e0, 1000\n",
        b'"time_s","current_density_A_per_m2","remark"\n0,20000,"a, b"\n1,20000,c\n',
    ],
)
def test_odd_tables(table: bytes, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_bytes(table)
    case = tmp_path / "case.yaml"
    case.write_text(GOOD.replace(CURRENT, "current_density: {file: i.csv}"), encoding="utf-8")
    program = load_case(case).growth.current_density
    assert program.times == (0.0, 1.0)
    assert program.values == (20000.0, 20000.0)


def test_case_with_a_mark_and_line_ends_of_windows(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_case(case).name == "good"
