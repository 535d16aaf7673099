"""What CalculiX can express of the flow laws and of growth: Norton's law, and thermal expansion."""

from __future__ import annotations

import math
from typing import Literal

from platingx.config.materials import Material
from platingx.config.user_flow_law import UserFlowLaw
from platingx.config.viscoplasticity import Norton
from platingx.errors import CaseError
from platingx.exchange.calculix_deck import MEGAPASCAL, NortonCreep
from platingx.materials import layout
from platingx.materials.parameters import parameter_vector

__all__ = ["FlowResistance", "growth_expansion", "hardens", "norton_creep"]

FlowResistance = Literal["initial", "steady"]
"""At which value the flow resistance S is frozen: Norton's law has no hardening."""

Shares = tuple[float, float, float]


def hardens(material: Material) -> bool:
    """Whether the flow resistance of a material evolves."""
    law = material.viscoplasticity
    return law.law not in ("none", "norton") and float(getattr(law, "hardening_modulus", 0.0)) > 0.0


def norton_creep(region: str, material: Material, temperature: float, resistance: FlowResistance) -> NortonCreep | None:
    """Norton's law for a flow law at a temperature, or None for an elastic material.

    Parameters
    ----------
    region : str
        Name, for messages.
    material : Material
        The material.
    temperature : float
        K.
    resistance : {"initial", "steady"}
        Initial: ``rate = r0 (q/S0)^(1/m)``. Steady: S at its saturation ``S* (rate/r0)^n``, which depends on the rate
        itself, so that ``rate = r0 (q/S*)^(1/(m + n))``; the same as initial for a law without hardening.

    Raises
    ------
    CaseError
        If the coefficient in 1/(s MPa^n) is no finite positive number, or the law is one of the user.
    """
    if isinstance(material.viscoplasticity, UserFlowLaw):
        raise CaseError(f"materials.{region}.viscoplasticity: CalculiX has no law from a file; use norton")
    vector = parameter_vector(material, temperature)
    if vector[layout.FLOW_LAW] == layout.FLOW_NONE:
        return None
    rate, exponent = float(vector[layout.REFERENCE_RATE]), float(vector[layout.RATE_SENSITIVITY])
    stress = float(vector[layout.INITIAL_RESISTANCE])
    if resistance == "steady" and hardens(material) and not isinstance(material.viscoplasticity, Norton):
        stress = float(vector[layout.SATURATION_RESISTANCE])
        exponent += float(vector[layout.SATURATION_EXPONENT])
    try:
        coefficient = rate * (stress / MEGAPASCAL) ** (-1.0 / exponent)
    except OverflowError:
        coefficient = math.inf
    if not (math.isfinite(coefficient) and coefficient > 0.0):
        raise CaseError(
            f"materials.{region}.viscoplasticity: Norton's law of CalculiX cannot hold this law: its coefficient is "
            f"{coefficient:g} 1/(s MPa^{1.0 / exponent:.4g})"
        )
    return NortonCreep(coefficient, 1.0 / exponent)


def growth_expansion(shares: Shares, volume_ratio: float) -> tuple[Shares, float]:
    """Expansion coefficients and the temperature that stand for a growth.

    Parameters
    ----------
    shares : tuple of float
        Shares alpha_i of ln(Jg) along the direction of growth, across it, and along the third axis.
    volume_ratio : float
        Jg.

    Returns
    -------
    expansion, temperature
        With all shares that are not zero equal to a (fibre 1, areal 1/2, isotropic 1/3): 1 along them and
        ``Jg^a - 1``, so that ``1 + expansion_i temperature = Jg^alpha_i`` exactly. Otherwise the shares themselves and
        ``ln Jg``, which is right to first order.
    """
    largest = max(shares)
    if all(share == 0.0 or math.isclose(share, largest, rel_tol=1e-9) for share in shares):
        return (_one(shares[0]), _one(shares[1]), _one(shares[2])), volume_ratio**largest - 1.0
    return shares, math.log(volume_ratio)


def _one(share: float) -> float:
    return 1.0 if share > 0.0 else 0.0
