"""Split or peel: which filled flaw grows first, by its angle and by how much of the surface beside is covered."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array, Mask
from platingx.fracture.criteria import equivalent_intensity, kink_angle
from platingx.fracture.weight_functions import slit_weights
from platingx.verification.models.patch_loads import patch_stress
from platingx.verification.models.pressed_outlines import pressed_intensities
from platingx.verification.models.slit_bodies import ELASTIC, line
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.slit import slit_mesh
from platingx_meshes.slit_body import Line, Slit, SlitSizes

TOUGHNESS = 0.95e6
NM = 1e-9
BLOCK, PATCH, FLAW = 6000.0, 240.0, 100.0
"""Size of the block, half width of the patch and length of the flaws, nm."""
PIT = (40.0, 56.1)
"""Half width and depth of the pit of the eruption, nm."""
COVERS = (0.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
"""How far the surface beside the patch is covered, nm."""

STATEMENT = r"""
A block of LLZO of 6 µm, its bottom and sides on rollers, has a pit in the middle of its surface (that of `eruption`:
56.1 nm deep, 80 nm wide). Lithium at a pressure $p$ presses on pit and surface for $|x| < 240$ nm. Flaws of 100 nm
are filled with it: straight down from the tip of the pit (it splits the plate), or at the edge of the patch at an
angle to the surface (at small angles it lifts a flake). $p_c$ is the pressure at which the largest hoop stress at the
tip is that of the toughness, 0.95 MPa m$^{1/2}$. Then metal at the same pressure covers the surface beside the patch,
too, on both sides up to a distance $c$ from its edge: the flaw is no longer at an edge, and the flake is held down.

**What decides.** Beside a free surface the flaw at the edge wins at every angle, at small ones by far: the thin flake
bends. As the cover reaches beyond the tip of the flaw, the pressure from above takes away that from below, and the
pit splits the plate instead. Peeling is seen more often where the contact ends within the size of a flaw.
"""

Pressures = dict[float, Array]
"""Critical pressure (GPa) at each cover, by the angle in degrees."""


def run(effort: Effort) -> Outcome:
    """Flaws at all angles under all covers."""
    angles = (30.0, 90.0) if effort == "coarse" else (10.0, 20.0, 30.0, 45.0, 60.0, 75.0, 90.0)
    refinement = 1.0 if effort == "coarse" else 1.5
    edge: Pressures = {}
    kinks: dict[float, float] = {}
    for angle in angles:
        edge[angle], kinks[angle] = critical(PATCH, 0.0, angle, refinement)
    split, _ = critical(0.0, -PIT[1], 90.0, refinement)
    best = np.min(np.array(list(edge.values())), axis=0)
    cross = _crossing(best - split)
    wide, flat = edge[30.0][-1] / split[-1], half_plane(30.0, refinement)
    prototype, none = "dolfinx prototype", "no judgement"
    rows = [
        Row("edge, 30 degrees, surface free", "p_c", "GPa", flat, float(edge[30.0][0]), 0.02, "Flamant", "exact"),
        Row("pit, surface free", "p_c", "GPa", 2.47, float(split[0]), 0.03, prototype, "independent"),
        Row("edge, 90 degrees, surface free", "kink", "degrees", 40.0, kinks[90.0], 0.05, prototype, "independent"),
        Row("edge, 90 degrees, surface free", "p_c", "GPa", 2.18, float(edge[90.0][0]), None, prototype, "independent"),
        Row("edge, 30 degrees, surface free", "p_c", "GPa", 0.67, float(edge[30.0][0]), None, prototype, "independent"),
        Row(
            "surface free", "p_c, pit over edge at 30 deg", "", None, float(split[0] / edge[30.0][0]), None, none, "own"
        ),
        Row("800 nm covered", "p_c, edge at 30 deg over pit", "", None, float(wide), None, none, "own"),
        Row("same p_c of pit and best edge", "cover", "nm", None, cross, None, none, "own"),
    ]
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("angles", "Critical pressure over angle, by cover.", lambda f: _draw_angles(f, edge, split)),
            Picture("cover", "Critical pressure over cover: the lower wins.", lambda f: _draw_cover(f, edge, split)),
        ),
        notes=(
            "The pressures of the prototype at the edge are 13 to 14 % higher; those of Flamant's stress in a half "
            "plane, which knows nothing of the block, agree with what is computed. They are shown, not judged.",
        ),
        input=f"E 150 GPa, nu 0.26, toughness 0.95 MPa m^0.5 (unverified below micrometres); refinement {refinement:g}",
    )


def half_plane(angle: float, refinement: float) -> float:
    """Critical pressure (GPa) of a flaw at the edge of the patch on a half plane, by Flamant's stress."""
    turn, mouth = np.radians(angle), np.array([PATCH, 0.0]) * NM
    end = mouth + FLAW * NM * np.array([np.cos(turn), -np.sin(turn)])
    loops = [[_piece(*ends) for ends in pairwise([(-9e3, 0.0), (-9e3, -9e3), (9e3, -9e3), (9e3, 0.0), (-9e3, 0.0)])]]
    weights = slit_weights(slit_mesh(loops, Slit(mouth, end, "surface"), SlitSizes(refinement=refinement)), ELASTIC)
    stress = patch_stress(weights.places, -PATCH * NM, PATCH * NM)
    return float(TOUGHNESS / equivalent_intensity(*weights.intensities(stress, 1.0)[0]) / 1e9)


