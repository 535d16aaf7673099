"""What would hurt most if lost: a run that is worthless once its folder has another place, or the process another one.

A laptop and a cluster, scratch and home, a notebook that changes its folder.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from platingx.cli.main import execute
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.resolved import CURRENT_FILE, LONGEST_TABLE, fingerprint, fingerprint_of_results, resolved_files
from platingx.errors import OutputError
from platingx.post.history import read_case, read_manifest
from platingx.post.results import open_run
from platingx.run.meshing import build_mesh_data
from platingx.run.runner import run_case
from platingx_meshes.mesh_data import MeshData

ERUPTION = Path(__file__).parents[2] / "cases" / "eruption.yaml"
COARSE = [("geometry.mesh.refinement", "0.3"), ("geometry.mesh.layers", "4")]
VALUES = [
    ("time.end", "0.4 ms"),
    ("time.milestones", "[0.4 ms]"),
    ("time.initial_step", "5 us"),
    ("time.maximum_step", "50 us"),
    ("output.figures", "false"),
    ("output.checkpoint.every_steps", "1"),
]


def foreign_mesh() -> MeshData:
    """The coarse pit with another order of cells and nodes than platingx would choose, as other programs write it."""
    made = build_mesh_data(load_case(ERUPTION, COARSE).geometry)  # type: ignore[arg-type]
    generator = np.random.default_rng(20261128)
    cells, nodes = generator.permutation(len(made.cells)), generator.permutation(len(made.points))
    place = np.argsort(nodes)
    return MeshData(
        points=made.points[nodes],
        cell_type=made.cell_type,
        cells=place[made.cells[cells]],
        cell_regions=made.cell_regions[cells],
        facets=place[made.facets],
        facet_boundaries=made.facet_boundaries,
        region_names=made.region_names,
        boundary_names=made.boundary_names,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case, its mesh in nanometres, and its run, moved away together after the run."""
    first = tmp_path_factory.mktemp("first") / "project"
    first.mkdir()
    mesh = foreign_mesh()
    mesh.points[:] *= 1e9
    mesh.write_msh(first / "pit.msh")
    (first / "base.yaml").write_text(ERUPTION.read_text())
    (first / "case.yaml").write_text(
        "extends: base.yaml\nname: moved\ncalibration: []\npublished: []\n"
        "geometry: {builder: file, path: pit.msh, length_unit: 1 nm}\n"
    )
    run_case(load_case(first / "case.yaml", VALUES), first / "run", quiet=True)
    second = tmp_path_factory.mktemp("second") / "elsewhere"
    shutil.move(first, second)
    return second


def copy_of(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "copy"))


def longer(path: Path, end: str = "0.5 ms") -> Case:
    return load_case(path, [*VALUES, ("time.end", end)])


def test_a_moved_run_goes_on(project: Path, tmp_path: Path) -> None:
    """With the case beside it, and with the case in its own folder; both to the last bit."""
    folder = copy_of(project, tmp_path)
    whole = run_case(longer(folder / "case.yaml"), tmp_path / "whole", quiet=True)
    shutil.copytree(folder / "run", tmp_path / "other place")
    for case, run in (("case.yaml", folder / "run"), (tmp_path / "other place" / "case.resolved.yaml", None)):
        out = run or tmp_path / "other place"
        resumed = run_case(longer(folder / case), out, resume=True, quiet=True)
        assert len(read_manifest(out)["resumed"]) == 1
        assert resumed.history.equals(whole.history)
        assert resumed.manifest["mesh_sha256"] == whole.manifest["mesh_sha256"]


def test_the_resolved_case_is_the_same_case_wherever_its_folder_is(project: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(project / "run", tmp_path / "alone"))
    assert execute(["validate", str(alone / "case.resolved.yaml")]) == 0
    resolved = load_case(alone / "case.resolved.yaml")
    assert fingerprint(resolved) == fingerprint(load_case(project / "case.yaml", VALUES))
    again = run_case(resolved, tmp_path / "again", quiet=True)
    assert again.history.equals(open_run(project / "run").history)
    assert again.manifest["mesh_sha256"] == read_manifest(project / "run")["mesh_sha256"]
    assert read_case(tmp_path / "again") == read_case(alone)


