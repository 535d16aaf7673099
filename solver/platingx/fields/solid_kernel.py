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

from platingx.fields.block import Geometry, Local, State, Tables
from platingx.fields.kinematics import (
    AXISYMMETRIC,
    deformation_gradient,
    determinant_3x3,
    multiply_3x3,
    push_gradients,
    reference_geometry,
)
from platingx.materials.compiled import compiled
from platingx.materials.growth import inverse_growth
from platingx.materials.layout import (
    BULK_DERIVATIVE,
    BULK_MODULUS,
    FLOW_LAW,
    FLOW_NONE,
    PRESSURE_LAW,
)
from platingx.materials.point import inverse_3x3, update_point
from platingx.materials.pressure import mean_kirchhoff_stress

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Reasons why a kernel gives up, returned with the cell and point.
FAILURES = {
    1: "an element turned inside out (det F <= 0)",
    2: "the constitutive update did not converge or met a NaN",
    3: "an element of the mesh has no volume",
    4: "the volume-strain matrix of an element is singular",
}


@compiled
def _add_stiffness(tangent: Array, gradients: Array, hoop: Array, weight: float, model: int, matrix: Array) -> None:
    """Add weight * B^T tangent B to the element matrix."""
    nodes, dimension = gradients.shape
    count = tangent.shape[0]
    row = np.empty(count)
    for a in range(nodes):
        for i in range(dimension):
            for c in range(count):
                total = 0.0
                for j in range(dimension):
                    total += gradients[a, j] * tangent[i * dimension + j, c]
                row[c] = total
            if model == AXISYMMETRIC and i == 0:
                for c in range(count):
                    row[c] += hoop[a] * tangent[4, c]
            for c in range(count):
                row[c] *= weight
            p = a * dimension + i
            for b in range(nodes):
                for k in range(dimension):
                    total = 0.0
                    for m in range(dimension):
                        total += row[k * dimension + m] * gradients[b, m]
                    if model == AXISYMMETRIC and k == 0:
                        total += row[4] * hoop[b]
                    matrix[p, b * dimension + k] += total


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
    nodes, dimension = gradients.shape
    for a in range(nodes):
        for i in range(dimension):
            total = 0.0
            for j in range(dimension):
                total += stress[i, j] * gradients[a, j]
            divergence = gradients[a, i]
            if model == AXISYMMETRIC and i == 0:
                total += stress[2, 2] * hoop[a]
                divergence += hoop[a]
            p = a * dimension + i
            force[p] += weight * total
            for s in range(modes.shape[0]):
                coupling[s, p] += weight * slope * modes[s] * divergence


