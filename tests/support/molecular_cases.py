"""Small cases of molecular dynamics."""

from typing import Any

from platingx.config.loader import any_case_from_dict
from platingx.config.molecular import MdCase

NUCLEATION: dict[str, Any] = {
    "kind": "md_nucleation", "name": "n", "atoms": 100, "density": "0.0534 g/cm^3", "step": "2 fs",
    "potential": "li_meam_cui_2012",
    "stages": [{"hold": "500 K", "duration": "1 ps"}, {"to": "300 K", "rate": "100 K/ps"}],
    "program": {"segment": "0.6 ps"}, "order": {"every": "0.2 ps"},
}  # fmt: skip
DEPOSITION: dict[str, Any] = {
    "kind": "md_deposition", "name": "d", "cells": [6, 2, 4], "deposition_rate": "2e12 1/s", "duration": "3 ps",
    "speed": "2000 m/s", "headroom": "1.6 nm",
    "step": "1 fs", "potential": "li_meam_kim_2012", "every": "1 ps", "program": {"segment": "1 ps"},
}  # fmt: skip


def case_of(data: dict[str, Any], **values: Any) -> MdCase:
    case = any_case_from_dict({**data, **values})
    assert isinstance(case, MdCase)
    return case
