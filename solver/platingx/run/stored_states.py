"""States of a run from its field files: the stress of an elastic region again, from what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import basix
import numpy as np
from scipy.spatial import cKDTree

from platingx.arrays import Array, IntArray
from platingx.config.materials import Elasticity
from platingx.errors import OutputError
from platingx.fields.tables import ElementTables
from platingx.materials.parameters import PRESSURE_LAWS
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.physics.model import Model
from platingx.post.field_reader import FieldSeries

__all__ = ["StoredStates", "hencky_stress"]

NEAR = 1e-6
"""How far a node of the file may be from that of the mesh, relative to the size of the model; single precision."""


class StoredStates:
    """Stress of ceramics and pressure of the metal at the written steps of a run, as nodal fields of its model.

    Parameters
    ----------
    model
        Model of the run, at rest.
    fields
        What was written.
    ceramics
        Regions whose stress is wanted: elastic ones, whose stress depends on the present displacement only.

    Raises
    ------
    OutputError
        If the fields do not hold what is needed, or are those of another mesh.
    """

    def __init__(self, model: Model, fields: FieldSeries, ceramics: tuple[str, ...]) -> None:
        self._model, self._fields, self._ceramics = model, fields, ceramics
        self._metal = model.case.growth.region
        names = set(fields.names)
        self._source = next((name for name in ("cauchy_stress", "displacement") if name in names), "")
        if not self._source or "pressure" not in names:
            missing = "pressure" if self._source else "displacement"
            raise OutputError(
                f"{fields.path}: the field {missing} was not written, without which the stress around flaws is not "
                "known\n"
                "    try:   run the case again with output.fields.names left out"
            )
        self._places = {region: self._match(region) for region in (*ceramics, self._metal)}

    def __len__(self) -> int:
        return len(self._fields)

    @property
    def times(self) -> Array:
        """S."""
        return self._fields.times

    def __iter__(self) -> Iterator[tuple[dict[str, Array], Array]]:
        """Nodal stress by region, shape (cells, nodes, 6), and pressure of the metal, (cells, nodes). Collective."""
        for step in range(len(self)):
            values = self._fields.at(step, [self._source, "pressure"])
            stress = {region: self._stress(region, values) for region in self._ceramics}
            yield stress, values["pressure"][self._places[self._metal]]

    def _match(self, region: str) -> IntArray:
        """Point of the file at each node of the cells of a region."""
        fields = self._fields
        if region not in fields.regions.names:
            raise OutputError(f"{fields.path}: the region {region} was not written")
        own = fields.cells[fields.region_mask(region)]
        if not len(own):
            raise OutputError(f"{fields.path}: the region {region} was not written")
        points = np.unique(own)
        nodes = self._model.recovery.coordinates(self._model.solids[region].region.geometry.coordinates)
        distance, found = cKDTree(fields.points[points, :2]).query(nodes.reshape(-1, 2))
        size = float(np.ptp(fields.points, axis=0).max())
        if len(distance) and distance.max() > NEAR * size:
            raise OutputError(f"{fields.path}: the fields are those of another mesh than mesh.msh")
        return np.asarray(points[found].reshape(nodes.shape[:2]))

    def _stress(self, region: str, values: Mapping[str, Array]) -> Array:
        at_nodes = values[self._source][self._places[region]]
        if self._source == "cauchy_stress":
            return at_nodes[..., [0, 4, 8, 1, 2, 5]]
        solid, model = self._model.solids[region].region, self._model
        tables = model.discretisation.tables
        gradient = _gradient(
            tables, model.loaded.mesh.topology.cell_name(), solid.geometry.coordinates, at_nodes[..., :2]
        )
        stress = hencky_stress(gradient, model.case.materials[region].elasticity)
        stress = model.recovery.average(solid.cells, stress)
        # the mean stress is a field of its own in a run: that which was written, not that of the displacement
        mean = -values["pressure"][self._places[region]]
        stress[..., :3] += (mean - stress[..., :3].mean(axis=-1))[..., None]
        return stress


def _gradient(tables: ElementTables, cell: str, coordinates: Array, displacement: Array) -> Array:
    """Deformation gradient at quadrature points, shape (cells, points, 2, 2), from the values at the written nodes."""
    element = basix.create_element(
        basix.ElementFamily.P, basix.CellType[cell], 2, basix.LagrangeVariant.gll_warped, basix.DPCVariant.unset, True
    )
    slopes = np.moveaxis(element.tabulate(1, tables.points)[1:, ..., 0], 0, -1)
    jacobian = np.einsum("qgk,cgi->cqik", tables.geometry_gradient, coordinates)
    by_reference = np.einsum("qnk,cni->cqik", slopes, displacement)
    return np.asarray(np.eye(2) + by_reference @ np.linalg.inv(jacobian))


def hencky_stress(deformation: Array, elasticity: Elasticity) -> Array:
    """Cauchy stress (xx, yy, zz, xy, xz, yz) of Hencky elasticity in plane strain, shape (..., 6), Pa.

    s = (2 G dev ln V + pi 1) / J with the pressure law pi of ln J.

    Parameters
    ----------
    deformation
        In-plane deformation gradient, shape (..., 2, 2).
    elasticity
        Of the region.
    """
    left = deformation @ np.swapaxes(deformation, -1, -2)
    squares, vectors = np.linalg.eigh(left)
    logarithms = 0.5 * np.log(squares)
    strain = np.einsum("...ia,...a,...ja->...ij", vectors, logarithms, vectors)
    theta = logarithms.sum(axis=-1)
    law, derivative = PRESSURE_LAWS[elasticity.pressure_law], float(elasticity.bulk_modulus_derivative or 1.0)
    mean = np.array(
        [mean_kirchhoff_stress(law, elasticity.bulk_modulus, derivative, float(t))[0] for t in theta.ravel()]
    )
    mean = mean.reshape(theta.shape)
    double = 2.0 * elasticity.shear_modulus
    result = np.zeros((*theta.shape, 6))
    for place, value in enumerate((strain[..., 0, 0], strain[..., 1, 1], np.zeros_like(theta))):
        result[..., place] = double * (value - theta / 3.0) + mean
    result[..., 3] = double * strain[..., 0, 1]
    return np.asarray(result / np.exp(theta)[..., None])
