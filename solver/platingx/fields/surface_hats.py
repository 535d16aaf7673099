"""Functions on a face of a mesh, linear (bilinear) in its facets: one for each corner, 1 there and 0 at the others.

The face is that of all ranks, the same on each of them, so that places of any cell can be looked up.
"""

from __future__ import annotations

from dataclasses import dataclass

import basix
import numpy as np
from dolfinx import mesh
from mpi4py import MPI
from scipy.sparse import csr_array, eye_array, kron
from scipy.spatial import cKDTree

from platingx.arrays import Array, Int32Array, IntArray
from platingx.compat import geometry_nodes
from platingx.fields.measure import one_sided_entities

__all__ = ["Hats", "HatsAt", "hats_of_face"]

#: Pieces that are looked at first for the one nearest to a place, and places that are looked up together.
FIRST, TOGETHER = 8, 20_000
_TRIES = 8
_SPLIT = {2: ((0, 1),), 3: ((0, 1, 2),), 4: ((0, 1, 2), (1, 3, 2))}


@dataclass(frozen=True)
class HatsAt:
    """Values of the functions at places.

    Attributes
    ----------
    values
        Sparse matrix, shape (places, functions); rows sum up to one.
    shape
        Shape that the places are in.
    """

    values: csr_array
    shape: tuple[int, ...]

    def at(self, corners: Array) -> Array:
        """The linear function with given values at the corners (functions,) at the places."""
        return np.asarray(self.values @ corners).reshape(self.shape)

    def sums(self, amounts: Array) -> Array:
        """Sums over the places of this rank of amounts times each function, shape (functions,)."""
        return np.asarray(self.values.T @ amounts.ravel())

    def weighted(self, factors: Array) -> HatsAt:
        """The functions times factors (functions,), so that they sum up to one again at each place."""
        values = csr_array(self.values * factors[None, :])
        return HatsAt(csr_array(values.multiply(1.0 / values.sum(axis=1)[:, None])), self.shape)

    def combined(self, factors: Array) -> HatsAt:
        """Linear combinations of the last axis of the places, with factors of shape (new, old)."""
        rows = kron(eye_array(self.values.shape[0] // factors.shape[1]), factors, format="csr")
        return HatsAt(csr_array(rows @ self.values), (*self.shape[:-1], len(factors)))


@dataclass(frozen=True)
class Hats:
    """The functions on a face.

    Attributes
    ----------
    corners
        Coordinates, shape (corners, dimension), m.
    pieces
        Segments, triangles or quadrilaterals between them, shape (pieces, 2, 3 or 4).
    """

    corners: Array
    pieces: IntArray

    def at(self, places: Array) -> HatsAt:
        """Values at the points of the face next to places, shape (..., dimension), m."""
        flat = places.reshape(-1, places.shape[-1])
        split = np.array(_SPLIT[self.pieces.shape[1]])
        simplices = self.pieces[:, split].reshape(-1, split.shape[1])
        chosen, shares = _nearest(self.corners[simplices], flat)
        corners = simplices[chosen]
        if self.pieces.shape[1] == 4:
            corners = self.pieces[chosen // len(split)]
            shares = _on_quadrilateral(self.corners[corners], flat)
        rows = np.repeat(np.arange(len(flat)), corners.shape[1])
        entries = (shares.ravel(), (rows, corners.ravel()))
        return HatsAt(csr_array(entries, shape=(len(flat), len(self.corners))), places.shape[:-1])


def _nearest(ends: Array, places: Array) -> tuple[IntArray, Array]:
    """Number of the nearest segment or triangle, and shares of its corners in the nearest point of it.

    Parameters
    ----------
    ends
        Corners, shape (pieces, corners, dimension).
    places
        Shape (places, dimension).
    """
    middles = ends.mean(axis=1)
    tree, largest = cKDTree(middles), float(np.linalg.norm(ends - middles[:, None], axis=-1).max(initial=0.0))
    chosen, shares = np.zeros(len(places), dtype=np.int64), np.zeros((len(places), ends.shape[1]))
    for start in range(0, len(places), TOGETHER):
        wanted, count = np.arange(start, min(start + TOGETHER, len(places))), min(FIRST, len(ends))
        while len(wanted):  # more and more of those with the next middles, until no other can be nearer
            query = tree.query(places[wanted], count)
            middle, near = (np.asarray(found).reshape(len(wanted), count) for found in query)
            values, distance = _on_pieces(ends[near], places[wanted][:, None])
            best, rows = distance.argmin(axis=1), np.arange(len(wanted))
            chosen[wanted], shares[wanted] = near[rows, best], values[rows, best]
            if count == len(ends):
                break
            wanted = wanted[middle[:, -1] - largest < distance[rows, best]]
            count = min(4 * count, len(ends))
    return chosen, shares


def _on_pieces(ends: Array, places: Array) -> tuple[Array, Array]:
    """Shares of the corners of pieces (..., corners, dimension) in the points next to places, and distances, m."""
    if ends.shape[-2] == 2:
        shares = _on_segment(ends[..., 0, :], ends[..., 1, :], places)
    else:
        shares = _on_triangle(ends, places)
    found = np.einsum("...c,...ci->...i", shares, ends)
    return shares, np.linalg.norm(found - places, axis=-1)


def _on_segment(first: Array, last: Array, places: Array) -> Array:
    along = last - first
    way = np.clip(np.sum((places - first) * along, axis=-1) / np.sum(along * along, axis=-1), 0.0, 1.0)
    return np.stack([1.0 - way, way], axis=-1)


def _on_triangle(ends: Array, places: Array) -> Array:
    """Barycentric coordinates of the projection, or of the nearest point of the three sides where it lies outside."""
    one, two, rest = ends[..., 1, :] - ends[..., 0, :], ends[..., 2, :] - ends[..., 0, :], places - ends[..., 0, :]
    a, b, c = (np.sum(u * v, axis=-1) for u, v in ((one, one), (one, two), (two, two)))
    d, e = np.sum(one * rest, axis=-1), np.sum(two * rest, axis=-1)
    area = a * c - b * b
    second, third = (c * d - b * e) / area, (a * e - b * d) / area
    inside = np.stack([1.0 - second - third, second, third], axis=-1)
    best, shortest = inside, np.where(inside.min(axis=-1) >= 0.0, -1.0, np.inf)
    for first, last in ((0, 1), (1, 2), (2, 0)):
        pair = _on_segment(ends[..., first, :], ends[..., last, :], places)
        shares = np.zeros_like(best)
        shares[..., first], shares[..., last] = pair[..., 0], pair[..., 1]
        distance = np.linalg.norm(np.einsum("...c,...ci->...i", shares, ends) - places, axis=-1)
        nearer = distance < shortest
        best, shortest = np.where(nearer[..., None], shares, best), np.where(nearer, distance, shortest)
    return best


def _on_quadrilateral(ends: Array, places: Array) -> Array:
    """Bilinear functions of quadrilaterals at the points next to places: Gauss and Newton's method, kept inside."""
    xi: Array = np.full((len(places), 2), 0.5)
    for _ in range(_TRIES):
        shares, slopes = _bilinear(xi)
        missing = places - np.einsum("nc,nci->ni", shares, ends)
        tangents = np.einsum("ncj,nci->nij", slopes, ends)
        normal = np.einsum("nij,nik->njk", tangents, tangents)
        step = np.linalg.solve(normal, np.einsum("nij,ni->nj", tangents, missing)[..., None])[..., 0]
        xi = np.clip(xi + step, 0.0, 1.0)
        if not np.any(np.abs(step) > 1e-12):
            break
    return _bilinear(xi)[0]


def _bilinear(xi: Array) -> tuple[Array, Array]:
    """The four functions, shape (n, 4), and their derivatives, shape (n, 4, 2)."""
    x, y = xi.T
    shares = np.stack([(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y], axis=1)
    along = np.stack([y - 1.0, 1.0 - y, -y, y], axis=1)
    across = np.stack([x - 1.0, -x, 1.0 - x, x], axis=1)
    return shares, np.stack([along, across], axis=2)


def hats_of_face(domain: mesh.Mesh, cells: Int32Array, facets: Int32Array) -> Hats:
    """Functions of a face, in the order of the nodes of the mesh file. Collective.

    Parameters
    ----------
    domain
        The mesh.
    cells
        Owned cells on one side of the face.
    facets
        Local facets of the face.
    """
    name, dimension = domain.topology.cell_name(), domain.geometry.dim
    pairs = one_sided_entities(domain, cells, facets).reshape(-1, 2)
    sides = np.array(basix.topology(basix.CellType[name])[-2])
    nodes = geometry_nodes(domain.geometry)[pairs[:, 0][:, None], sides[pairs[:, 1]]]
    here = nodes.reshape(-1, sides.shape[1])
    numbers = np.asarray(domain.geometry.input_global_indices, dtype=np.int64)
    parts: list[tuple[IntArray, Array]] = domain.comm.allgather(
        (numbers[here], domain.geometry.x[here][..., :dimension])
    )
    joined = np.concatenate([part[0] for part in parts])
    names, first = np.unique(joined, return_index=True)
    corners = np.concatenate([part[1] for part in parts]).reshape(-1, dimension)[first]
    pieces = np.searchsorted(names, joined)
    return Hats(corners, pieces[np.lexsort(np.sort(pieces, axis=1).T[::-1])])


def sums_over_ranks(comm: MPI.Intracomm, sums: Array) -> Array:
    """Sums over ranks, to the last bit the same on all of them. Collective."""
    total = np.empty_like(sums)
    comm.Allreduce(np.ascontiguousarray(sums), total, MPI.SUM)
    comm.Bcast(total, root=0)
    return total
