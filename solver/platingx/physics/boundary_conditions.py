"""Which displacement components a case holds or moves on which boundaries, and what it presses on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from platingx.config.boundary_conditions import AXES
from platingx.config.case import Case
from platingx.fields.constraints import Motion, Prescribed, at_rest, nodes_on_facets
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.planar_faces import mesh_faces_across
from platingx.physics.quantities import ConvergedState, reported
from platingx.problems.rigid_contact import RigidContact

__all__ = ["ELECTROLYTE_SIDE", "DisplacementBC", "build_supports", "displacement_conditions"]

ELECTROLYTE_SIDE = "electrolyte_side"


@dataclass(frozen=True)
class DisplacementBC:
    """Components that are held, or moved, on a named boundary.

    Attributes
    ----------
    boundary
        Name of the boundary; reactions carry it too.
    components
        0, 1 or 2 for x (or r), y and z. Where there are several `along_normal`, each face is held along its own normal.
    without
        Boundary whose nodes are left out, or None.
    key
        Key of the case that asks for it; empty for the symmetry plane.
    along_normal
        Whether the boundary has to be a plane across its component, or planes across its components.
    follows
        Whether the components are not at rest but those of a side that stays plane and gives way.
    motion
        Displacement of the components over time, m.
    """

    boundary: str
    components: tuple[int, ...]
    key: str = ""
    without: str | None = None
    along_normal: bool = False
    follows: bool = False
    motion: Motion = at_rest

    @property
    def by_face(self) -> bool:
        """Whether faces of the boundary differ in what is held."""
        return self.along_normal and len(self.components) > 1


def displacement_conditions(case: Case, dimension: int, boundaries: Collection[str]) -> list[DisplacementBC]:
    """List the supports of a case on a mesh.

    Parameters
    ----------
    case
        Validated case.
    dimension
        2 or 3.
    boundaries
        Names of the boundaries of the mesh.
    """
    given = case.constraints
    everything = tuple(range(dimension))
    upright, flat = (dimension - 1,), everything[:-1]
    found = [DisplacementBC("symmetry", flat, along_normal=True)] if "symmetry" in boundaries else []
    if given.electrolyte_bottom != "free":
        roller = given.electrolyte_bottom == "roller"
        found.append(
            DisplacementBC(
                "electrolyte_bottom",
                upright if roller else everything,
                "constraints.electrolyte_bottom",
                along_normal=roller,
            )
        )
    gives_way = given.electrolyte_side == "plane"
    if given.electrolyte_side != "free":
        clamped = given.electrolyte_side == "clamped"
        components = everything if clamped else flat
        key = f"constraints.{ELECTROLYTE_SIDE}"
        found.append(DisplacementBC(ELECTROLYTE_SIDE, components, key, along_normal=not clamped, follows=gives_way))
    if given.metal_side != "free":
        bonded = case.growth.interface not in case.contact
        without = case.growth.interface if given.metal_side == "roller" and bonded else None
        key = "constraints.metal_side"
        found.append(DisplacementBC("metal_side", flat, key, without, along_normal=True, follows=gives_way))
    if given.collector.hold == "rigid":
        found.append(DisplacementBC("collector", everything, "constraints.collector"))
    return [*found, *_named(case, everything)]


def _named(case: Case, everything: tuple[int, ...]) -> Iterator[DisplacementBC]:
    """Conditions on boundaries by their names."""
    for boundary, condition in case.boundary_conditions.items():
        key = f"boundary_conditions.{boundary}"
        if condition.hold is not None:
            yield DisplacementBC(boundary, everything, key, along_normal=condition.hold == "roller")
        for axis, course in condition.moves.items():
            motion = at_rest if course.is_zero else course.at
            yield DisplacementBC(boundary, (AXES.index(axis),), f"{key}.{axis}", motion=motion)


def build_supports(case: Case, discretisation: Discretisation, _parts: Mapping[str, Part]) -> Part:
    """The supports of a case at rest, at the nodes of a mesh. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    """
    space, loaded = discretisation.space, discretisation.loaded
    result: list[Prescribed] = []
    conditions = displacement_conditions(case, loaded.mesh.geometry.dim, loaded.boundary_names)
    for support in (condition for condition in conditions if not condition.follows):
        facets = discretisation.facets(support.boundary)
        across = mesh_faces_across(loaded, facets) if support.by_face else None
        for component in support.components:
            own = facets if across is None else facets[across[:, component]]
            held = nodes_on_facets(space, own)
            if support.without is not None:
                held = np.setdiff1d(held, discretisation.nodes(support.without)).astype(np.int32)
            result.append(Prescribed(support.boundary, held, component, support.motion))
    quantities = (reported("collector_force", _collector_force),) if "collector" in loaded.boundary_names else ()
    return Part(name="supports", constraints=tuple(result), quantities=quantities)


def _collector_force(state: ConvergedState) -> float:
    """Upward force of the metal on the collector, which pushes the metal down; N (N/m in plane strain)."""
    problem = state.problem
    force = problem.reaction("collector")
    for part in problem.contributions:
        if isinstance(part, RigidContact) and part.name == "collector":
            force = force + part.total_force(problem.comm)
    return -float(state.symmetry_multiplicity * force[-1])