@compiled
def _condense(
    matrix: Array,
    force: Array,
    coupling: Array,
    volume: Array,
    residual: Array,
    gain: Array,
    shift: Array,
) -> bool:
    """Eliminate the volume strain of one cell (Gauss elimination with pivoting)."""
    modes, unknowns = coupling.shape
    work = np.empty((modes, modes + unknowns + 1))
    for s in range(modes):
        for t in range(modes):
            work[s, t] = volume[s, t]
        for p in range(unknowns):
            work[s, modes + p] = coupling[s, p]
        work[s, modes + unknowns] = residual[s]
    for s in range(modes):
        pivot = s
        for t in range(s + 1, modes):
            if abs(work[t, s]) > abs(work[pivot, s]):
                pivot = t
        if abs(work[pivot, s]) == 0.0:
            return False
        if pivot != s:
            for c in range(work.shape[1]):
                work[s, c], work[pivot, c] = work[pivot, c], work[s, c]
        scale = 1.0 / work[s, s]
        for c in range(s, work.shape[1]):
            work[s, c] *= scale
        for t in range(modes):
            if t != s:
                factor = work[t, s]
                for c in range(s, work.shape[1]):
                    work[t, c] -= factor * work[s, c]
    for s in range(modes):
        shift[s] = work[s, modes + unknowns]
        for p in range(unknowns):
            gain[s, p] = work[s, modes + p]
    for p in range(unknowns):
        for s in range(modes):
            force[p] -= coupling[s, p] * shift[s]
            for q in range(unknowns):
                matrix[p, q] -= coupling[s, p] * gain[s, q]
    return True


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
    points = tables.weights.shape[0]
    dimension = geometry.corners.shape[2]
    unknowns = nodes * dimension
    modes = theta.shape[1]
    model = tables.model
    count = tables.rows.shape[0]
    place = np.empty(dimension)
    jacobian = np.empty((dimension, dimension))
    gradients = np.empty((nodes, dimension))
    spatial = np.empty((nodes, dimension))
    hoop = np.zeros(nodes)
    u = np.empty((nodes, dimension))
    big_f = np.empty((3, 3))
    f = np.empty((3, 3))
    growth_inverse = np.empty((3, 3))
    f_inverse = np.empty((3, 3))
    in_plane = np.empty((dimension, dimension))
    stress = np.empty((3, 3))
    tangent = np.empty((count, count))
    mode = np.empty(modes)
    force = np.empty(unknowns)
    residual = np.empty(modes)
    coupling = np.empty((modes, unknowns))
    volume = np.empty((modes, modes))
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    inert = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    scratch = np.empty(6)
    for cell in range(cells):
        for a in range(nodes):
            for i in range(dimension):
                u[a, i] = displacement[geometry.nodes[cell, a], i]
        matrix = local.matrices[cell]
        matrix[:, :] = 0.0
        force[:] = 0.0
        residual[:] = 0.0
        coupling[:, :] = 0.0
        volume[:, :] = 0.0
        for q in range(points):
            det = reference_geometry(
                geometry.corners[cell],
                tables.geometry[q],
                tables.geometry_gradient[q],
                place,
                jacobian,
            )
            det = abs(det)  # a mesh may number its cells clockwise
            if not det > 0.0:
                return 3, cell, q
            push_gradients(tables.shape_gradient[q], jacobian, gradients)
            weight = tables.weights[q] * det
            radius = place[0]
            if model == AXISYMMETRIC:
                weight *= 2.0 * np.pi * radius
            deformation_gradient(u, gradients, tables.shape[q], radius, model, big_f)
            det_f = determinant_3x3(big_f)
            if not (det_f > 0.0 and (dimension == 3 or big_f[2, 2] > 0.0)):
                return 1, cell, q
            inverse_3x3(big_f, f_inverse)
            for i in range(dimension):
                for j in range(dimension):
                    in_plane[i, j] = f_inverse[i, j]
            push_gradients(gradients, in_plane, spatial)
            if model == AXISYMMETRIC:
                for a in range(nodes):
                    hoop[a] = tables.shape[q, a] / (radius * big_f[2, 2])
            ratio = growth[cell, q]
            if ratio == 1.0:
                f[:, :] = big_f
            else:
                inverse_growth(ratio, shares, geometry.direction[cell, q], growth_inverse)
                multiply_3x3(big_f, growth_inverse, f)
            if plastic:
                rate, resistance, good = update_point(
                    parameters,
                    f,
                    old.inverse_plastic[cell, q],
                    old.resistance[cell, q],
                    dt,
                    tables.rows,
                    tables.columns,
                    stress,
                    tangent,
                    new.inverse_plastic[cell, q],
                )
                new.resistance[cell, q] = resistance
                new.plastic_strain[cell, q] = old.plastic_strain[cell, q] + rate * dt
            else:
                rate, resistance, good = update_point(
                    parameters,
                    f,
                    inert,
                    0.0,
                    dt,
                    tables.rows,
                    tables.columns,
                    stress,
                    tangent,
                    scratch,
                )
            if not good:
                return 2, cell, q
            mode[0] = 1.0
            for s in range(1, modes):
                mode[s] = (place[s - 1] - geometry.centre[cell, s - 1]) / geometry.size[cell]
            strain = 0.0
            for s in range(modes):
                strain += mode[s] * theta[cell, s]
            mean, slope, curvature = mean_kirchhoff_stress(
                int(parameters[PRESSURE_LAW]),
                parameters[BULK_MODULUS],
                parameters[BULK_DERIVATIVE],
                strain,
            )
            mismatch = np.log(det_f / ratio) - strain
            weight *= ratio
            for i in range(3):
                stress[i, i] += mean
            # geometric part: -tau_il delta_jk
            for r in range(count):
                for c in range(count):
                    if tables.columns[r] == tables.rows[c]:
                        tangent[r, c] -= stress[tables.rows[r], tables.columns[c]]
            _add_stiffness(tangent, spatial, hoop, weight, model, matrix)
            _add_coupling(stress, spatial, hoop, mode, weight, slope, model, force, coupling)
            for s in range(modes):
                residual[s] += weight * slope * mode[s] * mismatch
                for t in range(modes):
                    volume[s, t] += weight * mode[s] * mode[t] * (curvature * mismatch - slope)
        for a in range(nodes):
            for i in range(dimension):
                internal[geometry.nodes[cell, a], i] += force[a * dimension + i]
                magnitude[geometry.nodes[cell, a], i] += abs(force[a * dimension + i])
        if not _condense(matrix, force, coupling, volume, residual, local.gain[cell], local.shift[cell]):
            return 4, cell, 0
        for a in range(nodes):
            for i in range(dimension):
                condensed[geometry.nodes[cell, a], i] += force[a * dimension + i]
    return 0, 0, 0
