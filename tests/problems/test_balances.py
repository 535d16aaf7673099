"""What would hurt most if lost: energy that is put in is stored or dissipated, and a wrong model breaks a balance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from growing_box import model_on
from mpi4py import MPI

from platingx.fields.recovery_kernel import GROWTH_DRIVE, STORED
from platingx.materials import layout
from platingx.materials.pressure import volumetric_energy
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import FIBRE, ISOTROPIC, Growth, Load, SolidModel, solid_model
from platingx.problems.balances import (
    EnergyAccount,
    EnergyTotals,
    force_imbalance,
    outside_forces,
    plastic_volume_error,
)
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.verification.models.one_element import SIZE, slab, uniaxial, uniform
from platingx.verification.models.vectors import elastic, norton, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

FORCE, PLASTIC, ENERGY = 1e-6, 1e-6, 0.05  # default tolerances of a case
YOUNG, POISSON = 7.81e9, 0.38


@dataclass
class Found:
    """Balances after the last step."""

    energy: EnergyTotals
    force: float
    plastic: float
    place: tuple[float, ...]


def follow(
    model: SolidModel,
    times: Sequence[float],
    spoil: Callable[[dict], None] = lambda results: None,
    between: Callable[[], None] = lambda: None,
) -> Found:
    """March and keep the balances; ``spoil`` changes the results of each step, ``between`` the state after it."""
    regions = {name: solid.region for name, solid in model.solids.items()}
    account = EnergyAccount(model.problem, regions)
    kind = next(iter(regions.values())).tables.model
    found = []
    for time in times:
        model.advance(float(time))
        results = {name: region.point_results(model.problem.displacement) for name, region in regions.items()}
        spoil(results)
        forces = outside_forces(model.problem)
        account.step(results, forces)
        plastic, place = plastic_volume_error(model.problem, regions, results)
        found.append(Found(account.totals, force_imbalance(model.problem, forces, kind), plastic, place))
        between()
    return found[-1]


def even(count: int, end: float = 1.0) -> np.ndarray:
    return np.linspace(0.0, end, count + 1)[1:]


def box(comm: MPI.Comm = MPI.COMM_SELF) -> Discretisation:
    return discretise(build_box(Box(SIZE, SIZE, 3, 3, distortion=0.1)), comm)


# --- closed forms


def confined(ratio: float, shares: tuple[float, float, float], law: str, model: str) -> SolidModel:
    """Elastic metal with all faces held."""
    growth = Growth(lambda time: ratio**time, shares)
    metal = elastic(YOUNG, POISSON, law if law != "murnaghan" else "hencky_kirchhoff")
    if law == "murnaghan":
        metal[layout.PRESSURE_LAW], metal[layout.BULK_DERIVATIVE] = layout.PRESSURE_MURNAGHAN, 3.5
    if model != "three_dimensional":
        return slab(metal, growth, "held", model=model)
    parts = discretise(build_block3d(Block3D(cells_x=1, cells_y=1, cells_z=1)), MPI.COMM_SELF)
    supports = [fix(parts, name, i) for name in parts.loaded.boundary_names for i in range(3)]
    return solid_model(parts, {"li": metal}, supports, model, {"li": growth})


@pytest.mark.parametrize("model", ["plane_strain", "axisymmetric", "three_dimensional"])
@pytest.mark.parametrize("shares", [FIBRE, ISOTROPIC])
@pytest.mark.parametrize("law", ["hencky_kirchhoff", "hencky_cauchy", "murnaghan"])
def test_confined_elastic_growth_stores_its_work(law: str, shares: tuple[float, float, float], model: str) -> None:
    """F = 1: Jg (G |dev ln Fg|^2 + U(-ln Jg)) per volume; the trapezoidal work nears it with the square of the step."""
    ratio = 1.2
    errors = []
    for count in (4, 8, 16):
        body = confined(ratio, shares, law, model)
        found = follow(body, even(count))
        p = body.region().parameters
        strain = -np.array(shares) * np.log(ratio)
        deviator = strain - strain.mean()
        bulk, derivative = p[layout.BULK_MODULUS], p[layout.BULK_DERIVATIVE]
        volumetric = volumetric_energy(int(p[layout.PRESSURE_LAW]), bulk, derivative, strain.sum())
        density = ratio * (p[layout.SHEAR_MODULUS] * (deviator @ deviator) + volumetric)
        volume = float(body.region().point_results(body.problem.displacement).volumes[..., 0].sum())
        assert found.energy.stored == pytest.approx(density * volume, rel=1e-10)
        assert found.energy.external == 0.0
        assert found.energy.dissipated == 0.0
        errors.append(found.energy.growth / (density * volume) - 1.0)
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 4.0, rtol=0.05)


def test_free_growth_is_free() -> None:
    """Growth without stress: the work is round-off of the strain energy of 60 % of growth."""
    body = slab(vector(), Growth(lambda time: 1.6**time, FIBRE), "free")
    found = follow(body, even(20))
    scale = vector()[layout.BULK_MODULUS] * 0.6 * SIZE**2
    energies = found.energy
    assert max(abs(energies.growth), energies.stored, energies.dissipated) < 1e-9 * scale
    assert energies.relative_imbalance < ENERGY
    assert found.force < FORCE
    assert found.plastic < PLASTIC


def test_a_bar_dissipates_its_flow_stress() -> None:
    """Norton, true strain at the reference rate up to 0.3: the reference stress for each unit of plastic strain.

    The elastic strain s/E = 1.3e-4 is 4e-4 of the whole, and the step of 1.5e-3 from rest lacks half of its
    flow, 2.5e-3 of the work.
    """
    rate = 1e-3
    body = uniaxial(norton(YOUNG, POISSON, rate, 1e6, 5.0), lambda time: SIZE * np.expm1(-rate * time))
    found = follow(body, even(200, 300.0))
    volume = np.pi * SIZE**3
    np.testing.assert_allclose(body.region().new.plastic_strain, 0.3, rtol=1e-3)
    assert found.energy.dissipated == pytest.approx(1e6 * 0.3 * volume, rel=4e-3)
    assert found.energy.external == pytest.approx(found.energy.dissipated + found.energy.stored, rel=1e-3)
    assert found.energy.growth == 0.0


def test_dissipation_is_the_area_under_the_curve_of_a_hardening_bar() -> None:
    """The integral of the reported stress, per reference volume, over the reported plastic strain."""
    body = uniaxial(vector(), lambda time: -0.4 * SIZE * time)
    curve = [(0.0, 0.0)]

    def note() -> None:
        stress, region = uniform(body.stress()), body.region()
        curve.append((float(region.new.plastic_strain.mean()), np.exp(region.theta[0, 0]) * (stress[0] - stress[1])))

    found = follow(body, even(20), between=note)
    strain, stress = np.array(curve).T
    assert found.energy.dissipated == pytest.approx(np.trapezoid(stress, strain) * np.pi * SIZE**3, rel=1e-9)


@pytest.mark.parametrize("kind", ["pressure", "traction"])
def test_loads_work(kind: str) -> None:
    """A load that moves its face; its work is that of its force over the way of the face."""
    value = {"pressure": lambda time: 1e6 * time, "traction": lambda time: (0.0, -1e6 * time)}[kind]
    body = uniaxial(vector(), None, Load("top", "li", **{kind: value}))
    found = follow(body, even(20))
    assert found.energy.external > 0.0
    assert found.energy.relative_imbalance < 1e-3
    assert found.force < FORCE


# --- refinement in time


@pytest.mark.parametrize("model", ["plane_strain", "axisymmetric"])
@pytest.mark.parametrize("case", ["growth", "compression"])
def test_imbalance_falls_with_the_step(case: str, model: str) -> None:
    """At least in proportion when steps are halved, for plastic flow that is not uniform."""
    errors = [follow(flowing(case, model), even(count)).energy.relative_imbalance for count in (5, 10, 20)]
    assert errors[0] < ENERGY
    assert errors[1] < 0.55 * errors[0]
    assert errors[2] < 0.55 * errors[1]


@pytest.mark.parametrize("count", [1, 3, 5, 20])
@pytest.mark.parametrize("case", ["growth", "compression"])
def test_steps_explain_the_imbalance_of_a_sound_model(case: str, count: int) -> None:
    """However few they are; and of twenty steps they explain less than a hundredth of the energy."""
    found = follow(flowing(case, "plane_strain"), even(count)).energy
    assert excess(Found(found, 0.0, 0.0, ())) < 1e-3
    assert count < 20 or found.relative_unresolved < 0.01


@pytest.mark.parametrize("count", [1, 2, 3, 10])
@pytest.mark.parametrize("ratio", [1.1, 1.5])
def test_steps_explain_the_imbalance_of_confined_growth(ratio: float, count: int) -> None:
    found = follow(confined(ratio, FIBRE, "hencky_kirchhoff", "plane_strain"), even(count))
    assert found.energy.relative_imbalance > 1e-4
    assert excess(found) < 1e-3


def excess(found: Found) -> float:
    """What the size of the steps does not explain of the imbalance of energy."""
    return found.energy.relative_imbalance - found.energy.relative_unresolved


def flowing(case: str, model: str) -> SolidModel:
    """Metal that sticks to two plates, its side free: it grows by a fifth, or is compressed by a twentieth."""
    parts = box()

    def lid(time: float) -> float:
        return -0.05 * SIZE * time if case == "compression" else 0.0

    supports = [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
    supports += [fix(parts, "top", 0), fix(parts, "top", 1, lid)]
    growth = {"li": Growth(lambda time: 1.0 + 0.2 * time)} if case == "growth" else None
    return solid_model(parts, {"li": vector()}, supports, model, growth)


# --- wrong models


def test_growth_without_its_stress_violates_the_energy() -> None:
    def ignore(results: dict) -> None:
        for found in results.values():
            found.energies[..., GROWTH_DRIVE] = found.energies[..., STORED]

    assert follow(model_on(MPI.COMM_SELF), even(5)).energy.relative_imbalance < ENERGY
    assert excess(follow(model_on(MPI.COMM_SELF), even(5), ignore)) > ENERGY


class Nudge:
    """A contribution that pushes every node along y by a force (N/m) nobody declares, without a tangent."""

    name, fields = "nudge", ("displacement",)

    def __init__(self, force: float) -> None:
        self.force = force

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        for forces in residuals["displacement"][:2]:
            forces[:, 1] += self.force

    def multiply(self, increments: Arrays, results: Arrays) -> None: ...


def test_an_undeclared_force_violates_force_and_energy() -> None:
    """A bar on its support is pushed by 0.3 MPa times its width."""
    parts = box()
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
    nodes = parts.space.dofmap.list
    nudge = Nudge(3e5 * SIZE / len(np.unique(nodes)))
    body = solid_model(parts, {"li": vector()}, supports, extra=[nudge])
    found = follow(body, even(5))
    assert found.force > 1e3 * FORCE
    assert excess(found) > ENERGY


def test_a_damaged_plastic_state_violates_its_volume_and_says_where() -> None:
    body = model_on(MPI.COMM_SELF)
    cell, point = 5, 3

    def damage() -> None:
        body.region().old.inverse_plastic[cell, point, :3] *= 1.0 + 1e-5

    found = follow(body, even(4), between=damage)
    assert found.plastic > PLASTIC
    np.testing.assert_allclose(found.place, body.point_coordinates()[cell, point])
    assert follow(model_on(MPI.COMM_SELF), even(4)).plastic < 1e-12


def test_a_lost_plastic_state_violates_the_energy() -> None:
    """Flow that is forgotten comes back as elastic energy that nobody put in."""
    body = uniaxial(vector(), lambda time: -0.1 * SIZE * time)

    def forget() -> None:
        body.region().old.inverse_plastic[:] = layout.UNSTRAINED

    assert excess(follow(body, even(5), between=forget)) > ENERGY


# --- several ranks


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_ranks_agree(cell: str) -> None:
    """Energies, force balance and the place of the largest plastic error, to the tolerance of Newton's method."""
    together = follow(model_on(MPI.COMM_WORLD, cell), even(4))
    alone = follow(model_on(MPI.COMM_SELF, cell), even(4))
    for name in ("growth", "stored", "dissipated", "scale"):
        assert getattr(together.energy, name) == pytest.approx(getattr(alone.energy, name), rel=1e-6), name
    assert together.energy.external == alone.energy.external == 0.0
    assert max(together.force, alone.force) < FORCE
    assert max(together.plastic, alone.plastic) < 1e-12
    assert MPI.COMM_WORLD.allgather(together.place) == [together.place] * MPI.COMM_WORLD.size


@pytest.mark.mpi
def test_work_of_a_load_is_counted_once_on_any_ranks() -> None:
    """Nodes at the border of two ranks belong to both."""

    def found(comm: MPI.Comm) -> Found:
        parts = box(comm)
        supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
        load = Load("top", "li", pressure=lambda time: 2e6 * time)
        return follow(solid_model(parts, {"li": vector()}, supports, "axisymmetric", loads=[load]), even(3))

    together, alone = found(MPI.COMM_WORLD), found(MPI.COMM_SELF)
    assert together.energy.external == pytest.approx(alone.energy.external, rel=1e-6)
    assert max(together.force, alone.force) < FORCE
