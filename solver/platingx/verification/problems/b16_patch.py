"""B16: any mesh holds a uniform state exactly, and a rotation is not a strain."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array, RealArray
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.materials.growth import inverse_growth
from platingx.materials.point import update_point
from platingx.materials.pressure import mean_kirchhoff_stress
from platingx.physics.discretisation import affine, discretise, fix
from platingx.physics.solid_model import FIBRE, Growth, SolidModel, solid_model
from platingx.problems.newton import NewtonOptions
from platingx.verification.drawing import draw_field
from platingx.verification.models.one_element import Cell
from platingx.verification.models.vectors import LITHIUM, Vector, elastic, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM"]

Matrix = Array

SIDES = ("left", "right", "bottom", "top")
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")
GRADIENT = np.array([[0.15, 0.20], [-0.10, 0.05]])
TIGHT = NewtonOptions(1e-13, 40, "basic")


def materials() -> dict[str, Vector]:
    """Parameters of the four materials."""
    elasticity = {"pressure_law": "murnaghan", "bulk_modulus_derivative": 3.5}
    return {
        "elastic": elastic(150e9, 0.26),
        "nearly incompressible": elastic(1e9, 0.4999),
        "lithium": vector(LITHIUM, 298.0),
        "murnaghan": vector({"base": LITHIUM, "elasticity": elasticity}, 298.0),
    }


def box(cell: Cell) -> Box:
    """3 x 3 distorted elements."""
    return Box(1.0, 1.0, 3, 3, cell=cell, distortion=0.25)


def point_stress(p: Vector, f: Matrix, ratio: float, direction: Matrix, dt: float) -> RealArray:
    """Cauchy stress (Pa) of one step of the material point, with growth along a fibre.

    Raises
    ------
    VerificationError
        When the material point finds no state.
    """
    inverse, dev, tangent, new = np.empty((3, 3)), np.empty((3, 3)), np.empty((9, 9)), np.empty(6)
    inverse_growth(ratio, np.array(FIBRE), direction, inverse)
    rows, columns = layout.gradient_components(3)
    virgin = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    good = update_point(p, f @ inverse, virgin, p[layout.INITIAL_RESISTANCE], dt, rows, columns, dev, tangent, new)[2]
    if not good:
        raise VerificationError("the material point has no solution")
    elastic_volume = float(np.linalg.det(f)) / ratio
    law, bulk, slope = int(p[layout.PRESSURE_LAW]), p[layout.BULK_MODULUS], p[layout.BULK_DERIVATIVE]
    mean = mean_kirchhoff_stress(law, bulk, slope, np.log(elastic_volume))[0]
    stress: RealArray = (dev + mean * np.eye(3)) / elastic_volume
    return stress


def deviation(model: SolidModel, expected: RealArray) -> float:
    """Largest difference of any stress component at any point from one tensor, over its largest component."""
    six = expected[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS]
    return float(np.abs(model.stress() - six).max() / np.abs(six).max())


def none(label: str, quantity: str, value: float, tolerance: float = 1e-10, source: str = "material point") -> Row:
    """Row of something that has to vanish."""
    return Row(label, quantity, "", 0.0, value, tolerance, source, "exact", absolute=True)


def plane_affine(p: Vector, cell: Cell) -> float:
    """Affine motion with growth along a fibre, plane strain."""
    parts = discretise(build_box(box(cell)), MPI.COMM_SELF)
    fibre = np.array([0.6, 0.8, 0.0])
    growth = Growth(lambda time: 1.0 + 0.3 * time, FIBRE, fibre)
    model = solid_model(parts, {"li": p}, affine(parts, lambda t: t * GRADIENT, *SIDES), growth={"li": growth})
    model.options = TIGHT
    model.advance(1.0)
    f = np.eye(3)
    f[:2, :2] += GRADIENT
    return deviation(model, point_stress(p, f, 1.3, fibre, 1.0))


def axisymmetric_affine(cell: Cell) -> float:
    """u_r = 0.1 r, u_z = -0.2 z: the hoop stretch is that of the radius."""
    parts = discretise(build_box(box(cell)), MPI.COMM_SELF)
    p, gradient = elastic(1e9, 0.3), np.diag([0.1, -0.2])
    model = solid_model(parts, {"li": p}, affine(parts, lambda t: t * gradient, *SIDES), "axisymmetric")
    model.options = TIGHT
    model.advance(1.0)
    return deviation(model, point_stress(p, np.diag([1.1, 0.8, 1.1]), 1.0, np.array([0.0, 1.0, 0.0]), 1.0))


def affine_in_space(block: Block3D) -> float:
    """Affine motion with growth along a fibre, three dimensions."""
    parts = discretise(build_block3d(block), MPI.COMM_SELF)
    gradient = np.array([[0.1, 0.2, 0.0], [0.0, -0.1, 0.05], [0.1, 0.0, 0.05]])
    fibre, p = np.array([0.0, 0.6, 0.8]), vector(LITHIUM, 298.0)
    supports = affine(parts, lambda t: t * gradient, *SIDES, "front", "back")
    growth = Growth(lambda time: 1.0 + 0.2 * time, FIBRE, fibre)
    model = solid_model(parts, {"li": p}, supports, "three_dimensional", {"li": growth})
    model.options = TIGHT
    model.advance(1.0)
    return deviation(model, point_stress(p, np.eye(3) + gradient, 1.2, fibre, 1.0))


def turn(angle: float) -> Matrix:
    """Rotation of the plane by an angle (rad)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


