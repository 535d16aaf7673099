"""Two bodies of which one slides on the other: meshes, models, and steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import ConvergenceError
from platingx.fields.constraints import Constraint
from platingx.physics.contact_faces import contact_face
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.partners import partner_outline
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.problems.nodal_contact import ContactLaws
from platingx.problems.sliding_contact import SlidingContact
from platingx.verification.models.contact_nodes import ContactNodes, contact_nodes
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.parted import known_behind
from platingx_meshes.tags import LI, LLZO

__all__ = ["UPPER", "TwoBodies", "apart", "two_bodies"]

UPPER = "upper_"
"""Beginning of the names of the boundaries of the upper body."""


def apart(lower: MeshData, upper: MeshData, shift: Sequence[float] = (0.0, 0.0)) -> MeshData:
    """One mesh of two bodies, the regions ``llzo`` and ``li``, that nothing joins.

    Parameters
    ----------
    lower, upper
        Meshes of one region each, with the same type of cell.
    shift
        Of the upper one, m.
    """
    count, largest = len(lower.points), max(lower.boundary_names.values())
    moved = upper.points.copy()
    moved[:, : len(shift)] += np.asarray(shift)
    names = {UPPER + name: tag + largest for name, tag in upper.boundary_names.items()}
    return replace(
        lower,
        points=np.concatenate([lower.points, moved]),
        cells=np.concatenate([lower.cells, upper.cells + count]),
        cell_regions=np.concatenate([np.full(len(lower.cells), 2), np.full(len(upper.cells), 1)]),
        facets=np.concatenate([lower.facets, upper.facets + count]),
        facet_boundaries=np.concatenate([lower.facet_boundaries, upper.facet_boundaries + largest]),
        region_names={LI: 1, LLZO: 2},
        boundary_names={**lower.boundary_names, **names},
    )


@dataclass
class TwoBodies:
    """A model, its contact, and the iterations of its steps."""

    model: SolidModel
    contact: SlidingContact
    iterations: list[int] = field(default_factory=list)
    cuts: int = 0

    @property
    def force(self) -> Array:
        """Force on the upper body, shape (dimension,), N (N/m in plane strain). Collective."""
        return self.contact.total_force(self.model.problem.comm)

    @property
    def nodes(self) -> ContactNodes:
        """Nodes of the contact on all ranks. Collective."""
        return contact_nodes(self.contact, self.model)

    def advance(self, time: float, extrapolate: bool = True, smallest: float = 1e-3) -> None:
        """March to a time, in steps that are halved where there is no equilibrium.

        Parameters
        ----------
        time
            s.
        extrapolate
            Whether the first guess goes on as the last step.
        smallest
            Step over the first one at which to give up.

        Raises
        ------
        ConvergenceError
            If there is none in the smallest step either.
        """
        model, step = self.model, time - self.model.time
        first = step
        while model.time < time - 1e-12 * first:
            end = min(model.time + step, time)
            result = model.try_step(end, extrapolate)
            self.iterations.append(result.iterations)
            if result.converged:
                model.problem.commit()
                model.last_dt, model.time = end - model.time, end
                continue
            model.problem.rollback()
            self.cuts += 1
            step *= 0.5
            if step < smallest * first:
                raise ConvergenceError(f"t = {end:g} s: {result.describe()}")


def two_bodies(
    data: MeshData,
    vectors: dict[str, Array],
    supports: Callable[[Discretisation], Sequence[Constraint]],
    face: str = UPPER + "bottom",
    on: Sequence[str] = ("top",),
    model: str = "plane_strain",
    laws: ContactLaws | None = None,
    loads: Sequence[Load] = (),
    comm: MPI.Intracomm = MPI.COMM_SELF,
    preset: str = "direct",
) -> TwoBodies:
    """Make a model of two bodies.

    Parameters
    ----------
    data
        From `apart`.
    vectors
        Material of each region.
    supports
        What holds the bodies.
    face, on
        Boundary that follows, and those that make up the outline that it slides on.
    model
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    laws
        Of the contact; frictionless if left out.
    loads
        On boundaries.
    comm, preset
        Communicator and solver.
    """
    parts = discretise(known_behind(data, list(on)), comm)
    axisymmetric = model == "axisymmetric"
    surface = contact_face(parts, face, vectors, axisymmetric)
    outline = partner_outline(parts, on, axisymmetric)
    contact = SlidingContact(face, "the lower body", surface, outline, laws or ContactLaws())
    body = solid_model(parts, vectors, supports(parts), model, loads=list(loads), extra=[contact], preset=preset)
    return TwoBodies(body, contact)
