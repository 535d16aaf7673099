"""Contact of faces with rigid tools, with other bodies, or of two sides of an interface, and what acts between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_serializer, model_validator

from platingx.config.base import Block, Finding
from platingx.config.cohesion import Cohesion
from platingx.config.constraints import Constraints
from platingx.config.quantities import Physical, Pressure, SmallLength, Switch, as_text, block_of_word
from platingx.config.tools import Tool
from platingx.nearest import nearest

__all__ = ["Adhesion", "Contact", "Friction", "Surroundings", "check_contact", "findings_of_tool"]

WORDS = ("frictionless", "rough")
WITH_WORDS = ("collector", "metal_side", "electrolyte_side", "electrolyte_bottom")
"""Boundaries with short words in the constraints."""

Coefficient = Annotated[float, Physical("dimensionless", above=0.0, maximum=100.0, usual=(0.01, 2.0))]


class Friction(Block):
    """Coulomb's law with a limit."""

    replaced_whole: ClassVar[bool] = True

    law: Literal["frictionless", "rough"] | None = Field(
        default=None, description="frictionless: slips freely; rough: does not slip while it is pressed on. Also alone."
    )
    coefficient: Coefficient | None = Field(
        default=None, description="Shear stress over pressure of a node that slips; 1 if there is only a limit."
    )
    limit: Pressure | None = Field(default=None, description="Largest shear stress, per present area, Pa.")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        valid = "frictionless, rough, or {coefficient: 0.3, limit: 1 MPa}"
        return block_of_word(value, "law", WORDS, "is no friction", valid)

    @model_serializer
    def as_case(self) -> Any:
        """Give the friction as a case would write it."""
        if self.law is not None:
            return self.law
        given = {"coefficient": self.coefficient, "limit": self.limit}
        return {key: as_text(value) for key, value in given.items() if value is not None}

    def __str__(self) -> str:
        return str(self.as_case()).replace("'", "")

    def check(self) -> Iterator[Finding]:
        """Check that it says something, and nothing twice."""
        numbers = [key for key in ("coefficient", "limit") if getattr(self, key) is not None]
        if self.law is not None and numbers:
            yield Finding(numbers[0], f"{self.law} says already how it slips", "one of the two")
        if self.law is None and not numbers:
            yield Finding("", "the friction is empty", "frictionless, rough, or {coefficient: 0.3, limit: 1 MPa}")


class Adhesion(Block):
    """A tensile traction that rises to its largest value and falls to zero at an opening."""

    traction: Pressure = Field(description="Largest tensile traction, Pa.")
    opening: SmallLength = Field(description="Gap at which it is gone, m.")
    rewets: Switch = Field(
        default=True, description="Whether metal that was farther away than that adheres again when it comes back."
    )


