"""A rectangle of electrolyte with a counter electrode below and a part of its top plated, solved once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from platingx.arrays import Array, Int32Array, Mask
from platingx.errors import ConvergenceError
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.kinetics import thermal_voltage
from platingx.materials.local_law import LocalLaw
from platingx.physics.conduction import Conduction, Electrolyte, conduction_in
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.electrochemistry import NEWTON
from platingx.physics.form_symbols import Symbols
from platingx.physics.impedance import BlockedFace
from platingx.physics.interface_points import interface_points
from platingx.problems.circuit import CellResistances, Circuit, Held
from platingx.problems.newton import solve
from platingx.problems.problem import Problem
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

__all__ = ["THERMAL", "ConductingCell", "Solution", "solve_cell"]

THERMAL = thermal_voltage(298.15)


@dataclass(frozen=True)
class ConductingCell:
    """A cell.

    Attributes
    ----------
    width, height, columns, rows
        Rectangle (m) and elements.
    conductivity
        S/m.
    law
        Of the interface.
    plated
        Width of the plated part, m, from the right side of the rectangle, or from the left one (axis) if ``inside``.
    counter_resistance
        Resistance times area of the counter electrode, and of electrolyte that is not meshed, ohm m2.
    axisymmetric
        Whether the rectangle is swept around its left side.
    grading
        Exponent by which elements become smaller towards the edge of the plated part, which half of the columns are on
        either side of, and towards the top; 1 for even ones. Only of an ``inside`` one.
    """

    width: float
    height: float
    columns: int
    rows: int
    conductivity: float
    law: LocalLaw
    plated: float
    inside: bool = False
    counter_resistance: float = 0.0
    axisymmetric: bool = False
    grading: float = 1.0

    def mesh(self) -> MeshData:
        """The rectangle, even or graded."""
        even = build_box(Box(self.width, self.height, self.columns, self.rows, region=LLZO))
        if self.grading == 1.0:
            return even
        x, y = np.linspace(0.0, 2.0, self.columns + 1), np.linspace(0.0, 1.0, self.rows + 1)
        inner = self.plated * (1.0 - np.maximum(1.0 - x, 0.0) ** self.grading)
        outer = self.plated + (self.width - self.plated) * np.maximum(x - 1.0, 0.0) ** self.grading
        up = self.height * (1.0 - np.maximum(1.0 - y, 0.0) ** self.grading)
        points = even.points.copy()  # of vertices; nodes on edges stay in their middle, or the smallest elements fold
        points[:, 0] = np.interp(2.0 * points[:, 0] / self.width, x, np.where(x <= 1.0, inner, outer))
        points[:, 1] = np.interp(points[:, 1] / self.height, y, up)
        return replace(even, points=points)

    @property
    def area(self) -> float:
        """Plated area, m2 (m in plane strain)."""
        return float(np.pi * self.plated**2) if self.axisymmetric else self.plated

    def covers(self, places: Array) -> Mask:
        """Whether middles of facets are plated."""
        return np.asarray(places[:, 0] < self.plated if self.inside else places[:, 0] > self.width - self.plated)


@dataclass(frozen=True)
class Solution:
    """A cell that has been solved: mean current density (A/m2), voltage (V), corrections, and the fields."""

    current: float
    voltage: float
    corrections: int
    conduction: Conduction
    blocked: Callable[[float], BlockedFace]

    def density_at(self, places: Array) -> Array:
        """Current density at horizontal places (m), interpolated between quadrature points, A/m2."""
        kinetics = self.conduction.kinetics
        x = kinetics.points.coordinates[..., 0].ravel()
        order = np.argsort(x)
        return np.asarray(np.interp(places, x[order], kinetics.current.ravel()[order]))


@dataclass(frozen=True)
class _Source:
    it: Held

    def held(self, time: float, dt: float) -> Held:
        del time, dt
        return self.it


def solve_cell(cell: ConductingCell, held: Held) -> Solution:
    """Solve a cell on one rank.

    Raises
    ------
    ConvergenceError
        If Newton's method stalls.
    """
    comm = MPI.COMM_SELF
    parts = discretise(cell.mesh(), comm)
    mean, voltage = GlobalUnknowns("current_density", 1, comm), GlobalUnknowns("interface_voltage", 1, comm)
    circuit = Circuit(mean, CellResistances(0.0, 0.0, None, 0.5, THERMAL), _Source(held), voltage)
    electrolyte = Electrolyte(
        LLZO, cell.conductivity, "bottom", cell.counter_resistance, cell.law, cell.area, cell.axisymmetric
    )
    found = conduction_in(
        parts, electrolyte, lambda symbols: _top(parts, symbols, cell, True), mean, voltage, circuit.stress
    )
    problem = Problem([mean, voltage, found.potential], [circuit, *found.contributions], list(found.constraints), 1.0)
    problem.begin(1.0, 1.0, 0.0)
    result = solve(problem, NEWTON)
    if not result.converged:
        raise ConvergenceError(result.describe())
    current = circuit.current(problem.iterate)

    def blocked(capacitance: float) -> BlockedFace:
        rest = _top(parts, found.symbols, cell, False).reshape(-1, 2)
        return BlockedFace(interface_points(parts, found.potential, rest, cell.axisymmetric), capacitance)

    return Solution(current, circuit.voltage(current), result.iterations, found, blocked)


def _top(parts: Discretisation, symbols: Symbols, cell: ConductingCell, plated: bool) -> Int32Array:
    """Pairs of cells and facets at the top that are plated, or are not, flattened."""
    domain = parts.loaded.mesh
    pairs = symbols.side("top", LLZO).reshape(-1, 2)
    links = domain.topology.connectivity(2, 1)
    facets = np.array([links.links(c)[f] for c, f in pairs], dtype=np.int32)
    domain.topology.create_connectivity(1, 2)
    chosen = cell.covers(compute_midpoints(domain, 1, facets)) == plated
    return np.ascontiguousarray(pairs[chosen].ravel())
