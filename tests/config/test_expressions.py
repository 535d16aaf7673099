"""What would hurt most if lost: a formula of a case runs nothing but arithmetic, and metres stay metres."""

import numpy as np
import pytest

from platingx.config.expressions import ExpressionError, read_expression

AT = {"x": np.array([1e-7, 2e-7]), "y": np.array([0.0, 3e-7])}


@pytest.mark.parametrize(
    ("text", "expected", "power"),
    [
        ("x/200 nm", [0.5, 1.0], 0),
        ("1", [1.0, 1.0], 0),
        ("-x + 100nm", [0.0, -1e-7], 1),
        ("2*x*y/(1 um)^2", [0.0, 0.12], 0),
        ("sqrt(x^2 + y^2)", [1e-7, np.sqrt(13e-14)], 1),
        ("hypot(x, y)", [1e-7, np.sqrt(13e-14)], 1),
        ("sin(pi*x/200 nm) + cos(0)", [2.0, 1.0], 0),
        ("min(x, .15 um)", [1e-7, 1.5e-7], 1),
        ("atan2(y, x)", [0.0, np.arctan2(3.0, 2.0)], 0),
        ("abs(1.5e-1um - x) * 2", [1e-7, 1e-7], 1),
        ("tanh(exp(log(2)))**2", [np.tanh(2.0) ** 2] * 2, 0),
    ],
)
def test_values_in_metres(text: str, expected: list[float], power: float) -> None:
    formula = read_expression(text, ("x", "y"))
    np.testing.assert_allclose(formula(AT), expected, rtol=1e-14)
    assert formula.power == power


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('true')", "not possible"),
        ("x.real", "not possible"),
        ("(lambda: 1)()", "not possible"),
        ("[x for x in [1]]", "not possible"),
        ("open('f')", "open"),
        ("__metres(1)", "__metres"),
        ("z", "names z"),
        ("x + 1", "a length and a number"),
        ("exp(x)", "exp of a length"),
        ("2 x", "no length"),
        ("x^y", "exponent"),
        ("x^99", "exponent"),
        ("sin(x, y)", "takes 1"),
        ("3 kg * x", "no length"),
        ("x +", "no formula"),
        ("", "no formula"),
        ("(" * 300 + "x" + ")" * 300, "characters|formula|brackets"),
        ("-" * 200 + "x", "brackets"),
        ("x // 1 nm", "operator"),
        ("True", "not possible"),
        ("1j*x", "no length"),
        ("x" * 600, "characters"),
    ],
)
def test_what_is_no_formula_is_told(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        read_expression(text, ("x", "y"))


def test_infinite_values_are_told() -> None:
    with pytest.raises(ExpressionError, match="no finite value"):
        read_expression("1 nm/y", ("x", "y"))(AT)
