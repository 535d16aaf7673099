"""What would hurt most if lost: a step is converged only when it is, and a failed one says why and leaves no trace.

The first tests of this file are states that were once called converged though the pressure had not been computed.
"""

from itertools import pairwise

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from platingx.errors import CaseError
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import ISOTROPIC, Growth, Load, SolidModel, solid_model
from platingx.problems.block_system import BlockSystem
from platingx.problems.failure import FailureKind
from platingx.problems.newton import NewtonOptions, Outcome, solve
from platingx.problems.petsc_options import PREFIX
from platingx.verification.models.one_element import SIZE, slab, uniaxial, uniform
from platingx.verification.models.vectors import LITHIUM, elastic, vector
from platingx_meshes.simple import Box, build_box


def box(cells: int = 3, ratio: float = 1.05, cell: str = "quadrilateral", **options: object) -> SolidModel:
    """A lithium box on its bottom, with a free side, that grows by a ratio in 1 s against its lid."""
    parts = discretise(build_box(Box(SIZE, SIZE, cells, cells, cell=cell)))
    supports = [fix(parts, "left", 0), *(fix(parts, side, i) for side in ("bottom", "top") for i in (0, 1))]
    growth = Growth(lambda time: 1.0 + (ratio - 1.0) * time)
    return solid_model(parts, {"li": vector(LITHIUM, 298.0)}, supports, growth={"li": growth}, **options)


# --- converged means converged


def test_pressure_without_any_free_node() -> None:
    """All of the boundary is held and the growth is uniform: no free force feels the pressure, but it must be there."""
    model = slab(elastic(7.81e9, 0.38), Growth(lambda time: 1.01, ISOTROPIC), "held")
    result = model.advance(1.0)
    assert result.iterations > 0
    bulk = 7.81e9 / (3 * (1 - 0.76))
    assert -uniform(model.stress())[:3].mean() == pytest.approx(bulk * 1.01 * np.log(1.01), rel=1e-9)


def test_growth_from_the_stress_free_state_is_not_taken_for_equilibrium() -> None:
    """Elastic isotropic growth: the first guess has no stress at all, and yet is wrong."""
    model = slab(elastic(7.81e9, 0.3), Growth(lambda time: 1.0 + 1e-9, ISOTROPIC), "free")
    model.advance(1.0)
    assert uniform(model.stress())[0] == pytest.approx(-7.81e9 / 0.7 * 1e-9 / 3.0, rel=1e-4)


def test_a_body_that_becomes_free_of_stress_converges() -> None:
    """Free growth along the fibre: forces and their force_scale vanish together."""
    model = slab(vector(LITHIUM, 298.0), Growth(lambda time: 1.0 + 0.05 * time), "free")
    assert model.advance(1.0).converged
    assert np.abs(model.stress()).max() < 1.0


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_converges_quadratically(cell: str) -> None:
    """The consistent tangent and the condensation: the number of digits doubles near the solution."""
    model = box(cell=cell, ratio=1.02)
    model.options = NewtonOptions(2e-12, 30)
    model.advance(0.1)
    residuals = np.array(model.advance(0.4).residuals)
    near = [(a, b) for a, b in pairwise(residuals) if 1e-7 < a < 1e-2]
    assert near, residuals
    for a, b in near:
        assert b <= max(3e2 * a**2, 2e-12), residuals


# --- the result object


def test_result_of_a_good_step() -> None:
    model = box()
    result = model.try_step(0.2)
    assert result.converged
    assert result.outcome is Outcome.CONVERGED
    assert len(result.residuals) == result.iterations + 1
    assert result.residuals[-1] <= model.options.relative_tolerance < result.residuals[0]
    assert result.failure is None


def test_iteration_limit() -> None:
    model = box()
    model.options = NewtonOptions(1e-9, 1)
    result = model.try_step(1.0)
    assert not result.converged
    assert result.outcome is Outcome.TOO_MANY_ITERATIONS
    assert result.iterations == 1
    assert "iteration limit" in result.describe()
    assert result.largest is not None
    assert "largest residual" in result.describe()
    assert result.largest.regions == ("li",)
    assert all(0.0 <= x <= SIZE for x in result.largest.place)


def test_an_inverted_element_is_named_with_its_place() -> None:
    """The lid is pushed through the bottom: no fraction of that can be evaluated."""
    parts = discretise(build_box(Box(1.0, 1.0, 2, 2, region="llzo")), MPI.COMM_SELF)
    supports = [fix(parts, "bottom", 1), fix(parts, "bottom", 0), fix(parts, "top", 1, lambda t: -3.0)]
    model = solid_model(parts, {"llzo": elastic(1e9, 0.3)}, supports)
    result = model.try_step(1.0)
    assert not result.converged
    assert result.failure is not None
    assert result.failure.region == "llzo"
    assert "inside out" in result.describe()
    assert len(result.failure.place) == 2
    assert all(0.0 <= x <= 1.0 for x in result.failure.place)
    assert result.failure.kind is FailureKind.DISTORTION
    assert 0 <= result.failure.cell < 4
    assert "F = [[" in result.failure.state
    assert "Cp^-1" not in result.failure.state, "an elastic body has none"


