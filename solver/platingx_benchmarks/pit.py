"""The confined pit in tetrahedra, the body of ``cases/benchmarks/confined_pit_3d.yaml``, at any size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import ConvergenceError, MeshError
from platingx.parallel import on_rank_0
from platingx.physics.model import build_model
from platingx.problems.newton import NewtonOptions, solve
from platingx.problems.problem import Problem
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx_benchmarks.models import State
from platingx_meshes.io import LoadedMesh

__all__ = [
    "PIT_3D",
    "SMALLEST",
    "STEPS",
    "begin_step",
    "march",
    "one_more",
    "pit_mesh",
    "pit_problem",
    "refinement_for",
]

PIT_3D = "benchmarks/confined_pit_3d.yaml"
STEPS: dict[State, tuple[float, ...]] = {"elastic": (0.1,), "flowing": (0.1, 0.3, 0.6, 1.0)}
"""Ends of the steps, s, at a growth of 5.4 % each second; the flow is steady at the end."""
_NO_FLOW = {"materials.li.viscoplasticity": "{law: none}"}
_COUNTED = ((0.4, 10_893), (0.95, 27_801), (1.3, 47_523), (2.1, 147_387), (2.661, 268_449))
"""Refinement (``geometry.mesh.refinement``) and displacement unknowns of some meshes."""
_CELLS_GROW_BY = 2.75  # power of the refinement, beyond these meshes
_FINER = (1.0, 1.02, 1.04, 1.06, 1.08)
SMALLEST = 6.5e3
"""Unknowns of the coarsest mesh, which is too coarse at the tip for anything but a try."""
_COARSEST = {
    "geometry.mesh.refinement": "0.3",
    "geometry.mesh.tip_fraction": "1.0",
    "geometry.mesh.layers": "2",
}
_OPTIONS = NewtonOptions(1e-8, 25)


def refinement_for(unknowns: float) -> float:
    """Refinement whose mesh has about this many displacement unknowns; not below that of the smallest known mesh."""
    refinements, numbers = (np.log(np.array(column)) for column in zip(*_COUNTED, strict=True))
    wanted = np.log(unknowns)
    if wanted > numbers[-1]:
        return float(np.exp(refinements[-1] + (wanted - numbers[-1]) / _CELLS_GROW_BY))
    return float(np.exp(np.interp(wanted, numbers, refinements)))


def _case(comm: MPI.Intracomm, settings: dict[str, str]) -> Case:
    return on_rank_0(comm, lambda: load_case(shipped_cases_folder() / PIT_3D, settings.items()))


def _mesh_settings(unknowns: float, finer: float) -> dict[str, str]:
    if unknowns <= SMALLEST:
        return _COARSEST
    return {"geometry.mesh.refinement": f"{finer * refinement_for(unknowns):.4g}"}


def pit_mesh(unknowns: float, comm: MPI.Intracomm) -> LoadedMesh:
    """Distributed mesh with about this many displacement unknowns. Collective.

    Where a mesh has a cell of poor shape at the tip, which happens here and there, a slightly finer one is taken.

    Raises
    ------
    MeshError
        If a few such meshes are no better.
    """
    for finer in _FINER[:-1]:
        try:
            return load_mesh(_case(comm, _mesh_settings(unknowns, finer)), comm)
        except MeshError:
            continue
    return load_mesh(_case(comm, _mesh_settings(unknowns, _FINER[-1])), comm)


def pit_problem(loaded: LoadedMesh, state: State, preset: str) -> Problem:
    """The problem at rest on such a mesh, with metal that flows after Norton or does not flow. Collective."""
    case = _case(loaded.mesh.comm, {"solver.preset": preset} | (_NO_FLOW if state == "elastic" else {}))
    return build_model(case, loaded).problem


def march(problem: Problem, ends: Sequence[float]) -> None:
    """Take a step to each time (s), from rest. Collective.

    Raises
    ------
    ConvergenceError
        If one finds no equilibrium.
    """
    for number in range(len(ends)):
        begin_step(problem, ends, number)
        result = solve(problem, _OPTIONS)
        if not result.converged:
            raise ConvergenceError(f"t = {ends[number]:g} s: {result.describe()}")
        problem.commit()


def begin_step(problem: Problem, ends: Sequence[float], number: int) -> None:
    """Begin the step of a number, extrapolating the one before. Collective."""
    times = (0.0, *ends)
    dt = times[number + 1] - times[number]
    before = times[number] - times[number - 1] if number else 0.0
    problem.begin(times[number + 1], dt, dt / before if before > 0.0 else 0.0)


def one_more(ends: Sequence[float]) -> tuple[float, ...]:
    """The same steps and one more, of the size of the last one."""
    times = (0.0, *ends)
    return (*ends, 2.0 * times[-1] - times[-2])
