"""Going on with a run: finding its checkpoint, and refusing what is not the same run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.run import provenance
from platingx.run.folder import FILES
from platingx.stepping.checkpoint import Checkpoint, newest_checkpoint

CHECKPOINTS = "checkpoint"
"""Name of the folder of checkpoints in a run folder."""

_BEFORE_ANY_STEP = {"case.resolved.yaml", "run.log"}
_SHOWN = 5


@dataclass(frozen=True)
class Resumption:
    """What a run goes on from.

    Attributes
    ----------
    checkpoint
        None if there is none to use: the run starts again from its beginning.
    manifest
        Manifest of the run so far; empty if there is none.
    messages
        Sentences for the log, such as which checkpoints were damaged.
    """

    checkpoint: Checkpoint | None
    manifest: dict[str, Any] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def open_resumption(case: Case, folder: Path, comm: MPI.Intracomm) -> Resumption:
    """Find the newest usable checkpoint of a run of this case. Collective.

    Raises
    ------
    OutputError
        If the folder is not that of a run, or of a run of another case.
    """
    manifest = on_rank_0(comm, lambda: _manifest_of_same_case(case, folder))
    checkpoint, skipped = newest_checkpoint(folder / CHECKPOINTS, comm)
    messages = [f"checkpoint skipped: {text}" for text in skipped]
    if checkpoint is None:
        messages.append("no usable checkpoint in this folder: starting from the beginning")
    elif checkpoint.index["case_sha256"] != fingerprint(case):
        raise OutputError(f"{checkpoint.path} belongs to another case; move it away or choose another folder")
    else:
        messages.append(f"going on from {checkpoint.path.name} at t {checkpoint.index['time_s']:.6e} s")
    return Resumption(checkpoint, manifest, tuple(messages))


def start_manifest(case_sha256: str, ranks: int, resumption: Resumption | None) -> dict[str, Any]:
    """Manifest at the start of a run, or of a run so far with one more entry in its list ``resumed``.

    Parameters
    ----------
    case_sha256
        Fingerprint of the case.
    ranks
        Number of MPI ranks.
    resumption
        What the run goes on from, or None.
    """
    here = provenance.describe_environment(ranks)
    manifest = {**here, "case_sha256": case_sha256, "started": provenance.now(), "outcome": "running"}
    if resumption is None:
        return manifest
    index = {} if resumption.checkpoint is None else resumption.checkpoint.index
    entry = {
        "at": manifest["started"],
        "from_step": index.get("step", 0),
        "from_time_s": index.get("time_s", 0.0),
        "outcome_before": resumption.manifest.get("outcome", "unknown"),
        **here,
    }
    before = resumption.manifest.get("resumed", [])
    ended = {"finished", "steps", "wall_seconds"}
    first = {key: value for key, value in resumption.manifest.items() if key not in ended}
    return {**manifest, **first, "outcome": "running", "resumed": [*before, entry]}


def check_mesh(checkpoint: Checkpoint, mesh_sha256: str, built: Path) -> None:
    """Refuse another mesh than that of the checkpoint. Rank 0 only.

    Parameters
    ----------
    checkpoint
        The checkpoint.
    mesh_sha256
        Hash of the mesh of this start.
    built
        File of a mesh that was built at this start, which becomes ``mesh.msh`` if it is the same, or is removed.

    Raises
    ------
    OutputError
        If the hashes differ.
    """
    known = checkpoint.index["mesh_sha256"]
    try:
        if built.exists():
            built.replace(built.with_name("mesh.msh")) if known == mesh_sha256 else built.unlink()
    except OSError as error:
        raise OutputError(f"cannot write {built}: {error.strerror or error}") from error
    if known != mesh_sha256:
        raise OutputError(
            f"the mesh is not that of {checkpoint.path}: SHA-256 {mesh_sha256[:12]}... instead of {known[:12]}... "
            "Take the mesh file, or the version of Gmsh (see manifest.json), that the run was started with, "
            "or start a new run with another --out"
        )


def _manifest_of_same_case(case: Case, folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise OutputError(f"{folder}: there is no such run folder to resume; start the run with --out {folder}")
    manifest = _read_manifest(folder / "manifest.json")
    if not manifest:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if names - _BEFORE_ANY_STEP:
            known = sorted(names & set(FILES))
            there = f"; it holds {', '.join(known)}" if known else ""
            raise OutputError(f"{folder}: not the folder of a run, manifest.json is missing or damaged{there}")
        return {}
    if manifest.get("case_sha256") != fingerprint(case):
        raise OutputError(
            f"{folder} holds a run of another case: {_differences(case, folder)}. Resume with the case and --set "
            "options of that run, or start a new run with another --out"
        )
    return manifest


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _differences(case: Case, folder: Path) -> str:
    """Which keys differ from the resolved case of the folder, in words."""
    try:
        there = yaml.safe_load((folder / "case.resolved.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return "its case.resolved.yaml cannot be read"
    old, new = _flat(there), _flat(yaml.safe_load(dump_resolved(case)))
    changed = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    if not changed:
        return "its case.resolved.yaml was changed after the run"
    lines = [f"{key} is {new.get(key, 'absent')}, there {old.get(key, 'absent')}" for key in changed[:_SHOWN]]
    more = len(changed) - _SHOWN
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")


def _flat(data: Any, key: str = "") -> dict[str, Any]:
    """Values by their dotted key."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if items is None:
        return {key: data}
    result: dict[str, Any] = {}
    for name, value in items:
        result |= _flat(value, f"{key}.{name}" if key else str(name))
    return result
