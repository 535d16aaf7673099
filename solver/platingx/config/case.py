"""A finite-element case: everything a run needs, validated, in SI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from platingx.config.base import Finding, value_at
from platingx.config.base_case import BaseCase
from platingx.config.bonds import needs_bond
from platingx.config.boundary_conditions import BoundaryCondition, bodies_of, check_named, completed_constraints
from platingx.config.built_geometry import BUILT_BOUNDARIES, BuiltGeometry, PitGeometry, check_built
from platingx.config.calibration import CalibrationEntry, PublishedValue, check_quoted
from platingx.config.constraints import Constraints
from platingx.config.contact import Contact, Surroundings, check_contact
from platingx.config.crystallinity_checks import check_crystallinity
from platingx.config.damage import PhaseField, check_damage
from platingx.config.electrochemistry import Electrochemistry
from platingx.config.event_checks import check_events, findings_of_events
from platingx.config.events import RunEvent
from platingx.config.fracture import Flaws, check_flaws
from platingx.config.geometry import FileGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.growth import Growth
from platingx.config.interface_diffusion import InterfaceDiffusion
from platingx.config.layer_growth import LayerGrowth
from platingx.config.library import Role
from platingx.config.materials import Material
from platingx.config.output import Output
from platingx.config.quantities import Temperature, with_default
from platingx.config.regions import check_roles, growing_region, regions_of, with_roles
from platingx.config.rigid_body import RigidBody
from platingx.config.solver import Solver
from platingx.config.timing import TimeStepping
from platingx.config.tools import Tool
from platingx.config.until import check_until
from platingx.config.value_sources import LibraryBlock

__all__ = ["BuiltGeometry", "Case", "PitGeometry"]

Geometry = Annotated[BuiltGeometry | FileGeometry, Field(discriminator="builder")]


class Case(BaseCase):
    """One simulation by finite elements.

    All numbers are SI; what the user wrote stays with them (``platingx.units.Quantity.given``).
    """

    geometry: Geometry = Field(description="Plate, pit, metal and collector, or a mesh file.")
    materials: dict[str, Material] = Field(description="Material of each region, by name or in full.")
    temperature: Temperature = with_default("25 degC", "Temperature, the same everywhere, K.")
    growth: Growth = Field(description="Growth of the metal by plating.")
    electrochemistry: Electrochemistry | None = Field(
        default=None, description="Circuit that drives the growth, in the place of growth.current_density."
    )
    constraints: Constraints = Field(default_factory=Constraints, description="What holds metal and ceramic.")
    boundary_conditions: dict[str, BoundaryCondition] = Field(
        default_factory=dict, description="Conditions on boundaries by their names in the mesh: {top: roller}."
    )
    interface_diffusion: InterfaceDiffusion | None = Field(
        default=None, description="Diffusion of the metal along its interfaces, driven by pressure; none if left out."
    )
    fracture: Flaws | None = Field(default=None, description="Flaws of the ceramic whose growth is judged.")
    damage: PhaseField | None = Field(
        default=None, description="Cracks of a ceramic by a phase field; experimental. None if left out."
    )
    contact: dict[str, Contact] = Field(
        default_factory=dict,
        description="Boundaries that may touch rigid tools and part from them, by their names; the interface "
        "parts from the ceramic, and what has a cohesion opens inside of the body.",
    )
    tools: dict[str, Tool] = Field(default_factory=dict, description="Rigid bodies that boundaries may touch.")
    events: tuple[RunEvent, ...] = Field(
        default=(), description="Values of results at which the run stops, or a drive or the current is switched."
    )
    time: TimeStepping = Field(description="End of the run and step sizes.")
    solver: Solver = with_default({}, "Linear and nonlinear solver.")
    output: Output = with_default({}, "Files that can be left out or thinned.")
    calibration: tuple[CalibrationEntry, ...] = Field(
        default=(), description="Numbers of this case that were fitted, and to what."
    )
    published: tuple[PublishedValue, ...] = Field(
        default=(), description="Published values to set beside the computed ones."
    )

    def complete(self) -> None:
        """Give every region its role and its label, and every short word of the constraints its value."""
        growing = growing_region(self.growth, self.materials)
        self.__dict__["growth"] = self.growth.model_copy(update={"region": growing})
        self.__dict__["materials"] = with_roles(self.materials, growing)
        named = {*self.boundary_conditions, *self.contact}
        only_written = not isinstance(self.geometry, PitGeometry) and bool(self.boundary_conditions)
        self.__dict__["constraints"] = completed_constraints(self.constraints, named, only_written)

    def library_blocks(self) -> Mapping[str, LibraryBlock]:
        """Blocks that may name an entry of the library, by their keys in the case."""
        diffusing = {} if self.interface_diffusion is None else self.interface_diffusion.paths
        materials = {f"materials.{region}": material for region, material in self.materials.items()}
        return materials | {f"interface_diffusion.paths.{name}": given for name, given in diffusing.items()}

    def regions(self, role: Role) -> tuple[str, ...]:
        """Names of the regions of a role, in the order of the case."""
        return regions_of(self.materials, role)

    def label(self, region: str) -> str:
        """How figures and sentences call a region."""
        return self.materials[region].label or region

    def check(self) -> Iterator[Finding]:
        """Check what only the whole case shows."""
        yield from self._check_regions()
        yield from self._check_growth()
        yield from self._check_diffusion()
        yield from check_crystallinity(self.materials, self.growth, float(self.time.end))
        metals = self.regions("metal")
        others = tuple(region for region in self.materials if region not in metals)
        for finding in check_until(self.time.until, metals, others):
            yield replace(finding, key=f"time.{finding.key}")
        yield from check_events(
            self.events,
            self.tools,
            self.bodies,
            self.contact,
            self.growth.current_density is not None,
            metals,
            others,
        )
        yield from check_flaws(self.fracture, self.materials, self.geometry, self.known_dimension, ("fracture",))
        yield from check_damage(
            self.damage,
            self.materials,
            self.geometry,
            self.known_dimension,
            self.fracture is not None,
            self.growth.current_density is not None and self.interface_diffusion is None,
        )
        for number, step in enumerate(() if self.electrochemistry is None else self.electrochemistry.control):
            for finding in check_until(step.until, metals, others):
                yield replace(finding, key=f"electrochemistry.control.{number}.{finding.key}")
        yield from check_quoted({"calibration": self.calibration, "published": self.published}, self.materials)
        yield from self.check_components(self.known_dimension)
        for index, entry in enumerate(self.calibration):
            if value_at(self, entry.parameter) is None:
                yield Finding(
                    f"calibration.{index}.parameter",
                    f"there is no '{entry.parameter}' in this case",
                    "a key such as time.end",
                )

    def check_components(self, dimension: int | None) -> Iterator[Finding]:
        """Check the conditions by name in a model of a dimension; of a mesh file it is known when it is read."""
        symmetry, switched = self.geometry.symmetry, self.switched
        held = {key.removeprefix("bodies.") for key in switched}
        yield from check_named(self.boundary_conditions, self.constraints, dimension, symmetry, held)
        around = Surroundings(
            self.tools,
            self.constraints,
            self.boundary_conditions,
            isinstance(self.geometry, PitGeometry),
            dimension,
            symmetry,
            self.growth.interface,
            needs_bond(len(self.materials), self.fracture, self.interface_diffusion),
            {key.removeprefix("tools.") for key in switched},
        )
        yield from check_contact(self.contact, around)
        between = self.contact.get(self.growth.interface)
        circuit = self.electrochemistry
        if (
            between is not None
            and between.on is not None
            and circuit is not None
            and circuit.counter.boundary is not None
        ):
            message = "current that is spread over the interface passes between pairs of nodes: there are none"
            hint = "an interface that parts without sliding far, or a current without electrochemistry.counter.boundary"
            yield Finding(f"contact.{self.growth.interface}.on", message, "no on", hint)
        if dimension is not None:
            for key in sorted(switched):
                kind, _, name = key.partition(".")
                driven: Mapping[str, RigidBody] = self.tools if kind == "tools" else self.bodies
                if name in driven:
                    yield from findings_of_events(self.events, key, driven[name], dimension, symmetry)

    @property
    def bodies(self) -> dict[str, RigidBody]:
        """Rigid bodies that can move, by the boundaries that are bonded to them."""
        found = bodies_of(self.constraints, self.boundary_conditions)
        return {boundary: body for boundary, (_, body) in found.items()}

    @property
    def switched(self) -> frozenset[str]:
        """Keys of what events switch drives of: ``tools.NAME`` and ``bodies.BOUNDARY``."""
        return frozenset(key for event in self.events for key in event.do.switched)

    @property
    def two_sided(self) -> dict[str, str | None]:
        """Boundaries inside of the body that may open, and the region on the first side of the interface."""
        parting = self.growth.interface
        return {
            name: self.growth.region if name == parting else None
            for name, contact in self.contact.items()
            if name == parting or contact.cohesion is not None
        }

    @property
    def known_dimension(self) -> int | None:
        """2 or 3; None where only the mesh file knows."""
        if isinstance(self.geometry, FileGeometry):
            return 2 if self.geometry.symmetry == "axisymmetric" else None
        return 3 if isinstance(self.geometry, SurfacePit3DGeometry) else 2

    def _check_regions(self) -> Iterator[Finding]:
        if isinstance(self.geometry, BuiltGeometry):
            yield from check_built(self.geometry, tuple(self.materials), self.growth.interface, self.constraints)
        yield from check_roles(self.growth, self.materials, float(self.temperature))
        for index, region in enumerate(self.output.fields.regions or ()):
            if region not in self.materials:
                place = f"output.fields.regions.{index}"
                yield Finding(place, f"there is no region {region}", " or ".join(self.materials))

    def _check_growth(self) -> Iterator[Finding]:
        program, circuit = self.growth.current_density, self.electrochemistry
        if program is not None and not any(program.values) and not self.is_moved:
            message = "the current density is zero at all times, so nothing grows, and nothing else moves or loads it"
            yield Finding("growth.current_density", message, "plating > 0, or a tool, body or boundary that moves")
        yield from self._check_drive(program is not None, circuit)
        if self.nominal_thickness is not None:
            yield from self.layer.findings(self.nominal_thickness)
        if isinstance(self.geometry, BuiltGeometry):
            yield from self.check_direction(3 if isinstance(self.geometry, SurfacePit3DGeometry) else 2)

    def _check_diffusion(self) -> Iterator[Finding]:
        given = self.interface_diffusion
        if given is None:
            return
        known = BUILT_BOUNDARIES if isinstance(self.geometry, BuiltGeometry) else None
        columns, current = self.growth.spread == "columns", self.growth.current_density is not None
        for finding in given.check_case(self.growth.interface, current, columns, known):
            yield replace(finding, key=f"interface_diffusion.{finding.key}".rstrip("."))

    def _check_drive(self, given: bool, circuit: Electrochemistry | None) -> Iterator[Finding]:
        """Check that one thing drives the growth, and that the circuit has what it needs of the model."""
        ways = "growth.current_density or electrochemistry"
        if self.growth.rows > 1 and (self.growth.spread != "columns" or circuit is None):
            message = "rows are those of columns that a circuit feeds"
            yield Finding("growth.rows", message, "growth.spread: columns, and electrochemistry")
        if circuit is None:
            if not given:
                yield Finding("growth.current_density", "the key current_density is missing", f"{ways}, one of the two")
            return
        if given:
            hint = "leave growth.current_density out (write null if the case extends another)"
            yield Finding("electrochemistry", "the current density is given, and a circuit beside it", ways, hint)
        if circuit.needs_area and circuit.area is None and self.is_section:
            message = "the model is a section and has no area that a current in A or a resistance in ohm could be of"
            hint = "give electrochemistry.circuit.area, or currents per area and resistances times area"
            yield Finding(f"electrochemistry.{circuit.needs_area}", message, "electrochemistry.circuit.area", hint)

    @property
    def is_moved(self) -> bool:
        """Whether something beside the growth moves or loads the body: a drive, a displacement, a pressure."""
        bodies: tuple[RigidBody | BoundaryCondition, ...] = (self.constraints.collector, *self.tools.values())
        moving = (course for given in (*bodies, *self.boundary_conditions.values()) for course in given.courses)
        return any(not course.is_zero for course in moving)

    @property
    def is_section(self) -> bool:
        """Whether a metre of depth of a plane section is modelled, as far as that is known without a mesh."""
        return self.known_dimension == 2 and self.geometry.symmetry != "axisymmetric"

    def check_direction(self, dimension: int) -> Iterator[Finding]:
        """Check the direction of growth against the dimension of the model, which a mesh file shows when it is read.

        Parameters
        ----------
        dimension : int
            2 or 3.
        """
        round_body = dimension == 3 or self.geometry.symmetry == "axisymmetric"
        for finding in self.growth.direction.findings(dimension, round_body):
            yield replace(finding, key="growth.direction")

    @property
    def layer(self) -> LayerGrowth:
        """What its current makes of a layer of the metal that grows."""
        metal = self.materials.get(self.growth.region)
        return LayerGrowth(self.growth, None if metal is None else metal.molar_volume, self.time)

    @property
    def nominal_thickness(self) -> float | None:
        """Thickness of the layer as far as it is known without a mesh, m."""
        if self.growth.thickness != "mean":
            return float(self.growth.thickness)
        return float(self.geometry.interlayer.thickness) if isinstance(self.geometry, PitGeometry) else None
