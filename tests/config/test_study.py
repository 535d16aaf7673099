"""What would hurt most: a study that compares other meshes than it says, or finds a wrong case only after hours."""

from pathlib import Path

import pytest

from platingx.config.study import load_comparison
from platingx.errors import CaseError

SHIPPED = Path(__file__).parents[2] / "cases" / "gao2022.study.yaml"


def test_the_shipped_study_names_existing_cases() -> None:
    study, files = load_comparison(SHIPPED)
    assert all(file.is_file() for file in files)
    assert len(files) == len(study.cases) == 7
    assert 1.0 in study.refinements


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\ncases: [a.yaml]\nrefinements: [0.5, 0.5, 1]\n", "the three meshes must differ"),
        ("name: x\ncases: [a.yaml]\nrefinements: [0.5, 0.7, 1.4]\n", "not among the three"),
        ("name: x\ncases: []\n", "cases"),
        ("cases: [a.yaml]\n", "name"),
        ("name: x\ncases: [a.yaml]\nrefinments: [0.5, 0.7, 1]\n", "refinements?"),
    ],
)
def test_a_wrong_study_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.study.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=message.replace("?", r"\?")) as caught:
        load_comparison(path)
    assert "wrong.study.yaml" in str(caught.value)
