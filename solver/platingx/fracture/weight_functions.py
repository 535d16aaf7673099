"""Weight functions of a slit: stress intensities of any load of its faces as sums over points along it.

The interaction integral is linear in the displacement, K = m . u + sqrt(2 / pi) int T q / sqrt(r) ds, and the
displacement is that of the forces on the faces, A u = f. So K = (A^-1 m) . f + ...: one solution for each mode gives
the weights of all loads (the idea of Bueckner, ZAMM 50, 1970, 529, and Rice, Int. J. Solids Struct. 8, 1972, 751, in
discrete form).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fracture.crack_integrals import Ring, domain_j, interaction_functional, ring_at
from platingx.fracture.plane_body import Elastic, PlaneBody
from platingx_meshes.slit import SlitMesh

__all__ = ["SlitWeights", "face_load", "slit_weights"]

_POINTS = 5
"""Points along each side of an element, in the root of the distance from the tip."""


@dataclass(frozen=True)
class SlitWeights:
    """Weights of the tractions along a slit.

    Attributes
    ----------
    places
        Points along the slit, shape (points, 2), m.
    distances
        From its start, shape (points,), m.
    weights
        Stress intensity K_I and K_II at each tip over the traction (shear along the slit, normal) at each point, shape
        (tips, 2, points, 2), m^0.5.
    along, normal
        Directions of the slit and of its upper face.
    opening
        Volume between the faces of one metre of depth over a pressure on them, m2/Pa.
    j_deviation
        Relative difference of the energy release rate under a pressure on the faces: domain J-integral against
        (K_I^2 + K_II^2) / E', the largest of all tips; how well the mesh does.
    triangles
        Of the mesh.
    """

    places: Array
    distances: Array
    weights: Array
    along: Array
    normal: Array
    opening: float
    j_deviation: float
    triangles: int

    def intensities(self, stress: Array, pressure: Array | float = 0.0) -> Array:
        """Stress intensities K_I and K_II at each tip, shape (..., tips, 2), Pa m^0.5.

        Parameters
        ----------
        stress
            In-plane stress of the body without slit at the places, (xx, yy, xy), shape (..., points, 3), Pa.
        pressure
            On the faces, Pa, shape (...) or a number.
        """
        return np.einsum("tmpk,...pk->...tm", self.weights, self.tractions(stress, pressure))

    def tractions(self, stress: Array, pressure: Array | float = 0.0) -> Array:
        """Shear along the slit and normal traction that open it, shape (..., points, 2), Pa."""
        (n, m), (a, b) = self.normal, self.along
        x, y = stress[..., 0] * n + stress[..., 2] * m, stress[..., 2] * n + stress[..., 1] * m
        return np.stack([x * a + y * b, x * n + y * m + np.asarray(pressure)[..., None]], axis=-1)


def slit_weights(mesh: SlitMesh, elastic: Elastic) -> SlitWeights:
    """Find the weight functions of a slit.

    Parameters
    ----------
    mesh
        The body with the slit.
    elastic
        Its elasticity.
    """
    body = PlaneBody(mesh, elastic)
    rings = [ring_at(body, tip) for tip in range(len(mesh.slit.tips))]
    functionals = [interaction_functional(body, ring, mode) for ring in rings for mode in (1, 2)]
    symmetric = mesh.slit.kind == "symmetric"
    pressed = face_load(body, np.array([0.0, 1.0]))
    solved = body.solve(np.stack([*functionals, pressed], axis=-1))
    rows = [_weights_along(body, rings[k // 2], k % 2, solved[..., k]) for k in range(len(functionals))]
    distances = rows[0][0]
    weights = np.stack([row[1] for row in rows]).reshape(len(rings), 2, len(distances), 2)
    if symmetric:  # half of the body knows mode I only
        weights[:, 1] = 0.0
        weights[..., 0] = 0.0
    opened = solved[..., -1]
    deviations = []
    for tip, ring in enumerate(rings):
        k = weights[tip, :, :, 1].sum(axis=-1)
        of_k = float((k**2).sum()) / elastic.plane_modulus
        sign = 1.0 if tip == 0 else -1.0
        deviations.append(abs(domain_j(body, ring, opened, sign * mesh.slit.normal) / of_k - 1.0))
    slit = mesh.slit
    places = slit.start + distances[:, None] * slit.direction
    volume = (2.0 if symmetric else 1.0) * float((pressed * opened).sum())
    return SlitWeights(
        places, distances, weights, slit.direction, slit.normal, volume, max(deviations), len(mesh.cells)
    )


def _side_points(count: int) -> tuple[Array, Array]:
    """Gauss points and weights on the unit interval."""
    points, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (points + 1.0), 0.5 * weights


def _on_faces(body: PlaneBody) -> tuple[Array, Array, Array]:
    """Distances from the start and weights along the sides of a face, shape (sides, points), and the shape functions.

    The points are Gauss points in the root of the distance from the nearer tip: 1/sqrt(r) is integrated exactly.
    """
    mesh = body.mesh
    slit = mesh.slit
    sides = mesh.upper if len(mesh.upper) else mesh.lower
    ends = (mesh.points[sides] - slit.start) @ slit.direction  # (sides, 3)
    gauss, weights = _side_points(_POINTS)
    length = slit.length
    from_start = slit.kind == "buried"
    distances, measures = [], []
    for first, last in ends[:, :2]:
        near_start = from_start and 0.5 * (first + last) < 0.5 * length
        low, high = np.sqrt(np.maximum((first, last) if near_start else (length - last, length - first), 0.0))
        root = low + (high - low) * gauss
        distances.append(root**2 if near_start else length - root**2)
        measures.append(2.0 * root * (high - low) * weights)
    s = np.array(distances)
    # position t of each point in its quadratic side, whose middle node may stand at a quarter: s = s0 + b t + c t^2
    start, end, middle = (ends[:, i, None] for i in range(3))
    c = 2.0 * (start + end) - 4.0 * middle
    b = end - start - c
    root = np.sqrt(np.maximum(b**2 - 4.0 * c * (start - s), 0.0))
    t = np.clip(2.0 * (s - start) / (b + root), 0.0, 1.0)
    shape = np.stack([(1 - t) * (1 - 2 * t), t * (2 * t - 1), 4 * t * (1 - t)], axis=-1)
    return s, np.array(measures), shape


def face_load(body: PlaneBody, traction: Array) -> Array:
    """Nodal forces (N/m per metre of depth) of a uniform traction on the faces, shape (nodes, 2).

    Parameters
    ----------
    body
        The body.
    traction
        Shear along the slit and normal traction that open it, Pa.
    """
    slit = body.mesh.slit
    _, measure, shape = _on_faces(body)
    vector = traction[0] * slit.direction + traction[1] * slit.normal
    result = np.zeros_like(body.mesh.points)
    for sides, sign in ((body.mesh.upper, 1.0), (body.mesh.lower, -1.0)):
        if len(sides):
            nodal = np.einsum("kq,kqa->ka", measure, shape)[..., None] * (sign * vector)
            np.add.at(result, sides, nodal)
    return result


def _weights_along(body: PlaneBody, ring: Ring, mode: int, solved: Array) -> tuple[Array, Array]:
    """Distances from the start and weights of (shear, normal) traction at the points of the faces."""
    slit = body.mesh.slit
    s, measure, shape = _on_faces(body)
    jump = np.zeros((*s.shape, 2))
    for sides, sign in ((body.mesh.upper, 1.0), (body.mesh.lower, -1.0)):
        if len(sides):
            jump += sign * np.einsum("kqa,kai->kqi", shape, solved[sides])
    local = np.stack([jump @ slit.direction, jump @ slit.normal], axis=-1)
    radius = np.abs(s - (slit.length if np.allclose(ring.tip, slit.end) else 0.0))
    local[..., 1 - mode] += np.sqrt(2.0 / (np.pi * radius)) * ring.weight(radius)
    return s.ravel(), (local * measure[..., None]).reshape(-1, 2)
