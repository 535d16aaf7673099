"""The pressure of flowing metal in the low-rate cases does not jump from element to element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.compat import geometry_degree
from platingx.config.loader import load_case
from platingx.fields.tables import build_tables
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.case_march import march_case
from platingx.verification.models.pressure_jump import pressure_jump
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM", "Series", "jump_of", "rows_of"]

NM = 1e-9
INSIDE = 100 * NM
"""Distance from the axis within which nodes count; the edges where the metal sticks, at 145 nm, are singular."""
POWER = 0.6
"""Least power of the element size with which jumps must fall. Of a checkerboard they stay; of a smooth pressure that is
linear in each element they fall with the second, and with the first across the bounds of plastic states."""
LARGEST = 0.15
"""Largest jump on the finest mesh, over the scatter of the pressure."""


@dataclass(frozen=True)
class Series:
    """A case with an element on meshes of rising refinement."""

    label: str
    file: str
    changes: tuple[tuple[str, str], ...]
    refinements: tuple[float, ...]


_TETRAHEDRA = (("geometry.mesh.cell", "tetrahedron"), ("geometry.mesh.growth_ratio", "1.7"))
PLANE = Series("low_rate, quadrilaterals", "low_rate.yaml", (), (0.35, 0.7, 1.4))
SERIES = (
    PLANE,
    Series("low_rate, triangles", "low_rate.yaml", (("geometry.mesh.cell", "triangle"),), (0.35, 0.7, 1.4)),
    Series("low_rate_3d, hexahedra", "low_rate_3d.yaml", (), (0.5, 0.75, 1.1)),
    Series("low_rate_3d, tetrahedra", "low_rate_3d.yaml", _TETRAHEDRA, (0.5, 0.75, 1.1)),
)
COARSE = (Series(PLANE.label, PLANE.file, PLANE.changes, PLANE.refinements[:2]),)


def jump_of(series: Series, refinement: float) -> float:
    """Jump of the pressure of the metal at the end of the case, on a mesh."""
    changes = [*series.changes, ("geometry.mesh.refinement", f"{refinement:g}")]
    case = load_case(shipped_cases_folder() / series.file, changes)
    loaded = load_mesh(case, MPI.COMM_SELF)
    fields = march_case(case, loaded).last.regions[case.growth.region]
    tables = build_tables(loaded.mesh.topology.cell_name(), geometry_degree(loaded.mesh))
    chosen = np.linalg.norm(fields.coordinates[..., :-1], axis=2) < INSIDE
    return pressure_jump(fields.points.stress, fields.pressure, tables.recovery, chosen)


def rows_of(series: Series, jumps: list[float]) -> list[Row]:
    """Jump on each mesh, that of the finest judged, and its fall from the coarsest to the finest."""
    source, quantity = "no checkerboard", "jump of pressure between elements"
    meshes = [f"{series.label}, refinement {refinement:g}" for refinement in series.refinements]
    rows = [
        Row(mesh, quantity, "", None, jump, None, source, "exact")
        for mesh, jump in zip(meshes, jumps[:-1], strict=False)
    ]
    rows.append(Row(meshes[-1], quantity, "", 0.0, jumps[-1], LARGEST, source, "exact", absolute=True))
    first, last = series.refinements[0], series.refinements[-1]
    label = f"{series.label}, refinement {first:g} to {last:g}"
    factor, largest = jumps[-1] / jumps[0], (first / last) ** POWER
    rows.append(Row(label, "factor of the jump", "", 0.0, factor, largest, source, "exact", absolute=True))
    return rows


def run(effort: Effort) -> Outcome:
    """Jumps on two or three meshes of each element."""
    chosen = COARSE if effort == "coarse" else SERIES
    found = {series: [jump_of(series, refinement) for refinement in series.refinements] for series in chosen}
    return Outcome(
        rows=tuple(row for series, jumps in found.items() for row in rows_of(series, jumps)),
        pictures=(Picture("jumps", CAPTION, lambda figure: draw(figure, found), (4.8, 3.4)),),
        notes=(NOTE,),
        input="\n".join(_input(series) for series in chosen),
    )


def _input(series: Series) -> str:
    changes = ", ".join(f"{key}: {value}" for key, value in series.changes)
    meshes = ", ".join(f"{refinement:g}" for refinement in series.refinements)
    return f"cases/{series.file}{', ' if changes else ''}{changes}, refinement {meshes}"


def draw(figure: Figure, found: dict[Series, list[float]]) -> None:
    """Jumps against the size of the elements, beside the slope that is asked for."""
    axes: Any = figure.subplots()
    for (series, jumps), colour in zip(found.items(), COLOURS, strict=False):
        axes.loglog(1.0 / np.array(series.refinements), jumps, "o-", color=colour, label=series.label)
    sizes = np.array([0.7, 2.9])
    axes.loglog(sizes, LARGEST * (sizes / sizes[0]) ** POWER, ":", color="0.4", label=f"power {POWER:g}")
    axes.set_xlabel("Element size over that of refinement 1")
    axes.set_ylabel("Jump of the pressure")
    axes.legend(fontsize="small")


CAPTION = "Jump of the pressure between elements; that of a checkerboard would stay where it is."

NOTE = """The jump is the root mean square of the pressure of single elements minus the recovered one, over the scatter
of the latter, at all nodes of the metal within 100 nm of the axis. The metal sticks to ceramic and collector up to its
free side at 145 nm, where the stress is singular. Meshes of the round pit do not refine evenly, tetrahedra least so,
so the fall is judged from the coarsest to the finest."""

PROBLEM = Problem(
    name="low-rate-pressure",
    title="Pressure of slowly plated metal between elements",
    part="verification",
    statement=r"""Metal that flows keeps its volume, and elements whose pairs of displacement and pressure do not fit
answer with a pressure that jumps up and down from one to the next (a checkerboard), all the more the finer they are.
The low-rate cases show it best: some MPa in a metal with a bulk modulus of GPa. The jump must be small, and must fall
with refinement at least as $h^{0.6}$. The inf-sup test of the same elements is a page of its own.""",
    sources=("D. Boffi, F. Brezzi and M. Fortin, Mixed Finite Element Methods and Applications (2013), chapter 8",),
    run=run,
    minutes=6.0,
)
