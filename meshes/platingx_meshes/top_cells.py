"""The cells of the highest dimension in a mesh file, which are of one type and make the body."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.readers.raw_mesh import RawMesh

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class TopCells:
    """The cells of the highest dimension, of one type, with their labels in the file."""

    kind: str
    nodes: IntArray
    labels: IntArray
    sets: dict[str, IntArray]


def one_cell_type(raw: RawMesh, path: Path) -> TopCells:
    """Cells of the highest dimension; what is of a lower one can only name their sides.

    Raises
    ------
    MeshBuildError
        If there are none, or they are of several types or of one that is not known.
    """
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
        raise _mixed(counts, path)
    starts = np.cumsum([0] + [len(raw.blocks[i][1]) for i in chosen])
    sets: dict[str, IntArray] = {}
    for name, members in raw.cell_sets.items():
        parts = [members[i] + start for i, start in zip(chosen, starts, strict=False) if len(members[i])]
        if parts:
            sets[name] = np.unique(np.concatenate(parts))
    nodes = np.concatenate([raw.blocks[i][1] for i in chosen])
    labels = np.concatenate([raw.blocks[i][2] for i in chosen])
    return TopCells(next(iter(counts)), nodes, labels, sets)


def _mixed(counts: dict[str, int], path: Path) -> MeshBuildError:
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    if len({kind.rstrip("0123456789") for kind in counts}) == 1:
        return MeshBuildError(
            f"{path}: the mesh mixes cells of first and second order ({listed})",
            "mesh all regions with one order: gmsh.model.mesh.setOrder(2)",
        )
    return MeshBuildError(
        f"{path}: the mesh mixes cell types ({listed}); all cells must be of one type",
        "mesh everything with triangles (Gmsh: leave out Recombine) or everything with quadrilaterals",
    )


def by_number(cells: TopCells) -> TopCells:
    """Cells in the order of their numbers, so that a mesh written by `MeshData.write_msh` comes back as it was."""
    order = np.argsort(cells.labels, kind="stable")
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    sets = {name: np.sort(position[members]) for name, members in cells.sets.items()}
    return TopCells(cells.kind, cells.nodes[order], cells.labels[order], sets)


def check_dimension(points: Array, cells: TopCells, dimension: int | None, path: Path) -> None:
    """Check that cells are of the dimension that the case needs, and plane ones in a plane.

    Raises
    ------
    MeshBuildError
        If they are not.
    """
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
            "rotate it so that x (or r) runs across and y (or the axis) up; look for decimal commas in the file",
        )
