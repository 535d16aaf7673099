"""A CalculiX input deck: what it holds, in SI, and its text in micrometres, megapascals and seconds.

Any length unit is consistent in a quasi-static analysis; with micrometres and MPa the numbers of a battery model stay
near 1. Forces are then in micronewtons. Keywords as in the CalculiX CrunchiX user's manual.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.exchange.calculix_elements import CalculixCells, calculix_cells, element_type, faces_of
from platingx_meshes.mesh_data import MeshData

__all__ = ["MEGAPASCAL", "MICROMETRE", "Deck", "DeckGrowth", "DeckMaterial", "DeckStep", "DeckSupport", "NortonCreep"]


MICROMETRE = 1e-6
MEGAPASCAL = 1e6
_ORIENTATION = "growth_axes"
_AMPLITUDE = "growth"
_LAST_ONLY = 1000000
"""Output every so many increments: CalculiX writes the last one of a step in any case."""


@dataclass(frozen=True)
class NortonCreep:
    """Power law ``rate = coefficient q^exponent`` of the von Mises stress q in MPa, 1/s."""

    coefficient: float
    exponent: float


@dataclass(frozen=True)
class DeckMaterial:
    """Isotropic elasticity (Pa) and creep of a region."""

    young_modulus: float
    poisson_ratio: float
    creep: NortonCreep | None = None


@dataclass(frozen=True)
class DeckGrowth:
    """Growth of a region as thermal expansion.

    Attributes
    ----------
    region : str
    expansion : tuple of float
        Strain for a temperature of 1: along the direction of growth, across it in the plane, and along the third axis.
    directions : array
        Unit directions of the cells of the region, in their order in the mesh, shape (cells, 3).
    temperatures : tuple of (float, float)
        Times in s and temperatures.
    """

    region: str
    expansion: tuple[float, float, float]
    directions: Array
    temperatures: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class DeckSupport:
    """Nodes (positions in the mesh) whose displacement components (0, 1, 2) are held at zero."""

    name: str
    nodes: IntArray
    components: tuple[int, ...]


@dataclass(frozen=True)
class DeckStep:
    """The step: times in s, and how it is computed.

    Attributes
    ----------
    end, initial, minimum, maximum : float
        Duration, and first, smallest and largest increment.
    finite_strain : bool
        NLGEOM.
    creep_tolerance : float
        CETOL: largest difference of the creep strains of an increment from the rates at its start and at its end.
    fixed_increments : bool
        Increments of the initial size throughout.
    """

    end: float
    initial: float
    minimum: float
    maximum: float
    finite_strain: bool = False
    creep_tolerance: float = 1e-4
    fixed_increments: bool = False


@dataclass(frozen=True)
class Deck:
    """A whole model.

    Attributes
    ----------
    title, notes
        Comments at the head: what it is, and what a reader has to know.
    mesh, symmetry
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    materials
        By region.
    supports, growth, step
        What holds, drives and advances it.
    pressures
        Pressure on boundaries at the end of the step, Pa.
    forces
        Forces on nodes (position, component, N; N per metre of depth in plane strain) at the end of the step.
    reduced
        Regions with reduced integration.
    energies
        Whether the internal energy of each region is printed.
    """

    title: str
    notes: tuple[str, ...]
    mesh: MeshData
    symmetry: str
    materials: dict[str, DeckMaterial]
    supports: tuple[DeckSupport, ...]
    step: DeckStep
    growth: DeckGrowth | None = None
    pressures: tuple[tuple[str, float], ...] = ()
    forces: tuple[tuple[int, int, float], ...] = ()
    reduced: frozenset[str] = frozenset()
    energies: bool = False

    def text(self) -> str:
        """The deck."""
        cells = calculix_cells(self.mesh)
        blocks = (
            self._head(),
            self._nodes(cells),
            self._elements(cells),
            self._sets(cells),
            self._materials(),
            self._initial(),
            self._step(),
        )
        return "\n".join(line for block in blocks for line in block) + "\n"

    @property
    def depth(self) -> float:
        """Thickness of the plane-strain slice, m: the mean size of a cell, so that elements have no extreme aspect."""
        return math.sqrt(float(self.mesh.jacobians.measures.sum()) / len(self.mesh.cells))

    def _head(self) -> Iterator[str]:
        yield f"** {self.title}"
        yield "** Units: micrometre, MPa, second; forces in micronewton."
        for note in self.notes:
            yield from wrap(note, 110, initial_indent="** - ", subsequent_indent="**   ")

    def _nodes(self, cells: CalculixCells) -> Iterator[str]:
        yield "*NODE, NSET=all_nodes"
        for node in cells.used:
            yield f"{node + 1}, " + ", ".join(_number(x / MICROMETRE) for x in self.mesh.points[node])

    def _elements(self, cells: CalculixCells) -> Iterator[str]:
        for region in self.materials:
            kind = element_type(self.mesh.cell_type, self.symmetry, region in self.reduced)
            yield f"*ELEMENT, TYPE={kind}, ELSET={region}"
            for cell in self.cells_of(region):
                yield from _rows([cell + 1, *(cells.nodes[cell] + 1)], 15, continued=True)

    def cells_of(self, region: str) -> IntArray:
        """Positions of the cells of a region in the mesh."""
        found: IntArray = np.flatnonzero(self.mesh.cell_regions == self.mesh.region_names[region])
        return found

    def _sets(self, cells: CalculixCells) -> Iterator[str]:
        for region in self.materials:
            yield f"*NSET, NSET={region}"
            yield from _rows(np.unique(cells.nodes[self.cells_of(region)]) + 1)
        for boundary in self.mesh.boundary_names:
            nodes = np.intersect1d(self.mesh.boundary_facets(boundary), cells.used)
            if len(nodes):
                yield f"*NSET, NSET={boundary}"
                yield from _rows(nodes + 1)
                yield f"*SURFACE, NAME={boundary}, TYPE=ELEMENT"
                yield from (f"{element}, {face}" for element, face in faces_of(self.mesh, boundary))
        for support in self.supports:
            yield f"*NSET, NSET={_held(support)}"
            yield from _rows(np.intersect1d(support.nodes, cells.used) + 1)

    def _materials(self) -> Iterator[str]:
        growth = self.growth
        if growth is not None:
            yield f"*DISTRIBUTION, NAME={growth.region}_axes"
            axes = [_axes(direction) for direction in growth.directions]
            yield f", {axes[0]}"
            yield from (f"{cell + 1}, {text}" for cell, text in zip(self.cells_of(growth.region), axes, strict=True))
            yield f"*ORIENTATION, NAME={_ORIENTATION}, SYSTEM=RECTANGULAR"
            yield f"{growth.region}_axes"
        for region, material in self.materials.items():
            yield f"*MATERIAL, NAME={region}"
            yield "*ELASTIC"
            yield f"{_number(material.young_modulus / MEGAPASCAL)}, {_number(material.poisson_ratio)}"
            grows = growth is not None and growth.region == region
            if growth is not None and grows:
                yield "*EXPANSION, TYPE=ORTHO, ZERO=0."
                yield ", ".join(_number(share) for share in growth.expansion)
            if material.creep is not None:
                yield "*CREEP, LAW=NORTON"
                yield f"{_number(material.creep.coefficient)}, {_number(material.creep.exponent)}, 0."
            oriented = f", ORIENTATION={_ORIENTATION}" if grows else ""
            yield f"*SOLID SECTION, ELSET={region}, MATERIAL={region}{oriented}"
            if self.symmetry == "plane_strain":
                yield _number(self.depth / MICROMETRE)

    def _initial(self) -> Iterator[str]:
        for support in self.supports:
            yield "*BOUNDARY"
            yield from (f"{_held(support)}, {component + 1}, {component + 1}, 0." for component in support.components)
        if self.growth is not None:
            yield "*INITIAL CONDITIONS, TYPE=TEMPERATURE"
            yield "all_nodes, 0."
            yield f"*AMPLITUDE, NAME={_AMPLITUDE}"
            yield from (f"{_number(time)}, {_number(value)}" for time, value in self.growth.temperatures)

    def _step(self) -> Iterator[str]:
        step = self.step
        creeps = any(material.creep is not None for material in self.materials.values())
        yield f"*STEP, INC={_LAST_ONLY}" + (", NLGEOM" if step.finite_strain else "")
        direct = ", DIRECT" if step.fixed_increments else ""
        yield f"*VISCO, CETOL={step.creep_tolerance:g}{direct}" if creeps else f"*STATIC{direct}"
        times = (
            (step.initial, step.end) if step.fixed_increments else (step.initial, step.end, step.minimum, step.maximum)
        )
        yield ", ".join(_number(time) for time in times)
        if self.growth is not None:
            yield f"*TEMPERATURE, AMPLITUDE={_AMPLITUDE}"
            yield f"{self.growth.region}, 1."
        for boundary, pressure in self.pressures:
            yield "*DSLOAD"
            yield f"{boundary}, P, {_number(pressure / MEGAPASCAL)}"
        if self.forces:
            factor = self.depth if self.symmetry == "plane_strain" else 1.0
            yield "*CLOAD"
            yield from (f"{node + 1}, {i + 1}, {_number(1e6 * force * factor)}" for node, i, force in self.forces)
        plane = "" if self.symmetry == "three_dimensional" else ", OUTPUT=2D"
        yield from (f"*NODE FILE{plane}", "U", f"*EL FILE{plane}", "S")
        for region in self.materials:
            for quantity in ("S", "COORD"):
                yield f"*EL PRINT, ELSET={region}, GLOBAL=YES, FREQUENCY={_LAST_ONLY}"
                yield quantity
            if self.energies:
                yield from (f"*EL PRINT, ELSET={region}, TOTALS=ONLY, FREQUENCY={_LAST_ONLY}", "ELSE")
        yield "*END STEP"


def _held(support: DeckSupport) -> str:
    return f"held_{support.name}"


def _axes(direction: Array) -> str:
    """Two vectors of a local system: the direction of growth, and the one across it in the plane."""
    along = direction / np.linalg.norm(direction)
    across = np.array([-along[1], along[0], 0.0])
    if np.linalg.norm(across) < 1e-6:  # growth along z: any direction in the plane will do
        across = np.array([1.0, 0.0, 0.0])
    return ", ".join(_number(x) for x in (*along, *across))


def _number(value: float) -> str:
    """Number with 12 digits: CalculiX reads at most 20 characters of each entry."""
    return f"{float(value):.12g}" if value == int(value) and abs(value) < 1e6 else f"{float(value):.11e}"


def _rows(numbers: Iterable[int], length: int = 10, continued: bool = False) -> Iterator[str]:
    """Comma separated integers in lines of some length; elements of many nodes go on after a comma at the end."""
    listed = [str(number) for number in numbers]
    for start in range(0, len(listed), length):
        more = continued and start + length < len(listed)
        yield ", ".join(listed[start : start + length]) + ("," if more else "")
