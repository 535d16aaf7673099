"""A finished run as the loading of a crack in its ceramic: stress, pressure and metal at its written states."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.config.materials import Elasticity
from platingx.errors import OutputError
from platingx.fracture.balance import Loading
from platingx.materials.parameters import PRESSURE_LAWS
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.physics.model import Model
from platingx.physics.placed_flaws import PlacedFlaw
from platingx.physics.point_sampling import RegionSampler
from platingx.run.stored_states import StoredStates

__all__ = ["metal_volume_ratio", "run_loading"]


def run_loading(
    model: Model, placed: PlacedFlaw, states: StoredStates, thickness: Array, residual: float, folder: str
) -> Loading:
    """Loading of a crack by a run, from its rest on. The stresses of the loading are collective, as this is.

    Parameters
    ----------
    model
        Model of the run.
    placed
        The flaw.
    states
        Written states with the stress of its ceramic.
    thickness
        Thickness of stress-free metal that had been deposited at each of them, m.
    residual
        Residual stress along the surface, Pa.
    folder
        Named in errors.

    Raises
    ------
    OutputError
        If the run strips metal, or has no written states.
    """
    if not len(states):
        raise OutputError(f"{folder}: no step was written, so that nothing loads the crack")
    if (np.diff(thickness) < 0.0).any() or thickness[0] < 0.0:
        raise OutputError(
            f"{folder}: the run strips metal; growth of a crack is controlled by a charge that does not fall\n"
            "    try:   a run that ends before stripping begins"
        )
    stresses, pressures = [], []
    mouth = (
        None if placed.pressed_at is None else RegionSampler(model, model.case.growth.region, placed.pressed_at[None])
    )
    for stress, pressure in states:
        stresses.append(stress[placed.region][..., [0, 1, 3]])
        pressures.append(0.0 if mouth is None else max(float(mouth.values(pressure[..., None])[0, 0]), 0.0))
    t = placed.tangent
    uniform = residual * np.array([t[0] ** 2, t[1] ** 2, t[0] * t[1]])

    def sampled(places: Array) -> Array:
        inside, turned = placed.in_model(places)
        sampler = RegionSampler(model, placed.region, inside)
        rest = np.zeros((len(places), 3))
        values = np.stack([rest, *(sampler.values(nodal) for nodal in stresses)])
        values[:, turned, 2] *= -1.0  # a reflection turns the sign of the shear stress
        return np.asarray(values + uniform)

    whole = 2.0 if placed.mirror is not None or placed.slits[0].kind == "symmetric" else 1.0
    deposits = whole * model.interface_area * np.concatenate([[0.0], thickness])
    elasticity = model.case.materials[model.case.growth.region].elasticity
    return Loading(
        np.array([0.0, *pressures]),
        deposits,
        sampled,
        lambda pressure: metal_volume_ratio(elasticity, pressure),
        np.concatenate([[0.0], states.times]),
        deposits,
    )


def metal_volume_ratio(elasticity: Elasticity, pressure: Array) -> Array:
    """Volume of a metal under pressures (Pa, at least 0) over that without, by its pressure law."""
    law, derivative = PRESSURE_LAWS[elasticity.pressure_law], float(elasticity.bulk_modulus_derivative or 1.0)
    strains = np.linspace(0.0, -0.8, 801)
    mean = [mean_kirchhoff_stress(law, elasticity.bulk_modulus, derivative, float(x))[0] for x in strains]
    return np.asarray(np.exp(np.interp(pressure, -np.array(mean) / np.exp(strains), strains)))
