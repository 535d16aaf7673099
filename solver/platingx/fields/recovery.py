"""Smooth nodal fields of a region from values at quadrature points."""

from __future__ import annotations

import numpy as np
from dolfinx import fem, la, mesh

from platingx.arrays import Array, Int32Array
from platingx.fields.tables import ElementTables


class NodalRecovery:
    """Fits a (bi)linear function in each cell and averages it at the nodes of a region.

    The fit by least squares samples a quadratic element where its stresses are most accurate
    (Barlow, Int. J. Numer. Methods Eng. 10, 1976, 243); the average never crosses a region.

    Parameters
    ----------
    domain
        The mesh.
    tables
        Tables of its cell shape.
    """

    def __init__(self, domain: mesh.Mesh, tables: ElementTables) -> None:
        self._space = fem.functionspace(domain, ("Lagrange", 2))
        self._tables = tables
        index_map = self._space.dofmap.index_map
        self._layout = index_map
        self._size = index_map.size_local + index_map.num_ghosts

    def average(self, cells: Int32Array, values: Array) -> Array:
        """Nodal averages in the cells of a region. Collective.

        Parameters
        ----------
        cells
            Owned cells of the region.
        values
            Values at quadrature points, shape (cells, points, components).

        Returns
        -------
        Array
            Values at the nodes of each cell, shape (cells, nodes, components).
        """
        components = values.shape[2]
        fitted = self.fit(values)
        nodes = self._space.dofmap.list[cells]
        total = la.vector(self._layout, components + 1)
        view = total.array.reshape(self._size, components + 1)
        np.add.at(view[:, :components], nodes, fitted)
        np.add.at(view[:, components], nodes, 1.0)
        total.scatter_reverse(la.InsertMode.add)
        total.scatter_forward()
        count = view[nodes][:, :, components:]
        return view[nodes][:, :, :components] / np.where(count > 0.0, count, 1.0)

    def fit(self, values: Array, quadratic: bool = False) -> Array:
        """Values at the nodes of each cell by its own (bi)linear or quadratic fit, before any average.

        Parameters
        ----------
        values
            Values at quadrature points, shape (cells, points, components).
        quadratic
            Whether to fit quadratic functions, to see how well the linear ones do.
        """
        matrix = self._tables.quadratic_recovery if quadratic else self._tables.recovery
        return np.einsum("nq,cqk->cnk", matrix, values)

    def coordinates(self, node_coordinates: Array) -> Array:
        """Reference coordinates of the nodes of cells, from their geometry nodes.

        Parameters
        ----------
        node_coordinates
            Geometry nodes, shape (cells, geometry nodes, dimension), m.
        """
        return np.einsum("ng,cgi->cni", self._tables.output_geometry, node_coordinates)

    def displacements(self, nodes: Int32Array, displacement: Array) -> Array:
        """Displacement at the nodes of cells, shape (cells, nodes, dimension), m.

        Parameters
        ----------
        nodes
            Displacement nodes of the cells.
        displacement
            Nodal displacements, shape (local nodes, dimension), m.
        """
        return np.einsum("na,cai->cni", self._tables.output_shape, displacement[nodes])
