"""Would hurt most: a report that says less than the run does, without its warnings or with calibrated numbers as
predictions, or one that needs files that the reader does not have. Pages are read with a strict parser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from html_pages import HtmlPage
from stub_study import run_stub

from platingx.cli.main import execute
from platingx.post.comparison_figures import deviation_figure, mesh_error_figure
from platingx.post.model_limits import limits_of
from platingx.post.reports import write_report
from platingx.post.results import open_run
from platingx.post.table import ComparisonRow, read_comparison, write_comparison

CASE = """name: eruption
description: "How hard is <b>2 A/cm^2</b> & what follows?"
geometry: {builder: surface_pit, symmetry: plane_strain}
materials:
  li: {role: metal, label: Li, base: lithium_anand_narayan_2019}
  llzo: {role: electrolyte, label: LLZO, fracture: {theoretical_strength: 16100000000.0 Pa}}
temperature: 298.15 K
growth: {region: li, mode: fibre, thickness: mean, current_density: 20000.0 A/m^2}
constraints: {collector: rigid, metal_side: wall}
time: {end: 0.02097 s}
calibration:
- {quantity: max_pressure_li, target: 4900000000.0 Pa, parameter: time.end, case: '', source: 'Gao 2022, Fig. 4 e'}
published:
- {quantity: max_pressure_li, value: 4900000000.0 Pa, source: 'Gao 2022, Fig. 4 e'}
- {quantity: max_principal_stress_llzo, value: 15000000000.0 Pa, source: 'Gao 2022, Fig. 4 f'}
"""
SUMMARY: dict[str, Any] = {
    "outcome": "completed",
    "message": "6 steps",
    "case": "eruption",
    "quantities": {
        "max_pressure_li": {"value_Pa": 4.9e9, "place_m": [8e-7, 2.283e-7], "time_s": 0.02097},
        "max_principal_stress_llzo": {"value_Pa": 16.5e9, "place_m": [0.0, -37e-9], "time_s": 0.02097},
        "deposited_thickness": {"value_m": 56e-9, "time_s": 0.02097},
        "growth_stretch": {"value": 1.56, "time_s": 0.02097},
    },
    "verdict": {
        "region": "llzo", "cracks": True, "decided": {"theoretical_strength": True},
        "sentence": "The electrolyte LLZO cracks.",
        "uncertainty": [{"of": "the mesh", "relative_low": -0.003, "relative_high": 0.003}],
    },
    "other_verdicts": [],
    "balances": {
        "force": {"worst": 7e-9, "time_s": 5.65e-4, "tolerance": 1e-6, "violated": False},
        "energy": {"worst": 0.07, "time_s": 9.6e-3, "tolerance": 0.05, "violated": True},
    },
    "warnings": [],
    "calibrated": [{"quantity": "max_pressure_li", "parameter": "time.end", "case": "eruption"}],
    "diffusion": {
        "included": False, "transport": "x", "coble_number": 0.43,
        "sentence": "left out; Coble number 0.43, the metal would rather diffuse",
    },
    "doubtful_inputs": [],
    "unverified_inputs": ["llzo elasticity.poisson_ratio = 0.26 (no measurement found)"],
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "platingx": "0.1.0", "source": {"commit": "a" * 40, "dirty": True}, "python": "3.13.5",
    "packages": {"dolfinx": "0.9.0", "numpy": "2.2.4", "pandas": "2.2.3"}, "ranks": 2, "threads": "1",
    "machine": {"processor": "a processor", "system": "a system"}, "finished": "2026-11-28T04:40:28+00:00",
    "outcome": "completed", "wall_seconds": 25.5, "steps": 6, "regions": ["li", "llzo"], "case_sha256": "c" * 64,
}  # fmt: skip


def run_of(folder: Path, run_folder: Path, fields: bool = False, **changes: Any) -> Path:
    """A copy of the made-up run with a summary, without its fields: drawing them is what takes time."""
    shutil.copytree(run_folder, folder, ignore=shutil.ignore_patterns(*([] if fields else ["fields.bp"])))
    (folder / "case.resolved.yaml").write_text(CASE)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "summary.json").write_text(json.dumps(SUMMARY | changes))
    return folder


def test_the_report_of_a_run_has_all_of_it_and_needs_nothing_else(run_folder: Path, tmp_path: Path, capsys) -> None:
    folder = run_of(tmp_path / "run", run_folder, fields=True)
    assert execute(["report", str(folder)]) == 0
    assert capsys.readouterr().out == f"wrote {folder / 'report.html'}\n"
    page = HtmlPage(folder / "report.html")
    page.assert_for_all_readers()
    assert page.title == "eruption - platingx run"
    assert page.heading == "eruption"
    assert "How hard is &lt;b&gt;2 A/cm²&lt;/b&gt; &amp; what follows?" in page.text
    assert page.notices == [("bad", "Verdict The electrolyte LLZO cracks.")]
    headers, *rows = page.tables["Results"]
    assert headers == ["quantity", "value", "place", "time", "kind", "published", "deviation", "source"]
    assert rows[0] == [
        "max pressure li", "4.90 GPa", "(800, 228) nm", "21.0 ms", "calibrated", "4.90 GPa", "+0.0 %",
        "Gao 2022, Fig. 4 e",
    ]  # fmt: skip
    assert rows[1][1:8] == [
        "16.5 GPa",
        "(0, -37.0) nm",
        "21.0 ms",
        "predicted",
        "15.0 GPa",
        "+10.0 %",
        "Gao 2022, Fig. 4 f",
    ]
    assert rows[2][:5] == ["deposited thickness", "56.0 nm", "", "21.0 ms", "predicted"]
    assert [picture[0] for picture in page.pictures] == [
        "Pressure in Li, whole model and pit", "Maximum principal stress in LLZO, whole model and pit",
        "Histories of pressure, stress, force, current, deposit and growth", "Mesh, whole model and pit",
    ]  # fmt: skip
    assert "maximum principal stress in LLZO; t = 20.97 ms (peak)" in page.pictures[1][1]
    assert page.sections["Warnings"] == "None.\n"
    basis = page.sections["What the numbers rest on"]
    assert "time.end, to max pressure li\n" in basis
    assert (
        basis.index("Calibrated") < basis.index("Unverified") < basis.index("poisson_ratio") < basis.index("Doubtful")
    )
    assert page.tables["Checks"][1:] == [
        ["force", "7.0e-09", "1.0e-06", "565 µs", "kept"], ["energy", "0.070", "0.050", "9.60 ms", "VIOLATED"]
    ]  # fmt: skip
    assert "-0.3 to +0.3 % by the mesh" in page.sections["Checks"]
    assert "Coble number 0.43, the metal would rather diffuse" in page.sections["Diffusion or flow"]
    assert "no contact" in page.sections["Limits of the model"]
    versions = {row[0]: row[1] for row in page.tables["Versions"]}
    assert versions["platingx"] == "0.1.0, commit aaaaaaaaaaaa, with changes that are not committed"
    assert versions["SHA-256"] == "case cccccccccccc…"
    assert versions["libraries"] == "dolfinx 0.9.0, numpy 2.2.4"
    assert "6 steps, 25.5 s of wall time" in page.text
    assert {row[0]: row[1] for row in page.tables["Inputs"]}["current density"] == "2.000 A/cm²"


def test_warnings_stand_in_the_report_and_put_the_verdict_in_doubt(run_folder: Path, tmp_path: Path) -> None:
    changes = {"warnings": ["the balance of energy is violated"], "doubtful_inputs": ["a pit as wide as an atom"]}
    page = HtmlPage(write_report(run_of(tmp_path / "run", run_folder, **changes)))
    assert page.notices[0][0] == "doubt"
    assert page.notices[0][1].startswith("Verdict, in doubt by the warnings below")
    assert page.sections["Warnings"] == "the balance of energy is violated\n"
    assert "a pit as wide as an atom" in page.sections["What the numbers rest on"]
    assert list(page.sections).index("Warnings") == 2
    assert all("warning:" not in caption for _, caption, _ in page.pictures)


def test_a_verdict_that_is_not_decided_is_neither_green_nor_red(run_folder: Path, tmp_path: Path) -> None:
    for number, (cracks, decided, tone) in enumerate(
        [(True, False, "doubt"), (None, None, "doubt"), (False, True, "good")]
    ):
        verdict = SUMMARY["verdict"] | {"cracks": cracks, "decided": {"theoretical_strength": decided}}
        folder = run_of(tmp_path / str(number), run_folder, verdict=verdict)
        page = HtmlPage(write_report(folder))
        assert page.notices[0][0] == tone
        assert "no fields are shown: " in page.sections["Figures"]
        assert len(page.pictures) == 1, "the histories need no fields"


def test_a_run_that_failed_or_is_going_on_says_so_first(run_folder: Path, tmp_path: Path) -> None:
    failed = run_of(tmp_path / "failed", run_folder, outcome="failed", message="no equilibrium at 3 ms")
    page = HtmlPage(write_report(failed, tmp_path / "pages" / "failed.html"))
    assert page.notices[0] == ("bad", "This run has failed no equilibrium at 3 ms")
    assert "So far: the run did not come to its end" in page.sections["Results"]
    assert page.tables["Results"][1][1] == "4.90 GPa"
    going = run_of(tmp_path / "going", run_folder)
    (going / "summary.json").unlink()
    (going / "manifest.json").write_text(json.dumps(MANIFEST | {"outcome": "running"}))
    page = HtmlPage(write_report(going))
    assert page.notices[0][1].startswith("This run has not ended")
    assert "no results yet" in page.sections["Results"]


def test_a_model_without_elements_shows_its_own_pictures_and_quantities(run_folder: Path, tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", run_folder, quantities={"root_pressure": {"value_Pa": 71e6, "time_s": 3600.0}})
    (folder / "case.resolved.yaml").write_text("name: tubes\nkind: tubule\n")
    (folder / "figures").mkdir()
    shutil.copy(CASES.parent / "docs" / "images" / "eruption_rates.png", folder / "figures" / "cycles.png")
    page = HtmlPage(write_report(folder))
    assert page.tables["Results"][1][:5] == ["root pressure", "71.0 MPa", "", "3600 s", "predicted"]
    assert [picture[0] for picture in page.pictures] == ["cycles"]
    assert "Limits of the model" not in page.sections


def test_limits_follow_the_case() -> None:
    rigid = list(limits_of({"constraints": {"collector": "rigid"}, "geometry": {"symmetry": "axisymmetric"}}))
    assert any("collector is rigid" in sentence for sentence in rigid)
    assert any("Axisymmetric" in sentence for sentence in rigid)
    assert not any("Plane strain" in sentence for sentence in rigid)
    free = list(limits_of({"geometry": {"builder": "x"}, "constraints": {"collector": "free"}, "contact": {"top": {}}}))
    assert not any("collector is rigid" in sentence or "no contact" in sentence for sentence in free)
    assert any("Cracks do not grow" in sentence for sentence in free)
    assert not list(limits_of({"kind": "tubule"})), "finite elements are another model"


STUDY = """
name: depths
description: How deep may a pit be?
base: {base}
axes:
  d: {{key: geometry.pit.depth, values: {depths}}}
