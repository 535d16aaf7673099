"""Contact of the two sides of an interface whose nodes lie in pairs, as a contribution to equilibrium.

With the opening d = u_a - u_b of a pair, and the normal n of the side of b towards a, the gap is d.n, and what is
across n is slip. The normal is the mean over the nodal function, int N_b n da / |int N_b n da|, of the faces of b as
they were at the last equilibrium: it turns with the body from step to step, and is constant within a step. Forces at a
and b are opposite, so that they have no resultant. A pair stays a pair, hence slips have to stay small against the
length of a face and the radius of the interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from platingx.arrays import Array, Int32Array, IntArray
from platingx.fields.nodal_field import DISPLACEMENT, Field
from platingx.fields.saved_state import Saved
from platingx.problems.contact_surface import ContactSurface
from platingx.problems.contribution import Arrays, Iterate, Residuals
from platingx.problems.nodal_contact import ContactLaws, NodalContact
from platingx.problems.surface_load import LoadedFacets, area_vectors
from platingx.problems.tool_shapes import Distances

__all__ = ["OtherSide", "PairContact"]


class OtherSide:
    """The faces that those of a contact surface part from, in the same order.

    Parameters
    ----------
    facets
        Tabulated facets, with the nodes of the cells behind them.
    places
        Nodes of each facet by their places in the cell, in the order of those that they are paired with, shape
        (facets, k).
    """

    def __init__(self, facets: LoadedFacets, places: IntArray) -> None:
        self.facets, self.places = facets, places
        self.nodes: Int32Array = facets.nodes[np.arange(len(places))[:, None], places]

    def area_vectors(self, displacement: Array) -> Array:
        """Present area of each node times the outward normal, shape (facets, k, dimension), m2 (m in plane strain)."""
        facets = self.facets
        jacobian = facets.jacobian + np.einsum("fai,fqaj->fqij", displacement[facets.nodes], facets.gradient)
        vectors = area_vectors(jacobian, facets.normal)
        of_cells = np.einsum("fqa,fqi->fai", facets.shape, vectors)
        return np.asarray(of_cells[np.arange(len(self.places))[:, None], self.places])


class PairContact(NodalContact):
    """Nodes of a face against those of the face that it parts from.

    Parameters
    ----------
    name, partner
        Of the interface, and of the region on its other side, for messages and checkpoints.
    surface
        Nodes and areas of the side that follows.
    other
        The other side.
    laws
        What it obeys.
    """

    def __init__(self, name: str, partner: str, surface: ContactSurface, other: OtherSide, laws: ContactLaws) -> None:
        super().__init__(name, partner, surface, laws)
        self.fields: tuple[str, ...] = (DISPLACEMENT,)
        self.other = other
        self._others: Int32Array = other.nodes.ravel()
        joined = self._others == self._nodes  # where the interface ends inside of the body
        self._areas = np.where(joined, 0.0, self._areas)
        self._bears = self._areas != 0.0
        self._old = self._new = replace(self._new, gap=np.zeros(len(self._nodes)))
        count, nodes = surface.facets.nodes.shape
        self._cells = np.concatenate([surface.facets.nodes, other.facets.nodes], axis=1)
        self._sides = self._places, other.places.ravel() + nodes
        self._matrices = np.zeros((count, 2 * nodes * self._dimension, 2 * nodes * self._dimension))
        self._normals: Array = np.zeros_like(self._coordinates)
        self._no_hessian = np.zeros((len(self._nodes), self._dimension, self._dimension))

    def element_nodes(self) -> Int32Array:
        """Nodes of the two cells at each facet."""
        return self._cells

    def element_matrices(self) -> Array:
        """Tangent, on the blocks of the nodes of pairs alone."""
        return self._matrices

    def evaluate(self, iterate: Iterate, residuals: Residuals) -> None:
        """Add the tractions and refresh the tangent."""
        displacement = iterate.values[DISPLACEMENT]
        opening = self._opening(displacement)
        found = Distances(np.sum(opening * self._normals, axis=1), self._normals, self._no_hessian)
        pushed = self._respond(found, lambda: opening - self._opening(iterate.start[DISPLACEMENT]), displacement)
        self._new = replace(self._new, work=self._old.work + self._work_of_step(opening, iterate))
        self._fill_matrices()
        self._put(residuals[DISPLACEMENT], self._nodes, pushed)
        self._put(residuals[DISPLACEMENT], self._others, -pushed)

    def _work_of_step(self, opening: Array, iterate: Iterate) -> Array:
        """Work per area that the step has put into the interface, by the trapezoidal rule, J/m2."""
        tractions = [state.pressure[:, None] * state.normal + state.shear for state in (self._old, self._new)]
        change = opening - self._opening(iterate.start[DISPLACEMENT])
        return np.asarray(-0.5 * np.sum((tractions[0] + tractions[1]) * change, axis=1))

    def _opening(self, displacement: Array) -> Array:
        return np.asarray(displacement[self._nodes] - displacement[self._others])

    def _fill_matrices(self) -> None:
        count, nodes = self._cells.shape
        view = self._matrices.reshape(count, nodes, self._dimension, nodes, self._dimension)
        for row, sign in zip(self._sides, (1.0, -1.0), strict=True):
            for column, other_sign in zip(self._sides, (1.0, -1.0), strict=True):
                view[self._rows, row, :, column, :] = sign * other_sign * self._blocks

    def multiply(self, increments: Arrays, results: Arrays) -> None:
        """Add the tangent times a nodal increment."""
        force = np.einsum("pij,pj->pi", self._blocks, self._opening(increments[DISPLACEMENT]))
        np.add.at(results[DISPLACEMENT], self._nodes, force)
        np.subtract.at(results[DISPLACEMENT], self._others, force)

    def interface_energies(self) -> tuple[float, float]:
        """Heat of friction, and all other work that has gone into the interface so far, on this rank, J."""
        areas, state = self._areas, self._new
        heat = float(np.sum(areas * state.friction_work))
        return heat, float(np.sum(areas * state.work)) - heat

    def correct_guess(self, time: float, dt: float, fields: Mapping[str, Field]) -> None:  # noqa: ARG002
        """Take over the normals, and move a first guess so that the sides do not pass through each other. Collective.

        Pairs that stuck go on together, others that were pressed keep their gap, and the rest is not inside.

        Parameters
        ----------
        time, dt
            End of the step and its size, s.
        fields
            Extrapolated; free components of the displacement are changed.
        """
        field = fields[DISPLACEMENT]
        self._take_normals(field)
        normals, opening = self._normals, self._opening(field.values)
        pressed = (self._old.branch % 4 == 1) & self._bears
        sticks = pressed & (self._old.branch == 1) & (not self.friction.is_none)
        gap = np.sum(opening * normals, axis=1)
        start = self._opening(field.converged)
        wanted = np.where(pressed, np.sum(start * normals, axis=1), np.maximum(gap, 0.0))
        shift = np.where(self._bears, wanted - gap, 0.0)[:, None] * normals
        shift = np.where(sticks[:, None], start - opening, shift)
        field.values[...] += np.where(field.held, 0.0, self._mean(field, shift))

    def restore(self, saved: Saved) -> None:
        """Take over an equilibrium."""
        super().restore(saved)
        self._normals = self._old.normal

    def _take_normals(self, field: Field) -> None:
        """Mean normals of the other side at the last equilibrium. Collective."""
        vectors = self.other.area_vectors(field.converged).reshape(-1, self._dimension)
        sums = np.zeros_like(field.values)
        np.add.at(sums, self._nodes, vectors)
        mean = field.with_ghosts(field.added_up(sums))[self._nodes]
        size = np.linalg.norm(mean, axis=1, keepdims=True)
        self._normals = np.asarray(mean / np.where(size > 0.0, size, 1.0))

    def _mean(self, field: Field, shift: Array) -> Array:
        """Means of what the facets at a node ask for, at all local nodes. Collective."""
        sums, counts = np.zeros_like(field.values), np.zeros_like(field.values)
        np.add.at(sums, self._nodes[self._bears], shift[self._bears])
        np.add.at(counts, self._nodes[self._bears], 1.0)
        return np.asarray(field.with_ghosts(field.added_up(sums) / np.maximum(field.added_up(counts), 1.0)))
