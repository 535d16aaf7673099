"""Cases: typed models with units, loader, schema and the material library."""

from platingx.config.case import Case
from platingx.config.loader import case_from_dict, load_case
from platingx.config.materials import Material

__all__ = ["Case", "Material", "case_from_dict", "load_case"]
