"""One region of the solid: its cells, material, internal variables and element results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from dolfinx import fem, mesh

from platingx.arrays import Array, Int32Array
from platingx.compat import geometry_nodes
from platingx.fields.block import Geometry, Local, Tables
from platingx.fields.growth_kernel import GrowthResponse, growth_response
from platingx.fields.kernel_tables import kernel_tables
from platingx.fields.kinematics import AXISYMMETRIC, PLANE_STRAIN, THREE_DIMENSIONAL
from platingx.fields.point_state import State, initial_state
from platingx.fields.recovery_kernel import cauchy_stress
from platingx.fields.solid_kernel import assemble_solid
from platingx.fields.tables import ElementTables
from platingx.fields.weakening import PRESSURE, no_weakening
from platingx.materials import layout

MODELS = {
    "plane_strain": PLANE_STRAIN,
    "axisymmetric": AXISYMMETRIC,
    "three_dimensional": THREE_DIMENSIONAL,
}


class PointResults(NamedTuple):
    """Results at quadrature points, as :func:`platingx.fields.recovery_kernel.cauchy_stress` writes them."""

    stress: Array
    volumes: Array
    energies: Array


@dataclass
class SolidRegion:
    """Cells of one material, with everything that lives on them.

    Attributes
    ----------
    name
        Region name, e.g. ``li``.
    cells
        Local numbers of the owned cells.
    parameters
        Material parameter vector (``materials.layout``).
    tables, geometry
        Shape functions, reference geometry and fibre directions.
    growth_exponents
        Shares of growth along, across and out of plane, shape (3,).
    growth
        Jg at each point, shape (cells, points).
    theta
        Modes of the logarithmic volume strain, shape (cells, modes).
    old, new
        Internal variables at the start and the end of the step.
    local
        Element tangents and condensation operators.
    shift
        How far nodes of the region stand from the displacement of others there, shape (local nodes, dimension), m; None
        where it shares all nodes with its neighbours.
    weakening
        Damage at each point (``fields.weakening``), shape (cells, points, 3); without cells where nothing is damaged.
    strain_scale
        Factor of displacements and pressures within the kernels, by which results are divided again: 1, or a small
        number, with which an elastic region has the stress and the energy of small strain.
    """

    name: str
    cells: Int32Array
    parameters: Array
    tables: Tables
    geometry: Geometry
    growth_exponents: Array
    growth: Array
    theta: Array
    old: State
    new: State
    local: Local
    shift: Callable[[], Array] | None = None
    weakening: Array = field(default_factory=no_weakening)
    strain_scale: float = 1.0
    _at_rest: Array | None = field(init=False, default=None)
    _theta_base: Array = field(init=False)
    _theta_change: Array = field(init=False)

    def __post_init__(self) -> None:
        self._theta_base = self.theta.copy()
        self._theta_change = np.zeros_like(self.theta)

    @property
    def is_plastic(self) -> bool:
        """Whether the material flows."""
        return bool(self.parameters[layout.FLOW_LAW] != layout.FLOW_NONE)

    def seen(self, displacement: Array) -> Array:
        """Displacements of the region's nodes: those of the field and its own shift."""
        return displacement if self.shift is None else displacement + self.shift()

    def assemble(
        self, displacement: Array, dt: float, internal: Array, condensed: Array, force_scale: Array
    ) -> tuple[int, int, int]:
        """Evaluate all cells; see :func:`platingx.fields.solid_kernel.assemble_solid`."""
        if self.strain_scale == 1.0:
            return self._assemble(self.seen(displacement), self.theta, dt, internal, condensed, force_scale)
        return self._assemble_linear(self.seen(displacement), dt, internal, condensed, force_scale)

    def weaken(self, weakening: Array) -> None:
        """Take over damage at the points, pressures as they are; see ``fields.weakening``."""
        self.weakening = weakening.copy()
        self.weakening[..., PRESSURE] *= self.strain_scale
        self._at_rest = None

    def _assemble_linear(
        self, displacement: Array, dt: float, internal: Array, condensed: Array, force_scale: Array
    ) -> tuple[int, int, int]:
        """Forces of small strain: the tangents of the undeformed state, once for each damage, times displacements.

        Strains in the kernel are too small there for a difference of stresses to keep its digits.
        """
        if self._at_rest is None:
            forces = [np.zeros_like(internal) for _ in range(3)]
            found = self._assemble(np.zeros_like(displacement), np.zeros_like(self.theta), dt, *forces)
            if found[0] != 0:
                return found
            self._at_rest = np.array([forces[0], forces[2]]) / self.strain_scale
        rest, rest_scale = self._at_rest
        element = self._by_cells(displacement)
        force = np.einsum("cij,cj->ci", self.local.matrices, element)
        force = force.reshape((*self.geometry.nodes.shape, displacement.shape[1]))
        for total in (internal, condensed):
            total += rest
            np.add.at(total, self.geometry.nodes, force)
        force_scale += rest_scale
        np.add.at(force_scale, self.geometry.nodes, np.abs(force))
        self.local.r[...] = self.theta + np.einsum("csj,cj->cs", self.local.B, element)
        return 0, 0, 0

    def _assemble(
        self, displacement: Array, theta: Array, dt: float, internal: Array, condensed: Array, force_scale: Array
    ) -> tuple[int, int, int]:
        return assemble_solid(
            self.tables,
            self.geometry,
            self.parameters,
            self.growth,
            self.growth_exponents,
            self.weakening,
            dt,
            displacement,
            theta,
            self.old,
            self.new,
            self.local,
            internal,
            condensed,
            force_scale,
        )

    def _by_cells(self, increment: Array) -> Array:
        """Nodal values (local nodes, dimension) as (cells, unknowns of a cell), also on a rank without cells."""
        nodes = self.geometry.nodes
        return increment[nodes].reshape(len(nodes), nodes.shape[1] * increment.shape[1])

    def multiply(self, increment: Array, result: Array) -> None:
        """Add the condensed tangent times a nodal increment (local nodes, dimension)."""
        element = self._by_cells(increment)
        force = np.einsum("cij,cj->ci", self.local.matrices, element)
        np.add.at(result, self.geometry.nodes, force.reshape((*self.geometry.nodes.shape, increment.shape[1])))

    def prepare_correction(self, increment: Array, beside: Array | float = 0.0) -> None:
        """Fix the change of theta that belongs to a full correction, of the displacement and what else there is."""
        element = self._by_cells(increment)
        change = np.einsum("csj,cj->cs", self.local.B, element)
        self._theta_base = self.theta.copy()
        self._theta_change = -(self.local.r + change + beside)

    def apply_correction(self, fraction: float) -> None:
        """Set theta to the base plus a fraction of the prepared change."""
        self.theta[...] = self._theta_base + fraction * self._theta_change

    def growth_response(self, displacement: Array, dt: float, result: GrowthResponse) -> None:
        """Derivatives by and of growth at the present state; see :mod:`platingx.fields.growth_kernel`."""
        growth_response(
            self.tables,
            self.geometry,
            self.parameters,
            self.growth,
            self.growth_exponents,
            dt,
            self.seen(displacement),
            self.theta,
            self.old,
            result,
        )

    def point_results(self, displacement: Array) -> PointResults:
        """Stress, volumes and energies of the new state at the quadrature points."""
        shape = self.growth.shape
        results = PointResults(np.empty((*shape, 6)), np.empty((*shape, 3)), np.empty((*shape, 4)))
        scale = self.strain_scale
        cauchy_stress(
            self.tables,
            self.geometry,
            self.parameters,
            self.growth,
            self.growth_exponents,
            self.weakening,
            self.seen(displacement) if scale == 1.0 else scale * self.seen(displacement),
            self.theta if scale == 1.0 else scale * self.theta,
            self.new,
            *results,
        )
        if scale != 1.0:
            results.stress[...] /= scale
            results.volumes[..., 2] = (
                results.volumes[..., 1] + (results.volumes[..., 2] - results.volumes[..., 1]) / scale
            )
            results.energies[..., :3] /= scale**2
        return results

    def stress_and_volumes(self, displacement: Array) -> tuple[Array, Array]:
        """Cauchy stress (cells, points, 6) in Pa and volumes (cells, points, 3) of the new state."""
        results = self.point_results(displacement)
        return results.stress, results.volumes


