"""Cauchy stress at the quadrature points of a converged state."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from platingx.fields.block import Geometry, State, Tables
from platingx.fields.point_kinematics import evaluate_point, gather, new_point_kinematics, volume_modes
from platingx.materials.compiled import compiled
from platingx.materials.eigen import symmetric_eigen
from platingx.materials.layout import (
    BULK_DERIVATIVE,
    BULK_MODULUS,
    FLOW_LAW,
    FLOW_NONE,
    PRESSURE_LAW,
    SHEAR_MODULUS,
    SYMMETRIC_COLUMNS,
    SYMMETRIC_ROWS,
    UNSTRAINED,
)
from platingx.materials.point import left_cauchy_green
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
    point = new_point_kinematics(nodes, geometry.corners.shape[2])
    modes = np.empty(theta.shape[1])
    left = np.empty((3, 3))
    vectors = np.empty((3, 3))
    values = np.empty(3)
    plastic = parameters[FLOW_LAW] != FLOW_NONE
    for cell in range(cells):
        gather(displacement, geometry, cell, point)
        for q in range(tables.weights.shape[0]):
            volume, det_f = evaluate_point(tables, geometry, growth, shares, cell, q, point)
            left_cauchy_green(point.elastoplastic, state.inverse_plastic[cell, q] if plastic else UNSTRAINED, left)
            symmetric_eigen(left, values, vectors)
            volume_modes(geometry, cell, point.place, modes)
            strain = 0.0
            for s in range(modes.shape[0]):
                strain += modes[s] * theta[cell, s]
            _store_stress(parameters, strain, values, vectors, stress[cell, q])
            volumes[cell, q, 0] = volume
            volumes[cell, q, 1] = volume * growth[cell, q]
            volumes[cell, q, 2] = volume * det_f


@compiled
def _store_stress(parameters: Array, strain: float, values: Array, vectors: Array, result: Array) -> None:
    """Cauchy stress from the eigenvalues of be and the logarithmic volume strain of the mixed method."""
    pi = mean_kirchhoff_stress(
        int(parameters[PRESSURE_LAW]), parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE], strain
    )[0]
    mean = 0.0
    for a in range(3):
        values[a] = 0.5 * np.log(values[a])
        mean += values[a] / 3.0
    scale = np.exp(-strain)
    for c in range(6):
        i = SYMMETRIC_ROWS[c]
        j = SYMMETRIC_COLUMNS[c]
        total = pi if i == j else 0.0
        for a in range(3):
            total += 2.0 * parameters[SHEAR_MODULUS] * (values[a] - mean) * vectors[i, a] * vectors[j, a]
        result[c] = total * scale


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
