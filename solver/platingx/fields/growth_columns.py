"""Columns of a layer along its fibres: what enters through each part of a face stays in the column that stands on it.

Each place of the layer has a foot on the face, where the fibre through it starts. W_pk is the mean of the piecewise
linear function N_k of the face over the feet of the part of a cell around the quadrature point p. Columns overlap and
fill the layer,

    V_k = sum_p W_pk V_p,   A_k = int N_k dA,   sum_k V_k = V,

V_p the volumes of the points. A flux q with Q_k = int N_k q dA grows the points by

    dJg_p/dt = sum_k W_pk Q_k/V_k,   so that   sum_p V_p dJg_p/dt = sum_k Q_k = int q dA

to round-off. Where columns narrow to less than cells, feet are wrong by more than the width of N_k, and so is V_k. The
flux of a uniform supply through the face, int N_k q dA with div(q n) = 1, is known much better: W is scaled by rows and
columns in turn, which keeps its sums over k, until V_k is that (Sinkhorn and Knopp, Pacific J. Math. 21, 1967, 343).

The transpose gives to each column the mean of what belongs to its points, and keeps power: with drives
w_p per volume ratio, sum_p w_p dJg_p/dt = sum_k Q_k eta_k with eta_k = sum_p W_pk w_p/V_k.
"""

from __future__ import annotations

from dataclasses import dataclass

import basix
import numpy as np
import ufl
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.fibre_transport import FibreTransport
from platingx.fields.surface_hats import Hats, HatsAt, sums_over_ranks
from platingx.fields.tables import ElementTables

__all__ = ["FacePoints", "GrowthColumns", "feet", "hats_at_feet"]

LATTICE = {2: 9, 3: 6}
"""Parts of an edge of a cell, by dimension, that the feet of its fibres are sampled with."""
ELSEWHERE = 0.01
"""Share of the volume in columns that start elsewhere, above which fluxes through the face say nothing of columns."""
SCALINGS, SCALED = 200, 1e-3
"""Most scalings of the columns, and the relative error of their volumes at which they end."""


@dataclass(frozen=True)
class FacePoints:
    """Quadrature points of the face that columns stand on, of this rank.

    Attributes
    ----------
    places
        Shape (facets, points, dimension), m.
    areas
        Area of each, m2 (m in plane strain).
    volumes
        Volume of the layer behind each by the flux of a uniform supply, m3 (m2 in plane strain).
    """

    places: Array
    areas: Array
    volumes: Array


@dataclass(frozen=True)
class GrowthColumns:
    """The columns of a layer.

    Attributes
    ----------
    comm
        Communicator.
    hats
        Functions on the face.
    of_points
        Their values at the feet of the quadrature points of this rank, (cells, points).
    volumes
        V_k, shape (columns,), m3 (m2 in plane strain).
    areas
        A_k, shape (columns,), m2 (m in plane strain).
    """

    comm: MPI.Intracomm
    hats: Hats
    of_points: HatsAt
    volumes: Array
    areas: Array

    @classmethod
    def build(
        cls,
        comm: MPI.Intracomm,
        hats: Hats,
        of_points: HatsAt,
        point_volumes: Array,
        face: FacePoints,
    ) -> GrowthColumns:
        """Put the columns together. Collective.

        Parameters
        ----------
        comm, hats, of_points
            As above.
        point_volumes
            Volumes of the quadrature points, shape (cells, points).
        face
            Quadrature points of the face on this rank.
        """
        at_face = hats.at(face.places)
        areas, wanted = (sums_over_ranks(comm, at_face.sums(amounts)) for amounts in (face.areas, face.volumes))
        volumes = sums_over_ranks(comm, of_points.sums(point_volumes))
        if abs(wanted.sum() / volumes.sum() - 1.0) < ELSEWHERE and wanted.min() > 0.0:
            wanted *= volumes.sum() / wanted.sum()
            for _ in range(SCALINGS):
                if np.abs(wanted / volumes - 1.0).max() < SCALED:
                    break
                of_points = of_points.weighted(wanted / volumes)
                volumes = sums_over_ranks(comm, of_points.sums(point_volumes))
        return cls(comm, hats, of_points, volumes, areas)

    @property
    def heights(self) -> Array:
        """V_k/A_k: what the deposit of a flux is spread over in each column, m."""
        return self.volumes / self.areas

    def fluxes(self, at_points: HatsAt, amounts: Array) -> Array:
        """Q_k of what passes through points of the face on this rank. Collective.

        Parameters
        ----------
        at_points
            Functions at these points.
        amounts
            Flux times area of each.
        """
        return sums_over_ranks(self.comm, at_points.sums(amounts))

    def at_points(self, values: Array) -> Array:
        """Values of columns (columns,) at the quadrature points of the layer, shape (cells, points)."""
        return self.of_points.at(values)

    def sums(self, amounts: Array) -> Array:
        """Sums of what belongs to the quadrature points (cells, points) over each column. Collective."""
        return sums_over_ranks(self.comm, self.of_points.sums(amounts))


