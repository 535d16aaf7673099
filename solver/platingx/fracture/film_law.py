"""The flow law of a metal as that of a film."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.fracture.film import FilmLaw
from platingx.materials import layout

__all__ = ["film_law"]


def film_law(parameters: Array) -> FilmLaw | None:
    """Law of a metal that has been sheared for long: its resistance is saturated, S* (rate/r0)^n where it hardens.

    A film is sheared by as many times its width as it has come far. So stress = S* (rate/r0)^(m + n).

    Parameters
    ----------
    parameters
        Of the material, as in :mod:`platingx.materials.layout`.

    Returns
    -------
    FilmLaw or None
        None of a metal that does not flow, or by a law of the user, whose form is not known.
    """
    if parameters[layout.FLOW_LAW] != layout.FLOW_POWER_LAW:
        return None
    hardens = parameters[layout.HARDENING_MODULUS] > 0.0
    resistance = parameters[layout.SATURATION_RESISTANCE if hardens else layout.INITIAL_RESISTANCE]
    exponent = parameters[layout.RATE_SENSITIVITY] + (parameters[layout.SATURATION_EXPONENT] if hardens else 0.0)
    return FilmLaw(float(resistance), float(parameters[layout.REFERENCE_RATE]), float(np.minimum(exponent, 1.0)))
