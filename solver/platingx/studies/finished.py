"""Which runs of a study need not run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from platingx.errors import OutputError
from platingx.post.results import open_run
from platingx.run.provenance import results_source_digest

__all__ = ["outcome_of"]


def outcome_of(folder: Path, fingerprint: str) -> str | None:
    """Tell how a run with these numbers by these sources ended.

    Parameters
    ----------
    folder
        Run folder, which need not be there.
    fingerprint
        Of all that the numbers of the run depend on, whatever its output.

    Returns
    -------
    str or None
        ``completed``, ``failed``, ``interrupted`` or ``running``; None if there is no such run, or it is one of
        other numbers or of a program that computed otherwise.
    """
    try:
        manifest = open_run(folder).manifest
    except OutputError:
        return None
    parts: tuple[dict[str, Any], ...] = (manifest, *manifest.get("resumed", ()))
    same_sources = all(part.get("results_source_sha256") == results_source_digest() for part in parts)
    same_case = manifest.get("results_sha256") == fingerprint
    return str(manifest.get("outcome")) if same_case and same_sources else None
