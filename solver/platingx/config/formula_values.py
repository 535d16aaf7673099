"""Values with dimensions, as formulas compute with them: powers of length, time and the rest are followed."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.units import DIMENSIONS, base_powers

__all__ = ["FUNCTIONS", "ExpressionError", "Powers", "Value", "apply_function", "apply_operator", "dimension_of"]

Powers = tuple[tuple[str, float], ...]
"""Powers of the base dimensions, by name; empty for a pure number."""

LARGEST_POWER = 10.0
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
}
_OF_NUMBERS = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
}
_OF_TWO = {"min": np.minimum, "max": np.maximum, "hypot": np.hypot}
FUNCTIONS = (*_OF_NUMBERS, "sqrt", "abs", *_OF_TWO, "atan2")
"""Functions of a formula, in SI and radians."""


class ExpressionError(ValueError):
    """A text is no formula.

    Parameters
    ----------
    message, valid, hint : str
        What is wrong, what would be valid, and the next thing to try.
    """

    def __init__(self, message: str, valid: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.valid, self.hint = message, valid, hint


@dataclass(frozen=True)
class Value:
    """Values in SI and the powers of their unit."""

    values: Any
    powers: Powers = ()


def dimension_of(powers: Powers) -> str | None:
    """Name of the first dimension of :data:`platingx.units.DIMENSIONS` with these powers, None without one."""
    return next((name for name in DIMENSIONS if base_powers(name) == powers), None)


def apply_operator(kind: ast.operator, left: Value, right: Value) -> Value:
    """Combine two values.

    Raises
    ------
    ExpressionError
        If formulas have no such operator, or the units do not go together.
    """
    if isinstance(kind, ast.Pow):
        if right.powers or np.ndim(right.values) != 0 or abs(right.values) > LARGEST_POWER:
            raise ExpressionError("an exponent is a number", f"a number up to {LARGEST_POWER:g}")
        return Value(np.power(left.values, right.values), _times(left.powers, (), float(right.values)))
    if type(kind) not in _OPERATORS:
        raise ExpressionError("an operator that formulas do not have", "+ - * / ^")
    if isinstance(kind, ast.Add | ast.Sub):
        powers = _same_powers(left, right)
    else:
        powers = _times(left.powers, right.powers, 1.0, 1.0 if isinstance(kind, ast.Mult) else -1.0)
    return Value(_OPERATORS[type(kind)](left.values, right.values), powers)


def apply_function(name: str, values: list[Value]) -> Value:
    """Call a function of :data:`FUNCTIONS`.

    Raises
    ------
    ExpressionError
        If there is no such function, or it takes other values.
    """
    wanted = 2 if name in _OF_TWO or name == "atan2" else 1
    if name not in FUNCTIONS:
        raise ExpressionError(f"there is no function {name}", ", ".join(FUNCTIONS))
    if len(values) != wanted:
        raise ExpressionError(f"{name} takes {wanted} value{'s' if wanted > 1 else ''}")
    if name in _OF_TWO:
        return Value(_OF_TWO[name](values[0].values, values[1].values), _same_powers(*values))
    if name == "atan2":
        _same_powers(*values)
        return Value(np.arctan2(values[0].values, values[1].values))
    if name == "sqrt":
        return Value(np.sqrt(values[0].values), _times(values[0].powers, (), 0.5))
    if name == "abs":
        return Value(np.abs(values[0].values), values[0].powers)
    if values[0].powers:
        raise ExpressionError(
            f"{name} of {_words(values[0].powers)}", hint="divide by one of its unit, such as x/100 nm"
        )
    return Value(_OF_NUMBERS[name](values[0].values))


def _times(left: Powers, right: Powers, left_power: float, right_power: float = 1.0) -> Powers:
    """Powers of a product of powers."""
    found = {name: power * left_power for name, power in left}
    for name, power in right:
        found[name] = found.get(name, 0.0) + power * right_power
    return tuple(sorted((name, power) for name, power in found.items() if power != 0.0))


def _same_powers(left: Value, right: Value) -> Powers:
    if left.powers != right.powers:
        raise ExpressionError(
            f"{_words(left.powers)} and {_words(right.powers)} are put together",
            hint="give the number a unit, such as 100 nm" if not (left.powers and right.powers) else "",
        )
    return left.powers


def _words(powers: Powers) -> str:
    """A dimension in words, such as ``a length``."""
    name = dimension_of(powers)
    if name == "dimensionless":
        return "a number"
    if name is None:
        return "a quantity of " + "*".join(f"{base.strip('[]')}^{power:g}" for base, power in powers)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {DIMENSIONS[name].words}"
