"""The material library: YAML files in the package, each value with unit, source and status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from platingx.config.keys import slot_of
from platingx.config.quantities import case_error
from platingx.config.viscoplasticity import Viscoplasticity
from platingx.nearest import nearest

__all__ = [
    "LibraryMaterial",
    "LibraryTransport",
    "LibraryValue",
    "Role",
    "Status",
    "entry_heads",
    "flatten",
    "keep_away",
    "library_names",
    "load_material",
    "load_transport",
    "material_names",
    "overlay",
    "read_entry",
    "require_known",
    "transport_names",
    "transports_of",
]

Status = Literal["verified", "verified-secondary", "derived", "unverified"]
Role = Literal["metal", "electrolyte", "collector", "other"]

# A block whose kind changes is replaced as a whole: the parameters of another law mean something else.
_MATERIALS, _TRANSPORT = "", "transport"
_KIND_KEY = slot_of(Viscoplasticity).kind_key


class LibraryValue(BaseModel):
    """One value of the library; ``value`` is null where it is not known, ``range`` what else is plausible."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str | float | None
    source: str = Field(min_length=1)
    status: Status
    note: str = ""
    range: tuple[str | float, str | float] | None = None


class LibraryMaterial(BaseModel):
    """One file of the library."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    description: str = ""
    label: str
    role: Role
    elasticity: dict[str, LibraryValue | str] = Field(default_factory=dict)
    viscoplasticity: dict[str, LibraryValue | str] = Field(default_factory=dict)
    molar_volume: LibraryValue | None = None
    melting_temperature: LibraryValue | None = None
    fracture: dict[str, LibraryValue] = Field(default_factory=dict)
    properties: dict[str, LibraryValue] = Field(default_factory=dict)

    def _blocks(self) -> Iterator[tuple[str, Any]]:
        for name in ("elasticity", "viscoplasticity", "molar_volume", "melting_temperature", "fracture"):
            block = getattr(self, name)
            if block:
                yield name, block

    def values(self) -> Iterator[tuple[str, LibraryValue]]:
        """Yield the values that a case uses, with their keys."""
        for name, block in self._blocks():
            if isinstance(block, LibraryValue):
                yield name, block
            else:
                yield from ((f"{name}.{key}", value) for key, value in block.items() if isinstance(value, LibraryValue))

    def parameters(self) -> dict[str, Any]:
        """Give the material as a case would write it in full, without what is unknown."""
        result: dict[str, Any] = {}
        for name, block in self._blocks():
            if isinstance(block, LibraryValue):
                result[name] = block.value
                continue
            plain = {key: value.value if isinstance(value, LibraryValue) else value for key, value in block.items()}
            result[name] = {key: value for key, value in plain.items() if value is not None}
        return {name: block for name, block in result.items() if block is not None}


class LibraryTransport(BaseModel):
    """One file of the library of diffusion: along an interface or a surface, or through a body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    description: str = ""
    of: Literal["interface", "surface", "body", "host"]
    metal: str
    diffusivity: LibraryValue
    reference_temperature: LibraryValue
    activation_energy: LibraryValue
    width: LibraryValue | None = None
    concentration: LibraryValue | None = None

    def values(self) -> Iterator[tuple[str, LibraryValue]]:
        """Yield the values that a case uses, with their keys."""
        for name in ("diffusivity", "reference_temperature", "activation_energy", "width", "concentration"):
            value = getattr(self, name)
            if value is not None:
                yield name, value

    def parameters(self) -> dict[str, Any]:
        """Give the entry as a case would write it in full."""
        return {name: value.value for name, value in self.values()}


def _folder(kind: str) -> Any:
    """Folder of a kind of entries: that of the materials has no name."""
    folder = resources.files("platingx") / "library"
    return folder / kind if kind else folder


