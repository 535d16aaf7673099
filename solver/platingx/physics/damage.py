"""The phase field of cracks of a case: where it is, what fills it, what limits it and what is reported of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import basix.ufl
import numpy as np
from dolfinx import mesh

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.compat import geometry_nodes
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.damage import ELEMENTS, NO_SOURCE, PhaseField, damaged_region, fracture_energy
from platingx.config.loader import case_error_at
from platingx.errors import CaseError
from platingx.fields.constraints import Constraint, Prescribed, Tied, nodes_on_facets
from platingx.fields.damage_grid import DamageGrid, build_grid, crossed
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.solid_region import SolidRegion
from platingx.physics.discretisation import Discretisation
from platingx.physics.metal_filling import MetalFilling
from platingx.physics.part import Part, WrittenField
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.physics.regions import Solids
from platingx.problems.damage import Damage
from platingx.problems.damage_law import DamageLaw, Dry
from platingx.problems.filled_cracks import CrackReach
from platingx.problems.growth import PrescribedGrowth
from platingx.problems.mouth_load import MouthLoad
from platingx.problems.surface_load import loaded_facets
from platingx.stepping.step_limits import Verdict
from platingx_meshes.tags import SYMMETRY

__all__ = ["DAMAGE", "build_damage"]

DAMAGE = "damage"
ROUND_OFF = 1e-6


def build_damage(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """Damage of a case that has it. Collective.

    Raises
    ------
    CaseError
        If a crack is outside of the ceramic, or elements are too large for the length.
    """
    block, solids = case.damage, parts["solids"]
    if block is None:
        return None
    name = damaged_region(block, case.materials)
    if not isinstance(solids, Solids) or name is None or isinstance(block.length, str):
        raise TypeError("the case was not checked")
    region = solids.by_region[name].region
    grid = build_grid(discretisation.loaded.mesh, region, discretisation.tables)
    law = DamageLaw(
        float(block.length),
        fracture_energy(block, case.materials[name]) or 0.0,
        block.irreversible,
        float(block.over_relaxation),
        float(block.tolerance),
        block.largest_alternations,
    )
    reach = _reach(case, discretisation, region, grid, law, parts)
    cracked = _cracked(case, block, grid, law)
    metal = solids.by_region[case.growth.region].region
    filling = Dry() if block.faces == "dry" else MetalFilling(metal, grid, 2.0 * law.length, _source(parts))
    damage = Damage(region, grid, law, reach, cracked, filling)
    return Part(
        name=DAMAGE,
        contributions=(damage, *_mouths(case, discretisation, damage)),
        gives=(damage,),
        step_limits=(_UntilLoose(damage),),
        quantities=_quantities(damage),
        written_fields=(_written(damage, discretisation),),
    )


def _mouths(case: Case, discretisation: Discretisation, damage: Damage) -> tuple[MouthLoad, ...]:
    """What the filling of cracks exerts on the metal at their mouths; nothing where they are dry."""
    if isinstance(damage.filling, Dry):
        return ()
    region, grid, domain = damage.region, damage.grid, discretisation.loaded.mesh
    facets = loaded_facets(domain, discretisation.space, region.cells, discretisation.facets(case.growth.interface))
    numbers = _numbers_in_file(discretisation, region, grid.cells.shape[1])
    vertices = np.searchsorted(grid.vertices, numbers[facets.nodes[:, : grid.cells.shape[1]]])
    return (MouthLoad(damage, facets, vertices),)


def _source(parts: Mapping[str, Part]) -> PrescribedGrowth:
    """Growth of the region that loses what is in cracks.

    Raises
    ------
    CaseError
        If it is not that of a given current.
    """
    found = next((state for state in parts["growth"].states if isinstance(state, PrescribedGrowth)), None)
    if found is None:
        raise CaseError(f"damage.faces: {NO_SOURCE}")
    return found


def _reach(
    case: Case,
    discretisation: Discretisation,
    region: SolidRegion,
    grid: DamageGrid,
    law: DamageLaw,
    parts: Mapping[str, Part],
) -> CrackReach:
    """Which vertices touch metal, a free surface and a support. Collective."""
    numbers = _numbers_in_file(discretisation, region, grid.cells.shape[1])

    def marked(nodes: Int32Array) -> Mask:
        found = numbers[nodes]
        return grid.marked(found[found >= 0])

    metal = marked(discretisation.nodes(case.growth.interface))
    constraints = [constraint for part in parts.values() for constraint in part.constraints]
    supports = [c for c in constraints if isinstance(c, Prescribed | Tied) and c.field == DISPLACEMENT]
    held = marked(_nodes(supports))
    ends = marked(_nodes([support for support in supports if support.name != SYMMETRY])) & ~metal
    domain = discretisation.loaded.mesh
    domain.topology.create_connectivity(domain.topology.dim - 1, domain.topology.dim)
    outer = np.asarray(mesh.exterior_facet_indices(domain.topology), dtype=np.int32)
    outside = marked(nodes_on_facets(discretisation.space, outer))
    return CrackReach(grid, law.length, metal, outside & ~metal & ~held, held, ends)


def _nodes(supports: Sequence[Constraint]) -> Int32Array:
    """Nodes of supports, each once."""
    return np.unique(np.concatenate([*(c.nodes for c in supports), np.zeros(0, dtype=np.int32)])).astype(np.int32)


def _numbers_in_file(discretisation: Discretisation, region: SolidRegion, corners: int) -> IntArray:
    """Number in the mesh file of the vertex at each displacement node of a region, -1 elsewhere."""
    domain, space = discretisation.loaded.mesh, discretisation.space
    whole = space.dofmap.index_map
    result = np.full(whole.size_local + whole.num_ghosts, -1, dtype=np.int64)
    inputs = np.asarray(domain.geometry.input_global_indices, dtype=np.int64)
    result[region.geometry.nodes[:, :corners]] = inputs[geometry_nodes(domain.geometry)[region.cells][:, :corners]]
    return result


def _cracked(case: Case, block: PhaseField, grid: DamageGrid, law: DamageLaw) -> Mask:
    """Vertices of the cracks of a case.

    Raises
    ------
    CaseError
        If one is outside of the ceramic, or elements are too large.
    """
    result = np.zeros(grid.size, dtype=bool)
    largest = law.length / ELEMENTS
    for index, crack in enumerate(block.cracks):
        ends = (np.array([float(end.x), float(end.y)]) for end in (crack.start, crack.end))
        found = crossed(grid, *ends)
        if not found.any():
            raise case_error_at(case, Finding(f"damage.cracks.{index}", "the crack is not in the ceramic"))
        result |= found
    at = result if result.any() else np.ones(grid.size, dtype=bool)
    sizes = grid.sizes[at[grid.cells].all(axis=1)]
    size = float(sizes.max()) if result.any() else float(sizes.min())
    if size > (1.0 + ROUND_OFF) * largest:
        where = "along the cracks that are there" if result.any() else "anywhere in the ceramic"
        message = (
            f"elements of {size * 1e9:.3g} nm do not resolve the length {law.length * 1e9:.3g} nm {where}: it needs "
            f"{ELEMENTS:g} at least, better 4"
        )
        hint = "refine the mesh, or take a greater length"
        raise case_error_at(case, Finding("damage.length", message, f"at least {ELEMENTS * size * 1e9:.3g} nm", hint))
    return result


class _UntilLoose:
    """Ends a run when a crack has cut a piece off: how it falls is no matter of equilibrium."""

    name = "damage_cut_off"

    def __init__(self, damage: Damage) -> None:
        self._damage = damage

    def propose(self, start: float, dt: float) -> float:  # noqa: ARG002
        """Nothing is known beforehand."""
        return dt

    def judge(self, start: float, dt: float) -> Verdict:  # noqa: ARG002
        """Stop behind the step that has cut a piece off."""
        return Verdict(stops=self._damage.cut_off)

    def commit(self) -> None:
        """Nothing to keep."""


def _quantities(damage: Damage) -> tuple[Quantity, ...]:
    """What is reported of it; extents and energies of the whole that planes of symmetry stand for."""

    def whole(value: float, state: ConvergedState) -> float:
        return state.symmetry_multiplicity * value

    def surface() -> float:
        return damage.surface_energy(damage.damage)

    return (
        reported("largest_damage", lambda _: float(damage.damage.max())),
        reported("damaged_volume", lambda s: whole(float(damage.grid.load(damage.grid.volumes) @ damage.damage), s)),
        reported("cracked_length", lambda s: whole(surface() / damage.law.energy, s)),
        reported("crack_surface_energy", lambda s: whole(surface(), s)),
        reported("filling_pressure", lambda _: damage.pressure),
        reported("filling_volume", lambda s: whole(damage.filled_volume(), s)),
        reported("filling_metal", lambda s: whole(damage.content.metal + damage.lost, s)),
        reported("alternations", lambda _: float(damage.passes)),
    )


def _written(damage: Damage, discretisation: Discretisation) -> WrittenField:
    """The damage at the nodes of the field files."""
    cell = discretisation.loaded.mesh.topology.cell_name()
    shape = basix.ufl.element("Lagrange", cell, 1).tabulate(0, discretisation.tables.output_points)[0]

    def values() -> Array:
        return np.asarray((damage.damage[damage.grid.cells[damage.grid.own]] @ shape.T)[..., None])

    return WrittenField("damage", 1, damage.region.cells, values)
