"""Manufactured solutions at finite strain with growth: the order of the elements in space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.materials import layout
from platingx.physics.solid_model import FIBRE, ISOTROPIC
from platingx.verification.models.manufactured import (
    ManufacturedForce,
    Motion,
    PointHistory,
    manufactured_model,
)
from platingx.verification.models.norms import displacement_error, stress_error
from platingx.verification.models.vectors import elastic, vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

ComplexArray = npt.NDArray[Any]

STATEMENT = r"""
A displacement $u(X, t)$ is chosen on the unit square (in the axisymmetric body: $0 \le r \le 1$, the axis included)
or the unit cube, together with curved fibre directions $n(X)$ and growth $J_g(t)$. The first Piola stress that
belongs to it,

$$P = J_g\,\tau(F F_g^{-1}, \text{history})\,F^{-T}, \qquad F = 1 + \nabla u,$$

is computed by a second implementation of the equations (plain NumPy, eigenvalues by LAPACK, the flow rule by
bisection). The body force $b = -\nabla\cdot P$, by differences of fourth order with a truncation error of $10^{-12}$,
and $u$ on the whole boundary then make $u$ the exact solution. Displacements reach 0.2 of the body, shears and
stretches 0.4.

With creep the history is that of backward Euler steps at the times of the run, so that $u$ remains exact at these
times: what is measured is the error of the elements alone. The order in time is measured in `mms-time`.

