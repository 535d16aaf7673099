"""What would hurt most if lost: a current that is distributed wrongly over an interface, or does not add up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.kinetics import thermal_voltage
from platingx.physics.conduction import ITERATIVE, Conduction, Electrolyte, conduction_in
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.electrochemistry import NEWTON
from platingx.physics.form_symbols import Symbols
from platingx.problems.circuit import CellResistances, Circuit, Held
from platingx.problems.interface_kinetics import LocalLaw
from platingx.problems.newton import NewtonResult, solve
from platingx.problems.problem import Problem
from platingx.profiling import Profile
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

THERMAL = thermal_voltage(298.15)


@dataclass
class Source:
    """Holds the same all the time."""

    it: Held

    def held(self, time: float, dt: float) -> Held:
        del time, dt
        return self.it


@dataclass
class Solved:
    """A cell with its solution."""

    conduction: Conduction
    current: float
    voltage: float
    result: NewtonResult

    def at_points(self) -> tuple[Array, Array, Array]:
        """Coordinates, current densities and areas of all points, over all ranks."""
        kinetics = self.conduction.kinetics
        dimension = kinetics.points.coordinates.shape[-1]
        here = (
            kinetics.points.coordinates.reshape(-1, dimension),
            kinetics.current.ravel(),
            kinetics.points.weights.ravel(),
        )
        x, i, w = (np.concatenate(MPI.COMM_WORLD.allgather(array)) for array in here)
        return x, i, w


def cell(
    parts: Discretisation,
    held: Held,
    law: LocalLaw,
    area: float,
    plated: Callable[[Array], Array] = lambda x: np.ones(len(x), dtype=bool),
    conductivity: float = 1.0,
    counter_resistance: float = 0.0,
    axisymmetric: bool = False,
    leads: float = 0.0,
    options: dict[str, str] | None = None,
) -> Solved:
    """Solve conduction between ``bottom`` and the part of ``top`` where the middles of facets are plated."""
    comm = MPI.COMM_WORLD
    mean, voltage = GlobalUnknowns("current_density", 1, comm), GlobalUnknowns("interface_voltage", 1, comm)
    circuit = Circuit(mean, CellResistances(0.0, leads, None, 0.5, THERMAL), Source(held), voltage)

    def interface(symbols: Symbols) -> Int32Array:
        pairs = symbols.side("top", LLZO).reshape(-1, 2)
        domain = parts.loaded.mesh
        links = domain.topology.connectivity(domain.topology.dim, domain.topology.dim - 1)
        facets = np.array([links.links(c)[f] for c, f in pairs], dtype=np.int32)
        domain.topology.create_connectivity(domain.topology.dim - 1, domain.topology.dim)
        middles = compute_midpoints(domain, domain.topology.dim - 1, facets)
        return np.ascontiguousarray(pairs[plated(middles)].ravel())

    electrolyte = Electrolyte(LLZO, conductivity, "bottom", counter_resistance, law, area, axisymmetric)
    found = conduction_in(parts, electrolyte, interface, mean, voltage, circuit.stress)
    problem = Problem(
        [mean, voltage, found.potential],
        [circuit, *found.contributions],
        list(found.constraints),
        1.0,
        "direct",
        options,
    )
    problem.begin(1.0, 1.0, 0.0)
    result = solve(problem, NEWTON)
    assert result.converged, result.describe()
    return Solved(found, circuit.current(problem.iterate), circuit.voltage(circuit.current(problem.iterate)), result)


def body(shape: str, count: int = 3) -> Discretisation:
    """A unit square or cube of electrolyte."""
    if shape in ("hexahedron", "tetrahedron"):
        return discretise(build_block3d(Block3D(1.0, 1.0, 1.0, count, count, count, region=LLZO, cell=shape)))
    return discretise(build_box(Box(1.0, 1.0, count, count, region=LLZO, cell=shape)))


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_a_slab_is_a_resistance(shape: str) -> None:
    """Ohm's law with both interfaces: exact, for the potential is linear; Butler-Volmer on one side at 3 V."""
    law = LocalLaw(0.5, None, 0.5, THERMAL)
    linear = cell(body(shape), Held(voltage=1.0), law, 1.0, conductivity=0.4, counter_resistance=0.25, leads=0.125)
    assert linear.current == pytest.approx(1.0 / (2.5 + 0.5 + 0.25 + 0.125), rel=1e-11)
    _, density, areas = linear.at_points()
    assert density == pytest.approx(linear.current, rel=1e-10)
    assert areas.sum() == pytest.approx(1.0, rel=1e-13)
    kinetic = cell(body(shape), Held(voltage=3.0), LocalLaw(0.0, 1e-3, 0.3, THERMAL), 1.0, conductivity=0.4)
    eta = float(kinetic.conduction.kinetics.law.charge_transfer(np.array([kinetic.current]))[0])
    assert 2.5 * kinetic.current + eta == pytest.approx(3.0, rel=1e-11)
    assert kinetic.result.iterations <= 10


