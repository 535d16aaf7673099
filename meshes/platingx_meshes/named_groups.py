"""From a mesh file as read to a mesh with one region per cell and named boundaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes import tags
from platingx_meshes.abaqus import read_abaqus
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.checks import check_number
from platingx_meshes.complete_cells import complete
from platingx_meshes.conformity import check_joined
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.facets import Facets, all_facets
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.mesh_files import RawMesh, read_gmsh, read_other
from platingx_meshes.msh_structure import check_regular
from platingx_meshes.orientation import check_sides_opposite, oriented
from platingx_meshes.soundness import check_coordinates, check_overlaps

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class _Cells:
    """The cells of the highest dimension, of one type, with their labels in the file."""

    kind: str
    nodes: IntArray
    labels: IntArray
    sets: dict[str, IntArray]


def read_mesh(
    path: str | Path,
    *,
    regions: Mapping[str, str] | None = None,
    boundaries: Mapping[str, str] | None = None,
    length_unit: float = 1.0,
    dimension: int | None = None,
    required_regions: Sequence[str] = (),
    required_boundaries: Sequence[str] = (),
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
    raw = _read(path)
    cells = _one_cell_type(raw, path)
    if path.suffix.lower() == ".msh":
        cells = _by_number(cells)
    check_coordinates(raw.points, np.unique(cells.nodes), raw.label_nodes(), length_unit, path)
    _check_dimension(raw.points, cells, dimension, path)
    points, nodes, kind = complete(raw.points, cells.nodes, cells.kind)
    nodes, turned = oriented(points, nodes, kind, cells.labels, path)
    facets = all_facets(nodes, kind)
    check_overlaps(nodes, kind, facets, cells.labels, path)
    check_sides_opposite(points, nodes, kind, facets, turned, cells.labels, path)
    check_joined(points, nodes, kind, facets, cells.labels, raw.label_nodes(), path)
    region_names, cell_regions = _regions(cells, dict(regions or {}), required_regions, path)
    candidates = _boundary_sets(raw, facets, cell_regions)
    boundary_names, chosen, markers, notes = _boundaries(candidates, dict(boundaries or {}), required_boundaries, path)
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


def _read(path: Path) -> RawMesh:
    check_regular(path)
    if path.suffix.lower() == ".msh":
        return read_gmsh(path)
    return read_abaqus(path) if path.suffix.lower() == ".inp" else read_other(path)


def _one_cell_type(raw: RawMesh, path: Path) -> _Cells:
    known = {**{name: kind.dimension for name, kind in CELL_TYPES.items()}, "quad8": 2, "hexahedron20": 3}
    unknown = sorted({kind for kind, _, _ in raw.blocks if kind not in known and kind != "vertex"})
    if unknown:
        raise MeshBuildError(
            f"{path}: cell type {', '.join(unknown)} is not supported; supported: {', '.join(sorted(known))}",
            "mesh with order 1 or 2, and all cells of one of these types",
        )
    top = max((known.get(kind, 0) for kind, _, _ in raw.blocks), default=0)
    if top < 2:
        raise MeshBuildError(
            f"{path}: no cells of dimension 2 or 3 in this file",
            "save the surface (volume) cells too; Gmsh saves only cells in physical groups once there are any",
        )
    chosen = [i for i, (kind, _, _) in enumerate(raw.blocks) if known.get(kind, 0) == top]
    counts: dict[str, int] = {}
    for i in chosen:
        counts[raw.blocks[i][0]] = counts.get(raw.blocks[i][0], 0) + len(raw.blocks[i][1])
    if len(counts) > 1:
        listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        raise MeshBuildError(
            f"{path}: the mesh mixes cell types ({listed}); all cells must be of one type",
            "mesh everything with triangles (Gmsh: leave out Recombine) or everything with quadrilaterals",
        )
    starts = np.cumsum([0] + [len(raw.blocks[i][1]) for i in chosen])
    sets: dict[str, IntArray] = {}
    for name, members in raw.cell_sets.items():
        parts = [members[i] + start for i, start in zip(chosen, starts, strict=False) if len(members[i])]
        if parts:
            sets[name] = np.unique(np.concatenate(parts))
    nodes = np.concatenate([raw.blocks[i][1] for i in chosen])
    labels = np.concatenate([raw.blocks[i][2] for i in chosen])
    return _Cells(next(iter(counts)), nodes, labels, sets)


def _by_tag(names: Mapping[str, int]) -> dict[str, int]:
    """Names in the order in which they come back from a file written by `MeshData.write_msh`."""
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _as_written(points: Array) -> Array:
    """Coordinates with the 16 digits that a .msh file keeps, so that the run and its mesh.msh are of the same mesh."""
    return np.char.mod("%.16g", points).astype(np.float64)


def _by_number(cells: _Cells) -> _Cells:
    """Cells in the order of their numbers, so that a mesh written by `MeshData.write_msh` comes back as it was."""
    order = np.argsort(cells.labels, kind="stable")
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    sets = {name: np.sort(position[members]) for name, members in cells.sets.items()}
    return _Cells(cells.kind, cells.nodes[order], cells.labels[order], sets)


def _check_dimension(points: Array, cells: _Cells, dimension: int | None, path: Path) -> None:
    own = 3 if cells.kind.startswith(("tetra", "hexa")) else 2
    if dimension is not None and own != dimension:
        raise MeshBuildError(
            f"{path}: the mesh has {own}-dimensional cells ({cells.kind}), but the case needs dimension {dimension}",
            "choose another mesh",
        )
    used = points[np.unique(cells.nodes)]
    span = float(np.ptp(used[:, :2], axis=0).max())
    if own == 2 and float(np.ptp(used[:, 2])) > 1e-9 * span:
        raise MeshBuildError(
            f"{path}: the cells are two-dimensional, but z runs from {used[:, 2].min():.6g} to {used[:, 2].max():.6g}; "
            "a plane or axisymmetric mesh lies in a plane z = constant",
            "rotate it so that x (or r) runs across and y (or the axis) up",
        )


def _renamed(names: Sequence[str], rename: Mapping[str, str], what: str, path: Path) -> dict[str, str]:
    """Pairs name here -> name in the file; renamed ones first, then all others under their own name."""
    folded = {name.casefold(): name for name in names}
    pairs: dict[str, str] = {}
    for here, there in rename.items():
        found = str(there) if str(there) in names else folded.get(str(there).casefold())
        if found is None:
            missing = _missing(path, what, str(there), names, f" (wanted as {here!r})")
            raise MeshBuildError(missing, _how_to_name(what, here))
        pairs[here] = found
    taken = set(pairs.values())
    for name in names:
        if name not in taken:
            standard = name.casefold() if name.casefold() in {*tags.REGIONS, *tags.BOUNDARIES} else name
            if what == "boundary":
                standard = _present_name(name, standard, {*pairs, *names})
            pairs.setdefault(standard, name)
    return pairs


def _present_name(name: str, standard: str, taken: set[str]) -> str:
    """Name of a boundary that has a name of the last version in its file, unless the new name is in use too."""
    present = tags.FORMER_BOUNDARIES.get(name.casefold(), standard)
    return standard if present in taken else present


def _former_names(pairs: Mapping[str, str], path: Path) -> tuple[str, ...]:
    """Sentences on the boundaries that a file has under a former name."""
    return tuple(
        f"{path}: the boundary '{there}' is now called {here}; the next version reads only that"
        for here, there in pairs.items()
        if tags.FORMER_BOUNDARIES.get(there.casefold()) == here
    )


def _missing(path: Path, what: str, name: str, names: Sequence[str], note: str = "") -> str:
    listed = ", ".join(sorted(names)) if names else "none"
    plural = {"region": "regions", "boundary": "boundaries"}[what]
    return f"{path}: no {what} {name!r}{note} in this mesh; {plural} there are: {listed}"


def _how_to_name(what: str, name: str) -> str:
    plural = {"region": "regions", "boundary": "boundaries"}[what]
    return f"name that group in the mesh, or write geometry.{plural}: {{{name}: NAME IN THE FILE}}"


def _require(path: Path, what: str, required: Sequence[str], names: Sequence[str]) -> None:
    for name in required:
        if name not in names:
            raise MeshBuildError(_missing(path, what, name, names), _how_to_name(what, name))


def _claim(
    groups: dict[str, IntArray],
    first: Sequence[str],
    size: int,
    table: Mapping[str, int],
    what: str,
    path: Path,
    labels: IntArray | None = None,
) -> tuple[dict[str, int], IntArray]:
    """Give every member one tag: names in ``first`` must not overlap, others take the rest, small ones first."""
    numbers = tags.assign_tags(list(groups), dict(table))
    markers = np.zeros(size, dtype=np.int64)
    owner = {tag: name for name, tag in numbers.items()}
    for name in sorted(groups, key=lambda group: (group not in first, len(groups[group]))):
        members = groups[name]
        taken = markers[members]
        if name in first and taken.any():
            other = owner[int(taken[taken > 0][0])]
            which = "" if labels is None else f" (the first is element {int(labels[members[taken > 0][0]])})"
            raise MeshBuildError(
                f"{path}: {int((taken > 0).sum())} {what}{which} lie in both {other!r} and {name!r}",
                "take them out of one of the two groups",
            )
        markers[members[taken == 0]] = numbers[name]
    return {name: tag for name, tag in numbers.items() if (markers == tag).any()}, markers


def _regions(
    cells: _Cells, rename: dict[str, str], required: Sequence[str], path: Path
) -> tuple[dict[str, int], IntArray]:
    pairs = _renamed(list(cells.sets), rename, "region", path)
    groups = {here: cells.sets[there] for here, there in pairs.items()}
    _require(path, "region", required, list(groups))
    first = [name for name in groups if name in tags.REGIONS or name in rename or name in required]
    names, markers = _claim(groups, first, len(cells.nodes), tags.REGIONS, "cells", path, cells.labels)
    if (markers == 0).any():
        number = int(cells.labels[int(np.argmin(markers))])
        listed = ", ".join(sorted(cells.sets)) if cells.sets else "none"
        raise MeshBuildError(
            f"{path}: {int((markers == 0).sum())} cells (the first is element {number}) belong to no region; "
            f"regions there are: {listed}",
            "put every cell into a named group (Gmsh: Physical Surface or Physical Volume)",
        )
    return names, markers


def _boundary_sets(raw: RawMesh, facets: Facets, cell_regions: IntArray) -> dict[str, IntArray]:
    """Named sets as positions of facets that are outside or between two regions."""
    eligible = facets.outer | (cell_regions[facets.cells[:, 0]] != cell_regions[facets.cells[:, 1]])
    sets: dict[str, IntArray] = {}
    line_like = CELL_TYPES[facets.kind].dimension
    for name, members in raw.cell_sets.items():
        rows = [
            raw.blocks[i][1][member]
            for i, member in enumerate(members)
            if len(member) and raw.blocks[i][0] in CELL_TYPES and CELL_TYPES[raw.blocks[i][0]].dimension == line_like
        ]
        found = [facets.find(corners) for row in rows for corners in _possible_corners(row, facets)]
        if found:
            sets[name] = np.unique(np.concatenate(found))
    for name, rows_of_sides in raw.side_sets.items():
        if rows_of_sides:
            found_sides = facets.find(np.array(rows_of_sides, dtype=np.int64))
            sets[name] = np.union1d(sets.get(name, found_sides), found_sides)
    inside = np.zeros(len(raw.points), dtype=bool)
    for name, members_nodes in raw.node_sets.items():
        inside[:] = False
        inside[members_nodes] = True
        own = facets.nodes[:, : facets.corners]
        belongs = np.flatnonzero(inside[own].all(axis=1) & eligible)
        if name not in sets and len(belongs):
            sets[name] = belongs
    return sets


def _possible_corners(rows: IntArray, facets: Facets) -> list[IntArray]:
    """Columns that may hold the corners: formats differ in where the middle node of a line stands."""
    if rows.shape[1] == 3 and facets.corners == 2:
        return [rows[:, [0, 1]], rows[:, [0, 2]], rows[:, [1, 2]]]
    return [rows[:, : facets.corners]]


def _boundaries(
    sets: dict[str, IntArray], rename: dict[str, str], required: Sequence[str], path: Path
) -> tuple[dict[str, int], IntArray, IntArray, tuple[str, ...]]:
    pairs = _renamed(list(sets), rename, "boundary", path)
    groups = {here: sets[there] for here, there in pairs.items()}
    _require(path, "boundary", required, list(groups))
    size = max((int(members.max()) + 1 for members in groups.values() if len(members)), default=0)
    first = [name for name in groups if name in tags.BOUNDARIES or name in rename or name in required]
    names, markers = _claim(groups, first, size, tags.BOUNDARIES, "facets", path)
    chosen = np.flatnonzero(markers)
    return names, chosen, markers[chosen], _former_names({k: v for k, v in pairs.items() if k not in rename}, path)
