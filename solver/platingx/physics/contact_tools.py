"""The rigid tools of a case: shapes at their places, with what moves and turns them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from platingx.arrays import Array, Mask
from platingx.config import tools as given
from platingx.config.base import Finding
from platingx.config.case import Case, PitGeometry
from platingx.config.contact import Contact, findings_of_tool
from platingx.config.loader import case_error_at
from platingx.config.rigid_body import AXES
from platingx.config.tools import Tool
from platingx.errors import CaseError
from platingx.physics.discretisation import Discretisation
from platingx.physics.drives import DrivenUnknowns, driven_unknowns, is_turn
from platingx.physics.rigid_bodies import BodyFace
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.rigid_tool import DrivenBy, RigidTool, frame_along
from platingx.problems.tool_curves import Parabola, Profile
from platingx.problems.tool_shapes import Ball, Flat, Revolved, RoundedPunch, Shape

__all__ = ["INSIDE", "TOOL", "Tools", "placed"]

TOOL = "motion_of_tool_"
"""Beginning of the names of the unknowns of tools."""
INSIDE = 0.01
"""Depth of a node in a tool at rest over the height of its cell, from which the case is refused."""
TURNS = tuple(f"turn_{axis}" for axis in AXES)


class Tools:
    """The tools of a case, each made once, at its place. Collective."""

    def __init__(self, case: Case, discretisation: Discretisation) -> None:
        self._case, self._discretisation = case, discretisation
        self._made: dict[str, RigidTool] = {}
        self.driven: dict[str, DrivenUnknowns] = {}

    @property
    def made(self) -> tuple[str, ...]:
        """Names of those that faces touch."""
        return tuple(self._made)

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
        found = findings_of_tool(name, tool, case.contact, dimension, case.geometry.symmetry, serves)
        wrong = next(iter(found), None)
        if wrong is not None:  # of a mesh file the dimension is known only now
            raise case_error_at(case, wrong)
        frame, shape = _frame(tool, dimension), _shape(tool)
        if tool.at is not None:
            place = np.array([float(x) for x in tool.at])
        else:
            height = _touching_height(shape, frame, surface, comm)
            if height is None:
                message = f"the tool never touches the boundary {boundary}, from wherever it comes down"
                raise case_error_at(case, Finding(key, message, "", f"say where it is: {key}.at"))
            place = height * frame[-1]
        pivot = None if tool.centre is None else np.array([float(x) for x in tool.centre])
        face = BodyFace(case, self._discretisation, boundary, key, tool)
        _check_turns(case, key, tool, face.planes_that_cut())
        if not tool.has_unknowns and key not in case.switched:
            motion, turn = _course(tool, AXES[:dimension]), _course(tool, TURNS)
            given_turn = turn if any(map(is_turn, tool.drives)) else None
            return RigidTool(f"the tool {name}", shape, place, frame, motion, None, given_turn, pivot)
        driven = self.driven[name] = driven_unknowns(f"{TOOL}{name}", tool, dimension, face.scale(), comm)
        spring = next(iter(driven.contributions), None)
        nothing = np.zeros(dimension)
        by = DrivenBy(driven.unknowns, _transfer(driven, AXES[:dimension]), spring, _turning(driven))
        return RigidTool(f"the tool {name}", shape, place, frame, lambda _time: nothing, by, None, pivot)


def _frame(tool: Tool, dimension: int) -> Array:
    """Axes of a tool, from the direction that it faces."""
    return frame_along(np.eye(dimension)[-1] if tool.facing is None else -np.array([float(x) for x in tool.facing]))


def placed(name: str, tool: Tool, dimension: int) -> RigidTool:
    """A tool that a case places, at rest."""
    assert tool.at is not None
    place, nothing = np.array([float(x) for x in tool.at]), np.zeros(dimension)
    return RigidTool(f"the tool {name}", _shape(tool), place, _frame(tool, dimension), lambda _time: nothing)


def _check_turns(case: Case, key: str, tool: Tool, cut: Mask) -> None:
    """A tool that a plane of symmetry cuts turns within that plane only: its mirror image would turn the other way."""
    normals = {axis for axis in range(len(cut)) if cut[axis]}
    for name in filter(is_turn, tool.drives):
        if normals - {"xyz".index(name[-1])}:
            message = "a plane of symmetry cuts the tool, and its mirror image would turn the other way"
            valid = "a turn about the normal of the only plane, or a model of the whole body"
            raise case_error_at(case, Finding(f"{key}.{name}", message, valid))


def _transfer(driven: DrivenUnknowns, components: Sequence[str]) -> Array:
    """Which unknown is which component, shape (components, unknowns)."""
    transfer = np.zeros((len(components), driven.unknowns.nodes))
    for column, component in enumerate(driven.components):
        if component in components:
            transfer[components.index(component), column] = 1.0
    return transfer


def _turning(driven: DrivenUnknowns) -> Array | None:
    """Rotation vector by each unknown, shape (3, unknowns), rad/m; None if the tool does not turn."""
    if not any(map(is_turn, driven.components)):
        return None
    return np.asarray(_transfer(driven, TURNS) / driven.lever)


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


def _course(tool: Tool, components: Sequence[str]) -> Callable[[float], Array]:
    """Prescribed values of some components over time."""
    drives = [getattr(tool, component) for component in components]
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
