"""What would hurt most if lost: metal comes and goes as fast as the closed forms say, by no path that is switched off.

Tubes of 20 um by 100 nm with lithium of 21.6 cubic angstroms an atom at 300 K; the interface: 2e-11 m2/s over 0.2 nm.
"""

import math
from dataclasses import replace

import pytest
from scipy.integrate import quad

from platingx.constants import AVOGADRO
from platingx.materials.interface_transport import flux_coefficient, pressure_per_volt
from platingx.materials.tubule import Conductances, TubuleShape
from platingx.stepping.tubule_cycles import HalfCycle, Instant, march_half_cycle
from platingx.stepping.tubule_model import Filling, TubuleModel

OMEGA = 21.6e-30
C = flux_coefficient(2e-11, 2e-10, OMEGA, 300.0)
W, H = 100e-9, 20e-6
EMPTY = Filling(0.0, 0.0, 0.0)
DRIVE = 0.05 * pressure_per_volt(OMEGA)
ATM = 101325.0


def tube(interface: float = C, wall: float = 0.0, surface: float = 0.0, **more: object) -> TubuleModel:
    """A tube that gas leaves freely, unless said otherwise."""
    shape = TubuleShape(H, W, 10e-9)
    flows = Conductances(interface, wall, surface)
    open_to_gas = bool(more.pop("open_to_gas", True))
    return TubuleModel(shape, flows, OMEGA, OMEGA * AVOGADRO, ATM, ATM, open_to_gas=open_to_gas, **more)  # type: ignore[arg-type]


def last(model: TubuleModel, half: HalfCycle, filling: Filling = EMPTY, rows: int = 7) -> Instant:
    return list(march_half_cycle(model, half, filling, rows))[-1]


def at(voltage: float = 0.05, plating: bool = True, **more: object) -> HalfCycle:
    return HalfCycle(plating, voltage=voltage, **({"duration": 1e5} | more))  # type: ignore[arg-type]


def passing(current: float = 30.0, plating: bool = True, **more: object) -> HalfCycle:
    return HalfCycle(plating, current=current, **more)  # type: ignore[arg-type]


def test_pressure_of_a_full_tube() -> None:
    """v W z/(4 C) at 3 mA/cm2: 117.30 MPa, 15.81 mV."""
    end = last(tube(), passing())
    root = tube().pressures(end.filling, end.speed, end.at_root).root
    assert (end.end, end.filling.front) == ("full", H)
    assert end.speed == pytest.approx(4.89384e-9, rel=1e-5, abs=0.0)
    assert root == pytest.approx(end.speed * W * H / (4.0 * C), rel=1e-12)
    assert root == pytest.approx(117.30e6, rel=1e-4)
    assert tube().voltage(root) == pytest.approx(15.814e-3, rel=1e-4)


@pytest.mark.parametrize("time", [1.0, 10.0, 100.0])
def test_front_at_a_voltage(time: float) -> None:
    """sqrt(8 C dP t/W), from an empty tube."""
    end = last(tube(), at(duration=time))
    assert end.end == "duration"
    assert end.filling.front == pytest.approx(math.sqrt(8.0 * C * DRIVE * time / W), rel=1e-8, abs=0.0)


def test_front_at_a_voltage_against_gas() -> None:
    """Closed tube: time to 0.9 of its length is the integral of (W/4C) z/(dP - p(z)), by quadrature."""
    model, goal = tube(open_to_gas=False), 0.9 * H
    expected, _ = quad(lambda z: W / (4.0 * C) * z / (DRIVE - ATM * (H / (H - z) - 1.0)), 0.0, goal, epsrel=1e-12)
    end = last(model, at(capacity=model.shape.charge(goal, model.molar_volume)))
    assert end.end == "capacity"
    assert end.time == pytest.approx(expected, rel=1e-7)
    free = last(tube(), at(capacity=model.shape.charge(goal, model.molar_volume)))
    assert end.time > 1.0002 * free.time == pytest.approx(1.0002 * 523.503, rel=1e-5)


def test_stripping_across_a_void() -> None:
    """A void grows to 6 um in 58.17 s along the bare wall, as sqrt(t)."""
    model = tube(interface=0.0, surface=C)
    half = at(plating=False, capacity=model.shape.charge(6e-6, model.molar_volume))
    end = last(model, half, Filling(10e-6, 0.0, 10e-6))
    assert end.time == pytest.approx(58.17, rel=1e-4)
    assert end.filling.void == pytest.approx(6e-6, rel=1e-12, abs=0.0)
    assert end.filling.front == 10e-6


@pytest.mark.parametrize("half", [at(plating=False), passing(plating=False), at(), passing()])
def test_without_a_path_nothing_moves(half: HalfCycle) -> None:
    """Glide of dislocations cannot cross a void; neither can anything else where all paths are off."""
    start = Filling(10e-6, 2e-6, 10e-6)
    end = last(tube(interface=0.0), half, start)
    assert (end.end, end.time, end.filling, end.speed) == ("blocked", 0.0, start, 0.0)


@pytest.mark.parametrize("path", ["wall", "surface"])
def test_each_path_alone_carries_stripping_across_a_void(path: str) -> None:
    """The interface, where no metal is, does not help."""
    alone = last(tube(**{"interface": 0.0, path: C}), at(plating=False), Filling(H / 2, 0.0, H / 2))
    both = last(tube(**{"interface": 50.0 * C, path: C}), at(plating=False), Filling(H / 2, 0.0, H / 2))
    assert alone.end == both.end == "empty"
    assert alone.time == pytest.approx(both.time, rel=1e-9)
    assert alone.time == pytest.approx((H / 2) ** 2 * W / (8.0 * C * DRIVE), rel=1e-8)