quantities:
  p: max_pressure_li
  p_max: {{of: max_pressure_li, take: maximum}}
figures:
  depth: {{kind: curves, x: d, y: p}}
"""
CASES = Path(__file__).parents[2] / "cases"


def study_of(folder: Path, depths: list[int]) -> Path:
    path = folder / "depths.study.yaml"
    path.write_text(STUDY.format(base=CASES / "eruption.yaml", depths=[f"{depth} nm" for depth in depths]))
    return path


def test_the_report_of_a_study_has_axes_table_and_failures(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    run_stub(study_of(tmp_path, [30, 13, 40]), out)
    (out / "figures").mkdir()
    shutil.copy(CASES.parent / "docs" / "images" / "eruption_rates.png", out / "figures" / "depth.png")
    assert execute(["report", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out / 'report.html'}\n"
    page = HtmlPage(out / "report.html")
    page.assert_for_all_readers()
    assert (page.title, page.heading) == ("depths - platingx study", "depths")
    assert "How deep may a pit be?" in page.text
    assert page.notices == [
        ("bad", "Points have failed 1 of 3 points have no numbers; the reasons are below."),
    ]
    assert page.tables["What varies and what is wanted"][:2] == [
        ["axis", "key", "values"], ["d", "geometry.pit.depth", "30, 13, 40 nm"]
    ]  # fmt: skip
    assert ["p max", "max_pressure_li", "largest of the run"] in [
        [row[0].replace("_", " "), *row[1:]] for row in page.tables["What varies and what is wanted"]
    ]
    assert page.tables["Table"] == [
        ["point", "d (nm)", "p (Pa)", "p max (Pa)", "status"],
        ["1", "30", "66", "66", "completed"],
        ["2", "13", "", "", "failed"],
        ["3", "40", "88", "88", "completed"],
    ]
    assert page.sections["Failures"] == "point 2: no equilibrium\n"
    assert [picture[:2] for picture in page.pictures] == [("depth: curves over d and p", "depth: curves over d and p")]
    assert "geometry.pit.depth" in page.sections["The study file"]
    assert "What was fitted in the base case still stands behind them" in page.sections["What the numbers rest on"]
    assert "Errors of mesh and steps are not known here" in page.sections["Limits of the model"]


def test_a_study_that_is_not_complete_says_how_far_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_stub(study_of(tmp_path, [30, 40]), out)
    table = (out / "results.csv").read_text().splitlines()
    (out / "results.csv").write_text("\n".join([*table[:2], table[2].replace("completed", "waiting")]) + "\n")
    assert execute(["report", str(out), "--out", str(tmp_path / "page.html")]) == 0
    page = HtmlPage(tmp_path / "page.html")
    assert page.notices == [("doubt", "The study is not complete 1 of 2 points are done, 1 waiting.")]
    assert "depth: not drawn" in page.sections["Figures"]


def test_the_report_of_a_comparison_tells_fitted_from_predicted(run_folder: Path, tmp_path: Path, capsys) -> None:
    """A case on three meshes, and one without result; sizes of elements are those over the mesh of the case."""
    out = tmp_path / "two"
    for factor, pressure in ((0.7, 4.8e9), (1.0, 4.9e9), (1.4, 4.95e9)):
        changes = {"quantities": SUMMARY["quantities"] | {"max_pressure_li": {"value_Pa": pressure}}}
        folder = run_of(out / "eruption" / f"mesh-{factor:g}", run_folder, **changes)
        case = CASE.replace("builder: surface_pit", f"builder: surface_pit, mesh: {{refinement: {2 * factor}}}")
        (folder / "case.resolved.yaml").write_text(case)
    rows = [
        ComparisonRow("eruption", "max_pressure_li", "Pa", 4.9e9, 4.9e9, "calibrated", "Gao", 1.0, 0.5),
        ComparisonRow("eruption", "max_principal_stress_llzo", "Pa", 16.5e9, 15e9, "predicted", "Gao, b", 2.0, None),
        ComparisonRow("lost", "max_pressure_li", "Pa", None, None, "predicted", remark="run failed: no equilibrium"),
    ]
    write_comparison(rows, out)
    assert read_comparison(out / "comparison.csv") == rows
    (out / "study.yaml").write_text("name: two\ndescription: How good?\ncases: [eruption.yaml, lost.yaml]\n")
    assert execute(["report", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out / 'report.html'}\n"
    page = HtmlPage(out / "report.html")
    page.assert_for_all_readers()
    assert (page.title, page.heading) == ("two - platingx study", "two")
    assert page.notices[0] == ("bad", "Cases have no result lost; the reasons are below.")
    assert "2 numbers have a published one beside them, of which 1 were fitted to it" in page.notices[1][1]
    assert page.tables["Computed and published"][1:3] == [
        ["eruption", "max pressure li", "4.90 GPa", "4.90 GPa", "+0.0 %", "calibrated", "1.0 %", "0.50 %", "Gao"],
        [
            "eruption",
            "max principal stress llzo",
            "16.5 GPa",
            "15.0 GPa",
            "+10.0 %",
            "predicted",
            "2.0 %",
            "-",
            "Gao, b",
        ],
    ]
    assert page.sections["Failures"] == "lost: run failed: no equilibrium\n"
    assert len(page.pictures) == 2
    assert page.tables["Runs"][:2] == [
        ["case", "refinement 0.7", "refinement 1", "refinement 1.4"], ["eruption", *["6 steps, 25.5 s"] * 3]
    ]  # fmt: skip
    runs = [open_run(out / "eruption" / f"mesh-{factor}") for factor in ("0.7", "1", "1.4")]
    curve = mesh_error_figure({"eruption": runs}).axes[0].lines[0]
    np.testing.assert_allclose(curve.get_xdata(), [1 / 1.4, 1.0, 1 / 0.7])
    np.testing.assert_allclose(curve.get_ydata(), [0.0, 100 * (4.9 / 4.95 - 1), 100 * (4.8 / 4.95 - 1)])
    points = deviation_figure(rows).axes[0].lines
    found = [line.get_xdata()[0] for line in points if line.get_marker() == "o"]
    assert found == [pytest.approx(0.0), pytest.approx(10.0)]
    (out / "comparison.csv").write_text("a,b\n1,2\n")
    assert execute(["report", str(out)]) == 5
    assert "no table of computed and published numbers" in capsys.readouterr().err


def test_what_is_neither_run_nor_study_is_told(tmp_path: Path, capsys) -> None:
    assert execute(["report", str(tmp_path)]) == 5
    assert "neither the folder of a run nor that of a study" in capsys.readouterr().err
    assert execute(["report", str(tmp_path / "nowhere")]) == 2
    out = tmp_path / "out"
    run_stub(study_of(tmp_path, [30]), out)
    (out / "study.yaml").write_text("[1, 2]\n")
    assert execute(["report", str(out)]) == 5
    assert "not those of a study" in capsys.readouterr().err
