"""What is reported of the circuit of a case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from platingx.arrays import Array
from platingx.config.electrochemistry import Electrochemistry
from platingx.physics.cell_energy import CellEnergy
from platingx.physics.column_growth import ColumnGrowth
from platingx.physics.conduction import Conduction
from platingx.physics.control import Control
from platingx.physics.deposit import Deposit
from platingx.physics.quantities import ConvergedState, Quantity, reported
from platingx.problems.circuit import Circuit

__all__ = ["circuit_quantities", "energy_quantities", "spent_quantities"]


def energy_quantities(energy: CellEnergy) -> tuple[Quantity, ...]:
    """What is reported of work and heat."""
    return (
        reported("electrical_work", lambda state: energy.work * state.symmetry_multiplicity),
        reported("cell_heat", lambda state: energy.heat * state.symmetry_multiplicity),
    )


def spent_quantities(
    growth: ColumnGrowth | None, given: Electrochemistry, conduction: Conduction | None
) -> tuple[Quantity, ...]:
    """What is reported of columns that are spent, each by the share of its face that has stopped conducting."""
    if growth is None or conduction is None:
        return ()
    areas, volumes, spent = growth.columns.areas, growth.columns.volumes, float(given.electrode.spent_below)

    def lost() -> Array:
        return np.asarray(1.0 - growth.conducting(spent))

    return (
        reported("spent_share", lambda _: float(lost() @ areas / areas.sum())),
        reported("dead_metal_thickness", lambda _: float(lost() @ (growth.ratios * volumes) / areas.sum())),
    )


def circuit_quantities(
    circuit: Circuit, control: Control, deposit: Deposit, area: float | None, local: Sequence[Quantity]
) -> tuple[Quantity, ...]:
    """What is reported of the circuit."""

    def number(_state: ConvergedState) -> float:
        return control.reported[0] + 1

    def step_capacity(_state: ConvergedState) -> float:
        return abs(deposit.charge - control.reported[1])

    found = [
        reported("control_step", number),
        reported("voltage", lambda _: circuit.voltage(deposit.current)),
        reported("capacity", lambda _: deposit.charge),
        reported("step_capacity", step_capacity),
        reported("stress_overpotential", lambda _: circuit.stress.value),
    ]
    if not local:
        found.append(reported("charge_transfer_overpotential", lambda _: circuit.charge_transfer(deposit.current)))
    if area is not None:
        found.append(reported("current", lambda _: deposit.current * area))
    return (*found, *local)
