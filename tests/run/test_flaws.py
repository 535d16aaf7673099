"""What would hurt most if lost: a run and ``platingx crack`` say the same of a flaw, on any number of ranks, and name
what they assume.
"""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from foreign_cell import write_case
from matplotlib.backends.backend_agg import FigureCanvasAgg
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.config.library import load_material, material_names
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.flaw_figures import flaw_figure
from platingx.post.history import read_history, read_summary
from platingx.run.crack import crack
from platingx.run.runner import run_case
from platingx.run.stored_states import hencky_stress

ROOT = Path(__file__).parents[2]
ERUPTION = ROOT / "cases" / "eruption.yaml"
TIP = {"name": "tip", "at": "pit_tip", "lengths": ["1 nm", "20 nm"], "faces": "both"}
FLAWS = [
    TIP,
    {"name": "leaning", "at": "pit_tip", "angle": "60 deg", "lengths": ["20 nm"], "faces": "metal"},
    {"name": "aside", "at": {"x": "240 nm"}, "angle": "40 deg", "lengths": ["50 nm"], "faces": "metal"},
    {"name": "deep", "at": {"x": "60 nm", "y": "-150 nm"}, "angle": "0.5 rad", "lengths": ["40 nm"], "faces": "dry"},
]
QUICK = {
    "geometry.mesh.refinement": 0.4,
    "time.end": "4 ms",
    "output.figures": False,
    "output.checkpoint.every_steps": 1,
    "output.checkpoint.keep": 50,
}


