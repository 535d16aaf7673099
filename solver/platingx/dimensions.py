"""Physical dimensions: the SI unit of each, and how users write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DIMENSIONS", "Dimension"]


@dataclass(frozen=True)
class Dimension:
    """A physical dimension: its name, SI unit (as pint writes it) and examples of how users write it."""

    name: str
    si_unit: str
    examples: tuple[str, ...]

    @property
    def words(self) -> str:
        """The name in words, e.g. ``current density``."""
        return self.name.replace("_", " ")

    @property
    def valid(self) -> str:
        """What a valid value looks like, for error messages."""
        kind = "a number" if self.name == "dimensionless" else f"a {self.words} with its unit"
        return f"{kind}, such as {' or '.join(self.examples)}"


def _dimensions() -> dict[str, Dimension]:
    table = [
        ("dimensionless", "", ("0.1", "10 %")),
        ("length", "m", ("40 nm", "2.4 um")),
        ("time", "s", ("21 ms", "4.64 s")),
        ("rate", "1/s", ("0.05 1/s", "1e-3 /s")),
        ("velocity", "m/s", ("1940 nm/s", "1 um/h")),
        ("temperature", "K", ("25 degC", "298.15 K")),
        ("temperature_rate", "K/s", ("1 K/ps", "10 K/s")),
        ("pressure", "Pa", ("150 GPa", "0.95 MPa")),
        ("stiffness_per_area", "Pa/m", ("90 GPa/um", "1e17 Pa/m")),
        ("force", "N", ("400 nN", "1 mN")),
        ("force_per_length", "N/m", ("6 N/m", "50 mN/m")),
        ("angle", "rad", ("5 mrad", "0.2 deg")),
        ("second_moment_of_area", "m^4", ("5 um^4", "5e-30 m^4")),
        ("current_density", "A/m^2", ("2 A/cm^2", "4 mA/cm^2")),
        ("current", "A", ("25 nA", "1 mA")),
        ("charge_per_area", "C/m^2", ("56 mC/cm^2", "0.1 mAh/cm^2")),
        ("resistance", "ohm", ("113 MOhm", "50 ohm")),
        ("area_resistance", "ohm*m^2", ("5 ohm cm^2", "5e-4 ohm m^2")),
        ("molar_energy", "J/mol", ("37 kJ/mol", "0.38 eV/particle")),
        ("molar_volume", "m^3/mol", ("13.0 cm^3/mol", "1.3e-5 m^3/mol")),
        ("surface_energy", "J/m^2", ("0.452 J/m^2", "452 mJ/m^2")),
        ("fracture_toughness", "Pa*m^0.5", ("0.95 MPa m^0.5", "1 MPa*m^(1/2)")),
        ("number_density", "1/m^3", ("1.65e22 1/cm^3", "4e28 1/m^3")),
        ("density", "kg/m^3", ("0.534 g/cm^3", "534 kg/m^3")),
        ("conductivity", "S/m", ("0.4 mS/cm", "4e-2 S/m")),
        ("diffusivity", "m^2/s", ("1e-11 cm^2/s", "1e-15 m^2/s")),
        ("thermal_conductivity", "W/(m*K)", ("84.8 W/(m K)", "0.8 W/(cm K)")),
        ("energy", "J", ("2 nJ", "1e-9 J")),
        ("moment", "N*m", ("2 nN*m", "1e-12 N*m")),
        ("energy_per_length", "J/m", ("2 uJ/m", "1e-6 J/m")),
        ("area", "m^2", ("1 um^2", "1e-12 m^2")),
        ("area_per_length", "m", ("40 nm", "2.4 um")),
        ("current_per_length", "A/m", ("37 nA/um", "0.03 A/m")),
        ("volume", "m^3", ("1 um^3", "1e-18 m^3")),
        ("volume_per_length", "m^2", ("100 nm^2", "1e-16 m^2")),
        ("capacitance_per_area", "F/m^2", ("5 uF/cm^2", "0.05 F/m^2")),
        ("frequency", "Hz", ("1 kHz", "10 mHz")),
        ("voltage", "V", ("50 mV", "0.05 V")),
        ("power", "W", ("2 nW", "1e-9 W")),
    ]
    return {name: Dimension(name, unit, examples) for name, unit, examples in table}


DIMENSIONS: Final = _dimensions()
"""Every dimension that a case or the material library uses, by name."""
