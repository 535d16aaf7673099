"""Commands of the short answers name files that are there, or that an earlier command has written."""

import re
import shlex
from pathlib import Path

import pytest

from platingx.cli.main import execute

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "answers.md"
OF_THE_READER = {"my.study.yaml", "cluster.yaml"}  # that a reader has


def commands() -> list[list[str]]:
    """Words of each command of the page, in order."""
    lines = re.findall(r"^    (?:\./)?platingx (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


def test_files_of_the_commands_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cases").symlink_to(ROOT / "cases")
    monkeypatch.chdir(tmp_path)
    assert len(commands()) >= 12
    for words in commands():
        if words[:2] == ["study", "new"]:
            assert execute(words) == 0
        named = [word for word in words if word.endswith(".yaml") and word not in OF_THE_READER]
        assert [name for name in named if not Path(name).is_file()] == [], words
    capsys.readouterr()


def test_the_short_case_is_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that takes sodium, in a folder of shipped cases."""
    monkeypatch.chdir(tmp_path)
    assert execute(["init", "mine"]) == 0
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    whole = [block for block in blocks if block.startswith("extends:")]
    assert whole
    for block in whole:
        (tmp_path / "mine" / "short.yaml").write_text(block, encoding="utf-8")
        assert execute(["validate", "mine/short.yaml"]) == 0, capsys.readouterr()
