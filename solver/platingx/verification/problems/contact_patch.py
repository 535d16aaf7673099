"""A flat tool presses evenly, slips at its coefficient of friction, and pulls with no more than the adhesion."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Constraint
from platingx.physics.discretisation import Discretisation, fix
from platingx.problems.contact_law import Adhesion, Friction
from platingx.problems.tool_shapes import Flat
from platingx.verification.models.touching import Touching, pressed
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box

Shape = Literal["quadrilateral", "triangle", "hexahedron", "tetrahedron"]
YOUNG, POISSON = 1e9, 0.3
DEPTH, HOLDS = 0.02, 7
COEFFICIENT, STIFFER = 0.3, 1e4
TRACTION, OPENING = 1e6, 2e-2
PLANE: tuple[Shape, ...] = ("quadrilateral", "triangle")

STATEMENT = r"""
Patch tests of contact with a rigid flat tool. A block of height 1 is shortened by 2 % and widens freely. With Hencky's
law the stress is uniform, and the force per area at rest

$$p = -\frac{E}{1-\nu^2} \frac{\ln\lambda}{\lambda} \quad\text{(plane strain)}, \qquad
p = -E \frac{\ln\lambda}{\lambda} \quad\text{(uniaxial, in space)}, \qquad \lambda = 0.98.$$

The penalty lets nodes in by $p/\epsilon$; the multiplier that is carried from step to step takes that back, and all
nodes bear the same pressure. The areas of the nodes on quadratic faces are unequal and positive.

A block that is held below and dragged above slips everywhere in the end: the drag over the load is the coefficient of
friction. A block that is pulled by a tool with adhesion bears the largest traction and no more; what the parting costs
is $t_{max} g_c/2$ per area, and the trapezoidal rule over the steps is exact on a law that is piecewise linear if steps
end at its corners.
"""


def body(shape: Shape) -> MeshData:
    """A unit square or cube."""
    if shape == "quadrilateral" or shape == "triangle":
        return build_box(Box(1.0, 1.0, 3, 4, cell=shape))
    return build_block3d(Block3D(1.0, 1.0, 1.0, cell=shape))


def kind(shape: Shape) -> str:
    """Model of a shape of cell."""
    return "plane_strain" if shape in PLANE else "three_dimensional"


def rollers(parts: Discretisation) -> list[Constraint]:
    """The body may widen."""
    plane = parts.loaded.mesh.geometry.dim == 2
    front = [] if plane else [fix(parts, "front", 1)]
    return [fix(parts, "left", 0), fix(parts, "bottom", 1 if plane else 2), *front]


def held(parts: Discretisation) -> list[Constraint]:
    """The bottom does not move."""
    return [fix(parts, "bottom", component) for component in range(parts.loaded.mesh.geometry.dim)]


def evenly(shape: Shape, comm: MPI.Intracomm = MPI.COMM_SELF) -> Touching:
    """Shorten a block, and hold it."""
    found = pressed(body(shape), elastic(YOUNG, POISSON), rollers, Flat(), kind(shape), comm=comm)
    found.step(depth=DEPTH)
    for _ in range(HOLDS):
        found.step()
    return found


def dragged(shape: Shape, comm: MPI.Intracomm = MPI.COMM_SELF) -> float:
    """Drag over load of a block that slips."""
    law = Friction(COEFFICIENT)
    found = pressed(body(shape), elastic(YOUNG, POISSON), held, Flat(), kind(shape), law, comm=comm)
    found.step(depth=0.01)
    for step in range(1, 7):
        found.step(along=0.02 * step)
    force = found.force
    return float(force[0] / -force[-1])


def pulled(comm: MPI.Intracomm = MPI.COMM_SELF) -> tuple[Array, Array, float]:
    """Lift of a tool, tensile stress, and work of parting per area."""
    adhesion = Adhesion(TRACTION, OPENING)
    stiff = elastic(STIFFER * YOUNG, POISSON)
    found = pressed(body("quadrilateral"), stiff, rollers, Flat(), adhesion=adhesion, comm=comm)
    stretch = TRACTION * (1.0 - POISSON**2) / (STIFFER * YOUNG)  # of the block
    first = TRACTION / float(found.nodes.penalty[0]) + stretch
    lifts, stresses = [0.0], [0.0]
    for lift in (first, *np.linspace(first, OPENING, 9)[1:], 1.2 * OPENING):
        found.step(depth=-float(lift))
        lifts.append(float(lift))
        stresses.append(float(found.force[1]))
    nodes = found.nodes
    work = float(np.sum(nodes.areas * nodes.state.interface_work))
    return np.array(lifts), np.array(stresses), work


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """All of them; the coarse effort leaves tetrahedra out."""
    shapes: tuple[Shape, ...] = (*PLANE, "hexahedron") if effort == "coarse" else (*PLANE, "hexahedron", "tetrahedron")
    rows: list[Row] = []
    for shape in shapes:
        modulus = YOUNG / (1.0 - POISSON**2) if shape in PLANE else YOUNG
        expected = -modulus * float(np.log(1.0 - DEPTH)) / (1.0 - DEPTH)
        pressure = evenly(shape, comm).nodes.state.pressure
        for word, value in (("smallest", pressure.min()), ("largest", pressure.max())):
            rows.append(Row(shape, f"{word} pressure", "Pa", expected, float(value), 1e-8, "closed form", "exact"))
    drag = dragged("quadrilateral", comm)
    rows.append(Row("quadrilateral, dragged", "drag / load", "", COEFFICIENT, drag, 1e-8, "Coulomb's law", "exact"))
    lifts, stresses, work = pulled(comm)
    rows.append(
        Row("pulled", "largest tensile stress", "Pa", TRACTION, float(stresses.max()), 1e-3, "law of adhesion", "exact")
    )
    rows.append(Row("pulled", "work of parting", "J/m^2", 0.5 * TRACTION * OPENING, work, 1e-3, "t g / 2", "exact"))
    rows.append(
        Row("pulled off", "force", "Pa", 0.0, float(stresses[-1]), 1.0, "nothing holds", "exact", absolute=True)
    )
    caption = "Tensile stress of the tool with adhesion over its lift."
    return Outcome(
        rows=tuple(rows),
        pictures=(Picture("adhesion", caption, lambda figure: draw(figure, lifts, stresses)),),
        input=f"unit blocks, E {YOUNG / 1e9:g} GPa, nu {POISSON}; adhesion {TRACTION / 1e6:g} MPa over {OPENING:g}, "
        f"on a block that is {STIFFER:g} times as stiff",
    )


def draw(figure: Figure, lifts: Array, stresses: Array) -> None:
    """Stress over lift."""
    axes = figure.subplots()
    axes.plot([0.0, 0.0, 1.0, 1.2], [0.0, 1.0, 0.0, 0.0], color="k", lw=0.8, label="law")
    axes.plot(lifts / OPENING, stresses / TRACTION, "o", ms=4, color="#1f4e79", label="computed")
    axes.set_xlabel("lift / opening")
    axes.set_ylabel("tensile stress / largest")
    axes.legend()


PROBLEM = Problem(
    name="contact-patch",
    title="Patch tests of contact with a flat tool",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("P. Wriggers, Computational Contact Mechanics, 2nd edition (2006), chapters 5 and 6",),
    run=run,
    on_ranks=run,
    minutes=0.2,
)
