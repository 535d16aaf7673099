"""A surface inside of the body that a traction-separation law holds together, as a contact of its two sides.

Pressed, it is the contact of :mod:`platingx.problems.pair_contact`; pulled or sheared, it follows
:mod:`platingx.problems.cohesive_law` with the stiffness of that contact. Where it is damaged by D its sides rub: the
shear stress is (1 - D) K d_s + D t, t the friction of a contact without cohesion (Alfano and Sacco 2006, Int. J. Numer.
Meth. Engng 68, 542).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of

import numpy as np

from platingx.arrays import Array, Mask
from platingx.fields.saved_state import Saved
from platingx.problems.cohesive_law import Cohesion, Growing, Opened, damage, released
from platingx.problems.contact_law import Normal, Shear, shear_traction
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Iterate, Residuals
from platingx.problems.nodal_contact import ContactLaws
from platingx.problems.pair_contact import OtherSide, PairContact
from platingx.problems.tool_shapes import Distances

__all__ = ["CohesiveContact", "CohesiveState"]

_GROWS = 4.0
"""What is added to the branch of a node whose damage grows."""
_CALM = 3
"""Corrections in a row, each smaller than the one before, after which openings count as coming to rest."""


@dataclass(frozen=True)
class CohesiveState:
    """What a cohesive surface knows beside the state of a contact, shape (nodes,) or (nodes, dimension).

    Attributes
    ----------
    damage, felt
        Damage by the law, and that which acts; they differ while it relaxes.
    released
        Energy released for good so far, J/m2.
    rubbing
        Friction of the damaged share, Pa.
    """

    damage: Array
    felt: Array
    released: Array
    rubbing: Array


class CohesiveContact(PairContact):
    """Pairs of nodes that a cohesive law holds together.

    Parameters
    ----------
    name, partner, surface, other
        As of a :class:`PairContact`.
    cohesion
        The law.
    laws
        Friction of what is broken, and regularisation.
    """

    def __init__(
        self,
        name: str,
        partner: str,
        surface: ContactSurface,
        other: OtherSide,
        cohesion: Cohesion,
        laws: ContactLaws,
    ) -> None:
        super().__init__(name, partner, surface, other, laws)
        self.cohesion = cohesion
        count = len(self.nodes)
        self._kept = self._held = CohesiveState(
            np.zeros(count), np.zeros(count), np.zeros(count), np.zeros((count, self._dimension))
        )
        self._dt = 0.0
        self._restart()

    def _restart(self) -> None:
        """Forget how the corrections of a step went."""
        self._careful, self._calm, self._evaluations, self._change = False, 0, 0, 0.0
        self._seen: Array = np.zeros_like(self._coordinates)
        self._grew: Mask = np.zeros(len(self._nodes), dtype=bool)

    @property
    def cohesive_state(self) -> CohesiveState:
        """State of the last evaluation or, after a rollback, of the last equilibrium."""
        return self._held

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the tractions and refresh the tangent."""
        self._dt = iterate.dt
        super().evaluate(iterate, residuals)

    def _respond(self, found: Distances, motion: Callable[[], Array], displacement: Array) -> Array:
        """Take the law of all nodes into the state and the tangent; see :class:`NodalContact`."""
        last, old, kept, area, k = self._new.branch, self._old, self._kept, self._areas, self._stiffness
        n, opening = found.gradient, self._opening(displacement)
        normal_opening = found.value - np.maximum(old.pressure, 0.0) / k
        pulled: Mask = normal_opening > 0.0
        opened = Opened(np.where(pulled, normal_opening, 0.0), opening - found.value[:, None] * n)
        grown = damage(self.cohesion, k, opened, kept.damage)
        felt, share_felt = self._felt(grown)
        whole = 1.0 - felt
        pressure = -np.where(pulled, whole, 1.0) * k * normal_opening
        shear = -(whole * k)[:, None] * opened.shear
        identity = np.eye(n.shape[1])
        normals = n[:, :, None] * n[:, None, :]
        stiffness = (np.where(pulled, whole, 1.0) * k)[:, None, None] * normals
        stiffness += (whole * k)[:, None, None] * (identity - normals)
        held = k[:, None] * (opened.normal[:, None] * n + opened.shear)  # what the damage takes away
        rubs = self._rub(found, pressure, pulled, motion)
        if rubs is not None:
            shear = shear + felt[:, None] * rubs.traction
            stiffness -= felt[:, None, None] * rubs.tangent
            held = held + rubs.traction
        slope = share_felt * (np.where(pulled, grown.by_normal, 0.0)[:, None] * n + grown.by_shear)
        if self._goes_on(grown.grows, opening):
            stiffness -= held[:, :, None] * slope[:, None, :]
        else:
            along = (opened.normal[:, None] * n + opened.shear) / np.maximum(opened.size, 1e-300)[:, None]
            level = np.where(grown.grows, whole * k, 0.0)
            stiffness -= level[:, None, None] * along[:, :, None] * along[:, None, :]
        pieces = np.where(pulled, np.where(grown.damage < 1.0, 2.0, 0.0), 1.0)
        slip = np.zeros(len(area)) if rubs is None else rubs.slip
        branch = pieces + _GROWS * (grown.grows | (slip > 0.0))
        self._changed = int(np.sum((branch != last)[self._bears]))
        self._held = self._after(grown, felt, opened, rubs)
        self._new = replace(
            old,
            pressure=pressure,
            shear=shear,
            elastic=self._elastic(rubs, pulled),
            normal=n,
            gap=found.value,
            branch=branch,
            slip=old.slip + slip,
            friction_work=old.friction_work + self._heat(felt, rubs),
            interface_work=old.interface_work - 0.5 * (pressure + old.pressure) * (found.value - old.gap),
            stretch=np.repeat(self.surface.stretches(displacement), self.surface.places.shape[1]),
        )
        self._blocks = area[:, None, None] * stiffness
        return np.asarray(area[:, None] * (pressure[:, None] * n + shear))

    def _goes_on(self, grows: Mask, opening: Array) -> bool:
        """Whether Newton's method may take the falling slope of the law for its tangent.

        Where what is left of the body is softer than that slope, it would lead back to before the damage. Then the
        tangent of growing damage is zero until the openings come to rest: each correction opens the surface further,
        until a stable state is met.
        """
        change = float(np.abs(opening - self._seen)[self._bears].max(initial=0.0))
        if self._evaluations > 0:
            back = bool((self._grew & ~grows & self._bears).any())
            self._calm = 0 if back or change >= self._change else self._calm + 1
            if back:
                self._careful = True
        self._seen, self._grew, self._change = opening, grows, change
        self._evaluations += 1
        return not self._careful or self._calm >= _CALM

    def _felt(self, grown: Growing) -> tuple[Array, float]:
        """Damage that acts, by Euler's backward method, and its derivative by that of the law."""
        time = self.cohesion.relaxation_time
        share = 1.0 if time == 0.0 else self._dt / (time + self._dt)
        return self._kept.felt + share * (grown.damage - self._kept.felt), share

    def _rub(self, found: Distances, pressure: Array, pulled: Mask, motion: Callable[[], Array]) -> Shear | None:
        """Friction of sides without cohesion."""
        if self.friction.is_none:
            return None
        pressed = Normal(pressure, np.where(pulled, 0.0, self._stiffness), np.where(pulled, 0.0, 1.0))
        limit, nothing = self.friction.limit * self._old.stretch, np.zeros(len(pressure), dtype=bool)
        moved, before = motion() + self._old.elastic, self._kept.rubbing
        return shear_traction(found, pressed, self.friction, self._shear_stiffness, limit, before, moved, nothing)

    def _elastic(self, rubs: Shear | None, pulled: Mask) -> Array:
        if rubs is None:
            return self._old.elastic
        left = (self._kept.rubbing - rubs.traction) / self._shear_stiffness[:, None]
        return np.where(pulled[:, None], 0.0, left)

    def _heat(self, felt: Array, rubs: Shear | None) -> Array:
        return np.zeros(len(felt)) if rubs is None else felt * rubs.slip * np.linalg.norm(rubs.traction, axis=1)

    def _after(self, grown: Growing, felt: Array, opened: Opened, rubs: Shear | None) -> CohesiveState:
        share = opened.share
        more = [released(self.cohesion, self._stiffness, share, value) for value in (grown.damage, self._kept.damage)]
        energy = self._kept.released + np.where(grown.damage > self._kept.damage, more[0] - more[1], 0.0)
        rubbing = self._kept.rubbing if rubs is None else rubs.traction
        return CohesiveState(grown.damage, felt, energy, rubbing)

    def begin(self, time: float, ratio: float) -> None:
        """Start a step from the last equilibrium."""
        super().begin(time, ratio)
        self._held = self._kept
        self._restart()

    def commit(self) -> None:
        """Accept the state at the end of the step."""
        super().commit()
        self._kept = self._held

    def rollback(self) -> None:
        """Return to the last equilibrium."""
        super().rollback()
        self._held = self._kept

    def saved(self) -> Saved:
        """The last equilibrium, by facets."""
        known, shape = super().saved(), self.surface.places.shape
        own = {field.name: getattr(self._kept, field.name) for field in fields_of(CohesiveState)}
        rows = {name: np.array(array, dtype=float).reshape(*shape, *array.shape[1:]) for name, array in own.items()}
        return Saved(known.name, known.key, known.entities, {**known.arrays, **rows})

    def restore(self, saved: Saved) -> None:
        """Take over an equilibrium.

        Raises
        ------
        ValueError
            If a facet of this rank is in no row.
        """
        own = {field.name for field in fields_of(CohesiveState)}
        rest = {name: array for name, array in saved.arrays.items() if name not in own}
        super().restore(Saved(saved.name, saved.key, saved.entities, rest))
        flat = {name: saved.arrays[name].reshape(-1, *saved.arrays[name].shape[2:]).copy() for name in own}
        self._kept = self._held = CohesiveState(**flat)
