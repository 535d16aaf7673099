"""What a run depended on: versions, hashes, ranks, machine; written to manifest.json."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
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
    "adios2",
    "llvmlite",
    "pandas",
)
LIBRARIES = {
    "lapack": ("liblapack",),
    "mumps": ("libdmumps", "libmumps_common"),
    "scalapack": ("libscalapack",),
    "libm": ("libm.so",),
    "compiler_runtime": ("libgfortran", "libgomp"),
}
"""Shared libraries whose version can move the last digits, by the first letters of their files."""
VARIABLES = (
    "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "MKL_NUM_THREADS", "MKL_CBWR", "NUMBA_NUM_THREADS", "NUMBA_CPU_NAME",
    "NUMBA_CPU_FEATURES", "GLIBC_TUNABLES", "PETSC_OPTIONS", "OMPI_MCA_coll",
)  # fmt: skip
"""Environment variables that choose code paths or the order of sums."""
SOURCES = ("platingx", "platingx_meshes")
"""Packages whose source files decide the numbers of a run."""
NO_RESULTS = (
    *(f"platingx/{name}/" for name in ("cli", "post", "exchange", "studies", "verification")),
    "platingx/config/study",
    "platingx/config/mesh_comparison",
)
"""Parts of the sources that read and show what a run leaves, or start it."""
_VECTORS = ("avx512f", "avx2", "fma", "avx", "sse4_2", "sve", "asimd")


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


@functools.cache
def source_digest() -> str:
    """SHA-256 over names and contents of all Python files of the program, as they were when first asked for."""
    return _digest_without(())


@functools.cache
def results_source_digest() -> str:
    """The same of those files only that the numbers of a run depend on: no commands, figures or pages."""
    return _digest_without(NO_RESULTS)


def _digest_without(left_out: tuple[str, ...]) -> str:
    kept = (f"{name} {sha}\n" for name, sha in _source_files() if not name.startswith(left_out or "\0"))
    return digest("".join(kept).encode())


@functools.cache
def _source_files() -> tuple[tuple[str, str], ...]:
    """Names and SHA-256 of all Python files of the program, as they were when first asked for."""
    found = []
    for package in SOURCES:
        spec = importlib.util.find_spec(package)
        for folder in map(Path, spec.submodule_search_locations or () if spec else ()):
            files = sorted(folder.rglob("*.py"))
            found += [(f"{package}/{path.relative_to(folder).as_posix()}", digest(path.read_bytes())) for path in files]
    return tuple(found)


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
    mapped = _mapped_files()
    return {
        "platingx": __version__,
        "source": _source_state(),
        "source_sha256": source_digest(),
        "results_source_sha256": results_source_digest(),
        "python": platform.python_version(),
        "packages": _versions(),
        "blas": _loaded(mapped, ("libblas", "libopenblas", "libmkl_rt", "libblis")),
        "libraries": {name: _loaded(mapped, starts) for name, starts in LIBRARIES.items()},
        "ranks": ranks,
        "threads": os.environ.get("OMP_NUM_THREADS", "unset"),
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "instruction_set": _instruction_set(),
            "cores": os.cpu_count(),
        },
        "command": sys.argv,
    }


@functools.cache
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


@functools.cache
def _source_state() -> dict[str, Any]:
    """Git commit of a source checkout when first asked for, and whether it had local changes; empty for a wheel."""
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


def _loaded(mapped: frozenset[str], starts: tuple[str, ...]) -> str:
    """Those of the mapped files whose names start so, links resolved."""
    names = {os.path.realpath(path) for path in mapped if path[path.rindex("/") + 1 :].startswith(starts)}
    return ", ".join(sorted(names)) or "unknown"


def _mapped_files() -> frozenset[str]:
    """Files in the address space of this process, shared libraries among them; none where the system does not tell."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    except OSError:
        return frozenset()
    return frozenset(line[line.index("/") :] for line in maps.splitlines() if "/" in line)


def _processor() -> str:
    return _processor_entry("model name") or platform.processor() or "unknown"


def _instruction_set() -> str:
    """Architecture and vector extensions, by which BLAS, libm and the compiled kernels choose their code."""
    flags = (_processor_entry("flags") or _processor_entry("Features")).split()
    return " ".join([platform.machine(), *(name for name in _VECTORS if name in flags)])


def _processor_entry(name: str) -> str:
    """Value of the first line of that name in /proc/cpuinfo; empty where there is none."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.split(":")[0].strip() == name), "")
