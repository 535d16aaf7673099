"""Iterative solution for large problems: Krylov's method on displacement and volume strain, p-multigrid within.

The condensed tangent K = A + B^T C B becomes ill-conditioned when the metal flows: its resistance to shape changes
falls to 1e-3 or so of its bulk modulus, and no multigrid method for displacements alone stays fast. Where that is so,
only a fraction k of the volume term stays as a penalty, and the rest goes back to an unknown s of the cell (the change
of its volume modes),

    P u + B^T C s = f                 P = A + k B^T C B
    B u - s / (1 - k) = 0

which is the same solution. It is preconditioned by the upper triangle with the Schur complement
-(1 / (1 - k) + 1 / (k + g)), where g is the stiffness of the cell against changes of shape over its bulk modulus
(Benzi, Golub and Liesen, Acta Numerica 14 (2005) 1, sections 10 and 11). P is preconditioned by two-level p-multigrid:
Chebyshev smoothing with node blocks, and the linear functions of the vertices, whose matrix is put together from
projected element matrices (Galerkin).
"""

from __future__ import annotations

from collections.abc import Mapping

from dolfinx import la
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Mask
from platingx.fields.nodal_field import NodalField
from platingx.problems.block_matrix import BlockMatrix
from platingx.problems.petsc_options import PREFIX, options_in_database
from platingx.problems.saddle_point import MixedCells, SaddlePoint, choose_mixed_cells
from platingx.problems.tangent import Tangent
from platingx.problems.vertex_space import VertexSpace
from platingx.profiling import count, phase

#: Unknowns of the vertices up to which the coarse problem is factorised; beyond, algebraic multigrid takes over.
FACTORISED_UNKNOWNS = 10_000

SMOOTHER = "inner_mg_levels_pc_type"

OPTIONS = {
    "ksp_type": "fgmres",
    "ksp_gmres_restart": "60",
    "ksp_max_it": "400",
    "inner_mg_levels_ksp_type": "chebyshev",
    "inner_mg_levels_ksp_max_it": "3",
    SMOOTHER: "pbjacobi",
    "inner_mg_coarse_pc_gamg_threshold": "0.01",
    "inner_mg_coarse_mg_levels_pc_type": "jacobi",
}
#: Of plane problems: their rows of thin elements need a smoother that reaches along them, and its memory is no matter.
#: Incomplete factors become unstable there when the metal flows; relaxation does not.
PLANE = {SMOOTHER: "sor"}
FACTORISED = {
    "inner_mg_coarse_ksp_type": "preonly",
    "inner_mg_coarse_pc_type": "lu",
    "inner_mg_coarse_pc_factor_mat_solver_type": "mumps",
}
#: A few iterations of the coarse problem make up for what its multigrid lacks where stiffnesses differ by 1e4.
MULTIGRID = {
    "inner_mg_coarse_ksp_type": "gmres",
    "inner_mg_coarse_ksp_max_it": "4",
    "inner_mg_coarse_ksp_rtol": "1e-2",
    "inner_mg_coarse_pc_type": "gamg",
}
#: How much of the volume term P keeps, tried in turn (:func:`choose_mixed_cells`). With little of it P is easy for
#: multigrid, and may lose its positive definiteness where metal is predicted far from equilibrium; with 100 it has all.
STIFFNESS_RATIOS = (0.3, 1.2, 100.0)
#: Iterations after which the next ratio is tried.
PATIENCE = 100