def critical(x: float, y: float, angle: float, refinement: float) -> tuple[Array, float]:
    """Critical pressure (GPa) of a filled flaw at each cover, and its kink (degrees, to the surface) without one."""
    turn, mouth = np.radians(angle), np.array([x, y]) * NM
    end = mouth + FLAW * NM * np.array([np.cos(turn), -np.sin(turn)])
    mesh = slit_mesh(_block(), Slit(mouth, end, "surface"), SlitSizes(refinement=refinement))

    def covered(cover: float) -> Callable[[Array], Mask]:
        def holds(middles: Array) -> Mask:
            on_top = middles[:, 1] > -1.001 * PIT[1] * NM
            return np.asarray(on_top & (np.abs(middles[:, 0]) < (PATCH + cover) * NM))

        return holds

    found = pressed_intensities(mesh, [covered(cover) for cover in COVERS], filled=True)
    equivalent = equivalent_intensity(found[:, 0], found[:, 1])
    with np.errstate(divide="ignore"):
        return np.asarray(TOUGHNESS / equivalent / 1e9), float(np.degrees(kink_angle(*found[0])))


def _block() -> list[list[Line]]:
    """Outline, m; the ends of all covers are corners of sides."""
    half, depth = PIT
    along = np.linspace(half, -half, 65)
    pit = Line(np.stack([along, -depth * np.cos(0.5 * np.pi * along / half) ** 2], axis=1) * NM)
    stops = np.array([half, *(PATCH + cover for cover in COVERS), 0.5 * BLOCK])
    right = [_piece((b, 0.0), (a, 0.0)) for a, b in pairwise(stops)][::-1]
    left = [_piece((-a, 0.0), (-b, 0.0)) for a, b in pairwise(stops)]
    edge = 0.5 * BLOCK
    sides = [
        _piece((-edge, 0.0), (-edge, -BLOCK), (True, False)),
        _piece((-edge, -BLOCK), (edge, -BLOCK), (False, True)),
        _piece((edge, -BLOCK), (edge, 0.0), (True, False)),
    ]
    return [[*right, pit, *left, *sides]]


def _piece(start: tuple[float, float], end: tuple[float, float], held: tuple[bool, bool] = (False, False)) -> Line:
    found = line(start, end, held)
    return Line(np.asarray(found.nodes * NM), held)


def _crossing(difference: Array) -> float:
    """Cover at which a difference changes its sign, nm."""
    after = int(np.flatnonzero(difference > 0.0)[0])
    low, high = difference[after - 1 : after + 1]
    share = -low / (high - low) if np.isfinite(high) else 0.5
    return float(COVERS[after - 1] + share * (COVERS[after] - COVERS[after - 1]))


def _draw_angles(figure: Figure, edge: Pressures, split: Array) -> None:
    axes = figure.subplots()
    for number, colour in ((0, "#1f4e79"), (2, "#4d7c2a"), (3, "#c55a11"), (5, "#7a3b8f")):
        values = [pressures[number] for pressures in edge.values()]
        axes.plot(list(edge), values, "o-", ms=3, color=colour, label=f"edge, {COVERS[number]:g} nm covered")
        axes.axhline(split[number], color=colour, lw=0.8, ls="--")
    axes.set_xlabel("angle to the surface / degrees (broken: straight down from the pit)")
    axes.set_ylabel("critical pressure / GPa")
    axes.set_yscale("log")
    axes.legend()


def _draw_cover(figure: Figure, edge: Pressures, split: Array) -> None:
    axes = figure.subplots()
    axes.plot(COVERS, split, "ks--", ms=3.5, label="straight down from the pit: split")
    for angle, colour in zip((30.0, 45.0, 90.0), ("#1f4e79", "#4d7c2a", "#c55a11"), strict=True):
        if angle in edge:
            axes.plot(COVERS, edge[angle], "o-", ms=3, color=colour, label=f"edge of the patch, {angle:g}°: peel")
    axes.set_xlabel("covered beside the patch / nm")
    axes.set_ylabel("critical pressure / GPa")
    axes.set_yscale("log")
    axes.legend()


PROBLEM = Problem(
    name="cracks-modes",
    title="Split or peel",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("Gao et al. 2022, Fig. 3: peeling is seen more often than splitting",),
    run=run,
    minutes=0.5,
)
