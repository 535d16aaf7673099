"""What a layer of tubules needs and has before anything is plated: design sums, capacities and creep of the metal.

Chen et al. 2020, Eqs. 1 to 3. The equation for a wall with diffusion along its faces (Eq. 3) is read in two ways: with
the concentration of the mixed conductor for the faces, as it is printed, and with that of the metal, one atom in each
atomic volume, which is what a face between metal and wall has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.config.library import load_transport, transport_names
from platingx.config.transport import Transport
from platingx.config.tubule import Charging, TubuleCase
from platingx.materials.creep_map import MECHANISMS, CreepRates, creep_rates, has_steady_rate
from platingx.materials.interface_transport import pressure_per_volt
from platingx.materials.mixed_conductor import (
    conductivity,
    interface_conductivity,
    required_conductivity,
    smallest_fill,
)
from platingx.materials.porous_host import capacity_per_mass, capacity_per_volume
from platingx.materials.tubule import TubuleShape
from platingx.physics.tubule import diffusivity, tubule_shape

__all__ = [
    "DesignSum", "allowed_pressure", "capacities", "capacity_rows", "creep_at", "creep_record", "creep_rows",
    "design_sums", "library_hosts", "relaxation_time", "required",
    "wall_rows",
]  # fmt: skip

_SIZES = np.geomspace(10e-9, 100e-6, 41)
_STRESSES = np.geomspace(0.01e6, 1e9, 41)
_WALLS = np.geomspace(2e-9, 200e-9, 31)
_DIAMETERS = np.geomspace(10e-9, 1e-6, 31)
_STEP_OF_TEMPERATURE = 30.0


@dataclass(frozen=True)
class DesignSum:
    """A mixed conductor as the wall of tubules. SI.

    Attributes
    ----------
    name
        Entry of the library, or ``case``.
    concentration, diffusivity
        Of the metal in it.
    bulk
        Conductivity of the wall alone (Eq. 2).
    as_printed, amended
        With diffusion along its faces (Eq. 3), with the concentration of the wall or of the metal for these.
    required
        Conductivity that the layer needs (Eq. 1).
    """

    name: str
    concentration: float
    diffusivity: float
    bulk: float
    as_printed: float
    amended: float
    required: float

    def fills(self) -> tuple[float, float, float]:
        """Smallest share of the wall, w/(w + W), in the three readings."""
        bulk, as_printed, amended = (
            smallest_fill(self.required, value) for value in (self.bulk, self.as_printed, self.amended)
        )
        return bulk, as_printed, amended


def required(case: TubuleCase) -> float | None:
    """Conductivity that the layer needs at the current of the case (Eq. 1), S/m; None without a current."""
    halves: Sequence[Charging | None] = (case.drive.plate, case.drive.strip)
    currents = [float(half.current_density) for half in halves if half is not None and half.current_density is not None]
    if not currents:
        return None
    return required_conductivity(max(currents), float(case.drive.allowed_voltage), float(case.tube.length))


def library_hosts(metal: str) -> dict[str, Transport]:
    """Mixed conductors of the library for a metal such as ``Li``, by name."""
    entries = [load_transport(name) for name in transport_names()]
    names = [entry.name for entry in entries if entry.of == "host" and entry.metal == metal]
    return {name: Transport.model_validate(name) for name in names}


def design_sums(case: TubuleCase) -> list[DesignSum]:
    """Compare the mixed conductors of the library, and that of the case, as walls of its tubules.

    Parameters
    ----------
    case
        A validated case; without a current, or without diffusion along the interface, there are no sums.
    """
    needed, interface = required(case), case.transport.interface
    if needed is None or interface is None:
        return []
    hosts = library_hosts(case.metal_of_library)
    own = case.transport.wall
    if own is not None and own not in hosts.values():
        hosts["case"] = own
    wall = float(case.tube.wall_thickness)
    return [DesignSum(name, *_readings(case, host, interface, wall), needed) for name, host in hosts.items()]


def _readings(
    case: TubuleCase, host: Transport, interface: Transport, wall: float
) -> tuple[float, float, float, float, float]:
    """Concentration, diffusivity, and conductivity in the three readings."""
    temperature = float(case.temperature)
    concentration, value = float(host.concentration or 0.0), diffusivity(host, temperature)
    along, width = diffusivity(interface, temperature), float(interface.width or 0.0)
    bulk = conductivity(concentration, value, temperature)
    as_printed, amended = (
        bulk + interface_conductivity(density, along, width, wall, temperature)
        for density in (concentration, 1.0 / case.atomic_volume)
    )
    return concentration, value, bulk, as_printed, amended


def wall_rows(case: TubuleCase) -> Iterator[dict[str, Any]]:
    """Conductivity of the layer over the thickness of its walls, for each mixed conductor of :func:`design_sums`."""
    interface = case.transport.interface
    for entry in design_sums(case):
        host = case.transport.wall if entry.name == "case" else library_hosts(case.metal_of_library)[entry.name]
        if host is None or interface is None:
            continue
        for wall in _WALLS:
            _, _, bulk, as_printed, amended = _readings(case, host, interface, float(wall))
            share = float(wall / (wall + case.tube.diameter))
            yield {
                "host": entry.name,
                "wall_m": float(wall),
                "bulk_S_per_m": bulk * share,
                "as_printed_S_per_m": as_printed * share,
                "amended_S_per_m": amended * share,
                "required_S_per_m": entry.required,
            }


def capacity_rows(case: TubuleCase) -> Iterator[dict[str, float]]:
    """Capacity of the layer over diameter and wall of its tubes, full of metal; by mass where densities are given."""
    volume, packing = float(case.metal.molar_volume or 0.0), case.tube.packing
    metal, wall_density = case.metal_density, case.wall.density
    for diameter in _DIAMETERS:
        for wall in _WALLS:
            porosity = TubuleShape(1.0, float(diameter), float(wall), packing).porosity
            row = {
                "diameter_m": float(diameter),
                "wall_m": float(wall),
                "porosity": porosity,
                "capacity_per_volume_C_per_m3": capacity_per_volume(porosity, volume),
            }
            if metal is not None and wall_density is not None:
                row["capacity_per_mass_C_per_kg"] = capacity_per_mass(
                    porosity, volume, float(metal), float(wall_density)
                )
            yield row


def capacities(case: TubuleCase) -> dict[str, float]:
    """Porosity and capacities of the layer of a case, full of metal, SI with units in the keys."""
    volume, porosity = float(case.metal.molar_volume or 0.0), tubule_shape(case).porosity
    found = {"porosity": porosity, "capacity_per_volume_C_per_m3": capacity_per_volume(porosity, volume)}
    if case.metal_density is not None and case.wall.density is not None:
        densities = float(case.metal_density), float(case.wall.density)
        found["capacity_per_mass_C_per_kg"] = capacity_per_mass(porosity, volume, *densities)
    return found


def creep_at(case: TubuleCase, stress: Array | float, size: Array | float, temperature: float) -> CreepRates:
    """Creep rates of the metal of a case; what the case gives no diffusion for counts as none.

    Parameters
    ----------
    case
        A validated case.
    stress, size, temperature
        Pa, m, K.
    """
    transport = case.transport
    body = 0.0 if transport.bulk is None else diffusivity(transport.bulk, temperature)
    product = 0.0
    if transport.interface is not None:
        product = diffusivity(transport.interface, temperature) * float(transport.interface.width or 0.0)
    law = case.metal.viscoplasticity
    return creep_rates(stress, size, temperature, case.atomic_volume, body, product, law)


def creep_rows(case: TubuleCase) -> Iterator[dict[str, Any]]:
    """Rate and mechanism of creep over stress and size, at the temperature of the case and 30 K beside it."""
    melting = case.metal.melting_temperature
    here = float(case.temperature)
    for temperature in (here - _STEP_OF_TEMPERATURE, here, here + _STEP_OF_TEMPERATURE):
        if temperature <= 0.0 or (melting is not None and temperature >= melting):
            continue
        stress, size = np.meshgrid(_STRESSES, _SIZES, indexing="ij")
        rates = creep_at(case, stress, size, temperature)
        total = rates.diffusional + rates.dislocations
        for index in np.ndindex(stress.shape):
            yield {
                "temperature_K": temperature,
                "stress_Pa": float(stress[index]),
                "size_m": float(size[index]),
                "rate_per_s": float(total[index]),
                "mechanism": MECHANISMS[int(rates.largest[index])],
            }


def creep_record(case: TubuleCase, stress: float) -> dict[str, Any]:
    """Creep of the metal at a stress (Pa) in a body as large as the bore: rates by mechanism, and the largest.

    What the case gives no diffusion or flow law for counts as none.
    """
    rates = creep_at(case, stress, float(case.tube.diameter), float(case.temperature))
    values = (rates.bulk, rates.interface, rates.dislocations)
    found: dict[str, Any] = {"stress_Pa": stress, "size_m": float(case.tube.diameter)}
    found |= {f"{name.replace(' ', '_')}_per_s": float(value) for name, value in zip(MECHANISMS, values, strict=True)}
    if not has_steady_rate(case.metal.viscoplasticity):
        found["note"] = f"the flow law {case.metal.viscoplasticity.law} has no steady rate: dislocations count as none"
    return found | {"mechanism": MECHANISMS[int(rates.largest)] if stress > 0.0 else None}


def allowed_pressure(case: TubuleCase) -> float:
    """Pressure in balance with the voltage that transport may cost, Pa."""
    return float(case.drive.allowed_voltage) * pressure_per_volt(case.atomic_volume)


def relaxation_time(case: TubuleCase, coefficient: float) -> float:
    """Time in which the pressure along a full tube becomes that of a steady flow, an estimate, s.

    Parameters
    ----------
    case
        A validated case.
    coefficient
        Flux coefficient along the metal, m5/(N s).

    Notes
    -----
    Compressible metal has the diffusivity D = K C/(W/4) of its pressure, and a tube of length h the time constant
    4 h^2/(pi^2 D).
    """
    if coefficient == 0.0:
        return float("inf")
    spread = case.metal.elasticity.bulk_modulus * coefficient / tubule_shape(case).hydraulic_length
    return 4.0 * float(case.tube.length) ** 2 / (np.pi**2 * spread)
