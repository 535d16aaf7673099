"""From a mesh file as read to a mesh with one region per cell and named boundaries."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.boundary_sets import BoundarySet, boundary_sets
from platingx_meshes.checks import check_number
from platingx_meshes.complete_cells import complete
from platingx_meshes.conformity import check_joined
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import all_facets
from platingx_meshes.group_names import claim, former_names, renamed, require
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.orientation import check_sides_opposite, oriented
from platingx_meshes.readers.read_file import read_file
from platingx_meshes.soundness import check_coordinates, check_overlaps
from platingx_meshes.top_cells import TopCells, by_number, check_dimension, one_cell_type

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def read_mesh(
    path: str | Path,
    *,
    regions: Mapping[str, str] | None = None,
    boundaries: Mapping[str, str] | None = None,
    length_unit: float = 1.0,
    dimension: int | None = None,
    required_regions: Sequence[str] = (),
    required_boundaries: Sequence[str] = (),
    cell_array: str | None = None,
) -> MeshData:
    """Read and check a mesh file in serial; parameters as for ``platingx_meshes.io.load``.

    Raises
    ------
    MeshBuildError
        When the file cannot be read, mixes cell types, has cells of the wrong dimension, inverted cells, cells
        in no region or in two, or lacks a name.
    """
    path = Path(path)
    check_number("length_unit", length_unit, 0.0)
    raw = read_file(path, cell_array)
    cells = one_cell_type(raw, path)
    if path.suffix.lower() == ".msh":
        cells = by_number(cells)
    check_coordinates(raw.points, np.unique(cells.nodes), raw.label_nodes(), length_unit, path)
    check_dimension(raw.points, cells, dimension, path)
    points, nodes, kind = complete(raw.points, cells.nodes, cells.kind)
    nodes, turned = oriented(points, nodes, kind, cells.labels, path)
    facets = all_facets(nodes, kind)
    check_overlaps(nodes, kind, facets, cells.labels, path)
    check_sides_opposite(points, nodes, kind, facets, turned, cells.labels, path)
    check_joined(points, nodes, kind, facets, cells.labels, raw.label_nodes(), path)
    region_names, cell_regions = _regions(cells, dict(regions or {}), required_regions, path)
    sides = boundary_sets(raw, facets, cell_regions)
    boundary_names, chosen, markers, notes = _boundaries(
        sides, raw.unclear, dict(boundaries or {}), required_boundaries, path
    )
    used, compact = np.unique(nodes, return_inverse=True)
    renumber = np.full(len(points), -1, dtype=np.int64)
    renumber[used] = np.arange(len(used))
    return MeshData(
        points=_as_written(points[used] * length_unit),
        cell_type=kind,
        cells=compact.reshape(nodes.shape),
        cell_regions=cell_regions,
        facets=renumber[facets.nodes[chosen]],
        facet_boundaries=markers,
        region_names=_by_tag(region_names),
        boundary_names=_by_tag(boundary_names),
        cell_labels=cells.labels,
        notes=notes,
    )


def _by_tag(names: Mapping[str, int]) -> dict[str, int]:
    """Names in the order in which they come back from a file written by `MeshData.write_msh`."""
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _as_written(points: Array) -> Array:
    """Coordinates with the 16 digits that a .msh file keeps, so that the run and its mesh.msh are of the same mesh."""
    return np.char.mod("%.16g", points).astype(np.float64)


def _regions(
    cells: TopCells, rename: dict[str, str], required: Sequence[str], path: Path
) -> tuple[dict[str, int], IntArray]:
    pairs = renamed(list(cells.sets), rename, required, "region", path)
    groups = {here: cells.sets[there] for here, there in pairs.items()}
    require(path, "region", required, list(groups))
    first = [name for name in groups if name in tags.REGIONS or name in rename or name in required]
    names, markers = claim(groups, first, len(cells.nodes), tags.REGIONS, "cells", path, cells.labels)
    if (markers == 0).any():
        number = int(cells.labels[int(np.argmin(markers))])
        listed = ", ".join(sorted(cells.sets)) if cells.sets else "none"
        raise MeshBuildError(
            f"{path}: {int((markers == 0).sum())} cells (the first is element {number}) belong to no region; "
            f"regions there are: {listed}",
            "put every cell into a named group (Gmsh: Physical Surface or Physical Volume)",
        )
    return names, markers


def _boundaries(
    sets: dict[str, BoundarySet],
    unclear: Mapping[str, MeshBuildError],
    rename: dict[str, str],
    required: Sequence[str],
    path: Path,
) -> tuple[dict[str, int], IntArray, IntArray, tuple[str, ...]]:
    """Names, positions of the facets that have one, their tags, and notes for the user."""
    pairs = renamed([*sets, *unclear], rename, required, "boundary", path)
    used = [here for here in pairs if here in tags.OF_EVERY_CASE or here in rename or here in required]
    for here in used:
        there = pairs[here]
        if there in unclear:
            raise unclear[there]
        if sets[there].lost:
            raise MeshBuildError(
                f"{path}: the boundary {there!r}: {sets[there].lost}",
                "put only whole sides of cells into this group, and mesh lines and surfaces with the body they bound",
            )
    groups = {here: sets[there].facets for here, there in pairs.items() if there in sets and len(sets[there].facets)}
    require(path, "boundary", required, list(groups))
    size = max((int(members.max()) + 1 for members in groups.values() if len(members)), default=0)
    names, markers = claim(groups, used, size, tags.BOUNDARIES, "facets", path)
    chosen = np.flatnonzero(markers)
    return names, chosen, markers[chosen], former_names({k: v for k, v in pairs.items() if k not in rename}, path)