def library_names(kind: str) -> tuple[str, ...]:
    """Names of the entries of a kind, such as ``transport``, sorted."""
    names = (entry.name for entry in _folder(kind).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def read_entry(kind: str, name: str) -> Any:
    """Plain data of an entry."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(_text(kind, name))


def _text(kind: str, name: str) -> str:
    return str((_folder(kind) / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def entry_heads(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Words at the top of the entries of a kind, by their names: ``{"li_bulk": {"of": "body", "metal": "Li", ...}}``.

    Blocks are left out, and what is in them. Every run asks, and parsing the whole folder takes a tenth of a second.
    """
    return {name: dict(_words(_text(kind, name))) for name in library_names(kind)}


def _words(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, word = line.partition(": ")
        if colon and key.isidentifier() and word[0] not in "{[|>\"'":
            yield key, word.strip()


@cache
def material_names() -> tuple[str, ...]:
    """Names of the materials in the library, sorted."""
    return library_names(_MATERIALS)


@cache
def transport_names() -> tuple[str, ...]:
    """Names of the entries of diffusion in the library, sorted."""
    return library_names(_TRANSPORT)


def transports_of(place: str, metal: str | None) -> tuple[str, ...]:
    """Names of the entries of diffusion of a metal at a place, such as ``interface``, sorted."""
    heads = entry_heads(_TRANSPORT).items()
    return tuple(name for name, head in heads if (head["of"], head["metal"]) == (place, metal))


@cache
def _load(name: str) -> LibraryMaterial:
    return LibraryMaterial.model_validate(read_entry(_MATERIALS, name))


@cache
def _load_transport(name: str) -> LibraryTransport:
    return LibraryTransport.model_validate(read_entry(_TRANSPORT, name))


def load_material(name: object) -> LibraryMaterial:
    """Read a material of the library.

    Parameters
    ----------
    name : str
        Its name, e.g. ``"lithium_anand_narayan_2019"``.

    Raises
    ------
    PydanticCustomError
        If there is none of that name; it names the nearest.
    """
    return _load(require_known(name, material_names(), "material"))


def load_transport(name: object) -> LibraryTransport:
    """Read an entry of diffusion of the library.

    Parameters
    ----------
    name : str
        Its name, e.g. ``"li_incoherent_interface"``.

    Raises
    ------
    PydanticCustomError
        If there is none of that name; it names the nearest.
    """
    return _load_transport(require_known(name, transport_names(), "entry of diffusion"))


def require_known(name: object, names: Sequence[str], what: str) -> str:
    """Name of an entry of the library.

    Raises
    ------
    PydanticCustomError
        If there is none of that name; it names the nearest.
    """
    if isinstance(name, str) and name in names:
        return name
    near = nearest(name, names, cutoff=0.4)
    raise case_error(f"there is no {what} '{name}' in the library", ", ".join(names), f"{near}?" if near else None)


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one tree of values over another; neither is changed.

    A null above removes what is below. A block that changes its ``law`` replaces the one below.

    Parameters
    ----------
    below, above : mapping
        Trees of plain values.
    """
    result = {} if _is_of_another_kind(below, above) else dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = overlay(result[key], value)
        else:
            result[key] = value
    return result


def _is_of_another_kind(below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    return all(_KIND_KEY in tree for tree in (above, below)) and above[_KIND_KEY] != below[_KIND_KEY]


def keep_away(above: dict[str, Any], below: Mapping[str, Any]) -> None:
    """Give a tree nulls, in place, for what it has not, so that laying it over another adds nothing to it.

    Parameters
    ----------
    above : dict
        Tree of plain values, in full.
    below : mapping
        The tree that it is laid over; see :func:`overlay`.
    """
    if _is_of_another_kind(below, above):
        return
    for key, value in below.items():
        if key not in above:
            above[key] = None
        elif isinstance(value, Mapping) and isinstance(above[key], dict):
            keep_away(above[key], value)


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a tree of values, with their keys joined by dots."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
