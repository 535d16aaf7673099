"""What would hurt most: shipped cases that no longer give what they were chosen to meet."""

from pathlib import Path

import pytest

from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case

FOLDER = Path(__file__).parents[2] / "cases" / "studies" / "gao_fig4"
COARSE = "0.4"
# On this mesh the results are 2 % (closed gap) and 5 % (free side) off those of the shipped one, which meet the targets
# within 0.3 %, but for 4.5 % (stress at low rate) and 1.6 % (whisker).
TOLERANCES = {"eruption": 0.03, "three": 0.03, "four": 0.03, "low": 0.08, "whisker": 0.08}


@pytest.mark.parametrize(
    "name", ["eruption", *(pytest.param(name, marks=pytest.mark.long) for name in TOLERANCES if name != "eruption")]
)
def test_the_chosen_numbers_meet_their_targets(name: str, tmp_path: Path) -> None:
    case = load_case(FOLDER / f"{name}.yaml", [("geometry.mesh.refinement", COARSE), ("output.figures", "false")])
    run_case(case, tmp_path / "run", quiet=True)
    results = RunResults(tmp_path / "run")
    assert case.published
    for value in case.published:
        assert results.quantity(value.quantity) == pytest.approx(float(value.value), rel=TOLERANCES[name])
    volume = results.quantity("deposited_volume_ratio")
    assert volume == pytest.approx(1.0, abs=1e-9)  # that of Faraday's law


def test_every_case_says_how_many_numbers_were_chosen() -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    assert {path.stem for path in files} == set(TOLERANCES)
    for path in files:
        notes = [entry.note for entry in load_case(path).calibration]
        assert any("5 numbers chosen to meet 7 targets" in note for note in notes)
        assert any("a choice beside the 5 numbers" in note for note in notes)
