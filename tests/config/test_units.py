"""A quantity means what it says: units convert, and nothing without a unit or of another dimension gets through.

What would hurt most: nanometres taken for metres.
"""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platingx.units import DIMENSIONS, Quantity, UnitError, describe_si, format_si, parse, quantity

READABLE = [
    ("2 A/cm^2", "current_density", 2e4),
    ("4 mA/cm2", "current_density", 40.0),
    ("40 nm", "length", 40e-9),
    ("2.4 µm", "length", 2.4e-6),
    ("21ms", "time", 0.021),
    ("25 degC", "temperature", 298.15),
    ("25 °C", "temperature", 298.15),
    ("298.15 K", "temperature", 298.15),
    ("77 degF", "temperature", 298.15),
    ("37 kJ/mol", "molar_energy", 37e3),
    ("0.05 1/s", "rate", 0.05),
    ("5 /s", "rate", 5.0),
    ("5 s^-1", "rate", 5.0),
    ("5 s-1", "rate", 5.0),
    ("10 %", "dimensionless", 0.1),
    ("5 percent", "dimensionless", 0.05),
    ("13.0 cm^3/mol", "molar_volume", 13e-6),
    ("0.95 MPa m^0.5", "fracture_toughness", 0.95e6),
    ("1 MPa*m^(1/2)", "fracture_toughness", 1e6),
    ("84.8 W/(m K)", "thermal_conductivity", 84.8),
    ("-4 mA/cm^2", "current_density", -40.0),
    (".5 mm", "length", 5e-4),
    ("1e-3 m", "length", 1e-3),
]
UNREADABLE = [
    ("40", "length", "has no unit"),
    ("", "length", "does not start with a number"),
    ("nm", "length", "does not start with a number"),
    ("nan nm", "length", "does not start with a number"),
    ("1e999 nm", "length", "not a finite number"),
    ("1e308 km", "length", "not a finite number in m"),
    ("40 s", "length", "a unit of time, not of length"),
    ("25 C", "temperature", "write degC"),
    ("2 A", "current_density", "a unit of current, not of current density"),
    ("5 mA/cm^2", "pressure", "a unit of current density"),
    ("1,5 nm", "length", "decimal point"),
    ("0x10 nm", "length", "is not a unit"),
    ("1_000 nm", "length", "signs between the digits"),
    ("5 10 nm", "length", "is not a unit"),
    ("5 __import__('os')", "length", "is not a unit"),
    ("9 2^9^9^9 s", "time", "is not a unit"),
    ("9 s**9**9**9", "time", "is not a unit"),
    ("1 " + "m" * 100, "length", "characters are too many"),
    ("1 (", "length", "is not a unit"),
    ("5 nm\n6 nm", "length", "is not a unit"),
]


@pytest.mark.parametrize(("text", "dimension", "value"), READABLE)
def test_reads(text: str, dimension: str, value: float) -> None:
    result = parse(text, dimension)
    assert result == pytest.approx(value, rel=1e-14)
    assert result.given == text
    assert result.unit == DIMENSIONS[dimension].si_unit


@pytest.mark.parametrize(("text", "dimension", "message"), UNREADABLE)
def test_refuses(text: str, dimension: str, message: str) -> None:
    with pytest.raises(UnitError, match=r".") as caught:
        parse(text, dimension)
    assert message in str(caught.value)


def test_conversion_leaves_no_digits_of_rounding() -> None:
    assert repr(float(parse("40 nm", "length"))) == "4e-08"
    assert repr(float(parse("13.0 cm^3/mol", "molar_volume"))) == "1.3e-05"


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(DIMENSIONS)))
def test_si_text_reads_back_to_the_same_float(value: float, dimension: str) -> None:
    assert parse(format_si(value, dimension), dimension) == value


@given(st.floats(min_value=1e-6, max_value=1e6), st.sampled_from(["nm", "um", "mm", "km", "inch"]))
def test_lengths_convert_both_ways(value: float, unit: str) -> None:
    metres = quantity(value, "length", unit)
    one = parse(f"1 {unit}", "length")
    assert metres / one == pytest.approx(value, rel=1e-13)


@given(st.text(max_size=60), st.sampled_from(sorted(DIMENSIONS)))
def test_any_text_is_read_or_refused(text: str, dimension: str) -> None:
    try:
        result = parse(text, dimension)
    except UnitError:
        return
    assert math.isfinite(result)


@given(st.from_regex(r"\A[0-9]{1,3} ?[a-zA-Z/*^() 0-9.]{1,20}\Z"), st.sampled_from(sorted(DIMENSIONS)))
def test_any_unit_is_read_or_refused(text: str, dimension: str) -> None:
    try:
        result = parse(text, dimension)
    except UnitError:
        return
    assert math.isfinite(result)


def test_quantity_is_a_float_that_survives_pickling() -> None:
    length = parse("40 nm", "length")
    copy = pickle.loads(pickle.dumps(length))
    assert (copy, copy.dimension, copy.given) == (length, "length", "40 nm")
    assert type(length * 2) is float
    assert np.array([length]).dtype == np.float64
    assert describe_si(length, "length") == "4e-08 m"


def test_python_quantities() -> None:
    assert quantity("40 nm", "length") == 40e-9
    assert quantity(25.0, "temperature", "degC") == 298.15
    assert quantity(0.26, "dimensionless") == 0.26
    assert quantity(3.0, "time").given == "3.0 s"
    with pytest.raises(UnitError, match="unknown dimension"):
        quantity(1.0, "colour")
    with pytest.raises(UnitError, match="unknown dimension"):
        Quantity(1.0, "colour")
