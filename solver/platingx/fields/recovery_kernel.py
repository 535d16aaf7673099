"""Cauchy stress at the quadrature points of a converged state."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.fields.block import Geometry, State, Tables
from platingx.fields.kinematics import (
    AXISYMMETRIC,
    deformation_gradient,
    determinant_3x3,
    multiply_3x3,
    push_gradients,
    reference_geometry,
)
from platingx.materials.compiled import compiled
from platingx.materials.eigen import symmetric_eigen
from platingx.materials.growth import inverse_growth
from platingx.materials.layout import (
    BULK_DERIVATIVE,
    BULK_MODULUS,
    FLOW_LAW,
    FLOW_NONE,
    PRESSURE_LAW,
    SHEAR_MODULUS,
    SYMMETRIC_COLUMNS,
    SYMMETRIC_ROWS,
)
from platingx.materials.point import trial_left_cauchy_green
from platingx.materials.pressure import mean_kirchhoff_stress

Array = npt.NDArray[np.float64]


@compiled
def cauchy_stress(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    shares: Array,
    displacement: Array,
    theta: Array,
    state: State,
    stress: Array,
    volumes: Array,
) -> None:
    """Cauchy stress, reference volume and current volume at each quadrature point.

    Parameters
    ----------
    tables, geometry, parameters, growth, shares, displacement, theta, state
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    stress
        Output, Cauchy stress, tension positive, shape (cells, points, 6), Pa.
    volumes
        Output, reference, grown and current volume of each point, shape (cells, points, 3), m3
        (m2 in plane strain).
    """
    cells, nodes = geometry.nodes.shape
    dimension = geometry.corners.shape[2]
    place = np.empty(dimension)
    jacobian = np.empty((dimension, dimension))
    gradients = np.empty((nodes, dimension))
    u = np.empty((nodes, dimension))
    big_f = np.empty((3, 3))
    f = np.empty((3, 3))
    growth_inverse = np.empty((3, 3))
    left = np.empty((3, 3))
    vectors = np.empty((3, 3))
    values = np.empty(3)
    inert = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    for cell in range(cells):
        for a in range(nodes):
            for i in range(dimension):
                u[a, i] = displacement[geometry.nodes[cell, a], i]
        for q in range(tables.weights.shape[0]):
            det = reference_geometry(
                geometry.corners[cell],
                tables.geometry[q],
                tables.geometry_gradient[q],
                place,
                jacobian,
            )
            push_gradients(tables.shape_gradient[q], jacobian, gradients)
            weight = tables.weights[q] * abs(det)
            if tables.model == AXISYMMETRIC:
                weight *= 2.0 * np.pi * place[0]
            deformation_gradient(u, gradients, tables.shape[q], place[0], tables.model, big_f)
            ratio = growth[cell, q]
            inverse_growth(ratio, shares, geometry.direction[cell, q], growth_inverse)
            multiply_3x3(big_f, growth_inverse, f)
            trial_left_cauchy_green(f, state.inverse_plastic[cell, q] if plastic else inert, left)
            symmetric_eigen(left, values, vectors)
            for a in range(3):
                values[a] = 0.5 * np.log(values[a])
            mean_strain = (values[0] + values[1] + values[2]) / 3.0
            strain = theta[cell, 0]
            for s in range(1, theta.shape[1]):
                mode = (place[s - 1] - geometry.centre[cell, s - 1]) / geometry.size[cell]
                strain += mode * theta[cell, s]
            pi = mean_kirchhoff_stress(
                int(parameters[PRESSURE_LAW]),
                parameters[BULK_MODULUS],
                parameters[BULK_DERIVATIVE],
                strain,
            )[0]
            elastic_volume = np.exp(strain)
            for c in range(6):
                i = SYMMETRIC_ROWS[c]
                j = SYMMETRIC_COLUMNS[c]
                total = pi if i == j else 0.0
                for a in range(3):
                    total += 2.0 * parameters[SHEAR_MODULUS] * (values[a] - mean_strain) * vectors[i, a] * vectors[j, a]
                stress[cell, q, c] = total / elastic_volume
            volumes[cell, q, 0] = weight
            volumes[cell, q, 1] = weight * ratio
            volumes[cell, q, 2] = weight * determinant_3x3(big_f)


@compiled
def stress_measures(stress: Array, measures: Array) -> None:
    """Pressure, largest principal stress and von Mises stress.

    Parameters
    ----------
    stress
        Cauchy stress, tension positive, shape (n, 6), Pa.
    measures
        Output, shape (n, 3): pressure -tr(sigma)/3 (compression positive), maximum principal
        stress (tension positive), von Mises stress, Pa.
    """
    tensor = np.empty((3, 3))
    vectors = np.empty((3, 3))
    values = np.empty(3)
    for k in range(stress.shape[0]):
        mean = (stress[k, 0] + stress[k, 1] + stress[k, 2]) / 3.0
        norm = 0.0
        for c in range(6):
            i = SYMMETRIC_ROWS[c]
            j = SYMMETRIC_COLUMNS[c]
            deviator = stress[k, c] - (mean if i == j else 0.0)
            norm += deviator * deviator * (1.0 if i == j else 2.0)
            tensor[i, j] = deviator
            tensor[j, i] = deviator
        symmetric_eigen(tensor, values, vectors)
        measures[k, 0] = -mean
        measures[k, 1] = mean + max(values[0], values[1], values[2])
        measures[k, 2] = np.sqrt(1.5 * norm)
