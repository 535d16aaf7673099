"""The tangent with the volume strain of soft cells as unknowns of its own, as PETSc sees it.

    P u + B^T C s = f,    B u - s / (1 - penalty_fraction) = 0

Rows of the second kind are multiplied by a force of the cell, so that one norm measures both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from dolfinx import la
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array, IntArray, Mask
from platingx.fields.volume_kernel import add_volume_forces, softness, volume_change
from platingx.problems.tangent import Tangent

#: From this ratio on a cell keeps its whole volume term; below it multigrid for displacements alone becomes slow.
STIFF_ENOUGH = 0.2
#: No cell is taken for softer than this.
SOFTEST = 1e-5


@dataclass(frozen=True)
class MixedCells:
    """The cells of one part whose volume strain is an unknown.

    Attributes
    ----------
    elements
        Their numbers within the part.
    nodes, B, stiffness
        Of all elements of the part.
    penalty_fraction
        Share of the volume term that stays in P, shape (cells,).
    schur
        Inverse of the approximate Schur complement, without its sign, shape (cells,).
    force
        Scale of the rows, N (N/m in plane strain), shape (cells,).
    """

    elements: IntArray
    nodes: Int32Array
    B: Array
    stiffness: Array
    penalty_fraction: Array
    schur: Array
    force: Array = field(init=False)

    def __post_init__(self) -> None:
        coupling = np.einsum("esi,est->eti", self.B[self.elements], self.stiffness[self.elements])
        object.__setattr__(self, "force", np.abs(coupling).max(axis=(1, 2), initial=0.0))

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return len(self.elements) * self.B.shape[1]


def choose_mixed_cells(tangent: Tangent, stiffness_ratio: float) -> list[MixedCells]:
    """Decide in each cell how much of its volume term stays in P, and set the removed shares of the tangent.

    Parameters
    ----------
    tangent
        Element tangents; its removed shares are set.
    stiffness_ratio
        Stiffness against changes of shape over that against changes of volume, of a cell, is taken to be this times
        trace(A) / trace(B^T C B). The true factor is 0.15 or so for elastic lithium.
    """
    result = []
    for k, part in enumerate(tangent.parts):
        condensation = tangent.condensations[k]
        trace = np.empty(len(condensation.B))
        softness(part.element_matrices(), condensation.B, condensation.stiffness, trace)
        ratio = np.maximum(stiffness_ratio * trace, SOFTEST)
        penalty_fraction = np.where(ratio >= STIFF_ENOUGH, 1.0, ratio)
        tangent.removed[k][:] = 1.0 - penalty_fraction
        soft = np.flatnonzero(penalty_fraction < 1.0)
        mine, stiff = penalty_fraction[soft], ratio[soft]
        schur = 1.0 / (1.0 / (1.0 - mine) + 1.0 / (mine + stiff))
        result.append(MixedCells(soft, tangent.nodes[k], condensation.B, condensation.stiffness, mine, schur))
    return result


class SaddlePoint:
    """Matrix and preconditioner of the mixed system; contexts of PETSc's ``python`` types.

    Parameters
    ----------
    soft
        Cells with unknowns of their own, by part.
    shear
        P, assembled.
    inner
        Preconditioner of P.
    nodal
        Work vector over local nodes.
    prescribed
        Mask of prescribed components, shape (local nodes, dimension).
    """

    def __init__(
        self,
        soft: Sequence[MixedCells],
        shear: PETSc.Mat,
        inner: PETSc.PC,
        nodal: la.Vector,
        prescribed: Mask,
    ) -> None:
        self._mixed, self._shear, self._inner = tuple(soft), shear, inner
        self._nodal, self._prescribed = nodal, prescribed
        self._view = nodal.array.reshape(prescribed.shape)
        self._in, self._out = shear.createVecRight(), shear.createVecLeft()
        self._owned = self._in.local_size
        ends = np.cumsum([self._owned, *(cells.size for cells in self._mixed)])
        self._slices = [slice(start, end) for start, end in pairwise(ends)]
        self.local_size = int(ends[-1])

    def matrix(self) -> PETSc.Mat:
        """Operator of the mixed system. Collective."""
        matrix = PETSc.Mat().createPython(((self.local_size, None), (self.local_size, None)), self, self._shear.comm)
        matrix.setUp()
        return matrix

    def release(self) -> None:
        """Free the work vectors: on several ranks those of PETSc outlive the Python object that holds them."""
        self._in.destroy()
        self._out.destroy()

    def mult(self, _matrix: PETSc.Mat, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """Apply the mixed operator (called by PETSc)."""
        values = given.array_r
        self._in.array_w[:] = values[: self._owned]
        self._shear.mult(self._in, self._out)
        into = result.array_w
        into[: self._owned] = self._out.array_r + self._forces(values)
        self._spread(values[: self._owned])
        for cells, place in zip(self._mixed, self._slices, strict=True):
            modes = np.empty((len(cells.elements), cells.B.shape[1]))
            volume_change(cells.B, cells.elements, cells.nodes, self._view, modes)
            modes -= values[place].reshape(modes.shape) / (1.0 - cells.penalty_fraction)[:, None]
            into[place] = (modes * cells.force[:, None]).ravel()

    def apply(self, _preconditioner: PETSc.PC, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """Apply the upper triangle of the block factorisation (called by PETSc)."""
        residual, into = given.array_r, result.array_w
        for cells, place in zip(self._mixed, self._slices, strict=True):
            shape = (len(cells.elements), cells.B.shape[1])
            into[place] = -(residual[place].reshape(shape) * (cells.schur / cells.force)[:, None]).ravel()
        self._in.array_w[:] = residual[: self._owned] - self._forces(into)
        self._inner.apply(self._in, self._out)
        into[: self._owned] = self._out.array_r

    def _spread(self, owned: Array) -> None:
        """Put owned displacements, free components only, into the work vector, ghosts included."""
        self._nodal.array[: self._owned] = owned
        self._nodal.scatter_forward()
        self._view[self._prescribed] = 0.0

    def _forces(self, values: Array) -> Array:
        """Nodal forces of the volume unknowns on owned, free components."""
        self._view[...] = 0.0
        for cells, place in zip(self._mixed, self._slices, strict=True):
            modes = values[place].reshape(len(cells.elements), cells.B.shape[1])
            add_volume_forces(cells.B, cells.stiffness, cells.elements, cells.nodes, modes, self._view)
        self._nodal.scatter_reverse(la.InsertMode.add)
        self._view[self._prescribed] = 0.0
        return np.asarray(self._nodal.array[: self._owned])