class IterativeSolver:
    """Solves K u = f without assembling K.

    Parameters
    ----------
    field
        The displacement.
    tangent
        Element tangents.
    prescribed
        Mask of prescribed components, shape (local nodes, dimension).
    diagonal
        Diagonal entry of prescribed rows.
    options
        PETSc options without prefix, over those of this module; ``inner_`` leads to p-multigrid.
    """

    def __init__(
        self,
        field: NodalField,
        tangent: Tangent,
        prescribed: Mask,
        diagonal: float,
        options: Mapping[str, str],
    ) -> None:
        self._comm: MPI.Intracomm = field.comm
        self._tangent, self._prescribed = tangent, prescribed
        index_map, block = field.index_map, field.dimension
        self._block, self._owned = block, index_map.size_local * block
        self._fine = BlockMatrix(self._comm, index_map, block, tangent.nodes, prescribed, diagonal)
        self._coarse_space = VertexSpace(field.space, prescribed)
        made_of = list(zip(tangent.nodes, tangent.block_nodes, strict=True))
        self._vertices = [self._coarse_space.of_elements(nodes, block) for nodes, block in made_of]
        self._transfers = [self._coarse_space.transfer_of(nodes, block) for nodes, block in made_of]
        coarse = self._coarse_space
        self._coarse = BlockMatrix(self._comm, coarse.index_map, block, self._vertices, coarse.prescribed, diagonal)
        factorised = coarse.index_map.size_global * block <= FACTORISED_UNKNOWNS
        self.read: set[str] = set()
        self.options = {
            **OPTIONS,
            **(PLANE if block == 2 else {}),
            **(FACTORISED if factorised else MULTIGRID),
            **options,
        }
        self._nodal = la.vector(index_map, block)
        self._ratio = 0  # of STIFFNESS_RATIOS
        self._mixed: list[MixedCells] = []
        self._interpolation = self._coarse_space.interpolation()
        self._near_nullspace = self._coarse_space.rigid_motions()
        self._coarse_aij: PETSc.Mat | None = None
        self._smoothed: PETSc.Mat | None = None
        self._inner = PETSc.PC().create(self._comm)

    def release(self) -> None:
        """Give back what PETSc holds. Collective."""
        held = (self._coarse_aij, self._smoothed, self._interpolation, self._near_nullspace, self._inner)
        for thing in (*held, self._fine.matrix, self._coarse.matrix):
            if thing is not None:
                thing.destroy()

    def begin(self) -> None:
        """Return to the first of the shares."""
        self._ratio = 0

    def assemble(self) -> None:
        """Take over the present element tangents. Collective."""
        self._mixed = choose_mixed_cells(self._tangent, STIFFNESS_RATIOS[self._ratio])
        self._tangent.add_to(self._fine)
        self._fine.finish()
        self._tangent.add_projected(self._coarse, self._prescribed, self._transfers, self._vertices)
        self._coarse.finish()
        if self._coarse_aij is None:
            self._coarse_aij = self._coarse.matrix.convert(PETSc.Mat.Type.AIJ, PETSc.Mat())
            self._coarse_aij.setNearNullSpace(self._near_nullspace)
            with phase("solver set-up"):
                self._configure(self._coarse_aij)
        else:
            self._coarse.matrix.convert(PETSc.Mat.Type.AIJ, self._coarse_aij)
            self._renew_smoother()
        with phase("solver set-up"):
            self._inner.setUp()

    def _renew_smoother(self) -> None:
        """Let the smoother take the present matrix, in a new object: see :meth:`BlockMatrix.block_diagonal`."""
        old, fine = self._smoothed, self._fine
        by_blocks = self.options.get(SMOOTHER) == "pbjacobi"
        self._smoothed = fine.block_diagonal() if by_blocks else fine.matrix.convert(PETSc.Mat.Type.AIJ, PETSc.Mat())
        self._inner.getMGSmoother(1).setOperators(self._fine.matrix, self._smoothed)
        if old is not None:
            old.destroy()

    def _configure(self, coarse: PETSc.Mat) -> None:
        """Compose the p-multigrid preconditioner, once."""
        inner = self._inner
        inner.setOptionsPrefix(f"{PREFIX}inner_")
        inner.setOperators(self._fine.matrix)
        inner.setType(PETSc.PC.Type.MG)
        inner.setMGLevels(2)
        inner.setMGInterpolation(1, self._interpolation)
        inner.getMGCoarseSolve().setOperators(coarse)
        self._renew_smoother()
        with options_in_database(self.options, self.read):
            inner.setFromOptions()
            inner.setUp()

    def solve(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve to a relative residual. Collective.

        Parameters
        ----------
        right, solution
            Owned displacement components.
        tolerance
            Residual norm over that of the right-hand side.

        Returns
        -------
        reason, iterations
            PETSc's reason (positive: converged) and the number of iterations.
        """
        reason, spent = self._iterate(right, solution, tolerance)
        while reason <= 0 and self._ratio + 1 < len(STIFFNESS_RATIOS) and self._has_soft_cells():
            self._ratio += 1
            count("preconditioners tried anew")
            self.assemble()
            reason, iterations = self._iterate(right, solution, tolerance)
            spent += iterations
        return reason, spent

    def _has_soft_cells(self) -> bool:
        """Whether a cell of any rank has volume unknowns of its own. Collective."""
        return bool(self._comm.allreduce(any(cells.size for cells in self._mixed), MPI.LOR))

    def _iterate(self, right: PETSc.Vec, solution: PETSc.Vec, tolerance: float) -> tuple[int, int]:
        """Solve with the present ratio of stiffness; PETSc's reason and the number of iterations. Collective."""
        system = SaddlePoint(self._mixed, self._fine.matrix, self._inner, self._nodal, self._prescribed)
        solver = PETSc.KSP().create(self._comm)
        solver.setOptionsPrefix(PREFIX)
        matrix = system.matrix()
        solver.setOperators(matrix)
        solver.getPC().setType(PETSc.PC.Type.PYTHON)
        solver.getPC().setPythonContext(system)
        solver.setTolerances(rtol=tolerance, atol=0.0)
        with options_in_database(self.options, self.read):
            solver.setFromOptions()
        if self._ratio + 1 < len(STIFFNESS_RATIOS) and self._has_soft_cells():
            solver.setTolerances(max_it=min(PATIENCE, solver.getTolerances()[3]))
        given, found = matrix.createVecLeft(), matrix.createVecRight()
        owned = right.local_size
        given.array_w[:owned] = right.array_r
        given.array_w[owned:] = 0.0
        solver.solve(given, found)
        solution.array_w[:] = found.array_r[:owned]
        result = int(solver.getConvergedReason()), int(solver.getIterationNumber())
        for thing in (solver, matrix, given, found):
            thing.destroy()
        system.release()
        return result
