"""What would hurt most if lost: measured tables are checked, and what a calibration reads of them are their numbers."""

from pathlib import Path

import pytest

from platingx.config.force_curve_files import case_text, target_text
from platingx.config.force_curves import curve_names, load_force_curves
from platingx.errors import CaseError


def test_two_rows_break_the_law_of_the_cantilever():
    curves = load_force_curves("liu_2020")
    assert {name: len(curve.rows) for name, curve in curves.tables.items()} == {"S1": 24, "S2": 10, "S3": 14}
    found = [(wrong.table, wrong.row) for wrong in curves.mismatches]
    assert found == [("S1", 16), ("S1", 19)]
    assert curves.mismatches[0].force - curves.mismatches[0].spring_force == pytest.approx(-0.6e-9)
    assert curves.mismatches[1].force - curves.mismatches[1].spring_force == pytest.approx(162e-9)
    assert curve_names() == ("liu_2020",)


def test_the_way_of_the_base_is_shortening_and_deflection():
    curves = load_force_curves("liu_2020")
    ways = curves.base_way("S1")
    assert ways[12] == pytest.approx(665.0e-9)
    assert ways[18] == pytest.approx((65.9 + 2246.4 / 6) * 1e-9)  # the printed deflection has its digits exchanged
    times = curves.times("S1", 10e-9)
    assert times[1] == pytest.approx(6.64)
    assert times[-1] == pytest.approx((max(ways) + max(ways) - min(ways)) / 10e-9, rel=0.02)


def test_files_of_a_calibration():
    curves = load_force_curves("liu_2020")
    text = case_text(curves, "S2", "afm_rod.yaml", "platen", 10e-9, 5)
    assert "[11.58 s, -115.8 nm]" in text
    assert "spring: 6 N/m" in text
    assert target_text(curves, "S2", 10e-9, 5).splitlines()[1:] == [
        "time [s],shortening [nm]", "11.58,23.5", "14.61,36.6", "18.68,63.4", "20.81,81",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("[[1 nN, 0 nm, 0 nm], [2 nN, 1 nm, 1 nm]]", "rows.0"),
        ("[[0 nN, 0 nm, 0 nm], [-2 nN, 1 nm, 1 nm]]", "nothing presses"),
        ("[[0 nN, 0 nm, 0 nm], [2 nm, 1 nm, 1 nm]]", "rows.1.0"),
        ("[[0 nN, 0 nm, 0 nm]]", "rows"),
    ],
)
def test_bad_tables_are_refused_with_their_place(rows: str, words: str, tmp_path: Path):
    path = tmp_path / "own.yaml"
    head = "name: own\ntitle: t\nsource: s\nstatus: measured\nstiffness: 6 N/m\ntables:\n"
    path.write_text(f"{head}  A:\n    rows: {rows}\n", encoding="utf-8")
    with pytest.raises(CaseError, match=words):
        load_force_curves(str(path))


def test_unknown_names_get_the_known_ones():
    with pytest.raises(CaseError, match="liu_2020"):
        load_force_curves("liu_2021")
