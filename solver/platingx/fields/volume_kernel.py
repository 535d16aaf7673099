"""The eliminated volume strain seen from the linear solver: K = A + B^T stiffness B in each element."""

from __future__ import annotations

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray
from platingx.materials.compiled import njit_strict


@njit_strict
def softness(matrices: Array, B: Array, stiffness: Array, result: Array) -> None:
    """Trace of A over trace of ``B^T stiffness B``: how stiff an element is against changes of shape.

    Parameters
    ----------
    matrices
        K, shape (elements, unknowns, unknowns).
    B, stiffness
        Shapes (elements, modes, unknowns) and (elements, modes, modes).
    result
        Output, shape (elements,); 2 or so for a metal at rest, and down to 1e-3 or so while it flows.
    """
    modes, unknowns = B.shape[1:]
    for e in range(B.shape[0]):
        total, bulk = 0.0, 0.0
        for i in range(unknowns):
            total += matrices[e, i, i]
            for s in range(modes):
                for t in range(modes):
                    bulk += B[e, s, i] * stiffness[e, s, t] * B[e, t, i]
        result[e] = total / bulk - 1.0 if bulk > 0.0 else np.inf


@njit_strict
def volume_change(B: Array, elements: IntArray, nodes: Int32Array, displacement: Array, result: Array) -> None:
    """Modes of the volume strain that belong to a displacement: B u.

    Parameters
    ----------
    B, nodes
        Of all elements, shapes (elements, modes, unknowns) and (elements, nodes).
    elements
        Which of them to look at.
    displacement
        Shape (local nodes, dimension), m.
    result
        Output, shape (chosen elements, modes).
    """
    dimension = displacement.shape[1]
    for k in range(elements.shape[0]):
        e = elements[k]
        for s in range(B.shape[1]):
            total = 0.0
            for a in range(nodes.shape[1]):
                for i in range(dimension):
                    total += B[e, s, a * dimension + i] * displacement[nodes[e, a], i]
            result[k, s] = total


@njit_strict
def add_volume_forces(
    B: Array, stiffness: Array, elements: IntArray, nodes: Int32Array, modes: Array, forces: Array
) -> None:
    """Add the nodal forces of a change of the volume strain: B^T stiffness modes.

    Parameters
    ----------
    B, stiffness, nodes
        Of all elements.
    elements
        Which of them to look at.
    modes
        Shape (chosen elements, modes).
    forces
        Added to, shape (local nodes, dimension), N.
    """
    dimension = forces.shape[1]
    count = B.shape[1]
    for k in range(elements.shape[0]):
        e = elements[k]
        for s in range(count):
            weight = 0.0
            for t in range(count):
                weight += stiffness[e, s, t] * modes[k, t]
            for a in range(nodes.shape[1]):
                for i in range(dimension):
                    forces[nodes[e, a], i] += B[e, s, a * dimension + i] * weight
