"""Parameter vectors of materials for problems and tests."""

from __future__ import annotations

from platingx.arrays import Array
from platingx.config.library import load_material
from platingx.config.materials import Material
from platingx.materials import layout
from platingx.materials.parameters import parameter_vector

__all__ = ["LITHIUM", "ROOM", "Vector", "elastic", "norton", "unverified_of", "vector"]

Vector = Array
"""Parameters of a material, in the layout of ``materials.layout``."""

LITHIUM = "lithium_anand_narayan_2019"
ROOM = 298.0
"""K, the temperature of most problems."""


def vector(material: str | dict[str, object] = LITHIUM, temperature: float = ROOM, **entries: float) -> Vector:
    """Parameters of a material at a temperature (K).

    Parameters
    ----------
    material : str or dict
        A name of the library, or what a case would say.
    temperature : float
        K.
    **entries : float
        Places of the vector that are overwritten, by their name in ``layout``, SI.
    """
    result = parameter_vector(Material.model_validate(material), temperature)
    for name, value in entries.items():
        result[getattr(layout, name)] = value
    return result


def elastic(young: float, poisson: float, law: str = "hencky_kirchhoff") -> Vector:
    """An elastic material, E in Pa."""
    return vector({"elasticity": {"young_modulus": f"{young} Pa", "poisson_ratio": poisson, "pressure_law": law}})


def norton(young: float, poisson: float, rate: float, stress: float, exponent: float) -> Vector:
    """Power-law creep: E in Pa, reference rate (1/s) at a reference stress (Pa)."""
    return vector(
        {
            "elasticity": {"young_modulus": f"{young} Pa", "poisson_ratio": poisson},
            "viscoplasticity": {
                "law": "norton",
                "reference_rate": f"{rate} 1/s",
                "reference_stress": f"{stress} Pa",
                "stress_exponent": exponent,
            },
        }
    )


def unverified_of(*materials: str) -> tuple[str, ...]:
    """List the values of library materials that nobody has checked against a source, a sentence each."""
    return tuple(
        f"{name} {key} = {value.value} ({'; '.join(part for part in (value.source, value.note) if part)})"
        for name in materials
        for key, value in load_material(name).values()
        if value.status == "unverified"
    )
