"""Tubes of the shipped case ``tubule.yaml`` for problems of the book, with other shapes and paths if asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from platingx.config.loader import load_any_case
from platingx.config.tubule import TubuleCase
from platingx.errors import VerificationError
from platingx.materials.tubule import Conductances
from platingx.physics.tubule import tubule_model
from platingx.run.shipped import shipped_cases_folder
from platingx.stepping.tubule_cycles import HalfCycle, Instant, march_half_cycle
from platingx.stepping.tubule_model import Filling, TubuleModel

__all__ = ["EMPTY", "FILE", "end_of", "shipped_tube", "tube_model", "with_paths"]

FILE = "tubule.yaml"
EMPTY = Filling(0.0, 0.0, 0.0)


def shipped_tube(values: dict[str, str] | None = None, file: str = FILE) -> TubuleCase:
    """Shipped tubule with some values set over it, without figures."""
    case = load_any_case(shipped_cases_folder() / file, [("output.figures", "false"), *(values or {}).items()])
    if not isinstance(case, TubuleCase):
        raise VerificationError(f"{file} is no tubule")
    return case


def tube_model(values: dict[str, str] | None = None) -> TubuleModel:
    """Model of the shipped tubule, by the interface alone, and open to gas, with some values set over it."""
    usual = {"paths": "[interface]", "gas.vent": "open", "gas.neighbour_imbalance": "0"}
    return tubule_model(shipped_tube(usual | (values or {})))


def with_paths(model: TubuleModel, interface: float = 0.0, wall: float = 0.0, surface: float = 0.0) -> TubuleModel:
    """Model with other flux coefficients, m5/(N s)."""
    return replace(model, conductances=Conductances(interface, wall, surface))


def end_of(model: TubuleModel, filling: Filling = EMPTY, **half: Any) -> Instant:
    """Last instant of half of a cycle; the arguments are those of `HalfCycle`, plating if left out."""
    return list(march_half_cycle(model, HalfCycle(**({"plating": True} | half)), filling, 4))[-1]
