"""Notes when a free side of the metal passes through another body, which only a model without contact can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.physics.model import Model
from platingx.physics.overlap import depth_below, node_normals, winding_numbers
from platingx.physics.region_surfaces import NOTHING, RegionSurfaces, SurfaceTable
from platingx.physics.rigid_walls import RigidWall, deepest, rigid_walls
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_place, format_value
from platingx.problems.problem import Problem
from platingx.problems.rigid_contact import RigidContact
from platingx.problems.rigid_motion import Pose
from platingx.problems.rigid_tool import RigidTool
from platingx.problems.sliding_contact import SlidingContact

NOTED = 1e-3
"""Depth, relative to the thickness of the metal, from which it is told."""
CUTS = 0.01
"""The same of metal that slides on another body: its nodes are kept out, and what is told is edges between them."""
MEANINGLESS = 0.05
"""Depth, relative to the thickness of the metal, from which the result is called meaningless."""
RESOLVED = 0.02
"""Depth, relative to the side of the cell, below which sides that are straight between nodes tell nothing."""
INWARDS = 1e-3
"""Distance below the surface, relative to the side of the cell, at which is asked how often the body is there."""


@dataclass(frozen=True)
class Crossing:
    """The deepest point of one body in another at an instant.

    Attributes
    ----------
    pair
        What passes through what, in words.
    depth
        m.
    place
        In the reference configuration, m.
    """

    pair: str
    depth: float
    place: tuple[float, ...]


@dataclass
class Passage:
    """What is known of a pair of bodies so far.

    Attributes
    ----------
    since, place
        Time of the first step with a depth that is told, s, and the deepest point then, m.
    depth, time
        Largest depth so far, m, and its time, s.
    meaningless_from
        Time from which the results are called meaningless, s, or None.
    """

    since: float
    place: list[float]
    depth: float
    time: float
    meaningless_from: float | None = None


class InterpenetrationMonitor:
    """Looks at the free sides of the metal in every step.

    Parameters
    ----------
    model, surfaces
        Model of the run, at rest, and its surfaces. Without a free side of the metal there is nothing to watch.
    """

    name = "interpenetration"

    def __init__(self, model: Model, surfaces: RegionSurfaces) -> None:
        self._comm = model.problem.comm
        self._thickness = float(model.growth.thickness)
        slides = any(isinstance(part, SlidingContact) for part in model.problem.contributions)
        metal, regions = model.case.growth.region, model.case.materials if slides else ()
        self._held_out = {f"{metal} passes through {name}" for name in regions if name != metal}
        watch = None
        if surfaces.table is not None:
            watch = FreeSides(model, surfaces.table)
        active = self._comm.bcast(None if watch is None else watch.there_are_any, root=0)
        self._surfaces = surfaces if active else None
        self._watch = watch
        self._found: dict[str, Passage] = {}

    def update(self, snapshot: Snapshot) -> list[str]:
        """Take a step into account; gives what is new: a pair of bodies that pass, or results without meaning."""
        if self._surfaces is None:
            return []
        displacement = self._surfaces.displacement()
        crossings: list[Crossing] = []
        if displacement is not None and self._watch is not None:
            crossings = self._watch.crossings(displacement)
        crossings = self._comm.bcast(crossings, root=0)
        news = []
        for crossing in crossings:
            if crossing.depth > (CUTS if crossing.pair in self._held_out else NOTED) * self._thickness:
                news += self._noted(crossing, snapshot.time)
        return news

    def _noted(self, crossing: Crossing, time: float) -> list[str]:
        known, fresh = self._found.get(crossing.pair), False
        if known is None:
            fresh = True
            known = self._found[crossing.pair] = Passage(time, list(crossing.place), crossing.depth, time)
        if crossing.depth > known.depth:
            known.depth, known.time = crossing.depth, time
        if known.meaningless_from is None and known.depth > MEANINGLESS * self._thickness:
            known.meaningless_from, fresh = time, True
        return [self._sentence(crossing.pair)] if fresh else []

    def sentences(self) -> list[str]:
        """One for each pair of bodies that pass through each other."""
        return [self._sentence(pair) for pair in self._found]

    def _sentence(self, pair: str) -> str:
        known = self._found[pair]
        why = "contact is not modelled there (docs/cases.md, Contact)"
        if pair in self._held_out:
            why = "contact keeps nodes out, but elements between them are too long for the shape there (geometry.mesh)"
        start = (
            f"{pair} from t = {format_value(known.since, 's')} at {format_place(known.place)}, "
            f"at most {format_value(known.depth, 'm')} deep: {why}"
        )
        if known.meaningless_from is None:
            return f"{start}; what is near to it is not to be trusted from then on"
        share = f"{100 * MEANINGLESS:g} % of the thickness of the metal"
        return f"{start}; deeper than {share} the results are meaningless, from t = " + format_value(
            known.meaningless_from, "s"
        )

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {pair: asdict(known) for pair, known in self._found.items()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._found = {pair: Passage(**known) for pair, known in saved.items()}


class FreeSides:
    """The free outer sides of a model, on rank 0.

    Parameters
    ----------
    model, table
        The model and its surfaces.
    """

    def __init__(self, model: Model, table: SurfaceTable) -> None:
        metal = model.case.growth.region
        self._table, self._metal = table, table.regions.index(metal)
        outer = table.outer
        free = outer & ~table.held.any(axis=1)
        self.there_are_any = bool((free & (table.inside == self._metal)).any())
        self._pieces = table.pieces(outer)
        bound = np.unique(table.nodes[~free])  # held, or where regions meet
        self._nodes = np.setdiff1d(np.unique(table.nodes[free]), bound)
        self._region_of = np.full(len(table.reference), NOTHING, dtype=np.int64)
        self._region_of[table.nodes[free]] = table.inside[free][:, None]
        self._walls = [*rigid_walls(model.case, table, metal, model.bodies), *_tools(model)]
        self._moving = self._nodes[self._region_of[self._nodes] == self._metal]
        self._sizes = _longest_piece(table.reference, self._pieces)

    def crossings(self, displacement: Array) -> list[Crossing]:
        """Deepest points of the free sides in another body, in the metal itself, and behind rigid surfaces.

        Parameters
        ----------
        displacement
            Of the nodes of the table, shape (nodes, dimension), m.
        """
        places = self._table.reference + displacement
        found: dict[str, Crossing] = {}
        normals, sizes = node_normals(places, self._pieces), self._sizes
        inside = places[self._nodes] - INWARDS * sizes[self._nodes, None] * normals[self._nodes]
        twice = winding_numbers(inside, places[self._pieces]) > 1
        if twice.any():
            self._between_regions(places, normals, self._nodes[twice], inside[twice], found)
        points = places[self._moving]
        for name, depth, number in deepest(self._walls, points) if len(points) else []:
            if depth > RESOLVED * sizes[self._moving[number]]:
                words = f"{self._name(self._metal)} passes through {name}"
                _keep(found, Crossing(words, depth, self._place(int(self._moving[number]))))
        return list(found.values())

    def _between_regions(
        self, places: Array, normals: Array, nodes: IntArray, inside: Array, found: dict[str, Crossing]
    ) -> None:
        """Which regions hold nodes of free sides that lie in the body twice, and how deep."""
        table = self._table
        for region in range(len(table.regions)):
            around = winding_numbers(inside, places[table.pieces(table.inside == region)])
            outer = table.pieces(table.outer & (table.inside == region))
            own = self._region_of[nodes] == region
            for node in nodes[around > own]:
                apart = ~(outer == node).any(axis=1)
                towards = normals[node] if self._region_of[node] == region else None
                depth = depth_below(places[node], places[outer[apart]], towards)
                if RESOLVED * self._sizes[node] < depth < np.inf:
                    _keep(found, Crossing(self._pair(int(node), region), depth, self._place(int(node))))

    def _pair(self, node: int, other: int) -> str:
        """What passes through what, the metal first."""
        own = int(self._region_of[node])
        if own == other:
            return f"{self._name(own)} passes through itself"
        first, second = (own, other) if other != self._metal else (other, own)
        return f"{self._name(first)} passes through {self._name(second)}"

    def _name(self, region: int) -> str:
        return self._table.regions[region]

    def _place(self, node: int) -> tuple[float, ...]:
        return tuple(float(x) for x in self._table.reference[node])


def _tools(model: Model) -> list[RigidWall]:
    """Tools that some face may touch, where they are now: other faces of the metal do not see them."""
    problem = model.problem
    tools = {part.tool.name: part.tool for part in problem.contributions if isinstance(part, RigidContact)}

    def behind(tool: RigidTool) -> Callable[[Array], Array]:
        return lambda points: -tool.distances(points, np.zeros_like(points), _pose(problem, tool)).value

    return [RigidWall(name, behind(tool)) for name, tool in tools.items()]


def _pose(problem: Problem, tool: RigidTool) -> Pose:
    iterate = problem.iterate
    return tool.pose(iterate.time, iterate.values)


def _keep(found: dict[str, Crossing], crossing: Crossing) -> None:
    known = found.get(crossing.pair)
    if known is None or crossing.depth > known.depth:
        found[crossing.pair] = crossing


def _longest_piece(places: Array, pieces: IntArray) -> Array:
    """Longest segment, or edge of a triangle, at each node, m; 0 where there is none."""
    corners = places[pieces]
    lengths = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    sizes = np.zeros(len(places))
    for corner in range(pieces.shape[1]):
        np.maximum.at(sizes, pieces[:, corner], lengths)
    return sizes
