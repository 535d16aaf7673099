"""Weight functions of a slit: stress intensities of any load of its faces as sums over points along it.

The interaction integral is linear in the displacement, K = m . u + sqrt(2 / pi) int T q / sqrt(r) ds, and the
displacement is that of the forces on the faces, A u = f. So K = (A^-1 m) . f + ...: one solution for each mode gives
the weights of all loads (the idea of Bueckner, ZAMM 50, 1970, 529, and Rice, Int. J. Solids Struct. 8, 1972, 751, in
discrete form).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from platingx.arrays import Array
from platingx.fracture.crack_integrals import Ring, domain_j, interaction_functional, ring_at, ring_points
from platingx.fracture.plane_body import Elastic, PlaneBody
from platingx_meshes.slit import SlitMesh

__all__ = ["SlitWeights", "face_load", "face_openings", "slit_weights", "weights_of"]

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
        Directions of the slit and of its upper face at the points, shape (points, 2).
    volume_weights
        Volume between the faces of one metre of depth over the traction at each point, shape (points, 2), m2/Pa.
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
    volume_weights: Array
    j_deviation: float
    triangles: int

    @property
    def opening(self) -> float:
        """Volume between the faces of one metre of depth over a pressure on them, m2/Pa."""
        return float(self.volume_weights[:, 1].sum())

    def volumes(self, tractions: Array) -> Array:
        """Volume between the faces of one metre of depth, shape (...), m2, by tractions, shape (..., points, 2), Pa."""
        return np.einsum("pk,...pk->...", self.volume_weights, tractions)

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
        (n, m), (a, b) = self.normal.T, self.along.T
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
    return weights_of(PlaneBody(mesh, elastic))


def weights_of(body: PlaneBody) -> SlitWeights:
    """Find the weight functions of the slit of a body."""
    mesh = body.mesh
    slit = mesh.slit
    rings = [ring_at(body, tip) for tip in range(len(slit.tips))]
    points = [ring_points(body, ring) for ring in rings]
    symmetric = slit.kind == "symmetric"
    modes = (1,) if symmetric else (1, 2)
    functionals = [
        interaction_functional(body, ring, mode, at) for ring, at in zip(rings, points, strict=True) for mode in modes
    ]
    faces = _on_faces(body)
    pressed = face_load(body, np.array([0.0, 1.0]))
    solved = body.solve(np.stack([*functionals, pressed], axis=-1))
    weights = np.zeros((len(rings), 2, faces.distances.size, 2))
    for k, (tip, mode) in enumerate(product(range(len(rings)), modes)):
        weights[tip, mode - 1] = _tip_weights(body, faces, rings[tip], tip, mode - 1, solved[..., k])
    volumes = (_jump(body, faces, solved[..., -1]) * faces.measures[..., None]).reshape(-1, 2)
    if symmetric:  # half of the body knows mode I and half of the opening only
        weights[..., 0] = 0.0
        volumes = volumes * np.array([0.0, 2.0])
    deviations = []
    for tip, ring in enumerate(rings):
        k = weights[tip, :, :, 1].sum(axis=-1)
        of_k = float((k**2).sum()) / body.elastic.plane_modulus
        deviations.append(abs(domain_j(body, ring, solved[..., -1], ring.across, points[tip]) / of_k - 1.0))
    distances = faces.distances.ravel()
    along, normal = (np.repeat(part, faces.distances.shape[1], axis=0) for part in (faces.along, faces.normal))
    deviation, triangles = max(deviations), len(mesh.cells)
    return SlitWeights(slit.at(distances), distances, weights, along, normal, volumes, deviation, triangles)


def _side_points(count: int) -> tuple[Array, Array]:
    """Gauss points and weights on the unit interval."""
    points, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (points + 1.0), 0.5 * weights


@dataclass(frozen=True)
class _Faces:
    """Points along the sides of a face: distances (m) from the start and weights, shape (sides, points).

    Then the shape functions there, shape (sides, points, 3), and directions along and normal to each side, (sides, 2).
    """

    distances: Array
    measures: Array
    shape: Array
    along: Array
    normal: Array


def _on_faces(body: PlaneBody) -> _Faces:
    """Gauss points in the root of the distance from the nearer tip: 1/sqrt(r) is integrated exactly."""
    mesh = body.mesh
    slit = mesh.slit
    places = mesh.points[mesh.upper if len(mesh.upper) else mesh.lower]
    steps = places[:, 1] - places[:, 0]
    sizes = np.linalg.norm(steps, axis=1)
    last = np.cumsum(sizes)
    first = last - sizes
    length = float(last[-1])
    gauss, weights = _side_points(_POINTS)
    distances, measures = [], []
    for low_end, high_end in zip(first, last, strict=True):
        near_start = slit.kind == "buried" and 0.5 * (low_end + high_end) < 0.5 * length
        ends = (low_end, high_end) if near_start else (length - high_end, length - low_end)
        low, high = np.sqrt(np.maximum(ends, 0.0))
        root = low + (high - low) * gauss
        distances.append(root**2 if near_start else length - root**2)
        measures.append(2.0 * root * (high - low) * weights)
    s = np.array(distances)
    # position t of each point in its quadratic side, whose middle node may stand at a quarter: s = s0 + b t + c t^2
    start, end = first[:, None], last[:, None]
    middle = start + np.linalg.norm(places[:, 2] - places[:, 0], axis=1)[:, None]
    c = 2.0 * (start + end) - 4.0 * middle
    b = end - start - c
    root = np.sqrt(np.maximum(b**2 - 4.0 * c * (start - s), 0.0))
    t = np.clip(2.0 * (s - start) / (b + root), 0.0, 1.0)
    shape = np.stack([(1 - t) * (1 - 2 * t), t * (2 * t - 1), 4 * t * (1 - t)], axis=-1)
    along = steps / sizes[:, None]
    return _Faces(s, np.array(measures), shape, along, np.stack([-along[:, 1], along[:, 0]], axis=1))


def face_load(body: PlaneBody, traction: Array) -> Array:
    """Nodal forces (N/m per metre of depth) of tractions on the faces, shape (nodes, 2).

    Parameters
    ----------
    body
        The body.
    traction
        Shear along the slit and normal traction that open it, shape (2,) or (points, 2) as in `SlitWeights`, Pa.
    """
    faces = _on_faces(body)
    values = np.broadcast_to(traction, (faces.distances.size, 2)).reshape(*faces.distances.shape, 2)
    vectors = values[..., :1] * faces.along[:, None] + values[..., 1:] * faces.normal[:, None]
    result = np.zeros_like(body.mesh.points)
    for sides, sign in ((body.mesh.upper, 1.0), (body.mesh.lower, -1.0)):
        if len(sides):
            np.add.at(result, sides, sign * np.einsum("kq,kqa,kqi->kai", faces.measures, faces.shape, vectors))
    return result


def face_openings(body: PlaneBody, displacement: Array) -> Array:
    """Sliding and opening of the faces at the points of `SlitWeights`, shape (points, 2), m.

    Parameters
    ----------
    body
        The body.
    displacement
        Shape (nodes, 2), m.
    """
    found = _jump(body, _on_faces(body), displacement).reshape(-1, 2)
    return found * np.array([0.0, 2.0]) if body.mesh.slit.kind == "symmetric" else found


def _jump(body: PlaneBody, faces: _Faces, displacement: Array) -> Array:
    """Displacement along and normal to the slit of the upper face less that of the lower, shape (sides, points, 2)."""
    jump = np.zeros((*faces.distances.shape, 2))
    for sides, sign in ((body.mesh.upper, 1.0), (body.mesh.lower, -1.0)):
        if len(sides):
            jump += sign * np.einsum("kqa,kai->kqi", faces.shape, displacement[sides])
    return np.stack([np.einsum("kqi,ki->kq", jump, unit) for unit in (faces.along, faces.normal)], axis=-1)


def _tip_weights(body: PlaneBody, faces: _Faces, ring: Ring, tip: int, mode: int, solved: Array) -> Array:
    """Weights of (shear, normal) traction at the points of the faces, shape (points, 2)."""
    local = _jump(body, faces, solved)
    radius = np.abs(faces.distances - (body.mesh.slit.length if tip == 0 else 0.0))
    local[..., 1 - mode] += np.sqrt(2.0 / (np.pi * radius)) * ring.weight(radius)
    return (local * faces.measures[..., None]).reshape(-1, 2)
