"""Potentials between atoms: a name of the library, or files of the user."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from platingx.config.base import Block, Finding
from platingx.config.potential_library import LibraryPotential, load_potential
from platingx.config.quantities import Physical, with_default

__all__ = ["Potential"]

Mass = Annotated[float, Physical("dimensionless", above=0.0, maximum=300.0)]
AtomicLength = Annotated[float, Physical("length", minimum=1e-11, maximum=1e-8, usual=(2e-10, 1e-9))]

_FILES = {"meam": ("file", "parameter_file"), "snap": ("file", "parameter_file"), "reaxff": ("file",)}
_WORDS = {
    "meam": {"file": "the library file, such as library.meam", "parameter_file": "the file of pairs, such as Li.meam"},
    "snap": {"file": "the file of coefficients", "parameter_file": "the file of parameters"},
    "reaxff": {"file": "a force field with parameters of the element"},
}


class Potential(Block):
    """Potential between the atoms: a name of the library, or files of your own."""

    base: str | None = Field(default=None, description="Potential of the library (platingx materials lists them).")
    style: Literal["meam", "snap", "reaxff"] = Field(description="Pair style of LAMMPS.")
    element: str = Field(pattern=r"^[A-Z][a-z]?$", description="Element, as the files name it.")
    mass: Mass = Field(default=6.94, description="Mass of an atom, g/mol.")
    lattice: AtomicLength = with_default("3.51 angstrom", "Lattice constant of the crystal that runs start from, m.")
    file: str | None = Field(default=None, description="First file of the style, of your own.")
    parameter_file: str | None = Field(default=None, description="Second file of the style, of your own.")
    sha256: str | None = Field(default=None, description="SHA-256 of these files, one after the other; filled in.")

    @model_validator(mode="before")
    @classmethod
    def _of_library(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = {"base": given}
        if not isinstance(given, Mapping) or given.get("base") is None:
            return given
        entry = load_potential(given["base"])
        lattice = str(entry.lattice.value)
        return {"style": entry.style, "element": entry.element, "mass": entry.mass.value, "lattice": lattice, **given}

    @property
    def entry(self) -> LibraryPotential | None:
        """Entry of the library; None for files of the user."""
        return None if self.base is None else load_potential(self.base)

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Files of the user, in the order of the style."""
        names = (getattr(self, key) for key in _FILES[self.style])
        return tuple(Path(name) for name in names if name is not None)

    def complete(self) -> None:
        """Fill in the digest of the files."""
        if self.sha256 is None and self.own_files:
            self.__dict__["sha256"] = _digest(self.own_files)

    def check(self) -> Iterator[Finding]:
        """Check that the files that the style needs are there, and are those that were meant."""
        for key in ("file", "parameter_file"):
            name, needed = getattr(self, key), key in _FILES[self.style]
            if self.base is not None and name is not None:
                yield Finding(key, f"{self.base} of the library has its own numbers", "leave it out, or leave base out")
            elif name is not None and not needed:
                yield Finding(key, f"the style {self.style} has no such file", "leave it out")
            elif name is not None and not Path(name).is_file():
                yield Finding(key, f"there is no file {name}", _WORDS[self.style][key])
            elif name is None and needed and self.base is None:
                yield Finding("", f"the style {self.style} needs the key {key}", _WORDS[self.style][key])
        if self.base is not None and self.entry is not None and self.style != self.entry.style:
            yield Finding("style", f"{self.base} is of the style {self.entry.style}", self.entry.style)
        if self.base is None and self.sha256 != _digest(self.own_files) and self.own_files:
            message = "the files of the potential are not those that the case was written for"
            yield Finding("sha256", message, "leave sha256 out to take them as they are now")


def _digest(files: tuple[Path, ...]) -> str | None:
    try:
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    except OSError:
        return None
