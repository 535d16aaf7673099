"""What the constitutive update and the element kernel have to move and to compute for a point.

The counts are those of the algorithm in ``materials/`` and ``fields/`` on the points that there are: idle lanes of a
batch, whole tiles beyond the half of a symmetric matrix, copies and checks are not counted, so that the counts are a
bound from below. Operations are of three kinds, each with a measured rate of its own: sums and products; divisions and
square roots; elementary functions. ``tests/benchmarks/test_operations.py`` runs the kernels on numbers that count.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ElementSize", "Operations", "bytes_moved", "kernel_operations", "state_bytes", "update_operations"]

SWEEPS = {5: 1, 9: 3}
"""Jacobi sweeps of a usual point, by the components of the displacement gradient: in a plane one does all."""
ITERATIONS = 3
"""Iterations of the return map of a usual point."""
NUMBER = 8  # bytes
HISTORY = 8  # Cp^-1, resistance, plastic strain
GROWTH = 4  # Jg and the direction of growth


@dataclass(frozen=True)
class Operations:
    """Numbers of operations: sums and products, divisions and square roots, elementary functions."""

    sums: float
    divisions: float = 0.0
    functions: float = 0.0

    def __add__(self, other: Operations) -> Operations:
        """Both together."""
        return Operations(self.sums + other.sums, self.divisions + other.divisions, self.functions + other.functions)

    def times(self, number: float) -> Operations:
        """Several times."""
        return Operations(self.sums * number, self.divisions * number, self.functions * number)


INVERSE = Operations(41, 1)
PRODUCT = Operations(45)
ASSEMBLED = Operations(48)  # a symmetric tensor from principal values and axes
LEFT_CAUCHY_GREEN = Operations(75)  # f Cp^-1, and six components of its product with f^T
SWEEP = Operations(111, 12)  # three rotations of 37 sums and products, two roots and two divisions
LOGARITHM = Operations(21, 1)  # near one
EXPONENTIAL = Operations(30)  # near zero
STRAIN = Operations(13, 2)
RETURN_ONCE, RETURN_ITERATION = Operations(10, 6, 2), Operations(48, 14, 5)


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

    @property
    def half(self) -> int:
        """Entries of a symmetric element matrix."""
        return self.unknowns * (self.unknowns + 1) // 2


def state_bytes(plastic: bool) -> int:
    """Bytes of the state of a point: growth read, and where the metal flows the history read and written."""
    return NUMBER * (GROWTH + (2 * HISTORY if plastic else 0))


def bytes_moved(size: ElementSize, plastic: bool) -> float:
    """Bytes of all arrays of an element, for each point: state, coordinates, displacements, matrix, condensation."""
    read = size.corners * size.dimension + 1.5 * size.unknowns + size.modes + size.dimension + 1
    condensed = size.modes * (size.unknowns + size.modes + 1)
    vectors = 3 * 2 * size.unknowns  # read and written
    return state_bytes(plastic) + NUMBER * (read + size.unknowns**2 + condensed + vectors) / size.points


def tangent_operations(components: int) -> Operations:
    """Rotation of the tangent from the eigenframe: six dyadic products, their factors, three secant moduli."""
    return Operations(129 + 54 * components + 11 * components**2, 15)


def return_operations(iterations: int) -> Operations:
    """Return map: its start, stress and slope, and rate and resistance together in each iteration."""
    return RETURN_ONCE + RETURN_ITERATION.times(iterations)


def update_operations(components: int, plastic: bool) -> Operations:
    """Operations of the constitutive update of a point.

    1. be = f Cp^-1 f^T, its eigenvalues and eigenvectors, the logarithmic strain and its deviator.
    2. Principal stresses, stress, tangent.
    3. Return map; exponentials of the new strain, Cp^-1 = f^-1 be f^-T.
    """
    elastic = LEFT_CAUCHY_GREEN + SWEEP.times(SWEEPS[components]) + LOGARITHM.times(3) + STRAIN
    stress = Operations(6) + ASSEMBLED + tangent_operations(components)
    if not plastic:
        return elastic + stress
    history = Operations(9) + EXPONENTIAL.times(3) + INVERSE + PRODUCT + ASSEMBLED
    return elastic + stress + return_operations(ITERATIONS) + history


def kinematics_operations(size: ElementSize) -> Operations:
    """Place, Jacobian, F, f, their inverses, and spatial gradients of the functions; not the powers of Jg.

    Jg is the same at nearly all points, and its powers are taken once.
    """
    d, n = size.dimension, size.nodes
    reference = Operations(2 * size.corners * (d + d * d) + 1) + INVERSE
    deformation = Operations(2 * n * d * d + 3) + PRODUCT + INVERSE
    growth = Operations(24) + PRODUCT
    return reference + deformation + growth + PRODUCT + Operations(n * d * (2 * d - 1))


def integrand_operations(size: ElementSize) -> Operations:
    """Tangent with its geometric part by volume, times the gradients, in the columns on and above the diagonal."""
    d, m = size.dimension, size.modes
    geometric = d**3 + (1 if d == 2 else 0)
    weighted = size.components**2 + geometric + 12 + 13 + 2 * m
    columns = d * (d + 1) // 2
    return Operations(weighted + columns * d * (2 * d - 1) * size.nodes, 1) + LOGARITHM


def sum_operations(size: ElementSize) -> Operations:
    """Sums over the points: half of the matrix, the forces, and the coupling, which one component has."""
    d, n, m = size.dimension, size.nodes, size.modes
    volume = 2 * m + 2 * m + 3 * m * (m + 1) // 2
    return Operations(2 * d * (size.half + n * d) + 2 * m * n * d + volume)


def condensation_operations(size: ElementSize) -> Operations:
    """Elimination of the volume strain of a cell, and of what it takes from half of the matrix."""
    m, u = size.modes, size.unknowns
    elimination = m * m * 2 * (u + 1) + 2 * m * u
    return Operations(elimination + 2 * m * size.half, m)


def kernel_operations(size: ElementSize, plastic: bool) -> Operations:
    """Operations of the element kernel for each point: kinematics, update, element matrix, condensation."""
    return (
        kinematics_operations(size)
        + update_operations(size.components, plastic)
        + integrand_operations(size)
        + sum_operations(size)
        + condensation_operations(size).times(1.0 / size.points)
    )
