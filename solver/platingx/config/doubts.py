"""What is valid in a case and yet hardly meant, or outside of what its laws rest on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, Final

from platingx.config.base import Block
from platingx.config.boundary_conditions import bodies_of
from platingx.config.case import Case, PitGeometry
from platingx.config.current_doubts import current_doubts, endless_voltages
from platingx.config.current_points import StepPoints
from platingx.config.diffusion_doubts import diffusion_doubts, transport_doubts
from platingx.config.drives import Drive
from platingx.config.kinds import AnyCase
from platingx.config.one_metal_case import OneMetalCase
from platingx.config.quantities import Physical, marks_of
from platingx.config.viscoplasticity import NarayanAnand2018, Norton, Viscoplasticity
from platingx.units import Quantity, describe_si

__all__ = ["USUAL_LAYER", "doubts", "mesh_doubts"]

ROOM_TEMPERATURE: Final = 298.15  # K, of the tests behind laws without temperature
LARGEST_DISTANCE: Final = 20.0
"""Kelvin between a case and the tests of a law without temperature, beyond which the case is told so."""
MOST_STEPS: Final = 1e6
"""Steps of a run that nobody waits for."""
USUAL_LAYER: Final = (1e-9, 1e-3)
"""Usual thickness of a layer of plated metal, m."""
USUAL_CURRENT: Final = (1e-3, 5e5)
"""Usual current densities of cells and of their hot spots, A/m^2: 0.1 uA/cm^2 to 50 A/cm^2."""
ELEMENTS_OF_ARC: Final = 8.0
"""Length of the arc of the tip over the largest element that the mesh builder makes at the tip, at refinement 1."""
LARGEST_TIP_ELEMENT: Final = 0.7
"""Largest element at the tip over its radius: larger ones see no tip."""
ROW_AT_TIP: Final = 0.43
"""Height of the lowest row of quadrilaterals of the metal over the tip, in mean rows."""
SLENDEREST: Final = 100.0
"""Height over width of these that is doubted: at 51 the stress at the tip differs by 0.5 %, at 1200 by 9 %."""
SLENDER: Final = 10.0
"""Length of a bent wire over its radius below which it is no slender beam: at 10, shear adds 2 % to its deflection."""
_LARGE_PREFIX = re.compile(r"(?<![A-Za-z\u00b5])([MGTPE])(s|A|m|mol|h|min)(?![A-Za-z])")
_NAMES = {"M": "mega", "G": "giga", "T": "tera", "P": "peta", "E": "exa"}


def doubts(case: AnyCase) -> tuple[str, ...]:
    """List what is doubtful in a valid case, as far as it can be known without its mesh.

    Parameters
    ----------
    case : Case or ReducedCase
        A validated case.

    Returns
    -------
    tuple of str
        One sentence each, which starts with the key it is about.
    """
    if not isinstance(case, Case):
        own = transport_doubts(case) if isinstance(case, OneMetalCase) else ()
        return (*_unusual(case), *_prefixes(case), *own)
    found = (
        _unusual(case),
        _prefixes(case),
        _current(case),
        endless_voltages(case),
        _steps(case),
        _temperatures(case),
        _sides(case),
        _tip(case),
        _wires(case),
        diffusion_doubts(case),
    )
    return tuple(sentence for sentences in found for sentence in sentences)


def mesh_doubts(case: Case, thickness: float | None, points: StepPoints | None = None) -> tuple[str, ...]:
    """List what is doubtful in a case on its mesh.

    Parameters
    ----------
    case : Case
        A validated case.
    thickness : float or None
        Thickness over which the deposit is spread, m; None where no mesh has been read, which leaves nothing to say.
    points : StepPoints, optional
        Points at which steps end, where they are known.
    """
    return (*_layer(case, thickness), *current_doubts(case, thickness, points))


def _layer(case: Case, thickness: float | None) -> Iterator[str]:
    """A layer of a mesh file that is out of the usual; those of built geometries are keys of the case."""
    if thickness is None or case.geometry.builder != "file" or USUAL_LAYER[0] <= thickness <= USUAL_LAYER[1]:
        return
    outside = _outside(thickness, "length", USUAL_LAYER)
    yield f"geometry.length_unit: the metal is {outside}; how long is one unit of the mesh file?"


def _outside(value: float, dimension: str, usual: tuple[float, float]) -> str:
    """The words for a value outside of its usual range."""
    bounds = " to ".join(describe_si(bound, dimension) for bound in usual)
    where = "less" if value < usual[0] else "more"
    return f"{describe_si(value, dimension)}, {where} than the usual {bounds}"


def given_quantities(
    value: Any, marks: tuple[Physical, ...] = (), key: str = ""
) -> Iterator[tuple[str, Quantity, Any]]:
    """Yield the quantities that a case or its material library gives: key, value and the type of the key."""
    if isinstance(value, Quantity):
        yield key, value, next((mark for mark in marks if mark.dimension == value.dimension), None)
        return
    items: Iterator[tuple[Any, Any, tuple[Physical, ...]]] = iter(())
    if isinstance(value, Block):
        fields = type(value).model_fields
        items = (
            (name, getattr(value, name), marks_of(fields[name])) for name in fields if name in value.model_fields_set
        )
    elif isinstance(value, dict):
        items = ((name, item, marks) for name, item in value.items())
    elif isinstance(value, tuple):
        items = ((number, item, marks) for number, item in enumerate(value))
    for name, item, inner in items:
        yield from given_quantities(item, inner, f"{key}.{name}" if key else str(name))


def _unusual(case: AnyCase) -> Iterator[str]:
    for key, value, mark in given_quantities(case):
        usual = None if mark is None else mark.usual
        if usual is not None and not usual[0] <= value <= usual[1]:
            yield f"{key} is {_outside(value, value.dimension, usual)}"


def _prefixes(case: AnyCase) -> Iterator[str]:
    texts = [(key, value.given or "") for key, value, _ in given_quantities(case)]
    if isinstance(case, Case) and case.growth.current_density is not None:
        texts.append(("growth.current_density", case.growth.current_density.given))
    for key, text in texts:
        match = _LARGE_PREFIX.search(text)
        if match:
            prefix, unit = match.groups()
            yield f"{key} is {text}, in {_NAMES[prefix]}-{unit}; {prefix.lower()}{unit} is another unit"


def _current(case: Case) -> Iterator[str]:
    program = case.growth.current_density
    if program is None:
        return
    values = [
        abs(value) for time, value in zip(program.times, program.values, strict=True) if value and time <= case.time.end
    ]
    for value in [max(values), min(values)] if values else []:
        if not USUAL_CURRENT[0] <= value <= USUAL_CURRENT[1]:
            yield f"growth.current_density is {_outside(value, 'current_density', USUAL_CURRENT)}"
            break
    if not values and not program.at(case.time.end) and not case.is_moved:
        yield f"growth.current_density is zero until time.end, {describe_si(case.time.end, 'time')}: nothing grows"


def _steps(case: Case) -> Iterator[str]:
    steps = case.time.end / case.time.maximum_step
    if steps > MOST_STEPS:
        yield f"time.maximum_step asks for {steps:.2g} steps at least, more than {MOST_STEPS:g}"


def _temperatures(case: Case) -> Iterator[str]:
    for region, material in case.materials.items():
        key, law = f"materials.{region}.viscoplasticity", material.viscoplasticity
        tested = _only_temperature(law)
        if tested is not None and abs(case.temperature - tested) > LARGEST_DISTANCE:
            yield (
                f"{key}: {law.law} has no dependence on temperature here and holds at {tested:g} K, "
                f"but the case is at {case.temperature:g} K (anand_narayan_2019 has one)"
            )
        lowest, highest = (getattr(law, name, None) for name in ("lowest_temperature", "highest_temperature"))
        if (lowest is not None and case.temperature < lowest) or (highest is not None and case.temperature > highest):
            bounds = [
                f"from {lowest:g} K" if lowest is not None else "",
                f"to {highest:g} K" if highest is not None else "",
            ]
            source = material.sources.get("viscoplasticity.highest_temperature")
            said = f" ({source.source}; {source.status})" if source is not None and source.status != "user" else ""
            where = " ".join(bound for bound in bounds if bound)
            yield f"{key}: {law.law} rests on tests {where}{said}, but the case is at {case.temperature:g} K"


def _only_temperature(law: Viscoplasticity) -> float | None:
    """Temperature of the tests behind a law without temperature, K; None for one that has it, or no law."""
    if isinstance(law, NarayanAnand2018):
        return ROOM_TEMPERATURE
    if isinstance(law, Norton) and law.activation_energy == 0.0:
        return float(law.reference_temperature)
    return None


def _sides(case: Case) -> Iterator[str]:
    """A wall for the metal beside a ceramic that gives way, or is bonded to it, makes their common corner singular."""
    (metal, of_metal), (ceramic, of_ceramic) = (_held(case, side) for side in ("metal_side", "electrolyte_side"))
    if metal == "held" and ceramic in ("free", "clamped"):
        yield (
            f"{of_ceramic} beside {of_metal} makes the stress in their common corner singular: its largest value grows "
            "with every finer mesh (roller has no such corner)"
        )


def _held(case: Case, side: str) -> tuple[str, str]:
    """How a side is held, corner included (held along its normal, clamped, free, ...), and where a case says so."""
    named = case.boundary_conditions.get(side)
    if named is None:
        word = str(getattr(case.constraints, side))
        return "held" if word == "wall" else word, f"constraints.{side}: {word}"
    if named.hold == "fixed" and side != "metal_side":
        return "clamped", f"boundary_conditions.{side}: fixed"
    held = named.hold is not None or named.x is not None or named.body is not None
    what = named.hold or ("a body" if named.body is not None else "x" if held else "a load")
    return "held" if held else "free", f"boundary_conditions.{side}: {what}"


def _wires(case: Case) -> Iterator[str]:
    """A bent wire that is no slender beam: shear adds some 2 (radius/length)^2 to its deflection."""
    for key, body in bodies_of(case.constraints, case.boundary_conditions).values():
        for component, drive in body.drives.items():
            wire = drive.spring.wire if isinstance(drive, Drive) and drive.spring is not None else None
            if wire is None or wire.loaded == "axially" or wire.length >= SLENDER * wire.radius:
                continue
            yield (
                f"{key}.{component}.spring.wire: {wire.length / wire.radius:.3g} radii long; a wire shorter than "
                f"{SLENDER:g} radii is softer than the slender beam by which its stiffness is computed"
            )


def _tip(case: Case) -> Iterator[str]:
    """A tip of the pit that is smaller than the elements at it, or far smaller than those of the metal above it."""
    if not isinstance(case.geometry, PitGeometry):
        return
    pit, sizes = case.geometry.pit, case.geometry.mesh
    radius, arc = pit.radius_at_tip, pit.arc_at_tip
    size = min(sizes.tip_fraction * radius, math.inf if arc is None else arc / ELEMENTS_OF_ARC)
    if size > LARGEST_TIP_ELEMENT * radius * sizes.refinement:
        share = size / (radius * sizes.refinement)
        yield (
            f"geometry.mesh.tip_fraction: the elements at the tip of the pit are {share:.2g} of its radius of "
            f"{radius * 1e9:.3g} nm: the stress there is that of a blunter tip (0.15 at refinement 1 resolves it)"
        )
    row = ROW_AT_TIP * (case.geometry.interlayer.thickness + pit.depth) / sizes.layers
    if sizes.cell == "quadrilateral" and row > SLENDEREST * size:
        yield (
            f"geometry.mesh.cell: the metal's elements over the tip of the pit are {row / size:.2g} times as high as "
            "wide and keep it from opening: the stress there is too small, and grows with every finer mesh (triangle "
            "has none such)"
        )
