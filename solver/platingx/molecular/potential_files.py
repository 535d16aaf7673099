"""Files of a potential, of the numbers of the library or copied from the user, and the commands that name them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from platingx.config.potential import Potential
from platingx.config.potential_library import LibraryPotential
from platingx.errors import CaseError

__all__ = ["PotentialFiles", "potential_files"]


class PotentialFiles:
    """What a deck needs of a potential.

    Attributes
    ----------
    texts
        Content of the files beside the deck, by name.
    commands
        Lines of the deck.
    """

    def __init__(self, texts: Mapping[str, bytes], commands: tuple[str, ...]) -> None:
        self.texts, self.commands = dict(texts), commands


def potential_files(potential: Potential, folder_of_program: Path | None) -> PotentialFiles:
    """Make the files of a potential.

    Parameters
    ----------
    potential
        The block of a case.
    folder_of_program
        Where the LAMMPS at hand keeps potentials; None if it is not known.

    Raises
    ------
    CaseError
        If a file is missing that should have come with LAMMPS.
    """
    entry, element = potential.entry, potential.element
    if entry is not None and entry.library:
        files = {"library.meam": _library_text(entry).encode(), f"{element}.meam": _pair_text(entry).encode()}
    elif entry is not None:
        files = {name: _of_program(entry, name, folder_of_program) for name in entry.files}
    else:
        files = {path.name: path.read_bytes() for path in potential.own_files}
    return PotentialFiles(files, _commands(potential.style, element, list(files)))


def _of_program(entry: LibraryPotential, name: str, folder: Path | None) -> bytes:
    path = None if folder is None else folder / name
    if path is None or not path.is_file():
        where = "its folder of potentials is not known" if folder is None else f"there is none in {folder}"
        raise CaseError(
            f"the potential {entry.name} needs {name}, which comes with LAMMPS; {where}. Name the folder in the "
            "variable LAMMPS_POTENTIALS, or give the files: potential: {style: snap, file: ..., parameter_file: ...}"
        )
    return path.read_bytes()


def _commands(style: str, element: str, names: list[str]) -> tuple[str, ...]:
    if style == "meam":
        return "pair_style meam", f"pair_coeff * * {names[0]} {element} {names[1]} {element}"
    if style == "snap":
        return "pair_style snap", f"pair_coeff * * {names[0]} {names[1]} {element}"
    # charges stay zero: there is one element only
    return "pair_style reaxff NULL checkqeq no", f"pair_coeff * * {names[0]} {element}"


_ROWS = (
    ("lat", "z", "ielement", "atwt"),
    ("alpha", "b0", "b1", "b2", "b3", "alat", "esub", "asub"),
    ("t0", "t1", "t2", "t3", "rozero", "ibar"),
)


def _library_text(entry: LibraryPotential) -> str:
    """File of elements of the style meam, in the order of its fields."""
    values = {**entry.library, "atwt": entry.mass.value, "lat": f"'{entry.library['lat']}'"}
    lines = [" ".join(_plain(values[name]) for name in row) for row in _ROWS]
    return f"# {entry.title}; {entry.doi}\n'{entry.element}' " + "\n".join(lines) + "\n"


def _pair_text(entry: LibraryPotential) -> str:
    """File of pairs of the style meam."""
    lines = [f"{name} = {_plain(value)}" for name, value in entry.pair.items()]
    return f"# {entry.title}; {entry.doi}\n" + "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    """A number as LAMMPS reads it: without a fraction where it is whole."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
