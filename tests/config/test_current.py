"""A current program gives the current and the charge of its table at any time.

What would hurt most: plated metal that does not match the charge.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platingx.config.current import CurrentProgram
from platingx.config.current_file import read_current_file

HERE = Path(__file__).parent


def test_constant() -> None:
    program = CurrentProgram.read("2 A/cm^2")
    assert program.is_constant
    assert program.at(0.0) == program.at(1e6) == 2e4
    assert program.charge(0.5) == pytest.approx(1e4)
    assert program.charge(0.0) == 0.0


def test_table_is_linear_and_constant_after_its_end() -> None:
    program = CurrentProgram.read({"table": [["0 s", "0 A/m^2"], ["1 s", "4 A/m^2"], ["2 s", "-4 A/m^2"]]})
    assert [program.at(time) for time in (0.0, 0.5, 1.0, 1.5, 2.0, 9.0)] == [0.0, 2.0, 4.0, 0.0, -4.0, -4.0]
    assert program.charge(1.0) == pytest.approx(2.0)
    assert program.charge(2.0) == pytest.approx(2.0)
    assert program.charge(3.0) == pytest.approx(-2.0)
    assert not program.is_constant


def test_files() -> None:
    assert read_current_file(HERE / "currents" / "plain.csv") == ([0.0, 1.0], [100.0, 200.0])
    times, values = read_current_file(HERE / "currents" / "ramp.csv")
    assert times == pytest.approx([0.0, 0.01, 0.02])
    assert values == pytest.approx([0.0, 2e4, 2e4])


@given(
    st.lists(st.floats(min_value=1e-3, max_value=10.0), min_size=1, max_size=8),
    st.lists(st.floats(min_value=-100.0, max_value=100.0), min_size=9, max_size=9),
    st.floats(min_value=0.0, max_value=100.0),
)
def test_charge_is_the_integral_of_the_current(gaps: list[float], currents: list[float], end: float) -> None:
    times = [0.0, *np.cumsum(gaps)]
    values = currents[: len(times)]
    program = CurrentProgram(times=tuple(times), values=tuple(values))
    points = np.unique([*(time for time in times if time < end), end])
    reference = np.trapezoid(np.interp(points, times, values), points)
    assert program.charge(end) == pytest.approx(reference, rel=1e-9, abs=1e-9)
    assert program.at(end) == pytest.approx(np.interp(end, times, values), rel=1e-9, abs=1e-9)
