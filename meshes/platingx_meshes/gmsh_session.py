"""One Gmsh session at a time, quiet, and closed again however the work in it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

import gmsh


@contextmanager
def gmsh_model(name: str) -> Iterator[None]:
    """Open a new Gmsh model, starting Gmsh if it does not run yet, and remove it afterwards."""
    started = not gmsh.isInitialized()
    if started:
        gmsh.initialize(readConfigFiles=False, interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.model.add(name)
    try:
        yield
    finally:
        if started:
            gmsh.finalize()
        else:
            gmsh.model.remove()
