"""Potentials between atoms in the library: numbers of published fits, or names of files that come with LAMMPS."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from platingx.config.library import LibraryValue, Status, library_names, read_entry, require_known

__all__ = ["LibraryPotential", "load_potential", "potential_names"]

_KIND = "potentials"


class LibraryPotential(BaseModel):
    """One file of the library of potentials.

    Attributes
    ----------
    style
        Pair style of LAMMPS.
    source, doi, status
        Of all its numbers together.
    mass, lattice
        Mass of an atom, g/mol, and lattice constant of the crystal.
    library, pair
        Numbers of the two files of the style ``meam``, by their names there.
    files
        Names of files that come with LAMMPS instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    description: str = ""
    style: Literal["meam", "snap"]
    element: str
    source: str = Field(min_length=1)
    doi: str
    status: Status
    mass: LibraryValue
    lattice: LibraryValue
    library: dict[str, float | str] = Field(default_factory=dict)
    pair: dict[str, float] = Field(default_factory=dict)
    files: tuple[str, ...] = ()


@cache
def potential_names() -> tuple[str, ...]:
    """Names of the potentials in the library, sorted."""
    return library_names(_KIND)


@cache
def _load(name: str) -> LibraryPotential:
    return LibraryPotential.model_validate(read_entry(_KIND, name))


def load_potential(name: object) -> LibraryPotential:
    """Read a potential of the library.

    Parameters
    ----------
    name : str
        Its name, e.g. ``"li_meam_cui_2012"``.

    Raises
    ------
    PydanticCustomError
        If there is none of that name; it names the nearest.
    """
    return _load(require_known(name, potential_names(), "potential"))