The squares are bent smoothly inside, so that elements are curved; refined meshes are self-similar. Errors are those
of the displacement and of the Cauchy stress at the quadrature points, in $L_2$ over the norm of the exact field.
Theory: order 3 and 2 for quadratic displacements with discontinuous linear volume strain (quadrilaterals and
hexahedra; triangles and tetrahedra with bubbles).
"""


def _plane(x: ComplexArray, time: float) -> ComplexArray:
    a, b = x[..., 0], x[..., 1]
    return (
        0.2
        * time
        * np.stack(
            [np.sin(1.7 * a + 0.3) * np.cos(1.3 * b), np.cos(1.1 * a) * np.sin(1.9 * b + 0.2) + 0.5 * a * b], axis=-1
        )
    )


def _around_axis(x: ComplexArray, time: float) -> ComplexArray:
    r, z = x[..., 0], x[..., 1]
    return (
        0.2 * time * np.stack([r * np.cos(1.3 * r * r + 0.5 * z), np.cos(1.5 * r * r) * np.sin(1.9 * z + 0.2)], axis=-1)
    )


def _solid(x: ComplexArray, time: float) -> ComplexArray:
    a, b, c = x[..., 0], x[..., 1], x[..., 2]
    return (
        0.2
        * time
        * np.stack(
            [
                np.sin(1.7 * a + 0.3) * np.cos(1.3 * b) * np.cos(0.7 * c),
                np.cos(1.1 * a + 0.4 * c) * np.sin(1.9 * b + 0.2),
                np.sin(1.2 * c + 0.5 * a * b),
            ],
            axis=-1,
        )
    )


def _curved_fibres(x: Array) -> Array:
    angle = 0.4 + 0.8 * x[..., 0] * x[..., 1]
    if x.shape[-1] == 2:
        return np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    rise = 0.3 + 0.6 * x[..., 2]
    return np.stack([np.sin(angle) * np.cos(rise), np.cos(angle) * np.cos(rise), np.sin(rise)], axis=-1)


def _fibres_around_axis(x: Array) -> Array:
    angle = 0.8 * x[..., 0] * (1.0 + 0.5 * x[..., 1])
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1)


def growth_ratio(time: float) -> float:
    """Jg: 30 % of growth at the end, t = 1 s."""
    return 1.0 + 0.3 * time


MOTIONS = {
    "plane strain": Motion("plane_strain", _plane, _curved_fibres, growth_ratio, FIBRE),
    "axisymmetric": Motion("axisymmetric", _around_axis, _fibres_around_axis, growth_ratio, FIBRE),
    "3D": Motion("three_dimensional", _solid, _curved_fibres, growth_ratio, FIBRE),
}


def soft_creep() -> Array:
    """A creeping material whose elastic and plastic strains are alike: G 385 MPa, S from 100 to 200 MPa, m 0.3."""
    return vector(
        {"elasticity": {"young_modulus": "1 GPa", "poisson_ratio": 0.3}},
        FLOW_LAW=layout.FLOW_POWER_LAW,
        REFERENCE_RATE=0.1,
        RATE_SENSITIVITY=0.3,
        INITIAL_RESISTANCE=1e8,
        HARDENING_MODULUS=1e9,
        SATURATION_RESISTANCE=2e8,
        HARDENING_EXPONENT=1.0,
    )


def _elastic_with(law: str, **entries: float) -> Array:
    values: dict[str, object] = {"young_modulus": "1 GPa", "poisson_ratio": 0.3, "pressure_law": law, **entries}
    return vector({"elasticity": values})


@dataclass(frozen=True)
class Series:
    """One motion and material on one kind of cell, over refined meshes."""

    space: str
    cell: str
    material: str
    parameters: Array
    counts: tuple[int, ...]
    shares: tuple[float, float, float] = FIBRE
    orders: tuple[float, float] = (3.0, 2.0)
    tolerance: float = 0.15

    @property
    def label(self) -> str:
        """Name in its panel."""
        return f"{self.cell}, {self.material}"

    @property
    def panel(self) -> str:
        """Which panel of the figure shows it."""
        return self.space if self.material in ("elastic", "creep") else f"{self.cell}s, other laws"


def bent(data: MeshData) -> MeshData:
    """The mesh of the unit square with its inside moved smoothly: edges become curves that refinement resolves."""
    points = data.points.copy()
    points[:, :2] = bent_places(points[:, :2])
    return replace(data, points=points)


def bent_places(places: Array) -> Array:
    """Places in the unit square, moved smoothly inside it."""
    wave = np.sin(np.pi * places[..., 0]) * np.sin(np.pi * places[..., 1])
    return places + wave[..., None] * np.array([0.08, -0.06])


def _mesh(series: Series, count: int) -> MeshData:
    if series.space == "3D":
        return build_block3d(Block3D(cells_x=count, cells_y=count, cells_z=count, cell=series.cell))  # type: ignore[arg-type]
    return bent(build_box(Box(1.0, 1.0, count, count, cell=series.cell)))  # type: ignore[arg-type]


def errors_of(series: Series) -> tuple[Array, Array]:
    """Relative errors of displacement and stress on all meshes."""
    times = [0.25, 0.5, 0.75, 1.0]
    motion = replace(MOTIONS[series.space], shares=series.shares)
    found = []
    for count in series.counts:
        force = ManufacturedForce(motion, series.parameters)
        model = manufactured_model(motion, series.parameters, _mesh(series, count), force)
        model.march(times)
        exact = PointHistory(motion, series.parameters, model.point_coordinates()).cauchy(times)
        shift = displacement_error(model, lambda places: motion.values(places, times[-1]))
        found.append((shift, stress_error(model, exact)))
    displacement, stress = np.array(found).T
    return displacement, stress


def _all_series(effort: Effort) -> list[Series]:
    stiff, creep = elastic(1e9, 0.3), soft_creep()
    counts = (2, 4, 8) if effort == "coarse" else (4, 8, 16)
    flat = [
        Series(space, cell, name, parameters, counts)
        for space in ("plane strain", "axisymmetric")
        for cell in ("quadrilateral", "triangle")
        for name, parameters in (("elastic", stiff), ("creep", creep))
    ]
    if effort == "coarse":
        return flat
    others = {
        "Cauchy pressure": (_elastic_with("hencky_cauchy"), FIBRE),
        "Murnaghan": (_elastic_with("murnaghan", bulk_modulus_derivative=3.5), FIBRE),
        "isotropic growth": (stiff, ISOTROPIC),
        "growth by 0.5, 0.3, 0.2": (stiff, (0.5, 0.3, 0.2)),
    }
    varied = [
        Series("plane strain", cell, name, parameters, counts, shares)
        for cell in ("quadrilateral", "triangle")
        for name, (parameters, shares) in others.items()
    ]
    solid = [
        Series("3D", "hexahedron", "elastic", stiff, (2, 4, 8)),
        Series("3D", "hexahedron", "creep", creep, (2, 4, 8)),
        Series("3D", "tetrahedron", "elastic", stiff, (2, 3, 4)),
        Series("3D", "tetrahedron", "creep", creep, (2, 3, 4)),
    ]
    return flat + varied + solid


def run(effort: Effort) -> Outcome:
    """Errors of all series, and their orders."""
    chosen = _all_series(effort)
    found = [errors_of(series) for series in chosen]
    convergences = [
        Convergence(
            series.label,
            "element size, m",
            tuple(1.0 / count for count in series.counts),
            tuple(float(value) for value in errors[part]),
            series.orders[part],
            series.tolerance,
            f"error of {name}, {series.panel}",
        )
        for part, name in enumerate(("displacement", "stress"))
        for series, errors in zip(chosen, found, strict=True)
    ]
    caption = "Lines of the mesh before (grey) and after the chosen deformation, and the fibre directions."
    return Outcome(
        rows=tuple(_size_row(entry) for entry in convergences),
        convergences=tuple(convergences),
        pictures=(Picture("motion", caption, draw, (6.4, 3.2)),),
        input="unit square (bent inside) or cube; E 1 GPa, nu 0.3; creep: r0 0.1 1/s, m 0.3, S 100 to 200 MPa,"
        " H0 1 GPa, a 1; Jg 1 to 1.3 in 4 steps; enclosed by the exact displacement",
    )


def _size_row(entry: Convergence) -> Row:
    """Size of the error on the finest mesh: an order alone does not see a constant factor."""
    bound = 1e-3 if "displacement" in entry.error_label else 2e-2
    name = f"{entry.error_label}, element size {entry.values[-1]:g} m"
    return Row(entry.label, name, "", 0.0, entry.errors[-1], bound, "exact solution", "exact", absolute=True)


def draw(figure: Figure) -> None:
    """Deformed lines of the two motions in the plane."""
    fine, lines = (np.linspace(0.0, 1.0, count, dtype=np.float64) for count in (65, 9))
    along, across = np.meshgrid(fine, lines, indexing="ij")
    spots = np.linspace(0.1, 0.9, 5, dtype=np.float64)
    few = np.stack(np.meshgrid(spots, spots, indexing="ij"), axis=-1)
    for axes, name in zip(figure.subplots(1, 2), ("plane strain", "axisymmetric"), strict=True):
        motion = MOTIONS[name]
        for x, y in ((along, across), (across, along)):
            places = bent_places(np.stack([x, y], axis=-1))
            moved = places + motion.values(places, 1.0)
            axes.plot(places[..., 0], places[..., 1], color="0.8", lw=0.5)
            axes.plot(moved[..., 0], moved[..., 1], color="#1f4e79", lw=0.8)
        spot, way = few + motion.values(few, 1.0), motion.direction(few)
        axes.quiver(spot[..., 0], spot[..., 1], way[..., 0], way[..., 1], color="#c55a11", width=0.006, scale=14)
        axes.set_aspect("equal")
        axes.set_title(name)
        axes.set_xlabel("x (m)")


PROBLEM = Problem(
    name="mms-space",
    title="Manufactured solutions at finite strain with growth: order in space",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "P. J. Roache, J. Fluids Eng. 124 (2002) 4: code verification by manufactured solutions",
        "D. Boffi, F. Brezzi, M. Fortin, Mixed Finite Element Methods and Applications (2013), section 8: orders",
    ),
    run=run,
    minutes=1.0,
)
