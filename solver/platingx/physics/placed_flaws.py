"""From the flaws of a case to slits in the outline of their ceramic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from platingx.arrays import Array, Mask
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.fracture import Flaw, Flaws, region_of_flaw
from platingx.errors import CaseError
from platingx.physics.outlines import OutlineLine, SurfacePoint, is_inside, mirrored, outline_of, surface_point
from platingx.physics.pit_tip import pit_tips
from platingx.physics.region_surfaces import SurfaceTable
from platingx_meshes.slit_body import Kind, Line, Slit

__all__ = ["PlacedFlaw", "Refusal", "place_flaws"]

ROOM = 0.1
"""Smallest distance of a tip from the outline of the ceramic, relative to the length of the flaw."""
NEAR = 2.0
"""The same below which it is told that the result feels what is there."""


@dataclass(frozen=True)
class PlacedFlaw:
    """A flaw of a case at its place.

    Attributes
    ----------
    flaw
        As the case has it.
    region
        Ceramic that it is in.
    loops
        Outline of the body that the slits are in: the ceramic of the model, or twice that.
    slits
        One for each length.
    tangent
        Direction of the residual stress: along the surface, or along x.
    pressed_at
        Place of the metal whose pressure fills it; None where there is no metal at the mouth.
    surface
        Mouth and directions of the smooth surface; None of a buried flaw.
    remarks
        Sentences on what the results leave out.
    outline
        The lines of the loops with what is beyond them.
    mirror
        Coordinate axis across the plane of symmetry, its place (m) and the side of it that is modelled (1 or -1), where
        the body is twice that of the model; else None.
    """

    flaw: Flaw
    region: str
    loops: tuple[tuple[Line, ...], ...]
    slits: tuple[Slit, ...]
    tangent: Array
    pressed_at: Array | None
    surface: SurfacePoint | None
    remarks: tuple[str, ...]
    outline: tuple[OutlineLine, ...]
    mirror: tuple[int, float, float] | None = None

    def in_model(self, places: Array) -> tuple[Array, Mask]:
        """Places in the part that is modelled, by reflection where needed, and which of them were reflected."""
        if self.mirror is None:
            return places, np.zeros(len(places), dtype=bool)
        axis, at, side = self.mirror
        beyond = (places[:, axis] - at) * side < 0.0
        inside = places.copy()
        inside[beyond, axis] = 2.0 * at - places[beyond, axis]
        return inside, beyond


Refusal = Callable[[Finding], CaseError]
"""From what is wrong with a flaw, by its key in the block, to the error that names its place in a file."""


def place_flaws(case: Case, block: Flaws, table: SurfaceTable, refusal: Refusal) -> list[PlacedFlaw]:
    """Place the flaws of a case. Rank 0 only.

    Parameters
    ----------
    case
        The case.
    block
        The flaws: those of the case, or of a file.
    table
        Surfaces of its regions.
    refusal
        Makes the error of a flaw that has no place.

    Raises
    ------
    CaseError
        If a flaw is at no surface, leaves its ceramic, is too long, or is to be filled where there is no metal.
    """
    outlines: dict[str, list[list[OutlineLine]]] = {}
    placed = []
    for index, flaw in enumerate(block.flaws):
        region = region_of_flaw(flaw, case.materials)
        if region is None:
            raise refusal(Finding(f"flaws.{index}.region", "the case does not say which ceramic the flaw is in"))
        loops = outlines.setdefault(region, outline_of(table, region))
        placed.append(_Placing(case, flaw, region, loops, index, refusal).place())
    return placed


@dataclass(frozen=True)
class _Placing:
    """One flaw on its way to its place."""

    case: Case
    flaw: Flaw
    region: str
    loops: list[list[OutlineLine]]
    index: int
    refusal: Refusal

    def place(self) -> PlacedFlaw:
        """Find mouth, direction, body and slits."""
        at = self.flaw.at
        if at.x is not None and at.y is not None:
            return self._buried(np.array([float(at.x), float(at.y)]))
        return self._at_surface(self._mouth())

    def _mouth(self) -> SurfacePoint:
        at = self.flaw.at
        if at.x is None:
            tips = pit_tips(self.case)
            if len(tips) != 1:
                raise self._error("at", "the tip of a pit is known in built geometries only", "{x: ...}")
            return surface_point(self.loops, np.array(tips[0]))
        x = float(at.x)
        crossings = [
            (bool(line.beyond), place)
            for loop in self.loops
            for line in loop
            if line.beyond or not any(line.held)
            for place in _crossings(line, x)
        ]
        if not crossings:
            xs = np.concatenate([line.nodes[:, 0] for loop in self.loops for line in loop if line.beyond])
            valid = f"x from {xs.min():.4g} to {xs.max():.4g} m" if len(xs) else ""
            raise self._error("at.x", f"the ceramic {self.region} has no surface at this x", valid)
        return surface_point(self.loops, max(crossings, key=lambda found: (found[0], found[1][1]))[1])

    def _at_surface(self, mouth: SurfacePoint) -> PlacedFlaw:
        angle = float(self.flaw.angle)
        direction = np.cos(angle) * mouth.tangent + np.sin(angle) * mouth.inward
        loops, kind, mirror = self.loops, "surface", None
        if mouth.at_end is not None:
            upright = abs(np.cos(angle)) < 1e-9
            kind = "symmetric" if upright else "surface"
            direction = mouth.inward if upright else direction
            if not upright:
                loops, mirror = mirrored(self.loops, mouth.at_end), self._mirror(mouth.at_end)
        is_metal = bool(mouth.line.beyond) and self.case.materials[mouth.line.beyond].role == "metal"
        if not is_metal and self.flaw.faces != "dry":
            message = "there is no metal at the mouth of this flaw that could fill it"
            raise self._error("faces", message, "dry")
        slits = [Slit(mouth.place, mouth.place + float(a) * direction, _kind(kind)) for a in self.flaw.lengths]
        self._check(loops, slits, lambda a: Slit(mouth.place, mouth.place + a * direction, _kind(kind)))
        pressed = mouth.place if is_metal else None
        return replace(self._placed(loops, slits, mouth.tangent, pressed, mouth), mirror=mirror)

    def _mirror(self, line: OutlineLine) -> tuple[int, float, float]:
        axis = line.held.index(True)
        at = float(line.nodes[0, axis])
        middle = float(np.mean([own.nodes[:, axis].mean() for loop in self.loops for own in loop]))
        return axis, at, float(np.sign(middle - at))

    def _buried(self, middle: Array) -> PlacedFlaw:
        angle = float(self.flaw.angle)
        direction = np.array([np.cos(angle), np.sin(angle)])

        def slit(length: float) -> Slit:
            return Slit(middle - 0.5 * length * direction, middle + 0.5 * length * direction, "buried")

        slits = [slit(float(length)) for length in self.flaw.lengths]
        self._check(self.loops, slits, slit)
        metal = [
            line for loop in self.loops for line in loop
            if line.beyond and self.case.materials[line.beyond].role == "metal"
        ]  # fmt: skip
        if not metal and self.flaw.faces != "dry":
            raise self._error("faces", f"no metal touches the ceramic {self.region}", "dry")
        pressed = surface_point([metal], middle).place if metal else None
        return self._placed(self.loops, slits, np.array([1.0, 0.0]), pressed, None)

    def _placed(
        self,
        loops: Sequence[Sequence[OutlineLine]],
        slits: list[Slit],
        tangent: Array,
        pressed_at: Array | None,
        surface: SurfacePoint | None,
    ) -> PlacedFlaw:
        lines = tuple(tuple(line.line for line in loop) for loop in loops)
        remarks = list(self._remarks(loops, slits))
        outline = tuple(line for loop in loops for line in loop)
        return PlacedFlaw(
            self.flaw, self.region, lines, tuple(slits), tangent, pressed_at, surface, tuple(remarks), outline
        )

    def _check(self, loops: Sequence[Sequence[OutlineLine]], slits: list[Slit], make: Callable[[float], Slit]) -> None:
        for number, slit in enumerate(slits):
            if _fits(loops, slit):
                continue
            low, high = 0.0, slit.length
            for _ in range(30):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if _fits(loops, make(middle)) else (low, middle)
            valid = f"at most {1e9 * low:.3g} nm with this place and angle" if low > 1e-3 * slit.length else ""
            message = (
                f"the flaw {self.flaw.name} leaves the ceramic {self.region}, or its tip comes closer to the surface "
                f"than {ROOM:g} of its length"
            )
            raise self._error(f"lengths.{number}", message, valid, "shorter, or at another angle")

    def _remarks(self, loops: Sequence[Sequence[OutlineLine]], slits: list[Slit]) -> list[str]:
        others = sorted({line.beyond for loop in loops for line in loop if line.beyond})
        solid = [name for name in others if self.case.materials[name].role != "metal"]
        found = []
        if solid:
            found.append(
                f"the flaw {self.flaw.name} is judged in {self.region} alone: what holds it at {', '.join(solid)} is "
                "left out"
            )
        near = [slit.length for slit in slits if _distance_to_supports(loops, slit) < NEAR * slit.length]
        if near:
            found.append(
                f"flaws {self.flaw.name} from {1e9 * min(near):.3g} nm on come closer to a support than {NEAR:g} of "
                "their length"
            )
        return found

    def _error(self, key: str, message: str, valid: str = "", hint: str = "") -> CaseError:
        return self.refusal(Finding(f"flaws.{self.index}.{key}", message, valid, hint))


def _kind(name: str) -> Kind:
    return "symmetric" if name == "symmetric" else "surface"


def _crossings(line: OutlineLine, x: float) -> list[Array]:
    """Places where a line passes an x; an upright line none."""
    start, end = line.nodes[:-1], line.nodes[1:]
    step = end[:, 0] - start[:, 0]
    close = 1e-9 * float(np.ptp(line.nodes, axis=0).max())
    low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    hit = (np.abs(step) > close) & (low - close <= x) & (x <= high + close)
    share = np.clip((x - start[hit, 0]) / step[hit], 0.0, 1.0)
    return list(start[hit] + share[:, None] * (end - start)[hit])


def _distance(lines: Sequence[OutlineLine], place: Array) -> float:
    """Distance of a place from lines, infinite from none."""
    nearest = np.inf
    for line in lines:
        start, step = line.nodes[:-1], np.diff(line.nodes, axis=0)
        share = np.clip(((place - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
        nearest = min(nearest, float(np.linalg.norm(start + share[:, None] * step - place, axis=1).min()))
    return nearest


def _own_lines(loops: Sequence[Sequence[OutlineLine]], slit: Slit) -> list[OutlineLine]:
    """Lines of the outline but the one that a symmetric slit lies on."""
    lines = [line for loop in loops for line in loop]
    if slit.kind != "symmetric":
        return lines
    return [line for line in lines if not (line.is_mirror and _distance([line], slit.end) < 1e-6 * slit.length)]


def _fits(loops: Sequence[Sequence[OutlineLine]], slit: Slit) -> bool:
    """Whether a slit stays inside of a body and leaves some room at its tips."""
    if any(_distance(_own_lines(loops, slit), tip) < ROOM * slit.length for tip in slit.tips):
        return False
    if slit.kind == "symmetric":
        lines = [line for loop in loops for line in loop if line.is_mirror]
        return _distance(lines, slit.end) < 1e-6 * slit.length
    shares = np.linspace(0.0, 1.0, 201)[1:-1] if slit.kind == "buried" else np.linspace(0.0, 1.0, 201)[2:-1]
    return bool(is_inside(loops, slit.start + shares[:, None] * (slit.end - slit.start)).all())


def _distance_to_supports(loops: Sequence[Sequence[OutlineLine]], slit: Slit) -> float:
    held = [line for line in _own_lines(loops, slit) if any(line.line.held)]
    return min((_distance(held, tip) for tip in slit.tips), default=np.inf)
