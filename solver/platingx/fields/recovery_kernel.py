"""Stress and energies at the quadrature points of a converged state."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array
from platingx.fields.batch_kinematics import evaluate_batch, new_batch_kinematics, volume_modes
from platingx.fields.block import Geometry, Tables
from platingx.fields.point_state import State
from platingx.fields.weakening import BULK, PRESSURE, STIFFNESS
from platingx.materials.compiled import njit_strict
from platingx.materials.eigen import diagonalise, symmetric_eigen
from platingx.materials.growth import growth_stress
from platingx.materials.lanes import LANES
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
from platingx.materials.pressure import mean_kirchhoff_stress, volumetric_energy
from platingx.materials.tensors import inverses, left_cauchy_green

#: Places in the last axis of the energies of a point.
STORED, GROWTH_DRIVE, FLOW_DRIVE, PLASTIC_VOLUME = 0, 1, 2, 3


@njit_strict
def cauchy_stress(
    tables: Tables,
    geometry: Geometry,
    parameters: Array,
    growth: Array,
    growth_exponents: Array,
    weakening: Array,
    displacement: Array,
    theta: Array,
    state: State,
    stress: Array,
    volumes: Array,
    energies: Array,
) -> None:
    """Cauchy stress, volumes and energies at each quadrature point.

    Parameters
    ----------
    tables, geometry, parameters, growth, growth_exponents, weakening, displacement, theta, state
        As in :func:`platingx.fields.solid_kernel.assemble_solid`.
    stress
        Output, Cauchy stress, tension positive, shape (cells, points, 6), Pa.
    volumes
        Output, reference, grown and current volume of each point, shape (cells, points, 3), m3
        (m2 in plane strain).
    energies
        Output, shape (cells, points, 4), in the order ``STORED``, ``GROWTH_DRIVE``, ``FLOW_DRIVE`` (J; J/m in
        plane strain) and ``PLASTIC_VOLUME``: stored energy; work of growth per unit of ln(Jg),
        Jg (psi - tau : f A f^-1) dV; work dissipated per unit of plastic strain, Jg s dV; det(Cp^-1) - 1.
    """
    cells, nodes = geometry.nodes.shape
    batch = new_batch_kinematics(nodes, geometry.coordinates.shape[1], geometry.coordinates.shape[2])
    modes = np.empty((theta.shape[1], LANES))
    left, axes, old = np.empty(6 * LANES), np.empty(9 * LANES), np.empty(6 * LANES)
    vectors, f, back, values = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty(3)
    plastic, weakens = parameters[FLOW_LAW] != FLOW_NONE, weakening.shape[0] > 0
    inverses_f, unused = np.empty(9 * LANES), np.empty(LANES)
    for first in range(0, cells, tables.cells):
        count = min(tables.cells, cells - first)
        evaluate_batch(tables, geometry, growth, growth_exponents, displacement, first, count, batch)
        for p in range(LANES):
            cell = first + min(tables.cell[p], count - 1)
            for c in range(6):
                old[c * LANES + p] = state.inverse_plastic[cell, tables.point[p], c] if plastic else UNSTRAINED[c]
        left_cauchy_green(batch.elastoplastic, old, left)
        diagonalise(left, axes)
        inverses(batch.elastoplastic, inverses_f, unused)
        volume_modes(tables, geometry, first, count, batch.place, modes)
        for c in range(count):
            for q in range(tables.points):
                cell, p = first + c, c * tables.spacing + q
                strain = 0.0
                for s in range(modes.shape[0]):
                    strain += modes[s, p] * theta[cell, s]
                for i in range(3):
                    values[i] = left[i * LANES + p]
                    for j in range(3):
                        place = (3 * i + j) * LANES + p
                        vectors[i, j], f[i, j], back[i, j] = axes[place], batch.elastoplastic[place], inverses_f[place]
                volume, det_f, ratio = batch.volume[p], batch.determinant[p], batch.ratio[p]
                share, bulk = 1.0, 1.0
                if weakens:
                    share, bulk = weakening[cell, q, STIFFNESS], weakening[cell, q, BULK]
                pi, energy, equivalent = _principal_stress(
                    parameters, strain, np.log(det_f / ratio), share, bulk, values
                )
                if weakens:
                    pi -= weakening[cell, q, PRESSURE] * det_f
                _store_stress(pi, np.exp(-strain), values, vectors, stress[cell, q])
                drag = pi + growth_stress(values, vectors, f, back, growth_exponents, geometry.direction[cell, q])
                volumes[cell, q, 0] = volume
                volumes[cell, q, 1] = volume * ratio
                volumes[cell, q, 2] = volume * det_f
                energies[cell, q, STORED] = volume * ratio * energy
                energies[cell, q, GROWTH_DRIVE] = volume * ratio * (energy - drag)
                energies[cell, q, FLOW_DRIVE] = volume * ratio * equivalent if plastic else 0.0
                energies[cell, q, PLASTIC_VOLUME] = _determinant(old[p::LANES]) - 1.0


@njit_strict
def _principal_stress(
    parameters: Array, strain: float, measured: float, share: float, bulk: float, values: Array
) -> tuple[float, float, float]:
    """Principal deviatoric Kirchhoff stresses, written over the eigenvalues of be, and what goes with them.

    Parameters
    ----------
    parameters
        Material parameter vector.
    strain, measured
        Logarithmic volume strain of the mixed method, and ln(Je) of the displacements.
    share, bulk
        What damage leaves of shear and of bulk modulus, 1 without any.
    values
        Eigenvalues of be; then principal deviatoric Kirchhoff stresses, Pa.

    Returns
    -------
    mean, energy, equivalent
        Mean Kirchhoff stress; free energy of the two-field principle per grown volume,
        G |dev eps|^2 + U(theta) + pi (ln Je - theta); equivalent stress. All in Pa.
    """
    law = int(parameters[PRESSURE_LAW])
    pi = bulk * mean_kirchhoff_stress(law, parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE], strain)[0]
    energy = bulk * volumetric_energy(law, parameters[BULK_MODULUS], parameters[BULK_DERIVATIVE], strain)
    mean = 0.0
    for a in range(3):
        values[a] = 0.5 * np.log(values[a])
        mean += values[a] / 3.0
    square = 0.0
    for a in range(3):
        values[a] -= mean
        square += values[a] * values[a]
        values[a] *= 2.0 * parameters[SHEAR_MODULUS] * share
    equivalent = 2.0 * parameters[SHEAR_MODULUS] * np.sqrt(1.5 * square)
    return pi, energy + share * (parameters[SHEAR_MODULUS] * square) + pi * (measured - strain), equivalent


@njit_strict
def _store_stress(pi: float, scale: float, deviator: Array, vectors: Array, result: Array) -> None:
    """Cauchy stress from the mean and the principal deviatoric Kirchhoff stresses; ``scale`` is 1/Je."""
    for c in range(6):
        i = SYMMETRIC_ROWS[c]
        j = SYMMETRIC_COLUMNS[c]
        total = pi if i == j else 0.0
        for a in range(3):
            total += deviator[a] * vectors[i, a] * vectors[j, a]
        result[c] = total * scale


@njit_strict
def _determinant(c: Array) -> float:
    """Determinant of a symmetric tensor of six stored components."""
    return float(
        c[0] * (c[1] * c[2] - c[5] * c[5]) - c[3] * (c[3] * c[2] - c[5] * c[4]) + c[4] * (c[3] * c[5] - c[1] * c[4])
    )


@njit_strict
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
