"""Impedance of a cell at a state: small changes of voltage and current at a frequency, with the geometry frozen.

    div((kappa + j w eps) grad phi) = 0,   -(kappa + j w eps) dphi/dn = y (phi + u)

at the interface, u the change of the voltage between counter electrode and metal, with the local admittance

    1/y = Z_f + R/(1 + j w R C)   where ions pass, R = d eta_ct/di at the current density there,
    y = j w C                     where they do not: a double layer, or a gap with C = eps0/g.

Stress takes no part: metal does not move within a period. At w = 0 it is the slope of the voltage of a direct current.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import ufl
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.loader import case_error_at
from platingx.constants import VACUUM_PERMITTIVITY
from platingx.physics.conduction import POTENTIAL, Conduction
from platingx.physics.discretisation import Discretisation
from platingx.physics.electrochemistry import CircuitPart
from platingx.physics.interface_points import interface_points
from platingx.problems.block_system import ITERATIVE, chosen_preset
from platingx.problems.circuit import CellResistances
from platingx.problems.complex_system import ComplexArray, iterate_complex, solve_complex
from platingx.problems.interface_kinetics import InterfacePoints, empty_matrix
from platingx.problems.ufl_contribution import UflContribution

__all__ = ["BlockedFace", "FieldImpedance", "LumpedImpedance", "impedance_of"]


@dataclass(frozen=True)
class BlockedFace:
    """Points of a face of the electrolyte through which no ions pass, and its capacitance, F/m2."""

    points: InterfacePoints
    capacitance: float


@dataclass(frozen=True)
class LumpedImpedance:
    """Impedance of a circuit of resistances.

    Attributes
    ----------
    cell
        Resistances of the cell.
    current
        Current density of the state, A/m2.
    double_layer
        Capacitance of the interface, F/m2.
    electrolyte, relaxation
        Resistance times area of a plate of electrolyte with a permittivity (ohm m2), and eps/kappa (s); 0 otherwise.
    """

    cell: CellResistances
    current: float
    double_layer: float
    electrolyte: float = 0.0
    relaxation: float = 0.0

    def at(self, frequency: float) -> complex:
        """Impedance times plated area, ohm m2, at a frequency (Hz)."""
        turn = 2.0j * np.pi * frequency
        transfer = self.cell.charge_transfer(self.current)[1]
        plate = self.electrolyte / (1.0 + turn * self.relaxation)
        rest = self.cell.resistance - self.electrolyte
        return complex(rest + plate + transfer / (1.0 + turn * transfer * self.double_layer))


class FieldImpedance:
    """Impedance of a cell whose electrolyte conducts, at the present current densities of its interface.

    Parameters
    ----------
    conduction
        Of a problem that has been solved.
    double_layer
        Capacitance of the plated interface, F/m2.
    permittivity
        Of the electrolyte, F/m.
    blocked
        Faces that no ions pass.
    leads
        Resistance of leads and contacts times plated area, ohm m2.
    iterates
        Whether its equations are solved by iterations, as those of many unknowns in three dimensions.
    """

    def __init__(
        self,
        conduction: Conduction,
        double_layer: float = 0.0,
        permittivity: float = 0.0,
        blocked: Sequence[BlockedFace] = (),
        leads: float = 0.0,
        iterates: bool = False,
    ) -> None:
        self._iterates = iterates
        self._conduction, self._blocked = conduction, tuple(blocked)
        self._double_layer, self._permittivity, self._leads = double_layer, permittivity, leads
        electrolyte, symbols, field = conduction.electrolyte, conduction.symbols, conduction.potential
        phi, test = symbols.value(POTENTIAL), symbols.test(POTENTIAL)
        forms = [ufl.inner(ufl.grad(phi), ufl.grad(test)) * symbols.dx(electrolyte.region)]
        if electrolyte.counter_resistance > 0.0:
            side = symbols.ds(electrolyte.counter, electrolyte.region)
            forms.append(phi / electrolyte.counter_resistance * test * side)
        parts = [UflContribution("conduction", {POTENTIAL: form}, symbols.coefficients, [POTENTIAL]) for form in forms]
        self._matrices = [part.blocks()[POTENTIAL, POTENTIAL] for part in parts]
        self._held = np.flatnonzero(field.held[: field.owned, 0]).astype(np.int32)
        self._rows = np.asarray(field.index_map.local_to_global(np.arange(field.nodes, dtype=np.int32)))
        self._faces = [conduction.kinetics.points, *(face.points for face in self._blocked)]

    def at(self, frequency: float) -> complex:
        """Impedance times plated area, ohm m2, at a frequency (Hz). Collective.

        Raises
        ------
        PETSc.Error
            If the equations have no solution, as of a cell that blocks direct current at 0 Hz.
        """
        conduction, field = self._conduction, self._conduction.potential
        densities = self._admittances(2.0 * np.pi * frequency)
        right = np.zeros((field.nodes, 2))
        for points, density in zip(self._faces, densities, strict=True):
            entries = np.einsum("fq,fqn->fn", density * points.weights, points.shape)
            np.add.at(right[:, 0], points.nodes, -entries.real)
            np.add.at(right[:, 1], points.nodes, -entries.imag)
        columns = [field.added_up(right[:, [part]])[: field.owned, 0] for part in (0, 1)]
        given = np.asarray(columns[0] + 1j * columns[1])
        given[self._held] = 0.0
        system = self._system(densities, frequency)
        found = iterate_complex(*system, given)[0] if self._iterates else solve_complex(*system, given)
        local = [field.with_ghosts(part) for part in (found.real, found.imag)]
        current = 0.0j
        for points, density in zip(self._faces, densities, strict=True):
            phi = points.values(local[0]) + 1j * points.values(local[1])
            current += complex((density * (phi + 1.0) * points.weights).sum())
        total = field.comm.allreduce(current, MPI.SUM)
        return self._leads + conduction.electrolyte.area / total

    def _admittances(self, turn: float) -> list[ComplexArray]:
        """Local admittance at the points of each face, S/m2, at an angular frequency (1/s)."""
        kinetics = self._conduction.kinetics
        share, transfer = kinetics.differential()
        passing = share * _passing(kinetics.law.film, transfer, self._double_layer, turn)
        stored = kinetics.gap_capacitance()
        if stored is not None:
            passing = passing + 1j * turn * stored
        blocked = (np.full(face.points.weights.shape, 1j * turn * face.capacitance) for face in self._blocked)
        return [passing, *blocked]

    def _system(self, densities: Sequence[ComplexArray], frequency: float) -> tuple[PETSc.Mat, PETSc.Mat]:
        """Real and imaginary part of the matrix, with ones for what is prescribed."""
        field, electrolyte = self._conduction.potential, self._conduction.electrolyte
        factors = (electrolyte.conductivity, 2.0 * np.pi * frequency * self._permittivity)
        parts = []
        for number, factor in enumerate(factors):
            matrix = empty_matrix(field, field)
            for points, density in zip(self._faces, densities, strict=True):
                part = (density.real, density.imag)[number] * points.weights
                blocks = np.einsum("fq,fqa,fqb->fab", part, points.shape, points.shape)
                for nodes, block in zip(self._rows[points.nodes].astype(np.int32), blocks, strict=True):
                    matrix.setValues(nodes, nodes, block, addv=True)
            matrix.assemble()
            matrix.axpy(factor, self._matrices[0])
            if number == 0 and len(self._matrices) > 1:
                matrix.axpy(1.0, self._matrices[1])
            matrix.zeroRowsColumns(self._rows[self._held].astype(np.int32), diag=1.0 - number)
            parts.append(matrix)
        return parts[0], parts[1]


def _passing(film: float, transfer: Array, double_layer: float, turn: float) -> ComplexArray:
    """Admittance of a film in series with charge transfer and the double layer beside it, S/m2."""
    return np.asarray(1.0 / (film + transfer / (1.0 + 1j * turn * transfer * double_layer)))


def impedance_of(case: Case, discretisation: Discretisation, part: CircuitPart) -> LumpedImpedance | FieldImpedance:
    """Impedance of a case at the present state of its model. Collective."""
    given = case.electrochemistry
    if given is None:
        raise TypeError("this case has no circuit")
    double_layer = float(given.electrode.double_layer or 0.0)
    permittivity = float(given.electrolyte.relative_permittivity or 0.0) * VACUUM_PERMITTIVITY
    if part.conduction is not None:
        field, region = part.conduction.potential, part.conduction.electrolyte.region
        blocked = []
        for name, face in given.blocked.items():
            pairs = part.conduction.symbols.side(name, region).reshape(-1, 2)
            _check_blocked(case, discretisation, name, pairs)
            points = interface_points(discretisation, field, pairs, part.conduction.electrolyte.axisymmetric)
            blocked.append(BlockedFace(points, face.capacitance))
        preset = chosen_preset(case.solver.preset, discretisation.loaded.mesh.topology.dim, field.unknowns)
        leads = part.circuit.cell.resistance
        return FieldImpedance(part.conduction, double_layer, permittivity, blocked, leads, preset == ITERATIVE)
    plate = 0.0
    if permittivity > 0.0 and given.electrolyte.thickness is not None and given.electrolyte.conductivity is not None:
        plate = float(given.electrolyte.thickness) / float(given.electrolyte.conductivity)
    relaxation = permittivity / float(given.electrolyte.conductivity or 1.0)
    return LumpedImpedance(part.circuit.cell, part.deposit.current, double_layer, plate, relaxation)


def _check_blocked(case: Case, discretisation: Discretisation, name: str, pairs: Int32Array) -> None:
    taken = {case.growth.interface: "plated", str(case.electrochemistry and case.electrochemistry.counter.boundary): ""}
    touching = discretisation.loaded.mesh.comm.allreduce(len(pairs))
    if name in taken or touching == 0:
        message = f"ions pass the boundary {name}" if name in taken else f"the boundary {name} does not touch it"
        valid = "another boundary of the electrolyte"
        raise case_error_at(case, Finding(f"electrochemistry.blocked.{name}", message, valid))
