"""Is a file a case or a study? Taking one for the other ends in one sentence, not in a list of unknown keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from platingx.errors import CaseError, InputError

__all__ = ["refuse_case", "refuse_study"]

_OF_A_CASE = ("geometry", "materials", "growth", "extends")


def refuse_study(data: Any, path: Path) -> None:
    """Refuse a study where a case is wanted.

    Parameters
    ----------
    data : object
        Content of the file.
    path : Path
        The file.

    Raises
    ------
    CaseError
        If it is a study.
    """
    if isinstance(data, dict) and {"cases", "base", "axes"} & set(data) and not any(key in data for key in _OF_A_CASE):
        raise CaseError(InputError("this is a study, not a case", file=path, hint=f"platingx study {path}"))


def refuse_case(data: Any, path: Path) -> None:
    """Refuse a case where a study is wanted.

    Parameters
    ----------
    data, path
        As in `refuse_study`.

    Raises
    ------
    CaseError
        If it is a case.
    """
    if isinstance(data, dict) and not {"cases", "base", "axes"} & set(data) and any(key in data for key in _OF_A_CASE):
        raise CaseError(InputError("this is a case, not a study", file=path, hint=f"platingx run {path}"))