def test_a_mean_current_is_that_of_the_points() -> None:
    """The current is kept to round-off where it is held, over a part of the face and with Butler-Volmer kinetics."""
    law = LocalLaw(0.0, 2.0, 0.5, THERMAL)
    found = cell(body("triangle", 6), Held(current_density=7.0), law, 0.5, lambda x: x[:, 0] < 0.5, conductivity=20.0)
    _, density, areas = found.at_points()
    assert float(density @ areas) == pytest.approx(3.5, rel=1e-13)
    assert density.max() > 1.05 * density.min()


def strip(void: float, resistance: float, count: int) -> tuple[Solved, float]:
    """Half a period of 1 with a blocked strip, depth 2, at a mean current of 1; and the voltage beyond the slab's."""
    parts = discretise(build_box(Box(0.5, 2.0, count, 2 * count, region=LLZO)))
    law = LocalLaw(resistance, None, 0.5, THERMAL)
    found = cell(parts, Held(current_density=1.0), law, 0.5, lambda x: x[:, 0] > void / 2.0)
    return found, found.voltage - 2.0


def test_a_blocked_strip_takes_the_voltage_of_its_series() -> None:
    """w/L 0.3, half width over conductivity times resistance 1: 0.26213 L/kappa, and 1.6146 at 0.2 L of the middle.

    Reference: cosine series of 1600 intervals, and finite elements graded to 1e-6 L at the edge, the same digits.
    """
    found, extra = strip(0.3, 0.15, 20)
    assert extra == pytest.approx(0.26213, rel=1e-3)
    x, density, _ = found.at_points()
    order = np.argsort(x[:, 0])
    there = np.interp([0.2, 0.5], x[order, 0], density[order])
    assert there == pytest.approx([1.6146, 1.2897], rel=2e-3)


def test_a_large_resistance_spreads_the_current_and_a_small_one_leaves_the_constriction() -> None:
    """To both sides: Z/f and 0.052097 of a uniform flux; -ln(sin(pi f/2))/pi of the primary distribution.

    The primary one is singular at the edge, so that its error falls with the size of the elements: extrapolated.
    """
    _, extra = strip(0.3, 15.0, 20)
    assert extra - 15.0 / 0.7 == pytest.approx(0.05203, rel=2e-3), "0.05203 at 0.01, 0.052097 at 0"
    primary = -np.log(np.sin(np.pi * 0.7 / 2.0)) / np.pi
    values = [strip(0.3, 1e-7, count)[1] for count in (20, 40)]
    assert 2.0 * values[1] - values[0] == pytest.approx(primary, rel=0.01)
    assert abs(values[1] - primary) < 0.6 * abs(values[0] - primary)


def test_a_disc_in_a_cylinder() -> None:
    """4 kappa a (R - Z/A - slab) is 0.4004 at a/b 0.5, radius over conductivity times resistance 1."""
    parts = discretise(build_box(Box(1.0, 4.0, 20, 40, region=LLZO)))
    law, area = LocalLaw(0.5, None, 0.5, THERMAL), np.pi * 0.25
    found = cell(parts, Held(current_density=1.0 / area), law, area, lambda x: x[:, 0] < 0.5, axisymmetric=True)
    excess = found.voltage - 0.5 / area - 4.0 / np.pi
    assert 4.0 * 0.5 * excess == pytest.approx(0.4004, rel=2e-3)


def test_a_disc_at_three_volts_takes_ten_corrections() -> None:
    """321.45 nA through 0.515 um on LLZO of 0.069 S/m, i0 51.4 A/m2, spread in a cylinder of 5 x 10 um.

    Ten elements over the radius see the edge, where the current is ten times its mean, to 1 % of the whole.
    """
    radius = 0.515e-6
    parts = discretise(build_box(Box(9.7 * radius, 10e-6, 97, 60, region=LLZO)))
    law, area = LocalLaw(0.0, 51.4, 0.5, THERMAL), np.pi * radius**2
    found = cell(parts, Held(voltage=3.0), law, area, lambda x: x[:, 0] < radius, conductivity=0.069, axisymmetric=True)
    assert found.result.iterations <= 10
    assert found.current * area == pytest.approx(321.45e-9, rel=0.01)


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["hexahedron", "tetrahedron"])
def test_multigrid_gives_what_factors_give(shape: str) -> None:
    """A quarter of a square contact on a cube, at 3 V: the same current, and hardly more iterations on a finer mesh."""

    def contact(count: int, options: dict[str, str] | None) -> tuple[float, float]:
        law = LocalLaw(0.0, 51.4, 0.5, THERMAL)
        profile = Profile()
        with profile.active():
            found = cell(
                body(shape, count),
                Held(voltage=3.0),
                law,
                0.25,
                lambda x: (x[:, 0] < 0.5) & (x[:, 1] < 0.5),
                conductivity=1e3,
                options=options,
            )
        return found.current, profile.counts["Krylov iterations"] / profile.counts["linear solves"]

    (coarse, few), (fine, more) = contact(4, ITERATIVE), contact(8, ITERATIVE)
    assert coarse == pytest.approx(contact(4, None)[0], rel=1e-9)
    assert fine == pytest.approx(coarse, rel=0.05)
    assert more < 1.6 * few
