"""Which quantities the histories of a case cannot have, as far as the case alone tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from platingx.columns import COLUMNS, column_of
from platingx.config.base import Finding
from platingx.config.case import Case
from platingx.config.contact import Contact
from platingx.config.drives import Drive
from platingx.config.fracture import Flaws, length_tag
from platingx.config.geometry import SurfacePitGeometry
from platingx.config.geometry_3d import SurfacePit3DGeometry
from platingx.config.geometry_specimen import SpecimenGeometry
from platingx.config.rigid_body import RigidBody, rigid_components
from platingx.config.until import stem_of
from platingx.model_columns import columns_of_damage
from platingx.nearest import nearest

__all__ = ["columns_of_case", "lacking", "lacks"]


def lacks(case: Case, name: str) -> str:
    """Why the history of a case will not have a quantity; empty where it has, or where only the mesh file tells.

    Parameters
    ----------
    case : Case
        A valid case.
    name : str
        The quantity without unit, with the name of its region, boundary or flaw.
    """
    if name in _IN_SUMMARY:
        return f"{name} stands in summary.json, not in the history"
    stem = stem_of(name) or name
    for stems, there, words in _PARTS:
        if stem in stems and not there(case):
            return f"{name} goes with {words}, which this case does not have"
    known = _names_behind(case, stem)
    behind = name[len(stem) + 1 :]
    if known is None or behind in known:
        return ""
    return f"there is no {name} in this case"


def lacking(case: Case, key: str, name: str) -> Iterator[Finding]:
    """Tell a quantity that the history of a case will not have.

    Parameters
    ----------
    case, name
        As in `lacks`.
    key : str
        Key that names the quantity.
    """
    reason = lacks(case, name)
    if reason:
        known = columns_of_case(case)
        alike = [one for one in known if one.startswith(stem_of(name) or name)]
        near = nearest(name, alike or known)
        close = f"{near}?" if near and " goes with " not in reason else ""
        yield Finding(key, reason, ", ".join(known), _IN_SUMMARY.get(name, close))


def columns_of_case(case: Case) -> tuple[str, ...]:
    """Quantities that the history of a case has, but for the few that only its model knows.

    Parameters
    ----------
    case : Case
        A valid case.
    """
    found = []
    for stem, column in COLUMNS.items():
        behind = _names_behind(case, stem)
        names = [stem] if column.of == "model" else [f"{stem}_{name}" for name in behind or ()]
        found += [name for name in names if column_of(name) and "finite_elements" in column.kinds]
    return tuple(name for name in found if name not in _UNSURE and not lacks(case, name))


def _circuit(case: Case) -> bool:
    return case.electrochemistry is not None


def _spread(case: Case) -> bool:
    return case.electrochemistry is not None and case.electrochemistry.counter.boundary is not None


def _one_pit(case: Case) -> bool:
    geometry = case.geometry
    if isinstance(geometry, SurfacePit3DGeometry):
        return len(geometry.places) == 1
    return isinstance(geometry, SurfacePitGeometry)


_BOUNDARY_OF_CONTACT: Final = frozenset(
    {
        *(f"contact_force_{axis}" for axis in "xyz"),
        "contact_area",
        "closed_share",
        "max_contact_pressure",
        "max_suction",
        "max_slip",
        "friction_work",
        "interface_work",
        "max_penetration",
    }
)
_OPENING: Final = frozenset({"max_opening"})
_COHESIVE: Final = frozenset({"max_damage", "broken_area", "fracture_energy"})
_SLIDING: Final = frozenset({"contact_reach"})
_SPREADING: Final = frozenset({"edge_shift", "lift_over_spread"})
_MOTIONS: Final = frozenset(f"{what}_{axis}" for what in ("displacement", "turn", "deflection") for axis in "xyz")
_FORCES: Final = frozenset(f"force_{axis}" for axis in "xyz")
_OF_FLAWS: Final = frozenset(stem for stem, column in COLUMNS.items() if column.of == "flaw")
_OF_EACH_LENGTH: Final = frozenset({"stress_intensity_1", "stress_intensity_2", "energy_release_rate"})
_OF_DAMAGE: Final = frozenset(column.name for column in columns_of_damage())
_AT_TIP: Final = frozenset({"pressure_at_tip", "principal_stress_at_tip"})

_PARTS: Final[tuple[tuple[frozenset[str], Callable[[Case], bool], str], ...]] = (
    (
        frozenset(
            {
                "control_step",
                "voltage",
                "current",
                "capacity",
                "step_capacity",
                "charge_transfer_overpotential",
                "stress_overpotential",
                "electrical_work",
                "cell_heat",
            }
        ),
        _circuit,
        "a circuit (electrochemistry)",
    ),
    (
        frozenset({"lowest_current_density", "highest_current_density", "spent_share", "dead_metal_thickness"}),
        _spread,
        "conduction in the electrolyte (electrochemistry.counter.boundary)",
    ),
    (
        frozenset({"conducting_share"}),
        lambda case: _circuit(case) and case.growth.interface in case.contact,
        "an interface that parts in a circuit (electrochemistry, contact)",
    ),
    (
        frozenset({"max_interface_pressure", "extruded_volume", "accreted_thickness", "diffused_share"}),
        lambda case: case.interface_diffusion is not None,
        "diffusion along interfaces (interface_diffusion)",
    ),
    (
        frozenset({"compression_force", "shortening", "waist_radius", "nominal_stress", "true_stress"}),
        lambda case: isinstance(case.geometry, SpecimenGeometry),
        "a specimen (geometry)",
    ),
    (
        frozenset({"lowest_column_ratio", "highest_column_ratio"}),
        lambda case: case.growth.spread != "even" or case.interface_diffusion is not None,
        "growth in columns (growth.spread)",
    ),
    (frozenset({"left_behind_thickness"}), lambda case: case.growth.rows > 1, "rows of columns (growth.rows)"),
    (frozenset({"parting_energy", "friction_energy"}), lambda case: bool(case.contact), "contact (contact)"),
    (_OF_DAMAGE, lambda case: case.damage is not None, "a phase field of cracks (damage)"),
    (_OF_FLAWS, lambda case: case.fracture is not None, "flaws (fracture)"),
    (
        _BOUNDARY_OF_CONTACT | _OPENING | _COHESIVE | _SLIDING | _SPREADING,
        lambda case: bool(case.contact),
        "contact (contact)",
    ),
    (_AT_TIP, _one_pit, "one pit of a built geometry"),
)
"""Quantities, whether a case has the part that reports them, and the part in words."""

_UNSURE: Final = frozenset({"current", "spring_energy", "accreted_thickness", "parting_energy", "friction_energy"})
"""Quantities that some models of such a case have and others have not."""

_IN_SUMMARY: Final = {
    "time_at_fracture": "{of: time, when: {max_principal_stress_REGION: STRENGTH}}",
    "current_density_at_fracture": "{of: current_density, when: {max_principal_stress_REGION: STRENGTH}}",
}
"""Quantities of a whole run, and how the history tells them."""


def _names_behind(case: Case, stem: str) -> tuple[str, ...] | None:
    """Names that may stand behind the stem of a quantity; None where it has none, or the case does not tell."""
    column = COLUMNS.get(stem)
    if column is None or column.of == "model":
        return None
    if stem == "mean_pressure":
        return (case.growth.region,)
    if column.of == "region":
        metals = case.regions("metal")
        others = tuple(region for region in case.materials if region not in metals)
        return {"any": (*metals, *others), "metal": metals, "other": others}[column.regions]
    if column.of == "flaw":
        return () if case.fracture is None else tuple(_flaw_names(case.fracture, stem))
    if stem.endswith("_z") and not stem.startswith("turn") and case.known_dimension == 2:
        return ()
    if stem in _MOTIONS:
        return tuple(_moving(case, stem))
    if stem in _FORCES:
        return tuple(dict.fromkeys((*case.boundary_conditions, *case.bodies)))
    return tuple(name for name, face in case.contact.items() if _touches(case, stem, name, face))


def _moving(case: Case, stem: str) -> Iterator[str]:
    """Names of bodies and tools that a component of a motion is one of; of switched ones each that there is."""
    component = stem if stem.startswith("turn") else stem[-1]
    dimension = case.known_dimension or 3
    kinds: tuple[tuple[str, Mapping[str, RigidBody]], ...] = (("bodies", case.bodies), ("tools", case.tools))
    for kind, bodies in kinds:
        for name, body in bodies.items():
            moves = component in body.drives or f"{kind}.{name}" in case.switched
            drive = body.drives.get(component)
            based = isinstance(drive, Drive) and drive.base is not None
            if moves and component in rigid_components(dimension) and (based or not stem.startswith("deflection")):
                yield name


def _touches(case: Case, stem: str, name: str, face: Contact) -> bool:
    """Whether a face reports a quantity of contact."""
    if stem in _COHESIVE:
        return face.cohesion is not None
    if stem in _SLIDING:
        return face.on is not None
    if stem in _OPENING:
        return name in case.two_sided and face.on is None
    return stem not in _SPREADING or (name == "collector" and face.on is None and name not in case.two_sided)


def _flaw_names(fracture: Flaws, stem: str) -> Iterator[str]:
    """What stands behind the stem of a quantity of the flaws."""
    for flaw in fracture.flaws:
        states = {"metal": ("filled",), "dry": ("dry",), "both": ("filled", "dry")}[flaw.faces]
        if stem == "flaw_pressure" or (stem == "critical_pressure" and "filled" in states):
            yield flaw.name
        elif stem == "critical_flaw_length" or (stem.startswith("nucleation") and fracture.criterion == "coupled"):
            yield from (f"{flaw.name}_{state}" for state in states)
        elif stem in _OF_EACH_LENGTH:
            yield from (f"{flaw.name}_{length_tag(float(each))}_{state}" for state in states for each in flaw.lengths)
