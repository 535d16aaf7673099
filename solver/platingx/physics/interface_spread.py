"""How far metal has to go along its interface to a free side, by the pressure that diffusion would need for it."""

from __future__ import annotations

import numpy as np
from dolfinx import mesh
from mpi4py import MPI
from petsc4py import PETSc

from platingx.arrays import Array, Int32Array, Mask
from platingx.fields.interface_field import InterfaceField
from platingx.fields.whole_factors import whole_factors
from platingx.physics.discretisation import Discretisation
from platingx.problems.interface_matrix import empty_matrix, fill
from platingx.problems.interface_surface import InterfaceSurface, interface_surface
from platingx.problems.petsc_options import PREFIX, options_in_database

__all__ = ["free_ends", "interface_spread"]

SPREAD = "spread_"
"""Stands before the PETSc options of its matrix."""


def interface_spread(
    discretisation: Discretisation, cells: Int32Array, boundary: str, axisymmetric: bool, held: Mask
) -> float | None:
    """Largest pressure of steady diffusion along an interface, over v/C, m2; None without a free side. Collective.

    Metal that is plated evenly at the speed v, and leaves along the interface to the free sides of the metal, where its
    pressure is zero, has a pressure q v/C with -div grad q = 1 along the interface: half the square of the length of a
    strip, a quarter of that of the radius of a disc.

    Parameters
    ----------
    discretisation
        Mesh and displacement.
    cells
        Owned cells of the metal.
    boundary
        Name of the interface.
    axisymmetric
        Whether the model is swept around the axis.
    held
        Which components are prescribed or tied, shape (local nodes, dimension); sides with none of them are free.
    """
    facets = discretisation.facets(boundary)
    surface = interface_surface(discretisation.loaded.mesh, discretisation.space, cells, facets, axisymmetric)
    field = InterfaceField("interface spread", discretisation.space, np.unique(surface.nodes))
    ends = field.number[free_ends(discretisation, cells, held)]
    marks = np.zeros((field.nodes, 1))
    marks[ends[ends >= 0]] = 1.0
    fixed: Mask = field.with_ghosts(field.added_up(marks))[:, 0] > 0.0
    if not field.comm.allreduce(bool(fixed.any()), MPI.LOR):
        return None
    values = _solve(field, surface, fixed)
    has_place = np.isfinite(discretisation.coordinates()[field.places[: field.owned]]).all(axis=1)
    return float(field.comm.allreduce(float(values[has_place].max(initial=0.0)), MPI.MAX))


def free_ends(discretisation: Discretisation, cells: Int32Array, held: Mask) -> Int32Array:
    """Displacement nodes on the outer facets of a region that nothing holds or moves.

    Parameters
    ----------
    discretisation
        Mesh and displacement.
    cells
        Owned cells of the region.
    held
        Which components are prescribed or tied, shape (local nodes, dimension).
    """
    domain, layout = discretisation.loaded.mesh, discretisation.space.dofmap.dof_layout
    dimension = domain.topology.dim
    domain.topology.create_connectivity(dimension - 1, dimension)
    domain.topology.create_connectivity(dimension, dimension - 1)
    outer = set(mesh.exterior_facet_indices(domain.topology).tolist())
    links = domain.topology.connectivity(dimension, dimension - 1)
    found: list[Int32Array] = []
    for cell in cells:
        nodes = discretisation.space.dofmap.cell_dofs(cell)
        for side, facet in enumerate(links.links(cell)):
            if int(facet) in outer and not held[nodes[layout.entity_dofs(dimension - 1, side)]].any():
                found.append(nodes[layout.entity_closure_dofs(dimension - 1, side)])
    return np.unique(np.concatenate(found)).astype(np.int32) if found else np.zeros(0, dtype=np.int32)


def _solve(field: InterfaceField, surface: InterfaceSurface, fixed: Mask) -> Array:
    """Q on owned nodes, shape (owned nodes,). Collective."""
    matrix = empty_matrix(field, field)
    numbers = field.number[surface.nodes]
    places = field.global_numbers[numbers] if len(numbers) else numbers
    fill(matrix, places, places, surface.stiffness)
    load = np.zeros((field.nodes, 1))
    np.add.at(load[:, 0], numbers, surface.mass.sum(axis=2))
    right, solution = matrix.createVecs()
    right.array_w[:] = np.where(fixed[: field.owned], 0.0, field.added_up(load)[:, 0])
    rows = field.global_numbers[: field.owned][fixed[: field.owned]]
    matrix.zeroRowsColumns(rows.astype(PETSc.IntType), 1.0)
    solver = PETSc.KSP().create(field.comm)
    solver.setOperators(matrix)
    with options_in_database(whole_factors(field.comm, SPREAD), set()):
        solver.setOptionsPrefix(f"{PREFIX}{SPREAD}")
        solver.setFromOptions()
        solver.setUp()
    solver.solve(right, solution)
    values = np.array(solution.array_r)
    for thing in (solver, matrix, right, solution):
        thing.destroy()
    return values
