"""What would hurt most if lost: the iterative solver finds what the direct one finds, also while the metal flows.

Metal that flows resists changes of shape 1e-3 as much as changes of volume, beside a ceramic 1e4 times as stiff.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.problems.block_system import BlockSystem, chosen_preset
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

NM = 1e-9
SIDES = {"left": 0, "right": 0, "front": 1, "back": 1, "bottom": 2}
LARGEST_ITERATIONS = (
    200  # half of what the solver allows itself; only the loss of a part of the preconditioner takes more
)


def block(cell: str, cells: int = 3) -> Discretisation:
    """Lithium on LLZO."""
    size = 250 * NM
    data = build_block3d(Block3D(size, size, 350 * NM, cells, cells, 2 * cells, interface_height=250 * NM, cell=cell))
    return discretise(data, MPI.COMM_WORLD)


def pressed(parts: Discretisation, preset: str, rate: float, covered: float = 130 * NM) -> SolidModel:
    """Growth at a rate (1/s) under a collector that covers the top up to some x."""
    supports = [fix(parts, name, component) for name, component in SIDES.items()]
    (top,) = [fix(parts, "top", 2)]
    places = parts.coordinates()[top.nodes]
    held = top.nodes[~(places[:, 0] > covered)]
    supports.append(type(top)("top", held, 2, top.motion))
    materials = {"li": vector(LITHIUM, 298.15), "llzo": elastic(150e9, 0.26)}
    growth = {"li": Growth(lambda time: 1.0 + rate * time, direction=(0.0, 0.0, 1.0))}
    return solid_model(parts, materials, supports, "three_dimensional", growth, preset=preset)


def count_iterations(model: SolidModel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Krylov iterations of every solve from now on."""
    counts: list[int] = []
    solve = BlockSystem.solve

    def counted(self: BlockSystem, rights: dict[str, np.ndarray], tolerance: float) -> object:
        result = solve(self, rights, tolerance)
        if self is model.problem.linear:
            counts.append(result[1].iterations)
        return result

    monkeypatch.setattr(BlockSystem, "solve", counted)
    return counts


def assert_close(got: np.ndarray, expected: np.ndarray) -> None:
    """Equal to 1e-6 of the largest value on any rank."""
    scale = MPI.COMM_WORLD.allreduce(float(np.abs(expected).max(initial=0.0)), MPI.MAX)
    np.testing.assert_allclose(got, expected, atol=1e-6 * scale)


@pytest.mark.mpi
@pytest.mark.parametrize("rate", [5e-2, 5e-6])
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_same_as_direct_while_the_metal_flows(cell: str, rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = block(cell)  # one for both: ranks may share a mesh out differently the next time
    direct, iterative = (pressed(parts, preset, rate) for preset in ("direct", "iterative"))
    counts = count_iterations(iterative, monkeypatch)
    for model in (direct, iterative):
        model.march(np.array([0.1, 0.3, 0.6, 1.0]) * 0.05 / rate)
    assert_close(iterative.problem.displacement, direct.problem.displacement)
    assert_close(iterative.stress(), direct.stress())
    assert iterative.problem.linear.solver._mixed[0].size > 0 or MPI.COMM_WORLD.size > 1, "the volume strain was split"
    assert 0 < max(counts) <= LARGEST_ITERATIONS


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_preconditioner_follows_the_tangent(cell: str) -> None:
    """A solver that has seen every tangent since the elastic start is as fast as a new one: PETSc caches some parts.

    The right-hand side reaches every node. Chebyshev's bounds come from random vectors: some iterations up or down.
    """
    parts = block(cell)
    model = pressed(parts, "iterative", 5e-2)
    model.march(np.array([0.1, 0.3, 0.6, 1.0]))
    problem = model.problem
    fresh = BlockSystem(tuple(problem.fields.values()), problem.contributions, problem.ties, 80e9, "iterative")
    field = problem.fields["displacement"]
    right = np.cos(np.arange(field.owned * 3.0)).reshape(-1, 3) * ~field.held[: field.owned]
    counts = []
    for system in (problem.linear, fresh):
        system.assemble()
        counts.append(system.solve({"displacement": right}, 1e-6)[1].iterations)
    assert counts[0] <= 1.1 * counts[1] + 1


@pytest.mark.mpi
@pytest.mark.parametrize("covered", [130 * NM, np.inf])
def test_multigrid_of_the_vertices_is_as_good_as_factors(covered: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problem of the vertices by algebraic multigrid, as beyond 3 million unknowns or so, in a body of any size."""
    parts = block("tetrahedron", 4)
    model = pressed(parts, "iterative", 5e-2, covered)
    model.march(np.array([0.1, 0.3, 0.6]))
    problem = model.problem
    field = problem.fields["displacement"]
    right = np.cos(np.arange(field.owned * 3.0)).reshape(-1, 3) * ~field.held[: field.owned]
    counts, found = [], []
    for limit in (10**9, 0):
        monkeypatch.setattr("platingx.problems.iterative.FACTORISED_UNKNOWNS", limit)
        system = BlockSystem(tuple(problem.fields.values()), problem.contributions, problem.ties, 80e9, "iterative")
        system.assemble()
        increments, report = system.solve({"displacement": right}, 1e-8)
        counts.append(report.iterations)
        found.append(increments["displacement"])
    assert_close(found[1], found[0])
    assert counts[1] <= 1.2 * counts[0] + 1


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_two_dimensions_too(cell: str) -> None:
    found = []
    for preset in ("direct", "iterative"):
        parts = discretise(build_box(Box(1.0, 1.0, 6, 6, cell=cell, distortion=0.1)), MPI.COMM_SELF)
        supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "right", 0)]
        growth = {"li": Growth(lambda time: 1.0 + time)}
        model = solid_model(parts, {"li": vector(LITHIUM, 298.15)}, supports, growth=growth, preset=preset)
        model.march([0.02, 0.05, 0.1])
        found.append(model.problem.displacement.copy())
    np.testing.assert_allclose(found[1], found[0], atol=1e-6 * np.abs(found[0]).max())


@pytest.mark.long
@pytest.mark.parametrize("covered", [130 * NM, np.inf])
@pytest.mark.parametrize("cell", ["hexahedron", "tetrahedron"])
def test_iterations_hardly_grow_with_the_size(cell: str, covered: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 1.5 times as many from 6 to 10 cells along a side (4.6 times the unknowns), at the same tolerance.

    In a closed space, and where metal flows past the edge of a collector.
    """
    largest = []
    for cells in (6, 10):
        model = pressed(block(cell, cells), "iterative", 5e-4, covered)
        monkeypatch.setattr("platingx.problems.newton.LOOSEST_FORCING", 1e-6)
        monkeypatch.setattr("platingx.problems.newton.TIGHTEST_FORCING", 1e-6)
        counts = count_iterations(model, monkeypatch)
        model.march([2.0, 6.0, 15.0] if np.isfinite(covered) else [10.0, 40.0, 100.0])
        largest.append(max(counts))
    print(f"{cell}: {largest}")
    assert largest[1] <= 1.5 * largest[0]


def test_automatic_choice_by_size_and_dimension() -> None:
    assert chosen_preset("automatic", 2, 50_000) == "direct"
    assert chosen_preset("automatic", 3, 40_000) == "direct"
    assert chosen_preset("automatic", 3, 60_000) == "iterative"
    assert chosen_preset("direct", 3, 10_000_000) == "direct"
    assert pressed(block("tetrahedron"), "automatic", 1e-3).problem.linear.preset == "direct"
