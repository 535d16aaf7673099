"""Rigid bodies that boundaries are bonded to, with a motion of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.config.base import Finding
from platingx.config.boundary_conditions import bodies_of
from platingx.config.case import Case
from platingx.config.drives import Drive
from platingx.config.loader import case_error_at
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.fields.constraints import Constraint, Prescribed, Tied, nodes_on_facets
from platingx.physics.boundary_loads import force_on
from platingx.physics.discretisation import Discretisation
from platingx.physics.drives import BodyScale, DrivenUnknowns, driven_unknowns, is_turn
from platingx.physics.part import Part
from platingx.physics.planar_faces import mesh_faces_across
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.surface_load import area_vectors, loaded_facets

__all__ = ["RIGID_BODIES", "BodyFace", "BondedBody", "RigidBodies", "build_rigid_bodies", "rigid_motions"]

RIGID_BODIES = "rigid_bodies"
"""Name of the part."""
MOTION = "motion_of_"
"""Beginning of the names of the unknowns of bodies; the boundary follows."""
COLLECTOR_KEY = "constraints.collector"
EDGE_ON = 1e-9
"""Area of a face seen along an axis, relative to its own, below which it is seen from the edge."""


@dataclass(frozen=True)
class BondedBody:
    """A rigid body and the boundary that is bonded to it.

    Attributes
    ----------
    driven
        Its unknowns.
    centre
        Where it turns about, shape (dimension,), m.
    """

    driven: DrivenUnknowns
    centre: Array

    def moved(self, points: Array) -> Array:
        """How far the body has moved points that go with it, shape (points, dimension), m."""
        components = rigid_components(points.shape[1])
        present = np.array([self.driven.displacement(component) for component in components])
        return np.asarray(np.einsum("pic,c->pi", rigid_motions(points - self.centre), present))


@dataclass(frozen=True, kw_only=True)
class RigidBodies(Part):
    """All rigid bodies of a model that can move.

    Attributes
    ----------
    by_boundary
        The bodies by the boundaries that are bonded to them.
    """

    by_boundary: Mapping[str, BondedBody]


def rigid_motions(arms: Array) -> Array:
    """Displacements of points by unit rigid motions, small turns: u = q + w x arm.

    Parameters
    ----------
    arms
        Places from the centre of turning, shape (points, dimension), m.

    Returns
    -------
    Array
        Shape (points, dimension, components), in the order of
        :func:`~platingx.config.rigid_body.rigid_components`; m/m for displacements, m/rad for turns.
    """
    count, dimension = arms.shape
    moves = np.broadcast_to(np.eye(dimension), (count, dimension, dimension))
    spatial = np.zeros((count, 3))
    spatial[:, :dimension] = arms
    turns = np.stack([np.cross(axis, spatial) for axis in np.eye(3)[3 - (3 if dimension == 3 else 1) :]], axis=-1)
    return np.concatenate([moves, turns[:, :dimension]], axis=2)


def build_rigid_bodies(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> RigidBodies | None:
    """Tie the boundaries that are bonded to rigid bodies to the motions of these. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    CaseError
        If something else holds what a body moves, or forces per area act on a face that is seen from its edge.
    """
    given = bodies_of(case.constraints, case.boundary_conditions)
    if not given:
        return None
    others = [constraint for part in parts.values() for constraint in part.constraints]
    bodies: dict[str, BondedBody] = {}
    constraints: list[Constraint] = []
    quantities: list[Quantity] = []
    for boundary, (key, body) in given.items():
        face = BodyFace(case, discretisation, boundary, key, body)
        driven = driven_unknowns(f"{MOTION}{boundary}", body, face.dimension, face.scale(), face.comm)
        own = face.constraints(driven)
        face.check_alone(own, [*others, *constraints])
        constraints += [*own, *driven.constraints]
        bodies[boundary] = BondedBody(driven, face.centre)
        quantities += _quantities(boundary, bodies[boundary], key == COLLECTOR_KEY)
    return RigidBodies(
        name=RIGID_BODIES,
        fields=tuple(each.driven.unknowns for each in bodies.values()),
        contributions=tuple(part for each in bodies.values() for part in each.driven.contributions),
        constraints=tuple(constraints),
        quantities=tuple(quantities),
        by_boundary=bodies,
    )


class BodyFace:
    """A boundary that a rigid body holds, or may touch. Collective."""

    def __init__(self, case: Case, discretisation: Discretisation, boundary: str, key: str, body: RigidBody) -> None:
        self.case, self.discretisation, self.boundary = case, discretisation, boundary
        self.key, self.body = key, body
        domain = discretisation.loaded.mesh
        self.comm: MPI.Intracomm = domain.comm
        self.dimension = int(domain.geometry.dim)
        self.round = self.dimension == 2 and case.geometry.symmetry == "axisymmetric"
        self.nodes = discretisation.nodes(boundary)
        self.places = discretisation.coordinates()[self.nodes]
        self.areas, self.area, centroid = self._integrals()
        self.centre: Array = centroid if body.centre is None else np.array([float(x) for x in body.centre])

    def _integrals(self) -> tuple[Array, float, Array]:
        """Integral of the normal, area, and centroid of the face in the model."""
        found = self.discretisation
        domain = found.loaded.mesh
        cells = np.arange(domain.topology.index_map(self.dimension).size_local, dtype=np.int32)
        facets = loaded_facets(domain, found.space, cells, found.facets(self.boundary))
        vectors = area_vectors(facets.jacobian, facets.normal)
        if self.round:
            vectors = vectors * 2.0 * np.pi * facets.coordinates[..., :1]
        sizes = np.linalg.norm(vectors, axis=-1)
        moments = np.einsum("fq,fqi->i", sizes, facets.coordinates)
        sums = np.array([*vectors.sum(axis=(0, 1)), sizes.sum(), *moments])
        self.comm.Allreduce(MPI.IN_PLACE, sums)
        area = float(sums[self.dimension])
        return sums[: self.dimension], area, sums[self.dimension + 1 :] / area

    def scale(self) -> BodyScale:
        """How forces on the body become those of the model."""
        for name, drive in self.body.drives.items():
            if isinstance(drive, Drive) and drive.needs_area:
                seen = abs(float(self.areas["xyz".index(name)]))
                if seen <= EDGE_ON * self.area:
                    message = f"along {name} the boundary {self.boundary} is seen from its edge: it has no area there"
                    hint = "give the force or the stiffness of the body as a whole"
                    raise case_error_at(self.case, Finding(f"{self.key}.{name}", message, hint=hint))
        flat = self.dimension == 2 and not self.round
        depth = 1.0 if not flat or self.body.depth is None else float(self.body.depth)
        arms = np.linalg.norm(self.places - self.centre, axis=1).max(initial=0.0)
        lever = self.comm.allreduce(float(arms), MPI.MAX)
        return BodyScale(1.0 / depth / 2.0 ** int(self.planes_that_cut().sum()), self.areas, lever)

    def planes_that_cut(self) -> Mask:
        """Axes across which a plane of symmetry cuts the body, so that the model has a half of it each time."""
        found = self.discretisation
        if self.round or "symmetry" not in found.loaded.boundary_names:
            return np.zeros(self.dimension, dtype=bool)
        facets = found.facets("symmetry")
        across = mesh_faces_across(found.loaded, facets)
        touched = [
            bool(np.intersect1d(nodes_on_facets(found.space, facets[across[:, axis]]), self.nodes).size)
            for axis in range(self.dimension)
        ]
        cuts = np.array(touched, dtype=np.int32)
        self.comm.Allreduce(MPI.IN_PLACE, cuts, MPI.MAX)
        return np.asarray(cuts > 0)

    def constraints(self, driven: DrivenUnknowns) -> list[Constraint]:
        """Ties of the components that the body moves, and rest for the others."""
        motions = rigid_motions(self.places - self.centre)
        names = rigid_components(self.dimension)
        transfer: Array = np.zeros((len(self.nodes), self.dimension, driven.unknowns.nodes))
        for place, component in enumerate(driven.components):
            unit = driven.lever if is_turn(component) else 1.0
            transfer[..., place] = motions[..., names.index(component)] / unit
        result: list[Constraint] = []
        for axis in range(self.dimension):
            if _moves(driven.components, axis, self.dimension):
                name = driven.unknowns.name
                result.append(Tied(self.boundary, self.nodes, axis, name, np.ascontiguousarray(transfer[:, axis])))
            else:
                result.append(Prescribed(self.boundary, self.nodes, axis))
        return result

    def check_alone(self, own: Sequence[Constraint], others: Sequence[Constraint]) -> None:
        """Check that nothing else holds nodes of the body along what moves, or moves what it holds."""
        for constraint in own:
            for other in others:
                if (other.field, other.component) != (constraint.field, constraint.component):
                    continue
                alone = not (isinstance(constraint, Tied) or _is_of_body(other))
                shared = not alone and bool(np.intersect1d(constraint.nodes, other.nodes).size)
                if self.comm.allreduce(shared, MPI.LOR):
                    self._refuse("xyz"[constraint.component], other.name)

    def _refuse(self, axis: str, other: str) -> None:
        message = f"the boundary {other} shares nodes with {self.boundary}, and holds or moves them along {axis}, too"
        valid = f"a body that moves where nothing else holds it along {axis}"
        hint = "leave out the drive of that component (a turn moves nodes, too), or hold the other boundary otherwise"
        raise case_error_at(self.case, Finding(self.key, message, valid, hint))


def _is_of_body(constraint: Constraint) -> bool:
    return isinstance(constraint, Tied) and constraint.master.startswith(MOTION)


def _moves(components: Sequence[str], axis: int, dimension: int) -> bool:
    """Whether points of a body move along an axis: it does, or it turns about another axis."""
    turns = [component for component in rigid_components(dimension) if is_turn(component)]
    return any(
        component == "xyz"[axis] or (component in turns and component != f"turn_{'xyz'[axis]}")
        for component in components
    )


def _quantities(boundary: str, body: BondedBody, is_collector: bool) -> list[Quantity]:
    """Motion of each component of a body, and forces of a collector across its axis.

    The force along the axis is ``collector_force``; those of boundaries by name are with their conditions.
    """
    driven = body.driven
    found = []
    for component in driven.components:
        name = component if is_turn(component) else f"displacement_{component}"
        found.append(reported(name, partial(_motion, driven, component), boundary))
    found += [
        reported(f"deflection_{component}", partial(_deflection, driven, component), boundary)
        for component in driven.based
    ]
    dimension = len(body.centre)
    across = [axis for axis in range(dimension - 1) if _moves(driven.components, axis, dimension)]
    return [*found, *(force_on(boundary, axis, None) for axis in across if is_collector)]


def _deflection(driven: DrivenUnknowns, component: str, _state: ConvergedState) -> float:
    return driven.deflection(component)


def _motion(driven: DrivenUnknowns, component: str, _state: ConvergedState) -> float:
    return driven.displacement(component)
