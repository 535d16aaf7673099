"""Contact of the faces of a case with its rigid tools and with other bodies, and of the two sides of its interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.arrays import Array
from platingx.config import tools as given
from platingx.config.base import Finding
from platingx.config.case import Case, PitGeometry
from platingx.config.contact import Contact
from platingx.config.loader import case_error_at
from platingx.config.rigid_body import AXES
from platingx.config.tools import Tool
from platingx.errors import CaseError
from platingx.physics.contact_faces import contact_face
from platingx.physics.contact_quantities import contact_quantities, contact_reach, opening_quantities, tool_motions
from platingx.physics.discretisation import Discretisation
from platingx.physics.drives import DrivenUnknowns, driven_unknowns
from platingx.physics.electrochemistry import CIRCUIT
from platingx.physics.gap_conduction import conduction_over_gaps
from platingx.physics.part import Part
from platingx.physics.partners import partner_boundaries, partner_curve
from platingx.physics.quantities import Quantity
from platingx.physics.regions import Solids
from platingx.physics.rigid_bodies import BodyFace
from platingx.physics.spreading import spreading_quantities
from platingx.physics.two_sides import laws_of, two_sides
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Contribution
from platingx.problems.nodal_contact import NodalContact
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import DrivenBy, RigidTool, frame_along
from platingx.problems.sliding_contact import SlidingContact
from platingx.problems.spring import OutsideSpring
from platingx.problems.tool_curves import Parabola, Profile
from platingx.problems.tool_reaction import ToolReaction
from platingx.problems.tool_shapes import Ball, Flat, Revolved, RoundedPunch, Shape
from platingx.stepping.staggered import Exchange
from platingx.units import describe_si
from platingx_meshes.tags import COLLECTOR

__all__ = ["build_contact"]

TOOL = "motion_of_tool_"
"""Beginning of the names of the unknowns of tools."""
INSIDE = 0.01
"""Depth of a node in a tool at rest over the height of its cell, from which the case is refused."""


def build_contact(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """Every contact of a case. Collective.

    Raises
    ------
    MeshError
        If the mesh lacks a boundary.
    CaseError
        If a tool does not fit the mesh, is inside of the body, or adheres over less than the interface gives way.
    """
    if not case.contact:
        return None
    solids = parts["solids"]
    if not isinstance(solids, Solids):
        raise TypeError("the part 'solids' is not what its builder gives")
    vectors = {name: solid.region.parameters for name, solid in solids.by_region.items()}
    axisymmetric = case.geometry.symmetry == "axisymmetric" and discretisation.loaded.mesh.geometry.dim == 2
    comm: MPI.Intracomm = discretisation.loaded.mesh.comm
    dimension: int = discretisation.loaded.mesh.geometry.dim
    tools = _Tools(case, discretisation)
    found: list[Contribution] = []
    quantities: list[Quantity] = []
    gives: list[Exchange] = []
    for boundary, contact in case.contact.items():
        surface = contact_face(discretisation, boundary, vectors, axisymmetric)
        if contact.on is not None:
            slides = _sliding(case, boundary, contact, discretisation, surface)
            _check_adhesion(case, slides, comm)
            found.append(slides)
            quantities += (*contact_quantities(slides, dimension), contact_reach(slides))
            continue
        if boundary in case.two_sided:
            pairs = two_sides(case, boundary, discretisation, surface)
            _check_adhesion(case, pairs, comm)
            found.append(pairs)
            quantities += (*contact_quantities(pairs, dimension), *opening_quantities(pairs))
            circuit = parts.get(CIRCUIT) if boundary == case.growth.interface else None
            passes = conduction_over_gaps(case, pairs, circuit, comm)
            if passes is not None:
                gives.append(passes)
                quantities.append(passes.quantity())
            continue
        tool = tools.of(boundary, contact, surface)
        made = RigidContact(boundary, surface, tool, laws_of(case, contact))
        _check_inside(case, contact, made, comm)
        _check_adhesion(case, made, comm)
        found.append(made)
        if tool.driven is not None:
            found.append(ToolReaction(made, tool.driven, discretisation.space.dofmap.index_map))
        quantities += contact_quantities(made, dimension)
        spreads = boundary == COLLECTOR and contact.tool in tools.driven and dimension == 2
        if spreads and "y" in tools.driven[str(contact.tool)].components:
            quantities += spreading_quantities(boundary, discretisation, tools.driven[str(contact.tool)])
    driven = tools.driven
    return Part(
        name="contact",
        fields=tuple(each.unknowns for each in driven.values()),
        gives=tuple(gives),
        contributions=(*found, *(OutsideSpring(spring) for each in driven.values() for spring in each.contributions)),
        constraints=tuple(constraint for each in driven.values() for constraint in each.constraints),
        quantities=(*quantities, *(move for name, each in driven.items() for move in tool_motions(name, each))),
    )


def _sliding(
    case: Case, boundary: str, contact: Contact, discretisation: Discretisation, surface: ContactSurface
) -> SlidingContact:
    """A face on another body."""
    curve = partner_curve(discretisation, partner_boundaries(case, contact))
    axisymmetric = case.geometry.symmetry == "axisymmetric"
    return SlidingContact(boundary, str(contact.on), surface, curve, laws_of(case, contact), axisymmetric)


class _Tools:
    """The tools of a case, each made once, at its place. Collective."""

    def __init__(self, case: Case, discretisation: Discretisation) -> None:
        self._case, self._discretisation = case, discretisation
        self._made: dict[str, RigidTool] = {}
        self.driven: dict[str, DrivenUnknowns] = {}

    def of(self, boundary: str, contact: Contact, surface: ContactSurface) -> RigidTool:
        """The tool of a contact."""
        if contact.tool is None:
            return _drawn_collector(self._case, surface.facets.gradient.shape[-1])
        if contact.tool not in self._made:
            self._made[contact.tool] = self._make(contact.tool, boundary, surface)
        return self._made[contact.tool]

    def _make(self, name: str, boundary: str, surface: ContactSurface) -> RigidTool:
        case, tool, key = self._case, self._case.tools[name], f"tools.{name}"
        comm: MPI.Intracomm = self._discretisation.loaded.mesh.comm
        dimension = surface.facets.gradient.shape[-1]
        serves = key in case.switched
        wrong = next(iter(tool.findings_at(key, dimension, case.geometry.symmetry, serves)), None)
        if wrong is not None:  # of a mesh file the dimension is known only now
            raise case_error_at(case, wrong)
        up = np.eye(dimension)[-1] if tool.facing is None else -np.array([float(x) for x in tool.facing])
        frame, shape = frame_along(up), _shape(tool)
        if tool.at is not None:
            place = np.array([float(x) for x in tool.at])
        else:
            height = _touching_height(shape, frame, surface, comm)
            if height is None:
                message = f"the tool never touches the boundary {boundary}, from wherever it comes down"
                raise case_error_at(case, Finding(key, message, "", f"say where it is: {key}.at"))
            place = height * frame[-1]
        if not tool.has_unknowns and key not in case.switched:
            return RigidTool(f"the tool {name}", shape, place, frame, _motion(tool, dimension))
        face = BodyFace(case, self._discretisation, boundary, key, tool)
        driven = self.driven[name] = driven_unknowns(f"{TOOL}{name}", tool, dimension, face.scale(), comm)
        transfer = np.zeros((dimension, driven.unknowns.nodes))
        for column, component in enumerate(driven.components):
            transfer[AXES.index(component), column] = 1.0
        spring = next(iter(driven.contributions), None)
        nothing = np.zeros(dimension)
        by = DrivenBy(driven.unknowns, transfer, spring)
        return RigidTool(f"the tool {name}", shape, place, frame, lambda _time: nothing, by)


def _drawn_collector(case: Case, dimension: int) -> RigidTool:
    """The collector as a built geometry has it, at rest."""
    geometry = case.geometry
    if not isinstance(geometry, PitGeometry):
        raise CaseError("this geometry draws no collector")
    radius, place = geometry.collector.radius, np.zeros(dimension)
    place[-1] = float(geometry.interlayer.thickness)
    shape: Shape = Flat() if radius is None else Ball(float(radius), swept=geometry.collector.shape == "arc")
    nothing = np.zeros(dimension)
    return RigidTool("the collector", shape, place, np.eye(dimension), lambda _time: nothing)


def _shape(tool: Tool) -> Shape:
    """The shape of a tool as a signed distance."""
    shape = tool.shape
    if isinstance(shape, given.FlatTool):
        return Flat()
    if isinstance(shape, given.Circle):
        return Ball(float(shape.radius), shape.swept)
    if isinstance(shape, given.RoundedPunch):
        return Revolved(RoundedPunch(float(shape.half_width), float(shape.edge_radius)), shape.swept)
    if isinstance(shape, given.Parabola):
        return Revolved(Parabola(float(shape.radius)), shape.swept)
    across, along = zip(*shape.points, strict=True)
    return Revolved(Profile([float(x) for x in across], [float(y) for y in along]), shape.swept)


def _motion(tool: Tool, dimension: int) -> Callable[[float], Array]:
    drives = [getattr(tool, axis) for axis in AXES[:dimension]]
    courses = [None if drive is None else drive.motion for drive in drives]
    return lambda time: np.array([0.0 if course is None else course.at(time) for course in courses])


def _touching_height(shape: Shape, frame: Array, surface: ContactSurface, comm: MPI.Intracomm) -> float | None:
    """Height along its axis, through the origin, at which a tool just touches a face at rest; None if it never does.

    Collective.
    """
    local = surface.coordinates.reshape(-1, len(frame)) @ frame.T

    def gap(height: float) -> float:
        place = np.zeros(len(frame))
        place[-1] = height
        found = shape.distances(local - place, np.zeros_like(local)).value
        return float(comm.allreduce(float(found.min(initial=np.inf)), MPI.MIN))

    ends = np.array(
        [-local[:, -1].min(initial=np.inf), local[:, -1].max(initial=-np.inf), np.abs(local).max(initial=0.0)]
    )
    comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
    high, low = ends[1], -ends[0] - ends[2]
    if gap(high) <= 0.0:
        return float(high)
    if gap(low) > 0.0:
        return None
    return float(brentq(gap, low, high, xtol=1e-15 * ends[2], rtol=4.0 * np.finfo(float).eps))


def _deepest(made: RigidContact, comm: MPI.Intracomm) -> tuple[float, tuple[float, ...]]:
    """Largest depth of a node at rest over the height of its cell, and its place. Collective."""
    places = made.coordinates
    gap = made.tool.distances(places, np.zeros_like(places), np.zeros(places.shape[1])).value
    depth = -gap / made.heights
    here = (float(depth.max(initial=-np.inf)), places[depth.argmax()].tolist() if len(depth) else [])
    largest, place = max(comm.allgather(here))
    return largest, tuple(place)


def _check_inside(case: Case, contact: Contact, made: RigidContact, comm: MPI.Intracomm) -> None:
    depth, place = _deepest(made, comm)
    if depth <= INSIDE:
        return
    key = f"contact.{made.name}" if contact.tool is None else f"tools.{contact.tool}.at"
    where = ", ".join(f"{x:.4g}" for x in place)
    message = (
        f"{made.tool.name} starts inside of the body: at ({where}) m a node of the boundary {made.name} lies "
        f"{depth:.3g} heights of its cell behind its surface"
    )
    raise case_error_at(case, Finding(key, message, "a place that just touches, or beyond", "leave at out to touch"))


def _check_adhesion(case: Case, made: NodalContact, comm: MPI.Intracomm) -> None:
    """The traction has to reach its largest value well before the opening at which it is gone."""
    if made.adhesion is None:
        return
    softest = comm.allreduce(float(made.penalty.min(initial=np.inf)), MPI.MIN)
    least = 2.0 * made.adhesion.traction / softest
    if made.adhesion.opening < least:
        message = "the interface gives way by as much before the traction is at its largest"
        key = f"contact.{made.name}.adhesion.opening"
        raise case_error_at(case, Finding(key, message, f"at least {describe_si(least, 'length')}", "or a finer mesh"))
