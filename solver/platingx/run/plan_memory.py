"""Bytes of the arrays that a large three-dimensional run keeps, from counts of cells, nodes and matrix blocks.

Each formula stands for arrays that the code makes; a test compares them with those of a real model.
"""

from __future__ import annotations

from dataclasses import dataclass

from platingx.fields.tables import build_tables
from platingx.problems.iterative import OPTIONS

__all__ = ["CellSizes", "Counts", "cell_sizes", "expected_counts", "memory"]

DIMENSION = 3
REAL, SHORT, LONG = 8, 4, 8
"""Bytes of a floating-point number, of a number of a node or cell, and of a row start."""

COARSE_HIERARCHY = 0.5
"""Bytes of the levels of algebraic multigrid below the coarse matrix, over those of that matrix. An assumption."""

PROCESS = 3.6e8
"""Bytes of a rank before it has a mesh: interpreter, libraries, compiled kernels. Measured; partly shared on a node."""


@dataclass(frozen=True)
class CellSizes:
    """Sizes of the arrays of one cell.

    Attributes
    ----------
    nodes, mesh_nodes, vertices, points, modes
        Displacement nodes, nodes of the mesh and of written fields, vertices, quadrature points, volume modes.
    nodes_per_cell, mesh_nodes_per_cell, vertices_per_cell
        Of a large mesh, where neighbours share them.
    blocks, coarse_blocks
        Nodes (vertices) coupled to a node (vertex), itself included, on average over a large mesh.
    interpolated
        Vertices that a node is interpolated from, on average.
    """

    nodes: int
    mesh_nodes: int
    vertices: int
    points: int
    modes: int
    nodes_per_cell: float
    mesh_nodes_per_cell: float
    vertices_per_cell: float
    blocks: float
    coarse_blocks: float
    interpolated: float


def cell_sizes(cell: str) -> CellSizes:
    """Sizes of a cell shape.

    A mesh of hexahedra has for each vertex 3 edges, 3 faces and a cell, coupled to 125, 75, 45 and 27 nodes. One of
    tetrahedra has for each vertex about 7 edges, 12 faces and 6 cells (a cube divided into six), all with a node; a
    vertex is coupled to 15 vertices, 50 edges, 60 faces and 24 cells, an edge, with 36 / 7 cells around it, to
    3 + 8 * 36 / 7 nodes, a face to 23 and a cell to 15.

    Parameters
    ----------
    cell : str
        ``hexahedron`` or ``tetrahedron``.
    """
    tables = build_tables(cell, 2)
    points, modes, nodes = len(tables.weights), tables.volume_modes, tables.shape.shape[1]
    written = len(tables.output_points)
    if cell == "hexahedron":
        return CellSizes(
            nodes, written, 8, points, modes, 8.0, 8.0, 1.0, (125 + 3 * 75 + 3 * 45 + 27) / 8, 27.0, 27 / 8
        )
    around = 36 / 7
    blocks = (149 + 7 * (3 + 8 * around) + 12 * 23 + 6 * 15) / 26
    return CellSizes(nodes, written, 4, points, modes, 26 / 6, 8 / 6, 1 / 6, blocks, 15.0, 75 / 26)


@dataclass(frozen=True)
class Counts:
    """What there is on one rank.

    Attributes
    ----------
    cells, plastic_cells
        Owned cells, and those whose material flows: their volume strain can become an unknown.
    nodes, ghost_nodes, vertices, ghost_vertices
        Owned by the rank, and copies of those of other ranks.
    blocks, coarse_blocks
        Blocks of the fine and of the coarse matrix in the rows of owned nodes and ghosts.
    owned_blocks, owned_coarse_blocks
        Those in owned rows.
    interpolation
        Entries of the interpolation.
    """

    cells: float
    plastic_cells: float
    nodes: float
    ghost_nodes: float
    vertices: float
    ghost_vertices: float
    blocks: float
    owned_blocks: float
    coarse_blocks: float
    owned_coarse_blocks: float
    interpolation: float


def _ghosts(owned: float) -> float:
    """Nodes on three of the six sides of a cube with so many nodes: the other three are its own."""
    side = owned ** (1 / 3)
    return 3 * side**2 + 3 * side + 1


