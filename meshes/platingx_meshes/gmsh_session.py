"""One Gmsh session at a time, quiet, and closed again however the work in it ends.

Gmsh has one session for a process. One that a caller has opened is used and given back with its options and its
current model.
"""

import locale
from collections.abc import Iterator
from contextlib import contextmanager

import gmsh

_before: dict[str, float] = {}
"""Options that the open session has changed, with their values before."""


@contextmanager
def gmsh_model(name: str) -> Iterator[None]:
    """Open a new Gmsh model, starting Gmsh if it does not run yet, and remove it afterwards."""
    started = not gmsh.isInitialized()
    if started:
        language = locale.setlocale(locale.LC_ALL)
        gmsh.initialize(readConfigFiles=False, interruptible=False)
        locale.setlocale(locale.LC_ALL, language)  # Gmsh sets that of the user for the whole process
    current = gmsh.model.getCurrent()
    set_option("General.Terminal", 0)
    gmsh.model.add(name)
    try:
        yield
    finally:
        if started:
            gmsh.finalize()
        else:
            gmsh.model.remove()
            gmsh.model.setCurrent(current)
            for option, value in _before.items():
                gmsh.option.setNumber(option, value)
        _before.clear()


def set_option(name: str, value: float) -> None:
    """Set a number among the options of Gmsh until the model is removed.

    Parameters
    ----------
    name : of the option, such as ``Mesh.Algorithm``
    value : its value
    """
    _before.setdefault(name, gmsh.option.getNumber(name))
    gmsh.option.setNumber(name, value)
