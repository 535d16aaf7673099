"""Parts that reports of runs and of studies share: what numbers rest on, versions, limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from platingx.post.model_limits import limits_of
from platingx.post.report_page import Bullets, Section, Table

__all__ = ["basis_section", "limits_section", "version_section"]

_PACKAGES = ("dolfinx", "petsc", "mpi", "gmsh", "numpy", "scipy", "numba")
_DIGESTS = (("case", "case_sha256"), ("mesh", "mesh_sha256"), ("sources", "results_source_sha256"))
_DIGITS = 12


def basis_section(
    calibrated: Sequence[str], unverified: Sequence[str], doubtful: Sequence[str], nothing: str = "Nothing."
) -> Section:
    """Say what the numbers rest on: fitted, unverified and doubtful inputs, each by its word.

    Parameters
    ----------
    calibrated, unverified, doubtful
        Sentences of each.
    nothing
        Said where nothing is calibrated.
    """
    return Section(
        "What the numbers rest on",
        [
            Bullets(calibrated, head="Calibrated: fitted, or chosen with knowledge of the target", none=nothing),
            Bullets(unverified, head="Unverified: values nobody has checked against a source", none="None."),
            Bullets(doubtful, "doubt" if doubtful else "", "Doubtful: inputs the program questions", "None."),
        ],
        compact=True,
    )


def limits_section(case: Mapping[str, Any], more: Iterable[str] = ()) -> list[Section]:
    """Say what the model leaves out; no section where nothing is known of that.

    Parameters
    ----------
    case
        Resolved case.
    more
        Further sentences.
    """
    sentences = [*limits_of(case), *more]
    return [Section("Limits of the model", [Bullets(sentences)], compact=True)] if sentences else []


def version_section(manifest: Mapping[str, Any], note: str = "") -> Section:
    """Say by what the numbers were computed.

    Parameters
    ----------
    manifest
        Content of manifest.json.
    note
        A remark.
    """
    source = manifest.get("source") or {}
    packages = manifest.get("packages") or {}
    machine = manifest.get("machine") or {}
    changed = "with changes that are not committed" if source.get("dirty") else ""
    rows = [
        ("platingx", ", ".join(filter(None, [str(manifest.get("platingx", "")), _commit(source), changed]))),
        ("libraries", ", ".join(f"{name} {packages[name]}" for name in _PACKAGES if name in packages)),
        ("Python", str(manifest.get("python", ""))),
        ("machine", ", ".join(filter(None, map(str, (machine.get("processor"), machine.get("system")))))),
        ("ranks and threads", f"{manifest.get('ranks', '?')} and {manifest.get('threads', '?')}"),
        ("SHA-256", ", ".join(f"{name} {_short(manifest[key])}" for name, key in _DIGESTS if manifest.get(key))),
    ]
    return Section("Versions", [Table(("", ""), [row for row in rows if row[1]], note=note)], compact=True)


def _commit(source: Mapping[str, Any]) -> str:
    commit = source.get("commit")
    return f"commit {str(commit)[:_DIGITS]}" if commit else ""


def _short(digest: object) -> str:
    return f"{str(digest)[:_DIGITS]}…"
