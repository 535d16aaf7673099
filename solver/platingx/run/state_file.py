"""The state of a run without a mesh on disk, as plain data, from which the run goes on to the same bits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from platingx.config.reduced_case import ReducedCase
from platingx.config.resolved import fingerprint_of_past
from platingx.errors import OutputError
from platingx.run.provenance import write_json
from platingx.run.resume import CHECKPOINTS, changes_of, in_words, physics_of

__all__ = ["load_plain", "save_plain"]

State = TypeVar("State")


def save_plain(case: ReducedCase, folder: Path, data: Mapping[str, Any]) -> None:
    """Write a state so that it is either the old one or the whole new one.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = folder / CHECKPOINTS
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {target}: {error.strerror or error}") from error
    write_json(target / f"{case.kind}.json", {"physics_sha256": fingerprint_of_past(case), **data})


def load_plain(
    case: ReducedCase, folder: Path, manifest: Mapping[str, Any], make: Callable[[dict[str, Any]], State]
) -> State | None:
    """Read the state of a run of the same physics; None where it has none yet.

    Parameters
    ----------
    case, folder, manifest
        The case, the run folder, and the manifest in it.
    make
        Makes the state of its plain data.

    Raises
    ------
    OutputError
        If the folder holds a run of another case, or its state is damaged.
    """
    if manifest and manifest.get("physics_sha256") != fingerprint_of_past(case):
        changes = physics_of(changes_of(case, folder))
        raise OutputError(
            f"{folder} holds a run of another case: {in_words(changes)}. Resume with the case and --set options of "
            "that run (output may differ), or start a new run with another --out"
        )
    path = folder / CHECKPOINTS / f"{case.kind}.json"
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        data.pop("physics_sha256")
        return make(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{path}: damaged ({error}); start the run again with --force") from error
