"""What would hurt most if lost: a path that means one file here and another one there."""

import os
from pathlib import Path

import click
import pytest
import typer

from platingx.cli.main import app, execute
from platingx.config import load_case
from platingx.config.merge import make_paths_absolute
from platingx.config.study import load_comparison
from platingx.errors import CaseError
from platingx.paths import absolute_path, user_path

GOOD = Path(__file__).parent / "good.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, and another working folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(tmp_path / "here")
    return folder


def test_a_tilde_is_the_home_folder_only_at_the_beginning(home: Path) -> None:
    assert user_path("~/a") == home / "a"
    assert user_path("~") == home
    assert user_path("a/~/b") == Path("a/~/b")
    assert absolute_path("./~/a") == Path.cwd() / "~" / "a"
    assert user_path(user_path("./~a")) == Path.cwd() / "~a"
    assert absolute_path("a", Path("b")) == Path.cwd() / "b" / "a"


def test_an_unknown_user_is_refused(home: Path) -> None:
    with pytest.raises(CaseError, match="no home folder") as caught:
        user_path("~nobody-of-this-name/a")
    assert caught.value.first.hint == "write ./~nobody-of-this-name/a for a name that begins with a tilde"


def test_all_paths_of_the_command_line_are_read_alike() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    types = {(name, option.name): option.type for name, command in commands.items() for option in command.params}
    assert [key for key, kind in types.items() if isinstance(kind, click.Path)] == []
    found = {key for key, kind in types.items() if isinstance(kind, click.types.FuncParamType)}
    assert found >= {("run", "case_file"), ("run", "out"), ("run", "resume"), ("compare", "second"), ("init", "folder")}


def test_an_unknown_user_on_the_command_line_ends_with_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", "~nobody-of-this-name/case.yaml"]) == 2
    assert "no home folder" in capsys.readouterr().err


def test_a_case_its_parent_and_its_current_may_be_in_the_home_folder(home: Path) -> None:
    (home / "base.yaml").write_text(GOOD.read_text())
    (home / "current.csv").write_text("time_s,current_density_A_per_m2\n0,1e4\n1,2e4\n")
    Path("case.yaml").write_text("extends: ~/base.yaml\ngrowth: {current_density: {file: ~/current.csv}}\n")
    Path("all.study.yaml").write_text("name: all\ncases: [~/base.yaml, case.yaml]\n")
    assert load_case("case.yaml").growth.current_density.values == (1e4, 2e4)
    assert load_case("~/base.yaml", [("growth.current_density", "{file: ~/current.csv}")]).growth.current_density.times
    _, files = load_comparison("all.study.yaml")
    assert files == (home / "base.yaml", Path("case.yaml"))


@pytest.mark.parametrize("by", ["file", "override", "value"])
def test_a_path_is_absolute_from_the_beginning(home: Path, by: str) -> None:
    """A process that changes its folder afterwards still finds the file."""
    Path("mesh.msh").write_text("")
    text = GOOD.read_text()
    Path("case.yaml").write_text(text)
    Path("file.yaml").write_text("extends: case.yaml\ngeometry: {builder: file, path: mesh.msh}\n")
    case = load_case("case.yaml")
    values = {"builder": "file", "path": "mesh.msh"}
    case = {
        "file": lambda: load_case("file.yaml"),
        "override": lambda: load_case("case.yaml", [("geometry", "{builder: file, path: mesh.msh}")]),
        "value": lambda: case.with_values({"geometry": values}),
    }[by]()
    assert case.geometry.path == os.path.realpath("mesh.msh")  # type: ignore[union-attr]


def test_what_is_no_path_is_left_for_the_messages() -> None:
    data = {"geometry": {"path": 7}, "growth": {"current_density": {"file": " "}}}
    make_paths_absolute(data, Path.cwd())
    assert data == {"geometry": {"path": 7}, "growth": {"current_density": {"file": " "}}}
