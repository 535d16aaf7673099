"""Which group of a file is meant by which name, and who owns what lies in several groups."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.errors import MeshBuildError

IntArray = NDArray[np.int64]


def renamed(
    names: Sequence[str], rename: Mapping[str, str], required: Sequence[str], what: str, path: Path
) -> dict[str, str]:
    """Pairs name here -> name in the file; renamed ones first, then those that a case wants, then all others.

    Capital letters do not matter for names that a case wants.

    Raises
    ------
    MeshBuildError
        If a name that is wanted is not there, or is there in two spellings.
    """
    folded = {name.casefold(): name for name in names}
    _check_spellings(
        names, {*rename.values(), *required, *tags.REGIONS, *tags.OF_EVERY_CASE, *tags.FORMER_BOUNDARIES}, what, path
    )
    pairs: dict[str, str] = {}
    for here, there in rename.items():
        found = str(there) if str(there) in names else folded.get(str(there).casefold())
        if found is None:
            missing = missing_name(path, what, str(there), names, f" (wanted as {here!r})")
            raise MeshBuildError(missing, _how_to_name(what, here))
        pairs[here] = found
    taken = set(pairs.values())
    for wanted in required:
        own = wanted if wanted in names else folded.get(wanted.casefold())
        if own is not None and own not in taken and wanted not in pairs:
            pairs[wanted] = own  # as the case writes it, even where a geometry has that name in other letters
            taken.add(own)
    for name in names:
        if name not in taken:
            standard = name.casefold() if name.casefold() in {*tags.REGIONS, *tags.BOUNDARIES} else name
            if what == "boundary":
                standard = _present_name(name, standard, {*pairs, *names})
            pairs.setdefault(standard, name)
    return pairs


def _check_spellings(names: Sequence[str], wanted: Collection[str], what: str, path: Path) -> None:
    """Refuse names that differ in capital letters only, where one of them is used."""
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(name.casefold(), []).append(name)
    for name in wanted:
        found = spellings.get(str(name).casefold(), [])
        if len(found) > 1:
            raise MeshBuildError(
                f"{path}: the {what} {name!r} could be {' or '.join(repr(own) for own in found)}, "
                "which differ in capital letters only",
                "call one of them otherwise, or make them one group",
            )


def _present_name(name: str, standard: str, taken: set[str]) -> str:
    """Name of a boundary that has a name of the last version in its file, unless the new name is in use too."""
    present = tags.FORMER_BOUNDARIES.get(name.casefold(), standard)
    return standard if present in taken else present


def former_names(pairs: Mapping[str, str], path: Path) -> tuple[str, ...]:
    """Sentences on the boundaries that a file has under a former name."""
    return tuple(
        f"{path}: the boundary '{there}' is now called {here}; the next version reads only that"
        for here, there in pairs.items()
        if tags.FORMER_BOUNDARIES.get(there.casefold()) == here
    )


def missing_name(path: Path, what: str, name: str, names: Sequence[str], note: str = "") -> str:
    """Sentence on a name that is not there, with those that are."""
    listed = ", ".join(sorted(names)) if names else "none"
    plural = {"region": "regions", "boundary": "boundaries"}[what]
    return f"{path}: no {what} {name!r}{note} in this mesh; {plural} there are: {listed}"


def _how_to_name(what: str, name: str) -> str:
    plural = {"region": "regions", "boundary": "boundaries"}[what]
    return f"name that group in the mesh, or write geometry.{plural}: {{{name}: NAME IN THE FILE}}"


def require(path: Path, what: str, required: Sequence[str], names: Sequence[str]) -> None:
    """Check that all names that a case needs are there.

    Raises
    ------
    MeshBuildError
        Naming the first that is not.
    """
    for name in required:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            nearest = f"is it {near[0]!r}? Or " if near else ""
            raise MeshBuildError(missing_name(path, what, name, names), f"{nearest}{_how_to_name(what, name)}")


def claim(
    groups: dict[str, IntArray],
    first: Sequence[str],
    size: int,
    table: Mapping[str, int],
    what: str,
    path: Path,
    labels: IntArray | None = None,
) -> tuple[dict[str, int], IntArray]:
    """Give every member one tag: names in ``first`` must not overlap, others take the rest, small ones first."""
    numbers = tags.assign_tags(list(groups), dict(table))
    markers = np.zeros(size, dtype=np.int64)
    owner = {tag: name for name, tag in numbers.items()}
    for name in sorted(groups, key=lambda group: (group not in first, len(groups[group]))):
        members = groups[name]
        taken = markers[members]
        if name in first and taken.any():
            other = owner[int(taken[taken > 0][0])]
            which = "" if labels is None else f" (the first is element {int(labels[members[taken > 0][0]])})"
            raise MeshBuildError(
                f"{path}: {int((taken > 0).sum())} {what}{which} lie in both {other!r} and {name!r}",
                "take them out of one of the two groups",
            )
        markers[members[taken == 0]] = numbers[name]
    return {name: tag for name, tag in numbers.items() if (markers == tag).any()}, markers
