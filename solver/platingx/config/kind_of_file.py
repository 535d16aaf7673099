"""Is a file a case, a study or a calibration? Taking one for another ends in one sentence, not in unknown keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

from platingx.errors import CaseError, InputError

__all__ = ["Kind", "refuse_other"]

Kind = Literal["case", "study", "calibration"]

_MARKS: Final[tuple[tuple[Kind, frozenset[str]], ...]] = (
    ("case", frozenset({"geometry", "materials", "growth", "extends", "tube"})),
    ("calibration", frozenset({"parameters", "targets"})),
    ("study", frozenset({"cases", "base", "axes"})),
)
"""Keys that tell the kinds of files apart; a calibration has cases like some studies."""
_COMMANDS: Final = {"case": "run", "study": "study", "calibration": "calibrate"}


def refuse_other(data: Any, path: Path, wanted: Kind) -> None:
    """Refuse a file that is clearly of another kind; what is of no kind is left to its validation.

    Parameters
    ----------
    data : object
        Content of the file.
    path : Path
        The file.
    wanted : str
        What it should be.

    Raises
    ------
    CaseError
        If it is another kind of file.
    """
    if not isinstance(data, dict):
        return
    found = [kind for kind, marks in _MARKS if marks & set(data)]
    if "calibration" in found and "study" in found:
        found.remove("study")
    if found and wanted not in found:
        hint = f"platingx {_COMMANDS[found[0]]} {path}"
        raise CaseError(InputError(f"this is a {found[0]}, not a {wanted}", file=path, hint=hint))
