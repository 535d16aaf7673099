"""Means of an expression over the facets of a boundary, known to all ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from platingx import compat
from platingx.arrays import Array
from platingx.physics.form_symbols import Symbols

__all__ = ["BoundaryMeans", "Sample"]


@dataclass(frozen=True)
class Sample:
    """What is sampled: a scalar expression of UFL on a boundary as seen from a region."""

    expression: Any
    boundary: str
    region: str


class BoundaryMeans:
    """Means over the part of a boundary that each cell of a region has.

    Parameters
    ----------
    symbols
        What the expression is written with.
    sample
        The expression and where.
    domain
        The mesh.

    Attributes
    ----------
    places
        Reference coordinates of the middles of these parts, shape (facets, dimension), m; the same on all ranks.
    """

    def __init__(self, symbols: Symbols, sample: Sample, domain: Any) -> None:
        self._comm = domain.comm
        test = ufl.TestFunction(fem.functionspace(domain, ("DG", 0)))
        measure = symbols.ds(sample.boundary, sample.region)
        parts = symbols.coefficients.parts
        one, places = fem.Constant(domain, 1.0), [symbols.x[i] for i in range(domain.geometry.dim)]
        geometric = [compat.compile_form(f * test * measure, [], domain.comm) for f in (one, *places)]
        self._form = compat.compile_form(sample.expression * test * measure, parts, domain.comm)
        self._area, *moments = (fem.assemble_vector(form).array.copy() for form in geometric)
        self._cells = np.flatnonzero(self._area > 0.0)
        here = np.column_stack([moment[self._cells] / self._area[self._cells] for moment in moments])
        self.places: Array = np.concatenate(self._comm.allgather(here))

    def values(self) -> Array:
        """Present means, in the order of ``places``, shape (facets,). Collective."""
        integrals = fem.assemble_vector(self._form).array[self._cells]
        return np.concatenate(self._comm.allgather(integrals / self._area[self._cells]))
