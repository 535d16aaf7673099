"""Errors of the parser of command lines: those of click, of which typer has a copy of its own from 0.29 on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import typer

__all__ = ["ClickException", "NoSuchOption", "UsageError"]

if TYPE_CHECKING:
    from click import ClickException, NoSuchOption, UsageError
else:
    _found = importlib.import_module(typer.BadParameter.__module__)
    ClickException, NoSuchOption, UsageError = _found.ClickException, _found.NoSuchOption, _found.UsageError
