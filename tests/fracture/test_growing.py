"""What would hurt most if lost: a crack grows as far as its metal allows, in the direction that its tip asks for."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from platingx.fracture.balance import Loading, balance
from platingx.fracture.crack_body import CrackBody
from platingx.fracture.growth import CrackGrower, CrackState, Ending, GrowthRule
from platingx.fracture.weight_functions import slit_weights
from platingx.verification.models.patch_loads import patch_stress, steady_loading
from platingx.verification.models.slit_bodies import ELASTIC, box, pressed, slit_in
from platingx_meshes.slit import slit_mesh
from platingx_meshes.slit_body import Slit

TOUGHNESS = 0.95e6


def unloaded(places: np.ndarray) -> np.ndarray:
    return np.zeros((len(places), 3))


def grower(loading: Loading, body: CrackBody, filled: bool = True, **rule: float) -> CrackGrower:
    return CrackGrower(loading, GrowthRule(TOUGHNESS, **rule), body.respond, partial(balance_of, filled), body.openings)


def balance_of(filled: bool, loading: Loading, response: object) -> object:
    return balance(loading, response, filled)


def grown(start: Slit, grows: CrackGrower) -> tuple[list[CrackState], Ending]:
    states = [grows.judged(start)]
    while not isinstance(found := grows.next(states[-1], max(states[-1].slit.length - start.length, 0.0)), Ending):
        states.append(found)
    return states, found


def test_an_edge_crack_is_as_long_as_its_metal_allows() -> None:
    """V = 1.1215^2 pi p a^2/E' and K = 1.1215 p sqrt(pi a) give a = (E' V/(1.1215 sqrt(pi) K))^(2/3)."""
    loops = box(0.0, 400.0, -400.0, 0.0, {"left": (True, False)})
    supply = 3.0 * 1.1215 * np.sqrt(np.pi) * TOUGHNESS / ELASTIC.plane_modulus
    loading = steady_loading(unloaded, 2.0 * TOUGHNESS, supply)
    start = Slit(np.zeros(2), np.array([0.0, -0.8]), "symmetric")
    states, ending = grown(start, grower(loading, CrackBody(loops, ELASTIC), increment=0.4))
    assert ending.kind == "supply"
    lengths = np.array([state.slit.length for state in states])
    times = np.array([loading.time_of(state.charge) for state in states])
    np.testing.assert_allclose(lengths, (3.0 * times) ** (2.0 / 3.0), rtol=4e-3)
    pressures = np.array([state.pressure for state in states])
    np.testing.assert_allclose(pressures, TOUGHNESS / (1.1215 * np.sqrt(np.pi * lengths)), rtol=3e-3)
    # at rest an eighth of an increment or less before all metal is used up
    assert 3.0 ** (2.0 / 3.0) / lengths[-1] == pytest.approx(1.0, abs=0.4 / 8 + 4e-3)
    assert ending.last.charge == pytest.approx(supply)


def test_a_gap_that_gives_metal_back_drives_a_jump() -> None:
    """A gap holds more metal at the pressure of the shorter crack than the longer one needs: the charge falls."""
    loading = steady_loading(unloaded, 4.0 * TOUGHNESS, 1e-2)
    loading = replace(loading, stored=np.array([0.0, 1e-4]))
    loops = box(0.0, 40.0, -40.0, 0.0, {"left": (True, False)})
    start = Slit(np.zeros(2), np.array([0.0, -0.1]), "symmetric")
    rule = grower(loading, CrackBody(loops, ELASTIC), increment=0.5)
    state = rule.judged(start)
    longer = rule.next(state, 0.0)
    assert isinstance(longer, CrackState)
    assert longer.charge < state.charge
    assert longer.pressure < state.pressure


def test_a_flaw_beside_a_patch_turns_to_the_free_surface_and_lifts_a_flake() -> None:
    body = CrackBody(box(-100.0, 100.0, -100.0, 0.0), ELASTIC)
    loading = steady_loading(lambda places: patch_stress(places, -4.0, 4.0), 10.0 * TOUGHNESS, 1.0)
    start = Slit(np.array([4.0, 0.0]), np.array([4.0 + np.sqrt(0.75), -0.5]), "surface")
    states, ending = grown(start, grower(loading, body, increment=0.4, nearest=0.06))
    assert ending.kind == "outline"
    nodes = ending.last.slit.nodes
    assert nodes[-1, 1] > -0.12  # at the surface again
    assert nodes[-1, 0] > 4.9
    pressures = [state.pressure for state in states]
    assert pressures[-1] < 0.2 * pressures[0]  # unstable under pressure ...
    volumes = [state.volume for state in states]
    assert volumes[-1] > volumes[0]  # ... and stable under supply
    twist = [abs(state.intensities[0, 1] / state.intensities[0, 0]) for state in states]
    assert (np.diff(twist) < 0.0).all()  # the path has turned to where K_II vanishes, and stays there
    assert max(twist[1:]) < twist[0] / 3.0


def test_a_dry_flaw_under_compression_is_at_rest() -> None:
    body = CrackBody(box(-10.0, 10.0, -10.0, 0.0), ELASTIC)
    stress = np.array([-1.0, 0.0, 0.0])
    loading = steady_loading(lambda places: np.broadcast_to(stress, (len(places), 3)), TOUGHNESS, 1.0)
    loading = replace(loading, stored=loading.supply)
    start = Slit(np.zeros(2), np.array([0.0, -0.5]), "surface")
    found = grower(loading, body, filled=False).judged(start)
    assert found.lacks == "opening"
    assert found.overlap > 0.9


def test_patch_stress_is_in_equilibrium_and_meets_the_surface() -> None:
    step = 1e-5
    place = np.array([[1.3, -0.4]])
    by_x, by_y = (
        (patch_stress(place + step * unit, -1.0, 1.0) - patch_stress(place - step * unit, -1.0, 1.0)) / (2.0 * step)
        for unit in np.eye(2)
    )
    assert by_x[0, 0] + by_y[0, 2] == pytest.approx(0.0, abs=1e-9)
    assert by_x[0, 2] + by_y[0, 1] == pytest.approx(0.0, abs=1e-9)
    surface = patch_stress(np.array([[0.3, -1e-9], [1.7, -1e-9]]), -1.0, 1.0)
    np.testing.assert_allclose(surface[:, 1:], [[-1.0, 0.0], [0.0, 0.0]], atol=1e-8)


def test_bends_in_a_straight_line_change_nothing() -> None:
    loops = box(-20.0, 20.0, -20.0, 0.0)
    end = np.array([0.3, -1.0])
    straight = pressed(slit_in(loops, (0.0, 0.0), (0.3, -1.0), "surface", 1.0))
    bent = pressed(slit_mesh(loops, Slit(np.zeros(2), end, "surface", np.array([0.4 * end, 0.7 * end]))))
    np.testing.assert_allclose(bent[0], straight[0], rtol=2e-3, atol=2e-3 * straight[0][0, 0])
    assert bent[1].opening == pytest.approx(straight[1].opening, rel=2e-3)


def test_a_kink_a_thousand_times_shorter_than_the_crack_is_meshed() -> None:
    """Gmsh leaves triangles of three points in line there."""
    bend = np.array([[1.0, 0.0]])
    for turn in np.radians([45.0, 60.0]):
        end = bend[0] + 0.00125 * np.array([np.cos(turn), np.sin(turn)])
        mesh = slit_mesh(box(-60.0, 60.0, -60.0, 60.0), Slit(np.array([-1.0, 0.0]), end, "buried", bend))
        assert slit_weights(mesh, ELASTIC).j_deviation < 5e-3
