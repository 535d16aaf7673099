"""What would hurt most if lost: each kind of direction survives a run folder, and its mistakes are told."""

from pathlib import Path

import meshio
import numpy as np
import pytest

from platingx.config.case import Case
from platingx.config.direction_file import direction_file_text, read_direction_file
from platingx.config.growth_direction import GrowthDirection
from platingx.config.loader import load_case
from platingx.config.resolved import DIRECTION_FILE, fingerprint, resolved_files
from platingx.errors import CaseError

CASES = Path(__file__).parents[2] / "cases"


def case_with(direction: str) -> Case:
    return load_case(CASES / "whisker.yaml", [("growth.direction", direction)])


def csv_of(folder: Path, text: str) -> Path:
    path = folder / "directions.csv"
    path.write_text(text)
    return path


GOOD = "# made up\nx [nm],y_um,direction_x,direction_y\n0,0,0,1\n100,0,1,1\n0,0.1,0,2\n"


def test_words_and_their_way_back() -> None:
    for given in ("between_faces", "blended", "interface_normal"):
        assert GrowthDirection.model_validate(given).model_dump() == given
    formula = GrowthDirection.model_validate({"expression": ["x/200 nm", "1"]})
    assert formula.kind == "expression"
    assert GrowthDirection.model_validate(formula.model_dump()).expression == ("x/200 nm", "1")
    assert GrowthDirection.model_validate({"vector": [0, 1]}).model_dump() == {"vector": [0.0, 1.0]}


def test_numbers_of_a_csv_file_and_their_way_back(tmp_path: Path) -> None:
    found = read_direction_file(csv_of(tmp_path, GOOD), None, None)
    np.testing.assert_allclose(found.places, [[0, 0], [1e-7, 0], [0, 1e-7]])
    np.testing.assert_allclose(found.vectors, [[0, 1], [1, 1], [0, 2]])
    again = read_direction_file(csv_of(tmp_path, direction_file_text(found)), None, None)
    assert again.digest == found.digest


@pytest.mark.parametrize("suffix", ["vtu", "xdmf"])
def test_vectors_of_a_mesh_file(tmp_path: Path, suffix: str) -> None:
    points = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    vectors = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 2.0, 0.0]])
    path = tmp_path / f"directions.{suffix}"
    meshio.write(path, meshio.Mesh(points, [("triangle", [[0, 1, 2]])], point_data={"n": vectors, "p": vectors[:, 1]}))
    direction = GrowthDirection.model_validate({"file": str(path), "field": "n", "length_unit": "100 nm"})
    assert direction.points is not None
    np.testing.assert_allclose(direction.points.places[1], [1e-7, 0.0])
    with pytest.raises(ValueError, match="its vectors at points are: n"):
        GrowthDirection.model_validate({"file": str(path), "field": "p"})


def test_a_case_knows_its_directions_by_content(tmp_path: Path) -> None:
    first = case_with(f"{{file: {csv_of(tmp_path, GOOD)}}}")
    files = resolved_files(first, mesh_is_there=False)
    folder = tmp_path / "run"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    assert DIRECTION_FILE in files
    moved = load_case(folder / "case.resolved.yaml")
    assert fingerprint(moved) == fingerprint(first)
    csv_of(tmp_path, GOOD.replace("1,1", "1,1.001"))
    assert fingerprint(case_with(f"{{file: {tmp_path / 'directions.csv'}}}")) != fingerprint(first)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y,direction_x,direction_y\n0,0,0,1\n", "the columns are x, y"),
        ("x [nm],y [kg],direction_x,direction_y\n0,0,0,1\n", "column y"),
        ("x [nm],y [nm],direction_x,direction_y\n0,0,0,1\n1,0,0\n0,1,1,1\n", ":3: not a row of 4 numbers"),
        ("x [nm],y [nm],direction_x,direction_y\n0,0,0,1\n1,0,0,1\n", "has 2 points"),
        ("x [nm],y [nm],direction_x,direction_y\n0,0,0,1\n1,0,0,0\n0,1,0,1\n", "the vector at .* is zero"),
        ("x [nm],y [nm],direction_x,direction_y\n0,0,0,nan\n1,0,0,1\n0,1,0,1\n", "not finite"),
        ("", "is empty"),
    ],
)
def test_files_that_are_none_are_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        case_with(f"{{file: {csv_of(tmp_path, text)}}}")


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        ("blendet", r"blended\?"),
        ("{expression: [x, 1]}", "different units"),
        ("{expression: [x/1 nm]}", "1 components"),
        ("{expression: [q, 1]}", "names q"),
        ("{vector: [0, 1], expression: [x, y]}", "one of several"),
        ("{kind: blended, vector: [0, 1]}", "nothing of other kinds"),
        ("{vector: [0, 1], field: n}", "belong to a file"),
        ("{file: nowhere.csv}", "there is no file"),
        ("{}", "one of several"),
    ],
)
def test_directions_that_are_none_are_told(direction: str, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        case_with(direction)
