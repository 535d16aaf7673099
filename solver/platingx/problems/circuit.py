"""A cell as a circuit of resistances and charge transfer, with the mean current density as its unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from petsc4py import PETSc

from platingx.arrays import Array
from platingx.fields.nodal_field import GlobalUnknowns
from platingx.fields.saved_state import Saved
from platingx.materials.kinetics import overpotential, rate
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.stress_response import Response, StressResponse

__all__ = ["CellResistances", "Circuit", "Drive", "Held"]


@dataclass(frozen=True)
class CellResistances:
    """What a current has to overcome.

    Attributes
    ----------
    equilibrium
        Voltage at rest without stress, V.
    resistance
        All resistances in series, times the area, ohm m2.
    exchange
        i0, A/m2; None for an interface without charge transfer resistance.
    alpha, thermal
        Transfer coefficient of plating, and RT/F (V).
    """

    equilibrium: float
    resistance: float
    exchange: float | None
    alpha: float
    thermal: float

    def charge_transfer(self, current: float) -> tuple[float, float]:
        """Overpotential of charge transfer (V) at a current density (A/m2), and its slope (ohm m2)."""
        if self.exchange is None:
            return 0.0, 0.0
        eta, slope = overpotential(current, self.exchange, self.alpha, self.thermal)
        return float(eta), float(slope)

    def first_guess(self, driving: float) -> float:
        """Current density (A/m2) that a voltage beyond rest (V) drives at most: by each of the two by itself."""
        bounds = [driving / self.resistance] if self.resistance > 0.0 else []
        if self.exchange is not None:
            bounds.append(rate(driving, self.exchange, self.alpha, self.thermal))
        return min(bounds, key=abs)


@dataclass(frozen=True)
class Held:
    """What the source holds at the end of a step: a voltage (V), or a mean current density of the step (A/m2)."""

    voltage: float | None = None
    current_density: float | None = None


class Drive(Protocol):
    """What the source holds over time."""

    def held(self, time: float, dt: float) -> Held:
        """What it holds in a step of a size (s) that ends at a time (s)."""


class Circuit:
    """Kirchhoff's law of a cell in series with its source.

        E + Z i + eta_ct(i) + eta_m - V = 0   or   i - i_held = 0.

    The unknown is the current density, not the overpotential: eta_ct is a logarithm at high bias, and Newton's method
    needs a few corrections where the exponential function of the inverse relation needs dozens.

    Parameters
    ----------
    unknown
        The mean current density of the step, A/m2.
    cell
        What the current has to overcome.
    drive
        What the source holds.
    interface
        Voltage between counter electrode and metal beyond equilibrium, where another contribution finds it from the
        potential in the electrolyte; it stands for eta_ct + eta_m then, and the resistances are those of the leads.
    stress
        What stress takes of the voltage; the same everywhere if left out.

    Attributes
    ----------
    cell
        As given.
    """

    name = "circuit"

    def __init__(
        self,
        unknown: GlobalUnknowns,
        cell: CellResistances,
        drive: Drive,
        interface: GlobalUnknowns | None = None,
        stress: Response | None = None,
    ) -> None:
        self.stress: Response = StressResponse() if stress is None else stress
        self._interface = interface
        self.fields = (unknown.name, *(() if interface is None else (interface.name,)))
        self._field, self._unknown, self._owned = unknown.name, unknown, unknown.owned
        self.cell, self._drive = cell, drive
        size = (self._owned, None)
        self._matrices = [PETSc.Mat().createAIJ((size, size), nnz=1, comm=unknown.comm) for _ in self.fields]
        self._slopes = [1.0, 0.0]
        self._place = np.arange(self._owned, dtype=PETSc.IntType)

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the voltage that is missing, on the rank that owns the unknown."""
        if not self._owned:
            return
        current, held = float(iterate.values[self._field][0, 0]), self._drive.held(iterate.time, iterate.dt)
        if held.voltage is None:
            parts, self._slopes = [current, -float(held.current_density or 0.0)], [1.0, 0.0]
        elif self._interface is not None:
            voltage = float(iterate.values[self._interface.name][0, 0])
            parts = [self.cell.equilibrium, self.cell.resistance * current, voltage, -held.voltage]
            self._slopes = [self.cell.resistance, 1.0]
        else:
            eta, slope = self.cell.charge_transfer(current)
            expected, stiffness = self.stress.expected(current * iterate.dt)
            stress = float(expected)
            parts = [self.cell.equilibrium, self.cell.resistance * current, eta, stress, -held.voltage]
            self._slopes = [self.cell.resistance + slope + float(stiffness) * iterate.dt, 0.0]
        forces = residuals[self._field]
        forces.internal[0, 0] += sum(parts)
        forces.condensed[0, 0] += sum(parts)
        forces.force_scale[0, 0] += sum(map(abs, parts))

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives at the last iterate."""
        for matrix, slope in zip(self._matrices, self._slopes, strict=False):
            if self._owned:
                matrix.setValues(self._place, self._place, np.array([[slope]]))
            matrix.assemble()
        return {(self._field, name): matrix for name, matrix in zip(self.fields, self._matrices, strict=True)}

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the derivatives times increments, on the rank that owns the unknown."""
        if self._owned:
            for name, slope in zip(self.fields, self._slopes, strict=False):
                results[self._field][:, 0] += slope * increments[name][:, 0]

    def learn(self, iterate: Iterate, overpotential: Array) -> float:
        """Take over the overpotential (V) that the mechanics gives; the share of the voltage that it was wrong by.

        A current that is held does not depend on it where it is the same everywhere.
        """
        error = abs(self.stress.learn(self.current(iterate) * iterate.dt, overpotential))
        voltage = self._drive.held(iterate.time, iterate.dt).voltage
        if voltage is None:
            return error / self.cell.thermal if self.stress.is_local else 0.0
        return error / max(abs(voltage), self.cell.thermal)

    def current(self, iterate: Iterate) -> float:
        """Mean current density of the step, A/m2."""
        return float(iterate.values[self._field][0, 0])

    def charge_transfer(self, current: float) -> float:
        """Overpotential of charge transfer, V, of a current density (A/m2) that is the same everywhere."""
        return self.cell.charge_transfer(current)[0]

    def heat(self, current: float) -> float:
        """Power per area that the resistances of the circuit turn into heat, W/m2, at a current density (A/m2).

        That of an interface with a potential beside it is not among them.
        """
        transfer = 0.0 if self._interface is not None else self.charge_transfer(current)
        return current * (self.cell.resistance * current + transfer)

    def voltage(self, current: float) -> float:
        """Voltage over cell and leads in the present state, V, at a current density (A/m2)."""
        cell = self.cell
        ohmic = cell.equilibrium + cell.resistance * current
        if self._interface is not None:
            return ohmic + float(self._interface.values[0, 0])
        return ohmic + self.charge_transfer(current) + self.stress.value

    def begin(self, time: float, ratio: float) -> None:
        """Start a step from the current that is held, or where none can be extrapolated from the most of a voltage."""
        self.stress.begin()
        held = self._drive.held(time, 0.0)
        if held.voltage is None:
            self._unknown.values[...] = float(held.current_density or 0.0)
        elif self._interface is None and ratio == 0.0:
            driving = held.voltage - self.cell.equilibrium - float(self.stress.converged)
            self._unknown.values[...] = self.cell.first_guess(driving)

    def commit(self) -> None:
        """Accept the state."""
        self.stress.commit()

    def rollback(self) -> None:
        """Return to the last converged state."""
        self.stress.rollback()

    def saved(self) -> Saved:
        """What stress takes of the voltage."""
        return Saved("circuit:stress", "global", np.zeros(0, dtype=np.int32), {"numbers": self.stress.saved()})

    def restore(self, saved: Saved) -> None:
        """Take over a converged state."""
        self.stress.restore(saved.arrays["numbers"])
