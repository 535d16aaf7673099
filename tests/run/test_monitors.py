"""What would hurt most if lost: metal that passes through the ceramic ends with numbers and not a word about it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.arrays import Array
from platingx.compat import geometry_degree
from platingx.config.loader import load_case
from platingx.materials.layout import SYMMETRIC_COLUMNS, SYMMETRIC_ROWS
from platingx.physics.model import Model, build_model
from platingx.physics.region_surfaces import RegionSurfaces, normals_of
from platingx.physics.snapshot import take_snapshot
from platingx.post.results import RunResults
from platingx.run.interpenetration import FreeSides, InterpenetrationMonitor
from platingx.run.law_range import LawRangeMonitor, largest_stretch
from platingx.run.meshing import load_mesh
from platingx.run.monitors import Monitors
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
NANO = 1e-9


def model_of(name: str, folder: Path, **values: str) -> Model:
    """A shipped case on a coarse mesh, at rest."""
    given = {"geometry.mesh.refinement": "0.4" if name.endswith("3d") else "0.3"}
    given |= {key.replace("__", "."): value for key, value in values.items()}
    comm = MPI.COMM_WORLD
    case = load_case(CASES / f"{name}.yaml", list(given.items()))
    return build_model(case, load_mesh(case, comm, comm.bcast(folder, root=0) / "mesh.msh"))


def move(model: Model, motion: Array) -> None:
    """Give the nodes of a model a displacement, shape (nodes, dimension), m."""
    model.problem.displacement[...] = motion


def places_of(model: Model) -> Array:
    """Reference coordinates of the displacement nodes of this rank."""
    from platingx.fields.constraints import node_coordinates
    from platingx.fields.tables import build_tables

    domain = model.loaded.mesh
    return node_coordinates(model.space, build_tables(domain.topology.cell_name(), geometry_degree(domain)))


def sinking(model: Model, depth: float) -> tuple[Array, float]:
    """The rim of the island flows out and sinks by a depth (m), all but the line on the ceramic; gives the deepest."""
    places = np.nan_to_num(places_of(model))
    radius = np.linalg.norm(places[:, :-1], axis=1)
    rim = (places[:, -1] > NANO) & (radius > 100 * NANO)
    motion = np.zeros_like(places)
    motion[rim, :-1] = 60 * NANO * places[rim, :-1] / radius[rim, None]
    motion[rim, -1] = -depth
    moved = np.where(rim, places[:, -1] - depth, 0.0)
    deepest = -model.problem.comm.allreduce(float(moved.min(initial=0.0)), MPI.MIN)
    return motion, deepest


@pytest.mark.mpi
@pytest.mark.parametrize(("name", "sunk"), [("low_rate", 12.0), ("low_rate_3d", 40.0)])
def test_a_rim_that_sinks_into_the_ceramic(name: str, sunk: float, tmp_path: Path) -> None:
    """Told once, with the bodies and the true depth; deeper than 5 nm of 100 nm it is called meaningless."""
    model = model_of(name, tmp_path)
    monitor = InterpenetrationMonitor(model, RegionSurfaces(model))
    assert monitor.update(take_snapshot(model, 1.0)) == [], "nothing is suspected at rest"
    for time, more in ((2.0, 0.0), (3.0, 0.5), (4.0, 8.0)):
        motion, deepest = sinking(model, (sunk + more) * NANO)
        move(model, motion)
        news = monitor.update(take_snapshot(model, time))
        if time == 3.0:
            assert news == [], "what is known already is not told again"
    (passage,) = monitor.saved().values()
    assert passage["since"] == 2.0
    assert passage["depth"] == pytest.approx(deepest, rel=0.05)
    assert passage["meaningless_from"] in (2.0, 4.0)
    (sentence,) = monitor.sentences()
    assert sentence.startswith("li passes through llzo from t = 2.00 s at (")
    assert "meaningless" in sentence


@pytest.mark.parametrize(("name", "depth"), [("low_rate", "70 nm"), ("low_rate", "40 nm"), ("eruption_3d", None)])
def test_a_body_at_rest_is_whole_however_coarse_and_curved_its_sides_are(
    name: str, depth: str | None, tmp_path: Path
) -> None:
    """Half of a side drawn in by 70 nm in four elements faces away from the middle of its cell."""
    given = {} if depth is None else {"geometry__interlayer__meniscus_depth": depth}
    table = RegionSurfaces(model_of(name, tmp_path, **given)).table
    assert table is not None
    pieces = table.pieces(table.outer)
    if pieces.shape[1] == 2:
        assert np.array_equal(*(np.sort(end) for end in pieces.T))  # once begun, once ended: all of one sense
    corners = table.reference[pieces]
    normals = normals_of(corners)
    volume = np.einsum("si,si->", normals, corners.mean(axis=1)) / np.prod(np.arange(1, pieces.shape[1] + 1))
    span = table.reference.max(axis=0) - table.reference.min(axis=0)
    assert np.abs(normals.sum(axis=0)).max() < 1e-9 * np.abs(normals).sum()
    assert 0.5 * np.prod(span) < volume < np.prod(span)
    assert FreeSides(model_of(name, tmp_path, **given), table).crossings(np.zeros_like(table.reference)) == []


@pytest.mark.mpi
def test_a_rim_that_rises_into_the_collector(tmp_path: Path) -> None:
    """The rigid arc goes on over the whole plate, though the mesh ends with the metal."""
    model = model_of("low_rate", tmp_path)
    places = np.nan_to_num(places_of(model))
    motion = np.zeros_like(places)
    side = (np.abs(places[:, 0] - 140 * NANO) < 20 * NANO) & (places[:, 1] > 70 * NANO) & (places[:, 1] < 100 * NANO)
    motion[side] = [30 * NANO, 20 * NANO]
    move(model, motion)
    monitor = InterpenetrationMonitor(model, RegionSurfaces(model))
    assert any("li passes through the collector" in sentence for sentence in monitor.update(take_snapshot(model, 1.0)))
    moved = (places + motion)[side]
    arc = 2500 * NANO - np.sqrt((2400 * NANO) ** 2 - moved[:, 0] ** 2)
    highest = model.problem.comm.allreduce(float((moved[:, 1] - arc).max(initial=-1.0)), MPI.MAX)
    assert monitor.saved()["li passes through the collector"]["depth"] == pytest.approx(highest, rel=0.01)


@pytest.mark.mpi
def test_metal_that_meets_itself(tmp_path: Path) -> None:
    """Two tongues of a concave side, one from below and one from above, cross: the metal lies in itself."""
    model = model_of("low_rate", tmp_path)
    places = np.nan_to_num(places_of(model))
    height = places[:, 1] / (104 * NANO)
    motion = np.zeros_like(places)
    for low, high, tip in ((0.0, 0.45, (30.0, 47.0)), (0.55, 1.0, (60.0, -50.0))):
        there = (places[:, 0] > 90 * NANO) & (height > low) & (height < high)
        share = np.sin(np.pi * (height[there] - low) / (high - low))
        motion[there] = share[:, None] * np.array(tip) * NANO
    move(model, motion)
    (sentence,) = InterpenetrationMonitor(model, RegionSurfaces(model)).update(take_snapshot(model, 1.0))
    assert sentence.startswith("li passes through itself from t = 1.00 s at (1")


@pytest.mark.mpi
def test_surfaces_close_on_any_number_of_ranks(tmp_path: Path) -> None:
    """Sides within a region are left out, also where two ranks meet; the outside of the body is closed."""
    model = model_of("low_rate", tmp_path)
    table = RegionSurfaces(model).table
    length = None
    if table is not None:
        pieces = table.pieces(table.outer)
        np.testing.assert_array_equal(np.sort(pieces[:, 0]), np.sort(pieces[:, 1]))
        between = ~table.outer
        assert (table.inside[between] != table.outside[between]).all()
        assert between.sum() % 2 == 0, "each side between two regions is there for both"
        ends = table.reference[pieces]
        length = float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())
    length = MPI.COMM_WORLD.bcast(length, root=0)
    assert 2 * 1000 * NANO + 800 * NANO < length < 2 * 1000 * NANO + 3 * 800 * NANO


@pytest.fixture(scope="module")
def folded(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    """An island with a straight side, which folds onto the ceramic at 1.3 s."""
    values = [
        ("geometry.mesh.refinement", "0.3"),
        ("geometry.interlayer.meniscus_depth", "0 nm"),
        ("time.end", "1.6 s"),
        ("output.figures", "false"),
        ("output.fields_every", "milestones"),
    ]
    return run_case(load_case(CASES / "low_rate.yaml", values), tmp_path_factory.mktemp("folded") / "out", quiet=True)


def test_the_run_says_so_everywhere(folded: RunResults) -> None:
    """In the summary, its message, the log when it comes up, and what the checkpoint keeps."""
    (warning,) = folded.summary["warnings"]
    assert warning.startswith("li passes through llzo from t = 1.")
    assert warning in folded.summary["message"]
    assert "warning: li passes through llzo" in (folded.path / "run.log").read_text()
    assert folded.summary["monitors"]["interpenetration"]["li passes through llzo"]["depth"] > 0.1 * NANO
    newest = sorted((folded.path / "checkpoint").glob("step-*"))[-1]
    index = json.loads((newest / "index.json").read_text())
    assert index["monitors"] == folded.summary["monitors"]


def test_the_figures_say_so(folded: RunResults) -> None:
    from platingx.post.field_figures import field_figure
    from platingx.post.field_views import pressure_in
    from platingx.post.history_figures import history_figure

    figures = [field_figure(folded, pressure_in(folded.regions.metal)), history_figure(folded)]
    for figure in figures:
        assert "warning: li passes through llzo from t = 1." in figure.get_suptitle()


def test_monitors_go_on_from_what_was_saved(folded: RunResults, tmp_path: Path) -> None:
    model = model_of("low_rate", tmp_path)
    again = Monitors(model, RegionSurfaces(model))
    assert again.sentences() == []
    again.restore(folded.summary["monitors"])
    assert again.sentences() == folded.summary["warnings"]


def test_pressure_beyond_its_law(tmp_path: Path) -> None:
    """The range of the material, lowered: told with the time, the largest pressure and its place."""
    values = {"geometry.mesh.refinement": "0.3", "time.end": "0.1 ms", "output.figures": "false"}
    limit = {"materials.li.elasticity.largest_pressure": "1 MPa"}
    case = load_case(CASES / "eruption.yaml", [*values.items(), *limit.items()])
    result = run_case(case, tmp_path / "out", quiet=True)
    (warning,) = result.summary["warnings"]
    assert warning.startswith(
        "the pressure in li is beyond 1.00 MPa, up to which its pressure law murnaghan holds, from"
    )
    assert f"at most {result.quantity('max_pressure_li') / 1e6:.1f} MPa" in warning


def test_a_stretch_beyond_e_is_told(tmp_path: Path) -> None:
    """A ceramic drawn out to 2.6 times its length and made as much thinner is below e, at 2.9 times beyond it."""
    for stretch, told in ((2.6, False), (2.9, True)):
        model = model_of("eruption", tmp_path)
        places = np.nan_to_num(places_of(model))
        move(model, np.stack([(1.0 / stretch - 1.0) * places[:, 0], (stretch - 1.0) * places[:, 1]], axis=1))
        monitor = LawRangeMonitor(model)
        news = monitor.update(take_snapshot(model, 1.0))
        assert any(text.startswith("llzo is stretched elastically beyond e times") for text in news) == told
        assert monitor.saved().get("llzo.stretch", {}).get("largest", 0.0) == pytest.approx(
            np.log(stretch) if told else 0.0, rel=1e-3
        )


def test_largest_stretch_of_a_general_strain() -> None:
    """An upper bound below 1, the eigenvalue itself beyond."""
    ratio, modulus = np.array([1.2]), 3.0
    strain = np.array([[0.9, 0.5, 0.0], [0.5, 0.4, 0.1], [0.0, 0.1, -0.2]])
    strain += np.eye(3) * (np.log(1.2) - np.trace(strain)) / 3.0
    stress = 2.0 * modulus * (strain - np.eye(3) * np.trace(strain) / 3.0) / 1.2 - 7.0 * np.eye(3)
    components = stress[list(SYMMETRIC_ROWS), list(SYMMETRIC_COLUMNS)][None, :]
    exact = np.linalg.eigvalsh(strain)[-1]
    assert largest_stretch(components, ratio, modulus) >= exact
    twice = (components + 7.0 * np.array([1, 1, 1, 0, 0, 0])) * 3.0
    assert largest_stretch(twice, ratio, modulus) == pytest.approx(
        3.0 * (exact - np.log(1.2) / 3.0) + np.log(1.2) / 3.0, rel=1e-10
    )


@pytest.mark.parametrize(("law", "stretch"), [("hencky_kirchhoff", 2.0), ("hencky_cauchy", -0.7)])
def test_a_law_that_softens(law: str, stretch: float, tmp_path: Path) -> None:
    model = model_of("eruption", tmp_path, materials__llzo__elasticity__pressure_law=law)
    monitor = LawRangeMonitor(model)
    places = np.nan_to_num(places_of(model))
    move(model, np.stack([np.zeros(len(places)), stretch * places[:, 1]], axis=1))
    (sentence,) = [text for text in monitor.update(take_snapshot(model, 1.0)) if f"pressure law {law} softens" in text]
    assert sentence.startswith("llzo is ")
