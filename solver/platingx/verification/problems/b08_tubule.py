"""Verification: metal in a tube, by diffusion along its wall."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.integrate import quad

from platingx.arrays import Array
from platingx.config.materials import Material
from platingx.config.sources import unverified_values
from platingx.materials.creep_map import creep_rates
from platingx.materials.interface_transport import pressure_per_volt
from platingx.materials.porous_host import capacity_per_mass, capacity_per_volume, porosity_for
from platingx.materials.tubule import bending_stress, hoop_stress
from platingx.physics.tubule import tubule_model
from platingx.stepping.tubule_model import Filling, TubuleModel
from platingx.verification.models.compressible_tube import root_pressure
from platingx.verification.models.tubes import end_of, shipped_tube, tube_model, with_paths
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.b08_tubule_figures import VOLTAGE, draw_fronts, draw_roots

CURRENT = 30.0  # A/m2
ATM = 101325.0  # Pa
CLOSED = "closed form"
ATOM = 21.6e-30  # m3
DIGITS = 5e-4  # of numbers with four digits
LITHIUM = (13.0e-6, 534.0, 2000.0)  # molar volume, densities of metal and wall, SI
NODES = {"coarse": 100, "full": 400}

STATEMENT = r"""
Lithium is plated into a closed tube of length h and width W and stripped from it, by diffusion along its wall (`kind:
tubule`, [equations](../theory.md#tubules)). With $C=\delta D\Omega/kT$, the pressure at the root of a tube filled to
z at a constant current is $vWz/4C$, and at a constant overpotential the front follows $z=\sqrt{8C\,eU\,t/\Omega W}$,
and so does a void that opens as metal is stripped across it. Gas in front of the metal takes its part of the drive,
$p_0\,h/(h-z)$; the time is then a quadrature, $t=\int\frac{W}{4C}\frac{z\,dz}{eU/\Omega-p_0(h/(h-z)-1)}$. Where
nothing leads across a void, nothing moves.

All this is quasi-steady. The compressible metal is solved beside it, as a diffusion of the pressure on a growing
length,

$$p_t=\frac{4KC}{W}\,p_{zz},\qquad -\frac{4C}{W}p_z(0)=v,\qquad p(s)=0,\qquad \dot s=-\frac{4C}{W}\,p_z(s),$$

by finite differences on a grid that is stretched with the front. To first order in $p/K$ the front is behind by the
compression of the metal, and the flow to it is smaller by what compression takes; each lowers the pressure at the
root by $p/2K$, so that the quasi-steady pressure of the program must be too large by $p/K$, 1 % at 115 MPa.
Capacities, stresses of walls, and creep rates are formulas of the package beside the digits of the same formulas:
arithmetic, and no evidence.
"""


def run(effort: Effort) -> Outcome:
    """March tubes, and evaluate the formulas."""
    nodes = NODES[effort]
    time, transient, steady, modulus = _compressible(nodes)
    excess, expected = 1.0 - transient[-1] / steady[-1], steady[-1] / modulus
    lagging = Row(
        f"3 mA/cm², {time[-1]:.0f} s, {nodes} nodes", "excess of the quasi-steady pressure", "", expected, excess, 0.05,
        "p/K, first order in the compression; tolerance for the next order and the grid", "exact",
    )  # fmt: skip
    rows = (*_currents(), *_bursts(), *_voltages(), *_voids(), *_gas(), lagging, *_arithmetic())
    captions = (
        "Front of the metal over time at 50 mV: computed, open (line) and against 1 atm of gas in a closed tube"
        " (dashed), and the square root (dots).",
        "Pressure at the root at 3 mA/cm²: quasi-steady (line) and of the compressible metal (dots).",
    )
    return Outcome(
        rows=rows,
        pictures=(
            Picture("front", captions[0], draw_fronts),
            Picture("root", captions[1], lambda figure: draw_roots(figure, time, transient, steady)),
        ),
        notes=("Expected values of four digits are closed forms evaluated apart from the package.",),
        input="cases/tubule.yaml, paths: [interface], gas.vent: open unless said otherwise",
        unverified=tuple(unverified_values(shipped_tube())),
    )


def _root(model: TubuleModel, **half: Any) -> float:
    """Pressure at the root at the end of half of a cycle, Pa."""
    end = end_of(model, **half)
    return model.pressures(end.filling, end.speed, end.at_root).root


def _currents() -> list[Row]:
    """Full tubes at 3 mA/cm2, by the interface alone and with the wall beside it."""
    rows = []
    for length, expected in (("2 um", 11.730), ("20 um", 117.30)):
        pressure = _root(tube_model({"tube.length": length}), plating=True, current=CURRENT)
        rows.append(
            Row(f"{length}, 3 mA/cm²", "pressure at the root", "MPa", expected, pressure / 1e6, DIGITS, CLOSED, "exact")
        )
    warm = tube_model({"temperature": "55 degC"})
    rows.append(
        Row(
            "20 um, 55 °C",
            "pressure at the root",
            "MPa",
            54.95,
            _root(warm, current=CURRENT) / 1e6,
            DIGITS,
            CLOSED,
            "exact",
        )
    )
    walls = (
        ("lic6_conservative", 0.46777, 79.92),
        ("lic6_optimistic", 4.6778, 20.66),
        ("li9al4", 0.1134, 105.4),
        ("li22si5", 0.0015025, 117.13),
    )
    for name, ratio, expected in walls:
        model = tube_model({"paths": "[interface, wall]", "transport.wall": name})
        flows = model.conductances
        rows.append(
            Row(name, "wall over interface", "", ratio, flows.wall / flows.interface, DIGITS, CLOSED, "arithmetic")
        )
        pressure = _root(model, current=CURRENT) / 1e6
        rows.append(Row(f"{name}, 20 um", "pressure at the root", "MPa", expected, pressure, DIGITS, CLOSED, "exact"))
    return rows


def _bursts() -> list[Row]:
    """Pressure at the root at which walls of 65 MPa are at their strength, reached by filling tubes at a current."""
    rows = []
    for wall, expected in (("10 nm", 11.72), ("20 nm", 21.08)):
        model = tube_model({"tube.wall_thickness": wall})
        pressure = _root(model, current=CURRENT, strength=65e6) / 1e6
        rows.append(
            Row(f"wall of {wall}, 65 MPa", "pressure at the root", "MPa", expected, pressure, DIGITS, CLOSED, "exact")
        )
    return rows


def _voltages() -> list[Row]:
    """Front at 50 mV over time."""
    rows = []
    model = tube_model()
    for time, expected in ((1.0, 0.78671), (10.0, 2.48779), (100.0, 7.86707)):
        front = end_of(model, voltage=VOLTAGE, duration=time).filling.front
        rows.append(Row(f"50 mV, {time:g} s", "front", "um", expected, front * 1e6, 1e-5, CLOSED, "exact"))
    part = end_of(model, voltage=VOLTAGE, duration=1e6, capacity=model.shape.charge(18e-6, model.molar_volume))
    rows.append(Row("50 mV, to 0.9 of 20 um", "time", "s", 523.503, part.time, 1e-5, CLOSED, "exact"))
    return rows


def _voids() -> list[Row]:
    """Stripping across a void by one path at a time, and by none."""
    rows = []
    start, coefficient = Filling(10e-6, 0.0, 10e-6), tube_model().conductances.interface
    for path in ("surface", "wall", "interface"):
        model = with_paths(tube_model(), **{path: coefficient})
        capacity = model.shape.charge(6e-6, model.molar_volume)
        end = end_of(model, start, plating=False, voltage=VOLTAGE, duration=1e6, capacity=capacity)
        if path == "interface":
            label = "the interface alone, which a void interrupts"
            rows.append(Row(label, "void", "um", 0.0, end.filling.void * 1e6, 1e-12, CLOSED, "exact", absolute=True))
        else:
            rows.append(
                Row(f"{path} alone, 50 mV, a void of 6 um", "time", "s", 58.17, end.time, DIGITS, CLOSED, "exact")
            )
    nothing = end_of(with_paths(tube_model()), start, plating=False, voltage=VOLTAGE, duration=1e6)
    rows.append(Row("no path", "void", "um", 0.0, nothing.filling.void * 1e6, 1e-12, CLOSED, "exact", absolute=True))
    return rows


def _gas() -> list[Row]:
    """A closed tube: pressures, when it stalls, and the time to 0.9 by quadrature."""
    model = tube_model({"gas.vent": "closed"})
    length, volt = model.shape.length, pressure_per_volt(model.atomic_volume)
    rows = []
    for times, pressure, voltage in (
        (2, 0.2027, 0.01366),
        (5, 0.5066, 0.05464),
        (10, 1.0133, 0.12294),
        (100, 10.13, 1.3524),
    ):
        gas = model.gas(length * (1.0 - 1.0 / times), 0.0)
        rows.append(
            Row(f"gas, {times} times denser", "pressure", "MPa", pressure, gas / 1e6, DIGITS, CLOSED, "arithmetic")
        )
        found = model.voltage(gas - ATM) * 1e3
        rows.append(
            Row(f"gas, {times} times denser", "overpotential", "mV", voltage, found, DIGITS, CLOSED, "arithmetic")
        )
    for drive, expected in ((1e6, 0.9080), (5e6, 0.9801)):
        front = end_of(model, voltage=drive / volt, duration=1e8).filling.front
        rows.append(
            Row(
                f"{drive / 1e6:g} MPa against gas",
                "fill at the end",
                "",
                expected,
                front / length,
                DIGITS,
                CLOSED,
                "exact",
            )
        )
    goal, drop = 0.9 * length, VOLTAGE * volt
    slope = model.shape.hydraulic_length / model.conductances.interface
    time, _ = quad(lambda z: slope * z / (drop - ATM * (length / (length - z) - 1.0)), 0.0, goal, epsrel=1e-12)
    found = end_of(model, voltage=VOLTAGE, duration=1e6, capacity=model.shape.charge(goal, model.molar_volume)).time
    rows.append(Row("50 mV against gas, to 0.9 of 20 um", "time", "s", time, found, 1e-7, "quadrature", "exact"))
    return rows


def _arithmetic() -> list[Row]:
    """Formulas of the package beside their digits."""
    law = Material.model_validate("lithium_anand_narayan_2019").viscoplasticity
    volume = ATOM
    rates = creep_rates(1e6, np.array([0.1e-6, 1e-6, 10e-6]), 298.15, volume, 4e-15, 4e-21)
    table: list[tuple[str, str, str, float, float]] = [
        ("walls of W/w 100/10", "hoop stress over pressure", "", 5.5455, hoop_stress(1.0, 50.0, 60.0)),
        ("walls of W/w 100/20", "hoop stress over pressure", "", 3.0833, hoop_stress(1.0, 50.0, 70.0)),
        ("strip 100/10, clamped", "bending stress over pressure", "", 50.0, bending_stress(1.0, 100.0, 10.0)),
        (
            "strip 100/10, supported",
            "bending stress over pressure",
            "",
            75.0,
            bending_stress(1.0, 100.0, 10.0, "supported"),
        ),
        ("strip 100/20, clamped", "bending stress over pressure", "", 12.5, bending_stress(1.0, 100.0, 20.0)),
        (
            "strip 100/20, supported",
            "bending stress over pressure",
            "",
            18.75,
            bending_stress(1.0, 100.0, 20.0, "supported"),
        ),
        ("porosity 0.8264", "capacity", "mAh/cm³", 1704.0, capacity_per_volume(0.8264, LITHIUM[0]) / 3.6e6),
        ("porosity 0.8264", "capacity", "mAh/g", 2161.0, capacity_per_mass(0.8264, *LITHIUM) / 3.6e3),
        ("900 mAh/g", "porosity", "", 0.5324, porosity_for(900.0 * 3.6e3, *LITHIUM)),
    ]
    for size, bulk, interface, index in (
        (0.1, 2.938e-2, 0.9232, 0),
        (1.0, 2.938e-4, 9.232e-4, 1),
        (10.0, 2.938e-6, 9.232e-7, 2),
    ):
        table.append((f"1 MPa, {size:g} um", "creep through the body", "1/s", bulk, float(rates.bulk[index])))
        table.append((f"1 MPa, {size:g} um", "creep along interfaces", "1/s", interface, float(rates.interface[index])))
    ratio = float(rates.interface[1] / rates.bulk[1])
    table.append(("interface diffusion as fast as through the body", "size", "um", 3.1416, ratio))
    rows = [Row(*row, 5e-4, CLOSED, "arithmetic") for row in table]
    for stress, size in ((0.1, 83.5), (0.3, 10.39), (1.0, 1.456), (3.0, 0.3057), (10.0, 0.0599), (100.0, 0.00276)):
        both = creep_rates(stress * 1e6, size * 1e-6, 298.15, volume, 4e-15, 4e-21, law)
        found = float(both.diffusional / both.dislocations)
        label = f"{stress:g} MPa, {size:g} um"
        rows.append(
            Row(label, "diffusion over dislocations", "", 1.0, found, 6e-3, "three digits of the size", "arithmetic")
        )
    return rows


def _compressible(nodes: int, end: float = 4000.0) -> tuple[Array, Array, Array, float]:
    """Times (s), pressures at the root of compressible metal and by the program (Pa), and the bulk modulus (Pa)."""
    case = shipped_tube({"paths": "[interface]", "gas.vent": "open", "gas.neighbour_imbalance": "0"})
    model, modulus = tubule_model(case), case.metal.elasticity.bulk_modulus
    times, transient = root_pressure(model, modulus, CURRENT, nodes, end)
    steady = np.array([_root(model, current=CURRENT, duration=float(time)) for time in times])
    return times, transient, steady, modulus


PROBLEM = Problem(
    name="b08-tubule",
    title="B08 Metal in a tube by diffusion along its wall",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "Chen et al., Nature 578 (2020) 251, doi 10.1038/s41586-020-1972-y: the mechanism, geometry and diffusivities",
        "Coble, J. Appl. Phys. 34 (1963) 1679: diffusion along interfaces under stress",
    ),
    run=run,
    minutes=0.2,
)
