"""What would hurt most if lost: a crack that grows in a run takes its metal from the gap, and goes on after a kill."""

import csv
import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from mpi4py import MPI
from PIL import Image

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.errors import CaseError, OutputError
from platingx.post.crack_figures import crack_path_figure
from platingx.post.results import open_run
from platingx.run import crack_growth
from platingx.run.crack_growth import CRACK_CHECKPOINT, CRACK_JSON, CRACK_TABLE, grow
from platingx.run.crack_loading import metal_volume_ratio
from platingx.run.runner import run_case

ERUPTION = Path(__file__).parents[2] / "cases" / "eruption.yaml"
QUICK = {"geometry.mesh.refinement": 0.4, "time.end": "15 ms", "output.figures": False, "output.fields_every": 8}
PRESSURE = "max_pressure_li_Pa"
FLAWS = """flaws:
  - {{name: tip, at: pit_tip, lengths: [{length}], faces: metal}}
  - {{name: leaning, at: pit_tip, angle: 60 deg, lengths: [{length}], faces: metal}}
growth: {{flaw: {flaw}, fill: {fill}, increment: {increment}}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run without flaws."""
    folder = MPI.COMM_WORLD.bcast(tmp_path_factory.mktemp("grown") / "run")
    run_case(load_case(ERUPTION).with_values(QUICK), folder, quiet=True)
    return folder


def flaws(folder: Path, flaw: str = "tip", length: str = "400 nm", fill: str = "full", increment: float = 0.3) -> Path:
    path = folder / "flaws.yaml"
    path.write_text(FLAWS.format(flaw=flaw, length=length, fill=fill, increment=increment), encoding="utf-8")
    return path


def rows(folder: Path) -> dict[str, np.ndarray]:
    with (folder / CRACK_TABLE).open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in table]) for name in table[0]}


def test_a_long_filled_flaw_splits_the_plate(run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run, tmp_path / "run"))
    assert execute(["crack", str(folder), "--grow", "--movie", "--flaws", str(flaws(tmp_path))]) == 0
    content = json.loads((folder / CRACK_JSON).read_text(encoding="utf-8"))
    assert content["event"] == "split"
    assert content["path"]["nodes_m"][-1][1] < -0.95e-6
    assert content["path"]["nodes_m"][-1][0] == pytest.approx(0.0, abs=1e-15)
    table = rows(folder)
    toughness = table["crack_equivalent_intensity_Pa_m05"]
    np.testing.assert_allclose(toughness, 0.95e6, rtol=1e-9)
    # 1.69 GPa of the fine case by the flaw probe
    assert table["crack_pressure_Pa"][0] == pytest.approx(1.69e9, rel=0.03)
    assert (np.diff(table["time_s"]) >= 0.0).all()
    held = table["crack_metal_m2"] / table["crack_charge_m2"]
    assert (held > 0.02).all()
    assert (table["crack_metal_m2"] > table["crack_volume_m2"]).all()  # metal is compressed
    assert (folder / "figures" / "crack_path.png").is_file()
    with Image.open(folder / "figures" / "crack_movie.gif") as movie:
        assert getattr(movie, "n_frames", 1) == len(table["time_s"])
    figure = crack_path_figure(open_run(folder), content, pd.read_csv(folder / CRACK_TABLE))
    drawn = FigureCanvasAgg(figure).get_renderer()
    figure.canvas.draw()
    titles = [axes.title.get_window_extent(drawn) for axes in figure.axes]
    assert all(left.x1 < right.x0 for left, right in pairwise(titles))  # the path is straight, and high
    (strip,) = figure.axes[-1].child_axes
    assert titles[-1].x1 < strip.get_tightbbox(drawn).x1 <= figure.bbox.x1
    assert not titles[-1].overlaps(strip.get_tightbbox(drawn))