def full_turn(p: Vector, cell: Cell) -> tuple[float, float]:
    """Largest stress over the shear modulus during a full turn in 24 steps, and displacement left after it."""
    parts = discretise(build_box(box(cell)), MPI.COMM_SELF)
    model = solid_model(parts, {"li": p}, affine(parts, lambda t: turn(2 * np.pi * t) - np.eye(2), *SIDES))
    worst = 0.0
    for time in np.linspace(0.0, 1.0, 25)[1:]:
        model.advance(float(time), extrapolate=False)
        worst = max(worst, float(np.abs(model.stress()).max() / p[layout.SHEAR_MODULUS]))
    return worst, float(np.abs(model.problem.displacement).max())


def stretch_then_turn(cell: Cell) -> tuple[float, SolidModel]:
    """Stretch, then turn by 70 degrees: the Cauchy stress turns with the body."""
    parts = discretise(build_box(box(cell)), MPI.COMM_SELF)
    stretch, angle = np.array([[1.2, 0.1], [0.1, 0.9]]), np.radians(70.0)

    def gradient(time: float) -> Matrix:
        return time * (stretch - np.eye(2)) if time <= 1.0 else turn(angle * (time - 1.0)) @ stretch - np.eye(2)

    model = solid_model(parts, {"li": elastic(1e9, 0.3)}, affine(parts, gradient, *SIDES))
    model.march([0.5, 1.0])
    before = model.stress()[0, 0]
    model.march(np.linspace(1.0, 2.0, 8)[1:])
    q, tensor = np.eye(3), np.empty((3, 3))
    q[:2, :2] = turn(angle)
    tensor[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS] = before
    tensor[layout.SYMMETRIC_COLUMNS, layout.SYMMETRIC_ROWS] = before
    return deviation(model, q @ tensor @ q.T), model


def grow_flow_and_turn(p: Vector, cell: Cell) -> float:
    """Growth and flow in a body that turns by 200 degrees meanwhile, against the same without the turn.

    The direction of growth is one of the material and turns with it; nothing else may feel the rotation, in a mesh
    whose elements all have other shapes.
    """
    stretch, angle, times = np.array([[0.25, 0.10], [-0.05, -0.15]]), np.radians(200.0), np.linspace(0.1, 1.0, 10)

    def marched(turning: float) -> SolidModel:
        def gradient(time: float) -> Matrix:
            return turn(turning * time) @ (np.eye(2) + time * stretch) - np.eye(2)

        growth = Growth(lambda time: 1.0 + 0.4 * time, FIBRE, np.array([0.6, 0.8, 0.0]))
        parts = discretise(build_box(box(cell)), MPI.COMM_SELF)
        model = solid_model(parts, {"li": p}, affine(parts, gradient, *SIDES), growth={"li": growth})
        model.options = TIGHT
        for time in times:
            model.advance(float(time), extrapolate=False)
        return model

    q, tensor = np.eye(3), np.empty((3, 3))
    q[:2, :2] = turn(angle)
    still = marched(0.0).stress()[0, 0]
    tensor[layout.SYMMETRIC_ROWS, layout.SYMMETRIC_COLUMNS] = still
    tensor[layout.SYMMETRIC_COLUMNS, layout.SYMMETRIC_ROWS] = still
    return deviation(marched(angle), q @ tensor @ q.T)


