"""B06: stress concentration of a pit under pressure."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import RealArray
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.verification.drawing import COLOURS, draw_field
from platingx.verification.models.one_element import Cell
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes import Electrolyte, MeshSize, PitPlate, build_pit_plate, pit_profile

__all__ = ["PROBLEM", "SIDES", "TABLE", "largest_ratio", "limit", "loaded_plate", "refined"]

Pit = tuple[float, float, float]
Side = Literal["clamped", "free"]

PRESSURE = 1e3
"""Pa: small strain."""
NM = 1e-9
SIDES: tuple[Side, Side] = ("clamped", "free")
SOURCE = "P2 elements, scikit-fem"

TABLE: dict[Pit, tuple[float, float]] = {
    (50, 100, 500): (1.022, 2.266),
    (50, 50, 1000): (2.620, 4.641),
    (100, 50, 1000): (5.662, 9.672),
    (150, 50, 1000): (8.525, 14.924),
}
"""Largest principal stress over pressure with the side clamped and free, by depth, half width and block (nm)."""


def loaded_plate(pit: Pit, side: Side, mesh: MeshSize | None = None) -> SolidModel:
    """Make a plate with a cosine pit under pressure."""
    depth, half_width, block = pit
    plate = PitPlate(
        Electrolyte(block * NM, block * NM),
        pit_profile("cosine_squared", depth * NM, half_width * NM),
        mesh or MeshSize(tip_fraction=0.1),
    )
    parts = discretise(build_pit_plate(plate), MPI.COMM_SELF)
    supports = [fix(parts, "symmetry", 0), fix(parts, "electrolyte_bottom", 1)]
    if side == "clamped":
        supports.append(fix(parts, "electrolyte_side", 0))
    loads = [Load(name, "llzo", pressure=lambda time: PRESSURE * time) for name in ("pit", "electrolyte_top")]
    model = solid_model(parts, {"llzo": elastic(150e9, 0.26)}, supports, loads=loads)
    model.advance(1.0)
    return model


def largest_ratio(model: SolidModel) -> tuple[float, RealArray]:
    """Largest principal stress over the pressure, and where (m)."""
    principal = model.nodal_measures("llzo")[..., 1].ravel()
    worst = int(principal.argmax())
    return float(principal[worst]) / PRESSURE, model.nodal_stress("llzo")[1].reshape(-1, 2)[worst]


def refined(side: Side, cell: Cell, refinements: tuple[float, ...], pit: Pit = (50, 50, 1000)) -> RealArray:
    """Ratios of a pit on self-similar meshes."""
    sizes = [MeshSize(tip_fraction=0.2, cell=cell, refinement=refinement) for refinement in refinements]
    return np.array([largest_ratio(loaded_plate(pit, side, size))[0] for size in sizes])


def limit(ratios: RealArray) -> float:
    """Extrapolate ratios of halved meshes at second order."""
    return float(ratios[-1] + (ratios[-1] - ratios[-2]) / 3.0)


def run(effort: Effort) -> Outcome:
    """Compute the table, and the limit of both cell shapes for the pit of aspect 1."""
    rows: list[Row] = []
    for pit, expected in TABLE.items():
        for side, right in zip(SIDES, expected, strict=True):
            ratio, place = largest_ratio(loaded_plate(pit, side))
            label = "depth {:g}, half width {:g}, block {:g} nm".format(*pit) + f", side {side}"
            distance = float(np.linalg.norm(place / NM - np.array([0.0, -pit[0]])))
            rows += [
                Row(label, "largest principal stress over pressure", "", right, ratio, 0.01, SOURCE, "independent"),
                Row(
                    label,
                    "distance of its place from the tip",
                    "nm",
                    0.0,
                    distance,
                    1e-6,
                    "symmetry",
                    "exact",
                    absolute=True,
                ),
            ]
    orders, limits = convergence((0.5, 1.0, 2.0) if effort == "coarse" else (1.0, 2.0, 4.0))
    for (side, cell), value in limits.items():
        right = TABLE[50, 50, 1000][SIDES.index(side)]
        rows.append(
            Row(
                f"aspect 1, side {side}, {cell}s, extrapolated",
                "largest principal stress over pressure",
                "",
                right,
                value,
                0.01,
                SOURCE,
                "independent",
            )
        )
    if effort == "full":
        for side in SIDES:
            rows.append(
                Row(
                    f"aspect 1, side {side}, extrapolated",
                    "quadrilaterals over triangles",
                    "",
                    1.0,
                    limits[side, "quadrilateral"] / limits[side, "triangle"],
                    0.001,
                    "one limit",
                    "exact",
                )
            )
    bars = [row for row in rows if row.label.startswith("depth") and row.unit == ""]
    pictures = (
        Picture("stress", FIELD, draw_stress, (5.6, 3.8)),
        Picture("table", BARS, lambda figure: draw_bars(figure, bars), (5.6, 2.8)),
    )
    return Outcome(tuple(rows), orders, pictures, (NOTE,), INPUT)


def convergence(refinements: tuple[float, ...]) -> tuple[tuple[Convergence, ...], dict[tuple[Side, Cell], float]]:
    """Orders of the stress at the tip from its changes, and its limits, by side and cell shape."""
    orders, limits = [], {}
    shapes: tuple[Cell, ...] = ("quadrilateral", "triangle") if refinements[-1] > 2 else ("triangle",)
    for side in SIDES:
        for cell in shapes:
            ratios = refined(side, cell, refinements)
            limits[side, cell] = limit(ratios)
            changes = tuple(float(change) for change in np.abs(np.diff(ratios)) / limits[side, cell])
            sizes = tuple(1.0 / refinement for refinement in refinements[1:])
            orders.append(
                Convergence(
                    f"{cell}s, side {side}",
                    "element size over that of refinement 1",
                    sizes,
                    changes,
                    2.0,
                    0.3 if refinements[-1] <= 2 else 0.6,
                    "change of the ratio by halving, relative",
                )
            )
    return tuple(orders), limits


def draw_stress(figure: Figure) -> None:
    """Largest principal stress around the pit of aspect 1, side clamped."""
    model = loaded_plate((50, 50, 1000), "clamped")
    axes = figure.subplots()
    draw_field(
        axes,
        model,
        model.nodal_measures("llzo")[..., 1] / PRESSURE,
        "Largest principal stress over pressure",
        region="llzo",
        unit=NM,
    )
    axes.set_xlim(0.0, 120.0)
    axes.set_ylim(-120.0, 0.0)
    axes.set_xlabel("x (nm)")
    axes.set_ylabel("y (nm)")


def draw_bars(figure: Figure, rows: list[Row]) -> None:
    """Computed ratios beside those of the table."""
    axes = figure.subplots()
    places = np.arange(len(TABLE))
    for index, side in enumerate(SIDES):
        chosen = [row for row in rows if row.label.endswith(side)]
        offset = 0.4 * index - 0.2
        axes.bar(
            places + offset,
            [row.computed for row in chosen],
            0.36,
            color=COLOURS[index],
            label=f"computed, side {side}",
        )
        axes.plot(
            places + offset,
            [row.expected for row in chosen],
            "_",
            color="black",
            markersize=16,
            label="table" if index else None,
        )
    axes.set_xticks(places, ["{:g} / {:g} / {:g}".format(*pit) for pit in TABLE])
    axes.set_xlabel("Depth / half width / block (nm)")
    axes.set_ylabel("Principal stress over pressure")
    axes.legend()


FIELD = (
    "Largest principal stress over the pressure around the pit of aspect 1, side clamped (half model, cut at 120 nm)."
)
BARS = "Computed ratios and those of the independent code."

NOTE = """The maximum is read from a recovered nodal field at a point of the boundary. The superconvergence that
recovery has inside a body does not hold there, so the formal order 2 is reached only roughly: 1.60 is the lowest
that is observed
on the finest meshes. The book asks for 1.4 on quadrilaterals and triangles of three refinements; the extrapolated
ratios assume 2, and are held against the independent code and each other."""

INPUT = """plate with a cosine-squared pit, half model, plane strain
E 150 GPa, nu 0.26; pressure 1 kPa on pit and flat face
bottom on rollers; side free, or held sideways (clamped)
elements: 1/10 of the tip's radius of curvature; for the orders 1/5 at refinement 1"""

PROBLEM = Problem(
    name="b06-pit",
    title="B06 Stress concentration of a pit",
    part="cross-code",
    statement=r"""A plate with a pit $y = -d \cos^2(\pi x / 2w)$ for $|x| < w$ carries the pressure $p$ on the pit
and on its flat face, in plane strain. The largest principal stress, at the tip of the pit, over the pressure does
not depend on $E$; it decides whether the ceramic splits. The expected numbers are from second-order elements of a
code that shares nothing with this one (scikit-fem), on a mesh of its own, and are accepted to 1 %.""",
    sources=("independent finite-element code, scikit-fem 12, P2 elements",),
    run=run,
    minutes=0.3,
)
