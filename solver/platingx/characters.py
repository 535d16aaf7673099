"""Characters that look like others or like nothing: named by code point wherever an input is refused.

What has one meaning only is read (a minus sign, a no-break space, a superscript in a quantity: :mod:`platingx.units`);
what could be something else is refused, and the message names it, because what is shown looks just like what is valid.
"""

from __future__ import annotations

import unicodedata

__all__ = ["characters_in", "describe_characters", "name_of", "plain"]

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u02d7\u06d4\ufe58\ufe63\uff0d"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02b9\u02bb\u02bc\uff07"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_CYRILLIC = dict(
    zip(
        "\u0410\u0412\u0415\u0405\u0417\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0443\u0445\u04bb\u0501",
        "ABES3IJKMHOPCTYXaesijopcyxhd",
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03bd\u03bf\u03c1\u03c5",
        "ABEZHIKMNOPTYXavopu",
        strict=True,
    )
)
_OTHERS = {"\u2215": "/", "\u2044": "/", "\u2236": ":", "\u02d0": ":", "\u060c": ",", "\u201a": ",", "\u037e": ";"}
_LOOK_LIKE = (
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | _CYRILLIC
    | _GREEK
    | _OTHERS
)
"""Characters that look like one of ASCII and are not its compatible form in Unicode."""

_NOBODY_CONFUSES = set(
    "\u00b5\u03bc\u03a9\u03a9\u00c5\u00c5\u00b0\u2103\u00b7\u22c5\u00d7\u221a\u00b2\u00b3\u00b9\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u2026\u00aa\u00ba\u00bd\u00bc\u00be"
)
_BLANKS = "\u034f\u115f\u1160\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))  # joiners, fillers, selectors
_MAXIMUM_NAMED = 5


def plain(character: str) -> str:
    """The ASCII character that one looks like, a space for one of another width, nothing for an invisible one.

    Parameters
    ----------
    character : str
        One character.

    Returns
    -------
    str
        The character itself where it looks like itself only.
    """
    if character.isascii() or character in _NOBODY_CONFUSES:
        return character
    if character in _LOOK_LIKE:
        return _LOOK_LIKE[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Cc") or character in _BLANKS:
        return ""
    if category in ("Zs", "Zl", "Zp"):
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if compatible.isascii() else character


def characters_in(text: str) -> list[str]:
    """Characters of a text that look like others or like nothing, each once, in their order."""
    return list(dict.fromkeys(character for character in text if plain(character) != character))


def describe_characters(text: str) -> str:
    """Name the characters of a text that are not what they look like.

    Parameters
    ----------
    text : str
        For example a value that was refused.

    Returns
    -------
    str
        For example ``"U+2212 MINUS SIGN, which looks like -"``; empty if there are none.
    """
    found = characters_in(text)
    named = [_named(character) for character in found[:_MAXIMUM_NAMED]]
    return "; ".join([*named, *(["and others"] if len(found) > _MAXIMUM_NAMED else [])])


def name_of(character: str) -> str:
    """Name of a character in Unicode, in small letters."""
    return unicodedata.name(character, "a control character").lower()


def _named(character: str) -> str:
    looks = plain(character)
    what = "is invisible" if not looks else "is not a plain space" if looks == " " else f"looks like {looks}"
    return f"U+{ord(character):04X} {name_of(character)}, which {what}"
