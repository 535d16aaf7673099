"""What would hurt most if lost: surfaces inside of a mesh are cut where they run, and joined where they end."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from platingx_meshes import MeshBuildError, MeshData
from platingx_meshes.facets import all_facets
from platingx_meshes.parted import OTHER_SIDE, parted
from platingx_meshes.simple import Box, build_box


def named(data: MeshData, where: dict[str, NDArray[np.bool_]], nodes: NDArray[np.int64]) -> MeshData:
    """Add boundaries of chosen facets."""
    tag = max(data.boundary_names.values()) + 1
    for place, (name, chosen) in enumerate(where.items()):
        data = replace(
            data,
            facets=np.concatenate([data.facets, nodes[chosen]]),
            facet_boundaries=np.concatenate([data.facet_boundaries, np.full(int(chosen.sum()), tag + place)]),
            boundary_names={**data.boundary_names, name: tag + place},
        )
    return data


def grains(stem: float = 1.0, cell: str = "quadrilateral") -> MeshData:
    """A square with a line across at half its height, and one down from it in the middle."""
    data = build_box(Box(1.0, 1.0, 4, 4, cell=cell))  # type: ignore[arg-type]
    facets = all_facets(data.cells, data.cell_type)
    centre = data.points[facets.nodes[:, :2]].mean(axis=1)
    level = np.ptp(data.points[facets.nodes[:, :2]][:, :, 1], axis=1) < 1e-9
    across = level & (np.abs(centre[:, 1] - 0.5) < 1e-9) & (centre[:, 0] < stem)
    down = ~level & (np.abs(centre[:, 0] - 0.5) < 1e-9) & (centre[:, 1] < 0.5)
    down &= np.ptp(data.points[facets.nodes[:, :2]][:, :, 0], axis=1) < 1e-9
    return named(data, {"across": across, "down": down}, facets.nodes)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_three_grains_meet_in_three_nodes(cell: str) -> None:
    """Both sides of each surface have nodes of their own at the same places, on one side all along."""
    data = grains(cell=cell)
    found = parted(data, {"across": None, "down": None})
    middle = np.linalg.norm(found.points[:, :2] - 0.5, axis=1) < 1e-9
    assert middle.sum() == 3
    assert len(found.points) == len(data.points) + 9 + 5
    for name in ("across", "down"):
        own, other = found.boundary_facets(name), found.boundary_facets(name + OTHER_SIDE)
        np.testing.assert_array_equal(found.points[own], found.points[other])
        assert not np.isin(own, other).any()
    above = found.points[found.cells].mean(axis=1)[:, 1] > 0.5
    first = np.isin(found.boundary_facets("across"), found.cells[above])
    assert first.all() or not first.any()


def test_a_surface_ends_inside() -> None:
    """Its last node stays common; the outer boundary follows what it belongs to."""
    data = grains(stem=0.6)
    found = parted(data, {"across": None})
    assert len(found.points) == len(data.points) + 4  # of five nodes the last one stays common
    own = found.boundary_facets("left")
    assert np.isin(own, found.cells).all()
    cells = {tuple(sorted(cell[i] for i in pair)) for cell in found.cells for pair in ((0, 1), (1, 2), (2, 3), (3, 0))}
    assert all(tuple(sorted(facet[:2])) in cells for facet in own)


def test_what_cannot_open_is_told() -> None:
    """A boundary on the outside; an interface that is inside one region."""
    data = grains()
    with pytest.raises(MeshBuildError, match="lies on the outside"):
        parted(data, {"left": None})
    with pytest.raises(MeshBuildError, match="does not lie between"):
        parted(data, {"across": "li"})
