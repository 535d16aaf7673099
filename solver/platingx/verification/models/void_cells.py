"""Stripping cells of ``void_cell.yaml`` and ``na_cell.yaml`` for the book, with some values set over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.config.loader import load_any_case
from platingx.config.strip_cell import StripCellCase
from platingx.constants import ELEMENTARY_CHARGE
from platingx.errors import VerificationError
from platingx.physics.strip_cell import limits, local_current, parts, start_height, strip_cell_model
from platingx.run.shipped import shipped_cases_folder
from platingx.stepping.strip_cell_march import contact_share, march_part, state_at_rest

__all__ = ["SODIUM_FILE", "VOID_FILE", "Stripped", "shipped_cell", "stripped"]

VOID_FILE, SODIUM_FILE = "void_cell.yaml", "na_cell.yaml"


@dataclass(frozen=True)
class Stripped:
    """What stripping has left.

    Attributes
    ----------
    before, after
        Contact share.
    removed
        Mean thickness of metal that has gone into current, m.
    focusing
        Largest current density over the mean one of the contact, in the first step.
    time
        s.
    """

    before: float
    after: float
    removed: float
    focusing: float
    time: float


def shipped_cell(values: dict[str, str] | None = None, file: str = VOID_FILE) -> StripCellCase:
    """Shipped cell with some values set over it, without figures."""
    case = load_any_case(shipped_cases_folder() / file, [("output.figures", "false"), *(values or {}).items()])
    if not isinstance(case, StripCellCase):
        raise VerificationError(f"{file} is no stripping cell")
    return case


def stripped(values: dict[str, str], file: str = VOID_FILE) -> Stripped:
    """March the first part of the program of a cell with some values set over it."""
    case = shipped_cell(values, file)
    model, part = strip_cell_model(case), parts(case)[0]
    start = state_at_rest(model, start_height(case, model))
    focusing, removed, instant = 1.0, 0.0, None
    for instant in march_part(model, part, limits(case), None, start):
        if removed == 0.0:
            local = np.abs(local_current(model, instant.state))
            focusing = float(local.max()) / abs(part.current) * contact_share(model, instant.state)
        removed += abs(part.current) * instant.dt * case.atomic_volume / ELEMENTARY_CHARGE
    assert instant is not None
    return Stripped(contact_share(model, start), contact_share(model, instant.state), removed, focusing, instant.time)
