"""What would hurt most: a plan that promises a run less memory or disk than it takes. So the formulas are held
against the arrays of real models, on 1 and 2 ranks, and against files of a run."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.config.output import FieldChoice
from platingx.errors import CaseError, OutputError
from platingx.physics.model import Model, build_model
from platingx.problems.iterative import IterativeSolver
from platingx.run.meshing import load_mesh
from platingx.run.plan_costs import Rates, checkpoint_bytes, limits, step_bytes
from platingx.run.plan_memory import PROCESS, Counts, cell_sizes, expected_counts, memory
from platingx.run.planning import Machine, make_plan, markdown, rates_of_run
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
CASE = CASES / "eruption_3d.yaml"
SMALL = {"solver.preset": "iterative", "output.figures": False}
CELLS = ("hexahedron", "tetrahedron")


def model_of(cell: str) -> Model:
    case = load_case(CASE).with_values({**SMALL, "geometry.mesh.cell": cell, "geometry.mesh.refinement": 0.6})
    return build_model(case, load_mesh(case, MPI.COMM_WORLD))


@pytest.fixture(scope="module", params=CELLS)
def model(request: pytest.FixtureRequest) -> Model:
    return model_of(request.param)


def solver_of(model: Model) -> IterativeSolver:
    solver = model.problem.linear.solver
    assert isinstance(solver, IterativeSolver)
    return solver


def counts_of(model: Model) -> Counts:
    """What the model has on this rank."""
    solver, layout = solver_of(model), model.space.dofmap.index_map
    vertices = solver._coarse_space.index_map
    regions = [solid.region for solid in model.solids.values()]
    return Counts(
        cells=sum(len(region.cells) for region in regions),
        plastic_cells=sum(len(region.cells) for region in regions if region.is_plastic),
        nodes=layout.size_local,
        ghost_nodes=layout.num_ghosts,
        vertices=vertices.size_local,
        ghost_vertices=vertices.num_ghosts,
        blocks=int(solver._fine.starts[-1]),
        owned_blocks=solver._fine._owned_blocks,
        coarse_blocks=int(solver._coarse.starts[-1]),
        owned_coarse_blocks=solver._coarse._owned_blocks,
        interpolation=solver._interpolation.getInfo(PETSc.Mat.InfoType.LOCAL)["nz_used"],
    )


def arrays_of(model: Model) -> dict[str, int]:
    """Bytes of the arrays behind some rows of the table."""
    solver = solver_of(model)
    solids = list(model.solids.values())
    regions = [solid.region for solid in solids]
    fine = solver._fine
    growth = partial(model.discretisation.points.get, name="growth")
    kept = [(solid._theta, solid._theta_before) for solid in solids]
    return {
        "element tangents": sum(region.local.matrices.nbytes for region in regions),
        "volume condensation and strain": sum(
            array.nbytes
            for region, thetas in zip(regions, kept, strict=True)
            for array in (*region.local[1:], region.theta, region._theta_base, region._theta_change, *thetas)
        ),
        "geometry of the elements": sum(a.nbytes for region in regions for a in (*region.geometry, region.cells)),
        "state": sum(
            array.nbytes
            for solid in solids
            for array in (
                *solid.region.old,
                *solid.region.new,
                solid.region.growth,
                growth(solid.name).converged,
            )
        ),
        "positions of element entries": sum(
            array.nbytes for array in (*fine.positions, *solver._coarse.positions, *solver._vertices)
        ),
        "fine matrix, our copy": fine._entries.data.nbytes
        + fine._entries.indices.nbytes
        + fine._entries.indptr.nbytes
        + fine.starts.nbytes
        + sum(array.nbytes for array in fine._rows_and_columns),
    }


@pytest.mark.mpi
def test_formulas_are_the_sizes_of_the_arrays(model):
    """Exact up to what is counted by node and not by row (4 bytes a node of 1000 or more)."""
    sizes, index = cell_sizes(model.loaded.mesh.topology.cell_name()), np.dtype(PETSc.IntType).itemsize
    planned = memory(counts_of(model), sizes, index, 30, 9.0)
    measured = arrays_of(model)
    for name, size in measured.items():
        assert planned[name] == pytest.approx(size, rel=0.01), name
    assert sum(planned[name] for name in measured) == pytest.approx(sum(measured.values()), rel=0.005)


def test_counts_of_a_large_mesh_follow_from_the_cell_shape(model):
    """Nodes on the surface of a body have fewer neighbours: a share of about 3 over the cells along an edge.

    The meshes here have some 8 to 12 cells along an edge, so that the counts per cell are within 40 %, the blocks of
    a row fewer than in the limit, and nodes and vertices of a cell more.
    """
    counts, sizes = counts_of(model), cell_sizes(model.loaded.mesh.topology.cell_name())
    limit = expected_counts(sizes, 3.0 * counts.nodes, 1, counts.plastic_cells / counts.cells)
    if MPI.COMM_WORLD.size == 1:
        for name in ("cells", "vertices", "owned_blocks", "owned_coarse_blocks", "interpolation"):
            assert getattr(limit, name) == pytest.approx(getattr(counts, name), rel=0.4), name
        assert limit.owned_blocks > counts.owned_blocks
        assert limit.cells > counts.cells


def test_neighbours_in_a_structured_block_of_cubes():
    """Counted in the middle of a block of 27-node cubes: nodes of all cells that hold a node."""
    side = 13
    grid = np.arange(side)
    reach = [np.abs(grid[:, None] - node) <= (2 if node % 2 == 0 else 1) for node in (6, 7)]
    across = [int(near.sum()) for near in reach]
    assert across == [5, 3]
    mean = np.mean([across[i] * across[j] * across[k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    assert cell_sizes("hexahedron").blocks == pytest.approx(mean)


@pytest.mark.parametrize("cell", CELLS)
def test_files_of_a_run_are_as_large_as_planned(tmp_path, cell):
    """Fields within 3 % (an index and block descriptions), a checkpoint too (names and headers of arrays)."""
    changed = {**SMALL, "geometry.mesh.cell": cell, "geometry.mesh.refinement": 0.6, "time.end": "0.3 ms"}
    case = load_case(CASE).with_values(changed)
    run_case(case, tmp_path / "run", quiet=True)
    model = build_model(case, load_mesh(case, MPI.COMM_SELF))
    counts, sizes = counts_of(model), cell_sizes(cell)
    steps = len((tmp_path / "run" / "history.csv").read_text().splitlines()) - 1
    fields = sum(part.stat().st_size for part in (tmp_path / "run" / "fields.bp").glob("data.*"))
    assert step_bytes(FieldChoice(), sizes, counts.cells) == pytest.approx(fields / steps, rel=0.03)
    newest = max((tmp_path / "run" / "checkpoint").glob("*/rank-00000.npz"), key=lambda path: path.parent.name)
    planned = checkpoint_bytes(sizes, counts.cells, counts.plastic_cells)
    assert planned == pytest.approx(newest.stat().st_size, rel=0.03)


def test_a_plan_says_what_it_rests_on_and_what_breaks(tmp_path):
    case = load_case(CASE)
    plan = make_plan(case, 1e8, Machine(1024, 4e9))
    text = markdown(plan)
    assert "1e+08 displacement unknowns on 1024 ranks" in text
    assert "replace them by --rates" in text
    one, many = make_plan(case, 1e8, Machine(1, 4e12)).memory_of_rank - PROCESS, plan.memory_of_rank - PROCESS
    assert one < 1024 * many < 1.15 * one, "ghosts come on top"
    assert plan.time.elements == pytest.approx(make_plan(case, 5e7, Machine(512, 4e9)).time.elements)
    reduced = case.with_values({"output.fields": {"names": ["pressure"], "regions": ["li"], "precision": "single"}})
    assert make_plan(reduced, 1e8, Machine(1024, 4e9)).step_bytes < 0.2 * plan.step_bytes
    with pytest.raises(CaseError, match=r"not three-dimensional"):
        make_plan(load_case(CASES / "eruption.yaml"), 1e8, Machine(1024, 4e9))


def test_integers_of_32_bits_end_at_their_limit():
    sizes = cell_sizes("hexahedron")

    def met(unknowns: float, ranks: int, index: int) -> list[bool]:
        counts = expected_counts(sizes, unknowns, ranks, 0.2)
        return [met for met, text in limits(counts, ranks, index, 1e12, 0.0, sizes) if "32-bit" in text]

    assert met(2.1e9, 10_000, 4) == [False, False]
    assert met(2.2e9, 10_000, 4) == [True, False]
    assert met(2.2e9, 10, 4) == [True, True], "7e7 nodes a rank with 64 blocks each"
    assert met(2.2e9, 10, 8) == [False, False]


def test_rates_come_from_a_profile(tmp_path):
    """Two ranks count as twice the CPU time of each."""
    phase = {"cpu_mean_s": 2.0}
    names = ("element kernel", "matrix assembly", "solver set-up", "linear solve")
    counts = {"evaluations": 8, "Newton iterations": 5, "linear solves": 5, "Krylov iterations": 100, "steps": 2}
    profile = {"ranks": 2, "counts": counts, "phases": dict.fromkeys(names, phase)}
    rates = Rates.of_profile(profile, cells=10, unknowns=200, source="here")
    assert rates.evaluation == pytest.approx(4.0 / 8 / 10)
    assert rates.assembly == pytest.approx(8.0 / 5 / 10)
    assert rates.iteration == pytest.approx(4.0 / 100 / 200)
    assert (rates.iterations, rates.newton, rates.evaluations) == (20, 2.5, 4)
    (tmp_path / "profile.json").write_text(json.dumps(profile | {"counts": counts | {"Krylov iterations": 0}}))
    with pytest.raises(OutputError, match=r"solver\.preset=iterative"):
        rates_of_run(tmp_path)


def test_the_command_prints_the_plan(capsys):
    assert execute(["plan", str(CASE), "--unknowns", "1e7", "--ranks", "64", "--memory-per-rank", "2 GiB"]) == 0
    assert "1e+07 displacement unknowns on 64 ranks" in capsys.readouterr().out
    assert execute(["plan", str(CASE), "--memory-per-rank", "much"]) == 2
    assert "4GB" in capsys.readouterr().err


def test_the_page_on_scaling_shows_what_the_command_prints():
    """Written by: platingx plan cases/eruption_3d.yaml."""
    page = (CASES.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
    assert markdown(make_plan(load_case(CASE), 1e8, Machine(1024, 4e9))).strip() in page
