"""B16: nearly incompressible metal neither locks nor shows a checkerboard of pressure."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import RealArray
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.verification.drawing import COLOURS, draw_field
from platingx.verification.models.one_element import Cell
from platingx.verification.models.pressure_jump import pressure_jump
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import CooksMembrane, build_cooks_membrane

__all__ = ["PROBLEM", "TABLE", "deflections", "membrane", "membrane_jump"]


SCALE = 1e-6
"""Factor of the load, for the finite-strain equations to be in their linear range."""

TABLE: dict[float, tuple[tuple[float, float], tuple[float, float]]] = {
    1 / 3: ((22.540, 21.500), (22.61, 21.52)),
    0.499: ((19.344, 18.457), (19.44, 18.53)),
    0.4999: ((19.321, 18.436), (19.42, 18.51)),
}
"""Vertical displacement of (48, 60) and (48, 52), with 32 x 32 elements and extrapolated, by Poisson ratio."""

PLACES = (60.0, 52.0)
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")
SOURCE = "P2/P1 elements, scikit-fem"
LARGEST_JUMP = {"quadrilateral": 0.05, "triangle": 0.2}


def membrane(poisson: float, cells: int, cell: Cell) -> SolidModel:
    """Make and load the membrane."""
    parts = discretise(build_cooks_membrane(CooksMembrane(cells=cells, cell=cell)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "left", 1)]
    load = Load("right", "li", traction=lambda time: (0.0, SCALE * time / 16.0))
    model = solid_model(parts, {"li": elastic(1.0, poisson)}, supports, loads=[load])
    model.advance(1.0)
    return model


def deflections(model: SolidModel) -> RealArray:
    """Vertical displacement of both places under the full load."""
    return np.array([model.displacement_at((48.0, y))[1] for y in PLACES]) / SCALE


def membrane_jump(model: SolidModel) -> float:
    """Jump of the pressure between elements, far from the singular corner."""
    average, places = model.nodal_stress()
    smooth = -average[..., :3].sum(axis=2) / 3.0
    away = np.linalg.norm(places - np.array([0.0, 44.0]), axis=2) > 15.0
    return pressure_jump(model.stress(), smooth, model.parts.tables.recovery, away)


def table_rows(cell: Cell, found: dict[tuple[float, Cell], list[RealArray]], counts: tuple[int, ...]) -> list[Row]:
    """Deflections with 32 x 32 and with the finest elements."""
    rows = []
    for poisson, (expected, limit) in TABLE.items():
        results = dict(zip(counts, found[poisson, cell], strict=True))
        for index, place in enumerate(PLACES):
            label = f"nu {poisson:.4g}, {cell}s, point (48, {place:g})"
            rows.append(
                Row(
                    f"{label}, 32 x 32",
                    "deflection",
                    "",
                    expected[index],
                    float(results[32][index]),
                    0.01,
                    SOURCE,
                    "independent",
                )
            )
            finest = counts[-1]
            rows.append(
                Row(
                    f"{label}, {finest} x {finest}",
                    "deflection",
                    "",
                    limit[index],
                    float(results[finest][index]),
                    0.006,
                    f"{SOURCE}, extrapolated",
                    "independent",
                )
            )
    return rows


def locking_rows() -> list[Row]:
    """Deflections with 8 x 8 elements: a locking element has half of the limit."""
    rows = []
    for cell in CELLS:
        for poisson in (0.4999, 0.49999):
            got = deflections(membrane(poisson, 8, cell))
            rows += [
                Row(
                    f"nu {poisson:g}, {cell}s, 8 x 8, point (48, {place:g})",
                    "deflection",
                    "",
                    limit,
                    float(value),
                    0.03,
                    f"{SOURCE}, extrapolated for nu 0.4999",
                    "independent",
                )
                for place, value, limit in zip(PLACES, got, TABLE[0.4999][1], strict=True)
            ]
    return rows


def jump_rows(cell: Cell, jumps: list[float]) -> list[Row]:
    """Jumps of pressure between elements vanish with refinement; those of a checkerboard stay."""
    return [
        Row(
            f"nu 0.4999, {cell}s, 16 x 16",
            "jump of pressure between elements",
            "",
            0.0,
            jumps[1],
            LARGEST_JUMP[cell],
            "no checkerboard",
            "exact",
            absolute=True,
        ),
        *(
            Row(
                f"nu 0.4999, {cell}s, from {n} x {n} to {2 * n} x {2 * n}",
                "factor of the jump",
                "",
                0.0,
                fine / coarse,
                0.65,
                "no checkerboard",
                "exact",
                absolute=True,
            )
            for n, coarse, fine in zip((8, 16, 32), jumps, jumps[1:], strict=False)
        ),
    ]


def run(effort: Effort) -> Outcome:
    """Deflections and jumps over refined meshes of both cell shapes."""
    counts = (8, 16, 32) if effort == "coarse" else (8, 16, 32, 64)
    rows: list[Row] = []
    found: dict[tuple[float, Cell], list[RealArray]] = {}
    for cell in CELLS:
        jumps = []
        for poisson in TABLE:
            models = [membrane(poisson, count, cell) for count in counts]
            found[poisson, cell] = [deflections(model) for model in models]
            if poisson == 0.4999:
                jumps = [membrane_jump(model) for model in models]
        rows += table_rows(cell, found, counts) + jump_rows(cell, jumps)
    rows += locking_rows()
    pictures = (
        Picture("pressure", PRESSURE, draw_pressure, (4.8, 4.2)),
        Picture("deflection", DEFLECTION, lambda figure: draw_deflections(figure, counts, found), (6.4, 3.0)),
    )
    return Outcome(tuple(rows), (), pictures, (NOTE,), INPUT.format(", ".join(f"{n} x {n}" for n in counts)))


def draw_pressure(figure: Figure) -> None:
    """Pressure on the deformed membrane."""
    model = membrane(0.4999, 16, "quadrilateral")
    axes = figure.subplots()
    pressure = model.nodal_measures()[..., 0] / SCALE
    low, high = np.percentile(pressure, (2.0, 98.0))
    draw_field(
        axes,
        model,
        np.clip(pressure, low, high),
        "Pressure over E, clipped at the corner",
        scale=0.5 / SCALE,
        edges=True,
    )
    axes.set_xlabel("x")
    axes.set_ylabel("y")


def draw_deflections(figure: Figure, counts: tuple[int, ...], found: dict[tuple[float, Cell], list[RealArray]]) -> None:
    """Deflection of the corner against the number of elements."""
    for axes, cell in zip(figure.subplots(1, 2, sharey=True), CELLS, strict=True):
        for colour, (poisson, (_, limit)) in zip(COLOURS, TABLE.items(), strict=False):
            axes.semilogx(
                counts,
                [value[0] for value in found[poisson, cell]],
                "o-",
                color=colour,
                markersize=4,
                label=f"nu {poisson:.4g}",
            )
            axes.axhline(limit[0], color=colour, linestyle=":", linewidth=0.9)
        axes.set_xticks(counts, [str(count) for count in counts])
        axes.minorticks_off()
        axes.set_title(f"{cell}s")
        axes.set_xlabel("Elements along a side")
    figure.axes[0].set_ylabel("Deflection of (48, 60)")
    figure.axes[0].legend(loc="center right")


PRESSURE = "Pressure for nu 0.4999, 16 x 16 elements, on the membrane as half of the unit load deforms it."
DEFLECTION = "Deflection of the corner; dotted: limits of the independent code."

NOTE = """The corner (0, 44) is singular, so the deflection converges slowly and from below. Elements with only
displacements lock here: near incompressibility they have half of the deflection on coarse meshes. The jump is the
root mean square of the pressure of single elements minus the recovered one, over the scatter of the latter, more
than 15 away from the corner."""

INPUT = """panel (0, 0), (48, 44), (48, 60), (0, 44), plane strain; left edge clamped, shear load 1e-6 on the right edge
E = 1, nu = 1/3, 0.499, 0.4999, 0.49999; {} elements, quadrilaterals or triangles; deflections are divided by 1e-6"""

PROBLEM = Problem(
    name="b16-cook",
    title="B16 Cook's membrane",
    part="cross-code",
    statement=r"""A tapered panel in plane strain is clamped on its left and carries the shear load 1 on its right
edge, $E = 1$. The expected deflections are those of linear elasticity by an independent code (mixed P2/P1 and P2
elements); the load is scaled down so that the finite-strain equations are in their linear range. Towards $\nu =
1/2$ the deflection must not fall on coarse meshes (locking), and the pressure must not jump between elements in a
way that stays on refinement (checkerboard).""",
    sources=(
        "R. D. Cook, J. Struct. Div. ASCE 100 (1974) 1851",
        "independent finite-element code, scikit-fem 12, P2/P1 and P2 elements",
    ),
    run=run,
    minutes=0.3,
)