def two_layers(cell: Cell) -> list[Row]:
    """Two layers between smooth walls, the upper one grows: one normal stress, two pressures, also when recovered."""
    layers = Box(1.0, 1.0, 3, 4, interface_height=0.5, cell=cell, distortion=0.2)
    parts = discretise(build_box(layers), MPI.COMM_SELF)
    supports = [fix(parts, side, i) for side, i in (("left", 0), ("right", 0), ("bottom", 1), ("top", 1))]
    growth = {"li": Growth(lambda time: 1.0 + 0.02 * time)}
    model = solid_model(parts, {"li": elastic(7.81e9, 0.38), "llzo": elastic(150e9, 0.26)}, supports, growth=growth)
    model.options = TIGHT
    model.advance(1.0)
    stress = {name: model.stress(name) for name in ("li", "llzo")}
    normal = float(stress["llzo"][..., 1].mean())
    label, source = f"two layers, {cell}s", "equilibrium"
    rows = []
    for name, values in stress.items():
        level = float(np.abs(values[..., 1] / normal - 1.0).max())
        spread = float(np.abs(values - values[0, 0]).max() / abs(normal))
        recovered = float(np.abs(model.nodal_stress(name)[0] - values[0, 0]).max() / abs(normal))
        rows += [
            none(f"{label}, {name}", "normal stress over that of llzo, minus 1", level, 1e-9, source),
            none(f"{label}, {name}", "spread of the stress over the normal stress", spread, 1e-9, source),
            none(f"{label}, {name}", "recovered minus true stress over the normal stress", recovered, 1e-7, source),
        ]
    jump = float((stress["llzo"][..., :3].mean() - stress["li"][..., :3].mean()) / normal)
    # laterally held layers: sigma_xx = sigma_zz = nu / (1 - nu) sigma_yy, plus the growth that only acts along y
    ratio = {name: (1 + 2 * nu / (1 - nu)) / 3 for name, nu in (("li", 0.38), ("llzo", 0.26))}
    expected = ratio["llzo"] - ratio["li"]
    return [
        *rows,
        Row(
            label,
            "jump of the mean stress over the normal stress",
            "",
            expected,
            jump,
            0.05,
            "closed form of small strain",
            "exact",
        ),
    ]


def run(effort: Effort) -> Outcome:  # noqa: ARG001
    """Compute all uniform states; both efforts are the same, a second's work each."""
    laws = materials()
    blocks = [Block3D(cell=cell) for cell in ("hexahedron", "tetrahedron")]
    what = "deviation of the stress"
    rows = [
        none(f"plane strain with growth, {name}, {cell}s", what, plane_affine(p, cell))
        for name, p in laws.items()
        for cell in CELLS
    ]
    rows += [none(f"axisymmetric, {cell}s", what, axisymmetric_affine(cell)) for cell in CELLS]
    rows += [none(f"space with growth, {block.cell}s", what, affine_in_space(block)) for block in blocks]
    for name in ("elastic", "lithium"):
        for cell in CELLS:
            stress, left = full_turn(laws[name], cell)
            rows += [
                none(
                    f"full turn, {name}, {cell}s", "largest stress over the shear modulus", stress, source="objectivity"
                ),
                none(f"full turn, {name}, {cell}s", "displacement left", left, source="objectivity"),
            ]
    for cell in CELLS:
        rows.append(
            none(
                f"stretched, then turned by 70 degrees, {cell}s", what, stretch_then_turn(cell)[0], source="objectivity"
            )
        )
        turned = grow_flow_and_turn(laws["lithium"], cell)
        rows.append(none(f"grown, flowing and turned by 200 degrees, {cell}s", what, turned, source="objectivity"))
        rows += two_layers(cell)
    picture = Picture("turned", CAPTION, draw, (4.6, 3.4))
    return Outcome(tuple(rows), (), (picture,), input=INPUT, unverified=unverified_of(LITHIUM))


def draw(figure: Figure) -> None:
    """Von Mises stress on the distorted mesh, stretched and turned: one colour."""
    axes = figure.subplots()
    model = stretch_then_turn("quadrilateral")[1]
    mises = model.nodal_measures()[..., 2] / 1e6
    draw_field(
        axes, model, mises, "Von Mises stress (MPa)", scale=1.0, limits=(0.0, 1.2 * float(mises.max())), edges=True
    )
    axes.set_xlabel("x (m)")
    axes.set_ylabel("y (m)")


CAPTION = "The distorted mesh, stretched and turned by 70 degrees: one von Mises stress everywhere."

INPUT = """distorted boxes of 3 x 3 quadrilaterals or triangles, blocks of hexahedra or tetrahedra
elastic: E 150 GPa, nu 0.26; nearly incompressible: E 1 GPa, nu 0.4999
lithium_anand_narayan_2019 at 298 K, also with murnaghan (K' = 3.5)
displacement gradient ((0.15, 0.20), (-0.10, 0.05)) in one step of 1 s, growth by 30 % along (0.6, 0.8)"""

PROBLEM = Problem(
    name="b16-patch",
    title="B16 Patch tests at finite strain",
    part="verification",
    statement=r"""All of the boundary of a distorted mesh follows an affine motion, $x = F X$, while the metal grows
along a fibre. Every point inside must have the one Cauchy stress that the material point has for $F_e F_p = F
F_g^{-1}$, to $10^{-10}$. A full turn leaves no stress; a stretched body that is turned by $Q$ has the stress $Q
\sigma Q^T$, and so has a body that grows and flows in ten steps while it turns. Two layers between smooth walls, of
which one grows, have one normal stress and two pressures: at small strain the mean stress of a layer is
$\frac{1}{3}\left(1 + \frac{2\nu}{1-\nu}\right)$ of the normal stress.""",
    sources=("the material point", "objectivity", "equilibrium"),
    run=run,
    minutes=0.1,
)