def expected_counts(sizes: CellSizes, unknowns: float, ranks: int, plastic_share: float) -> Counts:
    """Counts of a rank of a large mesh that is divided into equal cubes.

    Parameters
    ----------
    sizes
        Of the cell shape.
    unknowns
        Displacement unknowns over all ranks.
    ranks
        Number of ranks.
    plastic_share
        Share of the cells whose material flows.
    """
    nodes = unknowns / DIMENSION / ranks
    cells = nodes / sizes.nodes_per_cell
    vertices = cells * sizes.vertices_per_cell
    ghosts, ghost_vertices = (_ghosts(count) if ranks > 1 else 0.0 for count in (nodes, vertices))
    owned, coarse = nodes * sizes.blocks, vertices * sizes.coarse_blocks
    return Counts(
        cells=cells,
        plastic_cells=plastic_share * cells,
        nodes=nodes,
        ghost_nodes=ghosts,
        vertices=vertices,
        ghost_vertices=ghost_vertices,
        blocks=owned + 0.5 * ghosts * sizes.blocks,  # a ghost row knows the cells on one side of it
        owned_blocks=owned,
        coarse_blocks=coarse + 0.5 * ghost_vertices * sizes.coarse_blocks,
        owned_coarse_blocks=coarse,
        interpolation=nodes * DIMENSION * sizes.interpolated,
    )


def memory(
    counts: Counts, sizes: CellSizes, index_bytes: int, iterations: int, field_numbers: float
) -> dict[str, float]:
    """Bytes of one rank by what they are for, with the iterative solver.

    Parameters
    ----------
    counts, sizes
        What there is, and the cell shape.
    index_bytes
        Size of an integer of PETSc: 4, or 8 in a build with 64-bit indices.
    iterations
        Krylov iterations of a solve, as far as the basis grows before a restart.
    field_numbers
        Numbers that a step of the fields holds for each node of a cell, over all cells.
    """
    block = DIMENSION**2
    unknowns = sizes.nodes * DIMENSION
    local = counts.nodes + counts.ghost_nodes
    entry = REAL + index_bytes
    soft = counts.plastic_cells * sizes.modes
    restart = int(OPTIONS["ksp_gmres_restart"])
    basis = 2 * min(restart, iterations) + 5
    coarse_aij = counts.owned_coarse_blocks * block * entry
    return {
        "interpreter, libraries, kernels": PROCESS,
        "element tangents": counts.cells * REAL * unknowns**2,
        "volume condensation and strain": counts.cells
        * REAL
        * (sizes.modes * unknowns + sizes.modes**2 + 6 * sizes.modes),  # r, and theta of five moments
        "geometry of the elements": counts.cells
        * (REAL * (DIMENSION * (sizes.mesh_nodes + sizes.points + 1) + 1) + SHORT * (sizes.nodes + 1)),
        "state": REAL * sizes.points * (2 * counts.cells + 2 * 8 * counts.plastic_cells),
        "positions of element entries": counts.cells * SHORT * (sizes.nodes**2 + sizes.vertices**2 + sizes.vertices),
        "fine matrix, our copy": counts.blocks * (REAL * block + SHORT)
        + 2 * LONG * local
        + counts.owned_blocks * index_bytes,
        "fine matrix, PETSc": counts.owned_blocks * (REAL * block + index_bytes) + counts.nodes * REAL * block,
        "coarse matrix, three copies": counts.coarse_blocks * (REAL * block + SHORT)
        + counts.owned_coarse_blocks * (REAL * block + 2 * index_bytes)
        + coarse_aij,
        "coarse preconditioner": COARSE_HIERARCHY * coarse_aij,
        "interpolation": counts.interpolation * entry,
        "Krylov basis": basis * REAL * (counts.nodes * DIMENSION + soft),
        "nodal vectors": 16 * REAL * DIMENSION * local,
        "snapshot, old and new": 2 * counts.cells * REAL * (18 * sizes.mesh_nodes + 13 * sizes.points),
        "snapshot, temporary": counts.plastic_cells * REAL * (26 * sizes.mesh_nodes + 8 * sizes.points),
        "mesh and spaces": local * REAL * DIMENSION
        + counts.cells * (2 * SHORT * (sizes.nodes + sizes.mesh_nodes) + 400),
        "field output": counts.cells * sizes.mesh_nodes * (2 * REAL * field_numbers + SHORT * 7),
    }