class Contact(Block):
    """What acts between a face and a tool, or between the two sides of the interface."""

    replaced_whole: ClassVar[bool] = True

    tool: str | None = Field(
        default=None,
        description="One of the tools; if left out the collector as the geometry draws it, at rest. The interface has "
        "none: its two sides touch each other.",
    )
    on: str | None = Field(
        default=None,
        description="Boundary of another region that the face slides on, over any distance. The interface's other side "
        "goes with it if the interface parts.",
    )
    friction: Friction = Field(
        default=Friction(law="frictionless"), description="What hinders slip: frictionless if left out."
    )
    adhesion: Adhesion | None = Field(
        default=None, description="What holds the metal to the tool; nothing if left out."
    )
    cohesion: Cohesion | None = Field(
        default=None,
        description="What holds two sides inside of the body together until they part: the interface, or any boundary "
        "inside, such as one between grains.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        valid = "frictionless, rough, or {tool: NAME, friction: ..., adhesion: ...}"
        return block_of_word(value, "friction", WORDS, "is no contact", valid)

    def __str__(self) -> str:
        return self.describe(f"slides on {self.on}" if self.on else f"touches {self.tool or 'the collector'}")

    def describe(self, touches: str) -> str:
        """Give it in words, behind what it touches."""
        parts = [touches, f"friction {self.friction}"]
        if self.adhesion is not None:
            parts.append(f"adhesion {as_text(self.adhesion.traction)} over {as_text(self.adhesion.opening)}")
        if self.cohesion is not None:
            parts.append(str(self.cohesion))
        return ", ".join(parts)


@dataclass(frozen=True)
class Surroundings:
    """What a contact has to agree with.

    Attributes
    ----------
    tools
        By name.
    constraints
        Short words, filled in.
    taken
        Boundaries with a condition by name.
    built
        Whether the geometry draws a collector.
    dimension
        2 or 3; None where only the mesh file knows.
    symmetry
        ``plane_strain``, ``axisymmetric``, or another word in three dimensions.
    interface
        Boundary whose two sides part if a contact names it.
    joined
        What the case asks for that needs both sides of the interface joined, by keys, and whether there are two.
    switched
        Tools that events give forces to.
    """

    tools: Mapping[str, Tool]
    constraints: Constraints
    taken: Collection[str]
    built: bool
    dimension: int | None
    symmetry: str
    interface: str
    joined: Mapping[str, str]
    switched: Collection[str] = ()


def check_contact(contacts: Mapping[str, Contact], around: Surroundings) -> Iterator[Finding]:
    """Check contacts by boundary, and the tools, against the rest of a case."""
    for boundary, contact in contacts.items():
        yield from _alone(boundary, around)
        if contact.on is not None:
            yield from _on_another(boundary, contact, contacts, around)
        if boundary == around.interface or contact.cohesion is not None:
            yield from _two_sides(boundary, contact, around)
            continue
        if contact.on is not None:
            continue
        yield from _tool_of(f"contact.{boundary}.tool", contact, around)
    touched = {contact.tool for contact in contacts.values()}
    for name, tool in around.tools.items():
        if name not in touched:
            yield Finding(f"tools.{name}", "no face touches the tool", f"contact: {{collector: {{tool: {name}}}}}")
        if around.dimension is not None:
            yield from findings_of_tool(
                name, tool, contacts, around.dimension, around.symmetry, name in around.switched
            )
        faces = [boundary for boundary, contact in contacts.items() if contact.tool == name]
        if tool.needs_area and len(faces) > 1:
            message = f"a drive per area, and {len(faces)} faces touch the tool ({', '.join(faces)})"
            yield Finding(f"tools.{name}", message, "forces and stiffnesses of the tool as a whole")


def findings_of_tool(
    name: str, tool: Tool, contacts: Mapping[str, Contact], dimension: int, symmetry: str, depth_serves: bool
) -> Iterator[Finding]:
    """Check a tool against the kind of the model and what touches it; see :meth:`RigidBody.findings`."""
    key = f"tools.{name}"
    yield from tool.findings_at(key, dimension, symmetry, depth_serves)
    touching = [contact for contact in contacts.values() if contact.tool == name]
    if touching:
        adheres = any(contact.adhesion is not None for contact in touching)
        hindered = any(contact.friction.law != "frictionless" for contact in touching)
        yield from tool.loose(key, dimension, adheres, hindered)


def _alone(boundary: str, around: Surroundings) -> Iterator[Finding]:
    """Check that nothing else holds a boundary."""
    key = f"contact.{boundary}"
    word = str(getattr(around.constraints, boundary)) if boundary in WITH_WORDS else "free"
    if word != "free":
        message = f"the boundary {boundary} is held, too: constraints.{boundary}: {word}"
        yield Finding(key, message, "one of the two", f"write constraints.{boundary}: free, or leave this out")
    if boundary in around.taken:
        hint = "a tool with a drive moves what it touches"
        yield Finding(key, f"the boundary {boundary} has a condition, too", "one of the two", hint)
    if boundary == "symmetry":
        yield Finding(key, "the plane or axis of symmetry is a roller always", hint="leave it out")


def _two_sides(boundary: str, contact: Contact, around: Surroundings) -> Iterator[Finding]:
    """Check that a surface inside has two sides that nothing else joins."""
    key = f"contact.{boundary}"
    if contact.tool is not None:
        hint = "leave it out; other boundaries of the metal touch tools"
        yield Finding(f"{key}.tool", f"the two sides of the {boundary} touch each other, not a tool", hint=hint)
    if contact.cohesion is not None and contact.adhesion is not None:
        hint = "adhesion comes back when the sides meet again, cohesion does not"
        yield Finding(f"{key}.cohesion", "the surface has an adhesion, too", "one of the two", hint)
    if boundary != around.interface:
        if "fracture" in around.joined:
            message = "flaws are judged in an electrolyte that is whole"
            yield Finding(key, message, "this surface bonded, or no fracture", f"leave out {key} or fracture")
        return
    for other, why in around.joined.items():
        yield Finding(key, why, f"the interface bonded, or no {other}", f"leave out {key} or {other}")


def _on_another(
    boundary: str, contact: Contact, contacts: Mapping[str, Contact], around: Surroundings
) -> Iterator[Finding]:
    """Check that a face that slides on another body has one thing to slide on, which does not slide itself."""
    key = f"contact.{boundary}"
    if contact.tool is not None:
        yield Finding(
            f"{key}.tool", "the face slides on another body already", "one of the two", "leave out tool or on"
        )
    if contact.on == boundary:
        yield Finding(f"{key}.on", "a face does not slide on itself", "a boundary of another region")
    elif contact.on == around.interface:
        hint = "the surface beside it, such as electrolyte_top; the other side of an interface that parts goes with it"
        yield Finding(f"{key}.on", "the interface lies inside of the body", "an outer boundary", hint)
    elif contact.on in contacts:
        message = f"the boundary {contact.on} has a contact of its own: one of two faces follows the other"
        yield Finding(f"{key}.on", message, "one contact for both", f"leave out contact.{contact.on}")


def _tool_of(key: str, contact: Contact, around: Surroundings) -> Iterator[Finding]:
    """Check that the tool of a contact is there."""
    if contact.tool is None and not around.built:
        yield Finding(key, "this geometry draws no collector", "a tool", "tools: {lid: {shape: flat}}")
    if contact.tool is not None and contact.tool not in around.tools:
        near = nearest(contact.tool, around.tools)
        there = ", ".join(around.tools) or "none yet; they stand under tools"
        yield Finding(key, f"there is no tool {contact.tool}", there, f"{near}?" if near else "")
