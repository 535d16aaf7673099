"""What would hurt most if lost: Gmsh does not come back from an outline that crosses itself."""

from math import sqrt

import numpy as np
import pytest
from mesh_geometries import NM, PROFILES

from platingx_meshes import Collector, Electrolyte, Interlayer, MeshBuildError, MeshSize, SurfacePit, build_surface_pit
from platingx_meshes.simple_outline import check_simple

SQUARE = [("bottom", [[0, 0], [2, 0]]), ("right", [[2, 0], [2, 2]]), ("back", [[2, 2], [0, 2], [0, 0]])]


def check(*sides: tuple[str, list[list[float]]], scale: float = 1.0) -> None:
    check_simple([(name, scale * np.array(points, dtype=float)) for name, points in sides], "li")


@pytest.mark.parametrize("scale", [1.0, NM])
def test_what_encloses_a_region_passes(scale: float) -> None:
    check(*SQUARE, scale=scale)


@pytest.mark.parametrize("turn", np.linspace(0.0, 3.0, 7))
def test_edges_on_one_line_and_shared_ends_do_not_cross(turn: float) -> None:
    c, s = np.cos(turn), np.sin(turn)
    ring = np.array([[0, 0], [0.3, 0], [1, 0], [1, 1], [0.4, 1], [0, 1], [0, 0.1], [0, 0]]) @ np.array(
        [[c, s], [-s, c]]
    )
    check_simple([("ring", ring * 37.0 * NM)], "li")


def test_sides_that_cross_are_named_with_the_place() -> None:
    with pytest.raises(MeshBuildError, match=r"of li do not enclose it: left and right cross at \(1e\+09, 1e\+09\) nm"):
        check(
            ("left", [[0, 0], [2, 2]]),
            ("top", [[2, 2], [2, 0]]),
            ("right", [[2, 0], [0, 2]]),
            ("end", [[0, 2], [0, 0]]),
        )
    with pytest.raises(MeshBuildError, match="ring crosses itself"):
        check(("ring", [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]))


def island(meniscus: float) -> SurfacePit:
    """Lithium under an arc with a slope of 0.06 at the edge, 12.2 nm above the LLZO there."""
    return SurfacePit(
        Electrolyte(800 * NM, 1000 * NM),
        PROFILES["cosine_squared"],
        Interlayer(5 * NM, "island", 240 * NM, meniscus),
        Collector("arc", 4000 * NM),
        MeshSize(cell="triangle", refinement=0.5),
    )


def largest_overlap(geometry: SurfacePit) -> float:
    """How far the side rises above the collector, away from their common end, m."""
    x, y = geometry.side_curve(np.linspace(0.0, 1.0, 10_001)[:-1]).T
    return float((y - geometry.collector_height(x)).max())


DEEPEST = (5.0 + 4000.0 - sqrt(4000.0**2 - 240.0**2)) * sqrt(4000.0**2 - 240.0**2) / (4.0 * 240.0) * NM


def test_a_meniscus_may_leave_along_the_collector_and_no_deeper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A side that starts below the tangent of the arc stays below the arc; one above it crosses it."""
    assert largest_overlap(island(0.999 * DEEPEST)) < 0.0
    with pytest.raises(MeshBuildError, match=r"meniscus_depth = 53\.\d+ nm is out of range: it must be at most 50\."):
        island(1.05 * DEEPEST)
    monkeypatch.setattr(SurfacePit, "_check_meniscus", lambda self: None)
    assert largest_overlap(island(1.05 * DEEPEST)) > 0.0
    with pytest.raises(MeshBuildError, match="of li do not enclose it: metal_side and collector cross"):
        build_surface_pit(island(2.0 * DEEPEST))
