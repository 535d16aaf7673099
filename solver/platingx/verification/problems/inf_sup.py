"""Inf-sup test: the pairs of displacement and volume strain stay stable as the mesh is refined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.sparse.linalg import splu

from platingx.arrays import RealArray
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.solid_model import solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "Pair", "inf_sup_constant"]


POISSON = 0.3
DROP = 0.15
"""Accepted fall of the constant from the last mesh but one to the finest; half is lost with half the cell size where
a pair is unstable."""

SIDES = {2: ("left", "right", "bottom", "top"), 3: ("left", "right", "front", "back", "bottom", "top")}
"""Sides low and high in each direction."""

ZERO = 1e-5
"""What counts as zero: the square root of round-off in the eigenvalues is 1e-8 times a few powers of ten."""

STATEMENT = r"""Metal that flows hardly changes its volume. A pair of spaces for displacement $u$ and volume strain
$\theta$ then gives a pressure that can be trusted only if the inf-sup constant

$$\beta_h=\inf_{\theta}\sup_{u}\frac{\int\theta\,\nabla\!\cdot u\,dV}
{\left(\int 2\,\mathrm{dev}\,e(u):\mathrm{dev}\,e(u)\,dV\right)^{1/2}\left(\int\theta^2dV\right)^{1/2}}$$

stays away from zero as the mesh is refined. The sides of the body are rollers, so that no displacement feels the
uniform $\theta$, which is left out. $\beta_h^2$ is the smallest other eigenvalue of $B
A^{-1}B^T\theta=\beta^2M\theta$. The matrices are not made for this page: they are taken from the compiled element
kernel of the package, whose condensed tangent is $K=G\,A+K_b\,B^TM^{-1}B$ with the shear modulus $G$ and the bulk
modulus $K_b$ of the material.

