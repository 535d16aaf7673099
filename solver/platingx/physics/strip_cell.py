"""From a case of ``kind: strip_cell`` to its model, its program, its start, and the quantities of an instant."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from platingx.arrays import Array
from platingx.config.materials import Material
from platingx.config.strip_cell import StripCellCase
from platingx.config.transport import Transport
from platingx.constants import FARADAY
from platingx.materials.creep_map import steady_rate
from platingx.materials.gap_laws import GapLaws
from platingx.materials.interface_transport import arrhenius, flux_coefficient
from platingx.materials.kinetics import thermal_voltage
from platingx.stepping.strip_cell_insert import HEIGHT, Insert
from platingx.stepping.strip_cell_march import Limits, Part, contact_share
from platingx.stepping.strip_cell_model import StripCellModel
from platingx.stepping.strip_cell_system import CellState

__all__ = ["limits", "local_current", "parts", "pressure", "quantities", "start_height", "strip_cell_model"]


def strip_cell_model(case: StripCellCase) -> StripCellModel:
    """Make the model of a case.

    Parameters
    ----------
    case
        A validated case.
    """
    given, temperature = case.interface, float(case.temperature)
    volume, thermal = float(case.metal.molar_volume or 0.0), thermal_voltage(temperature)
    exchange = given.exchange_current_density or thermal / float(given.charge_transfer_resistance or math.inf)
    follow = case.follow
    return StripCellModel(
        float(case.cell.period),
        case.resolution.intervals,
        GapLaws(
            float(given.closes_within),
            float(given.adhesion),
            float(given.adhesion_range),
            float(given.contact_stiffness),
        ),
        float(case.surface_energy),
        _flux(case.transport.surface, case),
        _flux(case.transport.interface, case),
        _creep(case.metal, temperature) if case.creep else None,
        float(case.electrolyte.conductivity),
        float(case.electrolyte.thickness),
        float(exchange),
        float(given.alpha),
        thermal,
        volume,
        volume / FARADAY if given.stress_term == "normal_traction" else 0.0,
        None if follow.share is None else float(follow.share),
        0.0 if follow.pressure is None else float(follow.pressure),
        _insert(case),
    )


def _insert(case: StripCellCase) -> Insert | None:
    """The inert metal of a case, in the place of its void."""
    given, inert, temperature = case.insert, case.inert, float(case.temperature)
    if given is None or inert is None:
        return None
    width, oxidation = float(case.cell.void_share * case.cell.period), given.oxidation
    return Insert(
        float(case.cell.void_aspect) * width,
        0.5 * width,
        _creep(inert, temperature),
        float(inert.molar_volume or 0.0),
        float(given.double_layer),
        0.0 if oxidation is None else float(oxidation.potential),
        0.0 if oxidation is None else float(oxidation.exchange_current_density),
        0.5 if oxidation is None else float(oxidation.alpha),
        thermal_voltage(temperature),
    )


def _flux(transport: Transport | None, case: StripCellCase) -> float:
    """Flux coefficient of a path, m5/(N s); none for a path that the case does not give."""
    if transport is None:
        return 0.0
    temperature = float(case.temperature)
    diffusivity = arrhenius(
        float(transport.diffusivity),
        float(transport.activation_energy),
        float(transport.reference_temperature),
        temperature,
    )
    return flux_coefficient(diffusivity, float(transport.width or 0.0), case.atomic_volume, temperature)


def _creep(metal: Material, temperature: float) -> Callable[[float], float]:
    law = metal.viscoplasticity
    return lambda stress: float(steady_rate(law, stress, temperature))


def parts(case: StripCellCase) -> tuple[Part, ...]:
    """The program of a case."""
    return tuple(Part(float(part.current_density), float(part.duration)) for part in case.program)


def limits(case: StripCellCase) -> Limits:
    """What ends a run before its program, and the steps."""
    return Limits(
        float(case.ends.contact_share),
        float(case.ends.overpotential),
        float(case.resolution.gap_tolerance),
        float(case.resolution.maximum_step),
    )


def start_height(case: StripCellCase, model: StripCellModel) -> Array:
    """Heights at the start, m, shape (n,): a parabola over the void or insert, and contact beside it."""
    if model.insert is not None:
        return model.under(model.insert.at_rest)[0]
    width = float(case.cell.void_share) * model.period
    inside = np.maximum(1.0 - (2.0 * model.places / width) ** 2, 0.0)
    return np.asarray(float(case.cell.void_aspect) * width * inside)


def pressure(model: StripCellModel, state: CellState) -> Array:
    """Pressure of the electrolyte or insert on the metal, below zero where it holds on to it, Pa, shape (n,)."""
    return model.touching(state.height, state.insert)


def local_current(model: StripCellModel, state: CellState) -> Array:
    """Current density at each place, plating > 0, A/m2, shape (n,)."""
    return np.asarray(model.contact(state.height, state.insert) * state.current)


def quantities(model: StripCellModel, state: CellState, current: float) -> dict[str, float]:
    """Reported quantities of a state, by their names in `platingx.columns`, SI.

    Parameters
    ----------
    model
        The cell.
    state
        A state.
    current
        Mean current density of the step that it ends, plating > 0, A/m2.
    """
    touching, local = pressure(model, state), local_current(model, state)
    of_metal = float(np.mean(local))
    through = of_metal if model.insert is None else current
    under, covered = model.under(state.insert)
    gap = state.height - under
    return {
        "voltage": state.voltage + through * model.thickness / model.conductivity,
        "overpotential": state.voltage,
        "contact_share": contact_share(model, state),
        "mean_gap": float(np.mean(gap)),
        "max_gap": float(np.max(gap)),
        "peak_current_density": float(np.max(np.abs(local))),
        "mean_interface_pressure": float(np.mean(touching)),
        "peak_interface_pressure": max(float(np.max(touching)), 0.0),
        "peak_interface_tension": max(-float(np.min(touching)), 0.0),
        "creep_stress": _creep_stress(model, state),
        "insert_current_density": through - of_metal,
        "insert_share": float(np.mean(covered)),
        "insert_height": float(state.insert[HEIGHT]) if model.insert is not None else 0.0,
    }


def _creep_stress(model: StripCellModel, state: CellState) -> float:
    """Representative equivalent stress in the metal, Pa; none in a rigid foil."""
    if model.creep is None:
        return 0.0
    acting = model.surface_energy * (model.curvature @ state.height) + pressure(model, state)
    return model.representative_stress(acting)
