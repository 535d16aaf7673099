"""What the constitutive update and the element kernel have to move and to compute for a point, counted by hand.

Counts follow the loops of ``materials/point.py`` and ``fields/solid_kernel.py``; an addition and a multiplication
are one operation each, a division, root, logarithm, exponential or power ``ELEMENTARY``. Work that the loops do and
that could be left out (the hoop terms of plane strain) is not counted: the counts are a bound from below.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ElementSize", "bytes_moved", "kernel_operations", "state_bytes", "update_operations"]

ELEMENTARY = 15
"""Operations of a division, root or elementary function, roughly those of a polynomial in double precision."""
SWEEPS, ITERATIONS, HARDENING = 3, 4, 6
"""Jacobi sweeps, iterations of the return map and, within each, of the flow resistance, of a usual point."""
NUMBER = 8  # bytes
HISTORY = 8  # Cp^-1, resistance, plastic strain
GROWTH = 4  # Jg and the direction of growth


@dataclass(frozen=True)
class ElementSize:
    """Size of an element: displacement nodes, coordinate nodes, dimension, volume modes, quadrature points."""

    nodes: int
    corners: int
    dimension: int
    modes: int
    points: int

    @property
    def unknowns(self) -> int:
        """Displacement unknowns."""
        return self.nodes * self.dimension

    @property
    def components(self) -> int:
        """Components of the displacement gradient that the tangent relates."""
        return 5 if self.dimension == 2 else 9


def state_bytes(plastic: bool) -> int:
    """Bytes of the state of a point: growth read, and where the metal flows the history read and written."""
    return NUMBER * (GROWTH + (2 * HISTORY if plastic else 0))


def bytes_moved(size: ElementSize, plastic: bool) -> float:
    """Bytes of all arrays of an element, for each point: state, coordinates, displacements, matrix, condensation."""
    read = size.corners * size.dimension + 1.5 * size.unknowns + size.modes + size.dimension + 1
    condensed = size.modes * (size.unknowns + size.modes + 1)
    vectors = 3 * 2 * size.unknowns  # read and written
    return state_bytes(plastic) + NUMBER * (read + size.unknowns**2 + condensed + vectors) / size.points


def update_operations(components: int, plastic: bool) -> float:
    """Operations of the constitutive update of a point.

    1. be = f Cp^-1 f^T: 3 rows of 3 products of 3 terms, 6 components.
    2. Jacobi rotations: 3 of each sweep, of 5 roots and divisions and 40 other operations.
    3. Logarithms and the deviator.
    4. Return map: 3 elementary functions and 20 other operations for each iteration, and for each of those of the flow
       resistance 4 and 10.
    5. Stress in 6 components, and 6 dyadic products over the components of the tangent with their factors.
    6. Cp^-1 = f^-1 be f^-T.
    """
    strain = 3 * (15 + 3 * 5 / 1.5) + 3 * ELEMENTARY + 12
    eigen = SWEEPS * 3 * (5 * ELEMENTARY + 40)
    stress = 9 * 4 + 6 * 9
    tangent = 6 * (2 * components**2 + 10 * components) + 3 * ELEMENTARY
    if not plastic:
        return strain + eigen + stress + tangent
    resistance = HARDENING * (4 * ELEMENTARY + 10)
    flow = ITERATIONS * (3 * ELEMENTARY + 20 + resistance) + 4 * ELEMENTARY
    history = 45 + ELEMENTARY + 45 + 6 * 9 + 3 * ELEMENTARY
    return strain + eigen + flow + stress + tangent + history


def kernel_operations(size: ElementSize, plastic: bool) -> float:
    """Operations of the element kernel for each point: kinematics, update, element matrix, condensation.

    1. Reference map: place, Jacobian and its inverse. Reference and current gradients, F, F Fg^-1.
    2. Constitutive update, pressure.
    3. B^T D B: for each unknown a row of D times a gradient, then its product with the gradients of all nodes.
    4. Forces, coupling and matrix of the volume strain.
    5. For each cell: elimination of the volume strain.
    """
    d, n, m, u, c = size.dimension, size.nodes, size.modes, size.unknowns, size.components
    reference = 2 * size.corners * (d + d * d) + 40
    kinematics = 3 * 2 * n * d * d + 2 * (45 + ELEMENTARY) + 45 + 2 * ELEMENTARY
    stiffness = u * (2 * d * c + d * d + 2 * d * d * n)
    volume = u * (2 * d + 2 + 3 * m) + 5 * m * m + 3 * m + 2 * ELEMENTARY
    condensation = (2 * m * m * (m + u) + 2 * m * u * u + 2 * m * u) / size.points
    return reference + kinematics + update_operations(c, plastic) + stiffness + volume + condensation
