"""Formulas of a case in coordinates, such as ``"x/200 nm"``: read by an allow-list, evaluated on arrays, with units.

Nothing but arithmetic, the functions of :data:`FUNCTIONS`, `pi`, variables and lengths with their unit passes; a
formula cannot name anything else of Python. Powers of length are followed, so that metres are not added to numbers.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.units import UnitError, parse

__all__ = ["FUNCTIONS", "Expression", "ExpressionError", "read_expression"]

LONGEST = 500
DEEPEST = 50
LARGEST_POWER = 10.0
_LENGTH = re.compile(r"(?<![\w.])(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ]+)(?!\s*\()")
_METRES = "__metres"
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
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
class _Value:
    """Values and the power of length that their unit has."""

    values: Any
    power: float


@dataclass(frozen=True)
class Expression:
    """A formula.

    Attributes
    ----------
    text
        As the user wrote it.
    names
        The variables that it has.
    power
        Power of length of its value, 0 for a number.
    """

    text: str
    names: tuple[str, ...]
    power: float
    _tree: ast.expr

    def __call__(self, variables: Mapping[str, Array]) -> Array:
        """Evaluate it.

        Parameters
        ----------
        variables
            Arrays of one shape by name, m.

        Raises
        ------
        ExpressionError
            If a value is not finite.
        """
        shape = next(iter(variables.values())).shape
        with np.errstate(all="ignore"):
            found = _evaluate(self._tree, {name: _Value(values, 1.0) for name, values in variables.items()}).values
        result = np.array(np.broadcast_to(found, shape), dtype=np.float64)
        if not np.isfinite(result).all():
            raise ExpressionError(
                f"'{self.text}' has no finite value somewhere", hint="it divides by zero there, or more"
            )
        return result


def read_expression(text: str, variables: tuple[str, ...]) -> Expression:
    """Read a formula and check it.

    Parameters
    ----------
    text : str
        Such as ``"x/200 nm"``; ``^`` and ``**`` are powers.
    variables : tuple of str
        Names that it may have, all of them lengths.

    Raises
    ------
    ExpressionError
        If it is none, names something else, or mixes units.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"{len(text)} characters are too many for a formula", f"at most {LONGEST}")
    if "__" in text:
        raise ExpressionError(f"'{text}': names with __ are not possible in a formula")
    valid = (
        f"a formula of {', '.join(variables)}, numbers, lengths with their unit, + - * / ^ and {', '.join(FUNCTIONS)}"
    )
    in_metres = _LENGTH.sub(_in_metres, text.strip()).replace("^", "**")
    try:
        tree = ast.parse(in_metres, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"'{text}' is no formula", valid, "check brackets and signs; products need a *") from None
    _check_depth(tree, text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"pi", _METRES, *FUNCTIONS}
    unknown = sorted(names - set(variables))
    if unknown:
        raise ExpressionError(f"'{text}' names {unknown[0]}, which is not known here", valid)
    sample = {name: _Value(np.full(1, 1.5e-7), 1.0) for name in variables}
    try:
        with np.errstate(all="ignore"):
            power = _evaluate(tree, sample).power
    except ExpressionError as error:
        raise ExpressionError(f"'{text}': {error.message}", error.valid or valid, error.hint) from None
    return Expression(text, tuple(sorted(names)), power, tree)


def _in_metres(match: re.Match[str]) -> str:
    """A length with its unit as a call that no user can write."""
    number, unit = match.groups()
    try:
        return f"{_METRES}({float(parse(f'{number} {unit}', 'length'))!r})"
    except UnitError:
        hint = f"products need a *: {number}*{unit}" if len(unit) == 1 or unit in FUNCTIONS else ""
        raise ExpressionError(f"'{match.group(0)}' is no length", "a length such as 200 nm", hint) from None


def _check_depth(tree: ast.expr, text: str) -> None:
    level = [(tree, 1)]
    while level:
        node, depth = level.pop()
        if depth > DEEPEST:
            raise ExpressionError(f"'{text[:40]}...' has too many brackets in brackets", f"at most {DEEPEST}")
        level += [(child, depth + 1) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _evaluate(node: ast.expr, variables: Mapping[str, _Value]) -> _Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return _Value(float(node.value), 0.0)
    if isinstance(node, ast.Name) and node.id == "pi":
        return _Value(np.pi, 0.0)
    if isinstance(node, ast.Name) and node.id in variables:
        return variables[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        inner = _evaluate(node.operand, variables)
        return _Value(-inner.values, inner.power) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _binary(node.op, _evaluate(node.left, variables), _evaluate(node.right, variables))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _function(node.func.id, [_evaluate(argument, variables) for argument in node.args])
    raise ExpressionError(f"'{ast.unparse(node)[:40]}' is not possible in a formula")


def _binary(kind: ast.operator, left: _Value, right: _Value) -> _Value:
    if isinstance(kind, ast.Pow):
        if right.power != 0.0 or np.ndim(right.values) != 0 or abs(right.values) > LARGEST_POWER:
            raise ExpressionError("an exponent is a number", f"a number up to {LARGEST_POWER:g}")
        return _Value(np.power(left.values, right.values), left.power * float(right.values))
    if type(kind) not in _OPERATORS:
        raise ExpressionError("an operator that formulas do not have", "+ - * / ^")
    if isinstance(kind, ast.Add | ast.Sub):
        power = _same_power(left, right)
    else:
        power = left.power + right.power if isinstance(kind, ast.Mult) else left.power - right.power
    if isinstance(kind, ast.Div):
        return _Value(np.divide(left.values, right.values), power)
    return _Value(_OPERATORS[type(kind)](left.values, right.values), power)


def _function(name: str, values: list[_Value]) -> _Value:
    if name == _METRES:
        return _Value(values[0].values, 1.0)
    wanted = 2 if name in _OF_TWO or name == "atan2" else 1
    if name not in FUNCTIONS:
        raise ExpressionError(f"there is no function {name}", ", ".join(FUNCTIONS))
    if len(values) != wanted:
        raise ExpressionError(f"{name} takes {wanted} value{'s' if wanted > 1 else ''}")
    if name in _OF_TWO:
        return _Value(_OF_TWO[name](values[0].values, values[1].values), _same_power(*values))
    if name == "atan2":
        _same_power(*values)
        return _Value(np.arctan2(values[0].values, values[1].values), 0.0)
    if name == "sqrt":
        return _Value(np.sqrt(values[0].values), 0.5 * values[0].power)
    if name == "abs":
        return _Value(np.abs(values[0].values), values[0].power)
    if values[0].power != 0.0:
        raise ExpressionError(f"{name} of a length", hint="divide by a length, such as x/100 nm")
    return _Value(_OF_NUMBERS[name](values[0].values), 0.0)


def _same_power(left: _Value, right: _Value) -> float:
    if left.power != right.power:
        raise ExpressionError("a length and a number are put together", hint="give the number a unit, such as 100 nm")
    return left.power
