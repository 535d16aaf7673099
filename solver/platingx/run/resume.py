"""Going on with a run: finding its checkpoint, and refusing what is not the same run."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.kinds import AnyCase
from platingx.config.resolved import (
    MESH_COPY,
    SETTINGS,
    fingerprint,
    fingerprint_of_past,
    fingerprint_of_results,
    plain_resolved,
)
from platingx.errors import OutputError
from platingx.parallel import on_rank_0
from platingx.physics.part import Builder
from platingx.physics.python_terms import Term
from platingx.post.history import read_case
from platingx.post.nested_keys import by_dotted_key
from platingx.post.scales import display_scale
from platingx.run import provenance
from platingx.run.field_output import region_order
from platingx.run.folder import FILES
from platingx.stepping.checkpoint import Checkpoint, newest_checkpoint

CHECKPOINTS = "checkpoint"
"""Name of the folder of checkpoints in a run folder."""

Changes = dict[str, tuple[Any, Any]]
"""Values by their dotted key: there (in the run so far) and here; None where there is none."""

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
    changes
        Values of the case that differ from those before.
    messages
        Sentences for the log, such as which checkpoints were damaged.
    """

    checkpoint: Checkpoint | None
    manifest: dict[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def open_resumption(case: Case, folder: Path, comm: MPI.Intracomm) -> Resumption:
    """Find the newest usable checkpoint of a run of the same physics. Collective.

    How the equations are solved, the steps, the end and the output may be others than before.

    Raises
    ------
    OutputError
        If the folder is not that of a run, or of a run of another case, or the run is past the end of this one.
    """
    manifest = on_rank_0(comm, lambda: check_run_folder(folder))
    checkpoint, skipped = newest_checkpoint(folder / CHECKPOINTS, comm)
    changes = on_rank_0(comm, lambda: _check_case(case, folder, manifest, checkpoint))
    messages = [f"checkpoint skipped: {text}" for text in skipped]
    if checkpoint is None:
        messages.append("no usable checkpoint in this folder: starting from the beginning")
    else:
        messages.append(f"going on from {checkpoint.path.name} at t {checkpoint.index['time_s']:.6e} s")
    if changes:
        messages.append(f"going on with other settings: {in_words(changes)}")
    elif manifest and manifest.get("case_sha256") != fingerprint(case):
        messages.append("going on with other settings; which ones, the case.resolved.yaml of the folder does not say")
    return Resumption(checkpoint, manifest, changes, tuple(messages))


def start_manifest(case: AnyCase, ranks: int, resumption: Resumption | None) -> dict[str, Any]:
    """Manifest at the start of a run, or of a run so far with one more entry in its list ``resumed``.

    Parameters
    ----------
    case
        The case.
    ranks
        Number of MPI ranks.
    resumption
        What the run goes on from, or None.
    """
    here = provenance.describe_environment(ranks)
    hashes: dict[str, str | None] = {
        "case_sha256": fingerprint(case),
        "physics_sha256": fingerprint_of_past(case),
        "results_sha256": fingerprint_of_results(case),
    }
    regions = list(region_order(case) if isinstance(case, Case) else case.metals)
    manifest = {**here, **hashes, "regions": regions, "started": provenance.now(), "outcome": "running"}
    if resumption is None:
        return manifest
    index = {} if resumption.checkpoint is None else resumption.checkpoint.index
    so_far = resumption.manifest
    entry = {
        "at": manifest["started"],
        "from_step": index.get("step", 0),
        "from_time_s": index.get("time_s", 0.0),
        "outcome_before": so_far.get("outcome", "unknown"),
        "case_sha256_before": so_far.get("case_sha256"),
        "case_sha256": hashes["case_sha256"],
        "settings": {key: {"before": there, "now": here} for key, (there, here) in resumption.changes.items()},
        **here,
    }
    if index and so_far.get("results_sha256") != hashes["results_sha256"]:
        hashes["results_sha256"] = None  # neither those of the old settings nor those of the new ones
    ended = {"finished", "steps", "wall_seconds"}
    first = {key: value for key, value in so_far.items() if key not in ended}
    return {**manifest, **first, **hashes, "outcome": "running", "resumed": [*so_far.get("resumed", []), entry]}


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
            built.replace(built.with_name(MESH_COPY)) if known == mesh_sha256 else built.unlink()
    except OSError as error:
        raise OutputError(f"cannot write {built}: {error.strerror or error}") from error
    if known != mesh_sha256:
        raise OutputError(
            f"the mesh is not that of {checkpoint.path}: SHA-256 {mesh_sha256[:12]}... instead of {known[:12]}... "
            "Take the mesh file, or the version of Gmsh (see manifest.json), that the run was started with, "
            "or start a new run with another --out"
        )


def names_of_terms(terms: Sequence[Term | Builder]) -> list[str]:
    """Names of terms in Python with those of their fields, by which a resumed run must have the same."""
    return [
        f"{term.name} ({term.stage}: {', '.join(field.name for field in term.fields) or 'no field'})"
        if isinstance(term, Term)
        else getattr(term, "__name__", type(term).__name__)
        for term in terms
    ]


def check_terms(checkpoint: Checkpoint, terms: Sequence[Term | Builder]) -> None:
    """Refuse other terms in Python than those that a run was started with.

    Raises
    ------
    OutputError
        If they differ.
    """
    known, here = checkpoint.index.get("terms", []), names_of_terms(terms)
    if known != here:
        raise OutputError(
            f"{checkpoint.path}: the run was started with the terms {'; '.join(known) or 'none'} in Python, and is to "
            f"go on with {'; '.join(here) or 'none'}: give run_case the same terms"
        )


def check_run_folder(folder: Path) -> dict[str, Any]:
    """Manifest of the run in a folder; empty where it has ended before that was written. Rank 0 only.

    Raises
    ------
    OutputError
        If the folder is not that of a run.
    """
    if not folder.is_dir():
        raise OutputError(f"{folder}: there is no such run folder to resume; start the run with --out {folder}")
    manifest = _read_manifest(folder / "manifest.json")
    if not manifest:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if names - _BEFORE_ANY_STEP:
            known = sorted(names & set(FILES))
            there = f"; it holds {', '.join(known)}" if known else ""
            raise OutputError(f"{folder}: not the folder of a run, manifest.json is missing or damaged{there}")
    return manifest


def _check_case(case: Case, folder: Path, manifest: dict[str, Any], checkpoint: Checkpoint | None) -> Changes:
    """Refuse another physics than that of a run so far; give the keys that differ.

    Raises
    ------
    OutputError
        If the physics differs up to the checkpoint, or the checkpoint is later than the end of the case.
    """
    changes = changes_of(case, folder)
    known, time = (manifest, math.inf) if checkpoint is None else (checkpoint.index, checkpoint.index["time_s"])
    if known and known.get("physics_sha256") != fingerprint_of_past(case, time):
        raise OutputError(
            f"{folder} holds a run of another case: {in_words(physics_of(changes))}. Resume with the case and "
            "--set options of that run (solver, output and time may differ), or start a new run with another --out"
        )
    if checkpoint is not None and float(case.time.end) < time:
        raise OutputError(
            f"{checkpoint.path} is at t = {time:g} s already, later than time.end = {case.time.end:g} s: "
            "resume with a later end, or start a new run with another --out"
        )
    return changes


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def changes_of(case: AnyCase, folder: Path) -> Changes:
    """Values of a case that differ from those of the folder, (there, here) by key; empty if it cannot be read."""
    try:
        there = read_case(folder)
    except OutputError:
        return {}
    if not there:
        return {}
    old, new = by_dotted_key(there), by_dotted_key(plain_resolved(case))
    pairs = {key: (old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def physics_of(changes: Changes) -> Changes:
    """Those of some changes that a state depends on."""
    return {key: pair for key, pair in changes.items() if key.split(".")[0] not in SETTINGS}


def in_words(changes: Changes) -> str:
    """Say in what two cases differ."""
    if not changes:
        return "its case.resolved.yaml does not say in what"
    absent = {None: "absent"}
    lines = [
        f"{key} is {absent.get(here, _scaled(here))}, was {absent.get(there, _scaled(there))}"
        for key, (there, here) in list(changes.items())[:_SHOWN]
    ]
    more = len(changes) - _SHOWN
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")


def _scaled(value: Any) -> Any:
    """A quantity in SI with the prefix that suits it, in all its digits; anything else as it is."""
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        magnitude = float(number)
    except ValueError:
        return value
    scale = display_scale([magnitude], unit)
    return f"{magnitude / scale.factor:.12g} {scale.label}".strip()