def test_killed_in_mid_growth_it_goes_on_to_the_same_end(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = flaws(tmp_path, flaw="leaning", length="520 nm")
    whole, cut = (Path(shutil.copytree(run, tmp_path / name)) for name in ("whole", "cut"))
    grow(whole, file)
    written = []

    def dies(path: Path, content: dict) -> None:
        write_json(path, content)
        written.append(path)
        if len(written) == 2:
            raise KeyboardInterrupt

    write_json = crack_growth.write_json
    monkeypatch.setattr(crack_growth, "write_json", dies)
    with pytest.raises(KeyboardInterrupt):
        grow(cut, file)
    monkeypatch.undo()
    assert not (cut / CRACK_JSON).exists()
    grow(cut, file, resume=True)
    for name in (CRACK_JSON, CRACK_TABLE):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()
    other = flaws(tmp_path, flaw="leaning", length="520 nm", increment=0.2)
    with pytest.raises(OutputError, match="of another run or other flaws"):
        grow(cut, other, resume=True)


@pytest.mark.long
def test_a_gap_solved_again_without_the_metal_of_the_crack_has_the_pressure_of_its_history(tmp_path: Path) -> None:
    """What a crack takes at once is taken from the gap by stripping: its pressure is that of as much less plating."""
    course = [["0 s", "2 A/cm^2"], ["15 ms", "2 A/cm^2"], ["15.001 ms", "-2 A/cm^2"], ["17 ms", "-2 A/cm^2"]]
    given = {**QUICK, "growth.current_density": {"table": course}, "time.end": "16.5 ms"}
    run_case(load_case(ERUPTION).with_values(given), tmp_path / "back", quiet=True)
    with (tmp_path / "back" / "history.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    metal, pressure = (np.array([float(row[name]) for row in table]) for name in ("deposited_thickness_m", PRESSURE))
    most = int(metal.argmax())
    assert metal[-1] < 0.91 * metal[most]
    before = np.interp(metal[most:], metal[: most + 1], pressure[: most + 1])
    np.testing.assert_allclose(pressure[most:], before, rtol=4e-3)


@pytest.mark.long
@pytest.mark.parametrize("film", [False, True], ids=["full", "film"])
def test_killed_again_and_again_it_comes_to_the_same_end(film: bool, run: Path, tmp_path: Path) -> None:
    """SIGKILL at any instant, ten times, each time resumed by a process of its own; full, and with a film."""
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    if film:
        case = load_case(ERUPTION.parent / "peel_film.yaml").with_values({**QUICK, "time.end": "7 ms"})
        run_case(case, whole, quiet=True)
    else:
        shutil.copytree(run, whole)
    shutil.copytree(whole, cut)
    file = None if film else flaws(tmp_path, flaw="leaning", length="520 nm", increment=0.1)
    grow(whole, file)
    command = [sys.executable, "-m", "platingx", "crack", str(cut), "--grow"]
    command += [] if file is None else ["--flaws", str(file)]
    kills, patience = 0, 4.0
    for _ in range(40):
        resumed = [*command, "--resume"] if (cut / CRACK_CHECKPOINT).exists() else command
        with subprocess.Popen(resumed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                _, said = process.communicate(timeout=patience if kills < 10 else 600.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills, patience = kills + 1, patience * 1.3
                continue
            assert process.returncode == 0, said
            break
    assert kills > 0
    for name in (CRACK_JSON, CRACK_TABLE):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.long
def test_a_crack_with_a_film_goes_on_from_each_of_its_lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In mixed mode around a kink; the end is that of a growth that was not stopped, byte by byte."""
    case = load_case(ERUPTION.parent / "peel_film.yaml").with_values({**QUICK, "time.end": "7 ms"})
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    run_case(case, whole, quiet=True)
    shutil.copytree(whole, cut)
    content = grow(whole).content
    with (whole / CRACK_TABLE).open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    fronts = np.array([float(row["crack_front_m"]) for row in table])
    assert (fronts <= np.array([float(row["crack_length_m"]) for row in table]) * (1.0 + 1e-12)).all()
    assert abs(float(table[0]["crack_stress_intensity_2_Pa_m05"])) > 0.2 * 0.95e6
    write_json, written = crack_growth.write_json, 0

    def dies(path: Path, kept: dict) -> None:
        nonlocal written
        write_json(path, kept)
        written += path.name == CRACK_CHECKPOINT
        if path.name == CRACK_CHECKPOINT and written < 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(crack_growth, "write_json", dies)
    for stop in range(4):
        with pytest.raises(KeyboardInterrupt):
            grow(cut, resume=stop > 0)
    grow(cut, resume=True)
    assert written >= len(content["path"]["grown_tips"])
    for name in (CRACK_JSON, CRACK_TABLE):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()


def test_what_does_not_grow_is_told(run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run, tmp_path / "run"))
    dry = grow(folder, flaws(tmp_path, fill="dry")).content
    assert dry["event"] == "closed"
    assert not dry["started"]
    assert "does not grow" in dry["sentences"][0]
    short = grow(folder, flaws(tmp_path, length="2 nm")).content
    assert short["event"] == "arrest"
    assert not short["started"]
    with pytest.raises(OutputError, match="nothing to go on from"):
        grow(folder, flaws(tmp_path), resume=not (folder / CRACK_CHECKPOINT).unlink(missing_ok=True))


def test_metal_that_has_to_flow_into_a_flaw_comes_too_late(run: Path, tmp_path: Path) -> None:
    """A flaw of 100 nm that would grow at 2.0 GPa if it were full is entered by a film and stays at rest."""
    folder = Path(shutil.copytree(run, tmp_path / "run"))
    file = flaws(tmp_path, length="100 nm", fill="front, aperture: 0.5 nm")
    film = grow(folder, file).content
    assert (film["event"], film["started"]) == ("arrest", False)
    front = rows(folder)["crack_front_m"][-1]
    assert 50e-9 < front <= 100e-9
    full = grow(folder, flaws(tmp_path, length="100 nm")).content
    assert full["started"]
    assert full["start_pressure_Pa"] < 0.9 * film["start_pressure_Pa"]
    with pytest.raises(CaseError, match="which nobody has measured"):
        grow(folder, flaws(tmp_path, fill="front"))
    with pytest.raises(CaseError, match="plays no role with fill: full"):
        grow(folder, flaws(tmp_path, fill="full, aperture: 1 nm"))


def test_a_film_needs_a_mouth_to_enter_by(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(
        "flaws: [{name: deep, at: {x: 150 nm, y: -250 nm}, angle: 80 deg, lengths: [120 nm], faces: metal}]\n"
        "growth: {flaw: deep, fill: front, aperture: 1 nm}\n",
        encoding="utf-8",
    )
    with pytest.raises(CaseError, match="a buried flaw has no mouth") as error:
        grow(run, path)
    assert "full or dry" in str(error.value)


def test_mistakes_are_told(run: Path, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no flaw rim"):
        grow(run, flaws(tmp_path, flaw="rim"))
    path = tmp_path / "none.yaml"
    path.write_text("flaws: [{name: tip, at: pit_tip, lengths: [9 nm], faces: dry}]\n", encoding="utf-8")
    with pytest.raises(CaseError, match="no flaw is said to grow"):
        grow(run, path)
    assert execute(["crack", str(run), "--resume"]) == 2
    assert execute(["crack", str(run), "--movie"]) == 2


def test_metal_under_pressure_is_that_of_murnaghan() -> None:
    elasticity = load_case(ERUPTION).materials["li"].elasticity
    pressure = np.array([0.0, 1e9, 4.9e9])
    expected = (1.0 + 3.5 * pressure / elasticity.bulk_modulus) ** (-1.0 / 3.5)
    np.testing.assert_allclose(metal_volume_ratio(elasticity, pressure), expected, rtol=2e-5)


@pytest.mark.mpi
@pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="compares ranks")
def test_ranks_agree(run: Path, tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path)
    if comm.rank == 0:
        for name in ("alone", "together"):
            shutil.copytree(run, folder / name)
        flaws(folder, flaw="leaning", length="520 nm")
    comm.barrier()
    file = folder / "flaws.yaml"
    together = grow(folder / "together", file, comm=comm).content
    if comm.rank == 0:
        alone = grow(folder / "alone", file, comm=MPI.COMM_SELF).content
        assert alone["event"] == together["event"]
        nodes = [content["path"]["nodes_m"] for content in (together, alone)]
        assert len(nodes[1]) > 2
        np.testing.assert_allclose(*nodes, rtol=1e-6, atol=1e-6 * 520e-9)
    comm.barrier()


@pytest.mark.mpi
@pytest.mark.long
@pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="compares ranks")
def test_ranks_agree_on_a_film(tmp_path: Path) -> None:
    """Run and growth of the shipped film together, and growth from the same files alone."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path)
    case = load_case(ERUPTION.parent / "peel_film.yaml").with_values({**QUICK, "time.end": "7 ms"})
    run_case(case, folder / "together", quiet=True)
    if comm.rank == 0:
        shutil.copytree(folder / "together", folder / "alone")
    comm.barrier()
    together = grow(folder / "together", comm=comm).content
    if comm.rank == 0:
        alone = grow(folder / "alone", comm=MPI.COMM_SELF).content
        assert alone["event"] == together["event"] == "flake"
        nodes = [content["path"]["nodes_m"] for content in (together, alone)]
        np.testing.assert_allclose(*nodes, rtol=1e-6, atol=1e-6 * 60e-9)
        fronts = [rows(folder / name)["crack_front_m"] for name in ("together", "alone")]
        np.testing.assert_allclose(*fronts, rtol=1e-6)
    comm.barrier()


@pytest.mark.parametrize(
    ("name", "end", "event"),
    [
        ("peel", "7 ms", "flake"),
        pytest.param("peel_film", "7 ms", "flake", marks=pytest.mark.long),
        pytest.param("split", "20 ms", "split", marks=pytest.mark.long),
        pytest.param("buried", "24 ms", "metal", marks=pytest.mark.long),
    ],
)
def test_shipped_cases_end_as_they_say(name: str, end: str, event: str, tmp_path: Path) -> None:
    """On coarse meshes: a flake at the edge of an island, a split plate, a buried crack that meets the metal again."""
    case = load_case(ERUPTION.parent / f"{name}.yaml").with_values({**QUICK, "time.end": end})
    run_case(case, tmp_path / name, quiet=True)
    content = grow(tmp_path / name).content
    assert content["event"] == event
    nodes = np.array(content["path"]["nodes_m"])
    if name.startswith("peel"):
        assert (np.diff(nodes[1:, 1]) > -1e-9).all()  # up to the surface again
        assert nodes[-1, 0] > 270e-9
        # what the block of flaws says of the same run: the flaw at the edge is judged to grow, that of the pit is not
        judged = json.loads((tmp_path / name / "summary.json").read_text())["fracture"]["flaws"]
        grows = {flaw["name"]: flaw["lengths"][0]["grows"] for flaw in judged if flaw["faces"] == "filled"}
        assert grows == ({"edge": True, "tip": False} if name == "peel" else {"edge": True})