def test_a_body_compressed_beyond_its_pressure_law() -> None:
    """K ln J / J has no stiffness below J = 1/e; the lid comes down to a fifth."""
    parts = discretise(build_box(Box(1.0, 1.0, 2, 2)), MPI.COMM_SELF)
    sides = [fix(parts, side, 0) for side in ("left", "right")]
    supports = [*sides, fix(parts, "bottom", 1), fix(parts, "top", 1, lambda t: -0.8 * t)]
    model = solid_model(parts, {"li": elastic(1e9, 0.3, "hencky_cauchy")}, supports)
    for time in np.linspace(0.0, 1.0, 41)[1:]:
        result = model.try_step(float(time))
        if not result.converged:
            break
        model.problem.commit()
        model.last_dt, model.time = float(time) - model.time, float(time)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.PRESSURE_LAW
    assert "pressure law lost its stiffness" in result.describe()
    assert 1.0 - 0.8 * model.time > np.exp(-1.0)


def test_a_nan_load_does_not_spread() -> None:
    model = box()
    model.advance(0.1)
    before = model.problem.displacement.copy()
    model.growth["li"].volume_ratio = lambda time: float("nan")
    result = model.try_step(0.2)
    assert not result.converged
    model.problem.rollback()
    np.testing.assert_array_equal(model.problem.displacement, before)
    assert np.isfinite(model.stress()).all()


def test_only_backtracking_refuses_a_larger_force() -> None:
    """A large first step of growth overshoots; ``basic`` goes on from there."""
    grown = {}
    for search in ("basic", "backtracking"):
        model = box(cells=2, ratio=1.3)
        model.options = NewtonOptions(1e-9, 60, search)
        result = model.try_step(0.3, extrapolate=False)
        assert result.outcome is not Outcome.LINE_SEARCH_FAILED
        grown[search] = bool(np.any(np.diff(result.residuals) > 0.0))
    assert grown["basic"]


# --- rollback


def everything(model: SolidModel) -> list[np.ndarray]:
    region = model.region()
    arrays = [model.problem.displacement, region.theta, region.growth, *region.old, *region.new]
    return [array.copy() for array in arrays]


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_rollback_restores_every_bit(cell: str) -> None:
    """After a step that failed half-way: displacement, volume strain, growth and internal variables."""
    model = box(cell=cell)
    model.march([0.1, 0.2])
    before = everything(model)
    model.options = NewtonOptions(1e-9, 2)
    assert not model.try_step(1.0).converged
    changed = everything(model)
    assert any((a != b).any() for a, b in zip(before, changed, strict=True))
    model.problem.rollback()
    for a, b in zip(before, everything(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_step_after_a_rollback_is_the_step_without_it() -> None:
    histories = []
    for fails in (False, True):
        model = box()
        model.march([0.1, 0.2])
        if fails:
            model.options = NewtonOptions(1e-9, 1)
            assert not model.try_step(0.9).converged
            model.problem.rollback()
            model.options = NewtonOptions(1e-9, 25)
        model.advance(0.3)
        histories.append(everything(model))
    for a, b in zip(*histories, strict=True):
        np.testing.assert_array_equal(a, b)


def test_old_state_is_not_touched_by_a_solve() -> None:
    model = box()
    model.march([0.1, 0.2])
    before = [array.copy() for array in model.region().old]
    model.try_step(0.4)
    for a, b in zip(before, model.region().old, strict=True):
        np.testing.assert_array_equal(a, b)
    model.problem.commit()
    assert (model.region().old.plastic_strain >= before[2]).all()
    assert (model.region().old.plastic_strain > before[2]).any()


# --- prescribed displacements and reactions


def test_prescribed_motion_arrives_exactly_at_every_step() -> None:
    model = uniaxial(vector(LITHIUM, 298.0), lambda time: 0.1 * SIZE * np.sin(time))
    top = model.parts.nodes("top")
    for time in np.linspace(0.0, 6.0, 61)[1:]:
        model.advance(float(time))
        np.testing.assert_allclose(model.problem.displacement[top, 1], 0.1 * SIZE * np.sin(time), rtol=1e-14)


def test_the_later_of_two_supports_counts() -> None:
    parts = discretise(build_box(Box(1.0, 1.0, 1, 1)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "top", 1)]
    model = solid_model(parts, {"li": elastic(1e9, 0.3)}, [*supports, fix(parts, "top", 1, lambda t: 1e-3)])
    model.advance(1.0)
    np.testing.assert_allclose(model.problem.displacement[parts.nodes("top"), 1], 1e-3)


@pytest.mark.mpi
def test_reactions_of_a_pulled_box() -> None:
    """Top and bottom reactions are opposite; the force is the stress times the present width."""
    parts = discretise(build_box(Box(1.0, 1.0, 4, 4)))
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "top", 1, lambda t: 0.1 * t)]
    young, poisson = 1e9, 0.3
    model = solid_model(parts, {"li": elastic(young, poisson)}, supports)
    model.advance(1.0)
    top, bottom = (model.problem.reaction(name) for name in ("top", "bottom"))
    np.testing.assert_allclose(top + bottom, 0.0, atol=1e-9 * np.abs(top).max())
    # plane strain, Hencky: tau_yy = E/(1-nu^2) ln(lambda), no stress across; force per depth is tau_yy / lambda
    assert top[1] == pytest.approx(young / (1 - poisson**2) * np.log(1.1) / 1.1, rel=1e-8)


