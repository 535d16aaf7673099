"""What would hurt most if lost: a file in a cache is whole, and clearing a cache never takes what others use."""

import os
import time
from pathlib import Path

import pytest

from platingx.compilation.cache_folder import (
    DAY,
    LEFT_OVER,
    mark_used,
    prune,
    publish_folder,
    remove_left_overs,
    write_whole,
)


def aged(path: Path, days: float) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "code"
    write_whole(path, (b"old",))
    with pytest.raises(TypeError):
        write_whole(path, (b"new", "not bytes"))  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["code"]


def test_of_two_that_are_published_the_first_stays(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "text").write_text(name)
        publish_folder(tmp_path / name, tmp_path / "place")
    assert (tmp_path / "place" / "text").read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["place"]


def test_what_cannot_be_published_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "aside").mkdir()
    with pytest.raises(OSError, match="No such file"):
        publish_folder(tmp_path / "aside", tmp_path / "nowhere" / "place")


def test_old_folders_and_too_many_of_them_go(tmp_path: Path) -> None:
    for age in range(6):
        aged(tmp_path / f"kernels-{age}", age)
    own = aged(tmp_path / "kernels-own", 100)
    other = aged(tmp_path / "results", 100)
    prune(tmp_path, "kernels-*", keep=4, days=2.5, own=own)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["kernels-0", "kernels-1", "kernels-2", own.name, other.name]
    )
    prune(tmp_path, "kernels-*", keep=2, days=2.5, own=own)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["kernels-0", own.name, other.name])


def test_use_keeps_a_folder(tmp_path: Path) -> None:
    used, own = aged(tmp_path / "kernels-used", 100), aged(tmp_path / "kernels-own", 0)
    mark_used(used)
    prune(tmp_path, "kernels-*", keep=9, days=60, own=own)
    assert used.is_dir()


def test_left_overs_go_when_no_process_can_be_at_them(tmp_path: Path) -> None:
    aged(tmp_path / f"{LEFT_OVER}1.c", 2)
    aged(tmp_path / f"{LEFT_OVER}2.c", 0.5)
    aged(tmp_path / "libffcx_forms_1.c", 50)  # of another program
    remove_left_overs(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["libffcx_forms_1.c", f"{LEFT_OVER}2.c"]
