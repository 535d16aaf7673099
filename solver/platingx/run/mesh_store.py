"""Built meshes kept in a folder, so that runs of one geometry mesh it once, whichever process comes first."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from platingx.config.case import Case
from platingx.errors import OutputError
from platingx.run.lock import lock_file
from platingx.run.provenance import results_source_digest
from platingx_meshes import MeshData

__all__ = ["MeshStore"]


@dataclass(frozen=True)
class MeshStore:
    """Meshes by the digest of their geometry and of the sources that build them.

    Attributes
    ----------
    folder
        Where they are; made when the first is kept.
    """

    folder: Path

    def mesh(self, case: Case, build: Callable[[], MeshData]) -> MeshData:
        """Take the mesh of a built geometry, or build and keep it. Serial; of several processes one builds.

        Where the file system knows no locks, each of them may build it; whole files replace each other.

        Parameters
        ----------
        case
            The case.
        build
            Builds the mesh.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        path = self.folder / f"{_digest(case)}.npz"
        kept = _read(path)
        if kept is not None:
            return kept
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / f".{path.name}.lock").open("w") as lock:
                lock_file(lock, wait=True)
                kept = _read(path)
                if kept is None:
                    kept = build()
                    _write(path, kept)
        except OSError as error:
            raise OutputError(f"cannot write to {self.folder}: {error.strerror or error}") from error
        return kept


def _digest(case: Case) -> str:
    names = [case.growth.region, *case.materials]
    content = [case.geometry.model_dump(mode="json", exclude_none=True), names, results_source_digest()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _write(path: Path, data: MeshData) -> None:
    """Write a mesh so that it is there whole or not at all."""
    arrays: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in ((field.name, getattr(data, field.name)) for field in fields(data)):
        (arrays if isinstance(value, np.ndarray) else rest)[name] = value
    partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    with partial.open("wb") as file:
        np.savez(file, rest=np.frombuffer(json.dumps(rest).encode(), dtype=np.uint8), **arrays)
    partial.replace(path)


def _read(path: Path) -> MeshData | None:
    """Read a mesh; None if it is not there or damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        rest = json.loads(arrays.pop("rest").tobytes())
        return MeshData(**arrays, **(rest | {"notes": tuple(rest["notes"])}))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
