"""Diffusion of plated metal along its interfaces, driven by pressure, and where it leaves them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, SmallLength, as_text, block_of_word
from platingx.config.transport import Transport
from platingx.nearest import nearest

__all__ = ["Capillary", "DiffusionEnd", "InterfaceDiffusion"]

EndPressure = Annotated[float, Physical("pressure", minimum=-1e12, maximum=1e12, usual=(-1e8, 1e9))]
_WHERE = {"paths": "the metal lies on", "ends": "a path meets"}
_ENDS = ("hold", "reservoir", "capillary", "accretion")
SurfaceEnergy = Annotated[float, Physical("surface_energy", above=0.0, maximum=1e3, usual=(0.05, 5.0))]


class Capillary(Block):
    """A curved free surface behind an end, in equilibrium by its own diffusion."""

    surface_energy: SurfaceEnergy = Field(description="Energy of the free surface, J/m^2.")
    radius: SmallLength = Field(description="Radius of its curvature, convex, m: the pressure is energy over radius.")


class DiffusionEnd(Block):
    """What is at an end of the paths."""

    replaced_whole: ClassVar[bool] = True

    hold: Literal["closed"] | None = Field(default=None, description="closed: nothing leaves. Also as a word alone.")
    reservoir: EndPressure | None = Field(
        default=None, description="Pressure of a reservoir that takes all metal that comes, Pa."
    )
    capillary: Capillary | None = Field(default=None, description="Free surface, a reservoir at its pressure.")
    accretion: EndPressure | None = Field(
        default=None,
        description="What leaves thickens the side, so that the way out grows; pressure at its edge, Pa. "
        "Also as a word alone, for 0 Pa.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        valid = "closed, accretion, {reservoir: 0 MPa}, or {capillary: {surface_energy: 0.45 J/m^2, radius: 50 nm}}"
        if value == "accretion":
            return {"accretion": "0 Pa"}
        return block_of_word(value, "hold", ("closed",), "is no end", valid)

    @model_serializer
    def as_case(self) -> Any:
        """Give the end as a case would write it."""
        if self.hold is not None:
            return self.hold
        if self.capillary is not None:
            given = self.capillary
            energy, radius = as_text(given.surface_energy), as_text(given.radius)
            return {"capillary": {"surface_energy": energy, "radius": radius}}
        key = "reservoir" if self.accretion is None else "accretion"
        return {key: as_text(getattr(self, key))}

    def __str__(self) -> str:
        return str(self.as_case()).replace("'", "")

    def check(self) -> Iterator[Finding]:
        """Check that it is one thing."""
        given = [key for key in _ENDS if getattr(self, key) is not None]
        if len(given) != 1:
            message = "an end is one thing" + (f", not {' and '.join(given)}" if given else ": it is empty")
            yield Finding(given[-1] if given else "", message, "closed, a reservoir, a capillary or accretion")

    @property
    def grows(self) -> bool:
        """Whether the side grows by what leaves."""
        return self.accretion is not None

    @property
    def pressure(self) -> float | None:
        """Pressure that it holds, Pa; None where nothing leaves."""
        if self.capillary is not None:
            return float(self.capillary.surface_energy) / float(self.capillary.radius)
        held = self.reservoir if self.accretion is None else self.accretion
        return None if held is None else float(held)


class InterfaceDiffusion(Block):
    """Metal that diffuses along interfaces; what is plated enters at the interface then."""

    deposit: Literal["face", "layer"] | None = Field(
        default=None,
        description="Where plating and diffusion alike add and take metal: face (at the interface), or layer (in the "
        "column of the metal that stands there; needs growth.spread: columns).",
    )
    paths: dict[str, Transport] = Field(
        description="Diffusion along boundaries of the metal by their names: a name of the library, or values."
    )
    ends: dict[str, DiffusionEnd] = Field(
        default_factory=dict,
        description="What is where the paths meet other boundaries, by their names; closed where nothing is said.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that the deposit is told, that each path has what it needs, and that no boundary is both."""
        if self.deposit is None:
            message = "the key deposit is missing: how plating and diffusion add and take metal"
            yield Finding("deposit", message, "face or layer")
        for name, transport in self.paths.items():
            if transport.width is None:
                words = "width of the layer, such as 0.2 nm"
                yield Finding(f"paths.{name}.width", "diffusion along an interface needs the key width", words)
            if transport.concentration is not None:
                message = "a concentration has no meaning for an interface"
                yield Finding(f"paths.{name}.concentration", message, "leave it out")
        for name in self.ends:
            if name in self.paths:
                yield Finding(f"ends.{name}", "the boundary is a path already", "another boundary, where a path ends")

    def check_case(
        self, interface: str, given_current: bool, columns: bool, boundaries: Collection[str] | None
    ) -> Iterator[Finding]:
        """Check it against the rest of a case.

        Parameters
        ----------
        interface : str
            Name of the plated boundary.
        given_current : bool
            Whether the current density is given, not that of a circuit.
        columns : bool
            Whether growth puts the deposit into columns.
        boundaries : collection of str or None
            Names of boundaries, where the geometry is built here.
        """
        if not given_current:
            hint = "give growth.current_density, or leave interface_diffusion out"
            message = "a circuit spreads its deposit by itself, and diffusion beside it would add and take another one"
            yield Finding("", message, "a given current", hint)
        reason = "both have to be of one sort, or the metal has to shear between them"
        if columns and self.deposit == "face":
            message = "growth.spread puts the deposit into columns, and diffusion adds and takes metal at the face"
            yield Finding("deposit", message, "layer", f"leave growth.spread out, or take layer: {reason}")
        if not columns and self.deposit == "layer":
            message = (
                "diffusion adds and takes metal in columns of the layer, and growth.spread: even puts it everywhere"
            )
            yield Finding("deposit", message, "face", f"growth.spread: columns, or face: {reason}")
        for key, names in (("paths", self.paths), ("ends", self.ends)):
            for name in names:
                if boundaries is not None and name not in {interface, *boundaries}:
                    known = sorted({interface, *boundaries})
                    near = nearest(name, known)
                    hint = f"{near}?" if near else f"the name of a boundary that {_WHERE[key]}"
                    yield Finding(
                        f"{key}.{name}", f"there is no boundary {name} at the metal", " or ".join(known), hint
                    )