def test_wall_and_interface_share_the_flow() -> None:
    """In parallel: the wall path of LiC6 takes the pressure from 117.3 to 79.9 MPa."""
    end = last(tube(wall=0.46777 * C), passing())
    root = tube(wall=0.46777 * C).pressures(end.filling, end.speed, False).root
    assert root == pytest.approx(79.92e6, rel=1e-4)


def test_a_void_that_stays_is_in_series() -> None:
    """Stripped at the front, a void of 3 um stays: the pressures over void and metal add up."""
    model = tube(interface=C, surface=3.0 * C)
    start = Filling(10e-6, 3e-6, 10e-6)
    instants = list(march_half_cycle(model, replace(passing(plating=False), leaves_at_root=False), start, 5))
    for instant in instants:
        metal = instant.filling.front - 3e-6
        expected = instant.speed * W / 4.0 * (3e-6 / (3.0 * C) + metal / C)
        assert model.pressures(instant.filling, instant.speed, False).root == pytest.approx(expected)
    assert instants[-1].end == "empty"
    assert instants[-1].filling.front == pytest.approx(3e-6)


def test_plating_fills_a_void_before_the_front_goes_on() -> None:
    """One half of a cycle: the void closes, then the front moves; the charge is that of both."""
    model = tube(interface=C, surface=C)
    start = Filling(10e-6, 4e-6, 10e-6)
    half = passing(capacity=model.shape.charge(6e-6, model.molar_volume))
    instants = list(march_half_cycle(model, half, start, 10))
    assert [instant.at_root for instant in instants] == [True] * 10 + [False] * 10
    assert instants[-1].filling.front == pytest.approx(12e-6)
    assert instants[9].filling == Filling(10e-6, 0.0, 10e-6)
    assert instants[-1].time == pytest.approx(6e-6 / abs(instants[-1].speed))


def test_at_a_voltage_a_void_closes_as_it_opened() -> None:
    """The way back takes as long as the way there: no gas, no metal in between."""
    model = tube(interface=C, surface=C)
    there = last(
        model, at(plating=False, capacity=model.shape.charge(5e-6, model.molar_volume)), Filling(H / 2, 0.0, H)
    )
    back = list(march_half_cycle(model, at(), there.filling, 10))
    closed = next(instant for instant in back if instant.filling.void == 0.0)
    assert closed.time == pytest.approx(there.time, rel=1e-8)


def test_limit_of_the_overpotential() -> None:
    """At 100 mA/cm2 a constant current ends where v W z/(4 C) is the limit."""
    half = passing(1000.0, limit=0.05)
    end = last(tube(), half)
    assert end.end == "limit"
    assert end.filling.front == pytest.approx(4.0 * C * DRIVE / (W * end.speed), rel=1e-9, abs=0.0)


def test_gas_of_a_closed_tube() -> None:
    """P0/(1 - fill) at 2, 5, 10 and 100 times; at a voltage the tube stops short of full at 1 - P0/(P0 + dP)."""
    model = tube(open_to_gas=False)
    for times in (2.0, 5.0, 10.0, 100.0):
        assert model.gas(H * (1.0 - 1.0 / times), 0.0) == pytest.approx(times * ATM)
    end = last(model, at(1e6 / pressure_per_volt(OMEGA), duration=1e8))
    assert end.end == "duration"
    assert end.filling.front / H == pytest.approx(1.0 - ATM / (ATM + 1e6), rel=1e-6)


def test_a_vent_lets_gas_out_for_good() -> None:
    """Above the vent the pressure stays; on the way back the gas that is left expands below the outer pressure."""
    model = tube(open_to_gas=False, vent=2e6)
    full = last(model, passing(limit=math.inf))
    assert full.end == "full"
    assert model.gas(0.5 * H, 0.5 * H) == pytest.approx(2.0 * ATM)
    assert model.gas(0.99 * H, 0.99 * H) == 2e6
    assert model.gas(0.0, 0.99 * H) == pytest.approx(0.01 * 2e6)


def test_strength_ends_a_run_that_is_to_stop_there() -> None:
    """Hoop stress 5.5455 p of walls of a tenth of the bore: 65 MPa at 11.72 MPa."""
    model = tube()
    end = last(model, passing(strength=65e6))
    assert end.end == "strength"
    found = model.pressures(end.filling, end.speed, False)
    assert found.hoop == pytest.approx(65e6, rel=1e-9)
    assert found.root == pytest.approx(11.72e6, rel=1e-3)


def test_a_less_filled_neighbour_bends_the_wall() -> None:
    """dP of the gas and of the metal, at the height where their sum is largest."""
    model = tube(open_to_gas=False, imbalance=0.1)
    filling = Filling(0.8 * H, 0.0, 0.8 * H)
    speed = 4.89384e-9
    found = model.pressures(filling, speed, False)
    gas = ATM * (1.0 / 0.2 - 1.0 / 0.28)
    metal = 0.1 * speed * W * 0.8 * H / (4.0 * C)
    assert found.gas_difference == pytest.approx(gas)
    assert found.wall_difference == pytest.approx(gas + metal)
    assert found.bending == pytest.approx(50.0 * (gas + metal))


def test_stripped_tubes_start_again_from_empty() -> None:
    model = tube(interface=C, surface=C)
    plated = last(model, passing(capacity=1e4))
    stripped = last(model, passing(plating=False), plated.filling)
    assert (stripped.end, stripped.filling.void) == ("empty", plated.filling.front)
    again = last(model, passing(capacity=1e4), stripped.filling)
    assert again.filling == plated.filling
