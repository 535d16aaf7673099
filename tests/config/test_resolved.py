"""What would hurt most: a resolved case that cannot be written, or is another case when it is read again."""

from pathlib import Path

import pytest

from platingx.config.base import value_at
from platingx.config.document import read_value
from platingx.config.loader import case_from_dict, load_case
from platingx.config.resolved import dump_resolved, fingerprint, fingerprint_of_past, fingerprint_of_results

ERUPTION = Path(__file__).parents[2] / "cases" / "eruption.yaml"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("growth.current_density", {"table": [["0 s", "0 A/cm^2"], ["1 ms", "2 A/cm^2"]]}),
        ("growth.mode", {"alpha": [0.6, 0.2, 0.2]}),
        ("growth.mode", "areal"),
        ("growth.direction", {"vector": [0, 1]}),
        ("growth.thickness", "100 nm"),
        ("materials.li", "lithium_norton"),
        ("solver.petsc_options", {"ksp_view": None, "ksp_rtol": 1e-9}),
        ("time.milestones", ["1 ms", "2 ms"]),
        ("output.fields_every", "0.5 ms"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_form_of_a_value_survives(tmp_path: Path, key: str, value: object) -> None:
    case = load_case(ERUPTION).with_values({key: value})
    path = tmp_path / "case.resolved.yaml"
    path.write_text(dump_resolved(case), encoding="utf-8")
    assert fingerprint(load_case(path)) == fingerprint(case)


@pytest.mark.parametrize(
    ("key", "value", "past", "results"),
    [
        ("output.fields_every", 7, True, True),
        ("solver.newton.maximum_iterations", 40, True, False),
        ("time.maximum_step", "0.2 ms", True, False),
        ("temperature", "30 degC", False, False),
        ("geometry.mesh.refinement", 0.7, False, False),
        ("materials.li.elasticity.young_modulus", "7 GPa", False, False),
        ("constraints.collector", "free", False, False),
    ],
)
def test_what_a_state_and_what_numbers_depend_on(key: str, value: object, past: bool, results: bool) -> None:
    case = load_case(ERUPTION)
    changed = case.with_values({key: value})
    assert (fingerprint_of_past(changed) == fingerprint_of_past(case)) is past
    assert (fingerprint_of_results(changed) == fingerprint_of_results(case)) is results
    assert fingerprint(changed) != fingerprint(case)


def test_a_current_counts_up_to_the_time_of_the_state() -> None:
    """The same lines up to 1 ms, another one after it, and a constant that is written as two points."""
    first = [["0 s", "1 A/cm^2"], ["0.7 ms", "2 A/cm^2"]]
    one, other = (
        load_case(ERUPTION).with_values({"growth.current_density": {"table": [*first, *more]}})
        for more in ([], [["1.5 ms", "2 A/cm^2"], ["2 ms", "3 A/cm^2"]])
    )
    for time in (0.0, 0.3e-3, 0.7e-3, 1e-3, 1.5e-3):
        assert fingerprint_of_past(one, time) == fingerprint_of_past(other, time)
    assert fingerprint_of_past(one, 1.6e-3) != fingerprint_of_past(other, 1.6e-3)
    assert fingerprint_of_past(one) != fingerprint_of_past(other)


@pytest.mark.parametrize(
    "key",
    ["fracture", "fracture.toughness", "melting_temperature", "elasticity.largest_pressure"]
    + [f"viscoplasticity.{name}_temperature" for name in ("lowest", "highest")],
)
def test_what_a_case_takes_from_the_library_and_leaves_out_stays_out(key: str) -> None:
    region = "llzo" if key.startswith("fracture") else "li"
    case = load_case(ERUPTION).with_values({f"materials.{region}.{key}": None})
    assert value_at(case, f"materials.{region}.{key}") is None
    assert value_at(load_case(ERUPTION), f"materials.{region}.{key}") is not None
    again = case_from_dict(read_value(dump_resolved(case), "resolved"))
    assert value_at(again, f"materials.{region}.{key}") is None
    assert fingerprint(again) == fingerprint(case) != fingerprint(load_case(ERUPTION))
