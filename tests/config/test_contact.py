"""What would hurt most if lost: a contact that cannot be meant as it is written is told before a run, with its key."""

from pathlib import Path

import pytest

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import CaseError

ROOT = Path(__file__).parents[2]


def case_of(*settings: tuple[str, str]) -> Case:
    return load_case(ROOT / "cases" / "low_rate.yaml", [("constraints.collector", "free"), *settings])


RESTED = [
    [("contact.collector", "frictionless")],
    [("contact.collector", "rough"), ("contact.metal_side", "{friction: {coefficient: 0.3}}")],
    [("contact.collector", "{friction: {limit: 1 MPa}, adhesion: {traction: 1 MPa, opening: 2 nm, rewets: false}}")],
    [
        ("contact.collector", "{tool: lid}"),
        ("tools.lid", "{shape: flat, at: [0 nm, 120 nm], y: {motion: {rate: -2 nm/s}}, x: fixed}"),
    ],
    [
        ("contact.collector", "{tool: tip}"),
        (
            "tools.tip",
            "{shape: {kind: profile, points: [[0 nm, 0 nm], [40 nm, 1 nm], [200 nm, 12 nm]]}, facing: [0, -1]}",
        ),
    ],
]


@pytest.mark.parametrize("settings", RESTED)
def test_the_resolved_case_is_the_same_case(settings: list[tuple[str, str]], tmp_path: Path) -> None:
    case = case_of(*settings)
    (tmp_path / "again.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_case(tmp_path / "again.yaml")
    assert fingerprint(again) == fingerprint(case)
    assert {name: str(each) for name, each in again.contact.items()} == {k: str(v) for k, v in case.contact.items()}


def test_a_contact_frees_what_is_not_written() -> None:
    """A collector that nobody has called rigid is none where a contact is."""
    text = (ROOT / "cases" / "low_rate.yaml").read_text(encoding="utf-8")
    assert "collector: rigid" not in text
    case = load_case(
        ROOT / "cases" / "low_rate.yaml", [("constraints.collector", "null"), ("contact.collector", "rough")]
    )
    assert case.constraints.collector.hold == "free"


WRONG = [
    ([("contact.collector", "slippery")], "contact.collector", "'slippery' is no contact"),
    ([("contact.collector", "frictionles")], "contact.collector", "frictionless?"),
    ([("contact.collector", "{friction: {}}")], "contact.collector.friction", "the friction is empty"),
    ([("contact.collector", "{friction: {coefficient: -0.3}}")], "contact.collector.friction.coefficient", "too small"),
    ([("contact.collector", "{friction: {limit: 1}}")], "contact.collector.friction.limit", "without a unit"),
    ([("contact.collector", "{adhesion: {traction: 1 MPa}}")], "contact.collector.adhesion.opening", "missing"),
    ([("contact.collector", "{tool: tip}")], "contact.collector.tool", "there is no tool tip"),
    ([("contact.collector", "rough"), ("constraints.collector", "rigid")], "contact.collector", "is held, too"),
    ([("contact.metal_side", "rough"), ("constraints.metal_side", "roller")], "contact.metal_side", "is held, too"),
    (
        [("contact.collector", "rough"), ("boundary_conditions.collector", "fixed")],
        "contact.collector",
        "a condition, too",
    ),
    ([("contact.symmetry", "rough")], "contact.symmetry", "a roller always"),
    ([("tools.tip", "{shape: flat}")], "tools.tip", "no face touches the tool"),
    ([("tools.tip", "{shape: round}")], "tools.tip", "'round' alone is no shape"),
    ([("tools.tip", "{shape: {kind: circle}}")], "tools.tip.shape.radius", "missing"),
    (
        [("tools.tip", "{shape: {kind: rounded_punch, half_width: 40 nm, edge_radius: 60 nm}}")],
        "tools.tip.shape.edge_radius",
        "wider than the punch",
    ),
    (
        [("tools.tip", "{shape: {kind: profile, points: [[0 nm, 0 nm], [40 nm, 3 nm], [30 nm, 5 nm]]}}")],
        "tools.tip.shape.points.2.0",
        "do not go outwards",
    ),
    (
        [("tools.tip", "{shape: {kind: profile, points: [[1 nm, 0 nm], [40 nm, 3 nm]]}}")],
        "tools.tip.shape.points.0",
        "does not start at its tip",
    ),
    ([("tools.tip", "{shape: flat, facing: [0, 0]}")], "tools.tip.facing", "without length"),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: flat, at: [0 nm, 1 nm, 2 nm]}")],
        "tools.tip.at",
        "3 numbers",
    ),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: flat, z: {motion: {rate: 1 nm/s}}}")],
        "tools.tip.z",
        "cannot move so",
    ),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: {kind: circle, radius: 1 um, swept: true}}")],
        "tools.tip.shape.swept",
        "swept already",
    ),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: flat, centre: [0 nm, 1 um], y: fixed}")],
        "tools.tip.centre",
        "does not turn has no centre",
    ),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: flat, turn_z: {spring: 2 nN*m}}")],
        "tools.tip.depth",
        "need its depth in plane strain",
    ),
    (
        [("contact.collector", "{tool: tip}"), ("tools.tip", "{shape: flat, y: {spring: 0.05 N/m}}")],
        "tools.tip.depth",
        "need its depth in plane strain",
    ),
    (
        [
            ("contact.collector", "{tool: tip}"),
            ("contact.metal_side", "{tool: tip}"),
            ("tools.tip", "{shape: flat, y: {pressure: 1 MPa}}"),
        ],
        "tools.tip",
        "2 faces touch the tool",
    ),
]


@pytest.mark.parametrize(("settings", "key", "words"), WRONG, ids=[f"{each[1]}-{each[2][:12]}" for each in WRONG])
def test_what_cannot_be_meant_is_refused(settings: list[tuple[str, str]], key: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        case_of(*settings)
    assert key in {problem.key for problem in caught.value.problems}
    assert words in str(caught.value)
