"""Quantities among the options of a command."""

from __future__ import annotations

from platingx.errors import CaseError, InputError

__all__ = ["read_quantity"]


def read_quantity(text: str, dimension: str, option: str, allow_zero: bool = False) -> float:
    """A positive quantity of the command line, in SI.

    Parameters
    ----------
    text, option
        What was given, and the option that it was given to.
    dimension
        Name in `platingx.units.DIMENSIONS`.
    allow_zero
        Whether zero is positive enough.

    Raises
    ------
    CaseError
        If it is no such quantity.
    """
    from platingx.units import DIMENSIONS, UnitError, parse

    try:
        found = float(parse(text, dimension))
    except UnitError as error:
        raise CaseError(InputError(error.message, key=option, value=text, valid=error.valid, hint=error.hint)) from None
    if found < 0.0 or (found == 0.0 and not allow_zero):
        raise CaseError(
            InputError("the value has to be positive", key=option, value=text, valid=DIMENSIONS[dimension].valid)
        )
    return found
