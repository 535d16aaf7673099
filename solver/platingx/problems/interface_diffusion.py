"""Diffusion of metal along interfaces, driven by the pressure on them, and what it does to the metal's thickness.

Unknowns on the displacement nodes of the interfaces: the pressure p, which all of them share, and for each of them the
thickness g of metal added since the start. With the mass M and the stiffness L along the surface in the undeformed
shape, the forces f of the metal on its nodes and the thickness d that was plated in the step,

    R_g = n.f - M p,          R_p = M (g - g_before - d) + dt C L p,

a pressure in balance with the stress (Herring), and the volume that is kept, by Euler's backward method. All three have
the same M, so that no volume is lost. Where an end holds p, the residual of R_p is the volume that has left there. At
an end that grows R_p has what leaves by the way below the added metal (`problems/accretion.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.fields.interface_field import InterfaceField
from platingx.fields.saved_state import Saved
from platingx.problems.accretion import AccretingEnd
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.failure import Failure
from platingx.problems.interface_matrix import empty_matrix, fill
from platingx.problems.interface_surface import InterfaceSurface

__all__ = ["DiffusionPath", "InterfaceDiffusion"]


@dataclass(frozen=True)
class DiffusionPath:
    """An interface.

    Attributes
    ----------
    name
        Name of the boundary.
    deposit
        Thickness added.
    surface
        Its facets on this rank.
    coefficient
        C = delta D Omega/(k T), m5/(N s); 0 where nothing diffuses.
    plated
        Whether metal is plated here.
    places
        Coordinates of local nodes, shape (local nodes, dimension), m.
    """

    name: str
    deposit: InterfaceField
    surface: InterfaceSurface
    coefficient: float
    plated: bool
    places: Array

    @property
    def numbers(self) -> Int32Array:
        """Local number of the nodes of each facet in the deposit."""
        return self.deposit.number[self.surface.nodes]


@dataclass
class _Books:
    """Volumes since the start over all ranks, m3 (m2 in plane strain).

    Attributes
    ----------
    plated, added
        Plated, and now at the interfaces.
    moved
        Taken away from where it was plated or stood.
    extruded
        What has left at each end.
    """

    plated: float = 0.0
    added: float = 0.0
    moved: float = 0.0
    extruded: dict[str, float] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """What has left at all ends."""
        return sum(self.extruded.values())


class InterfaceDiffusion:
    """Pressure and thickness on interfaces.

    Parameters
    ----------
    pressure
        p, on the nodes of all paths.
    paths
        The interfaces.
    thickness
        Plated thickness (m) as a function of time.
    ends
        Names of constraints of the pressure, and the pressures that they hold (Pa).
    accreting
        Ends that grow.
    in_columns
        Whether the metal grows in columns, the work of which is that of growth, and not at its faces.
    """

    name = "interface diffusion"
    conserved = "the volume of the metal"

    def __init__(
        self,
        pressure: InterfaceField,
        paths: Sequence[DiffusionPath],
        thickness: Callable[[float], float],
        ends: Mapping[str, float],
        accreting: Sequence[AccretingEnd] = (),
        in_columns: bool = False,
    ) -> None:
        self.pressure, self.paths, self._thickness = pressure, tuple(paths), thickness
        self._held, self.accreting, self._in_columns = tuple(ends), tuple(accreting), in_columns
        self._end_pressures = dict(ends) | {end.name: end.pressure for end in accreting}
        self.fields = (pressure.name, *(path.deposit.name for path in paths))
        self.books = _Books(extruded=dict.fromkeys(self._end_pressures, 0.0))
        self.work = (0.0, 0.0, 0.0)
        self._dt = self._plated = 0.0
        self._shared = [pressure.number[path.surface.nodes] for path in paths]
        self._matrices: dict[tuple[str, str], PETSc.Mat] = {
            (pressure.name, pressure.name): empty_matrix(pressure, pressure)
        }
        for path in paths:
            for pair in ((pressure, path.deposit), (path.deposit, pressure)):
                self._matrices[pair[0].name, pair[1].name] = empty_matrix(*pair)

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Add both residuals of each interface."""
        self._dt = iterate.dt
        self._plated = self._thickness(iterate.time) - self._thickness(iterate.time - iterate.dt)
        for number, (path, shared) in enumerate(zip(self.paths, self._shared, strict=True)):
            own, surface = path.deposit.name, path.surface
            pressed = iterate.values[self.pressure.name][shared, 0]
            thickness = iterate.values[own][path.numbers, 0]
            change, plated = thickness - iterate.start[own][path.numbers, 0], self._plated if path.plated else 0.0
            grown = change - plated
            rate = iterate.dt * path.coefficient
            mass, stiffness, size = np.abs(surface.mass), np.abs(surface.stiffness), np.abs(pressed)
            _add(residuals[own], path.numbers, -_times(surface.mass, pressed), _times(mass, size))
            volume = _times(surface.mass, grown) + rate * _times(surface.stiffness, pressed)
            size = _times(mass, np.abs(change) + abs(plated)) + rate * _times(stiffness, size)
            for outlet, pressure in self._outlets(number):
                volume += outlet * (pressed - pressure)
                size += np.abs(outlet * (pressed - pressure))
            _add(residuals[self.pressure.name], shared, volume, size)
        return None

    def _outlets(self, number: int) -> Iterator[tuple[Array, float]]:
        """Volumes that leave a path in the step by its ends that grow, for each Pa over a pressure (Pa)."""
        for end in self.accreting:
            way = end.way(self.books.extruded[end.name])
            yield self._dt * self.paths[number].coefficient / way * end.edges[number], end.pressure

    def _conductance(self, number: int) -> Array:
        """Derivative of the volumes of a path by its pressures, shape (facets, nodes, nodes)."""
        path = self.paths[number]
        whole = self._dt * path.coefficient * path.surface.stiffness
        nodes = np.arange(whole.shape[1])
        for outlet, _ in self._outlets(number):
            whole[:, nodes, nodes] += outlet
        return whole

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives, which change with the step only. Collective."""
        name = self.pressure.name
        everywhere, stiffness = [], []
        for number, (path, shared) in enumerate(zip(self.paths, self._shared, strict=True)):
            rows, columns = _global(path.deposit, path.numbers), _global(self.pressure, shared)
            fill(self._matrices[path.deposit.name, name], rows, columns, -path.surface.mass)
            fill(self._matrices[name, path.deposit.name], columns, rows, path.surface.mass)
            everywhere.append(columns)
            stiffness.append(self._conductance(number))
        places = np.concatenate(everywhere)
        fill(self._matrices[name, name], places, places, np.concatenate(stiffness))
        return self._matrices

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the derivatives times increments."""
        name = self.pressure.name
        for number, (path, shared) in enumerate(zip(self.paths, self._shared, strict=True)):
            own, surface = path.deposit.name, path.surface
            pressed, grown = increments[name][shared, 0], increments[own][path.numbers, 0]
            np.add.at(results[own][:, 0], path.numbers, -_times(surface.mass, pressed))
            volume = _times(surface.mass, grown) + _times(self._conductance(number), pressed)
            np.add.at(results[name][:, 0], shared, volume)

    def added_volume(self) -> float:
        """Volume of the metal added at the interfaces so far, m3 (m2 in plane strain). Collective."""
        return self._total(lambda path: float(_times(path.surface.mass, path.deposit.values[path.numbers, 0]).sum()))

    def _total(self, of_path: Callable[[DiffusionPath], float]) -> float:
        return float(self.pressure.comm.allreduce(sum(of_path(path) for path in self.paths), MPI.SUM))

    def begin(self, time: float, ratio: float) -> None:
        """Nothing beside the fields."""

    def commit(self) -> None:
        """Book the volumes and energies of the step. Collective."""
        books, comm = self.books, self.pressure.comm
        before, now = self.pressure.before, self.pressure.converged
        mean = 0.5 * (before + now)
        plating = diffused = plated = moved = 0.0
        for path, shared in zip(self.paths, self._shared, strict=True):
            mass = path.surface.mass
            change = (path.deposit.converged - path.deposit.before)[path.numbers, 0]
            source = np.full_like(change, self._plated if path.plated else 0.0)
            plating += float((mean[shared, 0] * _times(mass, source)).sum())
            diffused += float((mean[shared, 0] * _times(mass, source - change)).sum())
            plated += float(_times(mass, source).sum())
            moved += float(np.maximum(_times(mass, source - change), 0.0).sum())
        left = self._left(now)
        outside = sum(volume * self._end_pressures[end] for end, volume in left.items()) if comm.rank == 0 else 0.0
        self.work = (-outside, diffused if self._in_columns else plating, diffused - outside)
        sums = comm.allreduce(np.array([plated, moved]), MPI.SUM)
        books.plated += float(sums[0])
        books.moved += float(sums[1])
        books.added = self.added_volume()
        for end, volume in left.items():
            books.extruded[end] += volume

    def _left(self, pressures: Array) -> dict[str, float]:
        """Volume that has left in the step at each end. Collective."""
        left = {end: -float(self.pressure.reaction(end)[0]) for end in self._held}
        for index, end in enumerate(self.accreting):
            own = 0.0
            for number, shared in enumerate(self._shared):
                outlet, pressure = list(self._outlets(number))[index]
                own += float((outlet * (pressures[shared, 0] - pressure)).sum())
            left[end.name] = float(self.pressure.comm.allreduce(own, MPI.SUM))
        return left

    def accreted(self) -> float:
        """Thickness of the metal on the ends that grow, the largest, m."""
        return max((end.thickness(self.books.extruded[end.name]) for end in self.accreting), default=0.0)

    def energies_of_step(self) -> tuple[float, float, float]:
        """Work of reservoirs, work of plating, and heat of diffusion in the last step on this rank, J (J/m)."""
        return self.work

    def rollback(self) -> None:
        """Books are of committed steps only."""

    def saved(self) -> Saved:
        """The books."""
        books = self.books
        numbers = np.array([books.plated, books.added, books.moved, *books.extruded.values()])
        return Saved(self.name, "global", np.zeros(0, dtype=np.int32), {"books": numbers})

    def restore(self, saved: Saved) -> None:
        """Take over the books."""
        plated, added, moved, *left = (float(number) for number in saved.arrays["books"])
        self.books = _Books(plated, added, moved, dict(zip(self._end_pressures, left, strict=True)))


def _times(matrices: Array, values: Array) -> Array:
    return np.asarray(np.einsum("fab,fb->fa", matrices, values))


def _add(forces: Sequence[Array], places: Int32Array, values: Array, sizes: Array) -> None:
    """Add to internal and condensed forces, and to the scale."""
    internal, condensed, scale = forces
    for array, added in ((internal, values), (condensed, values), (scale, sizes)):
        np.add.at(array[:, 0], places, added)


def _global(own: InterfaceField, numbers: Int32Array) -> Int32Array:
    return own.global_numbers[numbers] if len(numbers) else numbers
