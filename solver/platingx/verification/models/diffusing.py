"""Blocks of stiff elastic metal that is plated and diffuses along its faces, for closed forms of diffusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, RealArray
from platingx.fields.constraints import Constraint
from platingx.fields.directions import fixed_direction
from platingx.fields.fibre_transport import FibreTransport
from platingx.fields.growth_columns import GrowthColumns
from platingx.fields.measure import face_area
from platingx.fields.nodal_field import DISPLACEMENT, NodalField
from platingx.fields.point_data import GROWTH, PointArray
from platingx.fields.solid_region import MODELS, SolidRegion, build_region
from platingx.materials import layout
from platingx.materials.interface_transport import flux_coefficient
from platingx.physics.columns import columns_of
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.interface_diffusion import couple_diffusion
from platingx.physics.solid_model import FIBRE, SolidModel
from platingx.problems.grown_solid import GrownSolid
from platingx.problems.interface_diffusion import DiffusionPath, InterfaceDiffusion
from platingx.problems.problem import Problem
from platingx.problems.shifted_solid import ShiftedSolid
from platingx.problems.solid import Solid
from platingx_meshes.mesh_data import MeshData

__all__ = ["COEFFICIENT", "SHEAR", "SPEED", "UNIAXIAL", "Diffusing", "diffusing"]

SPEED = 5.389420221e-9
"""Of plating lithium at 4 mA/cm2, m/s."""
COEFFICIENT = flux_coefficient(2e-11, 2e-10, 21.6e-30, 300.0)
"""C of lithium along an incoherent interface, m5/(N s)."""
BULK, SHEAR = 11.3e9, 2.49e9
UNIAXIAL = BULK + 4.0 / 3.0 * SHEAR
"""Stiffness of a wide layer, Pa."""


@dataclass
class Diffusing:
    """A block with its diffusion."""

    model: SolidModel
    diffusion: InterfaceDiffusion

    def path(self, name: str) -> DiffusionPath:
        """One of its interfaces."""
        return next(path for path in self.diffusion.paths if path.name == name)

    def pressures(self, name: str) -> tuple[Array, Array]:
        """Places (m) and pressures (Pa) of the nodes of an interface of this rank."""
        path, own = self.path(name), self.diffusion.pressure
        return path.places, own.converged[own.number[path.deposit.places], 0]

    def pressure_at(self, name: str, place: tuple[float, ...]) -> float:
        """Pressure of the node nearest to a place, Pa. Collective."""
        places, values = self.pressures(name)
        distance = np.linalg.norm(np.nan_to_num(places, nan=np.inf) - np.array(place), axis=1)
        here = int(distance.argmin()) if len(distance) else -1
        own = (float(distance[here]), float(values[here])) if here >= 0 else (np.inf, 0.0)
        return min(self.diffusion.pressure.comm.allgather(own))[1]

    def march(self, times: RealArray) -> None:
        """Take one step to each time (s)."""
        self.model.march(times)


def diffusing(
    data: MeshData,
    symmetry: str,
    held: Mapping[str, tuple[int, ...]],
    coefficients: Mapping[str, float],
    ends: Mapping[str, float],
    comm: MPI.Intracomm = MPI.COMM_SELF,
    preset: str = "direct",
    speed: float = SPEED,
    layer: bool = False,
    accreting: Mapping[str, float] = MappingProxyType({}),
    parameters: Array | None = None,
    beside: Mapping[str, Array] = MappingProxyType({}),
) -> Diffusing:
    """Compose a block of metal that is plated on its boundary ``bottom``. Collective.

    Parameters
    ----------
    data
        Mesh of one region ``li``.
    symmetry
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    held
        Components of the displacement that are held, by boundary; those of a path are those of its neighbour.
    coefficients
        C of the paths by boundary, m5/(N s).
    ends
        Pressures at boundaries that paths meet, Pa.
    comm
        Communicator.
    preset
        Of the linear solver.
    speed
        Of plating, m/s.
    layer
        Whether deposits go into columns along the last axis, and not to the faces.
    accreting
        Pressures at boundaries that grow by what leaves there, Pa.
    parameters
        Of the metal, where it is not stiff and elastic.
    beside
        Parameters of further regions by their names, which do not diffuse.
    """
    parts: Discretisation = discretise(data, comm)
    supports: list[Constraint] = [fix(parts, name, axis) for name, axes in held.items() for axis in axes]
    cells = parts.cells("li")
    vector: Array = np.zeros(layout.PARAMETER_COUNT)
    vector[layout.SHEAR_MODULUS], vector[layout.BULK_MODULUS] = SHEAR, BULK
    vector[layout.BULK_DERIVATIVE], vector[layout.FLOW_LAW] = 1.0, layout.FLOW_NONE
    vector = vector if parameters is None else parameters
    points = len(parts.tables.weights)
    direction = fixed_direction(np.eye(parts.loaded.mesh.geometry.dim)[-1], len(cells), points)
    region = build_region(
        "li", parts.loaded.mesh, parts.space, cells, parts.tables, vector, MODELS[symmetry], np.array(FIBRE), direction
    )
    displacement = NodalField(DISPLACEMENT, parts.space)
    others = {name: _beside(parts, name, given, symmetry) for name, given in beside.items()}
    solid = (GrownSolid if layer else ShiftedSolid)(region, displacement)
    array = parts.points.add(PointArray("li", GROWTH, cells, region.growth))
    axisymmetric = symmetry == "axisymmetric"
    diffusion, pressed = couple_diffusion(
        parts,
        solid,
        coefficients,
        "bottom",
        ends,
        supports,
        lambda time: speed * time,
        axisymmetric,
        accreting,
        lambda face: _columns(parts, region, face, axisymmetric),
    )
    fields = [displacement, diffusion.pressure, *(path.deposit for path in diffusion.paths)]
    states = [array] if layer else []
    problem = Problem(fields, [solid, *others.values(), diffusion], [*supports, *pressed], BULK, preset, states=states)
    return Diffusing(SolidModel(parts, {"li": solid, **others}, problem, []), diffusion)


def _beside(parts: Discretisation, name: str, parameters: Array, symmetry: str) -> Solid:
    """A region that does not grow."""
    cells, points = parts.cells(name), len(parts.tables.weights)
    direction = fixed_direction(np.eye(parts.loaded.mesh.geometry.dim)[-1], len(cells), points)
    model, fibre = MODELS[symmetry], np.array(FIBRE)
    return Solid(
        build_region(name, parts.loaded.mesh, parts.space, cells, parts.tables, parameters, model, fibre, direction)
    )


def _columns(parts: Discretisation, region: SolidRegion, face: str, axisymmetric: bool) -> GrowthColumns:
    """Columns that stand on the lower or the upper face of a block. Collective."""
    domain = parts.loaded.mesh
    facets = domain.topology.index_map(domain.topology.dim - 1)
    everything = np.arange(facets.size_local + facets.num_ghosts, dtype=np.int32)
    closed = np.setdiff1d(everything, np.concatenate([parts.facets("bottom"), parts.facets("top")]))
    transport = FibreTransport(
        domain,
        parts.cells("li", ghosts=True),
        region.cells,
        region.geometry.direction,
        parts.facets(face),
        closed,
        parts.tables,
        axisymmetric,
    )
    area = face_area(domain, region.cells, parts.facets(face), axisymmetric)
    return columns_of(parts, region, transport, parts.facets(face), area)
