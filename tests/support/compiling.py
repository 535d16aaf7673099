"""Processes of their own that compile a small kernel or form, in cache folders of a test."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KERNEL = """
import numpy as np
from numba import njit

def square(x):
    return x * x

def total(values):
    sum_ = 0.0
    for value in values:
        sum_ += square(value)
    return sum_
"""
KERNEL_SCRIPT = """
import importlib.util, json, sys, time
from pathlib import Path
import numba, numpy as np
from platingx.compilation.kernel_cache import KernelCache, kernel_folder
from platingx.compilation.notice import telling

sources = Path(sys.argv[1])
specification = importlib.util.spec_from_file_location("law", sources / "law.py")
law = importlib.util.module_from_spec(specification)
if "unnamed" not in sys.argv:
    sys.modules["law"] = law
specification.loader.exec_module(law)
folder = kernel_folder((sources,))
for name in ("square", "total"):
    function = numba.njit(getattr(law, name))
    function._cache = KernelCache(function, folder)
    setattr(law, name, function)
said = []
print("ready", flush=True)
with telling(said.append):
    value = law.total(np.array([1.0, 2.0]))
    misses = sum(f.stats.cache_misses.total() for f in (law.square, law.total))
    print(json.dumps({"value": value, "misses": misses, "said": said, "folder": str(folder)}))
"""
FORM_SCRIPT = """
import json, logging, os, sys
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI
from platingx.compilation.forms import compiled_form
from platingx.compilation.notice import telling
from platingx.errors import PlatingxError

domain = mesh.create_unit_square(MPI.COMM_WORLD, 4, 4)
said, handlers, problem, value = [], logging.getLogger().handlers.copy(), None, None
print("ready", flush=True)
try:
    with telling(said.append):
        form = compiled_form(ufl.SpatialCoordinate(domain)[0] * ufl.dx(domain), domain.comm)
    value = domain.comm.allreduce(fem.assemble_scalar(form))
except PlatingxError as error:
    problem = str(error)
if domain.comm.rank == 0:
    kept = logging.getLogger().handlers == handlers
    print(json.dumps({"value": value, "said": said, "problem": problem, "logging_kept": kept}))
"""


@dataclass
class Compiling:
    """Starts processes that compile, and reads what they say."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """Folder of all caches of the test."""
        return self.folder / "cache"

    def start(self, script: str, *arguments: object, ranks: int = 0) -> subprocess.Popen[str]:
        """Start a script and wait until it is about to compile."""
        command = [sys.executable, "-P", *(["-m", "mpi4py"] if ranks else []), "-c", script, *map(str, arguments)]
        if ranks:
            command = ["mpirun", "-n", str(ranks), *command]
        caches = {"XDG_CACHE_HOME": str(self.cache), "NUMBA_CACHE_DIR": str(self.cache / "numba")}
        process = subprocess.Popen(
            command,
            env={**os.environ, **caches, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready"):  # mpirun may put the lines of two ranks into one
                break
        return process

    def end(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """What a process has found; it must end well."""
        assert process.stdout is not None
        output = process.stdout.read()  # what start() has read ahead is lost to communicate()
        process.stdout.close()
        assert process.wait(timeout=1800) == 0, output
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
        return result

    def kernel(self, sources: Path) -> dict[str, Any]:
        """Compile the kernel of a folder of sources."""
        return self.end(self.start(KERNEL_SCRIPT, sources))

    def form(self) -> dict[str, Any]:
        """Compile the form."""
        return self.end(self.start(FORM_SCRIPT))

    def checkout(self, name: str, text: str = KERNEL) -> Path:
        """A folder of sources with the kernel."""
        folder = self.folder / name / "laws"
        folder.mkdir(parents=True)
        (folder / "law.py").write_text(text)
        return folder
