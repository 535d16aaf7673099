"""Parameter vectors of library materials for tests, with values of a test over them."""

from __future__ import annotations

import numpy as np

from platingx.config.materials import Material
from platingx.materials import layout
from platingx.materials.parameters import parameter_vector

LITHIUM = "lithium_anand_narayan_2019"
ROOM = 298.0  # K, the temperature of the benchmark tables


def vector(material: str | dict[str, object] = LITHIUM, temperature: float = ROOM, **entries: float) -> np.ndarray:
    """Parameters of a material; ``entries`` overwrite places of the vector by their name in ``layout``."""
    result = parameter_vector(Material.model_validate(material), temperature)
    for name, value in entries.items():
        result[getattr(layout, name)] = value
    return result


def elastic(young: float, poisson: float, law: str = "hencky_kirchhoff") -> np.ndarray:
    """An elastic material, E in Pa."""
    return vector({"elasticity": {"young_modulus": f"{young} Pa", "poisson_ratio": poisson, "pressure_law": law}})


def norton(young: float, poisson: float, rate: float, stress: float, exponent: float) -> np.ndarray:
    """Power-law creep: reference rate (1/s) at a reference stress (Pa)."""
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
