"""What would hurt most if lost: wrong command lines end in one sentence, whichever click typer raises them from."""

import typer

from platingx.cli.click_errors import ClickException, NoSuchOption, UsageError


def test_errors_are_those_that_typer_raises() -> None:
    assert issubclass(typer.BadParameter, UsageError)
    assert issubclass(NoSuchOption, UsageError)
    assert issubclass(UsageError, ClickException)
