"""What would hurt most if lost: a length of the phase field that means nothing, taken without a word."""

from pathlib import Path

import pytest

from platingx.config.damage import damaged_region, fracture_energy
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx_meshes.tags import LLZO

CASES = Path(__file__).parents[2] / "cases"
CRACK = {"start": {"x": "0 nm", "y": "-56 nm"}, "end": {"x": "0 nm", "y": "-156 nm"}}
GOOD: dict[str, object] = {"length": "20 nm", "faces": "metal", "cracks": [CRACK]}


def case_with(name: str = "eruption", more: dict[str, object] | None = None, **block: object):
    return load_case(CASES / f"{name}.yaml").with_values({"damage": GOOD | block, **(more or {})})


def test_toughness_gives_the_energy() -> None:
    case = case_with()
    assert case.damage is not None
    assert damaged_region(case.damage, case.materials) == LLZO
    assert fracture_energy(case.damage, case.materials[LLZO]) == pytest.approx(0.95e6**2 * (1 - 0.26**2) / 150e9)
    given = case_with(energy="2 J/m^2").damage
    assert given is not None
    assert fracture_energy(given, case.materials[LLZO]) == 2.0


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"length": "strength"}, ("not taken from a strength", "3.5 nm", "1.3 nm", "0.33 nm")),
        ({"length": "21 nm"}, ("100 nm long, less than 5 lengths", "at most 20 nm")),
        ({"cracks": []}, ("radius of 5.7", "at most 1.1", "or give damage.cracks")),
        ({"faces": "wet"}, ("metal", "dry")),
        ({"region": "li"}, ("there is no such ceramic", "llzo")),
        ({"over_relaxation": 2.0}, ("over_relaxation",)),
        ({"cracks": [CRACK | {"end": CRACK["start"]}]}, ("from a point to itself",)),
    ],
)
def test_what_is_refused(block: dict[str, object], says: tuple[str, ...]) -> None:
    with pytest.raises(CaseError) as error:
        case_with(**block)
    for text in says:
        assert text in str(error.value)


def test_faces_have_no_default() -> None:
    with pytest.raises(CaseError, match="faces"):
        load_case(CASES / "eruption.yaml").with_values({"damage": {"length": "20 nm", "cracks": [CRACK]}})


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("gao_eruption_3V", {}, "only the growth by a given current can be told so"),
        ("low_rate_diffusion", {}, "with diffusion along the interface"),
        ("low_rate_3d", {}, "verified in plane strain only"),
        ("split", {}, "fracture or damage, one of the two"),
        ("eruption", {"materials.llzo.fracture.toughness": None}, "cracks in llzo cannot be judged"),
    ],
)
def test_cases_that_cannot_have_it(name: str, more: dict[str, object], says: str) -> None:
    with pytest.raises(CaseError, match=says):
        case_with(name, more)
