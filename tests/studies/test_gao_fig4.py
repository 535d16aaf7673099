"""What would hurt most: shipped cases that no longer give what they were chosen to meet."""

import json
from pathlib import Path

import pytest

from platingx.config.base import value_at
from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.units import any_quantity

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


PAGE = (FOLDER.parents[2] / "docs" / "gao_fig4.md").read_text(encoding="utf-8")
FOUND = json.loads((FOLDER.parents[2] / "docs" / "gao_fig4.json").read_text(encoding="utf-8"))


def rows_of(head: str) -> list[list[str]]:
    """Rows of the table of the page whose first column has this head."""
    lines = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def same(text: str, number: float, unit: str = "") -> bool:
    """Whether a text of the page is a number in its own digits."""
    shown = float(any_quantity(text)) if unit else float(text)
    digits = text.split()[0].partition(".")[2]
    step = float(any_quantity(f"1 {text.split()[1]}")) if unit else 1.0
    return abs(shown - number) <= 0.501 * step * 10.0 ** -len(digits)


def test_the_page_has_the_numbers_that_the_calibration_found() -> None:
    targets = rows_of("case")
    assert len(targets) == len(FOUND["targets"]) == FOUND["targets_met"]
    for (_, _, computed, printed, deviation, uncertainty, _), target in zip(
        targets, FOUND["targets"].values(), strict=True
    ):
        assert same(computed, target["computed"], "Pa")
        assert same(printed, target["target"], "Pa")
        assert same(deviation.removesuffix(" %"), 100.0 * (target["computed"] / target["target"] - 1.0))
        assert same(uncertainty.removesuffix(" %"), 100.0 * target["standard_uncertainty"] / target["target"])
    chosen = rows_of("chosen number")
    assert len(chosen) == len(FOUND["parameters"]) == FOUND["chosen_numbers"]
    for (_, value, interval, bounds), parameter in zip(chosen, FOUND["parameters"].values(), strict=True):
        low, high = interval.split(" to ")
        unit = high.partition(" ")[2]
        assert same(value, parameter["value"], unit)
        assert same(f"{low} {unit}".strip(), parameter["interval"][0], unit)
        assert same(high, parameter["interval"][1], unit)
        ends = [float(any_quantity(text)) if unit else float(text) for text in (parameter["low"], parameter["high"])]
        assert bounds == f"{parameter['low'].split()[0].removesuffix('.0')} to {parameter['high'].replace('.0', '')}"
        assert ends[0] < parameter["value"] < ends[1]


def test_page_and_readme_say_how_many_numbers_and_what_is_not_identified() -> None:
    readme = " ".join((FOLDER.parents[2] / "README.md").read_text(encoding="utf-8").split())
    square, words = f"{FOUND['chi_squared']:.1f}", f"{FOUND['correlation'][2][3]:.3f}"
    smallest = [f"{value:.2g}" for value in FOUND["singular_values"][:2:-1]]
    assert list(FOUND["parameters"])[2:4] == ["bulk_derivative", "duration"]
    assert "five numbers and four choices" in readme
    for text in (readme, " ".join(PAGE.split())):
        assert square in text
        assert words in text
    assert all(value in PAGE for value in smallest)
    worst = sorted(abs(100.0 * (one["computed"] / one["target"] - 1.0)) for one in FOUND["targets"].values())
    assert worst[-2] < 1.7 < 4.45 < worst[-1] < 4.55


def test_the_cases_have_the_numbers_that_the_calibration_found() -> None:
    for name in TOLERANCES:
        case = load_case(FOLDER / f"{name}.yaml")
        for parameter in FOUND["parameters"].values():
            for key in parameter["keys"].get(name, ()):
                if "*" not in key and not key.endswith("meniscus_depth"):
                    assert float(value_at(case, key)) == pytest.approx(parameter["value"], rel=1e-11)


def test_every_case_says_how_many_numbers_were_chosen() -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    assert {path.stem for path in files} == set(TOLERANCES)
    for path in files:
        notes = [entry.note for entry in load_case(path).calibration]
        assert any("5 numbers chosen to meet 7 targets" in note for note in notes)
        assert any("a choice beside the 5 numbers" in note for note in notes)
