"""From a case of ``kind: tubule`` to its model, the halves of its cycles, and the quantities of an instant."""

from __future__ import annotations

import math
from dataclasses import replace

from platingx.config.transport import Transport
from platingx.config.tubule import Charging, Stripping, TubuleCase
from platingx.materials.interface_transport import arrhenius, flux_coefficient
from platingx.materials.tubule import Conductances, TubuleShape, wall_coefficient
from platingx.stepping.tubule_cycles import HalfCycle, Instant
from platingx.stepping.tubule_model import Filling, TubuleModel

__all__ = ["diffusivity", "half_cycles", "quantities", "start_filling", "tubule_model", "tubule_shape"]


def diffusivity(transport: Transport, temperature: float) -> float:
    """Diffusivity at a temperature (K), m2/s."""
    return arrhenius(
        float(transport.diffusivity),
        float(transport.activation_energy),
        float(transport.reference_temperature),
        temperature,
    )


def tubule_shape(case: TubuleCase) -> TubuleShape:
    """Shape of the tubes of a case."""
    tube = case.tube
    return TubuleShape(float(tube.length), float(tube.diameter), float(tube.wall_thickness), tube.packing)


def tubule_model(case: TubuleCase) -> TubuleModel:
    """Make the model of a case.

    Parameters
    ----------
    case
        A validated case.
    """
    gas = case.gas
    return TubuleModel(
        tubule_shape(case),
        _conductances(case),
        case.atomic_volume,
        float(case.metal.molar_volume or 0.0),
        float(gas.initial),
        float(gas.outside),
        vent=gas.vent if isinstance(gas.vent, float) else math.inf,
        open_to_gas=gas.vent == "open",
        capillary=float(case.capillary_pressure),
        imbalance=float(gas.neighbour_imbalance),
        edges=case.wall.edges,
    )


def _conductances(case: TubuleCase) -> Conductances:
    """Flux coefficients of the paths that are on; the metal itself counts beside the interface."""
    temperature, volume, shape = float(case.temperature), case.atomic_volume, tubule_shape(case)
    found = dict.fromkeys(("interface", "wall", "surface", "bulk"), 0.0)
    for path in case.paths:
        transport: Transport = getattr(case.transport, path)
        value = diffusivity(transport, temperature)
        if path == "wall":
            concentration = float(transport.concentration or 0.0)
            found[path] = wall_coefficient(concentration, value, volume, shape.wall_per_perimeter, temperature)
        else:
            width = shape.hydraulic_length if path == "bulk" else float(transport.width or 0.0)
            found[path] = flux_coefficient(value, width, volume, temperature)
    return Conductances(found["interface"] + found["bulk"], found["wall"], found["surface"])


def half_cycles(case: TubuleCase) -> tuple[HalfCycle, ...]:
    """What is done in each cycle, in order."""
    strength = case.wall.strength
    bursts = float(strength) if strength is not None and case.wall.on_strength == "stop" else math.inf
    given = [(case.drive.plate, True), (case.drive.strip, False)]
    return tuple(
        replace(_half_cycle(charging, plating), strength=bursts) for charging, plating in given if charging is not None
    )


def _half_cycle(charging: Charging, plating: bool) -> HalfCycle:
    return HalfCycle(
        plating,
        current=None if charging.current_density is None else float(charging.current_density),
        voltage=None if charging.voltage is None else float(charging.voltage),
        capacity=math.inf if charging.capacity is None else float(charging.capacity),
        duration=math.inf if charging.duration is None else float(charging.duration),
        limit=float(charging.limit),
        leaves_at_root=not isinstance(charging, Stripping) or charging.leaves_at == "root",
    )


def start_filling(case: TubuleCase) -> Filling:
    """What is in the tubes at the start."""
    front = float(case.tube.filled_length)
    return Filling(front, float(case.tube.void_length), front)


def quantities(model: TubuleModel, instant: Instant) -> dict[str, float]:
    """Reported quantities of an instant, by their names in `platingx.columns`, SI.

    Parameters
    ----------
    model
        The tube.
    instant
        A moment.
    """
    filling = instant.filling
    found = model.pressures(filling, instant.speed, instant.at_root)
    return {
        "current_density": instant.speed / model.shape.speed(1.0, model.molar_volume),
        "stored_charge": model.shape.charge(filling.metal, model.molar_volume),
        "filled_fraction": filling.metal / model.shape.length,
        "front_position": filling.front,
        "void_length": filling.void,
        "root_pressure": found.root,
        "root_overpotential": model.voltage(found.root),
        "gas_pressure": found.gas,
        "gas_pressure_difference": found.gas_difference,
        "wall_pressure_difference": found.wall_difference,
        "wall_hoop_stress": found.hoop,
        "wall_bending_stress": found.bending,
    }
