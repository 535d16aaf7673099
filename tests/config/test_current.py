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


@pytest.mark.parametrize(
    "header",
    [
        "time_s,current_density_A_per_cm2",
        "Time [s],Current density [A/cm\u00b2]",
        "TIME (s) , Current_Density (A/cm2)",
        "time (s),current density (A\u00b7cm\u207b\u00b2)",
        "Time\u00a0[s],current_density [A/cm^2]",
    ],
)
def test_headers_as_people_write_them(tmp_path: Path, header: str) -> None:
    path = tmp_path / "i.csv"
    path.write_text(f"{header}\n0,1\n\uff11,\u22122\n", encoding="utf-8")
    assert read_current_file(path) == ([0.0, 1.0], [1e4, -2e4])


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


def test_a_jump() -> None:
    """Two rows at one time: the current before and after, a charge without a leap, a turn where the sign changes."""
    program = CurrentProgram.read({"table": [["0 s", "2 A/m^2"], ["1 s", "2 A/m^2"], ["1 s", "-1 A/m^2"]]})
    assert (program.before(1.0), program.at(1.0)) == (2.0, -1.0)
    assert [program.before(time) for time in (0.0, 0.5, 2.0)] == [2.0, 2.0, -1.0]
    assert [program.charge(time) for time in (0.5, 1.0, 1.5, 4.0)] == pytest.approx([1.0, 2.0, 1.5, -1.0])
    assert program.turning_times(5.0) == (1.0,)
    assert program.extreme_charges(4.0) == pytest.approx((-1.0, 2.0))
    assert program.until(1.0).times == (0.0, 1.0)
    assert program.until(1.0).values == (2.0, 2.0)


def test_turning_times() -> None:
    """Where the sign changes: within a line, at a point, at the start of a rest; not where it comes back."""
    points = [(0.0, 0.0), (1.0, 2.0), (3.0, -2.0), (4.0, 0.0), (5.0, -1.0), (6.0, 0.0), (7.0, 0.0), (8.0, 1.0)]
    program = CurrentProgram(times=tuple(t for t, _ in points), values=tuple(v for _, v in points))
    assert program.turning_times(10.0) == (2.0, 6.0)
    assert program.turning_times(6.0) == (2.0,)
    assert CurrentProgram.read("-2 A/m^2").turning_times(1.0) == ()


def test_extreme_charges_lie_at_turns_too() -> None:
    """The charge is largest where the current passes through zero on a line, not at a point of the table."""
    program = CurrentProgram(times=(0.0, 2.0), values=(1.0, -1.0))
    assert program.extreme_charges(2.0) == pytest.approx((0.0, 0.5))


def test_a_jump_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jump.csv"
    path.write_text("time_s,current_density_A_per_m2\n0,1\n1,1\n1,-1\n2,-1\n")
    program = CurrentProgram.read({"file": str(path)})
    assert program.times == (0.0, 1.0, 1.0, 2.0)
    assert program.charge(2.0) == pytest.approx(0.0)
