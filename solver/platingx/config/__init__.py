"""Cases: typed models with units, loader, schema and the material library."""

from platingx.config.case import Case
from platingx.config.loader import any_case_from_dict, case_from_dict, load_any_case, load_case
from platingx.config.materials import Material
from platingx.config.strip_cell import StripCellCase
from platingx.config.tubule import TubuleCase

__all__ = [
    "Case",
    "Material",
    "StripCellCase",
    "TubuleCase",
    "any_case_from_dict",
    "case_from_dict",
    "load_any_case",
    "load_case",
]
