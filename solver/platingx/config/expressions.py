"""Formulas of a case or study, such as ``"x/200 nm"`` or ``"565 C/m^2 / i"``: an allow-list, on arrays, with units.

Nothing but arithmetic, the functions of :data:`FUNCTIONS`, `pi`, variables and quantities with their unit passes; a
formula cannot name anything else of Python. Powers of the units are followed, so that metres are not added to numbers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.config.formula_values import (
    FUNCTIONS,
    ExpressionError,
    Powers,
    Value,
    apply_function,
    apply_operator,
    dimension_of,
)
from platingx.units import UnitError, any_quantity, base_powers

__all__ = ["FUNCTIONS", "Expression", "ExpressionError", "read_expression"]

LONGEST = 500
DEEPEST = 50
_NUMBER = r"(?<![\w.])(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)(?![eE][+-]?\d)"
_POWER = r"(?:\^-?\d+(?:\.\d+)?|\d)?"
_WORD = r"[A-Za-z\u00b5\u03bc]+"
_QUANTITY = "__quantity"


@dataclass(frozen=True)
class Expression:
    """A formula.

    Attributes
    ----------
    text
        As the user wrote it.
    names
        The variables that it has.
    powers
        Powers of the unit of its value, none for a number.
    """

    text: str
    names: tuple[str, ...]
    powers: Powers
    _tree: ast.expr
    _variables: Mapping[str, str]

    @property
    def dimension(self) -> str | None:
        """Name of the dimension of its value; None if this package has no such quantity."""
        return dimension_of(self.powers)

    def __call__(self, variables: Mapping[str, Array]) -> Array:
        """Evaluate it.

        Parameters
        ----------
        variables
            Arrays of one shape by name, SI.

        Raises
        ------
        ExpressionError
            If a value is not finite.
        """
        shape = next(iter(variables.values())).shape
        with np.errstate(all="ignore"):
            given = {name: Value(variables[name], base_powers(self._variables[name])) for name in self._variables}
            found = _evaluate(self._tree, given).values
        result = np.array(np.broadcast_to(found, shape), dtype=np.float64)
        if not np.isfinite(result).all():
            raise ExpressionError(
                f"'{self.text}' has no finite value somewhere", hint="it divides by zero there, or more"
            )
        return result


def read_expression(text: str, variables: Mapping[str, str]) -> Expression:
    """Read a formula and check it.

    Parameters
    ----------
    text : str
        Such as ``"x/200 nm"``; ``^`` and ``**`` are powers.
    variables : mapping
        Names that it may have, and the dimension of each, such as ``length``.

    Raises
    ------
    ExpressionError
        If it is none, names something else, or mixes units.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"{len(text)} characters are too many for a formula", f"at most {LONGEST}")
    if "__" in text:
        raise ExpressionError(f"'{text}': names with __ are not possible in a formula")
    names_known = ", ".join(variables)
    valid = f"a formula of {names_known}, numbers, quantities with their unit, + - * / ^ and {', '.join(FUNCTIONS)}"
    in_si = _in_si(text.strip(), variables).replace("^", "**")
    try:
        tree = ast.parse(in_si, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"'{text}' is no formula", valid, "check brackets and signs; products need a *") from None
    _check_depth(tree, text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"pi", _QUANTITY, *FUNCTIONS}
    unknown = sorted(names - set(variables))
    if unknown:
        raise ExpressionError(f"'{text}' names {unknown[0]}, which is not known here", valid)
    sample = {name: Value(np.full(1, 1.5e-7), base_powers(dimension)) for name, dimension in variables.items()}
    try:
        with np.errstate(all="ignore"):
            powers = _evaluate(tree, sample).powers
    except ExpressionError as error:
        raise ExpressionError(f"'{text}': {error.message}", error.valid or valid, error.hint) from None
    return Expression(text, tuple(sorted(names)), powers, tree, {name: variables[name] for name in names})


def _in_si(text: str, variables: Mapping[str, str]) -> str:
    """Each quantity with its unit as a call that no user can write; a word that is a variable is no unit."""
    taken = "|".join(map(re.escape, ("pi", *FUNCTIONS, *variables)))
    tail = rf"(?:[*/](?!(?:{taken})(?![A-Za-z])){_WORD}{_POWER})*"
    quantity = re.compile(rf"({_NUMBER})\s*({_WORD}{_POWER}{tail})(?!\s*\()")

    def replaced(match: re.Match[str]) -> str:
        number, unit = match.groups()
        word = re.match(_WORD, unit)
        named = word is not None and (word.group() in variables or word.group() in (*FUNCTIONS, "pi"))
        hint = f"products need a *: {number}*{unit}" if named else ""
        try:
            if named:
                raise UnitError("")
            found = any_quantity(f"{number} {unit}")
        except UnitError:
            what = f"'{match.group(0)}' is no quantity with a unit"
            raise ExpressionError(what, "quantities such as 200 nm or 2 A/cm^2", hint) from None
        return f"{_QUANTITY}({float(found)!r}, {found.dimension!r})"

    return quantity.sub(replaced, text)


def _check_depth(tree: ast.expr, text: str) -> None:
    level = [(tree, 1)]
    while level:
        node, depth = level.pop()
        if depth > DEEPEST:
            raise ExpressionError(f"'{text[:40]}...' has too many brackets in brackets", f"at most {DEEPEST}")
        level += [(child, depth + 1) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _evaluate(node: ast.expr, variables: Mapping[str, Value]) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return Value(float(node.value))
    if isinstance(node, ast.Name) and node.id == "pi":
        return Value(np.pi)
    if isinstance(node, ast.Name) and node.id in variables:
        return variables[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        inner = _evaluate(node.operand, variables)
        return Value(-inner.values, inner.powers) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return apply_operator(node.op, _evaluate(node.left, variables), _evaluate(node.right, variables))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id == _QUANTITY:
            number, dimension = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            return Value(float(str(number)), base_powers(str(dimension)))
        return apply_function(node.func.id, [_evaluate(argument, variables) for argument in node.args])
    raise ExpressionError(f"'{ast.unparse(node)[:40]}' is not possible in a formula")
