"""Fused element kernel of the solid: stress, tangent, condensation and state in one pass.

Two-field principle per reference volume, with Jg carried by stress and work (design of the growth
split) and theta the discontinuous logarithmic volume strain:

    W = Jg [ psi_dev(Fe) + U(theta) + U'(theta) (ln Je - theta) ],     U' = pi (mean Kirchhoff stress)

    R_u     = int Jg (tau_dev + pi 1) : grad(v)           (spatial gradient, Jg tau = J sigma)
    R_theta = int Jg pi'(theta) psi (ln Je - theta)

theta is eliminated in each cell after linearisation, which keeps the good convergence of a mixed
method and leaves displacements as the only global unknowns.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.fields.block import Geometry, Int32Array, Local, State, Tables
from platingx.fields.condensation_kernel import condense
from platingx.fields.kinematics import AXISYMMETRIC
from platingx.fields.point_kinematics import evaluate_point, gather, new_point_kinematics, volume_modes
from platingx.materials.compiled import compiled
from platingx.materials.layout import (
    BULK_DERIVATIVE,
    BULK_MODULUS,
    FLOW_LAW,
    FLOW_NONE,
    PRESSURE_LAW,
    UNSTRAINED,
)
from platingx.materials.point import inverse_3x3, update_point
from platingx.materials.pressure import mean_kirchhoff_stress

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

INSIDE_OUT, NO_STRESS, NO_VOLUME, SINGULAR, SOFT, NOT_FINITE = 1, 2, 3, 4, 5, 6

#: Least share of the bulk modulus that the pressure law must keep: where it has none, every volume strain fits.
LEAST_STIFFNESS = 0.01

#: Reasons why a kernel gives up, returned with the cell and point.
FAILURES = {
    INSIDE_OUT: "an element turned inside out (det F <= 0)",
    NO_STRESS: "the constitutive update did not converge",
    NO_VOLUME: "an element of the mesh has no volume",
    SINGULAR: "the volume-strain matrix of an element is singular",
    SOFT: "the pressure law lost its stiffness (compressed beyond its range)",
    NOT_FINITE: "the constitutive update gave a number that is not finite",
}


@compiled
def _add_stiffness(tangent: Array, gradients: Array, hoop: Array, weight: float, model: int, blocks: Array) -> None:
    """Add weight * B^T tangent B to the element matrix.

    Parameters
    ----------
    tangent
        Over the gradient components of the model, Pa.
    gradients, hoop
        Spatial gradients of the functions, shape (dimension, nodes), and N/r, shape (nodes,), 1/m.
    weight
        Volume of the point.
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.
    blocks
        Element matrix, shape (nodes * dimension, dimension, nodes): the innermost loop runs over the nodes of the
        columns, which lie side by side, so that compilers vectorise it.
    """
    dimension, nodes = gradients.shape
    count = tangent.shape[0]
    row = np.empty(count)
    ring = model == AXISYMMETRIC
    for a in range(nodes):
        for i in range(dimension):
            top = i * dimension
            for c in range(count):
                row[c] = gradients[0, a] * tangent[top, c] + gradients[1, a] * tangent[top + 1, c]
            if dimension == 3:
                for c in range(count):
                    row[c] += gradients[2, a] * tangent[top + 2, c]
            elif ring and i == 0:
                for c in range(count):
                    row[c] += hoop[a] * tangent[4, c]
            p = a * dimension + i
            for k in range(dimension):
                first, second = weight * row[k * dimension], weight * row[k * dimension + 1]
                if dimension == 3:
                    third = weight * row[k * dimension + 2]
                    for b in range(nodes):
                        blocks[p, k, b] += first * gradients[0, b] + second * gradients[1, b] + third * gradients[2, b]
                else:
                    third = weight * row[4] if ring and k == 0 else 0.0
                    for b in range(nodes):
                        blocks[p, k, b] += first * gradients[0, b] + second * gradients[1, b] + third * hoop[b]


@compiled
def _order_by_nodes(blocks: Array, matrix: Array) -> None:
    """Element matrix with the components of a node side by side, from the layout of :func:`_add_stiffness`."""
    rows, dimension, nodes = blocks.shape
    for p in range(rows):
        for b in range(nodes):
            for k in range(dimension):
                matrix[p, b * dimension + k] = blocks[p, k, b]


@compiled
def _add_coupling(
    stress: Array,
    gradients: Array,
    hoop: Array,
    modes: Array,
    weight: float,
    slope: float,
    model: int,
    force: Array,
    coupling: Array,
) -> None:
    """Add internal forces and the displacement-volume coupling of one point."""
    dimension, nodes = gradients.shape
    for a in range(nodes):
        for i in range(dimension):
            total = 0.0
            for j in range(dimension):
                total += stress[i, j] * gradients[j, a]
            divergence = gradients[i, a]
            if model == AXISYMMETRIC and i == 0:
                total += stress[2, 2] * hoop[a]
                divergence += hoop[a]
            p = a * dimension + i
            force[p] += weight * total
            for s in range(modes.shape[0]):
                coupling[s, p] += weight * slope * modes[s] * divergence


@compiled
def _spatial_gradients(
    total: Array, gradients: Array, values: Array, radius: float, model: int, spatial: Array, hoop: Array
) -> None:
    """Gradients of the displacement functions, and N/r, in the current configuration.

    Parameters
    ----------
    total
        F, shape (3, 3).
    gradients, values
        Reference gradients (nodes, dimension) and values (nodes,) of the displacement functions.
    radius
        Reference radius, m (axisymmetric only).
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.
    spatial, hoop
        Outputs, shapes (dimension, nodes) and (nodes,), 1/m.
    """
    inverse = np.empty((3, 3))
    inverse_3x3(total, inverse)
    dimension, nodes = spatial.shape
    for a in range(nodes):
        for j in range(dimension):
            slope = 0.0
            for k in range(dimension):
                slope += gradients[a, k] * inverse[k, j]
            spatial[j, a] = slope
    if model == AXISYMMETRIC:
        for a in range(hoop.shape[0]):
            hoop[a] = values[a] / (radius * total[2, 2])


@compiled
def _add_geometric(stress: Array, rows: IntArray, columns: IntArray, tangent: Array) -> None:
    """Add the geometric part -tau_il delta_jk to the tangent."""
    for r in range(rows.shape[0]):
        for c in range(rows.shape[0]):
            if columns[r] == rows[c]:
                tangent[r, c] -= stress[rows[r], columns[c]]


@compiled
def _add_volume(
    modes: Array, weight: float, slope: float, curvature: float, mismatch: float, residual: Array, volume: Array
) -> None:
    """Add one point to the residual and matrix of the volume strain; ``mismatch`` is ln(Je) - theta."""
    for s in range(modes.shape[0]):
        residual[s] += weight * slope * modes[s] * mismatch
        for t in range(modes.shape[0]):
            volume[s, t] += weight * modes[s] * modes[t] * (curvature * mismatch - slope)


@compiled
def _scatter(force: Array, nodes: Int32Array, vector: Array) -> None:
    """Add an element vector to a nodal vector."""
    dimension = vector.shape[1]
    for a in range(nodes.shape[0]):
        for i in range(dimension):
            vector[nodes[a], i] += force[a * dimension + i]


@compiled
def assemble_solid(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    shares: Array,
    dt: float,
    displacement: Array,
    theta: Array,
    old: State,
    new: State,
    local: Local,
    internal: Array,
    condensed: Array,
    magnitude: Array,
) -> tuple[int, int, int]:
    """Stress, state, condensed tangents and residual vectors of all cells of a region.

    Parameters
    ----------
    tables, geometry
        Shape functions and reference geometry.
    parameters
        Material parameter vector.
    growth
        Jg at each point, shape (cells, points).
    shares
        Shares of growth along, across and out of plane, shape (3,).
    dt
        Step, s.
    displacement
        Nodal displacements with ghosts, shape (local nodes, dimension), m.
    theta
        Modes of the logarithmic volume strain, shape (cells, modes).
    old, new
        Internal variables at the start (read only) and at the end (written) of the step.
    local
        Element results (written).
    internal, condensed, magnitude
        Vectors over local nodes, shape (local nodes, dimension): the internal force, the internal
        force after elimination of theta, and the sum of absolute element forces are added, N
        (N/m in plane strain).

    Returns
    -------
    reason, cell, point
        0, 0, 0 if all is well, otherwise a key of ``FAILURES``, and the cell (position in the
        region) and point where it happened first.
    """
    cells, nodes = geometry.nodes.shape
    dimension, modes = geometry.corners.shape[2], theta.shape[1]
    count, unknowns, model = tables.rows.shape[0], nodes * dimension, tables.model
    point = new_point_kinematics(nodes, dimension)
    spatial, hoop = np.empty((dimension, nodes)), np.zeros(nodes)
    blocks = np.empty((unknowns, dimension, nodes))
    stress, tangent = np.empty((3, 3)), np.empty((count, count))
    mode, force, residual = np.empty(modes), np.empty(unknowns), np.empty(modes)
    coupling, volume = np.empty((modes, unknowns)), np.empty((modes, modes))
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    unused = np.empty(6)
    for cell in range(cells):
        gather(displacement, geometry, cell, point)
        matrix = local.matrices[cell]
        blocks[:, :, :] = 0.0
        force[:] = 0.0
        residual[:] = 0.0
        coupling[:, :] = 0.0
        volume[:, :] = 0.0
        for q in range(tables.weights.shape[0]):
            weight, det_f = evaluate_point(tables, geometry, growth, shares, cell, q, point)
            if weight == 0.0:
                return NO_VOLUME, cell, q
            if not (det_f > 0.0 and (dimension == 3 or point.total[2, 2] > 0.0)):
                return INSIDE_OUT, cell, q
            rate, resistance, good = update_point(
                parameters,
                point.elastoplastic,
                old.inverse_plastic[cell, q] if plastic else UNSTRAINED,
                old.resistance[cell, q] if plastic else 0.0,
                dt,
                tables.rows,
                tables.columns,
                stress,
                tangent,
                new.inverse_plastic[cell, q] if plastic else unused,
            )
            if not good:
                return NO_STRESS, cell, q
            if plastic:
                new.resistance[cell, q] = resistance
                new.plastic_strain[cell, q] = old.plastic_strain[cell, q] + rate * dt
            volume_modes(geometry, cell, point.place, mode)
            strain = 0.0
            for s in range(modes):
                strain += mode[s] * theta[cell, s]
            mean, slope, curvature = mean_kirchhoff_stress(
                int(parameters[PRESSURE_LAW]), parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE], strain
            )
            check = mean + slope + curvature + stress.sum() + tangent.sum()
            if plastic:
                check += resistance + new.plastic_strain[cell, q] + new.inverse_plastic[cell, q].sum()
            if not np.isfinite(check):
                return NOT_FINITE, cell, q
            if not slope > LEAST_STIFFNESS * parameters[BULK_MODULUS]:
                return SOFT, cell, q
            for i in range(3):
                stress[i, i] += mean
            ratio = growth[cell, q]
            weight *= ratio
            _spatial_gradients(point.total, point.gradients, tables.shape[q], point.place[0], model, spatial, hoop)
            _add_geometric(stress, tables.rows, tables.columns, tangent)
            _add_stiffness(tangent, spatial, hoop, weight, model, blocks)
            _add_coupling(stress, spatial, hoop, mode, weight, slope, model, force, coupling)
            _add_volume(mode, weight, slope, curvature, np.log(det_f / ratio) - strain, residual, volume)
        _scatter(force, geometry.nodes[cell], internal)
        _scatter(np.abs(force), geometry.nodes[cell], magnitude)
        _order_by_nodes(blocks, matrix)
        local.stiffness[cell] = -volume
        if not condense(matrix, force, coupling, volume, residual, local.gain[cell], local.shift[cell]):
            return SINGULAR, cell, 0
        _scatter(force, geometry.nodes[cell], condensed)
    return 0, 0, 0
