"""Which mechanism carries the creep of a metal, over stress, size and temperature.

Diffusion through the body (Nabarro 1948, Herring 1950), along its interfaces (Coble 1963), and glide of dislocations
by the flow law of the material in its steady state. The factors 14 and 14 pi of the first two are those of Frost and
Ashby's deformation maps as they are commonly quoted; the book was not opened: they are unverified.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array
from platingx.config.viscoplasticity import (
    AnandNarayan2019,
    NarayanAnand2018,
    Norton,
    NoViscoplasticity,
    Viscoplasticity,
)
from platingx.constants import BOLTZMANN, GAS_CONSTANT

__all__ = ["MECHANISMS", "CreepRates", "creep_rates", "has_steady_rate", "steady_rate"]

MECHANISMS = ("bulk diffusion", "interface diffusion", "dislocations")
"""In the order of their numbers in maps."""
_FACTOR = 14.0


def has_steady_rate(law: Viscoplasticity) -> bool:
    """Whether a flow law has a steady state that :func:`steady_rate` knows."""
    return isinstance(law, AnandNarayan2019 | NarayanAnand2018 | Norton)


def steady_rate(law: Viscoplasticity, stress: Array | float, temperature: float) -> Array:
    """Steady equivalent creep rate of a flow law, its resistance saturated, 1/s.

    Parameters
    ----------
    law
        Flow law; one of the user has no steady state that is known here, and no law no creep: both give 0.
    stress
        Equivalent stress, Pa, any shape.
    temperature
        K.
    """
    stress = np.asarray(stress, dtype=float)
    if isinstance(law, AnandNarayan2019):
        rate = law.pre_exponential_rate * math.exp(-law.activation_energy / (GAS_CONSTANT * temperature))
        reduced = stress / (law.saturation_resistance * _strength(law))
        return np.asarray(rate * reduced ** (1.0 / (law.rate_sensitivity + law.saturation_exponent)))
    if isinstance(law, NarayanAnand2018):
        reduced = stress / (law.saturation_resistance * _strength(law))
        return np.asarray(law.reference_rate * reduced ** (1.0 / law.rate_sensitivity))
    if isinstance(law, Norton):
        warmth = 1.0 / temperature - 1.0 / law.reference_temperature
        rate = law.reference_rate * math.exp(-law.activation_energy / GAS_CONSTANT * warmth)
        return np.asarray(rate * (stress / (law.reference_stress * _strength(law))) ** law.stress_exponent)
    return np.zeros_like(stress)


def _strength(law: AnandNarayan2019 | NarayanAnand2018 | Norton) -> float:
    return 1.0 if law.size_effect is None else law.size_effect.factor


@dataclass(frozen=True)
class CreepRates:
    """Rates of the mechanisms, 1/s, all of one shape.

    Attributes
    ----------
    bulk, interface, dislocations
        Nabarro-Herring creep, Coble creep, and the flow law.
    """

    bulk: Array
    interface: Array
    dislocations: Array

    @property
    def diffusional(self) -> Array:
        """Sum of the two that diffusion carries."""
        return np.asarray(self.bulk + self.interface)

    @property
    def largest(self) -> Array:
        """Number of the mechanism with the largest rate, by :data:`MECHANISMS`."""
        return np.asarray(np.argmax(np.stack([self.bulk, self.interface, self.dislocations]), axis=0))


def creep_rates(
    stress: Array | float,
    size: Array | float,
    temperature: float,
    atomic_volume: float,
    bulk_diffusivity: float,
    interface_product: float,
    law: Viscoplasticity = NoViscoplasticity(),  # noqa: B008
) -> CreepRates:
    """Creep rates of a body of a size under a stress.

    Parameters
    ----------
    stress
        Pa.
    size
        Of grain or body, m; of a shape that fits that of `stress`.
    temperature
        K.
    atomic_volume
        m3.
    bulk_diffusivity
        m2/s.
    interface_product
        Width times diffusivity of the interfaces, m3/s.
    law
        Flow law of the material.
    """
    stress, size = np.broadcast_arrays(np.asarray(stress, dtype=float), np.asarray(size, dtype=float))
    driving = _FACTOR * stress * atomic_volume / (BOLTZMANN * temperature)
    bulk = driving * bulk_diffusivity / size**2
    interface = math.pi * driving * interface_product / size**3
    return CreepRates(bulk, interface, steady_rate(law, stress, temperature))
