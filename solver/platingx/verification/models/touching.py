"""Blocks that are pressed by rigid tools: models, loading to a force, and norms over the nodes of a contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.contact_law import FRICTIONLESS, Adhesion, Friction
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import RigidTool, frame_along
from platingx.problems.tool_shapes import Shape
from platingx.verification.models.contact_nodes import ContactNodes, contact_nodes, gathered
from platingx_meshes.mesh_data import MeshData

__all__ = ["Touching", "Travel", "pressed"]

_POINTS = 200
"""Gauss points of an element in means of functions with kinks and roots: errors of 1e-4 of what they vary by."""


@dataclass
class Travel:
    """Motion of a tool that the model of a problem sets as it goes: down by ``depth``, and along x, m."""

    dimension: int
    depth: float = 0.0
    along: float = 0.0
    _past: dict[float, Array] = field(default_factory=dict)

    def at(self, time: float) -> Array:
        """Displacement at a time; at that of a step that was begun it stays what it was."""
        if time not in self._past:
            place = np.zeros(self.dimension)
            place[0], place[-1] = self.along, -self.depth
            self._past[time] = place
        return self._past[time]

    def forget(self, time: float) -> None:
        """Let a step that ended at a time be tried with another motion."""
        self._past.pop(time, None)


@dataclass
class Touching:
    """A body, the contact of its upper face, and the motion of the tool."""

    model: SolidModel
    contact: RigidContact
    travel: Travel
    iterations: list[int] = field(default_factory=list)

    @property
    def force(self) -> Array:
        """Force on the body, shape (dimension,), N (N/m in plane strain). Collective."""
        return self.contact.total_force(self.model.problem.comm)

    @property
    def nodes(self) -> ContactNodes:
        """Nodes of the contact on all ranks. Collective."""
        return contact_nodes(self.contact, self.model)

    def step(self, depth: float | None = None, along: float | None = None) -> None:
        """Move the tool and find equilibrium, at the next second.

        Raises
        ------
        ConvergenceError
            If there is none.
        """
        travel, model = self.travel, self.model
        travel.depth = travel.depth if depth is None else depth
        travel.along = travel.along if along is None else along
        time = model.time + 1.0
        result = model.try_step(time, extrapolate=False)
        self.iterations.append(result.iterations)
        if not result.converged:
            raise ConvergenceError(f"depth {travel.depth:g} m, along {travel.along:g} m: {result.describe()}")
        model.problem.commit()
        model.last_dt, model.time = 1.0, time

    def press_at(self, speed: float, depth: float, first: float, largest: float) -> None:
        """Press at a speed with growing steps, and smaller ones where there is no equilibrium.

        Parameters
        ----------
        speed
            m/s.
        depth
            At the end, m.
        first, largest
            Travel of the first step and of the largest one, m.

        Raises
        ------
        ConvergenceError
            If a step of a thousandth of the first one fails.
        """
        model, travel, step, reached = self.model, self.travel, first, self.travel.depth
        while reached < depth * (1.0 - 1e-9):
            travel.depth = min(reached + step, depth)
            dt = (travel.depth - reached) / speed
            result = model.try_step(model.time + dt, extrapolate=len(self.iterations) > 1)
            if not result.converged:
                model.problem.rollback()
                travel.forget(model.time + dt)
                step *= 0.3
                if step < 1e-3 * first:
                    raise ConvergenceError(f"depth {travel.depth:g} m: {result.describe()}")
                continue
            model.problem.commit()
            self.iterations.append(result.iterations)
            reached, model.last_dt, model.time = travel.depth, dt, model.time + dt
            step = min(1.3 * step, largest)

    def press_to(self, force: float, first: float, tolerance: float = 1e-7, tries: int = 20) -> None:
        """Press until the tool pushes with a force, by the secant method.

        Parameters
        ----------
        force
            Wished, N (N/m in plane strain).
        first
            First depth, m.
        tolerance
            Relative.
        tries
            At most.

        Raises
        ------
        ConvergenceError
            If the force is not reached.
        """
        before, value, slope = (0.0, 0.0), first, 0.0
        for _ in range(tries):
            self.step(depth=value)
            found = -float(self.force[-1])
            if abs(found - force) <= tolerance * abs(force):
                return
            if abs(value - before[0]) > 1e-3 * abs(value):  # what is left of the penetration changes the force, too
                slope = (found - before[1]) / (value - before[0])
            before, value = (value, found), min(value + (force - found) / slope, 2.0 * value)
        raise ConvergenceError(f"the force {force:g} is not reached in {tries} steps")

    def mean_error(self, values: Array, expected: Array) -> float:
        """Root of the mean square difference over that of the expected values, by areas of nodes. Collective."""
        areas = gathered(self.model.problem.comm, self.contact.areas)
        return float(np.sqrt(np.sum(areas * (values - expected) ** 2) / np.sum(areas * expected**2)))

    def node_means(self, values: Callable[[Array], Array]) -> Array:
        """Means of a function of x over the functions of the nodes of the plane contact, shape (nodes,). Collective.

        The force of a node is the integral of its function times the traction, so that a traction at a node stands
        for this mean.

        Parameters
        ----------
        values
            Of places, m, any shape.
        """
        surface, comm = self.contact.surface, self.model.problem.comm
        numbers = self.model.parts.space.dofmap.index_map.local_to_global(self.contact.nodes)
        position, weights = np.polynomial.legendre.leggauss(_POINTS)
        t = 0.5 * (position + 1.0)
        shape = np.stack([(1.0 - t) * (1.0 - 2.0 * t), t * (2.0 * t - 1.0), 4.0 * t * (1.0 - t)])
        x = surface.coordinates[..., 0] @ shape
        lengths = np.abs(surface.coordinates[:, 1, 0] - surface.coordinates[:, 0, 0])
        parts = gathered(comm, (lengths[:, None] * np.einsum("aq,fq,q->fa", shape, values(x), 0.5 * weights)).ravel())
        nodes = np.concatenate(comm.allgather(numbers))
        sums, areas = np.zeros(nodes.max() + 1), np.zeros(nodes.max() + 1)
        np.add.at(sums, nodes, parts)
        np.add.at(areas, nodes, gathered(comm, self.contact.areas))
        return np.asarray(sums[nodes] / areas[nodes])


def pressed(
    data: MeshData,
    vector: Array,
    supports: Callable[[Discretisation], Sequence[Constraint]],
    shape: Shape,
    model: str = "plane_strain",
    friction: Friction = FRICTIONLESS,
    adhesion: Adhesion | None = None,
    tuning: ContactTuning | None = None,
    comm: MPI.Intracomm = MPI.COMM_SELF,
    preset: str = "direct",
) -> Touching:
    """Make a model of a body whose boundary ``top`` a tool touches from above, at the middle or the axis.

    Parameters
    ----------
    data
        Mesh with one region ``li``.
    vector
        Material.
    supports
        What holds the body.
    shape
        Of the tool, which rests on the top at first.
    model
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    friction, adhesion, tuning
        Of the contact.
    comm, preset
        Communicator and solver.
    """
    parts = discretise(data, comm)
    surface = contact_face(parts, "top", {"li": vector}, model == "axisymmetric")
    dimension = data.dimension
    travel = Travel(dimension)
    place = np.zeros(dimension)
    place[-1] = float(data.points[:, dimension - 1].max())
    tool = RigidTool("the tool", shape, place, frame_along(np.eye(dimension)[-1]), travel.at)
    contact = RigidContact("top", surface, tool, ContactLaws(friction, adhesion, tuning or ContactTuning()))
    body = solid_model(parts, {"li": vector}, supports(parts), model, extra=[contact], preset=preset)
    return Touching(body, contact, travel)
