"""Would hurt most: a prediction shown as calibrated, numbers in mixed units, or a history that drops good steps."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from rich.console import Console

from platingx.columns import split_unit
from platingx.errors import OutputError
from platingx.post.history import crossing_time, read_case, read_history, read_manifest, read_summary
from platingx.post.scales import display_scale, format_place, format_value
from platingx.post.table import (
    ComparisonRow,
    comparison_csv,
    comparison_markdown,
    comparison_table,
    write_comparison,
)

ROWS = [
    ComparisonRow("eruption", "max_pressure_li", "Pa", 4.93e9, 4.9e9, "calibrated", "Gao 2022, Fig. 4e", 0.31, 0.5),
    ComparisonRow("low_rate", "max_principal_stress_llzo", "Pa", 31e6, None, "predicted", "", 1.234),
    ComparisonRow("eruption_4A", "max_pressure_li", "Pa", None, None, "predicted", remark="not | converged"),
    ComparisonRow("eruption", "deposited_volume_ratio", "", 0.9999, 1.0, "predicted", "Faraday"),
]


def test_markdown_keeps_units_and_kinds():
    lines = comparison_markdown(ROWS).splitlines()
    assert len(lines) == 6
    assert len({len(line) for line in lines}) == 1, "columns are aligned"
    cells = [cell.strip() for cell in lines[2].strip("|").split(" | ")]
    assert cells == [
        "eruption", "max pressure li", "4.93 GPa", "4.90 GPa", "+0.6 %", "calibrated", "0.31 %", "0.50 %",
        "Gao 2022, Fig. 4e",
    ]  # fmt: skip
    assert "| 31.0 MPa | -" in lines[3]
    assert "not \\| converged" in lines[4]


def test_csv_holds_full_numbers_in_si():
    rows = list(csv.DictReader(io.StringIO(comparison_csv(ROWS))))
    assert float(rows[0]["computed"]) == 4.93e9
    assert float(rows[0]["deviation_percent"]) == pytest.approx(0.6122, rel=1e-3)
    assert (float(rows[0]["mesh_error_percent"]), float(rows[0]["step_error_percent"])) == (0.31, 0.5)
    assert rows[1]["published"] == rows[1]["step_error_percent"] == ""
    assert rows[2]["remark"] == "not | converged"


def test_terminal_table_and_files(tmp_path):
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(comparison_table(ROWS))
    assert "4.93 GPa" in console.export_text()
    markdown, table = write_comparison(ROWS, tmp_path / "new", "table")
    assert markdown.read_text(encoding="utf-8") == comparison_markdown(ROWS)
    assert table.read_text(encoding="utf-8") == comparison_csv(ROWS)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_comparison(ROWS, tmp_path / "file")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.9e9, "Pa", "4.90 GPa"),
        (9.7e6, "Pa", "9.70 MPa"),
        (20.97e-3, "s", "21.0 ms"),
        (4.64, "s", "4.64 s"),
        (12000.0, "s", "12000 s"),
        (37e-9, "m", "37.0 nm"),
        (2e4, "A/m^2", "2.00 A/cm²"),
        (40.0, "A/m^2", "4.00 mA/cm²"),
        (1e3, "A/m^2", "0.100 A/cm²"),
        (990.0, "A/m^2", "99.0 mA/cm²"),
        (2.5, "A/m^2", "0.250 mA/cm²"),
        (0.5, "A/m^2", "50.0 µA/cm²"),
        (-2e4, "A/m^2", "-2.00 A/cm²"),
        (0.0, "Pa", "0 Pa"),
        (1.0, "", "1.00"),
        (1e-9, "Pa", "1.00 nPa"),
        (None, "Pa", ""),
        (-4.79e-24, "m", "-4.79e-24 m"),
        (3.0, "C/m^2", "3.00 C/m²"),
        (2.0, "ohm*m^2", "2.00 ohm m²"),
        (900.0, "Pa*m^0.5", "900 Pa√m"),
        (5.0, "m^-3", "5.00 m⁻³"),
    ],
)
def test_prefixes(value, unit, text):
    assert format_value(value, unit) == text


def test_one_scale_for_many_values():
    scale = display_scale([1e6, np.nan, 4.9e9], "Pa")
    assert (scale.label, scale.factor) == ("GPa", 1e9)
    assert format_place((3e-9, -1e-6)) == "(0.00300, -1.00) µm"


HISTORY = "time_s,max_pressure_li_Pa,newton_iterations\n0.0,0.0,0\n1.0,2e6,3\n2.0,6e6,4\n"


def test_history_without_the_line_a_crash_cut(tmp_path):
    (tmp_path / "history.csv").write_text(HISTORY + "3.0,9e")
    history = read_history(tmp_path)
    assert list(history.columns) == ["time_s", "max_pressure_li_Pa", "newton_iterations"]
    assert len(history) == 3
    assert crossing_time(history, "max_pressure_li_Pa", 4e6) == pytest.approx(1.5)
    assert crossing_time(history, "max_pressure_li_Pa", 1e9) is None
    assert crossing_time(history, "max_pressure_li_Pa", -1.0) == 0.0


def test_columns_carry_units():
    assert split_unit("collector_force_N_per_m") == ("collector_force", "N/m")
    assert split_unit("max_pressure_li_Pa") == ("max_pressure_li", "Pa")
    assert split_unit("time_s") == ("time", "s")
    assert split_unit("newton_iterations") == ("newton_iterations", "")


def test_missing_and_half_written_files_say_what_to_do(tmp_path):
    for read in (read_history, read_summary, read_manifest, read_case):
        with pytest.raises(OutputError, match="no such file"):
            read(tmp_path)
    (tmp_path / "history.csv").write_text("time_s,dt_s\n")
    (tmp_path / "summary.json").write_text('{"outcome": "comp')
    (tmp_path / "manifest.json").write_text("[]")
    (tmp_path / "case.resolved.yaml").write_text("a: [1")
    with pytest.raises(OutputError, match="no complete step"):
        read_history(tmp_path)
    with pytest.raises(OutputError, match="incomplete or not JSON"):
        read_summary(tmp_path)
    with pytest.raises(OutputError, match="expected named values"):
        read_manifest(tmp_path)
    with pytest.raises(OutputError, match="not a readable YAML"):
        read_case(tmp_path)
    (tmp_path / "case.resolved.yaml").write_text("name: eruption\n")
    assert read_case(tmp_path) == {"name": "eruption"}
