"""What a stranger sees first: the screen without arguments, and an example in the help of every command that parses."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from platingx.cli.examples import EXAMPLES, first_screen
from platingx.cli.main import app, execute

ROOT = Path(__file__).parents[2]


def leaves(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Commands below a group by their words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


COMMANDS = dict(leaves(typer.main.get_command(app)))  # type: ignore[arg-type]


def test_every_command_has_an_example_and_no_example_is_of_none() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("words", EXAMPLES)
def test_an_example_is_a_command_line_of_its_command(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    line = shlex.split(EXAMPLES[words])
    own = ["platingx", *words.split()]
    assert line[: len(own)] == own
    with COMMANDS[words].make_context(words, line[len(own) :]) as context:
        assert not context.args
    for word in line:
        if word.startswith("cases/"):
            assert (ROOT / word).is_file(), word


@pytest.mark.parametrize("words", ["run", "interface constriction"])
def test_the_help_ends_with_the_example(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([*words.split(), "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"Example: {EXAMPLES[words]}" in told


@pytest.mark.parametrize("words", ["criteria", "materials", "interface constriction", "validate"])
def test_examples_that_take_no_time_work(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert execute(shlex.split(EXAMPLES[words])[1:]) == 0


def test_the_first_screen_says_what_to_write_in_a_checkout() -> None:
    """Where the launcher runs the program, `platingx` alone is no command of the user's shell."""
    assert "./platingx" in first_screen({"PLATINGX_INSIDE": "1"})
    assert "./platingx" not in first_screen({})


def test_the_first_screen_has_four_commands_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([]) == 0
    told = capsys.readouterr().out
    assert told.strip() == first_screen()
    lines = [line.split() for line in told.splitlines() if line.startswith("    platingx")]
    assert len(lines) == 4
    assert all(line[1] in COMMANDS for line in lines)
