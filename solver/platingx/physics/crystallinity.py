"""A plated metal whose resistance to flow follows its crystalline share.

The resistances S0, H0 and S* of the flow law, and the state S, are those of the crystal times

    m = chi + (1 - chi) r,

chi that of the table of the case, linear between its currents and times, r the strength of the glass over that of the
crystal. S/S* then does not depend on m: the metal flows at each rate under a stress that is m times as large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.crystallinity import Crystallinity
from platingx.fields.saved_state import Saved
from platingx.fields.solid_region import SolidRegion
from platingx.materials.layout import HARDENING_MODULUS, INITIAL_RESISTANCE, SATURATION_RESISTANCE
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.quantities import reported
from platingx.problems.solid import Solid

__all__ = ["CrystallineStrength", "build_crystallinity", "crystalline_share"]

RESISTANCES = (INITIAL_RESISTANCE, HARDENING_MODULUS, SATURATION_RESISTANCE)


def crystalline_share(given: Crystallinity) -> Callable[[float, float], float]:
    """Share of the table as a function of current density (A/m2, either sign) and time (s).

    Beyond the least current of the table, as while nothing is plated, it is that of the least.
    """
    currents, times = (np.array(axis, dtype=float) for axis in given.axes)
    shares = np.array([float(row[2]) for row in given.rows]).reshape(len(currents), len(times))

    def share(current: float, time: float) -> float:
        at_time = [np.interp(time, times, row) for row in shares]
        return float(np.interp(abs(current), currents, at_time))

    return share


class CrystallineStrength:
    """Sets the resistances of a metal at the start of each step to those of its end.

    Parameters
    ----------
    region
        The metal, not yet flowing.
    factor
        m as a function of time (s).
    """

    name = "crystalline strength"

    def __init__(self, region: SolidRegion, factor: Callable[[float], float]) -> None:
        self._region, self._of = region, factor
        self._crystal = region.parameters[list(RESISTANCES)].copy()
        self._converged: Array = region.old.resistance.copy()
        self.factor = self._past = 1.0

    def begin(self, time: float, ratio: float) -> None:  # noqa: ARG002
        """Take the factor of the end of the step."""
        self._take(self._of(time))

    def _take(self, factor: float) -> None:
        self.factor = factor
        self._region.parameters[list(RESISTANCES)] = self._crystal * factor
        self._region.old.resistance[...] = self._converged * (factor / self._past)

    def commit(self) -> None:
        """Accept it."""
        self._past, self._converged = self.factor, self._region.old.resistance.copy()

    def rollback(self) -> None:
        """Return to that of the last converged state."""
        self._take(self._past)
        self._region.new.resistance[...] = self._region.old.resistance

    def saved(self) -> Saved:
        """The factor of the last converged state, and its resistances."""
        arrays = {"resistance": self._converged.copy(), "factor": np.full(len(self._converged), self._past)}
        return Saved(self.name, "cells", self._region.cells, arrays)

    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""
        self._converged = saved.arrays["resistance"].copy()
        self._past = float(saved.arrays["factor"][0]) if len(self._converged) else 1.0
        self.rollback()


def build_crystallinity(case: Case, _discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """Strength of the plated metal of a case that has a table of its crystalline share."""
    name = case.growth.region
    given, program = case.materials[name].crystallinity, case.growth.current_density
    if given is None or program is None or given.glassy_strength_ratio is None:
        return None
    region = next(c.region for c in parts["solids"].contributions if isinstance(c, Solid) and c.name == name)
    share, ratio = crystalline_share(given), float(given.glassy_strength_ratio)

    def now(time: float) -> float:
        return share(program.before(time), time)

    state = CrystallineStrength(region, lambda time: ratio + (1.0 - ratio) * now(time))
    return Part(
        name="crystallinity",
        states=(state,),
        quantities=(
            reported("crystalline_share", lambda converged: now(converged.time)),
            reported("strength_factor", lambda _: state.factor),
        ),
    )
