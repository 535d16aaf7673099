"""PETSc's option database: the options of a case are in it only while they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from petsc4py import PETSc

PREFIX = "platingx_"


@contextmanager
def options_in_database(options: Mapping[str, str]) -> Iterator[None]:
    """Put options under the prefix of the package, and take them out again: the next model has its own.

    Options of the command line are in the database already and go before those of the case.

    Parameters
    ----------
    options
        Options without prefix.
    """
    database = PETSc.Options(PREFIX)
    mine = {key: value for key, value in options.items() if not database.hasName(key)}
    for key, value in mine.items():
        database[key] = value
    try:
        yield
    finally:
        for key in mine:
            database.delValue(key)
