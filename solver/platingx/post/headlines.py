"""Which quantities of a summary a run is judged by, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platingx.columns import split_unit

__all__ = ["headline_names", "value_of"]

_LARGEST = ("max_pressure_", "max_principal_stress_", "max_root_", "max_gas_", "max_wall_")
_OTHERS = (
    "time_at_fracture", "current_density_at_fracture", "collector_force", "deposited_thickness", "min_root_pressure",
    "max_void_length", "stored_charge", "contact_share", "max_gap", "overpotential",
)  # fmt: skip


def headline_names(quantities: Iterable[str]) -> list[str]:
    """Choose the headlines: largest pressures and stresses, fracture, force on the collector and dose.

    Parameters
    ----------
    quantities : iterable of str
        Names of quantities of a summary.
    """
    names = list(dict.fromkeys(quantities))
    return [name for name in names if name.startswith(_LARGEST)] + [name for name in _OTHERS if name in names]


def value_of(record: Mapping[str, Any] | None) -> tuple[float, str] | None:
    """Value and SI unit of a quantity of a summary; None where there is none.

    Parameters
    ----------
    record : mapping or None
        Its entry in summary.json, such as ``{"value_Pa": 4.9e9, "time_s": 0.028}``.
    """
    for key, value in (record or {}).items():
        stem, unit = split_unit(key)
        if stem == "value" and value is not None:
            return float(value), unit
    return None
