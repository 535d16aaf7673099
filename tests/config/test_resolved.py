"""What would hurt most: a resolved case that cannot be written, or is another case when it is read again."""

from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.config.resolved import dump_resolved, fingerprint

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
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_form_of_a_value_survives(tmp_path: Path, key: str, value: object) -> None:
    case = load_case(ERUPTION).with_values({key: value})
    path = tmp_path / "case.resolved.yaml"
    path.write_text(dump_resolved(case), encoding="utf-8")
    assert fingerprint(load_case(path)) == fingerprint(case)
