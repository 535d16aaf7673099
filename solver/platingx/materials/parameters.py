"""From a material of a case to the flat parameter vector of the compiled laws."""

from __future__ import annotations

import math

import numpy as np

from platingx.arrays import Array
from platingx.config.materials import Material
from platingx.config.user_flow_law import UserFlowLaw
from platingx.config.viscoplasticity import (
    AnandNarayan2019,
    NarayanAnand2018,
    Norton,
    NoViscoplasticity,
)
from platingx.constants import GAS_CONSTANT
from platingx.materials import layout
from platingx.materials.user_law_file import fill_user_law

PRESSURE_LAWS = {
    "hencky_kirchhoff": layout.PRESSURE_HENCKY_KIRCHHOFF,
    "hencky_cauchy": layout.PRESSURE_HENCKY_CAUCHY,
    "murnaghan": layout.PRESSURE_MURNAGHAN,
}


def parameter_vector(material: Material, temperature: float) -> Array:
    """Parameters of a material at a temperature.

    Parameters
    ----------
    material
        Material of a region.
    temperature
        Absolute temperature, K.

    Returns
    -------
    Array
        Shape (``PARAMETER_COUNT``,), longer for a law of the user, in the order of :mod:`platingx.materials.layout`.

    Raises
    ------
    CaseError
        If a law of the user cannot be compiled or used.
    """
    elasticity = material.elasticity
    vector = np.zeros(layout.PARAMETER_COUNT)
    vector[layout.SHEAR_MODULUS] = elasticity.shear_modulus
    vector[layout.BULK_MODULUS] = elasticity.bulk_modulus
    vector[layout.PRESSURE_LAW] = PRESSURE_LAWS[elasticity.pressure_law]
    vector[layout.BULK_DERIVATIVE] = elasticity.bulk_modulus_derivative or 1.0
    if isinstance(material.viscoplasticity, UserFlowLaw):
        return fill_user_law(vector, material.viscoplasticity, temperature)
    _fill_flow(vector, material.viscoplasticity, temperature)
    return vector


def _fill_flow(
    vector: Array, law: NoViscoplasticity | Norton | NarayanAnand2018 | AnandNarayan2019, temperature: float
) -> None:
    """All three laws are rate = r0 (s/S)^(1/m) with S constant, or hardening to a saturation."""
    if isinstance(law, NoViscoplasticity):
        vector[layout.FLOW_LAW] = layout.FLOW_NONE
        return
    vector[layout.FLOW_LAW] = layout.FLOW_POWER_LAW
    strengthening = law.size_effect.factor if law.size_effect is not None else 1.0
    if isinstance(law, Norton):
        inverse = 1.0 / temperature - 1.0 / law.reference_temperature
        vector[layout.REFERENCE_RATE] = law.reference_rate * math.exp(-law.activation_energy / GAS_CONSTANT * inverse)
        vector[layout.RATE_SENSITIVITY] = 1.0 / law.stress_exponent
        vector[layout.INITIAL_RESISTANCE] = law.reference_stress * strengthening
        return
    vector[layout.RATE_SENSITIVITY] = law.rate_sensitivity
    vector[layout.INITIAL_RESISTANCE] = law.initial_flow_resistance * strengthening
    vector[layout.HARDENING_MODULUS] = law.hardening_modulus * strengthening
    vector[layout.SATURATION_RESISTANCE] = law.saturation_resistance * strengthening
    vector[layout.HARDENING_EXPONENT] = law.hardening_exponent
    if isinstance(law, NarayanAnand2018):
        vector[layout.REFERENCE_RATE] = law.reference_rate
    elif isinstance(law, AnandNarayan2019):
        vector[layout.REFERENCE_RATE] = law.pre_exponential_rate * math.exp(
            -law.activation_energy / (GAS_CONSTANT * temperature)
        )
        vector[layout.SATURATION_EXPONENT] = law.saturation_exponent
