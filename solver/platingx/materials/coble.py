"""Coble creep against plastic flow: the pressure at which metal would diffuse out, over that at which it flows."""

from __future__ import annotations

import math
from typing import Any

from platingx.config.built_geometry import PitGeometry
from platingx.config.case import Case
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.library import load_material, transports_of
from platingx.config.transport import Transport
from platingx.config.viscoplasticity import AnandNarayan2019, NarayanAnand2018, Norton
from platingx.constants import AVOGADRO, FARADAY
from platingx.materials import layout
from platingx.materials.interface_transport import arrhenius, flux_coefficient
from platingx.materials.parameters import parameter_vector

__all__ = ["diffusion_coefficient", "estimated_coble", "interface_transport", "squeeze_pressure"]


def interface_transport(case: Case) -> str | None:
    """Entry of the library of diffusion along interfaces of the metal of a case; None if it has none."""
    base = case.materials[case.growth.region].base
    names = () if base is None else transports_of("interface", load_material(base).label)
    return names[0] if names else None


def diffusion_coefficient(case: Case, transport: Transport) -> float:
    """C = delta D Omega/(k T) of a case, m5/(N s)."""
    temperature = float(case.temperature)
    diffusivity = arrhenius(
        float(transport.diffusivity),
        float(transport.activation_energy),
        float(transport.reference_temperature),
        temperature,
    )
    volume = float(case.materials[case.growth.region].molar_volume or math.nan) / AVOGADRO
    return flux_coefficient(diffusivity, float(transport.width or math.nan), volume, temperature)


def squeeze_pressure(case: Case, speed: float, gap: float, length: float, round_body: bool) -> float | None:
    """Pressure in the centre of a flat layer that flows out at its edge by lubrication theory, Pa; an estimate.

    Parameters
    ----------
    case
        Law and temperature are its own; S is that of steady flow at the rate at the edge.
    speed
        Of plating, m/s.
    gap, length
        Thickness of the layer, and half its length or its radius, m.
    round_body
        Whether the layer is a disc.

    Returns
    -------
    float or None
        None for a law without a power of the rate.
    """
    law = case.materials[case.growth.region].viscoplasticity
    if not isinstance(law, Norton | NarayanAnand2018 | AnandNarayan2019):
        return None
    p = parameter_vector(case.materials[case.growth.region], float(case.temperature))
    m, rate = p[layout.RATE_SENSITIVITY], p[layout.REFERENCE_RATE]
    flux = speed * length * (0.5 if round_body else 1.0)
    shear = flux * (2.0 + 1.0 / m) / (2.0 * (0.5 * gap) ** 2)  # rate at the wall
    strength = p[layout.INITIAL_RESISTANCE]
    if not isinstance(law, Norton):
        steady = p[layout.SATURATION_RESISTANCE] * (shear / math.sqrt(3.0) / rate) ** p[layout.SATURATION_EXPONENT]
        strength = max(strength, steady)
    stress = strength / math.sqrt(3.0) * (shear / math.sqrt(3.0) / rate) ** m
    return float(stress / (0.5 * gap) * length / (1.0 + m))


def estimated_coble(case: Case) -> dict[str, Any] | None:
    """Both pressures of an island that is built here at the largest current of its case; None where none applies.

    ``included`` says whether the case has diffusion along the plated interface, whose transport counts then.
    """
    shape, program = case.geometry, case.growth.current_density
    if not isinstance(shape, PitGeometry) or shape.interlayer.extent != "island" or program is None:
        return None
    transport, volume = _plated_transport(case), case.materials[case.growth.region].molar_volume
    current = max((value for value in program.values), default=0.0)
    if transport is None or volume is None or current <= 0.0:
        return None
    length, gap = float(shape.interlayer.half_length or math.nan), float(shape.interlayer.thickness)
    speed, round_body = current * float(volume) / FARADAY, _is_round(shape)
    plastic = squeeze_pressure(case, speed, gap, length, round_body)
    if plastic is None:
        return None
    coble = speed * length**2 / ((4.0 if round_body else 2.0) * diffusion_coefficient(case, transport))
    return {
        "transport": transport.base or "values of the case",
        "included": case.interface_diffusion is not None,
        "coble_pressure_Pa": coble,
        "plastic_pressure_Pa": plastic,
        "coble_number": coble / plastic,
    }


def _plated_transport(case: Case) -> Transport | None:
    """Diffusion along the plated interface: that of the case, or that of the library for its metal."""
    given = case.interface_diffusion
    if given is not None and case.growth.interface in given.paths:
        return given.paths[case.growth.interface]
    found = interface_transport(case)
    return None if found is None else Transport.model_validate(found)


def _is_round(shape: PitGeometry) -> bool:
    """Whether an island is a disc and not a strip."""
    return shape.form == "round" if isinstance(shape, SurfacePit3DGeometry) else shape.symmetry == "axisymmetric"
