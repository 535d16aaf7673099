"""Work of the source of a circuit, and the heat of what the current has to overcome.

Over a step with the charge q = i dt and the state at its end,

    V q A = E q A + heat + sum_k Q_k dt eta_k,

the heat that of leads, electrolyte, counter electrode, film and charge transfer, and the last term the work against the
stress. With the consistent stress term that is the `growth_work` of the energy balance, but for the rule: stress at the
end of each step here, the mean of both ends there. The difference falls with the first power of the step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from platingx.fields.nodal_field import Forces
from platingx.fields.saved_state import Saved
from platingx.physics.conduction import POTENTIAL, Conduction
from platingx.physics.deposit import Deposit
from platingx.problems.circuit import Circuit
from platingx.problems.contribution import Iterate

__all__ = ["CellEnergy", "heat_of_field"]


class CellEnergy:
    """Adds up work and heat over the steps; a state of the circuit's stage, committed before its deposit.

    Parameters
    ----------
    circuit, deposit
        Of the cell.
    area
        Area of the interface in the model, m2 (m in plane strain).
    local_heat
        Power (W; W/m in plane strain) of electrolyte and interface where they have fields of their own; None where the
        circuit knows all resistances. Collective.

    Attributes
    ----------
    work, heat
        Since the start of the run, of the model, J (J/m in plane strain).
    """

    def __init__(
        self, circuit: Circuit, deposit: Deposit, area: float, local_heat: Callable[[], float] | None = None
    ) -> None:
        self._circuit, self._deposit, self._area, self._local = circuit, deposit, area, local_heat
        self.work = self.heat = 0.0

    def begin(self, time: float, ratio: float) -> None:
        """Nothing happens before the step is found."""

    def commit(self) -> None:
        """Add the step that is accepted. Collective."""
        current, dt = self._deposit.current, self._deposit.step
        self.work += self._circuit.voltage(current) * current * dt * self._area
        power = self._circuit.heat(current) * self._area
        self.heat += (power + (0.0 if self._local is None else self._local())) * dt

    def rollback(self) -> None:
        """Nothing has been added."""

    def saved(self) -> Saved:
        """Work and heat so far."""
        numbers = np.array([self.work, self.heat])
        return Saved("electrochemistry:energy", "global", np.zeros(0, dtype=np.int32), {"numbers": numbers})

    def restore(self, saved: Saved) -> None:
        """Take over work and heat."""
        self.work, self.heat = map(float, saved.arrays["numbers"])


def heat_of_field(conduction: Conduction) -> Callable[[], float]:
    """Power that electrolyte, counter electrode, film and charge transfer turn into heat, W (W/m). Collective.

    int kappa |grad phi|^2 dV + int phi^2/Z dA is potential times residual, int i (Z i + eta_ct) dA the rest.
    """
    bulk, kinetics, potential = conduction.contributions[0], conduction.kinetics, conduction.potential

    def power() -> float:
        forces = Forces(*(np.zeros_like(potential.values) for _ in range(3)))
        values = {POTENTIAL: potential.values}
        bulk.evaluate(Iterate(0.0, 0.0, values, values), {POTENTIAL: forces})
        at_interface = kinetics.current * kinetics.drop() * kinetics.points.weights
        here = float((potential.values * forces.internal).sum() + at_interface.sum())
        return float(potential.comm.bcast(potential.comm.allreduce(here), root=0))

    return power
