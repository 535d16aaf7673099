"""Would hurt most: a table that calls a fitted number a prediction, or shows numbers of a run that failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platingx.errors import OutputError
from platingx.post.comparison import discretisation_errors, rows_of_run
from platingx.post.results import open_run

CASE = """\
name: eruption
geometry: {{mesh: {{refinement: {refinement}}}}}
materials: {{li: {{role: metal}}, llzo: {{role: electrolyte}}}}
growth: {{region: li}}
calibration:
- {{quantity: max_pressure_li, target: 4900000000.0 Pa, parameter: time.end, source: Fig. 4 e}}
published:
- {{quantity: max_pressure_li, value: 4900000000.0 Pa, source: Fig. 4 e}}
- {{quantity: time_at_fracture, value: 0.02 s, source: a guess}}
"""


def write(folder: Path, refinement: float = 1.0, pressure: float = 4.95e9, outcome: str = "completed"):
    folder.mkdir()
    (folder / "case.resolved.yaml").write_text(CASE.format(refinement=refinement))
    quantities = {"max_pressure_li": {"time_s": 1.0, "value_Pa": pressure}, "growth_stretch": {"value": 1.5}}
    if outcome == "completed":
        quantities["max_principal_stress_llzo"] = {"value_Pa": 16.4e9, "place_m": [0, 0], "time_s": 1.0}
    content = {"outcome": outcome, "message": "no step below 2 ns converged", "quantities": quantities}
    (folder / "summary.json").write_text(json.dumps(content))
    return open_run(folder)


def test_rows_tell_fitted_from_predicted(tmp_path):
    rows = {row.quantity: row for row in rows_of_run(write(tmp_path / "run"), {"max_pressure_li": 0.3})}
    assert list(rows) == ["max_pressure_li", "max_principal_stress_llzo", "time_at_fracture"]
    pressure, stress, time = rows.values()
    assert (pressure.kind, pressure.computed, pressure.published, pressure.unit) == ("calibrated", 4.95e9, 4.9e9, "Pa")
    assert pressure.mesh_error_percent == 0.3
    assert pressure.source == "Fig. 4 e"
    assert (stress.kind, stress.computed, stress.published) == ("predicted", 16.4e9, None)
    assert (time.kind, time.computed, time.published, time.unit) == ("predicted", None, 0.02, "s")
    assert "no quantity time_at_fracture" in time.remark


@pytest.mark.parametrize(("unit", "published"), [("N", None), ("N/m", 7000.0)])
def test_a_published_force_is_compared_in_the_unit_of_the_run_alone(unit, published, tmp_path):
    run = write(tmp_path / "run")
    entry = f"- {{quantity: collector_force, value: 7000.0 {unit}, source: a guess}}\n"
    (run.path / "case.resolved.yaml").write_text(CASE.format(refinement=1.0) + entry)
    quantities = {"collector_force": {"value_N_per_m": 7800.0}}
    (run.path / "summary.json").write_text(json.dumps({"outcome": "completed", "quantities": quantities}))
    (row,) = (row for row in rows_of_run(run) if row.quantity == "collector_force")
    assert (row.computed, row.unit, row.published) == (7800.0, "N/m", published)
    assert row.remark == ("published in N, computed in N/m" if published is None else "")


def test_a_failed_run_shows_its_reason_and_no_numbers(tmp_path):
    rows = rows_of_run(write(tmp_path / "run", outcome="failed"))
    assert all(row.computed is None for row in rows)
    assert rows[0].remark == "run failed: no step below 2 ns converged"
    assert rows[0].published == 4.9e9
    (tmp_path / "run" / "summary.json").unlink()
    assert "no such file" in rows_of_run(open_run(tmp_path / "run"))[0].remark


def test_errors_from_three_meshes_in_the_order_of_the_runs(tmp_path):
    runs = [write(tmp_path / f"{r}", r, 4.9e9 * (1 + 0.04 / r**2)) for r in (0.5, 1.0, 2.0)]
    found = discretisation_errors(runs, ["max_pressure_li"])["max_pressure_li"]
    assert found.order == pytest.approx(2.0, rel=1e-6)
    assert found.errors_percent == pytest.approx([20.0, 5.0, 1.25], rel=1e-6)
    with pytest.raises(OutputError, match=r"refinement 0\.5, 1"):
        discretisation_errors(runs[:2])
    with pytest.raises(OutputError, match="no quantity max_stress; quantities are max_pressure_li"):
        runs[0].quantity("max_stress")
    (tmp_path / "0.5" / "case.resolved.yaml").write_text("name: x\n")
    with pytest.raises(OutputError, match=r"geometry\.mesh\.refinement"):
        discretisation_errors([open_run(tmp_path / "0.5"), *runs[1:]])


def test_pure_numbers_have_no_unit(tmp_path):
    assert write(tmp_path / "run").quantity_and_unit("growth_stretch") == (1.5, "")
