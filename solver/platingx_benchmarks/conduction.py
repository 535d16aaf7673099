"""Conduction in a block in space, with a circuit beside it, by size: iterations, times and memory at 3 V."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from platingx.arrays import Int32Array
from platingx.errors import ConvergenceError
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.materials.kinetics import thermal_voltage
from platingx.materials.local_law import LocalLaw
from platingx.physics.conduction import ITERATIVE, Electrolyte, conduction_in
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.electrochemistry import NEWTON
from platingx.physics.form_symbols import Symbols
from platingx.problems.circuit import CellResistances, Circuit, Held
from platingx.problems.newton import solve
from platingx.problems.problem import Problem
from platingx_benchmarks.measurement import ALL, Context, Row, measure
from platingx_benchmarks.memory import let_go, peak_over_ranks, reset_peak, resident
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.tags import LLZO

__all__ = ["SUBJECT", "run"]

SUBJECT = "conduction, hexahedron, iterative"
CELLS, QUICK_CELLS = (18, 30, 50), (3,)
"""Cells along each edge: 50,653, 226,981 and 1,030,301 unknowns of the potential."""
SIDE, CONDUCTIVITY, EXCHANGE, VOLTAGE = 1e-6, 0.069, 51.4, 3.0
"""m, S/m (LLZO), A/m2 and V: Butler-Volmer kinetics far from where they are linear."""


@dataclass(frozen=True)
class _Source:
    def held(self, time: float, dt: float) -> Held:
        del time, dt
        return Held(voltage=VOLTAGE)


def run(context: Context) -> list[Row]:
    """Measure every size. Collective."""
    collector = context.collector("conduction")
    for count in QUICK_CELLS if context.quick else CELLS:
        context.say(f"    {count} cells along each edge")
        let_go(context.comm)
        start, exact = context.comm.allreduce(resident()), context.comm.allreduce(reset_peak(), MPI.LAND)
        problem = _problem(context.comm, count)
        times = measure(context.comm, partial(_solve, problem), 1, warm_ups=0)
        size = int(problem.unknowns)
        collector.times(SUBJECT, size, times, ALL, ALL)
        solves = times.counts["linear solves"]
        collector.add(SUBJECT, size, "corrections", "1", [times.counts["Newton iterations"]])
        collector.add(SUBJECT, size, "iterations of a solve", "1", [times.counts["Krylov iterations"] / solves])
        if exact:
            peak = collector.add(SUBJECT, size, "memory high-water", "B", [peak_over_ranks(context.comm)])
            collector.add(SUBJECT, size, "memory of an unknown", "B", [max(peak.median - start, 0.0) / size])
        collector.save()
    return collector.rows


def _problem(comm: MPI.Intracomm, count: int) -> Problem:
    """A cube whose counter electrode is its bottom, plated on a quarter of its top."""
    block = Block3D(SIDE, SIDE, SIDE, count, count, count, region=LLZO, cell="hexahedron")
    parts = discretise(build_block3d(block), comm)
    mean, voltage = GlobalUnknowns("current_density", 1, comm), GlobalUnknowns("interface_voltage", 1, comm)
    thermal = thermal_voltage(298.15)
    circuit = Circuit(mean, CellResistances(0.0, 0.0, None, 0.5, thermal), _Source(), voltage)
    law = LocalLaw(0.0, EXCHANGE, 0.5, thermal)
    electrolyte = Electrolyte(LLZO, CONDUCTIVITY, "bottom", 0.0, law, 0.25 * SIDE**2)
    found = conduction_in(parts, electrolyte, lambda symbols: _plated(parts, symbols), mean, voltage, circuit.stress)
    fields = [mean, voltage, found.potential]
    return Problem(fields, [circuit, *found.contributions], list(found.constraints), 1.0, "direct", dict(ITERATIVE))


def _plated(parts: Discretisation, symbols: Symbols) -> Int32Array:
    """Cells and facets of the quarter of the top, flattened pairs."""
    pairs, domain = symbols.side("top", LLZO).reshape(-1, 2), parts.loaded.mesh
    domain.topology.create_connectivity(2, 3)
    links = domain.topology.connectivity(3, 2)
    facets = np.array([links.links(cell)[facet] for cell, facet in pairs], dtype=np.int32)
    chosen = (compute_midpoints(domain, 2, facets)[:, :2] < 0.5 * SIDE).all(axis=1)
    return np.ascontiguousarray(pairs[chosen].ravel())


def _solve(problem: Problem) -> None:
    """Solve from rest.

    Raises
    ------
    ConvergenceError
        If Newton's method stalls.
    """
    problem.begin(1.0, 1.0, 0.0)
    result = solve(problem, NEWTON)
    if not result.converged:
        raise ConvergenceError(result.describe())
