"""Notes when elasticity is used beyond its range: above the pressures behind a pressure law, or where a law softens."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.recovery_kernel import stress_measures
from platingx.physics.model import Model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_place, format_value

SOFTENS = {
    "hencky_cauchy": ("compressed below 1/e of its volume", -1.0),
    "hencky_kirchhoff": ("stretched beyond e times its volume", 1.0),
}
"""Words and ln(Je) where a law softens: K e^theta (1 + theta) and K (1 - theta) / Je are its slopes."""
_TWICE_SHEAR = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])


def largest_stretch(stress: Array, ratio: Array, shear_modulus: float) -> float:
    """Largest principal value of the elastic logarithmic strain, or an upper bound of it where that is below 1.

    Parameters
    ----------
    stress
        Cauchy stress, Pa, shape (..., 6).
    ratio
        Elastic volume ratio Je, shape (...).
    shear_modulus
        G of dev(Je sigma) = 2 G dev(strain), Pa.
    """
    scale = ratio / (2.0 * shear_modulus)
    squares = np.einsum("...i,i,...i->...", stress, _TWICE_SHEAR, stress) - stress[..., :3].sum(axis=-1) ** 2 / 3.0
    volume = np.log(ratio) / 3.0
    bound = scale * np.sqrt(2.0 / 3.0 * np.maximum(squares, 0.0)) + volume
    far = bound >= 1.0
    if not far.any():
        return float(bound.max())
    deviator = stress[far] * scale[far][:, None]
    deviator[:, :3] -= deviator[:, :3].mean(axis=-1, keepdims=True)
    measures = np.empty((len(deviator), 3))
    stress_measures(deviator, measures)
    return float((measures[:, 1] + volume[far]).max())


@dataclass
class Excess:
    """One law beyond its range.

    Attributes
    ----------
    since
        Time of the first step beyond it, s.
    largest
        Largest pressure so far, Pa; of a law that softens, the largest |ln Je|.
    place
        Of the largest pressure, m; empty for a law that softens.
    """

    since: float
    largest: float
    place: list[float]


class LawRangeMonitor:
    """Holds the pressures of each region against the range of its pressure law.

    Parameters
    ----------
    model
        Model of the run. ``elasticity.largest_pressure`` of a material is the range, where it is known.
    """

    name = "law_range"

    def __init__(self, model: Model, _surfaces: RegionSurfaces | None = None) -> None:
        self._comm = model.problem.comm
        materials = model.case.materials
        limits = {name: material.elasticity.largest_pressure for name, material in materials.items()}
        self._limits = {name: float(limit) for name, limit in limits.items() if limit is not None}
        self._laws = {name: material.elasticity.pressure_law for name, material in materials.items()}
        finite = [name for name, solid in model.solids.items() if solid.region.strain_scale == 1.0]
        self._shear_moduli = {name: materials[name].elasticity.shear_modulus for name in finite}
        self._found: dict[str, Excess] = {}

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives the sentences about laws that are beyond their range for the first time."""
        beyond: dict[str, tuple[float, list[float]]] = {}
        for name, limit in self._limits.items():
            extreme = snapshot.extremes[f"max_pressure_{name}"]
            if extreme.value > limit:
                beyond[f"{name}.pressure"] = extreme.value, list(extreme.place)
        for name, strain in self._strains(snapshot).items():
            if strain >= 1.0:
                beyond[f"{name}.softening"] = strain, []
        for name, strain in self._stretches(snapshot).items():
            if strain >= 1.0:
                beyond[f"{name}.stretch"] = strain, []
        news = []
        for key, (value, place) in beyond.items():
            known = self._found.get(key)
            if known is None:
                self._found[key] = Excess(snapshot.time, value, place)
                news.append(self._sentence(key))
            elif value > known.largest:
                known.largest, known.place = value, place
        return news

    def _strains(self, snapshot: Snapshot) -> dict[str, float]:
        """Largest ln(Je) towards softening by region with a law that softens."""
        names = [name for name in snapshot.regions if self._laws[name] in SOFTENS]
        found = np.full(len(names), -np.inf)
        for number, name in enumerate(names):
            volumes = snapshot.regions[name].points.volumes
            if volumes.size:
                ratio = volumes[..., 2] / volumes[..., 1]
                towards = SOFTENS[self._laws[name]][1]
                found[number] = towards * math.log(float(ratio.max() if towards > 0.0 else ratio.min()))
        self._comm.Allreduce(MPI.IN_PLACE, found, MPI.MAX)
        return dict(zip(names, found.tolist(), strict=True))

    def _stretches(self, snapshot: Snapshot) -> dict[str, float]:
        """Largest elastic logarithmic stretch by region; of regions far from ``e`` an upper bound of it."""
        found = np.full(len(self._shear_moduli), -np.inf)
        for number, (name, modulus) in enumerate(self._shear_moduli.items()):
            points = snapshot.regions[name].points
            if points.volumes.size:
                found[number] = largest_stretch(points.stress, points.volumes[..., 2] / points.volumes[..., 1], modulus)
        self._comm.Allreduce(MPI.IN_PLACE, found, MPI.MAX)
        return dict(zip(self._shear_moduli, found.tolist(), strict=True))

    def sentences(self) -> list[str]:
        """What is beyond its range, from when on and how far."""
        return [self._sentence(key) for key in self._found]

    def _sentence(self, key: str) -> str:
        region, what = key.rsplit(".", 1)
        found, law = self._found[key], self._laws[region]
        since = f"from t = {format_value(found.since, 's')}"
        if what == "softening":
            return (
                f"{region} is {SOFTENS[law][0]} {since}, where the pressure law {law} softens: pressures from then on "
                "are those of no material"
            )
        if what == "stretch":
            return (
                f"{region} is stretched elastically beyond e times its length {since}, where Hencky's law softens: the "
                "force of a bar that is drawn out, E ln(l)/l, falls from there on"
            )
        return (
            f"the pressure in {region} is beyond {format_value(self._limits[region], 'Pa')}, up to which its pressure "
            f"law {law} holds, {since}: at most {format_value(found.largest, 'Pa')}, at {format_place(found.place)}"
        )

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {key: asdict(found) for key, found in self._found.items()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept; a law with another range now is judged anew from here on."""
        self._found = {key: Excess(**found) for key, found in saved.items()}
