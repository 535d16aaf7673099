"""What would hurt most if lost: dumps are read as meant, a frame cut short is none, nonsense is told with its line."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from platingx.atoms.dump_file import read_dump
from platingx.errors import OutputError

FRAME = """ITEM: TIMESTEP
{step}
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS pp pp ff
0 10
-1 1
0.0e0 2.0e+1
ITEM: ATOMS {columns}
2 1 {second}
1 1 {first}
"""


def frame(step: int = 0, columns: str = "id type x y z", first: str = "1 0.5 3", second: str = "2 0 4") -> str:
    return FRAME.format(step=step, columns=columns, first=first, second=second)


def test_frames_by_number_of_the_atom(tmp_path: Path) -> None:
    path = tmp_path / "a.dump"
    path.write_text(frame(0) + frame(50, "id type xs ys zs", "0.1 0.75 0.15", "0.2 0.5 0.2"))
    first, second = read_dump(path)
    assert (first.step, second.step) == (0, 50)
    assert first.box.periodic == (True, True, False)
    np.testing.assert_array_equal(first.ids, [1, 2])
    np.testing.assert_allclose(first.positions, [(1.0, 0.5, 3.0), (2.0, 0.0, 4.0)])
    np.testing.assert_allclose(second.positions, first.positions)
    packed = tmp_path / "a.dump.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [each.step for each in read_dump(packed)] == [0, 50]


@pytest.mark.parametrize("kept", [14, 18, 36, 42, 60, 75, 90, 105, 120, 128])
def test_a_last_frame_that_is_cut_short_is_left_out(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.dump"
    path.write_text(frame(0) + frame(50)[:kept])
    assert [each.step for each in read_dump(path)] == [0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("2\nLi 0 0 0\n", "a.dump:1: '2' where ITEM:"),
        (frame().replace("pp pp ff", "xy xz yz pp pp pp"), "skew"),
        (frame(columns="id type vx vy vz"), "no positions among the columns"),
        (frame(first="1 2"), "unequal lengths"),
        (frame(first="1 2 east"), "unequal lengths or hold what is no number"),
        (frame().replace("2\nITEM: BOX", "two\nITEM: BOX"), "'two' where a whole number"),
        (frame().replace("ITEM: TIMESTEP\n0\n", ""), "atoms before their step"),
        (frame().replace("0 10\n", "0 wide\n"), "no numbers"),
    ],
)
def test_what_is_no_dump(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.dump"
    path.write_text(text)
    with pytest.raises(OutputError, match=message):
        list(read_dump(path))
