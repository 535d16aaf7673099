"""Write a field file on a small mesh with a curved boundary: run as a program, on any number of ranks.

Usage: python3 -m mpi4py write_curved_fields.py PATH CELL [--resume] [--times 0 1 2] [--kill]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import basix.ufl
import numpy as np
from dolfinx import mesh as dolfinx_mesh
from mpi4py import MPI

from platingx.compat import geometry_degree, geometry_nodes
from platingx.post.field_writer import FieldWriter

COMPONENTS = {"pressure": 1, "displacement": 2, "region": 1}


def annulus_nodes() -> tuple[np.ndarray, np.ndarray]:
    """Nodes (m) and 9-node cells (tensor order of basix) of a quarter ring with curved elements."""
    rings, sectors = 3, 4
    radius, angle = np.meshgrid(np.linspace(1, 2, 2 * rings + 1), np.linspace(0, np.pi / 2, 2 * sectors + 1))
    nodes = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).reshape(-1, 2) * 1e-7
    row = 2 * rings + 1
    local = [(0, 0), (0, 2), (2, 0), (2, 2), (0, 1), (1, 0), (1, 2), (2, 1), (1, 1)]
    cells = [[(2 * j + dj) * row + 2 * i + di for dj, di in local] for j in range(sectors) for i in range(rings)]
    return nodes, np.array(cells, dtype=np.int64)


def curved_mesh(cell: str):
    """Mesh of second order: quadrilaterals of the quarter ring, or a small block of another cell (linear geometry)."""
    comm = MPI.COMM_WORLD
    if cell != "quadrilateral":
        kind = dolfinx_mesh.CellType[cell]
        ghosts = dolfinx_mesh.GhostMode.shared_facet
        if cell == "triangle":
            return dolfinx_mesh.create_unit_square(comm, 3, 3, kind, ghost_mode=ghosts)
        return dolfinx_mesh.create_unit_cube(comm, 2, 2, 3, kind, ghost_mode=ghosts)
    nodes, cells = annulus_nodes()
    if comm.rank > 0:
        nodes, cells = nodes[:0], cells[:0]
    element = basix.ufl.element("Lagrange", "quadrilateral", 2, shape=(2,))
    return dolfinx_mesh.create_mesh(comm, cells=cells, e=element, x=nodes)


def pressure(x: np.ndarray, time: float) -> np.ndarray:
    """Pa, linear in the coordinates and in time."""
    return (1 + time) * (3.0 * x[..., 0] + x[..., 1])


def physical_points(mesh, reference: np.ndarray) -> np.ndarray:
    """Coordinates of reference points in every owned cell, shape (cells, points, dim)."""
    count = mesh.topology.index_map(mesh.topology.dim).size_local
    element = basix.ufl.element("Lagrange", mesh.basix_cell(), geometry_degree(mesh))
    table = element.tabulate(0, reference)[0]
    nodes = mesh.geometry.x[geometry_nodes(mesh.geometry)[:count]][..., : mesh.geometry.dim]
    return np.einsum("pn,cnd->cpd", table, nodes)


def write_fields(
    path: str | Path, cell: str, times: Sequence[float], *, resume: bool = False, kill: bool = False
) -> None:
    """Write pressure, displacement and region of a mesh at some times; die without closing the file where asked for."""
    mesh = curved_mesh(cell)
    components = {**COMPONENTS, "displacement": mesh.geometry.dim}
    with FieldWriter(path, mesh, components, resume=resume) as writer:
        x = physical_points(mesh, writer.node_points())
        region = np.broadcast_to(x[..., 0].mean(axis=1)[:, None] > 5e-8, x.shape[:2])
        for time in times:
            values = {"pressure": pressure(x, time), "displacement": time * x, "region": region}
            writer.write(time, values)
        if kill:
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("cell")
    parser.add_argument("--times", type=float, nargs="+", default=[0.0, 0.5, 2.0])
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--kill", action="store_true", help="die without closing the file")
    options = parser.parse_args()
    write_fields(options.path, options.cell, options.times, resume=options.resume, kill=options.kill)


if __name__ == "__main__":
    main()
