"""From a case and a mesh to a discrete problem: a loop over the families of physics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dolfinx import fem

from platingx.columns import ColumnTable
from platingx.config.case import Case
from platingx.config.current_points import StepPoints
from platingx.errors import CaseError
from platingx.fields.nodal_field import Field, NodalField
from platingx.fields.recovery import NodalRecovery
from platingx.materials.faraday import GrowthAmount
from platingx.materials.layout import BULK_MODULUS
from platingx.physics.boundary_conditions import build_supports
from platingx.physics.boundary_loads import build_loads
from platingx.physics.contact import build_contact
from platingx.physics.crystallinity import build_crystallinity
from platingx.physics.damage import build_damage
from platingx.physics.discretisation import Discretisation, discretise_mesh
from platingx.physics.electrochemistry import build_circuit, build_stress_on_current
from platingx.physics.growth import PlatedLayer, build_growth
from platingx.physics.interface_diffusion import build_interface_diffusion
from platingx.physics.newton_settings import newton_options
from platingx.physics.part import MECHANICS, Builder, Part
from platingx.physics.pit_tip import build_pit_tip
from platingx.physics.planar_faces import symmetry_planes
from platingx.physics.plane_side import build_plane_side
from platingx.physics.quantities import EXTREMES, Quantity, in_order
from platingx.physics.region_fields import LastFields
from platingx.physics.regions import Solids, build_solids
from platingx.physics.rigid_bodies import RIGID_BODIES, BondedBody, RigidBodies, build_rigid_bodies
from platingx.physics.specimen import build_specimen_results
from platingx.problems.block_system import ITERATIVE, chosen_preset
from platingx.problems.problem import Problem
from platingx.problems.solid import Solid
from platingx.profiling import count, timed
from platingx.stepping.staggered import Stage, Stages
from platingx.stepping.step_limits import StepLimit
from platingx_meshes.io import LoadedMesh

__all__ = ["BUILDERS", "Builder", "Model", "build_model"]

BUILDERS: tuple[Builder, ...] = (
    build_solids,
    build_growth,
    build_circuit,
    build_stress_on_current,
    build_supports,
    build_plane_side,
    build_rigid_bodies,
    build_loads,
    build_contact,
    build_interface_diffusion,
    build_crystallinity,
    build_damage,
    build_pit_tip,
    build_specimen_results,
)
"""All families, each behind those that it asks for."""


@dataclass
class Model:
    """A discrete problem with what is needed to look at its results.

    Attributes
    ----------
    case, discretisation
        Where it comes from.
    parts
        What each family brings, by name.
    stages
        What is solved in each step.
    solids
        Regions by name.
    growth
        Growth of the plated region.
    interface_area
        Area that is plated on, m2 (m in plane strain).
    recovery
        Nodal fields.
    step_points
        Points of the current at which steps end.
    symmetry_multiplicity
        How often the model is in the whole that its planes of symmetry stand for.
    quantities
        What it reports after each step, in the order of its columns.
    last_fields
        Nodal fields of the last state that was looked at.
    """

    case: Case
    discretisation: Discretisation
    parts: Mapping[str, Part]
    stages: Stages
    solids: dict[str, Solid]
    growth: GrowthAmount
    interface_area: float
    recovery: NodalRecovery
    step_points: StepPoints
    symmetry_multiplicity: int
    quantities: tuple[Quantity, ...]
    last_fields: LastFields = field(default_factory=LastFields)

    @property
    def loaded(self) -> LoadedMesh:
        """The distributed mesh."""
        return self.discretisation.loaded

    @property
    def space(self) -> fem.FunctionSpace:
        """Space of the displacement."""
        return self.discretisation.space

    @property
    def problem(self) -> Problem:
        """The mechanics."""
        return next(stage.problem for stage in self.stages.stages if stage.name == MECHANICS)

    @property
    def bodies(self) -> Mapping[str, BondedBody]:
        """Rigid bodies with a motion of their own, by the boundaries that are bonded to them."""
        part = self.parts.get(RIGID_BODIES)
        return part.by_boundary if isinstance(part, RigidBodies) else {}

    @property
    def axisymmetric(self) -> bool:
        """Whether the section is swept around the axis."""
        return self.case.geometry.symmetry == "axisymmetric"

    @property
    def forces_are_total(self) -> bool:
        """Whether forces are those of the whole body, N, not of a section, N/m."""
        return self.axisymmetric or bool(self.loaded.mesh.geometry.dim == 3)

    @property
    def columns(self) -> ColumnTable:
        """Names of its quantities in files."""
        return ColumnTable.with_own(self.forces_are_total, [quantity.column for quantity in self.quantities])

    @property
    def growing(self) -> Solid:
        """The plated region."""
        return self.solids[self.case.growth.region]

    @property
    def step_limits(self) -> tuple[StepLimit, ...]:
        """What limits steps beside the effort."""
        return tuple(limit for part in self.parts.values() for limit in part.step_limits)


@timed("model set-up")
def build_model(case: Case, loaded: LoadedMesh, more: Sequence[Builder] = ()) -> Model:
    """Assemble the problems of a case on a mesh. Collective.

    Parameters
    ----------
    case
        Validated case.
    loaded
        Distributed mesh with named regions and boundaries.
    more
        Builders of further parts, such as those of terms in Python. They come behind the solids, so that growth sees
        what they give.

    Raises
    ------
    MeshError
        If the mesh lacks what the case names, or has an unsuitable cell shape.
    CaseError
        If the current grows or strips more metal than the mesh can take.
    """
    discretisation = discretise_mesh(loaded)
    parts: dict[str, Part] = {}
    for build in (*BUILDERS[:1], *more, *BUILDERS[1:]):
        part = build(case, discretisation, parts)
        if part is not None:
            parts[part.name] = part
    solids, layer = parts["solids"], parts["growth"]
    if not isinstance(solids, Solids) or not isinstance(layer, PlatedLayer):
        raise TypeError("the parts 'solids' and 'growth' are not what their builders give")
    stages = build_stages(case, list(parts.values()))
    model = Model(
        case=case,
        discretisation=discretisation,
        parts=parts,
        stages=stages,
        solids=dict(solids.by_region),
        growth=layer.growth,
        interface_area=layer.interface_area,
        recovery=NodalRecovery(loaded.mesh, discretisation.tables),
        step_points=layer.step_points,
        symmetry_multiplicity=_multiplicity(case, loaded),
        quantities=in_order(
            (quantity for part in parts.values() for quantity in part.quantities),
            [f"{stem}_{region}" for stem in EXTREMES for region in solids.by_region],
        ),
    )
    count("unknowns", sum(problem.unknowns for problem in stages.problems))
    return model


def build_stages(case: Case, parts: Sequence[Part]) -> Stages:
    """Put the parts of each stage together in a problem. Collective.

    Raises
    ------
    CaseError
        If two parts bring a field of one name or states that are saved under one name, or a tie asks for unknowns that
        are not there.
    """
    names = list(dict.fromkeys(part.stage for part in parts if part.stage != MECHANICS))
    _check_names([field for part in parts for field in part.fields])
    found = [_stage(case, name, [part for part in parts if part.stage == name]) for name in [*names, MECHANICS]]
    twice = _twice(state.saved().name for stage in found for state in stage.problem.states)
    if twice:
        raise CaseError(f"several states of the model are saved as {twice}: give contributions names of their own")
    return Stages(found)


def _stage(case: Case, name: str, parts: Sequence[Part]) -> Stage:
    contributions = [contribution for part in parts for contribution in part.contributions]
    stiffness = [float(c.region.parameters[BULK_MODULUS]) for c in contributions if isinstance(c, Solid)]
    fields = [field for part in parts for field in part.fields]
    problem = Problem(
        fields,
        contributions,
        [constraint for part in parts for constraint in part.constraints],
        max(stiffness, default=1.0),
        case.solver.preset,
        _solver_options(case, name, parts, fields),
        [state for part in parts for state in part.states],
    )
    options = next((part.newton for part in parts if part.newton is not None), newton_options(case))
    return Stage(name, problem, options, tuple(given for part in parts for given in part.gives))


def _solver_options(case: Case, name: str, parts: Sequence[Part], fields: Sequence[Field]) -> dict[str, str]:
    """PETSc options of a stage beside those of the preset."""
    if name == MECHANICS:
        return {key: _option(value) for key, value in case.solver.petsc_options.items()}
    spaces = [field for field in fields if isinstance(field, NodalField)]
    own = {key: value for part in parts for key, value in part.iterative.items()}
    if not spaces or not own:
        return {}
    dimension, unknowns = spaces[0].space.mesh.topology.dim, sum(field.unknowns for field in spaces)
    return own if chosen_preset(case.solver.preset, dimension, unknowns) == ITERATIVE else {}


def _check_names(fields: Sequence[Field]) -> None:
    twice = _twice(field.name for field in fields)
    if twice:
        raise CaseError(f"several parts of the model bring a field named {twice}")


def _twice(names: Iterable[str]) -> str:
    found = list(names)
    return " and ".join(sorted({name for name in found if found.count(name) > 1}))


def _multiplicity(case: Case, loaded: LoadedMesh) -> int:
    """How often the model is in the whole that its planes of symmetry stand for."""
    return 1 if case.geometry.symmetry == "axisymmetric" else 2 ** symmetry_planes(loaded)


def _option(value: Any) -> str:
    return "" if value is None else str(value)
