"""What is doubtful about diffusion: that of another metal or temperature, and ends that press where no side does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from platingx.config.case import Case
from platingx.config.library import load_material, load_transport
from platingx.config.one_metal_case import OneMetalCase
from platingx.config.transport import Transport
from platingx.units import describe_si

__all__ = ["diffusion_doubts", "transport_doubts"]

LARGEST_DISTANCE: Final = 20.0
"""Kelvin between a case and the temperature of a diffusivity without activation, beyond which the case is told so."""


def transport_doubts(case: OneMetalCase) -> Iterator[str]:
    """Diffusivities of a case without a mesh that are of another metal, or of another temperature."""
    yield from _transports(
        "transport", case.transports(), case.counting_paths(), case.metal_of_library, case.temperature
    )


def diffusion_doubts(case: Case) -> Iterator[str]:
    """The same of diffusion along interfaces, and ends under a pressure that the side there does not bear."""
    given = case.interface_diffusion
    if given is None:
        return
    base = case.materials[case.growth.region].base
    metal = "" if base is None else load_material(base).label
    yield from _transports("interface_diffusion.paths", given.paths, given.paths, metal, case.temperature)
    for name, end in given.ends.items():
        loaded = name in case.boundary_conditions and case.boundary_conditions[name].pressure is not None
        if end.pressure and not loaded:
            yield (
                f"interface_diffusion.ends.{name} is under {end.pressure / 1e6:.4g} MPa, and boundary_conditions."
                f"{name} gives no pressure: metal flows out of a side that does not bear what its edge does"
            )


def _transports(
    key: str, paths: Mapping[str, Transport], counting: Collection[str], metal: str, temperature: float
) -> Iterator[str]:
    for path, transport in paths.items():
        other = "" if transport.base is None else load_transport(transport.base).metal
        if other and metal and other != metal:
            yield f"{key}.{path} is that of {other}, but the metal is {metal}"
        if path not in counting:
            continue
        distance = abs(temperature - transport.reference_temperature)
        if transport.activation_energy == 0.0 and distance > LARGEST_DISTANCE:
            at, here = (describe_si(value, "temperature") for value in (transport.reference_temperature, temperature))
            yield f"{key}.{path} holds at {at} and is taken to be the same at {here}"
