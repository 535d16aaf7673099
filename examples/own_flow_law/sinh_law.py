"""Flow law of Garofalo: rate = A sinh(s/S)^n exp(-Q/RT), with linear hardening that a saturation ends.

Numbers arrive in SI units. The functions are compiled by Numba; arithmetic, math and numpy on numbers will do. The rate
must not fall with the stress. A law that does not harden leaves out the function hardening.
"""

from math import exp, sinh

#: Dimension of each parameter; the case gives their values with units.
PARAMETERS = {
    "pre_exponential_rate": "rate",
    "activation_energy": "molar_energy",
    "exponent": "dimensionless",
    "hardening_modulus": "pressure",
    "saturation": "pressure",
}


def rate(stress, resistance, temperature, pre_exponential_rate, activation_energy, exponent):
    """Equivalent plastic strain rate, 1/s, at an equivalent stress and flow resistance (Pa) and temperature (K)."""
    thermal = exp(-activation_energy / (8.31446261815324 * temperature))
    return pre_exponential_rate * thermal * sinh(min(stress / resistance, 50.0)) ** exponent


def hardening(rate, resistance, temperature, hardening_modulus, saturation):
    """Slope of the flow resistance in the plastic strain, Pa."""
    return hardening_modulus * (1.0 - resistance / saturation)
