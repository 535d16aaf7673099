"""The circuit of a case as a stage of each step: it gives the growth, and the mechanics gives the stress back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.electrochemistry import Electrochemistry
from platingx.errors import CaseError
from platingx.fields.nodal_field import DISPLACEMENT, GlobalUnknowns
from platingx.fields.point_data import GROWTH
from platingx.materials.kinetics import thermal_voltage
from platingx.physics.cell_energy import CellEnergy, heat_of_field
from platingx.physics.circuit_quantities import circuit_quantities, energy_quantities, spent_quantities
from platingx.physics.column_growth import ColumnGrowth
from platingx.physics.conduction import ITERATIVE, Conduction, build_conduction, local_quantities
from platingx.physics.conduction_fields import written_fields
from platingx.physics.control import Control
from platingx.physics.deposit import Deposit
from platingx.physics.discretisation import Discretisation
from platingx.physics.growth import PlatedLayer
from platingx.physics.interface_traction import normal_stress
from platingx.physics.metal_stress import MetalOverpotential, Whole, metal_overpotential
from platingx.physics.part import Part, WrittenField
from platingx.physics.planar_faces import symmetry_planes
from platingx.physics.quantities import Quantity
from platingx.problems.circuit import CellResistances, Circuit
from platingx.problems.contribution import Iterate
from platingx.problems.newton import NewtonOptions
from platingx.problems.solid import Solid
from platingx.problems.stress_response import ColumnResponse
from platingx.stepping.staggered import Exchange
from platingx.stepping.step_limits import CurrentError

__all__ = ["CIRCUIT", "CircuitPart", "build_circuit", "build_stress_on_current"]

CIRCUIT = "circuit"
"""Name of the stage of the circuit."""

_CURRENT, _VOLTAGE = "current_density", "interface_voltage"

SMALLEST_CONTACT = 1e-6
"""Share of the face of a spent column that conducts, so that its equations stay regular."""

NEWTON = NewtonOptions(relative_tolerance=1e-13, maximum_iterations=30)
"""Newton's method of a circuit, whose few numbers cost nothing."""


@dataclass(frozen=True, kw_only=True)
class CircuitPart(Part):
    """The circuit, with what the march asks of it.

    Attributes
    ----------
    control
        What the source holds.
    circuit
        The cell.
    deposit
        The metal that it deposits.
    unknown
        The current density.
    area
        Plated area that currents in A flow through, m2; None in a section without one.
    conduction
        In the electrolyte, where that conducts.
    """

    control: Control
    circuit: Circuit
    deposit: Deposit
    unknown: GlobalUnknowns
    area: float | None
    conduction: Conduction | None = None


@dataclass(frozen=True)
class _GrowthOfCurrent:
    """What the circuit gives to the mechanics: the growth of its current."""

    circuit: Circuit
    deposit: Deposit
    comm: MPI.Intracomm
    foreseen: bool = True

    def update(self, iterate: Iterate) -> float:
        """Deposit the charge of the step; not a number where no metal would be left, which no step settles."""
        left = self.deposit.take(self.circuit.current(iterate))
        return 0.0 if self.comm.allreduce(left, MPI.LAND) else float("nan")


@dataclass(frozen=True)
class _StressOnCurrent:
    """What the mechanics gives back to the circuit: the overpotential of its stress."""

    circuit: Circuit
    overpotential: MetalOverpotential
    shares: Array  # of the area, for the mean where the current is the same everywhere
    unknown: GlobalUnknowns
    foreseen: bool = True

    def update(self, iterate: Iterate) -> float:
        """Take over the overpotential; what of the voltage the circuit has been wrong by."""
        found = self.overpotential(iterate.values[DISPLACEMENT])
        if not self.circuit.stress.is_local:
            found = found @ self.shares
        own = Iterate(iterate.time, iterate.dt, {_CURRENT: self.unknown.values}, {_CURRENT: self.unknown.start})
        return self.circuit.learn(own, found)


