"""From a case to a CalculiX deck of the same mesh, materials, growth and supports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from mpi4py import MPI
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray
from platingx.compat import geometry_degree
from platingx.config.case import Case
from platingx.errors import CaseError, MeshError, OutputError
from platingx.exchange.calculix_deck import (
    MEGAPASCAL,
    Deck,
    DeckGrowth,
    DeckMaterial,
    DeckStep,
    DeckSupport,
    NortonCreep,
)
from platingx.exchange.calculix_elements import calculix_cells
from platingx.exchange.calculix_laws import FlowResistance, growth_expansion, hardens, norton_creep
from platingx.exchange.calculix_names import deck_names
from platingx.fields.constraints import Prescribed, at_rest, node_coordinates
from platingx.fields.tables import build_tables
from platingx.physics.model import Model, build_model
from platingx.problems.solid import Solid
from platingx.run.meshing import mesh_data
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.io import distribute
from platingx_meshes.mesh_data import MeshData

__all__ = ["calculix_deck", "write_deck"]


_GROWTH_POINTS = 50
"""Times of the temperature between two points of the current: between them Jg is a parabola."""
_ELASTIC_SHARE = 0.1
"""Elastic strain of the first increment, and the error of the creep strain in any, over that of the flow stress."""
_SMALLEST_SHARE = 1e-4
"""Smallest increment over the first."""


def calculix_deck(case: Case, *, small_strain: bool = False, flow_resistance: FlowResistance = "initial") -> Deck:
    """Express a case as a deck. Serial.

    Parameters
    ----------
    case : Case
        Validated case.
    small_strain : bool
        Without NLGEOM.
    flow_resistance : {"initial", "steady"}
        At which value the resistance of a law that hardens is frozen.

    Returns
    -------
    Deck
        Its ``notes`` say what it cannot express.

    Raises
    ------
    CaseError
        If the case has what no deck can hold, such as supports that move.
    MeshError
        As when the case is run.
    """
    if case.electrochemistry is not None:
        raise CaseError(
            "a CalculiX deck cannot express electrochemistry: the growth of this case is a result. Give "
            "growth.current_density in its place, such as the current of a run of the case"
        )
    if any(event.do.end is None for event in case.events):
        raise CaseError("a CalculiX deck cannot express events that switch drives or the current; leave them out")
    data = mesh_data(case)
    try:
        model = build_model(case, distribute(data, MPI.COMM_SELF))
    except MeshBuildError as error:
        raise MeshError(str(error)) from error
    loaded = [name for name, condition in case.boundary_conditions.items() if condition.is_load]
    if loaded:
        raise CaseError(f"a CalculiX deck of this version cannot express the loads on {', '.join(loaded)}")
    strange = [type(part).__name__ for part in model.problem.contributions if not isinstance(part, Solid)]
    if strange:
        raise CaseError(f"a CalculiX deck cannot express this part of the case: {', '.join(strange)}")
    symmetry = case.geometry.symmetry if data.dimension == 2 else "three_dimensional"
    growth = _growth(model, data)
    creep = {
        name: norton_creep(name, material, float(case.temperature), flow_resistance)
        for name, material in case.materials.items()
    }
    names = deck_names(data)
    return Deck(
        title=f"{case.name}: {' '.join(case.description.split())}, written by platingx",
        notes=(*_notes(case, data, small_strain, flow_resistance), *names.notes()),
        mesh=names.renamed(data),
        symmetry=symmetry,
        materials={
            names.regions[name]: DeckMaterial(
                float(material.elasticity.young_modulus), float(material.elasticity.poisson_ratio), creep[name]
            )
            for name, material in case.materials.items()
        },
        supports=tuple(replace(each, name=names.support(each.name)) for each in _supports(model, data)),
        step=_step(case, growth, creep[growth.region], not small_strain),
        growth=replace(growth, region=names.regions[growth.region]),
        reduced=frozenset(names.regions[name] for name, law in creep.items() if law is not None),
    )


def write_deck(deck: Deck, path: Path) -> None:
    """Write the text of a deck.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(deck.text(), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def _notes(case: Case, data: MeshData, small_strain: bool, resistance: FlowResistance) -> Iterator[str]:
    """Sentences on what differs from a run of the case."""
    left_out = calculix_cells(data).left_out
    if left_out:
        yield (
            f"The {left_out} nodes inside cells or faces are left out: CalculiX has 8-node quadrilaterals and 20-node "
            "hexahedra. Displacements and stresses differ by the discretisation error of both."
        )
    for name, material in case.materials.items():
        if material.elasticity.pressure_law != "hencky_kirchhoff":
            yield (
                f"{name}: the pressure law {material.elasticity.pressure_law} is replaced by Hooke's law with the same "
                "bulk modulus; both agree at small volume strain only."
            )
        if hardens(material):
            yield (
                f"{name}: Norton's law has no hardening; the flow resistance is frozen at its {resistance} value. "
                f"{material.viscoplasticity.law} would let it evolve."
            )
    if len({share for share in case.growth.mode.alpha if share > 0}) > 1:
        yield "Growth with unequal shares is right to first order in ln Jg only."
    if case.time.until:
        yield "time.until is left out: the deck goes on to time.end."
    if case.events:
        yield "events are left out: the deck goes on to time.end."
    if small_strain:
        yield "Small strain: compare with runs whose growth is a few percent at most."
    else:
        yield (
            "NLGEOM: before version 2.22 CalculiX subtracts thermal strain from the total strain instead of splitting "
            "the deformation gradient. Compare at small strain, or with 2.22 and later."
        )


def _step(case: Case, growth: DeckGrowth, creep: NortonCreep | None, finite_strain: bool) -> DeckStep:
    """Increments of the case; the first one of a creeping metal keeps its elastic stress below the flow stress.

    So does the error of the creep strain in each increment (CETOL). The update of creep in CalculiX finds no solution
    from an elastic stress far above the flow stress.
    """
    end, first = float(case.time.end), float(case.time.initial_step or case.time.end)
    elastic = DeckStep.creep_tolerance
    if creep is not None:
        modulus = float(case.materials[growth.region].elasticity.young_modulus) / MEGAPASCAL
        pairs = pairwise(growth.temperatures)
        rate = max(abs(after[1] - before[1]) / (after[0] - before[0]) for before, after in pairs)
        flow_stress = (rate / creep.coefficient) ** (1.0 / creep.exponent)
        elastic = _ELASTIC_SHARE * flow_stress / modulus
        first = min(first, elastic / rate)
    largest = float(case.time.maximum_step or end)
    return DeckStep(end, first, first * _SMALLEST_SHARE, largest, finite_strain, elastic)


def _supports(model: Model, data: MeshData) -> Iterator[DeckSupport]:
    """Held components by name; nodes with the same name and nodes are one support."""
    tables = build_tables(model.loaded.mesh.topology.cell_name(), geometry_degree(model.loaded.mesh))
    space = model.space
    places = node_coordinates(space, tables)
    in_deck = np.unique(space.dofmap.list[:, : tables.geometry.shape[1]])  # a deck has no bubbles
    numbers = np.full(len(places), -1, dtype=np.int64)
    numbers[in_deck] = _nearest(data.points[:, : data.dimension], places[in_deck])
    grouped: dict[tuple[str, bytes], tuple[IntArray, list[int]]] = {}
    for support in model.problem.fields["displacement"].constraints.constraints:
        if not isinstance(support, Prescribed) or support.motion is not at_rest:
            raise CaseError(f"a CalculiX deck of this version cannot express that '{support.name}' moves")
        nodes = np.unique(numbers[support.nodes])
        nodes = nodes[nodes >= 0]
        if len(nodes):
            grouped.setdefault((support.name, nodes.tobytes()), (nodes, []))[1].append(support.component)
    seen: dict[str, int] = {}
    for (name, _), (nodes, components) in grouped.items():
        seen[name] = seen.get(name, 0) + 1
        yield DeckSupport(name if seen[name] == 1 else f"{name}_{seen[name]}", nodes, tuple(components))


def _nearest(points: Array, places: Array) -> IntArray:
    """Positions of the points at some places."""
    distance, found = cKDTree(points).query(places)
    if distance.max(initial=0.0) > 1e-6 * np.ptp(points, axis=0).max():
        raise CaseError("a CalculiX deck needs a node of the mesh for each node that is held; this mesh has none")
    return np.asarray(found, dtype=np.int64)


def _growth(model: Model, data: MeshData) -> DeckGrowth:
    case, region = model.case, model.growing.region
    corners = CELL_TYPES[data.cell_type].corners
    cells = np.flatnonzero(data.cell_regions == data.region_names[region.name])
    centres = data.points[data.cells[cells, :corners]].mean(axis=1)[:, : data.dimension]
    order = _nearest(region.geometry.coordinates[:, :corners].mean(axis=1), centres)
    directions = region.geometry.direction.mean(axis=1)[order]
    shares = case.growth.mode.alpha
    given = (float(shares[0]), float(shares[1]), float(shares[2]))
    times = _times(case)
    pairs = [growth_expansion(given, model.growth.volume_ratio(time)) for time in times]
    temperatures = tuple((time, temperature) for time, (_, temperature) in zip(times, pairs, strict=True))
    return DeckGrowth(region.name, pairs[0][0], directions, temperatures)


def _times(case: Case) -> list[float]:
    """Times at which the growth is tabulated: the points of the current, and between them."""
    end, program = float(case.time.end), case.growth.given_current
    corners = sorted({0.0, *(time for time in program.times if time < end), end})  # each once, also those of jumps
    parts = max(2, _GROWTH_POINTS // len(corners))
    fine = [np.linspace(a, b, parts + 1)[:-1] for a, b in pairwise(corners)]
    return [*np.concatenate(fine).tolist(), end]
