"""What is reported of a specimen: the force through it, how much shorter it is, and stresses by its section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.config.case import Case
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, reported
from platingx_meshes import tags

__all__ = ["build_specimen_results"]


def build_specimen_results(case: Case, discretisation: Discretisation, _parts: Mapping[str, Part]) -> Part | None:
    """Force, shortening and stresses of the specimen of a case; None for other geometries. Collective."""
    if not isinstance(case.geometry, SpecimenGeometry):
        return None
    section = _Section(case.geometry, discretisation)
    values: dict[str, Callable[[ConvergedState], float]] = {
        "compression_force": section.force,
        "shortening": section.shortening,
        "waist_radius": section.radius,
        "nominal_stress": lambda state: section.force(state) / (np.pi * section.waist[0] ** 2),
        "true_stress": lambda state: section.force(state) / (np.pi * section.radius(state) ** 2),
    }
    return Part(name="specimen", quantities=tuple(reported(name, value) for name, value in values.items()))


class _Section:
    """Nodes of a specimen that tell of it: its base, its top beside the axis, and its widest or middle section.

    The section is that at half the height of a rod, and that of the equator of a sphere.
    """

    def __init__(self, geometry: SpecimenGeometry, discretisation: Discretisation) -> None:
        self._geometry, self._discretisation = geometry, discretisation
        self._comm: MPI.Intracomm = discretisation.loaded.mesh.comm
        places = discretisation.coordinates()
        bases = [tags.INTERFACE, *([tags.SHELL_BASE] if geometry.shell is not None else [])]
        owned = discretisation.space.dofmap.index_map.size_local
        nodes = discretisation.nodes(*bases)
        self._base = nodes[nodes < owned]
        top = discretisation.nodes(tags.TOP)  # without the node on the axis: it has no area that a tool could press on
        self._top = self._nearest(places, top[places[top, 0] > 0.0], (0.0, self._height))
        self._waist = self._nearest(places, discretisation.nodes(tags.SIDE), (self._radius, self._middle))
        self.waist = self._of_first(places, self._waist)

    @cached_property
    def _radius(self) -> float:
        return float(self._geometry.shape.radius)

    @cached_property
    def _middle(self) -> float:
        shape = self._geometry.shape
        return 0.5 * float(shape.height) if shape.kind == "rod" else self._centre

    @cached_property
    def _centre(self) -> float:
        shape = self._geometry.shape
        return 0.0 if shape.kind == "rod" else float(np.sqrt(shape.radius**2 - shape.root_radius**2))

    @cached_property
    def _height(self) -> float:
        shape = self._geometry.shape
        return float(shape.height) if shape.kind == "rod" else self._centre + self._radius

    def _nearest(self, places: Array, nodes: Int32Array, place: tuple[float, float]) -> tuple[int, int]:
        """Rank and local number of the node nearest to a place. Collective."""
        nodes = nodes[np.isfinite(places[nodes]).all(axis=1)]
        distance = np.linalg.norm(places[nodes] - np.array(place), axis=1)
        here = (
            float(distance.min(initial=np.inf)),
            self._comm.rank,
            int(nodes[distance.argmin()]) if len(nodes) else -1,
        )
        _, rank, node = min(self._comm.allgather(here))
        return rank, node

    def _of_first(self, values: Array, where: tuple[int, int]) -> Array:
        """Values at a node on all ranks. Collective."""
        rank, node = where
        return np.asarray(self._comm.bcast(values[node].copy() if self._comm.rank == rank else None, root=rank))

    def force(self, state: ConvergedState) -> float:
        """Force through the specimen, positive in compression, N. Collective."""
        forces = state.problem.fields[DISPLACEMENT].forces.internal[self._base, 1]
        return float(self._comm.allreduce(float(forces.sum()), MPI.SUM))

    def shortening(self, state: ConvergedState) -> float:
        """Way of the top beside the axis towards the base, m. Collective."""
        return -float(self._of_first(state.problem.fields[DISPLACEMENT].values, self._top)[1])

    def radius(self, state: ConvergedState) -> float:
        """Present radius of the section, m. Collective."""
        moved = self._of_first(state.problem.fields[DISPLACEMENT].values, self._waist)
        return float(self.waist[0] + moved[0])
