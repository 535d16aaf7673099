"""Places on the command line: ``"0,-56 nm"``, coordinates with one unit at their end or with one each."""

from __future__ import annotations

import typer

from platingx.units import UnitError, parse

__all__ = ["read_place"]


def read_place(text: str, option: str) -> list[float]:
    """Read a place.

    Parameters
    ----------
    text
        Two or three coordinates with commas between them. One without unit has that of the last.
    option
        Name of the option it was given by.

    Returns
    -------
    list of float
        m.

    Raises
    ------
    typer.BadParameter
        If it is no place.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (2, 3) or not all(parts):
        raise typer.BadParameter(f'\'{text}\' is not a place, such as "0,-56 nm" or "0,0,-56 nm"', param_hint=option)
    unit = parts[-1].lstrip("+-.0123456789eE").strip()
    given = [part if part.lstrip("+-.0123456789eE").strip() else f"{part} {unit}" for part in parts]
    try:
        return [float(parse(part, "length")) for part in given]
    except UnitError as error:
        raise typer.BadParameter(f"'{text}': {error}", param_hint=option) from error
