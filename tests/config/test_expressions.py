"""What would hurt most if lost: a formula of a case runs nothing but arithmetic, and metres stay metres."""

import numpy as np
import pytest

from platingx.config.expressions import ExpressionError, read_expression

XY = {"x": "length", "y": "length"}
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
    formula = read_expression(text, XY)
    np.testing.assert_allclose(formula(AT), expected, rtol=1e-14)
    assert formula.powers == ((("[length]", power),) if power else ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('true')", "not possible"),
        ("x.real", "not possible"),
        ("(lambda: 1)()", "not possible"),
        ("[x for x in [1]]", "not possible"),
        ("open('f')", "open"),
        ("__quantity(1, 2)", "__quantity"),
        ("z", "names z"),
        ("x + 1", "a length and a number"),
        ("exp(x)", "exp of a length"),
        ("2 x", "no quantity"),
        ("x^y", "exponent"),
        ("x^99", "exponent"),
        ("sin(x, y)", "takes 1"),
        ("3 kg * x", "no quantity"),
        ("x +", "no formula"),
        ("", "no formula"),
        ("(" * 300 + "x" + ")" * 300, "characters|formula|brackets"),
        ("-" * 200 + "x", "brackets"),
        ("x // 1 nm", "operator"),
        ("True", "not possible"),
        ("1j*x", "no quantity"),
        ("x" * 600, "characters"),
    ],
)
def test_what_is_no_formula_is_told(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        read_expression(text, XY)


def test_infinite_values_are_told() -> None:
    with pytest.raises(ExpressionError, match="no finite value"):
        read_expression("1 nm/y", XY)(AT)


@pytest.mark.parametrize(
    ("text", "expected", "dimension"),
    [
        ("565 C/m^2 / i", 565 / 2e4, "time"),
        ("2 A/cm^2*28.26 ms/i", 28.26e-3, "time"),
        ("i*1e2", 2e6, "current_density"),
        ("d/40nm", 0.5, "dimensionless"),
        ("2 um^2/d", 1e-4, "length"),
        ("1 MPa*m^0.5 / sqrt(d)", 1e6 / np.sqrt(2e-8), "pressure"),
        ("80 degC", 353.15, "temperature"),
    ],
)
def test_values_of_any_dimension(text: str, expected: float, dimension: str) -> None:
    """A word behind * or / is the variable where there is one of its name: d is no day here."""
    formula = read_expression(text, {"i": "current_density", "d": "length"})
    assert formula({"i": np.array([2e4]), "d": np.array([2e-8])}) == pytest.approx(expected, rel=1e-12)
    assert formula.dimension == dimension


@pytest.mark.parametrize(
    ("text", "words"),
    [("i + d", "a current density and a length"), ("2 d", "no quantity"), ("sqrt(i) + i", "a quantity of")],
)
def test_units_that_do_not_go_together_are_told(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        read_expression(text, {"i": "current_density", "d": "length"})
