"""What would hurt most if lost: a circuit whose current is wrong, or is not found at high bias."""

from dataclasses import dataclass
from itertools import product

import pytest
from mpi4py import MPI

from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.kinetics import thermal_voltage
from platingx.physics.electrochemistry import NEWTON
from platingx.problems.circuit import CellResistances, Circuit, Held, StressResponse
from platingx.problems.newton import NewtonResult, solve
from platingx.problems.problem import Problem

THERMAL = thermal_voltage(298.15)


@dataclass
class Source:
    """Holds the same all the time."""

    it: Held

    def held(self, time: float, dt: float) -> Held:
        del time, dt
        return self.it


def solved(cell: CellResistances, held: Held) -> tuple[float, NewtonResult]:
    """Current density of a cell at a source, and how it was found."""
    unknown = GlobalUnknowns("current_density", 1, MPI.COMM_WORLD)
    circuit = Circuit(unknown, cell, Source(held))
    problem = Problem([unknown], [circuit], (), 1.0)
    problem.begin(1.0, 1.0, 0.0)
    result = solve(problem, NEWTON)
    assert result.converged, result.describe()
    return circuit.current(problem.iterate), result


@pytest.mark.mpi
@pytest.mark.parametrize("voltage", [-3.0, -0.2, 1e-4, 0.2, 1.0, 3.0])
def test_a_film_or_none_takes_less_than_ten_corrections(voltage: float) -> None:
    """At 3 V the exponential form takes dozens: 55 were counted for a disc on a plate."""
    for resistance, exchange, alpha in product((0.0, 1e-6, 9.4e-5, 1.0), (1e-3, 51.4, 1e4), (0.3, 0.5, 0.7)):
        cell = CellResistances(0.0, resistance, exchange, alpha, THERMAL)
        current, result = solved(cell, Held(voltage=voltage))
        back = resistance * current + cell.charge_transfer(current)[0]
        assert back == pytest.approx(voltage, rel=1e-12)
        assert result.iterations < 10


@pytest.mark.mpi
def test_limits_of_a_circuit() -> None:
    """Ohm's law without kinetics; kinetics alone; a counter electrode of its own potential; a held current."""
    ohmic = CellResistances(0.0, 2e-4, None, 0.5, THERMAL)
    assert solved(ohmic, Held(voltage=0.3))[0] == pytest.approx(1500.0, rel=1e-13)
    nearly = CellResistances(0.0, 1e-4, THERMAL / 5e-4, 0.5, THERMAL)
    assert solved(nearly, Held(voltage=6e-7))[0] == pytest.approx(1e-3, rel=1e-8), "linear at small voltages"
    against = CellResistances(0.62, 2e-4, None, 0.5, THERMAL)
    assert solved(against, Held(voltage=0.62))[0] == pytest.approx(0.0, abs=1e-12)
    assert solved(against, Held(voltage=0.32))[0] == pytest.approx(-1500.0, rel=1e-12)
    assert solved(nearly, Held(current_density=-7.0))[0] == -7.0


def test_a_line_of_stress_is_known_after_two_states() -> None:
    """The slope of the secant of a step serves in the next one, from the state that has been accepted."""
    response = StressResponse()
    assert response.learn(2.0, 0.5) == 0.5, "nothing was known"
    assert response.expected(3.0) == (0.75, 0.25)
    assert response.learn(3.0, 0.8) == pytest.approx(0.05)
    assert response.expected(3.0) == (0.8, pytest.approx(0.3))
    response.rollback()
    assert response.expected(5.0) == (0.0, 0.0), "what a failed step has told is forgotten"
    response.learn(2.0, 0.5)
    response.commit()
    assert response.expected(1.0) == (0.75, 0.25)
    response.learn(1.0, 0.7)
    assert response.expected(1.0) == (0.7, 0.25), "one state of a step says nothing of its slope"
