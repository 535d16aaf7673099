"""What platingx finds on this machine, and what it lacks: the environment, MPI, BLAS, the compiler, disks, Slurm."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from platingx.compilation.cache_folder import cache_root, made_before
from platingx.rank_variables import without_ranks

__all__ = ["DOUBTFUL", "MISSING", "OK", "OPTIONAL", "Finding", "examine"]

OK = "ok"
OPTIONAL = "not here"
DOUBTFUL = "doubtful"
MISSING = "missing"

NEEDED = {
    "dolfinx": "fenics-dolfinx", "petsc4py": "petsc4py", "mpi4py": "mpi4py", "gmsh": "gmsh", "numba": "numba",
    "h5py": "h5py", "meshio": "meshio", "pandas": "pandas", "pydantic": "pydantic", "matplotlib": "matplotlib",
}  # fmt: skip
"""Modules that runs need, and what packages call them."""

EXTRA_MODULES = {
    "adios2": "compressed fields.bp",
    "pyarrow": "results.parquet of studies",
    "submitit": "studies on Slurm",
    "pyvista": "views in space",
    "tifffile": "stacks of images of tomograms",
    "sphinx": "the site of the documentation",
    "ipykernel": "notebooks",
}
EXTRA_PROGRAMS = {
    "lmp": "molecular dynamics (LAMMPS)",
    "ccx": "the comparison with CalculiX",
    "ffmpeg": "movies as MP4",
    "sbatch": "studies on Slurm",
}
STARTERS = ("mpirun", "mpiexec")
LEAST_DISK = 2.0e9
LEAST_MEMORY = 2.0e9
TIME_OF_A_START = 60.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    topic : str
        What was looked at.
    state : str
        ``OK``, ``OPTIONAL`` (nothing needs it), ``DOUBTFUL`` or ``MISSING`` (runs do not work without it).
    text : str
        What was found.
    remedy : str
        What to do about it; empty where there is nothing to do.
    """

    topic: str
    state: str
    text: str
    remedy: str = ""


def examine(folder: Path) -> Iterator[Finding]:
    """Look at this machine, cheap things first.

    Parameters
    ----------
    folder : Path
        Where runs would be written.
    """
    yield _environment()
    yield from _modules()
    for look in (_mpi, _blas, _compiler, _cache, _machine):
        yield look()
    yield _disk("disk of this folder", folder)
    yield from _extras()


def _environment() -> Finding:
    kind = (
        "conda"
        if os.environ.get("CONDA_PREFIX")
        else "a virtual environment"
        if sys.prefix != sys.base_prefix
        else "the system"
    )
    root = " in the root filesystem of ./platingx" if os.environ.get("PLATINGX_INSIDE") else ""
    return Finding(
        "Python", OK, f"{platform.python_version()} of {kind}{root} ({sys.executable}), {platform.platform()}"
    )


def _modules() -> Iterator[Finding]:
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    found = [f"{name} {_version(name, package)}" for name, package in NEEDED.items() if name not in lacking]
    if found:
        yield Finding("packages", OK, ", ".join(found))
    if lacking:
        remedy = "./platingx setup makes an environment; with conda: conda env create -f environment.yml"
        yield Finding("packages", MISSING, ", ".join(lacking), remedy)


