"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from platingx.paths import user_path

__all__ = ["CaseFile", "Overrides", "split_overrides"]

CaseFile = Annotated[Path, typer.Argument(parser=user_path, metavar="CASE", help="Case file (YAML).")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help='Set a value over the case: --set growth.current_density="3 A/cm^2".'
    ),
]


def split_overrides(given: list[str] | None) -> list[tuple[str, str]]:
    """Split ``KEY=VALUE`` texts.

    Raises
    ------
    typer.BadParameter
        If there is no key or no equals sign.
    """
    pairs = []
    for text in given or []:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise typer.BadParameter(f"'{text}' is not KEY=VALUE, such as time.end=\"21 ms\"", param_hint="--set")
        pairs.append((key.strip(), value))
    return pairs
