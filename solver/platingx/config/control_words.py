"""Steps of a control as battery people write them: ``Charge at 2 A/cm^2 for 30 ms or until 0.2 V``.

The form is that of PyBaMM's experiments (Sulzer et al., J. Open Res. Software 9 (2021) 14), but for the signs: plating
is positive, and it is what a charge does to the metal electrode of a cell.
"""

from __future__ import annotations

import re
from typing import Any

from platingx.config.quantities import case_error
from platingx.units import UnitError, any_quantity

__all__ = ["EXAMPLES", "SENTENCES", "step_of_words"]

SENTENCES = (
    "Charge at 2 A/cm^2 for 30 ms or until 0.2 V",
    "Hold at 0.2 V until 1 mA/cm^2",
    "Discharge at 1 mA until -50 mV",
    "Rest for 1 h",
)
EXAMPLES = ", ".join(f'"{sentence}"' for sentence in SENTENCES)
_STEP = re.compile(
    r"^\s*(?P<verb>charge|plate|discharge|strip|hold|rest)(?:\s+at\s+(?P<value>.+?))?"
    r"(?:\s+for\s+(?P<time>.+?))?(?:\s+(?:or\s+)?until\s+(?P<until>.+?))?\s*$",
    re.IGNORECASE,
)
_CHARGES, _DISCHARGES = ("charge", "plate"), ("discharge", "strip")
_DRIVES = ("voltage", "current", "current_density")
_ENDS = {
    "voltage": "voltage",
    "current": "current",
    "current_density": "current_density",
    "charge_per_area": "step_capacity",
    "pressure": "pressure",
}
_C_RATE = re.compile(r"^(\d+(\.\d*)?\s*C|C\s*/\s*\d+(\.\d*)?)$")


def step_of_words(text: str) -> dict[str, Any]:
    """Turn a sentence into the block that says the same.

    Raises
    ------
    PydanticCustomError
        If it is no such sentence.
    """
    match = _STEP.match(text)
    if match is None:
        raise case_error(f"'{text}' is no step of a control", EXAMPLES)
    verb, value = match["verb"].lower(), match["value"]
    block: dict[str, Any] = {}
    if verb == "rest":
        if value is not None:
            raise case_error(f"a rest has no value ('{value}')", EXAMPLES)
        block["rest"] = True
    elif value is None:
        raise case_error(f"'{text}' does not say at what", EXAMPLES)
    else:
        dimension = _dimension(value, _DRIVES)
        if verb == "hold" and dimension != "voltage":
            raise case_error(f"'{value}' is no voltage to hold", EXAMPLES, "charge or discharge at a current")
        signed = verb in _DISCHARGES and dimension != "voltage"
        if verb in (*_CHARGES, *_DISCHARGES) and value.lstrip().startswith("-") and dimension != "voltage":
            raise case_error(f"the sign of '{value}' is in the word: charge plates, discharge strips", EXAMPLES)
        block[dimension] = f"-{value.strip()}" if signed else value.strip()
    until = {}
    if match["time"] is not None:
        until["time"] = match["time"].strip()
    for end in re.split(r"\s+or\s+(?:until\s+)?", match["until"] or ""):
        if end:
            until[_ENDS[_dimension(end, tuple(_ENDS))]] = end.strip()
    return block | ({"until": until} if until else {})


def _dimension(text: str, wanted: tuple[str, ...]) -> str:
    if _C_RATE.match(text.strip()):
        raise case_error(f"'{text}' is a C-rate, and a model of plating has no nominal capacity", EXAMPLES)
    try:
        found = any_quantity(text.strip()).dimension
    except UnitError as error:
        raise case_error(error.message, EXAMPLES, error.hint) from None
    if found not in wanted:
        raise case_error(f"'{text}' is a {found.replace('_', ' ')}", EXAMPLES)
    return found
