"""Physical constants, SI. Source: CODATA 2018 (exact since the 2019 revision of the SI), NIST SP 961."""

from __future__ import annotations

from typing import Final

__all__ = [
    "AVOGADRO",
    "BOLTZMANN",
    "ELEMENTARY_CHARGE",
    "FARADAY",
    "GAS_CONSTANT",
    "VACUUM_PERMITTIVITY",
    "ZERO_CELSIUS",
]

ELEMENTARY_CHARGE: Final = 1.602176634e-19
"""Charge of a proton, C."""

BOLTZMANN: Final = 1.380649e-23
"""Boltzmann constant, J/K."""

AVOGADRO: Final = 6.02214076e23
"""Avogadro constant, 1/mol."""

FARADAY: Final = AVOGADRO * ELEMENTARY_CHARGE
"""Faraday constant, C/mol (96485.332...)."""

GAS_CONSTANT: Final = AVOGADRO * BOLTZMANN
"""Molar gas constant, J/(mol K) (8.314462618...)."""

VACUUM_PERMITTIVITY: Final = 8.8541878128e-12
"""Electric constant, F/m (measured)."""

ZERO_CELSIUS: Final = 273.15
"""0 degC in K."""
