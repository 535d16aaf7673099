"""PETSc's option database: the options of a case are in it only while they are read."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from petsc4py import PETSc

PREFIX = "platingx_"


@contextmanager
def options_in_database(options: Mapping[str, str], read: set[str]) -> Iterator[None]:
    """Put options under the prefix of the package, and take them out again: the next model has its own.

    Options of the command line are in the database already and go before those of the case.

    Parameters
    ----------
    options
        Options without prefix.
    read
        Receives the names of those that PETSc has read meanwhile, or that the command line goes before.
    """
    database = PETSc.Options(PREFIX)
    mine = {key: value for key, value in options.items() if not database.hasName(key)}
    for key, value in mine.items():
        database[key] = value
    try:
        yield
    finally:
        read.update(key for key in options if key not in mine or _was_read(key))
        for key in mine:
            database.delValue(key)


def _was_read(name: str) -> bool:
    """Whether PETSc has asked for an option of the database, which petsc4py cannot tell; true where nothing can."""
    try:
        ask = ctypes.CDLL(PETSc.__file__).PetscOptionsUsed
    except (OSError, AttributeError):
        return True
    found = ctypes.c_int(0)
    failed = ask(None, f"{PREFIX}{name}".encode(), ctypes.byref(found))
    return bool(failed or found.value)
