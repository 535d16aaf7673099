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

from platingx.arrays import Array
from platingx.fields.batch_arrays import BatchArrays, new_batch_arrays
from platingx.fields.batch_kinematics import BatchKinematics, evaluate_batch, new_batch_kinematics, volume_modes
from platingx.fields.batch_stress import evaluate_pressure, weigh_batch
from platingx.fields.block import Geometry, Local, Tables
from platingx.fields.cell_kernel import finish_cell, new_cell_arrays
from platingx.fields.kinematics import AXISYMMETRIC
from platingx.fields.point_state import State, add_state, load_state, store_state
from platingx.fields.stiffness_kernel import fill_integrands, padded, sum_points, take_cell
from platingx.fields.weakening import load_weakening, weaken_batch
from platingx.materials.compiled import njit_simd, njit_strict
from platingx.materials.lanes import LANES
from platingx.materials.layout import BULK_MODULUS, FLOW_LAW, FLOW_NONE, UNSTRAINED
from platingx.materials.point import PointBatch, new_point_batch, update_points

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


@njit_strict
def _check_kinematics(tables: Tables, count: int, kinematics: BatchKinematics) -> tuple[int, int]:
    """Reason and lane of the first point that has no volume or is inside out; 0, 0 if all is well."""
    for c in range(count):
        for q in range(tables.points):
            p = c * tables.spacing + q
            if not kinematics.volume[p] > 0.0:
                return NO_VOLUME, p
            hoop_stretch = kinematics.total[8 * LANES + p]
            if not (kinematics.determinant[p] > 0.0 and (kinematics.place.shape[0] == 3 or hoop_stretch > 0.0)):
                return INSIDE_OUT, p
    return 0, 0


@njit_simd
def _sum_all(tangent: Array, stress: Array, check: Array) -> None:
    """Sums over the results of each point, which are finite where all of them are."""
    for r in range(tangent.shape[0]):
        for c in range(tangent.shape[1]):
            for p in range(LANES):
                check[p] += tangent[r, c, p]
    for c in range(6):
        for p in range(LANES):
            check[p] += stress[c, p]


@njit_strict
def _check_update(
    tables: Tables, parameters: Array, plastic: bool, old: State, first: int, count: int, points: PointBatch,
    arrays: BatchArrays,
) -> tuple[int, int]:  # fmt: skip
    """Reason and lane of the first point whose update failed; 0, 0 if all is well."""
    check = arrays.residual
    for p in range(LANES):
        check[p] = arrays.mean[p] + arrays.slope[p] + arrays.curvature[p]
    _sum_all(points.tangent, points.stress_rows, check)
    add_state(points, check)
    for c in range(count):
        for q in range(tables.points):
            p = c * tables.spacing + q
            if not np.isfinite(points.stress[p] + points.rate[p]):
                return NO_STRESS, p
            strain = old.plastic_strain[first + c, q] if plastic else 0.0
            if not np.isfinite(check[p] + strain):
                return NOT_FINITE, p
            if not arrays.slope[p] > LEAST_STIFFNESS * parameters[BULK_MODULUS]:
                return SOFT, p
    return 0, 0


@njit_strict
def _sum_batch(
    tables: Tables, dimension: int, hoop: bool, nodes: int, count: int, points: PointBatch, arrays: BatchArrays
) -> None:
    """Element matrices, forces and coupling of the cells of a batch."""
    for i in range(dimension):
        slots = fill_integrands(
            i, dimension, hoop, nodes, points.tangent, arrays.stress, arrays.pressure, arrays.gradients,
            arrays.integrands,
        )  # fmt: skip
        columns = padded((dimension - i) * nodes + 1 + arrays.modes.shape[0])
        # Where a cell has all lanes, those behind its last point have no weight.
        if tables.cells == 1 and slots == arrays.gradients.shape[1]:
            sum_points(arrays.gradient_rows, arrays.integrand_rows[:columns], arrays.sums[0, i])
            continue
        for c in range(count):
            start = c * tables.spacing
            take_cell(arrays.gradients, slots, start, tables.spacing, arrays.left)
            take_cell(arrays.integrands, slots, start, tables.spacing, arrays.right[:columns])
            sum_points(arrays.left, arrays.right[:columns], arrays.sums[c, i])


@njit_strict
def assemble_solid(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    growth_exponents: Array,
    weakening: Array,
    dt: float,
    displacement: Array,
    theta: Array,
    old: State,
    new: State,
    local: Local,
    internal: Array,
    condensed: Array,
    force_scale: Array,
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
    growth_exponents
        Shares of growth along, across and out of plane, shape (3,).
    weakening
        Damage at each point (``fields.weakening``), shape (cells, points, 3); without cells where nothing is damaged.
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
    internal, condensed, force_scale
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
    dimension, modes, count = geometry.coordinates.shape[2], theta.shape[1], tables.rows.shape[0]
    plastic, hoop = parameters[FLOW_LAW] != FLOW_NONE, tables.model == AXISYMMETRIC
    kinematics = new_batch_kinematics(nodes, geometry.coordinates.shape[1], dimension)
    points = new_point_batch(count)
    for c in range(6):
        points.inverse_plastic[c * LANES : (c + 1) * LANES] = UNSTRAINED[c]
    arrays = new_batch_arrays(nodes, dimension, modes, 3 if hoop or dimension == 3 else 2, tables.cells, tables.spacing)
    cell_arrays = new_cell_arrays(nodes, dimension, modes)
    weakens = weakening.shape[0] > 0
    share, bulk, filled = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    for first in range(0, cells, tables.cells):
        together = min(tables.cells, cells - first)
        evaluate_batch(tables, geometry, growth, growth_exponents, displacement, first, together, kinematics)
        reason, lane = _check_kinematics(tables, together, kinematics)
        if reason == 0:
            load_state(tables, old, theta, first, together, plastic, points, arrays.theta)
            points.f[:] = kinematics.elastoplastic
            update_points(parameters, dt, tables.rows, tables.columns, points)
            volume_modes(tables, geometry, first, together, kinematics.place, arrays.modes)
            evaluate_pressure(
                parameters, arrays.theta, arrays.modes, arrays.strain, arrays.mean, arrays.slope, arrays.curvature
            )
            reason, lane = _check_update(tables, parameters, plastic, old, first, together, points, arrays)
        if reason != 0:
            return reason, first + tables.cell[lane], tables.point[lane]
        if weakens:
            load_weakening(tables, weakening, first, together, share, bulk, filled)
            weaken_batch(
                share, bulk, filled, kinematics.determinant, tables.rows, tables.columns, arrays.mean, arrays.slope,
                arrays.curvature, points.stress_rows, points.tangent,
            )  # fmt: skip
        if plastic:
            store_state(tables, old, new, dt, first, together, points)
        weigh_batch(tables, kinematics, points, arrays)
        _sum_batch(tables, dimension, hoop, nodes, together, points, arrays)
        for c in range(together):
            start = c * tables.spacing
            if not finish_cell(
                arrays.sums[c], arrays.modes, (arrays.residual, arrays.curved), (start, start + tables.spacing),
                first + c, geometry.nodes[first + c], cell_arrays, local, (internal, condensed, force_scale),
            ):  # fmt: skip
                return SINGULAR, first + c, 0
    return 0, 0, 0