The pairs of the package should keep their constant. As a control, triangles without their bubble, which have
too many volume strains for their displacements, lose it."""


@dataclass(frozen=True)
class Pair:
    """A pair of spaces on a family of meshes; without bubbles only the quadratic displacements are left free."""

    label: str
    cell: Literal["quadrilateral", "triangle", "hexahedron", "tetrahedron"]
    coarse: tuple[int, ...]
    full: tuple[int, ...]
    bubbles: bool = True

    def parts(self, cells: int) -> Discretisation:
        """Unit square or cube with so many cells (before they are split into simplices) along a side."""
        if self.cell == "hexahedron" or self.cell == "tetrahedron":
            data = build_block3d(Block3D(cells_x=cells, cells_y=cells, cells_z=cells, cell=self.cell))
        else:
            data = build_box(Box(1.0, 1.0, cells, cells, cell=self.cell))
        return discretise(data, MPI.COMM_SELF)


PAIRS = (
    Pair("quadrilateral, quadratic / linear", "quadrilateral", (4, 8), (4, 8, 16)),
    Pair("triangle, quadratic + bubble / linear", "triangle", (4, 8), (4, 8, 16)),
    Pair("hexahedron, quadratic / linear", "hexahedron", (2, 3), (2, 3, 5)),
    Pair("tetrahedron, quadratic + bubbles / linear", "tetrahedron", (2, 3), (2, 3, 4)),
)
CONTROL = Pair("triangle without bubble, quadratic / linear (control)", "triangle", (4, 8), (4, 8, 16), bubbles=False)


def _matrices(parts: Discretisation, bubbles: bool) -> tuple[sp.csc_matrix, sp.csr_matrix, RealArray]:
    """A over inner displacements, B, and the blocks of M, from the element kernel."""
    material = elastic(1.0, POISSON)
    shear, bulk = 0.5 / (1.0 + POISSON), 1.0 / (3.0 * (1.0 - 2.0 * POISSON))
    dimension = parts.loaded.mesh.geometry.dim
    kind = "plane_strain" if dimension == 2 else "three_dimensional"
    model = solid_model(parts, {"li": material}, [], kind)
    model.problem.begin(1.0, 1.0, 0.0)
    model.problem.evaluate()
    local, nodes = model.region().local, model.region().geometry.nodes
    coupling = np.einsum("est,eti->esi", local.stiffness, local.B)
    deviatoric = (local.matrices - np.einsum("esi,esj->eij", local.B, coupling)) / shear
    unknowns = (nodes[:, :, None] * dimension + np.arange(dimension)).reshape(len(nodes), nodes.shape[1] * dimension)
    total, (elements, modes) = model.problem.displacement.size, local.B.shape[:2]
    rows = np.broadcast_to(unknowns[:, :, None], deviatoric.shape)
    columns = np.broadcast_to(unknowns[:, None, :], deviatoric.shape)
    a = sp.csr_matrix((deviatoric.ravel(), (rows.ravel(), columns.ravel())), shape=(total, total))
    strains = np.arange(elements * modes).reshape(elements, modes)
    rows = np.broadcast_to(strains[:, :, None], coupling.shape)
    columns = np.broadcast_to(unknowns[:, None, :], coupling.shape)
    b = sp.csr_matrix(((coupling / bulk).ravel(), (rows.ravel(), columns.ravel())), shape=(elements * modes, total))
    held = [parts.nodes(side) * dimension + k // 2 for k, side in enumerate(SIDES[dimension])]
    if not bubbles:
        inside = nodes[:, np.isnan(parts.tables.nodes[:, 0])].ravel()
        held += [inside * dimension + component for component in range(dimension)]
    free = np.setdiff1d(np.arange(total), np.concatenate(held))
    return a[free][:, free].tocsc(), b[:, free], local.stiffness / bulk


def inf_sup_constant(pair: Pair, cells: int) -> float:
    """Inf-sup constant of a pair on the unit square or cube; the null space of uniform volume strain is left out."""
    a, b, mass = _matrices(pair.parts(cells), pair.bubbles)
    schur = b @ splu(a).solve(b.T.toarray())
    values = scipy.linalg.eigh(0.5 * (schur + schur.T), scipy.linalg.block_diag(*mass), eigvals_only=True)
    return float(np.sqrt(max(values[1], 0.0)))


def run(effort: Effort) -> Outcome:
    """Constants over refined meshes."""
    pairs = (*PAIRS, CONTROL)
    meshes = {pair.label: pair.full if effort == "full" else pair.coarse for pair in pairs}
    constants = {pair.label: [inf_sup_constant(pair, cells) for cells in meshes[pair.label]] for pair in pairs}
    rows = []
    for pair in PAIRS:
        values, cells = constants[pair.label], meshes[pair.label]
        rows.append(Row(pair.label, f"constant, {cells[-1]} cells", "", None, values[-1], None, "", "exact"))
        quantity = f"constant with {cells[-1]} over that with {cells[-2]} cells"
        rows.append(Row(pair.label, quantity, "", 1.0, values[-1] / values[-2], DROP, "stability", "exact"))
    values, cells = constants[CONTROL.label], meshes[CONTROL.label]
    quantity = f"constant with {cells[-1]} over that with {cells[-2]} cells"
    ratio = values[-1] / values[-2] if values[-2] > ZERO else 0.0
    rows.append(Row(CONTROL.label, quantity, "", 0.0, ratio, 1.0 - DROP, "instability", "exact", absolute=True))

    def draw(figure: Figure) -> None:
        axes: Any = figure.subplots()
        for index, pair in enumerate(pairs):
            sizes = [1.0 / cells for cells in meshes[pair.label]]
            colour = COLOURS[index % len(COLOURS)]
            axes.semilogx(sizes, constants[pair.label], color=colour, marker="o", markersize=4, label=pair.label)
        axes.set_xlabel("cell size over side")
        axes.set_ylabel("inf-sup constant")
        axes.set_ylim(bottom=0.0)
        axes.legend(fontsize=7)

    return Outcome(
        rows=tuple(rows),
        convergences=(),
        pictures=(Picture("constants", "Inf-sup constants over refined meshes.", draw),),
        input="unit square or cube, E 1, nu 0.3 (which drops out); cells along a side: "
        + "; ".join(f"{label}: {', '.join(map(str, cells))}" for label, cells in meshes.items()),
    )


PROBLEM = Problem(
    name="inf-sup",
    title="Stability of the elements: inf-sup test",
    part="verification",
    statement=STATEMENT,
    sources=(
        "D. Chapelle, K. J. Bathe, Comput. Struct. 47 (1993) 537: the numerical test",
        "D. Boffi, F. Brezzi, M. Fortin, Mixed Finite Element Methods and Applications, Springer 2013, chapter 8",
    ),
    run=run,
    minutes=0.5,
)
