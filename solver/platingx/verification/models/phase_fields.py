"""Bars and cracked plates with a phase field: what the book's page on it computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array, Mask
from platingx.fields.constraints import Constraint, Prescribed
from platingx.fields.damage_grid import DamageGrid, crossed
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.damage_law import DamageLaw
from platingx.verification.models.damaged import DamagedBody, GivenPressure, GivenVolume, damaged_body
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.patches import Patch, join
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

__all__ = [
    "ENERGY",
    "PLANE",
    "POISSON",
    "YOUNG",
    "Surfed",
    "bar",
    "graded",
    "lines_about",
    "loaded_around",
    "near_tip",
    "pressed",
    "strip_energy",
    "surfed",
]

YOUNG, POISSON, ENERGY = 1e11, 0.3, 1e3
PLANE = YOUNG / (1.0 - POISSON**2)
"""E/(1 - nu^2), Pa; with a length of metres strains stay below 1e-3, so that the closed forms of small strain hold."""
SIDES = {"left": "left", "right": "right", "bottom": "bottom", "top": "top"}


def bar(ratio: float, ends: Array, comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[Array, Array]:
    """Mean stress (Pa) and largest damage of a bar of two lengths l at given strains over that of onset. Collective.

    Parameters
    ----------
    ratio
        Size of the elements over the length l = 1 m.
    ends
        Strains over ``sqrt(3 G/(8 l E'))``, ascending.
    comm
        Of the ranks that share it.
    """
    cells = round(2.0 / ratio)
    data = build_box(Box(2.0, ratio, cells, 1, region=LLZO))
    toughness = ENERGY / (1.0 + 0.375 * ratio)
    onset = float(np.sqrt(0.375 * toughness / PLANE))

    def supports(parts: Discretisation) -> list[Constraint]:
        pulled = fix(parts, "right", 0, lambda time: 2.0 * onset * time)
        return [fix(parts, "left", 0), fix(parts, "bottom", 1), pulled]

    law = DamageLaw(1.0, ENERGY, irreversible="all", tolerance=1e-6)
    body = damaged_body(data, law, YOUNG, POISSON, supports, comm=comm)
    found = []
    for end in ends:
        body.advance(float(end))
        stress = body.stress[..., 0]
        total, points = (comm.allreduce(number) for number in (float(stress.sum()), stress.size))
        found.append((total / points, float(body.damage.damage.max())))
    stresses, damages = np.array(found).T
    return stresses / (PLANE * onset), damages


def near_tip(intensities: tuple[float, float], x: Array, y: Array) -> Array:
    """Displacement of a crack tip in plane strain, shape (2,), m (Williams); intensities in Pa m^0.5."""
    shear, kappa = YOUNG / (2.0 * (1.0 + POISSON)), 3.0 - 4.0 * POISSON
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    c, s = np.cos(0.5 * angle), np.sin(0.5 * angle)
    opening = np.array([c * (kappa - np.cos(angle)), s * (kappa - np.cos(angle))])
    sliding = np.array([s * (kappa + 2.0 + np.cos(angle)), -c * (kappa - 2.0 + np.cos(angle))])
    size = np.sqrt(radius / (2.0 * np.pi)) / (2.0 * shear)
    return np.asarray(size * (intensities[0] * opening + intensities[1] * sliding))


def loaded_around(
    data: MeshData,
    field: Callable[[float, float, float], Array],
    crack: tuple[tuple[float, float], tuple[float, float]],
    comm: MPI.Intracomm,
) -> DamagedBody:
    """Make a body with a crack from one place to another (m), whose outline a field displaces. Collective."""
    first, last = (np.array(place) for place in crack)
    return damaged_body(
        data, DamageLaw(1.0, ENERGY), YOUNG, POISSON, around(field), lambda grid: crossed(grid, first, last), comm=comm
    )


def around(field: Callable[[float, float, float], Array]) -> Callable[[Discretisation], list[Constraint]]:
    """Supports of the outline by a displacement as a function of place and time."""

    def supports(parts: Discretisation) -> list[Constraint]:
        places, held = parts.coordinates(), []
        for node in parts.nodes(*SIDES):
            x, y = (float(value) for value in places[node])
            if np.isnan(x):  # of no cell of this rank
                continue
            for axis in (0, 1):

                def motion(time: float, x: float = x, y: float = y, axis: int = axis) -> float:
                    return float(field(x, y, time)[axis])

                held.append(Prescribed("outline", np.array([node], dtype=np.int32), axis, motion))
        return list(held)

    return supports


@dataclass(frozen=True)
class Surfed:
    """A crack that follows a near-tip field.

    Attributes
    ----------
    tips
        Place of the field, m.
    surfaces, spent
        Surface energy, and energy put in and not stored, J/m.
    passes
        Alternations of each step.
    body
        The last state.
    """

    tips: Array
    surfaces: Array
    spent: Array
    passes: Array
    body: DamagedBody


def surfed(ratio: float, tips: Array, size: tuple[float, float], comm: MPI.Intracomm = MPI.COMM_SELF) -> Surfed:
    """Move a near-tip field of K = sqrt(E' G) along a strip with a crack in it, of the length l = 1 m. Collective.

    Parameters
    ----------
    ratio
        Size of the elements over the length.
    tips
        Places of the tip of the field at the ends of steps, m; the first is where the crack begins.
    size
        Of the strip, m.
    comm
        Of the ranks that share it.
    """
    data = build_box(Box(*size, round(size[0] / ratio), round(size[1] / ratio), region=LLZO))
    height, start = 0.5 * size[1] + 0.5 * ratio, float(tips[0])
    intensity = float(np.sqrt(PLANE * ENERGY))

    def field(x: float, y: float, time: float) -> Array:
        return near_tip((intensity, 0.0), np.asarray(x - time), np.asarray(y - height))

    body = loaded_around(data, field, ((-1.0, height), (start, height)), comm)
    rows = []
    for tip in tips:
        body.advance(float(tip))
        totals = body.account.totals
        surface = body.damage.surface_energy(body.damage.damage)
        rows.append((surface, totals.external - totals.stored, body.passes))
    surfaces, spent, passes = np.array(rows).T
    return Surfed(tips, surfaces, spent, passes, body)


def graded(x: Array, y: Array, cell: str = "quadrilateral") -> MeshData:
    """A rectangle with given lines of corners."""
    corners = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    lattice = np.empty((2 * len(x) - 1, 2 * len(y) - 1, 2))
    lattice[::2, ::2] = corners
    lattice[1::2, ::2] = 0.5 * (corners[1:] + corners[:-1])
    lattice[:, 1::2] = 0.5 * (lattice[:, 2::2] + lattice[:, :-2:2])
    return join([Patch(lattice, LLZO, SIDES)], cell)


def lines_about(fine: float, size: float, end: float) -> Array:
    """Places from the middle to both sides: even up to ``fine``, then wider by a quarter each, to ``end`` at least."""
    half = list(np.arange(0.0, fine + 0.5 * size, size))
    while half[-1] < end:
        half.append(half[-1] + 1.25 * (half[-1] - half[-2]))
    return np.array([*(-value for value in half[:0:-1]), *half])


def pressed(
    length: float, end: float = 0.0, steps: int = 0, comm: MPI.Intracomm = MPI.COMM_SELF
) -> tuple[DamagedBody, list[tuple[float, float, float]]]:
    """A crack of half length 1 m in a large block, pressed to a volume that grows, if any. Collective.

    Parameters
    ----------
    length
        l, m; elements are a quarter of it.
    end, steps
        Last volume over that at which the crack would grow, and steps to it; without any the crack is under a small
        pressure.
    comm
        Of the ranks that share it.

    Returns
    -------
    body, states
        The last state; pressure (Pa), volume (m2) and half length by the surface energy (m) after each step.
    """
    size, reach = 0.25 * length, 1.0 + 4.0 * length if steps == 0 else 1.5
    across = lines_about(4.0 * length, size, 20.0)
    data = graded(lines_about(reach, size, 20.0), across + 0.5 * size)  # a row of elements lies along y = 0
    grow = float(np.sqrt(PLANE * ENERGY / np.pi))
    first = 0.1 * grow
    volume = 2.0 * np.pi * grow / PLANE
    filling = GivenVolume(lambda time: time * volume, first) if steps else GivenPressure(lambda _time: first)

    def supports(parts: Discretisation) -> list[Constraint]:
        return [fix(parts, "bottom", 1), fix(parts, "bottom", 0)]

    def cracked(grid: DamageGrid) -> Mask:
        return crossed(grid, np.array([-1.0, 0.0]), np.array([1.0, 0.0]))

    body = damaged_body(data, DamageLaw(length, ENERGY), YOUNG, POISSON, supports, cracked, filling, comm)
    states = []
    for time in np.linspace(0.8, end, steps) if steps else [1.0]:
        body.advance(float(time))
        damage = body.damage
        grown = damage.surface_energy(damage.damage) / (2.0 * ENERGY)
        states.append((damage.pressure, damage.filled_volume(), grown))
    return body, states


def strip_energy(ratio: float, comm: MPI.Intracomm = MPI.COMM_SELF) -> float:
    """Energy over G of a unit of a crack through a body of 2 x 8 lengths without load; elements of a ratio."""
    data = build_box(Box(2.0, 8.0, round(2.0 / ratio), round(8.0 / ratio), region=LLZO))
    height = 4.0 + 0.5 * ratio

    def cracked(grid: DamageGrid) -> Mask:
        return crossed(grid, np.array([-1.0, height]), np.array([3.0, height]))

    body = damaged_body(data, DamageLaw(1.0, ENERGY), YOUNG, POISSON, lambda _parts: [], cracked, comm=comm)
    return body.damage.surface_energy(body.damage.damage) / (2.0 * ENERGY)