def build_circuit(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> CircuitPart | None:
    """Circuit of a case that has one, which gives the growth. Collective.

    Raises
    ------
    CaseError
        If the model is a section without an area where one is needed.
    """
    given, layer = case.electrochemistry, parts["growth"]
    if given is None:
        return None
    if not isinstance(layer, PlatedLayer) or not isinstance(layer.growth, Deposit):
        raise TypeError("the growth of this case is not that of a circuit")
    comm, deposit = discretisation.loaded.mesh.comm, layer.growth
    area = _area(case, discretisation, layer.interface_area)
    if given.needs_area and area is None:
        raise CaseError(
            f"electrochemistry.{given.needs_area}: the model is a section and has no area in m2: give "
            "electrochemistry.circuit.area, or currents per area and resistances times area"
        )
    unknown, control = GlobalUnknowns(_CURRENT, 1, comm), Control(given.control, area)
    voltage = None if given.counter.boundary is None else GlobalUnknowns(_VOLTAGE, 1, comm)
    local_stress = None if voltage is None or layer.columns is None else ColumnResponse(layer.columns.areas)
    cell = _cell(given, float(case.temperature), area or 1.0)
    circuit = Circuit(unknown, cell, control, voltage, local_stress)
    conduction = None
    written: Sequence[WrittenField] = ()
    local: Sequence[Quantity] = ()
    if voltage is not None:
        conduction = build_conduction(case, discretisation, unknown, voltage, circuit.stress, layer.interface_area)
        if local_stress is not None and deposit.columns is not None:
            _join_columns(deposit.columns, conduction, local_stress, float(given.electrode.spent_below))
        conductivity = float(given.electrolyte.conductivity or 0.0)
        written = written_fields(conduction, discretisation, conductivity, voltage, circuit.stress, layer.columns)
        local = local_quantities(conduction, layer.interface_area)
    array = discretisation.points.get(case.growth.region, GROWTH)
    heat = None if conduction is None else heat_of_field(conduction)
    energy = CellEnergy(circuit, deposit, layer.interface_area, heat)
    gives: tuple[Exchange, ...] = (_GrowthOfCurrent(circuit, deposit, comm),)
    return CircuitPart(
        name=CIRCUIT,
        stage=CIRCUIT,
        fields=(unknown, *(() if conduction is None or voltage is None else (voltage, conduction.potential))),
        contributions=(circuit, *(() if conduction is None else conduction.contributions)),
        constraints=() if conduction is None else conduction.constraints,
        states=(array, energy, deposit),
        gives=gives,
        newton=NEWTON,
        iterative={} if conduction is None else ITERATIVE,
        step_limits=(
            CurrentError(
                deposit, float(given.current_error), lambda: bool(local_stress) or control.step.voltage is not None
            ),
        ),
        quantities=(
            *circuit_quantities(circuit, control, deposit, area, local),
            *energy_quantities(energy),
            *spent_quantities(deposit.columns, given, conduction),
        ),
        written_fields=tuple(written),
        control=control,
        circuit=circuit,
        deposit=deposit,
        unknown=unknown,
        area=area,
        conduction=conduction,
    )


def build_stress_on_current(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part | None:
    """What the mechanics gives back to the circuit of a case that has one. Collective."""
    given, layer, cell = case.electrochemistry, parts["growth"], parts.get(CIRCUIT)
    if given is None or not isinstance(cell, CircuitPart) or not isinstance(layer, PlatedLayer):
        return None
    solid = next(c for c in parts["solids"].contributions if isinstance(c, Solid) and c.name == case.growth.region)
    symmetric, columns, comm = case.geometry.symmetry == "axisymmetric", layer.columns, discretisation.loaded.mesh.comm

    def traction() -> Callable[[Array], Array]:
        stress = normal_stress(discretisation, solid.region, case.growth.interface, symmetric)
        if columns is None:
            return lambda displacement: np.array([stress.mean(displacement)])
        at_points = columns.hats.at(stress.coordinates)
        areas = columns.fluxes(at_points, stress.weights)
        return lambda displacement: columns.fluxes(at_points, stress.at_points(displacement) * stress.weights) / areas

    overpotential = metal_overpotential(
        given.electrode.stress_term,
        solid.region,
        Whole(comm) if cell.deposit.columns is None else cell.deposit.columns,
        cell.deposit.molar_volume,
        np.array([layer.interface_area * cell.deposit.thickness]) if columns is None else columns.volumes,
        traction,
    )
    shares = np.ones(1) if columns is None else columns.areas / columns.areas.sum()
    given_back = _StressOnCurrent(cell.circuit, overpotential, shares, cell.unknown)
    return Part(name="stress on the current", gives=(given_back,))


def _join_columns(growth: ColumnGrowth, conduction: Conduction, stress: ColumnResponse, spent: float) -> None:
    """Let the current through the points of the interface flow into the columns, and their stress act back on it."""
    kinetics, columns = conduction.kinetics, growth.columns
    at_points = columns.hats.at(kinetics.points.coordinates)
    stress.look_at(at_points)
    growth.flux = lambda: columns.fluxes(at_points, kinetics.current * kinetics.points.weights)

    def contact() -> Array | None:
        share = growth.conducting(spent, at_start=True)
        return None if share.min() == 1.0 else np.maximum(at_points.at(share), SMALLEST_CONTACT)

    kinetics.contact = contact


def _area(case: Case, discretisation: Discretisation, interface_area: float) -> float | None:
    """Plated area that currents in A flow through, m2; None in a section without one."""
    given = case.electrochemistry
    if given is not None and given.area is not None:
        return given.area
    if case.geometry.symmetry == "axisymmetric":
        return interface_area
    if discretisation.loaded.mesh.geometry.dim == 3:
        return interface_area * 2 ** symmetry_planes(discretisation.loaded)
    return None


def _cell(given: Electrochemistry, temperature: float, area: float) -> CellResistances:
    """Sum up the resistances of a cell of an area (m2)."""
    path, electrode, thermal = given.electrolyte, given.electrode, thermal_voltage(temperature)
    if given.counter.boundary is not None:  # the electrolyte and its interfaces have a field of their own
        return CellResistances(
            float(given.counter.potential),
            float(given.circuit.resistance) * area,
            None,
            float(electrode.alpha),
            thermal,
        )
    through = float(path.area_resistance or 0.0) + float(path.resistance or 0.0) * area
    if path.conductivity is not None and path.thickness is not None:
        through = float(path.thickness) / float(path.conductivity)
    if path.conductivity is not None and path.contact_radius is not None:
        through = area / (4.0 * float(path.conductivity) * float(path.contact_radius))
    exchange = electrode.exchange_current_density
    if electrode.charge_transfer_resistance is not None:
        exchange = thermal / float(electrode.charge_transfer_resistance)
    in_series = through + float(electrode.film_resistance) + float(given.circuit.resistance) * area
    in_series += float(given.counter.area_resistance)
    return CellResistances(
        equilibrium=float(given.counter.potential),
        resistance=in_series,
        exchange=None if exchange is None else float(exchange),
        alpha=float(electrode.alpha),
        thermal=thermal,
    )
