"""What a run depended on: versions, hashes, ranks, machine; written to manifest.json."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platingx import __version__
from platingx.errors import OutputError

PACKAGES = (
    "fenics-dolfinx",
    "petsc4py",
    "mpi4py",
    "gmsh",
    "numpy",
    "scipy",
    "numba",
    "pydantic",
    "adios4dolfinx",
)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file so that it is either the old one or the whole new one.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            json.dump(content, file, indent=2, allow_nan=False)
            file.write("\n")
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def digest(text: bytes) -> str:
    """SHA-256 of some bytes, hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def now() -> str:
    """Present time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def describe_environment(ranks: int) -> dict[str, Any]:
    """Versions, machine and source state.

    Parameters
    ----------
    ranks
        Number of MPI ranks.
    """
    return {
        "platingx": __version__,
        "source": _source_state(),
        "python": platform.python_version(),
        "packages": _versions(),
        "blas": _blas(),
        "ranks": ranks,
        "threads": os.environ.get("OMP_NUM_THREADS", "unset"),
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
        },
        "command": sys.argv,
    }


def _versions() -> dict[str, str]:
    import dolfinx
    from mpi4py import MPI
    from petsc4py import PETSc

    found = {
        "dolfinx": dolfinx.__version__,
        "petsc": ".".join(str(part) for part in PETSc.Sys.getVersion()),
        "mpi": MPI.Get_library_version().split("\n")[0].split(",")[0].strip(),
    }
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _source_state() -> dict[str, Any]:
    """Git commit of a source checkout, and whether it has local changes; empty for a wheel."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return {}
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit, "dirty": bool(changes)}


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def _blas() -> str:
    """Shared library that provides BLAS to this process, as the dynamic loader has it."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    libraries = {Path(line.split()[-1]) for line in maps.splitlines() if "/" in line}
    starts = ("libblas", "libopenblas", "libmkl_rt", "libblis")
    names = {str(path.resolve()) for path in libraries if path.name.startswith(starts)}
    return ", ".join(sorted(names)) or "unknown"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
