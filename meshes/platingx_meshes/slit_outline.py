"""The outline of a body with a slit, divided into sides of elements whose sizes suit the slit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.errors import MeshBuildError
from platingx_meshes.slit_body import Line, Slit, SlitSizes
from platingx_meshes.spacing import divide, with_midpoints

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_PARTS = np.array([0.0, 0.25, 0.5, 0.75])
_CORNER = np.radians(20.0)
"""Turn of an outline beyond which it has a corner, which no element has to resolve."""


@dataclass(frozen=True)
class Chain:
    """A divided line: nodes (2 n + 1, 2), what holds it, the number of its loop, and whether the slit lies on it."""

    nodes: Array
    held: tuple[bool, bool]
    loop: int
    is_slit: bool = False


@dataclass(frozen=True)
class Division:
    """Divided outline and slit.

    Attributes
    ----------
    chains : the lines of all loops in order
    slit : nodes of the slit from its start to its end, shape (2 n + 1, 2); of a symmetric one those of its chain
    sources : places with the size of the elements there
    largest, growth : size far away, and its growth with the distance
    clearance : distance from each tip to the rest of the outline
    """

    chains: tuple[Chain, ...]
    slit: Array
    sources: tuple[tuple[Array, float], ...]
    largest: float
    growth: float
    clearance: tuple[float, ...]


@dataclass(frozen=True)
class _Part:
    """A line as straight pieces between many points, with the wanted sizes at them."""

    points: Array
    held: tuple[bool, bool]
    loop: int
    sizes: Array
    is_slit: bool = False


def divided(loops: Sequence[Sequence[Line]], slit: Slit, sizes: SlitSizes) -> Division:
    """Divide the outline of a body and a slit in it.

    Parameters
    ----------
    loops : closed outlines, each of lines in order
    slit : the slit
    sizes : of the elements
    """
    parts = [part for number, loop in enumerate(loops) for line in loop for part in _smooth(line, number, sizes)]
    if slit.kind != "buried":
        parts = _cut(parts, slit.start, slit)
    if slit.kind == "symmetric":
        parts = _cut(parts, slit.end, slit)
    parts = [replace(part, is_slit=slit.kind == "symmetric" and _lies_on(part, slit)) for part in parts]
    outline = _outline(parts, slit)
    clearance = tuple(_clearance(outline, tip) for tip in slit.tips)
    ends = np.concatenate([part.points for part in parts])
    largest = 0.12 * float(np.ptp(ends, axis=0).max())
    sources = _sources(outline, slit, sizes, clearance)
    parts = [_resolved(part, sources, sizes.growth) for part in parts]
    wanted = _graded(parts, sources, largest, sizes.growth)
    chains = []
    for part, size in zip(parts, wanted, strict=True):
        nodes = _divide(part.points, size, sizes.refinement)
        chains.append(Chain(nodes, (False, False) if part.is_slit else part.held, part.loop, part.is_slit))
    if slit.kind == "symmetric":
        own = next((chain.nodes for chain in chains if chain.is_slit), None)
        if own is None:
            raise MeshBuildError("a slit on a plane of symmetry does not lie on the outline")
        forward = np.linalg.norm(own[0] - slit.start) < np.linalg.norm(own[-1] - slit.start)
        along = own if forward else own[::-1]
    else:
        along = _along(slit, sources, sizes)
    return Division(tuple(chains), along, sources, largest, sizes.growth, clearance)


def _along(slit: Slit, sources: Sequence[tuple[Array, float]], sizes: SlitSizes) -> Array:
    """Nodes along a slit: its bends are ends of sides."""
    found = [slit.start[None]]
    for first, last in pairwise(slit.nodes):
        piece = first + np.linspace(0.0, 1.0, 201)[:, None] * (last - first)
        wanted = _near(piece, sources, sizes.face * slit.length, sizes.growth)
        found.append(_divide(piece, wanted, sizes.refinement)[1:])
    return np.concatenate(found)


def _smooth(line: Line, loop: int, sizes: SlitSizes) -> Iterator[_Part]:
    """Parts of a line between its corners, with the sizes that its curvature asks for."""
    nodes = line.nodes
    steps = np.diff(nodes, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(headings) + np.pi) % (2.0 * np.pi) - np.pi)
    corners = [0, *(np.flatnonzero(turns[1::2] > _CORNER) * 2 + 2), len(nodes) - 1]
    room = 0.5 * (lengths[:-1] + lengths[1:])
    with np.errstate(divide="ignore"):
        sizes_inside = np.where(turns > 1e-3, sizes.turn * room / turns, np.inf)
    at_nodes = np.concatenate([[np.inf], sizes_inside, [np.inf]])
    for first, last in pairwise(corners):
        own = at_nodes[first : last + 1].copy()
        own[[0, -1]] = np.inf
        yield _Part(_many(nodes[first : last + 1]), line.held, loop, np.append(np.repeat(own[:-1], 2), own[-1]))


def _many(nodes: Array) -> Array:
    """Four points on each quadratic side, and the last end."""
    a, m, b = nodes[:-1:2, None], nodes[1::2, None], nodes[2::2, None]
    t = _PARTS[:, None]
    inside = (1 - t) * (1 - 2 * t) * a + t * (2 * t - 1) * b + 4 * t * (1 - t) * m
    return np.concatenate([inside.reshape(-1, 2), nodes[-1:]])


def _cut(parts: list[_Part], place: Array, slit: Slit) -> list[_Part]:
    """Cut the part that passes a place there, and let it end exactly there."""
    found = [_nearest(part.points, place) for part in parts]
    number = int(np.argmin([distance for distance, _, _ in found]))
    distance, segment, share = found[number]
    if distance > 1e-3 * slit.length:
        raise MeshBuildError(
            f"a slit has to begin on the outline of the body; ({place[0]:g}, {place[1]:g}) m is not on it"
        )
    part = parts[number]
    points, sizes = part.points, part.sizes
    close = 1e-6 * slit.length
    for end in (0, -1):
        if np.linalg.norm(points[end] - place) < close:
            return parts
    before = points[: segment + 1] if share > 0.0 else points[:segment]
    after = points[segment + 1 :]
    before = before[np.linalg.norm(before - place, axis=1) > close]
    after = after[np.linalg.norm(after - place, axis=1) > close]
    first = replace(part, points=np.vstack([before, place]), sizes=np.append(sizes[: len(before)], np.inf))
    second = replace(part, points=np.vstack([place, after]), sizes=np.append(np.inf, sizes[len(sizes) - len(after) :]))
    return [*parts[:number], first, second, *parts[number + 1 :]]


def _nearest(points: Array, place: Array) -> tuple[float, int, float]:
    """Distance of a place from straight pieces, the nearest piece, and the share of it that lies before the place."""
    start, step = points[:-1], np.diff(points, axis=0)
    share = np.clip(((place - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
    distance = np.linalg.norm(start + share[:, None] * step - place, axis=1)
    best = int(distance.argmin())
    return float(distance[best]), best, float(share[best])


def _lengths(steps: Array) -> Array:
    """Of steps in the plane, shape (n, 2): what a norm gives, in a third of its time."""
    return np.asarray(np.sqrt(steps[:, 0] * steps[:, 0] + steps[:, 1] * steps[:, 1]))


def _lies_on(part: _Part, slit: Slit) -> bool:
    """Whether a part of the outline goes from one end of a slit to the other."""
    close = 1e-6 * slit.length
    ends = part.points[[0, -1]]
    return any(
        np.linalg.norm(ends[i] - slit.start) < close and np.linalg.norm(ends[1 - i] - slit.end) < close for i in (0, 1)
    )


@dataclass(frozen=True)
class _Outline:
    """Straight pieces of an outline that a slit may come close to: starts, steps, and their squares."""

    start: Array
    step: Array
    square: Array


def _outline(parts: Sequence[_Part], slit: Slit) -> _Outline:
    """Pieces of all parts, but for the straight line that a symmetric slit lies on."""
    normal, close = slit.normal, 1e-6 * slit.length
    own = [
        part.points
        for part in parts
        if slit.kind != "symmetric" or np.abs((part.points - slit.start) @ normal).max() > close
    ]
    step = np.concatenate([np.diff(points, axis=0) for points in own])
    return _Outline(np.concatenate([points[:-1] for points in own]), step, (step**2).sum(axis=1))


def _clearance(outline: _Outline, place: Array) -> float:
    """Distance from a place to the outline."""
    share = np.clip(((place - outline.start) * outline.step).sum(axis=1) / outline.square, 0.0, 1.0)
    return float(_lengths(outline.start + share[:, None] * outline.step - place).min())


def _sources(
    outline: _Outline, slit: Slit, sizes: SlitSizes, clearance: Sequence[float]
) -> tuple[tuple[Array, float], ...]:
    """Places that ask for small elements: tips, mouth, and the slit, the more so the closer it is to the outline."""
    length = slit.length
    found = [
        (tip, min(sizes.tip * slit.piece(number), sizes.thin_tip * room))
        for number, (tip, room) in enumerate(zip(slit.tips, clearance, strict=True))
    ]
    if slit.kind != "buried":
        found.append((slit.start, min(sizes.mouth * length, float(slit.pieces[0]))))
    pieces = slit.pieces
    found += [
        (bend, min(sizes.face * length, float(min(before, after))))
        for bend, before, after in zip(slit.bends, pieces[:-1], pieces[1:], strict=True)
    ]
    count = int(np.clip(2.0 * length / min(clearance), 9, 60))
    for place in slit.at(length * (np.arange(count) + 0.5) / count):
        room = _clearance(outline, place)
        found.append((place, min(sizes.face * length, sizes.ligament * room)))
    return tuple(found)


def _resolved(part: _Part, sources: Sequence[tuple[Array, float]], growth: float) -> _Part:
    """A part with points as close together as the sources want elements there."""
    points, asked = part.points, part.sizes
    while True:
        start, step = points[:-1], np.diff(points, axis=0)
        length = np.linalg.norm(step, axis=1)
        smallest = np.full(len(length), np.inf)
        for place, at_place in sources:
            share = np.clip(((place - start) * step).sum(axis=1) / length**2, 0.0, 1.0)
            away = _lengths(start + share[:, None] * step - place)
            smallest = np.minimum(smallest, at_place + growth * away)
        long = np.flatnonzero(length > 1.01 * smallest)
        if not len(long):
            return replace(part, points=points, sizes=asked)
        points = np.insert(points, long + 1, 0.5 * (points[long] + points[long + 1]), axis=0)
        asked = np.insert(asked, long + 1, np.minimum(asked[long], asked[long + 1]))


def _near(places: Array, sources: Sequence[tuple[Array, float]], largest: float, growth: float) -> Array:
    """Sizes that sources ask for at places."""
    size = np.full(len(places), largest)
    for place, at_place in sources:
        size = np.minimum(size, at_place + growth * _lengths(places - place))
    return size


def _graded(
    parts: Sequence[_Part], sources: Sequence[tuple[Array, float]], largest: float, growth: float
) -> list[Array]:
    """Sizes of all parts, such that none grows faster with the distance than it may."""
    places = np.concatenate([part.points for part in parts])
    size = np.minimum(_near(places, sources, largest, growth), np.concatenate([part.sizes for part in parts]))
    small = np.argsort(size)
    centres: list[int] = []
    graded = size.copy()
    for index in small:  # from the smallest on; one that is not asked for by smaller ones asks for others
        if size[index] >= largest or (centres and graded[index] < 0.7 * size[index]):
            continue
        centres.append(index)
        graded = np.minimum(graded, size[index] + growth * _lengths(places - places[index]))
    bounds = np.cumsum([len(part.points) for part in parts])[:-1]
    return np.split(graded, bounds)


def _divide(points: Array, sizes: Array, refinement: float) -> Array:
    """Nodes, ends and middles of sides in turn, on straight pieces so that the sides have the wanted sizes."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    ends = divide(0.0, float(length[-1]), lambda s: np.interp(s, length, sizes), refinement)
    at = with_midpoints(ends)
    nodes = np.stack([np.interp(at, length, points[:, i]) for i in (0, 1)], axis=1)
    nodes[0], nodes[-1] = points[0], points[-1]
    return nodes
