"""Bodies of two parts that a cohesive surface holds together, pulled and sheared by given displacements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import discretise, fix
from platingx.physics.interface_pairs import other_side
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.cohesive_contact import CohesiveContact
from platingx.problems.cohesive_law import Cohesion
from platingx.problems.contact_law import FRICTIONLESS, Friction
from platingx.problems.newton import NewtonOptions
from platingx.problems.nodal_contact import ContactLaws, ContactTuning
from platingx.verification.models.vectors import elastic
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.parted import parted
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import INTERFACE, LI, LLZO

__all__ = ["CohesiveBody", "cantilevers", "held_block"]

HALVINGS = 4
"""Of a step that does not converge."""
SOFT = 1e-4
"""Stiffness of the surface of a block, over modulus per height of a cell."""


@dataclass
class CohesiveBody:
    """Two parts, their surface, and the displacement of the upper one.

    Attributes
    ----------
    model
        The body.
    surface
        What holds it together.
    target
        Given displacement of the upper part, m, that the model reads.
    """

    model: SolidModel
    surface: CohesiveContact
    target: Array

    def move(self, place: Sequence[float] | Array, dt: float = 1.0) -> None:
        """Go to a displacement in one step, or in two halves where there is no equilibrium after one.

        Raises
        ------
        ConvergenceError
            If a step of a sixteenth fails.
        """
        self._go(self.target.copy(), np.array(place, dtype=float), dt, HALVINGS)

    def _go(self, start: Array, end: Array, dt: float, halvings: int) -> None:
        model = self.model
        self.target[:] = end
        result = model.try_step(model.time + dt, extrapolate=False)
        if result.converged:
            model.problem.commit()
            model.last_dt, model.time = dt, model.time + dt
            return
        if halvings == 0:
            raise ConvergenceError(f"displacement {end}: {result.describe()}")
        model.problem.rollback()
        middle = 0.5 * (start + end)
        self._go(start, middle, 0.5 * dt, halvings - 1)
        self._go(middle, end, 0.5 * dt, halvings - 1)

    def reach_onset(self, direction: Array) -> None:
        """Take the body, elastic so far, to its largest traction along a direction in one step."""
        law, stiffness = self.surface.cohesion, np.zeros((2, 2))
        share = np.array([direction[0] ** 2])
        small = 1e-3 * float(law.bounds(self.surface.penalty[:1], share)[0][0])
        for axis in (0, 1):
            self.move(small * np.eye(2)[axis])
            stiffness[:, axis] = self.traction / small
        top = float(law.onset(share)[0][0])
        self.move(np.asarray(np.linalg.solve(stiffness, top * (1.0 - 1e-9) * direction)))

    @property
    def traction(self) -> Array:
        """Mean traction on the lower part, shape (dimension,), Pa."""
        area = float(self.surface.areas.sum())
        return np.asarray(-self.surface.total_force(self.model.problem.comm) / area)

    @property
    def end_force(self) -> float:
        """Force on the end of the upper beam, N/m."""
        return float(self.model.problem.reaction("upper_end")[1])

    @property
    def end_turn(self) -> float:
        """Angle between the ends of both beams, rad."""
        places, moved = self.model.parts.coordinates(), self.model.problem.displacement
        found = []
        for upper in (True, False):
            end = (places[:, 0] < 1e-9) & ((places[:, 1] > 1.0) == upper) & (np.abs(places[:, 1] - 1.0) > 1e-9)
            found.append(np.polyfit(places[end, 1], moved[end, 0], 1)[0])
        return float(abs(found[0] - found[1]))

    @property
    def released(self) -> float:
        """Energy released for good, J/m of depth."""
        return float(np.sum(self.surface.areas * self.surface.cohesive_state.released))

    @property
    def work(self) -> float:
        """Work that the surface has taken, J/m of depth."""
        return float(np.sum(self.surface.areas * self.surface.state.work))


def _glued(data: MeshData, law: Cohesion, young: float, supports: str, laws: ContactLaws) -> CohesiveBody:
    target = np.zeros(2)
    parts, vector = discretise(data), elastic(young, 0.3)
    vectors = {LI: vector, LLZO: vector}
    surface = contact_face(parts, INTERFACE, vectors, False)
    made = CohesiveContact(INTERFACE, LLZO, surface, other_side(parts, INTERFACE, surface), law, laws)
    held: list[Constraint]
    if supports == "block":
        held = [fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
        held += [fix(parts, "top", 0, lambda _t: float(target[0])), fix(parts, "top", 1, lambda _t: float(target[1]))]
    else:
        held = [
            fix(parts, "upper_end", 1, lambda _t: float(target[1])),
            fix(parts, "lower_end", 1, lambda _t: -float(target[1])),
            fix(parts, "right", 0),
            fix(parts, "right", 1),
        ]
    model = solid_model(parts, vectors, held, extra=[made])
    model.options = NewtonOptions(1e-9, 60, "basic")
    return CohesiveBody(model, made, target)


def held_block(
    law: Cohesion,
    young: float,
    cell: Literal["quadrilateral", "triangle"] = "quadrilateral",
    friction: Friction = FRICTIONLESS,
) -> CohesiveBody:
    """A unit square, cohesive at half its height, held at the bottom and moved at the top.

    Its surface is far softer than its halves, so that the traction is uniform in any mode.
    """
    data = build_box(Box(1.0, 1.0, 2, 2, interface_height=0.5, cell=cell))
    return _glued(
        parted(data, {INTERFACE: None}), law, young, "block", ContactLaws(friction, None, ContactTuning(SOFT, SOFT))
    )


def cantilevers(law: Cohesion, young: float, length: float, slit: float, size: float, rows: int) -> CohesiveBody:
    """Two beams of height 1 that are cohesive beyond a slit, pulled apart at their ends.

    Parameters
    ----------
    law
        The law.
    young
        Modulus, Pa.
    length, slit
        Of the beams and of the slit, m.
    size
        Of the cells along the beams, m.
    rows
        Cells over the height of both.
    """
    data = build_box(Box(length, 2.0, round(length / size), rows, interface_height=1.0))
    data = _named(data, INTERFACE, "slit", 0, lambda x: x < slit)
    data = _named(_named(data, "left", "upper_end", 1, lambda y: y > 1.0), "left", "lower_end", 1, lambda y: y < 1.0)
    return _glued(parted(data, {INTERFACE: None, "slit": None}), law, young, "beams", ContactLaws())


def _named(data: MeshData, old: str, new: str, axis: int, where: object) -> MeshData:
    """Give facets of a boundary another name by a coordinate of their centres."""
    chosen = data.facet_boundaries == data.boundary_names[old]
    inside = chosen & where(data.points[data.facets].mean(axis=1)[:, axis])  # type: ignore[operator]
    tag = max((*data.boundary_names.values(), *data.region_names.values())) + 1
    rest = {name: value for name, value in data.boundary_names.items() if name != old or (chosen & ~inside).any()}
    tags = np.where(inside, tag, data.facet_boundaries)
    return replace(data, facet_boundaries=tags, boundary_names={**rest, new: tag})
