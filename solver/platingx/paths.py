"""Paths as users write them: ``~`` for the home folder, relative to some folder; made absolute once, on their way in.

Whoever keeps a path keeps an absolute one, since the working folder of a process may change.
"""

from __future__ import annotations

import os
from pathlib import Path

from platingx.errors import CaseError, InputError

__all__ = ["absolute_path", "user_path"]


def user_path(given: str | Path) -> Path:
    """Path with ``~`` and ``~user`` at its beginning replaced by the home folder; relative ones stay relative.

    A name that really begins with a tilde is written ``./~name``.

    Parameters
    ----------
    given
        As the user wrote it, from the command line, a case or a notebook.

    Raises
    ------
    CaseError
        If there is no such user, or the home folder is not known.
    """
    text = os.fspath(given)
    if text.startswith("~"):
        try:
            return Path(text).expanduser()
        except RuntimeError:
            raise CaseError(
                InputError(
                    f"{text.split('/')[0]} in the path {text} is no home folder here",
                    valid="~ for your own home folder, ~USER for that of a user",
                    hint=f"write ./{text} for a name that begins with a tilde",
                )
            ) from None
    path = Path(text)
    return Path.cwd() / path if str(path).startswith("~") else path  # pathlib drops the ./


def absolute_path(given: str | Path, folder: Path | None = None) -> Path:
    """Absolute path of what a user has given.

    Parameters
    ----------
    given
        As for :func:`user_path`.
    folder
        What a relative path is relative to; the working folder if left out.

    Raises
    ------
    CaseError
        As for :func:`user_path`.
    """
    path = user_path(given)
    return (path if folder is None else folder / path).absolute()