def quick_case(flaws: list[dict[str, object]] = FLAWS, **block: object):
    return load_case(ERUPTION).with_values({**QUICK, "fracture": {"flaws": flaws, **block}})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run with flaws; a copy of its folder may be changed."""
    folder = tmp_path_factory.mktemp("flaws") / "run"
    run_case(quick_case(criterion="coupled"), folder, quiet=True)
    return folder


def flaw(content: dict, name: str, faces: str) -> dict:
    (found,) = [each for each in content["flaws"] if (each["name"], each["faces"]) == (name, faces)]
    return found


def test_history_and_summary_have_the_flaws(run: Path) -> None:
    history, content = read_history(run), read_summary(run)["fracture"]
    column = history["stress_intensity_1_tip_20nm_filled_Pa_m05"].to_numpy()
    assert (np.diff(column) > 0.0).all()
    filled, dry = flaw(content, "tip", "filled"), flaw(content, "tip", "dry")
    assert filled["lengths"][1]["stress_intensity_1_Pa_m05"] == column[-1]
    pressure = history["flaw_pressure_tip_Pa"].to_numpy()
    release = history["energy_release_rate_tip_20nm_filled_J_per_m2"].to_numpy()
    np.testing.assert_allclose(release, column**2 / (150e9 / (1.0 - 0.26**2)), rtol=1e-12)
    expected = pressure[-1] * 0.95e6 / column[-1]
    assert filled["lengths"][1]["critical_pressure_Pa"] == pytest.approx(expected)
    assert filled["lengths"][1]["critical_pressure_is"] == "in proportion from the end of the run"
    assert dry["lengths"][1]["stress_intensity_1_Pa_m05"] < column[-1]
    assert "is filled with Li" in filled["sentence"]
    assert "is dry" in dry["sentence"]
    assert flaw(content, "leaning", "filled")["lengths"][0]["kink_angle_deg"] != 0.0
    assert filled["nucleation"]["load_factor"] > 1.0
    assert not filled["nucleation"]["cracks"]
    assert all(row["j_integral_deviation"] < 5e-3 for each in content["flaws"] for row in each["lengths"])


def test_the_command_finds_the_same_in_the_files_of_the_run(run: Path, tmp_path: Path) -> None:
    """The stress is that of displacement and pressure as they were written, in single precision."""
    folder = shutil.copytree(run, tmp_path / "run")
    there, here = read_summary(run)["fracture"], crack(folder).content
    for one, two in zip(there["flaws"], here["flaws"], strict=True):
        for a, b in zip(one["lengths"], two["lengths"], strict=True):
            size = abs(a["stress_intensity_1_Pa_m05"]) + abs(a["stress_intensity_2_Pa_m05"])
            for mode in (1, 2):
                key = f"stress_intensity_{mode}_Pa_m05"
                assert b[key] == pytest.approx(a[key], abs=1e-4 * size)
    assert json.loads((folder / "flaws.json").read_text())["sentences"] == here["sentences"]
    assert len((folder / "flaws.csv").read_text().splitlines()) == 1 + len(read_history(run))


def test_a_stress_that_was_written_is_used(tmp_path: Path) -> None:
    """Then the command and the run see the same numbers."""
    names = {"output.fields.names": ["cauchy_stress", "pressure"], "time.end": "0.5 ms"}
    run_case(quick_case(FLAWS[:2]).with_values(names), tmp_path / "run", quiet=True)
    there, here = read_summary(tmp_path / "run")["fracture"], crack(tmp_path / "run").content
    for one, two in zip(there["flaws"], here["flaws"], strict=True):
        for a, b in zip(one["lengths"], two["lengths"], strict=True):
            for mode in (1, 2):
                key = f"stress_intensity_{mode}_Pa_m05"
                assert b[key] == pytest.approx(a[key], rel=1e-9, abs=1e-3)


def test_a_flaw_straight_down_is_the_same_in_half_and_whole_body(tmp_path: Path, run: Path) -> None:
    """89.999 degrees asks for the whole body."""
    folder = shutil.copytree(run, tmp_path / "run")
    file = tmp_path / "flaws.yaml"
    file.write_text("flaws: [{name: nearly, at: pit_tip, angle: 89.999 deg, lengths: [20 nm], faces: both}]")
    here, there = crack(folder, file).content, read_summary(run)["fracture"]
    for faces in ("filled", "dry"):
        nearly = flaw(here, "nearly", faces)["lengths"][0]["stress_intensity_1_Pa_m05"]
        assert nearly == pytest.approx(flaw(there, "tip", faces)["lengths"][1]["stress_intensity_1_Pa_m05"], rel=1e-2)


def test_flaws_to_the_left_and_to_the_right_are_mirror_images(run: Path, tmp_path: Path) -> None:
    """The model is the right half: stresses on the left are those of the right, with the other sign of the shear."""
    folder = shutil.copytree(run, tmp_path / "run")
    file = tmp_path / "flaws.yaml"
    lines = [
        f"  - {{name: a{angle}, at: pit_tip, angle: {angle} deg, lengths: [20 nm], faces: metal}}"
        for angle in (60, 120)
    ]
    file.write_text("\n".join(["flaws:", *lines]))
    right, left = (each["lengths"][0] for each in crack(folder, file).content["flaws"])
    assert left["stress_intensity_1_Pa_m05"] == pytest.approx(right["stress_intensity_1_Pa_m05"], rel=5e-3)
    assert left["kink_angle_deg"] == pytest.approx(-right["kink_angle_deg"], abs=0.5)
    assert abs(right["kink_angle_deg"]) > 2.0


def test_tension_along_the_surface_opens_what_is_dry(run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run, tmp_path / "run")
    file = tmp_path / "flaws.yaml"
    text = "flaws: [{name: tip, at: pit_tip, lengths: [20 nm], faces: dry}]\nresidual_stress: "
    found = []
    for stress in ("0 MPa", "200 MPa", "-200 MPa"):
        file.write_text(text + stress)
        content = crack(folder, file).content
        found.append(content["flaws"][0]["lengths"][0]["stress_intensity_1_Pa_m05"])
    assert found[1] - found[0] == pytest.approx(found[0] - found[2], rel=1e-9)
    # between a deep notch without and with concentration of stress at its root
    assert 0.8 < (found[1] - found[0]) / (200e6 * np.sqrt(np.pi * 20e-9)) < 1.3
    assert any("residual stress" in text for text in content["assumptions"])


def test_a_run_that_is_resumed_says_the_same(run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run, tmp_path / "run")
    for path in sorted((folder / "checkpoint").iterdir())[3:]:
        shutil.rmtree(path)
    run_case(quick_case(criterion="coupled"), folder, quiet=True, resume=True)
    assert (folder / "history.csv").read_bytes() == (run / "history.csv").read_bytes()
    assert read_summary(folder)["fracture"] == read_summary(run)["fracture"]


@pytest.mark.mpi
def test_the_same_on_several_ranks(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path / "run", root=0)
    case = quick_case(FLAWS[:3]).with_values({"time.end": "0.5 ms"})
    run_case(case, folder, quiet=True, comm=comm)
    found = crack(folder, comm=comm).content
    alone = run_case(case, folder.with_name(f"alone_{comm.rank}"), quiet=True, comm=MPI.COMM_SELF).summary["fracture"]
    for content, close in ((read_summary(folder)["fracture"], 1e-6), (found, 2e-5)):
        for one, two in zip(alone["flaws"], content["flaws"], strict=True):
            for a, b in zip(one["lengths"], two["lengths"], strict=True):
                size = abs(a["stress_intensity_1_Pa_m05"]) + abs(a["stress_intensity_2_Pa_m05"])
                assert b["stress_intensity_1_Pa_m05"] == pytest.approx(a["stress_intensity_1_Pa_m05"], abs=close * size)


def test_another_metal_on_another_electrolyte_from_a_mesh_file(tmp_path: Path) -> None:
    """Sodium on LPSC on a third region: no strength is known, and the toughness gives its half of the verdict."""
    path = write_case(tmp_path)
    assert execute(["run", str(path), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    file = tmp_path / "flaws.yaml"
    file.write_text(
        "criterion: coupled\n"
        "flaws:\n"
        "  - {name: dent, at: {x: 0 nm}, lengths: [5 nm, 50 nm], faces: both}\n"
        "  - {name: flat, at: {x: 200 nm}, angle: 45 deg, lengths: [20 nm], faces: metal}\n"
    )
    content = crack(tmp_path / "out", file).content
    dent = flaw(content, "dent", "filled")
    assert dent["place_m"] == pytest.approx([0.0, -60e-9], abs=1e-12)
    assert dent["direction"] == pytest.approx([0.0, -1.0], abs=1e-9)
    assert "nucleation" not in dent
    assert "LPSC" in dent["sentence"]
    assert "Na" in dent["sentence"]
    assert any("sockel" in text for text in content["assumptions"])


METALS = ("lithium_anand_narayan_2019", "lithium_narayan_anand_2018", "lithium_norton", "sodium")


@pytest.mark.long
@pytest.mark.parametrize("electrolyte", ["llzo", "lpsc"])
@pytest.mark.parametrize("metal", METALS)
def test_every_metal_on_every_electrolyte_of_the_library_has_its_table(
    metal: str, electrolyte: str, tmp_path: Path
) -> None:
    """Metal adds its pressure to the faces of a short flaw, in any pair; a strength tells of nucleation, too."""
    path = write_case(tmp_path, metal=metal, electrolyte=electrolyte)
    assert execute(["run", str(path), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    file = tmp_path / "flaws.yaml"
    file.write_text(
        "criterion: coupled\nflaws: [{name: flat, at: {x: 300 nm}, lengths: [2 nm, 5 nm, 20 nm], faces: both}]\n"
    )
    content = crack(tmp_path / "out", file).content
    filled, dry = (flaw(content, "flat", faces) for faces in ("filled", "dry"))
    with (tmp_path / "out" / "flaws.csv").open(encoding="utf-8") as table:
        last = list(csv.DictReader(table))[-1]
    pressure = float(last["flaw_pressure_flat_Pa"])
    for length, one, other in zip((2e-9, 5e-9, 20e-9), filled["lengths"], dry["lengths"], strict=True):
        added = one["stress_intensity_1_Pa_m05"] - other["stress_intensity_1_Pa_m05"]
        assert added / (pressure * np.sqrt(np.pi * length)) == pytest.approx(1.1215, rel=0.03)
        toughness = {"llzo": 0.95e6, "lpsc": 0.3e6}[electrolyte]
        assert filled["toughness_Pa_m05"] == toughness
        if one["critical_pressure_Pa"] is not None and one["critical_pressure_is"].startswith("in proportion"):
            expected = pressure * toughness / one["largest_equivalent_stress_intensity_Pa_m05"]
            assert one["critical_pressure_Pa"] == pytest.approx(expected, rel=1e-6)
    assert ("nucleation" in filled) == (electrolyte == "llzo")
    assert {"llzo": "LLZO", "lpsc": "LPSC"}[electrolyte] in filled["sentence"]
    assert {"sodium": "Na"}.get(metal, "Li") in filled["sentence"]


def test_every_material_that_can_crack_or_fill_is_in_that_list() -> None:
    """A metal or an electrolyte that joins the library joins the test above, too."""
    roles = {name: load_material(name).role for name in material_names()}
    assert {name for name, role in roles.items() if role == "metal"} == set(METALS)
    assert {name for name, role in roles.items() if role == "electrolyte"} == {"llzo", "lpsc"}


@pytest.mark.parametrize(
    ("change", "key", "message"),
    [
        ({"lengths": ["2 um"]}, "fracture.flaws.0.lengths.0", "leaves the ceramic"),
        ({"at": {"x": "5 um"}}, "fracture.flaws.0.at.x", "no surface at this x"),
        ({"at": {"x": "240 nm"}, "angle": "2 deg"}, "fracture.flaws.0.lengths.0", "comes closer to the surface"),
        ({"at": {"x": "0 nm", "y": "100 nm"}}, "fracture.flaws.0.lengths.0", "leaves the ceramic"),
    ],
)
def test_a_flaw_without_a_place_is_refused(tmp_path: Path, change: dict, key: str, message: str) -> None:
    case = quick_case([{**TIP, **change}])
    with pytest.raises(CaseError, match=message) as caught:
        run_case(case, tmp_path / "run", quiet=True)
    assert caught.value.first.key == key


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fracture": {"flaws": [{**TIP, "lengths": ["2 nm", "1 nm"]}]}}, "have to ascend"),
        ({"fracture": {"flaws": [TIP, TIP]}}, "two flaws are called tip"),
        ({"fracture": {"flaws": [{**TIP, "region": "li"}]}}, "there is no ceramic li"),
        ({"fracture": {"flaws": [{key: TIP[key] for key in ("name", "at", "lengths")}]}}, "faces"),
        ({"fracture": {"flaws": [TIP]}, "geometry.symmetry": "axisymmetric"}, "a cone or a ring"),
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        load_case(ERUPTION).with_values(values)


def test_flaws_of_a_body_in_space_are_refused() -> None:
    with pytest.raises(CaseError, match="a three-dimensional model"):
        load_case(ROOT / "cases" / "low_rate_3d.yaml").with_values({"fracture": {"flaws": [TIP]}})


def test_the_command_asks_for_flaws(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plain"
    run_case(load_case(ERUPTION).with_values({**QUICK, "time.end": "0.2 ms"}), folder, quiet=True)
    assert execute(["crack", str(folder)]) == 2
    assert "no block fracture" in capsys.readouterr().err
    file = tmp_path / "flaws.yaml"
    file.write_text("flaws: [{name: tip, at: pit_tip, lengths: [20], faces: dry}]")
    assert execute(["crack", str(folder), "--flaws", str(file)]) == 2
    assert "flaws.yaml:1" in capsys.readouterr().err
    assert execute(["crack", str(tmp_path / "nothing")]) == 5


def test_the_figure_shows_what_was_found(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Curves filled and dry, the toughness, volts beside GPa, and energies over angles of one place."""
    folder = shutil.copytree(run, tmp_path / "run")
    file = tmp_path / "flaws.yaml"
    lines = [
        f"  - {{name: a{angle}, at: {{x: 240 nm}}, angle: {angle} deg, lengths: [50 nm], faces: metal}}"
        for angle in (40, 90, 130)
    ]
    tip = "  - {name: tip, at: pit_tip, lengths: [1 nm, 20 nm], faces: both}"
    file.write_text("\n".join(["flaws:", tip, *lines, "criterion: coupled"]))
    assert execute(["crack", str(folder), "--flaws", str(file)]) == 0
    told = capsys.readouterr().out
    assert "verdict: If a sharp flaw at (240, 0) nm of LLZO, at 40° to the surface, is filled" in told
    assert told.count("verdict: A smooth surface at (240, 0) nm") == 1  # whatever the angles of its flaws
    assert (folder / "figures" / "flaws.png").stat().st_size > 10_000
    content = json.loads((folder / "flaws.json").read_text())
    first, second, third = flaw_figure(content, "run").axes
    filled = flaw(content, "tip", "filled")["lengths"]
    np.testing.assert_allclose(
        first.lines[0].get_ydata(), [row["largest_equivalent_stress_intensity_Pa_m05"] / 1e6 for row in filled]
    )
    np.testing.assert_allclose(second.lines[0].get_ydata(), [row["critical_pressure_Pa"] / 1e9 for row in filled])
    volts = second.child_axes[0]
    FigureCanvasAgg(second.figure).draw()
    assert volts.get_ylim()[1] == pytest.approx(second.get_ylim()[1] * 1e9 * 13e-6 / 96485.33, rel=1e-6)
    np.testing.assert_allclose(np.degrees(third.lines[0].get_xdata()), [40.0, 90.0, 130.0])


def test_hencky_stress_in_closed_form() -> None:
    """Stretch along x by 1.2 in plane strain, turned by 30 degrees: s = (2 G dev ln V + K ln J) / J."""
    elasticity = load_case(ERUPTION).materials["llzo"].elasticity
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    stretch = turn @ np.diag([1.2, 1.0])
    theta = np.log(1.2)
    g, k = elasticity.shear_modulus, elasticity.bulk_modulus
    principal = np.array([2 * g * 2 / 3 + k, k - 2 * g / 3, k - 2 * g / 3]) * theta / 1.2
    found = hencky_stress(stretch, elasticity)
    tensor = np.array([[found[0], found[3]], [found[3], found[1]]])
    np.testing.assert_allclose(turn.T @ tensor @ turn, np.diag(principal[:2]), rtol=1e-12, atol=1.0)
    assert found[2] == pytest.approx(principal[2])
