"""Bodies that are measured: lithium on a ceramic, pressed by a collector on half of its top, at any size."""

from __future__ import annotations

from typing import Literal

from mpi4py import MPI

from platingx.fields.constraints import Prescribed
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.models.vectors import LITHIUM, Vector, elastic, vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

__all__ = ["ELEMENTS", "STATES", "STIFFNESS", "Cell", "State", "dimension_of", "lithium", "next_step", "pressed_body"]

Cell = Literal["quadrilateral", "triangle", "hexahedron", "tetrahedron"]
State = Literal["elastic", "flowing"]

ELEMENTS: dict[str, Cell] = {
    "quad9": "quadrilateral",
    "triangle": "triangle",
    "hex27": "hexahedron",
    "tet15": "tetrahedron",
}
STATES: tuple[State, ...] = ("elastic", "flowing")
NM = 1e-9
WIDTH, HEIGHT, INTERFACE = 250 * NM, 350 * NM, 250 * NM
HELD = 0.5137 * WIDTH  # no node is just there, where round-off would decide
STIFFNESS = 1e11
"""Order of magnitude of the stiffest part, Pa."""
GROWTH_RATE = 0.05  # 1/s
_TIMES = (0.1, 0.3, 0.6, 1.0)  # s: the flow is steady at the end
_MODELS = {2: "plane_strain", 3: "three_dimensional"}


def dimension_of(cell: Cell) -> int:
    """Dimension of a cell shape."""
    return 2 if cell in ("quadrilateral", "triangle") else 3


def lithium(state: State) -> Vector:
    """Parameters of the metal, with or without flow."""
    return vector(LITHIUM) if state == "flowing" else elastic(7.81e9, 0.38)


def _parts(cell: Cell, cells: int, comm: MPI.Intracomm) -> Discretisation:
    """Mesh of a body with some cells along its width, and 1.4 times as many along its height."""
    layers = max(2, round(1.4 * cells))
    if cell == "hexahedron" or cell == "tetrahedron":
        return discretise(
            build_block3d(Block3D(WIDTH, WIDTH, HEIGHT, cells, cells, layers, "li", INTERFACE, cell)), comm
        )
    return discretise(build_box(Box(WIDTH, HEIGHT, cells, layers, "li", INTERFACE, cell)), comm)


def pressed_body(
    cell: Cell, cells: int, state: State, comm: MPI.Intracomm, preset: str, closed: bool = False
) -> SolidModel:
    """Build a body, and bring it to steady flow where it flows. Collective.

    Parameters
    ----------
    cell
        Shape of the cells.
    cells
        Number along the width; tetrahedra come by six.
    state
        ``elastic``: at rest and without flow. ``flowing``: after four steps of growth by 5 %.
    comm
        Communicator.
    preset
        Linear solver.
    closed
        The collector covers all of the top. Its edge asks for smaller steps than are taken here on fine meshes.

    Raises
    ------
    ConvergenceError
        If a step fails.
    """
    parts = _parts(cell, cells, comm)
    up = dimension_of(cell) - 1
    sides = {"left": 0, "right": 0, "bottom": up}
    if up == 2:
        sides |= {"front": 1, "back": 1}
    supports = [fix(parts, name, component) for name, component in sides.items()]
    top = parts.nodes("top")
    held = top if closed else top[~(parts.coordinates()[top, 0] > HELD)]
    rest = supports[0].motion
    supports.append(Prescribed("top", held, up, rest))
    direction = (0.0, 1.0) if up == 1 else (0.0, 0.0, 1.0)
    growth = {"li": Growth(lambda time: 1.0 + GROWTH_RATE * time, direction=direction)}
    materials = {"li": lithium(state), "llzo": elastic(150e9, 0.26)}
    model = solid_model(parts, materials, supports, _MODELS[up + 1], growth, preset=preset)
    if state == "flowing":
        model.march(_TIMES)
    return model


def next_step(model: SolidModel) -> float:
    """Begin one more step and evaluate its first guess; its size in s. Collective."""
    dt = model.last_dt or _TIMES[0]
    model.problem.begin(model.time + dt, dt, 0.0)
    model.problem.evaluate()
    return dt