def hats_at_feet(
    transport: FibreTransport, hats: Hats, cells: Int32Array, tables: ElementTables, along: bool
) -> HatsAt:
    """Means of the functions of a face over the feet of the fibres around the quadrature points. Collective.

    A cell is sampled by a lattice, each point of which belongs to the nearest quadrature point in the reference cell:
    the quadrature points alone are too few for the narrow columns that a fine face has in large cells behind it.

    Parameters
    ----------
    transport
        Transport along the fibres.
    hats
        Functions on the face that they start at.
    cells
        Owned cells of the layer.
    tables
        Tabulated functions.
    along
        Whether the fibres run along their direction.

    Raises
    ------
    PETSc.Error
        If the iterations stall on a mesh that is too large to be factorised.
    """
    domain, points = transport.domain, tables.points
    kind = basix.CellType[domain.topology.cell_name()]
    lattice = _lattice(kind)
    distance = np.linalg.norm(_symmetric(kind, points)[:, None] - _symmetric(kind, lattice)[None], axis=-1)
    nearest = (distance <= distance.min(axis=0) + 1e-9).astype(float)  # several where as near, or symmetry is lost
    nearest /= nearest.sum(axis=0)
    return hats.at(feet(transport, cells, lattice, along)).combined(nearest / nearest.sum(axis=1, keepdims=True))


def _symmetric(kind: basix.CellType, points: Array) -> Array:
    """Coordinates in which all corners of a reference cell are alike: barycentric ones of a simplex."""
    if kind in (basix.CellType.quadrilateral, basix.CellType.hexahedron):
        return points
    return np.concatenate([points, 1.0 - points.sum(axis=1, keepdims=True)], axis=1)


def _lattice(kind: basix.CellType) -> Array:
    """Middles of the parts of a reference cell that is cut evenly along its edges, shape (points, dimension)."""
    dimension = len(basix.topology(kind)) - 1
    parts = LATTICE[dimension]
    middles = (np.arange(parts) + 0.5) / parts
    grid = np.stack(np.meshgrid(*[middles] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    if kind in (basix.CellType.quadrilateral, basix.CellType.hexahedron):
        return grid
    steps = basix.create_lattice(kind, parts, basix.LatticeType.equispaced, True)
    inner = [steps[steps.sum(axis=1) < 1.0 - 0.5 / parts] + 1.0 / ((dimension + 1) * parts)]
    return np.concatenate(inner)


def feet(transport: FibreTransport, cells: Int32Array, points: Array, along: bool) -> Array:
    """Places at which the fibres through the quadrature points start, shape (cells, points, dimension), m. Collective.

    Parameters
    ----------
    transport
        Transport along the fibres.
    cells
        Owned cells of the layer.
    points
        Reference coordinates of the quadrature points.
    along
        Whether the fibres run along their direction.

    Raises
    ------
    PETSc.Error
        If the iterations stall on a mesh that is too large to be factorised.
    """
    shape = transport.space.ufl_element().tabulate(0, points)[0]
    dofs = transport.space.dofmap.list[cells]
    places = ufl.SpatialCoordinate(transport.domain)
    found = []
    for axis in range(transport.domain.geometry.dim):
        carried = transport.solve(along, conserved=False, source=0.0, inflow=places[axis])
        found.append(np.einsum("qa,ca->cq", shape, carried.x.array[dofs]))
    return np.stack(found, axis=-1)
