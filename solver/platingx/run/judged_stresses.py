"""Largest stresses away from singular points, by which ceramics are judged, and how uncertain the mesh makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.spatial import cKDTree

from platingx.arrays import Array, Mask
from platingx.fields.recovery_kernel import stress_measures
from platingx.parallel import global_maximum
from platingx.physics.model import Model
from platingx.physics.pit_tip import pit_tips
from platingx.physics.region_fields import RegionFields
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.singular_points import SingularPoint, short_of_tips, singular_points
from platingx.physics.snapshot import Extreme, Snapshot
from platingx.profiling import timed

__all__ = ["JudgedStresses"]

SMALLEST_RADIUS = 0.25
"""Distance from a singular point within which nothing is judged, relative to the thickness of the metal."""
PRINCIPAL = "max_principal_stress_"
ROUND_OFF = 1e-12
"""Coordinates below this share of the largest one are zero."""


class JudgedStresses:
    """Largest values of a run away from singular points.

    Parameters
    ----------
    model
        Model of the run, at rest.
    surfaces
        Its surfaces.

    Attributes
    ----------
    records
        ``{"value": SI, "place_m": [...], "time_s": ..., "error_estimate": relative}`` by quantity, as in
        :class:`platingx.run.maxima.Maxima`; the estimate stands at principal stresses only.
    points
        Singular points of the model.
    """

    def __init__(self, model: Model, surfaces: RegionSurfaces) -> None:
        self._model = model
        radius = SMALLEST_RADIUS * float(model.growth.thickness)
        found = None if surfaces.table is None else singular_points(surfaces.table, radius)
        self.points: list[SingularPoint] = model.problem.comm.bcast(found, root=0)
        self._tips = [tip for tip in pit_tips(model.case) if self._is_regular(tip)]
        self.points = short_of_tips(self.points, self._tips, radius)
        self.records: dict[str, dict[str, Any]] = {}
        self._allowed: dict[str, Mask] = {}
        self._anywhere: set[str] = set()

    @timed("monitors")
    def update(self, snapshot: Snapshot) -> dict[str, Extreme]:
        """Take a step into account, and give its largest values away from singular points. Collective."""
        extremes = self._extremes(snapshot)
        for name, extreme in extremes.items():
            known = self.records.get(name)
            if known is not None and extreme.value <= known["value"]:
                continue
            record = {"value": extreme.value, "place_m": list(extreme.place), "time_s": snapshot.time}
            if name.startswith(PRINCIPAL):
                record["error_estimate"] = self._error(snapshot.regions[name.removeprefix(PRINCIPAL)], extreme)
            self.records[name] = record
        return extremes

    def near(self, place: Sequence[float]) -> SingularPoint | None:
        """The singular point that a place is nearest to, if it is within its radius."""
        distances = [np.linalg.norm(np.subtract(point.place, place)) / point.radius for point in self.points]
        if not distances or min(distances) > 1.0:
            return None
        return self.points[int(np.argmin(distances))]

    def _extremes(self, snapshot: Snapshot) -> dict[str, Extreme]:
        comm, result = self._model.problem.comm, dict(snapshot.extremes)
        for region, fields in snapshot.regions.items():
            allowed = self._allowed_in(region, fields)
            if region in self._anywhere:
                continue
            places = fields.coordinates.reshape(-1, fields.coordinates.shape[-1])
            for name in snapshot.extremes:
                attribute = name.removesuffix(f"_{region}").removeprefix("max_")
                if name != f"max_{attribute}_{region}" or not hasattr(fields, attribute):
                    continue
                values = np.where(allowed, getattr(fields, attribute).ravel(), -np.inf)
                value, place = global_maximum(comm, values, places)
                if value < snapshot.extremes[name].value:  # else it is the largest anywhere, whose place is known
                    round_off = ROUND_OFF * max(abs(x) for x in place)
                    result[name] = Extreme(value, tuple(x if abs(x) > round_off else 0.0 for x in place))
        return result

    def _allowed_in(self, region: str, fields: RegionFields) -> Mask:
        """Nodes of a region that are judged, flat; found at the first step. Collective."""
        if region not in self._allowed:
            places = fields.coordinates.reshape(-1, fields.coordinates.shape[-1])
            allowed = _away(places, self.points)
            near_tips = [SingularPoint(tip, 1e-3 * self._model.growth.thickness, "") for tip in self._tips]
            allowed |= ~_away(places, near_tips)
            counts = np.array([allowed.sum(), len(allowed)])
            self._model.problem.comm.Allreduce(MPI.IN_PLACE, counts)
            if counts[0] == counts[1] or counts[0] == 0:
                self._anywhere.add(region)
            self._allowed[region] = allowed
        return self._allowed[region]

    def _is_regular(self, place: tuple[float, ...]) -> bool:
        near = 1e-3 * self._model.growth.thickness
        return all(float(np.linalg.norm(np.subtract(point.place, place))) > near for point in self.points)

    def _error(self, fields: RegionFields, extreme: Extreme) -> float:
        """Estimate the error of a largest principal stress by the mesh, relative to it. Collective.

        The larger one of two differences in the cells that have it: of their own linear stress from the nodal
        averages, at all of their nodes (the stress jumps between cells), and of their quadratic from their linear
        stress at the place.
        """
        values = fields.principal_stress
        places = np.linalg.norm(fields.coordinates - np.array(extreme.place), axis=-1)
        here = (values == extreme.value) & (places <= 1e-9 * np.abs(fields.coordinates).max(initial=0.0))
        cells = np.flatnonzero(here.any(axis=1))
        error = 0.0
        if len(cells):
            stress = fields.points.stress[cells]
            linear, quadratic = (_principal(self._model.recovery.fit(stress, better)) for better in (False, True))
            jump = np.abs(linear - values[cells]).max()
            error = float(max(jump, np.abs(quadratic - linear)[here[cells]].max()))
        error = self._model.problem.comm.allreduce(error, MPI.MAX)
        return error / abs(extreme.value) if extreme.value else 0.0

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return self.records

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.records = saved


def _principal(stress: Array) -> Array:
    """Largest principal stresses, shape (cells, nodes), of stresses of shape (cells, nodes, 6)."""
    flat = np.ascontiguousarray(stress).reshape(-1, stress.shape[-1])
    measures = np.empty((len(flat), 3))
    stress_measures(flat, measures)
    return measures[:, 1].reshape(stress.shape[:-1])


def _away(places: Array, points: Sequence[SingularPoint]) -> Mask:
    """Which places, shape (n, dimension), lie farther from all points than their radii."""
    result = np.ones(len(places), dtype=bool)
    if not points or not len(places):
        return result
    tree = cKDTree(places)
    for point in points:
        result[tree.query_ball_point(np.array(point.place), point.radius)] = False
    return result
