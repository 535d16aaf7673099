"""Parameters of the viscoplastic laws, one block per law; the laws themselves are in ``platingx.materials``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from platingx.config.base import Block
from platingx.config.quantities import (
    Fraction,
    Length,
    MolarEnergy,
    Physical,
    Pressure,
    Rate,
    Temperature,
    with_default,
)
from platingx.config.user_flow_law import UserFlowLaw

__all__ = [
    "AnandNarayan2019",
    "NarayanAnand2018",
    "NoViscoplasticity",
    "Norton",
    "SizeEffect",
    "Viscoplasticity",
]

Exponent = Annotated[float, Physical("dimensionless", above=0.0, maximum=1000.0)]
Modulus = Annotated[float, Physical("pressure", minimum=0.0, maximum=1e15)]

LOWEST_TEMPERATURE = Field(default=None, description="Lowest temperature of the tests behind the law, K.")
HIGHEST_TEMPERATURE = Field(
    default=None, description="Highest temperature of the tests behind the law, K; a case beyond is told so."
)


class SizeEffect(Block):
    """Smaller is stronger: the flow resistances are multiplied by max(1, (d0/d)^exponent).

    Source of the exponent: pillars of lithium, Xu et al. 2017.
    """

    diameter: Length = Field(description="Size d of the metal, m.")
    reference_diameter: Length = Field(description="Size d0 above which the metal is as strong as in bulk, m.")
    exponent: Exponent = with_default(0.68, "Exponent (0.68 at 298 K, 1.00 at 363 K for lithium pillars of 1-10 um).")

    @property
    def factor(self) -> float:
        """Factor on the flow resistances, at least 1."""
        return float(max(1.0, (self.reference_diameter / self.diameter) ** self.exponent))


class NoViscoplasticity(Block):
    """Elastic only."""

    law: Literal["none"] = Field(default="none", description="none: elastic only.")


class Norton(Block):
    """Power-law creep: rate = r0 (s/s0)^n exp(-Q/R (1/T - 1/T0)) with the reference values r0, s0 and T0."""

    law: Literal["norton"] = Field(description="norton: power-law creep.")
    reference_rate: Rate = Field(description="Equivalent plastic rate at the reference stress and temperature, 1/s.")
    reference_stress: Pressure = Field(description="Equivalent stress at the reference rate, Pa.")
    stress_exponent: Exponent = Field(description="Exponent of the stress.")
    activation_energy: MolarEnergy = with_default(
        "0 J/mol", "Activation energy Q, J/mol; zero for no dependence on temperature."
    )
    reference_temperature: Temperature = with_default("298.15 K", "Temperature at which the reference rate holds, K.")
    lowest_temperature: Temperature | None = LOWEST_TEMPERATURE
    highest_temperature: Temperature | None = HIGHEST_TEMPERATURE
    size_effect: SizeEffect | None = Field(default=None, description="Strengthening of small volumes.")


class NarayanAnand2018(Block):
    """Law of Narayan and Anand (EML 2018): rate = e0 (s/S)^(1/m), dS = H0 (1 - S/S*)^a de.

    It hardens, and does not depend on temperature.
    """

    law: Literal["narayan_anand_2018"] = Field(description="narayan_anand_2018: rate and hardening, one temperature.")
    reference_rate: Rate = Field(description="Reference rate e0, 1/s.")
    rate_sensitivity: Fraction = Field(description="Rate sensitivity m.")
    initial_flow_resistance: Pressure = Field(description="Initial flow resistance S0, Pa.")
    hardening_modulus: Modulus = Field(description="Hardening modulus H0, Pa; 0 Pa for none.")
    saturation_resistance: Pressure = Field(description="Saturation S* of the flow resistance, Pa.")
    hardening_exponent: Exponent = Field(description="Hardening exponent a.")
    size_effect: SizeEffect | None = Field(default=None, description="Strengthening of small volumes.")


class AnandNarayan2019(Block):
    """Law of Anand and Narayan (JES 2019): rate = A exp(-Q/RT) (s/S)^(1/m), dS = H0 |1 - S/Ss|^a sign(1 - S/Ss) de.

    The saturation depends on the rate: Ss = S* (rate/(A exp(-Q/RT)))^n.
    """

    law: Literal["anand_narayan_2019"] = Field(description="anand_narayan_2019: rate, temperature and hardening.")
    pre_exponential_rate: Rate = Field(description="Pre-exponential rate A, 1/s.")
    activation_energy: MolarEnergy = Field(description="Activation energy Q, J/mol.")
    rate_sensitivity: Fraction = Field(description="Rate sensitivity m.")
    initial_flow_resistance: Pressure = Field(description="Initial flow resistance S0, Pa.")
    hardening_modulus: Modulus = Field(description="Hardening modulus H0, Pa; 0 Pa for none.")
    saturation_resistance: Pressure = Field(
        description="Saturation S* of the flow resistance at the reference rate, Pa."
    )
    hardening_exponent: Exponent = Field(description="Hardening exponent a.")
    saturation_exponent: Exponent = Field(description="Exponent n of the rate in the saturation.")
    lowest_temperature: Temperature | None = LOWEST_TEMPERATURE
    highest_temperature: Temperature | None = HIGHEST_TEMPERATURE
    size_effect: SizeEffect | None = Field(default=None, description="Strengthening of small volumes.")


Viscoplasticity = Annotated[
    NoViscoplasticity | Norton | NarayanAnand2018 | AnandNarayan2019 | UserFlowLaw, Field(discriminator="law")
]
