"""What a failed quadrature point looked like: its state in one line, and which input of it was not finite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.fields.batch_kinematics import evaluate_batch, new_batch_kinematics, volume_modes
from platingx.fields.point_state import named_state
from platingx.fields.solid_region import SolidRegion
from platingx.materials.lanes import LANES


@dataclass(frozen=True)
class PointReport:
    """State of a quadrature point at the start of a constitutive update.

    Attributes
    ----------
    place
        Reference coordinates, m.
    state
        F, Cp^-1 (xx, yy, zz, xy, xz, yz), S, theta, Jg and the step, in SI.
    not_finite
        Inputs of the update that are not finite, in words.
    """

    place: tuple[float, ...]
    state: str
    not_finite: tuple[str, ...]


def report_point(region: SolidRegion, displacement: Array, dt: float, cell: int, point: int) -> PointReport:
    """Look at a point whose update has failed.

    Parameters
    ----------
    region
        Region; its old state is that of the start of the step.
    displacement
        Nodal displacements of the iterate, shape (local nodes, dimension), m.
    dt
        Step, s.
    cell, point
        Position of the cell in the region, and of the point in the cell.
    """
    tables, geometry = region.tables, region.geometry
    kinematics = new_batch_kinematics(geometry.nodes.shape[1], geometry.coordinates.shape[1], displacement.shape[1])
    evaluate_batch(tables, geometry, region.growth, region.growth_exponents, displacement, cell, 1, kinematics)
    place = kinematics.place[:, point]
    modes = np.empty((region.theta.shape[1], LANES))
    volume_modes(tables, geometry, cell, 1, kinematics.place, modes)
    values: dict[str, tuple[str, Array]] = {
        "F": ("the deformation gradient F", kinematics.total[point::LANES].reshape(3, 3))
    }
    if region.is_plastic:
        values |= named_state(region.old, cell, point)
    values["theta"] = ("the volume strain theta", modes[:, point] @ region.theta[cell])
    values["Jg"] = ("the growth Jg", region.growth[cell, point])
    values["dt"] = ("the step dt", np.asarray(dt))
    state = ", ".join(f"{name} = {_short(value)}" for name, (_, value) in values.items())
    bad = [words for words, value in values.values() if not np.isfinite(value).all()]
    if not np.isfinite(region.parameters).all():
        bad.append("a parameter of the material")
    return PointReport(tuple(float(x) for x in place), state, tuple(bad))


def _short(value: Array) -> str:
    """Numbers with five digits, in brackets where there are several."""
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{float(array):.5g}"
    return f"[{' '.join(_short(row) for row in array)}]"
