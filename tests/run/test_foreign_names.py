"""Sodium on LPSC on a third region, from a mesh file with none of the names of the built geometries.

What would hurt most if lost: a picture, a column or a sentence that calls one material by the name of another.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from foreign_cell import write_case, write_mesh
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.exchange.calculix import calculix_deck
from platingx.post import figures
from platingx.post.movie import movie_frames
from platingx.post.results import open_run
from platingx.post.style import Look
from platingx.run.runner import run_case

FOREIGN = re.compile(r"llzo|lithium|(?<![a-z])li(?![a-z])", re.IGNORECASE)
"""Names of another metal and another electrolyte."""
ROOT = Path(__file__).parents[2]


def check(text: str) -> None:
    found = FOREIGN.search(text)
    assert found is None, text[max(0, found.start() - 60) : found.end() + 60]


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the case and, in ``out``, its run from the command line."""
    folder = tmp_path_factory.mktemp("cell")
    assert execute(["run", str(write_case(folder)), "--out", str(folder / "out"), "--verbose"]) == 0
    return folder


def texts(figure: Figure) -> str:
    """All that is written on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def test_files_of_the_run_have_the_names_of_the_case(cell: Path) -> None:
    out = cell / "out"
    with (out / "history.csv").open() as file:
        header = next(csv.reader(file))
    assert {"max_pressure_natrium_Pa", "mean_pressure_natrium_Pa", "max_principal_stress_keramik_Pa"} <= set(header)
    assert "max_principal_stress_natrium_Pa" not in header
    assert {f"force_{axis}_{name}_N_per_m" for axis in "xy" for name in ("unten", "mitte", "wand", "deckel")} <= {
        *header
    }
    for name in ("history.csv", "summary.json", "run.log", "manifest.json", "case.resolved.yaml"):
        text = (out / name).read_text(encoding="utf-8")
        check("\n".join(line for line in text.splitlines() if "description" not in line))
    assert {path.name for path in (out / "figures").iterdir()} == {
        "histories.png", "mesh.png", "pressure_natrium.png", "principal_stress_keramik.png",
    }  # fmt: skip
    log = (out / "run.log").read_text(encoding="utf-8")
    assert re.search(r"step +1 .* p \(Na\) \S+ MPa, max sigma_1 \(LPSC\) \S+ MPa", log)
    assert "boundary deckel: fixed" in log


def test_the_verdict_is_half_of_one_in_words(cell: Path) -> None:
    verdict = json.loads((cell / "out" / "summary.json").read_text(encoding="utf-8"))["verdict"]
    assert (verdict["region"], verdict["cracks"], verdict["theoretical_strength_Pa"]) == ("keramik", None, None)
    assert verdict["critical_flaw_depth_m"] > 0.0
    assert verdict["sentence"].startswith("The electrolyte LPSC (keramik) has a maximum principal stress of ")
    assert "whether it cracks without a flaw is not known" in verdict["sentence"]


def test_figures_say_what_they_show(cell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, str] = {}

    def keep(figure: Figure, path: Path, look: Look) -> Path:
        said[path.name] = texts(figure)
        return path

    monkeypatch.setattr(figures, "save", keep)
    figures.make_all(cell / "out")
    for text in said.values():
        check(text)
    assert "Pressure in Na (MPa)" in said["pressure_natrium.png"]
    assert "Maximum principal stress in LPSC (MPa)" in said["principal_stress_keramik.png"]
    for name in ("pressure_natrium.png", "principal_stress_keramik.png"):
        assert {"x (nm)", "y (nm)", "Na", "LPSC"} <= set(said[name].splitlines())
    assert {"Na: 16 elements", "LPSC: 24 elements", "Cu: 16 elements"} <= set(said["mesh.png"].splitlines())
    assert "Pressure in Na (MPa)" in said["histories.png"]
    assert "in LPSC (MPa)" in said["histories.png"]
    assert len(movie_frames(open_run(cell / "out"), most=2)) == 2


def test_every_command_takes_the_run(cell: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, copy = cell / "out", tmp_path / "copy"
    shutil.copytree(out, copy)
    assert execute(["validate", str(cell / "case.yaml")]) == 0
    assert execute(["post", str(copy), "--movie"]) == 0
    assert execute(["compare", str(out), str(copy)]) == 0
    assert (
        execute(["export", str(cell / "case.yaml"), "--format", "calculix", "--out", str(tmp_path / "deck.inp")]) == 0
    )
    captured = capsys.readouterr()
    check(captured.out + captured.err)
    with Image.open(copy / "figures" / "movie.gif") as movie:
        assert movie.n_frames >= 3
    deck = (tmp_path / "deck.inp").read_text(encoding="utf-8")
    check(deck)
    assert re.search(r"\*ELEMENT, TYPE=\w+, ELSET=natrium\n", deck)
    assert "NSET=held_deckel" in deck


def test_a_deck_has_names_that_its_code_can_read(tmp_path: Path) -> None:
    """Names with commas and blanks, and a region and a boundary that differ in capitals only, run and are exported."""
    text = write_case(tmp_path).read_text(encoding="utf-8")
    rename = {
        "  length_unit: 1 nm\n": '  length_unit: 1 nm\n'
        '  regions: {"Na, metal": natrium, ORT: sockel, "1/$x": keramik}\n'
        '  boundaries: {"my bottom (1)": unten, ort: mitte}\n',
        "  natrium:": '  "Na, metal":', "  sockel:": "  ORT:", "  keramik:": '  "1/$x":',
        "  unten: roller": '  "my bottom (1)": roller', "  mitte: roller": "  ort: roller",
    }  # fmt: skip
    for old, new in rename.items():
        text = text.replace(old, new, 1)
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    case = load_case(tmp_path / "odd.yaml")
    result = run_case(case, tmp_path / "out", quiet=True)
    assert "max_pressure_Na, metal_Pa" in result.history
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert {"pressure_Na__metal.png", "principal_stress_1__x.png"} <= names
    deck = calculix_deck(case)
    sets = re.findall(r"(?:ELSET|NSET|MATERIAL|NAME)=([^\n]*?)(?=,|\n)", deck.text())
    assert {"Na__metal", "ORT", "set_1__x", "my_bottom__1_", "ort_2", "held_ort_2", "held_my_bottom__1_"} <= set(sets)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,79}", name) for name in sets)
    assert any("'Na, metal' is called Na__metal" in note for note in deck.notes)


def test_a_deck_of_linear_cells_is_refused_in_words(tmp_path: Path) -> None:
    path = write_case(tmp_path)
    write_mesh(tmp_path / "cell.inp", second_order=False)
    with pytest.raises(CaseError, match="second-order elements, but the cells of this mesh are quad"):
        calculix_deck(load_case(path))


def test_a_run_that_fails_names_the_metal_and_its_boundaries(tmp_path: Path) -> None:
    conditions = "  unten: roller\n  mitte: roller\n  wand: roller\n  deckel: {x: 0, y: {rate: -3 mm/s}}"
    path = write_case(tmp_path, conditions)
    assert execute(["run", str(path), "--out", str(tmp_path / "out"), "--set", "time.minimum_step=0.4 ms"]) == 4
    message = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["message"]
    check(message)
    assert "natrium" in message
    assert "boundary_conditions.deckel (now {x: 0.0 m, y: {rate: -0.003 m/s}})" in message


def test_several_electrolytes_have_a_column_a_figure_and_a_verdict_each(tmp_path: Path) -> None:
    third = "{base: lpsc, label: LPSC-2, fracture: {theoretical_strength: 1 kPa}}"
    case = load_case(write_case(tmp_path, third=third), [("materials.sockel.fracture.theoretical_strength", "1 kPa")])
    result = run_case(case, tmp_path / "out", quiet=True)
    assert {"max_principal_stress_keramik_Pa", "max_principal_stress_sockel_Pa"} <= set(result.history.columns)
    first, second = result.summary["verdict"], *result.summary["other_verdicts"]
    assert {first["region"], second["region"]} == {"keramik", "sockel"}
    assert "LPSC (keramik)" in first["sentence"] + second["sentence"]
    assert "LPSC-2 (sockel)" in first["sentence"] + second["sentence"]
    assert result.regions.headlines == (
        "max_pressure_natrium", "max_principal_stress_keramik", "max_principal_stress_sockel",
    )  # fmt: skip
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert {"principal_stress_keramik.png", "principal_stress_sockel.png"} <= names
    log = (tmp_path / "out" / "run.log").read_text(encoding="utf-8")
    assert re.search(r"sigma_1 \(LPSC\) \S+ MPa, max sigma_1 \(LPSC-2\) \S+ [kM]?Pa", log)


def test_materials_given_in_full_take_their_role_from_growth(tmp_path: Path) -> None:
    metal = "{elasticity: {young_modulus: 5 GPa, poisson_ratio: 0.3}, molar_volume: 23.7 cm^3/mol}"
    ceramic = "{elasticity: {young_modulus: 20 GPa, poisson_ratio: 0.3}}"
    case = load_case(write_case(tmp_path, metal=metal, electrolyte=ceramic))
    assert case.growth.region == "natrium"
    assert {name: (material.role, material.label) for name, material in case.materials.items()} == {
        "natrium": ("metal", "natrium"), "keramik": ("electrolyte", "keramik"), "sockel": ("other", "Cu"),
    }  # fmt: skip


def test_built_geometries_take_any_names(tmp_path: Path) -> None:
    values = [("geometry.mesh.refinement", "0.2"), ("time.end", "0.2 ms"), ("output.figures", "true")]
    text = (ROOT / "cases" / "eruption.yaml").read_text(encoding="utf-8")
    start, end = text.index("materials:"), text.index("temperature:")
    text = text[:start] + "materials: {lpsc: lpsc, na: sodium}\n\n" + text[end : text.index("# Which numbers were")]
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    result = run_case(load_case(tmp_path / "case.yaml", values), tmp_path / "out", quiet=True)
    assert {"max_pressure_na_Pa", "max_principal_stress_lpsc_Pa", "collector_force_N_per_m"} <= {
        *result.history.columns
    }
    assert result.regions.growing == "na"
    fields = result.fields
    metal = fields.points[fields.cells[fields.region_mask("na")]]
    assert metal[..., 1].max() == pytest.approx(fields.points[:, 1].max())
    assert (tmp_path / "out" / "figures" / "pressure_na.png").is_file()


def test_the_mesh_of_the_cell_is_refused_under_wrong_names(tmp_path: Path) -> None:
    write_mesh(tmp_path / "cell.inp")
    path = write_case(tmp_path, "  unten: roller\n  mitte: roller\n  wandt: roller\n  deckel: fixed")
    assert execute(["run", str(path), "--out", str(tmp_path / "out")]) == 3
