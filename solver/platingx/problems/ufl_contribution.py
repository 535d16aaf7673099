"""Residuals written in UFL as contributions to any fields, beside the kernels of the solid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import basix
import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from platingx import compat
from platingx.arrays import Array
from platingx.fields.nodal_field import DISPLACEMENT, Forces, NodalField
from platingx.fields.point_data import PointArray
from platingx.problems.contribution import Arrays, Iterate, Residuals

__all__ = ["FormCoefficients", "UflContribution"]


@dataclass
class FormCoefficients:
    """What stands for the state of a problem in forms, and follows it.

    Attributes
    ----------
    fields
        The fields that forms name.
    values, previous
        Functions of their present values and of those at the start of the step, by field.
    tests
        Their test functions.
    points
        Quantities at quadrature points with the functions that stand for them.
    time, dt
        End of the step and its size, s.
    """

    fields: Mapping[str, NodalField]
    time: fem.Constant
    dt: fem.Constant
    values: dict[str, fem.Function] = field(default_factory=dict)
    previous: dict[str, fem.Function] = field(default_factory=dict)
    tests: dict[str, ufl.Argument] = field(default_factory=dict)
    points: list[tuple[PointArray, fem.Function]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, own in self.fields.items():
            self.values[name], self.previous[name] = fem.Function(own.space), fem.Function(own.space)
            self.tests[name] = ufl.TestFunction(own.space)

    @property
    def comm(self) -> MPI.Intracomm:
        """Communicator of the fields."""
        return next(iter(self.fields.values())).comm

    @property
    def parts(self) -> list[compat.PartOfMesh]:
        """Parts of the mesh that fields live on."""
        return [own.part for own in self.fields.values() if own.part is not None]

    def update(self, iterate: Iterate) -> None:
        """Take over an iterate and the present values at quadrature points."""
        self.time.value, self.dt.value = iterate.time, iterate.dt
        for name in self.fields:
            if name in iterate.values:
                self.values[name].x.array[:] = iterate.values[name].ravel()
                self.previous[name].x.array[:] = iterate.start[name].ravel()
            else:  # of another stage
                self.values[name].x.array[:] = self.fields[name].values.ravel()
                self.previous[name].x.array[:] = self.fields[name].start.ravel()
        for array, function in self.points:
            function.x.array.reshape(-1, array.values.shape[1])[array.cells] = array.values


class UflContribution:
    """Residuals in UFL with their tangents, which UFL derives.

    The forms of a row are assembled once with a test function of the broken space, cell by cell, so that the scale of
    the residual is the sum of absolute values of what cells add, as for other contributions.

    Parameters
    ----------
    name
        For messages.
    residuals
        A form by the field whose residual it is, linear in the test function of this field.
    coefficients
        What the forms are written in.
    unknowns
        Names of the fields that are solved for together; others are given.
    """

    def __init__(
        self,
        name: str,
        residuals: Mapping[str, ufl.Form],
        coefficients: FormCoefficients,
        unknowns: Sequence[str],
    ) -> None:
        self.name, self._coefficients = name, coefficients
        self._rows = {row: _Row(form, coefficients, row) for row, form in residuals.items()}
        self._blocks: dict[tuple[str, str], tuple[PETSc.Mat, fem.Form]] = {}
        self._constant: set[tuple[str, str]] = set()  # blocks of linear forms, which are assembled once
        self._known: set[tuple[str, str]] = set()
        for row, form in residuals.items():
            for column in (name for name in unknowns if name in coefficients.fields):
                derivative = _derivative(form, coefficients, column)
                if derivative.empty():
                    continue
                block = compat.compile_form(derivative, coefficients.parts, coefficients.fields[column].comm)
                self._blocks[row, column] = (fem_petsc.create_matrix(block), block)
                if not derivative.coefficients() and not derivative.constants():
                    self._constant.add((row, column))
        self.fields = tuple(dict.fromkeys([*residuals, *coefficients.fields]))
        self._stale = True

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the forms at an iterate."""
        self._coefficients.update(iterate)
        self._stale = True
        for name, row in self._rows.items():
            row.add_to(residuals[name])

    def blocks(self) -> Mapping[tuple[str, str], PETSc.Mat]:
        """Derivatives of the forms at the last iterate. Collective."""
        if self._stale:
            for pair, (matrix, form) in self._blocks.items():
                if pair in self._known:
                    continue
                matrix.zeroEntries()
                fem_petsc.assemble_matrix(matrix, form)
                matrix.assemble()
            self._known = self._constant
            self._stale = False
        return {pair: matrix for pair, (matrix, _) in self._blocks.items()}

    def add_applied_force(self, iterate: Iterate, results: Arrays) -> None:
        """Add the forces on the body, which are from outside of it: less the residual of the displacement."""
        if DISPLACEMENT in self._rows:
            self._coefficients.update(iterate)
            self._stale = True
            results[DISPLACEMENT][...] -= self._rows[DISPLACEMENT].forces()[0]

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the derivatives times increments, to owned nodes. Collective."""
        for (row, column), matrix in self.blocks().items():
            right, left = matrix.createVecs()
            right.array_w[:] = increments[column].ravel()[: right.local_size]
            matrix.mult(right, left)
            owned = left.local_size // results[row].shape[1]
            results[row][:owned] += left.array_r.reshape(owned, -1)
            right.destroy()
            left.destroy()


class _Row:
    """The compiled residual of one field."""

    def __init__(self, form: ufl.Form, coefficients: FormCoefficients, row: str) -> None:
        own = coefficients.fields[row]
        self._nodes, self._shape = own.space.dofmap.list, own.values.shape
        broken = _broken_space(own)
        self._by_cells = broken is not None
        if broken is not None:
            form = ufl.replace(form, {coefficients.tests[row]: ufl.TestFunction(broken)})
            self._cells = broken.dofmap.list
        self._form = compat.compile_form(form, coefficients.parts, own.comm)
        self._vector = compat.vector_of(self._form) if broken is None else fem.Function(broken).x

    def forces(self) -> tuple[Array, Array]:
        """Residual on local nodes, and the sum of absolute values of what cells add to it."""
        self._vector.array[:] = 0.0
        fem.assemble_vector(self._vector.array, self._form)
        if not self._by_cells:
            residual = np.array(self._vector.array.reshape(self._shape))
            return residual, np.abs(residual)
        values = self._vector.array.reshape(-1, self._shape[1])[self._cells]
        residual, scale = np.zeros(self._shape), np.zeros(self._shape)
        np.add.at(residual, self._nodes, values)
        np.add.at(scale, self._nodes, np.abs(values))
        return residual, scale

    def add_to(self, forces: Forces) -> None:
        residual, scale = self.forces()
        forces.internal[...] += residual
        forces.condensed[...] += residual
        forces.force_scale[...] += scale


def _broken_space(own: NodalField) -> fem.FunctionSpace | None:
    """The space of a field without continuity between cells; None for elements that are no Lagrange elements."""
    element = own.space.ufl_element()
    scalar = element.sub_elements[0] if element.block_size > 1 else element
    known = scalar.basix_element
    if known.family != basix.ElementFamily.P:
        return None
    shape = (element.block_size,) if element.block_size > 1 else None
    broken = basix.ufl.element(
        known.family, known.cell_type, known.degree, known.lagrange_variant, discontinuous=True, shape=shape
    )
    return fem.functionspace(own.space.mesh, broken)


def _derivative(form: ufl.Form, coefficients: FormCoefficients, column: str) -> ufl.Form:
    """The derivative of a residual by a field; empty where it does not depend on it."""
    trial = ufl.TrialFunction(coefficients.fields[column].space)
    derivative = ufl.derivative(form, coefficients.values[column], trial)
    return ufl.algorithms.expand_derivatives(derivative)
