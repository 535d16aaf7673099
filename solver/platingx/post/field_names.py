"""What the fields of a run are called in words, and their units."""

from __future__ import annotations

__all__ = ["largest_of_field", "unit_of_field", "words_of_field"]

_FIELDS = {
    "pressure": ("Pa", "Pressure"),
    "principal_stress_1": ("Pa", "Maximum principal stress"),
    "von_mises_stress": ("Pa", "Von Mises stress"),
    "plastic_strain": ("", "Equivalent plastic strain"),
    "growth_stretch": ("", "Growth stretch"),
    "displacement": ("m", "Displacement"),
    "cauchy_stress": ("Pa", "Cauchy stress"),
    "damage": ("", "Damage"),
    "potential": ("V", "Potential"),
    "surface_overpotential": ("V", "Surface overpotential"),
    "ionic_current_density": ("A/m^2", "Ionic current density"),
    "ionic_current": ("A/m^2", "Ionic current density"),
}
"""SI unit and words of the fields that runs of a case may write."""

_LARGEST = {
    "pressure": "max_pressure",
    "principal_stress_1": "max_principal_stress",
    "von_mises_stress": "max_von_mises_stress",
}
"""Quantity of histories and summaries that is the largest value of a field."""


def largest_of_field(name: str, region: str) -> str:
    """Name of the quantity that is the largest value of a field in a region; the field's own where there is none."""
    return f"{_LARGEST.get(name, name)}_{region}"


def unit_of_field(name: str) -> str:
    """SI unit of a field; an empty text for one without unit, or whose unit the package does not know."""
    return _FIELDS.get(name, ("", ""))[0]


def words_of_field(name: str) -> str:
    """The name of a field in words, e.g. ``Von Mises stress``."""
    return _FIELDS[name][1] if name in _FIELDS else name.replace("_", " ").capitalize()
