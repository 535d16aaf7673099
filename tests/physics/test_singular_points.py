"""What would hurt most if lost: a stress without bound is taken for a result, or a sound one for one without bound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.physics.model import build_model
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.physics.singular_points import SingularPoint, short_of_tips, singular_points
from platingx.run.meshing import load_mesh

CASES = Path(__file__).parents[2] / "cases"
NANO = 1e-9
FREE, HELD, KINK = "ends at a free side", "ends at a support", "a corner of the interface"


def points_of(name: str, folder: Path, *values: tuple[str, str]) -> list[SingularPoint]:
    """Singular points of a shipped case on a coarse mesh, on all ranks."""
    comm = MPI.COMM_WORLD
    given = [("geometry.mesh.refinement", "0.5" if name.endswith("3d") else "0.3"), *values]
    case = load_case(CASES / f"{name}.yaml", given)
    model = build_model(case, load_mesh(case, comm, comm.bcast(folder, root=0) / "mesh.msh"))
    table = RegionSurfaces(model).table
    found = None if table is None else singular_points(table, 25 * NANO)
    return list(comm.bcast(found, root=0))


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("eruption", [], []),
        ("eruption", [("geometry.mesh.cell", "triangle")], []),
        ("eruption", [("geometry.symmetry", "axisymmetric")], []),
        ("eruption", [("constraints.electrolyte_side", "clamped")], [(800, 0, HELD)]),
        ("eruption", [("constraints.electrolyte_side", "free")], [(800, 0, FREE)]),
        ("eruption", [("constraints.electrolyte_bottom", "clamped")], []),
        (
            "eruption",
            [("constraints.electrolyte_bottom", "clamped"), ("constraints.electrolyte_side", "free")],
            [(800, 0, FREE), (800, -1000, "the end of a fixed boundary")],
        ),
        ("eruption", [("geometry.pit.profile", "semi_ellipse")], [(40, 0, KINK)]),
        ("low_rate", [], [(145, 0, FREE)]),
        (
            "low_rate",
            [("geometry.interlayer.meniscus_depth", "0 nm")],
            [(145, 0, FREE), (145, 104.4, "fixed boundary")],
        ),
        ("whisker", [], [(145, 0, FREE)]),
    ],
)
def test_singular_points_of_plane_models(
    name: str, values: list[tuple[str, str]], expected: list[tuple[float, float, str]], tmp_path: Path
) -> None:
    """Planes of symmetry make no corner, ends of supports, free sides at an interface, and kinks do."""
    found = sorted(points_of(name, tmp_path, *values), key=lambda point: [round(x / NANO, 1) for x in point.place])
    assert len(found) == len(expected), found
    for point, (x, y, words) in zip(found, sorted(expected), strict=True):
        np.testing.assert_allclose(np.array(point.place) / NANO, (x, y), atol=0.1)
        assert words in point.words
        assert point.radius >= 25 * NANO


@pytest.mark.mpi
def test_singular_edges_of_spatial_models(tmp_path: Path) -> None:
    """The line where a round island ends is one of singular points; a plate between planes of symmetry has none."""
    assert points_of("eruption_3d", tmp_path) == []
    found = [point for point in points_of("low_rate_3d", tmp_path) if FREE in point.words]
    rims = np.array([point.place for point in found])
    np.testing.assert_allclose(np.hypot(rims[:, 0], rims[:, 1]), 145 * NANO, rtol=5e-3)
    np.testing.assert_allclose(rims[:, 2], 0.0, atol=1e-3 * NANO)
    angles = np.sort(np.degrees(np.arctan2(rims[:, 1], rims[:, 0])))
    assert angles[0] == pytest.approx(0.0, abs=0.1)
    assert angles[-1] == pytest.approx(90.0, abs=0.1)
    assert np.diff(angles).max() * np.pi / 180 * 145 * NANO < min(point.radius for point in found), "no gaps"


@pytest.mark.mpi
def test_a_clamped_side_in_space_is_singular_along_the_interface(tmp_path: Path) -> None:
    found = points_of("eruption_3d", tmp_path, ("constraints.electrolyte_side", "clamped"))
    assert found
    for point in found:
        assert HELD in point.words
        assert max(point.place[:2]) == pytest.approx(800 * NANO)
        assert point.place[2] == pytest.approx(0.0, abs=1e-3 * NANO)


def test_the_corner_of_an_island_on_a_coarse_mesh_leaves_the_pit_alone(tmp_path: Path) -> None:
    """Two of its large cells reach to the tip, which is many small cells away."""
    found = points_of("low_rate", tmp_path, ("geometry.mesh.layers", "4"))
    if MPI.COMM_WORLD.rank:
        return
    tip = (0.0, -56.1 * NANO)
    reach = [point.radius - float(np.hypot(*np.subtract(tip, point.place))) for point in found]
    assert max(reach) > 0.0
    bounded = short_of_tips(found, [tip], 25 * NANO)
    assert [point.place for point in bounded] == [point.place for point in found]
    for point, before in zip(bounded, found, strict=True):
        way = float(np.hypot(*np.subtract(tip, point.place)))
        assert point.radius == pytest.approx(min(before.radius, max(0.5 * way, 25 * NANO)))
    assert short_of_tips(found, [], 25 * NANO) == found
