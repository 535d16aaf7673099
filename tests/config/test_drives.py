"""What would hurt most if lost: a wrong stiffness, and a body that a plane model cannot scale, is told."""

import math
from pathlib import Path

import pytest

from platingx.config.doubts import doubts
from platingx.config.loader import load_case
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.config.springs import Cantilever, SpringStiffness, Wire
from platingx.errors import CaseError

ROOT = Path(__file__).parents[2]


def case_of(body: str):
    return load_case(ROOT / "cases" / "low_rate.yaml", [("constraints.collector", body)])


def test_stiffness_of_a_tungsten_wire() -> None:
    """E = 411 GPa, r = 50 nm, L = 5 um by hand: I = 4.9087e-30 m4, 3EI/L3 = 0.048420 N/m, EA/L = 645.60 N/m."""
    wire = {"young_modulus": "411 GPa", "radius": "50 nm", "length": "5 um"}
    bent, pressed = (Wire.model_validate({**wire, "loaded": way}) for way in ("bending", "axially"))
    assert bent.stiffness == pytest.approx(0.048420, rel=1e-4)
    assert pressed.stiffness == pytest.approx(645.60, rel=1e-4)
    assert pressed.stiffness / bent.stiffness == pytest.approx(4.0 * (5e-6 / 50e-9) ** 2 / 3.0, rel=1e-12)


def test_stiffness_of_a_cantilever() -> None:
    """A silicon beam of 30 x 2 um and 125 um by its dimensions: E w t^3/(4 L^3)."""
    second = f"{30e-6 * 2e-6**3 / 12!r} m^4"
    beam = Cantilever.model_validate({"young_modulus": "169 GPa", "second_moment": second, "length": "125 um"})
    assert beam.stiffness == pytest.approx(169e9 * 30e-6 * 2e-6**3 / (4 * 125e-6**3), rel=1e-12)


def test_a_stiffness_per_area_is_times_the_area() -> None:
    spring = SpringStiffness.model_validate({"per_area": "90 GPa/um"})
    assert spring.value(2e-6) == pytest.approx(9e16 * 2e-6)
    assert not spring.needs_depth
    assert math.isclose(SpringStiffness.model_validate("6 N/m").value(2e-6), 6.0)


@pytest.mark.parametrize(
    ("length", "loaded", "told"), [("90 nm", "bending", 1), ("5 um", "bending", 0), ("90 nm", "axially", 0)]
)
def test_a_stout_wire_is_doubted(length: str, loaded: str, told: int) -> None:
    wire = f"{{young_modulus: 411 GPa, radius: 10 nm, length: {length}, loaded: {loaded}}}"
    found = [text for text in doubts(case_of(f"{{y: {{spring: {{wire: {wire}}}}}, depth: 1 um}}")) if "radii" in text]
    assert len(found) == told
    assert all(text.startswith("constraints.collector.y.spring.wire: 9 radii long") for text in found)


RESTED = [
    "{y: {spring: 0.05 N/m}, depth: 200 nm}",
    "{y: {spring: {wire: {young_modulus: 411 GPa, radius: 50 nm, length: 5 um, loaded: axially}}, force: 3 uN}, "
    "x: free, depth: 1 um}",
    "{y: {spring: {cantilever: {young_modulus: 1 GPa, second_moment: 5 um^4, length: 5 um}}, base: {rate: 2 nm/s}}, "
    "depth: 1 um}",
    "{y: {pressure: {table: [[0 s, 0 MPa], [1 s, 2 MPa]]}}, turn_z: {motion: {rate: 1e-3 1/s}}, centre: [0 nm, 3 nm]}",
    "{turn_z: {spring: 2 nN*m, moment: {table: [[0 s, 1 nN*m]]}}, depth: 1 um}",
]


@pytest.mark.parametrize("body", RESTED)
def test_the_resolved_case_is_the_same_case(body: str, tmp_path: Path) -> None:
    case = case_of(body)
    (tmp_path / "again.yaml").write_text(dump_resolved(case), encoding="utf-8")
    again = load_case(tmp_path / "again.yaml")
    assert fingerprint(again) == fingerprint(case)
    assert str(again.constraints.collector) == str(case.constraints.collector)


WRONG = [
    ("rigd", "'rigd' is not possible here", "rigid?"),
    ("{}", "no component has a drive", "{y: {spring"),
    ("{y: fixed}", "no component has a drive", "{y: {spring"),
    ("{y: fre}", "'fre' drives nothing", "free?"),
    ("{y: 5 nm}", "'5 nm' drives nothing", "{motion: {rate: 2 nm/s}}"),
    ("{y: {}}", "the drive is empty", "fixed, free"),
    ("{y: {spring: 0 N/m}, depth: 1 um}", "too small", "above 0 N/m"),
    ("{y: {spring: -1 N/m}, depth: 1 um}", "too small", "above 0 N/m"),
    ("{y: {spring: 3 GPa}, depth: 1 um}", "not of force per length", "6 N/m"),
    ("{y: {spring: 3}, depth: 1 um}", "a number without a unit", "with its unit"),
    ("{y: {spring: {per_area: 1 Pa/m, stiffness: 1 N/m}}}", "by stiffness and per_area", "one of"),
    ("{y: {spring: 1 N/m}}", "need its depth in plane strain", "per_area"),
    ("{y: {force: 1 uN}}", "need its depth in plane strain", "pressure: 1 MPa"),
    ("{turn_z: {moment: 1 nN*m}}", "need its depth in plane strain", "depth: 1 um"),
    ("{y: {pressure: 1 MPa}, depth: 1 um}", "no force of the body needs its depth", "leave it out"),
    ("{y: {pressure: 1 MPa, force: 1 uN}, depth: 1 um}", "there is a force, too", "one of the two"),
    ("{y: {motion: 1 nm, spring: 1 N/m}, depth: 1 um}", "motion says already", "one of the two"),
    ("{y: {base: 1 nm}}", "there is none", "a spring beside it"),
    ("{z: free}", "the body of a plane model cannot move so", "x, y, turn_z"),
    ("{y: free, centre: [1 nm, 1 nm, 1 nm]}", "3 coordinates in 2 dimensions", "2 of them"),
    ("{hold: rigid, y: free}", "rigid says already what holds it", "one of the two"),
    ("{turn_z: {motion: 2 rad}}", "too large", "at most 1 rad"),
]


@pytest.mark.parametrize(("body", "message", "remedy"), WRONG)
def test_what_cannot_be_is_told(body: str, message: str, remedy: str) -> None:
    with pytest.raises(CaseError) as caught:
        case_of(body)
    assert message in str(caught.value)
    assert remedy in str(caught.value)
    assert "constraints.collector" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([("geometry.symmetry", "axisymmetric"), ("constraints.collector", "{x: free}")], "cannot move so"),
        ([("geometry.symmetry", "axisymmetric"), ("constraints.collector", "{y: {force: 1 N}, depth: 1 um}")], "leave"),
        (
            [("constraints.collector", "null"), ("boundary_conditions", "{collector: {body: {y: free}, x: 0}}")],
            "the boundary is bonded to a body",
        ),
        (
            [("constraints.collector", "{y: free}"), ("boundary_conditions", "{collector: fixed}")],
            "has a short word, too",
        ),
    ],
)
def test_other_models_and_other_conditions(values: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(CaseError, match=message):
        load_case(ROOT / "cases" / "low_rate.yaml", values)
