"""Ionic conduction in the electrolyte of a case: its potential, and charge transfer at the plated interface.

    div(kappa grad phi) = 0,   -kappa dphi/dn = i at the plated interface,   phi = 0 or kappa dphi/dn = -phi/Z

at the counter electrode, in the reference configuration; the metal is equipotential.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import ufl
from mpi4py import MPI

from platingx.arrays import Int32Array
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.electrochemistry import Electrochemistry
from platingx.config.loader import case_error_at
from platingx.errors import CaseError
from platingx.fields.constraints import Prescribed
from platingx.fields.nodal_field import GlobalUnknowns, NodalField
from platingx.materials.kinetics import thermal_voltage
from platingx.materials.local_law import LocalLaw
from platingx.physics.discretisation import Discretisation
from platingx.physics.form_symbols import Symbols
from platingx.physics.interface_points import interface_points
from platingx.physics.own_fields import OwnField, build_own_field, prescribed_values
from platingx.physics.quantities import Quantity, reported
from platingx.problems.contribution import Contribution
from platingx.problems.interface_kinetics import InterfaceKinetics
from platingx.problems.stress_response import Response
from platingx.problems.ufl_contribution import UflContribution
from platingx_meshes.parted import OTHER_SIDE

__all__ = [
    "ITERATIVE",
    "Conduction",
    "Electrolyte",
    "build_conduction",
    "conduction_in",
    "local_quantities",
]

ITERATIVE = {
    "ksp_type": "cg",
    "ksp_max_it": "500",
    "pc_type": "gamg",
    "pc_gamg_agg_nsmooths": "1",
    "mg_levels_ksp_type": "chebyshev",
    "mg_levels_pc_type": "jacobi",
}
"""PETSc options for many unknowns: algebraic multigrid of the potential; the circuit is its border."""

POTENTIAL = "potential"
"""Name of the field, V."""


@dataclass(frozen=True)
class Conduction:
    """What conduction adds to the stage of a circuit.

    Attributes
    ----------
    potential
        The field, V; zero at the counter electrode.
    contributions, constraints
        Ohm's law in the electrolyte, charge transfer, and the counter electrode.
    kinetics
        Charge transfer at the plated interface.
    electrolyte, symbols
        What conducts, and what forms of its potential are written with.
    """

    potential: NodalField
    contributions: tuple[Contribution, ...]
    constraints: tuple[Prescribed, ...]
    kinetics: InterfaceKinetics
    electrolyte: Electrolyte
    symbols: Symbols


@dataclass(frozen=True)
class Electrolyte:
    """An electrolyte that conducts.

    Attributes
    ----------
    region, conductivity
        Name of its region; S/m.
    counter, counter_resistance
        Boundary with the counter electrode, and the resistance of its interface times its area, ohm m2; 0 if ideal.
    law
        What a current has to overcome at the plated interface.
    area
        Area that the mean current density is of, m2 (m in plane strain).
    axisymmetric
        Whether the section is swept around the axis.
    """

    region: str
    conductivity: float
    counter: str
    counter_resistance: float
    law: LocalLaw
    area: float
    axisymmetric: bool = False


def conduction_in(
    discretisation: Discretisation,
    electrolyte: Electrolyte,
    interface: Callable[[Symbols], Int32Array],
    mean: GlobalUnknowns,
    voltage: GlobalUnknowns,
    stress: Response,
) -> Conduction:
    """Conduction in an electrolyte. Collective.

    Parameters
    ----------
    discretisation
        Mesh.
    electrolyte
        What conducts.
    interface
        Gives the owned cells of the electrolyte with their facets at the plated interface, flattened pairs.
    mean, voltage
        Mean current density (A/m2), and voltage between counter electrode and metal beyond equilibrium (V).
    stress
        What stress takes of the voltage.
    """
    region, counter, resistance = electrolyte.region, electrolyte.counter, electrolyte.counter_resistance
    own = OwnField(POTENTIAL, region=region, degree=2, prescribed={counter: 0.0} if resistance == 0.0 else {})
    potential = build_own_field(own, discretisation)
    symbols = Symbols(discretisation, {POTENTIAL: potential}, electrolyte.axisymmetric)
    phi, test = symbols.value(POTENTIAL), symbols.test(POTENTIAL)
    form = electrolyte.conductivity * ufl.inner(ufl.grad(phi), ufl.grad(test)) * symbols.dx(region)
    if resistance > 0.0:
        form += phi / resistance * test * symbols.ds(counter, region)
    pairs = interface(symbols).reshape(-1, 2)
    points = interface_points(discretisation, potential, pairs, electrolyte.axisymmetric)
    kinetics = InterfaceKinetics(points, potential, voltage, mean, electrolyte.law, electrolyte.area, stress)
    bulk = UflContribution("conduction", {POTENTIAL: form}, symbols.coefficients, [POTENTIAL])
    constraints = tuple(prescribed_values(own, potential, discretisation))
    return Conduction(potential, (bulk, kinetics), constraints, kinetics, electrolyte, symbols)


def build_conduction(
    case: Case,
    discretisation: Discretisation,
    mean: GlobalUnknowns,
    voltage: GlobalUnknowns,
    stress: Response,
    area: float,
) -> Conduction:
    """Conduction in the electrolyte of a case. Collective.

    Parameters
    ----------
    case, discretisation
        Case with a counter electrode on a boundary, and its mesh.
    mean, voltage, stress
        As in `conduction_in`.
    area
        Area of the plated interface, m2 (m in plane strain).

    Raises
    ------
    CaseError
        If no current can flow from the counter electrode to the interface.
    MeshError
        If the mesh lacks the boundary.
    """
    given = case.electrochemistry
    if given is None or given.counter.boundary is None or given.electrolyte.conductivity is None:
        raise TypeError("the electrolyte of this case does not conduct")
    region, counter = _region(case, given), given.counter
    electrolyte = Electrolyte(
        region,
        float(given.electrolyte.conductivity),
        str(counter.boundary),
        float(counter.area_resistance),
        _law(case, given),
        area,
        case.geometry.symmetry == "axisymmetric",
    )

    parts = case.growth.interface in case.contact
    plated = case.growth.interface + (OTHER_SIDE if parts else "")

    def interface(symbols: Symbols) -> Int32Array:
        for name in (electrolyte.counter, plated):
            _check_touches(case, discretisation, symbols.side(name, region), name, region)
        return symbols.side(plated, region)

    return conduction_in(discretisation, electrolyte, interface, mean, voltage, stress)


def _region(case: Case, given: Electrochemistry) -> str:
    """Region that conducts."""
    electrolytes = case.regions("electrolyte")
    named = given.electrolyte.region
    if named is None and len(electrolytes) == 1:
        return electrolytes[0]
    if named in case.materials and named != case.growth.region:
        return str(named)
    valid = " or ".join(name for name in case.materials if name != case.growth.region)
    message = "several regions could conduct" if named is None else f"no ions flow through a region '{named}'"
    raise case_error_at(case, Finding("electrochemistry.electrolyte.region", message, valid))


def _check_touches(case: Case, discretisation: Discretisation, pairs: Int32Array, boundary: str, region: str) -> None:
    if discretisation.loaded.mesh.comm.allreduce(len(pairs)) == 0:
        is_counter = case.electrochemistry is not None and boundary == case.electrochemistry.counter.boundary
        key = "electrochemistry.counter.boundary" if is_counter else "growth.interface"
        message = f"the circuit is open: the boundary {boundary} does not touch the electrolyte {region}"
        raise case_error_at(case, Finding(key, message, "a boundary of the electrolyte"))


def _law(case: Case, given: Electrochemistry) -> LocalLaw:
    electrode, thermal = given.electrode, thermal_voltage(float(case.temperature))
    exchange = electrode.exchange_current_density
    if electrode.charge_transfer_resistance is not None:
        exchange = thermal / float(electrode.charge_transfer_resistance)
    if exchange is None and electrode.film_resistance == 0.0:
        raise CaseError(
            "electrochemistry.electrode: the current distribution of a conducting electrolyte needs a resistance of "
            "the interface: give charge_transfer_resistance, exchange_current_density or film_resistance (a small one "
            "for the primary distribution)"
        )
    return LocalLaw(
        float(electrode.film_resistance), None if exchange is None else float(exchange), float(electrode.alpha), thermal
    )


def local_quantities(conduction: Conduction, area: float) -> tuple[Quantity, ...]:
    """What is reported of the interface, of an area (m2; m in plane strain)."""
    kinetics, comm = conduction.kinetics, conduction.potential.comm

    def extreme(sign: float) -> float:
        here = float((sign * kinetics.current).max(initial=-np.inf))
        return sign * float(comm.allreduce(here, MPI.MAX))

    def charge_transfer() -> float:
        here = float((kinetics.law.charge_transfer(kinetics.current) * kinetics.points.weights).sum())
        return float(comm.allreduce(here)) / area

    return (
        reported("lowest_current_density", lambda _: extreme(-1.0)),
        reported("highest_current_density", lambda _: extreme(1.0)),
        reported("charge_transfer_overpotential", lambda _: charge_transfer()),
    )
