"""Command lines that are not understood: one line that names the nearest command, or where an option belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typer.core import TyperGroup

from platingx.characters import describe_characters, plain
from platingx.cli.click_errors import ClickException, NoSuchOption, UsageError
from platingx.cli.examples import EXAMPLES
from platingx.nearest import nearest

if TYPE_CHECKING:
    import click

__all__ = ["Commands", "option_hint", "refuse_deceptive_dashes"]

_RANK_OPTIONS = ("-n", "-np", "--ranks", "--np")


class Commands(TyperGroup):
    """Commands, each with its example; a word that is none of them ends with the nearest one."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name, with its example as the last line of its help.

        Parameters
        ----------
        ctx, cmd_name
            Of click.
        """
        command = super().get_command(ctx, cmd_name)
        if command is not None and not command.epilog:
            example = EXAMPLES.get(" ".join((*ctx.command_path.split()[1:], cmd_name)))
            command.epilog = example and f"Example: {example}"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a command line.

        Parameters
        ----------
        ctx, args
            Of click.

        Raises
        ------
        UsageError
            If there is no such command. (click itself takes a word with a slash in front for an option.)
        """
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            ctx.fail(f"No such command '{word}'.\n    try: {_meant(word, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _meant(word: str, commands: list[str]) -> str:
    if word.endswith((".yaml", ".yml")):
        return f"platingx run {word}"
    near = nearest(word, commands, cutoff=0.5)
    return f"platingx {near}" if near else "platingx --help, which lists the commands"


def option_hint(error: ClickException) -> str:
    """Say where an option belongs that stands in a wrong place, or nothing.

    Parameters
    ----------
    error
        What click has to say.
    """
    if not isinstance(error, NoSuchOption) or error.option_name not in _RANK_OPTIONS:
        return ""
    command = error.ctx.info_name if error.ctx is not None else "run"
    if error.ctx is not None and any("--ranks" in parameter.opts for parameter in error.ctx.command.params):
        return f"try: platingx {command} ... --ranks 2"
    return (
        f"try: ./platingx -n 2 {command} ..., or mpirun -n 2 platingx {command} ...: the number of ranks stands before "
        "the command"
    )


def refuse_deceptive_dashes(arguments: Sequence[str]) -> None:
    """Refuse an option whose dashes are others than those of the keyboard, as word processors make them.

    Parameters
    ----------
    arguments
        The command line.

    Raises
    ------
    UsageError
        If an argument starts with such a dash; it names the character.
    """
    for argument in arguments:
        start = argument[:2]
        if plain(start[:1]) == "-" != start[:1] or (start[:1] == "-" and plain(start[1:]) == "-" != start[1:]):
            word = argument.lstrip("".join(sign for sign in start if plain(sign) == "-"))
            raise UsageError(
                f"'{argument}' has {describe_characters(start)}; write {'-' if len(word) == 1 else '--'}{word}"
            )