def test_another_mesh_at_the_same_path_is_another_run(project: Path, tmp_path: Path) -> None:
    folder = copy_of(project, tmp_path)
    before = fingerprint_of_results(longer(folder / "case.yaml"))
    mesh = foreign_mesh()
    mesh.points[:] *= 1.0001e9
    mesh.write_msh(folder / "pit.msh")
    assert fingerprint_of_results(longer(folder / "case.yaml")) != before
    with pytest.raises(OutputError, match="the mesh is not that of"):
        run_case(longer(folder / "case.yaml"), folder / "run", resume=True, quiet=True)


def test_a_run_does_not_remove_the_mesh_that_it_reads(project: Path, tmp_path: Path) -> None:
    folder = copy_of(project, tmp_path) / "run"
    with pytest.raises(OutputError, match="would be removed with the run"):
        run_case(load_case(folder / "case.resolved.yaml"), folder, force=True, quiet=True)
    assert (folder / "mesh.msh").is_file()
    assert (folder / "history.csv").is_file()


def test_results_know_their_place(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    results = open_run("run")
    monkeypatch.chdir(tmp_path)
    assert results.path == project / "run"
    assert results.quantity("max_pressure_li") > 0.0
    assert len(results.fields) > 0
    assert results.case["name"] == "moved"


@pytest.mark.parametrize("points", [LONGEST_TABLE, LONGEST_TABLE + 1, 30_000])
def test_a_current_of_many_points_is_read_back(points: int, tmp_path: Path) -> None:
    """Numbers with all their digits; the table of the results is the same in both forms."""
    rows = [[f"{i / 3e7!r} s", f"{1e4 + i / 7!r} A/m^2"] for i in range(points)]
    short = [("time.end", "0.01 ms"), ("time.milestones", "[]"), ("output.figures", "false")]
    case = load_case(ERUPTION, [*COARSE, *short])
    case = case.with_values({"growth.current_density": {"table": rows}})
    result = run_case(case, tmp_path / "run", quiet=True)
    moved = Path(shutil.move(result.path, tmp_path / "moved"))
    assert (moved / CURRENT_FILE).is_file() == (points > LONGEST_TABLE)
    resolved = load_case(moved / "case.resolved.yaml")
    assert resolved.growth.current_density.times == case.growth.current_density.times
    assert resolved.growth.current_density.values == case.growth.current_density.values
    assert fingerprint(resolved) == fingerprint(case)
    table = read_case(moved)["growth"]["current_density"]["table"]
    assert (len(table), table[-1][0]) == (points, f"{case.growth.current_density.times[-1]!r} s")


def test_a_resolved_case_with_long_lists_is_read_back(tmp_path: Path) -> None:
    """With comments and in SI it is larger than what it was made from may be."""
    times = ", ".join(f"{i / 1e4:.4f}ms" for i in range(1, 9_000))
    (tmp_path / "long.yaml").write_text(f"extends: {ERUPTION}\ntime: {{end: 1 ms, milestones: [{times}]}}\n")
    case = load_case(tmp_path / "long.yaml", COARSE)
    (tmp_path / "case.resolved.yaml").write_text(resolved_files(case, True)["case.resolved.yaml"])
    assert (tmp_path / "case.resolved.yaml").stat().st_size > 200_000
    assert fingerprint(load_case(tmp_path / "case.resolved.yaml")) == fingerprint(case)


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.yaml", "a.bp"])
def test_run_folders_whose_names_end_like_files(name: str, project: Path, tmp_path: Path) -> None:
    results = open_run(shutil.copytree(project / "run", tmp_path / name))
    assert results.quantity("max_pressure_li") > 0.0
    assert len(results.history) > 0
    assert results.case["name"] == "moved"
    assert len(results.fields) > 0
