"""The nearest word to one that is not known, for the hint of a message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from platingx.characters import plain

__all__ = ["nearest"]


def nearest(word: object, choices: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Find the choice that is most likely meant.

    Capitals, hyphens, spaces and characters that look like others do not count; what begins with the word comes first.

    Parameters
    ----------
    word : object
        What was given.
    choices : iterable of str
        What is known.
    cutoff : float
        Likeness from 0 to 1 below which nothing is near.
    """
    there = {_plain(choice): choice for choice in choices}
    wanted = _plain(str(word)[:100])
    if not wanted:
        return None
    begun = [choice for key, choice in there.items() if key.startswith(wanted)]
    near = difflib.get_close_matches(wanted, there, n=1, cutoff=cutoff)
    return begun[0] if begun and wanted not in there else there[near[0]] if near else None


def _plain(word: str) -> str:
    return "".join(map(plain, word)).strip().lower().replace("-", "_").replace(" ", "_")
