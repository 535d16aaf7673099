"""Domain integrals at the tip of a slit: the J-integral, and the interaction integral as a functional of displacement.

With q from 1 at the tip to 0, e along the crack, t on the faces and stresses in equilibrium in between,

    J = int (s_ij e.grad u_i - W e_j) q,j dA - int_faces t . (e.grad u) q ds
    I = int (s_ij e.grad a_i + b_ij e.grad u_i - b_ik u_i,k e_j) q,j dA - int_faces t . (e.grad a) q ds

where a and b are displacement and stress of a unit K_I or K_II: K = E' I / 2 (Shih, Moran and Nakamura, Int. J. Fract.
30, 1986, 79; Yau, Wang and Corten, J. Appl. Mech. 47, 1980, 335).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.fracture.near_tip import near_tip
from platingx.fracture.plane_body import CellPoints, PlaneBody

__all__ = ["Ring", "domain_j", "interaction_functional", "ring_at", "ring_points"]

_DEGREE = 8
"""Of the quadrature in the ring: the fields are no polynomials there."""
INNER, OUTER = 0.2, 0.9
"""Radii of the ring relative to its room."""


@dataclass(frozen=True)
class Ring:
    """What q falls in: around one tip of a slit.

    Attributes
    ----------
    tip
        m.
    along, across
        Unit vectors of the crack at this tip: from its inside through the tip, and turned to the left.
    inner, outer
        Radii, m.
    multiplicity
        2 where a half of the body is modelled.
    upper, lower
        Sides along the faces at the left and at the right of the crack, towards the tip, shape (k, 3).
    """

    tip: Array
    along: Array
    across: Array
    inner: float
    outer: float
    multiplicity: int
    upper: IntArray
    lower: IntArray

    def weight(self, radius: Array) -> Array:
        """Value of q at distances from the tip."""
        x = np.clip((radius - self.inner) / (self.outer - self.inner), 0.0, 1.0)
        return np.asarray(1.0 - x**3 * (10.0 - 15.0 * x + 6.0 * x**2))

    def slope(self, places: Array) -> Array:
        """Gradient of q at places, shape (..., 2), 1/m."""
        away = places - self.tip
        radius = np.linalg.norm(away, axis=-1)
        width = self.outer - self.inner
        x = np.clip((radius - self.inner) / width, 0.0, 1.0)
        return np.asarray((-30.0 * x**2 * (1.0 - x) ** 2 / width / radius)[..., None] * away)


def ring_at(body: PlaneBody, tip: int = 0, inner: float = INNER, outer: float = OUTER) -> Ring:
    """Ring around a tip.

    Parameters
    ----------
    body
        The body.
    tip
        0 for the end of the slit, 1 for the start of a buried one.
    inner, outer
        Radii relative to the length of the piece at the tip, or to the distance of the tip from the outline where that
        is smaller.
    """
    mesh = body.mesh
    slit = mesh.slit
    room = min(slit.piece(tip), mesh.clearance[tip])
    along = slit.heading(tip)
    upper, lower = (mesh.upper, mesh.lower) if tip == 0 else (_backwards(mesh.lower), _backwards(mesh.upper))
    multiplicity = 2 if slit.kind == "symmetric" else 1
    return Ring(
        slit.tips[tip],
        along,
        np.array([-along[1], along[0]]),
        inner * room,
        outer * room,
        multiplicity,
        upper,
        lower,
    )


def _backwards(sides: IntArray) -> IntArray:
    return sides[::-1][:, [1, 0, 2]]


def interaction_functional(body: PlaneBody, ring: Ring, mode: int, at: CellPoints | None = None) -> Array:
    """Nodal vector m of the part of K (Pa m^0.5) that the displacement gives, K = m . u + that of the faces.

    Parameters
    ----------
    body, ring
        The body and the place.
    mode
        1 or 2.
    at
        Points of the ring, if they are known: :func:`ring_points`.

    Returns
    -------
    Array
        Shape (nodes, 2), Pa m^-0.5.
    """
    at = at or ring_points(body, ring)
    elastic = body.elastic
    turn = np.stack([ring.along, ring.across])
    shape = at.places.shape[:2]
    local = ((at.places - ring.tip) @ turn.T).reshape(-1, 2)
    unit = near_tip(local, mode, elastic.shear_modulus, elastic.poisson_ratio)
    gradient = np.einsum("ai,nab,bj->nij", turn, unit.gradient, turn).reshape(*shape, 2, 2)
    stress = np.einsum("ai,nab,bj->nij", turn, unit.stress, turn).reshape(*shape, 2, 2)
    slope = ring.slope(at.places)
    moved = gradient @ ring.along
    of_gradient = np.einsum("klij,cqk,cql->cqij", elastic.stiffness, moved, slope, optimize=True)
    of_gradient += np.einsum("cqij,cqj,k->cqik", stress, slope, ring.along)
    of_gradient -= (slope @ ring.along)[..., None, None] * stress
    nodal = np.einsum("cq,cqij,cqaj->cai", at.weights, of_gradient, at.gradients, optimize=True)
    result = np.zeros_like(body.mesh.points)
    np.add.at(result, at.cells, nodal)
    return result * (0.5 * ring.multiplicity * elastic.plane_modulus)


def domain_j(body: PlaneBody, ring: Ring, displacement: Array, tractions: Array, at: CellPoints | None = None) -> float:
    """J-integral (J/m2) of a displacement.

    Parameters
    ----------
    body, ring
        The body and the place.
    displacement
        Shape (nodes, 2), m.
    tractions
        On the left face, Pa, shape (2,), the same everywhere; the right one has the opposite.
    at
        Points of the ring, if they are known: :func:`ring_points`.
    """
    at = at or ring_points(body, ring)
    gradient = np.einsum("cai,cqaj->cqij", displacement[at.cells], at.gradients)
    stress = np.einsum("ijkl,cqkl->cqij", body.elastic.stiffness, gradient)
    slope = ring.slope(at.places)
    energy = 0.5 * np.einsum("cqij,cqij->cq", stress, gradient)
    flux = np.einsum("cqij,cqi,cqj->cq", stress, gradient @ ring.along, slope) - energy * (slope @ ring.along)
    result = float((flux * at.weights).sum())
    position, weights = np.polynomial.legendre.leggauss(8)
    t = 0.5 * (position + 1.0)
    shape = np.stack([(1 - t) * (1 - 2 * t), t * (2 * t - 1), 4 * t * (1 - t)])
    rate = np.stack([4 * t - 3, 4 * t - 1, 4 - 8 * t])
    for sides, sign in ((ring.upper, 1.0), (ring.lower, -1.0)):
        places = np.einsum("aq,kai->kqi", shape, body.mesh.points[sides])
        moved = np.einsum("aq,kai->kqi", rate, displacement[sides])
        q = ring.weight(np.linalg.norm(places - ring.tip, axis=-1))
        result -= sign * float(((moved @ tractions) * q * 0.5 * weights).sum())
    return ring.multiplicity * result


def ring_points(body: PlaneBody, ring: Ring) -> CellPoints:
    """Quadrature points of the cells that a ring passes through."""
    distance = np.linalg.norm(body.mesh.points[body.mesh.cells] - ring.tip, axis=-1)
    cells = np.flatnonzero((distance.max(axis=1) > ring.inner) & (distance.min(axis=1) < ring.outer))
    return body.points(cells, _DEGREE)
