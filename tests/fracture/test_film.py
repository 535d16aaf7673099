"""What would hurt most if lost: metal that flows along a crack is late, is conserved, and goes on where it was."""

from pathlib import Path

import numpy as np
import pytest

from platingx.config.loader import load_case
from platingx.fracture.film import EMPTY, Channel, FilmLaw, advanced
from platingx.fracture.film_law import film_law
from platingx.materials.parameters import parameter_vector
from platingx.run.crack_table import past_content, past_of
from platingx.verification.problems.cracks_film import LAW, SIZE, edge

WIDTH, PRESSURE = 1e-8, 1e9


def channel(give: float = 0.0) -> Channel:
    """Parallel faces that give way to the pressure between them."""

    def widths(places: np.ndarray, pressures: np.ndarray, metal: float, at: np.ndarray) -> np.ndarray:
        return WIDTH + give * np.interp(at, places, pressures, right=0.0)

    return Channel(1e-6, widths, lambda metal: PRESSURE, np.ones_like)


def test_a_front_between_parallel_faces_has_a_closed_form() -> None:
    n = 1.0 / LAW.exponent
    c = float(LAW.wall_shear(np.array(WIDTH), np.array(WIDTH)))
    expected = ((n + 1.0) * (PRESSURE * WIDTH / (2.0 * c)) ** n * 1e-3) ** (1.0 / (n + 1.0))
    film = EMPTY
    for _ in range(20):
        film = advanced(LAW, channel(), film, 5e-5)
        assert film is not None
    assert film.front == pytest.approx(expected, rel=0.02)
    assert film.metal == pytest.approx(film.front * WIDTH, rel=1e-9)
    # where the front has passed within the last step its flow is the mean of it
    straight = PRESSURE * (1.0 - film.places / film.front)
    np.testing.assert_allclose(film.pressures, straight, atol=0.005 * PRESSURE)


def test_faces_that_give_way_let_it_come_farther() -> None:
    stiff, soft = (advanced(LAW, channel(give), EMPTY, 1e-3) for give in (0.0, 1e-17))
    assert stiff is not None
    assert soft is not None
    assert soft.front > 1.2 * stiff.front


def test_a_crack_with_a_film_is_late_and_resumes_where_it_was() -> None:
    states = edge(1.0, 1)
    uniform = 0.95e6 / (1.1215 * np.sqrt(np.pi * SIZE))
    assert states[0].pressure > 1.2 * uniform
    longer = states[1]
    assert longer.now is not None
    assert longer.past is not None
    assert longer.now.time > longer.past.time
    assert longer.now.film.metal > longer.past.film.metal
    kept = past_of(past_content(longer.past))
    for one, two in zip(
        (kept.film.places, kept.film.beyond, kept.film.pressures),
        (longer.past.film.places, longer.past.film.beyond, longer.past.film.pressures),
        strict=True,
    ):
        np.testing.assert_array_equal(one, two)


def test_lithium_that_has_been_sheared_for_long_is_saturated() -> None:
    case = load_case(Path(__file__).parents[2] / "cases" / "eruption.yaml")
    law = film_law(parameter_vector(case.materials["li"], float(case.temperature)))
    assert law is not None
    assert law.resistance == pytest.approx(2e6)
    assert law.exponent == pytest.approx(0.2)
    assert film_law(parameter_vector(case.materials["llzo"], float(case.temperature))) is None
    # a Newtonian fluid: tau at the wall of a slot is 6 mu q/w^2
    fluid = FilmLaw(3.0 * 5.0, 1.0, 1.0)
    assert float(fluid.wall_shear(np.array(2.0), np.array(3.0))) == pytest.approx(6.0 * 5.0 * 2.0 / 9.0)
