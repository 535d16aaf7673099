"""What would hurt most: two tables of one study that say different things."""

import math
from pathlib import Path

import pandas as pd
import pytest

from platingx.post.file_names import RESULTS
from platingx.studies import table
from platingx.studies.table import PARQUET, Row, write_table

ROWS: list[Row] = [
    {"point": 1, "i_A_per_m2": 1e4 / 3, "side": "roller", "p_Pa": math.pi * 1e9, "status": "completed", "reason": "",
     "wall_time_s": 1.5, "folder": "points/a"},
    {"point": 2, "i_A_per_m2": 2e4, "side": 3.0, "status": "failed", "reason": "no equilibrium",
     "wall_time_s": math.nan, "folder": "points/b"},
]  # fmt: skip


def test_parquet_has_every_digit_and_the_types_and_csv_the_same_table(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert write_table(ROWS, tmp_path) == [tmp_path / RESULTS, tmp_path / PARQUET]
    exact, text = pd.read_parquet(tmp_path / PARQUET), pd.read_csv(tmp_path / RESULTS)
    assert list(exact.columns) == list(text.columns)
    assert (exact["i_A_per_m2"][0], exact["p_Pa"][0]) == (1e4 / 3, math.pi * 1e9)
    assert exact["point"].dtype == "int64"
    assert list(exact["side"]) == ["roller", "3.0"]  # an axis of words and numbers is text
    for name in ("point", "i_A_per_m2", "p_Pa", "wall_time_s"):
        pd.testing.assert_series_equal(exact[name], text[name], rtol=1e-11)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_without_pyarrow_there_is_csv_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "has_parquet", lambda: False)
    assert write_table(ROWS, tmp_path) == [tmp_path / RESULTS]
