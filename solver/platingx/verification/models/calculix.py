"""Stresses of CalculiX beside ours at the same places of the same mesh."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.exchange.calculix_deck import MEGAPASCAL, MICROMETRE, Deck, DeckSupport
from platingx.exchange.ccx import CalculixRun, ccx_program, run_ccx
from platingx.fields.recovery_kernel import stress_measures
from platingx.physics.solid_model import SolidModel
from platingx_meshes.mesh_data import MeshData

__all__ = ["SideBySide", "held", "missing_program", "run_deck", "side_by_side", "von_mises"]


_BARLOW = 1.0 / np.sqrt(3.0)


@dataclass(frozen=True)
class SideBySide:
    """Stresses in Pa (points, 6) of a region at the integration points of CalculiX, and the weight of each point.

    Attributes
    ----------
    theirs, ours : array
        Components xx, yy, zz, xy (out of plane shear is zero).
    places : array
        Where, shape (points, 2), m.
    weights : array
        Sum 1.
    """

    theirs: Array
    ours: Array
    places: Array
    weights: Array

    def mean_pressure(self) -> tuple[float, float]:
        """Averages over the region, theirs and ours, Pa."""
        theirs, ours = (float(self.weights @ -stress[:, :3].sum(axis=1)) / 3.0 for stress in (self.theirs, self.ours))
        return theirs, ours

    def mean_von_mises(self) -> tuple[float, float]:
        """Averages over the region, theirs and ours, Pa."""
        return float(self.weights @ von_mises(self.theirs)), float(self.weights @ von_mises(self.ours))

    def largest_principal(self) -> tuple[float, float]:
        """Largest principal stress, theirs and ours, Pa."""
        theirs, ours = self.principal()
        return float(theirs.max()), float(ours.max())

    def principal(self) -> tuple[Array, Array]:
        """Largest principal stress at each point, theirs and ours, Pa."""
        return _measures(self.theirs)[:, 1], _measures(self.ours)[:, 1]

    def distance(self) -> float:
        """Root mean square of the difference of the stress tensors over that of ours."""
        double = np.array([1.0, 1.0, 1.0, 2.0])
        apart, size = (self.weights @ (stress**2 @ double) for stress in (self.theirs - self.ours, self.ours))
        return float(np.sqrt(apart / size))


def missing_program() -> str:
    """Why CalculiX cannot be run here; empty if it can."""
    if ccx_program() is None:
        return "CalculiX is not installed: there is no ccx on the path, and PLATINGX_CCX names none"
    return ""


def run_deck(deck: Deck) -> CalculixRun:
    """Run a deck in a folder that is removed afterwards.

    Raises
    ------
    VerificationError
        If there is no CalculiX.
    """
    program = ccx_program()
    if program is None:
        raise VerificationError(missing_program())
    with tempfile.TemporaryDirectory(prefix="platingx-ccx-") as folder:
        return run_ccx(program, deck.text(), Path(folder))


def held(data: MeshData, boundary: str, *components: int) -> DeckSupport:
    """A support on all nodes of a boundary."""
    return DeckSupport(boundary, np.unique(data.boundary_facets(boundary)), components)


def side_by_side(run: CalculixRun, model: SolidModel, region: str) -> SideBySide:
    """Bring the stresses of a region to the integration points of CalculiX. Quadrilaterals in plane strain.

    1. CalculiX integrates a plane element in several planes of points across its depth: one of them is taken.
    2. Nine points of an element are ours too (3 x 3 Gauss). Four (reduced integration) are points where a
       bilinear fit of our stresses is most accurate (Barlow 1976).
    3. Points are paired by their place.
    """
    stresses, places = run.last("stresses", region), run.last("global coordinates", region)
    first = places.values[:, 2] < places.values[:, 2].min() + 1e-3 * np.ptp(places.values[:, 2])
    theirs, where = stresses.values[first][:, :4] * MEGAPASCAL, places.values[first][:, :2] * MICROMETRE
    arrays = model.region(region)
    per_cell = len(where) // len(arrays.cells)
    points = model.parts.tables.points
    reference = points if per_cell == len(points) else _reduced_points(points)
    shares = model.parts.tables.weights if per_cell == len(points) else np.full(len(reference), 1.0)
    fit = _bilinear(reference) @ np.linalg.pinv(_bilinear(points))
    if per_cell == len(points):
        fit = np.eye(len(points))
    ours = np.einsum("pq,cqk->cpk", fit, model.stress(region)[..., :4])
    place = np.einsum("pq,cqi->cpi", fit, model.point_coordinates(region))
    areas = np.einsum("cq->c", arrays.stress_and_volumes(np.zeros_like(model.problem.displacement))[1][..., 0])
    distance, order = cKDTree(place.reshape(-1, 2)).query(where)
    if per_cell not in (4, 9) or distance.max() > 0.05 * np.sqrt(areas.min()):
        raise VerificationError(f"{region}: the integration points of CalculiX are not those expected")
    weights = np.outer(areas, shares / shares.sum()).ravel()[order]
    return SideBySide(theirs, ours.reshape(-1, 4)[order], where, weights / weights.sum())


def _reduced_points(points: Array) -> Array:
    """The 2 x 2 Gauss points on the reference square of our points."""
    one = 0.5 * (1.0 + _BARLOW * np.array([-1.0, 1.0]))
    if points.min() < 0.0:
        one = 2.0 * one - 1.0
    return np.array([(x, y) for y in one for x in one])


def _bilinear(points: Array) -> Array:
    x, y = points.T
    return np.stack([np.ones_like(x), x, y, x * y], axis=1)


def _measures(stress: Array) -> Array:
    """Pressure, largest principal and von Mises stress of components xx, yy, zz, xy."""
    full = np.zeros((len(stress), 6))
    full[:, :4] = stress
    result = np.empty((len(stress), 3))
    stress_measures(full, result)
    return result


def von_mises(stress: Array) -> Array:
    """Von Mises stress of components xx, yy, zz, xy, shape (points, 4)."""
    return _measures(stress)[:, 2]
