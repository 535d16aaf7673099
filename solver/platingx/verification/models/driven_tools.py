"""An elastic block under a tool with rigid-body unknowns of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.fields.constraints import Constraint, Prescribed
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.drives import BodyScale, DrivenUnknowns, driven_unknowns, is_turn
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.contact_law import FRICTIONLESS, Friction
from platingx.problems.nodal_contact import ContactLaws
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_tool import DrivenBy, RigidTool, frame_along
from platingx.problems.spring import OutsideSpring
from platingx.problems.tool_reaction import ToolReaction
from platingx.problems.tool_shapes import Flat
from platingx_meshes.mesh_data import MeshData

__all__ = ["UnderPlate", "under_plate"]


@dataclass(frozen=True)
class UnderPlate:
    """A block under a flat tool.

    Attributes
    ----------
    model, contact, plate
        Model, contact of the upper face, and unknowns of the tool.
    """

    model: SolidModel
    contact: RigidContact
    plate: DrivenUnknowns

    def force(self) -> Array:
        """Force on the block, shape (dimension,), N (N/m in plane strain). Collective."""
        return self.contact.total_force(self.model.problem.comm)


def under_plate(
    data: MeshData,
    vector: Array,
    drives: Mapping[str, Any],
    place: Sequence[float],
    up: Sequence[float],
    pivot: Sequence[float],
    friction: Friction = FRICTIONLESS,
    preset: str = "direct",
    comm: MPI.Intracomm = MPI.COMM_SELF,
    lever: float = 1.0,
) -> UnderPlate:
    """Make a block from the origin upwards that stands on a slippery ground, statically determinate otherwise.

    Parameters
    ----------
    data, vector
        Mesh with one region ``li``, and material.
    drives
        Of the components of the tool.
    place, up, pivot
        A point of the tool at rest, the direction from the block into it, and what it turns about.
    friction, preset, comm
        Of the contact, solver, and communicator.
    lever
        Length that turns are measured by, m.
    """
    parts = discretise(data, comm)
    dimension = data.dimension
    surface = contact_face(parts, "top", {"li": vector}, False)
    body = RigidBody.model_validate({**drives, **({"depth": "1 m"} if dimension == 2 else {})})
    plate = driven_unknowns("plate", body, dimension, BodyScale(1.0, np.ones(dimension), lever), comm)
    turns = any(map(is_turn, plate.components))
    by = DrivenBy(
        plate.unknowns,
        _transfer(plate, rigid_components(3)[:dimension]),
        next(iter(plate.contributions), None),
        np.asarray(_transfer(plate, rigid_components(3)[3:]) / lever) if turns else None,
    )
    nothing: Array = np.zeros(dimension)
    frame = frame_along(np.asarray(up, dtype=float))
    tool = RigidTool(
        "the plate", Flat(), np.asarray(place, dtype=float), frame, lambda _: nothing, by, None, np.asarray(pivot)
    )
    contact = RigidContact("top", surface, tool, ContactLaws(friction))
    reaction = ToolReaction(contact, by, parts.space.dofmap.index_map)
    model = solid_model(
        parts,
        {"li": vector},
        [*_supports(parts), *plate.constraints],
        "plane_strain" if dimension == 2 else "three_dimensional",
        extra=[contact, reaction, *(OutsideSpring(spring) for spring in plate.contributions)],
        fields=[plate.unknowns],
        preset=preset,
    )
    return UnderPlate(model, contact, plate)


def _transfer(plate: DrivenUnknowns, components: Sequence[str]) -> Array:
    found = np.zeros((len(components), plate.unknowns.nodes))
    for column, component in enumerate(plate.components):
        if component in components:
            found[components.index(component), column] = 1.0
    return found


def _supports(parts: Discretisation) -> list[Constraint]:
    """Slippery ground, and what keeps the block from drifting on it without holding its shape."""
    places, dimension = parts.coordinates(), parts.loaded.mesh.geometry.dim
    largest = np.zeros(dimension)
    parts.loaded.mesh.comm.Allreduce(places.max(axis=0, initial=0.0), largest, MPI.MAX)
    middle = 0.5 * largest * (np.arange(dimension) < dimension - 1)
    beside = middle.copy()
    beside[0] = largest[0]
    found: list[Constraint] = [fix(parts, "bottom", dimension - 1)]
    pins = [(middle, 0)] if dimension == 2 else [(middle, 0), (middle, 1), (beside, 1)]
    for number, (pin, component) in enumerate(pins):
        near = np.flatnonzero(np.abs(places - pin).max(axis=1) < 1e-9 * largest.max()).astype(np.int32)
        found.append(Prescribed(f"pin {number}", near, component))
    return found