def build_region(
    name: str,
    domain: mesh.Mesh,
    space: fem.FunctionSpace,
    cells: Int32Array,
    tables: ElementTables,
    parameters: Array,
    model: int,
    growth_exponents: Array,
    direction: Array,
) -> SolidRegion:
    """Gather the arrays of one region.

    Parameters
    ----------
    name
        Region name.
    domain, space
        Mesh and displacement space.
    cells
        Local numbers of the owned cells of the region.
    tables
        Tabulated functions of the cell shape.
    parameters
        Material parameter vector.
    model
        PLANE_STRAIN, AXISYMMETRIC or THREE_DIMENSIONAL.
    growth_exponents
        Shares of growth along, across and out of plane, shape (3,).
    direction
        Fibre directions, shape (cells, points, 3).
    """
    dimension = domain.geometry.dim
    count, points = len(cells), len(tables.weights)
    coordinates = np.ascontiguousarray(domain.geometry.x[geometry_nodes(domain.geometry)[cells]][:, :, :dimension])
    nodes = np.ascontiguousarray(space.dofmap.list[cells])
    unknowns = nodes.shape[1] * dimension
    extent = coordinates.max(axis=1) - coordinates.min(axis=1) if count else np.ones((0, dimension))
    state = initial_state(parameters, count, points)
    return SolidRegion(
        name=name,
        cells=cells,
        parameters=parameters,
        tables=kernel_tables(tables, dimension, model),
        geometry=Geometry(
            coordinates=coordinates,
            nodes=nodes,
            centre=coordinates.mean(axis=1),
            size=extent.max(axis=1),
            direction=direction,
        ),
        growth_exponents=growth_exponents,
        growth=np.ones((count, points)),
        theta=np.zeros((count, tables.volume_modes)),
        old=state,
        new=state.copy(),
        local=Local(
            matrices=np.zeros((count, unknowns, unknowns)),
            stiffness=np.zeros((count, tables.volume_modes, tables.volume_modes)),
            B=np.zeros((count, tables.volume_modes, unknowns)),
            r=np.zeros((count, tables.volume_modes)),
        ),
    )
