"""``platingx version``: what is installed."""

from __future__ import annotations

import platform
from importlib import metadata

from platingx import __version__
from platingx.cli.terminal import say

__all__ = ["version"]

PACKAGES = ("fenics-dolfinx", "petsc4py", "mpi4py", "numba", "numpy", "pydantic")


def version() -> None:
    """Print the versions of platingx and of what it computes with."""
    say(f"platingx {__version__}", f"python {platform.python_version()}")
    for package in PACKAGES:
        try:
            say(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            say(f"{package} not found")
