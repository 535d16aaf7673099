"""Quantities as papers print them, in the plain form that is read: A/cm², 2 × 10⁻³ m, −1 A, MPa√m, 5 Å.

Only what has one meaning is taken; a dash that could be a minus sign or a range is left to be refused by name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["plain_quantity"]

_SUPERSCRIPTS: Final = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-"
)
_SUPERSCRIPT: Final = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b]+")
_SIGNS: Final = str.maketrans(
    {
        "\u2212": "-",  # minus sign
        "\u22c5": "*",  # dot operator
        "\u00b7": "*",  # middle dot
        "\u2219": "*",  # bullet operator
        "\u00d7": "*",  # multiplication sign
        "\u2126": "ohm",  # ohm sign
        "\u03a9": "ohm",  # Greek capital omega
        "\u212b": "angstrom",  # angstrom sign
        "\u00c5": "angstrom",  # A with ring above
        "\u03bc": "\u00b5",  # Greek mu: the micro sign
    }
)
_POWER_OF_TEN: Final = re.compile(
    r"^(\s*[+-]?[0-9.]+)\s*[*x]\s*10\s*(?:\^|\*\*)\s*\(?\s*([+-]?[0-9]{1,4})\s*\)?(?![0-9.])"
)
_ROOT: Final = re.compile(r"[\s*]*(?:\u221a|\bsqrt\b)\s*(?:\(\s*([A-Za-z\u00b5]+)\s*\)|([A-Za-z\u00b5]+))")
_HALF: Final = re.compile("(?<=[A-Za-z])(?:\\^?1/\\^?2(?![0-9.])|\u00bd)")


def plain_quantity(text: str) -> str:
    """Write a quantity in ASCII, but for the micro and degree signs.

    Parameters
    ----------
    text : str
        For example ``"−2 × 10⁻³ mA·cm⁻²"``.

    Returns
    -------
    str
        For example ``"-2e-3 mA*cm^-2"``; what is not understood stays as it is.
    """
    if text.isascii() and not any(part in text for part in ("10", "sqrt", "1/2")):
        return text
    text = _SUPERSCRIPT.sub(lambda match: f"^{match.group().translate(_SUPERSCRIPTS)}", text)
    text = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text.translate(_SIGNS))
    text = _HALF.sub("^0.5", "".join(_compatible(sign) for sign in text))
    text = _POWER_OF_TEN.sub(r"\1e\2", text)
    return _ROOT.sub(lambda match: f"*{match[1] or match[2]}^0.5", text)


def _compatible(sign: str) -> str:
    """The plain form of full-width digits and letters and of signs such as ℃; other characters stay."""
    if sign.isascii() or sign in "\u00b5\u00bd":
        return sign
    plain = unicodedata.normalize("NFKC", sign).replace("\u03bc", "\u00b5")
    return plain if all(part.isascii() or part in "\u00b0\u00b5" for part in plain) else sign
