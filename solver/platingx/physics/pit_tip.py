"""What a run reports at the tip of its pit: a place that finer meshes keep, unlike that of a largest value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from platingx.config.case import Case
from platingx.config.geometry import SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.quantities import ConvergedState, Quantity, reported

__all__ = ["build_pit_tip", "pit_tips"]


def pit_tips(case: Case) -> list[tuple[float, ...]]:
    """Deepest points of the pits of a built geometry, m; of a groove that at y = 0. None in a mesh from a file."""
    geometry = case.geometry
    if isinstance(geometry, SurfacePitGeometry):
        return [(0.0, -float(geometry.pit.depth))]
    if isinstance(geometry, SurfacePit3DGeometry):
        return [(float(place.x), float(place.y), -float(geometry.pit.depth)) for place in geometry.places]
    return []


def build_pit_tip(case: Case, _discretisation: Discretisation, _parts: Mapping[str, Part]) -> Part | None:
    """Pressure of metals and principal stress of the others at the tip of the one pit of a built geometry."""
    tips = pit_tips(case)
    if len(tips) != 1:
        return None
    return Part(name="pit_tip", quantities=tuple(_at_tip(case, region, tips[0]) for region in case.materials))


def _at_tip(case: Case, region: str, tip: tuple[float, ...]) -> Quantity:
    metal = case.materials[region].role == "metal"
    attribute = "pressure" if metal else "principal_stress"
    return reported(f"{attribute}_at_tip", _nearest_value(region, attribute, tip), of=region)


def _nearest_value(region: str, attribute: str, tip: tuple[float, ...]) -> Callable[[ConvergedState], float]:
    """Value of a nodal field at the node nearest to the tip; the node is looked for once."""
    known: list[tuple[float, int]] = []

    def value(state: ConvergedState) -> float:
        fields = state.regions[region]
        if not known:
            places = fields.coordinates.reshape(-1, fields.coordinates.shape[-1])
            distances = np.linalg.norm(places - np.array(tip), axis=1)
            known.append((float(distances.min(initial=np.inf)), int(distances.argmin()) if distances.size else -1))
        distance, node = known[0]
        here = float(getattr(fields, attribute).flat[node]) if node >= 0 else 0.0
        found: tuple[float, float] = min(state.problem.comm.allgather((distance, here)), key=lambda pair: pair[0])
        return found[1]

    return value
