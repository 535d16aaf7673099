"""Manufactured solutions at finite strain: a displacement is chosen, and the body force that it needs is computed.

u(X, t), the fibre directions n(X) and Jg(t) are given. The first Piola stress P follows at any place from
`reference_material`, for a material that flows by backward Euler steps at the times of the run; the body force
-Div P by central differences of fourth order. u(X, t) is then the exact solution in space at these times, whatever
the steps: the error of the elements is measured without that of the time integration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Prescribed
from platingx.materials import layout
from platingx.physics.discretisation import Discretisation, discretise
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.models.given_force import Density, body_force
from platingx.verification.models.reference_material import GrowthState, backward_euler, cauchy_of, first_piola
from platingx_meshes.mesh_data import MeshData

DIFFERENCE = 1e-3  # m, of bodies of 1 m: truncation 1e-12 and round-off 1e-13 of the derivative
WEIGHTS = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
COMPLEX_STEP = 1e-30


@dataclass(frozen=True)
class Motion:
    """A chosen deformation with growth.

    Attributes
    ----------
    model
        ``plane_strain``, ``axisymmetric`` or ``three_dimensional``.
    displacement
        u in m from places (..., dimension) in m and the time in s; analytic, so that it can be differentiated by
        a complex step. In an axisymmetric body the radial part is proportional to the radius near the axis.
    direction
        Unit fibre directions (..., dimension) from places.
    ratio
        Jg as a function of time.
    shares
        Shares of ln(Jg).
    """

    model: str
    displacement: Callable[[npt.NDArray[Any], float], npt.NDArray[Any]]
    direction: Callable[[Array], Array]
    ratio: Callable[[float], float]
    shares: tuple[float, float, float]

    @property
    def dimension(self) -> int:
        """Of the mesh."""
        return 3 if self.model == "three_dimensional" else 2

    def values(self, places: Array, time: float) -> Array:
        """U at places, m."""
        return np.asarray(self.displacement(places.astype(np.complex128), time).real)

    def gradient(self, places: Array, time: float) -> Array:
        """F at places, shape (..., 3, 3); cylindrical components (r, z, theta) in an axisymmetric body."""
        result = np.zeros((*places.shape[:-1], 3, 3))
        result[...] = np.eye(3)
        for j in range(self.dimension):
            moved = places.astype(np.complex128)
            moved[..., j] += 1j * COMPLEX_STEP
            result[..., : self.dimension, j] += self.displacement(moved, time).imag / COMPLEX_STEP
        if self.model == "axisymmetric":
            result[..., 2, 2] += self.values(places, time)[..., 0] / places[..., 0]
        return result

    def growth(self, places: Array, time: float) -> GrowthState:
        """Growth at places."""
        direction = np.zeros((*places.shape[:-1], 3))
        direction[..., : self.dimension] = self.direction(places)
        return GrowthState(self.ratio(time), self.shares, direction)


class PointHistory:
    """Stress and internal variables at given places, step by step along a motion."""

    def __init__(self, motion: Motion, parameters: Array, places: Array) -> None:
        self.motion, self.parameters, self.places = motion, parameters, places
        self.time = 0.0
        self._inverse_plastic = np.broadcast_to(np.eye(3), (*places.shape[:-1], 3, 3)).copy()
        self._resistance = np.full(places.shape[:-1], parameters[layout.INITIAL_RESISTANCE])

    def advance(self, time: float) -> Array:
        """Take a step to a time and return the first Piola stress there, shape (..., 3, 3), Pa."""
        gradient = self.motion.gradient(self.places, time)
        growth = self.motion.growth(self.places, time)
        if self.parameters[layout.FLOW_LAW] != layout.FLOW_NONE:
            self._inverse_plastic, self._resistance = backward_euler(
                self.parameters,
                gradient @ growth.inverse(),
                self._inverse_plastic,
                self._resistance,
                time - self.time,
            )
        self.time = time
        return first_piola(self.parameters, gradient, growth, self._inverse_plastic)

    def cauchy(self, times: list[float]) -> Array:
        """Cauchy stress (..., 6) in Pa after steps to all times."""
        piola = np.array([self.advance(time) for time in times])[-1]
        return cauchy_of(piola, self.motion.gradient(self.places, times[-1]))


class ManufacturedForce:
    """The body force -Div P of a motion, to be asked for at the times of the steps, in their order."""

    def __init__(self, motion: Motion, parameters: Array) -> None:
        self.motion, self.parameters = motion, parameters
        self._around: PointHistory | None = None

    def __call__(self, time: float, places: Array) -> Array:
        """B in N/m3 at places (..., dimension)."""
        dimension = self.motion.dimension
        if self._around is None:
            steps = [places]
            for j in range(dimension):
                unit = np.eye(dimension)[j] * DIFFERENCE
                steps += [places + count * unit for count, _ in WEIGHTS]
            self._around = PointHistory(self.motion, self.parameters, np.array(steps))
        piola = self._around.advance(time)
        force = np.zeros_like(places)
        for j in range(dimension):
            for k, (_, weight) in enumerate(WEIGHTS):
                force -= weight / DIFFERENCE * piola[1 + j * len(WEIGHTS) + k][..., :dimension, j]
        if self.motion.model == "axisymmetric":
            centre, radius = piola[0], places[..., 0]
            force[..., 0] -= (centre[..., 0, 0] - centre[..., 2, 2]) / radius
            force[..., 1] -= centre[..., 1, 0] / radius
        return force


def enclosed(motion: Motion, parts: Discretisation) -> list[Prescribed]:
    """The displacement of a motion on the whole boundary of a mesh, one support for each node and component."""
    places = parts.coordinates()
    supports = []
    for node in parts.nodes(*parts.loaded.boundary_names):
        where = places[node]
        for component in range(motion.dimension):

            def follow(time: float, where: Array = where, component: int = component) -> float:
                return float(motion.values(where, time)[component])

            supports.append(Prescribed("boundary", np.array([node], dtype=np.int32), component, follow))
    return supports


def manufactured_model(
    motion: Motion, parameters: Array, data: MeshData, force: Density, region: str = "li"
) -> SolidModel:
    """A body that the exact displacement encloses and a body force drives."""
    parts = discretise(data, MPI.COMM_SELF)
    load = body_force(parts.loaded.mesh, parts.space, parts.cells(region), motion.model == "axisymmetric", force)
    growth = Growth(motion.ratio, motion.shares, motion.direction)
    return solid_model(
        parts, {region: parameters}, enclosed(motion, parts), motion.model, {region: growth}, extra=[load]
    )