@pytest.mark.mpi
def test_ranks_agree_on_a_failure() -> None:
    """Only the elements under the left half of the lid turn inside out; every rank gets the same result."""
    parts = discretise(build_box(Box(1.0, 1.0, 6, 2, region="llzo")))
    places = parts.coordinates()
    top = parts.nodes("top")
    few = top[places[top, 0] < 0.1]
    supports = [fix(parts, "bottom", 1), fix(parts, "bottom", 0)]
    supports.append(type(supports[0])("dent", few, 1, lambda t: -5.0))
    model = solid_model(parts, {"llzo": elastic(1e9, 0.3)}, supports)
    result = model.try_step(1.0)
    comm = parts.loaded.mesh.comm
    assert not result.converged
    assert len(set(comm.allgather((result.outcome, result.iterations, str(result.failure))))) == 1
    model.problem.rollback()
    assert not model.problem.displacement.any()


# --- PETSc options by prefix


@pytest.fixture
def database() -> object:
    options = PETSc.Options()
    before = dict(options.getAll())
    yield options
    for key in options.getAll():
        if key not in before:
            options.delValue(key)


def test_linear_solver_options_by_prefix(database: PETSc.Options) -> None:
    database[f"{PREFIX}ksp_type"] = "gmres"
    database[f"{PREFIX}ksp_rtol"] = "1e-11"
    model = box()
    linear: BlockSystem = model.problem.linear
    assert linear.solver.ksp.getType() == "gmres"
    assert linear.solver.ksp.getTolerances()[0] == pytest.approx(1e-11)
    assert model.advance(0.1).converged


def test_options_of_the_case_and_command_line_before_it(database: PETSc.Options) -> None:
    database[f"{PREFIX}ksp_type"] = "bcgs"
    model = box(petsc_options={"ksp_type": "gmres", "ksp_max_it": "77"})
    assert model.problem.linear.solver.ksp.getType() == "bcgs"
    assert model.problem.linear.solver.ksp.getTolerances()[3] == 77


@pytest.mark.parametrize("preset", ["direct", "repeatable", "iterative"])
def test_options_that_nothing_reads_are_named(preset: str) -> None:
    model = box(preset=preset, petsc_options={"ksp_type": "fgmres", "ksp_typ": "cg", "nonsense_option": "3"})
    with pytest.raises(CaseError, match="reads ksp_typ, nonsense_option: ") as caught:
        model.advance(0.1)
    assert "ksp_type" not in str(caught.value)


def test_two_models_do_not_share_their_options() -> None:
    """Options of one case must not stay in PETSc's database for the next run of the same process."""
    box(petsc_options={"ksp_type": "gmres"})
    assert box().problem.linear.solver.ksp.getType() == "preonly"


def test_options_that_the_factorisation_reads_late_arrive() -> None:
    """MUMPS reads its own options with the first factorisation, after another model was built."""
    model = box(petsc_options={"mat_mumps_icntl_14": "77"})
    other = box()
    for one in (model, other):
        one.advance(0.1)
    factors = [one.problem.linear.solver.ksp.getPC().getFactorMatrix() for one in (model, other)]
    assert factors[0].getMumpsIcntl(14) == 77
    assert factors[1].getMumpsIcntl(14) != 77


def test_newton_options_by_prefix(database: PETSc.Options) -> None:
    database[f"{PREFIX}snes_max_it"] = "3"
    database[f"{PREFIX}snes_rtol"] = "1e-4"
    database[f"{PREFIX}snes_linesearch_type"] = "basic"
    options = NewtonOptions(1e-9, 25).with_petsc_options()
    assert (options.maximum_iterations, options.relative_tolerance, options.line_search) == (3, 1e-4, "basic")


def test_iterative_solver_that_cannot_converge_is_a_failed_step() -> None:
    model = box(petsc_options={"ksp_type": "gmres", "pc_type": "none", "ksp_max_it": "1"})
    model.problem.begin(0.1, 0.1, 0.0)
    result = solve(model.problem, model.options)
    assert result.outcome is Outcome.LINEAR_SOLVER_FAILED


def test_dead_load_and_reaction_balance() -> None:
    load = Load("top", "li", traction=lambda time: (0.0, 1e5 * time))
    model = uniaxial(elastic(1e9, 0.3), None, load)
    model.advance(1.0)
    assert model.problem.reaction("bottom")[1] == pytest.approx(-1e5 * np.pi * SIZE**2, rel=1e-9)
