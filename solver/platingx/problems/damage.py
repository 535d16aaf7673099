"""A phase field of cracks in an elastic region, solved in turn with equilibrium until neither changes.

With the damage d of the vertices, 0 of the intact and 1 of the broken solid, the energy is

    E(u, d) = int [g(d) psi+ + psi-] + 3/8 G int (d/l + l |grad d|^2) - p int d (J - 1),      0 <= d <= 1,

g = (1 - d)^2 (1 - k) + k, psi+ the energy of shape and of opening, psi- that of compression, p the pressure in cracks
that metal has run into, and int d (J - 1) the volume of those (AT1: Bourdin, Marigo and Maurini, J. Mech. Phys. Solids
56, 2008; Pham, Amor, Marigo and Maurini, Int. J. Damage Mech. 20, 2011, 618). A crack of one row of elements of size h
has 1 + 3 h/8 l times that surface energy (Bourdin, Francfort and Marigo, The Variational Approach to Fracture, 2008,
section 8.1.1): G is the toughness by that.

For a given displacement the damage minimises a quadratic function between bounds; see
:mod:`platingx.problems.bounded_quadratic`. Cracks do not heal: where d has passed a threshold at the end of a step it
does not fall any more, or nowhere at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from platingx.arrays import Array, Mask
from platingx.fields.damage_drive import BULK_ENERGY, OPENING, SHAPE_ENERGY, VOLUME, damage_drive
from platingx.fields.damage_grid import DamageGrid
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.fields.saved_state import Saved
from platingx.fields.solid_region import SolidRegion
from platingx.fields.weakening import BULK, PRESSURE, STIFFNESS, virgin_weakening
from platingx.problems.bounded_quadratic import least_between
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.damage_law import Books, Content, DamageLaw, Filling
from platingx.problems.failure import Failure, FailureKind
from platingx.problems.filled_cracks import CrackReach
from platingx.profiling import phase

__all__ = ["Damage"]

STRAIN_SCALE = 1e-5
"""Of the region: a pressure of 10 GPa stiffens less by itself than the rest k of the stiffness, and numbers keep nine
digits."""
LEAST_VOLUME = 1e-6
"""Change of the volume of a cell, relative, from which it opens or closes."""
MOST_TURNS = 2
"""Changes of a cell between open and closed in a step, there and back; then it stays as it is."""
RESIDUAL = 1e-6
"""Share k of the stiffness that the broken solid keeps."""
BROKEN = 0.95
"""Damage from which a crack does not heal."""
LARGEST_RATIO = 0.5
"""Largest size of an element over the length that the correction of the toughness reckons with: larger ones resolve no
crack, and would only be made weak."""
CONTENT_SHARE = 0.01
"""Relative change of the pressure and of the metal in cracks that counts as much as the tolerance of the damage."""


class Damage:
    """Damage of a region: a contribution without forces of its own, which weakens those of the region.

    Parameters
    ----------
    region
        The elastic region.
    grid
        Its vertices.
    law
        Parameters.
    reach
        What finds filled and vented cracks.
    cracked
        Vertices that are broken from the start.
    filling
        What is in the cracks.
    """

    fields = (DISPLACEMENT,)
    foreseen = True
    """What is given is compared with what equilibrium was found with: an exchange with foresight."""

    def __init__(
        self, region: SolidRegion, grid: DamageGrid, law: DamageLaw, reach: CrackReach, cracked: Mask, filling: Filling
    ) -> None:
        self.name = f"damage of {region.name}"
        self.region, self.grid, self.law, self.reach, self.filling = region, grid, law, reach, filling
        self.tolerance, self.largest_passes = law.tolerance, law.largest_passes
        region.strain_scale = STRAIN_SCALE
        ratio = np.minimum(grid.sizes / law.length, LARGEST_RATIO)
        toughness = (law.energy / (1.0 + 0.375 * ratio))[:, None] * grid.volumes
        self._linear = grid.load(0.375 * toughness / law.length)
        self._gradient = grid.stiffness(0.375 * toughness * law.length)
        nothing: Mask = np.zeros(grid.size, dtype=bool)
        self.lower: Array = np.where(cracked, 1.0, 0.0)
        self.damage: Array = self.lower.copy()
        self.vented: Mask = nothing.copy()
        self.filled: Mask = nothing.copy()
        self.opened: Mask = np.ones(len(grid.cells), dtype=bool)
        self._turns = np.zeros(len(grid.cells), dtype=np.int64)
        self.cut_off, self.passes = False, 0
        self.content, self._last, self.lost = Content(), Content(), 0.0
        self._relaxation, self._last_change = law.over_relaxation, np.inf
        undeformed = np.zeros((*grid.volumes.shape, 4))
        undeformed[..., VOLUME] = grid.volumes
        self.damage = self._least(undeformed, 0.0)[0]
        self.vented = reach.vented(self.damage)
        self._drive = undeformed
        self._books = Books(self.surface_energy(self.damage))
        self.work = (0.0, 0.0, 0.0)
        self._committed = self._copy()
        self._weaken()

    @property
    def pressure(self) -> float:
        """Pressure in filled cracks, Pa."""
        return self.content.pressure

    def surface_energy(self, damage: Array) -> float:
        """Energy of the cracks over all ranks, J (J/m in plane strain)."""
        return float(self._linear @ damage + damage @ (self._gradient @ damage))

    def filled_volume(self) -> float:
        """Volume of the filled cracks at the displacement seen last, m3 (m2 in plane strain)."""
        inside = self.grid.at_all_points(np.where(self.filled, self.damage, 0.0))
        return float(np.sum(inside * self._drive[..., OPENING]))

    # --- alternation ----------------------------------------------------------------------------------------------

    def update(self, iterate: Iterate) -> float | Failure:
        """Find the damage for the present displacement, and weaken the region by it. Collective.

        1. Gather what drives damage, and the pressure in filled cracks.
        2. Minimise the energy over the damage.
        3. If nothing has changed by more than the tolerance, equilibrium holds for the damage as it was: keep it.
        4. Go beyond the minimiser by the factor of over-relaxation, less so each time that the change has grown; where
           the minimiser itself cuts a piece off, leave all as it is: equilibrium is the last one with a whole body.
        """
        self.passes += 1
        with phase("damage"):
            self._look(iterate)
            turned = self._open()
            content = self._content(iterate)
            found, failure = self._least(self._drive, content.pressure)
            if failure is not None:
                return failure
            step = found - self.damage
            change = float(np.abs(step).max(initial=0.0))
            changed = max(change, self.content.change(content) / CONTENT_SHARE)
            if turned:
                changed = max(changed, 1.0)
            if changed <= self.law.tolerance:
                return changed
            if change > self._last_change:
                self._relaxation = 1.0 + 0.5 * (self._relaxation - 1.0)
            self._last_change = change
            beyond = np.clip(self.damage + self._relaxation * step, self.lower, 1.0)
            if self.reach.loose(beyond).any():
                beyond = found
                self.cut_off = bool(self.reach.loose(found).any())
                if self.cut_off:
                    return 0.0
            self.damage, self.content = beyond, content
            self._vent()
            self._weaken()
            self.filling.draw(self.content.metal + self.lost)
            return changed

    def _vent(self) -> None:
        """Take cracks that meet a free surface out of those that are filled; their metal stays in them."""
        vented = self.vented | self.reach.vented(self.damage)
        if np.array_equal(vented, self.vented):
            return
        before, self.vented = self.filled_volume(), vented
        self.filled = self.reach.filled(self.damage, vented)
        share = 1.0 - min(self.filled_volume() / before, 1.0) if before > 0.0 else 0.0
        self.lost += share * self.content.metal
        self.content = replace(self.content, metal=(1.0 - share) * self.content.metal)

    def _look(self, iterate: Iterate) -> None:
        region = self.region
        drive = np.empty((*region.growth.shape, 4))
        damage_drive(
            region.tables, region.geometry, region.parameters, region.growth, region.growth_exponents,
            STRAIN_SCALE * region.seen(iterate.values[DISPLACEMENT]), STRAIN_SCALE * region.theta, drive,
        )  # fmt: skip
        drive[..., [SHAPE_ENERGY, BULK_ENERGY]] /= STRAIN_SCALE**2
        drive[..., OPENING] /= STRAIN_SCALE
        self._drive = self.grid.gathered(drive)

    def _open(self) -> bool:
        """Open and close cells by their volume; whether a damaged one has changed.

        A change of volume below ``LEAST_VOLUME`` is none: with it, neither energy nor stress would change.
        """
        volume = self._drive[..., OPENING].sum(axis=1) / self._drive[..., VOLUME].sum(axis=1)
        hurt = self.damage[self.grid.cells].max(axis=1) > self.law.tolerance
        may = (np.abs(volume) > LEAST_VOLUME) & ((self._turns < MOST_TURNS) | ~hurt)
        opened = np.where(may, volume > 0.0, self.opened)
        turned = (opened != self.opened) & hurt
        self._turns += turned
        self.opened = opened
        return bool(turned.any())

    def _content(self, iterate: Iterate) -> Content:
        mouths = self.reach.mouths(self.damage, self.filled)
        if not mouths.any():
            return Content()
        return self.filling.content(iterate, mouths, self.filled_volume(), self.content)

    def _least(self, drive: Array, pressure: float) -> tuple[Array, Failure | None]:
        """The damage of least energy, and why there is none."""
        bulk = np.where(self.opened[:, None], drive[..., BULK_ENERGY], 0.0)
        energy = 2.0 * (1.0 - RESIDUAL) * np.maximum(drive[..., SHAPE_ENERGY] + bulk, 0.0)
        right = self.grid.load(energy) - self._linear
        if pressure != 0.0:
            right += np.where(self.filled, pressure * self.grid.load(drive[..., OPENING]), 0.0)
        matrix = self.grid.mass(energy) + 2.0 * self._gradient
        found = least_between(matrix, right, self.lower, np.ones(self.grid.size), self.damage)
        if found.reason > 0:
            return found.values, None
        reason = f"the damage did not converge: PETSc's reason {found.reason} after {found.iterations} iterations"
        place = tuple(float(x) for x in self.grid.places[int(np.argmax(self.damage))])
        return self.damage, Failure(reason, self.region.name, place, FailureKind.OTHER)

    def _weaken(self) -> None:
        """Tell the region what the damage leaves of its stiffness, and what presses in it."""
        self.filled = self.reach.filled(self.damage, self.vented)
        values, weakening = self.grid.at_points(self.damage), virgin_weakening(*self.region.growth.shape)
        weakening[..., STIFFNESS] = (1.0 - values) ** 2 * (1.0 - RESIDUAL) + RESIDUAL
        weakening[..., BULK] = np.where(self.opened[self.grid.own][:, None], weakening[..., STIFFNESS], 1.0)
        weakening[..., PRESSURE] = self.pressure * self.grid.at_points(np.where(self.filled, self.damage, 0.0))
        self.region.weaken(weakening)

    # --- contribution ---------------------------------------------------------------------------------------------

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> Failure | None:
        """Nothing: the region has the forces."""

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Nothing."""

    def energies_of_step(self) -> tuple[float, float, float]:
        """Work of what fills cracks, none of growth, and energy that new cracks took in the last step; on rank 0."""
        return self.work if self.grid.comm.rank == 0 else (0.0, 0.0, 0.0)

    # --- state ----------------------------------------------------------------------------------------------------

    def begin(self, time: float, ratio: float) -> None:
        """Start a step from the last damage, and from a content that goes on as the displacement does."""
        del time
        self.passes = 0
        self.content = self._last.further(self.content, ratio)
        self._turns[:] = 0
        self._relaxation, self._last_change = self.law.over_relaxation, np.inf
        self._weaken()
        self.filling.draw(self.content.metal + self.lost)

    def commit(self) -> None:
        """Keep what is broken, and book the energies of the step."""
        least = 0.0 if self.law.irreversible == "all" else BROKEN
        self.lower = np.where(self.damage > least, np.maximum(self.damage, self.lower), self.lower)
        books = Books(self.surface_energy(self.damage), self.filled_volume(), self.pressure)
        self.work = books.work_since(self._books)
        self._books = books
        self._last = Content(*map(float, self._committed["content"][:2]))
        self._committed = self._copy()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self._take(self._committed)

    def _copy(self) -> dict[str, Array]:
        books, content, last = self._books, self.content, self._last
        return {
            "damage": self.damage.copy(),
            "lower": self.lower.copy(),
            "vented": self.vented.astype(float),
            "opened": self.opened.astype(float),
            "books": np.array([books.surface, books.volume, books.pressure, float(self.cut_off)]),
            "content": np.array([content.pressure, content.metal, last.pressure, last.metal, self.lost]),
        }

    def _take(self, arrays: dict[str, Array]) -> None:
        self.damage, self.lower = arrays["damage"].copy(), arrays["lower"].copy()
        self.vented, self.opened = arrays["vented"] > 0.5, arrays["opened"] > 0.5
        *books, cut = (float(number) for number in arrays["books"])
        self._books, self.cut_off = Books(*books), cut > 0.5
        *contents, self.lost = (float(number) for number in arrays["content"])
        self.content, self._last = Content(*contents[:2]), Content(*contents[2:])
        self._weaken()
        self.filling.recall(self.content.metal + self.lost)

    def saved(self) -> Saved:
        """The last converged state; every rank knows all of it."""
        arrays = {name: array.copy() for name, array in self._committed.items()}
        return Saved(self.name, "global", np.zeros(0, dtype=np.int32), arrays)

    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""
        self._committed = {name: np.asarray(array, dtype=float).copy() for name, array in saved.arrays.items()}
        self._take(self._committed)