def _version(module: str, package: str) -> str:
    """Version by the package, or by the module where that came in a package of another name."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        program = f"from mpi4py import MPI; import dolfinx, {module}; print('VERSION', {module}.__version__)"
        said = re.search(r"^VERSION (\S+)$", _output([sys.executable, "-c", program]), re.MULTILINE)
        return said.group(1) if said else "(version unknown)"


def _mpi() -> Finding:
    """Start two ranks: the one thing that shows whether mpirun and mpi4py belong together."""
    own = [str(Path(sys.executable).parent)] if sys.prefix != sys.base_prefix else []  # a venv that is not active
    starter = next(filter(None, (shutil.which(name, path=path) for path in (*own, None) for name in STARTERS)), None)
    if starter is None:
        return Finding(
            "MPI",
            DOUBTFUL,
            "no mpirun in the path: runs use one rank",
            "install openmpi-bin, or load the module of the cluster",
        )
    library = "MPI.Get_library_version().splitlines()[0].split(',')[0]"
    line = f"str(MPI.COMM_WORLD.size) + ' ' + {library} + chr(10)"  # in one piece: ranks write at the same time
    program = f"from mpi4py import MPI; import sys; sys.stdout.write({line})"
    done = _output([starter, "-n", "2", sys.executable, "-c", program])
    sizes = re.findall(r"^(\d+) (.*)$", done, re.MULTILINE)
    if [size for size, _ in sizes] == ["2", "2"]:
        return Finding("MPI", OK, f"{sizes[0][1].strip()}: {starter} starts two ranks")
    if [size for size, _ in sizes] == ["1", "1"]:
        return Finding(
            "MPI",
            DOUBTFUL,
            f"{starter} starts two processes that do not know each other: it is of another MPI than mpi4py, which has "
            f"{sizes[0][1].strip()}",
            "put the mpirun of that MPI first in the path, or install mpi4py for this one",
        )
    last = (done.strip().splitlines() or ["no output"])[-1]
    return Finding(
        "MPI",
        DOUBTFUL,
        f"{starter} -n 2 does not start: {last[:160]}",
        "runs on one rank work; on login nodes MPI may be forbidden: try in a job",
    )


def _blas() -> Finding:
    program = (
        "import platingx.startup_settings, numpy as np; from mpi4py import MPI; import dolfinx;"
        "np.ones((8, 8)) @ np.ones((8, 8));"
        "from platingx.run.provenance import describe_environment as d; print('BLAS', d(1)['blas'])"
    )
    found = re.search(r"^BLAS (.*)$", _output([sys.executable, "-c", program]), re.MULTILINE)
    libraries = found.group(1) if found else "unknown"
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    text = f"{libraries}; OMP_NUM_THREADS {threads}"
    if re.search(r"(^|, )\S*/libblas\.so[^,]*", libraries) and not re.search("openblas|mkl|blis|accelerate", libraries):
        return Finding(
            "BLAS",
            DOUBTFUL,
            f"{text}: the reference library, with which factorisations take twenty times longer",
            "apt install libopenblas0-pthread",
        )
    return Finding("BLAS", OK if found else DOUBTFUL, text)


def _compiler() -> Finding:
    name = os.environ.get("CC", "").split(" ")[0] or "cc"
    path = shutil.which(name) or shutil.which("gcc")
    if path is None:
        return Finding(
            "C compiler",
            MISSING,
            f"no {name} and no gcc: forms cannot be compiled",
            "apt install gcc libc6-dev, or conda install c-compiler",
        )
    return Finding("C compiler", OK, f"{(_output([path, '--version']).splitlines() or [path])[0]} ({path})")


def _cache() -> Finding:
    root, shared = cache_root(), made_before()
    before = f"{shared}, {_megabytes(shared)} MB made before for all users; " if shared and _megabytes(shared) else ""
    at = next(parent for parent in (root, *root.parents) if parent.exists())
    if not os.access(at, os.W_OK):
        each = "what is not in there is compiled at each start" if before else "each start compiles anew (a minute)"
        return Finding(
            "compiled kernels",
            DOUBTFUL,
            f"{before}{root} cannot be written: {each}",
            "set XDG_CACHE_HOME to a folder of yours",
        )
    lacking = "empty" if before else "empty: the first run compiles for about a minute"
    size = _megabytes(root)
    return Finding("compiled kernels", OK, f"{before}{root}, {f'{size} MB' if size else lacking}")


def _megabytes(folder: Path) -> int:
    """Megabytes of all files below a folder, rounded up; 0 if there is none."""
    return math.ceil(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def _machine() -> Finding:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    state = OK if memory >= LEAST_MEMORY else DOUBTFUL
    return Finding("machine", state, f"{cores} cores for this process, {memory / 1e9:.0f} GB of memory")


def _disk(topic: str, folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(topic, DOUBTFUL, f"{folder}: {error.strerror or error}")
    if not os.access(folder, os.W_OK):
        return Finding(topic, DOUBTFUL, f"{folder} cannot be written", "start in a folder of yours, or give --out")
    state, remedy = (OK, "") if free >= LEAST_DISK else (DOUBTFUL, "large runs fill this; --out names another disk")
    return Finding(topic, state, f"{free / 1e9:.1f} GB free in {folder}", remedy)


def _extras() -> Iterator[Finding]:
    """Find what only some commands need; one line for all that is here, one for each that is not."""
    checks: list[tuple[dict[str, str], Callable[[str], object]]] = [
        (EXTRA_MODULES, importlib.util.find_spec), (EXTRA_PROGRAMS, shutil.which),
    ]  # fmt: skip
    here: list[tuple[str, str]] = []
    lacking: list[tuple[str, str]] = []
    for names, find in checks:
        for name, use in names.items():
            (here if find(name) else lacking).append((name, use))
    if here:
        yield Finding("extras", OK, ", ".join(f"{name} ({use})" for name, use in here))
    for name, use in lacking:
        yield Finding("extras", OPTIONAL, f"{name}: {use}")


def _output(command: list[str]) -> str:
    """Give what a program prints, and what goes wrong with it."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIME_OF_A_START, check=False, env=without_ranks(os.environ)
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {TIME_OF_A_START:.0f} s"
    except OSError as error:
        return str(error)
    return done.stdout + done.stderr
