"""Cells with a conducting electrolyte and part of a face plated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.kinetics import thermal_voltage
from platingx.materials.local_law import LocalLaw
from platingx.physics.conduction import Conduction, Electrolyte, conduction_in
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.electrochemistry import NEWTON
from platingx.physics.form_symbols import Symbols
from platingx.problems.circuit import CellResistances, Circuit, Held
from platingx.problems.newton import NewtonResult, solve
from platingx.problems.problem import Problem
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
        comm = self.conduction.potential.space.mesh.comm
        x, i, w = (np.concatenate(comm.allgather(array)) for array in here)
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
    closed: Callable[[Array], Array] | None = None,
    leads: float = 0.0,
    options: dict[str, str] | None = None,
) -> Solved:
    """Solve conduction between ``bottom`` and the part of ``top`` where the middles of facets are plated."""
    comm = parts.loaded.mesh.comm
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
    if closed is not None:
        share = closed(found.kinetics.points.coordinates)
        found.kinetics.closed = lambda: share
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


def body(shape: str, count: int = 3, comm: MPI.Intracomm = MPI.COMM_WORLD) -> Discretisation:
    """A unit square or cube of electrolyte."""
    if shape in ("hexahedron", "tetrahedron"):
        return discretise(build_block3d(Block3D(1.0, 1.0, 1.0, count, count, count, region=LLZO, cell=shape)), comm)
    return discretise(build_box(Box(1.0, 1.0, count, count, region=LLZO, cell=shape)), comm)


def strip(void: float, resistance: float, count: int) -> tuple[Solved, float]:
    """Half a period of 1 with a blocked strip, depth 2, at a mean current of 1; and the voltage beyond the slab's."""
    parts = discretise(build_box(Box(0.5, 2.0, count, 2 * count, region=LLZO)))
    law = LocalLaw(resistance, None, 0.5, THERMAL)
    found = cell(parts, Held(current_density=1.0), law, 0.5, lambda x: x[:, 0] > void / 2.0)
    return found, found.voltage - 2.0
